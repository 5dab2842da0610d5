//! Markdown: CommonMark with tables, footnotes, task lists, bare addresses, front matter and embedded HTML.

mod broken;
mod dialects;
mod pieces;
mod templates;

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, OffsetIter, Options, Parser, Tag, TagEnd};

use dialects::attributes;
use pieces::{Definitions, Elsewhere, Pieces};

use super::bare;
use super::html;
use super::resolve::Resolver;
use super::sink::Sink;
use super::template;
use super::tree::{Address, Image, Name, Tree, mark};
use super::walk::SoFar;
use crate::html::decode_closed;

/// What is read beside CommonMark.
pub(super) const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_GFM)
    .union(Options::ENABLE_HEADING_ATTRIBUTES);

/// Length of the front matter at the top of a document. The parser would take two rules for it wherever they stand.
pub(super) fn front_matter(text: &str) -> usize {
    let start = text.trim_start_matches('\u{FEFF}').trim_start_matches(['\r', '\n']);
    let mut lines = start.split_inclusive('\n');
    let (Some(first), Some(second)) = (lines.next(), lines.clone().next()) else { return 0 };
    let fence = first.trim_end();
    if !matches!(fence, "---" | "+++") || second.trim().is_empty() {
        return 0;
    }
    let mut length = text.len() - start.len() + first.len();
    for line in lines {
        length += line.len();
        let end = line.trim_end();
        if end == fence || fence == "---" && end == "..." {
            return length;
        }
    }
    0
}

/// Reads a document and returns its title.
pub(super) fn read(text: &str, resolver: &Resolver, sink: &mut Sink<'_>) -> Option<String> {
    let text = templates::readable(text);
    read_in(Pieces::new(&text), &text, resolver, sink)
}

/// Reads a document piece by piece. Elements of HTML that a piece leaves open keep it together with the next.
fn read_in(mut pieces: Pieces<'_>, text: &str, resolver: &Resolver, sink: &mut Sink<'_>) -> Option<String> {
    let first = pieces.next()?;
    let definitions = if first.end < text.len() { Definitions::find(text) } else { Definitions::default() };
    let mut so_far = SoFar::new(true);
    let mut reader = Reader::new(text, &definitions);
    for piece in std::iter::once(first).chain(pieces) {
        reader.shift = piece.start;
        let last = piece.end == text.len();
        let elsewhere = Some(Elsewhere(&definitions));
        let mut events = Parser::new_with_broken_link_callback(&text[piece], OPTIONS, elsewhere).into_offset_iter();
        while let Some((event, range)) = events.next() {
            reader.event(event, range.start + reader.shift..range.end + reader.shift, &events);
        }
        reader.end_run();
        if last || reader.tree.is_closed() {
            so_far = html::hand_over(std::mem::replace(&mut reader.tree, Tree::new()), so_far, resolver, sink);
        }
    }
    so_far.page_title()
}

struct Reader<'a, 'd> {
    text: &'a str,
    /// Where the present piece begins.
    shift: usize,
    definitions: &'d Definitions<'a>,
    tree: Tree<'a>,
    /// Text that is not added yet, since it may continue.
    run: Run<'a>,
    /// Open links: their address, and what they are.
    links: Vec<(usize, LinkType)>,
    /// The texts inside an open image, and its address.
    alt: Option<(String, CowStr<'a>, usize)>,
    /// Depth of open blocks whose text is no content.
    silent: usize,
    /// Whether a table's head is open.
    head: bool,
    /// Where the last event inside a link ended.
    last_end: usize,
    /// Whether a tag of a template has just led somewhere.
    after_tag: bool,
    /// The component of MDX whose content is the text of an open link.
    component: Option<String>,
}

/// Neighbouring texts.
#[derive(Default)]
struct Run<'a> {
    text: Cow<'a, str>,
    /// Offsets in the text and in the source where its parts begin.
    parts: Vec<(usize, usize)>,
    end: usize,
}

type Events<'a, 'd> = OffsetIter<'a, Elsewhere<'d, 'a>>;

impl<'a, 'd> Reader<'a, 'd> {
    fn new(text: &'a str, definitions: &'d Definitions<'a>) -> Self {
        Reader {
            text,
            shift: 0,
            definitions,
            tree: Tree::new(),
            run: Run::default(),
            links: Vec::new(),
            alt: None,
            silent: 0,
            head: false,
            last_end: 0,
            after_tag: false,
            component: None,
        }
    }

