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
    trims: &['.', ',', ';', ':', '!', '?', '\'', '*', '_', ']', '}'],
};

impl<'a> Rst<'a> {
    /// Reads a stretch of running text.
    pub(super) fn inline(&mut self, range: Range<usize>) {
        let bytes = &self.text.as_bytes()[..range.end];
        let (mut at, mut plain) = (range.start, range.start);
        while let Some(found) = bytes[at..].iter().position(|byte| b"`*_|[\\".contains(byte)) {
            at += found;
            let next = match bytes[at] {
                b'\\' => {
                    at += 1 + self.text[at + 1..range.end].chars().next().map_or(0, char::len_utf8);
                    continue;
                }
                b'`' => self.quoted(at, range.end, &mut plain),
                b'*' => self.emphasis(at, range.end, &mut plain),
                b'_' => self.word(at, range.end, &mut plain),
                b'[' => self.footnote(at, range.end, &mut plain),
                _ => None,
            };
            at = next.unwrap_or(at + 1);
        }
        self.plain(plain..range.end);
    }

    /// Text without markup but for bare addresses.
    fn plain(&mut self, range: Range<usize>) {
        if range.start >= range.end {
            return;
        }
        let text = self.text;
        let mut at = range.start;
        while let Some(found) = bare::find(&text[..range.end], at, BARE) {
            self.words(at..found.start);
            let href = Cow::Borrowed(&text[found.clone()]);
            let address = Address { href: href.clone(), resolve: None, at: found.start, span: found.clone() };
            self.tree.link(Name::Anchor, address, mark::BARE);
            self.tree.text(href);
            self.tree.end(Name::Anchor, 0);
            at = found.end;
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
    fn close(&self, from: usize, end: usize, close: &str) -> Option<usize> {
        let mut at = from;
        loop {
            let found = at + memchr::memmem::find(&self.text.as_bytes()[at..end], close.as_bytes())?;
            let before = self.text.as_bytes()[found - 1];
            if found > from && !before.is_ascii_whitespace() && before != b'\\' {
                return Some(found);
            }
            at = found + close.len();
        }
    }

    fn quoted(&mut self, at: usize, end: usize, plain: &mut usize) -> Option<usize> {
        if self.text[at..end].starts_with("``") {
            let close = self.close(at + 2, end, "``")?;
            self.plain(*plain..at);
            self.tree.start(Name::CodeSpan, 0, 0);
            self.tree.text(&self.text[at + 2..close]);
            self.tree.end(Name::CodeSpan, 0);
            *plain = close + 2;
            return Some(close + 2);
        }
        let close = self.close(at + 1, end, "`")?;
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
                let target = match written.strip_suffix('_').filter(|name| !name.contains("://")) {
                    Some(name) => self.targets.of(name.trim_matches('`')).cloned(),
                    None => {
                        let href: String = unescaped(written).split_whitespace().collect();
                        let target = Target { href, span: start..start + written.len() };
                        if !anonymous && !text.is_empty() {
                            self.targets.define(text, target.clone());
                        }
                        Some(target)
                    }
                };
                (text, target)
            }
            None if anonymous => (content, self.targets.next_anonymous()),
            None => (content, self.targets.of(content).cloned()),
        };
        match target {
            Some(target) => self.link(at, text, target, embedded.is_some() && text.is_empty()),
            None => self.tree.text(unescaped(text)),
        }
    }

    fn link(&mut self, at: usize, text: &str, target: Target, bare: bool) {
        let href: Cow<'a, str> = Cow::Owned(target.href);
        let address = Address { href: href.clone(), resolve: None, at, span: target.span };
        self.tree.link(Name::Anchor, address, if bare { mark::BARE } else { 0 });
        self.tree.text(if bare { href.into_owned() } else { unescaped(text) });
        self.tree.end(Name::Anchor, 0);
    }

    fn emphasis(&mut self, at: usize, end: usize, plain: &mut usize) -> Option<usize> {
        let text = self.text;
        let (mark, name) = if text[at..end].starts_with("**") { ("**", Name::Bold) } else { ("*", Name::Italic) };
        let start = at + mark.len();
        let opens = text[start..end].chars().next().is_some_and(|c| !c.is_whitespace())
            && text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        if !opens {
            return Some(start);
        }
        let close = self.close(start, end, mark)?;
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
        let before = &text[*plain..at];
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '+');
        let start = *plain
            + before
                .rfind(|c| !is_word(c))
                .map_or(0, |found| found + before[found..].chars().next().map_or(1, char::len_utf8));
        let name = &text[start..at];
        if name.is_empty() || name.contains("://") {
            return Some(at + marks);
        }
        let target = if marks == 2 { self.targets.next_anonymous() } else { self.targets.of(name).cloned() };
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
