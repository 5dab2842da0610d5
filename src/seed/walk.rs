//! From the tree of a document to its links: headings, paragraphs, lists, terms, cards in their order (rules 3 to 7).

mod terms;

use std::sync::Arc;

use super::blocks::{Block, blocks};
use super::entry::{self, Around, Kind, Outcome};
use super::flat::{Flat, Lens};
use super::resolve::{Resolver, Verdict};
use super::sections::Sections;
use super::sink::{Found, Sink};
use super::tree::{Name, Tree, mark};
use super::words;
use crate::model::link::Target;
use terms::term_parts;

/// Words an acting heading has at most.
const MAX_HEADING_WORDS: usize = 12;

/// Walks one document.
pub(super) struct Walker<'t, 'a, 's, 'w> {
    pub(super) tree: &'t Tree<'a>,
    pub(super) resolver: &'t Resolver,
    pub(super) sink: &'w mut Sink<'s>,
    pub(super) sections: Sections,
    /// Whether the format has page titles, and none was met yet.
    title_to_come: bool,
    /// Links of the present block, not yet in order.
    pending: Vec<Pending>,
    /// How deep the present block lies in lists and cells.
    depth: usize,
}

struct Pending {
    address: u32,
    target: Target,
    title: Option<String>,
    annotation: Option<String>,
    section: Arc<[String]>,
    parent: Option<String>,
}

/// What the parts of a document that were walked leave to the next.
pub(super) struct SoFar {
    sections: Sections,
    title_to_come: bool,
}

impl SoFar {
    /// Nothing walked yet; whether the format has page titles.
    pub(super) fn new(page_title: bool) -> Self {
        SoFar { sections: Sections::default(), title_to_come: page_title }
    }

    /// The page's title, if it was met.
    pub(super) fn page_title(&self) -> Option<String> {
        self.sections.page_title().map(str::to_owned)
    }
}

impl<'t, 'a, 's, 'w> Walker<'t, 'a, 's, 'w> {
    pub(super) fn new(tree: &'t Tree<'a>, resolver: &'t Resolver, sink: &'w mut Sink<'s>, so_far: SoFar) -> Self {
        let elsewhere = tree.nodes.iter().any(|node| node.marks & mark::FIRST_HEADING != 0);
        let title_to_come = so_far.title_to_come && !elsewhere;
        Walker { tree, resolver, sink, sections: so_far.sections, title_to_come, pending: Vec::new(), depth: 0 }
    }

    /// Hands over the links of a content area.
    pub(super) fn run(mut self, area: usize) -> SoFar {
        self.flow(area);
        self.flush();
        self.tell_left_out();
        SoFar { sections: self.sections, title_to_come: self.title_to_come }
    }

    /// Says which addresses cannot be known.
    fn tell_left_out(&mut self) {
        let no_base = self.resolver.base().is_none();
        for address in &self.tree.addresses {
            if !no_base && !address.href.contains(['{', '<']) {
                continue;
            }
            match self.resolver.judge(address) {
                Verdict::Relative => self.sink.relative(address.at),
                Verdict::Made => self.sink.made(address),
                _ => {}
            }
        }
    }

    pub(super) fn lens(&self) -> Lens<'t, 'a> {
        Lens { tree: self.tree, resolver: self.resolver, before_sections: self.sections.at_front() }
    }

    /// Hands over what is pending, in document order.
    fn flush(&mut self) {
        let tree = self.tree;
        self.pending.sort_by_key(|pending| tree.addresses[pending.address as usize].at);
        for pending in self.pending.drain(..) {
            let address = &tree.addresses[pending.address as usize];
            self.sink.link(Found {
                href: &address.href,
                target: pending.target,
                title: pending.title,
                annotation: pending.annotation,
                section: pending.section,
                parent: pending.parent,
                at: address.at,
                span: address.span.clone(),
                fields: Vec::new(),
            });
        }
    }

    fn flush_at_top(&mut self) {
        if self.depth == 0 {
            self.flush();
        }
    }

    /// The text of a run, its badges dropped.
    fn paragraph_flat(&self, nodes: std::ops::Range<usize>) -> Flat {
        let lens = self.lens();
        let mut flat = Flat::default();
        flat.push(&lens, nodes);
        flat.drop_badges(&lens, true);
        flat
    }

