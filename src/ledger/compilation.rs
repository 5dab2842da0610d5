//! The raw material of the compilation: every mention, with what is known of its resource.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Row, params};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::audit::{left_out, unchecked};
use super::comparison::Comparison;
use super::error::LedgerError;
use super::mementos::Mementos;
use super::observations::{Latest, STORED, STORED_COLUMNS, Stored};
use super::open::Ledger;
use super::runs::RunId;
use super::values::Columns;
use crate::model::entry::ListedResource;
use crate::model::{Metadata, Reason};

/// Mentions read in one go.
const PAGE: i64 = 256;

impl Ledger {
    /// Every mention of a run's list, or of the latest's, in seed order, one at a time, links between the files of a
    /// site left out, which are no resources: the list as a whole may be
    /// larger than what fits into memory. [`Listed::finish`] tells whether all were read.
    ///
    /// # Errors
    /// When there is no such run, its list was forgotten, or the ledger cannot be read.
    pub fn listed(&self, run: Option<RunId>) -> Result<Listed<'_>, LedgerError> {
        let (summary, listing) = self.summary(run)?;
        let run = summary.number;
        let listing = listing.ok_or_else(|| LedgerError::NoSuchRun { path: self.path.clone(), run: Some(run) })?;
        let begin = || -> rusqlite::Result<_> {
            let (first, last): (Option<i64>, Option<i64>) =
                self.conn.query_row("SELECT first, last FROM listing WHERE id = ?1", [listing], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })?;
            let (next, last) = (first.unwrap_or(1), last.unwrap_or(0));
            let sections = self.sections(listing)?;
            let earlier = Comparison::new(self, run, listing)?;
            let mementos = self.mementos()?;
            let page = Vec::new().into_iter();
            Ok(Listed { ledger: self, run, next, last, sections, mementos, earlier, page, trouble: None })
        };
        begin().map_err(|error| self.fail(error))
    }
}

/// The mentions of a list, one at a time. Ends early when the ledger cannot be read.
#[derive(Debug)]
pub struct Listed<'a> {
    ledger: &'a Ledger,
    run: RunId,
    next: i64,
    last: i64,
    sections: HashMap<i64, Arc<[String]>>,
    mementos: Mementos,
    earlier: Option<Comparison<'a>>,
    page: std::vec::IntoIter<ListedResource>,
    trouble: Option<LedgerError>,
}

impl Listed<'_> {
    /// How many mentions are still to come, at most.
    pub fn remaining(&self) -> usize {
        self.page.len() + usize::try_from(self.last - self.next + 1).unwrap_or_default()
    }

    /// Whether everything was read that the list holds.
    ///
    /// # Errors
    /// What kept the ledger from being read.
    pub fn finish(self) -> Result<(), LedgerError> {
        self.trouble.map_or(Ok(()), Err)
    }

    fn read(&mut self) -> rusqlite::Result<()> {
        let until = self.last.min(self.next.saturating_add(PAGE - 1));
        let mut statement = self.ledger.conn.prepare_cached(&sql())?;
        let mut rows = statement.query(params![self.next, until, self.run])?;
        let mut page = Vec::with_capacity(PAGE as usize);
        let mut latest = Latest::default();
        while let Some(row) = rows.next()? {
            let url = row.get(MENTION_COLUMNS + STORED_COLUMNS + 4)?;
            let stored = latest.of(url, row, MENTION_COLUMNS)?;
            let mut resource = resource(row, stored, &self.sections, &self.mementos)?;
            if let Some(earlier) = &self.earlier {
                let (before, now) = earlier.earlier(url, row.text(10)?, self.run, stored)?;
                (resource.earlier, resource.edition) = (Some(before), now);
            }
            page.push(resource);
        }
        self.page = page.into_iter();
        self.next = until + 1;
        Ok(())
    }
}

impl Iterator for Listed<'_> {
    type Item = ListedResource;

    fn next(&mut self) -> Option<ListedResource> {
        loop {
            if let Some(resource) = self.page.next() {
                return Some(resource);
            }
            if self.trouble.is_some() || self.next > self.last {
                return None;
            }
            if let Err(error) = self.read() {
                self.trouble = Some(self.ledger.fail(error));
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.remaining()))
    }
}

