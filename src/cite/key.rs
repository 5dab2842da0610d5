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
        let next = match self.next.get_mut(&stem) {
            Some(next) => next,
            None => self.next.entry(stem.clone()).or_default(),
        };
        loop {
            let key = suffixed(&stem, *next);
            *next += 1;
            if self.given.insert(key.clone()) {
                return key;
            }
        }
    }
}

fn stem(citation: &Citation) -> String {
    let name = match citation.authors.first().or(citation.editors.first()) {
        Some(Name::Person { family, .. }) => family.as_str(),
        Some(Name::Literal { literal }) => literal.as_str(),
        None => citation.container.as_deref().unwrap_or_default(),
    };
    // "van der Berg" is known as Berg, and "O'Neill" is one word.
    let name = name.replace(['\'', '\u{2019}'], "");
    let own = name.find(char::is_uppercase).map_or(name.as_str(), |at| &name[at..]);
    let name = words(own).next().or_else(|| words(&name).next()).unwrap_or_default();
    let telling = words(&citation.title).find(|word| !STOP_WORDS.contains(&word.as_str()));
    let word = telling.or_else(|| words(&citation.title).next()).unwrap_or_default();
    let mut stem = name + &word;
    if stem.is_empty() {
        // Nothing of it is spelled in Latin letters, but its address is.
        stem = citation.url.as_deref().and_then(host_word).unwrap_or_default();
    }
    if let Some(when) = citation.issued {
        stem.push_str(&when.date().year.to_string());
    }
    if stem.starts_with(|c: char| c.is_ascii_alphabetic()) { stem } else { format!("ref{stem}") }
}

/// The word by which an address's host is known.
fn host_word(url: &str) -> Option<String> {
    let url = url::Url::parse(url).ok()?;
    words(url.domain()?.trim_start_matches("www.")).next()
}

/// The words of a text as keys spell them.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).map(letters).filter(|word| !word.is_empty())
}

/// The ASCII letters and digits beneath a word, at most twenty.
fn letters(word: &str) -> String {
    if word.is_ascii() {
        return word[..word.len().min(20)].to_ascii_lowercase();
    }
    word.nfkd().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).take(20).collect()
}

/// A stem with nothing behind it, then with `a` to `z`, then with `-27` and so on.
fn suffixed(stem: &str, number: usize) -> String {
    let letter = u8::try_from(number).ok().filter(|number| *number <= 26);
    match letter {
        Some(0) => stem.to_owned(),
        Some(number) => [stem, char::from(b'a' + number - 1).encode_utf8(&mut [0; 4])].concat(),
        None => [stem, "-", &number.to_string()].concat(),
    }
}
