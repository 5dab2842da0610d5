//! Tables of AsciiDoc: cells behind their separators, rows by the number of columns.

use std::ops::Range;

use super::attributes::About;
use super::{Adoc, MAX_DEPTH};
use crate::seed::lines::Line;
use crate::seed::tree::Name;

/// Columns and rows a cell takes at most, and columns that are told apart.
const MAX_SPAN: usize = 200;

/// What stands before a cell's separator: how much room it takes, and how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spec {
    columns: usize,
    rows: usize,
    /// Columns that it is said again in.
    repeated: usize,
    style: Option<u8>,
}

const PLAIN: Spec = Spec { columns: 1, rows: 1, repeated: 1, style: None };

/// A cell with its place.
struct Cell {
    spec: Spec,
    range: Range<usize>,
}

impl<'a> Adoc<'a> {
    /// A table whose bounds have this sign.
    pub(super) fn table(&mut self, inside: Range<usize>, about: &About<'a>, kind: u8, depth: usize) {
        let separator = about.separator.unwrap_or(char::from(kind));
        self.tree.start(Name::Table, 0, 0);
        if matches!(separator, ',' | '\t' | ':') {
            self.values(inside, separator, about);
        } else {
            self.cells(inside, separator, about, depth);
        }
        self.tree.end(Name::Table, 0);
    }

    /// Rows of values, one a line.
    fn values(&mut self, inside: Range<usize>, separator: char, about: &About<'a>) {
        let mut is_head = about.header.unwrap_or_else(|| self.has_head(&inside));
        let mut at = inside.start;
        while at < inside.end {
            let line = Line::at(self.text, at, inside.end);
            at = line.next;
            if line.is_blank() {
                continue;
            }
            self.tree.start(Name::Row, 0, 0);
            for cell in values(self.text, line, separator) {
                let name = if is_head { Name::HeaderCell } else { Name::Cell };
                self.tree.cell(name, 1, 1, 0);
                self.inline(cell, false);
                self.tree.end(name, 0);
            }
            self.tree.end(Name::Row, 0);
            is_head = false;
        }
    }

    /// Cells behind separators.
    fn cells(&mut self, inside: Range<usize>, separator: char, about: &About<'a>, depth: usize) {
        let has_head = about.header.unwrap_or_else(|| self.has_head(&inside));
        let cells = self.cut(inside.clone(), separator);
        let styles = about.columns.map(styles);
        let columns = styles.as_ref().map_or_else(|| self.first_line(&cells), Vec::len).clamp(1, MAX_SPAN);
        // Rows for which each column is still taken by a cell from above.
        let mut taken = vec![0_usize; columns];
        let mut filled = 0;
        let mut is_open = false;
        let mut is_head = has_head;
        for cell in cells {
            if !is_open {
                self.tree.start(Name::Row, 0, 0);
                is_open = true;
                filled = taken.iter().filter(|&&rows| rows > 0).count();
                taken.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
            }
            let style =
                cell.spec.style.or_else(|| styles.as_ref()?.get(filled).copied().flatten().filter(|_| !is_head));
            let name = if is_head || style == Some(b'h') { Name::HeaderCell } else { Name::Cell };
            // What is said again in the next cells is said once, in all of them.
            let room = cell.spec.columns.max(cell.spec.repeated).min(columns);
            self.tree.cell(name, room as u16, cell.spec.rows as u16, 0);
            self.content(cell.range, style, depth);
            self.tree.end(name, 0);
            if cell.spec.rows > 1 {
                taken.iter_mut().skip(filled).take(room).for_each(|rows| *rows = cell.spec.rows - 1);
            }
            filled += room;
            if filled >= columns {
                self.tree.end(Name::Row, 0);
                (is_open, is_head) = (false, false);
            }
        }
        if is_open {
            self.tree.end(Name::Row, 0);
        }
    }

    /// Whether the first row is the head: it stands in the first line, and a blank one follows.
    fn has_head(&self, inside: &Range<usize>) -> bool {
        let first = Line::at(self.text, inside.start, inside.end);
        !first.is_blank() && first.next < inside.end && Line::at(self.text, first.next, inside.end).is_blank()
    }

    /// Columns by the cells that begin in the first line with any.
    fn first_line(&self, cells: &[Cell]) -> usize {
        let Some(first) = cells.first() else { return 1 };
        let end =
            self.text[first.range.start..].find('\n').map_or(self.text.len(), |length| first.range.start + length);
        let in_line = cells.iter().take(MAX_SPAN).take_while(|cell| cell.range.start <= end);
        in_line.map(|cell| cell.spec.columns.max(cell.spec.repeated)).sum()
    }

