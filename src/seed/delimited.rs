//! CSV and its relatives: comma, semicolon or tab between the cells, quotes around them where needed (RFC 4180).
//!
//! The cells are split here and not by a crate, since the place of each address in the source is wanted, and the
//! crates tell the places of records only.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::columns;
use super::resolve::{Resolver, Verdict};
use super::sink::{Found, Sink};
use super::words;

/// Records that are looked at to tell what the columns are.
const SAMPLE: usize = 100;

/// Records of the same width that are no accident.
const MANY: usize = 20;

/// Separators that are tried.
const DELIMITERS: &[u8] = b",;\t";

/// Cells of a record that are kept.
const MAX_CELLS: usize = 512;

/// A cell: its text, and its bytes in the source without quotes.
struct Cell<'a> {
    text: Cow<'a, str>,
    span: Range<usize>,
}

/// Reads the records of a table.
pub(super) fn read(text: &str, resolver: &Resolver, sink: &mut Sink<'_>) {
    let Some((delimiter, layout)) = layout_of(text) else { return };
    let mut records = Records::of(text, delimiter);
    if layout.header {
        records.next();
    }
    let mut sections = Sections::default();
    for record in records {
        let Some(cell) = record.get(layout.address) else { continue };
        for (href, span) in addresses_in(&cell.text, cell.span.clone()) {
            let resolved = without_scheme(href).then(|| format!("http://{href}"));
            let Verdict::Listed(target) = resolver.resolve(resolved.as_deref().unwrap_or(href)) else { continue };
            let column = |index: Option<usize>| index.and_then(|index| record.get(index)).map(|cell| &*cell.text);
            let fields = layout.others.iter().filter_map(|(index, name)| {
                let value = words::some_text(&record.get(*index)?.text)?;
                Some((name.clone(), value))
            });
            sink.link(Found {
                href,
                target,
                title: column(layout.title).and_then(words::some_text),
                annotation: column(layout.annotation).and_then(words::some_text),
                section: sections.of(column(layout.section).unwrap_or("")),
                parent: None,
                at: span.start,
                span,
                fields: fields.collect(),
            });
        }
    }
}

/// Where the records begin: behind a byte order mark, empty lines, and the line `sep=;` by which spreadsheets name the
/// separator, which comes along.
fn start_of(text: &str) -> (usize, Option<u8>) {
    let rest = text.strip_prefix('\u{FEFF}').unwrap_or(text).trim_start_matches([' ', '\r', '\n']);
    let line = rest.lines().next().unwrap_or("");
    let named = line.trim_matches([' ', '"']);
    let separator = match named.as_bytes() {
        [key @ .., separator] if key.eq_ignore_ascii_case(b"sep=") && is_separator(*separator) => *separator,
        _ => return (text.len() - rest.len(), None),
    };
    (text.len() - rest.len() + line.len(), Some(separator))
}

fn is_separator(byte: u8) -> bool {
    byte == b'\t' || byte.is_ascii_punctuation() && byte != b'"'
}

/// The addresses in a cell that stands there, and their places: one, or several with a scheme each, parted by blanks, lines, commas,
/// semicolons or bars.
pub(super) fn addresses_in(text: &str, span: Range<usize>) -> impl Iterator<Item = (&str, Range<usize>)> {
    // Doubled quotes inside make the source longer than the text; the places in it are not known then.
    let is_plain = span.len() == text.len();
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let end = if is_plain && has_scheme(rest.trim_start()) { next_address(rest) } else { None };
        let start = at + rest.len() - rest.trim_start().len();
        at += end.unwrap_or(rest.len());
        let written = &text[start..at];
        let href = if end.is_some() { written.trim_end_matches(PARTS) } else { written.trim_end() };
        let place = span.start + start;
        Some((href, place..if is_plain { place + href.len() } else { span.end }))
    })
    .take(MAX_ADDRESSES)
    .filter(|(href, _)| is_address(href))
}

/// What parts addresses in a cell.
const PARTS: [char; 7] = [' ', '\t', '\r', '\n', ',', ';', '|'];

/// Addresses of a cell that are kept.
const MAX_ADDRESSES: usize = 100;

/// Where the second address of a text begins.
fn next_address(text: &str) -> Option<usize> {
    let first = text.len() - text.trim_start().len();
    let mut starts = text[first..].char_indices().filter(|(_, c)| PARTS.contains(c)).map(|(at, _)| first + at + 1);
    starts.find(|&at| has_scheme(&text[at..]))
}

