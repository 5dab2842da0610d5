//! How values of the house stand in columns.

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::model::{Confidence, Reason, State};

/// Milliseconds since 1970-01-01 UTC.
pub(super) fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// A value that does not read back: the file is damaged, or was changed by hand.
pub(super) fn damaged(column: usize, what: impl Into<String>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, what.into().into())
}

pub(super) fn instant(column: usize, millis: i64) -> rusqlite::Result<Timestamp> {
    Timestamp::from_millisecond(millis).map_err(|_| damaged(column, "a time out of range"))
}

/// Reading columns by position.
pub(super) trait Columns {
    fn instant(&self, column: usize) -> rusqlite::Result<Option<Timestamp>>;
    fn state(&self, column: usize) -> rusqlite::Result<State>;
    fn reason(&self, column: usize) -> rusqlite::Result<Reason>;
    fn confidence(&self, column: usize) -> rusqlite::Result<Confidence>;
    fn json<T: DeserializeOwned>(&self, column: usize) -> rusqlite::Result<Option<T>>;
    /// A text, with nothing copied.
    fn text(&self, column: usize) -> rusqlite::Result<Option<&str>>;
    fn count(&self, column: usize) -> rusqlite::Result<usize>;
}

impl Columns for Row<'_> {
    fn instant(&self, column: usize) -> rusqlite::Result<Option<Timestamp>> {
        self.get::<_, Option<i64>>(column)?.map(|value| instant(column, value)).transpose()
    }

    fn state(&self, column: usize) -> rusqlite::Result<State> {
        let text = self.text(column)?.unwrap_or_default();
        State::parse(text).ok_or_else(|| damaged(column, format!("unknown state `{text}`")))
    }

    fn reason(&self, column: usize) -> rusqlite::Result<Reason> {
        let text = self.text(column)?.unwrap_or_default();
        Reason::parse(text).ok_or_else(|| damaged(column, format!("unknown reason `{text}`")))
    }

    fn confidence(&self, column: usize) -> rusqlite::Result<Confidence> {
        let text = self.text(column)?.unwrap_or_default();
        Confidence::parse(text).ok_or_else(|| damaged(column, format!("unknown confidence `{text}`")))
    }

    fn json<T: DeserializeOwned>(&self, column: usize) -> rusqlite::Result<Option<T>> {
        self.text(column)?
            .map(|text| serde_json::from_str(text).map_err(|error| damaged(column, error.to_string())))
            .transpose()
    }

    fn text(&self, column: usize) -> rusqlite::Result<Option<&str>> {
        Ok(self.get_ref(column)?.as_str_or_null()?)
    }

    fn count(&self, column: usize) -> rusqlite::Result<usize> {
        let value: i64 = self.get(column)?;
        usize::try_from(value).map_err(|_| damaged(column, "a negative number"))
    }
}

/// A value as JSON text.
pub(super) fn to_json<T: Serialize + ?Sized>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}
