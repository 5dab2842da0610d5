use super::*;
use crate::model::audit::{Partial, RequestCounts};
use crate::model::{Delta, State};

const LIST: &[&str] = &["https://a.example/", "https://b.example/", "https://a.example/", "https://c.example/"];

#[test]
fn every_resource_is_due_once_in_seed_order() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = begin(&mut ledger, day(1), LIST);
    assert!(!run.resumed && !run.listed);
    assert_eq!(
        addresses(&due(&ledger, &run, day(1))),
        ["https://a.example/", "https://b.example/", "https://c.example/"]
    );
}

#[test]
fn an_ended_process_is_continued_and_asks_nothing_twice() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = begin(&mut ledger, day(1), LIST);
    let work = due(&ledger, &run, day(1));
    let writer = ledger.writer(run.id).expect("a writer");
    writer.record(Record::new(work[1].0, observation(&work[1].1, day(1), Reason::Http404))).expect("taken");
    writer.requests(RequestCounts { links: 1, robots: 2, ..RequestCounts::default() }).expect("taken");
    writer.flush().expect("committed");
    // What a killed process leaves: a copy of the files at this very moment, log included.
    let after = Place::new();
    copy_files(&place, &after);
    drop(writer);
    drop(ledger);

    let mut ledger = after.open();
    let again = begin(&mut ledger, day(1) + SignedDuration::from_mins(5), LIST);
    assert!(again.resumed && again.listed);
    assert_eq!((again.id, again.started), (run.id, day(1)));
    assert_eq!(again.requests, RequestCounts { links: 1, robots: 2, ..RequestCounts::default() });
    assert_eq!(addresses(&due(&ledger, &again, day(1))), ["https://a.example/", "https://c.example/"]);
    assert_eq!(ledger.audit(None).expect("an audit").run.partial, Some(Partial::Unfinished));
}

fn copy_files(from: &Place, to: &Place) {
    let (from, to) = (from.path.parent().expect("a folder"), to.path.parent().expect("a folder"));
    std::fs::create_dir_all(to).expect("a folder");
    for name in ["test.ledger", "test.ledger-wal"] {
        std::fs::copy(from.join(name), to.join(name)).expect("copied");
    }
}

#[test]
fn a_list_that_was_stored_in_part_is_stored_anew() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = ledger.begin_run(&start(day(1), 5)).expect("a run");
    let mut writer = ledger.list(&run, day(1)).expect("a listing");
    writer.seed("list.md").expect("a seed");
    writer.link(&link("https://lost.example/")).expect("a link");
    drop(writer);
    let again = ledger.begin_run(&start(day(1), 5)).expect("a run");
    assert!(again.resumed && !again.listed);
    let mut writer = ledger.list(&again, day(1)).expect("a listing");
    writer.seed("list.md").expect("a seed");
    writer.link(&link("https://kept.example/")).expect("a link");
    writer.finish().expect("whole");
    assert_eq!(addresses(&due(&ledger, &again, day(1))), ["https://kept.example/"]);
}

#[test]
fn a_run_is_continued_only_when_it_is_the_same_and_young() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = begin(&mut ledger, day(1), LIST);
    let other_list = begin(&mut ledger, day(1), &["https://d.example/"]);
    assert!(!other_list.resumed);
    assert!(!begin(&mut ledger, day(1), LIST).resumed, "another run lies between");
    let too_late = begin(&mut ledger, day(3), LIST);
    assert!(!too_late.resumed && too_late.listed && too_late.id > run.id);
    let other_settings = RunStart { settings: 2, ..start(day(3), 0) };
    assert!(!ledger.begin_run(&other_settings).expect("a run").resumed);
}

#[test]
fn an_interrupted_run_is_told_as_partial_and_continued() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = begin(&mut ledger, day(1), LIST);
    let (row, url) = due(&ledger, &run, day(1)).remove(0);
    ledger.record(run.id, &Record::new(row, observation(&url, day(1), Reason::OkPlain))).expect("stored");
    let outcome = Outcome { partial: Some(Partial::Interrupted), requests: RequestCounts::default() };
    ledger.finish_run(&run, day(1), &outcome).expect("ended");
    let audit = ledger.audit(None).expect("an audit");
    assert_eq!((audit.run.partial, audit.run.finished), (Some(Partial::Interrupted), None));
    let reasons: Vec<Reason> = audit.links.iter().map(|link| link.reason).collect();
    assert_eq!(reasons, [Reason::OkPlain, Reason::NotReached, Reason::NotReached]);

    let again = begin(&mut ledger, day(1), LIST);
    assert!(again.resumed);
    for (row, url) in due(&ledger, &again, day(1)) {
        ledger.record(again.id, &Record::new(row, observation(&url, day(1), Reason::OkPlain))).expect("stored");
    }
    ledger.finish_run(&again, day(1), &Outcome::default()).expect("finished");
    let audit = ledger.audit(None).expect("an audit");
    assert_eq!((audit.run.number, audit.run.partial), (run.id, None));
    assert_eq!(audit.count(State::Ok), 3);
}

