//! Configurations that are wrong, missing, elsewhere or overruled, as a person meets them. The verb is `explain` with an
//! address: it reads the configuration, then names the ledger it would have read.

use assert_cmd::Command;
use tempfile::TempDir;

use crate::house::{outcome, perennial};

fn place(config: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("config.toml"), config).expect("written");
    folder
}

fn explain(folder: &TempDir) -> Command {
    let mut command = perennial();
    command.current_dir(folder).args(["explain", "https://example.org/"]);
    command
}

/// The ledger a command went to look for; the configuration was fine then.
fn ledger_sought(command: &mut Command) -> String {
    let (code, _, err) = outcome(command);
    assert_eq!(code, 2, "{err}");
    let sought = err.lines().find_map(|line| line.strip_prefix("error: no ledger at "));
    sought.unwrap_or_else(|| panic!("the configuration was refused: {err}")).to_owned()
}

fn refused(command: &mut Command) -> String {
    let (code, out, err) = outcome(command);
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    assert!(err.starts_with("error: ") && err.contains("\nhelp: "), "{err}");
    assert!(!err.contains("no ledger"), "the configuration was taken: {err}");
    err
}

#[test]
fn every_mistake_is_shown_with_its_line_and_what_was_meant() {
    let folder = place("[network]\nuser_agnet = \"x/1\"\n\n[politeness]\nrequests_per_second = 0\nretries = -1\n");
    insta::assert_snapshot!(refused(&mut explain(&folder)), @r#"
    error: there are 3 mistakes in the configuration

    config.toml:2:1: unknown key `network.user_agnet`
       |
     2 | user_agnet = "x/1"
       | ^^^^^^^^^^ did you mean `user_agent`?

    config.toml:5:23: `politeness.requests_per_second` is 0; it takes a number from 0.001 to 100000
       |
     5 | requests_per_second = 0
       |                       ^

    config.toml:6:11: `politeness.retries` is -1; it takes a whole number from 0 to 20
       |
     6 | retries = -1
       |           ^^

    help: `perennial generate config` prints every key with its default; if the file belongs to another program, use --config or --no-config
    "#);
}

#[test]
fn a_configuration_that_is_named_must_exist() {
    let folder = place("");
    let text = refused(explain(&folder).args(["--config", "other.toml"]));
    assert!(text.contains("other.toml") && text.contains("caused by: "), "{text}");
    let text = refused(explain(&folder).args(["--config", "."]));
    assert!(text.contains("cannot read the configuration"), "{text}");
    let text = refused(explain(&folder).env("PERENNIAL_CONFIG", "gone.toml"));
    assert!(text.contains("gone.toml"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_configuration_that_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = place("");
    let path = folder.path().join("config.toml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).expect("changed");
    if std::fs::File::open(&path).is_ok() {
        return; // Whoever runs this may read everything.
    }
    let text = refused(&mut explain(&folder));
    assert!(text.contains("config.toml") && text.contains("ermission"), "{text}");
}

#[test]
fn what_is_no_configuration_is_refused() {
    let folder = place("");
    std::fs::write(folder.path().join("config.toml"), b"seeds = [\xff]").expect("written");
    assert!(refused(&mut explain(&folder)).contains("not UTF-8"));
    std::fs::write(folder.path().join("config.toml"), "<html>").expect("written");
    assert!(refused(&mut explain(&folder)).contains("config.toml:1:"));
}

#[test]
fn the_nearest_configuration_of_the_repository_is_used_and_can_be_overruled() {
    let folder = place("[ledger]\npath = 'from-file'\n");
    let below = folder.path().join("a/b");
    std::fs::create_dir_all(&below).expect("made");
    std::fs::create_dir(folder.path().join(".git")).expect("made");
    let in_file = folder.path().canonicalize().expect("a path").join("from-file");

    assert_eq!(ledger_sought(&mut explain(&folder)), "from-file");
    let sought = ledger_sought(explain(&folder).current_dir(&below));
    assert_eq!(std::path::Path::new(&sought).file_name(), in_file.file_name());
    assert!(sought.ends_with("/from-file"), "relative to the file, not to the person: {sought}");
    assert_eq!(ledger_sought(explain(&folder).arg("--no-config")), "perennial.ledger");
    let variable = ("PERENNIAL_LEDGER_PATH", "from-variable");
    assert_eq!(ledger_sought(explain(&folder).env(variable.0, variable.1)), "from-variable");
    let flagged = ledger_sought(explain(&folder).env(variable.0, variable.1).args(["--ledger", "from-flag"]));
    assert_eq!(flagged, "from-flag");
}

#[test]
fn a_project_has_one_memory_wherever_somebody_stands_in_it() {
    let folder = place("");
    let below = folder.path().join("lists");
    std::fs::create_dir_all(&below).expect("made");
    std::fs::create_dir(folder.path().join(".git")).expect("made");
    std::fs::write(below.join("list.md"), "No link at all.\n").expect("written");
    outcome(perennial().current_dir(&below).args(["run", "list.md", "--quiet"]));
    for made in ["perennial.ledger", "reports"] {
        assert!(folder.path().join(made).exists() && !below.join(made).exists(), "{made} stands beside the file");
    }
    // Somebody who names a file stands where the work is done.
    outcome(perennial().current_dir(&below).args(["run", "list.md", "--quiet", "--config", "../config.toml"]));
    assert!(below.join("perennial.ledger").exists());
}

#[test]
fn a_broken_configuration_does_not_keep_from_help_or_other_work() {
    let folder = place("not toml");
    for arguments in [["--help"].as_slice(), &["--version"], &["explain", "http-404"], &["generate", "config"]] {
        let (code, _, err) = outcome(perennial().current_dir(&folder).args(arguments));
        assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}");
    }
    assert_eq!(ledger_sought(explain(&folder).arg("--no-config")), "perennial.ledger");
}

#[test]
fn variables_are_held_to_the_same_rules() {
    let folder = place("");
    let text = refused(explain(&folder).env("PERENNIAL_POLITENESS_REQUESTS_PER_SECOND", "inf"));
    assert!(
        text.contains("PERENNIAL_POLITENESS_REQUESTS_PER_SECOND: `politeness.requests_per_second` is \"inf\""),
        "{text}"
    );
    let (_, _, err) = outcome(explain(&folder).env("PERENNIAL_LEDGR_PATH", "x"));
    assert!(err.contains("warning: ") && err.contains("did you mean PERENNIAL_LEDGER_PATH?"), "{err}");
    let text = outcome(explain(&folder).env("PERENNIAL_NOW", "soon")).2;
    assert!(text.contains("PERENNIAL_NOW"), "{text}");
}

#[test]
fn which_file_was_used_is_said_on_demand() {
    let folder = place("");
    let (_, _, err) = outcome(explain(&folder).arg("-v"));
    assert!(err.contains("using the configuration config.toml"), "{err}");
}
