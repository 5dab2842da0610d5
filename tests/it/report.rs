//! `perennial report`, and the parts of `perennial run` that need no network.

use crate::house::{contents, outcome, perennial, rehearsal, write};

#[test]
fn reports_are_written_again_from_the_ledger_to_the_byte() {
    let folder = rehearsal();
    let (code, out, err) = outcome(perennial().current_dir(&folder).args(["run", "--quiet"]));
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("2 skipped") && out.contains("reports/audit.md"), "{out}");
    let first = contents(&folder.path().join("reports"));
    assert!(first.len() >= 5, "{:?}", first.keys());

    // What the list says by now is another matter: the ledger is all that is read.
    write(&folder, "list.md", "");
    std::fs::remove_dir_all(folder.path().join("reports")).expect("removed");
    let (code, _, err) = outcome(perennial().current_dir(&folder).arg("report"));
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(contents(&folder.path().join("reports")) == first, "the reports differ");
}

#[test]
fn what_is_printed_can_be_read_by_programs() {
    let folder = rehearsal();
    let (code, out, _) = outcome(perennial().current_dir(&folder).args(["run", "--format", "json"]));
    let audit: serde_json::Value = serde_json::from_str(&out).expect("JSON and nothing else");
    assert_eq!((code, &audit["run"]["counts"]["skipped"]), (0, &2.into()));
    let (_, again, _) = outcome(perennial().current_dir(&folder).args(["report", "--format", "json"]));
    assert_eq!(again, out);
}

#[test]
fn links_come_one_object_a_line() {
    let folder = rehearsal();
    for verb in ["run", "report"] {
        let (code, out, _) = outcome(perennial().current_dir(&folder).args([verb, "--format", "jsonl"]));
        let read = |line| serde_json::from_str::<serde_json::Value>(line).expect("an object a line");
        let links: Vec<serde_json::Value> = out.lines().map(read).collect();
        assert_eq!((code, links.len()), (0, 2), "{out}");
        assert!(links.iter().all(|link| link["state"] == "skipped" && link["url"].is_string()), "{out}");
    }
}

#[test]
fn what_fails_is_for_the_person_to_say() {
    let folder = rehearsal();
    let code = |arguments: &[&str]| outcome(perennial().current_dir(&folder).args(arguments)).0;
    assert_eq!(code(&["run", "--fail-on", "dead,skipped"]), 1);
    assert_eq!(code(&["report", "--fail-on", "skipped"]), 1);
    assert_eq!(code(&["report", "--fail-on", "skipped", "--exit-zero"]), 0);
    assert_eq!(code(&["report", "--fail-on", "none"]), 0);
    assert_eq!(code(&["report"]), 0);
    assert_eq!(code(&["report", "--fail-on", "skipped,"]), 1);
    for nothing in ["", " ", ",", "none,dead", "dead,none"] {
        let (code, _, err) = outcome(perennial().current_dir(&folder).args(["report", "--fail-on", nothing]));
        assert_eq!(code, 2, "{nothing}: {err}");
        assert!(err.contains("\"none\" alone"), "{nothing}: {err}");
    }
    let mut report = perennial();
    report.current_dir(&folder).args(["report"]).env("PERENNIAL_CHECK_MODE", "strict");
    assert_eq!(outcome(&mut report).0, 1);
    assert_eq!(outcome(report.env("PERENNIAL_CHECK_FAIL_ON", "none")).0, 0);
    let (code, _, err) = outcome(perennial().current_dir(&folder).args(["report", "--fail-on", "ded"]));
    assert_eq!(code, 2);
    assert!(err.contains("--fail-on: ") && err.contains("did you mean \"dead\"?"), "{err}");
}

#[test]
fn reports_tell_runs_of_other_settings_apart() {
    let folder = rehearsal();
    let settings = |concurrency: &str, arguments: &[&str]| {
        let mut run = perennial();
        run.current_dir(&folder)
            .env("PERENNIAL_NETWORK_CONCURRENCY", concurrency)
            .args(["run", "--quiet", "--format", "json"]);
        let (code, out, err) = outcome(run.args(arguments));
        assert_eq!((code, err.as_str()), (0, ""));
        let audit: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        audit["run"]["settings"].as_str().expect("a digest").to_owned()
    };
    let first = settings("9", &[]);
    assert_eq!(settings("3", &[]), first, "how fast a run is decides no verdict");
    let page = std::fs::read_to_string(folder.path().join("reports/audit.html")).expect("a page");
    assert!(page.contains(&format!("(settings {})", &first[..8])), "{first}");
    assert_ne!(settings("9", &["--exclude", "^https://one"]), first);
}

#[test]
fn a_set_time_makes_runs_repeatable() {
    let run = || {
        let folder = rehearsal();
        let arguments = ["run", "--now", "2026-03-01T00:00:00Z"];
        assert_eq!(outcome(perennial().current_dir(&folder).args(arguments)).0, 0);
        let audit = std::fs::read(folder.path().join("reports/audit.json")).expect("an audit");
        String::from_utf8(audit).expect("text")
    };
    let first = run();
    assert!(first.contains("2026-03-01T00:00:00Z"), "{first}");
    assert_eq!(run(), first);
}

#[test]
fn the_story_of_a_link_is_told() {
    let folder = rehearsal();
    outcome(perennial().current_dir(&folder).arg("run"));
    let (code, out, err) = outcome(perennial().current_dir(&folder).args(["explain", "HTTPS://one.example"]));
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("skipped (excluded") && out.contains("a rehearsal") && out.contains("list.md:5"), "{out}");
    let arguments = ["explain", "https://one.example/", "--format", "json"];
    let (_, out, _) = outcome(perennial().current_dir(&folder).args(arguments));
    let story: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(story["left_out"]["reason"], "excluded");
    let (code, _, err) = outcome(perennial().current_dir(&folder).args(["explain", "https://three.example/"]));
    assert_eq!(code, 2);
    assert!(err.contains("knows nothing of https://three.example/"), "{err}");
}
