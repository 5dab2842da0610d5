//! Lists of AsciiDoc: how deep an item is, is told by its marker.

use std::ops::Range;

use super::{Adoc, Flow};
use crate::seed::lines::Line;
use crate::seed::tree::Name;

/// Lists stand inside each other this deep at most; an item that is deeper is one of the deepest list.
const MAX_LISTS: usize = 30;

/// What an item begins with; items of one list have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// `*`, `**`, `.`, `..`, `-`.
    Signs(&'a str),
    Number,
    Letter,
    Roman,
    /// `<1>`, which explains a mark in code.
    Callout,
    /// `::`, `:::`, `::::`, `;;` behind a term.
    Term(&'a str),
}

/// What an item begins with, and the rest of its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marker<'a> {
    kind: Kind<'a>,
    term: Option<Range<usize>>,
    text: Range<usize>,
}

/// A list that is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open<'a> {
    kind: Kind<'a>,
    /// Whether what is said of its last term has begun.
    detail: bool,
}

impl Open<'_> {
    fn is_terms(&self) -> bool {
        matches!(self.kind, Kind::Term(_))
    }

    /// Whether it is a term of which nothing was said yet.
    pub(super) fn waits(&self) -> bool {
        self.is_terms() && !self.detail
    }
}

impl<'a> Adoc<'a> {
    /// Closes lists until so many are left.
    pub(super) fn close_lists(&mut self, flow: &mut Flow<'a>, left: usize) {
        while flow.lists.len() > left
            && let Some(list) = flow.lists.pop()
        {
            self.close_item(list);
            self.tree.end(if list.is_terms() { Name::Terms } else { Name::List }, 0);
        }
    }

    fn close_item(&mut self, list: Open<'a>) {
        if !list.is_terms() {
            self.tree.end(Name::Item, 0);
        } else if list.detail {
            self.tree.end(Name::Detail, 0);
        }
    }

    /// Begins what is said of a term, where the innermost list is of terms.
    pub(super) fn begin_detail(&mut self, flow: &mut Flow<'a>) {
        if let Some(list) = flow.lists.last_mut().filter(|list| list.waits()) {
            list.detail = true;
            self.tree.start(Name::Detail, 0, 0);
        }
    }

    /// The item that begins in a line, with its text. Returns where that ends.
    pub(super) fn item(&mut self, line: Line, end: usize, flow: &mut Flow<'a>) -> Option<usize> {
        let marker = marker(self.text, line)?;
        if flow.parted {
            self.close_lists(flow, 0);
        }
        (flow.attached, flow.parted) = (false, false);
        flow.about = Default::default();
        if flow.title.is_some() {
            self.close_lists(flow, 0);
            self.block_title(flow);
        }
        let known = flow.lists.iter().position(|list| list.kind == marker.kind);
        let known = known.or_else(|| (flow.lists.len() >= MAX_LISTS).then_some(MAX_LISTS - 1));
        match known {
            Some(at) => {
                self.close_lists(flow, at + 1);
                if let Some(&list) = flow.lists.last() {
                    self.close_item(list);
                }
            }
            None => {
                self.begin_detail(flow);
                let list = Open { kind: marker.kind, detail: false };
                self.tree.start(if list.is_terms() { Name::Terms } else { Name::List }, 0, 0);
                flow.lists.push(list);
            }
        }
        let is_terms = flow.lists.last().is_some_and(Open::is_terms);
        let next = self.rest(line, end, true);
        if is_terms {
            if let Some(list) = flow.lists.last_mut() {
                list.detail = false;
            }
            if let Some(term) = marker.term {
                self.tree.start(Name::Term, 0, 0);
                self.inline(term, false);
                self.tree.end(Name::Term, 0);
            }
            if !self.text[marker.text.start..next].trim().is_empty() {
                self.begin_detail(flow);
                self.lines(marker.text.start..next, false);
            }
        } else {
            self.tree.start(Name::Item, 0, 0);
            if let Some(term) = marker.term {
                self.inline(term, false);
                self.tree.text(": ");
            }
            self.lines(marker.text.start..next, false);
        }
        Some(next)
    }
}

/// The marker that a line begins with.
pub(super) fn marker<'a>(text: &'a str, line: Line) -> Option<Marker<'a>> {
    let inside = line.inside(text);
    let content = &text[inside..line.end];
    if let Some((kind, width)) = sign(content) {
        let blank = content[width..].len() - content[width..].trim_start().len();
        let mut start = inside + width + blank;
        if matches!(kind, Kind::Signs(signs) if !signs.starts_with('.')) {
            let task = ["[ ] ", "[x] ", "[X] ", "[*] "].iter().find(|task| text[start..line.end].starts_with(*task));
            start += task.map_or(0, |task| task.len());
        }
        return Some(Marker { kind, term: None, text: start..line.end });
    }
    let (at, signs) = colons(content)?;
    let behind = inside + at + signs.len();
    let blank = text[behind..line.end].len() - text[behind..line.end].trim_start().len();
    let term = inside..inside + content[..at].trim_end().len();
    Some(Marker { kind: Kind::Term(signs), term: Some(term), text: behind + blank..line.end })
}

/// Signs, a number or a letter with white space and a text behind it.
fn sign(content: &str) -> Option<(Kind<'_>, usize)> {
    let bytes = content.as_bytes();
    let count = |sign: u8| bytes.iter().take_while(|&&byte| byte == sign).count();
    let alike = |is: fn(&u8) -> bool| bytes.iter().take(12).take_while(|byte| is(byte)).count();
    let (kind, width) = match bytes.first()? {
        b'*' => (Kind::Signs(&content[..count(b'*')]), count(b'*')),
        b'.' => (Kind::Signs(&content[..count(b'.')]), count(b'.')),
        b'-' => (Kind::Signs("-"), 1),
        b'<' => {
            let number = bytes[1..].iter().take(6).take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
            (bytes.get(number + 1) == Some(&b'>') && number > 0).then_some((Kind::Callout, number + 2))?
        }
        byte if byte.is_ascii_digit() => {
            let digits = alike(u8::is_ascii_digit);
            (bytes.get(digits) == Some(&b'.')).then_some((Kind::Number, digits + 1))?
        }
        byte if byte.is_ascii_alphabetic() && bytes.get(1) == Some(&b'.') => (Kind::Letter, 2),
        byte if b"ivxIVX".contains(byte) => {
            let length = alike(|byte| b"ivxIVX".contains(byte));
            (bytes.get(length) == Some(&b')')).then_some((Kind::Roman, length + 1))?
        }
        _ => {
            let bullet = content.strip_prefix('•')?;
            (Kind::Signs("•"), content.len() - bullet.len())
        }
    };
    let behind = &content[width..];
    (behind.starts_with([' ', '\t']) && !behind.trim().is_empty()).then_some((kind, width))
}

/// Where a term ends, and the signs that end it.
fn colons(content: &str) -> Option<(usize, &str)> {
    if content.starts_with("//") {
        return None;
    }
    let bytes = content.as_bytes();
    let mut at = 1;
    while let Some(found) = memchr::memchr2(b':', b';', bytes.get(at..)?) {
        let start = at + found;
        let width = bytes[start..].iter().take_while(|&&byte| byte == bytes[start]).count();
        let is_end = match bytes[start] {
            b':' => (2..=4).contains(&width),
            _ => width == 2,
        };
        let behind = bytes.get(start + width);
        if is_end && behind.is_none_or(|byte| matches!(byte, b' ' | b'\t')) {
            return Some((start, &content[start..start + width]));
        }
        at = start + width;
    }
    None
}
