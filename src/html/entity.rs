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
