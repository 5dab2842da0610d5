//! What was untidy in the source of a list when it was read.

use std::sync::Arc;

use super::open::Ledger;
use super::values::{Columns, damaged};
use crate::model::hygiene::{Flaw, FlawKind, Place};

impl Ledger {
    /// The flaws of a list's sources, in seed order.
    pub(super) fn flaws(&self, listing: i64) -> rusqlite::Result<Vec<Flaw>> {
        self.conn
            .prepare("SELECT seed, line, kind, excerpt FROM flaw WHERE listing_id = ?1 ORDER BY id")?
            .query_map([listing], |row| {
                let kind = row.text(2)?.and_then(FlawKind::parse).ok_or_else(|| damaged(2, "unknown kind of flaw"))?;
                let seed: Arc<str> = row.text(0)?.unwrap_or_default().into();
                let place = Place { seed, line: row.count(1)?, text: None };
                Ok(Flaw { kind, subject: row.get(3)?, instead: None, places: vec![place] })
            })?
            .collect()
    }
}
