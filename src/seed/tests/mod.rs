//! What the readers make of documents: the samples field by field, and small documents per rule.

mod cases;
mod facts;
mod hostile;
mod pdf;
mod pieces;
mod samples;

use url::Url;

use super::{Document, Reading, read};
use crate::model::link::Link;

/// The base address of the small documents.
const GUIDE: &str = "https://lists.example.org/guide";

/// Reads a document that must be readable.
fn read_as(text: &[u8], name: &str, content_type: Option<&str>, base: &str) -> (Vec<Link>, Reading) {
    let base = Url::parse(base).expect("a base address");
    let mut links = Vec::new();
    let document = Document { name, bytes: text, content_type, base: Some(&base), site: None };
    let reading = read(&document, &mut |link| links.push(link)).expect("a readable document");
    (links, reading)
}

/// A link in one line: title, annotation, section, parent.
fn line(link: &Link) -> String {
    let part = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let section = if link.section.is_empty() { String::new() } else { format!(" @ {}", link.section.join(" > ")) };
    let parent = link.parent_title.as_ref().map_or_else(String::new, |parent| format!(" ^ {parent}"));
    format!("{} | {}{section}{parent}", part(&link.title), part(&link.annotation))
}
