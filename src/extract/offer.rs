//! What a source says about a field, before anything is chosen.

use std::borrow::Cow;

use super::value::name::Form;

/// Fields of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    Title,
    Author,
    Editor,
    SiteName,
    Publisher,
    Published,
    Modified,
    Language,
    Description,
    Kind,
    Licence,
    Doi,
    Isbn,
    Issn,
    Arxiv,
    Canonical,
    Image,
    Keywords,
    Container,
    Series,
    Volume,
    Issue,
    FirstPage,
    LastPage,
    Duration,
    PageCount,
}

impl Key {
    /// The field's name in a record.
    pub const fn as_str(self) -> &'static str {
        match self {
            Key::Title => "title",
            Key::Author => "authors",
            Key::Editor => "editors",
            Key::SiteName => "site_name",
            Key::Publisher => "publisher",
            Key::Published => "published",
            Key::Modified => "modified",
            Key::Language => "language",
            Key::Description => "description",
            Key::Kind => "type",
            Key::Licence => "licence",
            Key::Doi => "doi",
            Key::Isbn => "isbn",
            Key::Issn => "issn",
            Key::Arxiv => "arxiv",
            Key::Canonical => "canonical_url",
            Key::Image => "image",
            Key::Keywords => "keywords",
            Key::Container => "container",
            Key::Series => "series",
            Key::Volume => "volume",
            Key::Issue => "issue",
            Key::FirstPage | Key::LastPage => "pages",
            Key::Duration => "duration",
            Key::PageCount => "page_count",
        }
    }
}

/// Where a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// Highwire Press tags.
    Highwire,
    /// BE Press tags.
    Bepress,
    /// EPrints tags.
    Eprints,
    /// PRISM.
    Prism,
    /// Dublin Core.
    DublinCore,
    /// OpenGraph and its `article:`, `book:` and `video:` parts.
    OpenGraph,
    /// Twitter cards.
    Twitter,
    /// The label and data pairs of Twitter cards.
    TwitterLabel,
    /// Parse.ly tags.
    Parsely,
    /// Other `meta` elements.
    Meta,
    /// JSON-LD: the work the page is about.
    JsonLd,
    /// JSON-LD: the page itself.
    JsonLdPage,
    /// JSON-LD: the site.
    JsonLdSite,
    /// Microdata and RDFa.
    Item,
    /// `rel` links.
    Rel,
    /// `html` and `title`.
    Html,
    /// An element of the class of authors.
    AuthorClass,
    /// A link to an author's page.
    AuthorLink,
    /// A byline in the text.
    Byline,
    /// A date in the text.
    Text,
    /// The address of the page.
    Address,
    /// HTTP headers.
    Http,
    /// COinS.
    Coins,
    /// An XMP packet in a file.
    Packet,
    /// A file's own properties: dictionary, core properties, header.
    Properties,
    /// The text of a document's first pages.
    FirstPage,
}

impl Source {
    /// The source as a set of one.
    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// One value a source offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer<'a> {
    /// The field.
    pub key: Key,
    /// The kind of source.
    pub source: Source,
    /// The exact place, such as `og:title`.
    pub label: Cow<'a, str>,
    /// The text as it stands there.
    pub raw: Cow<'a, str>,
    /// How a name is to be read, where the source tells.
    pub form: Option<Form>,
}

/// Offers kept of one document.
const MOST: usize = 2_000;

/// Number of fields.
const KEYS: usize = Key::PageCount as usize + 1;

/// All offers, in the order of the document.
#[derive(Clone, Debug, Default)]
pub struct Offers<'a> {
    all: Vec<Offer<'a>>,
    /// The sources that offer something, one bit for each, by field: most ask for what nobody offers.
    sources: [u32; KEYS],
}

impl<'a> Offers<'a> {
    /// Adds one, unless it is empty.
    pub fn add(&mut self, key: Key, source: Source, label: impl Into<Cow<'a, str>>, raw: impl Into<Cow<'a, str>>) {
        self.push(Offer { key, source, label: label.into(), raw: raw.into(), form: None });
    }

    /// Adds somebody's name, unless it is empty, and how it is to be read.
    pub fn add_name(&mut self, key: Key, source: Source, label: String, raw: String, form: Option<Form>) {
        self.push(Offer { key, source, label: label.into(), raw: raw.into(), form });
    }

    fn push(&mut self, offer: Offer<'a>) {
        if !offer.raw.trim().is_empty() && self.all.len() < MOST {
            self.sources[offer.key as usize] |= offer.source.bit();
            self.all.push(offer);
        }
    }

    /// All offers in the order they were made.
    pub fn iter(&self) -> impl Iterator<Item = &Offer<'a>> {
        self.all.iter()
    }

    /// The offers for a field.
    pub fn of(&self, key: Key) -> impl Iterator<Item = &Offer<'a>> {
        self.where_any(key, u32::MAX).filter(move |offer| offer.key == key)
    }

    /// The offers of a source for a field.
    pub fn from(&self, key: Key, source: Source) -> impl Iterator<Item = &Offer<'a>> {
        self.where_any(key, source.bit()).filter(move |offer| offer.key == key && offer.source == source)
    }

    /// All offers, or none when none of some sources offers anything for a field.
    fn where_any(&self, key: Key, sources: u32) -> std::slice::Iter<'_, Offer<'a>> {
        let any = self.sources[key as usize] & sources != 0;
        if any { self.all.iter() } else { [].iter() }
    }

    /// The first raw text of a source for a field.
    pub fn first(&self, key: Key, source: Source) -> Option<&str> {
        self.from(key, source).next().map(|offer| offer.raw.as_ref())
    }

    /// Whether a source offers anything at all.
    pub fn has(&self, source: Source) -> bool {
        self.sources.iter().any(|sources| sources & source.bit() != 0)
    }
}
