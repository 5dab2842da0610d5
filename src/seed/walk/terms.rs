//! Definition lists: terms, and the details that say something about them (rule 6).

use super::Walker;
use crate::seed::blocks::{Block, blocks};
use crate::seed::entry::{self, Around, Kind};
use crate::seed::flat::Flat;
use crate::seed::tree::{Name, Tree, mark};
use crate::seed::words;

impl Walker<'_, '_, '_, '_> {
    /// A definition list, without its first `skip` parts; a list may follow right behind it.
    pub(super) fn terms(&mut self, node: usize, skip: usize, list_follows: bool) {
        let parts = term_parts(self.tree, node);
        let mut at = skip;
        while at < parts.len() {
            let part = parts[at];
            at += 1;
            if self.tree.nodes[part].name == Name::Detail {
                self.detail(part);
                continue;
            }
            let first = at;
            while at < parts.len() && self.tree.nodes[parts[at]].name == Name::Detail {
                at += 1;
            }
            self.term(part, &parts[first..at], list_follows && at == parts.len());
            self.flush_at_top();
        }
    }

    fn term(&mut self, term: usize, details: &[usize], list_follows: bool) {
        let mut flat = Flat::default();
        flat.push(&self.lens(), term + 1..self.tree.nodes[term].end as usize);
        let text = flat.visible_without(&[]);
        if flat.has_links() {
            self.sections.begin_term(None);
            self.item(&[term], details, Kind::Item, None, None);
            return;
        }
        let heads = self.details_list_resources(details) || (details.is_empty() && list_follows);
        if heads {
            self.sections.begin_term(Some(words::without_final_separators(&text).to_owned()));
            for &detail in details {
                self.detail(detail);
            }
            return;
        }
        self.sections.begin_term(None);
        if details.iter().any(|&detail| self.has_links(detail)) {
            let start = flat.text.len() - flat.text.trim_start().len();
            flat.heading = Some(start..flat.text.trim_end().len());
            for &detail in details {
                self.push_container(&mut flat, detail);
            }
            self.entry(&flat, Kind::Headed, None);
        }
    }

    /// Whether the details of a term hold links with titles of their own, or lists of links.
    fn details_list_resources(&self, details: &[usize]) -> bool {
        details.iter().any(|&detail| {
            let (found, _) = blocks(self.tree, detail);
            let lists = found.iter().any(|block| match block {
                Block::List(node) | Block::Table(node) | Block::Terms(node) => self.has_links(*node),
                _ => false,
            });
            let mut flat = Flat::default();
            self.push_container(&mut flat, detail);
            lists || entry::read(&flat, Kind::Item, None, Around::default()).main.is_some()
        })
    }

    /// A `dd` that stands alone.
    fn detail(&mut self, detail: usize) {
        self.item(&[detail], &[], Kind::Item, None, None);
        self.flush_at_top();
    }
}

/// The `dt`s and `dd`s of a definition list; plain blocks may group them.
pub(super) fn term_parts(tree: &Tree<'_>, node: usize) -> Vec<usize> {
    let mut parts = Vec::new();
    for child in tree.children(node) {
        if tree.nodes[child].marks & mark::CUT != 0 {
            continue;
        }
        match tree.nodes[child].name {
            Name::Term | Name::Detail => parts.push(child),
            Name::Block => {
                let inner =
                    tree.children(child).filter(|&inner| matches!(tree.nodes[inner].name, Name::Term | Name::Detail));
                parts.extend(inner);
            }
            _ => {}
        }
    }
    parts
}
