//! CSV as RFC 4180 has it, in the two dialects people need.

use std::borrow::Cow;
use std::io;

use super::escape;

/// How a table is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// Comma, CRLF, UTF-8 without a byte order mark.
    #[default]
    Plain,
    /// The same with a byte order mark, and cells cut at what a spreadsheet takes.
    Excel,
}

/// The characters one cell of a spreadsheet takes at most.
const SPREADSHEET_CELL: usize = 32_767;

/// A table on its way into a writer. Every cell passes the formula guard.
pub struct Table<'a> {
    out: &'a mut dyn io::Write,
    dialect: Dialect,
    /// The cells every row has.
    columns: usize,
    /// The row on its way, and the cells it has so far.
    row: String,
    cells: usize,
}

impl<'a> Table<'a> {
    /// Begins a table with its header.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn new(out: &'a mut dyn io::Write, dialect: Dialect, header: &[&str]) -> io::Result<Self> {
        if dialect == Dialect::Excel {
            out.write_all("\u{FEFF}".as_bytes())?;
        }
        let mut table = Table { out, dialect, columns: header.len(), row: String::new(), cells: 0 };
        table.row(header)?;
        Ok(table)
    }

    /// Writes one row.
    ///
    /// # Errors
    /// Those of the writer; a row of another length than the header.
    pub fn row<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) -> io::Result<()> {
        for cell in cells {
            self.cell(cell.as_ref());
        }
        self.end_row()
    }

    /// Adds one cell to the row on its way.
    pub fn cell(&mut self, text: &str) {
        if self.cells > 0 {
            self.row.push(',');
        }
        self.cells += 1;
        if text.is_empty() {
            return;
        }
        let cell = self.shown(text);
        // One line each, so that commas and quotes are all that could be taken for the table's own.
        if escape::stands_in_table(&cell) {
            self.row.push_str(&cell);
        } else {
            self.row.push('"');
            for (number, part) in cell.split('"').enumerate() {
                self.row.push_str(if number > 0 { "\"\"" } else { "" });
                self.row.push_str(part);
            }
            self.row.push('"');
        }
    }

    /// Adds a cell that is there or empty.
    pub fn optional(&mut self, text: Option<&str>) {
        self.cell(text.unwrap_or_default());
    }

    /// Writes the row on its way.
    ///
    /// # Errors
    /// Those of the writer; a row of another length than the header.
    pub fn end_row(&mut self) -> io::Result<()> {
        if self.cells != self.columns {
            return Err(io::Error::other(format!("a row of {} cells below {} columns", self.cells, self.columns)));
        }
        self.row.push_str("\r\n");
        self.out.write_all(self.row.as_bytes())?;
        self.row.clear();
        self.cells = 0;
        Ok(())
    }

    fn shown<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let cell = escape::csv_cell(text);
        match self.dialect {
            Dialect::Excel if cell.len() > SPREADSHEET_CELL => {
                Cow::Owned(escape::clip(&cell, SPREADSHEET_CELL).into_owned())
            }
            _ => cell,
        }
    }

    /// Ends the table.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(self) -> io::Result<()> {
        self.out.flush()
    }
}
