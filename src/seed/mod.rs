//! Resource lists in, links out: what each list says about the resources it names.
//!
//! The markup formats (HTML, Markdown, wikitext and others) are read into one light [`tree`]; one walk over it decides
//! what an entry is, what its title and annotation are, and which headings enclose it. The formats that are made of
//! records (CSV, JSON, bookmarks, feeds, bibliographies) hand over their records directly.
//!
//! Links go to a sink as they are found, so that a list of a million lines needs the memory of one.

mod anchors;
mod area;
mod asciidoc;
mod bare;
mod bibtex;
mod blocks;
mod bookmarks;
mod columns;
mod delimited;
mod detect;
mod entry;
mod feed;
mod flat;
mod html;
mod ignore;
mod json;
mod latex;
mod lines;
mod list;
mod markdown;
mod markup;
mod opml;
mod org;
mod pdf;
mod place;
mod plain;
pub mod redirectors;
mod references;
mod resolve;
mod ris;
mod rst;
mod sections;
mod sink;
mod table;
mod template;
mod tex;
mod toml;
mod tree;
mod walk;
mod wikitext;
mod words;
mod xml;
mod yaml;

#[cfg(test)]
mod tests;

use url::Url;

pub use anchors::{Anchors, Place};
pub(crate) use asciidoc::end_of_label as end_of_asciidoc_label;
pub use detect::{Format, endings};
pub(crate) use latex::gap as gap_in_command;
pub(crate) use org::end_of_link as end_of_org_link;
pub(crate) use wikitext::external_link;

use crate::html::Decoded;
use crate::model::link::Link;
use crate::model::notice::Notice;

/// One document that lists resources.
#[derive(Clone, Copy, Debug, Default)]
pub struct Document<'a> {
    /// What the person calls it: a path or address. Its ending is a hint to the format.
    pub name: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
    /// The `Content-Type` it came with.
    pub content_type: Option<&'a str>,
    /// Its own address, against which relative ones are resolved.
    pub base: Option<&'a Url>,
    /// Its place in a site of files, `file:///guide/start.md`: then its links to other files of the site are read too.
    pub site: Option<&'a Url>,
}

/// What became of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The format it was read as.
    pub format: Format,
    /// Its title, where the content has one.
    pub title: Option<String>,
    /// Links handed over.
    pub links: usize,
    /// Trouble with single items.
    pub notices: Vec<Notice>,
}

/// A document that cannot be read as a list.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// Nothing in it.
    #[error("{name} is empty: give a file or page that lists links")]
    Empty {
        /// The document as the person named it.
        name: String,
    },
    /// Not text.
    #[error("{name} is {kind}, not a text: give the list as HTML, Markdown, CSV or plain text")]
    Binary {
        /// The document as the person named it.
        name: String,
        /// What it seems to be.
        kind: &'static str,
    },
    /// A compressed document that does not unpack.
    #[error("{name} does not unpack: {why}; unpack it first, or fetch it again")]
    Unpack {
        /// The document as the person named it.
        name: String,
        /// What the unpacker says.
        why: String,
    },
    /// A PDF file that cannot be read.
    #[error("{name}: {why}; give the list as another PDF file, HTML, Markdown, CSV or plain text")]
    Pdf {
        /// The document as the person named it.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// Something else in the place of a sitemap.
    #[error("{name} is no sitemap")]
    NoSitemap {
        /// The document as the person named it.
        name: String,
    },
    /// Beyond what positions can be told for.
    #[error("{name} is too large: a list of up to 1 GiB can be read; split it")]
    TooLarge {
        /// The document as the person named it.
        name: String,
    },
}

/// The largest document that is read, in bytes.
const MAX_BYTES: usize = 1 << 30;

/// The most a compressed document may hold, in bytes.
const MAX_UNPACKED: u64 = 256 << 20;

/// Reads a document and hands each link to `emit`, in document order.
///
/// # Errors
/// When the document is empty, no text, or does not unpack. Trouble with single items ends up in [`Reading::notices`].
pub fn read(document: &Document<'_>, emit: &mut dyn FnMut(Link)) -> Result<Reading, SeedError> {
    let name = document.name;
    if document.bytes.len() > MAX_BYTES {
        return Err(SeedError::TooLarge { name: name.to_owned() });
    }
    if document.bytes.starts_with(b"%PDF-") {
        return pdf::read(document, emit);
    }
    let unpacked = unpack(document)?;
    let decoded = decode(document, unpacked.as_deref())?;
    let text: &str = &decoded.text;
    let format = detect::format(text, document.content_type, name);
    let mut resolver = resolve::Resolver::new(document.base);
    if format == Format::Html {
        resolver.write_queries_in(decoded.encoding);
    }
    if matches!(format, Format::Html | Format::Markdown) {
        resolver.expect_templates();
    }
    let mut sink = sink::Sink::new(name, text, emit);
    if decoded.replaced {
        sink.notice_about(format!("some bytes are not valid {}; they were replaced", decoded.encoding.name()));
    }
    sink.ignore(ignore::Ignoring::of(text, format));
    if let Some(place) = document.site {
        references::read(format, text, place, &mut sink);
        sink.end_references();
    }
    let title = read_as(format, text, &mut resolver, &mut sink);
    sink.finish();
    let (links, notices) = (sink.links, std::mem::take(&mut sink.notices));
    Ok(Reading { format, title, links, notices })
}

