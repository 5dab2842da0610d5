//! Lists of words, embedded from data files.

use std::collections::HashSet;
use std::sync::OnceLock;

/// A list of words: one or more a line, separated by `|`; lines that begin with `#` are remarks.
pub struct Words {
    text: &'static str,
    set: OnceLock<HashSet<&'static str>>,
}

impl Words {
    /// The list in a text.
    pub const fn of(text: &'static str) -> Self {
        Words { text, set: OnceLock::new() }
    }

    /// Whether a word stands in the list, which is in lower case.
    pub fn contains(&self, word: &str) -> bool {
        self.set.get_or_init(|| entries(self.text).collect()).contains(word)
    }
}

fn entries(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split('|'))
        .map(str::trim)
        .filter(|word| !word.is_empty())
}