    fn event(&mut self, event: Event<'a>, range: Range<usize>, events: &Events<'a, '_>) {
        if let Some((alt, ..)) = &mut self.alt {
            match &event {
                Event::Text(text) | Event::Code(text) => alt.push_str(text),
                Event::SoftBreak | Event::HardBreak => alt.push(' '),
                Event::Start(Tag::Image { .. }) => {
                    if let Some((_, _, depth)) = &mut self.alt {
                        *depth += 1;
                    }
                }
                Event::End(TagEnd::Image) => self.end_image(),
                _ => {}
            }
            self.last_end = range.end;
            return;
        }
        if let Event::Text(text) = event {
            if self.silent == 0 {
                self.push_text(text, range);
            }
            return;
        }
        self.end_run();
        match event {
            Event::Start(tag) => self.start(tag, range, events),
            Event::End(tag) => self.end(tag, range),
            Event::Code(text) => {
                self.tree.start(Name::CodeSpan, 0, 0);
                self.tree.text(cow(text));
                self.tree.end(Name::CodeSpan, 0);
                self.last_end = range.end;
            }
            Event::InlineHtml(_) => {
                self.embedded(range.clone());
                self.last_end = range.end;
            }
            Event::SoftBreak if std::mem::take(&mut self.after_tag) => {
                self.tree.start(Name::Break, 0, 0);
            }
            Event::SoftBreak => self.tree.text(" "),
            Event::HardBreak => {
                self.tree.start(Name::Break, 0, 0);
            }
            Event::Rule => {
                self.tree.start(Name::Rule, 0, 0);
            }
            // The lines of an embedded block are read when it begins.
            Event::Html(_) | Event::TaskListMarker(_) | Event::FootnoteReference(_) | Event::Text(_) => {}
            Event::InlineMath(text) | Event::DisplayMath(text) => self.tree.text(cow(text)),
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>, events: &Events<'a, '_>) {
        self.last_end = range.start;
        match tag {
            Tag::Paragraph => self.open(Name::Paragraph, 0),
            Tag::Heading { level, .. } => self.open(Name::Heading, level_of(level)),
            Tag::BlockQuote(_) => self.open(Name::Block, 0),
            Tag::List(_) => self.open(Name::List, 0),
            Tag::Item => self.open(Name::Item, 0),
            Tag::CodeBlock(_) => {
                self.open(Name::Code, 0);
                self.silent += 1;
            }
            // Front matter is cut off before.
            Tag::MetadataBlock(_) => {}
            Tag::HtmlBlock => self.embedded(range),
            Tag::FootnoteDefinition(_) => self.open(Name::Note, 0),
            Tag::DefinitionList => self.open(Name::Terms, 0),
            Tag::DefinitionListTitle => self.open(Name::Term, 0),
            Tag::DefinitionListDefinition => self.open(Name::Detail, 0),
            Tag::Table(_) => self.open(Name::Table, 0),
            Tag::TableHead => {
                self.head = true;
                self.open(Name::RowGroup, 1);
                self.open(Name::Row, 0);
            }
            Tag::TableRow => self.open(Name::Row, 0),
            Tag::TableCell => self.tree.cell(if self.head { Name::HeaderCell } else { Name::Cell }, 1, 1, 0),
            Tag::Emphasis => self.open(Name::Italic, 0),
            Tag::Strong => self.open(Name::Bold, 0),
            Tag::Superscript => self.open(Name::Superscript, 0),
            Tag::Strikethrough | Tag::Subscript => self.open(Name::Span, 0),
            Tag::Link { link_type, dest_url, id, .. } => self.link(link_type, dest_url, &id, range, events),
            Tag::Image { dest_url, .. } => self.alt = Some((String::new(), dest_url, 0)),
        }
    }

    fn open(&mut self, name: Name, level: u8) {
        self.tree.start(name, level, 0);
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Paragraph => self.tree.end(Name::Paragraph, 0),
            TagEnd::Heading(level) => self.tree.end(Name::Heading, level_of(level)),
            TagEnd::BlockQuote(_) => self.tree.end(Name::Block, 0),
            TagEnd::List(_) => self.tree.end(Name::List, 0),
            TagEnd::Item => self.tree.end(Name::Item, 0),
            TagEnd::CodeBlock => {
                self.silent -= 1;
                self.tree.end(Name::Code, 0);
            }
            TagEnd::FootnoteDefinition => self.tree.end(Name::Note, 0),
            TagEnd::DefinitionList => self.tree.end(Name::Terms, 0),
            TagEnd::DefinitionListTitle => self.tree.end(Name::Term, 0),
            TagEnd::DefinitionListDefinition => self.tree.end(Name::Detail, 0),
            TagEnd::Table => self.tree.end(Name::Table, 0),
            TagEnd::TableHead => {
                self.head = false;
                self.tree.end(Name::RowGroup, 1);
            }
            TagEnd::TableRow => self.tree.end(Name::Row, 0),
            TagEnd::TableCell => self.tree.end(Name::Cell, 0),
            TagEnd::Emphasis => self.tree.end(Name::Italic, 0),
            TagEnd::Strong => self.tree.end(Name::Bold, 0),
            TagEnd::Superscript => self.tree.end(Name::Superscript, 0),
            TagEnd::Strikethrough | TagEnd::Subscript => self.tree.end(Name::Span, 0),
            TagEnd::Link => {
                if let Some((address, link_type)) = self.links.pop()
                    && link_type == LinkType::Inline
                {
                    self.tree.addresses[address].span = inline_destination(self.text, self.last_end, range.end);
                }
                self.tree.end(Name::Anchor, 0);
            }
            TagEnd::HtmlBlock | TagEnd::Image | TagEnd::MetadataBlock(_) => {}
        }
        self.last_end = range.end;
    }