/// Reads a sitemap or an index of sitemaps, and hands each address to `emit`, with whether it is that of a further sitemap.
///
/// # Errors
/// When the document is no sitemap.
pub fn read_sitemap(document: &Document<'_>, emit: &mut dyn FnMut(Url, bool)) -> Result<(), SeedError> {
    let unpacked = unpack(document)?;
    let decoded = decode(document, unpacked.as_deref())?;
    let text: &str = &decoded.text;
    let mut take = |href: &str, is_map: bool| {
        let url = document.base.map_or_else(|| Url::parse(href), |base| base.join(href));
        if let Ok(url) = url {
            emit(url, is_map);
        }
    };
    match detect::format(text, document.content_type, document.name) {
        Format::Sitemap => feed::locations(text, &mut take),
        // The plainest sitemap is a list of addresses.
        Format::Plain => text.lines().map(str::trim).filter(|line| !line.is_empty()).for_each(|line| take(line, false)),
        _ => return Err(SeedError::NoSitemap { name: document.name.to_owned() }),
    }
    Ok(())
}

/// The text of a document that is one.
fn decode<'d>(document: &Document<'d>, unpacked: Option<&'d [u8]>) -> Result<Decoded<'d>, SeedError> {
    let name = || document.name.to_owned();
    let bytes = unpacked.unwrap_or(document.bytes);
    if let Some(kind) = detect::binary(bytes) {
        return Err(SeedError::Binary { name: name(), kind });
    }
    let decoded = crate::html::decode(bytes, document.content_type);
    if decoded.text.trim().is_empty() { Err(SeedError::Empty { name: name() }) } else { Ok(decoded) }
}

/// The content of a document that is compressed by gzip, as sitemaps often are.
fn unpack(document: &Document<'_>) -> Result<Option<Vec<u8>>, SeedError> {
    use std::io::Read;
    if !document.bytes.starts_with(b"\x1F\x8B") {
        return Ok(None);
    }
    let name = || document.name.to_owned();
    let mut bytes = Vec::new();
    let mut decoder = flate2::read::MultiGzDecoder::new(document.bytes).take(MAX_UNPACKED + 1);
    decoder.read_to_end(&mut bytes).map_err(|error| SeedError::Unpack { name: name(), why: error.to_string() })?;
    if bytes.len() as u64 > MAX_UNPACKED {
        return Err(SeedError::TooLarge { name: name() });
    }
    Ok(Some(bytes))
}

/// Reads a text in its format and returns its title.
fn read_as(format: Format, text: &str, resolver: &mut resolve::Resolver, sink: &mut sink::Sink<'_>) -> Option<String> {
    match format {
        Format::Html => return html::read(text, resolver, sink),
        Format::Markdown => return markdown::read(text, resolver, sink),
        Format::Wikitext => wikitext::read(text, resolver, sink),
        Format::Csv => delimited::read(text, resolver, sink),
        Format::Json => json::read(text, resolver, sink),
        Format::Yaml => yaml::read(text, resolver, sink),
        Format::Toml => toml::read(text, resolver, sink),
        Format::Bookmarks => bookmarks::read(text, resolver, sink),
        Format::Opml => opml::read(text, resolver, sink),
        Format::Feed => return feed::read(text, resolver, sink),
        Format::Sitemap => feed::read_sitemap(text, resolver, sink),
        Format::Bibtex => bibtex::read(text, resolver, sink),
        Format::Ris => ris::read(text, resolver, sink),
        Format::Rst => return rst::read(text, resolver, sink),
        Format::Asciidoc => return asciidoc::read(text, resolver, sink),
        Format::Org => return org::read(text, resolver, sink),
        Format::Latex => latex::read(text, resolver, sink),
        // A PDF file is no text; what only calls itself one is read as it looks.
        Format::Plain | Format::Pdf => plain::read(text, resolver, sink),
    }
    None
}
