//! JSON and JSON lines: objects with an address, the lists they stand in, and bibliographies in CSL-JSON.

mod facts;
mod loose;
mod value;

use std::sync::Arc;

use self::facts::{facts, untagged};
use self::value::Parser;
pub(super) use self::value::Value;
use super::columns;
use super::delimited::is_address;
use super::resolve::{Resolver, Verdict};
use super::sink::{Found, Sink};
use super::words;

/// What encloses a value.
#[derive(Clone)]
struct Around {
    section: Arc<[String]>,
    parent: Option<String>,
}

/// Reads all values of a text.
pub(super) fn read(text: &str, resolver: &Resolver, sink: &mut Sink<'_>) {
    let mut parser = Parser::new(text);
    let top = Around { section: Arc::from(Vec::new()), parent: None };
    let mut elements = false;
    loop {
        // The elements of a list at the top are read one by one, so that a long list needs no memory.
        if !elements && parser.enter_list() {
            elements = true;
            continue;
        }
        if elements && parser.leave_list() {
            elements = false;
            continue;
        }
        let start = parser.offset();
        match parser.value() {
            Some(value) => hand_over(&value, &top, elements, resolver, sink),
            None if parser.is_at_end() => break,
            None => {
                sink.notice(parser.offset(), "no valid JSON; reading goes on behind it");
                parser.skip_line(start);
            }
        }
    }
    if parser.was_cut() {
        sink.notice_about("the JSON ends too early or nests too deeply; what could be read was read");
    }
}

/// Bytes by which a text is told to be JSON.
const SAMPLE: usize = 64 << 10;

/// Whether a text is JSON or JSON lines as far as its beginning tells: a value that holds something, and nothing foreign
/// behind it.
pub(super) fn is_whole(text: &str) -> bool {
    let mut end = text.len().min(SAMPLE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let sample = &text[..end];
    let mut parser = Parser::new(sample);
    let is_object = match parser.value() {
        Some(Value::Object(members)) if !members.is_empty() => true,
        Some(Value::List(values)) if !values.is_empty() => false,
        _ => return false,
    };
    if parser.was_cut() {
        return sample.len() < text.len();
    }
    parser.is_at_end() || is_object && sample[parser.offset()..].starts_with('{')
}

fn hand_over(value: &Value<'_>, around: &Around, in_list: bool, resolver: &Resolver, sink: &mut Sink<'_>) {
    let mut records = Vec::new();
    if let (Value::Text { text, span }, true) = (value, in_list) {
        // A list of nothing but addresses.
        if is_address(text.trim()) {
            records.push(record(text.trim(), span.clone(), around));
        }
    }
    collect(value, around, &mut records);
    emit(records, resolver, sink);
}

/// Hands over the addresses of a value whose keys may be called anything.
pub(super) fn hand_over_loosely(value: &Value<'_>, resolver: &Resolver, sink: &mut Sink<'_>) {
    let mut records = Vec::new();
    loose::collect(value, "", &Around { section: Arc::from(Vec::new()), parent: None }, &mut records);
    emit(records, resolver, sink);
}

fn emit(mut records: Vec<Record>, resolver: &Resolver, sink: &mut Sink<'_>) {
    records.sort_by_key(|record| record.span.start);
    for record in records {
        let resolved = without_scheme(&record.href).then(|| format!("http://{}", record.href));
        let Verdict::Listed(target) = resolver.resolve(resolved.as_deref().unwrap_or(&record.href)) else { continue };
        sink.link(Found {
            href: &record.href,
            target,
            title: record.title,
            annotation: record.annotation,
            section: record.section,
            parent: record.parent,
            at: record.span.start,
            span: record.span,
            fields: record.fields,
        });
    }
}

fn without_scheme(href: &str) -> bool {
    !href.contains("://") && !href.starts_with("//")
}

struct Record {
    href: String,
    span: std::ops::Range<usize>,
    title: Option<String>,
    annotation: Option<String>,
    section: Arc<[String]>,
    parent: Option<String>,
    /// What an item of a bibliography says of the resource itself.
    fields: Vec<(String, String)>,
}

fn record(href: &str, span: std::ops::Range<usize>, around: &Around) -> Record {
    Record {
        href: href.to_owned(),
        span,
        title: None,
        annotation: None,
        section: Arc::clone(&around.section),
        parent: around.parent.clone(),
        fields: Vec::new(),
    }
}

/// The records in a value. The depth of values is bounded by the parser.
fn collect(value: &Value<'_>, around: &Around, records: &mut Vec<Record>) {
    match value {
        Value::List(values) => values.iter().for_each(|value| collect(value, around, records)),
        Value::Object(members) => collect_object(members, around, records),
        Value::Text { .. } | Value::Other(_) => {}
    }
}

type Members<'a> = [(std::borrow::Cow<'a, str>, Value<'a>)];

/// The text of the first of some keys that holds one.
fn text_of(members: &Members<'_>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        let (_, value) =
            members.iter().find(|(key, value)| key.eq_ignore_ascii_case(name) && value.text().is_some())?;
        value.text().and_then(words::some_text)
    })
}

fn collect_object(members: &Members<'_>, around: &Around, records: &mut Vec<Record>) {
    let text = |names: &[&str]| text_of(members, names);
    let bibliographic = is_bibliographic(members);
    let mut inner = around.clone();
    let title = text(columns::TITLE).map(|title| if bibliographic { untagged(&title) } else { title });
    match address(members, bibliographic) {
        Some((href, span)) => {
            let mut found = record(&href, span, around);
            found.annotation = text(columns::ANNOTATION).or_else(|| text(&["annote"]));
            if let Some(own) = text(columns::SECTION).filter(|_| !bibliographic) {
                let own = own.split(" > ").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned);
                found.section = around.section.iter().cloned().chain(own).collect();
                inner.section = Arc::clone(&found.section);
            }
            found.title.clone_from(&title);
            if bibliographic {
                found.fields = facts(members);
            }
            records.push(found);
            inner.parent = title;
        }
        None => {
            let holds_list = members.iter().any(|(_, value)| matches!(value, Value::List(_)));
            if let Some(name) = text(&["title", "name"]).filter(|_| holds_list) {
                inner.section = around.section.iter().cloned().chain([name]).collect();
            }
        }
    }
    for (_, value) in members {
        collect(value, &inner, records);
    }
}

/// The address of an object: of the first key that is named like one and holds one.
fn address(members: &Members<'_>, bibliographic: bool) -> Option<(String, std::ops::Range<usize>)> {
    let named = columns::ADDRESS.iter().find_map(|name| {
        members.iter().find_map(|(key, value)| match value {
            Value::Text { text, span } if key.eq_ignore_ascii_case(name) => {
                let href = text.trim();
                is_address(href).then(|| {
                    let before = text.len() - text.trim_start().len();
                    (href.to_owned(), span.start + before..span.end)
                })
            }
            _ => None,
        })
    });
    named.or_else(|| {
        let (_, value) = members.iter().find(|(key, _)| bibliographic && key.eq_ignore_ascii_case("doi"))?;
        let Value::Text { text, span } = value else { return None };
        super::bibtex::doi_address(text).map(|href| (href, span.clone()))
    })
}

/// Whether an object is an item of CSL-JSON.
fn is_bibliographic(members: &Members<'_>) -> bool {
    let has = |name: &str| members.iter().any(|(key, _)| key == name);
    has("type")
        && ["issued", "author", "container-title", "citation-key", "DOI", "accessed", "publisher"]
            .iter()
            .any(|name| has(name))
}
