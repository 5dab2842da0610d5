//! Running text of AsciiDoc: emphasis, literals, names in braces, marks of places.

use std::ops::Range;

use super::Adoc;
use super::attributes::{Meaning, reference};
use crate::html::decode_closed;
use crate::seed::bare;
use crate::seed::html;
use crate::seed::tree::Name;

/// Bare addresses; names in braces may be part of them.
pub(super) const BARE: bare::Style = bare::Style {
    www: false,
    ends: &['<', '>', '"', '`', '[', ']', '|'],
    typographic: true,
    trims: &['.', ',', ';', ':', '!', '?', '\'', '*', '_', '#', '+', '’', '\\'],
    behind_equals: false,
    references: false,
};

/// Stretches of text stand inside each other this deep at most.
const MAX_DEPTH: usize = 12;

/// Values stand for each other this deep at most.
pub(super) const MAX_USES: usize = 8;

/// Marks that do not close in the rest of a stretch.
pub(super) type Endless = Vec<&'static str>;

/// A stretch while it is read.
pub(super) struct Stretch {
    pub(super) range: Range<usize>,
    /// Where text begins that is not added yet.
    pub(super) plain: usize,
    pub(super) endless: Endless,
    /// Where the last search for the bracket of a macro ended.
    pub(super) barren: usize,
}

impl<'a> Adoc<'a> {
    /// Reads a stretch of running text; the ends of its lines may be breaks.
    pub(super) fn inline(&mut self, range: Range<usize>, breaks: bool) {
        if self.depth >= MAX_DEPTH {
            self.words(range);
            return;
        }
        self.depth += 1;
        let bytes = &self.text.as_bytes()[..range.end];
        let mut at = range.start;
        let mut stretch = Stretch { plain: at, range: range.clone(), endless: Vec::new(), barren: 0 };
        while let Some(found) = bytes[at..].iter().position(|byte| b"\\*_`#[<^~{+:(\n".contains(byte)) {
            at += found;
            let next = match bytes[at] {
                b'\\' => self.escape(at, &mut stretch),
                b'\n' => self.line_end(at, &mut stretch, breaks),
                b'*' => self.emphasis(at, ["**", "*"], Name::Bold, &mut stretch),
                b'_' => self.emphasis(at, ["__", "_"], Name::Italic, &mut stretch),
                b'#' => self.emphasis(at, ["##", "#"], Name::Span, &mut stretch),
                b'`' => self.code_span(at, &mut stretch),
                b'^' => self.script(at, "^", Name::Superscript, &mut stretch),
                b'~' => self.script(at, "~", Name::Span, &mut stretch),
                b'+' => self.passed(at, &mut stretch),
                b'[' => self.place_or_role(at, &mut stretch),
                b'<' => self.pointed(at, &mut stretch),
                b'{' => self.name(at, &mut stretch),
                b'(' => self.index(at, &mut stretch),
                _ => self.colon(at, &mut stretch),
            };
            at = next.unwrap_or(at + 1);
        }
        self.words(stretch.plain..range.end);
        self.depth -= 1;
    }

    pub(super) fn words(&mut self, range: Range<usize>) {
        if range.start < range.end {
            self.tree.text(decode_closed(&self.text[range]));
        }
    }

    /// Adds the text before an offset and goes on behind another.
    pub(super) fn pass(&mut self, at: usize, to: usize, stretch: &mut Stretch) {
        self.words(stretch.plain..at);
        stretch.plain = to;
    }

    /// A backslash before an address or a mark makes text of it.
    fn escape(&mut self, at: usize, stretch: &mut Stretch) -> Option<usize> {
        let end = stretch.range.end;
        let rest = &self.text[at + 1..end];
        if rest.starts_with("http://") || rest.starts_with("https://") {
            let to = end.min(at + 1 + rest.find(char::is_whitespace).unwrap_or(rest.len()));
            self.pass(at, at + 1, stretch);
            return Some(to);
        }
        let sign = *rest.as_bytes().first()?;
        if !sign.is_ascii_punctuation() {
            let is_macro = ["link:", "image:", "footnote:", "xref:", "pass:", "mailto:"]
                .iter()
                .find(|name| rest.starts_with(*name));
            let name = is_macro?.len();
            self.pass(at, at + 1, stretch);
            return Some(at + 1 + name);
        }
        self.pass(at, at + 1, stretch);
        let width = rest.bytes().take(2).take_while(|&byte| byte == sign).count();
        Some(at + 1 + width)
    }

