//! One look at a text for every word without which the lexicon and the list of spam have nothing to say about it.
//!
//! Nearly every heading of nearly every page has none of them, and neither a pattern nor a part of it is looked at then.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::{drift, lexicon};

/// What a text may give away, by the words it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Telling {
    /// The rows of the lexicon that have a word in it, one bit for each.
    pub rows: u128,
    /// Whether a spam word is in it, be it as a part of another word.
    pub spam: bool,
}

struct Words {
    automaton: Option<AhoCorasick>,
    /// What each word of the automaton gives away.
    telling: Vec<Telling>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let (mut words, mut telling): (Vec<&str>, Vec<Telling>) = (Vec::new(), Vec::new());
    for (at, row) in lexicon::ROWS.iter().enumerate() {
        for word in row.words() {
            let bit = 1 << at;
            match words.iter().position(|known| *known == word) {
                Some(known) => telling[known].rows |= bit,
                None => {
                    words.push(word);
                    telling.push(Telling { rows: bit, spam: false });
                }
            }
        }
    }
    words.extend(drift::words());
    telling.resize(words.len(), Telling { rows: 0, spam: true });
    Words { automaton: AhoCorasick::new(&words).ok(), telling }
});

/// Looks at a folded text.
pub(super) fn look(folded: &str) -> Telling {
    // Without an automaton everything is possible; the tables are constant, so there is one.
    let Some(automaton) = &WORDS.automaton else { return Telling { rows: u128::MAX, spam: true } };
    automaton.find_overlapping_iter(folded).fold(Telling::default(), |found, hit| {
        let told = WORDS.telling[hit.pattern().as_usize()];
        Telling { rows: found.rows | told.rows, spam: found.spam | told.spam }
    })
}
