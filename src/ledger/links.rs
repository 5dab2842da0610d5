//! What the seeds say, streamed in: seeds, their links, notices.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{CachedStatement, Connection, params};
use twox_hash::XxHash3_64;

use super::UrlId;
use super::error::LedgerError;
use super::open::Ledger;
use super::runs::{Run, stored};
use super::values::{millis, to_json};
use crate::model::hygiene::FlawKind;
use crate::model::link::Target;
use crate::model::{CanonicalUrl, Link, Notice};

/// Links stored in one transaction, so that the log beside the file stays small.
const LINKS_PER_TRANSACTION: u64 = 50_000;

/// Notices kept for one set of seeds; more than a person reads.
const MAX_NOTICES: usize = 10_000;

/// Section paths remembered, so that the links of one section share a row.
const MAX_SECTIONS_IN_MEMORY: usize = 10_000;

impl Ledger {
    /// Begins to store the links of a run. Nothing counts before [`LinkWriter::finish`]: when the process ends
    /// before that, the links are read anew.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn list(&mut self, run: &Run, now: Timestamp) -> Result<LinkWriter<'_>, LedgerError> {
        self.begin_listing(run, now).map_err(|error| LedgerError::from_sqlite(&self.path, error))
    }

    fn begin_listing(&self, run: &Run, now: Timestamp) -> rusqlite::Result<LinkWriter<'_>> {
        let conn = &self.conn;
        conn.execute_batch("BEGIN IMMEDIATE")?;
        // What a killed process left of the same listing.
        for table in ["seed", "section", "notice", "flaw"] {
            conn.execute(&format!("DELETE FROM {table} WHERE listing_id = ?1"), [run.listing])?;
        }
        conn.execute(
            "DELETE FROM occurrence WHERE id BETWEEN (SELECT first FROM listing WHERE id = ?1)
                AND (SELECT last FROM listing WHERE id = ?1)",
            [run.listing],
        )?;
        conn.execute("UPDATE listing SET complete = 0 WHERE id = ?1", [run.listing])?;
        conn.execute(
            "DELETE FROM occurrence WHERE id > coalesce((SELECT max(last) FROM listing WHERE complete), 0)",
            [],
        )?;
        let next = conn.query_row("SELECT coalesce(max(id), 0) + 1 FROM occurrence", [], |row| row.get(0))?;
        let addresses = Addresses::load(conn)?;
        let occurrence = conn.prepare_cached(
            "INSERT INTO occurrence (id, url_id, seed_id, section_id, line, col, span_start, span_end,
                href, fragment, fault, title, annotation, parent_title, fields, left_out, left_out_by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        )?;
        Ok(LinkWriter {
            ledger: self,
            listing: run.listing,
            now: millis(now),
            first: next,
            next,
            seed: 0,
            in_seed: 0,
            in_transaction: 0,
            notices: 0,
            occurrence,
            addresses,
            sections: Sections::default(),
            open: true,
        })
    }
}

/// Stores links as they are read, in seed order. Memory grows by some 20 bytes for each distinct resource.
pub struct LinkWriter<'a> {
    ledger: &'a Ledger,
    listing: i64,
    now: i64,
    first: i64,
    next: i64,
    seed: i64,
    in_seed: u64,
    in_transaction: u64,
    notices: usize,
    /// Looked up once for all links.
    occurrence: CachedStatement<'a>,
    addresses: Addresses<'a>,
    sections: Sections,
    open: bool,
}

