//! What became of a link's fragment.

use serde::{Deserialize, Serialize};

/// Whether the place a fragment names exists on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// The page has it.
    Found,
    /// A static page without it.
    Missing,
    /// The page builds itself by script, or the fragment is no plain name.
    Unverifiable,
}

impl Anchor {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Anchor::Found => "found",
            Anchor::Missing => "missing",
            Anchor::Unverifiable => "unverifiable",
        }
    }
}
