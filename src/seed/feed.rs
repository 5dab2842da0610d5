//! RSS and Atom: the entries of a feed, never the feed's own addresses. Sitemaps: their locations.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use url::Url;

use super::resolve::{Resolver, Verdict};
use super::sink::{Found, Sink};
use super::words;
use super::xml::{Element, Piece, as_text, pieces};

/// Elements nest this deep at most as far as they are told apart.
const MAX_DEPTH: usize = 256;

/// An address with its places.
struct Address {
    href: String,
    at: usize,
    span: Range<usize>,
    base: Option<Url>,
}

/// An entry of a feed while it is read.
#[derive(Default)]
struct Entry {
    /// How deep its element lies.
    depth: usize,
    link: Option<Address>,
    guid: Option<Address>,
    title: Option<String>,
    summary: Option<String>,
    content: Option<String>,
}

/// What the text here belongs to.
struct Field {
    name: String,
    depth: usize,
    at: usize,
    text: String,
    /// Where its first text stands.
    span: Option<Range<usize>>,
    permalink: bool,
}

/// Reads a feed.
pub(super) fn read(text: &str, resolver: &Resolver, sink: &mut Sink<'_>) -> Option<String> {
    let mut reader = Reader { resolver, depth: 0, bases: Vec::new(), entry: None, field: None, title: None };
    for piece in pieces(text) {
        match piece {
            Piece::Start(element) => reader.start(&element),
            Piece::End(name) => reader.end(&name, sink),
            Piece::Text(text, span) => reader.text(text, span),
        }
    }
    if let Some(entry) = reader.entry.take() {
        reader.hand_over(entry, sink);
        sink.notice_about("the feed ends in the middle of an entry");
    }
    reader.title
}

struct Reader<'r> {
    resolver: &'r Resolver,
    depth: usize,
    /// `xml:base` of open elements, with their depth.
    bases: Vec<(usize, Url)>,
    entry: Option<Entry>,
    field: Option<Field>,
    title: Option<String>,
}

