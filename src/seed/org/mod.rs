//! Org: headlines by stars, lists by indentation, links in two pairs of brackets.

mod inline;
mod settings;

use std::borrow::Cow;
use std::ops::Range;

use self::settings::{Headline, Item, Settings, keyword, marker, next_headline};
use super::bare;
use super::html;
use super::lines::Line;
use super::resolve::Resolver;
use super::sink::Sink;
use super::tree::{Address, Name, Tree, mark};

pub(crate) use inline::end_of_link;

/// Blocks stand inside each other this deep at most.
const MAX_DEPTH: usize = 20;

/// Lists stand inside each other this deep at most; an item that is deeper is one of the deepest list.
const MAX_LISTS: usize = 30;

/// Blocks whose content is code, or for programs.
const CODE: &[&str] = &["src", "example", "export"];

/// Drawers that are about the work on a list and none of its text.
const SILENT_DRAWERS: &[&str] = &["properties", "logbook", "clock"];

/// Reads a document and returns its title.
pub(super) fn read(text: &str, resolver: &Resolver, sink: &mut Sink<'_>) -> Option<String> {
    let (tree, has_title) = tree(text, false);
    html::finish(tree, resolver, sink, has_title)
}

/// The tree of a document, with its links to other files and to its own places where they are wanted, and whether it has a
/// title.
pub(super) fn tree(text: &str, local: bool) -> (Tree<'_>, bool) {
    let settings = Settings::collect(text);
    let title = settings.title.clone();
    let shift = u8::from(title.is_some());
    let mut org = Org { text, tree: Tree::new(), settings, shift, depth: 0, linked: false, local };
    if let Some(title) = title {
        org.tree.start(Name::Heading, 1, 0);
        org.inline(title);
        org.tree.end(Name::Heading, 0);
    }
    let mut at = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    // The level of a headline that is a comment: all below it is one too.
    let mut silent = None;
    while at < text.len() {
        let end = next_headline(text, at);
        if silent.is_none() {
            org.body(at..end, 0);
        }
        if end == text.len() {
            break;
        }
        let line = Line::at(text, end, text.len());
        at = line.next;
        let headline = Headline::of(text, line, &org.settings);
        if silent.is_none_or(|level| headline.level <= level) {
            silent = headline.is_comment.then_some(headline.level);
            if silent.is_none() {
                at = org.headline(&headline, line.next);
            }
        }
    }
    (org.tree, shift > 0)
}

struct Org<'a> {
    text: &'a str,
    tree: Tree<'a>,
    settings: Settings<'a>,
    /// Levels that the document's title takes from the headlines.
    shift: u8,
    /// How many stretches of text are read inside each other.
    depth: usize,
    /// Whether what is read is the text of a link.
    linked: bool,
    /// Whether links between files are read.
    local: bool,
}

/// A list that is open, with an item that is.
#[derive(Clone, Copy, Debug)]
struct List {
    indent: usize,
    /// Whether its items are terms and what is said about them.
    terms: bool,
}

impl<'a> Org<'a> {
    /// A headline, with the address that its properties tell. Returns where its text begins.
    fn headline(&mut self, headline: &Headline, behind: usize) -> usize {
        let (address, at) = self.properties(behind);
        let level = u8::try_from(headline.level).unwrap_or(u8::MAX).saturating_add(self.shift);
        let is_linked = self.text[headline.text.clone()].contains("://");
        let own = address.clone().filter(|_| !is_linked && !headline.text.is_empty());
        self.tree.start(Name::Heading, level, 0);
        match own {
            Some(span) => {
                self.tree.link(Name::Anchor, self.written(span.clone(), span.start), 0);
                self.linked = true;
                self.inline(headline.text.clone());
                self.linked = false;
                self.tree.end(Name::Anchor, 0);
            }
            None => self.inline(headline.text.clone()),
        }
        self.tree.end(Name::Heading, 0);
        if let Some(span) = address.filter(|_| is_linked) {
            self.tree.start(Name::Paragraph, 0, 0);
            self.bare(span.start, span);
            self.tree.end(Name::Paragraph, 0);
        }
        at
    }

