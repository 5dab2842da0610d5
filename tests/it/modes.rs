//! What makes a run fail: modes, states, reasons, and rules for single hosts; and signs of one's own.

use serde_json::json;
use tempfile::TempDir;

use crate::house::{outcome, perennial, write};
use crate::played::{NOW, Played};

const HASTE: &str = "requests_per_second = 1000.0\nretries = 1\nconfirm_after = '20ms'\nlatency_factor = 0.0\n";

/// A healthy page, a missing one, one behind a wall, and an error page that answers 200.
fn web() -> Played {
    let html = json!({"Content-Type": "text/html; charset=utf-8"});
    let words = "figures read and explained for whoever wants to know them ".repeat(8);
    let page =
        format!("<!doctype html><title>{{REQUEST_PATH}} on water</title><h1>{{REQUEST_PATH}} on water</h1><p>{words}");
    let lost = "<!doctype html><title>Page not found</title><h1>Page not found</h1><p>Error 404.";
    Played::new(&[json!({"id": "desk", "server": [
        {"host": "good.test", "path": "/page/*", "headers": html, "body": page},
        {"host": "good.test", "path": "/lost/*", "headers": html, "body": lost},
        {"host": "walled.test", "path": "/*", "status": 403, "headers": html, "body": "<h1>Forbidden</h1>"},
        {"host": "gone.test", "path": "/", "headers": html, "body": page},
        {"host": "gone.test", "path": "/page/*", "headers": html, "body": page}]})])
}

fn run(folder: &TempDir, now: &str, flags: &[&str]) -> (i32, String, String) {
    outcome(perennial().current_dir(folder).args(["run", "--now", now, "--quiet"]).args(flags))
}

fn code(folder: &TempDir, flags: &[&str]) -> i32 {
    let (code, _, err) = run(folder, NOW, flags);
    assert!(code != 2 && code != 4, "{err}");
    code
}

const GOOD: &str = "http://good.test/page/1\n";
const DEAD: &str = "http://gone.test/lost\n";
const WALLED: &str = "http://walled.test/page\n";
const LOST: &str = "http://good.test/lost/1\n";

#[test]
fn each_mode_fails_on_what_it_is_for() {
    let web = web();
    let lists = [
        ("good", GOOD.to_owned()),
        ("dead", format!("{GOOD}{DEAD}")),
        ("walled", format!("{GOOD}{WALLED}")),
        ("lost", format!("{GOOD}{LOST}")),
    ];
    let expected = [("ci", [0, 1, 0, 0]), ("pr", [0, 1, 0, 1]), ("audit", [0, 0, 0, 0]), ("strict", [0, 1, 1, 1])];
    for (name, codes) in expected {
        for ((what, list), expected) in lists.iter().zip(codes) {
            let folder = web.desk(list, HASTE);
            assert_eq!(code(&folder, &["--mode", name]), expected, "--mode {name} with a {what} link");
        }
    }
}

#[test]
fn a_change_fails_only_for_what_it_adds() {
    let web = web();
    let folder = web.desk(&format!("{GOOD}{DEAD}"), HASTE);
    let pr = || outcome(perennial().current_dir(&folder).args(["run", "--now", NOW, "--mode", "pr"]));
    let (first, _, err) = pr();
    assert_eq!(first, 1, "on a first run everything is added");
    assert!(err.contains("there was no ledger perennial.ledger, so every link counts as new"), "{err}");
    write(&folder, "list.txt", format!("{GOOD}{DEAD}http://good.test/page/2\n"));
    let (second, _, err) = pr();
    assert_eq!((second, err.contains("no ledger")), (0, false), "the dead link was there before");
    assert_eq!(code(&folder, &["--mode", "ci"]), 1);
    write(&folder, "list.txt", format!("{GOOD}{DEAD}http://gone.test/another\n"));
    assert_eq!(code(&folder, &["--mode", "pr"]), 1);
}

