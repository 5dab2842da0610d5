//! The broken-link report's model, told from the ledger: the same ledger tells the same, however often.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use rusqlite::{Row, params};

use super::UrlId;
use super::archived::note_copies;
use super::comparison::moved_to;
use super::error::LedgerError;
use super::observations::{Latest, STORED, STORED_COLUMNS, Stored};
use super::open::Ledger;
use super::runs::RunId;
use super::strikes::never_kills;
use super::values::Columns;
use crate::model::audit::{Audit, LinkRecord, OccurrenceRecord, RemovedLink};
use crate::model::{Assessment, Delta, Notice, Reason, State};

impl Ledger {
    /// Everything the reports tell about a run, or about the latest.
    ///
    /// # Errors
    /// When there is no such run, its list was forgotten, or the ledger cannot be read.
    pub fn audit(&self, run: Option<RunId>) -> Result<Audit, LedgerError> {
        let (summary, listing) = self.summary(run)?;
        let number = summary.number;
        let no_such_run = || LedgerError::NoSuchRun { path: self.path.clone(), run: Some(number) };
        let listing = listing.ok_or_else(no_such_run)?;
        self.assemble(number, listing)
            .and_then(|(links, removed, notices)| {
                Ok(Audit { run: summary, links, removed, hygiene: self.flaws(listing)?, notices })
            })
            .map_err(|error| self.fail(error))
    }

    #[allow(clippy::type_complexity)]
    fn assemble(&self, run: RunId, listing: i64) -> rusqlite::Result<(Vec<LinkRecord>, Vec<RemovedLink>, Vec<Notice>)> {
        let previous = self.previous_of(Some(run))?;
        let earlier = match previous {
            Some(previous) => self.listing_of(previous)?,
            None => None,
        };
        let mut known = match earlier {
            Some(earlier) if earlier != listing => Some(self.mentioned(earlier)?),
            _ => None,
        };
        let links = self.records(run, listing, previous, known.as_mut())?;
        let removed = match known {
            Some(known) => self.removed(previous.unwrap_or_default(), known)?,
            None => Vec::new(),
        };
        Ok((links, removed, self.notices(listing)?))
    }

    fn records(
        &self,
        run: RunId,
        listing: i64,
        previous: Option<RunId>,
        mut known: Option<&mut Distinct>,
    ) -> rusqlite::Result<Vec<LinkRecord>> {
        let shared =
            Shared { seeds: self.seeds(listing)?, sections: self.sections(listing)?, no_section: Arc::new([]) };
        let mementos = self.mementos()?;
        let mut statement = self.conn.prepare(&mentions_sql())?;
        let mut earlier = self.conn.prepare(&format!(
            "SELECT {STORED} FROM observation o WHERE o.url_id = ?1 AND o.run_id <= ?2 ORDER BY o.run_id DESC LIMIT 1"
        ))?;
        let mut rows = statement.query(params![listing, run])?;
        let mut links: Vec<LinkRecord> = Vec::with_capacity(self.room(listing)?);
        let mut distinct = Distinct::default();
        // Records of which every mention so far is left out, and whether the list before had them.
        let mut idle = HashMap::new();
        let mut latest = Latest::default();
        while let Some(row) = rows.next()? {
            let mention = Mention::read(row, &shared)?;
            let place = distinct.add(mention.url, mention.href, links.len() as i64) as usize;
            let left_out = mention.left_out.is_some();
            // Where one mention is checked, those that a rule leaves out are none of its places.
            let replaced = if left_out { None } else { idle.remove(&place) };
            if let Some(link) = links.get_mut(place).filter(|_| replaced.is_none()) {
                if !left_out || idle.contains_key(&place) {
                    link.occurrences.push(mention.occurrence);
                }
                continue;
            }
            let listed_before =
                replaced.unwrap_or_else(|| known.as_mut().is_none_or(|known| known.take(mention.url, mention.href)));
            if left_out {
                idle.insert(place, listed_before);
            }
            let before = match previous.filter(|_| listed_before && !left_out) {
                Some(previous) => {
                    let mut found = earlier.query(params![mention.url, previous])?;
                    found.next()?.map(|row| Stored::read(row, 0)).transpose()?.flatten()
                }
                None => None,
            };
            let mut link = record(&mention, latest.of(mention.url, row, MENTION_COLUMNS)?);
            if !left_out {
                link.attempts = row.json(MENTION_COLUMNS + STORED_COLUMNS)?.unwrap_or_default();
                link.suggestions.extend(mementos.suggestion(mention.url, (link.state, link.reason)));
            }
            if previous.is_some() && !left_out {
                let verdict = before.map(|stored| stored.verdict(mention.fragment));
                link.previous = verdict.as_ref().map(|verdict| (verdict.state, verdict.reason));
                let moved_on = verdict.as_ref().is_some_and(|verdict| {
                    moved_to(verdict.state, &verdict.suggestions) != moved_to(link.state, &link.suggestions)
                });
                let delta = delta(link.previous, (link.state, link.reason));
                link.delta = Some(if moved_on && delta == Delta::Still { Delta::Changed } else { delta });
            }
            link.occurrences.push(mention.occurrence);
            match links.get_mut(place) {
                Some(earlier) => *earlier = link,
                None => links.push(link),
            }
        }
        note_copies(&mut links);
        Ok(links)
    }

