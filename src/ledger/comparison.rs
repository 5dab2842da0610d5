//! What the compilation before knew: the finished run before a run, seen from each resource.

use rusqlite::{OptionalExtension as _, params};

use super::UrlId;
use super::error::LedgerError;
use super::observations::{STORED, Stored};
use super::open::Ledger;
use super::runs::RunId;
use super::values::Columns as _;
use crate::model::{Delisted, Earlier, Edition, State, Suggestion, SuggestionKind};

/// The finished run before another one, and what it listed.
#[derive(Debug)]
pub(super) struct Comparison<'a> {
    ledger: &'a Ledger,
    previous: RunId,
    /// Its mentions; absent where both runs share their list, or the earlier one was forgotten.
    mentions: Option<(i64, i64)>,
    /// Asks for the latest observation of a resource up to a run.
    observed: String,
}

impl<'a> Comparison<'a> {
    /// The run to compare with, where there is one.
    pub fn new(ledger: &'a Ledger, run: RunId, listing: i64) -> rusqlite::Result<Option<Self>> {
        let Some(previous) = ledger.previous_of(Some(run))? else { return Ok(None) };
        let mentions = ledger
            .conn
            .query_row(
                "SELECT l.first, l.last FROM run r JOIN listing l ON l.id = r.listing_id
                 WHERE r.id = ?1 AND l.id <> ?2 AND l.first IS NOT NULL",
                params![previous, listing],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let observed = format!(
            "SELECT {STORED} FROM observation o WHERE url_id = ?1 AND run_id <= ?2 ORDER BY run_id DESC LIMIT 1"
        );
        Ok(Some(Comparison { ledger, previous, mentions, observed }))
    }

    /// What that run knew of a resource, as a mention of a fragment asks for it; and the edition that is known now. `latest` is
    /// the latest observation up to the run that is compared with it.
    pub fn earlier(
        &self,
        url: UrlId,
        fragment: Option<&str>,
        run: RunId,
        latest: Option<&Stored>,
    ) -> rusqlite::Result<(Earlier, Option<Edition>)> {
        let listed = match self.mentions {
            Some((first, last)) => self
                .ledger
                .conn
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM occurrence WHERE url_id = ?1 AND id BETWEEN ?2 AND ?3)")?
                .query_row(params![url, first, last], |row| row.get(0))?,
            None => true,
        };
        let verdict = match latest {
            None => None,
            // What was not asked since is as it was.
            Some(latest) if latest.run <= self.previous => Some(latest.verdict(fragment)),
            Some(_) => self
                .ledger
                .conn
                .prepare_cached(&self.observed)?
                .query_row(params![url, self.previous], |row| Stored::read(row, 0))
                .optional()?
                .flatten()
                .map(|stored| stored.verdict(fragment)),
        };
        let state = verdict.as_ref().map(|verdict| verdict.state);
        let moved_to = verdict.and_then(|verdict| moved_to(verdict.state, &verdict.suggestions).map(str::to_owned));
        let (before, now) = self.editions(url, run)?;
        Ok((Earlier { listed, state, moved_to, edition: before }, now))
    }

    /// The editions that the last visits up to the earlier run and up to a run found.
    fn editions(&self, url: UrlId, run: RunId) -> rusqlite::Result<(Option<Edition>, Option<Edition>)> {
        let mut statement = self.ledger.conn.prepare_cached(
            "SELECT run_id, title, edition FROM observation
             WHERE url_id = ?1 AND run_id <= ?2 AND (state IN ('ok', 'moved') OR reason = 'anchor-missing')
             ORDER BY run_id DESC",
        )?;
        let mut rows = statement.query(params![url, run])?;
        let mut now = None;
        while let Some(row) = rows.next()? {
            let is_earlier = row.get::<_, RunId>(0)? <= self.previous;
            if is_earlier || now.is_none() {
                let edition: Edition = row.json(2)?.unwrap_or_default();
                let edition = Edition { title: row.get(1)?, ..edition };
                if is_earlier {
                    return Ok((Some(edition.clone()), now.or(Some(edition))));
                }
                now = Some(edition);
            }
        }
        Ok((None, now))
    }
}

/// The new address of what has moved.
pub(super) fn moved_to(state: State, suggestions: &[Suggestion]) -> Option<&str> {
    let mut redirects = suggestions.iter().filter(|suggestion| suggestion.kind == SuggestionKind::Redirect);
    redirects.next().filter(|_| state == State::Moved).map(|suggestion| suggestion.url.as_str())
}

impl Ledger {
    /// The resources that the finished run before a run, or before the latest, listed and that one does not, in the order
    /// of their lists.
    ///
    /// # Errors
    /// When there is no such run, its list was forgotten, or the ledger cannot be read.
    pub fn delisted(&self, run: Option<RunId>) -> Result<Vec<Delisted>, LedgerError> {
        let (summary, listing) = self.summary(run)?;
        let run = summary.number;
        let listing = listing.ok_or_else(|| LedgerError::NoSuchRun { path: self.path.clone(), run: Some(run) })?;
        self.find_delisted(run, listing).map_err(|error| self.fail(error))
    }

    fn find_delisted(&self, run: RunId, listing: i64) -> rusqlite::Result<Vec<Delisted>> {
        let Some(Comparison { previous, mentions: Some((first, last)), .. }) = Comparison::new(self, run, listing)?
        else {
            return Ok(Vec::new());
        };
        self.conn
            .prepare(&format!(
                "SELECT min(m.id), s.name, coalesce(m.href, u.canonical), u.canonical, m.title, c.path, m.fragment, {STORED}
                 FROM occurrence m JOIN url u ON u.id = m.url_id JOIN seed s ON s.id = m.seed_id
                 LEFT JOIN section c ON c.id = m.section_id
                 LEFT JOIN observation o ON o.id = (SELECT id FROM observation
                     WHERE url_id = m.url_id AND run_id <= ?3 ORDER BY run_id DESC LIMIT 1)
                 WHERE m.id BETWEEN ?1 AND ?2 AND u.canonical NOT GLOB 'file:*' AND NOT EXISTS (
                     SELECT 1 FROM listing l JOIN occurrence n ON n.id BETWEEN l.first AND l.last
                     WHERE l.id = ?4 AND n.url_id = m.url_id)
                 GROUP BY m.url_id ORDER BY min(m.id)"
            ))?
            .query_map(params![first, last, previous, listing], |row| {
                let canonical: String = row.get(3)?;
                let stored = Stored::read(row, 7)?;
                let fragment = row.text(6)?;
                Ok(Delisted {
                    seed: row.get(1)?,
                    url: row.get(2)?,
                    title: row.get(4)?,
                    section: row.json(5)?.unwrap_or_default(),
                    state: stored.as_ref().map(|stored| stored.verdict(fragment).state),
                    final_url: stored.and_then(|stored| stored.final_url(&canonical)),
                    canonical,
                })
            })?
            .collect()
    }
}
