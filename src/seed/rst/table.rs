//! Tables of reStructuredText: simple ones, grids, and lists read as tables.

use std::ops::Range;

use super::{Line, Rst, bullet};
use crate::seed::tree::Name;

impl Rst<'_> {
    /// A simple table or a grid that begins with the first line. Returns how many lines it takes.
    pub(super) fn table(&mut self, lines: &[Line]) -> Option<usize> {
        let first = self.of(lines[0]);
        if first.starts_with("+-") && first.ends_with('+') {
            return Some(self.grid(lines));
        }
        let columns = borders(first, '=')?;
        (columns.len() > 1).then(|| self.simple(lines, &columns))
    }

    /// `====  ====` above, perhaps below a head, and at the end.
    fn simple(&mut self, lines: &[Line], columns: &[Range<usize>]) -> usize {
        let starts = |columns: &[Range<usize>]| columns.iter().map(|column| column.start).collect::<Vec<_>>();
        let expected = starts(columns);
        let is_border = |line: Line| {
            line.indent == lines[0].indent
                && borders(self.of(line), '=').is_some_and(|columns| starts(&columns) == expected)
        };
        let mut marks = vec![0];
        for (at, &line) in lines.iter().enumerate().skip(1) {
            if line.indent < lines[0].indent && !line.is_blank() {
                break;
            }
            if is_border(line) {
                marks.push(at);
                // What follows the border below a head is a row.
                if marks.len() == 3 || lines.get(at + 1).is_none_or(|next| next.is_blank()) {
                    break;
                }
            }
        }
        let end = marks.last().copied().unwrap_or(0);
        if end == 0 {
            return 1;
        }
        let head = if marks.len() == 3 { marks[1] } else { 0 };
        self.tree.start(Name::Table, 0, 0);
        let mut rows: Vec<(bool, Vec<Line>)> = Vec::new();
        for (at, &line) in lines.iter().enumerate().take(end).skip(1) {
            if line.is_blank() || at == head || borders(self.of(line), '-').is_some() {
                continue;
            }
            // A line without text in the first column continues the row above.
            let continues = line.indent >= lines[0].indent + columns[1].start && !rows.is_empty();
            match rows.last_mut() {
                Some((_, row)) if continues => row.push(line),
                _ => rows.push((at < head, vec![line])),
            }
        }
        for (in_head, row) in rows {
            self.row(&row, columns, lines[0].indent, in_head);
        }
        self.tree.end(Name::Table, 0);
        end + 1
    }

    fn row(&mut self, lines: &[Line], columns: &[Range<usize>], indent: usize, head: bool) {
        self.tree.start(Name::Row, 0, 0);
        for (index, column) in columns.iter().enumerate() {
            let last = index + 1 == columns.len();
            let next = columns.get(index + 1).map_or(usize::MAX, |next| next.start);
            let parts: Vec<Range<usize>> = lines
                .iter()
                .filter_map(|&line| self.columns_of(line, indent, column.start, if last { usize::MAX } else { next }))
                .collect();
            self.cell(if head { Name::HeaderCell } else { Name::Cell }, &parts);
        }
        self.tree.end(Name::Row, 0);
    }

    /// The bytes of a line between two columns, counted in characters from an indentation.
    fn columns_of(&self, line: Line, indent: usize, from: usize, to: usize) -> Option<Range<usize>> {
        let shift = line.indent.saturating_sub(indent);
        let text = self.of(line);
        let offset = |column: usize| {
            text.char_indices().nth(column.saturating_sub(shift)).map_or(text.len(), |(offset, _)| offset)
        };
        if to <= shift {
            return None;
        }
        let (start, end) = (offset(from), if to == usize::MAX { text.len() } else { offset(to) });
        (start < end).then(|| line.start + start..line.start + end)
    }

    /// `+---+---+` around each row.
    fn grid(&mut self, lines: &[Line]) -> usize {
        let length = lines.iter().take_while(|line| self.of(**line).starts_with(['+', '|'])).count();
        let columns: Vec<usize> = self.of(lines[0]).match_indices('+').map(|(at, _)| at).collect();
        let head = lines[..length].iter().position(|&line| self.of(line).starts_with("+="));
        self.tree.start(Name::Table, 0, 0);
        let mut row: Vec<Line> = Vec::new();
        for (at, &line) in lines[..length].iter().enumerate() {
            if self.of(line).starts_with('|') {
                row.push(line);
                continue;
            }
            if row.is_empty() {
                continue;
            }
            self.tree.start(Name::Row, 0, 0);
            for pair in columns.windows(2) {
                let parts: Vec<Range<usize>> =
                    row.iter().filter_map(|&line| self.columns_of(line, line.indent, pair[0] + 1, pair[1])).collect();
                let name = if head.is_some_and(|head| at <= head) { Name::HeaderCell } else { Name::Cell };
                self.cell(name, &parts);
            }
            self.tree.end(Name::Row, 0);
            row.clear();
        }
        self.tree.end(Name::Table, 0);
        length
    }

    /// A list of lists that stands for a table; its first row is taken for the head.
    pub(super) fn list_table(&mut self, lines: &[Line], depth: usize) {
        self.tree.start(Name::Table, 0, 0);
        let base = lines.iter().find(|line| !line.is_blank()).map_or(0, |line| line.indent);
        let mut first = true;
        let mut at = 0;
        while at < lines.len() {
            let line = lines[at];
            let Some(width) = bullet(self.of(line)).filter(|_| line.indent == base) else {
                at += 1;
                continue;
            };
            let length = Self::body(&lines[at + 1..], base);
            let mut cells = vec![line.from(width)];
            cells.extend_from_slice(&lines[at + 1..at + 1 + length]);
            self.tree.start(Name::Row, 0, 0);
            self.list_row(&cells, first, depth);
            self.tree.end(Name::Row, 0);
            first = false;
            at += 1 + length;
        }
        self.tree.end(Name::Table, 0);
    }

    fn list_row(&mut self, lines: &[Line], head: bool, depth: usize) {
        let base = lines.first().map_or(0, |line| line.indent);
        let mut at = 0;
        while at < lines.len() {
            let line = lines[at];
            let Some(width) = bullet(self.of(line)).filter(|_| line.indent == base) else {
                at += 1;
                continue;
            };
            let length = Self::body(&lines[at + 1..], base);
            let mut body = vec![line.from(width)];
            body.extend_from_slice(&lines[at + 1..at + 1 + length]);
            self.aligned(&mut body);
            self.tree.cell(if head { Name::HeaderCell } else { Name::Cell }, 1, 1, 0);
            self.blocks(&body, depth + 1);
            at += 1 + length;
        }
    }
}

/// The columns that runs of a sign mark in a line of nothing else.
fn borders(line: &str, sign: char) -> Option<Vec<Range<usize>>> {
    if line.len() < 3 || !line.chars().all(|c| c == sign || c == ' ') {
        return None;
    }
    let mut columns = Vec::new();
    let mut start = None;
    for (at, c) in line.char_indices().chain([(line.len(), ' ')]) {
        match (c == sign, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                columns.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    (!columns.is_empty()).then_some(columns)
}
