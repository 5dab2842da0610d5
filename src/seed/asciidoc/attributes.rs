//! Attributes of AsciiDoc: what names in braces stand for, and the lists in brackets before blocks and in macros.

use std::collections::HashMap;
use std::ops::Range;

/// Attributes that every document has.
const INTRINSIC: &[(&str, &str)] = &[
    ("empty", ""),
    ("blank", ""),
    ("sp", " "),
    ("nbsp", "\u{A0}"),
    ("zwsp", ""),
    ("wj", ""),
    ("apos", "'"),
    ("quot", "\""),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("deg", "°"),
    ("plus", "+"),
    ("brvbar", "¦"),
    ("vbar", "|"),
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("startsb", "["),
    ("endsb", "]"),
    ("caret", "^"),
    ("asterisk", "*"),
    ("tilde", "~"),
    ("backslash", "\\"),
    ("backtick", "`"),
    ("two-colons", "::"),
    ("two-semicolons", ";;"),
    ("cpp", "C++"),
    ("pp", "++"),
];

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A value that the document gives, where it stands.
    Value(Range<usize>),
    Signs(&'static str),
}

/// The attributes known so far.
#[derive(Debug, Default)]
pub(super) struct Attributes<'a> {
    given: HashMap<&'a str, Option<Range<usize>>>,
}

impl<'a> Attributes<'a> {
    /// Takes the definition that a line is: `:name: value`, `:name!:`.
    pub(super) fn define(&mut self, text: &'a str, line: Range<usize>) -> bool {
        let Some((name, value)) = definition(&text[line.clone()]) else { return false };
        let is_unset = name.starts_with('!') || name.ends_with('!');
        let start = line.end - value.len();
        self.given.insert(name.trim_matches('!'), (!is_unset).then_some(start..line.end));
        true
    }

    /// What a name stands for, which is written in any case.
    pub(super) fn of(&self, name: &str) -> Option<Meaning> {
        let given = match self.given.get(name) {
            None if name.bytes().any(|byte| byte.is_ascii_uppercase()) => self.given.get(&*name.to_ascii_lowercase()),
            given => given,
        };
        if let Some(given) = given {
            return given.clone().map(Meaning::Value);
        }
        INTRINSIC.iter().find(|(known, _)| *known == name).map(|&(_, signs)| Meaning::Signs(signs))
    }
}

/// Name and value of `:name: value`.
pub(super) fn definition(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.strip_prefix(':')?.split_once(':')?;
    let inside = name.strip_prefix('!').or_else(|| name.strip_suffix('!')).unwrap_or(name);
    let is_name = inside.starts_with(|c: char| c.is_alphanumeric() || c == '_') && inside.chars().all(is_of_name);
    let ends = value.is_empty() || value.starts_with([' ', '\t']);
    (is_name && ends).then(|| (name, value.trim()))
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

/// The name in braces that a text begins with.
pub(super) fn reference(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('{')?;
    let length = inside.find(|c| !is_of_name(c)).filter(|&length| length > 0 && length < 200)?;
    inside[length..].starts_with('}').then(|| &inside[..length])
}

/// One entry of a list in brackets, with the place of its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Of `name=value`.
    pub(super) name: Option<Range<usize>>,
    pub(super) value: Range<usize>,
}

/// The entries of a list in brackets, parted by commas that stand in no quotes.
pub(super) fn entries(text: &str, range: Range<usize>) -> Vec<Entry> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let start = at + (text[at..range.end].len() - text[at..range.end].trim_start().len());
        let name_end = bytes[start..range.end]
            .iter()
            .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'%')))
            .map_or(range.end, |length| start + length);
        let named = bytes.get(name_end) == Some(&b'=') && name_end < range.end && name_end > start;
        let from = if named { name_end + 1 } else { start };
        let (value, end) = value(text, from, range.end);
        found.push(Entry { name: named.then_some(start..name_end), value });
        at = end + 1;
    }
    found
}

/// A value with or without its quotes, and where the comma behind it stands.
fn value(text: &str, from: usize, end: usize) -> (Range<usize>, usize) {
    let bytes = text.as_bytes();
    let comma = |from: usize| memchr::memchr(b',', &bytes[from..end]).map_or(end, |length| from + length);
    if let Some(&quote @ (b'"' | b'\'')) = bytes.get(from).filter(|_| from < end) {
        let close = memchr::memchr_iter(quote, &bytes[from + 1..end])
            .map(|length| from + 1 + length)
            .find(|&close| bytes[close - 1] != b'\\');
        if let Some(close) = close {
            return (from + 1..close, comma(close + 1));
        }
    }
    let stop = comma(from);
    (from..from + text[from..stop].trim_end().len(), stop)
}

/// What a line in brackets says of the block below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct About<'a> {
    /// `[style]`, or the name of an admonition.
    pub(super) style: Option<&'a str>,
    /// `cols=`.
    pub(super) columns: Option<&'a str>,
    /// `separator=`, and the one that `format=` means.
    pub(super) separator: Option<char>,
    /// Whether the first row is, or is not, the head.
    pub(super) header: Option<bool>,
    /// Whether each line's end is a break.
    pub(super) breaks: bool,
    /// `link=`.
    pub(super) link: Option<Range<usize>>,
}

impl<'a> About<'a> {
    /// Takes what stands in brackets, a line's whole content.
    pub(super) fn take(&mut self, text: &'a str, range: Range<usize>) {
        for (index, entry) in entries(text, range).into_iter().enumerate() {
            let value = &text[entry.value.clone()];
            let Some(name) = entry.name else {
                let is_options = value.starts_with('%');
                let style = value.split(['#', '.', '%']).next().unwrap_or_default();
                if index == 0 && !style.is_empty() {
                    self.style = Some(style);
                }
                if is_options || index == 0 {
                    value
                        .split('%')
                        .skip(1)
                        .for_each(|option| self.option(option.split(['#', '.']).next().unwrap_or("")));
                }
                continue;
            };
            match &text[name] {
                "cols" => self.columns = Some(value),
                "separator" => self.separator = value.chars().next(),
                "format" => {
                    self.separator = match value {
                        "csv" => Some(','),
                        "tsv" => Some('\t'),
                        _ => self.separator,
                    };
                }
                "options" | "opts" => value.split(',').for_each(|option| self.option(option.trim())),
                "link" => self.link = Some(entry.value),
                _ => {}
            }
        }
    }

    fn option(&mut self, option: &str) {
        match option {
            "header" => self.header = Some(true),
            "noheader" => self.header = Some(false),
            "hardbreaks" => self.breaks = true,
            _ => {}
        }
    }
}
