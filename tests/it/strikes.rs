//! What is published run by run of failures that may pass and of doubts: over real sockets, at times of our choosing.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::house::{outcome, perennial};
use crate::played::Played;

const HASTE: &str = "requests_per_second = 1000.0\nretries = 0\nconfirm_after = '20ms'\nlatency_factor = 0.0\n";

fn run(folder: &TempDir, now: &str, flags: &[&str]) -> (i32, Value) {
    let (code, _, err) = outcome(perennial().current_dir(folder).args(["run", "--now", now]).args(flags));
    assert!(matches!(code, 0 | 1), "{err}");
    let audit = std::fs::read(folder.path().join("reports/audit.json")).expect("an audit");
    (code, serde_json::from_slice(&audit).expect("JSON"))
}

/// State, reason, confidence and strikes (`S2 1/2`) of the first link after a run, and its evidence.
fn verdict(folder: &TempDir, now: &str) -> ([String; 4], String) {
    let (_, audit) = run(folder, now, &[]);
    let link = &audit["links"][0];
    let text = |key: &str| link[key].as_str().expect("a text").to_owned();
    let strikes = match &link["strikes"] {
        Value::Null => String::new(),
        told => format!("{} {}/{}", told["class"].as_str().expect("a class"), told["count"], told["need"]),
    };
    ([text("state"), text("reason"), text("confidence"), strikes], text("evidence"))
}

fn told(state: &str, reason: &str, confidence: &str, strikes: &str) -> [String; 4] {
    [state, reason, confidence, strikes].map(str::to_owned)
}

