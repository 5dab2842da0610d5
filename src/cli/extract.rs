//! `perennial extract`: what the metadata extractor sees in one saved document.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};
use url::Url;

use super::args::OutputFormat;
use super::context::Context;
use super::error::CliError;
use super::exit::Exit;
use super::input;
use crate::extract::{Document, Record, scan};
use crate::model::metadata::{Field, Name};

const EXAMPLES: &str = "\
Examples:
  perennial extract --url https://example.org/report saved.html
  perennial extract --content-type application/pdf paper.bin
  curl -s https://example.org/report | perennial extract --url https://example.org/report -";

/// The largest document that is read.
const MAX_BYTES: u64 = 64 << 20;

/// What `perennial extract` was asked to read.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Address of the document, against which its relative links are resolved
    #[arg(long, value_name = "URL")]
    url: Option<Url>,
    /// Media type as the server would send it, such as text/html; charset=utf-8
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// Saved document; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Prints the record.
///
/// # Errors
/// When the document cannot be read, or standard output cannot be written.
pub fn run(args: &Args, context: &mut Context) -> Result<Exit, CliError> {
    let bytes = read(&args.file)?;
    let url = address(args)?;
    let document = Document {
        url: &url,
        content_type: args.content_type.as_deref(),
        headers: None,
        bytes: &bytes,
        fragments: &[],
    };
    let today = context.now.to_zoned(TimeZone::UTC).date();
    let value = shape(&scan(&document).record(Some(today)));
    let text = match context.format {
        OutputFormat::Jsonl => serde_json::to_string(&value),
        _ => serde_json::to_string_pretty(&value),
    };
    let text = text.map_err(|error| CliError::bug("cannot write JSON").because(error))?;
    context.console.print(&text)?;
    Ok(Exit::Clean)
}

fn read(file: &Path) -> Result<Vec<u8>, CliError> {
    input::read(input::named(file), MAX_BYTES).map_err(|error| {
        CliError::failure(format!("cannot read {}", file.display()))
            .because(error)
            .help("give the path of a saved document that may be read, or `-` for standard input")
    })
}

/// The address given, or one that has only the file's name.
fn address(args: &Args) -> Result<Url, CliError> {
    if let Some(url) = &args.url {
        return Ok(url.clone());
    }
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let mut url = Url::parse("file:///").map_err(|error| CliError::bug("cannot name the file").because(error))?;
    url.set_path(&name);
    Ok(url)
}

/// One object: the fields, absent ones null, and where each comes from and what lost.
fn shape(record: &Record) -> Value {
    let metadata = &record.metadata;
    let mut object = Map::new();
    let mut provenance = Map::new();
    let mut add = |name: &str, value: Value, source: Option<(&str, Option<&str>)>| {
        object.insert(name.to_owned(), value);
        let losers: Vec<Value> = record
            .losers
            .iter()
            .filter(|loser| loser.field == name)
            .map(|loser| json!({"source": loser.source, "raw": loser.raw}))
            .collect();
        if source.is_some() || !losers.is_empty() {
            let shown = match &object[name] {
                Value::String(text) => text.clone(),
                Value::Array(items) => items.first().and_then(Value::as_str).unwrap_or_default().to_owned(),
                other => other.to_string(),
            };
            let confidence = source.map(|(source, _)| record.confidence(name, source, &shown).as_str());
            let (source, raw) = source.unzip();
            let origin = json!({"source": source, "raw": raw.flatten(), "confidence": confidence, "losers": losers});
            provenance.insert(name.to_owned(), origin);
        }
    };
    let authors = metadata.authors.as_ref();
    let editors = metadata.editors.as_ref();
    let display = |field: &Field<Vec<Name>>| field.value.iter().map(Name::display).collect::<Vec<_>>();
    let names = authors.map(display);
    add("title", text(&metadata.title), origin(&metadata.title));
    add("authors", json!(names), authors.map(|field| (field.source.as_str(), field.raw.as_deref())));
    let edited = editors.map(|field| (field.source.as_str(), field.raw.as_deref()));
    add("editors", json!(editors.map(display)), edited);
    for (name, field) in [
        ("site_name", &metadata.site_name),
        ("publisher", &metadata.publisher),
        ("published", &metadata.published),
        ("modified", &metadata.modified),
        ("language", &metadata.language),
        ("description", &metadata.description),
        ("type", &metadata.kind),
        ("licence", &metadata.licence),
        ("doi", &metadata.doi),
        ("isbn", &metadata.isbn),
        ("issn", &metadata.issn),
        ("arxiv", &metadata.arxiv),
        ("canonical_url", &metadata.canonical_url),
        ("image", &metadata.image),
        ("container", &metadata.container),
        ("series", &metadata.series),
        ("volume", &metadata.volume),
        ("issue", &metadata.issue),
        ("pages", &metadata.pages),
        ("duration", &metadata.duration),
    ] {
        add(name, text(field), origin(field));
    }
    let keywords = metadata.keywords.as_ref();
    add(
        "keywords",
        json!(keywords.map(|field| &field.value)),
        keywords.map(|field| (field.source.as_str(), field.raw.as_deref())),
    );
    let pages = metadata.page_count.as_ref();
    add(
        "page_count",
        json!(pages.map(|field| field.value)),
        pages.map(|field| (field.source.as_str(), field.raw.as_deref())),
    );
    object.insert("provenance".to_owned(), Value::Object(provenance));
    Value::Object(object)
}

fn text(field: &Option<Field<String>>) -> Value {
    json!(field.as_ref().map(|field| &field.value))
}

fn origin(field: &Option<Field<String>>) -> Option<(&str, Option<&str>)> {
    field.as_ref().map(|field| (field.source.as_str(), field.raw.as_deref()))
}