    fn end_image(&mut self) {
        match &mut self.alt {
            Some((_, _, depth)) if *depth > 0 => *depth -= 1,
            _ => {
                if let Some((alt, src, _)) = self.alt.take() {
                    self.tree.image(Image { src: cow(src), alt: Cow::Owned(alt) });
                }
            }
        }
    }

    fn link(&mut self, kind: LinkType, dest: CowStr<'a>, id: &str, range: Range<usize>, events: &Events<'a, '_>) {
        let autolink = matches!(kind, LinkType::Autolink | LinkType::Email);
        let span = match kind {
            LinkType::Autolink | LinkType::Email => range.start + 1..range.end.saturating_sub(1).max(range.start + 1),
            LinkType::Inline => range.start..range.start,
            _ => match events.reference_definitions().get(id) {
                Some(definition) => {
                    let (start, end) = (definition.span.start + self.shift, definition.span.end + self.shift);
                    definition_destination(self.text, start..end)
                }
                None => self.definitions.span(id).unwrap_or(range.start..range.start),
            },
        };
        let href = match cow(dest) {
            // The parser leaves the references of an address in pointed brackets to others (CommonMark, 2.5).
            Cow::Borrowed(text) if autolink => decode_closed(text.trim()),
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        let resolve = (kind == LinkType::Email).then(|| format!("mailto:{href}").into());
        self.links.push((self.tree.addresses.len(), kind));
        let address = Address { href, resolve, at: range.start, span };
        self.tree.link(Name::Anchor, address, if autolink { mark::BARE } else { 0 });
    }

    fn push_text(&mut self, text: CowStr<'a>, range: Range<usize>) {
        if !self.run.parts.is_empty() && self.run.end != range.start {
            self.end_run();
        }
        self.run.parts.push((self.run.text.len(), range.start));
        self.run.end = range.end;
        self.last_end = range.end;
        if self.run.text.is_empty() {
            self.run.text = cow(text);
        } else {
            self.run.text.to_mut().push_str(&text);
        }
    }

    /// Adds the text that is complete now, with the bare addresses in it.
    fn end_run(&mut self) {
        let run = std::mem::take(&mut self.run);
        if run.parts.is_empty() {
            return;
        }
        self.after_tag = false;
        let is_code = self.tree.is_open(Name::CodeSpan) || self.tree.is_open(Name::Code);
        let closed = is_code || self.tree.is_open(Name::Anchor);
        let mut at = if closed { 0 } else { attributes(&run.text) };
        while !is_code && let Some(tag) = template::tag(&run.text, at) {
            self.marked(&run, at..tag.whole.start, closed);
            at = if closed { tag.whole.end } else { self.tag(&run, &tag) };
        }
        self.marked(&run, at..run.text.len(), closed);
    }

    /// A part of a run, with the marks of Obsidian in it.
    fn marked(&mut self, run: &Run<'a>, range: Range<usize>, closed: bool) {
        let mut at = range.start;
        while !closed && let Some((whole, note)) = dialects::note(&run.text, at..range.end) {
            self.stretch(run, at..whole.start, closed);
            self.note(run, note, whole.start);
            at = whole.end;
        }
        self.stretch(run, at..range.end, closed);
    }

    /// A part of a run, with the bare addresses in it unless it is closed to them.
    fn stretch(&mut self, run: &Run<'a>, range: Range<usize>, closed: bool) {
        let mut at = range.start;
        let text = &run.text[..range.end];
        while !closed && let Some(found) = bare::find(text, at, bare::MARKDOWN) {
            if let Some(broken) = self.broken(run, at..range.end, &found) {
                at = self.add_broken(run, at, broken);
                continue;
            }
            if found.start > at {
                self.tree.text(part(&run.text, at..found.start));
            }
            let source = run.source_of(found.start)..run.source_of(found.end);
            let href = part(&run.text, found.clone());
            let resolve = bare::with_scheme(&href);
            let address = Address { href: href.clone(), resolve, at: source.start, span: source };
            self.tree.link(Name::Anchor, address, mark::BARE);
            self.tree.text(href);
            self.tree.end(Name::Anchor, 0);
            at = found.end;
        }
        self.tree.text(part(&run.text, at..range.end));
    }
}

impl Run<'_> {
    /// Where an offset of the text stands in the source.
    fn source_of(&self, offset: usize) -> usize {
        let index = self.parts.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
        self.parts.get(index).map_or(0, |(start, source)| (source + offset - start).min(self.end))
    }
}

