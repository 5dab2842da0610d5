//! Repair of texts: entities escaped twice, markup, white space, mojibake.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::super::candidates::head_of;
use crate::html::decode_text;

/// Bytes within which a tag ends, and the element it begins.
const FAR: usize = 4_000;

/// Passes of decoding after the first: descriptions are often escaped twice, rarely three times.
const MORE_DECODING: usize = 2;

/// A text as a reader should see it: references resolved, markup stripped, invisible characters dropped, white space folded,
/// composed form (NFC).
pub fn clean(raw: &str) -> String {
    if is_plain(raw) {
        return fold(raw);
    }
    let mut text: Cow<'_, str> = Cow::Borrowed(raw);
    for _ in 0..MORE_DECODING {
        if memchr::memchr(b'&', text.as_bytes()).is_none() {
            break;
        }
        match decode_text(&text) {
            Cow::Borrowed(_) => break,
            Cow::Owned(decoded) => text = Cow::Owned(decoded),
        }
    }
    if memchr::memchr(b'<', text.as_bytes()).is_some() {
        text = Cow::Owned(strip_tags(&text));
    }
    if let Some(repaired) = mojibake(&text) {
        text = Cow::Owned(repaired);
    }
    let folded = fold(&text);
    match is_nfc_quick(folded.chars()) {
        IsNormalized::Yes => folded,
        _ => folded.nfc().collect(),
    }
}

/// Whether a text needs no repair but of its white space, as most do: one look at all bytes, without a branch.
fn is_plain(text: &str) -> bool {
    text.bytes().fold(true, |plain, byte| plain & (byte < 0x80) & (byte != b'&') & (byte != b'<'))
}

/// White space folded to single spaces, invisible and control characters dropped.
pub fn fold(text: &str) -> String {
    let bytes = text.as_bytes();
    let printed = bytes.iter().fold(true, |printed, byte| printed & (b' '..=b'~').contains(byte));
    let spaced = bytes.first() == Some(&b' ') || bytes.last() == Some(&b' ');
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let wide = pairs.fold(false, |wide, (one, two)| wide | ((*one == b' ') & (*two == b' ')));
    if printed && !spaced && !wide {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = true;
        } else if is_invisible(c) {
            // Dropped.
        } else {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        }
    }
    out
}

/// Characters that have no width and no meaning in a title or name. Joiners stay where scripts need them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        || c.is_control()
}

