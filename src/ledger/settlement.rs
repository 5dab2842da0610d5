//! A run looked at as a whole: what it saw, link by link, and the verdicts that follow when all of it is known.
//!
//! While a run goes on each observation is stored with the verdict it gets by itself. What only shows in company (a host in
//! trouble, a network at fault, one page at the end of many links) is weighed afterwards, by whoever reads the sightings and
//! hands a [`Settlement`] back. What was seen stays stored beside what is published, so that this can be done again.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::UrlId;
use super::error::LedgerError;
use super::observations::{Detail, STORED, STORED_COLUMNS, Stored, times, times_before};
use super::open::Ledger;
use super::runs::{Run, RunId, stored};
use super::strikes::{Before, Strikes};
use super::values::{Columns, damaged, millis, to_json};
use crate::model::observation::Fingerprint;
use crate::model::reason::StrikeClass;
use crate::model::{Assessment, Reason, State};

/// The observations that are not plainly alive where they are listed, in the words of their index.
pub(super) const REMARKABLE: &str =
    "observation INDEXED BY observation_remarkable WHERE (NOT healthy OR final_url <> '')";

/// What a run saw of one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighting {
    /// Its row.
    pub url: UrlId,
    /// Its canonical address.
    pub canonical: String,
    /// When it was seen.
    pub at: Timestamp,
    /// The verdict as published so far.
    pub state: State,
    /// The rule that decided.
    pub reason: Reason,
    /// Where the chain ended, when that is another address.
    pub landed: Option<String>,
    /// When it was last seen alive.
    pub last_ok: Option<Timestamp>,
    /// When the present series of failures began.
    pub failing_since: Option<Timestamp>,
    /// The series of failures as counted so far.
    pub strikes: Option<Strikes>,
    /// The verdict as published so far and as it was seen, for what is not plainly alive.
    pub verdicts: Option<Box<Verdicts>>,
}

/// A verdict before and after strikes and guards.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdicts {
    /// As published so far.
    pub published: Assessment,
    /// As it was seen.
    pub seen: Assessment,
}

/// A series of runs in which most links of a host failed alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// The host.
    pub host: String,
    /// How its links fail.
    pub what: String,
    /// Links that fail so.
    pub failing: u32,
    /// Links of the host that were asked.
    pub links: u32,
    /// Failing runs of the host; 0 says that the series is over.
    pub count: u32,
    /// The first of them.
    pub first: Timestamp,
    /// The last of them.
    pub last: Timestamp,
}

/// What follows for one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Ruling {
    /// Its row.
    pub url: UrlId,
    /// The verdict to publish.
    pub published: Assessment,
    /// What was seen, where that is another verdict.
    pub seen: Option<Assessment>,
    /// The series of failures from now on.
    pub strikes: Option<Strikes>,
    /// Whether the page that came was not the resource's own, so that nothing it says is kept.
    pub stranger: bool,
}

/// What follows for a run as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settlement {
    /// Why its failures speak of this machine's network.
    pub trouble: Option<String>,
    /// Hosts in trouble, and hosts whose trouble has ended.
    pub incidents: Vec<Incident>,
    /// Verdicts that change.
    pub rulings: Vec<Ruling>,
}

impl Ledger {
    /// Tells every sighting of a run, the latest first.
    ///
    /// # Errors
    /// When the ledger cannot be read, or `each` fails.
    pub fn sightings(
        &self,
        run: RunId,
        each: &mut dyn FnMut(Sighting) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        // Rows of a run follow those of the runs before it, so nothing older is looked at.
        self.sightings_among("observation WHERE run_id <= ?1", run, each)
    }

    /// The same without most of what is plainly alive where it is listed, which has no company to be seen in.
    ///
    /// # Errors
    /// When the ledger cannot be read, or `each` fails.
    pub fn remarkable_sightings(
        &self,
        run: RunId,
        each: &mut dyn FnMut(Sighting) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        self.sightings_among(&format!("{REMARKABLE} AND run_id = ?1"), run, each)
    }

