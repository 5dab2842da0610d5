//! What an entry is cited as: links are often put on words that are no title.

use std::collections::HashSet;

use super::plain;
use crate::compile::{Entry, TitleFrom};
use crate::model::State;
use crate::model::metadata::Field;

/// Vocabularies in which publications say how they are called.
const SCHOLARLY: &[&str] = &["citation_", "bepress", "eprints", "prism", "dc.", "dcterms"];

/// Words of a link's text that are too few for a title.
const FEW: usize = 2;

/// Letters of a word that tells something.
const TELLING: usize = 4;

/// The title to cite, and what the page calls itself where that is something else.
///
/// A list's wording stands, but where it can hardly be a title: it has two words or fewer, or none in common with what the page
/// surely calls itself. A record's title is one.
pub(super) fn of(entry: &Entry) -> (String, Option<String>) {
    let listed = plain(&entry.title).into_owned();
    let is_links = entry.title_from == TitleFrom::List && !entry.is_record();
    // What shows at a suspect address may be anything.
    let seen = is_links && entry.health.state != Some(State::Suspect);
    let Some(title) = entry.metadata.title.as_ref().filter(|_| seen) else { return (listed, None) };
    let page = plain(&title.value).into_owned();
    let scholarly = is_scholarly(title);
    let (here, there) = (letters(&listed), letters(&page));
    let contained = here.contains(&there) || there.contains(&here);
    if here == there || there.is_empty() || !(scholarly || is_confirmed(title, entry)) {
        return (listed, None);
    }
    let few = listed.split_whitespace().count() <= FEW;
    let shares = || !words(&listed).is_disjoint(&words(&page));
    match (few || !shares(), contained) {
        (true, false) => (page, None),
        (true, true) if scholarly && there.len() > here.len() => (page, None),
        (_, true) => (listed, None),
        (false, false) => (listed, Some(page)),
    }
}

fn is_scholarly(title: &Field<String>) -> bool {
    let source = title.source.to_ascii_lowercase();
    SCHOLARLY.iter().any(|vocabulary| source.starts_with(vocabulary))
}

/// Whether a page that is not the front of its site says twice how it is called, in words enough for a title.
fn is_confirmed(title: &Field<String>, entry: &Entry) -> bool {
    let in_head = entry.page_title.as_ref().is_some_and(|head| letters(head).contains(&letters(&title.value)));
    let front = url::Url::parse(&entry.url).is_ok_and(|url| url.path() == "/");
    title.source != "title" && in_head && !front && title.value.split_whitespace().count() > FEW
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The telling words of a title.
fn words(text: &str) -> HashSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| word.chars().count() >= TELLING || !word.is_ascii()).filter(|word| !word.is_empty()).collect()
}
