//! MediaWiki as a wiki: where its interface for programs is, what it is asked, what it answers in each of its generations,
//! and how a page as it is written is paired with the page as it is shown.
//!
//! Nothing here makes a request: addresses go out, answers come in.

mod answer;
mod ask;
mod clue;
mod pair;
mod red;

#[cfg(test)]
mod tests;

pub use answer::{Answer, Page, Site, Text, Trouble, read, read_rest};
pub use ask::{Api, page_address};
pub use clue::{Clue, clue};
pub use pair::{Paired, pair};
pub use red::RedLinks;

/// Name spaces whose pages are never followed: media, special pages, users, talk, files, the interface, templates, help.
pub fn is_machinery(namespace: i64) -> bool {
    namespace < 0 || namespace % 2 == 1 || matches!(namespace, 2 | 6 | 8 | 10 | 12)
}

/// The number of the name space for categories.
pub const CATEGORY: i64 = 14;
