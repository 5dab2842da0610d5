//! What editors and site builders write into Markdown beside CommonMark: wikilinks and marks of Obsidian, attributes of
//! Pandoc and kramdown, components of MDX.

use std::borrow::Cow;
use std::ops::Range;

use super::{Reader, Run, part};
use crate::html::{Tag, Token, tokens};
use crate::seed::html;
use crate::seed::tree::{Address, Name, mark};

/// Attributes of components that hold where they lead, and what they are called.
const LEADING: &[&str] = &["href", "to", "url", "link"];
const TITLES: &[&str] = &["title", "label", "text", "name"];
const NOTES: &[&str] = &["description", "subtitle"];

/// Bytes of a wikilink at most.
const MAX_WIKILINK: usize = 1_000;

/// Length of the attributes of what stands before, `{:target="_blank"}`, `{: .wide #first}` or `{.external}`, at a text's
/// beginning.
pub(super) fn attributes(text: &str) -> usize {
    let Some(inside) = text.trim_start_matches(' ').strip_prefix('{') else { return 0 };
    let before = text.len() - inside.len();
    let inside = inside.strip_prefix(':').unwrap_or(inside);
    let first = inside.trim_start_matches(' ');
    let name = first.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let is_named = first.starts_with(['.', '#']) && first[1..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let is_attribute = is_named || (name.len() < first.len() && name.starts_with('='));
    // Behind a blank anything could begin.
    let is_near = before == 1 || first.starts_with(['.', '#']);
    let close = inside.find('}').filter(|_| is_attribute && is_near);
    close.map_or(0, |close| text.len() - inside.len() + close + 1)
}

/// A mark of Obsidian in running text.
pub(super) enum Note {
    /// `[[page]]`, `[[page|label]]`: the label.
    Page(Range<usize>),
    /// `[[label|https://...]]`, as wikis of GitHub write it: address and label.
    Web(Range<usize>, Option<Range<usize>>),
    /// `![[file]]`, and the signs around what is marked: no text.
    Nothing,
}

/// The first mark in a part of a text.
pub(super) fn note(text: &str, range: Range<usize>) -> Option<(Range<usize>, Note)> {
    let mut at = range.start;
    loop {
        let found = memchr::memchr2(b'[', b'=', &text.as_bytes()[at..range.end])?;
        at += found;
        let rest = &text[at..range.end];
        if rest.starts_with("==") && is_mark(&text[range.start..at], &rest[2..]) {
            return Some((at..at + 2, Note::Nothing));
        }
        let Some(inside) = rest.strip_prefix("[[").and_then(|inside| wikilink(inside)) else {
            at += 1;
            continue;
        };
        let whole = at..at + inside.len() + 4;
        let start = at + 2;
        let (first, second) = match inside.split_once('|') {
            Some((first, _)) => (start..start + first.len(), Some(start + first.len() + 1..start + inside.len())),
            None => (start..start + inside.len(), None),
        };
        let is_web = |range: &Range<usize>| {
            let text = &text[range.clone()];
            (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace)
        };
        let note = match second {
            Some(address) if is_web(&address) => Note::Web(address, Some(first)),
            label if is_web(&first) => Note::Web(first, label),
            label => Note::Page(label.unwrap_or(first)),
        };
        if matches!(note, Note::Page(_)) && text[range.start..at].ends_with('!') {
            return Some((at - 1..whole.end, Note::Nothing));
        }
        return Some((whole, note));
    }
}

/// What stands between the brackets of a wikilink.
fn wikilink(inside: &str) -> Option<&str> {
    let end = inside.bytes().take(MAX_WIKILINK).position(|byte| matches!(byte, b']' | b'[' | b'\n'))?;
    (end > 0 && inside[end..].starts_with("]]")).then(|| &inside[..end])
}

/// Whether `==` between two texts begins or ends what is marked, and is no sign between two values.
fn is_mark(before: &str, after: &str) -> bool {
    let is_free = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || c.is_ascii_punctuation() && c != '=');
    let (before, after) = (before.chars().next_back(), after.chars().next());
    let is_blank = |c: Option<char>| c.is_some_and(char::is_whitespace);
    (is_free(before) && !is_blank(after) || is_free(after) && !is_blank(before))
        && before != Some('=')
        && after != Some('=')
}

