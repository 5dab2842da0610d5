//! AsciiDoc: titles by signs, lists by markers, blocks between lines of signs, links with their labels in brackets.

mod attributes;
mod inline;
mod lists;
mod macros;
mod signs;
mod table;

use std::ops::Range;

use self::attributes::{About, Attributes};
use self::lists::Open;
use self::signs::{boundary, directive, is_comment, title_level};
use super::html;
use super::lines::Line;
use super::resolve::Resolver;
use super::sink::Sink;
use super::tree::{Name, Tree};

pub(crate) use macros::end_of_label;
pub(super) use signs::{code, is_definition};

/// Blocks stand inside each other this deep at most; the lines that bound deeper ones are passed by.
const MAX_DEPTH: usize = 20;

/// What names stand for is read for each use: so many times the document, and so much at any rate.
const MAX_GROWTH: usize = 16;
const MIN_GROWTH: usize = 64 * 1024;

/// Styles of blocks that are code, formulas, or markup for programs.
const CODE: &[&str] =
    &["source", "listing", "literal", "stem", "latexmath", "asciimath", "mermaid", "plantuml", "graphviz", "ditaa"];

/// Words before the text of a paragraph that are shown beside it.
const ADMONITIONS: &[&str] = &["NOTE: ", "TIP: ", "IMPORTANT: ", "WARNING: ", "CAUTION: "];

/// Reads a document and returns its title.
pub(super) fn read(text: &str, resolver: &Resolver, sink: &mut Sink<'_>) -> Option<String> {
    let adoc = read_blocks(text, false);
    for span in &adoc.undefined {
        let written: String = text[span.clone()].chars().take(200).collect();
        sink.notice(
            span.start,
            format!("a name in the address {written:?} stands for nothing in this file: it is left out"),
        );
    }
    html::finish(adoc.tree, resolver, sink, true)
}

/// The tree of a document with its links to other files and to its own places.
pub(super) fn local_tree(text: &str) -> Tree<'_> {
    read_blocks(text, true).tree
}

fn read_blocks(text: &str, local: bool) -> Adoc<'_> {
    let mut adoc = Adoc {
        text,
        tree: Tree::new(),
        attributes: Attributes::default(),
        uses: Vec::new(),
        growth: MAX_GROWTH * text.len() + MIN_GROWTH,
        depth: 0,
        linked: false,
        undefined: Vec::new(),
        local,
    };
    let start = adoc.front();
    adoc.blocks(start..text.len(), 0);
    adoc
}

struct Adoc<'a> {
    text: &'a str,
    tree: Tree<'a>,
    attributes: Attributes<'a>,
    /// Where values are used that are read at present, the outermost first, each with its value.
    uses: Vec<(usize, Range<usize>)>,
    /// Bytes that may still be read again.
    growth: usize,
    /// How many stretches of text are read inside each other.
    depth: usize,
    /// Whether what is read is the text of a link.
    linked: bool,
    /// Addresses with names in them that stand for nothing.
    undefined: Vec<Range<usize>>,
    /// Whether links between files are read.
    local: bool,
}

/// What was met in a container and concerns what comes next.
#[derive(Default)]
struct Flow<'a> {
    /// Lists that are open, each with an open item.
    lists: Vec<Open<'a>>,
    /// Blank lines right above.
    blanks: usize,
    /// Whether the next block belongs to the open item.
    attached: bool,
    /// Whether a list that comes next is a new one.
    parted: bool,
    about: About<'a>,
    title: Option<Range<usize>>,
}

