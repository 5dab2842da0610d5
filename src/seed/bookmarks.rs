//! Bookmarks as browsers export them (Netscape bookmark file): folders, links, descriptions.

use std::sync::Arc;

use super::resolve::{Resolver, Verdict};
use super::sink::{Found, Sink};
use super::words;
use crate::html::{Tag, Token, decode_text, tokens};

/// Folders nest this deep at most; what is deeper counts to the deepest.
const MAX_DEPTH: usize = 64;

/// What text belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Nowhere,
    Folder,
    Link,
    Description,
}

struct Bookmark<'a> {
    tag: Tag<'a>,
    title: String,
    description: String,
}

/// Reads a file of bookmarks.
pub(super) fn read(text: &str, resolver: &Resolver, sink: &mut Sink<'_>) {
    let mut reader =
        Reader { folders: Vec::new(), path: Arc::from(Vec::new()), folder: None, link: None, place: Place::Nowhere };
    for token in tokens(text) {
        match token {
            Token::Start(tag) => reader.start(tag, resolver, sink),
            Token::End { name, .. } => reader.end(&name, resolver, sink),
            Token::Text { raw, .. } => reader.text(&decode_text(raw)),
            Token::Comment { .. } | Token::Doctype { .. } => {}
        }
    }
    reader.hand_over(resolver, sink);
}

struct Reader<'a> {
    /// Names of the open folders; a list without a name has none.
    folders: Vec<Option<String>>,
    path: Arc<[String]>,
    /// Name of the folder whose list comes next.
    folder: Option<String>,
    link: Option<Bookmark<'a>>,
    place: Place,
}

impl<'a> Reader<'a> {
    fn start(&mut self, tag: Tag<'a>, resolver: &Resolver, sink: &mut Sink<'_>) {
        match &*tag.name {
            "a" => {
                self.hand_over(resolver, sink);
                self.link = Some(Bookmark { tag, title: String::new(), description: String::new() });
                self.place = Place::Link;
            }
            "dd" => self.place = if self.link.is_some() { Place::Description } else { Place::Nowhere },
            "h3" => {
                self.hand_over(resolver, sink);
                self.folder = Some(String::new());
                self.place = Place::Folder;
            }
            "dl" => {
                self.hand_over(resolver, sink);
                let name = self.folder.take().and_then(|name| words::some_text(&name));
                if self.folders.len() < MAX_DEPTH {
                    self.folders.push(name);
                }
                self.update_path();
            }
            "dt" | "h1" | "title" => {
                self.hand_over(resolver, sink);
                self.place = Place::Nowhere;
            }
            "br" => self.text(" "),
            _ => {}
        }
    }

    fn end(&mut self, name: &str, resolver: &Resolver, sink: &mut Sink<'_>) {
        match name {
            "a" | "h3" | "h1" => self.place = Place::Nowhere,
            "dl" => {
                self.hand_over(resolver, sink);
                self.folders.pop();
                self.update_path();
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let target = match self.place {
            Place::Nowhere => return,
            Place::Folder => self.folder.get_or_insert_default(),
            Place::Link | Place::Description => {
                let Some(link) = &mut self.link else { return };
                if self.place == Place::Link { &mut link.title } else { &mut link.description }
            }
        };
        target.push_str(text);
    }

    fn update_path(&mut self) {
        self.path = self.folders.iter().flatten().cloned().collect();
    }

    /// Hands over the link whose description is complete now.
    fn hand_over(&mut self, resolver: &Resolver, sink: &mut Sink<'_>) {
        self.place = Place::Nowhere;
        let Some(link) = self.link.take() else { return };
        let Some(attr) = link.tag.attrs().find(|attr| attr.is("href")) else { return };
        let value = attr.value();
        let href = value.trim();
        let Verdict::Listed(target) = resolver.resolve(href) else { return };
        let tags = link.tag.attr("tags").filter(|tags| !tags.is_empty());
        sink.link(Found {
            href,
            target,
            title: words::some_text(&link.title),
            annotation: words::some_text(&link.description),
            section: Arc::clone(&self.path),
            parent: None,
            at: link.tag.span.start,
            span: attr.value_span.clone(),
            fields: tags.map(|tags| ("tags".to_owned(), tags.into_owned())).into_iter().collect(),
        });
    }
}
