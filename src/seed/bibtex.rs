//! BibTeX and BibLaTeX.

mod addresses;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::resolve::{Resolver, Verdict};
use super::sink::{Found, Sink};
use super::tex;
use super::words;
use crate::model::names_a_group;
use addresses::addresses;
pub(super) use addresses::doi_address;

/// Entries that are no records.
const NO_RECORDS: &[&str] = &["comment", "preamble", "string"];

/// Fields with what is said about the resource; the first that exists counts.
const ANNOTATIONS: &[&str] = &["annote", "annotation", "note", "abstract"];

/// What is told of a resource beside title and annotation, and the fields that tell it, the better one first.
const FACTS: &[(&str, &[&str])] = &[
    ("author", &["author"]),
    ("editor", &["editor"]),
    ("published", &["date", "year"]),
    ("journal", &["journaltitle", "journal", "booktitle"]),
    ("publisher", &["publisher", "institution", "school"]),
    ("publisher place", &["location", "address"]),
    ("series", &["series"]),
    ("edition", &["edition"]),
    ("volume", &["volume"]),
    ("issue", &["number", "issue"]),
    ("pages", &["pages"]),
    ("doi", &["doi"]),
    ("isbn", &["isbn"]),
    ("issn", &["issn"]),
    ("keywords", &["keywords"]),
];

/// Entry types, and the types of the Citation Style Language they stand for; a page of the web is anything.
const TYPES: &[(&str, &str)] = &[
    ("article", "article-journal"),
    ("book", "book"),
    ("dataset", "dataset"),
    ("inbook", "chapter"),
    ("incollection", "chapter"),
    ("conference", "paper-conference"),
    ("inproceedings", "paper-conference"),
    ("mastersthesis", "thesis"),
    ("phdthesis", "thesis"),
    ("report", "report"),
    ("software", "software"),
    ("techreport", "report"),
    ("thesis", "thesis"),
];

/// Bytes of what macros stand for in one value; a name beyond them stays as it is written.
const MAX_EXPANDED: usize = 64 * 1024;

/// So many times its own length a bibliography may grow by its macros, and by one such value whatever its length.
const MAX_GROWTH: usize = 8;

/// A field: its value as written without the outer braces, and where it stands.
struct Value<'a> {
    text: Cow<'a, str>,
    span: Range<usize>,
}

/// Reads a bibliography.
pub(super) fn read(text: &str, resolver: &Resolver, sink: &mut Sink<'_>) {
    let mut parser = Parser::new(text);
    let nowhere: Arc<[String]> = Arc::from(Vec::new());
    while let Some((kind, start)) = parser.next_entry() {
        if kind == "string" {
            parser.define_macro();
            continue;
        }
        if NO_RECORDS.contains(&kind.as_str()) {
            parser.skip_group();
            continue;
        }
        let Some(fields) = parser.fields() else {
            sink.notice(start, format!("@{kind} is not finished; reading goes on behind it"));
            continue;
        };
        hand_over(&kind, &fields, &nowhere, resolver, sink);
    }
}

fn hand_over(
    kind: &str,
    fields: &[(String, Value<'_>)],
    nowhere: &Arc<[String]>,
    resolver: &Resolver,
    sink: &mut Sink<'_>,
) {
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    let found = addresses(&field);
    let Some((first, _, span)) = found.first() else { return };
    let text = |value: &Value<'_>| words::some_text(&tex::decode(&value.text));
    let annotation = ANNOTATIONS.iter().find_map(|name| {
        let value = field(name)?;
        // A note that only repeats the address says nothing.
        let only_address = *name == "note" && span.start >= value.span.start && span.end <= value.span.end;
        if only_address && field("url").is_none() { None } else { text(value) }.filter(|text| text != first)
    });
    for (href, resolve, span) in &found {
        let Verdict::Listed(target) = resolver.resolve(resolve.as_deref().unwrap_or(href)) else { continue };
        sink.link(Found {
            href,
            target,
            title: field("title").and_then(text),
            annotation: annotation.clone(),
            section: Arc::clone(nowhere),
            parent: None,
            at: span.start,
            span: span.clone(),
            fields: facts(kind, &field),
        });
    }
}

/// What the entry says of the resource itself, under the names that tables use.
fn facts<'f, 'a: 'f>(kind: &str, field: &impl Fn(&str) -> Option<&'f Value<'a>>) -> Vec<(String, String)> {
    let kind = TYPES.iter().find(|(entry, _)| *entry == kind).map(|(_, csl)| ("type", (*csl).to_owned()));
    let texts = FACTS.iter().filter_map(|(name, keys)| {
        let value = keys.iter().find_map(|key| field(key))?;
        let text = match *name {
            "published" => published(field),
            "author" | "editor" => Some(authors(&value.text)),
            "doi" => Some(tex::address(&value.text)),
            _ => words::some_text(&tex::decode(&value.text)),
        };
        Some((*name, text.filter(|text| !text.is_empty())?))
    });
    kind.into_iter().chain(texts).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Names parted by semicolons: an `and` in braces belongs to a name.
fn authors(text: &str) -> String {
    let (mut names, mut depth, mut start) = (Vec::new(), 0_i32, 0);
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            'a' if depth == 0 && text[at..].starts_with("and") => {
                let parts =
                    text[..at].ends_with(char::is_whitespace) && text[at + 3..].starts_with(char::is_whitespace);
                if parts {
                    names.push(&text[start..at]);
                    start = at + 3;
                }
            }
            _ => {}
        }
    }
    names.push(&text[start..]);
    let names = names.iter().map(|name| name.trim());
    words::listed_names(&names.filter_map(name).collect::<Vec<_>>())
}

