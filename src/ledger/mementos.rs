//! Archived copies: of what they are wanted, which are known, and which of those to believe.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Row, params};

use super::UrlId;
use super::error::LedgerError;
use super::observations::GoodVisit;
use super::open::Ledger;
use super::runs::{Run, RunId, duration_millis, stored};
use super::settlement::REMARKABLE;
use super::values::{Columns, damaged, millis};
use crate::model::memento::{Memento, TitleMatch};
use crate::model::{HostKey, Reason, State, Suggestion};

/// How long it holds what the archive answered.
const FOUND_HOLDS: Duration = Duration::from_secs(180 * 24 * 3600);
const NONE_HOLDS: Duration = Duration::from_secs(7 * 24 * 3600);
const TROUBLE_HOLDS: Duration = Duration::from_secs(6 * 3600);

/// Listed addresses of one host that may share one archived content; more of them share an error page.
const SHARERS: usize = 3;

/// Strikes before a copy is looked for of what may come back by itself.
const STRIKES: u32 = 2;

/// A resource an archived copy is wanted of.
#[derive(Clone, Debug, PartialEq)]
pub struct Missing {
    /// Its row.
    pub url: UrlId,
    /// Its canonical address.
    pub canonical: String,
    /// Its verdict.
    pub state: State,
    /// When it was last seen alive.
    pub last_ok: Option<Timestamp>,
    /// When the present series of failures began.
    pub failing_since: Option<Timestamp>,
    /// What the last good visit saw.
    pub good: Option<GoodVisit>,
    /// The media type it was last seen with.
    pub media_type: Option<String>,
}

/// What the archive answered about a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Archived {
    /// It has a copy worth suggesting.
    Found {
        /// The copy.
        memento: Memento,
        /// Hash of its content, where the archive gives one.
        digest: Option<String>,
    },
    /// It has none.
    Nothing {
        /// A content it has, which several other addresses of the host have too: an error page.
        shared: Option<String>,
    },
    /// It could not tell.
    Trouble,
}

