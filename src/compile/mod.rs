//! Curated text and harvested metadata merged into a compilation.
//!
//! The curator wins for wording, sections and order; the harvest fills in what the list does not say. Mentions of one resource
//! are gathered under the first of them, and none is lost.

mod changes;
mod curated;
mod differences;
mod duplicates;
mod merge;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::model::{Confidence, Delisted, Metadata, Reason, State};

pub use changes::{Change, Renewal, Since};
pub use differences::Difference;
pub use merge::compile;

/// The research product: entries in the curator's sections and order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compilation {
    /// What it is called.
    pub title: String,
    /// The seeds it was made from, in their order.
    pub seeds: Vec<String>,
    /// The latest check of any entry.
    pub checked: Option<Timestamp>,
    /// Names of the further columns that tabular seeds brought along, in order of appearance.
    pub columns: Vec<String>,
    /// The sections, in the order of their first mention.
    pub sections: Vec<Section>,
    /// When the compilation before was made; absent for a first one.
    pub since: Option<Timestamp>,
    /// What that one listed and this one does not.
    pub delisted: Vec<Delisted>,
}

/// The entries under one heading of one seed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    /// The seed it stands in.
    pub seed: String,
    /// Headings, outermost first; empty for what stands before the first heading.
    pub path: Vec<String>,
    /// Resources first mentioned here.
    pub entries: Vec<Entry>,
    /// Resources mentioned here that have their entry elsewhere.
    pub references: Vec<Reference>,
}

/// A pointer to an entry that stands elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The title it has here.
    pub title: String,
    /// The address as written here.
    pub url: String,
    /// Title of the entry.
    pub entry: String,
    /// Which of the sections the entry stands in.
    pub home: usize,
    /// Its place among the entries of that one.
    pub place: usize,
}

/// One resource: what the list says and what was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// The address as first written.
    pub url: String,
    /// Canonical address: the key.
    pub canonical: String,
    /// What to call it: the list's wording, else the page's, else its address.
    pub title: String,
    /// Whose wording the title is.
    pub title_from: TitleFrom,
    /// What the list says about it.
    pub annotation: Option<String>,
    /// Title of the enclosing entry of the list.
    pub parent_title: Option<String>,
    /// Values of the further columns, by name.
    pub fields: Vec<(String, String)>,
    /// The seed of the first mention.
    pub seed: String,
    /// Its 1-based line.
    pub line: usize,
    /// Every further mention.
    pub also: Vec<Mention>,
    /// What the resource is, from the last visit that saw its own content.
    pub metadata: Metadata,
    /// When that was.
    pub metadata_at: Option<Timestamp>,
    /// `<title>` as seen then.
    pub page_title: Option<String>,
    /// What the list and the page say differently.
    pub differences: Vec<Difference>,
    /// What happened to it since the compilation before.
    pub changes: Vec<Change>,
    /// How it stands.
    pub health: Health,
    /// An archived copy.
    pub memento: Option<String>,
}

/// Whose wording a title is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TitleFrom {
    /// The list's.
    List,
    /// The page's.
    Page,
    /// Nobody's: the address stands in.
    #[default]
    Address,
}

/// A further mention of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The seed.
    pub seed: String,
    /// 1-based line.
    pub line: usize,
    /// Headings, outermost first.
    pub section: Vec<String>,
    /// The address as written there.
    pub url: String,
    /// The title given there.
    pub title: Option<String>,
    /// What is said there.
    pub annotation: Option<String>,
    /// How it is known to be the same resource.
    pub same: Same,
}

/// What two mentions of one resource have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Same {
    /// The canonical address.
    Address,
    /// The address their redirects end at.
    Destination,
    /// The DOI.
    Doi,
    /// Every byte of a document.
    Content,
}

/// The latest verdict and the history in short.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Health {
    /// The verdict; absent for a link that was never checked.
    pub state: Option<State>,
    /// The rule that decided.
    pub reason: Option<Reason>,
    /// How sure it is.
    pub confidence: Option<Confidence>,
    /// Status of the last answer.
    pub http_status: Option<u16>,
    /// Where the last chain ended.
    pub final_url: Option<String>,
    /// The address that should replace the listed one.
    pub moved_to: Option<String>,
    /// Redirects on the way.
    pub redirects: u32,
    /// When the verdict was reached.
    pub checked: Option<Timestamp>,
    /// When it was first listed.
    pub first_seen: Option<Timestamp>,
    /// When it was last seen alive.
    pub last_ok: Option<Timestamp>,
    /// Failing runs counted.
    pub strikes: u32,
}

impl Entry {
    /// Whether the list tells more of it than where it is and how it is called, as bibliographies do.
    pub fn is_record(&self) -> bool {
        curated::tell_facts(&self.fields)
    }

    /// The columns with something in them that its citation does not say already.
    pub fn further_columns(&self) -> impl Iterator<Item = (&str, &str)> {
        let filled = self.fields.iter().filter(|(_, value)| !value.trim().is_empty());
        let further = filled.filter(|(name, value)| !curated::is_cited(&self.metadata, name, value));
        further.map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl Compilation {
    /// Every entry, in order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.sections.iter().flat_map(|section| &section.entries)
    }
}
