//! What can keep the ledger from its work.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why the ledger cannot do what was asked. Every variant names the file; [`LedgerError::help`] says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// Nothing to read there.
    #[error("no ledger at {}", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file is something else; it was left as it is.
    #[error("{} is not a ledger of perennial", path.display())]
    NotALedger {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error("the ledger {} is damaged: {detail}", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// Another run writes it.
    #[error("the ledger {} is in use by another run", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// A later version of the program made it.
    #[error("the ledger {} has format {found}, this version knows formats up to {known}", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The latest format this version knows.
        known: i64,
    },
    /// The file or its folder may not be written.
    #[error("the ledger {} cannot be written", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: Option<std::io::Error>,
    },
    /// No space is left for it.
    #[error("no space is left for the ledger {}", path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// The file or its folder cannot be used for another reason.
    #[error("cannot use the ledger {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A run that is not, or no longer, remembered.
    #[error("the ledger {} has no {}", path.display(), match run { Some(run) => format!("run {run}"), None => "run yet".to_owned() })]
    NoSuchRun {
        /// The file.
        path: PathBuf,
        /// Its number; absent when there is no run at all.
        run: Option<i64>,
    },
    /// The thread that writes is gone; the first error it met was reported already.
    #[error("the ledger {} is no longer written", path.display())]
    WriterGone {
        /// The file.
        path: PathBuf,
    },
    /// The database refused a statement.
    #[error("the ledger {} refused a statement", path.display())]
    Statement {
        /// The file.
        path: PathBuf,
        /// What it said.
        #[source]
        source: rusqlite::Error,
    },
}

impl LedgerError {
    /// Names the trouble the database met.
    pub(super) fn from_sqlite(path: &Path, error: rusqlite::Error) -> Self {
        let path = path.to_owned();
        if let rusqlite::Error::FromSqlConversionFailure(column, _, cause) = &error {
            return LedgerError::Corrupt { path, detail: format!("column {column}: {cause}") };
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => LedgerError::NotALedger { path },
            Some(ErrorCode::DatabaseCorrupt) => LedgerError::Corrupt { path, detail: error.to_string() },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => LedgerError::Locked { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => LedgerError::ReadOnly { path, source: None },
            Some(ErrorCode::DiskFull) => LedgerError::Full { path },
            Some(ErrorCode::SystemIoFailure) if is_out_of_space(&error) => LedgerError::Full { path },
            Some(ErrorCode::CannotOpen | ErrorCode::SystemIoFailure) => {
                LedgerError::Io { path, source: std::io::Error::other(error) }
            }
            _ => LedgerError::Statement { path, source: error },
        }
    }

    /// What a person can do about it.
    pub fn help(&self) -> &'static str {
        match self {
            LedgerError::Missing { .. } => "run `perennial run` first, or name the file with `--ledger`",
            LedgerError::NotALedger { .. } => "the file was left as it is; name another one with `--ledger`",
            LedgerError::Corrupt { .. } => {
                "restore it from a backup, or move it away: the next run begins a new ledger without history"
            }
            LedgerError::Locked { .. } => "wait until the other run is over, or name another file with `--ledger`",
            LedgerError::Newer { .. } => "use the later version of perennial, or name another file with `--ledger`",
            LedgerError::ReadOnly { .. } => {
                "make the file and its folder writable, or name another place with `--ledger`"
            }
            LedgerError::Full { .. } => {
                "free some space; what was stored so far is safe, and the next run goes on there"
            }
            LedgerError::Io { .. } => "check that the folder exists and is not a file, or name another with `--ledger`",
            LedgerError::NoSuchRun { .. } => "run `perennial run` first",
            LedgerError::WriterGone { .. } => "see the error before this one; what was stored so far is safe",
            LedgerError::Statement { .. } => "this is a mistake in perennial; please report it",
        }
    }
}

/// Whether the index of what was written last, a file beside the ledger, has no room: it is the first to need some.
fn is_out_of_space(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| error.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_called_one_wherever_it_shows() {
        for code in [rusqlite::ffi::SQLITE_FULL, rusqlite::ffi::SQLITE_IOERR_SHMSIZE] {
            let error = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
            let told = LedgerError::from_sqlite(Path::new("perennial.ledger"), error);
            assert!(matches!(told, LedgerError::Full { .. }), "{told}");
        }
    }
}