    /// The cells of a table, each up to the next separator and what is said before that.
    fn cut(&self, inside: Range<usize>, separator: char) -> Vec<Cell> {
        let mut found: Vec<Cell> = Vec::new();
        let text = &self.text[inside.clone()];
        for (at, sign) in text.match_indices(separator) {
            if text[..at].ends_with('\\') {
                continue;
            }
            let from = found.last().map_or(0, |last| last.range.start - inside.start);
            let (width, spec) = spec_before(&text[from..at]);
            if let Some(last) = found.last_mut() {
                last.range.end = inside.start + at - width;
            }
            let start = inside.start + at + sign.len();
            found.push(Cell { spec, range: start..inside.end });
        }
        found
    }

    fn content(&mut self, range: Range<usize>, style: Option<u8>, depth: usize) {
        match style {
            Some(b'a') if depth < MAX_DEPTH => self.blocks(range, depth + 1),
            Some(b'l') => self.code(),
            _ => {
                let mut at = range.start;
                let mut from = range.start;
                while at < range.end {
                    let line = Line::at(self.text, at, range.end);
                    at = line.next;
                    if line.is_blank() {
                        self.cell_paragraph(from..line.start);
                        from = at;
                    }
                }
                self.cell_paragraph(from..range.end);
            }
        }
    }

    fn cell_paragraph(&mut self, range: Range<usize>) {
        if !self.text[range.clone()].trim().is_empty() {
            self.tree.start(Name::Paragraph, 0, 0);
            self.lines(range, false);
            self.tree.end(Name::Paragraph, 0);
        }
    }
}

/// What a separator has before it, behind a blank or at the beginning of a line, and how wide that is.
fn spec_before(text: &str) -> (usize, Spec) {
    let tail = text.len() - text.bytes().rev().take(16).take_while(|&byte| is_of_spec(byte)).count();
    let token = &text[tail..];
    let stands_free = tail == 0 || text[..tail].ends_with([' ', '\t', '\n']);
    match spec(token).filter(|_| stands_free && !token.is_empty()) {
        Some(spec) => (token.len(), spec),
        None => (0, PLAIN),
    }
}

fn is_of_spec(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'*' | b'<' | b'^' | b'>')
}

/// `2+`, `.3+`, `2.3+`, `3*`, then an alignment and a style.
fn spec(token: &str) -> Option<Spec> {
    let mut spec = PLAIN;
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let number = |text: &str| text.parse::<usize>().map_or(1, |number| number.clamp(1, MAX_SPAN));
    let mut rest = token;
    let columns = digits(rest);
    let point = rest[columns..].strip_prefix('.').map(digits);
    let length = columns + point.map_or(0, |rows| rows + 1);
    if length > 0 {
        match rest.as_bytes().get(length) {
            Some(b'+') => {
                spec.columns = number(&rest[..columns]);
                spec.rows = point.map_or(1, |_| number(&rest[columns + 1..length]));
                rest = &rest[length + 1..];
            }
            Some(b'*') if point.is_none() => {
                spec.repeated = number(&rest[..columns]);
                rest = &rest[length + 1..];
            }
            // The point is one of the alignment.
            _ if columns == 0 && point == Some(0) => {}
            _ => return None,
        }
    }
    let rest = rest.trim_start_matches(['<', '^', '>', '.']);
    match rest.as_bytes() {
        [] => Some(spec),
        [style] if b"adehlmsv".contains(style) => Some(Spec { style: Some(*style), ..spec }),
        _ => None,
    }
}

/// The styles of the columns that `cols=` names.
fn styles(columns: &str) -> Vec<Option<u8>> {
    let mut found = Vec::new();
    let parts = columns.split([',', ';']);
    for part in parts.map(str::trim).take(MAX_SPAN) {
        let (times, rest) = part
            .split_once('*')
            .map_or((1, part), |(times, rest)| (times.trim().parse::<usize>().unwrap_or(1).clamp(1, MAX_SPAN), rest));
        let style = rest.bytes().next_back().filter(u8::is_ascii_lowercase);
        found.extend(std::iter::repeat_n(style, times));
    }
    found.truncate(MAX_SPAN);
    // A number alone is how many there are.
    if found.len() == 1
        && let Ok(count) = columns.trim().parse::<usize>()
        && !columns.contains(',')
        && count > 1
    {
        return vec![None; count.min(MAX_SPAN)];
    }
    found
}

/// The values of a line, perhaps between quotes.
fn values(text: &str, line: Line, separator: char) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = line.start;
    let mut quoted = false;
    let content = line.of(text);
    for (at, c) in content.char_indices() {
        if c == '"' {
            quoted = !quoted;
        } else if c == separator && !quoted && !(separator == ':' && content[at..].starts_with("://")) {
            found.push(start..line.start + at);
            start = line.start + at + c.len_utf8();
        }
    }
    found.push(start..line.end);
    let bare = |range: Range<usize>| {
        let value = &text[range.clone()];
        let inside = value.trim().strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
        let from = range.start + inside.and_then(|inner| value.find(inner)).unwrap_or(0);
        from..from + inside.map_or(value.len(), str::len)
    };
    found.into_iter().map(bare).collect()
}
