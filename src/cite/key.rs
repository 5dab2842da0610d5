//! Citation keys: family name, first telling word of the title, year.

use std::collections::{HashMap, HashSet};

use unicode_normalization::UnicodeNormalization as _;

use super::Citation;
use crate::model::metadata::Name;

/// Words that tell nothing at the beginning of a title.
const STOP_WORDS: &[&str] = &[
    "a", "an", "and", "as", "at", "das", "de", "der", "die", "do", "el", "en", "for", "from", "how", "il", "in", "is",
    "la", "las", "le", "les", "los", "of", "on", "or", "our", "the", "to", "un", "una", "und", "une", "what", "why",
    "with", "your",
];

/// The keys given so far.
#[derive(Debug, Default)]
pub struct Keys {
    given: HashSet<String>,
    /// The next suffix to try for a stem, so that a thousand works of one author and year are not a million tries.
    next: HashMap<String, usize>,
}

impl Keys {
    /// A key for a citation that no other has; the same citations in the same order get the same keys.
    pub fn give(&mut self, citation: &Citation) -> String {
        let stem = stem(citation);
        let next = self.next.entry(stem.clone()).or_default();
        loop {
            let key = format!("{stem}{}", suffix(*next));
            *next += 1;
            if self.given.insert(key.clone()) {
                return key;
            }
        }
    }
}

fn stem(citation: &Citation) -> String {
    let name = match citation.authors.first() {
        Some(Name::Person { family, .. }) => family.as_str(),
        Some(Name::Literal { literal }) => literal.as_str(),
        None => citation.container.as_deref().unwrap_or_default(),
    };
    let name = words(name).next().unwrap_or_default();
    let telling = words(&citation.title).find(|word| !STOP_WORDS.contains(&word.as_str()));
    let word = telling.or_else(|| words(&citation.title).next()).unwrap_or_default();
    let mut stem = name + &word;
    if let Some(date) = citation.issued {
        stem.push_str(&date.year.to_string());
    }
    if stem.starts_with(|c: char| c.is_ascii_alphabetic()) { stem } else { format!("ref{stem}") }
}

/// The words of a text as keys spell them.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).map(letters).filter(|word| !word.is_empty())
}

/// The ASCII letters and digits beneath a word, at most twenty.
fn letters(word: &str) -> String {
    if word.is_ascii() {
        return word.bytes().take(20).map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    }
    word.nfkd().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).take(20).collect()
}

/// Nothing, then `a` to `z`, then `-27` and so on.
fn suffix(number: usize) -> String {
    match number {
        0 => String::new(),
        1..=26 => char::from(b'a' + u8::try_from(number - 1).unwrap_or(0)).to_string(),
        _ => format!("-{number}"),
    }
}
