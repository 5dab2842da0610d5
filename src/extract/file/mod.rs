//! Files that are no pages: what their formats keep about the document.

mod media;
mod office;
mod pdf;
mod xml;

use super::DocumentKind;
use super::offer::Offers;

/// Bytes of text kept for the detector of languages.
const TEXT: usize = 4_000;

/// What a file tells about itself.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Values, each with its place in the file.
    pub offers: Offers<'static>,
    /// The beginning of its text.
    pub text: String,
}

/// Reads a file.
pub fn read(kind: DocumentKind, bytes: &[u8]) -> Told {
    let mut told = Told::default();
    match kind {
        DocumentKind::Pdf => pdf::read(bytes, &mut told),
        DocumentKind::Archive => office::read(bytes, &mut told.offers),
        DocumentKind::Xml => xml::feed(bytes, &mut told.offers),
        DocumentKind::Image | DocumentKind::Audio | DocumentKind::Video => media::read(bytes, &mut told.offers),
        _ => {}
    }
    told
}
