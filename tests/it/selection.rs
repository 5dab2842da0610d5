//! Which links are checked: patterns, rules, comments, ignore files, and what changed since a git revision.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::house::{outcome, perennial, rehearsal, write};

/// A folder with a list, and a configuration that asks no network: everything on `.test` is left out at last.
fn desk(list: &str, settings: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(&folder, "list.md", list);
    let last = "[[rule]]\nurl = '*//*.test/*'\nskip = true\nbecause = 'a rehearsal'\n";
    write(&folder, "config.toml", format!("seeds = ['list.md']\n{settings}\n{last}"));
    folder
}

/// Runs, and gives for each link its reason and evidence; what was said on standard error beside.
fn run(folder: &TempDir, arguments: &[&str]) -> (Vec<(String, String, String)>, Value) {
    let mut command = perennial();
    let (code, out, err) = outcome(command.current_dir(folder).args(["run", "--format", "json"]).args(arguments));
    assert!(code <= 1, "{err}");
    let audit: Value = serde_json::from_str(&out).expect("an audit");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let links = audit["links"].as_array().expect("links").iter();
    let links = links.map(|link| (text(&link["url"]), text(&link["reason"]), text(&link["evidence"])));
    (links.collect(), audit)
}

fn evidence<'a>(links: &'a [(String, String, String)], url: &str) -> &'a str {
    &links.iter().find(|(found, ..)| found == url).unwrap_or_else(|| panic!("no {url} in {links:?}")).2
}

#[test]
fn each_link_that_is_left_out_names_its_rule() {
    let folder = desk(
        "- [A](https://a.test/1) <!-- perennial-ignore: members only -->\n- [B](https://b.test/2)\n\
         - [C](https://c.test/3)\n- [D](https://d.test/4)\n- [E](https://e.test/5)\n",
        "[select]\nexclude = ['b\\.test']\n",
    );
    write(&folder, ".perennialignore", "# closed\n^https://c\\.test/\n");
    write(&folder, ".lycheeignore", "d\\.test\n");
    let (links, audit) = run(&folder, &["--exclude", "no-such-thing"]);
    assert_eq!(evidence(&links, "https://a.test/1"), "left out by the comment in line 1: members only");
    assert_eq!(evidence(&links, "https://b.test/2"), "left out by [[rule]] 1 (url `*//*.test/*`): a rehearsal");
    assert!(links.iter().all(|(_, reason, _)| reason == "excluded"));
    let notices = audit["notices"].to_string();
    assert!(notices.contains("--exclude") && notices.contains("`no-such-thing` matches no link"), "{notices}");
    assert!(!notices.contains("b\\\\.test"), "a pattern that fits is used, whatever decides: {notices}");
    // Without the rule the patterns and files speak for themselves, and what is left asks a name that is nowhere.
    write(&folder, "config.toml", "seeds = ['list.md']\n[select]\nexclude = ['b\\.test', 'e\\.test']\n");
    let (links, _) = run(&folder, &[]);
    assert_eq!(evidence(&links, "https://b.test/2"), "left out by the pattern `b\\.test` under exclude");
    assert_eq!(evidence(&links, "https://c.test/3"), "left out by line 2 of .perennialignore: `^https://c\\.test/`");
    assert_eq!(evidence(&links, "https://d.test/4"), "left out by line 1 of .lycheeignore: `d\\.test`");
    // What is left out stays in the compilation.
    let compilation = std::fs::read_to_string(folder.path().join("reports/compilation.csv")).expect("written");
    assert!(compilation.contains("https://d.test/4"), "{compilation}");
}

#[test]
fn comments_are_read_in_the_words_of_each_format() {
    let cases = [
        ("list.html", "<ul>\n<!-- perennial-ignore -->\n<li><a href='https://a.test/x'>A</a></ul>", "line 2"),
        (
            "list.wiki",
            "== L ==\n<!-- perennial-ignore-start -->\n* [https://a.test/x A]\n<!-- perennial-ignore-end -->",
            "line 2",
        ),
        ("list.rst", "List\n====\n\n.. perennial-ignore: old\n\n`A <https://a.test/x>`_\n", "line 4: old"),
        ("list.adoc", "= List\n\n// perennial-ignore: old\n* https://a.test/x[A]\n", "line 3: old"),
        ("list.org", "#+TITLE: List\n\n# perennial-ignore: old\n- [[https://a.test/x][A]]\n", "line 3: old"),
        (
            "code.adoc",
            "----\n// perennial-ignore\n----\n// perennial-ignore-start\n* https://a.test/x[A]\n// perennial-ignore-end\n",
            "line 4",
        ),
        ("list.tex", "\\section{L}\n\\href{https://a.test/x}{A} % perennial-ignore\n", "line 2"),
        ("list.txt", "# perennial-ignore\nhttps://a.test/x\n", "line 1"),
        ("list.csv", "title,url\n# perennial-ignore: twice\nA,https://a.test/x\n", "line 2: twice"),
    ];
    for (name, list, place) in cases {
        let folder = desk("", "");
        write(&folder, name, list);
        let (links, audit) = run(&folder, &[name]);
        assert_eq!(links.len(), 1, "{name}: {links:?}");
        assert_eq!(evidence(&links, "https://a.test/x"), format!("left out by the comment in {place}"), "{name}");
        assert!(!audit["notices"].to_string().contains("perennial-ignore"), "{name}");
    }
}

