//! Dates in the digits of other scripts, years of reigns, and years alone.

use std::borrow::Cow;

use crate::model::PartialDate;

/// The zeros of scripts with digits of their own; the other nine follow.
const ZEROS: &[char] = &[
    '\u{660}', '\u{6F0}', '\u{966}', '\u{9E6}', '\u{A66}', '\u{AE6}', '\u{B66}', '\u{BE6}', '\u{C66}', '\u{CE6}',
    '\u{D66}', '\u{E50}', '\u{ED0}', '\u{1040}', '\u{17E0}', '\u{FF10}',
];

/// What a character of another script counts.
fn value(c: char) -> Option<u8> {
    if (c as u32) < 0x660 {
        return None;
    }
    let zero = ZEROS.iter().find(|&&zero| (zero as u32..zero as u32 + 10).contains(&(c as u32)))?;
    u8::try_from(c as u32 - *zero as u32).ok()
}

/// Whether a text has digits of another script.
pub fn has_other_digits(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(|c| value(c).is_some())
}

/// A text with its digits as those of ASCII.
pub fn with_ascii_digits(text: &str) -> Cow<'_, str> {
    if !has_other_digits(text) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|c| value(c).map_or(c, |digit| char::from(b'0' + digit))).collect::<String>().into()
}

/// The first year in a text that stands alone or begins a span: "Spring 2019", "2019-2020".
pub fn lone_year(text: &str) -> Option<PartialDate> {
    let text = super::head_of(text, super::LOOKED_AT);
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|number| number.len() == 4);
    numbers
        .find_map(|number| number.parse::<i16>().ok().filter(|year| (1450..=2099).contains(year)))
        .map(PartialDate::of_year)
}

/// The year of our count in which a year of a Japanese reign fell, by the name before it.
pub(super) fn of_reign(name: &str, year: u32) -> Option<i16> {
    let before = match name {
        _ if name.ends_with("令和") => 2018,
        _ if name.ends_with("平成") => 1988,
        _ if name.ends_with("昭和") => 1925,
        _ => return None,
    };
    (1..=64).contains(&year).then_some(before + i16::try_from(year).ok()?)
}
