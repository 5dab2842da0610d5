//! What a seed says about a resource.

use std::ops::Range;
use std::sync::Arc;

use url::Url;

use super::reason::Reason;

/// Where a link stands in its seed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// 1-based line of the first character of the link's markup.
    pub line: usize,
    /// 1-based column of it, in Unicode code points.
    pub column: usize,
    /// Bytes of the address as written inside the (decoded) source, for repairs.
    pub span: Range<usize>,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// An absolute http or https address.
    Valid(Url),
    /// It cannot be parsed; the text says why.
    Invalid(String),
}

/// Why a mention is not checked, although it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The kind of rule that leaves it out.
    pub reason: Reason,
    /// The rule itself, in words that let a person find it: "the comment in line 12: members only".
    pub rule: Arc<str>,
}

/// One mention of a resource in a seed: the address, and what the list says about it.
///
/// Texts have their markup removed, references decoded and white space folded; `None` means the list says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The address as written, character references decoded, trimmed.
    pub href: String,
    /// The absolute address it resolves to.
    pub target: Target,
    /// The human title of the resource.
    pub title: Option<String>,
    /// What the list says about it.
    pub annotation: Option<String>,
    /// Headings that enclose the entry, outermost first; shared between the links of one section.
    pub section: Arc<[String]>,
    /// Title of the enclosing entry.
    pub parent_title: Option<String>,
    /// Where the link's markup begins.
    pub position: Position,
    /// Further columns of a tabular seed, by name, in their order.
    pub fields: Vec<(String, String)>,
    /// The rule that leaves it out of the check; whatever the rule, it stays in the list.
    pub left_out: Option<LeftOut>,
}

impl Link {
    /// The absolute address, when there is one.
    pub fn url(&self) -> Option<&Url> {
        match &self.target {
            Target::Valid(url) => Some(url),
            Target::Invalid(_) => None,
        }
    }
}
