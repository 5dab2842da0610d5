//! Archived copies of what is gone, from a played archive to the reports.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::house::{perennial, write};
use crate::played::{NOW, Played};

const NAMES: [&str; 7] = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"];

fn web() -> Played {
    let index = json!([NAMES, ["", "20240820101500", "http://harbour.test/tides", "text/html", "200", "D", "5120"]]);
    let page = "<!doctype html><title>Tides</title><h1>Tides</h1><p>High water and low water at the harbour for every \
                day of the year, with the moon, the wind and some notes on how to read the table.</p>";
    Played::new(&[
        json!({"id": "harbour", "server": [{"host": "harbour.test", "path": "/", "body": page}]}),
        json!({"id": "archive", "server": [
            {"host": "archive.test", "path": "/cdx/search/cdx?url=http%3A%2F%2Fharbour.test%2Ftides&*", "body": index.to_string()},
            {"host": "archive.test", "path": "/web/20240820101500id_/http://harbour.test/tides", "body": page,
                "headers": {"Content-Type": "text/html", "Memento-Datetime": "Tue, 20 Aug 2024 10:15:00 GMT"}}
        ]}),
    ])
}

fn desk(web: &Played, archive: &str) -> TempDir {
    web.desk(
        "http://harbour.test/\nhttp://harbour.test/tides\n",
        &format!("requests_per_second = 1000\nconfirm_after = '1ms'\n[archive]\n{archive}\n"),
    )
}

fn at(folder: &TempDir) -> assert_cmd::Command {
    let mut command = perennial();
    command.current_dir(folder);
    command
}

fn read(folder: &TempDir, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name)).expect("a report")
}

const HERE: &str = "endpoint = 'http://archive.test'\nrequests_per_second = 1000";

fn archive_requests(web: &Played) -> usize {
    web.playing.requests().iter().filter(|request| request.host == "archive.test").count()
}

#[test]
fn a_dead_link_comes_with_its_copy_in_every_report() {
    let web = web();
    let folder = desk(&web, HERE);
    let output = at(&folder).args(["run", "--now", NOW]).assert().code(1).get_output().clone();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("1 of 1 link has an archived copy."), "{said}");
    let copy = "http://archive.test/web/20240820101500/http://harbour.test/tides";
    let audit: Value = serde_json::from_str(&read(&folder, "reports/audit.json")).expect("JSON");
    assert_eq!(
        audit["links"][1]["suggestions"],
        json!([{"kind": "archive", "url": copy, "captured": "2024-08-20T10:15:00Z", "title_matches": "unknown"}])
    );
    for report in ["audit.md", "audit.html", "audit.csv", "compilation.md", "compilation.csv"] {
        assert!(read(&folder, &format!("reports/{report}")).contains(copy), "{report}");
    }
    let page = read(&folder, "reports/compilation.html");
    assert!(page.contains(&format!("data-versionurl=\"{copy}\" data-versiondate=\"2024-08-20\"")), "Robust Links");
    let told = at(&folder).args(["explain", "http://harbour.test/tides"]).output().expect("it runs");
    assert!(String::from_utf8_lossy(&told.stdout).contains("archived copy of 2024-08-20"));
    assert_eq!(archive_requests(&web), 2);
    let requests = &audit["run"]["requests"];
    let told = ["links", "retries", "probes", "archive"].map(|purpose| requests[purpose].as_u64());
    assert_eq!(told, [Some(2), Some(1), Some(1), Some(2)], "{requests}");
    assert!(read(&folder, "reports/audit.md").contains(", 2 to the archive."));
    at(&folder).args(["run", "--now", NOW]).assert().code(1);
    assert_eq!(archive_requests(&web), 2, "it is remembered");
}

#[test]
fn the_archive_is_left_alone_on_request_and_looks_are_optional() {
    let web = web();
    let folder = desk(&web, &format!("{HERE}\nsuggest = false"));
    at(&folder).args(["run", "--now", NOW]).assert().code(1);
    assert_eq!(archive_requests(&web), 0);
    let folder = desk(&web, &format!("{HERE}\nverify = false"));
    at(&folder).args(["run", "--now", NOW]).assert().code(1);
    assert_eq!(archive_requests(&web), 1);
    assert!(read(&folder, "reports/audit.json").contains("20240820101500"));
}

#[test]
fn an_archive_that_is_not_there_changes_no_verdict() {
    let web = web();
    let folder = desk(&web, "endpoint = 'http://no-archive.test'");
    let output = at(&folder).args(["run", "--now", NOW]).assert().code(1).get_output().clone();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("no-archive.test cannot be reached"), "{said}");
    write(&folder, "config.toml", "[archive]\nendpoint = 'no address'\n");
    let output = at(&folder).args(["run", "--now", NOW]).assert().code(2).get_output().clone();
    assert!(String::from_utf8_lossy(&output.stderr).contains("archive.endpoint"));
}
