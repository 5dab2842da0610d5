//! Tables in wikitext: `{|`, `|-`, `|`, `!`, `|}`.

use std::ops::Range;

use super::Wiki;
use super::inline::Mode;
use super::opaque::Stretch;
use crate::seed::markup;
use crate::seed::tree::Name;

impl Wiki<'_> {
    /// Deals with a line that may belong to a table's skeleton. Returns whether it did.
    pub(super) fn table_line(&mut self, line: Range<usize>, parts: &[Stretch]) -> bool {
        let text = &self.text[line.clone()];
        let trimmed = text.trim_start();
        let start = line.start + text.len() - trimmed.len();
        let opens = trimmed.trim_start_matches(':').trim_start();
        if let Some(attributes) = opens.strip_prefix("{|") {
            self.close_blocks();
            let (marks, ..) = markup::attributes_of("table", attributes.trim());
            self.tree.start(Name::Table, 0, marks);
            self.tables += 1;
            return true;
        }
        if self.tables == 0 {
            return false;
        }
        if trimmed.starts_with("|}") {
            self.close_blocks();
            self.tree.end(Name::Table, 0);
            self.tables -= 1;
            let rest = start + 2;
            if rest < line.end {
                self.paragraph_line(rest..line.end, parts);
            }
            return true;
        }
        if let Some(attributes) = trimmed.strip_prefix("|-") {
            self.close_blocks();
            let (marks, ..) = markup::attributes_of("tr", attributes.trim_start_matches('-').trim());
            self.tree.start(Name::Row, 0, marks);
            return true;
        }
        if trimmed.starts_with("|+") {
            self.close_blocks();
            self.tree.start(Name::Caption, 0, 0);
            self.paragraph_line(start + 2..line.end, parts);
            return true;
        }
        let header = trimmed.starts_with('!');
        if !(header || trimmed.starts_with('|')) {
            return false;
        }
        self.close_blocks();
        if !self.row_is_open() {
            self.tree.start(Name::Row, 0, 0);
        }
        for (index, cell) in self.cells(start + 1..line.end, parts, header).into_iter().enumerate() {
            if index > 0 {
                self.close_blocks();
            }
            self.cell(cell, parts, header);
        }
        true
    }

    fn row_is_open(&self) -> bool {
        self.tree.is_open_within(Name::Row, Name::Table)
    }

    /// The cells of a line, split at `||` (and `!!` in header rows) outside links and templates.
    fn cells(&self, range: Range<usize>, parts: &[Stretch], header: bool) -> Vec<Range<usize>> {
        let bytes = self.text.as_bytes();
        let mut cells = Vec::new();
        let (mut start, mut at, mut depth) = (range.start, range.start, 0_usize);
        while at < range.end {
            if let Some(part) = covering(parts, at) {
                at = part.whole.end;
                continue;
            }
            let rest = &bytes[at..range.end];
            if rest.starts_with(b"[[") {
                depth += 1;
                at += 2;
            } else if rest.starts_with(b"]]") {
                depth = depth.saturating_sub(1);
                at += 2;
            } else if depth == 0 && (rest.starts_with(b"||") || (header && rest.starts_with(b"!!"))) {
                cells.push(start..at);
                at += 2;
                start = at;
            } else {
                at += 1;
            }
        }
        cells.push(start.min(range.end)..range.end);
        cells
    }

    fn cell(&mut self, cell: Range<usize>, parts: &[Stretch], header: bool) {
        // Attributes stand before a single pipe.
        let text = &self.text[cell.clone()];
        let pipe = text.match_indices('|').map(|(at, _)| cell.start + at).find(|&at| covering(parts, at).is_none());
        let attributes = pipe.filter(|&pipe| {
            let before = &self.text[cell.start..pipe];
            !before.contains("[[") && !before.contains("]]") && (before.trim().is_empty() || before.contains('='))
        });
        let (mut marks, mut columns, mut rows) = (0, 1, 1);
        let mut content = cell.clone();
        if let Some(pipe) = attributes {
            (marks, columns, rows) = markup::attributes_of("td", self.text[cell.start..pipe].trim());
            content.start = pipe + 1;
        }
        self.tree.cell(if header { Name::HeaderCell } else { Name::Cell }, columns, rows, marks);
        if content.start < content.end {
            self.inline_with(content.clone(), &within(parts, &content), Mode::default());
        }
    }
}

/// The opaque part that covers an offset.
fn covering(parts: &[Stretch], at: usize) -> Option<&Stretch> {
    let index = parts.partition_point(|part| part.whole.end <= at);
    parts.get(index).filter(|part| part.whole.start <= at)
}

/// The opaque parts inside a range.
pub(super) fn within(parts: &[Stretch], range: &Range<usize>) -> Vec<Stretch> {
    let from = parts.partition_point(|part| part.whole.end <= range.start);
    parts[from..].iter().take_while(|part| part.whole.start < range.end).cloned().collect()
}
