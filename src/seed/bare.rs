//! Addresses that stand in running text without any markup.

use std::ops::Range;

use crate::html::decode_text;

/// How a format ends a bare address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    /// Whether `www.` begins one.
    pub(super) www: bool,
    /// Signs that end it wherever they stand.
    pub(super) ends: &'static [char],
    /// Whether quotes, dashes and CJK punctuation end it too, which an address seldom holds unescaped.
    pub(super) typographic: bool,
    /// Signs at its end that are none of it.
    pub(super) trims: &'static [char],
    /// Whether one may begin right behind `=`.
    pub(super) behind_equals: bool,
    /// Whether blanks, quotes and pointed brackets that are written as references (`&nbsp;`) end it.
    pub(super) references: bool,
}

/// GitHub's extended autolinks.
pub(super) const MARKDOWN: Style = Style {
    www: true,
    ends: &['<'],
    typographic: false,
    trims: &['?', '!', '.', ',', ':', '*', '_', '~', '\'', '"', ';'],
    behind_equals: false,
    references: false,
};

/// Plain lists and what resembles them.
pub(super) const PLAIN: Style = Style {
    www: true,
    // A label of AsciiDoc and a command of RTF stand right behind.
    ends: &['<', '>', '"', '`', '[', '\\'],
    typographic: true,
    trims: &['.', ',', ';', ':', '!', '?', '\'', '"', '*', '_', '’', ']', '}'],
    behind_equals: false,
    references: false,
};

/// The first bare address at or behind an offset.
pub(super) fn find(text: &str, from: usize, style: Style) -> Option<Range<usize>> {
    let mut at = from;
    while let Some(start) = candidate(text, at, style) {
        let length = length(&text[start..], style);
        if length > 0 {
            return Some(start..start + length);
        }
        at = start + 1;
    }
    None
}

/// The bare address that begins at an offset.
pub(super) fn at(text: &str, start: usize, style: Style) -> Option<Range<usize>> {
    if !stands_free(text.as_bytes(), start, style) {
        return None;
    }
    let length = length(&text[start..], style);
    (length > 0).then_some(start..start + length)
}

/// The bare address whose scheme ends at a colon, and that begins at or behind an offset.
pub(super) fn at_colon(text: &str, colon: usize, from: usize, style: Style) -> Option<Range<usize>> {
    let start = scheme_before(text.as_bytes(), colon).filter(|&start| start >= from)?;
    // What has no host is told at once, and not by reading on to its end.
    let has_host = text[colon + 3..].starts_with(|c: char| c.is_alphanumeric() || c == '[');
    has_host.then(|| at(text, start, style)).flatten()
}

/// Where the scheme of a web address begins that ends at a colon with two slashes behind it.
fn scheme_before(bytes: &[u8], colon: usize) -> Option<usize> {
    if !bytes[colon..].starts_with(b"://") {
        return None;
    }
    ["https", "http"].iter().find_map(|scheme| {
        let start = colon.checked_sub(scheme.len())?;
        bytes[start..colon].eq_ignore_ascii_case(scheme.as_bytes()).then_some(start)
    })
}

/// Where something begins that may be an address.
fn candidate(text: &str, from: usize, style: Style) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(found) = memchr::memchr2(b':', b'.', bytes.get(at..)?) {
        let sign = at + found;
        at = sign + 1;
        let start = if bytes[sign] == b':' {
            scheme_before(bytes, sign)
        } else {
            sign.checked_sub(3).filter(|&start| style.www && bytes[start..sign].eq_ignore_ascii_case(b"www"))
        };
        if let Some(start) = start.filter(|&start| start >= from && stands_free(bytes, start, style)) {
            return Some(start);
        }
    }
    None
}

/// Whether no word or path runs into this offset.
fn stands_free(bytes: &[u8], start: usize, style: Style) -> bool {
    let before = start.checked_sub(1).map(|before| bytes[before]);
    before.is_none_or(|byte| match byte {
        b'=' => style.behind_equals,
        byte => !(byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'@' | b'-')),
    })
}

