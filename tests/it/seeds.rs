//! Which pages a person's words stand for: files, folders, patterns, lists of seeds.

use serde_json::Value;
use tempfile::TempDir;

use crate::house::{outcome, perennial, write};

/// A folder with files in it, and a configuration that has every link skipped, so that a run needs no network.
fn desk(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(&folder, "config.toml", "[[rule]]\nurl = '*'\nskip = true\n");
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(path, text).expect("written");
    }
    folder
}

/// Runs, and gives the lists that were read; what was said on standard error beside.
fn lists(folder: &TempDir, arguments: &[&str]) -> (Vec<String>, String) {
    let (code, out, err) = outcome(perennial().current_dir(folder).args(["run", "--format", "json"]).args(arguments));
    assert_eq!(code, 0, "{err}");
    let audit: Value = serde_json::from_str(&out).expect("an audit");
    let seeds = audit["run"]["seeds"].as_array().expect("seeds").iter();
    (seeds.map(|seed| seed["seed"].as_str().expect("a name").to_owned()).collect(), err)
}

#[test]
fn lists_of_one_name_in_two_folders_are_both_read() {
    let folder = desk(&[
        ("x/list.md", "- [A](https://a.test/)\n"),
        ("y/list.md", "- [B](https://b.test/)\n"),
        ("x/all.txt", "list.md\n"),
        ("y/all.txt", "list.md\n../x/list.md\n"),
    ]);
    assert_eq!(lists(&folder, &["@x/all.txt", "@y/all.txt", "./x/list.md"]).0, ["x/list.md", "y/list.md"]);
}

#[test]
fn reports_are_no_lists_until_one_is_named() {
    let files = [("list.md", "- [A](https://a.test/)\n"), ("docs/more.md", "- [B](https://b.test/)\n")];
    for (seed, expected) in
        [(".", ["./docs/more.md", "./list.md"].as_slice()), ("**/*.md", &["docs/more.md", "list.md"])]
    {
        for reports in ["reports", "docs/out"] {
            let folder = desk(&files);
            for run in ["first", "second"] {
                assert_eq!(lists(&folder, &[seed, "--reports", reports]).0, expected, "{run} run, into {reports}");
            }
        }
    }
    let folder = desk(&files);
    assert_eq!(lists(&folder, &["docs", "--reports", "docs"]).0, ["docs/more.md"]);
    assert_eq!(lists(&folder, &["docs", "--reports", "docs"]).0, ["docs/more.md"], "lists beside reports are read");
    assert_eq!(lists(&folder, &["docs/audit.md", "--reports", "docs"]).0, ["docs/audit.md"]);
}

#[test]
fn a_search_goes_as_deep_as_it_is_asked_to() {
    let folder = desk(&[
        ("list.md", "- [A](https://a.test/)\n"),
        ("docs/more.md", "- [B](https://b.test/)\n"),
        ("docs/deep/most.md", "- [C](https://c.test/)\n"),
    ]);
    for (pattern, expected) in [
        ("*.md", ["list.md"].as_slice()),
        ("*/*.md", &["docs/more.md"]),
        ("{docs/deep,docs}/*.md", &["docs/deep/most.md", "docs/more.md"]),
        ("docs/**/*.md", &["docs/deep/most.md", "docs/more.md"]),
    ] {
        assert_eq!(lists(&folder, &[pattern]).0, expected, "{pattern}");
    }
}

#[cfg(unix)]
#[test]
fn links_to_files_are_lists_and_links_to_folders_are_not_followed() {
    use std::os::unix::fs::symlink;
    let folder = desk(&[("x/list.md", "- [A](https://a.test/)\n"), ("y/README", "")]);
    let link = |target: &str, name: &str| symlink(target, folder.path().join(name)).expect("linked");
    link("../x/list.md", "y/s.md");
    link("..", "y/up");
    link("nowhere.md", "y/lost.md");
    assert_eq!(lists(&folder, &["y"]).0, ["y/s.md"]);
    assert_eq!(lists(&folder, &["y/*.md"]).0, ["y/s.md"]);
    // Where the file itself is found too, it is read once, by its own name.
    link("list.md", "x/first.md");
    assert_eq!(lists(&folder, &["y", "x"]).0, ["x/list.md"]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_closed_to_us_hides_no_list_beside_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = desk(&[("list.md", "- [A](https://a.test/)\n"), ("shut/a.md", "")]);
    let shut = folder.path().join("shut");
    let allow = |mode: u32| std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(mode)).expect("set");
    allow(0o000);
    // Whoever may read everything has nothing closed to them.
    if std::fs::read_dir(&shut).is_err() {
        for seed in [".", "**/*.md"] {
            let (found, err) = lists(&folder, &[seed]);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(err.contains("warning: no lists are looked for in `shut`"), "{err}");
        }
        assert!(!lists(&folder, &["*.md"]).1.contains("shut"), "it is not looked into");
    }
    allow(0o755);
}

