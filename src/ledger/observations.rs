//! Observations: stored as they come, read back as history.

use jiff::Timestamp;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::UrlId;
use super::error::LedgerError;
use super::open::Ledger;
use super::packed::{Column, Packed};
use super::runs::RunId;
use super::strikes::{Before, Family, Strikes};
use super::values::{Columns, damaged, millis, to_json};
use crate::model::anchor::Anchor;
use crate::model::assessment::{Note, Suggestion};
use crate::model::observation::{Attempt, Fingerprint, Validators};
use crate::model::reason::StrikeClass;
use crate::model::{Assessment, Metadata, Reason, State};

/// One observation on its way into the ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Row of the resource.
    pub url: UrlId,
    /// What was found; its verdict is the one that is published.
    pub found: Packed,
    /// What was seen, where strikes made the published verdict another one.
    pub seen: Option<Assessment>,
    /// The series of failures from now on.
    pub strikes: Option<Strikes>,
}

impl Record {
    /// An observation that is published as it was seen.
    pub fn new(url: UrlId, found: impl Into<Packed>) -> Self {
        Record { url, found: found.into(), seen: None, strikes: None }
    }
}

/// What is remembered of a resource when it is looked at again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The verdict published last and the running series of failures, for [`super::strikes::rule`].
    pub before: Before,
    /// When that verdict was reached.
    pub checked: Option<Timestamp>,
    /// When it was last seen alive.
    pub last_ok: Option<Timestamp>,
    /// When the present series of failures began.
    pub failing_since: Option<Timestamp>,
    /// What the last good visit saw.
    pub good: Option<GoodVisit>,
}

/// What the last visit that saw a resource's own content found.
#[derive(Clone, Debug, PartialEq)]
pub struct GoodVisit {
    /// When that was.
    pub at: Timestamp,
    /// Where the chain ended.
    pub final_url: Option<String>,
    /// What the page looked like.
    pub fingerprint: Option<Fingerprint>,
    /// What the resource is.
    pub metadata: Option<Metadata>,
    /// For a conditional request.
    pub validators: Validators,
}

/// The part of an observation that is seldom there, as JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Detail {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<StrikeClass>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<Suggestion>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fragments: Vec<(String, Assessment)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<Assessment>,
}

impl Detail {
    fn of(record: &Record) -> Self {
        let Packed { assessment, fragments, .. } = &record.found;
        let Assessment { class, also, notes, marker, anchor, suggestions, .. } = assessment;
        Detail {
            also: also.clone(),
            class: *class,
            notes: notes.clone(),
            marker: marker.clone(),
            anchor: *anchor,
            suggestions: suggestions.clone(),
            fragments: fragments.clone(),
            seen: record.seen.clone(),
        }
    }
}

/// An observation as the reports need it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stored {
    pub run: RunId,
    pub at: Timestamp,
    pub assessment: Assessment,
    pub http_status: Option<u16>,
    final_url: Option<String>,
    pub title: Option<String>,
    pub media_type: Option<String>,
    pub requests: u32,
    pub last_ok: Option<Timestamp>,
    pub failing_since: Option<Timestamp>,
    pub strikes: Option<Strikes>,
    pub fragments: Vec<(String, Assessment)>,
    pub seen: Option<Assessment>,
}

/// The columns [`Stored::read`] takes, from table alias `o`.
pub(super) const STORED: &str = "o.run_id, o.at, o.state, o.reason, o.confidence, o.evidence, o.http_status, \
    o.final_url, o.title, o.media_type, o.requests, o.last_ok, o.failing_since, o.strike_family, o.strike_class, \
    o.strike_count, o.strike_first, o.strike_last, o.detail";

/// How many columns that are.
pub(super) const STORED_COLUMNS: usize = 19;