#[test]
fn comments_that_do_nothing_or_never_end_are_told() {
    let folder = desk(
        "<!-- perennial-ignore -->\nWords.\n\n`<!-- perennial-ignore-start -->`\n\n- [A](https://a.test/x)\n\n\
         <!-- perennial-ignore-start -->\n- [B](https://a.test/y)\n",
        "",
    );
    let (links, audit) = run(&folder, &[]);
    assert!(evidence(&links, "https://a.test/x").contains("[[rule]]"), "{links:?}");
    assert_eq!(evidence(&links, "https://a.test/y"), "left out by the comment in line 8");
    let notices = audit["notices"].to_string();
    assert!(notices.contains("`perennial-ignore` leaves out nothing"), "{notices}");
    assert!(notices.contains("`perennial-ignore-start` has no `perennial-ignore-end`"), "{notices}");
}

#[test]
fn a_mention_that_is_left_out_is_no_place_of_one_that_is_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        &folder,
        "list.md",
        "- [A](http://127.0.0.1:9/x) <!-- perennial-ignore -->\n- [B](http://127.0.0.1:9/x)\n- [C](http://127.0.0.1:9/x) <!-- perennial-ignore -->\n",
    );
    let (links, audit) = run(&folder, &["--no-config", "list.md"]);
    assert_eq!(links.len(), 1);
    assert_eq!(links[0].1, "private-address");
    let places: Vec<i64> = audit["links"][0]["occurrences"]
        .as_array()
        .expect("places")
        .iter()
        .filter_map(|at| at["line"].as_i64())
        .collect();
    assert_eq!(places, [2]);
}

#[test]
fn patterns_that_cannot_be_read_are_named() {
    let folder = desk("- [A](https://a.test/x)\n", "");
    write(&folder, ".perennialignore", "fine\n(\n");
    let (code, _, err) = outcome(perennial().current_dir(&folder).arg("run"));
    assert_eq!(code, 2);
    assert!(err.contains(".perennialignore, line 2: `(` is no regular expression"), "{err}");
    let (code, _, err) = outcome(perennial().current_dir(&folder).args(["run", "--include", "["]));
    assert_eq!(code, 2);
    assert!(err.contains("--include") && err.contains("unclosed"), "{err}");
}

/// git at work in a folder, with nothing of the person's own settings.
fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=A", "-c", "user.email=a@a.test", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git is there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn only_links_that_the_lists_gained_are_checked() {
    let folder = desk("- [Old](https://old.test/x)\n- [Older](https://old.test/y) text\n", "");
    git(folder.path(), &["init", "-q", "-b", "main"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "one"]);
    git(folder.path(), &["checkout", "-q", "-b", "work"]);
    git(folder.path(), &["mv", "list.md", "renamed.md"]);
    write(&folder, "config.toml", "[[rule]]\nurl = '*new*'\nskip = true\n");
    write(
        &folder,
        "renamed.md",
        "Intro.\n\n- [Older, renamed](https://old.test/y) other text\n- [New](https://new.test/z)\n- [Old](https://old.test/x)\n",
    );
    git(folder.path(), &["commit", "-q", "-a", "-m", "two"]);
    // The other side goes on meanwhile; that is no change of this one.
    git(folder.path(), &["checkout", "-q", "main"]);
    write(&folder, "list.md", "- [Old](https://old.test/x)\n");
    git(folder.path(), &["commit", "-q", "-a", "-m", "three"]);
    git(folder.path(), &["checkout", "-q", "work"]);
    let (links, audit) = run(&folder, &["renamed.md", "--only-changed", "main"]);
    let reason = |url: &str| links.iter().find(|(found, ..)| found == url).map(|(_, reason, _)| reason.as_str());
    assert_eq!(reason("https://new.test/z"), Some("excluded"));
    assert_eq!(reason("https://old.test/x"), Some("unchanged"));
    assert_eq!(reason("https://old.test/y"), Some("unchanged"));
    assert_eq!(evidence(&links, "https://old.test/y"), "left out by --only-changed main: the lists had it already");
    assert!(audit["removed"].as_array().is_none_or(Vec::is_empty), "{audit}");
}

