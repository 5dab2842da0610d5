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
    writer: csv::Writer<&'a mut dyn io::Write>,
    dialect: Dialect,
    /// The row on its way.
    row: csv::ByteRecord,
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
        let writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        let mut table = Table { writer, dialect, row: csv::ByteRecord::new() };
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
        // Most cells of a wide table are empty.
        let cell = if text.is_empty() { Cow::Borrowed(text) } else { self.shown(text) };
        self.row.push_field(cell.as_bytes());
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
        self.writer.write_byte_record(&self.row)?;
        self.row.clear();
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
    pub fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
