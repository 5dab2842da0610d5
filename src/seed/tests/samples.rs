use std::path::{Path, PathBuf};

use serde_json::Value;

use super::read_as;
use crate::model::link::Link;

const FIELDS: &[&str] = &["href", "url", "title", "annotation", "section", "parent_title", "line", "column"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples")
}

/// Texts as they are compared: without case, kinds of quotes and dashes, and punctuation at the ends.
fn comparable(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            let text: String = text
                .to_lowercase()
                .chars()
                .map(|c| match c {
                    '“' | '”' | '„' | '«' | '»' => '"',
                    '‘' | '’' | '‚' => '\'',
                    '\u{2010}'..='\u{2015}' => '-',
                    other => other,
                })
                .collect();
            let ends = |c: char| c.is_ascii_punctuation() || c.is_whitespace();
            Value::String(text.trim_matches(ends).to_owned())
        }
        Value::Array(parts) => Value::Array(parts.iter().map(comparable).collect()),
        other => other.clone(),
    }
}

fn record(link: &Link) -> Value {
    serde_json::json!({
        "href": link.href,
        "url": link.url().map(url::Url::as_str),
        "title": link.title,
        "annotation": link.annotation,
        "section": link.section.to_vec(),
        "parent_title": link.parent_title,
        "line": link.position.line,
        "column": link.position.column,
    })
}

#[derive(Default)]
struct Score {
    expected: usize,
    found: usize,
    right: usize,
    fields: [usize; 8],
}

impl Score {
    fn add(&mut self, other: &Score) {
        self.expected += other.expected;
        self.found += other.found;
        self.right += other.right;
        self.fields.iter_mut().zip(other.fields).for_each(|(sum, more)| *sum += more);
    }

    /// A line of the table: shares under their headings.
    fn row(&self, name: &str) -> String {
        let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        let (precision, recall) = (share(self.right, self.found), share(self.right, self.expected));
        let mut row = format!("\n{name:<24} {precision:>9.3} {recall:>6.3}");
        for (field, right) in FIELDS.iter().zip(self.fields) {
            row.push_str(&format!(" {:>width$.3}", share(right, self.right), width = field.len().max(5)));
        }
        row
    }
}

/// Reads one sample and compares it record by record.
fn compare(name: &str, base: &str, score: &mut Score) -> Vec<String> {
    let bytes = std::fs::read(folder().join(name)).expect("a sample");
    let expected = std::fs::read_to_string(folder().join(format!("{name}.expected.jsonl"))).expect("its records");
    let expected: Vec<Value> = expected.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let (links, _) = read_as(&bytes, name, None, base);
    let found: Vec<Value> = links.iter().map(record).collect();
    score.expected += expected.len();
    score.found += found.len();
    let mut wrong = Vec::new();
    for want in &expected {
        let Some(got) = found.iter().find(|got| got["url"] == want["url"] && got["line"] == want["line"]) else {
            wrong.push(format!("{name}: missing {want}"));
            continue;
        };
        score.right += 1;
        for (index, field) in FIELDS.iter().enumerate() {
            if comparable(&got[field]) == comparable(&want[field]) {
                score.fields[index] += 1;
            } else {
                wrong.push(format!("{name}:{}: {field} is {}, not {}", want["line"], got[field], want[field]));
            }
        }
    }
    for got in &found {
        if !expected.iter().any(|want| got["url"] == want["url"] && got["line"] == want["line"]) {
            wrong.push(format!("{name}: not listed: {got}"));
        }
    }
    wrong
}

#[test]
fn the_samples_are_read_field_by_field() {
    let index = std::fs::read_to_string(folder().join("index.jsonl")).expect("the index");
    let mut table = format!("{:<24} precision recall", "");
    FIELDS.iter().for_each(|field| table.push_str(&format!(" {field:>5}")));
    let mut all = Score::default();
    let mut wrong = Vec::new();
    for line in index.lines() {
        let entry: Value = serde_json::from_str(line).expect("JSON");
        let name = entry["doc"].as_str().expect("a name");
        let mut score = Score::default();
        wrong.extend(compare(name, entry["base_url"].as_str().expect("a base"), &mut score));
        table.push_str(&score.row(name));
        all.add(&score);
    }
    table.push_str(&all.row("all"));
    println!("{table}");
    assert!(wrong.is_empty(), "{table}\n{}", wrong.join("\n"));
}

#[test]
fn a_page_shown_and_written_gives_one_list() {
    let index = std::fs::read_to_string(folder().join("index.jsonl")).expect("the index");
    let entry: Value = index
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"))
        .find(|entry| entry["doc"] == "resources-page.html")
        .expect("the page");
    let base = entry["base_url"].as_str().expect("a base");
    let read = |name: &str| read_as(&std::fs::read(folder().join(name)).expect("a sample"), name, None, base).0;
    let (shown, written) = (read("resources-page.html"), read("resources-page.wiki"));
    let said = |link: &Link| {
        let address = link.url().map(|url| url.as_str().split_once("://").map_or("", |(_, rest)| rest).to_owned());
        let texts = [&link.title, &link.annotation, &link.parent_title];
        let texts = texts.map(|text| comparable(&Value::from(text.clone())));
        (address, texts, comparable(&Value::from(link.section.to_vec())))
    };
    assert_eq!(shown.len(), 15);
    assert_eq!(shown.iter().map(said).collect::<Vec<_>>(), written.iter().map(said).collect::<Vec<_>>());
    let text = std::fs::read_to_string(folder().join("resources-page.wiki")).expect("a sample");
    let places: Vec<usize> = written.iter().map(|link| link.position.line).collect();
    let paired = crate::wiki::pair(shown, written, &text);
    assert_eq!((paired.made, paired.hidden), (0, Vec::new()));
    assert_eq!(paired.links.iter().map(|link| link.position.line).collect::<Vec<_>>(), places);
}