impl<'a> Adoc<'a> {
    /// Passes front matter and the document's title with the lines about it. Returns where its text begins.
    fn front(&mut self) -> usize {
        let text = self.text;
        let mut at = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        let first = Line::at(text, at, text.len());
        if first.of(text) == "---"
            && let Some(close) = self.close(first.next, text.len(), "---")
        {
            at = close.next;
        }
        // What stands before the title is about the document.
        while at < text.len() {
            let line = Line::at(text, at, text.len());
            let content = line.of(text);
            if content.starts_with("////") || !(line.is_blank() || is_comment(content) || self.define(line)) {
                break;
            }
            at = line.next;
        }
        let line = Line::at(text, at, text.len());
        let is_title = title_level(line.of(text)).is_some_and(|(level, _)| level == 1);
        if !is_title {
            return at;
        }
        self.heading(line);
        at = line.next;
        let mut about = 0;
        while at < text.len() {
            let line = Line::at(text, at, text.len());
            let content = line.of(text);
            if line.is_blank() {
                break;
            }
            if !(is_comment(content) && !content.starts_with("////") || self.define(line)) {
                // Who wrote it and when, unless it says where something is.
                let outside = content.split('<').next().unwrap_or_default();
                about += 1;
                if about > 2
                    || outside.contains("://")
                    || content.contains("::")
                    || content.starts_with(['[', '/', '=', '.'])
                {
                    break;
                }
            }
            at = line.next;
        }
        at
    }

    fn define(&mut self, line: Line) -> bool {
        self.attributes.define(self.text, line.start..line.end)
    }

    /// Behind a definition whose value goes on in the next lines.
    fn behind_value(&self, mut line: Line, end: usize) -> usize {
        while line.of(self.text).ends_with(" \\") && line.next < end {
            line = Line::at(self.text, line.next, end);
        }
        line.next
    }

    /// The first line with a content, from the beginning of a line on.
    fn close(&self, from: usize, end: usize, content: &str) -> Option<Line> {
        let mut at = from;
        while at < end {
            let line = Line::at(self.text, at, end);
            if line.of(self.text) == content {
                return Some(line);
            }
            at = line.next;
        }
        None
    }

    /// Reads the blocks of a container.
    fn blocks(&mut self, range: Range<usize>, depth: usize) {
        let mut flow = Flow::default();
        let mut at = range.start;
        while at < range.end {
            at = self.block(Line::at(self.text, at, range.end), range.end, depth, &mut flow);
        }
        self.close_lists(&mut flow, 0);
    }

    /// What begins in a line. Returns where it ends.
    fn block(&mut self, line: Line, end: usize, depth: usize, flow: &mut Flow<'a>) -> usize {
        let content = line.of(self.text);
        if line.is_blank() {
            flow.blanks += 1;
            return line.next;
        }
        let blanks = std::mem::take(&mut flow.blanks);
        if content == "//-" {
            self.close_lists(flow, 0);
            return line.next;
        }
        if is_comment(content) {
            flow.blanks = blanks;
            return line.next;
        }
        if content.starts_with("////") && content.bytes().all(|byte| byte == b'/') {
            return self.close(line.next, end, content).map_or(end, |close| close.next);
        }
        if let Some(inside) = directive(content) {
            // What depends on an attribute is read whether it is set or not.
            if let Some(inside) = inside {
                self.begin(flow);
                self.paragraph(line.start + inside.start..line.start + inside.end, flow);
            }
            return line.next;
        }
        if content == "+" && !flow.lists.is_empty() {
            let left = flow.lists.len() - blanks.min(flow.lists.len() - 1);
            self.close_lists(flow, left);
            flow.attached = true;
            return line.next;
        }
        if self.define(line) {
            return self.behind_value(line, end);
        }
        if content.starts_with('[') && content.ends_with(']') && self.is_about(content) {
            if !content.starts_with("[[") {
                flow.about.take(self.text, line.start + 1..line.end - 1);
            }
            flow.parted |= blanks > 0 && !flow.attached;
            return line.next;
        }
        if content.starts_with('.') && content[1..].starts_with(|c: char| c != '.' && !c.is_whitespace()) {
            flow.title = Some(line.start + 1..line.end);
            flow.parted |= blanks > 0 && !flow.attached;
            return line.next;
        }
        if title_level(content).is_some() {
            self.end_lists(flow);
            self.heading(line);
            return line.next;
        }
        if matches!(content, "'''" | "---" | "***" | "- - -" | "* * *" | "<<<") {
            self.end_lists(flow);
            self.tree.start(Name::Rule, 0, 0);
            return line.next;
        }
        if let Some(next) = self.bounded(line, end, depth, flow) {
            return next;
        }
        if let Some(next) = self.item(line, end, flow) {
            return next;
        }
        if let Some(next) = self.underlined(line, end, flow) {
            return next;
        }
        if self.text[line.start..].starts_with([' ', '\t']) {
            // What is indented is shown as it stands, inside an item too.
            flow.attached = flow.attached || !flow.lists.is_empty();
            self.begin(flow);
            self.code();
            return self.rest(line, end, false);
        }
        self.begin(flow);
        if let Some(length) = macros::block_macro(content) {
            self.block_macro(line, length, flow);
            return line.next;
        }
        let next = self.rest(line, end, !flow.lists.is_empty());
        match flow.about.style {
            Some("comment") => {}
            Some("pass") => html::add_part(&mut self.tree, self.text, line.start..next),
            Some(style) if CODE.contains(&style) => self.code(),
            _ => self.paragraph(line.start..next, flow),
        }
        flow.about = About::default();
        next
    }

