//! Visible text: how many words, how it begins, and its fingerprint.

use super::super::candidates::head_of;
use crate::html::eight;

/// Bytes kept of the main text.
const KEPT: usize = 4_000;

/// Words of main text that are read one by one and make up the fingerprint. A page that has so many is no notice, shell or
/// error, and what comes after them is only counted.
pub const READ: usize = 300;

/// Longer words are tokens, not language; they do not mark a text.
const LONGEST_WORD: usize = 32;

/// Where the hash of a word begins.
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// The fingerprint of every number and token, and the one word it counts for.
const MASKED: (u64, usize) = (0x9E37_79B9_7F4A_7C15, 1);

/// Collects the main text of a page.
#[derive(Debug, Default)]
pub struct MainText {
    /// The beginning, white space folded.
    pub kept: String,
    /// Words of all of it.
    pub words: usize,
    gap: bool,
    last: [u64; 3],
    counters: Counters,
}

/// How often each of 64 bits was set: the binary digits of all sums side by side, the lowest of each in the first number.
/// One addition counts all 64 bits of two hashes at once, as a row of adders does.
#[derive(Debug, Default)]
struct Counters {
    counted: u32,
    /// Counted, and not added yet.
    waiting: Option<u64>,
    digits: [u64; 16],
}

impl Counters {
    /// Counts the bits of a hash; the first 65,535 hashes count.
    fn count(&mut self, hash: u64) {
        if self.counted >= u32::from(u16::MAX) {
            return;
        }
        self.counted += 1;
        match self.waiting.take() {
            Some(other) => self.add(other, hash),
            None => self.waiting = Some(hash),
        }
    }

    fn add(&mut self, one: u64, other: u64) {
        let [ones, higher @ ..] = &mut self.digits;
        let odd = one ^ other;
        let mut carry = (*ones & odd) | (one & other);
        *ones ^= odd;
        for digit in higher {
            if carry == 0 {
                break;
            }
            (*digit, carry) = (*digit ^ carry, *digit & carry);
        }
    }

    /// The bits that were set more often than not: all sums are compared with one half at once, the highest digit first.
    fn majority(mut self) -> u64 {
        if let Some(last) = self.waiting.take() {
            self.add(last, 0);
        }
        let half = self.counted / 2;
        let (mut more, mut equal) = (0, u64::MAX);
        for (place, digit) in self.digits.iter().enumerate().rev() {
            let asked = if half >> place & 1 == 1 { u64::MAX } else { 0 };
            more |= equal & digit & !asked;
            equal &= !(digit ^ asked);
        }
        more
    }
}

impl MainText {
    /// The next text begins a new word.
    pub fn gap(&mut self) {
        self.gap = true;
    }

    /// Adds a piece of decoded text and counts its words; apart from the pass, whose loop would leave it no registers.
    #[inline(never)]
    pub fn push(&mut self, text: &str) -> usize {
        if self.kept.len() < KEPT {
            if self.kept.capacity() == 0 {
                self.kept.reserve(KEPT);
            }
            fold_into(&mut self.kept, text, &mut self.gap, KEPT);
        }
        if self.words >= READ {
            let count = estimate(text);
            self.words += count;
            return count;
        }
        let before = self.words;
        if text.is_ascii() {
            let mut rest = text.as_bytes();
            while !rest.is_empty() {
                let (length, fingerprint) = ascii_word(rest);
                self.word(fingerprint);
                rest = rest.get(length + 1..).unwrap_or_default();
            }
        } else {
            for word in words(text) {
                self.word(fingerprint(word.as_bytes()));
            }
        }
        self.words - before
    }

    fn word(&mut self, (hash, words): (u64, usize)) {
        if words > 0 {
            self.words += words;
            self.shingle(hash);
        }
    }

    fn shingle(&mut self, word: u64) {
        let [a, b, c] = self.last;
        self.last = [b, c, word];
        let shingle = mix(a.rotate_left(17) ^ b.rotate_left(31) ^ c.rotate_left(47) ^ word);
        self.counters.count(shingle);
    }

    /// 64-bit simhash over shingles of four words, digits and tokens masked.
    pub fn simhash(self) -> u64 {
        self.counters.majority()
    }
}

/// Counts the words of a text that is not part of the main text; `before` is how many were counted already.
pub fn count_words(text: &str, before: usize) -> usize {
    if before >= READ { estimate(text) } else { words(text).map(|word| fingerprint(word.as_bytes()).1).sum() }
}

