//! The whole story of one address: where it is listed, and every verdict with its evidence.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::UrlId;
use super::audit::left_out;
use super::error::LedgerError;
use super::mementos::wants_copy;
use super::observations::{GoodVisit, STORED, Stored};
use super::open::Ledger;
use super::runs::RunId;
use super::strikes::Strikes;
use super::values::Columns;
use crate::model::audit::OccurrenceRecord;
use crate::model::observation::Attempt;
use crate::model::{Assessment, Memento};

/// Everything the ledger knows of one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// Its canonical address.
    pub canonical: String,
    /// When it was first listed.
    pub first_seen: Option<Timestamp>,
    /// Where the latest list mentions it: address as written, place.
    pub mentions: Vec<(String, OccurrenceRecord)>,
    /// The verdict while a rule leaves out every one of these mentions.
    pub left_out: Option<Assessment>,
    /// Its verdicts, the latest first.
    pub chapters: Vec<Chapter>,
    /// What the last good visit saw.
    pub good: Option<GoodVisit>,
    /// An archived copy, where one is known and helps.
    pub memento: Option<Memento>,
}

/// One dated verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Chapter {
    /// The run that reached it.
    pub run: RunId,
    /// When.
    pub at: Timestamp,
    /// The verdict as published.
    pub assessment: Assessment,
    /// What was seen, where strikes made the published verdict another one.
    pub seen: Option<Assessment>,
    /// Verdicts for single fragments.
    pub fragments: Vec<(String, Assessment)>,
    /// Status of the last answer.
    pub http_status: Option<u16>,
    /// Where the last chain ended.
    pub final_url: Option<String>,
    /// Title found on the page.
    pub title: Option<String>,
    /// Media type of the answer.
    pub media_type: Option<String>,
    /// Requests it took.
    pub requests: u32,
    /// The series of failures at that time.
    pub strikes: Option<Strikes>,
    /// Every try, hop by hop.
    pub attempts: Vec<Attempt>,
}

impl Ledger {
    /// The story of an address: its canonical form, or as the latest list writes it.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn story(&self, address: &str) -> Result<Option<Story>, LedgerError> {
        self.find_story(address).map_err(|error| self.fail(error))
    }

    fn find_story(&self, address: &str) -> rusqlite::Result<Option<Story>> {
        let found = self
            .conn
            .query_row(
                "SELECT id, canonical, first_seen FROM url WHERE canonical = ?1
                 UNION ALL
                 SELECT u.id, u.canonical, u.first_seen FROM occurrence m JOIN url u ON u.id = m.url_id
                 WHERE m.href = ?1 LIMIT 1",
                [address],
                |row| Ok((row.get::<_, UrlId>(0)?, row.get::<_, String>(1)?, row.instant(2)?)),
            )
            .optional()?;
        let Some((url, canonical, first_seen)) = found else { return Ok(None) };
        let chapters = self.chapters(url, &canonical)?;
        let missed =
            chapters.first().is_some_and(|latest| wants_copy(latest.assessment.state, latest.assessment.reason));
        let memento = if missed { self.memento(url)? } else { None };
        let (mentions, good) = (self.places(url)?, self.good(url)?);
        Ok(Some(Story { left_out: self.idle(url)?, canonical, first_seen, mentions, chapters, good, memento }))
    }

    /// The first rule that leaves out a mention in the latest list, when none of the mentions is checked.
    fn idle(&self, url: UrlId) -> rusqlite::Result<Option<Assessment>> {
        let mut statement = self.conn.prepare(
            "SELECT m.left_out, m.left_out_by FROM occurrence m JOIN seed s ON s.id = m.seed_id
             WHERE m.url_id = ?1 AND s.listing_id = (SELECT listing_id FROM run ORDER BY id DESC LIMIT 1)
             ORDER BY m.left_out IS NOT NULL, m.id LIMIT 1",
        )?;
        let mut rows = statement.query([url])?;
        rows.next()?.map_or(Ok(None), |row| left_out(row, 0))
    }

    fn places(&self, url: UrlId) -> rusqlite::Result<Vec<(String, OccurrenceRecord)>> {
        self.conn
            .prepare(
                "SELECT coalesce(m.href, u.canonical), s.name, m.line, m.col, c.path, m.title
                 FROM occurrence m JOIN url u ON u.id = m.url_id JOIN seed s ON s.id = m.seed_id
                 LEFT JOIN section c ON c.id = m.section_id
                 WHERE m.url_id = ?1 AND s.listing_id = (SELECT listing_id FROM run ORDER BY id DESC LIMIT 1)
                 ORDER BY m.id",
            )?
            .query_map([url], |row| {
                let occurrence = OccurrenceRecord {
                    seed: row.text(1)?.unwrap_or_default().into(),
                    line: row.count(2)?,
                    column: row.count(3)?,
                    section: row.json::<Vec<String>>(4)?.unwrap_or_default().into(),
                    title: row.get(5)?,
                };
                Ok((row.get(0)?, occurrence))
            })?
            .collect()
    }

    fn chapters(&self, url: UrlId, canonical: &str) -> rusqlite::Result<Vec<Chapter>> {
        let mut statement = self
            .conn
            .prepare(&format!("SELECT {STORED} FROM observation o WHERE o.url_id = ?1 ORDER BY o.run_id DESC"))?;
        let mut rows = statement.query(params![url])?;
        let mut chapters = Vec::new();
        while let Some(row) = rows.next()? {
            let Some(stored) = Stored::read(row, 0)? else { continue };
            chapters.push(Chapter {
                run: stored.run,
                at: stored.at,
                http_status: stored.http_status,
                final_url: stored.final_url(canonical),
                title: stored.title,
                media_type: stored.media_type,
                requests: stored.requests,
                strikes: stored.strikes,
                assessment: stored.assessment,
                seen: stored.seen,
                fragments: stored.fragments,
                attempts: self.attempts(stored.run, url)?,
            });
        }
        Ok(chapters)
    }
}
