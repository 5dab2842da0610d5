//! XML as lists on the web write it: with unescaped ampersands, missing ends and HTML's references.
//!
//! A conforming parser must stop at the first of these; the tolerant scanner for HTML reads on, and tells the place of
//! each element. What XML has beyond it, CDATA sections, is added here.

use std::borrow::Cow;
use std::ops::Range;

use crate::html::{Tag, Token, Tokens, decode_text, tokens};

/// A piece of a document.
pub(super) enum Piece<'a> {
    Start(Element<'a>),
    /// An end tag, its name in lower case.
    End(Cow<'a, str>),
    /// Text, references resolved.
    Text(Cow<'a, str>, Range<usize>),
}

/// A start tag, with the offset of the text that its spans refer to.
pub(super) struct Element<'a> {
    tag: Tag<'a>,
    shift: usize,
}

impl<'a> Element<'a> {
    /// The name in lower case, with its prefix.
    pub(super) fn name(&self) -> &str {
        &self.tag.name
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tag.self_closing
    }

    /// Byte offset of its `<`.
    pub(super) fn at(&self) -> usize {
        self.tag.span.start + self.shift
    }

    /// The trimmed value of an attribute and where it stands; `None` when it is missing or empty.
    pub(super) fn attr(&self, name: &str) -> Option<(Cow<'a, str>, Range<usize>)> {
        let attr = self.tag.attrs().find(|attr| attr.is(name))?;
        let value = match attr.value() {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        let span = attr.value_span.start + self.shift..attr.value_span.end + self.shift;
        (!value.is_empty()).then_some((value, span))
    }
}

/// The pieces of a document.
pub(super) fn pieces(text: &str) -> Pieces<'_> {
    Pieces { text, inner: tokens(text), shift: 0 }
}

/// Iterator over the pieces of a document.
pub(super) struct Pieces<'a> {
    text: &'a str,
    inner: Tokens<'a>,
    /// Offset at which the scanner began.
    shift: usize,
}

const CDATA: &str = "<![CDATA[";

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        loop {
            match self.inner.next()? {
                Token::Start(tag) => return Some(Piece::Start(Element { tag, shift: self.shift })),
                Token::End { name, .. } => return Some(Piece::End(name)),
                Token::Text { raw, span } => {
                    let span = span.start + self.shift..span.end + self.shift;
                    // The scanner takes the content of `title` for text as a whole.
                    let text = match raw.trim().strip_prefix(CDATA).and_then(|rest| rest.strip_suffix("]]>")) {
                        Some(inside) => Cow::Borrowed(inside),
                        None => decode_text(raw),
                    };
                    return Some(Piece::Text(text, span));
                }
                Token::Comment { span } => {
                    let start = span.start + self.shift;
                    if !self.text[start..].starts_with(CDATA) {
                        continue;
                    }
                    let inside = start + CDATA.len();
                    let length = memchr::memmem::find(&self.text.as_bytes()[inside..], b"]]>");
                    let end = length.map_or(self.text.len(), |length| inside + length);
                    self.shift = (end + 3).min(self.text.len());
                    self.inner = tokens(&self.text[self.shift..]);
                    return Some(Piece::Text(Cow::Borrowed(&self.text[inside..end]), inside..end));
                }
                Token::Doctype { .. } => {}
            }
        }
    }
}

/// A value that may hold HTML, as text.
pub(super) fn as_text(value: &str) -> String {
    if !value.contains('<') {
        return value.to_owned();
    }
    let mut text = String::with_capacity(value.len());
    let mut hidden = false;
    for token in tokens(value) {
        match token {
            Token::Start(tag) => {
                hidden = matches!(&*tag.name, "script" | "style");
                if is_block(&tag.name) {
                    text.push(' ');
                }
            }
            Token::End { name, .. } => {
                hidden = false;
                if is_block(&name) {
                    text.push(' ');
                }
            }
            Token::Text { raw, .. } if !hidden => text.push_str(&decode_text(raw)),
            _ => {}
        }
    }
    text
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "br"
            | "div"
            | "li"
            | "ul"
            | "ol"
            | "tr"
            | "td"
            | "th"
            | "table"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "blockquote"
            | "section"
            | "dt"
            | "dd"
            | "hr"
            | "pre"
            | "figure"
            | "figcaption"
            | "article"
    )
}
