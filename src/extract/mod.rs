//! From a document to what it is: one streaming pass or one reader of files, sources, one reconciler.
//!
//! ```text
//! bytes ─ sniff ─┬► HTML ─ html::decode ─► pass ─┬─► PageFacts      what classification asks
//!                │                               └─► Candidates ─ sources ─► reconcile ─► Record
//!                └► PDF, office, media ─ file ─────────────────────────────────────┘
//! ```

pub mod candidates;
mod confidence;
mod file;
mod offer;
mod pass;
mod reconcile;
mod sniff;
mod source;
mod value;

use jiff::civil::Date;
use url::Url;

use crate::html;
use crate::model::exchange::Headers;
use crate::model::{Metadata, PageFacts};
use candidates::Candidates;
use file::Told;
pub use reconcile::{Loser, Record};
pub use sniff::{DocumentKind, kind_of};

/// A document as it was fetched or saved.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// Where it stands, after redirects.
    pub url: &'a Url,
    /// `Content-Type` as sent.
    pub content_type: Option<&'a str>,
    /// All header lines, where there are any.
    pub headers: Option<&'a Headers>,
    /// The body, or its beginning.
    pub bytes: &'a [u8],
    /// Fragments that links ask for, without `#`.
    pub fragments: &'a [String],
}

/// What one pass over a document found: facts for classification, raw material for the metadata.
#[derive(Clone, Debug)]
pub struct Scan {
    /// What kind of document it is.
    pub kind: DocumentKind,
    /// Facts of an HTML page; `None` for anything else.
    pub page: Option<PageFacts>,
    /// Whether each fragment asked for is there, in the order given; empty for what is no HTML page.
    pub fragments: Vec<bool>,
    candidates: Candidates,
    told: Told,
    url: Url,
    pub(crate) headers: Headers,
}

/// Reads a document once, from beginning to end.
pub fn scan(document: &Document<'_>) -> Scan {
    let kind = kind_of(document.content_type, document.bytes);
    let mut scan = Scan {
        kind,
        page: None,
        fragments: Vec::new(),
        candidates: Candidates::default(),
        told: Told::default(),
        url: document.url.clone(),
        headers: document.headers.map(telling_headers).unwrap_or_default(),
    };
    if kind == DocumentKind::Html {
        let decoded = html::decode(document.bytes, document.content_type);
        let passed = pass::pass(&decoded.text, document.fragments);
        let charset = decoded.encoding.output_encoding();
        let charset = (charset != encoding_rs::UTF_8).then(|| charset.name().to_owned());
        scan.page = Some(PageFacts { charset, ..passed.facts });
        scan.fragments = passed.fragments;
        scan.candidates = passed.candidates;
    } else {
        scan.told = file::read(kind, document.bytes);
    }
    scan
}

/// The header lines that tell something about a document.
fn telling_headers(headers: &Headers) -> Headers {
    const TELLING: &[&str] =
        &["content-language", "content-disposition", "content-type", "date", "last-modified", "link"];
    headers.lines().filter(|(name, value)| TELLING.contains(name) && value.len() < 4_096).collect()
}

impl Scan {
    /// What the document is. `today` bounds the dates that can be true; without it the answer's `Date` does.
    pub fn metadata(&self, today: Option<Date>) -> Metadata {
        reconcile::reconcile(self, today).0
    }

    /// The same with the values that lost.
    pub fn record(&self, today: Option<Date>) -> Record {
        reconcile::record(self, today)
    }
}
