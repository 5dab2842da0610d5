//! Large lists of healthy links on servers that are not perfect.

use std::collections::HashMap;
use std::sync::Mutex;

use twox_hash::XxHash3_64;

use super::*;

const HOSTS: usize = 200;
const LINKS: usize = 2_000;

fn links() -> Vec<String> {
    (0..LINKS).map(|n| format!("http://h{}.test/texts/on-matter-{n}", n % HOSTS)).collect()
}

/// A healthy document, of a kind that is quickly read.
fn text(url: &Url) -> Act {
    Act::Answer(200, vec![("content-type", "text/plain".into())], format!("What is known on the matter of {url}."))
}

/// A number that looks random and is the same in every test run, whatever the order of the requests.
fn dice(day: i64, url: &Url, try_: u64, of: u64) -> u64 {
    let seed = u64::try_from(day).unwrap_or_default() << 8 | try_;
    XxHash3_64::oneshot_with_seed(seed, url.as_str().as_bytes()) % of
}

#[tokio::test(start_paused = true)]
async fn random_failures_kill_nobody_in_ten_daily_runs() {
    let diary = Diary::of(links());
    for day in 1..=10 {
        let failed = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&failed);
        let tries: Mutex<HashMap<Url, u64>> = Mutex::default();
        let audit = diary
            .audit(day, move |url, _| {
                let try_ = {
                    let mut tries = tries.lock().expect("nobody panicked");
                    let tries = tries.entry(url.clone()).or_default();
                    *tries += 1;
                    *tries
                };
                if dice(day, url, try_, 100) >= 3 {
                    return text(url);
                }
                counter.fetch_add(1, Ordering::Relaxed);
                match dice(day, url, try_, 7) {
                    0 => status(500),
                    1 => status(502),
                    2 => status(503),
                    3 => refused(),
                    4 => Act::Fail(Failure::Connect(ConnectFailure::Timeout)),
                    5 => Act::Fail(Failure::Dns(DnsFailure::Timeout)),
                    _ => Act::Fail(Failure::EmptyReply),
                }
            })
            .await;
        assert_eq!(audit.links.len(), LINKS);
        assert_eq!(audit.count(State::Dead), 0, "day {day}");
        assert!(audit.count(State::Unsure) <= 3, "day {day}: {} unsure", audit.count(State::Unsure));
        assert_eq!((audit.run.trouble.as_ref(), audit.run.incidents.len()), (None, 0), "day {day}");
        // Beyond one request for each link, one robots.txt for each host and one for each that failed: nearly nothing.
        let needed = LINKS + HOSTS + failed.load(Ordering::Relaxed);
        let sent = usize::try_from(audit.run.requests.total()).expect("a number");
        assert!(sent * 100 < needed * 102, "day {day}: {sent} requests, {needed} needed");
    }
}

#[tokio::test(start_paused = true)]
async fn a_healthy_list_costs_one_request_for_each_link_and_one_robots_txt_for_each_host() {
    let audit = Diary::of(links()).audit(1, |url, _| text(url)).await;
    let requests = audit.run.requests;
    assert_eq!((requests.links, requests.robots), (LINKS as u64, HOSTS as u64));
    assert_eq!(requests.extra(), 0);
    assert_eq!(audit.count(State::Ok), LINKS);
}

#[tokio::test(start_paused = true)]
async fn suspicious_pages_cost_one_probe_for_each_host_and_folder() {
    let diary = Diary::of(links());
    let asked: Arc<Mutex<HashMap<String, usize>>> = Arc::default();
    let log = Arc::clone(&asked);
    // One page in twenty is thin; what is made up beside it is missing.
    let audit = diary
        .audit(1, move |url, _| {
            let number = url.path().rsplit('-').next().and_then(|number| number.parse::<usize>().ok());
            match number {
                Some(number) if number % 20 == 0 => {
                    let body = format!("<title>Note {number}</title><h1>Note {number}</h1><p>Short and good.</p>");
                    Act::Answer(200, vec![("content-type", "text/html".into())], body)
                }
                Some(_) => text(url),
                None => {
                    *log.lock().expect("whole").entry(url.host_str().unwrap_or_default().to_owned()).or_default() +=
                        usize::from(url.path() != "/robots.txt");
                    status(404)
                }
            }
        })
        .await;
    let asked = asked.lock().expect("whole");
    assert!(asked.values().all(|&probes| probes <= 1), "{asked:?}");
    let probed: usize = asked.values().sum();
    assert!(probed > 0, "nothing was suspicious");
    assert_eq!(audit.run.requests.probes, probed as u64, "the audit's counter tells them");
    assert_eq!(audit.run.requests.extra(), probed as u64);
    assert_eq!(audit.count(State::Dead), 0);
}

