//! `audit.csv`: one row for each distinct address as written, for sorting and filtering.

use std::io;

use super::table::{Dialect, Table};
use super::words::{instant, place, section};
use crate::model::audit::{Audit, LinkRecord};

const COLUMNS: &[&str] = &[
    "state",
    "reason",
    "confidence",
    "status",
    "url",
    "canonical",
    "final_url",
    "title",
    "strikes",
    "last_ok",
    "suggestion",
    "suggestion_kind",
    "evidence",
    "delta",
    "previous_state",
    "previous_reason",
    "failing_since",
    "checked",
    "anchor",
    "notes",
    "seed",
    "line",
    "section",
    "listed_title",
    "mentions",
    "other_places",
    "partial",
];

/// Writes the audit as a table.
///
/// # Errors
/// Those of the writer.
pub fn write(audit: &Audit, out: &mut dyn io::Write) -> io::Result<()> {
    write_as(audit, Dialect::Plain, out)
}

/// Writes the audit as a table in a chosen dialect.
///
/// # Errors
/// Those of the writer.
pub fn write_as(audit: &Audit, dialect: Dialect, out: &mut dyn io::Write) -> io::Result<()> {
    let mut table = Table::new(out, dialect, COLUMNS)?;
    let partial = if audit.run.partial.is_some() { "partial" } else { "" };
    for link in &audit.links {
        row(link, partial, &mut table)?;
    }
    table.finish()
}

fn row(link: &LinkRecord, partial: &str, table: &mut Table<'_>) -> io::Result<()> {
    let suggestion = link.suggestions.first();
    let first = link.occurrences.first();
    let others: Vec<_> = link.occurrences.iter().skip(1).map(place).collect();
    let notes: Vec<_> = link.notes.iter().map(|note| note.as_str()).collect();
    table.cell(link.state.as_str());
    table.cell(link.reason.code());
    table.cell(link.confidence.as_str());
    table.optional(link.http_status.map(|status| status.to_string()).as_deref());
    table.cell(&link.url);
    table.cell(&link.canonical);
    table.optional(link.final_url.as_deref());
    table.optional(link.title.as_deref());
    table.optional(link.strikes.map(|strikes| format!("{} of {}", strikes.count, strikes.need)).as_deref());
    table.optional(link.last_ok.map(instant).as_deref());
    table.optional(suggestion.map(|suggestion| suggestion.url.as_str()));
    table.optional(suggestion.map(|suggestion| suggestion.kind.as_str()));
    table.cell(&link.evidence);
    table.optional(link.delta.map(crate::model::Delta::as_str));
    table.optional(link.previous.map(|(state, _)| state.as_str()));
    table.optional(link.previous.map(|(_, reason)| reason.code()));
    table.optional(link.failing_since.map(instant).as_deref());
    table.optional(link.checked.map(instant).as_deref());
    table.optional(link.anchor.map(crate::model::anchor::Anchor::as_str));
    table.cell(&notes.join("; "));
    table.optional(first.map(|occurrence| &*occurrence.seed));
    table.optional(first.map(|occurrence| occurrence.line.to_string()).as_deref());
    table.optional(first.map(|occurrence| section(&occurrence.section)).as_deref());
    table.optional(first.and_then(|occurrence| occurrence.title.as_deref()));
    table.cell(&link.occurrences.len().to_string());
    table.cell(&others.join("; "));
    table.cell(partial);
    table.end_row()
}
