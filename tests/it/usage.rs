//! The command line itself: help, versions, mistakes, colour, readers that leave.

use crate::house::{bare, outcome, perennial, rehearsal, write};

#[test]
fn no_argument_shows_help_and_is_a_mistake() {
    let (code, out, err) = outcome(&mut perennial());
    assert_eq!(code, 2);
    assert_eq!(out, "");
    assert!(err.contains("Usage: perennial"), "{err}");
}

#[test]
fn help_and_version_are_results() {
    let (code, out, err) = outcome(perennial().arg("--help"));
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("Usage: perennial"), "{out}");
    assert!(!out.contains('\u{1b}'), "colour without a terminal");
    let (code, out, _) = outcome(perennial().arg("--version"));
    assert_eq!(code, 0);
    assert_eq!(out, concat!("perennial ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn a_mistyped_verb_is_told_the_nearest() {
    let (code, out, err) = outcome(perennial().arg("generat"));
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("'generate'"), "{err}");
}

#[test]
fn colour_can_be_forced_and_refused() {
    let (_, _, err) = outcome(perennial().args(["--color", "always", "generat"]));
    assert!(err.contains('\u{1b}'), "{err}");
    let (_, _, err) = outcome(perennial().env("FORCE_COLOR", "1").args(["--no-color", "generat"]));
    assert!(!err.contains('\u{1b}'), "{err}");
}

#[test]
fn completions_and_manual_name_the_program() {
    for arguments in [["generate", "completions", "bash"].as_slice(), &["generate", "man"]] {
        let (code, out, err) = outcome(perennial().args(arguments));
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(out.contains("perennial"), "{out}");
    }
}

#[test]
fn the_schema_is_json() {
    let (code, out, _) = outcome(perennial().args(["generate", "schema"]));
    let schema: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, &schema["properties"]["schema"]["const"]), (0, &"perennial.audit/1".into()));
}

#[test]
fn every_flag_is_explained_in_the_manual() {
    let (_, out, _) = outcome(perennial().args(["generate", "man"]));
    let lines: Vec<&str> = out.lines().collect();
    let bare: Vec<_> = lines.windows(2).filter(|pair| pair[0].starts_with("\\fB\\-") && pair[1].is_empty()).collect();
    assert!(lines.len() > 40 && bare.is_empty(), "{bare:?}");
}

#[test]
fn the_manual_explains_what_each_verb_takes_and_names_no_other_page() {
    let (_, out, _) = outcome(perennial().args(["generate", "man"]));
    for (verb, flag) in
        [("RUN", "only\\-changed"), ("FIX", "untrack"), ("ROBOTS", "agent"), ("GENERATE COMPLETIONS", "SHELL")]
    {
        let from = out.find(&format!(".SH \"PERENNIAL {verb}\"")).expect(verb);
        let section = &out[from + 1..];
        let section = &section[..section.find("\n.SH").unwrap_or(section.len())];
        assert!(section.contains(flag) && section.contains(".SS SYNOPSIS"), "{verb}: {section}");
        assert!(!section.contains("no\\-progress"), "{verb}: options of all commands are explained once");
    }
    assert!(!out.contains("run(1)"), "{out}");
    assert_eq!(out.matches(".el .ds Aq").count(), 1);
}

#[test]
fn the_synopsis_of_the_manual_says_what_options_take() {
    let (_, out, _) = outcome(perennial().args(["generate", "man"]));
    let synopsis = out.lines().find(|line| line.starts_with("\\fBperennial run\\fR")).expect("a synopsis");
    assert!(synopsis.contains("[\\fB\\-\\-only\\-changed\\fR \\fIREVISION\\fR]"), "{synopsis}");
    assert!(synopsis.contains("[\\fB\\-\\-refresh\\fR]"), "{synopsis}");
}

#[test]
fn help_on_a_command_is_asked_for_in_either_way() {
    for (asked, flagged) in [
        (["help", "run"].as_slice(), ["run", "--help"].as_slice()),
        (&["help", "generate", "man"], &["generate", "man", "--help"]),
        (&["help"], &["--help"]),
    ] {
        let (code, out, err) = outcome(perennial().args(asked));
        assert_eq!((code, err.as_str()), (0, ""));
        assert_eq!(out, outcome(perennial().args(flagged)).1);
    }
}

#[test]
fn the_generated_configuration_is_the_one_in_the_repository() {
    let (code, out, _) = outcome(perennial().args(["generate", "config"]));
    assert_eq!((code, out.as_str()), (0, include_str!("../../config.toml")));
}

/// Runs a command whose output nobody reads any more.
#[cfg(unix)]
fn left_by_its_reader(command: &mut std::process::Command) -> std::process::Output {
    use std::process::Stdio;
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    drop(child.stdout.take());
    child.wait_with_output().expect("ends")
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_is_no_error() {
    let output = left_by_its_reader(bare().args(["generate", "completions", "bash"]));
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty());
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_changes_no_verdict() {
    let folder = rehearsal();
    let links: Vec<String> = (0..100).map(|number| format!("- [{number}](https://one.example/{number})\n")).collect();
    write(&folder, "list.md", links.concat());
    // The summary fits into what is written at once, the whole audit does not.
    for form in ["human", "json"] {
        for (verb, fail_on, expected) in [("run", "skipped", 1), ("report", "skipped", 1), ("report", "dead", 0)] {
            let arguments = [verb, "--quiet", "--fail-on", fail_on, "--format", form];
            let output = left_by_its_reader(bare().current_dir(&folder).args(arguments));
            assert_eq!(output.status.code(), Some(expected), "{verb} --fail-on {fail_on} --format {form}");
            assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }
}