    /// ` +` at the end of a line breaks it.
    fn line_end(&mut self, at: usize, stretch: &mut Stretch, breaks: bool) -> Option<usize> {
        let line = self.text[stretch.plain..at].trim_end();
        let cut = line.strip_suffix('+').filter(|line| line.ends_with([' ', '\t']));
        if cut.is_some() || breaks {
            let end = stretch.plain + cut.unwrap_or(line).len();
            self.pass(end, at + 1, stretch);
            self.tree.start(Name::Break, 0, 0);
        }
        Some(at + 1)
    }

    /// Where a closing mark stands, behind something that is no white space.
    fn closing(&self, from: usize, mark: &'static str, stretch: &mut Stretch, single: bool) -> Option<usize> {
        if stretch.endless.contains(&mark) {
            return None;
        }
        let bytes = &self.text.as_bytes()[..stretch.range.end];
        let mut at = from;
        while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memmem::find(rest, mark.as_bytes())) {
            let close = at + found;
            let before = bytes[close - 1];
            let behind = self.text[close + mark.len()..stretch.range.end].chars().next();
            let is_close = close > from
                && before != b'\\'
                && (!single || !before.is_ascii_whitespace() && behind.is_none_or(|c| !is_word(c)));
            if is_close {
                return Some(close);
            }
            at = close + mark.len();
        }
        stretch.endless.push(mark);
        None
    }

    /// Whether a single mark may open something here: no word runs into it, and none of white space follows.
    fn opens(&self, at: usize, width: usize, stretch: &Stretch) -> bool {
        let before = self.text[stretch.range.start..at].chars().next_back();
        let behind = self.text[at + width..stretch.range.end].chars().next();
        before.is_none_or(|c| !is_word(c) && !matches!(c, '/' | '=' | '&' | '?'))
            && behind.is_some_and(|c| !c.is_whitespace())
    }

    fn emphasis(
        &mut self,
        at: usize,
        [double, single]: [&'static str; 2],
        name: Name,
        stretch: &mut Stretch,
    ) -> Option<usize> {
        let is_double = self.text[at..stretch.range.end].starts_with(double);
        let mark = if is_double { double } else { single };
        if !is_double && !self.opens(at, 1, stretch) {
            return None;
        }
        let start = at + mark.len();
        let close = self.closing(start, mark, stretch, !is_double);
        let Some(close) = close else { return Some(start) };
        self.pass(at, close + mark.len(), stretch);
        self.tree.start(name, 0, 0);
        self.inline(start..close, false);
        self.tree.end(name, 0);
        Some(close + mark.len())
    }

    /// `` `code` ``; behind a quote it makes that a curved one.
    fn code_span(&mut self, at: usize, stretch: &mut Stretch) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let quote = at.checked_sub(1).filter(|&before| before >= stretch.plain).map(|before| bytes[before]);
        let curved = match quote {
            Some(b'"') => Some("`\""),
            Some(b'\'') => Some("`'"),
            _ => None,
        };
        if let Some(mark) = curved
            && let Some(close) = self.closing(at + 1, mark, stretch, false)
        {
            self.pass(at, close + 1, stretch);
            self.inline(at + 1..close, false);
            return Some(close + 2);
        }
        if bytes.get(at + 1) == Some(&b'\'') && quote.is_some_and(|byte| byte.is_ascii_alphanumeric()) {
            self.pass(at, at + 1, stretch);
            return Some(at + 2);
        }
        let is_double = self.text[at..stretch.range.end].starts_with("``");
        let mark = if is_double { "``" } else { "`" };
        let start = at + mark.len();
        if !is_double && !self.opens(at, 1, stretch) {
            return None;
        }
        let Some(close) = self.closing(start, mark, stretch, !is_double) else { return Some(start) };
        self.pass(at, close + mark.len(), stretch);
        let inside = &self.text[start..close];
        let literal = inside.strip_prefix('+').and_then(|inside| inside.strip_suffix('+'));
        self.tree.start(Name::CodeSpan, 0, 0);
        self.tree.text(literal.unwrap_or(inside));
        self.tree.end(Name::CodeSpan, 0);
        Some(close + mark.len())
    }

    /// `^text^`, `~text~`: a word or two without white space.
    fn script(&mut self, at: usize, mark: &'static str, name: Name, stretch: &mut Stretch) -> Option<usize> {
        let rest = &self.text[at + 1..stretch.range.end];
        let sign = mark.as_bytes()[0];
        let length = rest.bytes().take(60).position(|byte| byte == sign).filter(|&length| length > 0)?;
        if rest[..length].contains(char::is_whitespace) {
            return None;
        }
        let close = at + 1 + length;
        self.pass(at, close + 1, stretch);
        self.tree.start(name, 0, 0);
        self.inline(at + 1..close, false);
        self.tree.end(name, 0);
        Some(close + 1)
    }

    /// `+text+` and `++text++` are text; `+++text+++` is HTML.
    fn passed(&mut self, at: usize, stretch: &mut Stretch) -> Option<usize> {
        let rest = &self.text[at..stretch.range.end];
        let mark = ["+++", "++", "+"].into_iter().find(|mark| rest.starts_with(mark))?;
        if mark == "+" && !self.opens(at, 1, stretch) {
            return None;
        }
        let start = at + mark.len();
        let Some(close) = self.closing(start, mark, stretch, mark == "+") else { return Some(start) };
        self.pass(at, close + mark.len(), stretch);
        self.markup_or_text(start..close, mark == "+++");
        Some(close + mark.len())
    }

    pub(super) fn markup_or_text(&mut self, range: Range<usize>, is_html: bool) {
        if is_html && !self.linked {
            html::add_part(&mut self.tree, self.text, range);
        } else {
            self.tree.text(&self.text[range]);
        }
    }

    /// `[[place]]` is no text, nor is `[.role]` before a mark.
    fn place_or_role(&mut self, at: usize, stretch: &mut Stretch) -> Option<usize> {
        let rest = &self.text[at..stretch.range.end];
        let close = rest.bytes().take(200).position(|byte| byte == b']')?;
        let inside = rest[1..close].trim_start_matches('[');
        let brackets = close - inside.len();
        let closing = rest[close..].bytes().take(3).take_while(|&byte| byte == b']').count();
        let is_place = (2..=3).contains(&brackets)
            && closing >= brackets
            && inside.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | ':'))
            && !inside.contains("://");
        let is_role = brackets == 1
            && !inside.contains(char::is_whitespace)
            && rest[close + 1..].starts_with(['#', '*', '_', '`', '+', '^', '~']);
        if !is_place && !is_role {
            return None;
        }
        let to = at + if is_place { close + brackets } else { close + 1 };
        self.pass(at, to, stretch);
        Some(to)
    }

    /// `<<place,text>>` is its text; `<https://...>`.
    fn pointed(&mut self, at: usize, stretch: &mut Stretch) -> Option<usize> {
        let end = stretch.range.end;
        let rest = &self.text[at..end];
        if rest.starts_with("<<") {
            let window = &rest.as_bytes()[..rest.len().min(1_000)];
            let close = memchr::memmem::find(window, b">>")?;
            let comma = rest[2..close].find(',').map_or(close, |comma| comma + 2);
            let text = at + close.min(comma + 1)..at + close;
            self.pass(at, at + close + 2, stretch);
            match self.local {
                true => self.local_link(at, at + 2..at + comma, text),
                false => self.inline(text, false),
            }
            return Some(at + close + 2);
        }
        let start = at + 1;
        if !(rest[1..].starts_with("http://") || rest[1..].starts_with("https://")) {
            return None;
        }
        let close = start + self.text[start..end].find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '['))?;
        if !self.text[close..].starts_with('>') {
            return None;
        }
        self.pass(at, close + 1, stretch);
        self.bare_link(at, start..close);
        Some(close + 1)
    }

    /// A name in braces: what it stands for is read in its place, or begins an address.
    fn name(&mut self, at: usize, stretch: &mut Stretch) -> Option<usize> {
        let name = reference(&self.text[at..stretch.range.end])?;
        let behind = at + name.len() + 2;
        match self.attributes.of(name)? {
            Meaning::Signs(signs) => {
                self.pass(at, behind, stretch);
                self.tree.text(signs);
                Some(behind)
            }
            Meaning::Value(value) => {
                if self.begins_address(&value, 0) {
                    return self.address(at, behind, stretch);
                }
                let is_open = self.uses.iter().any(|(_, used)| *used == value);
                self.pass(at, behind, stretch);
                if !is_open && self.uses.len() < MAX_USES && self.afford(value.len()) {
                    let place = self.place(at);
                    self.uses.push((place, value.clone()));
                    self.inline(value, false);
                    self.uses.pop();
                }
                Some(behind)
            }
        }
    }

    /// `((term))` is text, `(((term)))` is for the index alone.
    fn index(&mut self, at: usize, stretch: &mut Stretch) -> Option<usize> {
        let rest = &self.text[at..stretch.range.end];
        if !rest.starts_with("((") {
            return None;
        }
        let hidden = rest.starts_with("(((");
        let (open, close) = if hidden { (3, ")))") } else { (2, "))") };
        let window = &rest.as_bytes()[..rest.len().min(400)];
        let length = memchr::memmem::find(window, close.as_bytes())?;
        self.pass(at, at + length + open, stretch);
        if !hidden {
            self.inline(at + open..at + length, false);
        }
        Some(at + length + open)
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
