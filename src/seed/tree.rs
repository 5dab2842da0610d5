//! The light tree every markup format is read into: elements and texts in document order, with the places of links.
//!
//! It knows as much of HTML's tree construction as lists on the web need (implied end tags, scopes, misnested inline
//! elements), keeps nodes in one preorder array, and bounds the depth, so that building and walking it is linear and
//! hostile nesting costs nothing.

use std::borrow::Cow;
use std::ops::Range;

/// Elements nest this deep at most; what is deeper is read as if its tags were not there.
const MAX_DEPTH: usize = 160;

/// What an element is to a reader of lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Text,
    Root,
    Body,
    Main,
    Article,
    /// `div`, `section`, `blockquote` and other plain blocks.
    Block,
    /// `header` and `footer`.
    Margin,
    Paragraph,
    /// A block of code.
    Code,
    Heading,
    List,
    Item,
    /// `dl`.
    Terms,
    Term,
    Detail,
    Table,
    /// `thead`, `tbody`, `tfoot`; the level of `thead` is 1.
    RowGroup,
    Row,
    Cell,
    HeaderCell,
    Caption,
    Details,
    Summary,
    /// A footnote or reference, an entry of its own that interrupts nothing.
    Note,
    Rule,
    Anchor,
    Image,
    Break,
    Bold,
    Italic,
    Superscript,
    CodeSpan,
    /// Any other inline element.
    Span,
    /// What is never content, whatever its attributes say.
    Chrome,
}

impl Name {
    pub(super) fn is_inline(self) -> bool {
        use Name::*;
        matches!(self, Text | Anchor | Image | Break | Bold | Italic | Superscript | CodeSpan | Span)
    }

    fn is_void(self) -> bool {
        matches!(self, Name::Text | Name::Image | Name::Break | Name::Rule)
    }

    fn closes_paragraph(self) -> bool {
        use Name::*;
        !(self.is_inline()
            || matches!(self, Note | Row | Cell | HeaderCell | RowGroup | Caption | Chrome | Root | Body))
    }
}

/// Marks of an element.
pub(super) mod mark {
    /// Cut with everything it holds.
    pub(in crate::seed) const CUT: u16 = 1;
    /// Its class or element makes it a card if its content does.
    pub(in crate::seed) const CARD: u16 = 1 << 1;
    /// `role=main`.
    pub(in crate::seed) const MAIN: u16 = 1 << 2;
    /// `#mw-content-text`.
    pub(in crate::seed) const WIKI_TEXT: u16 = 1 << 3;
    /// `#firstHeading`.
    pub(in crate::seed) const FIRST_HEADING: u16 = 1 << 4;
    /// Bold by its style attribute.
    pub(in crate::seed) const BOLD: u16 = 1 << 5;
    /// A permalink by its class.
    pub(in crate::seed) const PERMALINK: u16 = 1 << 6;
    /// A card, by class and content.
    pub(in crate::seed) const IS_CARD: u16 = 1 << 7;
    /// An address that stands for itself in running text.
    pub(in crate::seed) const BARE: u16 = 1 << 8;
    /// `#bodyContent`, which holds the text in wikis older than `#mw-content-text`.
    pub(in crate::seed) const OLD_WIKI_TEXT: u16 = 1 << 9;
}

/// An element or a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) name: Name,
    /// Of a heading; 1 for `thead`.
    pub(super) level: u8,
    pub(super) marks: u16,
    pub(super) parent: u32,
    /// Index behind the last node inside.
    pub(super) end: u32,
    /// Index of the text, link or image, or the packed spans of a cell.
    pub(super) data: u32,
}

/// Where a link leads and stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Address<'a> {
    /// As written, references decoded, trimmed.
    pub(super) href: Cow<'a, str>,
    /// What is resolved in its place, where a format spells addresses its own way.
    pub(super) resolve: Option<Box<str>>,
    /// Byte offset of the link's markup.
    pub(super) at: usize,
    /// Bytes of the address as written.
    pub(super) span: Range<usize>,
}

/// An image.
#[derive(Clone, Debug, Default)]
pub(super) struct Image<'a> {
    pub(super) src: Cow<'a, str>,
    pub(super) alt: Cow<'a, str>,
}

