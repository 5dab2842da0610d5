//! Tables of reStructuredText that are written as comma-separated values.

use std::ops::Range;

use super::{Line, Rst};
use crate::seed::tree::Name;

/// A cell: the pieces of its text between doubled quotes.
type Cell = Vec<Range<usize>>;

/// How values are parted.
struct Style {
    delimiter: u8,
    quote: u8,
    escape: Option<u8>,
}

impl Rst<'_> {
    /// The content of a `csv-table`, and the head that its options hold.
    pub(super) fn csv_table(&mut self, options: &[Line], body: &[Line]) {
        let sign = |value: &str| match value {
            "tab" => Some(b'\t'),
            "space" => Some(b' '),
            value => value.bytes().next().filter(u8::is_ascii),
        };
        let option = |name: &str| self.option(options, name);
        let value = |name: &str| option(name).map(|range| self.text[range].trim());
        let style = Style {
            delimiter: value("delim").and_then(sign).unwrap_or(b','),
            quote: value("quote").and_then(sign).unwrap_or(b'"'),
            escape: value("escape").and_then(sign),
        };
        let heads = value("header-rows").and_then(|value| value.parse().ok()).unwrap_or(0);
        let head = option("header").map_or_else(Vec::new, |range| rows(self.text, range, &style));
        let (Some(first), Some(last)) = (body.iter().find(|line| !line.is_blank()), body.last()) else { return };
        self.tree.start(Name::Table, 0, 0);
        let all = head.len() + heads;
        let body = rows(self.text, first.start..last.end, &style);
        for (index, row) in head.into_iter().chain(body).enumerate() {
            self.tree.start(Name::Row, 0, 0);
            for cell in row {
                self.tree.cell(if index < all { Name::HeaderCell } else { Name::Cell }, 1, 1, 0);
                cell.into_iter().for_each(|piece| self.inline(piece));
            }
            self.tree.end(Name::Row, 0);
        }
        self.tree.end(Name::Table, 0);
    }

    /// The value of an option, with the deeper lines that continue it.
    pub(super) fn option(&self, options: &[Line], name: &str) -> Option<Range<usize>> {
        let named = |line: &Line| {
            self.of(*line)
                .strip_prefix(':')
                .and_then(|rest| rest.strip_prefix(name))
                .is_some_and(|rest| rest.starts_with(':'))
        };
        let at = options.iter().position(named)?;
        let more = options[at + 1..].iter().take_while(|line| line.indent > options[at].indent).last();
        let start = options[at].start + name.len() + 2;
        Some(start..more.unwrap_or(&options[at]).end)
    }
}

/// The rows of a text.
fn rows(text: &str, range: Range<usize>, style: &Style) -> Vec<Vec<Cell>> {
    let bytes = &text.as_bytes()[..range.end];
    let is_blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r') && byte != style.delimiter;
    let mut rows = vec![Vec::new()];
    let mut at = range.start;
    // Whether some quote is known to have no end.
    let mut unclosed = false;
    while at < bytes.len() {
        at += bytes[at..].iter().take_while(|&&byte| is_blank(byte)).count();
        let quoted =
            if bytes.get(at) == Some(&style.quote) && !unclosed { inside_quotes(bytes, at, style) } else { None };
        unclosed |= quoted.is_none() && bytes.get(at) == Some(&style.quote);
        let from = quoted.as_ref().map_or(at, |(_, end)| *end);
        let rest = &bytes[from..];
        let length = rest.iter().position(|&byte| byte == style.delimiter || byte == b'\n').unwrap_or(rest.len());
        let end = from + length;
        let plain = at + text[at..end].len() - text[at..end].trim_start().len()..at + text[at..end].trim_end().len();
        let cell =
            quoted.map_or_else(|| std::iter::once(plain.start..plain.end.max(plain.start)).collect(), |(cell, _)| cell);
        let is_last = bytes.get(end).is_none_or(|&byte| byte == b'\n');
        if let Some(row) = rows.last_mut() {
            // A blank line is no row.
            if !(is_last && row.is_empty() && cell.iter().all(Range::is_empty)) {
                row.push(cell);
            }
        }
        if is_last && rows.last().is_some_and(|row| !row.is_empty()) {
            rows.push(Vec::new());
        }
        at = end + 1;
    }
    rows.retain(|row| !row.is_empty());
    rows
}

/// The pieces of a cell in quotes, and where it ends.
fn inside_quotes(bytes: &[u8], open: usize, style: &Style) -> Option<(Cell, usize)> {
    let mut cell = Vec::new();
    let (mut start, mut at) = (open + 1, open + 1);
    loop {
        at += bytes[at..].iter().position(|&byte| byte == style.quote || Some(byte) == style.escape)?;
        if bytes[at] != style.quote {
            at = (at + 2).min(bytes.len());
        } else if bytes.get(at + 1) == Some(&style.quote) {
            cell.push(start..at + 1);
            (start, at) = (at + 2, at + 2);
        } else {
            cell.push(start..at);
            return Some((cell, at + 1));
        }
    }
}
