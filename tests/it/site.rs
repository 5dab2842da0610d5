//! A folder of documents as a site: links between files, images and places in pages, without any network.

use serde_json::Value;
use tempfile::TempDir;

use crate::house::{outcome, perennial, write};

fn documentation() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(folder.path().join("docs/guide")).expect("made");
    write(
        &folder,
        "docs/index.md",
        "# Home\n\n## First steps\n\nThe [guide](guide/start#install), [gone](guide/gone.md), ![logo](logo.png),\n\
         [here](#first-steps), [nowhere](#first-stepps), [out](../../secret.md),\n[template]({{ base }}/x) and \
         [web](https://a.test/).\n\n<!-- perennial-ignore -->\n[Old](old.md)\n",
    );
    write(&folder, "docs/guide/start.md", "# Install\n\n[Up](../index.html#home), [twice](/guide/gone.md)\n");
    write(
        &folder,
        "docs/page.html",
        "<html><nav><a href=\"/menu\">Menu</a></nav><link rel=stylesheet href=\"style.css\">\n<h2 id=a>A</h2>\
         <a href=\"page.html#a\">self</a> <a href='#b'>b</a></html>",
    );
    write(&folder, "docs/style.css", "");
    folder
}

fn run(folder: &TempDir, arguments: &[&str]) -> (i32, Value, String) {
    let mut command = perennial();
    let command = command.current_dir(folder).args(["run", "--format", "json", "--no-config"]).args(arguments);
    let (code, out, err) = outcome(command);
    (code, serde_json::from_str(&out).unwrap_or_else(|_| panic!("{err}")), err)
}

/// Every link in the order of the lists: address and reason, told further by the test.
fn told(audit: &Value, tell: impl Fn(&Value, String) -> String) -> Vec<String> {
    let verdict = |link: &Value| ["url", "reason"].map(|key| link[key].as_str().unwrap_or("-")).join(" ");
    audit["links"].as_array().expect("links").iter().map(|link| tell(link, verdict(link))).collect()
}

#[test]
fn links_between_files_are_checked_without_a_network() {
    let folder = documentation();
    let (code, audit, _) = run(&folder, &["docs", "--root", "docs", "--scheme", "file"]);
    assert_eq!(code, 1, "a missing file is a finding");
    let found = told(&audit, |link, verdict| {
        format!("{verdict} {} {}", link["anchor"].as_str().unwrap_or("-"), link["occurrences"][0]["line"])
    });
    assert_eq!(
        found,
        [
            "../index.html#home ok-file found 3",
            "/guide/gone.md file-missing - 3",
            "guide/start#install ok-file found 5",
            "guide/gone.md file-missing - 5",
            "logo.png file-missing - 5",
            "#first-steps ok-file found 6",
            "#first-stepps anchor-missing missing 6",
            "../../secret.md file-outside - 6",
            "https://a.test/ excluded - 7",
            "old.md excluded - 10",
            "/menu file-missing - 1",
            "style.css ok-file - 1",
            "page.html#a ok-file found 2",
            "#b anchor-missing missing 2",
        ]
    );
    let notices = audit["notices"].as_array().expect("notices");
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0]["message"].to_string().contains("a template makes the address"), "{notices:?}");
    assert_eq!(audit["run"]["requests"]["links"], 0);
    // Files are no resources: the compilation does not have them.
    let compilation = std::fs::read_to_string(folder.path().join("reports/compilation.csv")).expect("written");
    assert!(compilation.contains("https://a.test/") && !compilation.contains("guide/"), "{compilation}");
}

#[test]
fn pictures_that_a_browser_may_choose_are_looked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        &folder,
        "page.html",
        "<html><picture>\n<source srcset=\"wide,1.png 600w,\n  gone&amp;1.png 1200w,\n  {{no, x 2w}} 3w, {{ never\">\n\
         <source srcset=\"{{ n, o }}.png 1w, one.png 600w, {% if x, y %}two.png 2w\">\n\
         <link rel=preload as=image imagesrcset=\"ahead.png 1x, small.png 2x\"><link imagesrcset=\"no.png\">\n\
         <source srcset=\"wide,1.png 600w,\n  gone&amp;1.png 1200w, bad.png 2q, https://a.test/x.png 2400w\">\n\
         <img src=\"small.png\" srcset='small.png, /deep/../gone.png 2x' alt=\"A harbour\"></picture></html>",
    );
    write(&folder, "text.md", "# Page\n\nSee <img srcset=\"small.png 1x, lost.png 2x\">.\n");
    write(&folder, "wide,1.png", "");
    write(&folder, "small.png", "");
    let (code, audit, _) = run(&folder, &["page.html", "text.md", "--root", ".", "--scheme", "file"]);
    assert_eq!(code, 1);
    let found = told(&audit, |link, verdict| {
        let place = &link["occurrences"][0];
        format!("{verdict} {}:{} {}", place["line"], place["column"], place["title"])
    });
    assert_eq!(
        found,
        [
            "one.png file-missing 5:36 null",
            "ahead.png file-missing 6:41 null",
            "small.png ok-file 6:55 null",
            "wide,1.png ok-file 7:17 null",
            "gone&1.png file-missing 8:3 null",
            "/deep/../gone.png file-missing 9:41 \"A harbour\"",
            "lost.png file-missing 3:32 null",
        ],
        "each where it is written; none with a template in it, and none among templates that do not end"
    );
}