#[test]
fn healthy_links_rest_and_everything_else_is_asked() {
    let place = Place::new();
    let mut ledger = place.open();
    let verdicts = [
        ("https://ok.example/", Reason::OkPlain),
        ("https://moved.example/", Reason::MovedPermanent),
        ("https://wall.example/", Reason::Http403),
        ("https://dead.example/", Reason::Http404),
    ];
    play(&mut ledger, day(1), &verdicts);
    let list: Vec<&str> = verdicts.iter().map(|(url, _)| *url).collect();
    let run = begin(&mut ledger, day(2), &list);
    assert_eq!(addresses(&due(&ledger, &run, day(2))), ["https://wall.example/", "https://dead.example/"]);
    assert_eq!(due(&ledger, &run, day(9)).len(), 4, "after a week everything is due");
    let recheck = Recheck {
        now: day(2),
        after: Duration::from_secs(7 * 24 * 3600),
        dead_after: Duration::ZERO,
        blocked_after: Duration::ZERO,
        refresh: true,
    };
    let load = ledger.due(&run, &recheck, &mut |_| ControlFlow::Continue(())).expect("the work");
    assert_eq!(load, Workload { resources: 4, observed: 0, fresh: 0, due: 4 });
    // Reports keep telling the earlier verdict, with its date.
    let audit = ledger.audit(None).expect("an audit");
    assert_eq!(audit.links[0].checked, Some(day(1)));
    assert_eq!(audit.links[0].title.as_deref(), Some("Title of https://ok.example/"));
    assert_eq!(audit.links[0].delta, Some(Delta::Still));
}

#[test]
fn a_text_that_is_no_address_says_why() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = begin(&mut ledger, day(1), &["http://[half", "https://a.example/"]);
    let mut faults = Vec::new();
    let recheck = Recheck {
        now: day(1),
        after: Duration::ZERO,
        dead_after: Duration::ZERO,
        blocked_after: Duration::ZERO,
        refresh: false,
    };
    ledger
        .due(&run, &recheck, &mut |due| {
            faults.push((due.canonical.to_owned(), due.fault.is_some()));
            ControlFlow::Continue(())
        })
        .expect("the work");
    assert_eq!(faults, [("http://[half".to_owned(), true), ("https://a.example/".to_owned(), false)]);
    assert_eq!(ledger.audit(None).expect("an audit").links[0].reason, Reason::UrlInvalid);
}

#[test]
fn mentions_of_a_resource_are_gathered() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = ledger.begin_run(&start(day(1), 9)).expect("a run");
    let mut writer = ledger.list(&run, day(1)).expect("a listing");
    writer.seed("list.md").expect("a seed");
    let row = writer.link(&link("https://a.example/p#one")).expect("a link");
    let titled =
        Link { title: Some("A".to_owned()), annotation: Some("good".to_owned()), ..link("https://A.example/p") };
    assert_eq!(writer.link(&titled).expect("a link"), row);
    assert_eq!(writer.link(&link("https://a.example/p#two")).expect("a link"), row);
    assert_eq!(writer.link(&link("https://a.example/p#one")).expect("a link"), row);
    writer.finish().expect("whole");
    let mentions = ledger.mentions(&run, row).expect("mentions");
    assert_eq!(mentions.fragments, ["one", "two"]);
    assert_eq!((mentions.title.as_deref(), mentions.annotation.as_deref()), (Some("A"), Some("good")));
}

#[test]
fn a_second_observation_of_a_run_takes_the_place_of_the_first() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = begin(&mut ledger, day(1), &["https://a.example/"]);
    let (row, url) = due(&ledger, &run, day(1)).remove(0);
    for reason in [Reason::Http404, Reason::OkPlain] {
        ledger.record(run.id, &Record::new(row, observation(&url, day(1), reason))).expect("stored");
    }
    let story = ledger.story(&url).expect("read").expect("a story");
    assert_eq!(story.chapters.len(), 1);
    assert_eq!(story.chapters[0].assessment.reason, Reason::OkPlain);
}

