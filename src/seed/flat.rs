//! The text of one entry in one line, with its links, breaks and emphasis as ranges over it.

mod signs;

use std::ops::Range;

use super::resolve::{Resolver, Verdict};
use super::tree::{Name, Tree, mark};
use super::words;
use crate::model::link::Target;
use signs::{is_note, leads_to_image};

/// Stands for a line break in a flat text.
pub(super) const BREAK: char = '\n';
/// Stands for the boundary of a paragraph in a flat text.
pub(super) const BOUNDARY: char = '\u{2029}';

/// A link inside a flat text.
#[derive(Clone, Debug)]
pub(super) struct Span {
    /// Its text.
    pub(super) text: Range<usize>,
    /// Which address of the tree it has.
    pub(super) address: u32,
    /// Where it leads, when the list lists it.
    pub(super) target: Option<Target>,
    /// The image it holds and nothing else.
    pub(super) image: Option<u32>,
    /// An address that stands for itself.
    pub(super) bare: bool,
    /// What remains of a wrapped heading: the rest of the link's text is said about it.
    pub(super) headed: bool,
}

/// A text with what matters in it. White space is folded, ends of blocks and lines are [`BOUNDARY`] and [`BREAK`].
#[derive(Clone, Debug, Default)]
pub(super) struct Flat {
    pub(super) text: String,
    pub(super) links: Vec<Span>,
    /// Bold or italic text.
    pub(super) emphasis: Vec<Range<usize>>,
    /// How much of the text is not bold: letters and digits.
    pub(super) plain: usize,
    /// The first heading in it.
    pub(super) heading: Option<Range<usize>>,
}

/// What the flattening of one document needs to know.
pub(super) struct Lens<'t, 'a> {
    pub(super) tree: &'t Tree<'a>,
    pub(super) resolver: &'t Resolver,
    /// Whether no section heading stood before: images that link are badges then.
    pub(super) before_sections: bool,
}

/// Emphasis that reaches up to a node.
#[derive(Default)]
struct Reach {
    bold: usize,
    italic: usize,
    code: usize,
}

impl Flat {
    /// Adds white space or a stronger mark behind it. What is there stays, since links may begin or end right behind it.
    fn gap(&mut self, kind: char) {
        match (self.text.chars().next_back(), kind) {
            (None, BREAK) => self.text.push(kind),
            (None, _) | (Some(' ' | BREAK | BOUNDARY), ' ') | (Some(BOUNDARY), BOUNDARY) => {}
            _ => self.text.push(kind),
        }
    }

    fn push_text(&mut self, text: &str) {
        let mut words = text.split_whitespace();
        if text.starts_with(char::is_whitespace) {
            self.gap(' ');
        }
        if let Some(first) = words.next() {
            self.text.push_str(first);
            for word in words {
                self.text.push(' ');
                self.text.push_str(word);
            }
            if text.ends_with(char::is_whitespace) {
                self.gap(' ');
            }
        }
    }

    fn push_styled(&mut self, text: &str, emphasised: bool, bold: bool) {
        let start = self.text.len();
        self.push_text(text);
        if !bold {
            self.plain += text.chars().filter(|c| c.is_alphanumeric()).count();
        }
        let end = self.text.len();
        if emphasised && end > start {
            match self.emphasis.last_mut() {
                Some(last) if last.end == start => last.end = end,
                _ => self.emphasis.push(start..end),
            }
        }
    }

    /// Ends a paragraph inside the entry.
    pub(super) fn boundary(&mut self) {
        if !self.text.is_empty() {
            self.gap(BOUNDARY);
        }
    }

    /// Adds a run of inline nodes.
    pub(super) fn push(&mut self, lens: &Lens<'_, '_>, nodes: Range<usize>) {
        let mut reach = reach_at(lens.tree, nodes.start);
        self.push_nodes(lens, nodes, &mut reach, None);
    }

    /// Adds the text of a run, leaving its links to their own entry.
    pub(super) fn push_text_only(&mut self, lens: &Lens<'_, '_>, nodes: Range<usize>) {
        let mut other = Flat::default();
        other.push(lens, nodes);
        other.drop_badges(lens, true);
        self.boundary();
        let text = other.visible_without(&[]);
        self.push_text(&text);
    }

