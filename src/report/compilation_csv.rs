//! `compilation.csv`: one row for each resource, what the list says beside what was found, each found value with its source.

use std::io;

use super::table::{Dialect, Table};
use super::words::{day, instant, section};
use crate::compile::{Compilation, Entry, TitleFrom};
use crate::model::Metadata;
use crate::model::metadata::Field;

/// The columns in front of those a tabular seed brought along.
pub const COLUMNS: &[&str] = &[
    "canonical_url",
    "url",
    "title",
    "title_source",
    "annotation",
    "section",
    "page_title",
    "page_title_source",
    "authors",
    "authors_source",
    "site_name",
    "site_name_source",
    "publisher",
    "publisher_source",
    "type",
    "type_source",
    "published",
    "published_source",
    "modified",
    "modified_source",
    "language",
    "language_source",
    "licence",
    "licence_source",
    "doi",
    "doi_source",
    "isbn",
    "isbn_source",
    "issn",
    "issn_source",
    "container",
    "container_source",
    "volume",
    "volume_source",
    "issue",
    "issue_source",
    "pages",
    "pages_source",
    "abstract",
    "abstract_source",
    "keywords",
    "keywords_source",
    "image",
    "image_source",
    "duration",
    "duration_source",
    "page_count",
    "page_count_source",
    "final_url",
    "moved_to",
    "verdict",
    "reason",
    "confidence",
    "http_status",
    "redirect_hops",
    "first_seen",
    "last_checked",
    "last_alive",
    "strikes",
    "accessed",
    "memento_url",
    "memento_datetime",
    "parent_title",
    "seed",
    "line",
    "also_listed",
];

/// Writes the compilation as a table.
///
/// # Errors
/// Those of the writer.
pub fn write(compilation: &Compilation, out: &mut dyn io::Write) -> io::Result<()> {
    write_as(compilation, Dialect::Plain, out)
}

/// Writes the compilation as a table in a chosen dialect.
///
/// # Errors
/// Those of the writer.
pub fn write_as(compilation: &Compilation, dialect: Dialect, out: &mut dyn io::Write) -> io::Result<()> {
    let header = header(compilation);
    let names: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut table = Table::new(out, dialect, &names)?;
    for part in &compilation.sections {
        let section = section(&part.path);
        for entry in &part.entries {
            row(entry, &section, compilation, &mut table)?;
        }
    }
    table.finish()
}

/// Every column: ours, then those of the list, marked as such.
pub fn header(compilation: &Compilation) -> Vec<String> {
    let listed = compilation.columns.iter().map(|name| format!("list_{}", name.trim()));
    COLUMNS.iter().map(|&name| name.to_owned()).chain(listed).collect()
}

fn row(entry: &Entry, section: &str, compilation: &Compilation, table: &mut Table<'_>) -> io::Result<()> {
    let Entry { metadata, health, .. } = entry;
    table.cell(&entry.canonical);
    table.cell(&entry.url);
    table.cell(&entry.title);
    table.cell(match entry.title_from {
        TitleFrom::List => "list",
        TitleFrom::Page => metadata.title.as_ref().map_or("title", |field| &field.source),
        TitleFrom::Address => "address",
    });
    table.optional(entry.annotation.as_deref());
    table.cell(section);
    harvest(metadata, entry.page_title.as_deref(), table);
    table.optional(health.final_url.as_deref());
    table.optional(health.moved_to.as_deref());
    table.optional(health.state.map(crate::model::State::as_str));
    table.optional(health.reason.map(crate::model::Reason::code));
    table.optional(health.confidence.map(crate::model::Confidence::as_str));
    table.optional(health.http_status.map(|status| status.to_string()).as_deref());
    table.cell(&health.redirects.to_string());
    table.optional(health.first_seen.map(instant).as_deref());
    table.optional(health.checked.map(instant).as_deref());
    table.optional(health.last_ok.map(instant).as_deref());
    table.cell(&health.strikes.to_string());
    table.optional(entry.metadata_at.map(day).as_deref());
    table.optional(entry.memento.as_deref());
    table.optional(entry.memento.as_deref().and_then(memento_datetime).as_deref());
    table.optional(entry.parent_title.as_deref());
    table.cell(&entry.seed);
    table.cell(&entry.line.to_string());
    let also: Vec<_> =
        entry.also.iter().map(|mention| format!("{}:{} {}", mention.seed, mention.line, mention.url)).collect();
    table.cell(&also.join("; "));
    for name in &compilation.columns {
        table.optional(entry.fields.iter().find(|(column, _)| column == name).map(|(_, value)| value.as_str()));
    }
    table.end_row()
}

/// Every harvested column with its twin.
fn harvest(metadata: &Metadata, page_title: Option<&str>, table: &mut Table<'_>) {
    match (&metadata.title, page_title) {
        (None, Some(title)) => {
            table.cell(title);
            table.cell("title");
        }
        (title, _) => text(title.as_ref(), table),
    }
    field(metadata.authors.as_ref(), table, |names| {
        names.iter().map(crate::model::metadata::Name::display).collect::<Vec<_>>().join("; ")
    });
    let texts = [
        &metadata.site_name,
        &metadata.publisher,
        &metadata.kind,
        &metadata.published,
        &metadata.modified,
        &metadata.language,
        &metadata.licence,
        &metadata.doi,
        &metadata.isbn,
        &metadata.issn,
        &metadata.container,
        &metadata.volume,
        &metadata.issue,
        &metadata.pages,
        &metadata.description,
    ];
    for field in texts {
        text(field.as_ref(), table);
    }
    field(metadata.keywords.as_ref(), table, |keywords| keywords.join("; "));
    text(metadata.image.as_ref(), table);
    text(metadata.duration.as_ref(), table);
    field(metadata.page_count.as_ref(), table, u32::to_string);
}

/// A harvested value and its source.
fn field<T>(field: Option<&Field<T>>, table: &mut Table<'_>, value: impl Fn(&T) -> String) {
    table.optional(field.map(|field| value(&field.value)).as_deref());
    table.optional(field.map(|field| field.source.as_str()));
}

/// A harvested text, as it is, and its source.
fn text(field: Option<&Field<String>>, table: &mut Table<'_>) {
    table.optional(field.map(|field| field.value.as_str()));
    table.optional(field.map(|field| field.source.as_str()));
}

/// The moment an archived copy was made, where its address carries one as fourteen digits (as web archives write it).
pub fn memento_datetime(url: &str) -> Option<String> {
    let digits = url.split('/').find_map(|part| {
        let digits = part.get(..14)?;
        let rest = &part[14..];
        let known = rest.is_empty() || rest.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        (known && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
    })?;
    let at = jiff::civil::DateTime::strptime("%Y%m%d%H%M%S", digits).ok()?;
    Some(at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}
