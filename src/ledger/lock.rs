//! One run at a time: an advisory lock beside the ledger.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::error::LedgerError;

/// Held while a run may write. The lock goes with the process, however it ends; the file is removed on an orderly end.
#[derive(Debug)]
pub(super) struct RunLock {
    file: File,
    path: PathBuf,
}

impl RunLock {
    /// Takes the lock, or says who has it.
    pub fn take(ledger: &Path) -> Result<Self, LedgerError> {
        let mut name = ledger.as_os_str().to_owned();
        name.push("-lock");
        let path = PathBuf::from(name);
        // An orderly end removes the file: whoever opened it just before must look again.
        for _ in 0..8 {
            let file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&path)
                .map_err(|source| refused(ledger, source))?;
            match file.try_lock() {
                Ok(()) if is_current(&file, &path) => return Ok(RunLock { file, path }),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(LedgerError::Locked { path: ledger.to_owned() }),
                // Some network file systems know no locks; SQLite's own still keep the file whole.
                Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => {
                    return Ok(RunLock { file, path });
                }
                Err(TryLockError::Error(source)) => return Err(refused(ledger, source)),
            }
        }
        Err(LedgerError::Locked { path: ledger.to_owned() })
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        // Only where `is_current` can tell a removed file from its successor. A file left behind does no harm.
        if cfg!(unix) {
            let _ = std::fs::remove_file(&self.path);
        }
        let _ = self.file.unlock();
    }
}

#[cfg(unix)]
fn is_current(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(held), Ok(there)) => held.ino() == there.ino() && held.dev() == there.dev(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_current(_: &File, _: &Path) -> bool {
    true
}

/// An error of the file system, by what a person can do about it.
pub(super) fn refused(ledger: &Path, source: std::io::Error) -> LedgerError {
    let path = ledger.to_owned();
    match source.kind() {
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
            LedgerError::ReadOnly { path, source: Some(source) }
        }
        std::io::ErrorKind::StorageFull => LedgerError::Full { path },
        _ => LedgerError::Io { path, source },
    }
}