fn has_scheme(text: &str) -> bool {
    let start = |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    start("http://") || start("https://")
}

fn without_scheme(text: &str) -> bool {
    !has_scheme(text) && !text.starts_with("//")
}

/// Whether a cell is an address: with http scheme, or a host with or without a path.
pub(super) fn is_address(text: &str) -> bool {
    if has_scheme(text) || text.starts_with("//") {
        return true;
    }
    let host = text.split(['/', '?', '#']).next().unwrap_or("");
    !text.contains(char::is_whitespace) && !text.contains('@') && words::is_host(host)
}

/// Shares the section path between neighbouring records.
#[derive(Default)]
pub(super) struct Sections {
    last: Option<(String, Arc<[String]>)>,
}

impl Sections {
    pub(super) fn of(&mut self, text: &str) -> Arc<[String]> {
        if let Some((last, path)) = &self.last
            && last == text
        {
            return Arc::clone(path);
        }
        let folded = words::fold(text);
        let path: Arc<[String]> =
            folded.split(" > ").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect();
        self.last = Some((text.to_owned(), Arc::clone(&path)));
        path
    }
}

/// What the columns of a table are.
#[derive(Debug, Default, PartialEq, Eq)]
struct Layout {
    header: bool,
    /// Whether the header names the column of addresses.
    is_named: bool,
    address: usize,
    title: Option<usize>,
    annotation: Option<usize>,
    section: Option<usize>,
    /// Columns that are none of these, with their names.
    others: Vec<(usize, String)>,
}

/// The separator and the columns of a table; `None` when no column holds addresses.
fn layout_of(text: &str) -> Option<(u8, Layout)> {
    let mut best: Option<(usize, u8, Layout)> = None;
    let (_, named) = start_of(text);
    for &delimiter in named.as_ref().map_or(DELIMITERS, std::slice::from_ref) {
        let records: Vec<Vec<Cell<'_>>> = Records::of(text, delimiter).take(SAMPLE).collect();
        let Some((layout, score)) = layout_for(&records) else { continue };
        if best.as_ref().is_none_or(|(other, ..)| score > *other) {
            best = Some((score, delimiter, layout));
        }
    }
    best.map(|(_, delimiter, layout)| (delimiter, layout))
}

/// How well a text reads as a table of links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    /// It has no column of addresses, or no second column.
    None,
    /// Its records differ in width.
    Ragged,
    /// A few records of the same width.
    Weak,
    /// Many of them, or a header.
    Strong,
    /// A header that names the column of addresses, and records of its width.
    Certain,
}

/// How well a text reads as a table: by its header, and by records of the same width.
pub(super) fn likeness(text: &str) -> Likeness {
    let Some((delimiter, layout)) = layout_of(text) else { return Likeness::None };
    let records: Vec<Vec<Cell<'_>>> = Records::of(text, delimiter).take(SAMPLE).collect();
    let width = records.first().map_or(0, Vec::len);
    if width < 2 {
        return Likeness::None;
    }
    let same = records.iter().filter(|record| record.len() == width).count();
    if same * 5 < records.len() * 4 {
        return Likeness::Ragged;
    }
    match (layout.header, layout.is_named) {
        (true, true) if same > 1 => Likeness::Certain,
        (true, _) => Likeness::Strong,
        _ if same >= MANY => Likeness::Strong,
        _ => Likeness::Weak,
    }
}

