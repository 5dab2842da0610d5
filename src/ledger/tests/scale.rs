use super::*;

#[test]
fn tens_of_thousands_of_links_stay_light() {
    const LINKS: u32 = 30_000;
    let place = Place::new();
    let mut ledger = place.open();
    let run = ledger.begin_run(&start(day(1), 1)).expect("a run");
    let mut writer = ledger.list(&run, day(1)).expect("a listing");
    writer.seed("list.txt").expect("a seed");
    for number in 0..LINKS {
        // Every tenth one was mentioned before.
        let number = if number % 10 == 9 { number - 9 } else { number };
        writer.link(&link(&format!("https://h{}.example/page/{number}", number % 100))).expect("a link");
    }
    writer.end_seed("text", None).expect("an end");
    writer.finish().expect("whole");
    let recheck = Recheck {
        now: day(1),
        after: Duration::ZERO,
        dead_after: Duration::ZERO,
        blocked_after: Duration::ZERO,
        refresh: false,
    };
    let (mut last, mut count) = (0, 0);
    let load = ledger
        .due(&run, &recheck, &mut |due| {
            assert!(due.url > last, "in seed order, each once");
            last = due.url;
            count += 1;
            ControlFlow::Continue(())
        })
        .expect("the work");
    assert_eq!((load.resources, load.due, count), (27_000, 27_000, 27_000));
    let bytes = std::fs::metadata(&place.path).expect("a file").len();
    let log = std::fs::metadata(place.path.with_file_name("test.ledger-wal")).expect("a log").len();
    assert!(bytes + log < 18 << 20, "{bytes} + {log} bytes");
    // A thousand observations, through the thread that writes.
    let writer = ledger.writer(run.id).expect("a writer");
    for url in 1..=1_000 {
        writer.record(Record::new(url, observation("https://x.example/", day(1), Reason::OkPlain))).expect("taken");
    }
    writer.close().expect("committed");
    let load = ledger.due(&run, &recheck, &mut |_| ControlFlow::Continue(())).expect("the work");
    assert_eq!((load.observed, load.due), (1_000, 26_000));
}