    /// Passes what is told of a headline below it, times and properties, and returns the address among them.
    fn properties(&self, from: usize) -> (Option<Range<usize>>, usize) {
        let text = self.text;
        let mut at = from;
        let mut line = Line::at(text, at, text.len());
        let begins = |line: Line, words: &[&str]| {
            let content = &text[line.inside(text)..line.end];
            words.iter().any(|word| content.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))
        };
        if begins(line, &["SCHEDULED:", "DEADLINE:", "CLOSED:"]) {
            at = line.next;
            line = Line::at(text, at, text.len());
        }
        let Some(end) = self.settings.end_of_drawer(at).filter(|_| begins(line, &[":PROPERTIES:"])) else {
            return (None, at);
        };
        // What holds a headline or anything but properties is no such drawer, and is told by its first line that is none.
        let mut address = None;
        let mut inner = line.next;
        while inner < end {
            let property = Line::at(text, inner, end);
            inner = property.next;
            if property.of(text).starts_with('*') || !property.is_blank() && !begins(property, &[":"]) {
                return (None, at);
            }
            if begins(property, &[":URL:"]) {
                address =
                    address.or_else(|| bare::find(&text[..property.end], property.inside(text) + 5, inline::BARE));
            }
        }
        (address, Line::at(text, end, text.len()).next)
    }

    /// Reads what stands between two headlines, or in a block.
    fn body(&mut self, range: Range<usize>, depth: usize) {
        let mut lists: Vec<List> = Vec::new();
        let mut blanks = 0;
        let mut at = range.start;
        while at < range.end {
            let line = Line::at(self.text, at, range.end);
            if line.is_blank() {
                blanks += 1;
                if blanks > 1 {
                    self.close(&mut lists, 0);
                }
                at = line.next;
                continue;
            }
            let content = &self.text[line.inside(self.text)..line.end];
            // A comment parts nothing.
            if is_comment(content) {
                at = line.next;
                continue;
            }
            blanks = 0;
            at = match Item::of(self.text, line) {
                Some(item) => self.item(line, &item, range.end, &mut lists),
                None => {
                    let indent = indent(line.of(self.text));
                    let inside = lists.partition_point(|list| list.indent < indent);
                    self.close(&mut lists, inside);
                    self.element(line, range.end, depth, lists.last().map(|list| list.indent))
                }
            };
        }
        self.close(&mut lists, 0);
    }

    /// Closes lists until so many are left.
    fn close(&mut self, lists: &mut Vec<List>, left: usize) {
        while lists.len() > left
            && let Some(list) = lists.pop()
        {
            self.tree.end(if list.terms { Name::Detail } else { Name::Item }, 0);
            self.tree.end(if list.terms { Name::Terms } else { Name::List }, 0);
        }
    }

    /// An item with its text. Returns where that ends.
    fn item(&mut self, line: Line, item: &Item, end: usize, lists: &mut Vec<List>) -> usize {
        let indent = indent(line.of(self.text));
        let inside = lists.partition_point(|list| list.indent <= indent);
        self.close(lists, inside);
        match lists.last() {
            Some(list) if list.indent == indent || lists.len() >= MAX_LISTS => {
                self.tree.end(if list.terms { Name::Detail } else { Name::Item }, 0);
            }
            _ => {
                let terms = item.term.is_some();
                self.tree.start(if terms { Name::Terms } else { Name::List }, 0, 0);
                lists.push(List { indent, terms });
            }
        }
        let terms = lists.last().is_some_and(|list| list.terms);
        match &item.term {
            Some(term) if terms => {
                self.tree.start(Name::Term, 0, 0);
                self.inline(term.clone());
                self.tree.end(Name::Term, 0);
                self.tree.start(Name::Detail, 0, 0);
            }
            Some(term) => {
                self.tree.start(Name::Item, 0, 0);
                self.tree.start(Name::Bold, 0, 0);
                self.inline(term.clone());
                self.tree.end(Name::Bold, 0);
                self.tree.text(": ");
            }
            None => {
                self.tree.start(if terms { Name::Detail } else { Name::Item }, 0, 0);
            }
        }
        let (last, next) = self.paragraph_from(line, end, Some(indent));
        self.inline(item.text.start.min(last)..last);
        next
    }

    /// Where the paragraph ends that begins in a line, and where the next line begins. Inside an item its lines are
    /// indented deeper than the item.
    fn paragraph_from(&self, line: Line, end: usize, item: Option<usize>) -> (usize, usize) {
        let (mut last, mut next) = (line.end, line.next);
        while next < end {
            let following = Line::at(self.text, next, end);
            let content = &self.text[following.inside(self.text)..following.end];
            let is_outside = || item.is_some_and(|item| indent(following.of(self.text)) <= item);
            if following.is_blank()
                || is_special(content, following.inside(self.text) == following.start)
                || Item::of(self.text, following).is_some()
                || is_outside()
            {
                break;
            }
            (last, next) = (following.end, following.next);
        }
        (last, next)
    }

    /// What begins in a line and is no item. Returns where it ends.
    fn element(&mut self, line: Line, end: usize, depth: usize, item: Option<usize>) -> usize {
        let inside = line.inside(self.text);
        let content = &self.text[inside..line.end];
        if let Some(name) = marker(content, "#+begin_") {
            return self.block(name, line, end, depth);
        }
        if keyword(content).is_some() || marker(content, "#+end_").is_some() {
            return line.next;
        }
        if is_fixed_width(content) {
            self.code();
            return line.next;
        }
        if let Some(name) = drawer(content) {
            let close = self.settings.end_of_drawer(line.next).filter(|&close| close < end);
            return match close {
                Some(close) if SILENT_DRAWERS.iter().any(|silent| name.eq_ignore_ascii_case(silent)) => {
                    Line::at(self.text, close, end).next
                }
                // What stands in any other is text.
                _ => line.next,
            };
        }
        if content.starts_with('|') {
            return self.table(line, end);
        }
        if content.len() >= 5 && content.bytes().all(|byte| byte == b'-') {
            self.tree.start(Name::Rule, 0, 0);
            return line.next;
        }
        let note = (inside == line.start).then(|| footnote(content)).flatten();
        let name = if note.is_some() { Name::Note } else { Name::Paragraph };
        let (last, next) = self.paragraph_from(line, end, item);
        self.tree.start(name, 0, 0);
        self.inline(inside + note.unwrap_or(0)..last);
        self.tree.end(name, 0);
        next
    }

    fn code(&mut self) {
        self.tree.start(Name::Code, 0, 0);
        self.tree.end(Name::Code, 0);
    }

    /// A block between `#+BEGIN_name` and `#+END_name`.
    fn block(&mut self, name: &str, line: Line, end: usize, depth: usize) -> usize {
        let close = self.settings.end_of(name, line.next).filter(|&close| close < end);
        let Some(close) = close.filter(|_| depth < MAX_DEPTH) else { return line.next };
        let is = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
        let what = self.text[line.start..line.end].trim_start()[8 + name.len()..].trim();
        if is(&["export"]) && what.eq_ignore_ascii_case("html") {
            html::add_part(&mut self.tree, self.text, line.next..close);
        } else if is(CODE) {
            self.code();
        } else if !is(&["comment"]) {
            self.tree.start(Name::Block, 0, 0);
            self.body(line.next..close, depth + 1);
            self.tree.end(Name::Block, 0);
        }
        Line::at(self.text, close, end).next
    }

    /// Lines of cells. Those above the first rule are the head.
    fn table(&mut self, line: Line, end: usize) -> usize {
        let text = self.text;
        let of = |line: Line| &text[line.inside(text)..line.end];
        let rows = |from: usize| {
            let lines = std::iter::successors(Some(Line::at(text, from, end)), move |line| {
                (line.next < end).then(|| Line::at(text, line.next, end))
            });
            lines.take_while(move |&line| of(line).starts_with('|'))
        };
        let rule = rows(line.start).skip_while(|&line| is_rule(of(line))).find(|&line| is_rule(of(line)));
        let head = rule.filter(|rule| rule.next < end && rows(rule.next).any(|line| !is_rule(of(line))));
        let mut next = line.next;
        self.tree.start(Name::Table, 0, 0);
        for line in rows(line.start) {
            next = line.next;
            if is_rule(of(line)) || is_for_columns(of(line)) {
                continue;
            }
            let is_head = head.is_some_and(|head| line.start < head.start);
            self.tree.start(Name::Row, 0, 0);
            let mut at = line.inside(text) + 1;
            let last = if of(line).len() > 1 && text[..line.end].ends_with('|') { line.end - 1 } else { line.end };
            while at <= last {
                let close = text[at..last].find('|').map_or(last, |length| at + length);
                self.tree.cell(if is_head { Name::HeaderCell } else { Name::Cell }, 1, 1, 0);
                self.inline(at..close);
                at = close + 1;
            }
            self.tree.end(Name::Row, 0);
        }
        self.tree.end(Name::Table, 0);
        next
    }

    /// An address as it is written, used at a place.
    fn written(&self, span: Range<usize>, at: usize) -> Address<'a> {
        Address { href: Cow::Borrowed(&self.text[span.clone()]), resolve: None, at, span }
    }

    /// An address that is its own text.
    fn bare(&mut self, at: usize, span: Range<usize>) {
        if !self.linked {
            self.tree.link(Name::Anchor, self.written(span.clone(), at), mark::BARE);
        }
        self.tree.text(&self.text[span]);
        if !self.linked {
            self.tree.end(Name::Anchor, 0);
        }
    }
}

