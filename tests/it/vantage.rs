//! Somebody elsewhere is asked before a link that fails here counts as dead.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::house::{outcome, perennial};
use crate::played::Played;

const HASTE: &str = "requests_per_second = 1000.0\nretries = 0\nconfirm_after = '20ms'\nlatency_factor = 0.0\n";
const LINKS: &str = "http://there.test/guide\nhttp://nowhere.test/guide\nhttp://fine.test/page\n";

/// A proxy in another place: from there `there.test` answers.
fn proxy() -> SocketAddr {
    proxy_where(|_| None)
}

/// The same, where some addresses get an answer of their own.
fn proxy_where(answer: impl Fn(&str) -> Option<&'static str> + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { break };
            let mut lines = BufReader::new(stream.try_clone().expect("a stream")).lines();
            let asked = lines.next().and_then(Result::ok).unwrap_or_default();
            while lines.next().and_then(Result::ok).is_some_and(|line| !line.is_empty()) {}
            let words = "figures read and explained for whoever wants to know them ".repeat(8);
            let address = asked.split(' ').nth(1);
            let (status, body) = match address {
                Some(address) if answer(address).is_some() => (answer(address).unwrap_or_default(), String::new()),
                Some("http://there.test/guide") => {
                    ("200 OK", format!("<title>A guide</title><h1>A guide</h1><p>{words}"))
                }
                Some(address) if address.ends_with("/robots.txt") => ("404 Not Found", String::new()),
                _ => ("502 Bad Gateway", String::new()),
            };
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
        }
    });
    address
}

fn web() -> Played {
    let html = json!({"Content-Type": "text/html"});
    Played::new(&[json!({"id": "here", "server": [
        {"host": "there.test", "path": "/*", "behaviour": "refuse"},
        {"host": "nowhere.test", "path": "/*", "behaviour": "refuse"},
        {"host": "fine.test", "path": "/*", "headers": html, "body": "<title>Fine</title><h1>Fine</h1><p>All of it is here."}]})])
}

/// State and reason of each link after a run, and what was said.
fn run(folder: &TempDir, now: &str) -> (Vec<(String, String)>, String) {
    let (code, _, err) = outcome(perennial().current_dir(folder).args(["run", "--now", now]));
    assert!(matches!(code, 0 | 1), "{err}");
    let audit = std::fs::read(folder.path().join("reports/audit.json")).expect("an audit");
    let audit: Value = serde_json::from_slice(&audit).expect("JSON");
    let text = |link: &Value, key: &str| link[key].as_str().expect("a text").to_owned();
    let links = audit["links"].as_array().expect("links");
    (links.iter().map(|link| (text(link, "state"), text(link, "reason"))).collect(), err)
}

fn verdicts(folder: &TempDir, now: &str) -> Vec<(String, String)> {
    run(folder, now).0
}

fn pair(state: &str, reason: &str) -> (String, String) {
    (state.to_owned(), reason.to_owned())
}

#[test]
fn what_answers_elsewhere_is_not_dead_here() {
    let web = web();
    let folder = web.desk(LINKS, &format!("{HASTE}[check]\nsecond_vantage = 'http://{}'\n", proxy()));
    for day in ["2026-03-01", "2026-03-05"] {
        let now = format!("{day}T00:00:00Z");
        assert_eq!(verdicts(&folder, &now)[..2], [pair("unsure", "tcp-refused"), pair("unsure", "tcp-refused")]);
    }
    let matured = verdicts(&folder, "2026-03-09T00:00:00Z");
    assert_eq!(matured[..2], [pair("blocked", "vantage-dependent"), pair("dead", "refused-persistent")]);
    // It is remembered for a month, and counted anew after that.
    assert_eq!(verdicts(&folder, "2026-03-20T00:00:00Z")[0], pair("blocked", "vantage-dependent"));
    assert_eq!(verdicts(&folder, "2026-04-15T00:00:00Z")[0], pair("unsure", "tcp-refused"));
}

#[test]
fn what_takes_two_runs_is_asked_elsewhere_before_the_second() {
    let html = json!({"Content-Type": "text/html"});
    let body = "<title>Unknown site</title><h1>No such site</h1><p>No site is configured for this name.";
    let platform = |host: &str| json!({"host": host, "path": "/*", "status": 503, "headers": html, "body": body});
    let web = Played::new(&[json!({"id": "here", "server": [platform("there.test"), platform("nowhere.test")]})]);
    let links = "http://there.test/guide\nhttp://nowhere.test/guide\n";
    let folder = web.desk(links, &format!("{HASTE}[check]\nsecond_vantage = 'http://{}'\n", proxy()));
    let waiting = pair("unsure", "hosting-tombstone");
    assert_eq!(verdicts(&folder, "2026-03-01T00:00:00Z"), [waiting.clone(), waiting]);
    let second = verdicts(&folder, "2026-03-02T00:00:00Z");
    assert_eq!(second, [pair("blocked", "vantage-dependent"), pair("dead", "hosting-tombstone")]);
}

