//! Tables that reStructuredText draws with signs: what changes in a cell must leave the columns where they are.

use std::ops::Range;

use super::Edit;

/// Lines around a place in which the borders of its table are looked for.
const REACH: usize = 2_000;

/// The rest of a cell, behind a place in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rest {
    /// Where its next column begins, or the line ends before that.
    end: usize,
    /// Signs by which the text in it may grow.
    room: usize,
    /// Whether something follows that has to stay in its column.
    is_followed: bool,
}

/// The rest of the drawn cell around a place; `None` outside such tables, and in a last column, which may be as wide as it
/// likes.
pub(super) fn rest_of_cell(text: &str, at: usize) -> Option<Rest> {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    if line.trim_start().starts_with('|') { in_grid(text, start, line, at) } else { in_simple(text, start, line, at) }
}

/// The edits that put an address in the place of another; nothing where its cell has no room for it.
pub(super) fn replace(text: &str, span: &Range<usize>, raw: String) -> Option<Vec<Edit>> {
    let (old, new) = (text[span.clone()].chars().count(), raw.chars().count());
    let mut edits = vec![Edit { range: span.clone(), text: raw }];
    let Some(rest) = rest_of_cell(text, span.end) else { return Some(edits) };
    if new > old + rest.room {
        return None;
    }
    if rest.is_followed && new > old {
        edits.push(Edit { range: rest.end - (new - old)..rest.end, text: String::new() });
    } else if rest.is_followed && new < old {
        edits.push(Edit { range: rest.end..rest.end, text: " ".repeat(old - new) });
    }
    Some(edits)
}

/// `| cell | cell |` between lines of `+---+`.
fn in_grid(text: &str, start: usize, line: &str, at: usize) -> Option<Rest> {
    let above = text[..start].lines().rev().take(REACH).map(str::trim_start);
    let drawn: Vec<&str> = above.take_while(|line| line.starts_with(['+', '|'])).collect();
    // Lines of a poem begin with a bar too.
    drawn.last().filter(|first| first.starts_with("+-"))?;
    let indent = line.len() - line.trim_start().len();
    let is_corner = |column: usize| {
        let is_corner = |border: &&str| border.starts_with('+') && border.chars().nth(column) == Some('+');
        drawn.iter().any(is_corner)
    };
    let own =
        line[indent..].char_indices().enumerate().map(|(column, (offset, c))| (column, start + indent + offset, c));
    let end = own.filter(|&(_, offset, c)| offset >= at && c == '|').find(|&(column, ..)| is_corner(column));
    // A border that stands out of line leaves no room.
    let (end, room) = end.map_or((at, 0), |(_, end, _)| (end, blanks(&text[at..end])));
    Some(Rest { end, room, is_followed: true })
}

/// Columns below `====  ====`.
fn in_simple(text: &str, start: usize, line: &str, at: usize) -> Option<Rest> {
    let mut below = line;
    let mut border = None;
    for above in text[..start].lines().rev().take(REACH) {
        if is_border(above) {
            border = Some(above);
            break;
        }
        below = above;
    }
    // Behind the last border of a table stands an empty line.
    let border = border.filter(|_| !below.trim().is_empty())?;
    if !text[start..].lines().take(REACH).any(is_border) {
        return None;
    }
    let column = text[start..at].chars().count();
    let mut columns = columns(border).into_iter().skip_while(|other| other.end < column);
    let own = columns.next()?;
    let next = columns.next()?;
    let mut behind = line.char_indices().map(|(offset, _)| start + offset).skip(next.start);
    let (end, is_followed) = behind.next().map_or((start + line.len(), false), |end| (end, true));
    let cell = &text[at..end];
    let gap = next.start - own.end;
    let room = if is_followed {
        blanks(cell).saturating_sub(gap)
    } else {
        own.end.saturating_sub(column + cell.trim_end().chars().count())
    };
    Some(Rest { end, room, is_followed })
}

fn blanks(cell: &str) -> usize {
    cell.len() - cell.trim_end_matches(' ').len()
}

/// Whether a line is nothing but the borders of several columns.
fn is_border(line: &str) -> bool {
    line.trim().bytes().all(|byte| matches!(byte, b'=' | b' ')) && columns(line).len() > 1
}

/// Where the columns below a border stand.
fn columns(border: &str) -> Vec<Range<usize>> {
    let mut columns: Vec<Range<usize>> = Vec::new();
    for (at, _) in border.trim_end().bytes().enumerate().filter(|&(_, byte)| byte == b'=') {
        match columns.last_mut() {
            Some(last) if last.end == at => last.end += 1,
            _ => columns.push(at..at + 1),
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with the address `http://a` in it replaced.
    fn with(text: &str, new: &str) -> Option<String> {
        let start = text.find("http://a").expect("an address");
        let mut edits = replace(text, &(start..start + "http://a".len()), new.to_owned())?;
        Some(super::super::apply(text, &mut edits))
    }

    #[test]
    fn a_grid_keeps_its_columns() {
        let grid = "+-------------------+---+\n| Näme |b|          | N |\n+===================+===+\n| `A <http://a>`__  | b |\n+-------------------+---+\n";
        assert_eq!(with(grid, "https://a").as_deref(), Some(&*grid.replace("http://a>`__  |", "https://a>`__ |")));
        assert_eq!(with(grid, "//a").as_deref(), Some(&*grid.replace("http://a>`__  |", "//a>`__       |")));
        assert_eq!(with(grid, "https://abcd"), None);
        let poem = "| A line of http://a\n| and another\n";
        assert!(with(poem, "https://a.example/long").is_some());
    }

    #[test]
    fn a_simple_table_keeps_its_columns() {
        let table = "==========  =====\nName        Notes\n==========  =====\nhttp://a    one\n\nhttp://b    two\n==========  =====\n\nhttp://c\n";
        assert_eq!(with(table, "https://ab").as_deref(), Some(&*table.replace("http://a    one", "https://ab  one")));
        assert_eq!(with(table, "//a").as_deref(), Some(&*table.replace("http://a    one", "//a         one")));
        assert_eq!(with(table, "https://abc"), None);
        let last = table.replace("http://a    one", "one         http://a");
        assert!(with(&last, "https://a.example/long").is_some(), "the last column has no end");
        let alone = table.replace("http://a    one", "http://a");
        assert!(with(&alone, "https://ab").is_some());
        assert_eq!(with(&alone, "https://abc"), None);
        let behind = table.replace("http://a ", "http://d ").replace("http://c", "http://a");
        assert!(with(&behind, "https://a.example/long").is_some(), "behind the table there is no table");
    }
}
