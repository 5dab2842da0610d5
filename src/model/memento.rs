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

/// Digits of a moment as archives write it.
const STAMP: usize = 14;

/// The address that an archive has a copy of, where an address is that of a copy: it stands behind a moment.
pub fn original(address: &str) -> Option<&str> {
    let (stamp, original) = address.split_once("/web/")?.1.split_once('/')?;
    let digits = stamp.bytes().take_while(u8::is_ascii_digit).count();
    (digits >= 4 && original.starts_with("http") || digits >= STAMP && !original.is_empty()).then_some(original)
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