    fn push_nodes(
        &mut self,
        lens: &Lens<'_, '_>,
        nodes: Range<usize>,
        reach: &mut Reach,
        mut link: Option<&mut Inner>,
    ) {
        let tree = lens.tree;
        let mut at = nodes.start;
        let mut block_ends: Vec<usize> = Vec::new();
        while at < nodes.end {
            while block_ends.pop_if(|end| *end <= at).is_some() {
                self.boundary();
            }
            let node = tree.nodes[at];
            let end = (node.end as usize).max(at + 1);
            if node.marks & mark::CUT != 0 || node.name == Name::Chrome {
                at = end;
                continue;
            }
            match node.name {
                Name::Text => {
                    let text = &*tree.texts[node.data as usize];
                    if let Some(inner) = link.as_deref_mut() {
                        inner.has_text |= !text.trim().is_empty();
                    }
                    let bold = at < reach.bold;
                    self.push_styled(text, bold || at < reach.italic, bold);
                }
                Name::Break => self.gap(if link.is_some() { ' ' } else { BREAK }),
                Name::Image => {
                    if let Some(inner) = link.as_deref_mut() {
                        inner.image.get_or_insert(node.data);
                    }
                }
                Name::Anchor if link.is_none() && at >= reach.code => {
                    self.push_link(lens, at, reach);
                    at = end;
                    continue;
                }
                Name::Superscript if link.is_none() && is_note(lens, at) => {
                    self.push_note_links(lens, at);
                    at = end;
                    continue;
                }
                Name::Code | Name::Note => {
                    at = end;
                    continue;
                }
                Name::Bold => reach.bold = reach.bold.max(end),
                Name::Italic => reach.italic = reach.italic.max(end),
                Name::CodeSpan => reach.code = reach.code.max(end),
                Name::Span if node.marks & mark::BOLD != 0 => reach.bold = reach.bold.max(end),
                name if !name.is_inline() => {
                    if let Some(inner) = link.as_deref_mut() {
                        inner.blocks(self.text.len(), name);
                    }
                    self.boundary();
                    if name == Name::Heading {
                        let start = self.text.len();
                        self.push_nodes(lens, at + 1..end, reach, link.as_deref_mut());
                        let heading = self.trimmed(start..self.text.len());
                        match link.as_deref_mut() {
                            Some(inner) => inner.heading_end(heading.end),
                            None if !heading.is_empty() => self.heading = self.heading.take().or(Some(heading)),
                            None => {}
                        }
                        self.boundary();
                        at = end;
                        continue;
                    }
                    block_ends.push(end);
                }
                _ => {}
            }
            at += 1;
        }
    }

    fn push_link(&mut self, lens: &Lens<'_, '_>, at: usize, reach: &mut Reach) {
        let node = lens.tree.nodes[at];
        let address = &lens.tree.addresses[node.data as usize];
        let verdict = lens.resolver.judge(address);
        let target = match verdict {
            Verdict::Listed(target) => Some(target),
            Verdict::Unlisted | Verdict::Relative | Verdict::Made => None,
        };
        let start = self.text.len();
        let mut inner = Inner::default();
        self.push_nodes(lens, at + 1..node.end as usize, reach, Some(&mut inner));
        let image = inner.image.filter(|_| !inner.has_text);
        if let Some(image) = image
            && target.is_some()
        {
            self.push_styled(&lens.tree.images[image as usize].alt, false, true);
        }
        let mut range = self.trimmed(start..self.text.len());
        let mut headed = false;
        if let Some(heading) = inner.heading.map(|heading| self.trimmed(heading))
            && heading.start < heading.end
            && heading.end < range.end
        {
            range = heading;
            headed = true;
        }
        let span = Span {
            text: range,
            address: node.data,
            target: target.filter(|target| image.is_none_or(|image| !leads_to_image(lens, image, target))),
            image,
            bare: node.marks & mark::BARE != 0,
            headed,
        };
        self.add_link(span);
    }