#[test]
fn a_named_list_that_cannot_be_read_ends_the_run_and_one_that_was_found_is_told() {
    let folder = desk(&[("list.md", "- <https://one.example/>\n"), ("found/two.md", "- <https://two.example/>\n")]);
    write(&folder, "broken.pdf", "%PDF-1.7\n1 0 obj\n");
    write(&folder, "picture.md", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0");
    for name in ["broken.pdf", "picture.md"] {
        let run = ["run", "--quiet", "list.md", name];
        let (code, out, err) = outcome(perennial().current_dir(folder.path()).args(run));
        assert_eq!(code, 3, "{out}{err}");
        assert!(err.contains(&format!("the resource page {name} cannot be read")), "{err}");
        assert!(!folder.path().join("reports/audit.json").exists());
    }
    std::fs::copy(folder.path().join("picture.md"), folder.path().join("found/three.md")).expect("copied");
    let (code, out, err) = outcome(perennial().current_dir(folder.path()).args(["run", "found"]));
    assert_eq!(code, 0, "{out}{err}");
    assert!(err.contains("note: found/three.md"), "{err}");
    // Found by its folder, and named beside.
    let run = ["run", "found", "found/three.md"];
    let (code, _, err) = outcome(perennial().current_dir(folder.path()).args(run));
    assert_eq!(code, 3, "{err}");
}

#[test]
fn a_run_tells_what_it_noticed_about_its_lists() {
    let lines: String =
        (0..14).map(|n| format!("- [x](https://one.example:99999/) and <https://one.example/{n}>\n")).collect();
    let folder = desk(&[("list.md", &lines), ("empty.md", ""), ("bare.md", "# Nothing yet\n")]);
    let run = ["run", "list.md", "empty.md", "bare.md"];
    let (code, _, err) = outcome(perennial().current_dir(folder.path()).args(run));
    assert_eq!(code, 1, "addresses that are none: {err}");
    assert!(err.contains("note: empty.md is empty"), "{err}");
    assert!(err.contains("note: bare.md: no links are found in it"), "{err}");
    assert!(err.contains("note: list.md:1: "), "{err}");
    assert_eq!(err.matches("note: ").count(), 11, "{err}");
    assert!(err.contains("note: and 6 more, see reports/audit.md"), "{err}");
    let (_, _, err) = outcome(perennial().current_dir(folder.path()).args(run).arg("--quiet"));
    assert_eq!(err, "");
}

#[test]
fn lists_of_asciidoc_and_org_in_a_folder_are_read_as_what_they_are() {
    let folder = desk(&[
        ("one.adoc", "= One\n\n== Tools\n\n* https://a.test/[A thing] - a note\n"),
        ("two.org", "#+TITLE: Two\n\n* Tools\n- [[https://b.test/][B thing]] :: a note\n"),
        ("three.asc", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n"),
    ]);
    let (read, said) = lists(&folder, &["one.adoc", "two.org"]);
    assert_eq!(read, ["one.adoc", "two.org"], "{said}");
    let (code, out, err) = outcome(perennial().current_dir(&folder).args(["links", ".", "--format", "jsonl"]));
    assert_eq!(code, 0, "{err}");
    let links: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).expect("a link")).collect();
    let told: Vec<(&str, &str, &str)> = links
        .iter()
        .map(|link| {
            let text = |name: &str| link[name].as_str().expect("a text");
            (text("title"), text("annotation"), link["section"][0].as_str().expect("a section"))
        })
        .collect();
    assert_eq!(told, [("A thing", "a note", "Tools"), ("B thing", "a note", "Tools")]);
}
