//! Wikitext as MediaWiki reads it: lines to blocks, and what stands in them.

mod ends;
mod file;
mod inline;
mod magic;
mod opaque;
mod page;
mod table;
mod template;

use std::ops::Range;

use url::Url;

pub(crate) use self::ends::external_link;

use self::inline::Mode;
use self::opaque::{Kind, Stretch, stretches};
use self::table::within;
use super::html;
use super::resolve::Resolver;
use super::sink::Sink;
use super::tree::{Name, Tree};

/// Templates, references and links nest this deep at most.
const MAX_DEPTH: usize = 24;

/// Levels of a list that are told apart.
const MAX_LIST_DEPTH: usize = 24;

/// Reads a page.
pub(super) fn read(text: &str, resolver: &Resolver, sink: &mut Sink<'_>) {
    let base = resolver.base().cloned();
    let mut wiki = Wiki {
        text,
        has_base: base.is_some(),
        base,
        tree: Tree::new(),
        lists: Vec::new(),
        open: false,
        tables: 0,
        unfinished: Vec::new(),
    };
    wiki.blocks();
    for address in wiki.unfinished {
        let written = &text[address.clone()];
        sink.notice(address.start, format!("the wiki makes the rest of the address {written:?}: it is left out"));
    }
    let tree = wiki.tree;
    html::finish(tree, resolver, sink, false);
}

/// Stretches of a page whose content is shown as it stands.
pub(super) fn code(text: &str) -> Vec<Range<usize>> {
    let shown = stretches(text, 0..text.len(), false).into_iter();
    shown.filter(|found| matches!(found.kind, Kind::Code | Kind::Verbatim)).map(|found| found.whole).collect()
}

/// A page while it is read.
struct Wiki<'a> {
    text: &'a str,
    base: Option<Url>,
    has_base: bool,
    tree: Tree<'a>,
    /// Signs of the open lists, outermost first.
    lists: Vec<u8>,
    /// Whether a paragraph is open.
    open: bool,
    /// Depth of open tables.
    tables: usize,
    /// Addresses that are left out, as the wiki makes the rest of them.
    unfinished: Vec<Range<usize>>,
}