/// The tree while it is built and after.
pub(super) struct Tree<'a> {
    pub(super) nodes: Vec<Node>,
    pub(super) texts: Vec<Cow<'a, str>>,
    pub(super) addresses: Vec<Address<'a>>,
    pub(super) images: Vec<Image<'a>>,
    open: Vec<u32>,
    /// Elements that were too deep to open and are not closed yet.
    skipped: u32,
    /// Whether anything was too deep.
    pub(super) too_deep: bool,
}

impl<'a> Tree<'a> {
    pub(super) fn new() -> Self {
        let root = Node { name: Name::Root, level: 0, marks: 0, parent: 0, end: 1, data: 0 };
        Tree {
            nodes: vec![root],
            texts: Vec::new(),
            addresses: Vec::new(),
            images: Vec::new(),
            open: vec![0],
            skipped: 0,
            too_deep: false,
        }
    }

    /// Opens an element after closing what its start implies. Returns its index, or `None` when it is too deep.
    pub(super) fn start(&mut self, name: Name, level: u8, marks: u16) -> Option<usize> {
        if self.skipped == 0 {
            self.imply_ends(name);
        }
        self.push(name, level, marks, 0)
    }

    fn push(&mut self, name: Name, level: u8, marks: u16, data: u32) -> Option<usize> {
        let deep = self.open.len() >= MAX_DEPTH + usize::from(name == Name::Anchor);
        if deep && !name.is_void() {
            self.too_deep = true;
            self.skipped += 1;
            return None;
        }
        let index = self.nodes.len();
        let parent = self.top();
        self.nodes.push(Node { name, level, marks, parent, end: index as u32 + 1, data });
        if !name.is_void() {
            self.open.push(index as u32);
        }
        Some(index)
    }

    fn top(&self) -> u32 {
        self.open.last().copied().unwrap_or(0)
    }

    /// Whether no element is open.
    pub(super) fn is_closed(&self) -> bool {
        self.open.len() == 1 && self.skipped == 0
    }

    /// Whether an element of this name is open.
    pub(super) fn is_open(&self, name: Name) -> bool {
        self.open.iter().any(|&index| self.nodes[index as usize].name == name)
    }

    /// Whether an element of this name is open inside the innermost one of another.
    pub(super) fn is_open_within(&self, name: Name, outer: Name) -> bool {
        let names = self.open.iter().rev().map(|&index| self.nodes[index as usize].name);
        names.take_while(|open| *open != outer).any(|open| open == name)
    }

