//! Searching a page for many texts at once, and remembering what was found.

use std::cell::RefCell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use aho_corasick::{AhoCorasick, MatchKind, packed};
use regex::bytes::{Regex, RegexBuilder};

use super::signs::TableError;

/// So few texts are looked for by a faster search first, which only tells whether any of them is there.
const FEW: usize = 64;

/// Bytes of all texts of one search, within which an automaton can always be built.
const MOST: usize = 16 << 20;

/// What searches have found in one page, by their number.
#[derive(Clone, Debug, Default)]
pub struct Hits(RefCell<Vec<(usize, Vec<bool>)>>);

/// A search for many texts at once. What it takes is built when a page is first searched.
#[derive(Debug)]
pub struct Searcher {
    /// Tells searches apart in what a page remembers.
    id: usize,
    needles: Vec<String>,
    /// Whether the texts are looked for in any letter case, or in texts in lower case like they are.
    in_any_case: bool,
    /// Whether any of the texts is there at all, for a few texts.
    any: OnceLock<Option<Any>>,
    each: OnceLock<Option<AhoCorasick>>,
}

/// A search that only tells whether any of a few texts is there.
#[derive(Debug)]
enum Any {
    /// In bytes as they were sent.
    AsSent(Regex),
    /// In a text that is in lower case like the texts looked for.
    Folded(packed::Searcher),
}

impl Any {
    fn in_any_case(needles: &[String]) -> Option<Any> {
        let texts: Vec<String> = needles.iter().map(|needle| regex::escape(needle)).collect();
        RegexBuilder::new(&texts.join("|")).case_insensitive(true).unicode(false).build().ok().map(Any::AsSent)
    }

    fn in_lower_case(needles: &[String]) -> Option<Any> {
        packed::Searcher::new(needles).map(Any::Folded)
    }

    fn is_in(&self, haystack: &[u8]) -> bool {
        match self {
            Any::AsSent(regex) => regex.is_match(haystack),
            Any::Folded(searcher) => searcher.find(haystack).is_some(),
        }
    }
}

impl Searcher {
    /// For bytes as they were sent.
    ///
    /// # Errors
    /// When the texts are too many.
    pub fn in_any_case(needles: Vec<String>) -> Result<Searcher, TableError> {
        Searcher::new(needles, true)
    }

    /// For texts in lower case, as the texts looked for are.
    ///
    /// # Errors
    /// When the texts are too many.
    pub fn in_lower_case(needles: Vec<String>) -> Result<Searcher, TableError> {
        Searcher::new(needles, false)
    }

    fn new(needles: Vec<String>, in_any_case: bool) -> Result<Searcher, TableError> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        if needles.iter().map(String::len).sum::<usize>() > MOST {
            return Err(TableError::TooLarge);
        }
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Ok(Searcher { id, needles, in_any_case, any: OnceLock::new(), each: OnceLock::new() })
    }

    /// Whether any of the texts may be there.
    fn may_be_in(&self, haystack: &[u8]) -> bool {
        let any = self.any.get_or_init(|| match self.in_any_case {
            _ if self.needles.len() > FEW => None,
            true => Any::in_any_case(&self.needles),
            false => Any::in_lower_case(&self.needles),
        });
        any.as_ref().is_none_or(|any| any.is_in(haystack))
    }

    fn each(&self) -> Option<&AhoCorasick> {
        let build = || {
            let mut builder = AhoCorasick::builder();
            builder.ascii_case_insensitive(self.in_any_case).match_kind(MatchKind::Standard);
            builder.build(&self.needles).ok()
        };
        self.each.get_or_init(build).as_ref()
    }

    /// Whether one of some texts, given by their numbers, is there. A page is gone through once.
    pub fn search(&self, haystack: &[u8], texts: &[usize], known: &Hits) -> bool {
        let has = |hits: &[bool]| texts.iter().any(|text| hits.get(*text) == Some(&true));
        if let Some((_, hits)) = known.0.borrow().iter().find(|(id, _)| *id == self.id) {
            return has(hits);
        }
        let hits = self.hits(haystack);
        let found = has(&hits);
        known.0.borrow_mut().push((self.id, hits));
        found
    }

    /// For each text whether it is there; nothing when none of them is.
    fn hits(&self, haystack: &[u8]) -> Vec<bool> {
        let mut hits = Vec::new();
        if self.may_be_in(haystack)
            && let Some(each) = self.each()
        {
            for hit in each.find_overlapping_iter(haystack) {
                hits.resize(self.needles.len(), false);
                hits[hit.pattern().as_usize()] = true;
            }
        }
        hits
    }
}
