//! Whether a page is the one the list means: the list's own name for it must stand in the page.

use std::cell::LazyCell;

use url::Url;

use super::facts::View;
use super::{address, text};

/// Words that name nothing in particular.
const GENERIC: &[&str] = &[
    "a",
    "about",
    "all",
    "an",
    "and",
    "are",
    "article",
    "as",
    "at",
    "blog",
    "book",
    "by",
    "click",
    "com",
    "das",
    "de",
    "der",
    "des",
    "die",
    "docs",
    "documentation",
    "du",
    "e",
    "el",
    "en",
    "et",
    "for",
    "free",
    "from",
    "guide",
    "here",
    "home",
    "homepage",
    "how",
    "html",
    "http",
    "https",
    "in",
    "index",
    "info",
    "introduction",
    "is",
    "it",
    "its",
    "la",
    "le",
    "les",
    "library",
    "link",
    "list",
    "los",
    "main",
    "more",
    "my",
    "net",
    "new",
    "of",
    "official",
    "on",
    "online",
    "or",
    "org",
    "our",
    "page",
    "paper",
    "pdf",
    "project",
    "read",
    "report",
    "resource",
    "resources",
    "site",
    "software",
    "the",
    "this",
    "to",
    "tool",
    "tools",
    "tutorial",
    "und",
    "url",
    "via",
    "video",
    "web",
    "website",
    "what",
    "wiki",
    "with",
    "www",
    "you",
    "your",
    "y",
    "ein",
    "eine",
];

/// The words of a text that could tell one page from another.
pub(super) fn distinctive(text: &str) -> Vec<String> {
    let mut words: Vec<String> = text::words(text)
        .filter(|word| word.chars().count() > 1 && !GENERIC.contains(&word.as_str()))
        .take(24)
        .collect();
    words.sort();
    words.dedup();
    words
}

/// The words of an address that could tell its page from another: those of its last segment.
pub(super) fn of_address(url: &Url) -> Vec<String> {
    let last = address::place(url).last();
    last.map(|last| distinctive(last.rsplit_once('.').map_or(&*last, |(stem, _)| stem))).unwrap_or_default()
}

/// Characters of the text of a page in which it may name what it is.
const TEXT: usize = 2_000;

/// Whether the page names what the list names: `None` when the list says nothing distinctive or there is no page.
///
/// Only the page counts, never its address: the address is what the list already has.
pub(super) fn named(view: &View<'_>) -> Option<bool> {
    let title = view.facts.mention.title?;
    // An address as link text says nothing about the page.
    if title.contains("://") || title.starts_with("www.") {
        return None;
    }
    let wanted = distinctive(title);
    if wanted.is_empty() {
        return None;
    }
    let shown = shown(view)?;
    let hits = hits(&wanted, &shown);
    Some(hits * 2 >= wanted.len().max(1) && hits > 0)
}

/// Whether a page speaks of nothing that the list or the listed address speaks of: not one word of theirs stands on it.
pub(super) fn is_unrelated(view: &View<'_>) -> bool {
    if view.named() != Some(false) {
        return false;
    }
    let mut wanted = distinctive(view.facts.mention.title.unwrap_or_default());
    wanted.extend(of_address(view.listed()));
    shown(view).is_some_and(|shown| hits(&wanted, &shown) == 0)
}

/// What a page says of itself, folded: its headings, its description and the beginning of its text.
fn shown(view: &View<'_>) -> Option<String> {
    let page = view.page()?;
    let mut shown = String::new();
    for part in [&page.title, &page.h1, &page.og_title, &page.site_name, &page.description].into_iter().flatten() {
        shown.push_str(part);
        shown.push(' ');
    }
    shown.push_str(page.text.char_indices().nth(TEXT).map_or(&page.text, |(at, _)| &page.text[..at]));
    // Folding is cheaper, but knows nothing of the two small forms of the one letter that has them.
    Some(if shown.contains('Σ') { shown.to_lowercase() } else { text::fold(&shown, usize::MAX) })
}

/// How many words stand in a text.
pub(super) fn hits(wanted: &[String], shown: &str) -> usize {
    let joined = LazyCell::new(|| {
        let mut joined = String::with_capacity(shown.len());
        shown.split(|c: char| !c.is_alphanumeric()).for_each(|word| joined.push_str(word));
        joined
    });
    wanted
        .iter()
        .filter(|word| stands_in(word, shown) || word.chars().count() > 4 && joined.contains(word.as_str()))
        .count()
}

/// Whether a word stands in a text, both in lower case: no letter or digit before it, and none behind.
fn stands_in(word: &str, text: &str) -> bool {
    let ends = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
    text.match_indices(word)
        .any(|(at, _)| ends(text[..at].chars().next_back()) && ends(text[at + word.len()..].chars().next()))
}

/// Whether the page's heading is what the list calls the resource.
pub(super) fn heading_is_listed(view: &View<'_>) -> bool {
    let Some(listed) = view.facts.mention.title else { return false };
    let listed: Vec<String> = text::words(listed).collect();
    let is_listed = |text: &str| text::words(text).eq(listed.iter().map(String::as_str));
    !listed.is_empty()
        && [view.title(), view.h1()]
            .into_iter()
            .any(|heading| is_listed(heading) || text::parts(heading).any(is_listed))
}

/// Whether the title of a page is the name of its site and nothing else.
fn is_name_of_site(view: &View<'_>) -> bool {
    let title = view.title();
    let site = view.page().and_then(|page| page.site_name.as_deref());
    let domain = address::registrable(&view.landed);
    let label = domain.split('.').next().unwrap_or_default();
    !title.is_empty() && (title.eq_ignore_ascii_case(label) || site.is_some_and(|site| site == title))
}

impl View<'_> {
    /// The page is known to be what the list means: by its heading, or by what an earlier visit saw.
    pub fn is_verified(&self) -> bool {
        self.is_as_before() || self.heading_is_listed() || self.named() == Some(true)
    }

    /// The page has the title that an earlier visit saw. The name of a site tells none of its pages from another.
    pub fn is_as_before(&self) -> bool {
        if !address::is_root(self.listed()) && is_name_of_site(self) {
            return false;
        }
        let known = self.facts.history.and_then(|history| history.fingerprint.as_ref());
        known
            .is_some_and(|known| known.title.as_deref().is_some_and(|title| !title.is_empty() && title == self.title()))
    }

    /// An address that should not exist gets an honest 404 here.
    pub fn probe_is_honest(&self) -> bool {
        self.facts.probe.is_some_and(|probe| probe.outcome == super::probe::Outcome::Honest)
    }
}
