//! `perennial explain`.

use crate::house::{outcome, perennial, write};

#[test]
fn a_reason_is_explained() {
    let (code, out, err) = outcome(perennial().args(["explain", "http-404"]));
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("http-404: ") && out.contains("What to do"), "{out}");
}

#[test]
fn every_reason_is_listed_and_can_be_read_by_programs() {
    let (_, out, _) = outcome(perennial().arg("explain"));
    assert!(out.contains("bot-wall-cloudflare") && out.contains("dns-nxdomain"), "{out}");
    let (_, out, _) = outcome(perennial().args(["explain", "http-404", "--format", "json"]));
    let read: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(read["state"], "dead");
    let (_, out, _) = outcome(perennial().args(["explain", "blocked", "--format", "jsonl"]));
    let states =
        out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON")["state"].clone());
    assert!(states.clone().count() > 10 && states.into_iter().all(|state| state == "blocked"));
}

#[test]
fn a_mistyped_reason_is_told_the_nearest() {
    let (code, out, err) = outcome(perennial().args(["explain", "htp-404"]));
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(
        err,
        "error: there is no reason or state `htp-404`, and no run has listed such an address or host\nhelp: did you mean `http-404`?\n"
    );
}

#[test]
fn a_mistyped_reason_is_told_the_nearest_before_anything_was_run() {
    let folder = tempfile::tempdir().expect("a folder");
    write(&folder, "list.md", "Nothing is listed here.\n");
    outcome(perennial().current_dir(&folder).args(["run", "list.md", "--no-config", "--quiet"]));
    assert!(folder.path().join("perennial.ledger").exists(), "a ledger without a run");
    let (code, _, err) = outcome(perennial().current_dir(&folder).args(["explain", "htp-404"]));
    assert!(code == 2 && err.contains("did you mean `http-404`?"), "{err}");
}

#[test]
fn without_a_ledger_there_is_no_story() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, out, err) = outcome(perennial().current_dir(&folder).args(["explain", "https://example.org/"]));
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("no ledger at perennial.ledger") && err.contains("help: run `perennial run` first"), "{err}");
    let (_, _, of_host) = outcome(perennial().current_dir(&folder).args(["explain", "example.org"]));
    assert_eq!(of_host, err);
    assert!(std::fs::read_dir(&folder).expect("a folder").next().is_none(), "something was left behind");
}

#[test]
fn links_between_files_have_a_story_under_the_address_as_it_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    write(&folder, "list.md", "# List\n- [Gone](gone.md)\n- [Place](#nowhere)\n");
    let mut run = perennial();
    run.current_dir(&folder).args(["run", "list.md", "--root", ".", "--no-config", "--quiet"]);
    assert_eq!(outcome(&mut run).0, 1);
    for (address, reason) in [("gone.md", "file-missing"), ("#nowhere", "anchor-missing")] {
        let (code, out, err) = outcome(perennial().current_dir(&folder).args(["explain", address]));
        assert_eq!(code, 0, "{err}");
        assert!(out.contains(reason) && out.contains("list.md:"), "{out}");
    }
    let (code, _, err) = outcome(perennial().current_dir(&folder).args(["explain", "gone.html"]));
    assert!(code == 2 && err.contains("no run has listed such an address"), "{err}");
}

#[test]
fn a_host_shows_its_listed_links_with_their_verdicts() {
    let folder = tempfile::tempdir().expect("a folder");
    write(&folder, "list.md", "- [A](http://127.0.0.1/a)\n- [B](http://127.0.0.1/b)\n- [C](http://10.0.0.1/)\n");
    let mut run = perennial();
    run.current_dir(&folder).args(["run", "list.md", "--no-config", "--quiet"]);
    outcome(&mut run);
    let (code, out, err) = outcome(perennial().current_dir(&folder).args(["explain", "127.0.0.1"]));
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("2 links: ") && out.contains("http://127.0.0.1/b (") && !out.contains("10.0.0.1"), "{out}");
    let arguments = ["explain", "127.0.0.1", "--format", "json"];
    let (_, out, _) = outcome(perennial().current_dir(&folder).args(arguments));
    let told: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&told["schema"], &told["links"][0]["url"]), (&"perennial.host/1".into(), &"http://127.0.0.1/a".into()));
    let (code, _, err) = outcome(perennial().current_dir(&folder).args(["explain", "other.example"]));
    assert!(code == 2 && err.contains("a host one that the latest list leads to"), "{err}");
}