/// Columns of white space before a text; a tab reaches to the next of eight.
fn indent(line: &str) -> usize {
    let blanks = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t'));
    blanks.fold(0, |columns, byte| if byte == b'\t' { (columns / 8 + 1) * 8 } else { columns + 1 })
}

/// Whether a line ends a paragraph above it.
fn is_special(content: &str, at_margin: bool) -> bool {
    content.starts_with('|')
        || is_comment(content)
        || is_fixed_width(content)
        || keyword(content).is_some()
        || marker(content, "#+begin_").is_some()
        || marker(content, "#+end_").is_some()
        || drawer(content).is_some()
        || content.len() >= 5 && content.bytes().all(|byte| byte == b'-')
        || at_margin && footnote(content).is_some()
}

fn is_comment(content: &str) -> bool {
    content == "#" || content.starts_with("# ")
}

fn is_fixed_width(content: &str) -> bool {
    content == ":" || content.starts_with(": ")
}

/// The name in `:NAME:`.
fn drawer(content: &str) -> Option<&str> {
    let name = content.strip_prefix(':')?.strip_suffix(':')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    is_name.then_some(name)
}

/// Width of `[fn:name]` at the beginning of a note.
fn footnote(content: &str) -> Option<usize> {
    let name = content.strip_prefix("[fn:")?;
    let length = name.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')))?;
    (length > 0 && name[length..].starts_with(']')).then_some("[fn:".len() + length + 1)
}

