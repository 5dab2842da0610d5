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
