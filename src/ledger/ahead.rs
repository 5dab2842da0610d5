//! What a clock that was wrong has left in the ledger.
//!
//! Nothing is believed that is dated later than now: it would stand until that day comes. Clocks of one machine differ by
//! minutes, and by hours where somebody sets them, so what is ahead by less than a day is let be.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, params};

use super::error::LedgerError;
use super::open::Ledger;
use super::runs::duration_millis;
use super::values::{Columns, millis};

/// What is dated later than this after now is of a clock that was wrong.
pub const AHEAD: SignedDuration = SignedDuration::from_hours(24);

impl Ledger {
    /// Forgets what was learnt of hosts and archives at a time that is still to come, and tells the date of the
    /// last run where that is ahead so far. Its verdicts stay, and are asked for again. No host is left alone longer than `longest`.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn mistrust_the_future(&mut self, now: Timestamp, longest: Duration) -> Result<Option<Timestamp>, LedgerError> {
        self.forget_the_future(now, longest).map_err(|error| self.fail(error))
    }

    fn forget_the_future(&mut self, now: Timestamp, longest: Duration) -> rusqlite::Result<Option<Timestamp>> {
        let transaction = self.conn.transaction()?;
        let limit = now.checked_add(AHEAD).unwrap_or(Timestamp::MAX);
        let run = transaction
            .query_row("SELECT started FROM run ORDER BY id DESC LIMIT 1", [], |row| row.instant(0))
            .optional()?
            .flatten();
        let longest = millis(limit).saturating_add(duration_millis(longest));
        transaction.execute("UPDATE host SET hold_until = NULL WHERE hold_until > ?1", [longest])?;
        for table in ["robots WHERE fetched", "probe WHERE at", "vantage WHERE at"] {
            transaction.execute(&format!("DELETE FROM {table} > ?1"), [millis(limit)])?;
        }
        // What an archive had is still worth telling.
        transaction.execute("UPDATE memento SET asked = ?1 WHERE asked > ?2", params![millis(now), millis(limit)])?;
        transaction.commit()?;
        Ok(run.filter(|run| *run > limit))
    }
}
