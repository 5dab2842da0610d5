//! Killed at any moment, a run loses nothing that was stored, asks nothing of it again, and ends as if undisturbed;
//! interrupted, it says what it knows, and the next run goes on.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use tempfile::TempDir;
use twox_hash::XxHash3_64;

use crate::house::contents;
use crate::played::{Played, Working};

const HOSTS: usize = 40;
const LINKS_PER_HOST: usize = 50;
/// How often the run is killed.
const KILLS: u64 = 12;
/// Other numbers are other moments; these are the same in every test run.
const SEED: u64 = 0x6b69_6c6c;
/// As fast as it goes; failures are looked at a second time, but soon.
const HASTE: &str = "requests_per_second = 40.0\nper_host_concurrency = 4\nretries = 1\nconfirm_after = \"20ms\"\nlatency_factor = 0.0\n";

/// One of the hosts: pages, pages that have gone or moved, and answers that break off.
fn host(number: usize) -> Value {
    let host = name(number);
    let page = "<!doctype html><html lang=\"en\"><head><title>Report {REQUEST_PATH} on water</title>\
                <meta name=\"description\" content=\"What {REQUEST_PATH} says.\"></head>\
                <body><main><h1>Report {REQUEST_PATH} on water</h1><p>Figures of the year, read and explained.</p></main></body></html>";
    let html = json!({"Content-Type": "text/html; charset=utf-8"});
    let mut server = vec![
        json!({"host": host, "path": "/robots.txt", "headers": {"Content-Type": "text/plain"}, "body": "User-agent: *\nDisallow: /kept/\n"}),
        json!({"host": host, "path": "/gone/*", "status": 410, "headers": html, "body": "<h1>Gone</h1>"}),
        json!({"host": host, "path": "/cut/*", "headers": html, "body": page, "behaviour": "truncated"}),
    ];
    // Only what is listed is there or has moved: an address made up to compare with is missing, as it should be.
    for link in 0..LINKS_PER_HOST {
        let (path, old) = (format!("/page/{number}-{link}"), format!("/old/{number}-{link}"));
        server.push(json!({"host": host, "path": path, "headers": html, "body": page}));
        server.push(json!({"host": host, "path": old, "status": 301, "headers": {"Location": format!("/page{old}")}}));
        server.push(json!({"host": host, "path": format!("/page{old}"), "headers": html, "body": page}));
    }
    json!({"id": host, "request_url": format!("http://{host}/"), "server": server})
}

fn name(number: usize) -> String {
    format!("h{number}.crowd.test")
}

/// What is listed: a fifth of it has moved, is missing, has gone, breaks off or is kept from us by robots.txt.
fn list() -> Vec<String> {
    let link = |position: usize| {
        let (host, number) = (position % HOSTS, position / HOSTS);
        let kind = match (host + number) % 20 {
            0 => "old",
            1 => "missing",
            2 => "gone",
            3 if number % 5 == 0 => "cut",
            4 => "kept",
            _ => "page",
        };
        format!("http://{}/{kind}/{host}-{number}", name(host))
    };
    let mut links: Vec<String> = (0..HOSTS * LINKS_PER_HOST - 2).map(link).collect();
    links.push("http://nowhere.test/".to_owned());
    links.push("http://shut.test/".to_owned());
    links
}

/// The addresses whose observation is stored. The ledger is read from a copy, so that the next run finds it as it was left.
fn observed(folder: &TempDir) -> BTreeSet<String> {
    let copy = tempfile::tempdir().expect("a folder");
    for file in ["perennial.ledger", "perennial.ledger-wal"] {
        let _ = std::fs::copy(folder.path().join(file), copy.path().join(file));
    }
    let path = copy.path().join("perennial.ledger");
    if !path.exists() {
        return BTreeSet::new();
    }
    let ledger = rusqlite::Connection::open(path).expect("a database");
    let stored = "SELECT u.canonical FROM observation o JOIN url u ON u.id = o.url_id";
    let Ok(mut stored) = ledger.prepare(stored) else { return BTreeSet::new() };
    let rows = stored.query_map([], |row| row.get(0)).expect("observations");
    rows.collect::<Result<_, _>>().expect("addresses")
}

/// How often a ledger was seen to change.
struct Writes {
    last: Vec<Option<(u64, SystemTime)>>,
    seen: u64,
}

impl Writes {
    fn of(folder: &TempDir) -> Self {
        Writes { last: Self::state(folder), seen: 0 }
    }

    /// Length and time of its files; a file that is not there yet has none.
    fn state(folder: &TempDir) -> Vec<Option<(u64, SystemTime)>> {
        let look = |file: &str| {
            let about = std::fs::metadata(folder.path().join(file)).ok()?;
            Some((about.len(), about.modified().ok()?))
        };
        ["perennial.ledger", "perennial.ledger-wal"].map(look).into()
    }

    fn seen(&mut self, folder: &TempDir) -> u64 {
        let now = Self::state(folder);
        self.seen += u64::from(now != self.last);
        self.last = now;
        self.seen
    }
}

