//! Seeds, ledgers and folders that will not do: one clear message with the thing's name and what to do, the right exit code,
//! and nothing of what was there before is touched.

use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use crate::house::{contents, outcome, perennial, rehearsal, write};
use crate::played::{Played, Working};

/// A folder in which a run has been, so that there is something to leave untouched.
fn after_a_run() -> TempDir {
    let folder = rehearsal();
    let (code, _, err) = outcome(perennial().current_dir(&folder).arg("run"));
    assert_eq!(code, 0, "{err}");
    folder
}

/// Runs a command that must fail, in words that name the thing, without touching a file.
#[track_caller]
fn refused(folder: &TempDir, arguments: &[&str], expected_code: i32, named: &str) -> String {
    let before = contents(folder.path());
    let (code, out, err) = outcome(perennial().current_dir(folder).args(arguments));
    assert_eq!((code, out.as_str()), (expected_code, ""), "{err}");
    assert!(err.starts_with("error: ") && err.contains(named), "`{named}` is not named:\n{err}");
    assert!(err.contains("\nhelp: "), "nothing is said on what to do:\n{err}");
    assert!(!err.contains("bug"), "{err}");
    let after = contents(folder.path());
    // The ledger's own bookkeeping beside it may change; `report` is asked below whether what it tells has.
    let is_ledger = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().contains(".ledger"));
    let touched = after.iter().filter(|(path, content)| before.get(*path) != Some(content) && !is_ledger(path));
    let touched: Vec<_> = touched.map(|(path, _)| path).collect();
    let gone: Vec<_> = before.keys().filter(|path| !after.contains_key(*path) && !is_ledger(path)).collect();
    assert!(touched.is_empty() && gone.is_empty(), "touched: {touched:?}, gone: {gone:?}\n{err}");
    err
}

#[test]
fn a_seed_that_is_not_there() {
    let folder = after_a_run();
    let text = refused(&folder, &["run", "lisst.md"], 2, "lisst.md");
    assert!(text.contains("did you mean `list.md`?"), "{text}");
    refused(&folder, &["run", "nowhere/*.md"], 2, "nowhere");
    refused(&folder, &["run", "@gone.txt"], 2, "gone.txt");
}

#[test]
fn no_seed_at_all() {
    let folder = rehearsal();
    write(&folder, "config.toml", "");
    refused(&folder, &["run"], 2, "no resource page");
}

#[test]
fn seeds_without_links() {
    let folder = after_a_run();
    write(&folder, "empty.md", "");
    write(&folder, "bare.md", "# Nothing here\n\nJust words.\n");
    let told = || outcome(perennial().current_dir(&folder).args(["report", "--format", "json"]));
    let before = told();
    refused(&folder, &["run", "empty.md"], 3, "empty.md");
    refused(&folder, &["run", "bare.md"], 3, "bare.md");
    assert_eq!(told(), before, "a run that read nothing is remembered");
}

