//! Runs: begun, taken up again, finished; and what is forgotten after them.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::error::LedgerError;
use super::open::Ledger;
use super::settlement::Incident;
use super::values::{Columns, damaged, millis};
use crate::model::audit::{HostIncident, Partial, RequestCounts, RunSummary, SeedSummary};

/// Number of a run in its ledger, from 1.
pub type RunId = i64;

/// Observations of one resource that are kept where nobody says otherwise, and runs whose troubles of hosts are.
pub(super) const KEPT_OBSERVATIONS: i64 = 60;

/// What is known when a run begins.
#[derive(Clone, Copy, Debug)]
pub struct RunStart<'a> {
    /// The run's time.
    pub now: Timestamp,
    /// Version of the program.
    pub version: &'a str,
    /// Digest of everything the links are read from: names and contents of the seeds, base addresses, the program's
    /// version. Equal digests promise equal links.
    pub seeds: u128,
    /// Digest of the settings that decide verdicts, which a run must share with the one it continues; 0 where it is not known.
    pub settings: u128,
    /// An unfinished run begun within this time, over the same seeds and settings, is continued.
    pub resume_within: Duration,
}

/// A run that is going on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its number.
    pub id: RunId,
    /// When it began, also when that was before this process.
    pub started: Timestamp,
    /// Whether it was begun by an earlier process: what that one observed is not asked again.
    pub resumed: bool,
    /// Whether its links are stored already; otherwise they are to be written with [`Ledger::list`].
    pub listed: bool,
    /// Requests counted so far, by earlier processes.
    pub requests: RequestCounts,
    pub(super) listing: i64,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Why it does not speak for the whole list; such a run can be continued.
    pub partial: Option<Partial>,
    /// Requests of the whole run, those of earlier processes ([`Run::requests`]) included.
    pub requests: RequestCounts,
}

