//! What a run still has to ask, and what the list says about each of it.

use std::ops::ControlFlow;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::UrlId;
use super::error::LedgerError;
use super::open::Ledger;
use super::runs::{Run, RunId, duration_millis};
use super::values::{Columns, millis};
use crate::model::{CanonicalUrl, Reason, State};

/// A resource that is to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due<'a> {
    /// Its row.
    pub url: UrlId,
    /// Its canonical address; the address as written where it cannot be parsed.
    pub canonical: &'a str,
    /// Why it is no address at all: nothing to ask, the verdict is known.
    pub fault: Option<&'a str>,
    /// Whether it was asked the last time and did not show what is listed.
    pub failed: bool,
}

/// When a healthy resource is asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recheck {
    /// The run's time.
    pub now: Timestamp,
    /// Healthy within this time before `now` is healthy enough.
    pub after: Duration,
    /// Dead links come back seldom: one found dead within this time is not asked again, and after four weeks once a month.
    pub dead_after: Duration,
    /// Walls stay: a link found behind one within this time is not asked again.
    pub blocked_after: Duration,
    /// Everything is asked, however healthy.
    pub refresh: bool,
}

/// How long a dead link is asked in the rhythm of its first time, and its rhythm after that.
const DEAD_FOR_LONG: i64 = 28 * DAY;
const MONTH: i64 = 30 * DAY;
const DAY: i64 = 24 * 3600 * 1000;

impl Recheck {
    /// How old a verdict may be before it is asked for again, in milliseconds; nothing where it is asked for every time.
    fn keeps(&self, last: &Last) -> Option<i64> {
        match last.state {
            _ if self.refresh => None,
            _ if last.healthy => Some(duration_millis(self.after)),
            State::Dead => {
                let usual = duration_millis(self.dead_after);
                let for_long = last.failing_since.is_some_and(|since| last.at.saturating_sub(since) >= DEAD_FOR_LONG);
                Some(if for_long && usual > 0 { usual.max(MONTH) } else { usual })
            }
            // Slowed down is not shut out: that passes within hours.
            State::Blocked if last.reason != Reason::RateLimited.code() => Some(duration_millis(self.blocked_after)),
            _ => None,
        }
    }

    fn is_fresh(&self, last: &Last) -> bool {
        // A run every week begins now a little earlier, now a little later.
        let keeps = self.keeps(last).map(|keeps| keeps - (keeps / 28).min(DAY / 2));
        let now = millis(self.now);
        // What is dated later than now was seen by a clock that was wrong.
        let believed = last.at <= now.saturating_add(DAY);
        believed && keeps.is_some_and(|keeps| last.at > now.saturating_sub(keeps))
    }
}

/// The latest verdict on a resource, as far as the rhythm of asking depends on it.
struct Last {
    run: RunId,
    at: i64,
    state: State,
    reason: String,
    healthy: bool,
    failing_since: Option<i64>,
    requests: u32,
}

/// The columns [`Last::read`] takes.
const LAST: &str = "run_id, at, state, reason, healthy, failing_since, requests";

impl Last {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Last {
            run: row.get(0)?,
            at: row.get(1)?,
            state: row.state(2)?,
            reason: row.get(3)?,
            healthy: row.get(4)?,
            failing_since: row.get(5)?,
            requests: row.get(6)?,
        })
    }

    fn failed(&self) -> bool {
        self.requests > 0 && !self.healthy
    }
}

/// How the resources of a run divide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Workload {
    /// Resources listed.
    pub resources: usize,
    /// Of these, observed in this run already.
    pub observed: usize,
    /// Of these, with a verdict that still holds.
    pub fresh: usize,
    /// Of these, to be asked.
    pub due: usize,
}

/// What the list says about a resource, all its mentions together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions {
    /// Distinct fragments its mentions ask for, without `#`, in seed order.
    pub fragments: Vec<String>,
    /// Title of the first mention that has one.
    pub title: Option<String>,
    /// Annotation of the first mention that has one.
    pub annotation: Option<String>,
}

impl Ledger {
    /// Tells every resource of a run that is to be asked, each once, in seed order: all but those observed in this run,
    /// those whose verdict still holds, and those whose every mention a rule leaves out. Memory stays flat.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn due(
        &self,
        run: &Run,
        recheck: &Recheck,
        each: &mut dyn FnMut(Due<'_>) -> ControlFlow<()>,
    ) -> Result<Workload, LedgerError> {
        self.find_due(run, recheck, each).map_err(|error| self.fail(error))
    }

