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
        table.row(row(link, partial))?;
    }
    table.finish()
}

fn row(link: &LinkRecord, partial: &str) -> [String; COLUMNS.len()] {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let suggestion = link.suggestions.first();
    let first = link.occurrences.first();
    let others: Vec<_> = link.occurrences.iter().skip(1).map(place).collect();
    let notes: Vec<_> = link.notes.iter().map(|note| note.as_str()).collect();
    [
        link.state.as_str().to_owned(),
        link.reason.code().to_owned(),
        link.confidence.as_str().to_owned(),
        link.http_status.map(|status| status.to_string()).unwrap_or_default(),
        link.url.clone(),
        link.canonical.clone(),
        text(link.final_url.as_deref()),
        text(link.title.as_deref()),
        link.strikes.map(|strikes| format!("{} of {}", strikes.count, strikes.need)).unwrap_or_default(),
        link.last_ok.map(instant).unwrap_or_default(),
        text(suggestion.map(|suggestion| suggestion.url.as_str())),
        text(suggestion.map(|suggestion| suggestion.kind.as_str())),
        link.evidence.clone(),
        text(link.delta.map(crate::model::Delta::as_str)),
        link.failing_since.map(instant).unwrap_or_default(),
        link.checked.map(instant).unwrap_or_default(),
        text(link.anchor.map(crate::model::anchor::Anchor::as_str)),
        notes.join("; "),
        text(first.map(|occurrence| &*occurrence.seed)),
        first.map(|occurrence| occurrence.line.to_string()).unwrap_or_default(),
        first.map(|occurrence| section(&occurrence.section)).unwrap_or_default(),
        text(first.and_then(|occurrence| occurrence.title.as_deref())),
        link.occurrences.len().to_string(),
        others.join("; "),
        partial.to_owned(),
    ]
}
