//! Formatted references, and what a program without them says.

use crate::house::{outcome, perennial, rehearsal, write};

fn configured(more: &str) -> tempfile::TempDir {
    let folder = rehearsal();
    let rule = "[[rule]]\nurl = '*'\nskip = true\nbecause = 'a rehearsal'\n";
    write(&folder, "config.toml", format!("seeds = ['list.md']\n[reports]\n{more}\n{rule}"));
    folder
}

#[test]
#[cfg(feature = "references")]
fn references_are_printed_in_the_style_asked_for() {
    let folder = configured("compilation = ['references', 'references-html']\nstyle = 'MLA'");
    assert_eq!(outcome(perennial().current_dir(&folder).arg("run")).0, 0);
    let read = |name: &str| std::fs::read_to_string(folder.path().join("reports").join(name)).expect("a report");
    assert!(
        read("references.md").contains("*One*. [https\\://one.example/](https://one.example/)."),
        "{}",
        read("references.md")
    );
    assert!(read("references.html").contains("<i>Two</i>"), "{}", read("references.html"));
}

#[test]
#[cfg(feature = "references")]
fn a_style_that_does_not_exist_is_named_before_any_work() {
    let folder = configured("compilation = ['references']\nstyle = 'chicago-autor-date'");
    let (code, _, err) = outcome(perennial().current_dir(&folder).arg("run"));
    assert_eq!(code, 2);
    assert!(
        err.contains("no citation style \"chicago-autor-date\"")
            && err.contains("did you mean \"chicago-author-date\"?"),
        "{err}"
    );
    assert!(!folder.path().join("reports").exists(), "nothing was begun");
}

#[test]
#[cfg(not(feature = "references"))]
fn a_program_without_references_says_how_to_get_them() {
    let folder = configured("compilation = ['references']");
    let (code, _, err) = outcome(perennial().current_dir(&folder).arg("run"));
    assert_eq!(code, 2);
    assert!(err.contains("--features references"), "{err}");
    assert!(!folder.path().join("reports").exists(), "nothing was begun");
}
