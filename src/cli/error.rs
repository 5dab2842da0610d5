//! What a person is told when a command line cannot do its job: the error, its causes, and what to do.

use std::error::Error;
use std::fmt;
use std::io;

use super::exit::Exit;
use crate::config::ConfigError;
use crate::ledger::LedgerError;

/// Why a verb could not do its job. Findings about the web are never one of these.
#[derive(Debug)]
pub struct CliError {
    kind: Kind,
    message: String,
    cause: Option<Box<dyn Error + Send + Sync>>,
    help: Option<String>,
}

/// What the error means for the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Usage,
    Unjudgeable,
    Failure,
    Bug,
    /// The reader of our output has left, which is its good right.
    ReaderGone,
}

impl CliError {
    /// The command line or the configuration asks for something impossible.
    pub fn usage(message: impl Into<String>) -> Self {
        CliError::new(Kind::Usage, message)
    }

    /// The work cannot be judged: there is no network, or there are no links.
    pub fn unjudgeable(message: impl Into<String>) -> Self {
        CliError::new(Kind::Unjudgeable, message)
    }

    /// Reading, writing or a room of ours failed.
    pub fn failure(message: impl Into<String>) -> Self {
        CliError::new(Kind::Failure, message)
    }

    /// Something that cannot happen did.
    pub fn bug(message: impl Into<String>) -> Self {
        CliError::new(Kind::Bug, message)
    }

    /// Standard output or standard error could not be written. A reader that has left (`| head`) is no error.
    pub fn output(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return CliError::new(Kind::ReaderGone, "the reader has left");
        }
        CliError::new(Kind::Failure, "cannot write to standard output").because(error)
    }

    fn new(kind: Kind, message: impl Into<String>) -> Self {
        CliError { kind, message: message.into(), cause: None, help: None }
    }

    /// The same error with what lies beneath it; its own causes are shown too.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// The same error with one sentence on what to do, without a full stop.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The exit this error ends in.
    pub fn exit(&self) -> Exit {
        match self.kind {
            Kind::Usage => Exit::Usage,
            Kind::Unjudgeable => Exit::Unjudgeable,
            Kind::Failure | Kind::Bug => Exit::Failure,
            Kind::ReaderGone => Exit::Clean,
        }
    }

    /// Whether there is something to tell; nobody listens once the reader has left.
    pub(super) fn is_silent(&self) -> bool {
        self.kind == Kind::ReaderGone
    }

    /// The causes, nearest first. A cause whose text the line before already ends with is left out.
    pub(super) fn causes(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut above = self.message.clone();
        // An error that became this one as a whole has said its own text; what is beneath it has not.
        let mut cause = self.cause.as_deref().map(|cause| cause as &(dyn Error + 'static));
        while let Some(error) = cause {
            let text = error.to_string();
            if !above.ends_with(&text) {
                lines.push(text.clone());
                above = text;
            }
            cause = error.source();
        }
        lines
    }

    /// What to do about it.
    pub(super) fn advice(&self) -> Option<&str> {
        const REPORT: &str = "this is a bug in perennial: please report it with the command line that led to it";
        match self.kind {
            Kind::Bug => Some(self.help.as_deref().unwrap_or(REPORT)),
            _ => self.help.as_deref(),
        }
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        let help = error.help().map(str::to_owned);
        let message = error.to_string();
        CliError { kind: Kind::Usage, message, cause: Some(Box::new(error)), help }
    }
}

impl From<LedgerError> for CliError {
    fn from(error: LedgerError) -> Self {
        let kind = match &error {
            // The person named something that is not there, or is something else.
            LedgerError::Missing { .. } | LedgerError::NotALedger { .. } | LedgerError::NoSuchRun { .. } => Kind::Usage,
            _ => Kind::Failure,
        };
        let help = Some(error.help().to_owned());
        let message = error.to_string();
        CliError { kind, message, cause: Some(Box::new(error)), help }
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for CliError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as &(dyn Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_has_left_is_success() {
        let error = CliError::output(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(error.exit(), Exit::Clean);
        assert!(error.is_silent());
        let error = CliError::output(io::Error::other("disk full"));
        assert_eq!(error.exit(), Exit::Failure);
        assert_eq!(error.causes(), ["disk full"]);
    }

    #[test]
    fn causes_are_told_once() {
        let error = CliError::failure("cannot read a.md: denied").because(io::Error::other("denied"));
        assert!(error.causes().is_empty());
        let error = CliError::failure("cannot read a.md").because(io::Error::other("denied"));
        assert_eq!(error.causes(), ["denied"]);
    }
}
