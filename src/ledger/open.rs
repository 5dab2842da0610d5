//! Opening a ledger: for a run, which writes, or for a report, which reads.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::error::LedgerError;
use super::lock::{RunLock, refused};
use super::runs::KEPT_OBSERVATIONS;
use super::schema;

/// How long a statement waits for another process before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Everything remembered of earlier runs: one SQLite file.
///
/// A run holds it exclusively; reports may be read from it at the same time.
#[derive(Debug)]
pub struct Ledger {
    pub(super) conn: Connection,
    pub(super) path: PathBuf,
    /// Observations of one resource that are kept at most.
    pub(super) kept: i64,
    // Dropped after the connection: the file is at rest when the next run may begin.
    _lock: Option<RunLock>,
}

impl Ledger {
    /// Opens a ledger for a run, and makes it, with its folder, where there is none.
    ///
    /// # Errors
    /// When the file is no ledger, damaged, in use by another run, from a later version or not writable. It is left
    /// as it was then.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|source| refused(path, source))?;
        }
        if path.is_dir() {
            return Err(LedgerError::NotALedger { path: path.to_owned() });
        }
        if path.metadata().is_ok_and(|metadata| metadata.len() > 0) {
            inspect(path)?;
        }
        let lock = RunLock::take(path)?;
        let fail = |error| LedgerError::from_sqlite(path, error);
        let mut conn = connect(path).map_err(fail)?;
        if conn.is_readonly("main").map_err(fail)? {
            return Err(LedgerError::ReadOnly { path: path.to_owned(), source: None });
        }
        schema::migrate(&mut conn).map_err(fail)?;
        Ok(Ledger { conn, path: path.to_owned(), kept: KEPT_OBSERVATIONS, _lock: Some(lock) })
    }

    /// Opens a ledger to read from it; it may be in use by a run, or lie in a folder that cannot be written.
    ///
    /// # Errors
    /// When there is none, or it is no ledger, damaged or from another version.
    pub fn read(path: &Path) -> Result<Self, LedgerError> {
        let found = inspect(path)?;
        if found < schema::LATEST {
            return Ledger::open(path);
        }
        let conn = read_only(path).map_err(|error| LedgerError::from_sqlite(path, error))?;
        Ok(Ledger { conn, path: path.to_owned(), kept: KEPT_OBSERVATIONS, _lock: None })
    }

    /// Sets how many observations of one resource are kept.
    pub fn keep(&mut self, observations: usize) {
        self.kept = i64::try_from(observations).unwrap_or(i64::MAX);
    }

    /// Writes the file again where somebody deleted it while it was open, and goes on from there. Whether that was so.
    ///
    /// # Errors
    /// When it cannot be written; what is open can still be read from and written to.
    pub fn restore(&mut self) -> Result<bool, LedgerError> {
        if self.path.exists() {
            return Ok(false);
        }
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|source| refused(&self.path, source))?;
        }
        self.conn.execute("VACUUM INTO ?1", [self.path.to_string_lossy()]).map_err(|error| self.fail(error))?;
        self.conn = connect(&self.path).map_err(|error| self.fail(error))?;
        Ok(true)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn fail(&self, error: rusqlite::Error) -> LedgerError {
        LedgerError::from_sqlite(&self.path, error)
    }
}

/// A connection for the one process that writes.
pub(super) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let conn = Connection::open(path)?;
    conn.busy_timeout(BUSY_TIMEOUT)?;
    conn.pragma_update(None, "journal_mode", "wal")?;
    // A power cut may take the last moments, never the file; the end of a run is synced in full.
    conn.pragma_update(None, "synchronous", "normal")?;
    conn.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    conn.pragma_update(None, "journal_size_limit", 16 << 20)?;
    conn.pragma_update(None, "cache_size", -4_096)?;
    prepare_once(&conn)?;
    Ok(conn)
}

/// Keeps statements, and their plans whatever values they are given: planning anew costs more than the look-up.
fn prepare_once(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_prepared_statement_cache_capacity(64);
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(|_| ())
}

fn read_only(path: &Path) -> rusqlite::Result<Connection> {
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(BUSY_TIMEOUT)?;
    prepare_once(&conn)?;
    match schema::version(&conn) {
        Ok(_) => Ok(conn),
        // Where nothing can be created beside it, a ledger at rest can still be read as a file that does not change.
        Err(error)
            if matches!(
                error.sqlite_error_code(),
                Some(rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::ReadOnly)
            ) && at_rest(path) =>
        {
            let uri = format!("file:{}?immutable=1", escaped(path));
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            Connection::open_with_flags(uri, flags)
        }
        Err(error) => Err(error),
    }
}

/// Whether everything stands in the file itself.
fn at_rest(path: &Path) -> bool {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    std::fs::metadata(PathBuf::from(wal)).map_or(true, |metadata| metadata.len() == 0)
}

fn escaped(path: &Path) -> String {
    path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}

/// Tells whether a file is a ledger this version can use, without changing it; gives its format.
fn inspect(path: &Path) -> Result<i64, LedgerError> {
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => return Err(LedgerError::NotALedger { path: path.to_owned() }),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(LedgerError::Missing { path: path.to_owned() });
        }
        Err(source) => return Err(refused(path, source)),
    }
    let fail = |error| LedgerError::from_sqlite(path, error);
    let conn = read_only(path).map_err(fail)?;
    let found = schema::version(&conn).map_err(fail)?;
    let application: i64 = conn.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(fail)?;
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(fail)?;
    // A run that was killed in its very first moments leaves a database without tables.
    let untouched = application == 0 && found == 0 && tables == 0;
    if application != schema::APPLICATION_ID && !untouched {
        return Err(LedgerError::NotALedger { path: path.to_owned() });
    }
    if found > schema::LATEST {
        return Err(LedgerError::Newer { path: path.to_owned(), found, known: schema::LATEST });
    }
    Ok(found)
}