/// A part of a text, borrowed where the text is.
fn part<'a>(text: &Cow<'a, str>, range: Range<usize>) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[range]),
        Cow::Owned(text) => Cow::Owned(text[range].to_owned()),
    }
}

fn cow(text: CowStr<'_>) -> Cow<'_, str> {
    match text {
        CowStr::Borrowed(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.into_string()),
    }
}

pub(super) const fn level_of(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// Where the destination of an inline link stands, behind its text.
pub(super) fn inline_destination(text: &str, from: usize, end: usize) -> Range<usize> {
    let Some(source) = text.get(from..end) else { return from..from };
    let Some(open) = source.find("](") else { return from..from };
    destination(text, from + open + 2, end)
}

/// Where the destination of a reference definition stands.
pub(super) fn definition_destination(text: &str, definition: Range<usize>) -> Range<usize> {
    let Some(source) = text.get(definition.clone()) else { return definition };
    let Some(colon) = source.find("]:") else { return definition.start..definition.start };
    destination(text, definition.start + colon + 2, definition.end)
}

/// The destination that begins behind white space at an offset (CommonMark, 6.3).
fn destination(text: &str, from: usize, end: usize) -> Range<usize> {
    let Some(source) = text.get(from..end) else { return from..from };
    let trimmed = source.trim_start();
    let start = from + source.len() - trimmed.len();
    if let Some(pointed) = trimmed.strip_prefix('<') {
        let length = pointed.find('>').unwrap_or(pointed.len());
        return start + 1..start + 1 + length;
    }
    let mut depth = 0_usize;
    let mut escaped = false;
    for (at, c) in trimmed.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' if depth == 0 => return start..start + at,
            ')' => depth -= 1,
            c if c.is_whitespace() => return start..start + at,
            _ => {}
        }
    }
    start..start + trimmed.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The links of a text that is read in pieces of at least so many bytes.
    fn links(text: &str, least: usize) -> Vec<crate::model::Link> {
        let mut links = Vec::new();
        let mut emit = |link| links.push(link);
        let mut sink = Sink::new("list.md", text, &mut emit);
        read_in(Pieces::of_at_least(text, least), text, &Resolver::new(None), &mut sink);
        links
    }

    #[test]
    fn pieces_give_what_the_whole_gives() {
        let text = "---\ntitle: x\n---\n\n# List\n\nSee [the atlas][a].\n\n## One\n\n- [A](https://a.test/) first\n\
            - [B][b] second\n\n  more\n- https://c.test/\n\n### Deeper\n\n```\n\n## no heading\n\n```\n\n\
            <details>\n<summary>More</summary>\n\n## Inside\n\n- [D](https://d.test/)\n\n</details>\n\n\
            ## Two\n\n| Name | Notes |\n|---|---|\n| [E](https://e.test/) | five |\n\n**Acting**\n\n- [F][A]\n\n\
            [a]: https://atlas.test/\n[b]: <https://b.test/>\n";
        let whole = links(text, text.len());
        assert_eq!(whole.len(), 7, "{whole:?}");
        for least in 1..text.len() {
            assert_eq!(links(text, least), whole, "in pieces of {least}");
        }
    }
}
