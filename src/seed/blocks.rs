//! The blocks of a container: what stands above and below what, whatever wraps it.

use std::ops::Range;

use super::tree::{Name, Tree, mark};

/// A block of running content. Numbers are indices of nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    Heading(usize),
    /// A run of inline nodes.
    Paragraph(Range<usize>),
    List(usize),
    Terms(usize),
    Table(usize),
    Card(usize),
    Details(usize),
    /// An item or `dd` outside any list.
    Item(usize),
    /// A block of code or a rule: nothing to list, but it stands between.
    Other(usize),
}

impl Block {
    /// Index of the first node.
    pub(super) fn start(&self) -> usize {
        match self {
            Block::Paragraph(nodes) => nodes.start,
            Block::Heading(node)
            | Block::List(node)
            | Block::Terms(node)
            | Block::Table(node)
            | Block::Card(node)
            | Block::Details(node)
            | Block::Item(node)
            | Block::Other(node) => *node,
        }
    }
}

/// The blocks inside a node, and the notes among them.
pub(super) fn blocks(tree: &Tree<'_>, container: usize) -> (Vec<Block>, Vec<usize>) {
    let mut cutter = Cutter { tree, run: None, found: Vec::new(), notes: Vec::new() };
    let end = tree.nodes[container].end as usize;
    // Ends of the transparent blocks around the present node.
    let mut ends: Vec<usize> = Vec::new();
    let mut at = container + 1;
    while at < end {
        while ends.pop_if(|end| *end <= at).is_some() {
            cutter.close(at);
        }
        at = cutter.take(at, &mut ends);
    }
    cutter.close(end);
    (cutter.found, cutter.notes)
}

struct Cutter<'t, 'a> {
    tree: &'t Tree<'a>,
    /// Where the open run of inline nodes began.
    run: Option<usize>,
    found: Vec<Block>,
    notes: Vec<usize>,
}

impl Cutter<'_, '_> {
    /// Deals with one node and returns the index of the next.
    fn take(&mut self, at: usize, ends: &mut Vec<usize>) -> usize {
        let node = self.tree.nodes[at];
        let end = (node.end as usize).max(at + 1);
        if node.marks & mark::CUT != 0 {
            return end;
        }
        if node.marks & mark::IS_CARD != 0 {
            return self.put(Block::Card(at), at, end);
        }
        match node.name {
            Name::Chrome => end,
            Name::Note => {
                self.notes.push(at);
                end
            }
            // A link is taken whole, whatever blocks it wraps.
            Name::Anchor => {
                self.run.get_or_insert(at);
                end
            }
            name if name.is_inline() => {
                self.run.get_or_insert(at);
                at + 1
            }
            Name::Heading => self.put(Block::Heading(at), at, end),
            Name::List => self.put(Block::List(at), at, end),
            Name::Terms => self.put(Block::Terms(at), at, end),
            Name::Table => self.put(Block::Table(at), at, end),
            Name::Details => self.put(Block::Details(at), at, end),
            Name::Item | Name::Detail => self.put(Block::Item(at), at, end),
            Name::Code | Name::Rule => self.put(Block::Other(at), at, end),
            Name::Summary if self.tree.nodes[node.parent as usize].name == Name::Details => {
                self.close(at);
                end
            }
            _ => {
                self.close(at);
                ends.push(end);
                at + 1
            }
        }
    }

    fn put(&mut self, block: Block, at: usize, end: usize) -> usize {
        self.close(at);
        self.found.push(block);
        end
    }

    /// Ends the open run, unless nothing stands in it.
    fn close(&mut self, at: usize) {
        let Some(start) = self.run.take() else { return };
        let says = |index: usize| {
            let node = &self.tree.nodes[index];
            match node.name {
                Name::Text => !self.tree.texts[node.data as usize].trim().is_empty(),
                Name::Anchor => true,
                _ => false,
            }
        };
        if (start..at).any(says) {
            self.found.push(Block::Paragraph(start..at));
        }
    }
}
