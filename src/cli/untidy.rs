//! The look at a list's source while it is read.

use std::ops::Range;

use super::error::CliError;
use crate::ledger::LinkWriter;
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

    /// Stores what is untidy in the source.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub(super) fn look(
        &self,
        name: &str,
        bytes: &[u8],
        content_type: Option<&str>,
        format: Format,
        writer: &mut LinkWriter<'_>,
    ) -> Result<(), CliError> {
        let marked_up = matches!(format, Format::Html | Format::Markdown | Format::Wikitext);
        if !marked_up || bytes.len() > LARGEST || bytes.starts_with(b"\x1F\x8B") {
            return Ok(());
        }
        let text = html::decode(bytes, content_type).text;
        for untidy in hygiene::markup(format, &text, &self.0) {
            writer.flaw(name, untidy.line, untidy.kind, &untidy.excerpt)?;
        }
        Ok(())
    }
}
