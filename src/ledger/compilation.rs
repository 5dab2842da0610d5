//! The raw material of the compilation: every mention, with what is known of its resource.

use std::collections::HashMap;

use rusqlite::{Row, params};

use super::audit::unchecked;
use super::error::LedgerError;
use super::observations::{STORED, STORED_COLUMNS, Stored};
use super::open::Ledger;
use super::runs::RunId;
use super::values::Columns;
use crate::model::entry::ListedResource;
use crate::model::exchange::Hop;
use crate::model::observation::{Attempt, Fingerprint};

impl Ledger {
    /// Tells every mention of a run's list, or of the latest's, in seed order, one at a time.
    ///
    /// # Errors
    /// When there is no such run, its list was forgotten, or the ledger cannot be read.
    pub fn listed(&self, run: Option<RunId>, each: &mut dyn FnMut(ListedResource)) -> Result<(), LedgerError> {
        let (summary, listing) = self.summary(run)?;
        let number = summary.number;
        let listing = listing.ok_or_else(|| LedgerError::NoSuchRun { path: self.path.clone(), run: Some(number) })?;
        self.tell(number, listing, each).map_err(|error| self.fail(error))
    }

    fn tell(&self, run: RunId, listing: i64, each: &mut dyn FnMut(ListedResource)) -> rusqlite::Result<()> {
        let sections = self.sections(listing)?;
        let mut statement = self.conn.prepare(&sql())?;
        let mut rows = statement.query(params![listing, run])?;
        while let Some(row) = rows.next()? {
            each(resource(row, &sections)?);
        }
        Ok(())
    }
}

fn sql() -> String {
    format!(
        "SELECT s.name, m.line, coalesce(m.href, u.canonical), u.canonical, m.title, m.annotation, m.section_id,
             m.parent_title, m.fields, u.first_seen, m.fragment, m.fault, {STORED},
             g.at, g.fingerprint, g.metadata, o.attempts
         FROM listing l JOIN occurrence m ON m.id BETWEEN l.first AND l.last
         JOIN url u ON u.id = m.url_id JOIN seed s ON s.id = m.seed_id
         LEFT JOIN observation o ON o.id = (SELECT id FROM observation
             WHERE url_id = m.url_id AND run_id <= ?2 ORDER BY run_id DESC LIMIT 1)
         LEFT JOIN good g ON g.url_id = m.url_id
         WHERE l.id = ?1 ORDER BY m.id"
    )
}

/// Columns of [`sql`] before the observation's.
const MENTION_COLUMNS: usize = 12;

fn resource(row: &Row<'_>, sections: &HashMap<i64, Vec<String>>) -> rusqlite::Result<ListedResource> {
    const GOOD: usize = MENTION_COLUMNS + STORED_COLUMNS;
    let canonical: String = row.get(3)?;
    let stored = Stored::read(row, MENTION_COLUMNS)?;
    let verdict = match &stored {
        Some(stored) => Some(stored.verdict(row.text(10)?)),
        None => row.text(11)?.map(|fault| unchecked(Some(fault))),
    };
    let fingerprint: Fingerprint = row.json(GOOD + 1)?.unwrap_or_default();
    let attempts: Vec<Attempt> = row.json(GOOD + 3)?.unwrap_or_default();
    let section = row.get::<_, Option<i64>>(6)?.and_then(|id| sections.get(&id)).cloned();
    Ok(ListedResource {
        seed: row.get(0)?,
        line: row.count(1)?,
        url: row.get(2)?,
        title: row.get(4)?,
        annotation: row.get(5)?,
        section: section.unwrap_or_default(),
        parent_title: row.get(7)?,
        fields: row.json(8)?.unwrap_or_default(),
        state: verdict.as_ref().map(|verdict| verdict.state),
        reason: verdict.as_ref().map(|verdict| verdict.reason),
        confidence: verdict.as_ref().map(|verdict| verdict.confidence),
        http_status: stored.as_ref().and_then(|stored| stored.http_status),
        final_url: stored.as_ref().and_then(|stored| stored.final_url(&canonical)),
        redirects: attempts.last().map_or(0, |attempt| redirects(&attempt.hops)),
        suggestions: verdict.map(|verdict| verdict.suggestions).unwrap_or_default(),
        checked: stored.as_ref().map(|stored| stored.at),
        first_seen: row.instant(9)?,
        last_ok: stored.as_ref().and_then(|stored| stored.last_ok),
        strikes: stored.as_ref().and_then(|stored| stored.strikes).map_or(0, |strikes| strikes.count),
        metadata: row.json(GOOD + 2)?,
        metadata_at: row.instant(GOOD)?,
        page_title: fingerprint.title,
        body_hash: Some(fingerprint.body_hash).filter(|hash| *hash != 0),
        canonical,
    })
}

fn redirects(hops: &[Hop]) -> u32 {
    u32::try_from(hops.len().saturating_sub(1)).unwrap_or(u32::MAX)
}