/// A name, a person's with the family first. One that stands in braces as a whole is a group's, and keeps them where it would
/// be taken apart without.
fn name(written: &str) -> Option<String> {
    let name = words::some_text(&tex::decode(written))?;
    if is_braced(written) {
        return Some(words::whole_name(name));
    }
    let parts: Vec<&str> = name.split(' ').collect();
    let person =
        (2..=5).contains(&parts.len()) && !holds_words(written) && !name.contains(',') && !names_a_group(&name);
    let last = parts.len() - 1;
    // Words in small letters belong to the family name that follows them.
    let small = parts[..last].iter().position(|part| part.starts_with(char::is_lowercase));
    Some(match small.unwrap_or(last) {
        family if person && family > 0 => format!("{}, {}", parts[family..].join(" "), parts[..family].join(" ")),
        _ => name,
    })
}

/// Whether braces hold more than a letter with its accent.
fn holds_words(text: &str) -> bool {
    text.split('{').skip(1).any(|inside| inside.split('}').next().is_some_and(|inside| inside.contains(' ')))
}

/// Whether one pair of braces holds all of a text.
fn is_braced(text: &str) -> bool {
    let mut depth = 0_i32;
    let closes = text.char_indices().find(|(_, c)| {
        depth += i32::from(*c == '{') - i32::from(*c == '}');
        depth <= 0
    });
    text.starts_with('{') && closes.is_some_and(|(at, _)| at + 1 == text.len())
}