    pub(super) fn sections(&self, listing: i64) -> rusqlite::Result<HashMap<i64, Arc<[String]>>> {
        self.conn
            .prepare("SELECT id, path FROM section WHERE listing_id = ?1")?
            .query_map([listing], |row| Ok((row.get(0)?, row.json::<Vec<String>>(1)?.unwrap_or_default().into())))?
            .collect()
    }

    pub(super) fn seeds(&self, listing: i64) -> rusqlite::Result<HashMap<i64, Arc<str>>> {
        self.conn
            .prepare("SELECT id, name FROM seed WHERE listing_id = ?1")?
            .query_map([listing], |row| Ok((row.get(0)?, row.text(1)?.unwrap_or_default().into())))?
            .collect()
    }

    /// Room for the distinct addresses of a list: hardly more than it has mentions, or than there are resources.
    fn room(&self, listing: i64) -> rusqlite::Result<usize> {
        let sql = "SELECT min(coalesce(last - first + 1, 0), (SELECT coalesce(max(id), 0) FROM url))
                   FROM listing WHERE id = ?1";
        self.conn.query_row(sql, [listing], |row| row.count(0))
    }

    fn notices(&self, listing: i64) -> rusqlite::Result<Vec<Notice>> {
        self.conn
            .prepare("SELECT seed, line, message FROM notice WHERE listing_id = ?1 ORDER BY id")?
            .query_map([listing], |row| {
                let line: Option<i64> = row.get(1)?;
                let line = line.and_then(|line| usize::try_from(line).ok());
                Ok(Notice { seed: row.get(0)?, line, message: row.get(2)? })
            })?
            .collect()
    }

    fn listing_of(&self, run: RunId) -> rusqlite::Result<Option<i64>> {
        self.conn.query_row("SELECT listing_id FROM run WHERE id = ?1", [run], |row| row.get(0))
    }

    /// The distinct mentions of an earlier list.
    fn mentioned(&self, listing: i64) -> rusqlite::Result<Distinct> {
        let mut known = Distinct::default();
        let mut statement = self.conn.prepare(
            "SELECT o.id, o.url_id, coalesce(o.href, u.canonical)
             FROM listing l JOIN occurrence o ON o.id BETWEEN l.first AND l.last JOIN url u ON u.id = o.url_id
             WHERE l.id = ?1 ORDER BY o.id",
        )?;
        let mut rows = statement.query([listing])?;
        while let Some(row) = rows.next()? {
            known.add(row.get(1)?, row.text(2)?.unwrap_or_default(), row.get(0)?);
        }
        Ok(known)
    }

    /// What is left of an earlier list when everything still listed is taken away.
    fn removed(&self, previous: RunId, known: Distinct) -> rusqlite::Result<Vec<RemovedLink>> {
        let mut mentions: Vec<i64> = known.mentions.into_values().collect();
        mentions.sort_unstable();
        let mut statement = self.conn.prepare(&format!(
            "SELECT coalesce(m.href, u.canonical), m.fragment, {STORED}
             FROM occurrence m JOIN url u ON u.id = m.url_id
             LEFT JOIN observation o ON o.id = (SELECT id FROM observation
                 WHERE url_id = m.url_id AND run_id <= ?2 ORDER BY run_id DESC LIMIT 1)
             WHERE m.id = ?1"
        ))?;
        mentions
            .into_iter()
            .map(|mention| {
                statement.query_row(params![mention, previous], |row| {
                    let stored = Stored::read(row, 2)?;
                    let fragment = row.text(1)?;
                    Ok(RemovedLink { url: row.get(0)?, state: stored.map(|stored| stored.verdict(fragment).state) })
                })
            })
            .collect()
    }
}

/// Mentions in seed order, each with the observation that was the latest at the time of a run.
fn mentions_sql() -> String {
    format!(
        "SELECT m.url_id, coalesce(m.href, u.canonical), u.canonical, m.fragment, m.fault,
             m.seed_id, m.line, m.col, m.section_id, m.title, m.left_out, m.left_out_by,
             {STORED}, CASE WHEN o.state <> 'ok' THEN o.attempts END
         FROM listing l JOIN occurrence m ON m.id BETWEEN l.first AND l.last
         JOIN url u ON u.id = m.url_id
         LEFT JOIN observation o ON o.id = (SELECT id FROM observation
             WHERE url_id = m.url_id AND run_id <= ?2 ORDER BY run_id DESC LIMIT 1)
         WHERE l.id = ?1 ORDER BY m.id"
    )
}

/// Columns of [`mentions_sql`] before the observation's.
const MENTION_COLUMNS: usize = 12;

/// What the mentions of one list have in common.
struct Shared {
    seeds: HashMap<i64, Arc<str>>,
    sections: HashMap<i64, Arc<[String]>>,
    no_section: Arc<[String]>,
}