    fn find_due(
        &self,
        run: &Run,
        recheck: &Recheck,
        each: &mut dyn FnMut(Due<'_>) -> ControlFlow<()>,
    ) -> rusqlite::Result<Workload> {
        let mut seen = Seen::default();
        let mut load = Workload::default();
        let mut last = self
            .conn
            .prepare(&format!("SELECT {LAST} FROM observation WHERE url_id = ?1 ORDER BY run_id DESC LIMIT 1"))?;
        let mut address = self.conn.prepare("SELECT canonical FROM url WHERE id = ?1")?;
        let mut mentions = self.conn.prepare(
            "SELECT o.url_id, o.fault FROM listing l JOIN occurrence o ON o.id BETWEEN l.first AND l.last
             WHERE l.id = ?1 AND o.left_out IS NULL ORDER BY o.id",
        )?;
        let mut rows = mentions.query([run.listing])?;
        while let Some(row) = rows.next()? {
            let url: UrlId = row.get(0)?;
            if !seen.insert(url) {
                continue;
            }
            load.resources += 1;
            let mut failed = false;
            let mut observed = last.query([url])?;
            if let Some(row) = observed.next()? {
                let last = Last::read(row)?;
                if last.run == run.id {
                    load.observed += 1;
                    continue;
                }
                if recheck.is_fresh(&last) {
                    load.fresh += 1;
                    continue;
                }
                failed = last.failed();
            }
            load.due += 1;
            let mut found = address.query([url])?;
            let Some(found) = found.next()? else { continue };
            let canonical = found.text(0)?.unwrap_or_default();
            let due = Due { url, canonical, fault: row.text(1)?, failed };
            if each(due).is_break() {
                break;
            }
        }
        Ok(load)
    }

    /// The files of a site that links of a run's list lead to, whenever they were looked at last.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn files(&self, run: &Run) -> Result<Vec<(UrlId, CanonicalUrl)>, LedgerError> {
        let find = || -> rusqlite::Result<_> {
            let mut statement = self.conn.prepare(
                "SELECT DISTINCT u.id, u.canonical FROM listing l
                 JOIN occurrence o ON o.id BETWEEN l.first AND l.last JOIN url u ON u.id = o.url_id
                 WHERE l.id = ?1 AND o.left_out IS NULL AND u.canonical GLOB 'file:*' ORDER BY u.id",
            )?;
            let files = statement.query_map([run.listing], |row| {
                Ok((row.get(0)?, CanonicalUrl::from_stored(row.text(1)?.unwrap_or_default())))
            })?;
            files.collect()
        };
        find().map_err(|error| self.fail(error))
    }

    /// Whether a resource has a verdict of so late a date that a run would not ask it.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn is_fresh(&self, url: &CanonicalUrl, recheck: &Recheck) -> Result<bool, LedgerError> {
        self.conn
            .prepare_cached(&format!(
                "SELECT {LAST} FROM observation WHERE url_id = (SELECT id FROM url WHERE canonical = ?1)
                 ORDER BY run_id DESC LIMIT 1"
            ))
            .and_then(|mut statement| statement.query_row([url.as_str()], Last::read).optional())
            .map(|last| last.is_some_and(|last| recheck.is_fresh(&last)))
            .map_err(|error| self.fail(error))
    }

    /// What the list says about a resource.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn mentions(&self, run: &Run, url: UrlId) -> Result<Mentions, LedgerError> {
        self.find_mentions(run, url).map_err(|error| self.fail(error))
    }

    fn find_mentions(&self, run: &Run, url: UrlId) -> rusqlite::Result<Mentions> {
        let mut statement = self.conn.prepare_cached(
            "SELECT o.fragment, o.title, o.annotation
             FROM listing l JOIN occurrence o ON o.id BETWEEN l.first AND l.last
             WHERE l.id = ?1 AND o.url_id = ?2 AND o.left_out IS NULL ORDER BY o.id LIMIT ?3",
        )?;
        let mut rows = statement.query(params![run.listing, url, MOST_MENTIONS])?;
        let mut mentions = Mentions::default();
        let mut read = 0;
        while let Some(row) = rows.next()? {
            read += 1;
            if let Some(fragment) = row.text(0)?
                && !mentions.fragments.iter().any(|known| known == fragment)
            {
                mentions.fragments.push(fragment.to_owned());
            }
            if mentions.title.is_none() {
                mentions.title = row.get(1)?;
            }
            if mentions.annotation.is_none() {
                mentions.annotation = row.get(2)?;
            }
        }
        if read == MOST_MENTIONS {
            // The same place may be asked for by all of them, and others only behind them.
            mentions.fragments = self.fragments(run, url)?;
        }
        Ok(mentions)
    }

    /// The places of a resource that its mentions ask for, the first ones.
    fn fragments(&self, run: &Run, url: UrlId) -> rusqlite::Result<Vec<String>> {
        self.conn
            .prepare_cached(
                "SELECT o.fragment FROM listing l JOIN occurrence o ON o.id BETWEEN l.first AND l.last
                 WHERE l.id = ?1 AND o.url_id = ?2 AND o.left_out IS NULL AND o.fragment IS NOT NULL
                 GROUP BY o.fragment ORDER BY min(o.id) LIMIT ?3",
            )?
            .query_map(params![run.listing, url, MOST_PLACES], |row| row.get(0))?
            .collect()
    }
}

/// Mentions of one resource of which title and annotation are looked for.
const MOST_MENTIONS: i64 = 200;

/// Places on one page that are looked for: what was found of each is kept with every check.
const MOST_PLACES: i64 = 200;

/// Rows met so far: a bit for each.
#[derive(Debug, Default)]
pub(super) struct Seen(Vec<u64>);

impl Seen {
    /// Whether the row is met for the first time.
    pub fn insert(&mut self, url: UrlId) -> bool {
        let (word, bit) = (url as usize / 64, 1 << (url % 64));
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        let first = self.0[word] & bit == 0;
        self.0[word] |= bit;
        first
    }
}