/// The day, month or year that the fields tell.
fn published<'f, 'a: 'f>(field: &impl Fn(&str) -> Option<&'f Value<'a>>) -> Option<String> {
    let text = |name: &str| words::some_text(&tex::decode(&field(name)?.text));
    if let Some(date) = text("date") {
        return Some(date);
    }
    let (year, month, day) = (text("year")?, text("month"), text("day"));
    Some(match (month, day) {
        (Some(month), day) if month.bytes().all(|byte| byte.is_ascii_digit()) => {
            let day = day.map(|day| format!("-{day:0>2}")).unwrap_or_default();
            format!("{year}-{month:0>2}{day}")
        }
        (Some(month), Some(day)) => format!("{day} {month} {year}"),
        (Some(month), None) => format!("{month} {year}"),
        (None, _) => year,
    })
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    macros: HashMap<String, String>,
    /// Bytes that macros may still stand for: each may be made of several others, and those again.
    room: usize,
    /// Where the search for the end of a group that never closes ended.
    unclosed: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        Parser { text, at: 0, macros: HashMap::new(), room: MAX_EXPANDED + MAX_GROWTH * text.len(), unclosed: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Goes to the next `@name{` and returns the name in lower case and the offset of the sign; text between is ignored.
    fn next_entry(&mut self) -> Option<(String, usize)> {
        loop {
            let found = memchr::memchr(b'@', self.text.as_bytes().get(self.at..)?)?;
            let start = self.at + found;
            self.at = start + 1;
            self.space();
            let name = self.word();
            self.space();
            if !name.is_empty() && matches!(self.peek(), Some(b'{' | b'(')) {
                return Some((name.to_ascii_lowercase(), start));
            }
        }
    }

    fn word(&mut self) -> &'a str {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b':' | b'.' | b'+'))
        {
            self.at += 1;
        }
        &self.text[start..self.at]
    }

    /// Passes the group that opens here.
    fn skip_group(&mut self) {
        let open = self.at;
        // Looking for the end from each of many signs, one behind the other, would take the square of their number.
        if open < self.unclosed || self.group().is_none() {
            // What never closes is no group: go on right behind its sign.
            self.unclosed = self.unclosed.max(self.at);
            self.at = open + 1;
        }
    }

    /// The inside of the braces that open here; `None` when they never close, before the next entry at a line start.
    fn group(&mut self) -> Option<Range<usize>> {
        let bytes = self.text.as_bytes();
        let (open, close) = if self.peek() == Some(b'(') { (b'(', b')') } else { (b'{', b'}') };
        let start = self.at + 1;
        let mut depth = 0_usize;
        let mut at = self.at;
        while at < bytes.len() {
            let byte = bytes[at];
            if byte == b'\\' {
                at += 2;
                continue;
            }
            if byte == open {
                depth += 1;
            } else if byte == close {
                depth -= 1;
                if depth == 0 {
                    self.at = at + 1;
                    return Some(start..at);
                }
            } else if byte == b'@' && bytes[at - 1] == b'\n' && begins_entry(&bytes[at + 1..]) {
                break;
            }
            at += 1;
        }
        self.at = at;
        None
    }

    fn define_macro(&mut self) {
        if let Some(fields) = self.fields_in(false) {
            for (name, value) in fields {
                self.macros.insert(name, value.text.into_owned());
            }
        }
    }

    /// The fields of the entry whose brace stands here; `None` when it is not finished and holds none.
    fn fields(&mut self) -> Option<Vec<(String, Value<'a>)>> {
        self.fields_in(true)
    }

    fn fields_in(&mut self, keyed: bool) -> Option<Vec<(String, Value<'a>)>> {
        let close = if self.peek() == Some(b'(') { b')' } else { b'}' };
        self.at += 1;
        if keyed {
            // The key of the entry.
            while let Some(byte) = self.peek().filter(|byte| !matches!(byte, b',' | b'=')) {
                if byte == close {
                    self.at += 1;
                    return Some(Vec::new());
                }
                self.at += 1;
            }
            if self.peek() == Some(b',') {
                self.at += 1;
            }
        }
        let mut fields = Vec::new();
        loop {
            while self.peek().is_some_and(|byte| byte.is_ascii_whitespace() || byte == b',') {
                self.at += 1;
            }
            match self.peek() {
                Some(byte) if byte == close => {
                    self.at += 1;
                    return Some(fields);
                }
                None | Some(b'@') => return (!fields.is_empty()).then_some(fields),
                Some(_) => {}
            }
            let name = self.word().to_ascii_lowercase();
            self.space();
            if name.is_empty() || self.peek() != Some(b'=') {
                // Something else than a field: on to the next comma or the end.
                while self.peek().is_some_and(|byte| byte != b',' && byte != close && byte != b'@') {
                    self.at += 1;
                }
                continue;
            }
            self.at += 1;
            match self.value() {
                Some(value) => fields.push((name, value)),
                None => return (!fields.is_empty()).then_some(fields),
            }
        }
    }

    /// A value: pieces in braces or quotes, numbers and macros, joined by `#`.
    fn value(&mut self) -> Option<Value<'a>> {
        let mut value: Option<Value<'a>> = None;
        loop {
            self.space();
            let (span, is_name) = match self.peek()? {
                b'{' => (self.group()?, false),
                b'"' => (self.quoted()?, false),
                _ => {
                    let start = self.at;
                    let word = self.word();
                    if word.is_empty() {
                        self.at += self.text[self.at..].chars().next().map_or(1, char::len_utf8);
                    }
                    (start..self.at, true)
                }
            };
            let written = &self.text[span.clone()];
            let length = value.as_ref().map_or(0, |value| value.text.len());
            let expanded = is_name.then(|| self.macros.get(&written.to_ascii_lowercase())).flatten();
            let expanded = expanded.filter(|text| text.len() <= self.room && length + text.len() <= MAX_EXPANDED);
            self.room -= expanded.map_or(0, String::len);
            let text = expanded.map_or(Cow::Borrowed(written), |text| Cow::Owned(text.clone()));
            match &mut value {
                None => value = Some(Value { text, span }),
                Some(value) => value.text.to_mut().push_str(&text),
            }
            self.space();
            if self.peek() != Some(b'#') {
                return value;
            }
            self.at += 1;
        }
    }

    fn quoted(&mut self) -> Option<Range<usize>> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let mut depth = 0_usize;
        let mut at = start;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'\\' => at += 1,
                b'{' => depth += 1,
                b'}' => depth = depth.saturating_sub(1),
                b'"' if depth == 0 => {
                    self.at = at + 1;
                    return Some(start..at);
                }
                b'@' if bytes[at - 1] == b'\n' && begins_entry(&bytes[at + 1..]) => break,
                _ => {}
            }
            at += 1;
        }
        self.at = at.min(bytes.len());
        None
    }
}

/// Whether `name{` stands here.
fn begins_entry(rest: &[u8]) -> bool {
    let name = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    name > 0
        && rest[name..]
            .iter()
            .find(|byte| !byte.is_ascii_whitespace())
            .is_some_and(|&byte| byte == b'{' || byte == b'(')
}