struct Mention<'a> {
    url: UrlId,
    href: &'a str,
    canonical: &'a str,
    fragment: Option<&'a str>,
    fault: Option<&'a str>,
    left_out: Option<Assessment>,
    occurrence: OccurrenceRecord,
}

impl<'a> Mention<'a> {
    fn read(row: &'a Row<'_>, shared: &Shared) -> rusqlite::Result<Self> {
        let section = row.get::<_, Option<i64>>(8)?.and_then(|id| shared.sections.get(&id)).cloned();
        let seed = shared.seeds.get(&row.get(5)?).cloned();
        Ok(Mention {
            url: row.get(0)?,
            href: row.text(1)?.unwrap_or_default(),
            canonical: row.text(2)?.unwrap_or_default(),
            fragment: row.text(3)?,
            fault: row.text(4)?,
            left_out: left_out(row, 10)?,
            occurrence: OccurrenceRecord {
                seed: seed.unwrap_or_default(),
                line: row.count(6)?,
                column: row.count(7)?,
                section: section.unwrap_or_else(|| Arc::clone(&shared.no_section)),
                title: row.get(9)?,
            },
        })
    }
}

/// A record with its verdict, still without occurrences, attempts and comparison.
fn record(mention: &Mention<'_>, stored: Option<&Stored>) -> LinkRecord {
    let stored = stored.filter(|_| mention.left_out.is_none());
    let verdict = match (&mention.left_out, stored) {
        (Some(verdict), _) => verdict.clone(),
        (None, Some(stored)) => stored.verdict(mention.fragment),
        (None, None) => unchecked(mention.fault),
    };
    let page_seen = verdict.state.is_alive() || verdict.reason == Reason::AnchorMissing;
    LinkRecord {
        url: mention.href.to_owned(),
        canonical: mention.canonical.to_owned(),
        state: verdict.state,
        reason: verdict.reason,
        also: verdict.also,
        confidence: verdict.confidence,
        notes: verdict.notes,
        evidence: verdict.evidence,
        http_status: stored.and_then(|stored| stored.http_status),
        final_url: stored.and_then(|stored| stored.final_url(mention.canonical)),
        title: stored.and_then(|stored| stored.title.clone()),
        anchor: verdict.anchor,
        suggestions: verdict.suggestions,
        occurrences: Vec::with_capacity(1),
        delta: None,
        previous: None,
        checked: stored.map(|stored| stored.at),
        last_ok: stored.and_then(|stored| stored.last_ok),
        failing_since: stored.filter(|_| !page_seen).and_then(|stored| stored.failing_since),
        strikes: stored
            .as_ref()
            .and_then(|stored| stored.strikes)
            .filter(|_| !never_kills(verdict.reason))
            .map(|strikes| strikes.told()),
        attempts: Vec::new(),
    }
}

/// The verdict on what was never asked.
pub(super) fn unchecked(fault: Option<&str>) -> Assessment {
    match fault {
        Some(fault) => Assessment::new(Reason::UrlInvalid, fault),
        None => Assessment::new(Reason::NotReached, "not asked yet"),
    }
}

/// The verdict on a mention that a rule leaves out; it stands for this list alone and is no observation.
pub(super) fn left_out(row: &Row<'_>, from: usize) -> rusqlite::Result<Option<Assessment>> {
    if row.text(from)?.is_none() {
        return Ok(None);
    }
    let rule = row.text(from + 1)?.unwrap_or("a rule");
    Ok(Some(Assessment::new(row.reason(from)?, format!("left out by {rule}"))))
}

/// How a verdict compares with the one before it.
pub(super) fn delta(before: Option<(State, Reason)>, now: (State, Reason)) -> Delta {
    let finding = |state: State| !state.is_alive() && state != State::Skipped;
    match before {
        None => Delta::New,
        Some(before) if before == now => Delta::Still,
        Some((State::Ok, _)) if now.0 == State::Ok => Delta::Still,
        Some((before, _)) if !finding(before) && finding(now.0) => Delta::New,
        Some((before, _)) if finding(before) && now.0.is_alive() => Delta::Recovered,
        Some(_) => Delta::Changed,
    }
}

/// A distinct mention: its resource, and a hash of its address as written. Several spellings may share a resource.
#[derive(Debug, Default)]
struct Distinct {
    hasher: RandomState,
    mentions: HashMap<(UrlId, u64), i64>,
}

impl Distinct {
    fn key(&self, url: UrlId, href: &str) -> (UrlId, u64) {
        (url, self.hasher.hash_one(href))
    }

    /// Adds a mention where its like is not known yet; tells the value known for it.
    fn add(&mut self, url: UrlId, href: &str, value: i64) -> i64 {
        *self.mentions.entry(self.key(url, href)).or_insert(value)
    }

    /// Takes a mention away; tells whether it was there.
    fn take(&mut self, url: UrlId, href: &str) -> bool {
        self.mentions.remove(&self.key(url, href)).is_some()
    }
}
