//! The XML in which files keep their metadata: XMP packets, the properties of office documents, package files of books.

use memchr::memmem;
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::super::offer::{Key, Offers, Source};

/// Events of one file that are followed, elements open at once, and bytes of one value.
const EVENTS: usize = 40_000;
const DEEPEST: usize = 64;
const VALUE: usize = 8_000;

/// Names of elements and attributes, and the fields they hold.
pub type Names = &'static [(&'static str, Key)];

/// An XMP packet.
pub const XMP: Names = &[
    ("dc:title", Key::Title),
    ("dc:creator", Key::Author),
    ("dc:description", Key::Description),
    ("dc:language", Key::Language),
    ("dc:publisher", Key::Publisher),
    ("dc:subject", Key::Keywords),
    ("dc:rights", Key::Licence),
    ("cc:license", Key::Licence),
    ("xmpRights:WebStatement", Key::Licence),
    ("dc:identifier", Key::Doi),
    ("prism:doi", Key::Doi),
    ("pdfx:doi", Key::Doi),
    ("crossmark:DOI", Key::Doi),
    ("prism:isbn", Key::Isbn),
    ("prism:issn", Key::Issn),
    ("prism:publicationName", Key::Container),
    ("prism:volume", Key::Volume),
    ("prism:number", Key::Issue),
    ("prism:startingPage", Key::FirstPage),
    ("prism:endingPage", Key::LastPage),
    ("prism:publicationDate", Key::Published),
    ("prism:coverDate", Key::Published),
    ("dc:date", Key::Published),
    ("xmp:CreateDate", Key::Published),
    ("xmp:ModifyDate", Key::Modified),
];

/// `docProps/core.xml` and `docProps/app.xml` of Office Open XML.
pub const OFFICE: Names = &[
    ("dc:title", Key::Title),
    ("dc:creator", Key::Author),
    ("dc:description", Key::Description),
    ("dc:subject", Key::Description),
    ("dc:language", Key::Language),
    ("cp:keywords", Key::Keywords),
    ("dcterms:created", Key::Published),
    ("dcterms:modified", Key::Modified),
    ("Pages", Key::PageCount),
    ("Company", Key::Publisher),
];

/// `meta.xml` of OpenDocument, where `dc:creator` and `dc:date` are those of the last change.
pub const OPEN_DOCUMENT: Names = &[
    ("dc:title", Key::Title),
    ("meta:initial-creator", Key::Author),
    ("dc:description", Key::Description),
    ("dc:subject", Key::Description),
    ("dc:language", Key::Language),
    ("meta:keyword", Key::Keywords),
    ("meta:creation-date", Key::Published),
    ("dc:date", Key::Modified),
    ("meta:page-count", Key::PageCount),
];

/// The package file of an EPUB.
pub const BOOK: Names = &[
    ("dc:title", Key::Title),
    ("dc:creator", Key::Author),
    ("dc:description", Key::Description),
    ("dc:language", Key::Language),
    ("dc:publisher", Key::Publisher),
    ("dc:subject", Key::Keywords),
    ("dc:rights", Key::Licence),
    ("dc:identifier", Key::Isbn),
    ("dc:date", Key::Published),
];

/// What stands in a feed before its first entry.
const FEED: Names = &[
    ("title", Key::Title),
    ("description", Key::Description),
    ("subtitle", Key::Description),
    ("itunes:summary", Key::Description),
    ("language", Key::Language),
    ("xml:lang", Key::Language),
    ("itunes:author", Key::Author),
    ("managingEditor", Key::Author),
    ("name", Key::Author),
    ("lastBuildDate", Key::Modified),
    ("updated", Key::Modified),
    ("dc:language", Key::Language),
    ("dc:rights", Key::Licence),
    ("copyright", Key::Licence),
    ("creativeCommons:license", Key::Licence),
];

/// Offers what a feed says of itself; other XML says nothing.
pub fn feed(bytes: &[u8], offers: &mut Offers<'static>) {
    let start = &bytes[..bytes.len().min(1_024)];
    if !["<rss", "<feed", "<rdf:RDF"].iter().any(|root| memmem::find(start, root.as_bytes()).is_some()) {
        return;
    }
    let first = ["<item", "<entry"].iter().filter_map(|entry| memmem::find(bytes, entry.as_bytes())).min();
    offer(&bytes[..first.unwrap_or(bytes.len())], FEED, Source::Properties, offers);
}

/// Offers what an XML text says under some names. What cannot be read ends the reading; what stood before counts.
pub fn offer(xml: &[u8], names: Names, source: Source, offers: &mut Offers<'static>) {
    let text = String::from_utf8_lossy(xml);
    let mut reader = Reader::from_str(text.trim_start_matches('\u{FEFF}'));
    reader.config_mut().check_end_names = false;
    let mut open: Vec<(String, String)> = Vec::new();
    for _ in 0..EVENTS {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                if open.len() >= DEEPEST {
                    return;
                }
                open.push((name_of(&tag), String::new()));
                attributes(&tag, &open, names, source, offers);
            }
            Ok(Event::Empty(tag)) => {
                open.push((name_of(&tag), String::new()));
                attributes(&tag, &open, names, source, offers);
                open.pop();
            }
            Ok(Event::Text(piece)) => {
                if let Some((_, value)) = open.last_mut() {
                    push(value, &piece);
                }
            }
            Ok(Event::CData(piece)) => {
                if let Some((_, value)) = open.last_mut() {
                    push(value, &piece);
                }
            }
            Ok(Event::GeneralRef(name)) => {
                if let Some((_, value)) = open.last_mut()
                    && let Ok(character) = unescape(&format!("&{};", &*name))
                {
                    push(value, &character);
                }
            }
            Ok(Event::End(_)) => {
                if let Some((name, value)) = open.pop() {
                    let holder = if name.starts_with("rdf:") { outer(&open) } else { &name };
                    tell(holder, value.trim(), names, source, offers);
                }
            }
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

fn push(value: &mut String, piece: &str) {
    if value.len() + piece.len() <= VALUE {
        value.push_str(piece);
    }
}

/// The property around the items of a list.
fn outer(open: &[(String, String)]) -> &str {
    open.iter().rev().map(|(name, _)| name.as_str()).find(|name| !name.starts_with("rdf:")).unwrap_or_default()
}

fn name_of(tag: &BytesStart<'_>) -> String {
    tag.name().as_ref().to_owned()
}

/// Properties written as attributes: those of a description, the target of a property, the numbers of a statistic.
fn attributes(
    tag: &BytesStart<'_>,
    open: &[(String, String)],
    names: Names,
    source: Source,
    offers: &mut Offers<'static>,
) {
    for attribute in tag.attributes().with_checks(false).flatten().take(64) {
        let name = attribute.key.as_ref();
        let value = unescape(&attribute.value).unwrap_or_default();
        let holder = if name == "rdf:resource" { outer(open) } else { name };
        if value.len() <= VALUE {
            tell(holder, value.trim(), names, source, offers);
        }
    }
}

fn tell(name: &str, value: &str, names: Names, source: Source, offers: &mut Offers<'static>) {
    if value.is_empty() {
        return;
    }
    for (_, key) in names.iter().filter(|(known, _)| *known == name) {
        let prefix = if source == Source::Packet { "xmp " } else { "" };
        offers.add(*key, source, format!("{prefix}{name}"), value.to_owned());
    }
}
