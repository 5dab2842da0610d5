//! Whether a copy of a link stands beside it already.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::html::{decode_attr, decode_closed};
use crate::model::memento::original;
use crate::model::{CanonicalUrl, Link};
use crate::seed::Format;

/// Bytes behind a place in which a copy is looked for.
const REACH: usize = 2_000;

/// A list in which copies are looked for.
pub(super) struct Copies<'t> {
    format: Format,
    text: &'t str,
    /// Where the links stand that are no copies, in order: what is behind one of them is said about that one.
    links: Vec<usize>,
}

impl<'t> Copies<'t> {
    pub(super) fn of(format: Format, text: &'t str, links: &[Link]) -> Self {
        let own = links.iter().filter(|link| !is_copy(&link.href));
        let mut links: Vec<usize> = own.map(|link| link.position.span.start).collect();
        links.sort_unstable();
        Copies { format, text, links }
    }

    /// Whether a copy of the link, or this very one, stands behind a place, before the next link does.
    pub(super) fn stands_behind(&self, at: usize, link: &Link, copy: &str) -> bool {
        let next = self.links.get(self.links.partition_point(|&start| start < at));
        let mut end = next.copied().unwrap_or(self.text.len()).min(at + REACH);
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let behind = read(self.format, self.text.get(at..end).unwrap_or_default());
        let wanted = [link.url().and_then(key), original(copy).and_then(parsed).as_ref().and_then(key)];
        behind.match_indices("/web/").any(|(at, _)| {
            let written = address(self.format, &behind[at..]);
            spellings(self.format, written).any(|written| {
                let found = original(written).and_then(parsed).as_ref().and_then(key);
                found.is_some() && wanted.contains(&found)
            })
        })
    }
}

/// Whether an address is one within an archive.
pub(super) fn is_copy(href: &str) -> bool {
    original(href).is_some()
}

fn parsed(address: &str) -> Option<Url> {
    Url::parse(address).or_else(|_| Url::parse(&format!("http://{address}"))).ok()
}

/// What is the same about an address however it is spelled.
fn key(url: &Url) -> Option<String> {
    let canonical = CanonicalUrl::new(url);
    let (_, rest) = canonical.as_str().split_once("://")?;
    Some(percent_decode_str(rest).decode_utf8_lossy().trim_end_matches('/').to_owned())
}

/// A stretch of a list without the escapes of its format.
fn read(format: Format, text: &str) -> Cow<'_, str> {
    match format {
        Format::Html | Format::Bookmarks | Format::Opml | Format::Feed | Format::Sitemap => decode_attr(text),
        Format::Wikitext => decode_closed(&text.replace("{{=}}", "=").replace("{{!}}", "%7C")).into_owned().into(),
        Format::Markdown => decode_closed(&unescaped(text)).into_owned().into(),
        Format::Latex | Format::Bibtex => unescaped(&text.replace("\\~{}", "~")).into(),
        Format::Asciidoc => decode_closed(text),
        Format::Rst | Format::Json | Format::Yaml | Format::Toml | Format::Org => unescaped(text).into(),
        Format::Csv | Format::Plain | Format::Ris | Format::Pdf => text.into(),
    }
}

/// A text without the backslashes before its signs.
fn unescaped(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        if sign != '\\' || !signs.peek().is_some_and(char::is_ascii_punctuation) {
            read.push(sign);
        }
    }
    read
}

/// The address that a text begins with, as far as signs go that the format lets into none.
fn address(format: Format, text: &str) -> &str {
    let signs: &[char] = match format {
        Format::Wikitext => &['|', '[', ']', '{', '}'],
        Format::Latex | Format::Bibtex => &['{', '}'],
        Format::Asciidoc | Format::Org => &['[', ']', '|'],
        _ => &[],
    };
    let mut open = 0_usize;
    let end = text.find(|sign: char| match sign {
        '"' | '<' | '>' => true,
        '(' => {
            open += 1;
            false
        }
        ')' if open == 0 => format == Format::Markdown,
        ')' => {
            open -= 1;
            false
        }
        sign => sign.is_whitespace() || sign.is_control() || signs.contains(&sign),
    });
    &text[..end.unwrap_or(text.len())]
}

/// An address with and without the signs of the sentence behind it, and what parts the cells of a table.
fn spellings(format: Format, address: &str) -> impl Iterator<Item = &str> {
    let bare = address.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', ')']);
    let ends = address.char_indices().map(move |(at, sign)| (at, matches!(sign, ',' | ';') && format == Format::Csv));
    let ends = ends.filter(move |&(at, parts)| parts || at >= bare.len()).map(|(at, _)| at);
    ends.chain([address.len()]).map(|end| &address[..end])
}
