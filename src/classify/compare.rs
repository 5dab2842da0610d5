//! Whether two pages are one page, but for what echoes the request.

use std::collections::HashSet;

use url::Url;

use super::lexicon::{self, Purpose};
use super::{address, text};
use crate::model::{Confidence, PageFacts};

/// How alike two pages are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    /// The same page.
    Same(Confidence),
    /// Both wait for scripts to fill them, and say the same until then.
    Shells,
    /// Different pages.
    Different,
    /// The signs contradict each other.
    Unclear,
}

/// Words below which texts are too short to be compared.
const SHORT: usize = 40;

/// Compares a page with another one, each with the address that was asked for it.
pub(super) fn likeness(page: &PageFacts, asked: &Url, other: &PageFacts, other_asked: &Url) -> Likeness {
    if is_shell(page) && is_shell(other) {
        let same = |one: &Option<String>, two: &Option<String>| masked(one, asked).0 == masked(two, other_asked).0;
        let alike = same(&page.title, &other.title)
            && same(&page.og_title, &other.og_title)
            && same(&page.description, &other.description);
        return if alike { Likeness::Shells } else { Likeness::Different };
    }
    let (title, title_echoes) = masked(&page.title, asked);
    let (other_title, _) = masked(&other.title, other_asked);
    let (h1, h1_echoes) = masked(&page.h1, asked);
    let (other_h1, _) = masked(&other.h1, other_asked);
    let (same_title, same_h1) = (title == other_title, h1 == other_h1);
    let named = !title.is_empty() || !h1.is_empty();
    let short = page.words < SHORT && other.words < SHORT;
    let shared = jaccard(&shingles(&page.text, asked), &shingles(&other.text, other_asked));
    if same_title
        && same_h1
        && named
        && (shared >= 0.5 || short)
        && !(short && shared < 0.2 && (title_echoes || h1_echoes))
    {
        return Likeness::Same(Confidence::Certain);
    }
    if shared >= 0.95 && (same_title || same_h1) {
        return Likeness::Same(Confidence::Certain);
    }
    let worded = [&page.title, &page.h1]
        .into_iter()
        .flatten()
        .any(|heading| lexicon::part(&lexicon::read(heading), Purpose::Missing).is_some());
    let telling = worded || page.title.as_deref().is_some_and(|title| text::parts(title).count() > 1);
    if same_title && same_h1 && !h1.is_empty() && telling && !title_echoes && !h1_echoes {
        return Likeness::Same(Confidence::High);
    }
    if !same_title && !same_h1 { Likeness::Different } else { Likeness::Unclear }
}

fn is_shell(page: &PageFacts) -> bool {
    page.scripts > 0 && page.all_words < 20
}

/// A heading without what echoes the request, and whether anything did.
fn masked(heading: &Option<String>, asked: &Url) -> (String, bool) {
    let words = mask(heading.as_deref().unwrap_or_default(), asked);
    let echoes = words.iter().any(|word| word == ECHO);
    (words.join(" "), echoes)
}

/// Stands for words of the address.
const ECHO: &str = "\u{a7}";

/// Words of a text without numbers, tokens and what the address says.
fn mask(text: &str, asked: &Url) -> Vec<String> {
    let own: Vec<String> = address::segments(asked)
        .last()
        .map(|last| text::words(last.rsplit_once('.').map_or(&*last, |(stem, _)| stem)).collect())
        .unwrap_or_default();
    let is_token = |word: &str| {
        word.chars().any(|c| c.is_ascii_digit()) || (word.len() >= 8 && word.chars().all(|c| c.is_ascii_hexdigit()))
    };
    let words: Vec<String> = text::words(text).collect();
    let mut kept = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        if !own.is_empty() && words[at..].starts_with(&own) {
            kept.push(ECHO.to_owned());
            at += own.len();
            continue;
        }
        if !is_token(&words[at]) {
            kept.push(words[at].clone());
        }
        at += 1;
    }
    kept
}

/// Runs of four words.
fn shingles(text: &str, asked: &Url) -> HashSet<String> {
    let words = mask(text, asked);
    if words.len() < 4 {
        return HashSet::from([words.join(" ")]);
    }
    words.windows(4).map(|run| run.join(" ")).collect()
}

fn jaccard(one: &HashSet<String>, other: &HashSet<String>) -> f64 {
    let shared = one.intersection(other).count();
    let all = one.len() + other.len() - shared;
    if all == 0 { 1.0 } else { shared as f64 / all as f64 }
}