#[test]
fn a_binary_seed() {
    let folder = after_a_run();
    let bytes: Vec<u8> = (0..50_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    write(&folder, "picture.md", bytes);
    refused(&folder, &["run", "picture.md"], 3, "picture.md");
}

#[test]
fn a_seed_in_another_charset_is_read() {
    let folder = rehearsal();
    write(&folder, "latin.md", b"- [Caf\xe9](https://cafe.example/) d\xe9j\xe0 vu\n");
    let (code, out, err) = outcome(perennial().current_dir(&folder).args(["links", "latin.md", "--format", "jsonl"]));
    assert_eq!(code, 0, "{err}");
    let link: serde_json::Value = serde_json::from_str(&out).expect("one line of JSON");
    assert_eq!(link["title"], "Café");
}

#[test]
fn a_seed_beyond_the_bound() {
    let folder = after_a_run();
    write(&folder, "large.md", "- [A](https://a.example/)\n".repeat(1_000));
    let (code, out, err) = outcome(
        perennial().current_dir(&folder).env("PERENNIAL_NETWORK_MAX_SEED_BODY", "1KiB").args(["run", "large.md"]),
    );
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    assert!(err.contains("large.md") && err.contains("max_seed_body"), "{err}");
}

#[test]
fn a_ledger_that_is_something_else() {
    let folder = after_a_run();
    write(&folder, "notes.txt", "These are my notes, and no ledger at all.\n".repeat(50));
    refused(&folder, &["run", "--ledger", "notes.txt"], 2, "notes.txt");
    refused(&folder, &["report", "--ledger", "notes.txt"], 2, "notes.txt");
}

#[test]
fn a_ledger_that_is_damaged() {
    let folder = after_a_run();
    let path = folder.path().join("perennial.ledger");
    let mut bytes = std::fs::read(&path).expect("a ledger");
    for byte in bytes.iter_mut().skip(100).step_by(7) {
        *byte ^= 0x5a;
    }
    std::fs::write(&path, &bytes).expect("written");
    refused(&folder, &["run"], 4, "perennial.ledger");
    refused(&folder, &["report"], 4, "perennial.ledger");
    assert!(std::fs::read(&path).expect("still there") == bytes, "the damaged ledger was written");
}

#[test]
fn a_ledger_that_is_not_there() {
    let folder = rehearsal();
    refused(&folder, &["report"], 2, "perennial.ledger");
}

#[test]
fn a_reports_folder_that_is_a_file() {
    let folder = after_a_run();
    write(&folder, "taken", "mine");
    refused(&folder, &["report", "--reports", "taken"], 4, "taken");
    refused(&folder, &["run", "--reports", "taken/below"], 4, "taken");
}

#[test]
fn certificates_that_are_none() {
    let folder = after_a_run();
    write(&folder, "empty.pem", "nothing");
    write(&folder, "config.toml", "seeds = ['list.md']\n[network]\nextra_ca_file = 'empty.pem'\n");
    refused(&folder, &["run"], 2, "network.extra_ca_file");
}

#[test]
fn a_live_page_that_does_not_answer_well() {
    let played = Played::new(&[json!({"id": "pages", "server": [
        {"host": "pages.test", "path": "/list", "status": 404, "headers": {"Content-Type": "text/html"}, "body": "<h1>Not Found</h1>"},
        {"host": "pages.test", "path": "/empty", "headers": {"Content-Type": "text/html"}, "body": "<h1>Nothing</h1>"},
    ]})]);
    let folder = after_a_run();
    played.configure(&folder, "requests_per_second = 1000.0\nretries = 0\nconfirm_after = \"0s\"\n");
    let text = refused(&folder, &["run", "http://pages.test/list"], 3, "http://pages.test/list");
    assert!(text.contains("404"), "{text}");
    refused(&folder, &["run", "http://pages.test/empty"], 3, "http://pages.test/empty");
    refused(&folder, &["run", "http://nobody.test/list"], 3, "http://nobody.test/list");
}

#[test]
fn a_ledger_of_a_later_version() {
    let folder = after_a_run();
    let ledger = rusqlite::Connection::open(folder.path().join("perennial.ledger")).expect("a database");
    ledger.pragma_update(None, "user_version", 4_000).expect("changed");
    drop(ledger);
    for verb in ["run", "report"] {
        let text = refused(&folder, &[verb], 4, "perennial.ledger");
        assert!(text.contains("4000") && text.contains("later version"), "{text}");
    }
}

#[test]
fn a_ledger_another_run_is_using() {
    let played = Played::new(&[json!({"id": "silent", "server": [
        {"host": "silent.test", "path": "/robots.txt", "status": 404},
        {"host": "silent.test", "path": "/*", "behaviour": "never-respond"},
    ]})]);
    let folder = played.desk("http://silent.test/page\n", "");
    let mut working = Working::start(&folder);
    played.wait_for(2, &mut working);
    let text = refused(&folder, &["run"], 4, "perennial.ledger");
    assert!(text.contains("in use by another run"), "{text}");
    working.kill();
    // What the killed run held is free again: a report is only short of a whole run.
    let (code, _, err) = outcome(perennial().current_dir(&folder).arg("report"));
    assert!(code != 4, "{err}");
}