impl Wiki<'_> {
    fn blocks(&mut self) {
        let parts = stretches(self.text, 0..self.text.len(), true);
        let mut at = 0;
        while at < self.text.len() {
            let end = self.line_end(at, &parts);
            let next = (end + 1).min(self.text.len()).max(at + 1);
            let inside = within(&parts, &(at..end));
            self.line(at..end, &inside);
            at = next;
        }
        self.close_blocks();
    }

    /// Where the logical line ends that begins here: at a line feed outside comments, templates and references.
    fn line_end(&self, start: usize, parts: &[Stretch]) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = start;
        loop {
            let Some(found) = memchr::memchr(b'\n', &bytes[at..]) else { return bytes.len() };
            let line_feed = at + found;
            let index = parts.partition_point(|part| part.whole.end <= line_feed);
            match parts.get(index).filter(|part| part.whole.start <= line_feed) {
                Some(part) => at = part.whole.end.max(line_feed + 1),
                None => return line_feed,
            }
            if at >= bytes.len() {
                return bytes.len();
            }
        }
    }

    fn line(&mut self, line: Range<usize>, parts: &[Stretch]) {
        let mut line = line;
        if self.text.as_bytes()[line.clone()].last() == Some(&b'\r') {
            line.end -= 1;
        }
        // Comments in front are none of the line; a line of nothing else is not there at all.
        let mut commented = false;
        for part in parts.iter().filter(|part| part.kind == Kind::Comment) {
            if self.text[line.start..part.whole.start.max(line.start)].trim().is_empty() {
                line.start = part.whole.end.min(line.end);
                commented = true;
            }
        }
        let text = &self.text[line.clone()];
        let trimmed = text.trim();
        if trimmed.is_empty() {
            if !commented {
                self.close_blocks();
            }
            return;
        }
        if trimmed.len() < 40
            && trimmed.starts_with("__")
            && trimmed.ends_with("__")
            && trimmed[2..].bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
        {
            return;
        }
        if self.table_line(line.clone(), parts) || self.heading(line.clone(), parts) {
            return;
        }
        if trimmed.starts_with("----") {
            self.close_blocks();
            self.tree.start(Name::Rule, 0, 0);
            return;
        }
        let signs = text.bytes().take_while(|byte| matches!(byte, b'*' | b'#' | b':' | b';')).count();
        if signs > 0 {
            self.list_line(line.start..line.start + signs, line.end, parts);
            return;
        }
        self.close_lists(0);
        let code =
            text.starts_with([' ', '\t']) && self.tables == 0 && !trimmed.starts_with(['<', '{', '|']) && !commented;
        if code {
            self.close_blocks();
            self.tree.start(Name::Code, 0, 0);
            self.tree.end(Name::Code, 0);
            return;
        }
        self.paragraph_line(line, parts);
    }

    /// A line of running text.
    fn paragraph_line(&mut self, line: Range<usize>, parts: &[Stretch]) {
        if !self.open {
            self.tree.start(Name::Paragraph, 0, 0);
            self.open = true;
        }
        self.inline_with(line.clone(), &within(parts, &line), Mode::default());
        self.tree.text(" ");
    }

    /// `== Heading ==`. Returns whether the line was one.
    fn heading(&mut self, line: Range<usize>, parts: &[Stretch]) -> bool {
        let text = &self.text[line.clone()];
        if !text.starts_with('=') {
            return false;
        }
        // A comment may follow the heading.
        let mut end = line.end;
        for part in parts.iter().rev().filter(|part| part.kind == Kind::Comment) {
            if part.whole.end <= end && self.text[part.whole.end..end].trim().is_empty() {
                end = part.whole.start.max(line.start);
            }
        }
        let text = self.text[line.start..end].trim_end();
        let before = text.bytes().take_while(|&byte| byte == b'=').count();
        let after = text.bytes().rev().take_while(|&byte| byte == b'=').count();
        let level = before.min(after).min(6).min(text.len().saturating_sub(1) / 2);
        if level == 0 {
            return false;
        }
        self.close_blocks();
        let inside = line.start + level..line.start + text.len() - level;
        self.tree.start(Name::Heading, u8::try_from(level).unwrap_or(6), 0);
        self.inline_with(inside.clone(), &within(parts, &inside), Mode::default());
        self.tree.end(Name::Heading, 0);
        true
    }

    /// A line of a list, whose signs stand in `signs`.
    fn list_line(&mut self, signs: Range<usize>, end: usize, parts: &[Stretch]) {
        if self.open {
            self.close_paragraph();
        }
        let wanted: Vec<u8> = self.text.as_bytes()[signs.clone()].iter().copied().take(MAX_LIST_DEPTH).collect();
        let alike = |one: u8, other: u8| one == other || (matches!(one, b':' | b';') && matches!(other, b':' | b';'));
        let common = self.lists.iter().zip(&wanted).take_while(|(one, other)| alike(**one, **other)).count();
        self.close_lists(common);
        if common == wanted.len() {
            // The next item of the same list.
            if let Some(&sign) = wanted.last() {
                self.close_item();
                self.lists[common - 1] = sign;
                self.open_item(sign);
            }
        }
        for &sign in &wanted[common..] {
            self.tree.start(if matches!(sign, b':' | b';') { Name::Terms } else { Name::List }, 0, 0);
            self.lists.push(sign);
            self.open_item(sign);
        }
        let mut content = signs.end..end;
        if wanted.last() == Some(&b';')
            && let Some(colon) = self.definition_colon(&content, parts)
        {
            let term = content.start..colon;
            self.inline_with(term.clone(), &within(parts, &term), Mode::default());
            self.tree.end(Name::Term, 0);
            self.tree.start(Name::Detail, 0, 0);
            if let Some(last) = self.lists.last_mut() {
                *last = b':';
            }
            content.start = colon + 1;
        }
        self.inline_with(content.clone(), &within(parts, &content), Mode::default());
    }

    /// The colon in `;term : definition`, outside links and templates.
    fn definition_colon(&self, content: &Range<usize>, parts: &[Stretch]) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut depth = 0_usize;
        let mut at = content.start;
        while at < content.end {
            let index = parts.partition_point(|part| part.whole.end <= at);
            if let Some(part) = parts.get(index).filter(|part| part.whole.start <= at) {
                at = part.whole.end;
                continue;
            }
            match bytes[at] {
                b'[' => depth += 1,
                b']' => depth = depth.saturating_sub(1),
                b':' if depth == 0 && !bytes[at..].starts_with(b"://") => return Some(at),
                _ => {}
            }
            at += 1;
        }
        None
    }

    fn open_item(&mut self, sign: u8) {
        let name = match sign {
            b';' => Name::Term,
            b':' => Name::Detail,
            _ => Name::Item,
        };
        self.tree.start(name, 0, 0);
    }

    fn close_item(&mut self) {
        match self.lists.last() {
            Some(b';') => self.tree.end(Name::Term, 0),
            Some(b':') => self.tree.end(Name::Detail, 0),
            Some(_) => self.tree.end(Name::Item, 0),
            None => {}
        }
    }

    /// Closes lists until as many are open.
    fn close_lists(&mut self, keep: usize) {
        while self.lists.len() > keep {
            self.close_item();
            match self.lists.pop() {
                Some(b':' | b';') => self.tree.end(Name::Terms, 0),
                _ => self.tree.end(Name::List, 0),
            }
        }
    }

    fn close_paragraph(&mut self) {
        self.tree.end(Name::Paragraph, 0);
        self.open = false;
    }

    fn close_blocks(&mut self) {
        self.close_lists(0);
        if self.open {
            self.close_paragraph();
        }
    }
}
