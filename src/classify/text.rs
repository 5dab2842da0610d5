//! Small readings of texts that several rules share.

use std::sync::LazyLock;

use regex::Regex;

/// Separators between a page's own name and the name of its site.
#[expect(clippy::unwrap_used, reason = "a constant pattern, held by the tests")]
static SEPARATOR: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\s+[|·•»«–—:-]+\s+|\s*[|»«—]\s*|::").unwrap());

/// The parts of a title around its separators, from the left.
pub fn parts(title: &str) -> impl Iterator<Item = &str> {
    // One look at all bytes, without a branch, spares most headings the search.
    let sign = |byte: u8| (byte >= 0x80) | (byte == b'|') | (byte == b'-') | (byte == b':');
    let whole = !title.bytes().fold(false, |signs, byte| signs | sign(byte));
    let split = (!whole).then(|| SEPARATOR.split(title));
    let parts = whole.then_some(title).into_iter().chain(split.into_iter().flatten());
    parts.map(str::trim).filter(|part| !part.is_empty())
}

/// Lower case, white space folded, quotation marks plain, at most `bound` characters.
pub fn fold(text: &str, bound: usize) -> String {
    let mut folded = Folded { text: String::with_capacity(text.len().min(bound)), left: bound, gap: false };
    let mut rest = text;
    while !rest.is_empty() && folded.left > 0 {
        // Most texts are plain but for some quotation marks.
        let plain = plain_prefix(rest);
        folded.plain(&rest[..plain]);
        rest = &rest[plain..];
        let Some(c) = rest.chars().next() else { break };
        folded.other(c);
        rest = &rest[c.len_utf8()..];
    }
    folded.text
}

/// Bytes of a text before its first character that is no ASCII one.
fn plain_prefix(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    let chunks = text.as_bytes().chunks(32);
    let whole: usize = chunks.take_while(|chunk| chunk.is_ascii()).map(<[u8]>::len).sum();
    whole + text.as_bytes()[whole..].iter().take_while(|byte| byte.is_ascii()).count()
}

/// A text that is being folded.
struct Folded {
    text: String,
    /// Characters it may still take.
    left: usize,
    /// Whether white space came last.
    gap: bool,
}

impl Folded {
    /// Takes ASCII text: where its white space is in order, as a whole.
    fn plain(&mut self, text: &str) {
        let begun = text.trim_start();
        self.gap |= begun.len() < text.len();
        let words = begun.trim_end();
        if words.is_empty() {
            return;
        }
        if is_neat(words.as_bytes()) {
            self.space();
            let words = &words[..words.len().min(self.left)];
            let start = self.text.len();
            self.text.push_str(words);
            self.text[start..].make_ascii_lowercase();
            self.left -= words.len();
        } else {
            words.chars().for_each(|c| self.other(c));
        }
        self.gap = words.len() < begun.len();
    }

    /// Takes one character.
    fn other(&mut self, c: char) {
        if c.is_whitespace() {
            self.gap = true;
            return;
        }
        self.space();
        for lower in c.to_lowercase().take(self.left) {
            self.left -= 1;
            self.text.push(match lower {
                '\u{2019}' | '\u{2018}' | '\u{b4}' | '`' => '\'',
                '\u{201c}' | '\u{201d}' => '"',
                other => other,
            });
        }
    }

    /// The space that is due before a word.
    fn space(&mut self) {
        if self.gap && !self.text.is_empty() && self.left > 0 {
            self.text.push(' ');
            self.left -= 1;
        }
        self.gap = false;
    }
}

/// Whether ASCII text has no white space but single spaces between words, and no sign that is folded to another: looked
/// at without a branch, many bytes at once.
fn is_neat(text: &[u8]) -> bool {
    let signs = text.iter().fold(true, |neat, byte| neat & (*byte >= b' ') & (*byte != b'`'));
    let pairs = text.iter().zip(text.get(1..).unwrap_or_default());
    let single = pairs.fold(true, |neat, (one, two)| neat & ((*one != b' ') | (*two != b' ')));
    signs && single && text.first() != Some(&b' ') && text.last() != Some(&b' ')
}

/// Characters of an excerpt.
const EXCERPT: usize = 80;

/// A short excerpt for evidence and findings: at most 80 characters, one line.
pub fn excerpt(text: &str) -> String {
    if text.len() <= EXCERPT && text.is_ascii() && is_neat(text.as_bytes()) {
        return text.to_owned();
    }
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match folded.char_indices().nth(EXCERPT) {
        Some((at, _)) => format!("{}…", folded[..at].trim_end()),
        None => folded,
    }
}

/// The words of a text in lower case: runs of letters and digits.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_title_falls_apart_at_its_separators() {
        let of = |title| parts(title).collect::<Vec<_>>();
        assert_eq!(of("Page not found | Hill Blog"), ["Page not found", "Hill Blog"]);
        assert_eq!(of("Error 404 - Hill Blog: essays"), ["Error 404", "Hill Blog: essays"]);
        assert_eq!(of("well-known things"), ["well-known things"]);
        assert_eq!(of("  "), Vec::<&str>::new());
    }

    #[test]
    fn texts_are_folded_and_bounded() {
        assert_eq!(fold("  There\u{2019}s\n NOTHING  here ", 100), "there's nothing here");
        assert!(fold(&"a b ".repeat(1000), 50).len() < 60);
        assert_eq!(excerpt(&"ä".repeat(100)).chars().count(), 81);
    }

    proptest! {
        #[test]
        fn folding_is_what_it_says(text in "[ \\t\\n\u{a0}]{0,2}([a-zA-Z0-9`'’“”\u{b4}é日Σİ.,]{1,40}[ \\n\u{a0}]{0,3}){0,4}", bound in 0_usize..40) {
            let plain = |c: char| match c {
                '\u{2019}' | '\u{2018}' | '\u{b4}' | '`' => '\'',
                '\u{201c}' | '\u{201d}' => '"',
                other => other,
            };
            let words: Vec<String> =
                text.split_whitespace().map(|word| word.chars().flat_map(char::to_lowercase).map(plain).collect()).collect();
            let whole = words.join(" ");
            prop_assert_eq!(fold(&text, usize::MAX), whole.as_str());
            let cut: String = whole.chars().take(bound).collect();
            let bounded = fold(&text, bound);
            prop_assert_eq!(bounded.trim_end(), cut.trim_end());
        }
    }
}
