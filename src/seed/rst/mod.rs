//! reStructuredText: titles by adornment, lists by indentation, references by name.

mod csv;
mod directives;
mod inline;
mod pictures;
mod table;
mod targets;

use std::ops::Range;

use self::pictures::{Substitutions, Use};
use self::targets::Targets;
use super::html;
use super::resolve::Resolver;
use super::sink::Sink;
use super::tree::{Name, Tree};

/// Blocks nest this deep at most.
const MAX_DEPTH: usize = 40;

/// What names and substitutions stand for is read for each use: so many times the document, and so much at any rate.
const MAX_GROWTH: usize = 16;
const MIN_GROWTH: usize = 64 * 1024;

/// Reads a document and returns its title.
pub(super) fn read(text: &str, resolver: &Resolver, sink: &mut Sink<'_>) -> Option<String> {
    let mut lines = Vec::new();
    let mut offset = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    for line in text[offset..].split_inclusive('\n') {
        let content = line.trim_end();
        let indent = content.len() - content.trim_start().len();
        lines.push(Line { start: offset + indent, end: offset + content.len(), indent });
        offset += line.len();
    }
    let targets = Targets::collect(text, &lines);
    let substitutions = Substitutions::collect(text, &lines);
    let mut rst = Rst {
        text,
        tree: Tree::new(),
        targets,
        substitutions,
        uses: Vec::new(),
        growth: MAX_GROWTH * text.len() + MIN_GROWTH,
        styles: Vec::new(),
        titles: Vec::new(),
    };
    rst.blocks(&lines, 0);
    // A title that stands alone on its level is the document's; several are sections.
    let page_title = rst.titles.iter().filter(|&&level| level == 1).count() == 1 && rst.titles.first() == Some(&1);
    html::finish(rst.tree, resolver, sink, page_title)
}

/// A line without its indentation.
#[derive(Clone, Copy, Debug)]
struct Line {
    start: usize,
    end: usize,
    indent: usize,
}

impl Line {
    fn is_blank(self) -> bool {
        self.start >= self.end
    }

    /// The rest of the line from a column on, as a line of its own.
    fn from(self, width: usize) -> Line {
        Line { start: (self.start + width).min(self.end), end: self.end, indent: self.indent + width }
    }
}

struct Rst<'a> {
    text: &'a str,
    tree: Tree<'a>,
    targets: Targets,
    substitutions: Substitutions,
    /// Substitutions that are read at present, the outermost first.
    uses: Vec<Use>,
    /// Bytes that may still be read again.
    growth: usize,
    /// Adornments of titles in the order of their levels: the sign, and whether it stands above too.
    styles: Vec<(u8, bool)>,
    /// Levels of the titles met.
    titles: Vec<u8>,
}