    /// Keeps the records of an entry.
    pub(super) fn keep(&mut self, flat: &Flat, outcome: &Outcome, parent: Option<&str>) {
        let section = self.sections.path();
        for record in &outcome.records {
            let link = &flat.links[record.link];
            let Some(target) = link.target.clone() else { continue };
            self.pending.push(Pending {
                address: link.address,
                target,
                title: record.title.clone(),
                annotation: record.annotation.clone(),
                section: Arc::clone(&section),
                parent: record.main.clone().or_else(|| parent.map(str::to_owned)),
            });
        }
    }

    /// Reads an entry, split at its breaks where it must be, and keeps its records. Returns the last outcome.
    pub(super) fn entry(&mut self, flat: &Flat, kind: Kind, enclosing: Option<&str>) -> Outcome {
        let heading = self.sections.nearest().map(str::to_owned);
        let around = Around { enclosing, heading: heading.as_deref() };
        if kind != Kind::Headed
            && let Some(parts) = entry::split(flat)
        {
            let mut last = Outcome::default();
            for part in parts {
                let line = flat.slice(part);
                last = entry::read(&line, Kind::Line, None, around);
                self.keep(&line, &last, enclosing);
            }
            return last;
        }
        let own = if kind == Kind::Headed { flat.heading.clone() } else { None };
        let outcome = entry::read(flat, kind, own, around);
        self.keep(flat, &outcome, enclosing);
        outcome
    }

    /// Whether some link inside a node is listed.
    pub(super) fn has_links(&self, node: usize) -> bool {
        let mut at = node + 1;
        let end = self.tree.nodes[node].end as usize;
        while at < end {
            let inner = self.tree.nodes[at];
            if inner.marks & mark::CUT != 0
                || matches!(inner.name, Name::Chrome | Name::Code | Name::CodeSpan | Name::Note)
            {
                at = (inner.end as usize).max(at + 1);
                continue;
            }
            if inner.name == Name::Anchor
                && matches!(self.resolver.judge(&self.tree.addresses[inner.data as usize]), Verdict::Listed(_))
            {
                return true;
            }
            at += 1;
        }
        false
    }

    /// Walks the blocks of a container.
    pub(super) fn flow(&mut self, container: usize) {
        let (found, notes) = blocks(self.tree, container);
        self.flow_blocks(&found, &notes);
    }

    fn flow_blocks(&mut self, found: &[Block], notes: &[usize]) {
        let mut at = 0;
        let mut notes = notes;
        // `dd`s at the beginning of the next block that went to an entry before.
        let mut absorbed = 0;
        while let Some(block) = found.get(at) {
            // Notes are read where they are written.
            let before = notes.partition_point(|&note| note < block.start());
            self.notes(&notes[..before]);
            notes = &notes[before..];
            let rest = &found[at + 1..];
            let skip = std::mem::take(&mut absorbed);
            let taken = match block {
                Block::Heading(node) => self.heading(*node, rest),
                Block::Paragraph(nodes) => {
                    absorbed = self.paragraph(nodes.clone(), rest);
                    0
                }
                Block::List(node) => {
                    let tail = self.leading_details(rest.first());
                    absorbed = tail.len();
                    self.list(*node, None, &tail);
                    0
                }
                Block::Terms(node) => {
                    self.terms(*node, skip, matches!(rest.first(), Some(Block::List(_))));
                    0
                }
                Block::Table(node) => {
                    self.table(*node);
                    0
                }
                Block::Card(node) => {
                    self.card(*node, None);
                    0
                }
                Block::Details(node) => {
                    self.details(*node);
                    0
                }
                Block::Item(node) => {
                    self.item(&[*node], &[], Kind::Item, None, None);
                    0
                }
                Block::Other(_) => 0,
            };
            self.flush_at_top();
            at += 1 + taken;
        }
        self.notes(notes);
    }

    /// Footnotes and references: entries of their own where they are written.
    pub(super) fn notes(&mut self, notes: &[usize]) {
        for &note in notes {
            let (found, inner) = blocks(self.tree, note);
            let mut flat = Flat::default();
            for block in &found {
                if let Block::Paragraph(nodes) = block {
                    flat.boundary();
                    flat.push(&self.lens(), nodes.clone());
                }
            }
            self.entry(&flat, Kind::Item, None);
            for block in &found {
                if let Block::List(node) = block {
                    self.list(*node, None, &[]);
                }
            }
            self.notes(&inner);
        }
        self.flush_at_top();
    }

