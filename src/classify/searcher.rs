//! Searching a page for many texts at once, and remembering what was found.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aho_corasick::{AhoCorasick, MatchKind, packed};
use regex::bytes::{Regex, RegexBuilder};

use super::signs::TableError;

/// So few texts are looked for by a faster search first, which only tells whether any of them is there.
const FEW: usize = 64;

/// What searches have found in one page, by their number.
#[derive(Clone, Debug, Default)]
pub struct Hits(RefCell<Vec<(usize, Rc<[bool]>)>>);

/// A search for many texts at once.
#[derive(Debug)]
pub struct Searcher {
    /// Tells searches apart in what a page remembers.
    id: usize,
    /// Whether any of the texts is there at all, for a few texts.
    any: Option<Any>,
    each: AhoCorasick,
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
    pub fn in_any_case(needles: &[String]) -> Result<Searcher, TableError> {
        Searcher::new(needles, Any::in_any_case)
    }

    /// For texts in lower case, as the texts looked for are.
    ///
    /// # Errors
    /// When the texts are too many.
    pub fn in_lower_case(needles: &[String]) -> Result<Searcher, TableError> {
        Searcher::new(needles, Any::in_lower_case)
    }

    fn new(needles: &[String], any: fn(&[String]) -> Option<Any>) -> Result<Searcher, TableError> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let each = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(needles)
            .map_err(|_| TableError::TooLarge)?;
        let any = if needles.len() <= FEW { any(needles) } else { None };
        Ok(Searcher { id: NEXT.fetch_add(1, Ordering::Relaxed), any, each })
    }

    /// Which of the texts are there, by their number. A page is gone through once.
    pub fn search(&self, haystack: &[u8], known: &Hits) -> Rc<[bool]> {
        if let Some((_, hits)) = known.0.borrow().iter().find(|(id, _)| *id == self.id) {
            return Rc::clone(hits);
        }
        let mut hits = vec![false; self.each.patterns_len()];
        if self.any.as_ref().is_none_or(|any| any.is_in(haystack)) {
            for hit in self.each.find_overlapping_iter(haystack) {
                hits[hit.pattern().as_usize()] = true;
            }
        }
        let hits: Rc<[bool]> = hits.into();
        known.0.borrow_mut().push((self.id, Rc::clone(&hits)));
        hits
    }
}