impl<'a> Rst<'a> {
    fn of(&self, line: Line) -> &'a str {
        &self.text[line.start.min(line.end)..line.end]
    }

    fn blocks(&mut self, lines: &[Line], depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        let mut at = 0;
        let base = lines.iter().find(|line| !line.is_blank()).map_or(0, |line| line.indent);
        while at < lines.len() {
            let line = lines[at];
            if line.is_blank() {
                at += 1;
                continue;
            }
            let rest = &lines[at..];
            let taken = if line.indent > base { self.quote(rest, base, depth) } else { self.block(rest, depth) };
            at += taken.max(1);
        }
    }

    /// Lines that are indented deeper than an indentation, with the blank ones between.
    fn body(lines: &[Line], indent: usize) -> usize {
        let mut end = 0;
        for (index, line) in lines.iter().enumerate() {
            if line.is_blank() {
                continue;
            }
            if line.indent <= indent {
                break;
            }
            end = index + 1;
        }
        end
    }

    fn quote(&mut self, lines: &[Line], base: usize, depth: usize) -> usize {
        let length = Self::body(lines, base).max(1);
        self.tree.start(Name::Block, 0, 0);
        self.blocks(&lines[..length], depth + 1);
        self.tree.end(Name::Block, 0);
        length
    }

    /// The block that begins with the first line. Returns how many lines it takes.
    fn block(&mut self, lines: &[Line], depth: usize) -> usize {
        let first = self.of(lines[0]);
        if let Some(taken) = self.title(lines) {
            return taken;
        }
        if first.starts_with("..") && (first.len() == 2 || first.as_bytes()[2].is_ascii_whitespace()) {
            return self.explicit(lines, depth);
        }
        if first.starts_with("__ ") {
            let goes_on = |line: &&Line| !line.is_blank() && line.indent > lines[0].indent;
            return 1 + lines[1..].iter().take_while(goes_on).count();
        }
        if let Some(taken) = self.table(lines) {
            return taken;
        }
        if let Some(width) = bullet(first).or_else(|| enumerator(first)) {
            return self.list(lines, width, depth);
        }
        if let Some(width) = field(first) {
            return self.fields(lines, width, depth);
        }
        if first.starts_with(">>>") {
            return lines.iter().take_while(|line| !line.is_blank()).count();
        }
        if first.starts_with("| ") {
            return self.line_block(lines);
        }
        // A line right above a deeper one is a term.
        if let Some(next) = lines.get(1)
            && !next.is_blank()
            && next.indent > lines[0].indent
        {
            return self.definition(lines, depth);
        }
        self.paragraph(lines)
    }

    /// A title with its adornment below, or above and below; a line of signs alone is a rule.
    fn title(&mut self, lines: &[Line]) -> Option<usize> {
        let first = self.of(lines[0]);
        let next = lines.get(1).map(|&line| self.of(line)).unwrap_or_default();
        if let Some(sign) = adornment(first) {
            let below = lines.get(2).map(|&line| self.of(line)).and_then(adornment);
            if !next.is_empty() && below == Some(sign) && adornment(next).is_none() {
                self.open_title(lines[1], (sign, true));
                return Some(3);
            }
            if next.is_empty() && first.len() >= 4 {
                self.tree.start(Name::Rule, 0, 0);
                return Some(1);
            }
            return None;
        }
        let sign = adornment(next)?;
        let long_enough = next.len() >= first.chars().count() || next.len() >= 4;
        if !long_enough || bullet(first).is_some() || lines[0].indent > 0 {
            return None;
        }
        self.open_title(lines[0], (sign, false));
        Some(2)
    }

    fn open_title(&mut self, line: Line, style: (u8, bool)) {
        let index = self.styles.iter().position(|known| *known == style).unwrap_or_else(|| {
            self.styles.push(style);
            self.styles.len() - 1
        });
        let level = u8::try_from(index + 1).unwrap_or(u8::MAX);
        self.titles.push(level);
        self.tree.start(Name::Heading, level, 0);
        self.inline(line.start..line.end);
        self.tree.end(Name::Heading, 0);
    }

    /// Gives the first line of a body the indentation of the others.
    fn aligned(&self, body: &mut [Line]) {
        let others = body[1..].iter().filter(|line| !line.is_blank()).map(|line| line.indent).min();
        if let Some(indent) = others {
            body[0].indent = indent;
        }
    }

    fn list(&mut self, lines: &[Line], _width: usize, depth: usize) -> usize {
        let indent = lines[0].indent;
        let kind = |line: &str| (bullet(line).is_some(), enumerator(line).is_some());
        let first_kind = kind(self.of(lines[0]));
        self.tree.start(Name::List, 0, 0);
        let mut at = 0;
        while let Some(&line) = lines.get(at) {
            if line.is_blank() {
                at += 1;
                continue;
            }
            let text = self.of(line);
            let Some(width) =
                bullet(text).or_else(|| enumerator(text)).filter(|_| line.indent == indent && kind(text) == first_kind)
            else {
                break;
            };
            let length = Self::body(&lines[at + 1..], indent);
            let mut body = vec![line.from(width)];
            body.extend_from_slice(&lines[at + 1..at + 1 + length]);
            self.aligned(&mut body);
            self.tree.start(Name::Item, 0, 0);
            self.blocks(&body, depth + 1);
            self.tree.end(Name::Item, 0);
            at += 1 + length;
        }
        self.tree.end(Name::List, 0);
        at
    }

    fn fields(&mut self, lines: &[Line], _width: usize, depth: usize) -> usize {
        let indent = lines[0].indent;
        self.tree.start(Name::Terms, 0, 0);
        let mut at = 0;
        while let Some(&line) = lines.get(at) {
            let Some(width) = field(self.of(line)).filter(|_| line.indent == indent) else { break };
            let length = Self::body(&lines[at + 1..], indent);
            self.tree.start(Name::Term, 0, 0);
            let name = line.start + 1..line.start + self.of(line)[1..].find(':').map_or(1, |colon| colon + 1);
            self.inline(name);
            self.tree.end(Name::Term, 0);
            let mut body = vec![line.from(width)];
            body.extend_from_slice(&lines[at + 1..at + 1 + length]);
            self.aligned(&mut body);
            self.tree.start(Name::Detail, 0, 0);
            self.blocks(&body, depth + 1);
            self.tree.end(Name::Detail, 0);
            at += 1 + length;
        }
        self.tree.end(Name::Terms, 0);
        at
    }

    fn definition(&mut self, lines: &[Line], depth: usize) -> usize {
        let indent = lines[0].indent;
        self.tree.start(Name::Terms, 0, 0);
        let mut at = 0;
        while let (Some(&term), Some(&next)) = (lines.get(at), lines.get(at + 1)) {
            if term.is_blank() {
                at += 1;
                continue;
            }
            let special = self.of(term).starts_with("..") || bullet(self.of(term)).is_some();
            if term.indent != indent || next.is_blank() || next.indent <= indent || special {
                break;
            }
            let length = Self::body(&lines[at + 1..], indent);
            self.tree.start(Name::Term, 0, 0);
            self.inline(term.start..term.end);
            self.tree.end(Name::Term, 0);
            self.tree.start(Name::Detail, 0, 0);
            self.blocks(&lines[at + 1..at + 1 + length], depth + 1);
            self.tree.end(Name::Detail, 0);
            at += 1 + length;
        }
        self.tree.end(Name::Terms, 0);
        at.max(1)
    }

    fn line_block(&mut self, lines: &[Line]) -> usize {
        self.tree.start(Name::Paragraph, 0, 0);
        let mut taken = 0;
        for &line in lines {
            let text = self.of(line);
            if !(text == "|" || text.starts_with("| ")) {
                break;
            }
            if taken > 0 {
                self.tree.start(Name::Break, 0, 0);
            }
            self.inline((line.start + 1).min(line.end)..line.end);
            taken += 1;
        }
        self.tree.end(Name::Paragraph, 0);
        taken
    }

    fn paragraph(&mut self, lines: &[Line]) -> usize {
        let indent = lines[0].indent;
        let length = lines.iter().take_while(|line| !line.is_blank() && line.indent == indent).count().max(1);
        let mut end = lines[length - 1].end;
        let text = &self.text[lines[0].start..end];
        let literal = text.ends_with("::");
        if literal {
            // One colon is text, two alone are none.
            end -= if text.len() == 2 || text[..text.len() - 2].ends_with(char::is_whitespace) { 2 } else { 1 };
        }
        if lines[0].start < end {
            self.tree.start(Name::Paragraph, 0, 0);
            self.inline(lines[0].start..end);
            self.tree.end(Name::Paragraph, 0);
        }
        if !literal {
            return length;
        }
        self.tree.start(Name::Code, 0, 0);
        self.tree.end(Name::Code, 0);
        length + Self::body(&lines[length..], indent)
    }

    /// A cell of a table.
    fn cell(&mut self, name: Name, parts: &[Range<usize>]) {
        self.tree.cell(name, 1, 1, 0);
        for part in parts {
            self.inline(part.clone());
            self.tree.text(" ");
        }
    }
}