    /// A heading, an entry too when it is a link. Returns how many of the following blocks belong to it.
    fn heading(&mut self, node: usize, rest: &[Block]) -> usize {
        let level = self.tree.nodes[node].level;
        let inside = node + 1..self.tree.nodes[node].end as usize;
        let title = (self.title_to_come && level == 1) || self.tree.nodes[node].marks & mark::FIRST_HEADING != 0;
        self.title_to_come = false;
        if !title {
            self.sections.close(level);
        }
        let mut flat = self.paragraph_flat(inside);
        let text = flat.visible_without(&[]);
        let mut own = 0;
        if flat.has_links() {
            let mut paragraphs = Vec::new();
            if is_lone_link(&flat) {
                for block in rest {
                    let Block::Paragraph(nodes) = block else { break };
                    let paragraph = self.paragraph_flat(nodes.clone());
                    if begins_with_link(&paragraph) || self.is_acting_heading(&paragraph, &rest[own + 1..]) {
                        break;
                    }
                    flat.push_text_only(&self.lens(), nodes.clone());
                    paragraphs.push(paragraph);
                    own += 1;
                }
            }
            let outcome = self.heading_entry(&flat, &text);
            self.keep(&flat, &outcome, None);
            for paragraph in paragraphs {
                self.entry(&paragraph, Kind::Paragraph, None);
            }
        }
        let notes = self.notes_in(node);
        self.notes(&notes);
        if title {
            self.sections.set_page_title(text);
        } else {
            self.sections.open(level, text);
        }
        own
    }

    /// The outcome of a heading with links; what is generic in it takes the text of the heading.
    fn heading_entry(&mut self, flat: &Flat, text: &str) -> Outcome {
        let heading = self.sections.nearest().map(str::to_owned);
        let around = Around { enclosing: None, heading: heading.as_deref().or(Some(text)) };
        entry::read(flat, Kind::Line, None, around)
    }

    /// A paragraph. Returns how many `dd`s at the beginning of the next block belong to it.
    fn paragraph(&mut self, nodes: std::ops::Range<usize>, rest: &[Block]) -> usize {
        let mut flat = self.paragraph_flat(nodes);
        if self.is_acting_heading(&flat, rest) {
            self.sections.set_acting(words::fold(&flat.text));
            return 0;
        }
        if !flat.has_links() {
            return 0;
        }
        let own = flat.text.len();
        if is_lone_link(&flat)
            && let Some(Block::Paragraph(next)) = rest.first()
        {
            let paragraph = self.paragraph_flat(next.clone());
            if !begins_with_link(&paragraph) && !self.is_acting_heading(&paragraph, &rest[1..]) {
                flat.push_text_only(&self.lens(), next.clone());
            }
        }
        let tail = self.leading_details(rest.first());
        for detail in &tail {
            self.push_container(&mut flat, *detail);
        }
        let heading = self.sections.nearest().map(str::to_owned);
        if tail.is_empty() || entry::split(&flat).is_some() {
            self.entry(&flat, Kind::Paragraph, None);
            return tail.len();
        }
        let around = Around { enclosing: None, heading: heading.as_deref() };
        let mut outcome = entry::read(&flat, Kind::Paragraph, None, around);
        if outcome.main.is_some() && outcome.annotation.is_none() {
            let added = words::some_text(&flat.visible(own..flat.text.len(), &[]));
            for record in outcome.records.iter_mut().filter(|record| record.main.is_none()) {
                record.annotation.clone_from(&added);
            }
        }
        self.keep(&flat, &outcome, None);
        tail.len()
    }

    /// A short bold paragraph without links right before what it stands above (rule 6.3).
    fn is_acting_heading(&self, flat: &Flat, rest: &[Block]) -> bool {
        if flat.plain > 0 || !flat.links.is_empty() || words::is_blank(&flat.text) {
            return false;
        }
        if words::word_count(&flat.text) > MAX_HEADING_WORDS {
            return false;
        }
        match rest.first() {
            Some(
                Block::List(_)
                | Block::Table(_)
                | Block::Terms(_)
                | Block::Card(_)
                | Block::Details(_)
                | Block::Item(_),
            ) => true,
            Some(Block::Paragraph(next)) => self.paragraph_flat(next.clone()).has_links(),
            _ => false,
        }
    }

