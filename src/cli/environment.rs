//! What surrounds the program, read once at the start and handed on: streams, variables, folder, time.
//!
//! Nothing else reads the process environment or the wall clock, so option parsing and configuration are pure functions
//! of this value.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;

use super::console;

/// Columns assumed where nothing says how wide the terminal is.
const DEFAULT_WIDTH: usize = 80;

/// When output is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Colour {
    /// On a terminal, unless the environment says otherwise
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The surroundings of one invocation.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Environment variables that mean something to us.
    pub variables: BTreeMap<String, String>,
    /// The folder the person stands in.
    pub folder: PathBuf,
    /// Whether somebody types on standard input.
    pub stdin_is_terminal: bool,
    /// Whether somebody reads standard output.
    pub stdout_is_terminal: bool,
    /// Whether somebody reads standard error.
    pub stderr_is_terminal: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// When the program started.
    pub started: Timestamp,
}

impl Environment {
    /// Reads the surroundings of this process.
    pub fn capture() -> Self {
        let variables: BTreeMap<String, String> = std::env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
            .filter(|(name, _)| is_ours(name))
            .collect();
        let width = variables
            .get("COLUMNS")
            .and_then(|columns| columns.parse().ok())
            .or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)))
            .filter(|&width| width > 0)
            .unwrap_or(DEFAULT_WIDTH);
        let [stdin_is_terminal, stdout_is_terminal, stderr_is_terminal] = console::terminals();
        Environment {
            variables,
            folder: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            stdin_is_terminal,
            stdout_is_terminal,
            stderr_is_terminal,
            width,
            started: Timestamp::now(),
        }
    }

    /// A variable that is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether a build server runs us, where nobody watches a progress line.
    pub fn is_ci(&self) -> bool {
        self.variable("CI").is_some_and(|value| value != "false" && value != "0")
    }

    /// Whether a stream is coloured: the flag decides, then `NO_COLOR`, then `FORCE_COLOR` and `CLICOLOR_FORCE`, then
    /// whether somebody reads it on a terminal that knows colours.
    pub fn colour(&self, choice: Colour, is_terminal: bool) -> bool {
        let forced = |name| self.variable(name).is_some_and(|value| value != "0");
        match choice {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto if self.variable("NO_COLOR").is_some() => false,
            Colour::Auto if forced("FORCE_COLOR") || forced("CLICOLOR_FORCE") => true,
            Colour::Auto => is_terminal && self.variable("TERM") != Some("dumb"),
        }
    }
}

fn is_ours(name: &str) -> bool {
    const NAMES: [&str; 6] = ["NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "TERM", "CI", "COLUMNS"];
    NAMES.contains(&name) || name.starts_with("PERENNIAL_")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Surroundings with nothing set, no terminal anywhere.
    pub(crate) fn bare(variables: &[(&str, &str)]) -> Environment {
        Environment {
            variables: variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            folder: PathBuf::from("/nowhere"),
            stdin_is_terminal: false,
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            width: DEFAULT_WIDTH,
            started: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn colour_follows_flag_then_variables_then_terminal() {
        use Colour::{Always, Auto, Never};
        type Case = (Colour, &'static [(&'static str, &'static str)], bool, bool);
        const CASES: [Case; 12] = [
            (Auto, &[], true, true),
            (Auto, &[], false, false),
            (Auto, &[("TERM", "dumb")], true, false),
            (Auto, &[("NO_COLOR", "1")], true, false),
            (Auto, &[("NO_COLOR", "")], true, true),
            (Auto, &[("NO_COLOR", "1"), ("FORCE_COLOR", "1")], true, false),
            (Auto, &[("FORCE_COLOR", "1")], false, true),
            (Auto, &[("FORCE_COLOR", "0")], false, false),
            (Auto, &[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")], false, true),
            (Always, &[("NO_COLOR", "1")], false, true),
            (Never, &[("FORCE_COLOR", "1")], true, false),
            (Always, &[("TERM", "dumb")], false, true),
        ];
        for (choice, variables, is_terminal, expected) in CASES {
            assert_eq!(bare(variables).colour(choice, is_terminal), expected, "{choice:?} {variables:?} {is_terminal}");
        }
    }

    #[test]
    fn a_build_server_is_recognised() {
        assert!(bare(&[("CI", "true")]).is_ci());
        assert!(!bare(&[("CI", "false")]).is_ci());
        assert!(!bare(&[]).is_ci());
    }
}