impl Reader<'_> {
    fn base(&self) -> Option<&Url> {
        self.bases.last().map(|(_, base)| base).or(self.resolver.base())
    }

    fn start(&mut self, element: &Element<'_>) {
        if let Some((base, _)) = element.attr("xml:base")
            && let Ok(base) = self.base().map_or_else(|| Url::parse(&base), |outer| outer.join(&base))
            && !element.is_empty()
            && self.bases.len() < MAX_DEPTH
        {
            self.bases.push((self.depth, base));
        }
        let name = element.name();
        if let Some(entry) = &mut self.entry {
            let direct = self.depth == entry.depth + 1;
            if direct && name == "link" && element.attr("href").is_some() {
                self.atom_link(element);
            } else if direct && self.field.is_none() && is_field(name) {
                let permalink =
                    element.attr("ispermalink").is_none_or(|(value, _)| !value.eq_ignore_ascii_case("false"));
                self.field = Some(Field {
                    name: name.to_owned(),
                    depth: self.depth,
                    at: element.at(),
                    text: String::new(),
                    span: None,
                    permalink,
                });
            } else if let Some(field) = &mut self.field {
                // XHTML in Atom: its elements separate words.
                field.text.push(' ');
            }
        } else if matches!(name, "item" | "entry") && !element.is_empty() {
            self.entry = Some(Entry { depth: self.depth, ..Entry::default() });
        } else if name == "title" && self.title.is_none() {
            let (depth, at) = (self.depth, element.at());
            self.field =
                Some(Field { name: name.to_owned(), depth, at, text: String::new(), span: None, permalink: false });
        }
        if !element.is_empty() {
            self.depth += 1;
        } else if self.field.as_ref().is_some_and(|field| field.depth == self.depth) {
            self.field = None;
        }
    }

    fn atom_link(&mut self, element: &Element<'_>) {
        let alternate = element.attr("rel").is_none_or(|(rel, _)| rel.eq_ignore_ascii_case("alternate"));
        let base = self.base().cloned();
        let Some(entry) = &mut self.entry else { return };
        if let Some((href, span)) = element.attr("href").filter(|_| alternate && entry.link.is_none()) {
            entry.link = Some(Address { href: href.into_owned(), at: element.at(), span, base });
        }
    }

    fn text(&mut self, text: Cow<'_, str>, span: Range<usize>) {
        let Some(field) = &mut self.field else { return };
        if field.span.is_none() && !text.trim().is_empty() {
            field.span = Some(span);
        }
        field.text.push_str(&text);
    }

    fn end(&mut self, name: &str, sink: &mut Sink<'_>) {
        let closes_field = self.field.as_ref().is_some_and(|field| field.name == name);
        if closes_field && let Some(field) = self.field.take() {
            // What was left open inside does not matter.
            self.depth = field.depth;
            self.keep(field);
        } else if self.entry.is_some() && matches!(name, "item" | "entry") {
            if let Some(entry) = self.entry.take() {
                self.depth = entry.depth;
                self.hand_over(entry, sink);
            }
            self.field = None;
        } else {
            self.depth = self.depth.saturating_sub(1);
        }
        while self.bases.pop_if(|(depth, _)| *depth >= self.depth).is_some() {}
    }

    fn keep(&mut self, field: Field) {
        let base = self.base().cloned();
        let Some(entry) = &mut self.entry else {
            self.title = words::some_text(&as_text(&field.text));
            return;
        };
        let text = || words::some_text(&as_text(&field.text));
        match field.name.as_str() {
            "title" => entry.title = entry.title.take().or_else(text),
            "description" | "summary" => entry.summary = entry.summary.take().or_else(text),
            "content" | "content:encoded" => entry.content = entry.content.take().or_else(text),
            "link" | "guid" => {
                let href = field.text.trim().to_owned();
                let span = field.span.unwrap_or(field.at..field.at);
                let address = (!href.is_empty()).then_some(Address { href, at: field.at, span, base });
                if field.name == "link" {
                    entry.link = entry.link.take().or(address);
                } else if field.permalink {
                    entry.guid = entry.guid.take().or(address);
                }
            }
            _ => {}
        }
    }

    fn hand_over(&self, entry: Entry, sink: &mut Sink<'_>) {
        let Some(address) = entry.link.or(entry.guid) else { return };
        let Verdict::Listed(target) = self.resolver.resolve_against(&address.href, address.base.as_ref()) else {
            return;
        };
        sink.link(Found {
            href: &address.href,
            target,
            title: entry.title,
            annotation: entry.summary.or(entry.content),
            section: Arc::from(Vec::new()),
            parent: None,
            at: address.at,
            span: address.span,
            fields: Vec::new(),
        });
    }
}

fn is_field(name: &str) -> bool {
    matches!(name, "title" | "link" | "guid" | "description" | "summary" | "content" | "content:encoded")
}

/// Reads a sitemap or an index of sitemaps.
pub(super) fn read_sitemap(text: &str, resolver: &Resolver, sink: &mut Sink<'_>) {
    let nowhere: Arc<[String]> = Arc::from(Vec::new());
    let mut at = None;
    for piece in pieces(text) {
        match piece {
            Piece::Start(element) => at = (element.name() == "loc").then(|| element.at()),
            Piece::End(_) => at = None,
            Piece::Text(text, span) => {
                let href = text.trim();
                let Some(start) = at.filter(|_| !href.is_empty()) else { continue };
                let Verdict::Listed(target) = resolver.resolve(href) else { continue };
                sink.link(Found {
                    href,
                    target,
                    title: None,
                    annotation: None,
                    section: Arc::clone(&nowhere),
                    parent: None,
                    at: start,
                    span,
                    fields: Vec::new(),
                });
                at = None;
            }
        }
    }
}

/// Hands over the addresses of a sitemap or an index of sitemaps, with whether each is that of a further sitemap.
pub(super) fn locations(text: &str, take: &mut dyn FnMut(&str, bool)) {
    let (mut in_location, mut is_map) = (false, false);
    for piece in pieces(text) {
        match piece {
            Piece::Start(element) => {
                in_location = element.name() == "loc";
                match element.name() {
                    "sitemap" => is_map = true,
                    "url" => is_map = false,
                    _ => {}
                }
            }
            Piece::End(_) => in_location = false,
            Piece::Text(text, _) if in_location && !text.trim().is_empty() => take(text.trim(), is_map),
            Piece::Text(..) => {}
        }
    }
}
