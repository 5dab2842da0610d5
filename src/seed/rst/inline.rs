//! Running text of reStructuredText: emphasis, literals, references, bare addresses.

use std::borrow::Cow;
use std::ops::Range;

use super::Rst;
use super::targets::{Target, unescaped};
use crate::seed::bare;
use crate::seed::tree::{Address, Name, mark};

/// Bare addresses.
const BARE: bare::Style = bare::Style {
    www: false,
    ends: &['<', '>', '"', '`', '|', '\\'],
    typographic: true,
    trims: &['.', ',', ';', ':', '!', '?', '\'', '*', '_', ']', '}'],
    behind_equals: false,
    references: false,
};

/// Bytes that a name written in running text has at most.
pub(super) const MAX_NAME: usize = 500;

/// Marks that do not close in the rest of a stretch.
type Endless = Vec<&'static str>;

impl<'a> Rst<'a> {
    /// Reads a stretch of running text.
    pub(super) fn inline(&mut self, range: Range<usize>) {
        let bytes = &self.text.as_bytes()[..range.end];
        let (mut at, mut plain) = (range.start, range.start);
        let mut endless = Endless::new();
        while let Some(found) = bytes[at..].iter().position(|byte| b"`*_|[\\".contains(byte)) {
            at += found;
            let next = match bytes[at] {
                b'\\' => {
                    at += 1 + self.text[at + 1..range.end].chars().next().map_or(0, char::len_utf8);
                    continue;
                }
                b'`' => self.quoted(at, range.end, &mut plain, &mut endless),
                b'*' => self.emphasis(at, range.end, &mut plain, &mut endless),
                b'_' => self.word(at, range.end, &mut plain),
                b'[' => self.footnote(at, range.end, &mut plain),
                _ => self.substitution(at, range.end, &mut plain),
            };
            at = next.unwrap_or(at + 1);
        }
        self.plain(plain..range.end);
    }

    /// Text without markup but for bare addresses.
    pub(super) fn plain(&mut self, range: Range<usize>) {
        if range.start >= range.end {
            return;
        }
        let text = self.text;
        let mut at = range.start;
        while let Some(found) = bare::find(&text[..range.end], at, BARE) {
            // Pointed brackets around an address are none of the text.
            let pointed = text[at..found.start].ends_with('<') && text[found.end..range.end].starts_with('>');
            let marks = usize::from(pointed);
            self.words(at..found.start - marks);
            let target = Target { href: text[found.clone()].to_owned(), span: found.clone() };
            self.link(found.start - marks, "", target, true);
            at = found.end + marks;
        }
        self.words(at..range.end);
    }

    fn words(&mut self, range: Range<usize>) {
        let raw = &self.text[range];
        if raw.contains('\\') {
            self.tree.text(unescaped(raw));
        } else {
            self.tree.text(raw);
        }
    }

    /// Where a closing mark stands: behind something that is no white space.
    fn close(&self, from: usize, end: usize, close: &'static str, endless: &mut Endless) -> Option<usize> {
        if endless.contains(&close) {
            return None;
        }
        let mut at = from;
        loop {
            let Some(found) = memchr::memmem::find(&self.text.as_bytes()[at..end], close.as_bytes()) else {
                endless.push(close);
                return None;
            };
            let found = at + found;
            let before = self.text.as_bytes()[found - 1];
            if found > from && !before.is_ascii_whitespace() && before != b'\\' {
                return Some(found);
            }
            at = found + close.len();
        }
    }

    fn quoted(&mut self, at: usize, end: usize, plain: &mut usize, endless: &mut Endless) -> Option<usize> {
        if self.text[at..end].starts_with("``") {
            let close = self.close(at + 2, end, "``", endless)?;
            self.plain(*plain..at);
            self.tree.start(Name::CodeSpan, 0, 0);
            self.tree.text(&self.text[at + 2..close]);
            self.tree.end(Name::CodeSpan, 0);
            *plain = close + 2;
            return Some(close + 2);
        }
        let close = self.close(at + 1, end, "`", endless)?;
        let inside = at + 1..close;
        let after = &self.text[close + 1..end];
        let marks = after.bytes().take(2).take_while(|&byte| byte == b'_').count();
        self.plain(*plain..at);
        *plain = close + 1 + marks;
        if marks == 0 {
            // A role says what the text is; it is text all the same.
            self.words(inside);
            return Some(*plain);
        }
        self.reference(at, inside, marks == 2);
        Some(*plain)
    }