#[test]
fn a_file_that_comes_back_is_seen_at_once() {
    let folder = documentation();
    let arguments = ["docs/guide/start.md", "--root", "docs"];
    let (code, ..) = run(&folder, &arguments);
    assert_eq!(code, 1);
    write(&folder, "docs/guide/gone.md", "");
    let (code, audit, _) = run(&folder, &arguments);
    assert_eq!(code, 0);
    assert_eq!(audit["links"][1]["delta"], "recovered");
    std::fs::remove_file(folder.path().join("docs/guide/gone.md")).expect("removed");
    let (code, ..) = run(&folder, &arguments);
    assert_eq!(code, 1, "a healthy file is looked for again in every run");
}

#[test]
fn files_are_planned_and_a_root_that_is_none_is_named() {
    let folder = documentation();
    let plan = |root: &str| {
        outcome(perennial().current_dir(&folder).args([
            "plan",
            "--no-config",
            "docs",
            "--format",
            "json",
            "--root",
            root,
        ]))
    };
    let (code, out, _) = plan("docs");
    let plan_of: Value = serde_json::from_str(&out).expect("a plan");
    assert_eq!((code, plan_of["files"].as_i64(), plan_of["requests"].as_i64()), (0, Some(8), Some(2)));
    let (code, _, err) = plan("dcos");
    assert_eq!(code, 2);
    assert!(err.contains("the root `dcos` cannot be used") && err.contains("\nhelp: "), "{err}");
}

#[test]
fn without_a_root_relative_links_are_a_notice() {
    let folder = documentation();
    write(&folder, "list.md", "- [A](a.md)\n- [B](https://a.test/)\n");
    let (_, audit, _) = run(&folder, &["list.md", "--exclude", "a\\.test"]);
    assert_eq!(audit["links"].as_array().map(Vec::len), Some(1));
    assert!(audit["notices"].to_string().contains("--root"), "{}", audit["notices"]);
}

#[test]
fn links_between_files_of_asciidoc_and_org_are_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(folder.path().join("docs/modules/ROOT/pages/guide")).expect("made");
    write(
        &folder,
        "docs/start.adoc",
        "= Start\n\n[[here]]\n== First steps\n\n* xref:other.adoc#install[Install], xref:gone.adoc[Gone], <<other.adoc#lost,Lost>>\n\
         * <<here>>, <<_first_steps>>, <<nowhere,Nowhere>>, <<First steps>>, xref:api:page.adoc[Elsewhere]\n\
         * link:{base}/x[Made], link:other.html[Built]\n\n----\nxref:code.adoc[Code]\n----\n",
    );
    write(&folder, "docs/other.adoc", "= Other\n\n[#install]\n== Setting up\n");
    write(&folder, "docs/part.adoc", "See <<of-the-whole>>.\n");
    write(&folder, "docs/modules/ROOT/pages/index.adoc", "= Index\n");
    write(&folder, "docs/modules/ROOT/pages/guide/a.adoc", "= A\n\nxref:index.adoc[Up] xref:guide/b.adoc[B]\n");
    write(
        &folder,
        "docs/notes.org",
        "#+TITLE: Notes\n\n* Tasks\n:PROPERTIES:\n:CUSTOM_ID: tasks\n:END:\n[[#tasks][Here]] [[#gone][Gone]] \
         [[file:other.org::#x][Missing]] [[file:start.adoc][Start]] [[file:start.adoc::*First][Search]] [[*Tasks]] [[id:1-2][Id]]\n\
         #+begin_src org\n[[file:code.org]]\n#+end_src\n",
    );
    let (code, audit, _) = run(&folder, &["docs", "--root", "docs", "--scheme", "file"]);
    assert_eq!(code, 1);
    let found = told(&audit, |link, verdict| format!("{verdict} {}", link["anchor"].as_str().unwrap_or("-")));
    assert_eq!(
        found,
        [
            "/modules/ROOT/pages/index.adoc ok-file -",
            "/modules/ROOT/pages/guide/b.adoc file-missing -",
            "#tasks ok-file found",
            "#gone anchor-missing missing",
            "./other.org#x file-missing -",
            "./start.adoc ok-file -",
            "other.adoc#install ok-file found",
            "gone.adoc file-missing -",
            "other.adoc#lost anchor-missing missing",
            "#here ok-file found",
            "#_first_steps ok-file unverifiable",
            "other.html ok-file -",
        ],
        "no coordinates, no titles, and no names that another file may define"
    );
}
