//! A list is audited, repaired and audited again.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::house::{contents, perennial, write};
use crate::played::{NOW, Played};

const COPY: &str = "http://archive.test/web/20240820101500/http://harbour.test/tides";
const LIST: &str = "# Harbour\r\n\r\n- [Moon](http://harbour.test/old) - moved & kept\r\n- [Tides](http://harbour.test/tides) - lost\r\n\
    - [Office](http://harbour.test/office) - over https\r\n- [Club](http://harbour.test/club) - asks for a name\r\n\
    - [Well](http://harbour.test/well)\r\n";

fn web() -> Played {
    let names = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"];
    let index = json!([names, ["", "20240820101500", "http://harbour.test/tides", "text/html", "200", "D", "5120"]]);
    let page = |title: &str| {
        format!(
            "<!doctype html><title>{title}</title><h1>{title}</h1><p>High water and low water at the harbour for every \
             day of the year, with the moon, the wind and some notes on how to read the table.</p>"
        )
    };
    let html = |body: String| json!({"host": "harbour.test", "headers": {"Content-Type": "text/html"}, "body": body});
    let at = |path: &str, mut route: Value| {
        route["path"] = json!(path);
        route
    };
    let to = |path: &str, status: u16, target: &str| json!({"host": "harbour.test", "path": path, "status": status, "headers": {"Location": target}});
    let mut office = at("/office", html(page("Office")));
    office["when"] = json!("scheme:https");
    Played::new(&[
        json!({"id": "harbour", "tls": "valid", "server": [
            to("/old", 301, "/moon?phase=1&month=2"),
            at("/moon", html(page("Moon"))),
            office,
            to("/office", 302, "https://harbour.test/office"),
            to("/club", 301, "/login?return=/club"),
            at("/login", html("<title>Sign in</title><form><input type=password></form>".to_owned())),
            at("/well", html(page("Well"))),
        ]}),
        json!({"id": "archive", "server": [
            {"host": "archive.test", "path": "/cdx/search/cdx?url=http%3A%2F%2Fharbour.test%2Ftides&*", "body": index.to_string()},
            {"host": "archive.test", "path": "/web/20240820101500id_/http://harbour.test/tides", "body": page("Tides"),
                "headers": {"Content-Type": "text/html", "Memento-Datetime": "Tue, 20 Aug 2024 10:15:00 GMT"}},
            {"host": "archive.test", "path": "/web/20240820101500/http://harbour.test/tides", "body": page("Tides"),
                "headers": {"Content-Type": "text/html"}}
        ]}),
    ])
}

/// A folder in which the list was audited.
fn audited(web: &Played) -> TempDir {
    let folder = web.desk("", "requests_per_second = 1000\nconfirm_after = '1ms'\n[archive]\nendpoint = 'http://archive.test'\nrequests_per_second = 1000\n");
    write(&folder, "list.md", LIST);
    at(&folder).args(["run", "list.md", "--now", NOW]).assert().code(1);
    folder
}

fn at(folder: &TempDir) -> assert_cmd::Command {
    let mut command = perennial();
    command.current_dir(folder);
    command
}

fn list(folder: &TempDir) -> String {
    std::fs::read_to_string(folder.path().join("list.md")).expect("the list")
}

/// Every file but the ledger's own, which come and go while it is read.
fn files(folder: &TempDir) -> BTreeMap<PathBuf, Vec<u8>> {
    let ledger = |path: &PathBuf| path.to_string_lossy().contains(".ledger");
    contents(folder.path()).into_iter().filter(|(path, _)| !ledger(path)).collect()
}

fn repaired() -> String {
    LIST.replace("http://harbour.test/old", "http://harbour.test/moon?phase=1&month=2")
        .replace(
            "[Tides](http://harbour.test/tides)",
            &format!("[Tides](http://harbour.test/tides) ([archived]({COPY}))"),
        )
        .replace("http://harbour.test/office", "https://harbour.test/office")
}

