//! Archived copies of what is gone (RFC 7089).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An archived copy of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memento {
    /// Where it can be read.
    pub url: String,
    /// When it was made.
    pub captured: Timestamp,
    /// Whether it carries the title the resource was last seen with.
    pub title: TitleMatch,
}

/// Whether a copy carries the title a resource was last seen with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TitleMatch {
    /// It does.
    Yes,
    /// It has another one.
    No,
    /// The copy was not looked at, or no title is known.
    #[default]
    Unknown,
}

impl TitleMatch {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            TitleMatch::Yes => "yes",
            TitleMatch::No => "no",
            TitleMatch::Unknown => "unknown",
        }
    }

    /// Reads a stable name back.
    pub fn parse(name: &str) -> Option<TitleMatch> {
        [TitleMatch::Yes, TitleMatch::No, TitleMatch::Unknown].into_iter().find(|known| known.as_str() == name)
    }
}
