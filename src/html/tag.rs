//! Start tags and their attributes, read when they are asked for.

use std::borrow::Cow;
use std::ops::Range;

use super::entity::decode_attr;

/// A start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag<'a> {
    /// The name in lower case.
    pub name: Cow<'a, str>,
    /// Byte offsets of the whole tag, angle brackets included.
    pub span: Range<usize>,
    /// Whether it ends in `/>`. Means something in SVG and MathML only.
    pub self_closing: bool,
    /// What stands between the name and the closing bracket.
    pub(super) inside: &'a str,
    /// Byte offset of `inside` in the text.
    pub(super) offset: usize,
}

impl<'a> Tag<'a> {
    /// What stands between the name and the closing bracket, as written: for those who only want to know whether some
    /// word is there at all.
    pub fn inside(&self) -> &'a str {
        self.inside
    }

    /// The attributes in order, repeated names included.
    pub fn attrs(&self) -> Attrs<'a> {
        Attrs { inside: self.inside, offset: self.offset, at: 0 }
    }

    /// The decoded value of an attribute, named in lower case; the first one counts where a name is repeated. An
    /// attribute without a value has the empty one.
    pub fn attr(&self, name: &str) -> Option<Cow<'a, str>> {
        self.attrs().find(|attr| attr.is(name)).map(|attr| attr.value())
    }

    /// Whether the tag has an attribute of this name, given in lower case.
    pub fn has_attr(&self, name: &str) -> bool {
        self.attrs().any(|attr| attr.is(name))
    }
}

/// One attribute of a start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attr<'a> {
    /// The name as written.
    pub raw_name: &'a str,
    /// The value as written, without quotes.
    pub raw_value: &'a str,
    /// Byte offsets of the value in the text, without quotes; empty where there is none.
    pub value_span: Range<usize>,
}

impl<'a> Attr<'a> {
    /// The name in lower case.
    pub fn name(&self) -> Cow<'a, str> {
        lower(self.raw_name)
    }

    /// Whether it has this name, given in lower case.
    pub fn is(&self, name: &str) -> bool {
        self.raw_name.eq_ignore_ascii_case(name)
    }

    /// The value with its character references resolved.
    pub fn value(&self) -> Cow<'a, str> {
        decode_attr(self.raw_value)
    }
}

/// Iterator over the attributes of a tag.
#[derive(Clone, Debug)]
pub struct Attrs<'a> {
    inside: &'a str,
    offset: usize,
    at: usize,
}

impl<'a> Iterator for Attrs<'a> {
    type Item = Attr<'a>;

    fn next(&mut self) -> Option<Attr<'a>> {
        let Parts { name, value, next } = attribute(self.inside.as_bytes(), self.at)?;
        self.at = next;
        Some(Attr {
            raw_name: &self.inside[name],
            raw_value: &self.inside[value.clone()],
            value_span: value.start + self.offset..value.end + self.offset,
        })
    }
}

/// An attribute, in byte offsets; both ranges lie between ASCII characters.
struct Parts {
    name: Range<usize>,
    value: Range<usize>,
    next: usize,
}

pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0C)
}

/// The attribute that follows in the inside of a tag from an offset on (states "before attribute name" to "after attribute
/// value (quoted)").
fn attribute(bytes: &[u8], mut at: usize) -> Option<Parts> {
    // Before the name: white space and stray slashes.
    while *bytes.get(at)? == b'/' || is_space(bytes[at]) {
        at += 1;
    }
    let name_start = at;
    // An equals sign in first place belongs to the name.
    at += 1;
    while let Some(&byte) = bytes.get(at) {
        if ENDS_NAME[usize::from(byte)] {
            break;
        }
        at += 1;
    }
    let name = name_start..at;
    let after_name = skip_space(bytes, at);
    if bytes.get(after_name) != Some(&b'=') {
        return Some(Parts { value: name.end..name.end, name, next: after_name });
    }
    at = skip_space(bytes, after_name + 1);
    if let Some(&quote @ (b'"' | b'\'')) = bytes.get(at) {
        let start = at + 1;
        let length = memchr::memchr(quote, &bytes[start..])?;
        return Some(Parts { name, value: start..start + length, next: start + length + 1 });
    }
    let start = at;
    while bytes.get(at).is_some_and(|&byte| !is_space(byte)) {
        at += 1;
    }
    Some(Parts { name, value: start..at, next: at })
}

/// Where the tag is closed whose attributes begin at an offset: whether by `/>`, and the offset behind it. `None` when the
/// text ends inside the tag. The same states as of [`attribute`]; a slash right before the bracket closes the element.
pub(super) fn closing(bytes: &[u8], mut at: usize) -> Option<(bool, usize)> {
    loop {
        let mut slash = false;
        loop {
            match *bytes.get(at)? {
                b'>' => return Some((slash, at + 1)),
                b'/' => slash = true,
                byte if is_space(byte) => slash = false,
                _ => break,
            }
            at += 1;
        }
        at += 1;
        while !ENDS_NAME[usize::from(*bytes.get(at)?)] {
            at += 1;
        }
        at = skip_space(bytes, at);
        if *bytes.get(at)? != b'=' {
            continue;
        }
        at = skip_space(bytes, at + 1);
        match *bytes.get(at)? {
            quote @ (b'"' | b'\'') => at += memchr::memchr(quote, &bytes[at + 1..])? + 2,
            _ => {
                at += bytes[at..].iter().position(|&byte| byte == b'>' || is_space(byte))?;
            }
        }
    }
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|&byte| is_space(byte)) {
        at += 1;
    }
    at
}

/// Bytes that end an attribute's name.
static ENDS_NAME: [bool; 256] = table_of(b" \t\n\r\x0C/>=");

/// Bytes that end a tag's name.
pub(super) static ENDS_TAG_NAME: [bool; 256] = table_of(b" \t\n\r\x0C/>");

/// For every byte, whether it is one of these.
const fn table_of(bytes: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut index = 0;
    while index < bytes.len() {
        table[bytes[index] as usize] = true;
        index += 1;
    }
    table
}

/// A name in lower case, borrowed where it already is.
pub(super) fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}
