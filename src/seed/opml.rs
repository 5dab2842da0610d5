//! OPML: outlines with addresses, and outlines that hold them.

use std::sync::Arc;

use super::resolve::{Resolver, Verdict};
use super::sink::{Found, Sink};
use super::words;
use super::xml::{Element, Piece, pieces};

/// Outlines nest this deep at most; what is deeper counts to the deepest.
const MAX_DEPTH: usize = 64;

/// Attributes that hold the address, the first one that exists counts.
const ADDRESSES: &[&str] = &["url", "htmlurl", "xmlurl"];

/// An open outline.
struct Open {
    title: Option<String>,
    has_address: bool,
}

/// Reads an outline.
pub(super) fn read(text: &str, resolver: &Resolver, sink: &mut Sink<'_>) {
    let mut open: Vec<Open> = Vec::new();
    let mut beyond = 0_usize;
    for piece in pieces(text) {
        match piece {
            Piece::Start(element) if element.name() == "outline" => {
                let outline = outline(&element, &open, resolver, sink);
                if !element.is_empty() {
                    if open.len() < MAX_DEPTH { open.push(outline) } else { beyond += 1 }
                }
            }
            Piece::End(name) if name == "outline" => {
                if beyond > 0 {
                    beyond -= 1
                } else {
                    drop(open.pop())
                }
            }
            _ => {}
        }
    }
}

fn outline(element: &Element<'_>, open: &[Open], resolver: &Resolver, sink: &mut Sink<'_>) -> Open {
    let text = |name: &str| element.attr(name).and_then(|(value, _)| words::some_text(&super::xml::as_text(&value)));
    let title = text("text").or_else(|| text("title"));
    let address = ADDRESSES.iter().find_map(|name| element.attr(name));
    let has_address = address.is_some();
    if let Some((href, span)) = address
        && let Verdict::Listed(target) = resolver.resolve(&href)
    {
        let section: Arc<[String]> =
            open.iter().filter(|outline| !outline.has_address).filter_map(|outline| outline.title.clone()).collect();
        sink.link(Found {
            href: &href,
            target,
            title: title.clone(),
            annotation: text("description"),
            section,
            parent: open.iter().rev().find(|outline| outline.has_address).and_then(|outline| outline.title.clone()),
            at: element.at(),
            span,
            fields: Vec::new(),
        });
    }
    Open { title, has_address }
}