#[test]
fn old_links_to_files_that_the_change_touched_are_checked_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let names = ["gone.md", "kept.md", "renamed-part.md"];
    for name in names {
        write(&folder, name, "# Part\n");
    }
    write(&folder, "index.md", "[a](gone) [b](kept.md#part) [c](renamed-part.md#part) [d](never.md)\n");
    git(folder.path(), &["init", "-q", "-b", "main"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "one"]);
    git(folder.path(), &["rm", "-q", "gone.md"]);
    write(&folder, "renamed-part.md", "# Another part\n");
    let (links, _) = run(&folder, &["index.md", "--root", ".", "--only-changed", "HEAD"]);
    let reasons: Vec<&str> = links.iter().map(|(_, reason, _)| reason.as_str()).collect();
    assert_eq!(reasons, ["file-missing", "unchanged", "anchor-missing", "unchanged"]);
}

#[test]
#[cfg(unix)]
fn old_links_that_lead_to_a_change_in_another_way_are_checked_too() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["real", "sub", "img"] {
        std::fs::create_dir(folder.path().join(name)).expect("a folder");
    }
    for name in ["part.md", "real/x.md", "guide.md", "sub/README.md"] {
        write(&folder, name, "# Part\n");
    }
    write(&folder, "img/a.png", "picture");
    symlink("part.md", folder.path().join("alias.md")).expect("a link");
    symlink("real", folder.path().join("linked")).expect("a link");
    let links = "[a](alias.md#part) [b](linked/x.md#part) [c](guide.html#part) [d](sub/index.html#part) [e](img/) \
                 [f](guide.md#part) [g](linked/)\n";
    write(&folder, "index.md", links);
    git(folder.path(), &["init", "-q", "-b", "main"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "one"]);
    for name in ["part.md", "real/x.md"] {
        write(&folder, name, "# Another part\n");
    }
    // One is added to the index, one is not.
    write(&folder, "guide.html", "<h1 id='other'>Other</h1>");
    git(folder.path(), &["add", "guide.html"]);
    write(&folder, "sub/index.html", "<h1 id='other'>Other</h1>");
    git(folder.path(), &["rm", "-q", "img/a.png"]);
    let (links, _) = run(&folder, &["index.md", "--root", ".", "--only-changed", "HEAD"]);
    let reasons: Vec<&str> = links.iter().map(|(_, reason, _)| reason.as_str()).collect();
    let broken = ["anchor-missing"; 4].into_iter().chain(["file-missing", "unchanged", "unchanged"]);
    assert_eq!(reasons, broken.collect::<Vec<_>>());
}

#[test]
fn a_link_that_a_comment_left_out_is_new_without_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let listed = |comment: &str| format!("- [a](gone.md) {comment}\n- [b](never.md)\n");
    write(&folder, "index.md", listed("<!-- perennial-ignore: later -->"));
    git(folder.path(), &["init", "-q", "-b", "main"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "one"]);
    write(&folder, "index.md", listed(""));
    let (links, _) = run(&folder, &["index.md", "--root", ".", "--only-changed", "HEAD"]);
    let reasons: Vec<&str> = links.iter().map(|(_, reason, _)| reason.as_str()).collect();
    assert_eq!(reasons, ["file-missing", "unchanged"]);
}

#[test]
fn only_changed_says_what_it_lacks() {
    let folder = desk("- [A](https://a.test/x)\n", "");
    let refused = |arguments: &[&str]| {
        let (code, _, err) =
            outcome(perennial().current_dir(&folder).env("GIT_CEILING_DIRECTORIES", "/").args(arguments));
        assert_eq!(code, 2, "{err}");
        assert!(err.contains("\nhelp: "), "{err}");
        err
    };
    let err = refused(&["run", "--only-changed", "main"]);
    assert!(err.contains("`list.md` is in no git repository"), "{err}");
    git(folder.path(), &["init", "-q", "-b", "main"]);
    let mut command = perennial();
    command.current_dir(&folder).env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1").args(["run", "--only-changed", "main"]);
    let (code, _, err) = outcome(&mut command);
    assert_eq!(code, 2);
    assert!(err.contains("`list.md` is in a repository that git does not open"), "{err}");
    assert!(err.contains("dubious ownership") && err.contains("safe.directory"), "git's own reason: {err}");
    let err = refused(&["plan", "--only-changed", "nowhere"]);
    assert!(err.contains("no revision `nowhere`"), "{err}");
    let err = refused(&["run", "--only-changed=--help"]);
    assert!(err.contains("is no git revision"), "{err}");
    let (code, _, err) =
        outcome(perennial().current_dir(&folder).env("PATH", "").args(["run", "--only-changed", "main"]));
    assert_eq!(code, 2);
    assert!(err.contains("needs git"), "{err}");
    let err = refused(&["run", "https://a.test/page", "--only-changed", "main"]);
    assert!(err.contains("https://a.test/page"), "{err}");
}

#[test]
fn a_run_that_checks_no_link_says_so() {
    let folder = rehearsal();
    let run = |arguments: &[&str]| outcome(perennial().current_dir(&folder).arg("run").args(arguments));
    let (code, _, err) = run(&["--include", "zzz"]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("no link was checked: ") && err.contains("(2 links)"), "{err}");
    assert!(err.contains("note: --include: the pattern `zzz` matches no link"), "{err}");
}