    fn sightings_among(
        &self,
        observations: &str,
        run: RunId,
        each: &mut dyn FnMut(Sighting) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let mut statement = self
            .conn
            .prepare_cached(&format!(
                "SELECT o.url_id, u.canonical, o.at, o.state, o.reason, o.final_url, o.last_ok, o.failing_since,
                     o.strike_family, o.strike_class, o.strike_count, o.strike_first, o.strike_last,
                     o.confidence, o.evidence, o.detail, o.run_id
                 FROM (SELECT * FROM {observations}) o JOIN url u ON u.id = o.url_id ORDER BY o.id DESC"
            ))
            .map_err(|error| self.fail(error))?;
        let mut rows = statement.query([run]).map_err(|error| self.fail(error))?;
        while let Some(row) = rows.next().map_err(|error| self.fail(error))? {
            let of_run: RunId = row.get(16).map_err(|error| self.fail(error))?;
            if of_run < run {
                break;
            }
            each(sighting(row).map_err(|error| self.fail(error))?)?;
        }
        Ok(())
    }

    /// Tells the address of every resource in a run's list that was alive when it was last asked.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn alive(&self, run: RunId, each: &mut dyn FnMut(&str)) -> Result<(), LedgerError> {
        let sql = "SELECT u.canonical FROM run r JOIN listing l ON l.id = r.listing_id
                   JOIN occurrence m ON m.id BETWEEN l.first AND l.last JOIN url u ON u.id = m.url_id
                   WHERE r.id = ?1 AND (SELECT state FROM observation WHERE url_id = u.id AND run_id <= ?1
                       ORDER BY run_id DESC LIMIT 1) IN ('ok', 'moved')";
        let mut tell = || -> rusqlite::Result<()> {
            let mut statement = self.conn.prepare_cached(sql)?;
            let mut rows = statement.query([run])?;
            while let Some(row) = rows.next()? {
                each(row.text(0)?.unwrap_or_default());
            }
            Ok(())
        };
        tell().map_err(|error| self.fail(error))
    }

    /// What was published of a resource in a run, and what its page looked like then.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn looked(&self, run: RunId, url: UrlId) -> Result<Option<(Assessment, Fingerprint)>, LedgerError> {
        self.conn
            .prepare_cached(&format!(
                "SELECT {STORED}, g.fingerprint FROM observation o JOIN good g ON g.url_id = o.url_id AND g.at = o.at
                 WHERE o.url_id = ?1 AND o.run_id = ?2"
            ))
            .and_then(|mut statement| {
                let found = statement.query_row(params![url, run], |row| {
                    let stored = Stored::read(row, 0)?;
                    Ok(stored.map(|stored| stored.assessment).zip(row.json(STORED_COLUMNS)?))
                });
                found.optional().map(Option::flatten)
            })
            .map_err(|error| self.fail(error))
    }

    /// What was published of a resource before a run, for [`super::strikes::rule`].
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn before(&self, run: RunId, url: UrlId) -> Result<Before, LedgerError> {
        self.conn
            .prepare_cached(
                "SELECT state, reason, confidence,
                     strike_family, strike_class, strike_count, strike_first, strike_last
                 FROM observation WHERE url_id = ?1 AND run_id < ?2 ORDER BY run_id DESC LIMIT 1",
            )
            .and_then(|mut statement| {
                statement
                    .query_row(params![url, run], |row| {
                        let published = (row.state(0)?, row.reason(1)?, row.confidence(2)?);
                        let strikes = super::observations::read_strikes(row, 3)?;
                        Ok(Before { published: Some(published), strikes })
                    })
                    .optional()
            })
            .map(Option::unwrap_or_default)
            .map_err(|error| self.fail(error))
    }

    /// When a resource failed, from a time on and before a run; what spoke of this machine's network, or of nothing, is left
    /// out.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn failures(&self, run: RunId, url: UrlId, since: Timestamp) -> Result<Vec<Timestamp>, LedgerError> {
        self.conn
            .prepare_cached(
                "SELECT o.at, o.reason, o.detail, r.started FROM observation o JOIN run r ON r.id = o.run_id
                 WHERE o.url_id = ?1 AND o.run_id < ?2 AND o.at >= ?3 AND o.state IN ('dead', 'suspect', 'unsure')
                 ORDER BY o.run_id",
            )
            .and_then(|mut statement| {
                let rows = statement.query_map(params![url, run, millis(since)], |row| {
                    let detail: Detail = row.json(2)?.unwrap_or_default();
                    // What was held back is published as the trouble of its host.
                    let reason = detail.seen.map_or(row.reason(1)?, |seen| seen.reason);
                    // Runs are counted, and each begins at its own time.
                    let at = row.instant(3)?.or(row.instant(0)?);
                    Ok(at.filter(|_| reason.strike_class() != StrikeClass::N))
                })?;
                rows.filter_map(Result::transpose).collect()
            })
            .map_err(|error| self.fail(error))
    }

    /// The series of a host's troubles before a run, while it lasts.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn incident_before(&self, run: RunId, host: &str) -> Result<Option<Incident>, LedgerError> {
        self.conn
            .prepare_cached(
                "SELECT host, what, failing, links, count, first, last FROM incident
                 WHERE host = ?1 AND run_id < ?2 ORDER BY run_id DESC LIMIT 1",
            )
            .and_then(|mut statement| statement.query_row(params![host, run], incident).optional())
            .map(|found| found.filter(|incident| incident.count > 0))
            .map_err(|error| self.fail(error))
    }

    /// The hosts in trouble during a run, by name.
    pub(super) fn incidents(&self, run: RunId) -> rusqlite::Result<Vec<Incident>> {
        self.conn
            .prepare_cached(
                "SELECT host, what, failing, links, count, first, last FROM incident
                 WHERE run_id = ?1 AND count > 0 ORDER BY host",
            )?
            .query_map([run], incident)?
            .collect()
    }

    /// Applies what follows for a run as a whole, all of it or nothing. A later settlement takes the place of this one.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn settle(&mut self, run: RunId, now: Timestamp, settlement: &Settlement) -> Result<(), LedgerError> {
        self.apply(run, now, settlement).map_err(|error| self.fail(error))
    }

    fn apply(&mut self, run: RunId, now: Timestamp, settlement: &Settlement) -> rusqlite::Result<()> {
        let transaction = self.conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        transaction.execute(
            "UPDATE run SET settled = ?2, trouble = ?3 WHERE id = ?1",
            params![run, millis(now), settlement.trouble],
        )?;
        transaction.execute("DELETE FROM incident WHERE run_id = ?1", [run])?;
        for incident in &settlement.incidents {
            let Incident { host, what, failing, links, count, first, last } = incident;
            transaction
                .prepare_cached(
                    "INSERT INTO incident (run_id, host, what, failing, links, count, first, last)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                )?
                .execute(params![run, host, what, failing, links, count, millis(*first), millis(*last)])?;
        }
        for ruling in &settlement.rulings {
            republish(&transaction, run, ruling)?;
        }
        transaction.commit()
    }

    /// Runs before this one that saw something and were never looked at as a whole: a killed process left them behind.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn unsettled_before(&self, run: &Run) -> Result<Vec<RunId>, LedgerError> {
        self.conn
            .prepare("SELECT id FROM run WHERE id < ?1 AND settled IS NULL ORDER BY id")
            .and_then(|mut statement| statement.query_map([run.id], |row| row.get(0))?.collect())
            .map_err(|error| self.fail(error))
    }

    /// When a run began.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn started(&self, run: RunId) -> Result<Option<Timestamp>, LedgerError> {
        self.conn
            .query_row("SELECT started FROM run WHERE id = ?1", [run], |row| row.instant(0))
            .optional()
            .map(Option::flatten)
            .map_err(|error| self.fail(error))
    }

    /// Keeps that something answers elsewhere which does not answer here: a host, or one address.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn keep_vantage(&mut self, scope: &str, at: Timestamp) -> Result<(), LedgerError> {
        self.conn
            .prepare_cached("INSERT OR REPLACE INTO vantage (scope, at) VALUES (?1, ?2)")
            .and_then(|mut statement| statement.execute(params![scope, millis(at)]))
            .map(|_| ())
            .map_err(|error| self.fail(error))
    }

    /// When something was last seen to answer elsewhere.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn vantage(&self, scope: &str) -> Result<Option<Timestamp>, LedgerError> {
        self.conn
            .prepare_cached("SELECT at FROM vantage WHERE scope = ?1")
            .and_then(|mut statement| statement.query_row([scope], |row| row.instant(0)).optional())
            .map(Option::flatten)
            .map_err(|error| self.fail(error))
    }
}