/// The sign of a line that is nothing but one sign of punctuation, three times or more.
fn adornment(line: &str) -> Option<u8> {
    let bytes = line.as_bytes();
    let sign = *bytes.first().filter(|byte| byte.is_ascii_punctuation())?;
    (bytes.len() >= 3 && bytes.iter().all(|&byte| byte == sign)).then_some(sign)
}

/// Width of a bullet and the space behind it.
fn bullet(line: &str) -> Option<usize> {
    let sign = line.chars().next().filter(|c| matches!(c, '*' | '+' | '-' | '•' | '‣' | '⁃'))?;
    let rest = &line[sign.len_utf8()..];
    let blank = rest.len() - rest.trim_start().len();
    (blank > 0 || rest.is_empty()).then_some(sign.len_utf8() + blank)
}

/// Width of `1. `, `#. `, `a) `, `(1) `.
fn enumerator(line: &str) -> Option<usize> {
    let (open, rest) = match line.strip_prefix('(') {
        Some(rest) => (1, rest),
        None => (0, line),
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let length = match digits {
        0 if rest.starts_with('#') || rest.as_bytes().first().is_some_and(u8::is_ascii_lowercase) => 1,
        1..=4 => digits,
        _ => return None,
    };
    let sign = *rest.as_bytes().get(length)?;
    let after = rest.get(length + 1..)?;
    let blank = after.len() - after.trim_start().len();
    let closes = sign == b')' || (open == 0 && sign == b'.');
    (closes && blank > 0).then_some(open + length + 1 + blank)
}

/// Width of `:name: `.
fn field(line: &str) -> Option<usize> {
    let rest = line.strip_prefix(':')?;
    let colon = rest.find(':').filter(|&colon| colon > 0 && colon < 60)?;
    let after = &rest[colon + 1..];
    let blank = after.len() - after.trim_start().len();
    (!rest.starts_with(' ') && (blank > 0 || after.is_empty())).then_some(colon + 2 + blank)
}