    /// The `dd`s without `dt` at the beginning of a definition list that continue what stands before it.
    pub(super) fn leading_details(&self, block: Option<&Block>) -> Vec<usize> {
        let Some(Block::Terms(node)) = block else { return Vec::new() };
        let details =
            term_parts(self.tree, *node).into_iter().take_while(|&part| self.tree.nodes[part].name == Name::Detail);
        details.take_while(|&detail| self.continues(detail)).collect()
    }

    /// Whether a `dd` neither begins with a link nor holds lists of its own.
    fn continues(&self, detail: usize) -> bool {
        let (found, _) = blocks(self.tree, detail);
        let plain = found.iter().all(|block| match block {
            Block::Paragraph(_) | Block::Other(_) => true,
            Block::List(node) | Block::Terms(node) => !self.has_links(*node),
            _ => false,
        });
        let mut flat = Flat::default();
        self.push_container(&mut flat, detail);
        plain && !begins_with_link(&flat)
    }

    /// Adds everything a node holds to a text.
    pub(super) fn push_container(&self, flat: &mut Flat, node: usize) {
        flat.boundary();
        flat.push(&self.lens(), node + 1..self.tree.nodes[node].end as usize);
    }

    /// A card: one entry with a heading of its own.
    pub(super) fn card(&mut self, node: usize, enclosing: Option<&str>) {
        let lens = self.lens();
        let mut flat = Flat::default();
        // A link that is a card itself belongs to its own text.
        let start = if self.tree.nodes[node].name == Name::Anchor { node } else { node + 1 };
        flat.push(&lens, start..self.tree.nodes[node].end as usize);
        flat.drop_badges(&lens, false);
        self.title_to_come = false;
        self.entry(&flat, Kind::Headed, enclosing);
        let notes = self.notes_in(node);
        self.notes(&notes);
    }

    fn notes_in(&self, node: usize) -> Vec<usize> {
        (node + 1..self.tree.nodes[node].end as usize).filter(|&at| self.tree.nodes[at].name == Name::Note).collect()
    }

    fn details(&mut self, node: usize) {
        let summary = self.tree.children(node).find(|&child| self.tree.nodes[child].name == Name::Summary);
        let mut text = String::new();
        if let Some(summary) = summary {
            let flat = self.paragraph_flat(summary + 1..self.tree.nodes[summary].end as usize);
            text = flat.visible_without(&[]);
            if flat.has_links() {
                self.entry(&flat, Kind::Paragraph, None);
            }
        }
        let inside = self.sections.inside(text);
        let around = std::mem::replace(&mut self.sections, inside);
        self.flow(node);
        self.sections = around;
    }

    pub(super) fn enter(&mut self) {
        self.depth += 1;
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
        self.flush_at_top();
    }

    /// Walks blocks that stand inside an item or cell.
    pub(super) fn inner_block(&mut self, block: Block, enclosing: Option<&str>) {
        self.enter();
        match block {
            Block::List(node) => self.list(node, enclosing, &[]),
            Block::Card(node) => self.card(node, enclosing),
            other => self.flow_blocks(&[other], &[]),
        }
        self.leave();
    }
}

/// Whether a text is one link, perhaps with a type label.
fn is_lone_link(flat: &Flat) -> bool {
    if flat.links.len() != 1 || !flat.has_links() {
        return false;
    }
    let outcome = entry::read(flat, Kind::Paragraph, None, Around::default());
    let text = flat.link_text(&flat.links[0]);
    match (outcome.main, &outcome.title) {
        (Some(_), Some(title)) => {
            words::fold(&flat.text).chars().count() <= title.chars().count() + 2 && outcome.annotation.is_none()
        }
        _ => words::is_blank(&flat.text.replacen(text, "", 1)),
    }
}

/// Whether a text begins with a listed link.
fn begins_with_link(flat: &Flat) -> bool {
    entry::begins_with_link(flat)
}