impl Stored {
    /// Reads the columns of [`STORED`] that begin at `from`; `None` where the join found no observation.
    pub fn read(row: &Row<'_>, from: usize) -> rusqlite::Result<Option<Self>> {
        let Some(run) = row.get(from)? else { return Ok(None) };
        let detail: Detail = row.json(from + 18)?.unwrap_or_default();
        let assessment = Assessment {
            state: row.state(from + 2)?,
            reason: row.reason(from + 3)?,
            class: detail.class,
            also: detail.also,
            confidence: row.confidence(from + 4)?,
            notes: detail.notes,
            evidence: row.get(from + 5)?,
            marker: detail.marker,
            anchor: detail.anchor,
            suggestions: detail.suggestions,
        };
        Ok(Some(Stored {
            run,
            at: row.instant(from + 1)?.ok_or_else(|| damaged(from + 1, "no time"))?,
            assessment,
            http_status: row.get(from + 6)?,
            final_url: row.get(from + 7)?,
            title: row.get(from + 8)?,
            media_type: row.get(from + 9)?,
            requests: row.get(from + 10)?,
            last_ok: row.instant(from + 11)?,
            failing_since: row.instant(from + 12)?,
            strikes: read_strikes(row, from + 13)?,
            fragments: detail.fragments,
            seen: detail.seen,
        }))
    }

    /// Where the last chain ended.
    pub fn final_url(&self, canonical: &str) -> Option<String> {
        self.final_url.as_deref().map(|url| if url.is_empty() { canonical } else { url }.to_owned())
    }

    /// The verdict on a mention, which may ask for a place on the page.
    pub fn verdict(&self, fragment: Option<&str>) -> Assessment {
        let own = fragment.and_then(|asked| self.fragments.iter().find(|(fragment, _)| fragment == asked));
        match (fragment, own) {
            (Some(_), Some((_, verdict))) => verdict.clone(),
            (None, _) => self.verdict_on_page(),
            // A page that was not seen shows none of its places; one that was may have more than were looked for.
            (Some(_), None) if !self.assessment.state.is_alive() => self.assessment.clone(),
            (Some(_), None) => {
                let page = self.verdict_on_page();
                let evidence = format!("{}; the place on it was not looked for", page.evidence);
                Assessment { evidence, anchor: Some(Anchor::Unverifiable), ..page }
            }
        }
    }

    /// The verdict on a mention that asks for no place.
    fn verdict_on_page(&self) -> Assessment {
        let page = Assessment { anchor: None, ..self.assessment.clone() };
        if page.reason != Reason::AnchorMissing {
            return page;
        }
        // A place is missing, the page is there.
        let plain = Reason::OkPlain;
        Assessment { state: plain.state(), reason: plain, confidence: plain.confidence(), ..page }
    }
}

/// The observation read last. Mentions of one page often follow each other, and what is known of one with hundreds of places
/// is long.
#[derive(Default)]
pub(super) struct Latest(Option<(UrlId, Option<Stored>)>);

impl Latest {
    /// The observation of a resource in the columns of [`STORED`] that begin at `from`.
    pub fn of(&mut self, url: UrlId, row: &Row<'_>, from: usize) -> rusqlite::Result<Option<&Stored>> {
        if self.0.as_ref().is_none_or(|(read, _)| *read != url) {
            self.0 = Some((url, Stored::read(row, from)?));
        }
        Ok(self.0.as_ref().and_then(|(_, stored)| stored.as_ref()))
    }
}

pub(super) fn read_strikes(row: &Row<'_>, from: usize) -> rusqlite::Result<Option<Strikes>> {
    let Some(family) = row.text(from)? else { return Ok(None) };
    let family = Family::parse(family).ok_or_else(|| damaged(from, "unknown kind of failure"))?;
    let class = row.text(from + 1)?.and_then(StrikeClass::parse);
    let class = class.ok_or_else(|| damaged(from + 1, "unknown strike class"))?;
    let first = row.instant(from + 3)?.ok_or_else(|| damaged(from + 3, "no time"))?;
    let last = row.instant(from + 4)?.ok_or_else(|| damaged(from + 4, "no time"))?;
    Ok(Some(Strikes { family, class, count: row.get(from + 2)?, first, last }))
}

/// Whether the resource's own page was seen, whatever a fragment found on it.
pub(super) fn page_seen(assessment: &Assessment) -> bool {
    assessment.state.is_alive() || assessment.reason == Reason::AnchorMissing
}