fn explained(folder: &TempDir, link: &str) -> String {
    let (code, out, err) = outcome(perennial().current_dir(folder).args(["explain", link]));
    assert_eq!(code, 0, "{err}");
    // As many columns as a line has is the terminal's affair.
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn html() -> Value {
    json!({"Content-Type": "text/html"})
}

#[test]
fn a_platform_that_says_behind_a_failure_that_the_site_is_gone_is_believed_on_the_second_day() {
    let body = "<title>Unknown site</title><h1>No such site</h1><p>No site is configured for this name.";
    let web = Played::new(&[json!({"id": "gone", "server": [
        {"host": "gone.test", "path": "/robots.txt", "status": 404, "headers": html(), "body": "none"},
        {"host": "gone.test", "path": "/*", "status": 503, "headers": html(), "body": body}]})]);
    let folder = web.desk("http://gone.test/guide\n", HASTE);
    let (first, evidence) = verdict(&folder, "2026-03-01T04:00:00Z");
    assert_eq!(first, told("unsure", "hosting-tombstone", "medium", "S2 1/2"), "{evidence}");
    assert!(!evidence.contains("strike"), "how far the series is stands beside the evidence: {evidence}");
    let story = explained(&folder, "http://gone.test/guide");
    assert!(story.contains("1 of 2 failing runs at least 20 hours apart"), "{story}");

    assert_eq!(verdict(&folder, "2026-03-01T14:00:00Z").0, first, "ten hours later it is the same run");
    let (second, evidence) = verdict(&folder, "2026-03-02T01:00:00Z");
    assert_eq!(second, told("dead", "hosting-tombstone", "high", "S2 2/2"), "{evidence}");
    assert!(evidence.ends_with("(2 failing runs since 2026-03-01)"), "{evidence}");
    assert_eq!(run(&folder, "2026-03-02T02:00:00Z", &["--refresh"]).0, 1, "and fails the run");
    // Reports are made from the ledger alone, and say the same.
    let (code, out, err) = outcome(perennial().current_dir(&folder).args(["report", "--format", "json"]));
    assert!(code < 2, "{out} {err}");
    let audit = std::fs::read_to_string(folder.path().join("reports/audit.json")).expect("an audit");
    assert!(audit.contains(r#""strikes":{"class":"S2","count":2,"need":2}"#), "{audit}");
}

#[test]
fn a_platform_that_answers_so_for_robots_txt_too_speaks_for_the_whole_site() {
    let body = "<title>Unknown site</title><h1>No such site</h1><p>No site is configured for this name.";
    let web = Played::new(&[json!({"id": "gone", "server": [
        {"host": "gone.test", "path": "/*", "status": 502, "headers": html(), "body": body}]})]);
    let folder = web.desk("http://gone.test/guide\n", HASTE);
    assert_eq!(verdict(&folder, "2026-03-01T04:00:00Z").0, told("unsure", "hosting-tombstone", "medium", "S2 1/2"));
    let (second, evidence) = verdict(&folder, "2026-03-02T04:00:00Z");
    assert_eq!(second, told("dead", "hosting-tombstone", "high", "S2 2/2"), "{evidence}");
    assert!(web.playing.requests().iter().all(|request| request.target == "/robots.txt"), "nothing else was asked");
}

#[test]
fn an_edge_network_that_finds_no_server_by_name_is_believed_on_the_second_day_and_its_other_errors_are_not() {
    let server = |host: &str, code: u16| {
        let body = format!("<title>Trouble</title><h1>Error <span class=\"cf-error-code\">{code}</span></h1>");
        json!([{"host": host, "path": "/robots.txt", "status": 404, "headers": html(), "body": "none"},
            {"host": host, "path": "/*", "status": 530, "headers": html(), "body": body}])
    };
    let web = Played::new(&[
        json!({"id": "nameless", "server": server("nameless.test", 1016)}),
        json!({"id": "tunnel", "server": server("tunnel.test", 1033)}),
    ]);
    let nameless = web.desk("http://nameless.test/guide\n", HASTE);
    let tunnel = web.desk("http://tunnel.test/guide\n", HASTE);
    let (first, evidence) = verdict(&nameless, "2026-03-01T04:00:00Z");
    assert_eq!(first, told("unsure", "cdn-1xxx", "medium", "S2 1/2"), "{evidence}");
    assert!(evidence.contains("its error 1016"), "{evidence}");
    assert_eq!(verdict(&tunnel, "2026-03-01T04:00:00Z").0, told("unsure", "cdn-1xxx", "medium", "S3 1/3"));
    assert_eq!(verdict(&nameless, "2026-03-02T04:00:00Z").0, told("dead", "hosting-tombstone", "high", "S2 2/2"));
    assert_eq!(verdict(&tunnel, "2026-03-02T04:00:00Z").0, told("unsure", "cdn-1xxx", "medium", "S3 2/3"));
    assert_eq!(verdict(&tunnel, "2026-03-08T04:00:00Z").0, told("dead", "server-error-persistent", "medium", "S3 3/3"));
}

/// A site with an expired certificate, and what it answers to its page over http.
fn lapsed(status: u16, location: &str) -> Played {
    let mut headers = html();
    headers["Location"] = json!(location);
    let body = "<title>A guide</title><h1>A guide</h1><p>All of it.";
    Played::new(&[json!({"id": "lapsed", "tls": "expired", "server": [
        {"host": "lapsed.test", "path": "/robots.txt", "status": 404, "headers": html(), "body": "none"},
        {"host": "lapsed.test", "path": "/*", "when": "scheme:http", "status": status, "headers": headers, "body": body},
        {"host": "lapsed.test", "path": "/*", "when": "scheme:https", "headers": html(), "body": body}]})])
}

#[test]
fn an_expired_certificate_is_a_note_on_the_first_day_and_a_finding_on_the_second() {
    let web = lapsed(200, "");
    let folder = web.desk("https://lapsed.test/guide\n", HASTE);
    let (code, _) = run(&folder, "2026-03-01T04:00:00Z", &["--mode", "pr"]);
    assert_eq!(code, 0, "a note on the first day");
    let (first, evidence) = verdict(&folder, "2026-03-01T05:00:00Z");
    assert_eq!(first, told("suspect", "tls-expired", "medium", "S2 1/2"), "{evidence}");
    assert!(evidence.contains("has expired") && evidence.ends_with("; over http it answers 200"), "{evidence}");
    let (second, evidence) = verdict(&folder, "2026-03-02T05:00:00Z");
    assert_eq!(second, told("suspect", "tls-expired", "high", "S2 2/2"), "{evidence}");
    assert!(evidence.ends_with("(seen in 2 runs since 2026-03-01)"), "{evidence}");
    let (later, _) = verdict(&folder, "2026-05-01T05:00:00Z");
    assert_eq!(later[..3], told("suspect", "tls-expired", "high", "")[..3], "and it never kills");
    assert!(web.playing.requests().iter().all(|request| !request.secure), "nobody shakes hands with it");
    // robots.txt, which a day later is asked for anew, and the page.
    let asked = |target: &str| web.playing.requests().iter().filter(|request| request.target == target).count();
    assert_eq!((asked("/robots.txt"), asked("/guide")), (3, 4), "one question a run");
    let audit = std::fs::read_to_string(folder.path().join("reports/audit.json")).expect("an audit");
    assert!(!audit.contains("http://lapsed.test"), "the way around the certificate is no replacement");
}

#[test]
fn an_expired_certificate_kills_over_ten_days_where_there_is_nothing_over_http() {
    let (missing, back) = (lapsed(404, ""), lapsed(301, "https://lapsed.test/guide"));
    for (web, says) in [
        (missing, "; over http it answers 404"),
        (back, "; over http it only leads to where the secure connection fails"),
    ] {
        let folder = web.desk("https://lapsed.test/guide\n", HASTE);
        for day in 1..=10 {
            let (verdict, evidence) = verdict(&folder, &format!("2026-03-{day:02}T04:00:00Z"));
            let due = match day {
                1 => told("suspect", "tls-expired", "medium", "S3 1/3"),
                // On the ninth and tenth day a dead link is not asked again.
                8.. => told("dead", "tls-persistent", "medium", "S3 8/3"),
                _ => told("suspect", "tls-expired", "high", &format!("S3 {day}/3")),
            };
            assert_eq!(verdict, due, "day {day}: {evidence}");
            assert!(evidence.contains(says), "{evidence}");
        }
        let story = explained(&folder, "https://lapsed.test/guide");
        assert!(story.contains("dead (tls-persistent, medium)") && story.contains("Also tls-expired"), "{story}");
    }
}

#[test]
fn whoever_wants_no_further_questions_has_certificates_that_never_kill() {
    let web = lapsed(404, "");
    let folder = web.desk("https://lapsed.test/guide\n", &format!("{HASTE}[check]\nsecond_opinions = false\n"));
    for (day, confidence) in [(1, "medium"), (2, "high"), (9, "high"), (20, "high")] {
        let (verdict, evidence) = verdict(&folder, &format!("2026-03-{day:02}T04:00:00Z"));
        assert_eq!(verdict[..3], told("suspect", "tls-expired", confidence, "")[..3], "day {day}: {evidence}");
    }
    assert_eq!(web.playing.request_count(), 0, "nothing is asked over http");
}

#[test]
fn what_a_wrong_clock_saw_in_years_to_come_is_not_believed_until_then() {
    let web = Played::new(&[json!({"id": "site", "server": [
        {"host": "site.test", "path": "/robots.txt", "status": 404, "headers": html(), "body": "none"},
        {"host": "site.test", "path": "/guide", "headers": html(), "body": "<title>Guide</title><p>All about it."},
        {"host": "busy.test", "path": "/*", "status": 503, "headers": html(), "body": "Overloaded."}]})]);
    let folder = web.desk("http://site.test/guide\nhttp://busy.test/guide\n", HASTE);
    run(&folder, "2036-01-01T00:00:00Z", &[]);
    let asked = web.playing.requests().len();
    let (code, _, err) = outcome(perennial().current_dir(&folder).args(["run", "--now", "2026-03-01T00:00:00Z"]));
    assert!(code < 2 && err.contains("a run of 2036-01-01, which is later than now"), "{code} {err}");
    let again = web.playing.requests().split_off(asked);
    for (host, target) in [("site.test", "/robots.txt"), ("site.test", "/guide"), ("busy.test", "/robots.txt")] {
        let was_asked = again.iter().any(|request| request.host == host && request.target == target);
        assert!(was_asked, "{host}{target}: {again:?}");
    }
    // Failures are counted from the right time on.
    let (_, audit) = run(&folder, "2026-03-05T00:00:00Z", &[]);
    assert_eq!(audit["links"][1]["strikes"]["count"], 2, "{audit:#}");
    assert_eq!(audit["links"][1]["final_url"], Value::Null, "robots.txt is not where the link leads");
}

#[test]
fn a_network_that_answers_in_the_place_of_all_hosts_kills_and_walls_none_of_them() {
    let hosts = ["a", "b", "c", "d", "e", "f"].map(|name| format!("{name}.test"));
    let list: String = hosts.iter().map(|host| format!("http://{host}/guide\n")).collect();
    let web_of = |path: &str, status: u16, body: &str| {
        let answers = hosts.iter().flat_map(|host| {
            let missing = json!({"host": host, "path": "/*", "status": 404, "headers": html(), "body": "none"});
            [json!({"host": host, "path": path, "status": status, "headers": html(), "body": body}), missing]
        });
        Played::new(&[json!({"id": "web", "server": answers.collect::<Vec<_>>()})])
    };
    let page = "<title>Guide to harbours</title><p>What boats bring, whom they bring it to, and why.";
    let well = web_of("/guide", 200, page);
    let folder = well.desk(&list, HASTE);
    let states = |audit: &Value| {
        let links = audit["links"].as_array().expect("links");
        links.iter().map(|link| format!("{} {}", link["state"], link["reason"]).replace('"', "")).collect::<Vec<_>>()
    };
    let perennial_at = |now: &str| {
        let (code, _, err) = outcome(perennial().current_dir(&folder).args(["run", "--now", now]));
        let audit = std::fs::read(folder.path().join("reports/audit.json")).expect("an audit");
        (code, states(&serde_json::from_slice(&audit).expect("JSON")), err)
    };
    assert_eq!(perennial_at("2026-03-01T04:00:00Z").0, 0);
    let portals = [
        web_of("/*", 404, "<title>404</title><h1>Not found</h1>"),
        web_of("/*", 403, "<h1>Access denied by policy</h1>"),
    ];
    for (day, portal) in [10, 11].into_iter().zip(portals) {
        portal.configure(&folder, HASTE);
        let (code, states, err) = perennial_at(&format!("2026-03-{day}T04:00:00Z"));
        assert_eq!((code, states), (3, vec!["unsure network-unhealthy".to_owned(); 6]), "{err}");
        assert!(err.contains("nothing of what is listed was seen"), "{err}");
    }
    well.configure(&folder, HASTE);
    let (code, states, err) = perennial_at("2026-03-12T04:00:00Z");
    assert!(code == 0 && states.iter().all(|state| state.starts_with("ok")), "{states:?} {err}");
}
