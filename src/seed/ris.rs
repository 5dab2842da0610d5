//! RIS: `TY  - `, fields, `ER  - `.

use std::ops::Range;
use std::sync::Arc;

use super::bibtex::doi_address;
use super::delimited::addresses_in;
use super::resolve::{Resolver, Verdict};
use super::sink::{Found, Sink};
use super::words;

/// One record while it is read.
#[derive(Default)]
struct Record {
    addresses: Vec<(String, Range<usize>)>,
    doi: Option<(String, Range<usize>)>,
    title: Option<String>,
    note: Option<String>,
    summary: Option<String>,
    /// What it says of the resource itself, under the names that tables use.
    facts: Vec<(String, String)>,
}

/// Reads a file of references.
pub(super) fn read(text: &str, resolver: &Resolver, sink: &mut Sink<'_>) {
    let nowhere: Arc<[String]> = Arc::from(Vec::new());
    let mut record = Record::default();
    let mut tag = String::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let content = line.trim_start_matches('\u{FEFF}');
        match field(content) {
            Some((name, value)) => {
                tag = name.to_owned();
                if matches!(name, "TY" | "ER") {
                    hand_over(std::mem::take(&mut record), &nowhere, resolver, sink);
                    continue;
                }
                let at = start + (value.as_ptr() as usize - line.as_ptr() as usize);
                keep(&mut record, name, value, at);
            }
            // A value may go on in the next line.
            None => continue_value(&mut record, &tag, content),
        }
    }
    hand_over(record, &nowhere, resolver, sink);
}

/// The tag and value of a line.
fn field(line: &str) -> Option<(&str, &str)> {
    let bytes = line.as_bytes();
    let tagged = bytes.len() >= 5
        && bytes[0].is_ascii_uppercase()
        && (bytes[1].is_ascii_uppercase() || bytes[1].is_ascii_digit())
        && bytes[2] == b' ';
    let rest = line.get(2..).filter(|_| tagged)?.trim_start_matches(' ').strip_prefix('-')?;
    Some((&line[..2], rest.trim()))
}

fn keep(record: &mut Record, name: &str, value: &str, at: usize) {
    let text = || words::some_text(value);
    match name {
        // Programs write all addresses of a record into one field.
        "UR" | "L2" | "LK" if record.addresses.is_empty() => {
            let found = addresses_in(value, at..at + value.len());
            record.addresses = found.map(|(href, span)| (href.to_owned(), span)).collect();
        }
        "DO" if record.doi.is_none() => record.doi = doi_address(value).map(|href| (href, at..at + value.len())),
        "TI" | "T1" => record.title = record.title.take().or_else(text),
        "N1" => record.note = record.note.take().or_else(text),
        "AB" | "N2" => record.summary = record.summary.take().or_else(text),
        _ => {}
    }
    if let (Some((_, fact)), Some(text)) = (FACTS.iter().find(|(tags, _)| tags.contains(&name)), text()) {
        add(record, fact, if *fact == "published" { date(&text) } else { text });
    }
}

/// Adds a fact; names and keywords stand on a line each, of everything else the first counts.
fn add(record: &mut Record, fact: &str, text: String) {
    match record.facts.iter_mut().find(|(name, _)| name == fact) {
        Some((_, value)) if matches!(fact, "author" | "editor" | "keywords") => {
            value.push_str("; ");
            value.push_str(&text);
        }
        Some((_, value)) if fact == "pages" => {
            value.push('-');
            value.push_str(&text);
        }
        Some(_) => {}
        None => record.facts.push((fact.to_owned(), text)),
    }
}

/// `2021/05//` as `2021-05`.
fn date(text: &str) -> String {
    text.split('/').take(3).take_while(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// Tags that tell something of the resource itself.
const FACTS: &[(&[&str], &str)] = &[
    (&["AU", "A1"], "author"),
    (&["ED", "A2"], "editor"),
    (&["DA", "PY", "Y1"], "published"),
    (&["T2", "JO", "JF"], "container"),
    (&["PB"], "publisher"),
    (&["CY", "PP"], "publisher place"),
    (&["T3"], "series"),
    (&["ET"], "edition"),
    (&["VL"], "volume"),
    (&["IS"], "issue"),
    (&["SP", "EP"], "pages"),
    (&["DO"], "doi"),
    (&["LA"], "language"),
    (&["KW"], "keywords"),
];

fn continue_value(record: &mut Record, tag: &str, line: &str) {
    let value = match tag {
        "TI" | "T1" => &mut record.title,
        "N1" => &mut record.note,
        "AB" | "N2" => &mut record.summary,
        _ => return,
    };
    if let (Some(value), Some(more)) = (value, words::some_text(line)) {
        value.push(' ');
        value.push_str(&more);
    }
}

fn hand_over(mut record: Record, nowhere: &Arc<[String]>, resolver: &Resolver, sink: &mut Sink<'_>) {
    for (_, names) in record.facts.iter_mut().filter(|(fact, _)| matches!(fact.as_str(), "author" | "editor")) {
        if !names.contains(';') {
            *names = words::listed_names(std::slice::from_ref(names));
        }
    }
    if record.addresses.is_empty() {
        record.addresses.extend(record.doi);
    }
    let annotation = record.note.or(record.summary);
    for (href, span) in record.addresses {
        let resolve = (!href.contains("://")).then(|| format!("http://{href}"));
        let Verdict::Listed(target) = resolver.resolve(resolve.as_deref().unwrap_or(&href)) else { continue };
        sink.link(Found {
            href: &href,
            target,
            title: record.title.clone(),
            annotation: annotation.clone(),
            section: Arc::clone(nowhere),
            parent: None,
            at: span.start,
            span,
            fields: record.facts.clone(),
        });
    }
}