/// When a resource was last seen alive, and since when it fails.
pub(super) type Times = (Option<i64>, Option<i64>);

/// The times of a resource before a run.
pub(super) fn times_before(conn: &Connection, url: UrlId, run: RunId) -> rusqlite::Result<Times> {
    conn.prepare_cached(
        "SELECT last_ok, failing_since FROM observation WHERE url_id = ?1 AND run_id < ?2 ORDER BY run_id DESC LIMIT 1",
    )?
    .query_row(params![url, run], |row| Ok((row.get(0)?, row.get(1)?)))
    .optional()
    .map(Option::unwrap_or_default)
}

/// The times once a run has come to a verdict.
pub(super) fn times((last_ok, failing_since): Times, at: i64, assessment: &Assessment) -> Times {
    match assessment.state {
        _ if page_seen(assessment) => (Some(at), None),
        State::Dead | State::Suspect | State::Unsure => (last_ok, failing_since.or(Some(at))),
        // Neither alive nor failing: a series goes on behind a wall.
        _ => (last_ok, failing_since),
    }
}

/// Stores observations, with statements that are looked up once for all of them.
pub(super) struct Inserter<'a> {
    conn: &'a Connection,
    before: CachedStatement<'a>,
    observation: CachedStatement<'a>,
    good: CachedStatement<'a>,
}

impl<'a> Inserter<'a> {
    pub fn new(conn: &'a Connection) -> rusqlite::Result<Self> {
        let before = conn.prepare_cached(
            "SELECT run_id, last_ok, failing_since FROM observation WHERE url_id = ?1 AND run_id <= ?2
             ORDER BY run_id DESC",
        )?;
        let observation = conn.prepare_cached(
            "INSERT INTO observation (run_id, url_id, at, state, reason, confidence, evidence, http_status, final_url,
                title, media_type, requests, healthy, last_ok, failing_since, strike_family, strike_class, strike_count,
                strike_need, strike_first, strike_last, detail, attempts, edition)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
                ?23, ?24)",
        )?;
        let good = conn.prepare_cached(
            "INSERT OR REPLACE INTO good (url_id, at, final_url, fingerprint, metadata, etag, last_modified)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        Ok(Inserter { conn, before, observation, good })
    }

    /// Stores an observation; a second one of the same run takes the place of the first.
    pub fn insert(&mut self, run: RunId, record: &Record) -> rusqlite::Result<()> {
        let found = &record.found;
        let assessment = &found.assessment;
        let at = millis(found.at);
        let (last_ok, failing_since) = times(self.make_room(record.url, run)?, at, assessment);
        let detail = Some(Detail::of(record)).filter(|detail| *detail != Detail::default());
        let strikes = record.strikes.as_ref();
        let healthy =
            assessment.state.is_alive() && found.fragments.iter().all(|(_, verdict)| verdict.state.is_alive());
        self.observation.execute(params![
            run,
            record.url,
            at,
            assessment.state.as_str(),
            assessment.reason.code(),
            assessment.confidence.as_str(),
            assessment.evidence,
            found.http_status,
            found.column(Column::FinalUrl),
            found.column(Column::Title),
            found.column(Column::MediaType),
            found.requests,
            healthy,
            last_ok,
            failing_since,
            strikes.map(|strikes| strikes.family.as_str()),
            strikes.map(|strikes| strikes.class.as_str()),
            strikes.map_or(0, |strikes| strikes.count),
            strikes.map_or(0, Strikes::need),
            strikes.map(|strikes| millis(strikes.first)),
            strikes.map(|strikes| millis(strikes.last)),
            detail.map(|detail| to_json(&detail)).transpose()?,
            found.column(Column::Attempts),
            found.column(Column::Edition),
        ])?;
        if found.is_good && page_seen(assessment) {
            self.good.execute(params![
                record.url,
                at,
                found.column(Column::FinalUrl),
                found.column(Column::Fingerprint),
                found.column(Column::Metadata),
                found.column(Column::Etag),
                found.column(Column::LastModified),
            ])?;
        }
        Ok(())
    }

    /// The times of a resource before a run; what the run has observed of it already is taken out. One question tells
    /// both.
    fn make_room(&mut self, url: UrlId, run: RunId) -> rusqlite::Result<Times> {
        let mut rows = self.before.query(params![url, run])?;
        let mut again = false;
        let mut times = Times::default();
        while let Some(row) = rows.next()? {
            if row.get::<_, RunId>(0)? == run {
                again = true;
                continue;
            }
            times = (row.get(1)?, row.get(2)?);
            break;
        }
        drop(rows);
        if again {
            self.conn
                .prepare_cached("DELETE FROM observation WHERE url_id = ?1 AND run_id = ?2")?
                .execute(params![url, run])?;
        }
        Ok(times)
    }
}