    /// Adds a link, joining it with the one right before it when both lead to one place (rule 2.8).
    fn add_link(&mut self, span: Span) {
        if let Some(last) = self.links.last_mut()
            && last.target.is_some()
            && last.target == span.target
            && !last.headed
            && self.text[last.text.end..span.text.start.max(last.text.end)].chars().all(|c| c == ' ')
        {
            match (last.image, span.image) {
                // The text of an image gives way to real text.
                (Some(_), None) if !span.text.is_empty() => {
                    let start = last.text.start;
                    self.text.drain(start..span.text.start);
                    last.text = start..start + span.text.len();
                    last.image = None;
                }
                (None, Some(_)) if !last.text.is_empty() => {
                    let end = last.text.end;
                    self.text.truncate(end);
                }
                _ => last.text.end = span.text.end.max(last.text.end),
            }
            return;
        }
        self.links.push(span);
    }

    /// Links inside a bracketed superscript are listed, but their text is none of the entry's.
    fn push_note_links(&mut self, lens: &Lens<'_, '_>, at: usize) {
        for index in at + 1..lens.tree.nodes[at].end as usize {
            let node = lens.tree.nodes[index];
            if node.name != Name::Anchor {
                continue;
            }
            if let Verdict::Listed(target) = lens.resolver.judge(&lens.tree.addresses[node.data as usize]) {
                let here = self.text.len();
                self.links.push(Span {
                    text: here..here,
                    address: node.data,
                    target: Some(target),
                    image: None,
                    bare: false,
                    headed: false,
                });
            }
        }
    }

    fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let text = &self.text[range.clone()];
        let start = range.start + (text.len() - text.trim_start_matches(is_gap).len());
        let end = start + self.text[start..range.end].trim_end_matches(is_gap).len();
        start..end
    }

    /// Marks image-only links that are badges as not listed, and forgets their text (rule 2.5).
    pub(super) fn drop_badges(&mut self, lens: &Lens<'_, '_>, paragraph: bool) {
        let row = paragraph && self.links.len() > 1 && self.links.iter().all(|link| link.image.is_some());
        let mut gone = Vec::new();
        for link in &mut self.links {
            let Some(image) = link.image else { continue };
            let src = lens.tree.images[image as usize].src.to_ascii_lowercase();
            if row || lens.before_sections || src.contains("badge") || src.contains("shields.io") {
                link.target = None;
            }
            if link.target.is_none() && !link.text.is_empty() {
                gone.push(link.text.clone());
            }
        }
        if !gone.is_empty() {
            self.erase(&gone);
        }
    }

    /// Takes ranges, in order, out of the text.
    fn erase(&mut self, gone: &[Range<usize>]) {
        let text = std::mem::take(&mut self.text);
        let mut at = 0;
        for range in gone {
            self.text.push_str(&text[at..range.start]);
            at = range.end;
        }
        self.text.push_str(&text[at..]);
        let mut ends: Vec<usize> = Vec::with_capacity(gone.len());
        let mut sum = 0;
        for range in gone {
            sum += range.len();
            ends.push(sum);
        }
        let moved = |offset: usize| {
            let before = gone.partition_point(|range| range.end <= offset);
            let inside = gone.get(before).map_or(0, |range| offset.saturating_sub(range.start));
            offset - before.checked_sub(1).map_or(0, |index| ends[index]) - inside
        };
        let shift = |range: &mut Range<usize>| *range = moved(range.start)..moved(range.end);
        self.links.iter_mut().for_each(|link| shift(&mut link.text));
        self.emphasis.iter_mut().for_each(shift);
        self.heading.iter_mut().for_each(shift);
    }

    /// Whether some link is listed.
    pub(super) fn has_links(&self) -> bool {
        self.links.iter().any(|link| link.target.is_some())
    }

    /// The text of a link.
    pub(super) fn link_text(&self, link: &Span) -> &str {
        &self.text[link.text.clone()]
    }

    /// All text but some ranges, which are in order, folded.
    pub(super) fn visible_without(&self, removed: &[Range<usize>]) -> String {
        self.visible(0..self.text.len(), removed)
    }

    /// The text of a range but some ranges, folded; brackets that are left empty go too.
    pub(super) fn visible(&self, range: Range<usize>, removed: &[Range<usize>]) -> String {
        let mut text = String::new();
        let mut at = range.start;
        for gone in removed {
            if gone.start >= range.end {
                break;
            }
            if gone.start > at {
                text.push_str(&self.text[at..gone.start]);
            }
            at = at.max(gone.end);
        }
        if at < range.end {
            text.push_str(&self.text[at..range.end]);
        }
        words::fold(&text)
    }

    /// A part as a text of its own.
    pub(super) fn slice(&self, range: Range<usize>) -> Flat {
        let shift = |part: &Range<usize>| {
            let start = part.start.clamp(range.start, range.end);
            start - range.start..part.end.clamp(start, range.end) - range.start
        };
        // There may be as many parts as links: only those of this one are looked at.
        let first = self.links.partition_point(|link| link.text.start < range.start);
        let links = self.links[first..].iter().take_while(|link| link.text.start <= range.end);
        let bold = self.emphasis.partition_point(|part| part.end <= range.start);
        let emphasis = self.emphasis[bold..].iter().take_while(|part| part.start < range.end);
        Flat {
            text: self.text[range.clone()].to_owned(),
            // An empty link at the seam belongs to the part it begins or ends, once.
            links: links
                .filter(|link| link.text.start < range.end || range.end == self.text.len() || range.is_empty())
                .map(|link| Span { text: shift(&link.text), ..link.clone() })
                .collect(),
            emphasis: emphasis.map(shift).filter(|part| !part.is_empty()).collect(),
            plain: self.plain,
            heading: None,
        }
    }

    /// Adds another text behind this one.
    pub(super) fn append(&mut self, other: &Flat) {
        let shift = self.text.len();
        let moved = |range: &Range<usize>| range.start + shift..range.end + shift;
        self.text.push_str(&other.text);
        self.links.extend(other.links.iter().map(|link| Span { text: moved(&link.text), ..link.clone() }));
        self.emphasis.extend(other.emphasis.iter().map(moved));
        self.plain += other.plain;
    }

    /// Whether it has neither text nor links.
    pub(super) fn is_empty(&self) -> bool {
        self.links.is_empty() && self.text.chars().all(is_gap)
    }

    /// Whether it ends with a line break.
    pub(super) fn ends_with_break(&self) -> bool {
        self.text.trim_end_matches([' ', BOUNDARY]).ends_with(BREAK)
    }
}

