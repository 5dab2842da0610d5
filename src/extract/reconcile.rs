//! One value for each field, out of what the sources say.

use jiff::civil::Date;

use crate::model::Metadata;
use crate::model::metadata::Field;

use super::Scan;

/// The metadata of a document, and the values that lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// What won.
    pub metadata: Metadata,
    /// What lost, in the order it was considered.
    pub losers: Vec<Loser>,
}

/// A value that was considered and not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loser {
    /// Field it was considered for.
    pub field: &'static str,
    /// Where it came from.
    pub source: String,
    /// The text as it stood there.
    pub raw: String,
}

/// Chooses.
pub fn reconcile(scan: &Scan, _today: Option<Date>) -> Record {
    let mut metadata = Metadata::default();
    let Some(page) = &scan.page else { return Record { metadata, losers: Vec::new() } };
    let field = |value: &Option<String>, source: &str| {
        value.as_ref().map(|value| Field { value: value.clone(), source: source.to_owned(), raw: None })
    };
    metadata.title = field(&page.og_title, "og:title").or_else(|| field(&page.title, "title"));
    metadata.description = field(&page.description, "meta description");
    metadata.site_name = field(&page.site_name, "og:site_name");
    metadata.language = field(&page.lang, "html lang");
    if metadata.language.is_none() {
        let header = scan.headers.get("content-language").map(std::borrow::Cow::into_owned);
        metadata.language = field(&header, "http content-language");
    }
    metadata.kind = Some(Field { value: "webpage".to_owned(), source: "default".to_owned(), raw: None });
    metadata.canonical_url = page
        .canonical
        .as_ref()
        .and_then(|href| scan.url.join(href).ok())
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .map(|url| Field { value: url.into(), source: "link rel=canonical".to_owned(), raw: None });
    Record { metadata, losers: Vec::new() }
}