/// Every report without what may differ: how long answers took, and how many requests it took in all, since what was on
/// its way when a run was killed is sent again.
fn reports(folder: &Path) -> Vec<(String, String)> {
    let may_differ = r#""elapsed_ms": ?\d+|"requests": ?\{[^}]*\}|with [\d,]+ requests.*"#;
    let may_differ = regex::Regex::new(may_differ).expect("a pattern");
    let told = |(path, bytes): (PathBuf, Vec<u8>)| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let text = String::from_utf8(bytes).expect("UTF-8");
        (name, may_differ.replace_all(&text, "").into_owned())
    };
    contents(&folder.join("reports")).into_iter().map(told).collect()
}

#[test]
fn killed_again_and_again_it_ends_as_if_undisturbed() {
    let mut web: Vec<Value> = (0..HOSTS).map(host).collect();
    web.push(json!({"id": "shut", "server": [{"host": "shut.test", "path": "/", "behaviour": "refuse"}]}));
    let played = Played::new(&web);
    let links = list();
    let text = links.join("\n");

    let quiet = played.desk(&text, HASTE);
    assert_eq!(Working::start(&quiet).code(), 1, "the list has dead links");
    let all = observed(&quiet);
    assert_eq!(all.len(), links.len());

    let shaken = played.desk(&text, HASTE);
    let mut stored = BTreeSet::new();
    let mut moments = BTreeSet::new();
    for kill in 0..=KILLS {
        let begun = played.playing.requests().len();
        let mut working = Working::start(&shaken);
        let chance = XxHash3_64::oneshot_with_seed(SEED, &kill.to_le_bytes());
        if kill == KILLS {
            assert_eq!(working.code(), 1);
        } else if kill < 4 || kill % 4 == 3 {
            // Before the first request, or soon after: while the ledger is made or taken up again, or the list stored.
            let mut writes = Writes::of(&shaken);
            working.wait_until(|| writes.seen(&shaken) > kill % 5);
            working.kill();
        } else {
            played.wait_for(played.playing.request_count() + 1 + chance % 600, &mut working);
            working.kill();
        }
        let again: Vec<String> = played.asked_since(begun).filter(|address| stored.contains(address)).collect();
        assert!(again.is_empty(), "asked again after their observation was stored: {again:?}");
        let now = observed(&shaken);
        assert!(now.is_superset(&stored), "stored observations are lost");
        moments.insert(now.len());
        stored = now;
    }
    assert!(moments.len() > 6, "hardly ever killed half way: {moments:?}");
    assert!(stored == all, "not every link was observed");

    for ((name, expected), (_, found)) in reports(quiet.path()).iter().zip(reports(shaken.path())) {
        let difference = expected.lines().zip(found.lines()).find(|(expected, found)| expected != found);
        assert!(difference.is_none(), "{name} differs from that of an undisturbed run: {difference:?}");
        assert!(*expected == found, "{name} is longer or shorter than that of an undisturbed run");
    }
}

fn interrupt(working: &Working) {
    let id = i32::try_from(working.0.id()).expect("a process number");
    kill(Pid::from_raw(id), Signal::SIGINT).expect("sent");
}

fn audit(folder: &TempDir) -> Value {
    serde_json::from_slice(&std::fs::read(folder.path().join("reports/audit.json")).expect("an audit")).expect("JSON")
}

/// The listed addresses an audit has a verdict on.
fn judged(audit: &Value) -> BTreeSet<String> {
    let links = audit["links"].as_array().expect("links");
    let judged = links.iter().filter(|link| link["reason"] != "not-reached");
    judged.map(|link| link["url"].as_str().expect("an address").to_owned()).collect()
}

#[test]
fn interrupted_half_way_the_next_run_goes_on() {
    const LINKS: usize = 150;
    let html = json!({"Content-Type": "text/html"});
    let page =
        "<!doctype html><html lang=\"en\"><title>Page {REQUEST_PATH}</title><h1>Page {REQUEST_PATH}</h1><p>Words.";
    let played = Played::new(&[json!({"id": "steady", "server": [
        {"host": "steady.test", "path": "/page/*", "headers": html, "body": page}]})]);
    let list: String = (0..LINKS).map(|number| format!("http://steady.test/page/{number}\n")).collect();
    let folder = played.desk(&list, "requests_per_second = 50.0\nlatency_factor = 0.0\n");
    let mut working = Working::start(&folder);
    played.wait_for(LINKS as u64 / 3, &mut working);
    interrupt(&working);
    let code = working.code();
    assert_eq!(code, 3, "an interrupted run cannot be judged");

    let first = audit(&folder);
    assert_eq!(first["run"]["partial"], "interrupted");
    let seen = judged(&first);
    assert!(seen.len() > 10 && seen.len() < LINKS, "{} of {LINKS}", seen.len());

    let before = played.playing.requests().len();
    played.configure(&folder, "requests_per_second = 1000.0\nlatency_factor = 0.0\n");
    assert_eq!(Working::start(&folder).code(), 0);
    let again: Vec<String> = played.asked_since(before).filter(|address| seen.contains(address)).collect();
    assert!(again.is_empty(), "asked again: {again:?}");
    let second = audit(&folder);
    assert_eq!((&second["run"]["partial"], &second["run"]["number"]), (&Value::Null, &first["run"]["number"]));
    assert_eq!(judged(&second).len(), LINKS);
}