    /// `` `text <address>`_ `` or `` `name`_ ``.
    fn reference(&mut self, at: usize, inside: Range<usize>, anonymous: bool) {
        let content = &self.text[inside.clone()];
        let embedded = content.ends_with('>').then(|| content.rfind('<')).flatten();
        let (text, target) = match embedded {
            Some(open) => {
                let written = &content[open + 1..content.len() - 1];
                let text = content[..open].trim_end();
                let start = inside.start + open + 1;
                let target = self.target(start..start + written.len());
                if let Some(target) = target.as_ref().filter(|_| !anonymous && !text.is_empty()) {
                    self.targets.define(text, target.clone());
                }
                (text, target)
            }
            None if anonymous => (content, self.targets.next_anonymous()),
            None => (content, self.named(content)),
        };
        match target {
            Some(target) => self.link(at, text, target, embedded.is_some() && text.is_empty()),
            None => self.tree.text(unescaped(text)),
        }
    }

    pub(super) fn link(&mut self, at: usize, text: &str, target: Target, bare: bool) {
        let href: Cow<'a, str> = Cow::Owned(target.href);
        if self.is_linked() {
            // A link inside another is its text.
            self.tree.text(if bare { href.into_owned() } else { unescaped(text) });
            return;
        }
        let address = Address { href: href.clone(), resolve: None, at: self.place(at), span: target.span };
        self.tree.link(Name::Anchor, address, if bare { mark::BARE } else { 0 });
        self.tree.text(if bare { href.into_owned() } else { unescaped(text) });
        self.tree.end(Name::Anchor, 0);
    }

    fn emphasis(&mut self, at: usize, end: usize, plain: &mut usize, endless: &mut Endless) -> Option<usize> {
        let text = self.text;
        let (mark, name) = if text[at..end].starts_with("**") { ("**", Name::Bold) } else { ("*", Name::Italic) };
        let start = at + mark.len();
        let opens = text[start..end].chars().next().is_some_and(|c| !c.is_whitespace())
            && text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        if !opens {
            return Some(start);
        }
        let close = self.close(start, end, mark, endless)?;
        self.plain(*plain..at);
        self.tree.start(name, 0, 0);
        self.words(start..close);
        self.tree.end(name, 0);
        *plain = close + mark.len();
        Some(*plain)
    }

    /// `name_` or `name__`, read from its underscore backwards.
    fn word(&mut self, at: usize, end: usize, plain: &mut usize) -> Option<usize> {
        let text = self.text;
        let marks = text.as_bytes()[at..end].iter().take_while(|&&byte| byte == b'_').count();
        let after = text[at + marks..end].chars().next();
        if marks > 2 || after.is_some_and(|c| c.is_alphanumeric()) {
            return Some(at + marks);
        }
        let mut from = (*plain).max(at.saturating_sub(MAX_NAME));
        while !text.is_char_boundary(from) {
            from += 1;
        }
        let before = &text[from..at];
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '+');
        let start = from
            + before
                .rfind(|c| !is_word(c))
                .map_or(0, |found| found + before[found..].chars().next().map_or(1, char::len_utf8));
        let start = start + before[start - from..].len() - before[start - from..].trim_start_matches(['-', ':']).len();
        let name = &text[start..at];
        let is_cut = start == from && from > *plain;
        if is_cut || !is_simple_name(name) {
            return Some(at + marks);
        }
        let target = if marks == 2 { self.targets.next_anonymous() } else { self.named(name) };
        let Some(target) = target else { return Some(at + marks) };
        self.plain(*plain..start);
        self.link(start, name, target, false);
        *plain = at + marks;
        Some(*plain)
    }

    /// `[1]_`, `[#name]_`: a footnote marker is no text.
    fn footnote(&mut self, at: usize, end: usize, plain: &mut usize) -> Option<usize> {
        let rest = &self.text[at..end];
        let close = rest.bytes().take(60).position(|byte| byte == b']')?;
        if !rest[close..].starts_with("]_") {
            return None;
        }
        self.plain(*plain..at);
        *plain = at + close + 2;
        Some(*plain)
    }
}

/// Whether a name needs no quotes: letters and digits, with single signs between them. `__init__` is none.
fn is_simple_name(name: &str) -> bool {
    let mut sign = true;
    for c in name.chars() {
        if !c.is_alphanumeric() && std::mem::replace(&mut sign, true) {
            return false;
        }
        sign &= !c.is_alphanumeric();
    }
    !sign
}