impl LinkWriter<'_> {
    /// Begins a seed, by the name the person gave it; the links that follow belong to it.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn seed(&mut self, name: &str) -> Result<(), LedgerError> {
        self.in_seed = 0;
        self.ledger
            .conn
            .execute("INSERT INTO seed (listing_id, name) VALUES (?1, ?2)", params![self.listing, name])
            .map_err(|error| self.ledger.fail(error))?;
        self.seed = self.ledger.conn.last_insert_rowid();
        Ok(())
    }

    /// Ends the seed begun last, with what its reading brought to light.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn end_seed(&mut self, format: &str, title: Option<&str>) -> Result<(), LedgerError> {
        self.ledger
            .conn
            .execute(
                "UPDATE seed SET format = ?2, title = ?3, links = ?4 WHERE id = ?1",
                params![self.seed, format, title, stored(self.in_seed)],
            )
            .map_err(|error| self.ledger.fail(error))?;
        Ok(())
    }

    /// Stores one link of the seed begun last.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn link(&mut self, link: &Link) -> Result<UrlId, LedgerError> {
        self.insert(link).map_err(|error| self.ledger.fail(error))
    }

    fn insert(&mut self, link: &Link) -> rusqlite::Result<UrlId> {
        let conn = &self.ledger.conn;
        let resolved;
        let (canonical, fragment, fault) = match &link.target {
            Target::Valid(url) => {
                resolved = CanonicalUrl::new(url);
                (resolved.as_str(), url.fragment().filter(|fragment| !fragment.is_empty()), None)
            }
            Target::Invalid(why) => (link.href.as_str(), None, Some(why.as_str())),
        };
        let url = self.addresses.id(canonical, self.now)?;
        let section = self.sections.id(conn, self.listing, &link.section)?;
        let fields = if link.fields.is_empty() { None } else { Some(to_json(&link.fields)?) };
        let position = &link.position;
        self.occurrence.execute(params![
            self.next,
            url,
            self.seed,
            section,
            stored(position.line as u64),
            stored(position.column as u64),
            stored(position.span.start as u64),
            stored(position.span.end as u64),
            (link.href != canonical).then_some(&link.href),
            fragment,
            fault,
            link.title,
            link.annotation,
            link.parent_title,
            fields,
            link.left_out.as_ref().map(|left_out| left_out.reason.code()),
            link.left_out.as_ref().map(|left_out| &*left_out.rule)
        ])?;
        self.next += 1;
        self.in_seed += 1;
        self.in_transaction += 1;
        if self.in_transaction >= LINKS_PER_TRANSACTION {
            self.in_transaction = 0;
            conn.execute_batch("COMMIT; BEGIN IMMEDIATE")?;
        }
        Ok(url)
    }

    /// Keeps a notice about an item of input; beyond some thousands they are dropped.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn notice(&mut self, notice: &Notice) -> Result<(), LedgerError> {
        if self.notices >= MAX_NOTICES {
            return Ok(());
        }
        self.notices += 1;
        self.ledger
            .conn
            .prepare_cached("INSERT INTO notice (listing_id, seed, line, message) VALUES (?1, ?2, ?3, ?4)")
            .and_then(|mut statement| {
                statement.execute(params![
                    self.listing,
                    notice.seed,
                    notice.line.map(|line| stored(line as u64)),
                    notice.message
                ])
            })
            .map_err(|error| self.ledger.fail(error))?;
        Ok(())
    }

    /// Keeps something untidy about a line of the seed begun last.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn flaw(&mut self, seed: &str, line: usize, kind: FlawKind, excerpt: &str) -> Result<(), LedgerError> {
        self.ledger
            .conn
            .prepare_cached("INSERT INTO flaw (listing_id, seed, line, kind, excerpt) VALUES (?1, ?2, ?3, ?4, ?5)")
            .and_then(|mut statement| {
                statement.execute(params![self.listing, seed, stored(line as u64), kind.as_str(), excerpt])
            })
            .map(|_| ())
            .map_err(|error| self.ledger.fail(error))
    }

    /// Makes the listing count.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn finish(mut self) -> Result<(), LedgerError> {
        let conn = &self.ledger.conn;
        conn.execute(
            "UPDATE listing SET complete = 1, first = ?2, last = ?3 WHERE id = ?1",
            params![self.listing, self.first, self.next - 1],
        )
        .and_then(|_| conn.execute_batch("COMMIT"))
        .map_err(|error| self.ledger.fail(error))?;
        self.open = false;
        Ok(())
    }
}

