//! The streaming tokenizer.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memmem};

use super::tag::{ENDS_TAG_NAME, Tag, closing, is_space, lower};

/// A piece of an HTML text. Spans are byte offsets into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// A start tag.
    Start(Tag<'a>),
    /// An end tag.
    End {
        /// The name in lower case.
        name: Cow<'a, str>,
        /// Where the whole tag stands.
        span: Range<usize>,
    },
    /// Text as written, character references unresolved. The content of `script`, `style` and the like comes as one
    /// text and has no references; that of `title` and `textarea` comes as one text and has them.
    Text {
        /// The text as written.
        raw: &'a str,
        /// Where it stands.
        span: Range<usize>,
    },
    /// A comment, or what the tokenizer takes for one (`<?xml ...?>`, `<![CDATA[...]]>` outside SVG and MathML).
    Comment {
        /// Where it stands, delimiters included.
        span: Range<usize>,
    },
    /// A document type declaration.
    Doctype {
        /// Where it stands.
        span: Range<usize>,
    },
}

/// The tokens of an HTML text, in order.
pub fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0, raw: None, foreign: 0 }
}

/// Iterator over the tokens of a text.
#[derive(Clone, Debug)]
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
    /// The element whose text content comes next.
    raw: Option<(RawText, &'a str)>,
    /// Depth of open `svg` and `math` elements.
    foreign: u32,
}

/// Elements whose content is text up to their end tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RawText {
    /// `title`, `textarea`.
    WithReferences,
    /// `style`, `xmp`, `iframe`, `noembed`, `noframes`.
    Plain,
    /// `script`, with its own rules for comments.
    Script,
    /// `plaintext`, which nothing ends.
    Endless,
}

impl RawText {
    fn of(name: &str) -> Option<RawText> {
        Some(match name {
            "script" => RawText::Script,
            "style" | "xmp" | "iframe" | "noembed" | "noframes" => RawText::Plain,
            "title" | "textarea" => RawText::WithReferences,
            "plaintext" => RawText::Endless,
            _ => return None,
        })
    }
}

impl<'a> Tokens<'a> {
    /// Byte offset of the next token.
    pub fn offset(&self) -> usize {
        self.at
    }

    /// The whole text.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Whether elements and text for readers follow, and no content of a script or picture.
    pub fn is_among_elements(&self) -> bool {
        self.raw.is_none() && self.foreign == 0
    }

    /// Goes on at a later offset, where a token begins.
    pub fn go_on_at(&mut self, at: usize) {
        self.at = at.max(self.at);
    }

    fn text_token(&mut self, end: usize) -> Token<'a> {
        let span = self.at..end;
        self.at = end;
        Token::Text { raw: &self.text[span.clone()], span }
    }

    /// A comment from here to an end that lies behind a `>` or at the end of the text.
    fn comment_token(&mut self, end: usize) -> Token<'a> {
        let span = self.at..end;
        self.at = end;
        Token::Comment { span }
    }

    fn bogus_comment(&mut self) -> Token<'a> {
        let end = self.position_of(b'>', self.at + 2).map_or(self.text.len(), |at| at + 1);
        self.comment_token(end)
    }

    fn position_of(&self, byte: u8, from: usize) -> Option<usize> {
        memchr(byte, self.text.as_bytes().get(from..)?).map(|at| at + from)
    }

    /// The markup at the present offset, where a `<` stands; `None` when the rest of the text is an unfinished tag,
    /// which the Standard drops. `Err` when the `<` is text.
    fn markup(&mut self) -> Result<Option<Token<'a>>, ()> {
        let bytes = self.text.as_bytes();
        match bytes.get(self.at + 1) {
            Some(byte) if byte.is_ascii_alphabetic() => Ok(self.start_tag()),
            Some(b'/') => match bytes.get(self.at + 2) {
                Some(byte) if byte.is_ascii_alphabetic() => Ok(self.end_tag()),
                None => Err(()),
                Some(_) => Ok(Some(self.bogus_comment())),
            },
            Some(b'!') => Ok(Some(self.declaration())),
            Some(b'?') => Ok(Some(self.bogus_comment())),
            _ => Err(()),
        }
    }

    fn declaration(&mut self) -> Token<'a> {
        let rest = &self.text.as_bytes()[self.at + 2..];
        if rest.starts_with(b"--") {
            let end = comment_end(self.text.as_bytes(), self.at + 4);
            return self.comment_token(end);
        }
        if rest.len() >= 7 && rest[..7].eq_ignore_ascii_case(b"doctype") {
            let end = self.position_of(b'>', self.at + 9).map_or(self.text.len(), |at| at + 1);
            let span = self.at..end;
            self.at = end;
            return Token::Doctype { span };
        }
        if self.foreign > 0 && rest.starts_with(b"[CDATA[") {
            let start = self.at + 9;
            let length = memmem::find(&self.text.as_bytes()[start..], b"]]>");
            let end = length.map_or(self.text.len(), |length| start + length);
            self.at = length.map_or(self.text.len(), |length| start + length + 3);
            return Token::Text { raw: &self.text[start..end], span: start..end };
        }
        self.bogus_comment()
    }

    /// Name and inside of the tag whose name begins at an offset, and the offset behind it.
    fn tag_parts(&self, name_start: usize) -> Option<(&'a str, Range<usize>, bool, usize)> {
        let bytes = self.text.as_bytes();
        let length = bytes.get(name_start..)?.iter().position(|&byte| ENDS_TAG_NAME[usize::from(byte)])?;
        let name_end = name_start + length;
        let (self_closing, next) =
            if bytes[name_end] == b'>' { (false, name_end + 1) } else { closing(bytes, name_end)? };
        Some((&self.text[name_start..name_end], name_end..next - 1, self_closing, next))
    }

    fn start_tag(&mut self) -> Option<Token<'a>> {
        let Some((written, inside, self_closing, next)) = self.tag_parts(self.at + 1) else {
            self.at = self.text.len();
            return None;
        };
        let name = lower(written);
        if matches!(name.as_ref(), "svg" | "math") {
            self.foreign += u32::from(!self_closing);
        }
        // In SVG an empty `<title/>` or `<style/>` has no content; in HTML the slash means nothing.
        if !(self_closing && self.foreign > 0) {
            self.raw = RawText::of(&name).map(|kind| (kind, written));
        }
        let span = self.at..next;
        self.at = next;
        Some(Token::Start(Tag { name, span, self_closing, offset: inside.start, inside: &self.text[inside] }))
    }

    fn end_tag(&mut self) -> Option<Token<'a>> {
        let Some((written, _, _, next)) = self.tag_parts(self.at + 2) else {
            self.at = self.text.len();
            return None;
        };
        let name = lower(written);
        if matches!(name.as_ref(), "svg" | "math") {
            self.foreign = self.foreign.saturating_sub(1);
        }
        let span = self.at..next;
        self.at = next;
        Some(Token::End { name, span })
    }

    /// The text content of an element that holds nothing else.
    fn raw_content(&mut self, kind: RawText, name: &str) -> Option<Token<'a>> {
        let bytes = self.text.as_bytes();
        let end = match kind {
            RawText::Endless => bytes.len(),
            RawText::Script => script_end(bytes, self.at),
            RawText::Plain | RawText::WithReferences => {
                end_tag_of(bytes, self.at, name.as_bytes()).unwrap_or(bytes.len())
            }
        };
        (end > self.at).then(|| self.text_token(end))
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some((kind, name)) = self.raw.take()
            && let Some(token) = self.raw_content(kind, name)
        {
            return Some(token);
        }
        let bytes = self.text.as_bytes();
        if self.at >= bytes.len() {
            return None;
        }
        if bytes[self.at] == b'<'
            && let Ok(token) = self.markup()
        {
            return token;
        }
        // Text up to the next `<` that begins markup.
        let mut from = self.at + 1;
        let end = loop {
            match self.position_of(b'<', from) {
                Some(at) if begins_markup(bytes, at) => break at,
                Some(at) => from = at + 1,
                None => break bytes.len(),
            }
        };
        Some(self.text_token(end))
    }
}