impl<'a> Reader<'a, '_> {
    /// Adds a mark of Obsidian.
    pub(super) fn note(&mut self, run: &Run<'a>, note: Note, at: usize) {
        match note {
            Note::Nothing => {}
            Note::Page(label) => self.tree.text(part(&run.text, label)),
            Note::Web(address, label) => {
                let span = run.source_of(address.start)..run.source_of(address.end);
                let href = part(&run.text, address);
                let address = Address { href: href.clone(), resolve: None, at: run.source_of(at), span };
                self.tree.link(Name::Anchor, address, if label.is_some() { 0 } else { mark::BARE });
                self.tree.text(label.map_or(href, |label| part(&run.text, label)));
                self.tree.end(Name::Anchor, 0);
            }
        }
    }

    /// HTML in between, tag by tag, with components of MDX that lead somewhere.
    pub(super) fn embedded(&mut self, range: Range<usize>) {
        let text = self.text;
        for token in tokens(&text[range.clone()]) {
            match &token {
                Token::Start(tag)
                    if is_component(&text[range.start + tag.span.start..]) && self.component(tag, range.start) => {}
                Token::End { name, .. } if self.component.as_deref() == Some(name) => {
                    self.component = None;
                    self.tree.end(Name::Anchor, 0);
                }
                _ => _ = html::add(&mut self.tree, token, range.start),
            }
        }
    }

    /// A component that leads somewhere: one with a title is a link by itself, else its content is the text of one.
    fn component(&mut self, tag: &Tag<'a>, shift: usize) -> bool {
        if tag.attr("rel").is_some() || self.tree.is_open(Name::Anchor) {
            return false;
        }
        let value =
            |names: &[&str]| names.iter().find_map(|name| tag.attr(name)).filter(|text| !text.trim().is_empty());
        let lead = tag.attrs().find(|attribute| {
            LEADING.iter().any(|name| attribute.is(name))
                && (attribute.raw_value.starts_with("https://") || attribute.raw_value.starts_with("http://"))
        });
        let Some(lead) = lead else { return false };
        let title = value(TITLES);
        let span = lead.value_span.start + shift..lead.value_span.start + shift + lead.raw_value.len();
        let href: Cow<'a, str> = lead.value();
        let is_bare = title.is_none() && tag.self_closing;
        let address = Address { href: href.clone(), resolve: None, at: tag.span.start + shift, span };
        self.tree.link(Name::Anchor, address, if is_bare { mark::BARE } else { 0 });
        match title {
            None if !tag.self_closing => {
                self.component = Some(tag.name.to_string());
                return true;
            }
            title => self.tree.text(title.unwrap_or(href)),
        }
        self.tree.end(Name::Anchor, 0);
        self.tree.text(" ");
        if let Some(note) = value(NOTES) {
            self.tree.text(note);
            self.tree.text(" ");
        }
        true
    }
}

/// Whether the tag that begins a text is named as components are, `<LinkCard`, and no element of HTML.
fn is_component(tag: &str) -> bool {
    let mut signs = tag[1..].chars();
    let (first, second) = (signs.next(), signs.next());
    let name: String = tag[1..].chars().take_while(char::is_ascii_alphanumeric).take(8).collect();
    first.is_some_and(|c| c.is_ascii_uppercase())
        && second.is_some_and(|c| c.is_ascii_lowercase())
        && !matches!(name.as_str(), "Area" | "Base" | "Img" | "Li")
}

/// Lines that only bound a block (`::: note`), and comments of MDX, `{/* ... */}`: their places.
pub(super) fn bounds_and_comments(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if memchr::memmem::find(text.as_bytes(), b":::").is_some() {
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let content = line.trim();
            let colons = content.len() - content.trim_start_matches(':').len();
            if colons >= 3 && !content.contains("](") && !content.contains("://") {
                found.push(at..at + line.len());
            }
            at += line.len();
        }
    }
    let mut at = 0;
    while let Some(open) = memchr::memmem::find(&text.as_bytes()[at..], b"{/*") {
        let open = at + open;
        let Some(close) = memchr::memmem::find(&text.as_bytes()[open + 3..], b"*/") else { break };
        at = open + 3 + close + 2;
        // In other languages a comment may stand behind a brace, and the brace closes later.
        if text[at..].starts_with('}') {
            at += 1;
            found.push(open..at);
        }
    }
    found
}
