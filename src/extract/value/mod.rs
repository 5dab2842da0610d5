//! From raw texts to values: texts, names, dates, identifiers, licences, languages.

pub mod byline;
pub mod date;
pub mod identifier;
pub mod language;
pub mod licence;
pub mod name;
pub mod text;
mod words;