fn incident(row: &Row<'_>) -> rusqlite::Result<Incident> {
    Ok(Incident {
        host: row.get(0)?,
        what: row.get(1)?,
        failing: row.get(2)?,
        links: row.get(3)?,
        count: row.get(4)?,
        first: row.instant(5)?.ok_or_else(|| damaged(5, "no time"))?,
        last: row.instant(6)?.ok_or_else(|| damaged(6, "no time"))?,
    })
}

fn sighting(row: &Row<'_>) -> rusqlite::Result<Sighting> {
    let (state, reason) = (row.state(3)?, row.reason(4)?);
    let landed: Option<String> = row.get(5)?;
    let landed = landed.filter(|landed| !landed.is_empty());
    // What is plainly alive where it is listed has no company to be seen in.
    let verdicts = if state.is_alive() && landed.is_none() {
        None
    } else {
        let detail: Detail = row.json(15)?.unwrap_or_default();
        let published = Assessment {
            state,
            reason,
            class: detail.class,
            also: detail.also,
            confidence: row.confidence(13)?,
            notes: detail.notes,
            evidence: row.get(14)?,
            marker: detail.marker,
            anchor: detail.anchor,
            suggestions: detail.suggestions,
        };
        let seen = detail.seen.unwrap_or_else(|| published.clone());
        Some(Box::new(Verdicts { published, seen }))
    };
    Ok(Sighting {
        url: row.get(0)?,
        canonical: row.get(1)?,
        at: row.instant(2)?.ok_or_else(|| damaged(2, "no time"))?,
        state,
        reason,
        landed,
        last_ok: row.instant(6)?,
        failing_since: row.instant(7)?,
        strikes: super::observations::read_strikes(row, 8)?,
        verdicts,
    })
}

