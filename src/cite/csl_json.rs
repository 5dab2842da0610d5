//! CSL-JSON: the form that citation processors read, by the schema of CSL 1.0.2 (no property beyond it).

use std::borrow::Borrow;
use std::io;

use serde_json::{Map, Value, json};

use super::Citation;
use crate::model::PartialDate;
use crate::model::metadata::Name;

/// Writes citations as one array.
///
/// # Errors
/// Those of the writer.
pub fn write(citations: impl IntoIterator<Item: Borrow<Citation>>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut separator = "[\n";
    for citation in citations {
        out.write_all(separator.as_bytes())?;
        serde_json::to_writer(&mut *out, &item(citation.borrow()))?;
        separator = ",\n";
    }
    out.write_all(if separator == "[\n" { b"[]\n" } else { b"\n]\n" })
}

/// One citation as a CSL item.
pub fn item(citation: &Citation) -> Value {
    let mut item = Map::new();
    item.insert("id".to_owned(), json!(citation.key));
    item.insert("type".to_owned(), json!(citation.kind.csl()));
    item.insert("title".to_owned(), json!(citation.title));
    if !citation.authors.is_empty() {
        item.insert("author".to_owned(), citation.authors.iter().map(name).collect());
    }
    let texts = [
        ("container-title", &citation.container),
        ("publisher", &citation.publisher),
        ("volume", &citation.volume),
        ("issue", &citation.issue),
        ("page", &citation.pages),
        ("URL", &citation.url),
        ("DOI", &citation.doi),
        ("ISBN", &citation.isbn),
        ("ISSN", &citation.issn),
        ("language", &citation.language),
        ("abstract", &citation.summary),
        ("dimensions", &citation.duration),
    ];
    for (variable, text) in texts {
        if let Some(text) = text {
            item.insert(variable.to_owned(), json!(text));
        }
    }
    if let Some(pages) = citation.page_count {
        item.insert("number-of-pages".to_owned(), json!(pages));
    }
    if let Some(arxiv) = &citation.arxiv {
        item.insert("archive".to_owned(), json!("arXiv"));
        item.insert("archive_location".to_owned(), json!(arxiv));
    }
    if !citation.keywords.is_empty() {
        item.insert("keyword".to_owned(), json!(citation.keywords.join(", ")));
    }
    for (variable, value) in [("issued", citation.issued), ("accessed", citation.accessed)] {
        if let Some(value) = value {
            item.insert(variable.to_owned(), date(value));
        }
    }
    let said = citation.annotation.iter().map(|text| text.trim_end_matches('.').to_owned());
    let note: Vec<_> = said.chain(citation.remarks()).collect();
    if !note.is_empty() {
        item.insert("note".to_owned(), json!(note.join(". ")));
    }
    Value::Object(item)
}

fn name(name: &Name) -> Value {
    match name {
        Name::Person { family, given } if given.is_empty() => json!({ "family": family }),
        Name::Person { family, given } => json!({ "family": family, "given": given }),
        Name::Literal { literal } => json!({ "literal": literal }),
    }
}

fn date(date: PartialDate) -> Value {
    json!({ "date-parts": [date.parts()] })
}