#[test]
fn old_lists_and_old_observations_are_forgotten() {
    let place = Place::new();
    let mut ledger = place.open();
    for number in 1..=67 {
        let extra = format!("https://{number}.example/");
        let run = begin(&mut ledger, day(number * 8), &["https://always.example/", &extra]);
        for (row, url) in due(&ledger, &run, day(number * 8)) {
            let observation = observation(&url, day(number * 8), Reason::OkPlain);
            ledger.record(run.id, &Record::new(row, observation)).expect("stored");
        }
    }
    for number in 68..=70 {
        let extra = format!("https://{number}.example/");
        play(&mut ledger, day(number * 8), &[("https://always.example/", Reason::OkPlain), (&extra, Reason::OkPlain)]);
    }
    let count = |table: &str| -> i64 {
        ledger.conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).expect("a count")
    };
    assert_eq!((count("listing"), count("occurrence"), count("seed")), (2, 4, 2));
    let always = ledger.story("https://always.example/").expect("read").expect("a story");
    assert_eq!(always.chapters.len(), 60);
    let once = ledger.story("https://1.example/").expect("read").expect("a story");
    assert_eq!(once.chapters.len(), 1, "the last one is kept for ever");
    assert!(matches!(ledger.audit(Some(1)), Err(LedgerError::NoSuchRun { run: Some(1), .. })));
    assert_eq!(ledger.audit(None).expect("an audit").removed.len(), 1);
}

#[test]
fn what_is_kept_of_a_link_is_less_where_that_is_asked_for_and_its_reports_are_the_same() {
    let seen = |kept: Option<usize>| {
        let place = Place::new();
        let mut ledger = place.open();
        kept.into_iter().for_each(|kept| ledger.keep(kept));
        for number in 1..=20 {
            let failing = if number > 16 { Reason::Http404 } else { Reason::OkPlain };
            play(
                &mut ledger,
                day(number * 8),
                &[("https://a.example/", failing), ("https://b.example/", Reason::OkPlain)],
            );
        }
        let chapters = ledger.story("https://a.example/").expect("read").expect("a story").chapters.len();
        let compiled: Vec<_> = ledger.listed(None).expect("a list").collect();
        (chapters, format!("{:?}", ledger.audit(None).expect("an audit").links), format!("{compiled:?}"))
    };
    let (all, few) = (seen(None), seen(Some(3)));
    assert_eq!((all.0, few.0), (20, 4), "and the last visit that saw the page");
    assert_eq!((all.1, all.2), (few.1, few.2), "reports need no more");
}

#[test]
fn what_hosts_said_is_kept() {
    let place = Place::new();
    let mut ledger = place.open();
    ledger.hold("a.example", day(2)).expect("kept");
    ledger.hold("a.example", day(1)).expect("kept");
    ledger.keep_robots("https://a.example", "rules", day(1)).expect("kept");
    ledger.keep_probe("a.example/x/*.html", "honest", day(1)).expect("kept");
    ledger.keep_vantage("a.example", day(1)).expect("kept");
    drop(ledger);
    let ledger = place.open();
    assert_eq!(ledger.hold_until("a.example").expect("read"), Some(day(2)));
    assert_eq!(ledger.hold_until("b.example").expect("read"), None);
    assert_eq!(ledger.robots("https://a.example", day(1)).expect("read").as_deref(), Some("rules"));
    assert_eq!(ledger.robots("https://a.example", day(2)).expect("read"), None, "too old");
    assert_eq!(ledger.probe("a.example/x/*.html", day(1)).expect("read").as_deref(), Some("honest"));
    assert_eq!(ledger.vantage("a.example").expect("read"), Some(day(1)));
    assert_eq!(ledger.vantage("b.example").expect("read"), None);
}

#[test]
fn a_writer_that_fails_says_why() {
    let place = Place::new();
    let mut ledger = place.open();
    let run = begin(&mut ledger, day(1), &["https://a.example/"]);
    let writer = ledger.writer(run.id).expect("a writer");
    ledger.conn.execute_batch("ALTER TABLE observation RENAME TO gone").expect("renamed");
    let record = Record::new(1, observation("https://a.example/", day(1), Reason::OkPlain));
    writer.record(record.clone()).expect("taken");
    let error = writer.flush().expect_err("no such table");
    assert!(matches!(error, LedgerError::Statement { .. }), "{error:?}");
    assert!(matches!(writer.record(record), Err(LedgerError::WriterGone { .. })));
}