/// Takes markup out of a text that was meant to be plain. A tag of which a text tells (`<details>`, `Vec<T>`) stays.
fn strip_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        match markup(from, out.trim().is_empty()) {
            Some((end, inline)) => {
                if !inline {
                    out.push(' ');
                }
                rest = &from[end..];
            }
            None => {
                out.push('<');
                rest = &from[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Where the tag that a text begins with ends, and whether it stands inside of words, if it is there to give form: its
/// element is one for that, and it has attributes, an end, or what it gives form to right behind it.
fn markup(text: &str, first: bool) -> Option<(usize, bool)> {
    const INLINE: &[&str] = &["b", "i", "em", "strong", "span", "a", "sup", "sub", "u", "mark", "wbr", "small", "font"];
    const BLOCK: &[&str] = &[
        "p",
        "br",
        "hr",
        "div",
        "center",
        "blockquote",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "tbody",
        "tr",
        "td",
        "th",
        "img",
        "figure",
        "figcaption",
        "section",
        "article",
        "iframe",
        "script",
        "style",
        "cite",
        "q",
        "s",
        "del",
        "ins",
        "code",
        "abbr",
        "time",
        "nobr",
    ];
    let ends = text.starts_with("</");
    let after = &text[1 + usize::from(ends)..];
    let name = &after[..after.find(|c: char| !c.is_ascii_alphanumeric() && c != ':').unwrap_or(after.len())];
    let end = head_of(text, FAR).find('>')? + 1;
    let attributes = &text[1 + usize::from(ends) + name.len()..end - 1];
    if !(attributes.is_empty() || attributes.starts_with(|c: char| c.is_whitespace() || c == '/')) {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let inline = INLINE.contains(&name.as_str());
    // Word processors have elements of their own.
    let known = inline || BLOCK.contains(&name.as_str()) || name.starts_with("o:");
    let behind = text[end..].chars().next();
    let touches =
        || behind.is_some_and(|c| !c.is_whitespace() && !matches!(c, ':' | ',' | ';' | '.' | '?' | '!' | ')' | '-'));
    let has_end = || {
        let mut others = head_of(&text[end..], FAR).split("</").skip(1);
        others.any(|other| other.get(..name.len()).is_some_and(|other| other.eq_ignore_ascii_case(&name)))
    };
    let empty = matches!(name.as_str(), "br" | "hr" | "wbr") && !first;
    (known && (ends || empty || attributes.contains('=') || touches() || has_end())).then_some((end, inline))
}

/// UTF-8 that was read as Windows-1252 and stored so, where that is certain: the signs are there, every character has a
/// byte, and the bytes are UTF-8.
pub fn mojibake(text: &str) -> Option<String> {
    if !text.contains(['Ã', 'Â', 'â', 'Å', 'Ð']) {
        return None;
    }
    const SIGNS: &[&str] = &[
        "Ã¤", "Ã¶", "Ã¼", "ÃŸ", "Ã©", "Ã¨", "Ã¡", "Ã³", "Ã±", "Ã§", "Ãª", "Ã\u{AD}", "Ãº", "Ã£", "Ã¥", "Ã¸", "â€™",
        "â€œ", "â€“", "â€¦", "â€”", "Â\u{A0}", "Å‚", "Ð°",
    ];
    if !SIGNS.iter().any(|sign| text.contains(sign)) {
        return None;
    }
    let (bytes, _, unmappable) = encoding_rs::WINDOWS_1252.encode(text);
    if unmappable {
        return None;
    }
    String::from_utf8(bytes.into_owned()).ok().filter(|repaired| repaired != text)
}

/// Letters and digits in lower case, everything else one space: what two spellings of a text share.
pub fn flat(text: &str) -> String {
    if text.is_ascii() {
        return flat_ascii(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if c.is_alphanumeric() {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.extend(c.to_lowercase());
        } else if !matches!(c, '\'' | '’' | '‘' | '´' | '`') {
            gap = true;
        }
    }
    out
}

/// The same for most texts of most pages, byte by byte.
fn flat_ascii(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut gap = false;
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            if gap && !out.is_empty() {
                out.push(b' ');
            }
            gap = false;
            out.push(byte.to_ascii_lowercase());
        } else {
            gap |= !matches!(byte, b'\'' | b'`');
        }
    }
    String::from_utf8(out).unwrap_or_default()
}

/// Whether the flat form of a text has at least so many characters.
pub fn has_flat(text: &str, characters: usize) -> bool {
    // A few letters in front tell for nearly every text.
    text.chars().filter(|c| c.is_alphanumeric()).take(characters).count() == characters
        || flat(text).chars().count() >= characters
}

/// Whether the flat form of a text is this one.
pub fn is_flat(text: &str, flat_form: &str) -> bool {
    // Different texts mostly begin differently.
    let first = text.chars().find(|c| c.is_alphanumeric()).and_then(|c| c.to_lowercase().next());
    first == flat_form.chars().next() && flat(text) == flat_form
}

/// The same without spaces, for names against host names.
pub fn squeezed(text: &str) -> String {
    if text.is_ascii() {
        let letters = text.bytes().filter(u8::is_ascii_alphanumeric);
        let mut out = Vec::with_capacity(text.len());
        letters.for_each(|byte| out.push(byte.to_ascii_lowercase()));
        return String::from_utf8(out).unwrap_or_default();
    }
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_are_repaired() {
        for (raw, wanted) in [
            ("A&amp;amp;B  &#8211;\u{A0}C", "A&B – C"),
            ("a <b>bold</b><br>word, 1 < 2", "a bold word, 1 < 2"),
            ("&lt;details&gt;: the element, &lt;p&gt;: another", "<details>: the element, <p>: another"),
            ("Vec<T> and Option<String> in <b>Rust</b>, a < b > c", "Vec<T> and Option<String> in Rust, a < b > c"),
            ("Map<A, B>, between <b> and <strong>", "Map<A, B>, between <b> and <strong>"),
            ("<br>: a line, <BR/>and &amp;lt;p class='x'&amp;gt;one", "<br>: a line, and one"),
            ("<p>cut <em>off in the", "cut off in the"),
            ("soft\u{AD}ware\u{200B} \u{FEFF}x", "software x"),
            ("StraÃŸe fÃ¼r alle", "Straße für alle"),
            ("Ünïcode Ã fine", "Ünïcode Ã fine"),
            ("e\u{301}tude", "étude"),
        ] {
            assert_eq!(clean(raw), wanted);
        }
    }

    #[test]
    fn flat_texts_compare() {
        assert_eq!(flat(" It’s — the “End”! "), flat("its the end"));
        assert_eq!(squeezed("The Blog-Name"), "theblogname");
    }

    proptest! {
        #[test]
        fn looks_at_flat_forms_tell_what_the_forms_do(text in "[ '’a-cA-Cİé日.-]{0,6}", other in "[ '’a-cA-Cİé日.-]{0,6}", few in 0_usize..5) {
            prop_assert_eq!(has_flat(&text, few), flat(&text).chars().count() >= few);
            prop_assert_eq!(is_flat(&text, &flat(&other)), flat(&text) == flat(&other));
        }
    }
}
