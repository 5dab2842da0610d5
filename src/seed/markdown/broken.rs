//! Links that are none, since a space stands in the host of their address: what a person meant by the brackets.

use std::ops::Range;

use super::super::tree::{Address, Name};
use super::{Reader, Run, part};

/// Where the parts of a link stand that is none, in the text it stands in.
pub(super) struct Broken {
    label: Range<usize>,
    address: Range<usize>,
}

impl<'a> Reader<'a, '_> {
    /// Brackets meant as a link whose address has a space in its host, so that they are none: `[Draft](http://exa mple.org/x)`.
    pub(super) fn broken(&self, run: &Run<'_>, range: Range<usize>, found: &Range<usize>) -> Option<Broken> {
        let text = &run.text[..range.end];
        let label_end = found.start.checked_sub(2).filter(|end| *end >= range.start)?;
        let before = self.text.get(..run.source_of(found.start))?.strip_suffix("](")?;
        if !text[label_end..].starts_with("](") || before.ends_with('\\') {
            return None;
        }
        let label = range.start + text[range.start..label_end].rfind('[')?;
        if self.text.get(..run.source_of(label))?.ends_with('\\') {
            return None;
        }
        let rest = &text[found.start..];
        let address = &rest[..rest.find(')')?];
        let (_, behind) = address.split_once("://")?;
        let host = &behind[..behind.find(['/', '?', '#'])?];
        // Words behind a whole name are no part of it.
        let (first, more) = host.split_once(char::is_whitespace)?;
        let is_name = !first.contains('.') && more.contains('.') && !address.contains(['\n', '"', '(', '[']);
        is_name.then(|| Broken { label: label + 1..label_end, address: found.start..found.start + address.len() })
    }

    /// Adds such brackets as the link that was meant; tells where the text goes on.
    pub(super) fn add_broken(&mut self, run: &Run<'a>, from: usize, Broken { label, address }: Broken) -> usize {
        self.tree.text(part(&run.text, from..label.start - 1));
        let source = run.source_of(address.start)..run.source_of(address.end);
        let href = part(&run.text, address.clone());
        self.tree.link(
            Name::Anchor,
            Address { href, resolve: None, at: run.source_of(label.start - 1), span: source },
            0,
        );
        self.tree.text(part(&run.text, label));
        self.tree.end(Name::Anchor, 0);
        address.end + 1
    }
}