#[test]
fn a_patch_is_shown_and_nothing_is_touched_until_asked() {
    let web = web();
    let folder = audited(&web);
    let before = files(&folder);
    let output = at(&folder).args(["fix", "list.md"]).assert().code(0).get_output().clone();
    let patch = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(patch.starts_with("--- a/list.md\n+++ b/list.md\n@@"), "{patch}");
    assert_eq!(patch.lines().filter(|line| line.starts_with('-') && !line.starts_with("---")).count(), 3, "{patch}");
    assert!(
        patch.contains(&format!("+- [Tides](http://harbour.test/tides) ([archived]({COPY})) - lost\r\n")),
        "{patch}"
    );
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("3 links in 1 list would change"), "{said}");
    assert!(files(&folder) == before, "a patch changes no file");
    let requests = web.playing.request_count();

    at(&folder).args(["fix", "list.md", "--write"]).assert().code(0).stdout("");
    assert_eq!(list(&folder), repaired());
    let output = at(&folder).args(["fix", "list.md", "--write"]).assert().code(0).get_output().clone();
    assert!(String::from_utf8_lossy(&output.stderr).contains("Nothing to repair"));
    assert_eq!(list(&folder), repaired());
    assert_eq!(web.playing.request_count(), requests, "repairs need no network");
    assert_eq!(files(&folder).len(), before.len(), "nothing is left beside it");
}

#[test]
fn a_patch_holds_the_bytes_of_the_file_with_its_mark_and_encoding() {
    let web = web();
    let folder = audited(&web);
    write(&folder, "marked.txt", b"\xEF\xBB\xBFhttp://harbour.test/old the moon\r\n");
    write(&folder, "legacy.txt", b"# Caf\xE9, \xE9t\xE9, d\xE9j\xE0 vu\nhttp://harbour.test/old the moon\n");
    let patch = at(&folder).args(["fix", "marked.txt", "legacy.txt"]).assert().code(0).get_output().stdout.clone();
    let holds = |bytes: &[u8]| patch.windows(bytes.len()).any(|window| window == bytes);
    assert!(holds(b"\n-\xEF\xBB\xBFhttp://harbour.test/old the moon\r\n"), "{patch:?}");
    assert!(holds(b"\n # Caf\xE9, \xE9t\xE9, d\xE9j\xE0 vu\n"), "{patch:?}");
}

#[test]
fn a_patch_names_the_file_that_a_list_of_seeds_named() {
    let web = web();
    let folder = audited(&web);
    std::fs::create_dir(folder.path().join("a dir")).expect("made");
    write(&folder, "a dir/seeds.txt", "li st.md\n");
    write(&folder, "a dir/li st.md", LIST);
    let patch = at(&folder).args(["fix", "@a dir/seeds.txt"]).assert().code(0).get_output().stdout.clone();
    write(&folder, "repairs.patch", patch);
    let mut git = std::process::Command::new("git");
    let output = git.current_dir(&folder).args(["apply", "repairs.patch"]).output().expect("git is there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(std::fs::read_to_string(folder.path().join("a dir/li st.md")).expect("there"), repaired());
}

#[test]
fn reports_are_not_repaired_with_the_folder_they_are_in() {
    let web = web();
    let folder = audited(&web);
    let before = files(&folder);
    at(&folder).args(["fix", ".", "--write"]).assert().code(0);
    assert_eq!(list(&folder), repaired());
    let touched = files(&folder).into_iter().filter(|(path, bytes)| before.get(path) != Some(bytes));
    assert_eq!(touched.map(|(path, _)| path).collect::<Vec<_>>(), [folder.path().join("list.md")]);
}

#[test]
fn a_list_that_was_edited_since_is_repaired_where_its_links_stand_now() {
    let web = web();
    let folder = audited(&web);
    let edited = |text: &str| {
        format!(
            "\u{FEFF}A word before.\r\n\r\n{}\r\n- [New](http://new.test/)\r\n",
            text.replace("- [Well]", "- [Still well]")
        )
    };
    write(&folder, "list.md", edited(LIST));
    at(&folder).args(["fix", "list.md", "--write"]).assert().code(0);
    assert_eq!(list(&folder), edited(&repaired()));
}

#[test]
fn a_person_is_asked_about_each_link() {
    let web = web();
    let folder = audited(&web);
    let output = at(&folder)
        .args(["fix", "list.md", "-i", "--write"])
        .write_stdin("no\nwhat?\ny\nq\n")
        .assert()
        .code(0)
        .get_output()
        .clone();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains(
            "list.md:3  Moon (moved)\n  - http://harbour.test/old\n  > http://harbour.test/moon?phase=1&month=2"
        ),
        "{said}"
    );
    assert_eq!(said.matches("Change it? [y/n/a/q]").count(), 4, "{said}");
    let wanted = LIST.replace(
        "[Tides](http://harbour.test/tides)",
        &format!("[Tides](http://harbour.test/tides) ([archived]({COPY}))"),
    );
    assert_eq!(list(&folder), wanted);
    at(&folder).args(["fix", "list.md", "-i", "--write"]).write_stdin("").assert().code(0);
    assert_eq!(list(&folder), wanted, "nobody answers: nothing changes");
    at(&folder).args(["fix", "list.md", "-i", "--write"]).write_stdin("a\n").assert().code(0);
    assert_eq!(list(&folder), repaired());
}

