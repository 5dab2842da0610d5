//! PDF files, read within bounds: what the file says of itself, and the text of a page.
//!
//! The reader beneath parses a whole file before anything can be asked of it, so a file is weighed first: how many objects
//! it claims, and to how much its packed objects unfold. What is too heavy is not parsed at all.

mod areas;
mod lock;
mod page;
mod weigh;
mod widths;

use std::panic::{AssertUnwindSafe, catch_unwind};

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};
use thiserror::Error;

pub use areas::Area;
pub use page::Run;

/// Bytes to which one stream may unfold.
const STREAM: usize = 4 << 20;

/// Bytes of a metadata packet.
const PACKET: usize = 1 << 20;

/// Characters of a text of the document's own dictionary.
const TEXT: usize = 8_000;

/// Items of an array beyond which the object holding it is left out: no page, font or dictionary needs as many.
const ITEMS: usize = 100_000;

/// Why a file is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unread {
    /// It claims more objects, or unfolds to more bytes, than any document needs.
    #[error("the PDF file is heavier than a document needs to be")]
    Heavy,
    /// It opens with a password only.
    #[error("the PDF file is encrypted: save it without a password")]
    Locked,
    /// It is broken beyond repair, or cut before anything could be told from it.
    #[error("the PDF file cannot be read")]
    Broken,
}

/// Bytes at the end of a file in which its last words stand, with what was written behind them by mistake.
const LAST_WORDS: usize = 4_096;

/// Whether a file has an end, and was not cut on its way.
pub fn is_whole(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(LAST_WORDS)..];
    tail.windows(5).any(|window| window == b"%%EOF")
}

/// A parsed PDF file.
#[derive(Debug)]
pub struct Pdf {
    document: Document,
}

impl Pdf {
    /// Reads a file, or the beginning of one: a lost table of contents is made anew from the objects that are there.
    ///
    /// # Errors
    /// When the file is too heavy, locked, or broken.
    pub fn open(bytes: &[u8]) -> Result<Pdf, Unread> {
        if !weigh::is_bearable(bytes) {
            return Err(Unread::Heavy);
        }
        let options = LoadOptions { filter: Some(keep), max_decompressed_size: Some(STREAM), ..LoadOptions::default() };
        let load =
            |bytes: &[u8]| guarded(|| Document::load_mem_with_options(bytes, options.clone())).ok_or(Unread::Broken);
        let mut document = load(bytes)?;
        if let Some(apart) = document.as_ref().ok().and_then(|document| lock::set_apart(bytes, document)) {
            document = load(&apart)?;
        }
        match document {
            // What an empty password opens is open by now.
            Ok(document) if document.trailer.has(b"Encrypt") => Err(Unread::Locked),
            Ok(document) => Ok(Pdf { document }),
            Err(lopdf::Error::InvalidPassword) => Err(Unread::Locked),
            Err(lopdf::Error::Decompress(_)) => Err(Unread::Heavy),
            Err(_) => Err(Unread::Broken),
        }
    }

    /// An entry of the document information dictionary.
    pub fn info(&self, key: &str) -> Option<String> {
        let info = self.document.trailer.get_deref(b"Info", &self.document).and_then(Object::as_dict).ok()?;
        self.text(info, key)
    }

    /// The metadata packet (XMP).
    pub fn xmp(&self) -> Option<Vec<u8>> {
        let stream = self.document.catalog().ok()?.get_deref(b"Metadata", &self.document).ok()?.as_stream().ok()?;
        guarded(|| stream.get_plain_content_with_limit(PACKET))?.ok()
    }

    /// The language of the document, as its catalog gives it.
    pub fn language(&self) -> Option<String> {
        self.text(self.document.catalog().ok()?, "Lang")
    }

    /// The address to which those of its areas are relative, as its catalog gives it.
    pub fn base(&self) -> Option<String> {
        let terms = self.document.catalog().ok()?.get_deref(b"URI", &self.document).ok()?.as_dict().ok()?;
        self.text(terms, "Base")
    }

    /// How many pages it says it has, or else how many can be found.
    pub fn page_count(&self) -> Option<u32> {
        let root = self.document.catalog().ok()?.get_deref(b"Pages", &self.document).ok()?.as_dict().ok()?;
        let told = root.get_deref(b"Count", &self.document).and_then(Object::as_i64).ok();
        let told = told.and_then(|count| u32::try_from(count).ok()).filter(|count| (1..=1_000_000).contains(count));
        told.or_else(|| u32::try_from(self.document.page_iter().count()).ok().filter(|&count| count > 0))
    }

    /// The pages, in their order.
    pub fn pages(&self) -> impl Iterator<Item = ObjectId> + '_ {
        self.document.page_iter()
    }

    /// The texts of a page in the order in which it paints them, with their sizes.
    pub fn text_of(&self, page: ObjectId) -> Vec<Run> {
        guarded(|| page::runs(&self.document, page)).unwrap_or_default()
    }

    /// The areas of a page that lead to an address, in the order of the file.
    pub fn areas_of(&self, page: ObjectId) -> Vec<Area> {
        guarded(|| areas::areas(&self.document, page)).unwrap_or_default()
    }

    fn text(&self, dictionary: &Dictionary, key: &str) -> Option<String> {
        let object = dictionary.get_deref(key.as_bytes(), &self.document).ok()?;
        let text = lopdf::decode_text_string(object).ok()?;
        let text: String = text.trim().trim_matches('\0').chars().take(TEXT).collect();
        (!text.is_empty()).then_some(text)
    }
}

/// What of a file is kept in memory: no pictures, no fonts' programs, no arrays that no document needs.
///
/// The reader keeps the object itself where it stands alone in the file, and what is given back where it was packed, which
/// no stream ever is.
fn keep(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    let needed = match object {
        Object::Stream(stream) => {
            let picture = stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Image");
            !picture && !stream.dict.has(b"Length1")
        }
        Object::Array(items) => items.len() <= ITEMS,
        _ => true,
    };
    needed.then(|| (id, if matches!(object, Object::Stream(_)) { Object::Null } else { object.clone() }))
}

/// What a reading gives, or nothing where it panics: a file from the web must not end a run.
fn guarded<T>(read: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(read)).ok()
}

#[cfg(test)]
mod tests;
