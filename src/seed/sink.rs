//! Where readers hand over what they found: links with their places, and notices.

use std::ops::Range;
use std::sync::Arc;

use super::ignore::{self, Ignoring};
use super::place::Places;
use super::tree::Address;
use crate::model::link::{LeftOut, Link, Position, Target};
use crate::model::notice::Notice;
use crate::model::reason::Reason;

/// Notices of one kind beyond this number are counted only.
const MAX_NOTICES: usize = 200;

/// The receiving end of one reading.
pub(super) struct Sink<'s> {
    name: &'s str,
    places: Places<'s>,
    emit: &'s mut dyn FnMut(Link),
    pub(super) links: usize,
    pub(super) notices: Vec<Notice>,
    unsaid: usize,
    /// Relative addresses that could not be resolved, and the line of the first.
    relative: (usize, usize),
    /// What the comments of the document leave out.
    ignoring: Ignoring,
    /// Links between files that are handed over where they stand among the others, the last first.
    references: Vec<Link>,
    /// Whether relative addresses are read as references.
    in_site: bool,
}

/// What a reader knows of one link.
pub(super) struct Found<'f> {
    pub(super) href: &'f str,
    pub(super) target: Target,
    pub(super) title: Option<String>,
    pub(super) annotation: Option<String>,
    pub(super) section: Arc<[String]>,
    pub(super) parent: Option<String>,
    /// Byte offset of the markup.
    pub(super) at: usize,
    /// Bytes of the address as written.
    pub(super) span: Range<usize>,
    pub(super) fields: Vec<(String, String)>,
}

impl<'s> Sink<'s> {
    pub(super) fn new(name: &'s str, text: &'s str, emit: &'s mut dyn FnMut(Link)) -> Self {
        let places = Places::new(text);
        Sink {
            name,
            places,
            emit,
            links: 0,
            notices: Vec::new(),
            unsaid: 0,
            relative: (0, 0),
            ignoring: Ignoring::default(),
            references: Vec::new(),
            in_site: false,
        }
    }

    /// Takes a link to another file of the site, which a rule may leave out already.
    pub(super) fn reference(&mut self, found: Found<'_>, left_out: Option<LeftOut>) {
        let mut link = self.placed(found);
        link.left_out = link.left_out.or(left_out);
        self.references.push(link);
    }

    /// All references of the document are taken.
    pub(super) fn end_references(&mut self) {
        self.in_site = true;
        self.references.sort_by_key(|link| std::cmp::Reverse((link.position.line, link.position.column)));
    }

    /// Hands over the references that stand before a place.
    fn references_before(&mut self, place: (usize, usize)) {
        while let Some(link) = self.references.pop_if(|link| (link.position.line, link.position.column) < place) {
            self.links += 1;
            (self.emit)(link);
        }
    }

    /// Links on these lines are marked as left out.
    pub(super) fn ignore(&mut self, ignoring: Ignoring) {
        for (line, fault) in &ignoring.faults {
            self.notice_at_line(*line, fault.clone());
        }
        self.ignoring = ignoring;
    }

    /// Hands over a link.
    pub(super) fn link(&mut self, found: Found<'_>) {
        let link = self.placed(found);
        self.references_before((link.position.line, link.position.column));
        self.links += 1;
        (self.emit)(link);
    }

    /// A link with its line and column, and with the comment that leaves it out.
    fn placed(&mut self, found: Found<'_>) -> Link {
        let (line, column) = self.places.of(found.at);
        let left_out = self.ignoring.take(line).map(|rule| LeftOut { reason: Reason::Excluded, rule });
        if let Target::Invalid(why) = &found.target
            && left_out.is_none()
        {
            self.notice_at_line(line, format!("{:?} is not a valid web address: {why}", shorten(found.href)));
        }
        Link {
            href: found.href.to_owned(),
            target: found.target,
            title: found.title,
            annotation: found.annotation,
            section: found.section,
            parent_title: found.parent,
            position: Position { line, column, span: found.span },
            fields: found.fields,
            left_out,
        }
    }

    /// Notes trouble at a place.
    pub(super) fn notice(&mut self, at: usize, message: impl Into<String>) {
        let (line, _) = self.places.of(at);
        self.notice_at_line(line, message.into());
    }

    fn notice_at_line(&mut self, line: usize, message: String) {
        if self.notices.len() < MAX_NOTICES {
            self.notices.push(Notice::at(self.name, line, message));
        } else {
            self.unsaid += 1;
        }
    }

    /// Notes trouble with the whole document.
    pub(super) fn notice_about(&mut self, message: impl Into<String>) {
        self.notices.push(Notice::about(self.name, message));
    }

    /// Counts a relative address that nothing resolves.
    pub(super) fn relative(&mut self, at: usize) {
        if self.relative.0 == 0 {
            self.relative.1 = self.places.of(at).0;
        }
        self.relative.0 += 1;
    }

    /// Notes an address that a template makes.
    pub(super) fn made(&mut self, address: &Address<'_>) {
        let written = self.places.text().get(address.span.clone()).filter(|text| !text.is_empty());
        let written = shorten(written.unwrap_or(&address.href));
        let message = format!("a template makes the address {written:?} when the site is built: it is left out");
        self.notice(address.at, message);
    }

    /// Says what was only counted.
    pub(super) fn finish(&mut self) {
        self.references_before((usize::MAX, usize::MAX));
        let (count, line) = self.relative;
        if count > 0 && !self.in_site {
            let many =
                if count == 1 { "a relative address is".to_owned() } else { format!("{count} relative addresses are") };
            let message =
                format!("{many} left out: the document's own address is not known, and no site was named by --root");
            self.notices.push(Notice::at(self.name, line, message));
        }
        for ignored in std::mem::take(&mut self.ignoring.ranges) {
            if ignored.links == 0 {
                self.notice_at_line(ignored.by, ignore::idle(&ignored));
            }
        }
        if self.unsaid > 0 {
            self.notice_about(format!("{} further notices", self.unsaid));
        }
    }
}

/// An address short enough for a message.
pub(super) fn shorten(href: &str) -> &str {
    match href.char_indices().nth(200) {
        Some((end, _)) => &href[..end],
        None => href,
    }
}