impl Ledger {
    /// Stores an observation at once. Where many come, [`Ledger::writer`] is faster.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn record(&mut self, run: RunId, record: &Record) -> Result<(), LedgerError> {
        let transaction = self.conn.transaction().map_err(|error| LedgerError::from_sqlite(&self.path, error))?;
        Inserter::new(&transaction)
            .and_then(|mut inserter| inserter.insert(run, record))
            .and_then(|()| transaction.commit())
            .map_err(|error| LedgerError::from_sqlite(&self.path, error))
    }

    /// Whether anything was observed before a run.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn has_past(&self, run: RunId) -> Result<bool, LedgerError> {
        // The first row ever written belongs to the oldest run that saw anything.
        let oldest: Result<Option<RunId>, _> =
            self.conn.query_row("SELECT run_id FROM observation ORDER BY id LIMIT 1", [], |row| row.get(0)).optional();
        oldest.map(|oldest| oldest.is_some_and(|oldest| oldest < run)).map_err(|error| self.fail(error))
    }

    /// What is remembered of a resource from the runs before `run`; what the run itself saw is left out.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn history(&self, run: RunId, url: UrlId) -> Result<History, LedgerError> {
        self.find_history(run, url).map_err(|error| self.fail(error))
    }

    fn find_history(&self, run: RunId, url: UrlId) -> rusqlite::Result<History> {
        let last = self
            .conn
            .prepare_cached(
                "SELECT at, state, reason, confidence, last_ok, failing_since,
                     strike_family, strike_class, strike_count, strike_first, strike_last
                 FROM observation WHERE url_id = ?1 AND run_id < ?2 ORDER BY run_id DESC LIMIT 1",
            )?
            .query_row(params![url, run], |row| {
                let published = (row.state(1)?, row.reason(2)?, row.confidence(3)?);
                Ok(History {
                    before: Before { published: Some(published), strikes: read_strikes(row, 6)? },
                    checked: row.instant(0)?,
                    last_ok: row.instant(4)?,
                    failing_since: row.instant(5)?,
                    good: None,
                })
            })
            .optional()?;
        let Some(history) = last else { return Ok(History::default()) };
        Ok(History { good: self.good(url)?, ..history })
    }

    pub(super) fn good(&self, url: UrlId) -> rusqlite::Result<Option<GoodVisit>> {
        self.conn
            .prepare_cached(
                "SELECT at, CASE final_url WHEN '' THEN (SELECT canonical FROM url WHERE id = url_id) ELSE final_url END,
                     fingerprint, metadata, etag, last_modified
                 FROM good WHERE url_id = ?1",
            )?
            .query_row([url], |row| {
                Ok(GoodVisit {
                    at: row.instant(0)?.ok_or_else(|| damaged(0, "no time"))?,
                    final_url: row.get(1)?,
                    fingerprint: row.json(2)?,
                    metadata: row.json(3)?,
                    validators: Validators { etag: row.get(4)?, last_modified: row.get(5)? },
                })
            })
            .optional()
    }

    /// Every try of one observation.
    pub(super) fn attempts(&self, run: RunId, url: UrlId) -> rusqlite::Result<Vec<Attempt>> {
        self.conn
            .prepare_cached("SELECT attempts FROM observation WHERE url_id = ?1 AND run_id = ?2")?
            .query_row(params![url, run], |row| Ok(row.json(0)?.unwrap_or_default()))
            .optional()
            .map(Option::unwrap_or_default)
    }
}