/// About how many words a text has: its spaces, or in writing without spaces a share of its length.
fn estimate(text: &str) -> usize {
    let spaces = memchr::memchr_iter(b' ', text.as_bytes()).count();
    if spaces * 24 < text.len() { text.len().div_ceil(6) } else { spaces + 1 }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| if c.is_ascii() { c.is_ascii_whitespace() } else { c == '\u{A0}' || c == '\u{3000}' })
        .filter(|word| !word.is_empty())
}

/// Length and fingerprint of the word at the beginning of a text in ASCII: most words are such, and are gone over once.
fn ascii_word(text: &[u8]) -> (usize, (u64, usize)) {
    // Most words are a few letters and nothing else.
    if let Some(eight) = text.first_chunk() {
        let eight = u64::from_le_bytes(*eight);
        let length = eight::letters(eight);
        if (1..8).contains(&length) && text[length].is_ascii_whitespace() {
            let small = eight::first(eight | eight::everywhere(0x20), length);
            return (length, (mix(BASIS ^ small), 1));
        }
    }
    let mut letters = Letters::default();
    let (mut plain, mut digits) = (false, false);
    let mut length = 0;
    for &byte in text {
        let letter = byte | 0x20;
        if letter.is_ascii_lowercase() {
            plain = true;
            letters.push(letter);
        } else if byte.is_ascii_whitespace() {
            break;
        } else {
            digits |= byte.is_ascii_digit();
        }
        length += 1;
    }
    if digits || length > LONGEST_WORD { (length, MASKED) } else { (length, (letters.hash(), usize::from(plain))) }
}

/// A hash of the letters of a word in lower case, and how many words it counts for: none without a letter or digit,
/// one for each two characters of a script that is written without spaces.
fn fingerprint(word: &[u8]) -> (u64, usize) {
    let mut letters = Letters::default();
    let (mut wide, mut plain, mut digits) = (0_usize, false, false);
    for &byte in word {
        let letter = byte | 0x20;
        if letter.is_ascii_lowercase() {
            plain = true;
            letters.push(letter);
        } else if byte.is_ascii_digit() {
            digits = true;
        } else if byte >= 0x80 {
            // First bytes of the three-byte blocks of kana, ideographs and Hangul.
            wide += usize::from((0xE3..=0xED).contains(&byte));
            // First bytes of letters; 0xC2 and 0xE2 begin signs and dashes.
            plain |= byte >= 0xC3 && byte != 0xE2;
            letters.push(byte);
        }
    }
    if wide > 1 {
        return (letters.hash(), wide.div_ceil(2));
    }
    if digits || word.len() > LONGEST_WORD * if word.is_ascii() { 1 } else { 3 } {
        return MASKED;
    }
    (letters.hash(), usize::from(plain))
}

/// The letters of a word on their way into a hash, eight at a time.
struct Letters {
    mixed: u64,
    eight: u64,
    bits: u32,
}

impl Default for Letters {
    fn default() -> Self {
        Letters { mixed: BASIS, eight: 0, bits: 0 }
    }
}

impl Letters {
    fn push(&mut self, letter: u8) {
        self.eight |= u64::from(letter) << self.bits;
        self.bits += 8;
        if self.bits == u64::BITS {
            *self = Letters { mixed: self.hash(), ..Letters::default() };
        }
    }

    fn hash(&self) -> u64 {
        mix(self.mixed ^ self.eight)
    }
}

fn mix(mut hash: u64) -> u64 {
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    hash ^= hash >> 29;
    hash
}

/// Appends text with its white space folded, up to a bound. `gap` says whether a space is due before the next character.
pub fn fold_into(out: &mut String, text: &str, gap: &mut bool, bound: usize) {
    if text.is_empty() {
        return;
    }
    out.reserve((text.len() + 1).min(bound.saturating_sub(out.len())));
    // Most texts have white space at their ends at most, where it has to be looked at anyway.
    let inner = text.trim_ascii();
    let room = if is_folded(inner) {
        append(out, std::iter::once(inner), text.starts_with(is_space), gap, bound)
    } else if text.is_ascii() {
        append(out, text.split_ascii_whitespace(), text.starts_with(is_space), gap, bound)
    } else {
        append(out, text.split_whitespace(), text.starts_with(is_space), gap, bound)
    };
    *gap |= !room || text.ends_with(is_space);
}

