//! Character references (HTML Standard, 13.2.5.72 and following).

use std::borrow::Cow;

/// Text with its character references resolved, by the rules for text: longest name wins, and the old names count
/// without their semicolon too.
pub fn decode_text(raw: &str) -> Cow<'_, str> {
    if memchr::memchr(b'&', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    htmlize::unescape(raw)
}

/// An attribute's value with its character references resolved: as in text, but a name without semicolon before `=`, a
/// letter or a digit stands for itself, so that `?a=1&copy=2` stays an address.
pub fn decode_attr(raw: &str) -> Cow<'_, str> {
    if memchr::memchr(b'&', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    htmlize::unescape_attribute(raw)
}

/// Bytes of the longest reference, with its semicolon.
const LONGEST: usize = 40;

/// Text with those character references resolved that end in a semicolon, the only ones that wikis know: to them
/// `?a=1&copy=2` is an address and `AT&T` a name.
pub fn decode_closed(raw: &str) -> Cow<'_, str> {
    let mut decoded = String::new();
    let mut copied = 0;
    for at in memchr::memchr_iter(b'&', raw.as_bytes()) {
        let name = raw.as_bytes()[at + 1..].iter().take(LONGEST);
        let length = 1 + name.take_while(|&&byte| byte == b'#' || byte.is_ascii_alphanumeric()).count();
        if raw.as_bytes().get(at + length) == Some(&b';') {
            decoded.push_str(&raw[copied..at]);
            copied = at + length + 1;
            // Of `&notit;` the rules for text would take the first half.
            decoded.push_str(&decode_attr(&raw[at..copied]));
        }
    }
    if copied == 0 {
        return Cow::Borrowed(raw);
    }
    decoded.push_str(&raw[copied..]);
    Cow::Owned(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wikis_resolve_references_with_a_semicolon_only() {
        for (raw, decoded) in [
            ("?id=7&section=2&copy=3&lt=4", "?id=7&section=2&copy=3&lt=4"),
            ("?a=1&amp;b=2&#38;c=3&#x26;d=4", "?a=1&b=2&c=3&d=4"),
            ("AT&T, R&amp;D &copy; &notit; &;&", "AT&T, R&D \u{A9} &notit; &;&"),
            ("é&#233", "é&#233"),
        ] {
            assert_eq!(decode_closed(raw), decoded);
        }
    }
}
