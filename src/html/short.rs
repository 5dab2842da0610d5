//! Tags with short names, read one by one with as few steps as can be: for those who pass by much of a page and only want
//! to know which tags stand there.

use std::ops::Range;

use super::eight;
use super::tag::{ENDS_TAG_NAME, closing};

/// Letters a short name has at most.
const LONGEST: usize = 7;

/// A tag whose name is made of a few ASCII letters, as that of nearly every tag is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShortTag {
    /// The name as it is written, as [`short_name`] gives it.
    pub name: u64,
    /// Whether it is an end tag.
    pub is_end: bool,
    /// Byte offsets of what stands between the name and the closing bracket.
    pub inside: Range<usize>,
}

impl ShortTag {
    /// Byte offset behind the tag.
    pub fn next(&self) -> usize {
        self.inside.end + 1
    }
}

/// A name of at most seven letters as a number, its first letter lowest. Longer ones give zero, which is no name.
pub fn short_name(name: &str) -> u64 {
    if name.len() > LONGEST {
        return 0;
    }
    name.bytes().rev().fold(0, |number, letter| number << 8 | u64::from(letter))
}

/// The tag at a byte offset of a text. `None` where none stands, or none that ends, or one with another name, or where the
/// text ends right behind it: all this is left to [`super::tokens`].
#[inline]
pub fn short_tag(bytes: &[u8], at: usize) -> Option<ShortTag> {
    let [b'<', second] = *bytes.get(at..)?.first_chunk()? else { return None };
    let is_end = second == b'/';
    let start = at + 1 + usize::from(is_end);
    let eight = u64::from_le_bytes(*bytes.get(start..)?.first_chunk()?);
    let length = eight::letters(eight);
    if !(1..=LONGEST).contains(&length) {
        return None;
    }
    let end = start + length;
    let close = match (eight >> (8 * length)) as u8 {
        b'>' => end,
        other if ENDS_TAG_NAME[usize::from(other)] => closing(bytes, end)?.1 - 1,
        _ => return None,
    };
    Some(ShortTag { name: eight::first(eight, length), is_end, inside: end..close })
}