    /// Whether a line in brackets is about the block below it: no link and no text.
    fn is_about(&self, content: &str) -> bool {
        let inside = &content[1..content.len() - 1];
        let start = inside.chars().next();
        let is_start = start.is_none_or(|c| {
            c.is_alphanumeric() || matches!(c, '.' | '#' | '%' | '"' | '\'' | ',' | '[' | '_' | '{' | ':')
        });
        is_start && (!inside.contains('[') || inside.starts_with('[') || inside.contains('='))
    }

    /// Prepares for a block: it ends the lists it does not belong to, and its title stands above it.
    fn begin(&mut self, flow: &mut Flow<'a>) {
        if std::mem::take(&mut flow.attached) {
            self.begin_detail(flow);
        } else if flow.lists.last().is_some_and(Open::waits) {
            // What follows a term says something about it, also below a blank line.
            self.begin_detail(flow);
        } else {
            self.close_lists(flow, 0);
        }
        flow.parted = false;
        self.block_title(flow);
    }

    fn block_title(&mut self, flow: &mut Flow<'a>) {
        if let Some(title) = flow.title.take() {
            self.tree.start(Name::Paragraph, 0, 0);
            self.tree.start(Name::Bold, 0, 0);
            self.inline(title, false);
            self.tree.end(Name::Bold, 0);
            self.tree.end(Name::Paragraph, 0);
        }
    }

    /// Ends all lists before something that stands in none.
    fn end_lists(&mut self, flow: &mut Flow<'a>) {
        self.close_lists(flow, 0);
        (flow.attached, flow.parted) = (false, false);
        (flow.about, flow.title) = (About::default(), None);
    }

    fn code(&mut self) {
        self.tree.start(Name::Code, 0, 0);
        self.tree.end(Name::Code, 0);
    }

    /// A title with its signs before it.
    fn heading(&mut self, line: Line) {
        let content = line.of(self.text);
        let Some((level, width)) = title_level(content) else { return };
        // The signs may stand behind it too.
        let signs = &content[..level];
        let inside = content[width..].strip_suffix(signs).map_or(content.len() - width, |text| text.trim_end().len());
        let start = line.start + width;
        self.open_heading(level as u8, start..start + inside);
    }

    fn open_heading(&mut self, level: u8, range: Range<usize>) {
        self.tree.start(Name::Heading, level, 0);
        self.inline(range, false);
        self.tree.end(Name::Heading, 0);
    }

