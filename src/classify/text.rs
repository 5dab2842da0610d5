//! Small readings of texts that several rules share.

use std::sync::LazyLock;

use memchr::memmem;
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

/// Lower case, white space folded, at most `bound` characters.
pub fn fold(text: &str, bound: usize) -> String {
    if text.is_ascii() {
        return fold_ascii(text, bound);
    }
    let mut folded = String::with_capacity(text.len().min(bound));
    let mut count = 0;
    'words: for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
            count += 1;
        }
        if word.is_ascii() && count + word.len() <= bound {
            folded.extend(word.bytes().map(|byte| match byte {
                b'`' => '\'',
                other => char::from(other.to_ascii_lowercase()),
            }));
            count += word.len();
            continue;
        }
        for lower in word.chars().flat_map(char::to_lowercase) {
            if count >= bound {
                break 'words;
            }
            folded.push(match lower {
                '\u{2019}' | '\u{2018}' | '\u{b4}' | '`' => '\'',
                '\u{201c}' | '\u{201d}' => '"',
                other => other,
            });
            count += 1;
        }
    }
    folded
}

/// The same for most texts of most pages: no table of letters is needed to lower them.
fn fold_ascii(text: &str, bound: usize) -> String {
    let bytes = &text.as_bytes()[..text.len().min(bound)];
    // One look at all bytes, without a branch, is many times faster than a decision at each.
    let odd = bytes.iter().fold(false, |odd, byte| odd | (*byte < b' ') | (*byte == b'`'));
    let spaced = bytes.first() == Some(&b' ') || bytes.last() == Some(&b' ') || memmem::find(bytes, b"  ").is_some();
    if !odd && !spaced {
        return text[..bytes.len()].to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(bytes.len());
    let mut gap = false;
    for byte in text.bytes() {
        if folded.len() >= bound {
            break;
        }
        match byte {
            b' ' | b'\t'..=b'\r' => gap = true,
            other => {
                if gap && !folded.is_empty() {
                    folded.push(' ');
                }
                gap = false;
                folded.push(if other == b'`' { '\'' } else { char::from(other.to_ascii_lowercase()) });
            }
        }
    }
    folded
}

/// A short excerpt for evidence: at most 80 characters, one line.
pub fn excerpt(text: &str) -> String {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match folded.char_indices().nth(80) {
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
}