    /// Closes the innermost open element of this name, if one is in scope.
    pub(super) fn end(&mut self, name: Name, level: u8) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        let Some(at) = self.find(name, level) else { return };
        // Inline elements that end across blocks leave the blocks open, as the adoption agency does.
        let reopen: Vec<Node> = if name.is_inline() {
            let inside = self.open[at + 1..].iter().map(|&index| self.nodes[index as usize]);
            inside.filter(|node| !node.name.is_inline()).collect()
        } else {
            Vec::new()
        };
        self.pop_to(at);
        for node in reopen {
            self.push(node.name, node.level, node.marks, node.data);
        }
    }

    /// Place in the stack of the element an end tag closes.
    fn find(&self, name: Name, level: u8) -> Option<usize> {
        use Name::*;
        for (at, &index) in self.open.iter().enumerate().skip(1).rev() {
            let node = &self.nodes[index as usize];
            // Headings close each other whatever their level; a cell closes by either name.
            let same = node.name == name || matches!((node.name, name), (Cell, HeaderCell) | (HeaderCell, Cell));
            if same && (level == 0 || name == Heading || node.level == level) {
                return Some(at);
            }
            let barrier = match name {
                Table => false,
                Row | RowGroup | Cell | HeaderCell | Caption => node.name == Table,
                Item => matches!(node.name, List | Table | Cell | HeaderCell | Caption),
                Term | Detail => matches!(node.name, Terms | Table | Cell | HeaderCell | Caption),
                Root | Text => true,
                _ => matches!(node.name, Table | Cell | HeaderCell | Caption | Note),
            };
            if barrier {
                return None;
            }
        }
        None
    }

    fn pop_to(&mut self, at: usize) {
        let end = self.nodes.len() as u32;
        while self.open.len() > at.max(1) {
            if let Some(index) = self.open.pop() {
                self.nodes[index as usize].end = end;
            }
        }
    }

    /// Closes the innermost open element whose name is among `names`, searching no further than `barriers`.
    fn close_within(&mut self, names: &[Name], barriers: &[Name]) {
        for at in (1..self.open.len()).rev() {
            let name = self.nodes[self.open[at] as usize].name;
            if names.contains(&name) {
                self.pop_to(at);
                return;
            }
            if barriers.contains(&name) {
                return;
            }
        }
    }

    /// End tags that a start tag implies (HTML Standard, 13.1.2.4 and 13.2.6.4.7).
    fn imply_ends(&mut self, name: Name) {
        use Name::*;
        const CELLS: &[Name] = &[Table, Cell, HeaderCell, Caption, Note];
        if name.closes_paragraph() && !self.is_open(Anchor) {
            self.close_within(&[Paragraph], CELLS);
        }
        match name {
            Item => self.close_within(&[Item], &[List, Table, Cell, HeaderCell, Terms, Note]),
            Term | Detail => self.close_within(&[Term, Detail], &[Terms, Table, Cell, HeaderCell, List, Note]),
            Heading => self.close_within(&[Heading], &[Item, Detail, Cell, HeaderCell, Block, Article, Table]),
            Anchor => self.close_within(&[Anchor], &[Table, Cell, HeaderCell, Item, Detail, Term, Note]),
            Row => self.close_within(&[Row, Caption], &[Table]),
            Cell | HeaderCell => self.close_within(&[Cell, HeaderCell], &[Row, Table]),
            RowGroup => {
                self.close_within(&[RowGroup, Caption], &[Table]);
                self.close_within(&[Row], &[Table]);
            }
            _ => {}
        }
    }

    /// Closes everything that is open.
    pub(super) fn finish(&mut self) {
        self.pop_to(0);
        self.open.truncate(1);
        self.nodes[0].end = self.nodes.len() as u32;
    }

    pub(super) fn text(&mut self, text: impl Into<Cow<'a, str>>) {
        let text = text.into();
        if !text.is_empty() {
            self.texts.push(text);
            let data = self.texts.len() as u32 - 1;
            self.push(Name::Text, 0, 0, data);
        }
    }

    /// Ends a link that is still open.
    pub(super) fn end_open_link(&mut self) {
        if self.skipped == 0 {
            self.imply_ends(Name::Anchor);
        }
    }

    /// Opens a link.
    pub(super) fn link(&mut self, name: Name, address: Address<'a>, marks: u16) {
        self.end_open_link();
        self.addresses.push(address);
        let data = self.addresses.len() as u32 - 1;
        self.push(name, 0, marks, data);
    }

    pub(super) fn image(&mut self, image: Image<'a>) {
        self.images.push(image);
        let data = self.images.len() as u32 - 1;
        self.push(Name::Image, 0, 0, data);
    }

    /// A table cell with its spans.
    pub(super) fn cell(&mut self, name: Name, columns: u16, rows: u16, marks: u16) {
        if self.skipped == 0 {
            self.imply_ends(name);
        }
        self.push(name, 0, marks, pack_spans(columns, rows));
    }

    /// Indices of the children of a node.
    pub(super) fn children(&self, parent: usize) -> Children<'_> {
        Children { nodes: &self.nodes, at: parent + 1, end: self.nodes[parent].end as usize }
    }

    /// Columns and rows a cell takes.
    pub(super) fn spans(&self, index: usize) -> (usize, usize) {
        let data = self.nodes[index].data;
        (((data >> 16) as usize).max(1), ((data & 0xFFFF) as usize).max(1))
    }
}

fn pack_spans(columns: u16, rows: u16) -> u32 {
    u32::from(columns) << 16 | u32::from(rows)
}

/// Iterator over the children of a node.
pub(super) struct Children<'t> {
    nodes: &'t [Node],
    at: usize,
    end: usize,
}

impl Iterator for Children<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.at >= self.end {
            return None;
        }
        let index = self.at;
        self.at = (self.nodes[index].end as usize).max(index + 1);
        Some(index)
    }
}
