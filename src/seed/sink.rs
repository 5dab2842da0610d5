//! Where readers hand over what they found: links with their places, and notices.

use std::ops::Range;
use std::sync::Arc;

use super::place::Places;
use crate::model::link::{Link, Position, Target};
use crate::model::notice::Notice;

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
        Sink { name, places, emit, links: 0, notices: Vec::new(), unsaid: 0, relative: (0, 0) }
    }

    /// Hands over a link.
    pub(super) fn link(&mut self, found: Found<'_>) {
        let (line, column) = self.places.of(found.at);
        if let Target::Invalid(why) = &found.target {
            self.notice_at_line(line, format!("{:?} is no address that can be visited: {why}", shorten(found.href)));
        }
        self.links += 1;
        (self.emit)(Link {
            href: found.href.to_owned(),
            target: found.target,
            title: found.title,
            annotation: found.annotation,
            section: found.section,
            parent_title: found.parent,
            position: Position { line, column, span: found.span },
            fields: found.fields,
        });
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

    /// Says what was only counted.
    pub(super) fn finish(&mut self) {
        let (count, line) = self.relative;
        if count > 0 {
            let many =
                if count == 1 { "a relative address is".to_owned() } else { format!("{count} relative addresses are") };
            let message = format!("{many} left out: the document's own address is not known");
            self.notices.push(Notice::at(self.name, line, message));
        }
        if self.unsaid > 0 {
            self.notice_about(format!("{} further notices", self.unsaid));
        }
    }
}

/// An address short enough for a message.
fn shorten(href: &str) -> &str {
    match href.char_indices().nth(200) {
        Some((end, _)) => &href[..end],
        None => href,
    }
}
