//! Lists and their items (rules 3, 5.5 and 7.1).

use super::blocks::{Block, blocks};
use super::entry::{Kind, Outcome};
use super::flat::Flat;
use super::tree::{Name, mark};
use super::walk::Walker;

/// An item of a list, with lists that were written beside instead of inside it.
struct Item {
    node: usize,
    beside: Vec<usize>,
}

impl Walker<'_, '_, '_, '_> {
    /// A list inside an item with this title. `tail` are `dd`s behind the list that belong to its last entry.
    pub(super) fn list(&mut self, node: usize, enclosing: Option<&str>, tail: &[usize]) {
        let items = self.items(node, enclosing);
        let mut at = 0;
        while at < items.len() {
            let last = at + 1 == items.len();
            let next = items.get(at + 1);
            self.enter();
            at += 1 + self.list_item(&items[at], next, enclosing, if last { tail } else { &[] });
            self.leave();
        }
    }

    /// The items of a list. What stands between them is walked at once when no item precedes it.
    fn items(&mut self, list: usize, enclosing: Option<&str>) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::new();
        for child in self.tree.children(list) {
            let node = self.tree.nodes[child];
            if node.marks & mark::CUT != 0 {
                continue;
            }
            match node.name {
                Name::Item => items.push(Item { node: child, beside: Vec::new() }),
                Name::List | Name::Terms => match items.last_mut() {
                    Some(last) => last.beside.push(child),
                    None if node.name == Name::List => self.list(child, enclosing, &[]),
                    None => self.inner_block(Block::Terms(child), enclosing),
                },
                // Anything else that holds content stands for an item, as browsers show it.
                _ if node.end as usize > child + 1 => items.push(Item { node: child, beside: Vec::new() }),
                _ => {}
            }
        }
        items
    }

    /// One item. Returns how many of the following ones belong to it.
    fn list_item(&mut self, item: &Item, next: Option<&Item>, enclosing: Option<&str>, tail: &[usize]) -> usize {
        if self.tree.nodes[item.node].marks & mark::IS_CARD != 0 {
            self.card(item.node, enclosing);
            for &list in &item.beside {
                self.list(list, enclosing, &[]);
            }
            return 0;
        }
        if matches!(self.tree.nodes[item.node].name, Name::Item) && self.holds_headings(item.node) {
            self.flow(item.node);
            for &list in &item.beside {
                self.list(list, enclosing, &[]);
            }
            return 0;
        }
        // The next item continues this one when this one ends with a line break and says nothing (rule 5.5c).
        let continuation =
            next.filter(|next| next.beside.is_empty() && !self.has_links(next.node)).map(|next| next.node);
        let mut parts = vec![item.node];
        parts.extend(&item.beside);
        let taken = self.item(&parts, tail, Kind::Item, enclosing, continuation);
        usize::from(taken)
    }

    fn holds_headings(&self, item: usize) -> bool {
        let (found, _) = blocks(self.tree, item);
        found.iter().any(|block| matches!(block, Block::Heading(_)))
    }

    /// An entry made of containers: its text, what continues it, and the lists inside. `continuation` is a further node
    /// that belongs to it when it ends with a line break and has no annotation; returns whether it was taken.
    pub(super) fn item(
        &mut self,
        parts: &[usize],
        details: &[usize],
        kind: Kind,
        enclosing: Option<&str>,
        continuation: Option<usize>,
    ) -> bool {
        let mut body = Body::default();
        for &part in parts {
            if matches!(self.tree.nodes[part].name, Name::List | Name::Terms) {
                let block =
                    if self.tree.nodes[part].name == Name::List { Block::List(part) } else { Block::Terms(part) };
                self.add_block(&mut body, block);
            } else {
                self.add_container(&mut body, part);
            }
        }
        let mut tail = details;
        // What follows a list belongs to its last entry, which may lie in a nested list.
        let nested = matches!(body.inner.last(), Some(Block::List(_)));
        if !nested {
            for &detail in details {
                self.add_container(&mut body, detail);
            }
            tail = &[];
        }
        let mut taken = false;
        let is_item = self.tree.nodes[parts[0]].name == Name::Item;
        let mut flat = body.flat;
        flat.drop_badges(&self.lens(), false);
        if let Some(continuation) = continuation
            && flat.has_links()
            && flat.ends_with_break()
            && super::entry::read(&flat, kind, None, super::entry::Around::default()).annotation.is_none()
        {
            self.push_container(&mut flat, continuation);
            taken = true;
        }
        let outcome = if flat.is_empty() { Outcome::default() } else { self.entry(&flat, kind, enclosing) };
        // Terms are never parents; items are.
        let title = outcome.title.filter(|_| is_item);
        let parent = title.as_deref().or(enclosing);
        let count = body.inner.len();
        for (index, block) in body.inner.into_iter().enumerate() {
            match block {
                Block::List(node) if index + 1 == count => self.list(node, parent, tail),
                block => self.inner_block(block, parent),
            }
        }
        self.notes(&body.notes);
        taken
    }

    fn add_container(&mut self, body: &mut Body, node: usize) {
        let (found, notes) = blocks(self.tree, node);
        body.notes.extend(notes);
        body.flat.boundary();
        for block in found {
            self.add_block(body, block);
        }
    }

    fn add_block(&mut self, body: &mut Body, block: Block) {
        let node = match &block {
            Block::Paragraph(nodes) => {
                body.flat.boundary();
                body.flat.push(&self.lens(), nodes.clone());
                return;
            }
            Block::Other(_) => return,
            Block::List(node)
            | Block::Terms(node)
            | Block::Table(node)
            | Block::Card(node)
            | Block::Details(node)
            | Block::Item(node)
            | Block::Heading(node) => *node,
        };
        let continues = match &block {
            Block::Terms(_) => {
                let leading = self.leading_details(Some(&block));
                !leading.is_empty()
                    && leading.len()
                        == self.tree.children(node).filter(|&child| self.tree.nodes[child].name != Name::Text).count()
            }
            Block::Card(_) => false,
            _ => !self.has_links(node),
        };
        if continues {
            self.push_container(&mut body.flat, node);
        } else {
            body.inner.push(block);
        }
    }
}

/// What an item is made of.
#[derive(Default)]
struct Body {
    flat: Flat,
    /// Blocks with entries of their own.
    inner: Vec<Block>,
    notes: Vec<usize>,
}