fn layout_for(records: &[Vec<Cell<'_>>]) -> Option<(Layout, usize)> {
    let first = records.first()?;
    let names: Vec<String> = first.iter().map(|cell| words::fold(&cell.text)).collect();
    let named = |wanted: &[&str]| {
        wanted.iter().find_map(|name| names.iter().position(|column| columns::is_named(column, &[name])))
    };
    let header = !first.iter().any(|cell| is_address(cell.text.trim()) && has_scheme(cell.text.trim()))
        && [columns::ADDRESS, columns::TITLE, columns::ANNOTATION, columns::SECTION]
            .iter()
            .any(|wanted| named(wanted).is_some());
    let by_name = named(columns::ADDRESS).filter(|_| header);
    let address = by_name.or_else(|| mostly_addresses(records))?;
    let mut layout = Layout { header, is_named: by_name.is_some(), address, ..Layout::default() };
    if header {
        layout.title = named(columns::TITLE).filter(|&column| column != address);
        layout.annotation = named(columns::ANNOTATION).filter(|&column| column != address);
        layout.section = named(columns::SECTION).filter(|&column| column != address);
        let used = [Some(address), layout.title, layout.annotation, layout.section];
        layout.others = names.into_iter().enumerate().filter(|(index, _)| !used.contains(&Some(*index))).collect();
    } else {
        let width = records.iter().map(Vec::len).max().unwrap_or(0);
        let mut others = (0..width).filter(|&column| column != address);
        layout.title = others.next();
        layout.annotation = others.next();
    }
    let width = first.len();
    let same = records.iter().filter(|record| record.len() == width).count();
    let score = if width > 1 { same * 2 } else { 1 } + usize::from(header) * 50 + usize::from(by_name.is_some()) * 200;
    Some((layout, score))
}

/// The column in which most cells are addresses.
fn mostly_addresses(records: &[Vec<Cell<'_>>]) -> Option<usize> {
    let width = records.iter().map(Vec::len).max()?;
    let count = |column: usize| {
        let cells = records.iter().filter_map(|record| record.get(column));
        cells.filter(|cell| is_address(cell.text.trim())).count()
    };
    let (column, count) = (0..width).map(|column| (column, count(column))).rev().max_by_key(|&(_, count)| count)?;
    (count * 2 > records.len().saturating_sub(1)).then_some(column).filter(|_| count > 0)
}

/// Iterator over the records of a table; lines without a sign are none.
struct Records<'a> {
    text: &'a str,
    at: usize,
    delimiter: u8,
}

impl<'a> Iterator for Records<'a> {
    type Item = Vec<Cell<'a>>;

    fn next(&mut self) -> Option<Vec<Cell<'a>>> {
        let bytes = self.text.as_bytes();
        // An empty line is no record.
        let rest = &self.text[self.at..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\r', '\n']).len();
        self.at += rest[..blank].rfind(['\r', '\n']).map_or(0, |end| end + 1);
        if self.at >= bytes.len() {
            return None;
        }
        let mut cells = Vec::new();
        loop {
            let cell = self.cell();
            if cells.len() < MAX_CELLS {
                cells.push(cell);
            }
            match bytes.get(self.at) {
                Some(byte) if *byte == self.delimiter => self.at += 1,
                Some(b'\r') if bytes.get(self.at + 1) == Some(&b'\n') => {
                    self.at += 2;
                    return Some(cells);
                }
                Some(_) => {
                    self.at += 1;
                    return Some(cells);
                }
                None => return Some(cells),
            }
        }
    }
}

impl<'a> Records<'a> {
    fn of(text: &'a str, delimiter: u8) -> Self {
        Records { text, at: start_of(text).0, delimiter }
    }

    /// The cell here; afterwards the offset stands at what ends it.
    fn cell(&mut self) -> Cell<'a> {
        let bytes = self.text.as_bytes();
        let mut start = self.at;
        // Blanks before a quote are none of the cell.
        while bytes.get(start) == Some(&b' ') {
            start += 1;
        }
        if bytes.get(start) == Some(&b'"')
            && let Some(cell) = self.quoted(start + 1)
        {
            return cell;
        }
        let end = bytes[self.at..]
            .iter()
            .position(|&byte| byte == self.delimiter || byte == b'\n' || byte == b'\r')
            .map_or(bytes.len(), |length| self.at + length);
        let span = self.at..end;
        self.at = end;
        Cell { text: Cow::Borrowed(&self.text[span.clone()]), span }
    }

    /// A cell in quotes whose content begins here; `None` when nothing closes it properly.
    fn quoted(&mut self, start: usize) -> Option<Cell<'a>> {
        let bytes = self.text.as_bytes();
        let mut at = start;
        let mut doubled = false;
        let end = loop {
            at += memchr::memchr(b'"', bytes.get(at..)?)?;
            if bytes.get(at + 1) == Some(&b'"') {
                doubled = true;
                at += 2;
            } else {
                break at;
            }
        };
        let mut after = end + 1;
        while bytes.get(after) == Some(&b' ') {
            after += 1;
        }
        let ends = bytes.get(after).is_none_or(|&byte| byte == self.delimiter || byte == b'\n' || byte == b'\r');
        if !ends {
            return None;
        }
        self.at = after;
        let inside = &self.text[start..end];
        let text = if doubled { Cow::Owned(inside.replace("\"\"", "\"")) } else { Cow::Borrowed(inside) };
        Some(Cell { text, span: start..end })
    }
}
