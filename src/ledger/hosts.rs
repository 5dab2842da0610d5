//! What is remembered of hosts: when they may be asked again, their robots.txt, how they answer for nothing.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::error::LedgerError;
use super::open::Ledger;
use super::values::{Columns, millis};

/// The longest text kept for one robots.txt or probe; longer ones are not kept at all.
const MAX_TEXT: usize = 1 << 20;

impl Ledger {
    /// Until when a host asked to be left alone.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn hold_until(&self, host: &str) -> Result<Option<Timestamp>, LedgerError> {
        self.conn
            .prepare_cached("SELECT hold_until FROM host WHERE host = ?1")
            .and_then(|mut statement| statement.query_row([host], |row| row.instant(0)).optional())
            .map(Option::flatten)
            .map_err(|error| self.fail(error))
    }

    /// Keeps until when a host asked to be left alone; an earlier time does not shorten a later one.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn hold(&mut self, host: &str, until: Timestamp) -> Result<(), LedgerError> {
        hold(&self.conn, host, until).map_err(|error| self.fail(error))
    }

    /// The robots.txt of an origin as the engine wrote it, when it was fetched at or after `not_before`.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn robots(&self, origin: &str, not_before: Timestamp) -> Result<Option<String>, LedgerError> {
        self.conn
            .prepare_cached("SELECT content FROM robots WHERE origin = ?1 AND fetched >= ?2")
            .and_then(|mut statement| {
                statement.query_row(params![origin, millis(not_before)], |row| row.get(0)).optional()
            })
            .map_err(|error| self.fail(error))
    }

    /// Keeps the robots.txt of an origin, in a form the engine reads back.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn keep_robots(&mut self, origin: &str, content: &str, fetched: Timestamp) -> Result<(), LedgerError> {
        keep_robots(&self.conn, origin, content, fetched).map_err(|error| self.fail(error))
    }

    /// How addresses that should not exist were answered within a scope (host, folder, kind of file), when that was
    /// found out at or after `not_before`.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn probe(&self, scope: &str, not_before: Timestamp) -> Result<Option<String>, LedgerError> {
        self.conn
            .prepare_cached("SELECT outcome FROM probe WHERE scope = ?1 AND at >= ?2")
            .and_then(|mut statement| {
                statement.query_row(params![scope, millis(not_before)], |row| row.get(0)).optional()
            })
            .map_err(|error| self.fail(error))
    }

    /// Keeps how addresses that should not exist were answered within a scope.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn keep_probe(&mut self, scope: &str, outcome: &str, at: Timestamp) -> Result<(), LedgerError> {
        keep_probe(&self.conn, scope, outcome, at).map_err(|error| self.fail(error))
    }
}

/// [`Ledger::hold`] for whoever has the right to write.
pub(super) fn hold(conn: &Connection, host: &str, until: Timestamp) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO host (host, hold_until) VALUES (?1, ?2)
         ON CONFLICT (host) DO UPDATE SET hold_until = max(coalesce(hold_until, 0), excluded.hold_until)",
    )?
    .execute(params![host, millis(until)])?;
    Ok(())
}

/// [`Ledger::keep_robots`] for whoever has the right to write.
pub(super) fn keep_robots(conn: &Connection, origin: &str, content: &str, fetched: Timestamp) -> rusqlite::Result<()> {
    if content.len() > MAX_TEXT {
        return Ok(());
    }
    conn.prepare_cached("INSERT OR REPLACE INTO robots (origin, fetched, content) VALUES (?1, ?2, ?3)")?
        .execute(params![origin, millis(fetched), content])?;
    Ok(())
}

/// [`Ledger::keep_probe`] for whoever has the right to write.
pub(super) fn keep_probe(conn: &Connection, scope: &str, outcome: &str, at: Timestamp) -> rusqlite::Result<()> {
    if outcome.len() > MAX_TEXT {
        return Ok(());
    }
    conn.prepare_cached("INSERT OR REPLACE INTO probe (scope, at, outcome) VALUES (?1, ?2, ?3)")?.execute(params![
        scope,
        millis(at),
        outcome
    ])?;
    Ok(())
}
