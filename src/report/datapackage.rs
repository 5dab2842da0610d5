//! `datapackage.json`: what the columns of `compilation.csv` and `changes.csv` are, as a Data Package (version 2.0 of the standard).

use std::io;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::escape::plain;
use super::{changes, compilation_csv, words};
use crate::compile::Compilation;
use crate::model::State;

/// Columns that are no plain text, by name: type, and what they hold where the name does not say it.
const TYPED: &[(&str, &str, &str)] = &[
    ("canonical_url", "string", "Normalised address, unique in the table"),
    ("url", "string", "Address as the list writes it"),
    ("title", "string", "The list's title, else the page's"),
    ("title_source", "string", "`list`, or where on the page the title was found"),
    ("annotation", "string", "What the list says about the resource"),
    ("section", "string", "Headings of the list around the resource, outermost first"),
    ("authors", "string", "Names, parted by semicolons"),
    ("keywords", "string", "Keywords, parted by semicolons"),
    (
        "published",
        "string",
        "ISO 8601, as precise as known; a list may tell a span (`2011/2013`), a guess (`1998~`) or a bound (`../1995`)",
    ),
    ("modified", "string", "ISO 8601, as precise as known: year, month or day"),
    ("type", "string", "Type of the Citation Style Language"),
    ("language", "string", "BCP 47 tag"),
    ("page_count", "integer", ""),
    ("verdict", "string", "What the latest check found"),
    ("reason", "string", "Code of the rule that decided"),
    ("http_status", "integer", ""),
    ("redirect_hops", "integer", ""),
    ("first_seen", "datetime", "When the address was first listed"),
    ("last_checked", "datetime", ""),
    ("last_alive", "datetime", ""),
    ("strikes", "integer", "Failing runs counted towards a verdict"),
    ("accessed", "date", "When the metadata was seen"),
    ("memento_url", "string", "An archived copy"),
    ("memento_datetime", "datetime", "When the copy was made"),
    ("line", "integer", "Line of the first mention in its list"),
    ("also_listed", "string", "Further mentions: place and address, parted by semicolons"),
];

/// Writes the description of the tables that [`compilation_csv::write`] and, where it is wanted, [`changes::write`] write of the
/// same compilation.
///
/// # Errors
/// Those of the writer.
pub fn write(compilation: &Compilation, with_changes: bool, out: &mut dyn io::Write) -> io::Result<()> {
    let header = compilation_csv::header(compilation);
    let entries = json!({
        "fields": header.iter().map(|name| field(name)).collect::<Vec<_>>(),
        "primaryKey": ["canonical_url"],
        "missingValues": [""],
    });
    let mut resources = vec![resource("compilation", entries, |out| compilation_csv::write(compilation, out))?];
    if with_changes {
        let changes = json!({
            "fields": changes::COLUMNS.iter().map(|name| change_field(name)).collect::<Vec<_>>(),
            "missingValues": [""],
        });
        resources.push(resource("changes", changes, |out| changes::write(compilation, out))?);
    }
    let mut package = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "compilation",
        "title": plain(if compilation.title.trim().is_empty() { "Compilation" } else { &compilation.title }),
        "description": "Resources of a curated list with what was found about each of them. Cells that a spreadsheet would \
                        take for a formula begin with an apostrophe.",
        "resources": resources,
    });
    if let (Some(checked), Some(fields)) = (compilation.checked, package.as_object_mut()) {
        fields.insert("created".to_owned(), json!(words::instant(checked)));
    }
    serde_json::to_writer_pretty(&mut *out, &package)?;
    out.write_all(b"\n")
}

/// One table, with size and hash of its file.
fn resource(name: &str, schema: Value, write: impl Fn(&mut dyn io::Write) -> io::Result<()>) -> io::Result<Value> {
    let mut table = Digest { hash: Sha256::new(), bytes: 0 };
    write(&mut table)?;
    Ok(json!({
        "name": name,
        "type": "table",
        "path": format!("{name}.csv"),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": table.bytes,
        "hash": format!("sha256:{}", table.hex()),
        "dialect": { "header": true, "delimiter": ",", "lineTerminator": "\r\n", "quoteChar": "\"", "doubleQuote": true },
        "schema": schema,
    }))
}

/// A column of the table of changes.
fn change_field(name: &str) -> Value {
    let (kind, about) = match name {
        "change" => ("string", "What happened"),
        "before" => ("string", "How it was"),
        "now" => ("string", "How it is"),
        "line" => ("integer", "Line of the first mention in its list"),
        "since" => ("date", "When the compilation before was made"),
        _ => return field(name),
    };
    let mut field = json!({ "name": name, "type": kind, "description": about });
    if name == "change" {
        let kinds: Vec<&str> = changes::KINDS.iter().map(|(kind, _)| *kind).collect();
        field["constraints"] = json!({ "enum": kinds });
    }
    field
}

fn field(name: &str) -> Value {
    let (kind, description) =
        TYPED.iter().find(|(typed, ..)| *typed == name).map_or(("string", ""), |row| (row.1, row.2));
    let mut field = json!({ "name": name, "type": kind });
    let about = match (description, name.strip_suffix("_source"), name.strip_prefix("list_")) {
        ("", Some(of), _) => format!("Where the value of `{of}` was found"),
        ("", _, Some(column)) => format!("Column `{column}` of the list"),
        (text, ..) => text.to_owned(),
    };
    if let (false, Some(fields)) = (about.is_empty(), field.as_object_mut()) {
        fields.insert("description".to_owned(), json!(about));
    }
    if let ("verdict", Some(fields)) = (name, field.as_object_mut()) {
        fields.insert("constraints".to_owned(), json!({ "enum": State::ALL.map(State::as_str) }));
    }
    field
}

/// A writer that keeps only size and hash.
struct Digest {
    hash: Sha256,
    bytes: u64,
}

impl Digest {
    fn hex(self) -> String {
        self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl io::Write for Digest {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