impl Ledger {
    /// Begins a run, or continues the last one where that was not finished.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn begin_run(&mut self, start: &RunStart<'_>) -> Result<Run, LedgerError> {
        self.begin(start).map_err(|error| self.fail(error))
    }

    fn begin(&mut self, start: &RunStart<'_>) -> rusqlite::Result<Run> {
        let seeds = start.seeds.to_be_bytes();
        let settings = start.settings.to_be_bytes();
        let earliest = millis(start.now).saturating_sub(duration_millis(start.resume_within));
        let transaction = self.conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let listing = transaction
            .query_row("SELECT id, complete FROM listing WHERE digest = ?1 ORDER BY id DESC LIMIT 1", [seeds], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let (listing, listed): (i64, bool) = match listing {
            Some(found) => found,
            None => {
                transaction.execute("INSERT INTO listing (digest) VALUES (?1)", [seeds])?;
                (transaction.last_insert_rowid(), false)
            }
        };
        let last = transaction
            .query_row(
                "SELECT id, started, links, robots, retries, probes, seeds, lookups, archive FROM run
                 WHERE id = (SELECT max(id) FROM run) AND finished IS NULL
                     AND listing_id = ?1 AND digest = ?2 AND started BETWEEN ?3 AND ?4",
                params![listing, settings, earliest, millis(start.now)],
                |row| Ok((row.get::<_, RunId>(0)?, row.instant(1)?, counts(row, 2)?)),
            )
            .optional()?;
        let run = match last {
            Some((id, started, requests)) => {
                transaction.execute("UPDATE run SET partial = NULL WHERE id = ?1", [id])?;
                Run { id, started: started.unwrap_or(start.now), resumed: true, listed, requests, listing }
            }
            None => {
                transaction.execute(
                    "INSERT INTO run (listing_id, digest, started, version) VALUES (?1, ?2, ?3, ?4)",
                    params![listing, settings, millis(start.now), start.version],
                )?;
                let requests = RequestCounts::default();
                let id = transaction.last_insert_rowid();
                Run { id, started: start.now, resumed: false, listed, requests, listing }
            }
        };
        transaction.commit()?;
        Ok(run)
    }

    /// Takes back a run that has listed nothing and seen nothing, as if it had not begun: its seeds could not be read.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn withdraw_run(&mut self, run: &Run) -> Result<(), LedgerError> {
        self.withdraw(run).map_err(|error| self.fail(error))
    }

    fn withdraw(&mut self, run: &Run) -> rusqlite::Result<()> {
        let transaction = self.conn.transaction()?;
        transaction.execute(
            "DELETE FROM run WHERE id = ?1 AND finished IS NULL
                 AND NOT EXISTS (SELECT 1 FROM observation WHERE run_id = ?1)",
            [run.id],
        )?;
        transaction.execute(
            "DELETE FROM listing WHERE id = ?1 AND NOT complete
                 AND NOT EXISTS (SELECT 1 FROM run WHERE listing_id = ?1)",
            [run.listing],
        )?;
        transaction.commit()
    }

    /// Ends a run. A partial one can be continued; a whole one becomes what the next is compared with, and what is
    /// no longer needed is forgotten.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn finish_run(&mut self, run: &Run, now: Timestamp, outcome: &Outcome) -> Result<(), LedgerError> {
        self.finish(run, now, outcome).map_err(|error| self.fail(error))
    }

    fn finish(&mut self, run: &Run, now: Timestamp, outcome: &Outcome) -> rusqlite::Result<()> {
        self.conn.pragma_update(None, "synchronous", "full")?;
        let finished = outcome.partial.is_none().then_some(millis(now));
        // The archive is asked when the run is over.
        let RequestCounts { links, robots, retries, probes, lookups, seeds, archive: _ } = outcome.requests;
        self.conn.execute(
            "UPDATE run SET partial = ?2, finished = ?3, touched = ?4,
                links = ?5, robots = ?6, retries = ?7, probes = ?8, seeds = ?9, lookups = ?10
             WHERE id = ?1",
            params![
                run.id,
                outcome.partial.map(partial_name),
                finished,
                millis(now),
                stored(links),
                stored(robots),
                stored(retries),
                stored(probes),
                stored(seeds),
                stored(lookups)
            ],
        )?;
        if finished.is_some() {
            self.forget(run)?;
        }
        self.conn.pragma_update(None, "synchronous", "normal")?;
        // A reader may be at work: then the next run folds the log into the file.
        let _ = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        Ok(())
    }

    /// Drops the listings no comparison needs any more, and observations beyond the cap.
    fn forget(&mut self, run: &Run) -> rusqlite::Result<()> {
        let kept = self.kept;
        let transaction = self.conn.transaction()?;
        let stale: Vec<(i64, Option<i64>, Option<i64>)> = transaction
            .prepare_cached(
                "SELECT id, first, last FROM listing WHERE id NOT IN (
                     SELECT listing_id FROM run WHERE finished IS NOT NULL AND listing_id IS NOT NULL
                     ORDER BY id DESC LIMIT 2)",
            )?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<Result<_, _>>()?;
        for (listing, first, last) in stale {
            transaction.execute("DELETE FROM occurrence WHERE id BETWEEN ?1 AND ?2", params![first, last])?;
            for table in ["seed", "section", "notice", "flaw"] {
                transaction.execute(&format!("DELETE FROM {table} WHERE listing_id = ?1"), [listing])?;
            }
            transaction.execute("UPDATE run SET listing_id = NULL WHERE listing_id = ?1", [listing])?;
            transaction.execute("DELETE FROM listing WHERE id = ?1", [listing])?;
        }
        transaction.execute("DELETE FROM incident WHERE run_id <= ?1", [run.id - KEPT_OBSERVATIONS])?;
        // A look through everything, so not every time.
        if run.id > kept && run.id % 10 == 0 {
            transaction.execute(
                "DELETE FROM observation WHERE run_id <= ?1 AND ?2 <= (
                     SELECT count(*) FROM observation later
                     WHERE later.url_id = observation.url_id AND later.run_id > observation.run_id)
                 -- What a page was when it was seen last is what the next edition is compared with.
                 AND (NOT (state IN ('ok', 'moved') OR reason = 'anchor-missing') OR EXISTS (
                     SELECT 1 FROM observation later
                     WHERE later.url_id = observation.url_id AND later.run_id > observation.run_id
                         AND later.run_id <= (SELECT max(id) FROM run WHERE id < ?3 AND finished IS NOT NULL)
                         AND (later.state IN ('ok', 'moved') OR later.reason = 'anchor-missing')))",
                [run.id - kept, kept, run.id],
            )?;
        }
        transaction.commit()
    }

    /// Facts about a run, or about the latest.
    ///
    /// # Errors
    /// When there is no such run, or the ledger cannot be read.
    pub fn run_summary(&self, run: Option<RunId>) -> Result<RunSummary, LedgerError> {
        self.summary(run).map(|(summary, _)| summary)
    }

    pub(super) fn summary(&self, run: Option<RunId>) -> Result<(RunSummary, Option<i64>), LedgerError> {
        let found = self.find_summary(run).map_err(|error| self.fail(error))?;
        found.ok_or_else(|| LedgerError::NoSuchRun { path: self.path.clone(), run })
    }

    fn find_summary(&self, run: Option<RunId>) -> rusqlite::Result<Option<(RunSummary, Option<i64>)>> {
        let found = self
            .conn
            .query_row(
                "SELECT id, started, finished, version, partial, listing_id,
                     (SELECT started FROM run WHERE id = ?2),
                     links, robots, retries, probes, seeds, lookups, archive, trouble, digest
                 FROM run WHERE id = ?1",
                params![self.numbered(run)?, self.previous_of(run)?],
                |row| {
                    let finished = row.instant(2)?;
                    let partial = match row.text(4)? {
                        Some(name) => Some(parse_partial(name).ok_or_else(|| damaged(4, "unknown kind of partial"))?),
                        None if finished.is_none() => Some(Partial::Unfinished),
                        None => None,
                    };
                    let summary = RunSummary {
                        number: row.get(0)?,
                        started: row.instant(1)?.ok_or_else(|| damaged(1, "no beginning"))?,
                        finished,
                        previous: row.instant(6)?,
                        version: row.get(3)?,
                        settings: Some(u128::from_be_bytes(row.get(15)?)).filter(|settings| *settings != 0),
                        seeds: Vec::new(),
                        partial,
                        trouble: row.get(14)?,
                        incidents: Vec::new(),
                        requests: counts(row, 7)?,
                    };
                    Ok((summary, row.get::<_, Option<i64>>(5)?))
                },
            )
            .optional()?;
        let Some((mut summary, listing)) = found else { return Ok(None) };
        summary.seeds = self
            .conn
            .prepare_cached("SELECT name, format, links, title FROM seed WHERE listing_id = ?1 ORDER BY id")?
            .query_map([listing], |row| {
                Ok(SeedSummary { name: row.get(0)?, title: row.get(3)?, format: row.get(1)?, links: row.count(2)? })
            })?
            .collect::<Result<_, _>>()?;
        let incidents = self.incidents(summary.number)?.into_iter();
        summary.incidents = incidents
            .map(|Incident { host, what, failing, links, count, first, .. }| HostIncident {
                host,
                what,
                failing,
                links,
                runs: count,
                since: first,
            })
            .collect();
        Ok(Some((summary, listing)))
    }

    fn numbered(&self, run: Option<RunId>) -> rusqlite::Result<Option<RunId>> {
        match run {
            Some(run) => Ok(Some(run)),
            // A run that was killed while it read its seeds has nothing to tell.
            None => self.conn.query_row(
                "SELECT max(r.id) FROM run r JOIN listing l ON l.id = r.listing_id WHERE l.complete",
                [],
                |row| row.get(0),
            ),
        }
    }

    /// The whole run a run is compared with.
    pub(super) fn previous_of(&self, run: Option<RunId>) -> rusqlite::Result<Option<RunId>> {
        let Some(run) = self.numbered(run)? else { return Ok(None) };
        self.conn.query_row("SELECT max(id) FROM run WHERE id < ?1 AND finished IS NOT NULL", [run], |row| row.get(0))
    }
}

fn counts(row: &Row<'_>, from: usize) -> rusqlite::Result<RequestCounts> {
    let count = |column| row.count(column).map(|value| value as u64);
    Ok(RequestCounts {
        links: count(from)?,
        robots: count(from + 1)?,
        retries: count(from + 2)?,
        probes: count(from + 3)?,
        seeds: count(from + 4)?,
        lookups: count(from + 5)?,
        archive: count(from + 6)?,
    })
}

/// A count as SQLite keeps it.
pub(super) fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Milliseconds of a duration, for comparison with stored times.
pub(super) fn duration_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn partial_name(partial: Partial) -> &'static str {
    match partial {
        Partial::Interrupted => "interrupted",
        Partial::NoNetwork => "no-network",
        Partial::Unfinished => "unfinished",
    }
}

fn parse_partial(name: &str) -> Option<Partial> {
    [Partial::Interrupted, Partial::NoNetwork, Partial::Unfinished]
        .into_iter()
        .find(|partial| partial_name(*partial) == name)
}
