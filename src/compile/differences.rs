//! Where the list and the page disagree: shown to the curator, never applied.

use crate::model::{ListedResource, State, SuggestionKind};

/// Something the page says differently from the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The page calls itself otherwise.
    Title(String),
    /// The page lives at another address now.
    Address(String),
    /// The page tells a fact otherwise than the list does.
    Fact {
        /// What it is, as a reader calls it.
        what: &'static str,
        /// What the page says.
        page: String,
    },
}

/// What a curator may want to know about a resource.
pub fn between(row: &ListedResource) -> Vec<Difference> {
    let mut found = Vec::new();
    if let (Some(listed), Some(page)) = (&row.title, page_title(row))
        && !tells_the_same(listed, page)
        && !is_borrowed(row)
    {
        found.push(Difference::Title(page.to_owned()));
    }
    found.extend(moved_to(row).map(|address| Difference::Address(address.to_owned())));
    found
}

/// The title of the page without its site's name, else as it stands there.
pub fn page_title(row: &ListedResource) -> Option<&str> {
    let harvested = row.metadata.as_ref().and_then(|metadata| metadata.title.as_ref()).map(|field| &field.value);
    harvested.or(row.page_title.as_ref()).map(|title| title.trim()).filter(|title| !title.is_empty())
}

/// Whether the list's title is that of its section, which every link without words of its own is given, and the page calls
/// itself otherwise.
pub(super) fn is_borrowed(row: &ListedResource) -> bool {
    let (Some(listed), Some(heading)) = (&row.title, row.section.last()) else { return false };
    listed.trim() == heading.trim() && page_title(row).is_some_and(|page| !tells_the_same(listed, page))
}

/// The address that should replace the listed one.
pub fn moved_to(row: &ListedResource) -> Option<&str> {
    let suggested = row.suggestions.iter().find(|suggestion| suggestion.kind == SuggestionKind::Redirect);
    suggested.map(|suggestion| suggestion.url.as_str()).filter(|_| row.state == Some(State::Moved))
}

/// Whether two titles differ in nothing but case, punctuation, a subtitle or a site's name.
fn tells_the_same(listed: &str, page: &str) -> bool {
    let (listed, page) = (letters(listed), letters(page));
    listed.is_empty() || page.is_empty() || listed.contains(&page) || page.contains(&listed)
}

pub(super) fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