#[test]
fn flags_win_over_the_file_and_single_keys_over_the_mode() {
    let web = web();
    let check = |keys: &str| web.desk(&format!("{GOOD}{DEAD}{WALLED}"), &format!("{HASTE}[check]\n{keys}"));
    assert_eq!(code(&check("mode = 'audit'"), &[]), 0);
    assert_eq!(code(&check("mode = 'audit'"), &["--mode", "ci"]), 1);
    assert_eq!(code(&check("mode = 'strict'\nfail_on = ['suspect']"), &[]), 0);
    assert_eq!(code(&check("fail_on = ['suspect']"), &["--mode", "strict"]), 1);
    assert_eq!(code(&check(""), &["--fail-on", "none"]), 0);
    assert_eq!(code(&check("fail_on = ['none']"), &[]), 0);
    assert_eq!(code(&check("fail_on = []"), &["--fail-on", "http-403"]), 1, "a reason can be named");
    assert_eq!(code(&check("fail_on = []"), &["--fail-on", "http-401"]), 0);
    assert_eq!(code(&check(""), &["--exit-zero"]), 0);
}

#[test]
fn rules_say_what_fails_at_single_hosts() {
    let web = web();
    let rule = |rule: &str| web.desk(&format!("{GOOD}{DEAD}{WALLED}"), &format!("{HASTE}{rule}"));
    assert_eq!(code(&rule("[[rule]]\nhost = 'gone.test'\nfail_on = []\n"), &[]), 0);
    assert_eq!(code(&rule("[[rule]]\nhost = 'other.test'\nfail_on = []\n"), &[]), 1);
    let strict =
        "[[rule]]\nhost = '*.test'\nfail_on = []\n[[rule]]\nurl = 'http://walled.test/*'\nfail_on = ['blocked']\n";
    assert_eq!(code(&rule(strict), &[]), 1, "later rules win");
}

#[test]
fn what_cannot_fail_a_run_is_refused_with_what_was_meant() {
    let folder = web().desk(GOOD, &format!("{HASTE}[check]\nfail_on = ['ded']\nmode = 'pull-request'\n"));
    let (code, _, err) = run(&folder, NOW, &[]);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("`check.fail_on` is \"ded\"") && err.contains("did you mean \"dead\"?"), "{err}");
    assert!(err.contains("`check.mode` is \"pull-request\""), "{err}");
}

#[test]
fn signs_of_ones_own_decide_before_those_compiled_in() {
    let web = web();
    let folder = web.desk(LOST, &format!("{HASTE}[check]\nown_signs = 'signs.tsv'\nfail_on = ['login-wall']\n"));
    let (status, _, err) = run(&folder, NOW, &[]);
    assert_eq!(status, 2);
    assert!(err.contains("signs.tsv"), "{err}");
    let row = "members-only\t2026-11\tlogin-wall\tpath~/lost/ & head~page not found\t200 {url: http://good.test/lost/x} <title>Page not found</title>\n";
    write(&folder, "signs.tsv", row);
    assert_eq!(code(&folder, &[]), 1, "the list's own sign says that a login is behind it");
    write(&folder, "signs.tsv", row.replace("login-wall", "login-walls"));
    let (status, _, err) = run(&folder, NOW, &[]);
    assert_eq!(status, 2);
    assert!(err.contains("row `members-only`") && err.contains("did you mean `login-wall`?"), "{err}");
}

#[test]
fn the_dead_are_asked_weekly_and_the_walled_monthly_and_refreshing_asks_all() {
    let web = web();
    let folder = web.desk(&format!("{GOOD}{DEAD}{WALLED}"), HASTE);
    let asked = |now: &str, flags: &[&str]| -> Vec<String> {
        let before = web.playing.requests().len();
        let (code, _, err) = run(&folder, now, flags);
        assert_eq!(code, 1, "{err}");
        let mut asked: Vec<String> = web
            .asked_since(before)
            .filter(|address| [GOOD, DEAD, WALLED].iter().any(|link| link.trim() == address))
            .collect();
        asked.dedup();
        asked.sort();
        asked.dedup();
        asked
    };
    let all = [DEAD.trim(), GOOD.trim(), WALLED.trim()];
    assert_eq!(asked("2026-03-01T00:00:00Z", &[]), all);
    assert_eq!(asked("2026-03-04T00:00:00Z", &[]), [""; 0]);
    assert_eq!(asked("2026-03-08T00:00:00Z", &[]), [DEAD.trim(), GOOD.trim()]);
    assert_eq!(asked("2026-03-09T00:00:00Z", &["--refresh"]), all);
    // Dead for more than four weeks: once a month from then on.
    assert!(asked("2026-04-02T00:00:00Z", &[]).contains(&DEAD.trim().to_owned()));
    assert!(!asked("2026-04-20T00:00:00Z", &[]).contains(&DEAD.trim().to_owned()));
    assert!(asked("2026-05-03T00:00:00Z", &[]).contains(&DEAD.trim().to_owned()));
}