    /// A title with a line of signs below it, about as long as itself.
    fn underlined(&mut self, line: Line, end: usize, flow: &mut Flow<'a>) -> Option<usize> {
        if line.next >= end {
            return None;
        }
        let content = line.of(self.text);
        let below = Line::at(self.text, line.next, end);
        let signs = below.of(self.text).as_bytes();
        let sign = *signs.first()?;
        let level = b"=-~^+".iter().position(|&known| known == sign)? as u8 + 1;
        let is_title = signs.len() > 1
            && signs.iter().all(|&byte| byte == sign)
            && content.chars().count().abs_diff(signs.len()) < 2
            && content.starts_with(|c: char| !c.is_whitespace())
            && content.chars().any(char::is_alphanumeric);
        if !is_title {
            return None;
        }
        self.end_lists(flow);
        self.open_heading(level, line.start..line.end);
        Some(below.next)
    }

    /// Where a paragraph ends that begins in a line.
    fn rest(&self, line: Line, end: usize, in_list: bool) -> usize {
        let mut at = line.next;
        while at < end {
            let next = Line::at(self.text, at, end);
            let content = next.of(self.text);
            let is_over = next.is_blank()
                || boundary(content).is_some()
                || content.starts_with('[') && content.ends_with(']') && content.len() > 2 && self.is_about(content)
                || in_list && (content == "+" || lists::marker(self.text, next).is_some());
            if is_over {
                break;
            }
            at = next.next;
        }
        at
    }

    /// A paragraph of whole lines.
    fn paragraph(&mut self, range: Range<usize>, flow: &Flow<'a>) {
        let shown = ADMONITIONS.iter().find(|word| self.text[range.clone()].starts_with(*word));
        let start = range.start + shown.map_or(0, |word| word.len());
        self.tree.start(Name::Paragraph, 0, 0);
        self.lines(start..range.end, flow.about.breaks);
        self.tree.end(Name::Paragraph, 0);
    }

    /// Running text of whole lines, without the comments and conditions between them.
    fn lines(&mut self, range: Range<usize>, breaks: bool) {
        let mut from = range.start;
        let mut at = range.start;
        while at < range.end {
            let line = Line::at(self.text, at, range.end);
            let content = line.of(self.text);
            // The first line may begin in the midst of one.
            if at > range.start && (is_comment(content) || directive(content).is_some()) {
                self.inline(from..line.start, breaks);
                from = line.next;
            }
            at = line.next;
        }
        self.inline(from.min(range.end)..range.end, breaks);
    }

    /// A block between two lines of signs. Returns where it ends.
    fn bounded(&mut self, line: Line, end: usize, depth: usize, flow: &mut Flow<'a>) -> Option<usize> {
        let content = line.of(self.text);
        let kind = boundary(content)?;
        if depth >= MAX_DEPTH {
            return Some(line.next);
        }
        self.begin(flow);
        let about = std::mem::take(&mut flow.about);
        let fence = if kind == b'`' { "```" } else { content };
        let close = self.close(line.next, end, fence);
        let inside = line.next..close.map_or(end, |close| close.start);
        let style = about.style.unwrap_or_default();
        match kind {
            _ if style == "comment" => {}
            b'+' if style.is_empty() || style == "pass" => html::add_part(&mut self.tree, self.text, inside),
            b'`' | b'.' | b'+' => self.code(),
            b'-' if content != "--" => self.code(),
            _ if CODE.contains(&style) => self.code(),
            b'|' | b',' | b':' | b'!' => self.table(inside, &about, kind, depth),
            _ => {
                self.tree.start(Name::Block, 0, 0);
                self.blocks(inside, depth + 1);
                self.tree.end(Name::Block, 0);
            }
        }
        Some(close.map_or(end, |close| close.next))
    }

    /// Takes what is read again from what the document may still grow by; `false` when nothing is left of it.
    fn afford(&mut self, bytes: usize) -> bool {
        let left = self.growth.checked_sub(bytes + 1);
        self.growth = left.unwrap_or(0);
        left.is_some()
    }
}
