//! What is untidy in a list, beside its broken links.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// One untidy thing: at one place, or at several that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// What kind.
    pub kind: FlawKind,
    /// The address as written, or the markup that is at fault.
    pub subject: String,
    /// What could stand there instead.
    pub instead: Option<String>,
    /// Where it stands, in seed order.
    pub places: Vec<Place>,
}

/// A line of a seed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The seed, as the person named it.
    pub seed: Arc<str>,
    /// 1-based line.
    pub line: usize,
    /// What stands there, where it is not the subject itself.
    pub text: Option<String>,
}

/// Kinds of untidiness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlawKind {
    /// One address several times in one list.
    Duplicate,
    /// One resource under several addresses in one list.
    SameResource,
    /// http where https works.
    Insecure,
    /// An address that leads through somebody's counter or filter.
    Redirector,
    /// An address that tells where its readers come from.
    Tracking,
    /// A mail address inside an address.
    MailAddress,
    /// A link whose text says nothing.
    BareTitle,
    /// Brackets of a link without an address that works.
    NoAddress,
    /// Text that touches a link.
    Glued,
}

impl FlawKind {
    /// All kinds, in the order reports have them.
    pub const ALL: [FlawKind; 9] = [
        FlawKind::Duplicate,
        FlawKind::SameResource,
        FlawKind::Insecure,
        FlawKind::Redirector,
        FlawKind::Tracking,
        FlawKind::MailAddress,
        FlawKind::BareTitle,
        FlawKind::NoAddress,
        FlawKind::Glued,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            FlawKind::Duplicate => "duplicate",
            FlawKind::SameResource => "same-resource",
            FlawKind::Insecure => "insecure",
            FlawKind::Redirector => "redirector",
            FlawKind::Tracking => "tracking",
            FlawKind::MailAddress => "mail-address",
            FlawKind::BareTitle => "bare-title",
            FlawKind::NoAddress => "no-address",
            FlawKind::Glued => "glued",
        }
    }

    /// Reads a stable name back.
    pub fn parse(name: &str) -> Option<FlawKind> {
        FlawKind::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}