/// Four links of one folder whose server shows a page for any address, and tells the truth or does not about made-up ones.
fn alike(honest: bool) -> (Diary, impl Fn(&Url, usize) -> Act + Clone + Send + Sync + 'static) {
    let known = ["alpha", "beta", "gamma", "delta"];
    let diary = Diary::of(known.map(|name| format!("http://wild.test/guides/{name}")));
    let act = move |url: &Url, _: usize| {
        let name = url.path().rsplit('/').next().unwrap_or_default();
        if honest && !known.contains(&name) {
            return status(404);
        }
        let words = "news and more from the portal with weather and sports ".repeat(30);
        let body = format!("<!doctype html><title>Portal</title><h1>Portal</h1><p>{words}</p>");
        Act::Answer(200, vec![("content-type", "text/html".into())], body)
    };
    (diary, act)
}

#[tokio::test(start_paused = true)]
async fn links_that_all_show_one_page_are_told_apart_from_missing_pages_by_one_probe() {
    let (diary, act) = alike(false);
    let audit = diary.audit(1, act.clone()).await;
    assert_eq!(audit.links.iter().map(verdict).collect::<Vec<_>>(), [(State::Suspect, Reason::Soft404Probe); 4]);
    assert_eq!(audit.run.requests.probes, 1);
    // Weighed again, the run comes to the same, and so does the next one.
    let mut ledger = diary.ledger();
    let run = audit.run.number;
    settle(&mut ledger, run, Diary::now(1), LastStrike::Kills).expect("settled");
    assert_eq!(ledger.audit(Some(run)).expect("an audit").links, audit.links);
    drop(ledger);
    let audit = diary.audit(3, act).await;
    assert_eq!(audit.links.iter().map(verdict).collect::<Vec<_>>(), [(State::Suspect, Reason::Soft404Probe); 4]);
    let (diary, act) = alike(true);
    let audit = diary.audit(1, act).await;
    assert_eq!(audit.count(State::Ok), 4, "a title that all pages of a site have is no fault");
    assert_eq!(audit.run.requests.probes, 1);
}

/// Links of the list under titles of their own.
async fn sunk(links: &[&str], title: &str, act: impl Fn(&Url, usize) -> Act + Send + Sync + 'static) -> usize {
    let mut diary = Diary::of(links.iter().copied());
    diary.title = Some(title.to_owned());
    let audit = diary.audit(1, act).await;
    audit.links.iter().filter(|link| link.reason == Reason::Soft404Sink).count()
}

#[tokio::test(start_paused = true)]
async fn spellings_of_a_place_and_pages_that_were_merged_are_no_sink() {
    let renamed = |url: &Url, _: usize| match url.path() {
        "/old/r" | "/old/r/" | "/old/r.git" => redirect(301, "https://forge.test/new/r"),
        "/new/r" => page(url),
        _ => status(404),
    };
    let spellings = ["http://forge.test/old/r", "https://forge.test/old/r/", "https://forge.test/old/r.git"];
    assert_eq!(sunk(&spellings, "Tide tables", renamed).await, 0);

    let merged = |status_: u16| {
        move |url: &Url, _: usize| match url.path() {
            "/install" => page(url),
            "/install-linux" | "/install-mac" | "/install-windows" => redirect(status_, "/install"),
            _ => status(404),
        }
    };
    let links = ["http://docs.test/install-linux", "http://docs.test/install-mac", "http://docs.test/install-windows"];
    assert_eq!(sunk(&links, "On install", merged(301)).await, 0);
    assert_eq!(sunk(&links, "On install", merged(302)).await, 3, "for now is not for good");
    assert_eq!(sunk(&links, "Tide tables", merged(301)).await, 3, "not what the list calls it");
}