/// Whether the `<` at an offset begins a tag, comment or declaration.
fn begins_markup(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at + 1) {
        Some(b'/') => at + 2 < bytes.len(),
        Some(byte) => byte.is_ascii_alphabetic() || matches!(byte, b'!' | b'?'),
        None => false,
    }
}

/// Where the comment ends whose content begins at an offset: behind `-->` or `--!>`, or at the end of the text.
fn comment_end(bytes: &[u8], start: usize) -> usize {
    // `<!-->` and `<!--->` are whole comments.
    let rest = &bytes[start..];
    if rest.starts_with(b">") {
        return start + 1;
    }
    if rest.starts_with(b"->") {
        return start + 2;
    }
    let mut at = start;
    while let Some(found) = memchr(b'>', &bytes[at..]) {
        let close = at + found;
        let content = &bytes[start..close];
        if content.ends_with(b"--") || content.ends_with(b"--!") {
            return close + 1;
        }
        at = close + 1;
    }
    bytes.len()
}

/// Where the end tag of an element stands, searched from an offset on.
fn end_tag_of(bytes: &[u8], start: usize, name: &[u8]) -> Option<usize> {
    let mut at = start;
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        let open = at + found;
        if is_end_tag(&bytes[open..], name) {
            return Some(open);
        }
        at = open + 1;
    }
    None
}

fn is_end_tag(rest: &[u8], name: &[u8]) -> bool {
    rest.get(1) == Some(&b'/') && begins_with_name(&rest[2..], name)
}

/// Whether a tag's name stands here, and ends here.
fn begins_with_name(rest: &[u8], name: &[u8]) -> bool {
    rest.len() > name.len()
        && rest[..name.len()].eq_ignore_ascii_case(name)
        && (is_space(rest[name.len()]) || matches!(rest[name.len()], b'/' | b'>'))
}

/// Where a script ends: its end tag, unless that stands in a `<script>` inside an old-style `<!--` comment (states
/// "script data escaped" and "script data double escaped").
fn script_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    // Where the dashes that could close the open comment are looked for.
    let mut comment: Option<usize> = None;
    let mut double = false;
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        let open = at + found;
        let rest = &bytes[open..];
        if comment.is_some_and(|from| memmem::find(&bytes[from..open], b"-->").is_some()) {
            (comment, double) = (None, false);
        }
        if is_end_tag(rest, b"script") {
            if !double {
                return open;
            }
            double = false;
        } else if comment.is_some() {
            double |= begins_with_name(&rest[1..], b"script");
        } else if rest.starts_with(b"<!--") {
            comment = Some(open + 2);
        }
        // No closing sign of a comment reaches across a `<`.
        comment = comment.map(|from| from.max(open + 1));
        at = open + 1;
    }
    bytes.len()
}