/// Gives an observation another verdict; everything that was seen stays.
fn republish(conn: &Connection, run: RunId, ruling: &Ruling) -> rusqlite::Result<()> {
    let Ruling { url, published, seen, strikes, stranger } = ruling;
    let found = conn
        .prepare_cached("SELECT id, at, detail FROM observation WHERE url_id = ?1 AND run_id = ?2")?
        .query_row(params![url, run], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.json::<Detail>(2)?.unwrap_or_default()))
        })
        .optional()?;
    let Some((id, at, before)) = found else { return Ok(()) };
    let (last_ok, failing_since) = times(times_before(conn, *url, run)?, at, published);
    let Assessment { class, also, notes, marker, anchor, suggestions, .. } = published.clone();
    // Of a page that is not the resource's own, no part is what a mention asks for.
    let fragments = if *stranger { Vec::new() } else { before.fragments };
    let healthy = published.state.is_alive() && fragments.iter().all(|(_, verdict)| verdict.state.is_alive());
    let detail = Detail { class, also, notes, marker, anchor, suggestions, fragments, seen: seen.clone() };
    let detail = Some(detail).filter(|detail| *detail != Detail::default());
    let strikes = strikes.as_ref();
    conn.prepare_cached(
        "UPDATE observation SET state = ?2, reason = ?3, confidence = ?4, evidence = ?5, healthy = ?6, last_ok = ?7,
             failing_since = ?8, strike_family = ?9, strike_class = ?10, strike_count = ?11, strike_need = ?12,
             strike_first = ?13, strike_last = ?14, detail = ?15
         WHERE id = ?1",
    )?
    .execute(params![
        id,
        published.state.as_str(),
        published.reason.code(),
        published.confidence.as_str(),
        published.evidence,
        healthy,
        last_ok,
        failing_since,
        strikes.map(|strikes| strikes.family.as_str()),
        strikes.map(|strikes| strikes.class.as_str()),
        strikes.map_or(0, |strikes| stored(strikes.count.into())),
        strikes.map_or(0, |strikes| stored(strikes.need().into())),
        strikes.map(|strikes| millis(strikes.first)),
        strikes.map(|strikes| millis(strikes.last)),
        detail.map(|detail| to_json(&detail)).transpose()?,
    ])?;
    if *stranger {
        conn.prepare_cached("DELETE FROM good WHERE url_id = ?1 AND at = ?2")?.execute(params![url, at])?;
        conn.prepare_cached("UPDATE observation SET edition = NULL WHERE id = ?1")?.execute([id])?;
    }
    Ok(())
}