impl Drop for LinkWriter<'_> {
    fn drop(&mut self) {
        if self.open {
            let _ = self.ledger.conn.execute_batch("ROLLBACK");
        }
    }
}

/// Which row a canonical address has: a hash in memory, because an index over addresses costs ten times as much to
/// fill. A hit is compared with the stored text, so that no two resources are ever taken for one.
struct Addresses<'a> {
    conn: &'a Connection,
    insert: CachedStatement<'a>,
    /// Drawn anew each time, so that no list can be made to collide.
    seed: u64,
    rows: HashMap<u64, UrlId, BuildHasherDefault<AlreadyHashed>>,
}

impl<'a> Addresses<'a> {
    fn load(conn: &'a Connection) -> rusqlite::Result<Self> {
        let insert = conn.prepare_cached("INSERT INTO url (canonical, first_seen) VALUES (?1, ?2)")?;
        let first = RandomState::new().hash_one(0);
        let most: i64 = conn.query_row("SELECT coalesce(max(id), 0) FROM url", [], |row| row.get(0))?;
        let mut rows = HashMap::with_capacity_and_hasher(usize::try_from(most).unwrap_or_default(), Default::default());
        let mut statement = conn.prepare("SELECT id, canonical FROM url")?;
        let mut stored = statement.query([])?;
        while let Some(row) = stored.next()? {
            let canonical = row.get_ref(1)?.as_str()?.as_bytes();
            let mut seed = first;
            while rows.contains_key(&XxHash3_64::oneshot_with_seed(seed, canonical)) {
                seed = seed.wrapping_add(1);
            }
            rows.insert(XxHash3_64::oneshot_with_seed(seed, canonical), row.get(0)?);
        }
        Ok(Addresses { conn, insert, seed: first, rows })
    }

    /// The row of an address, made where there is none.
    fn id(&mut self, canonical: &str, now: i64) -> rusqlite::Result<UrlId> {
        let mut seed = self.seed;
        loop {
            let hash = XxHash3_64::oneshot_with_seed(seed, canonical.as_bytes());
            let Some(&id) = self.rows.get(&hash) else {
                let id = UrlId::try_from(self.insert.insert(params![canonical, now])?)
                    .map_err(|_| super::values::damaged(0, "more addresses than a ledger can hold"))?;
                self.rows.insert(hash, id);
                return Ok(id);
            };
            let mut statement = self.conn.prepare_cached("SELECT canonical FROM url WHERE id = ?1")?;
            if statement.query_row([id], |row| Ok(row.get_ref(0)?.as_str()? == canonical))? {
                return Ok(id);
            }
            seed = seed.wrapping_add(1);
        }
    }
}

/// For keys that are hashes.
#[derive(Debug, Default)]
struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, &byte| hash.rotate_left(8) ^ u64::from(byte));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Rows of section paths; links come by section, so the last one is nearly always the one.
#[derive(Debug, Default)]
struct Sections {
    last: Option<(Arc<[String]>, i64)>,
    rows: HashMap<Arc<[String]>, i64>,
}

impl Sections {
    fn id(&mut self, conn: &Connection, listing: i64, path: &Arc<[String]>) -> rusqlite::Result<Option<i64>> {
        if path.is_empty() {
            return Ok(None);
        }
        if let Some((last, id)) = &self.last
            && Arc::ptr_eq(last, path)
        {
            return Ok(Some(*id));
        }
        let id = match self.rows.get(path) {
            Some(&id) => id,
            None => {
                conn.prepare_cached("INSERT INTO section (listing_id, path) VALUES (?1, ?2)")?
                    .execute(params![listing, to_json(&path[..])?])?;
                if self.rows.len() >= MAX_SECTIONS_IN_MEMORY {
                    self.rows.clear();
                }
                let id = conn.last_insert_rowid();
                self.rows.insert(path.clone(), id);
                id
            }
        };
        self.last = Some((path.clone(), id));
        Ok(Some(id))
    }
}
