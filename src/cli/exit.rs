//! How a command line ended, as other programs see it.

use std::process::ExitCode;

/// The exit codes of the program. Their numbers are an interface: they stand in other people's scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing to fix.
    Clean,
    /// Findings in states the person wants to fail on.
    Findings,
    /// The command line or the configuration is wrong.
    Usage,
    /// The run cannot be judged: no network, no links, a named list that cannot be read, or interrupted.
    Unjudgeable,
    /// An internal error or one of reading and writing.
    Failure,
}

impl Exit {
    /// The number given to the operating system.
    pub const fn code(self) -> u8 {
        match self {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Unjudgeable => 3,
            Exit::Failure => 4,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}