#[test]
fn a_vantage_point_that_is_away_is_named_and_nobody_is_dead_before_it_was_asked() {
    let web = web();
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let configure = |address: SocketAddr| {
        format!("{HASTE}[check]\nsecond_vantage = 'http://me:secret@{address}'\n[archive]\nsuggest = false\n")
    };
    let folder = web.desk(LINKS, &configure(closed));
    verdicts(&folder, "2026-03-01T00:00:00Z");
    let (waiting, said) = run(&folder, "2026-03-05T00:00:00Z");
    assert_eq!(waiting[0], pair("unsure", "tcp-refused"));
    assert!(!said.contains("vantage"), "there is nothing to ask yet: {said}");
    for day in ["2026-03-09", "2026-03-10"] {
        let (matured, said) = run(&folder, &format!("{day}T00:00:00Z"));
        assert_eq!(matured[..2], [pair("unsure", "tcp-refused"), pair("unsure", "tcp-refused")], "{day}");
        for needed in [&format!("http://{closed} cannot be reached"), "2 links", "take second_vantage out of [check]"] {
            assert!(said.contains(needed), "{needed} is missing in {said}");
        }
        assert!(!said.contains("secret"), "{said}");
        let audit = std::fs::read_to_string(folder.path().join("reports/audit.json")).expect("an audit");
        assert!(audit.contains("the second vantage point has not been asked yet"), "{audit}");
    }
    web.configure(&folder, &configure(proxy()));
    let asked = verdicts(&folder, "2026-03-12T00:00:00Z");
    assert_eq!(asked[..2], [pair("blocked", "vantage-dependent"), pair("dead", "refused-persistent")]);
    // What is dead stays so, whatever becomes of the proxy.
    web.configure(&folder, &configure(closed));
    assert_eq!(verdicts(&folder, "2026-03-20T00:00:00Z")[1], pair("dead", "refused-persistent"));
}

/// A proxy that takes every connection and lets nothing through.
fn silent_proxy() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || listener.incoming().for_each(drop));
    address
}

#[test]
fn a_vantage_point_that_lets_nothing_through_is_said_and_counts_as_failing_too() {
    let web = web();
    let folder = web.desk(LINKS, &format!("{HASTE}[check]\nsecond_vantage = 'http://{}'\n", silent_proxy()));
    verdicts(&folder, "2026-03-01T00:00:00Z");
    verdicts(&folder, "2026-03-05T00:00:00Z");
    let (matured, said) = run(&folder, "2026-03-09T00:00:00Z");
    assert_eq!(matured[..2], [pair("dead", "refused-persistent"), pair("dead", "refused-persistent")]);
    assert!(said.contains("nothing came back through the second vantage point http://127.0.0.1:"), "{said}");
}

/// Three failing runs over a week with a proxy elsewhere: what is published then, and what is said.
fn matured_with(proxy: SocketAddr) -> (Vec<(String, String)>, String) {
    let web = web();
    let folder = web.desk(LINKS, &format!("{HASTE}[check]\nsecond_vantage = 'http://{proxy}'\n"));
    verdicts(&folder, "2026-03-01T00:00:00Z");
    verdicts(&folder, "2026-03-05T00:00:00Z");
    run(&folder, "2026-03-09T00:00:00Z")
}

#[test]
fn a_wall_elsewhere_is_an_answer() {
    let walls = |address: &str| (address == "http://nowhere.test/guide").then_some("403 Forbidden");
    let (matured, _) = matured_with(proxy_where(walls));
    let here = pair("blocked", "vantage-dependent");
    assert_eq!(matured[..2], [here.clone(), here]);
}

#[test]
fn nobody_is_dead_whose_page_was_not_asked_for_elsewhere() {
    let robots = |address: &str| (address == "http://nowhere.test/robots.txt").then_some("502 Bad Gateway");
    let busy = |address: &str| (address == "http://nowhere.test/guide").then_some("429 Too Many Requests");
    for proxy in [proxy_where(robots), proxy_where(busy)] {
        let (matured, _) = matured_with(proxy);
        assert_eq!(matured[..2], [pair("blocked", "vantage-dependent"), pair("unsure", "tcp-refused")]);
    }
}

#[test]
fn a_vantage_point_that_wants_a_sign_in_is_named_and_kills_nobody() {
    let (matured, said) = matured_with(proxy_where(|_| Some("407 Proxy Authentication Required")));
    assert_eq!(matured[..2], [pair("unsure", "tcp-refused"), pair("unsure", "tcp-refused")]);
    assert!(said.contains("wants a sign-in") && said.contains("take second_vantage out of [check]"), "{said}");
}