/// White space of a flat text.
pub(super) fn is_gap(c: char) -> bool {
    matches!(c, ' ' | BREAK | BOUNDARY)
}

/// What was met inside a link.
#[derive(Default)]
struct Inner {
    image: Option<u32>,
    has_text: bool,
    /// The text of a heading inside.
    heading: Option<Range<usize>>,
}

impl Inner {
    fn blocks(&mut self, at: usize, name: Name) {
        if name == Name::Heading && self.heading.is_none() {
            self.heading = Some(at..at);
        }
    }

    fn heading_end(&mut self, end: usize) {
        if let Some(heading) = &mut self.heading
            && heading.start == heading.end
        {
            heading.end = end.max(heading.start);
        }
    }
}

/// Emphasis that ancestors of a node bring along.
fn reach_at(tree: &Tree<'_>, node: usize) -> Reach {
    let mut reach = Reach::default();
    let Some(mut at) = tree.nodes.get(node).map(|node| node.parent as usize) else { return reach };
    loop {
        let ancestor = tree.nodes[at];
        let end = ancestor.end as usize;
        match ancestor.name {
            Name::Bold => reach.bold = reach.bold.max(end),
            Name::Italic => reach.italic = reach.italic.max(end),
            Name::CodeSpan => reach.code = reach.code.max(end),
            Name::Span | Name::Paragraph | Name::Block if ancestor.marks & mark::BOLD != 0 => {
                reach.bold = reach.bold.max(end);
            }
            _ => {}
        }
        if at == 0 {
            return reach;
        }
        at = ancestor.parent as usize;
    }
}