#[test]
fn kinds_can_be_chosen_and_programs_read_what_changes() {
    let web = web();
    let folder = audited(&web);
    let output = at(&folder)
        .args(["fix", "list.md", "--only", "https", "--format", "json"])
        .assert()
        .code(0)
        .get_output()
        .clone();
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        report,
        json!({"schema": "perennial.fix/1", "written": false, "left": [], "changes": [{
            "seed": "list.md", "line": 5, "column": 3, "kind": "https", "title": "Office",
            "old": "http://harbour.test/office", "new": "https://harbour.test/office"}]})
    );
    at(&folder).args(["fix", "list.md", "--only", "repaired", "--write"]).assert().code(0);
    assert_eq!(list(&folder), LIST);
}

#[test]
fn a_list_from_standard_input_comes_out_repaired() {
    let web = web();
    let folder = audited(&web);
    let page = "* [http://harbour.test/tides Tides]--lost\n* [http://harbour.test/old Moon]\n";
    let output = at(&folder).args(["fix", "-", "--write"]).write_stdin(page).assert().code(0).get_output().clone();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        format!(
            "* [http://harbour.test/tides Tides] ([{COPY} archived copy])--lost\n* [http://harbour.test/moon?phase=1&month=2 Moon]\n"
        )
    );
}

#[test]
fn the_text_of_a_live_wiki_page_comes_out_repaired_for_pasting() {
    let wiki = |path: &str, kind: &str, body: &str| json!({"host": "wiki.test", "path": path, "headers": {"Content-Type": kind}, "body": body});
    let written = "== Tools ==\n* [http://wiki.test/old Moon]--by month\n* [http://wiki.test/moon Well] stays\n";
    let shown = "<!doctype html><html><head><title>List</title><meta name=\"generator\" content=\"MediaWiki 1.12.0\">\
        <script>var wgScriptPath = \"\"; var wgPageName = \"List\";</script></head><body class=\"mediawiki\">\
        <h1 id=\"firstHeading\">List</h1><div id=\"mw-content-text\"><h2>Tools</h2><ul>\
        <li><a href=\"http://wiki.test/old\">Moon</a>--by month</li>\
        <li><a href=\"http://wiki.test/moon\">Well</a> stays</li></ul></div></body></html>";
    let moon = "<!doctype html><title>Moon</title><h1>Moon</h1><p>High water and low water at the harbour for every day of \
        the year, with the moon, the wind and some notes on how to read the table of the tides.</p>";
    let web = Played::new(&[json!({"id": "wiki", "server": [
        wiki("/index.php?title=List", "text/html", shown),
        wiki("/index.php?title=List&action=raw", "text/x-wiki", written),
        {"host": "wiki.test", "path": "/old", "status": 301, "headers": {"Location": "/moon?of=May"}},
        wiki("/moon?of=May", "text/html", moon),
        wiki("/moon", "text/html", moon),
    ]})]);
    let folder = web.desk(
        "",
        "requests_per_second = 1000\nlatency_factor = 0.0\nconfirm_after = '1ms'\n[archive]\nsuggest = false\n",
    );
    let page = "http://wiki.test/index.php?title=List";
    at(&folder).args(["run", page, "--now", NOW]).assert().code(0);
    let output = at(&folder).args(["fix", page, "--write"]).assert().code(0).get_output().clone();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        written.replace("http://wiki.test/old", "http://wiki.test/moon?of=May"),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn without_a_run_there_is_nothing_to_go_by() {
    let folder = tempfile::tempdir().expect("a folder");
    write(&folder, "list.md", LIST);
    let output = at(&folder).args(["fix", "list.md"]).assert().code(2).get_output().clone();
    assert!(String::from_utf8_lossy(&output.stderr).contains("ledger"));
    assert_eq!(list(&folder), LIST);
}

#[test]
fn a_dead_link_whose_copy_stands_in_the_list_fails_no_run() {
    let web = web();
    let folder = audited(&web);
    at(&folder).args(["fix", "list.md", "--write"]).assert().code(0);
    let output = at(&folder).args(["run", "list.md", "--refresh", "--now", NOW]).assert().code(0).get_output().clone();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("1 dead") && told.contains("archived in the list"), "{told}");
    let audit = std::fs::read_to_string(folder.path().join("reports/audit.json")).expect("the audit");
    assert!(audit.contains("archived-in-list"), "{audit}");
}