fn length(text: &str, style: Style) -> usize {
    let host = host_in_brackets(text);
    let ends =
        |c: char| c.is_whitespace() || c.is_control() || style.ends.contains(&c) || style.typographic && is_foreign(c);
    let mut signs = text.char_indices().filter(|&(at, c)| at >= host && ends(c));
    let mut is_query = None;
    let mut is_part =
        |at: usize| names_parameter(&text[at..], *is_query.get_or_insert_with(|| text[..at].contains('?')));
    let stop = signs.find(|&(at, c)| c != '[' || !is_part(at)).map_or(text.len(), |(at, _)| at);
    let mut address = &text[..stop];
    if style.references {
        address = &address[..foreign_reference(address).unwrap_or(stop)];
    }
    if address.ends_with(|c: char| !c.is_alphanumeric() && c != '/') {
        let mut open = Open::of(address);
        while let Some(last) = address.chars().next_back() {
            let falls = open.is_foreign(last) || style.trims.contains(&last);
            if !falls {
                break;
            }
            open.count(last, -1);
            address = &address[..address.len() - last.len_utf8()];
        }
    }
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    let known = host.chars().next().is_some_and(|c| c.is_alphanumeric() || c == '[');
    let dotted = address.contains("://") || address[4.min(address.len())..].contains('.');
    if known && dotted { address.len() } else { 0 }
}

/// Whether a sign is one of running text and not of addresses. Titles in paths do hold `–` and `’`.
fn is_foreign(c: char) -> bool {
    matches!(c, '“' | '”' | '„' | '«' | '»' | '‹' | '›' | '—' | '―' | '…' | '、'..='。' | '〈'..='】' | '〔'..='〟')
        || matches!(c, '！' | '（' | '）' | '，' | '：' | '；' | '？' | '［' | '］' | '｛' | '｝' | '｡'..='､')
}

/// Where the host of an address ends that is a number in brackets, `http://[::1]`; 0 for others.
fn host_in_brackets(text: &str) -> usize {
    let host = text.find("://").map(|sign| sign + 3).filter(|&host| text[host..].starts_with('['));
    let is_number = |c: char| c.is_ascii_hexdigit() || matches!(c, ':' | '.' | '%');
    host.and_then(|host| {
        let end = host + 1 + text[host + 1..].find(|c: char| !is_number(c))?;
        text[end..].starts_with(']').then_some(end + 1)
    })
    .unwrap_or(0)
}

/// Bytes of a parameter's name that are looked at.
const MAX_NAME: usize = 200;

/// Whether brackets are those of a parameter's name, `filter[type]=x`; in a query also `a[]&b` and `a[0].b`. Labels and marks
/// of notes stand in brackets too: `[1][2]`.
fn names_parameter(text: &str, is_query: bool) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '[' | ']' | '_' | '-' | '.');
    let signs = text.char_indices().take_while(|&(at, c)| at < MAX_NAME && is_name(c));
    let end = signs.last().map_or(0, |(at, c)| at + c.len_utf8());
    let Some((_, behind)) = text[..end].rsplit_once(']') else { return false };
    match behind.strip_prefix('.') {
        Some(member) => is_query && member.starts_with(char::is_alphanumeric),
        None => behind.is_empty() && (text[end..].starts_with('=') || is_query && text[end..].starts_with('&')),
    }
}

/// How many brackets of each kind an address opens and does not close, and how many backticks it has.
struct Open([i32; 5]);

impl Open {
    const PAIRS: [(char, char); 5] = [('(', ')'), ('[', ']'), ('{', '}'), ('<', '>'), ('`', '`')];

    fn of(address: &str) -> Self {
        let mut open = Open([0; 5]);
        address.chars().for_each(|c| open.count(c, 1));
        open
    }

    fn count(&mut self, sign: char, times: i32) {
        if let Some(kind) = Self::PAIRS.iter().position(|&(open, close)| sign == open || sign == close) {
            self.0[kind] += if sign == Self::PAIRS[kind].0 { times } else { -times };
        }
    }

    /// Whether a sign at the end closes what was opened before the address.
    fn is_foreign(&self, last: char) -> bool {
        let kind = Self::PAIRS.iter().position(|&(_, close)| last == close);
        kind.is_some_and(|kind| if last == '`' { self.0[kind] % 2 == 1 } else { self.0[kind] < 0 })
    }
}

/// Where a character reference stands in an address whose sign no address has.
pub(super) fn foreign_reference(text: &str) -> Option<usize> {
    text.match_indices('&').map(|(at, _)| at).find(|&at| {
        let rest = &text.as_bytes()[at..];
        let length = rest.iter().take(MAX_REFERENCE).position(|&byte| byte == b';').map_or(0, |end| end + 1);
        let sign = decode_text(&text[at..at + length]);
        let mut signs = sign.chars();
        matches!((signs.next(), signs.next()), (Some(c), None) if c.is_whitespace() || matches!(c, '<' | '>' | '"'))
    })
}

/// Bytes of the longest reference that is looked for.
const MAX_REFERENCE: usize = 12;

/// An address without scheme gets one.
pub(super) fn with_scheme(address: &str) -> Option<Box<str>> {
    (!address.contains("://")).then(|| format!("http://{address}").into())
}