fn is_rule(content: &str) -> bool {
    content.starts_with("|-")
}

/// Whether a row only says how its columns look: `| <l> | <20> |`, `| / | < |`.
fn is_for_columns(content: &str) -> bool {
    let is_sign = |cell: &str| {
        let inside = cell.strip_prefix('<').map_or(cell, |cell| cell.strip_suffix('>').unwrap_or(cell));
        let inside = inside.trim_start_matches(['l', 'r', 'c']);
        matches!(cell, "" | "/" | "<" | ">" | "<>")
            || cell.starts_with('<') && inside.bytes().all(|b| b.is_ascii_digit())
    };
    content.trim_matches('|').split('|').all(|cell| is_sign(cell.trim()))
}

/// Stretches whose lines are only shown: blocks of code.
pub(super) fn code(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<(usize, &str)> = None;
    let mut at = 0;
    while at < text.len() {
        let line = Line::at(text, at, text.len());
        let content = &text[line.inside(text)..line.end];
        match open {
            Some((start, name)) => {
                if marker(content, "#+end_").is_some_and(|end| end.eq_ignore_ascii_case(name)) {
                    found.push(start..line.next);
                    open = None;
                }
            }
            None => {
                let name = marker(content, "#+begin_");
                let is_code = |name: &&str| CODE.iter().any(|code| name.eq_ignore_ascii_case(code));
                open = name.filter(is_code).map(|name| (line.start, name));
            }
        }
        at = line.next;
    }
    found
}
