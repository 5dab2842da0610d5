//! Tables: rows are entries, columns say what their cells are (rules 6.3 and 9.4).

use super::blocks::{Block, blocks};
use super::columns;
use super::entry::{self, Around, Kind};
use super::flat::Flat;
use super::tree::{Name, mark};
use super::walk::Walker;
use super::words;

/// Columns and rows a cell takes at most, and columns that are told apart.
const MAX_SPAN: usize = 200;

/// A cell at its place in the grid.
struct Cell {
    node: usize,
    column: usize,
    columns: usize,
    /// Whether it began in a row above.
    from_above: bool,
}

/// Cells that reach into the rows below.
#[derive(Default)]
struct Reaching {
    /// Column, columns, rows still to come, node.
    cells: Vec<(usize, usize, usize, usize)>,
}

/// What the header says about the columns.
#[derive(Default)]
struct Header {
    title: Option<usize>,
    annotation: Option<usize>,
}

/// One cell as text.
struct Said {
    column: usize,
    flat: Flat,
    /// Whether its links are entries of this row.
    own: bool,
}

impl Walker<'_, '_, '_, '_> {
    /// A table.
    pub(super) fn table(&mut self, node: usize) {
        let mut rows: Vec<(usize, bool)> = Vec::new();
        for child in self.tree.children(node) {
            let inner = self.tree.nodes[child];
            if inner.marks & mark::CUT != 0 {
                continue;
            }
            match inner.name {
                Name::Row => rows.push((child, false)),
                Name::RowGroup => rows.extend(
                    self.tree.children(child).filter(|&row| self.is_row(row)).map(|row| (row, inner.level == 1)),
                ),
                Name::Text => {}
                _ => {
                    self.enter();
                    self.flow(child);
                    self.leave();
                }
            }
        }
        let width = rows.iter().map(|&(row, _)| self.width(row)).max().unwrap_or(0);
        let mut header = Header::default();
        let mut reaching = Reaching::default();
        for (index, &(row, head)) in rows.iter().enumerate() {
            let cells = reaching.lay_out(self.cells(row));
            self.enter();
            if head || self.is_header(&cells, index == 0) {
                header = self.read_header(&cells);
                // A heading with links is still a row of resources.
                if self.has_links(row) {
                    self.row(&cells, &Header::default());
                }
            } else if let Some(text) = self.row_heading(&cells, width) {
                self.sections.set_acting(text);
            } else if self.is_layout(&cells) {
                for cell in cells.iter().filter(|cell| !cell.from_above) {
                    self.flow(cell.node);
                }
            } else {
                self.row(&cells, &header);
            }
            self.leave();
        }
    }

    fn is_row(&self, row: usize) -> bool {
        self.tree.nodes[row].name == Name::Row && self.tree.nodes[row].marks & mark::CUT == 0
    }

    fn cells(&self, row: usize) -> Vec<(usize, usize, usize)> {
        let cells = self.tree.children(row).filter(|&cell| {
            let node = &self.tree.nodes[cell];
            matches!(node.name, Name::Cell | Name::HeaderCell) && node.marks & mark::CUT == 0
        });
        cells
            .map(|cell| {
                let (columns, rows) = self.tree.spans(cell);
                (cell, columns.min(MAX_SPAN), rows.min(MAX_SPAN))
            })
            .collect()
    }

    /// Columns of a row; a row of one cell says nothing about the table.
    fn width(&self, row: usize) -> usize {
        let cells = self.cells(row);
        if cells.len() < 2 { 0 } else { cells.iter().map(|&(_, columns, _)| columns).sum() }
    }

    fn cell_flat(&self, cell: usize) -> Flat {
        let mut flat = Flat::default();
        self.push_container(&mut flat, cell);
        flat
    }

    /// Whether a row names the columns: header cells only, or, in first place, a name of a title or annotation column.
    fn is_header(&self, cells: &[Cell], first: bool) -> bool {
        let own: Vec<&Cell> = cells.iter().filter(|cell| !cell.from_above).collect();
        if own.len() < 2 {
            return false;
        }
        if own.iter().all(|cell| self.tree.nodes[cell.node].name == Name::HeaderCell) {
            return true;
        }
        first
            && !own.iter().any(|cell| self.has_links(cell.node))
            && own.iter().any(|cell| {
                let name = self.cell_flat(cell.node).visible_without(&[]);
                columns::is_named(&name, columns::TABLE_TITLE) || columns::is_named(&name, columns::TABLE_ANNOTATION)
            })
    }

    fn read_header(&self, cells: &[Cell]) -> Header {
        let names: Vec<(usize, String)> =
            cells.iter().map(|cell| (cell.column, self.cell_flat(cell.node).visible_without(&[]))).collect();
        let find = |wanted: &[&str]| {
            wanted.iter().find_map(|name| {
                names.iter().find(|(_, text)| columns::is_named(text, &[name])).map(|&(column, _)| column)
            })
        };
        Header { title: find(columns::TABLE_TITLE), annotation: find(columns::TABLE_ANNOTATION) }
    }

    /// The text of a row that is one cell over all columns and has no link.
    fn row_heading(&self, cells: &[Cell], width: usize) -> Option<String> {
        let [cell] = cells else { return None };
        if cell.from_above || width < 2 || cell.columns < width || self.has_links(cell.node) {
            return None;
        }
        words::some_text(&self.cell_flat(cell.node).visible_without(&[]))
    }

