//! Repairing the list itself: links get their new address, their copy, their spelling, and nothing else changes.
//!
//! A document is read like any other; for each link the caller says what should become of it. The replacement is written
//! as the format wants it (`spot`), a note about an archived copy goes beside the link as the format does it (`beside`).
//! Then the new text is read again: it must list what was meant and nothing else, or the repair that is in the way is
//! left out. All bytes outside the repaired places stay what they were, in whatever encoding (`coding`).

mod beside;
mod bots;
mod coding;
mod copies;
mod draft;
mod drawn;
mod marks;
mod spot;
mod template;
#[cfg(test)]
mod tests;
mod wish;

use std::ops::Range;

pub use beside::{Markup, link_markup};
pub use draft::{Approve, fix};
pub use wish::{Wish, Wishes};

use crate::model::Link;
use crate::seed::{Format, SeedError};

/// Why a link is rewritten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Why {
    /// It has moved for good.
    Moved,
    /// The same page is there over https.
    Secure,
    /// Its address was misspelt.
    Repaired,
    /// It is gone, and there is a copy.
    Archived,
    /// Its address told where readers come from.
    Untracked,
}

impl Why {
    /// The stable name, in patches and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Why::Moved => "moved",
            Why::Secure => "https",
            Why::Repaired => "repaired",
            Why::Archived => "archived",
            Why::Untracked => "tracking",
        }
    }
}

/// What is to be done to one link, for a person to say yes or no to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Why.
    pub why: Why,
    /// The address as written.
    pub old: String,
    /// The address that replaces it, or that stands beside it.
    pub new: String,
    /// The title the list gives it.
    pub title: Option<String>,
    /// 1-based line.
    pub line: usize,
    /// 1-based column.
    pub column: usize,
}

/// A link that should be repaired and was not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The address as written.
    pub url: String,
    /// 1-based line.
    pub line: usize,
    /// Why it was left.
    pub because: &'static str,
}

/// A repaired document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The format it was read as.
    pub format: Format,
    /// Its text before and after.
    pub before: String,
    /// The text after.
    pub after: String,
    /// The bytes after.
    pub bytes: Vec<u8>,
    /// What was done, in the order of the document.
    pub done: Vec<Proposal>,
    /// What was left for a person.
    pub left: Vec<Left>,
}

/// A document that cannot be repaired.
#[derive(Debug, thiserror::Error)]
pub enum FixError {
    /// It cannot be read as a list.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// It would not come out as it went in.
    #[error("{name} cannot be written back byte for byte ({why}): save it as UTF-8, or repair it by hand")]
    Coding {
        /// The document as the person named it.
        name: String,
        /// What stands in the way.
        why: &'static str,
    },
}

/// One place of a text and what stands there afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Edit {
    range: Range<usize>,
    text: String,
}

/// The text with all edits applied. They do not overlap.
fn apply(text: &str, edits: &mut [Edit]) -> String {
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut after = String::with_capacity(text.len() + edits.iter().map(|edit| edit.text.len()).sum::<usize>());
    let mut at = 0;
    for edit in edits.iter() {
        after.push_str(&text[at..edit.range.start]);
        after.push_str(&edit.text);
        at = edit.range.end;
    }
    after.push_str(&text[at..]);
    after
}

/// Whether a link was read from what is no address in the source: a page of the wiki, an identifier.
fn is_address(raw: &str, link: &Link) -> bool {
    let raw = raw.trim();
    !raw.is_empty()
        && (raw.contains("//") || raw.contains("\\/\\/") || raw.contains('.') && !raw.starts_with("10."))
        && !link.href.is_empty()
}