/// Whether nothing about the white space inside a text, which is not empty, needs a change. Looks at all bytes without a
/// branch.
fn is_folded(text: &str) -> bool {
    let bytes = text.as_bytes();
    let plain = bytes.iter().fold(true, |plain, byte| plain & (*byte >= b' ') & (*byte < 0x80));
    let Some(following) = bytes.get(1..) else { return false };
    let doubled = bytes.iter().zip(following).fold(false, |found, (a, b)| found | ((*a == b' ') & (*b == b' ')));
    plain && !doubled
}

fn is_space(c: char) -> bool {
    c.is_whitespace()
}

/// Appends words with single spaces between them; tells whether there was room for all.
fn append<'a>(
    out: &mut String,
    words: impl Iterator<Item = &'a str>,
    spaced: bool,
    gap: &mut bool,
    bound: usize,
) -> bool {
    *gap |= spaced;
    for word in words {
        let whole = out.len() + word.len() < bound;
        let piece = if whole { word } else { head_of(word, bound.saturating_sub(out.len() + 1)) };
        if *gap && !out.is_empty() && !piece.is_empty() {
            out.push(' ');
        }
        out.push_str(piece);
        if !whole {
            return false;
        }
        *gap = true;
    }
    *gap = false;
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn simhash(text: &str) -> u64 {
        let mut main = MainText::default();
        main.push(text);
        main.simhash()
    }

    proptest::proptest! {
        #[test]
        fn the_majority_is_that_of_counting_bit_by_bit(hashes in proptest::collection::vec(proptest::num::u64::ANY, 0..700)) {
            let mut counters = Counters::default();
            hashes.iter().for_each(|hash| counters.count(*hash));
            let majority = counters.majority();
            for bit in 0..64 {
                let ones = hashes.iter().filter(|hash| *hash >> bit & 1 == 1).count();
                proptest::prop_assert_eq!(majority >> bit & 1 == 1, 2 * ones > hashes.len());
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn a_word_in_ascii_has_one_fingerprint_whichever_way_it_is_read(word in "[!-~]{1,40}|[a-zA-Z]{1,18}[,.;-]?", behind in "( [ -~]{0,9})?") {
            let (length, read) = ascii_word(format!("{word}{behind}").as_bytes());
            proptest::prop_assert_eq!((length, read), (word.len(), fingerprint(word.as_bytes())));
        }

        #[test]
        fn folding_is_splitting_at_white_space_and_joining_with_one(text in "[ab \n\u{a0}é]{0,12}", more in "[ab \n\u{a0}é]{0,12}") {
            let (mut out, mut gap) = (String::new(), false);
            fold_into(&mut out, &text, &mut gap, 100);
            fold_into(&mut out, &more, &mut gap, 100);
            let joined: Vec<String> = [text, more].concat().split_whitespace().map(str::to_owned).collect();
            proptest::prop_assert_eq!(out, joined.join(" "));
        }
    }

    #[test]
    fn numbers_and_tokens_leave_the_fingerprint_alone() {
        let a = simhash("The page /a/12 was not found on 3.4.2020, ticket ab12cd34ef, please go back to the start");
        let b = simhash("the page /a/99 was not found on 7.9.2026, ticket 99ffee0011, Please go back to the start");
        assert_eq!(a, b);
        let c =
            simhash("A report on housing in twelve cities, with interviews, tables and an appendix on methods used");
        assert!((a ^ c).count_ones() > 12);
    }

    #[test]
    fn scripts_without_spaces_have_words_too() {
        assert_eq!(count_words("one two — three 4", 0), 4);
        assert!(count_words("人権都市の国際会議が開催されました", 0) >= 8);
    }

    #[test]
    fn the_end_of_a_long_text_is_counted_as_its_beginning_is() {
        for text in ["housing and water in twelve cities ", "人権都市の国際会議が開催されました。"] {
            let mut main = MainText::default();
            let first = main.push(text);
            let all: usize = (1..2_000).map(|_| main.push(text)).sum::<usize>() + first;
            assert!((first * 1_300..first * 2_700).contains(&all), "{text}: {first} words, 2,000 times {all}");
        }
    }

    #[test]
    fn text_is_folded_and_cut_between_characters() {
        let (mut out, mut gap) = (String::new(), false);
        fold_into(&mut out, "  a \n b", &mut gap, 100);
        fold_into(&mut out, "c\u{A0}", &mut gap, 100);
        fold_into(&mut out, "d", &mut gap, 100);
        assert_eq!(out, "a bc d");
        let (mut out, mut gap) = (String::new(), false);
        fold_into(&mut out, "ééééé", &mut gap, 6);
        assert_eq!(out, "éé");
    }
}
