//! One resource as a list names it, beside what is known of it: the raw material of the compilation.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::assessment::{Confidence, Suggestion};
use super::metadata::Metadata;
use super::reason::Reason;
use super::state::State;

/// One mention of a resource in a seed with what its latest check and its last good visit brought to light.
///
/// The ledger tells one for every occurrence, in seed order; `compile` merges them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListedResource {
    /// The seed, as the person named it.
    pub seed: String,
    /// 1-based line.
    pub line: usize,
    /// The address as written.
    pub url: String,
    /// Canonical address; the address as written where it cannot be parsed.
    pub canonical: String,
    /// The title the list gives it.
    pub title: Option<String>,
    /// What the list says about it.
    pub annotation: Option<String>,
    /// Headings around it, outermost first.
    pub section: Vec<String>,
    /// Title of the enclosing entry.
    pub parent_title: Option<String>,
    /// Further columns of a tabular seed, by name, in their order.
    pub fields: Vec<(String, String)>,
    /// The latest verdict; absent for a link that was never checked.
    pub state: Option<State>,
    /// The rule that decided.
    pub reason: Option<Reason>,
    /// How sure it is.
    pub confidence: Option<Confidence>,
    /// Status of the last answer.
    pub http_status: Option<u16>,
    /// Where the chain of the last check ended.
    pub final_url: Option<String>,
    /// Redirects on the way there.
    pub redirects: u32,
    /// Replacements the last check came with, archived copies among them.
    pub suggestions: Vec<Suggestion>,
    /// When the verdict was reached.
    pub checked: Option<Timestamp>,
    /// When it was first listed.
    pub first_seen: Option<Timestamp>,
    /// When it was last seen alive.
    pub last_ok: Option<Timestamp>,
    /// Failing runs counted.
    pub strikes: u32,
    /// What the resource is, from the last visit that saw its own content.
    pub metadata: Option<Metadata>,
    /// When that visit was.
    pub metadata_at: Option<Timestamp>,
    /// `<title>` as seen then; may be absent where the metadata has a title.
    pub page_title: Option<String>,
    /// xxh3 of the body of a document as seen then, so that its copies meet.
    pub body_hash: Option<u64>,
    /// The edition seen last.
    pub edition: Option<Edition>,
    /// What the run before knew of it; absent where there was none.
    pub earlier: Option<Earlier>,
}

/// What tells one edition of a resource from another, as a visit that saw its own content found it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Edition {
    /// What it calls itself.
    #[serde(skip)]
    pub title: Option<String>,
    /// Publication date, as precise as known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// Date of the last change, in the same form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    /// xxh3 of the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<u64>,
    /// Whether it is a file that is the same for every reader, such as a PDF, and no page that is put together anew for each.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub document: bool,
}

/// What an earlier run knew of a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Earlier {
    /// Whether it was listed then.
    pub listed: bool,
    /// The verdict then.
    pub state: Option<State>,
    /// The new address known then.
    pub moved_to: Option<String>,
    /// The edition seen last by then.
    pub edition: Option<Edition>,
}

/// A resource that the run before listed and this one does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delisted {
    /// The seed of its first mention.
    pub seed: String,
    /// The address as written there.
    pub url: String,
    /// Canonical address.
    pub canonical: String,
    /// The title it had there.
    pub title: Option<String>,
    /// Headings around it, outermost first.
    pub section: Vec<String>,
    /// The last verdict.
    pub state: Option<State>,
    /// Where its last chain ended.
    pub final_url: Option<String>,
}
