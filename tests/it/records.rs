//! What the extractor reads out of pages and files whose records are known: all of it, and nothing else.

mod files;
mod pdfs;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use jiff::civil::date;
use perennial::extract::{Document, scan};
use perennial::model::exchange::Headers;
use serde_json::{Map, Value};
use url::Url;

/// A record as the tests write it: field, text; lists joined by `; `.
pub type Fields = BTreeMap<String, String>;

/// Reads a document as a run would and flattens its record. Types that say nothing more than "a page" are left out.
pub fn record(url: &str, content_type: &str, headers: &[(&str, &str)], bytes: &[u8]) -> Fields {
    let url = Url::parse(url).expect("an address");
    let headers: Headers = headers.iter().copied().collect();
    let document =
        Document { url: &url, content_type: Some(content_type), headers: Some(&headers), bytes, fragments: &[] };
    let metadata = scan(&document).metadata(Some(date(2026, 6, 1)));
    let value = serde_json::to_value(&metadata).expect("a record is plain data");
    let mut fields = Fields::new();
    for (name, field) in value.as_object().unwrap_or(&Map::new()) {
        let name = if name == "kind" { "type" } else { name };
        match &field["value"] {
            Value::Null => {}
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(name_of).collect();
                fields.insert(name.to_owned(), items.join("; "));
            }
            value => {
                fields.insert(name.to_owned(), name_of(value));
            }
        }
    }
    fields.retain(|name, value| name != "type" || !matches!(value.as_str(), "webpage" | "document"));
    fields
}

fn name_of(value: &Value) -> String {
    let text = |name: &str| value[name].as_str().unwrap_or_default();
    match value {
        Value::String(text) => text.clone(),
        Value::Object(name) if name.contains_key("literal") => text("literal").to_owned(),
        Value::Object(_) => format!("{} {}", text("given"), text("family")).trim().to_owned(),
        other => other.to_string(),
    }
}

/// Fields of all records: how many are as they should be, how many there are, and what is wrong.
#[derive(Default)]
pub struct Score {
    fields: BTreeMap<String, (usize, usize)>,
    wrong: String,
    records: usize,
}

impl Score {
    /// Compares a record with the one that is known.
    pub fn count(&mut self, name: &str, known: &Fields, read: &Fields) {
        self.records += 1;
        let mut names: Vec<&String> = known.keys().chain(read.keys()).collect();
        names.sort();
        names.dedup();
        for field in names {
            let (want, got) = (known.get(field), read.get(field));
            let (right, all) = self.fields.entry(field.clone()).or_default();
            *all += 1;
            *right += usize::from(want == got);
            if want != got {
                let _ = writeln!(self.wrong, "{name}: {field}\n  known: {want:?}\n  read:  {got:?}");
            }
        }
    }

    /// Prints a line for each field, and fails when one is wrong.
    #[expect(clippy::print_stdout, reason = "the table is what the test is run for by hand")]
    pub fn settle(self, what: &str, least: usize) {
        println!("{what}: {} records", self.records);
        for (field, (right, all)) in &self.fields {
            println!("{field:<14} {right:>4} of {all:>4}");
        }
        assert!(self.wrong.is_empty(), "{}", self.wrong);
        assert!(self.records >= least, "only {} records", self.records);
    }
}

/// A page of the corpus: its name, what stands above it, its bytes.
struct Page {
    name: String,
    known: Fields,
    bytes: Vec<u8>,
}

/// Splits a file of the corpus into its pages.
fn pages(text: &str) -> Vec<Page> {
    let blocks = text.split("\n=== ").skip(1);
    blocks
        .map(|block| {
            let (head, body) = block.split_once("\n---\n").expect("a head and a page");
            let (name, lines) = head.split_once('\n').expect("a name and its record");
            let fields = lines.lines().map(|line| line.split_once(": ").expect("a field and its value"));
            let known: Fields = fields.map(|(field, value)| (field.to_owned(), value.to_owned())).collect();
            let charset = known.get("charset").map_or("utf-8", String::as_str);
            let encoding = encoding_rs::Encoding::for_label(charset.as_bytes()).expect("a charset of the web");
            let (bytes, _, lost) = encoding.encode(body);
            assert!(!lost, "{name}: {charset} has no such characters");
            Page { name: name.to_owned(), known, bytes: bytes.into_owned() }
        })
        .collect()
}

#[test]
fn pages_of_many_kinds_give_the_records_they_hold() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/records");
    let mut score = Score::default();
    for file in ["publishers", "news", "systems", "institutions", "languages", "bylines", "titles", "days", "traps"] {
        let text = std::fs::read_to_string(folder.join(file).with_extension("txt")).expect("a file of the corpus");
        for mut page in pages(&text) {
            page.known.remove("charset");
            let url = page.known.remove("url").expect("an address");
            let mut read = record(&url, "text/html", &[], &page.bytes);
            // An address of its own and a picture are resolved elsewhere.
            read.retain(|field, _| !matches!(field.as_str(), "canonical_url" | "image"));
            page.known.retain(|field, value| field != "type" || value != "webpage");
            score.count(&page.name, &page.known, &read);
        }
    }
    score.settle("pages", 60);
}
