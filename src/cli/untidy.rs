//! The look at a list's source while it is read.

use std::ops::Range;

use crate::hygiene::Untidy;
use crate::model::Link;
use crate::seed::Format;
use crate::{html, hygiene};

/// Bytes of a source that is looked at; who keeps more in one file did not write it by hand.
const LARGEST: usize = 16 << 20;

/// The places of the links of one source.
#[derive(Default)]
pub(super) struct Places(Vec<Range<usize>>);

impl Places {
    /// Notes where a link stands.
    pub(super) fn note(&mut self, link: &Link) {
        self.0.push(link.position.span.clone());
    }

    /// What is untidy in the source.
    pub(super) fn look(&self, bytes: &[u8], content_type: Option<&str>, format: Format) -> Vec<Untidy> {
        let marked_up = matches!(format, Format::Html | Format::Markdown | Format::Wikitext);
        if !marked_up || bytes.len() > LARGEST || bytes.starts_with(b"\x1F\x8B") {
            return Vec::new();
        }
        hygiene::markup(format, &html::decode(bytes, content_type).text, &self.0)
    }
}