impl Ledger {
    /// The resources of a run that an archived copy is wanted of: dead ones first, then doubtful ones, then those that
    /// failed repeatedly; within these in seed order. What the archive was asked lately is left out.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn missing(&self, run: &Run, now: Timestamp) -> Result<Vec<Missing>, LedgerError> {
        self.find_missing(run, now).map_err(|error| self.fail(error))
    }

    fn find_missing(&self, run: &Run, now: Timestamp) -> rusqlite::Result<Vec<Missing>> {
        let since = |holds: Duration| millis(now).saturating_sub(duration_millis(holds));
        let mut statement = self.conn.prepare(&format!(
            "SELECT m.url_id, u.canonical, o.state, o.last_ok, o.failing_since,
                 (SELECT media_type FROM observation g WHERE g.url_id = m.url_id AND g.state IN ('ok', 'moved')
                     ORDER BY g.run_id DESC LIMIT 1)
             FROM (SELECT DISTINCT url_id FROM {REMARKABLE} AND run_id <= ?2) r
             JOIN observation o ON o.id = (SELECT id FROM observation
                 WHERE url_id = r.url_id AND run_id <= ?2 ORDER BY run_id DESC LIMIT 1)
             JOIN url u ON u.id = r.url_id
             CROSS JOIN listing l
             CROSS JOIN occurrence m ON m.url_id = r.url_id AND m.id BETWEEN l.first AND l.last
             LEFT JOIN memento a ON a.url_id = m.url_id
             WHERE l.id = ?1 AND m.fault IS NULL AND m.left_out IS NULL AND u.canonical NOT GLOB 'file:*'
                 AND o.reason <> 'anchor-missing'
                 AND (o.state IN ('dead', 'suspect') OR o.state = 'unsure' AND o.strike_count >= ?3)
                 AND (a.url_id IS NULL OR a.asked <= CASE a.outcome
                     WHEN 'found' THEN ?4 WHEN 'none' THEN ?5 ELSE ?6 END)
             GROUP BY m.url_id
             ORDER BY CASE o.state WHEN 'dead' THEN 0 WHEN 'suspect' THEN 1 ELSE 2 END, min(m.id)"
        ))?;
        let rows = statement.query_map(
            params![run.listing, run.id, STRIKES, since(FOUND_HOLDS), since(NONE_HOLDS), since(TROUBLE_HOLDS)],
            |row| {
                Ok(Missing {
                    url: row.get(0)?,
                    canonical: row.get(1)?,
                    state: row.state(2)?,
                    last_ok: row.instant(3)?,
                    failing_since: row.instant(4)?,
                    good: None,
                    media_type: row.get(5)?,
                })
            },
        )?;
        let mut missing: Vec<Missing> = rows.collect::<Result<_, _>>()?;
        for resource in &mut missing {
            resource.good = self.good(resource.url)?;
        }
        Ok(missing)
    }

    /// Keeps what the archive answered about a resource.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn keep_archived(&mut self, url: UrlId, archived: &Archived, at: Timestamp) -> Result<(), LedgerError> {
        let (outcome, memento, digest) = match archived {
            Archived::Found { memento, digest } => ("found", Some(memento), digest.as_deref()),
            Archived::Nothing { shared } => ("none", None, shared.as_deref()),
            Archived::Trouble => ("trouble", None, None),
        };
        self.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO memento (url_id, asked, outcome, address, captured, title, digest)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )
            .and_then(|mut statement| {
                statement.execute(params![
                    url,
                    millis(at),
                    outcome,
                    memento.map(|memento| &memento.url),
                    memento.map(|memento| millis(memento.captured)),
                    memento.map(|memento| memento.title.as_str()),
                    digest
                ])
            })
            .map(|_| ())
            .map_err(|error| self.fail(error))
    }

    /// Adds to the requests that a run has sent to the archive.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn add_archive_requests(&mut self, run: RunId, requests: u64) -> Result<(), LedgerError> {
        self.conn
            .prepare_cached("UPDATE run SET archive = archive + ?2 WHERE id = ?1")
            .and_then(|mut statement| statement.execute(params![run, stored(requests)]))
            .map(|_| ())
            .map_err(|error| self.fail(error))
    }

    /// The contents of archived copies by host: how many addresses have each.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn archived_contents(&self) -> Result<Contents, LedgerError> {
        self.contents().map_err(|error| self.fail(error))
    }

    fn contents(&self) -> rusqlite::Result<Contents> {
        let mut contents = Contents::default();
        let mut statement = self.conn.prepare(
            "SELECT u.canonical, a.digest FROM memento a JOIN url u ON u.id = a.url_id WHERE a.digest IS NOT NULL",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            contents.add(row.text(0)?.unwrap_or_default(), row.text(1)?.unwrap_or_default());
        }
        Ok(contents)
    }

    /// The copies worth suggesting. A content that many addresses of a host share is an error page the archive took for
    /// a page: none of those is suggested.
    pub(super) fn mementos(&self) -> rusqlite::Result<Mementos> {
        let contents = self.contents()?;
        let mut statement = self.conn.prepare(
            "SELECT a.url_id, u.canonical, a.address, a.captured, a.title, a.digest
             FROM memento a JOIN url u ON u.id = a.url_id WHERE a.outcome = 'found'",
        )?;
        let mut rows = statement.query([])?;
        let mut mementos = HashMap::new();
        while let Some(row) = rows.next()? {
            let shared = row.text(5)?.is_some_and(|digest| {
                row.text(1).ok().flatten().is_some_and(|canonical| contents.count(canonical, digest) > SHARERS)
            });
            if !shared {
                mementos.insert(row.get(0)?, read(row)?);
            }
        }
        Ok(Mementos(mementos))
    }

    /// The copy worth suggesting for one resource.
    pub(super) fn memento(&self, url: UrlId) -> rusqlite::Result<Option<Memento>> {
        Ok(self.mementos()?.0.remove(&url))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Memento> {
    Ok(Memento {
        url: row.get(2)?,
        captured: row.instant(3)?.ok_or_else(|| damaged(3, "no time"))?,
        title: row.text(4)?.and_then(TitleMatch::parse).unwrap_or_default(),
    })
}

/// The copies worth suggesting, by resource.
#[derive(Debug, Default)]
pub(super) struct Mementos(HashMap<UrlId, Memento>);

impl Mementos {
    /// The copy to suggest for a resource with a verdict: one for what is gone or in doubt.
    pub fn suggestion(&self, url: UrlId, (state, reason): (State, Reason)) -> Option<Suggestion> {
        wants_copy(state, reason).then(|| self.0.get(&url).cloned().map(Suggestion::from)).flatten()
    }
}

/// Whether a copy helps: not where the page stands and only a place on it is missing.
pub(super) fn wants_copy(state: State, reason: Reason) -> bool {
    matches!(state, State::Dead | State::Suspect | State::Unsure) && reason != Reason::AnchorMissing
}

/// Contents of archived copies, and how many addresses of a host have each.
#[derive(Clone, Debug, Default)]
pub struct Contents(HashMap<(String, String), usize>);

impl Contents {
    /// One more address has this content.
    pub fn add(&mut self, canonical: &str, digest: &str) {
        let host = HostKey::within(canonical).unwrap_or_default().to_owned();
        *self.0.entry((host, digest.to_owned())).or_default() += 1;
    }

    fn count(&self, canonical: &str, digest: &str) -> usize {
        let host = HostKey::within(canonical).unwrap_or_default().to_owned();
        self.0.get(&(host, digest.to_owned())).copied().unwrap_or_default()
    }

    /// The contents that so many addresses of a host share already that one more would be an error page.
    pub fn crowded(&self, canonical: &str) -> Vec<String> {
        let host = HostKey::within(canonical).unwrap_or_default();
        let mut crowded: Vec<String> = self
            .0
            .iter()
            .filter(|((known, _), count)| known == host && **count >= SHARERS)
            .map(|((_, digest), _)| digest.clone())
            .collect();
        crowded.sort();
        crowded
    }
}
