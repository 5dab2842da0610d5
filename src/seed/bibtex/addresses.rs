//! Where an entry of a bibliography leads.

use std::ops::Range;

use super::Value;
use crate::seed::{bare, tex};

/// Bare addresses in a value, in which signs may stand behind a backslash.
const BARE: bare::Style = bare::Style { ends: &['<', '>', '"', '`', '“', '”', '»', '«'], ..bare::PLAIN };

/// Addresses of an entry that are kept.
const MAX_ADDRESSES: usize = 100;

/// An address as meant, what is resolved in its place, and where it is written.
type Written = (String, Option<String>, Range<usize>);

/// The addresses of an entry: those in its `url`, else one in `howpublished` or `note`, else its DOI.
pub(super) fn addresses<'f, 'a: 'f>(field: &impl Fn(&str) -> Option<&'f Value<'a>>) -> Vec<Written> {
    let in_url: Vec<Written> = field("url")
        .into_iter()
        .flat_map(|value| several(&value.text).into_iter().map(move |part| (value, part)))
        .filter_map(|(value, part)| {
            let (inner, shift) = unwrap_url(&value.text[part.clone()]);
            let href = tex::address(inner);
            let start = value.span.start + part.start + shift;
            let resolve = (!href.contains("://")).then(|| format!("http://{href}"));
            (!href.is_empty()).then_some((href, resolve, start..start + inner.len()))
        })
        .collect();
    if in_url.is_empty() { other_address(field).into_iter().collect() } else { in_url }
}

/// Where the addresses of a field stand, parted by white space, commas, semicolons or a word. One that is broken over lines, or
/// holds another, is one.
fn several(text: &str) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices("http") {
        let is_web = text[at..].starts_with("http://") || text[at..].starts_with("https://");
        let before = text[..at].trim_end_matches("\\url{").trim_end_matches('<');
        let is_parted = before.ends_with(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|'));
        let is_parted = is_parted || before.len() < at || before.ends_with("\\\\");
        let Some(end) = address_end(&text[start..at]).filter(|_| is_web && is_parted) else { continue };
        parts.push(start..start + end);
        start = before.len();
        if parts.len() == MAX_ADDRESSES {
            return parts;
        }
    }
    parts.push(start..text.len());
    parts
}

/// Where an address ends behind which another begins; `None` for what holds none.
fn address_end(text: &str) -> Option<usize> {
    let mut rest = text.trim_end();
    loop {
        let before = rest.len();
        for sign in ["\\url{", "\\newline", "\\\\", "and", "und", "et", "y", "or"] {
            let Some(shorter) = rest.strip_suffix(sign) else { continue };
            if sign.starts_with('\\') || shorter.ends_with(char::is_whitespace) {
                rest = shorter.trim_end();
            }
        }
        rest = rest.trim_end_matches([',', ';', '|', '<', '&']).trim_end();
        if rest.len() == before {
            return rest.contains("://").then_some(rest.len());
        }
    }
}

/// The address of an entry without a `url`.
fn other_address<'f, 'a: 'f>(field: &impl Fn(&str) -> Option<&'f Value<'a>>) -> Option<Written> {
    for name in ["howpublished", "note"] {
        let Some(value) = field(name) else { continue };
        let (inner, shift) = unwrap_url(&value.text);
        let found = if shift > 0 { Some(0..inner.len()) } else { bare::find(inner, 0, BARE) };
        if let Some(found) = found {
            let href = tex::address(&inner[found.clone()]);
            let start = value.span.start + shift + found.start;
            let resolve = (!href.contains("://")).then(|| format!("http://{href}"));
            return Some((href, resolve, start..start + found.len()));
        }
    }
    let value = field("doi")?;
    let written = tex::address(&value.text);
    Some((doi_address(&written)?, None, value.span.clone()))
}

/// What stands inside `\url{...}`, and how far it lies in the text; the trimmed text itself where there is none.
fn unwrap_url(text: &str) -> (&str, usize) {
    if let Some(at) = text.find("\\url{").map(|at| at + 5).or_else(|| text.find("\\href{").map(|at| at + 6)) {
        let inside = &text[at..];
        let end = inside.find('}').unwrap_or(inside.len());
        let inner = &inside[..end];
        let trimmed = inner.trim_start();
        return (trimmed.trim_end(), at + inner.len() - trimmed.len());
    }
    let trimmed = text.trim_start().trim_start_matches('<');
    (trimmed.trim_end().trim_end_matches('>'), text.len() - trimmed.len())
}

/// The address of a DOI, however it is written.
pub(in crate::seed) fn doi_address(doi: &str) -> Option<String> {
    let doi = doi.trim();
    let bare = doi.split_once("doi.org/").map_or(doi, |(_, rest)| rest);
    let bare = bare.strip_prefix("doi:").or_else(|| bare.strip_prefix("DOI:")).unwrap_or(bare).trim();
    bare.starts_with("10.").then(|| format!("https://doi.org/{bare}"))
}