    /// Whether the cells hold a page's structure and not a row's facts.
    fn is_layout(&self, cells: &[Cell]) -> bool {
        cells.iter().filter(|cell| !cell.from_above).any(|cell| {
            let (found, _) = blocks(self.tree, cell.node);
            found.iter().any(|block| matches!(block, Block::Heading(_) | Block::Table(_)))
        })
    }

    fn row(&mut self, cells: &[Cell], header: &Header) {
        let mut said: Vec<Said> = Vec::new();
        let mut inner: Vec<Block> = Vec::new();
        let mut all_notes: Vec<usize> = Vec::new();
        for cell in cells {
            let (found, notes) = blocks(self.tree, cell.node);
            let mut flat = Flat::default();
            for block in found {
                match block {
                    Block::Paragraph(nodes) => {
                        flat.boundary();
                        flat.push(&self.lens(), nodes);
                    }
                    Block::List(node) | Block::Terms(node) | Block::Details(node) if !self.has_links(node) => {
                        self.push_container(&mut flat, node);
                    }
                    Block::Other(_) => {}
                    block if !cell.from_above => inner.push(block),
                    _ => {}
                }
            }
            flat.drop_badges(&self.lens(), false);
            if cell.from_above {
                flat.links.clear();
            } else {
                all_notes.extend(notes);
            }
            let lines = !cell.from_above && entry::split(&flat).is_some();
            if lines {
                self.entry(&flat, Kind::Item, None);
            }
            said.push(Said { column: cell.column, flat, own: !lines });
        }
        self.row_entry(&said, header);
        for block in inner {
            self.inner_block(block, None);
        }
        self.notes(&all_notes);
    }

    /// The entry that a row is.
    fn row_entry(&mut self, said: &[Said], header: &Header) {
        let mut whole = Flat::default();
        let mut ends = Vec::new();
        for cell in said.iter().filter(|cell| cell.own) {
            whole.boundary();
            whole.append(&cell.flat);
            ends.push((whole.text.len(), cell.column));
        }
        if !whole.has_links() {
            return;
        }
        let heading = self.sections.nearest().map(str::to_owned);
        let around = Around { enclosing: None, heading: heading.as_deref() };
        let mut outcome = entry::read(&whole, Kind::Item, None, around);
        let texts: Vec<(usize, Option<String>)> =
            said.iter().map(|cell| (cell.column, if cell.own { entry::cell_text(&cell.flat) } else { None })).collect();
        let (title, title_column) = match outcome.main {
            Some(main) => {
                let at = whole.links[main].text.end;
                (outcome.title.clone(), ends.iter().find(|(end, _)| at <= *end).map(|&(_, column)| column))
            }
            None => {
                let named =
                    header.title.and_then(|column| texts.iter().find(|(at, text)| *at == column && text.is_some()));
                let cell = named.or_else(|| {
                    texts.iter().find(|(column, text)| text.is_some() && Some(*column) != header.annotation)
                });
                (cell.and_then(|(_, text)| text.as_deref()).map(title_text), cell.map(|&(column, _)| column))
            }
        };
        let annotation = match header.annotation {
            Some(column) if Some(column) == title_column => self.rest_of_title_cell(said, column),
            Some(column) => texts.iter().find(|(at, _)| *at == column).and_then(|(_, text)| text.clone()),
            None => {
                let others: Vec<&str> = texts
                    .iter()
                    .filter(|(column, _)| Some(*column) != title_column)
                    .filter_map(|(_, text)| text.as_deref())
                    .collect();
                match title_column {
                    Some(column) if others.is_empty() => self.rest_of_title_cell(said, column),
                    _ => words::some_text(&others.join("; ")),
                }
            }
        };
        for record in outcome.records.iter_mut().filter(|record| record.main.is_none()) {
            if title.is_some() {
                record.title.clone_from(&title);
            }
            record.annotation.clone_from(&annotation);
        }
        self.keep(&whole, &outcome, None);
    }

    /// What the cell with the main link says beside it.
    fn rest_of_title_cell(&self, said: &[Said], column: usize) -> Option<String> {
        let cell = said.iter().find(|cell| cell.column == column)?;
        let outcome = entry::read(&cell.flat, Kind::Item, None, Around::default());
        outcome.main.and(outcome.annotation)
    }
}

/// The text of a title cell as a title.
fn title_text(text: &str) -> String {
    words::without_final_separators(words::without_leading_separators(text)).to_owned()
}

impl Reaching {
    /// Places a row's cells beside those that reach down from above.
    fn lay_out(&mut self, own: Vec<(usize, usize, usize)>) -> Vec<Cell> {
        let mut cells: Vec<Cell> = Vec::new();
        for &(column, columns, _, node) in &self.cells {
            cells.push(Cell { node, column, columns, from_above: true });
        }
        for (_, _, rows, _) in &mut self.cells {
            *rows -= 1;
        }
        let mut column = 0;
        // Few cells reach down, but a row may be long.
        let above = cells.len();
        for (node, columns, rows) in own {
            while let Some(above) =
                cells[..above].iter().find(|cell| cell.column <= column && column < cell.column + cell.columns)
            {
                column = above.column + above.columns;
            }
            cells.push(Cell { node, column, columns, from_above: false });
            if rows > 1 && self.cells.len() < MAX_SPAN {
                self.cells.push((column, columns, rows - 1, node));
            }
            column += columns;
        }
        self.cells.retain(|&(_, _, rows, _)| rows > 0);
        cells.sort_by_key(|cell| cell.column);
        cells
    }
}