fn sql() -> String {
    format!(
        "SELECT s.name, m.line, coalesce(m.href, u.canonical), u.canonical, m.title, m.annotation, m.section_id,
             m.parent_title, m.fields, u.first_seen, m.fragment, m.fault, m.left_out, m.left_out_by, {STORED},
             g.at, g.fingerprint, g.metadata, o.attempts, m.url_id
         FROM occurrence m JOIN url u ON u.id = m.url_id JOIN seed s ON s.id = m.seed_id
         LEFT JOIN observation o ON o.id = (SELECT id FROM observation
             WHERE url_id = m.url_id AND run_id <= ?3 ORDER BY run_id DESC LIMIT 1)
         LEFT JOIN good g ON g.url_id = m.url_id
         WHERE m.id BETWEEN ?1 AND ?2 AND u.canonical NOT GLOB 'file:*' ORDER BY m.id"
    )
}

/// Columns of [`sql`] before the observation's.
const MENTION_COLUMNS: usize = 14;

fn resource(
    row: &Row<'_>,
    stored: Option<&Stored>,
    sections: &HashMap<i64, Arc<[String]>>,
    mementos: &Mementos,
) -> rusqlite::Result<ListedResource> {
    const GOOD: usize = MENTION_COLUMNS + STORED_COLUMNS;
    let canonical: String = row.get(3)?;
    let verdict = match (left_out(row, 12)?, stored) {
        (Some(verdict), _) => Some(verdict),
        (None, Some(stored)) => Some(stored.verdict(row.text(10)?)),
        (None, None) => row.text(11)?.map(|fault| unchecked(Some(fault))),
    };
    let metadata: Option<Metadata> = row.json(GOOD + 2)?;
    // What a better title and other kinds of resources make needless is not looked up.
    let is_titled = metadata.as_ref().is_some_and(|metadata| metadata.title.is_some());
    let is_document = verdict.as_ref().is_some_and(|verdict| verdict.reason == Reason::OkBinary);
    let looks: Looks = if is_titled && !is_document { None } else { row.json(GOOD + 1)? }.unwrap_or_default();
    let section = row.get::<_, Option<i64>>(6)?.and_then(|id| sections.get(&id)).cloned();
    let url = row.get(GOOD + 4)?;
    let memento = verdict.as_ref().and_then(|verdict| mementos.suggestion(url, (verdict.state, verdict.reason)));
    Ok(ListedResource {
        seed: row.get(0)?,
        line: row.count(1)?,
        url: row.get(2)?,
        title: row.get(4)?,
        annotation: row.get(5)?,
        section: section.map(|path| path.to_vec()).unwrap_or_default(),
        parent_title: row.get(7)?,
        fields: row.json(8)?.unwrap_or_default(),
        state: verdict.as_ref().map(|verdict| verdict.state),
        reason: verdict.as_ref().map(|verdict| verdict.reason),
        confidence: verdict.as_ref().map(|verdict| verdict.confidence),
        http_status: stored.and_then(|stored| stored.http_status),
        final_url: stored.and_then(|stored| stored.final_url(&canonical)),
        redirects: redirects(row, GOOD + 3)?,
        suggestions: verdict.map(|verdict| verdict.suggestions).into_iter().flatten().chain(memento).collect(),
        checked: stored.map(|stored| stored.at),
        first_seen: row.instant(9)?,
        last_ok: stored.and_then(|stored| stored.last_ok),
        strikes: stored.and_then(|stored| stored.strikes).map_or(0, |strikes| strikes.count),
        metadata,
        metadata_at: row.instant(GOOD)?,
        page_title: looks.title,
        body_hash: Some(looks.body_hash).filter(|hash| *hash != 0),
        edition: None,
        earlier: None,
        canonical,
    })
}

/// Redirects of the last attempt. Most checks are one attempt of one request, which shows before anything is taken apart.
fn redirects(row: &Row<'_>, column: usize) -> rusqlite::Result<u32> {
    if !row.text(column)?.is_some_and(|attempts| attempts.contains("},{")) {
        return Ok(0);
    }
    let attempts: Vec<Chain> = row.json(column)?.unwrap_or_default();
    let hops = attempts.last().map_or(0, |attempt| attempt.hops.len());
    Ok(u32::try_from(hops.saturating_sub(1)).unwrap_or(u32::MAX))
}

/// What the compilation needs of a [`Fingerprint`](crate::model::observation::Fingerprint).
#[derive(Default, Deserialize)]
#[serde(default)]
struct Looks {
    title: Option<String>,
    body_hash: u64,
}

/// What the compilation needs of an [`Attempt`](crate::model::observation::Attempt): how many requests it was.
#[derive(Deserialize)]
struct Chain {
    hops: Vec<IgnoredAny>,
}
