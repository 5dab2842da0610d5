//! Links between the files of a site: every relative address of a Markdown or HTML document, wherever it stands, and
//! those that AsciiDoc and Org write as links.
//!
//! A list of resources is read for what it recommends; a documentation is read for what it leans on, menus and images
//! too. So this is a reading of its own, beside that of the list, and only of documents that have a place in a site.

mod srcset;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{Event, LinkType, Parser, Tag as Mark, TagEnd};
use url::{ParseError, Url};

use super::Format;
use super::anchors::{Anchors, Place};
use super::asciidoc;
use super::markdown::{self, OPTIONS, level_of};
use super::org;
use super::sink::{Found, Sink};
use super::template;
use super::tree::{Name, Tree};
use super::words;
use crate::html::{Attr, Tag, Token, decode_attr, decode_text, tokens};
use crate::model::link::{LeftOut, Target};
use crate::model::reason::Reason;

/// Attributes by which elements lean on other files.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("a", "href"),
    ("area", "href"),
    ("link", "href"),
    ("img", "src"),
    ("script", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("audio", "src"),
    ("video", "src"),
    ("track", "src"),
    ("embed", "src"),
    ("object", "data"),
];

/// Text kept as the title of a reference.
const MAX_TITLE: usize = 300;

/// Reads the references of a document whose place in its site is known.
pub(super) fn read(format: Format, text: &str, place: &Url, sink: &mut Sink<'_>) {
    let mut reader = Reader {
        text,
        place: place.clone(),
        sink,
        title_to_come: true,
        headings: Vec::new(),
        section: Arc::from(Vec::new()),
        found: Vec::new(),
    };
    match format {
        Format::Html => reader.html(),
        Format::Markdown => reader.markdown(),
        Format::Org => {
            let (tree, has_title) = org::tree(text, true);
            reader.title_to_come = has_title;
            reader.tree(tree, |href| Some(href.to_owned()));
        }
        Format::Asciidoc => reader.asciidoc(),
        _ => {}
    }
    // What stands inside another ends before it; places are found fastest in their order.
    reader.found.sort_by_key(|(reference, _)| reference.at);
    for (reference, section) in std::mem::take(&mut reader.found) {
        reader.hand_over(reference, section);
    }
}

struct Reader<'t, 's, 'w> {
    text: &'t str,
    /// The document's own address, or that of its `base` element.
    place: Url,
    sink: &'w mut Sink<'s>,
    /// Whether no heading was met yet.
    title_to_come: bool,
    headings: Vec<(u8, String)>,
    section: Arc<[String]>,
    /// References, each with its section.
    found: Vec<(Open, Arc<[String]>)>,
}

/// A reference whose text is still being read.
struct Open {
    href: String,
    at: usize,
    span: Range<usize>,
    text: String,
}

impl Reader<'_, '_, '_> {
    fn markdown(&mut self) {
        let mut open: Vec<(Open, LinkType)> = Vec::new();
        let mut heading: Option<(u8, String)> = None;
        let mut html = Html::default();
        let mut last_end = 0;
        let text = self.text;
        let front = markdown::front_matter(text);
        let mut events = Parser::new_ext(&text[front..], OPTIONS).into_offset_iter();
        while let Some((event, range)) = events.next() {
            let range = front + range.start..front + range.end;
            match event {
                Event::Start(Mark::Heading { level, .. }) => heading = Some((level_of(level), String::new())),
                Event::End(TagEnd::Heading(_)) => {
                    if let Some((level, text)) = heading.take() {
                        self.heading(level, &text);
                    }
                }
                Event::Start(
                    Mark::Link { link_type, dest_url, id, .. } | Mark::Image { link_type, dest_url, id, .. },
                ) => {
                    let span = match link_type {
                        LinkType::Inline => range.start..range.start,
                        LinkType::Autolink | LinkType::Email => continue,
                        _ => events.reference_definitions().get(&id).map_or(range.start..range.start, |definition| {
                            let span = front + definition.span.start..front + definition.span.end;
                            markdown::definition_destination(text, span)
                        }),
                    };
                    last_end = range.start;
                    let href = dest_url.trim().to_owned();
                    open.push((Open { href, at: range.start, span, text: String::new() }, link_type));
                    continue;
                }
                Event::End(TagEnd::Link | TagEnd::Image) => {
                    if let Some((mut reference, link_type)) = open.pop() {
                        if link_type == LinkType::Inline {
                            reference.span = markdown::inline_destination(text, last_end, range.end);
                        }
                        self.keep(reference);
                    }
                }
                Event::Text(text) | Event::Code(text) => {
                    open.iter_mut().for_each(|(open, _)| push(&mut open.text, &text));
                    html.say(&text);
                    if let Some((_, heading)) = &mut heading {
                        push(heading, &text);
                    }
                }
                Event::SoftBreak | Event::HardBreak => open.iter_mut().for_each(|(open, _)| push(&mut open.text, " ")),
                Event::InlineHtml(_) | Event::Start(Mark::HtmlBlock) => {
                    for token in tokens(&text[range.clone()]) {
                        self.token(token, range.start, &mut html);
                    }
                }
                _ => {}
            }
            last_end = range.end;
        }
        self.close(&mut html);
    }

    /// A file may be part of another, which has a place of its own and defines what this one names: such references are left to
    /// the program that puts them together.
    fn asciidoc(&mut self) {
        let own = Anchors::of_asciidoc(self.text);
        let pages = pages_of_module(&self.place);
        let is_whole = pages.is_some() || self.text.lines().any(|line| line.starts_with("= "));
        self.tree(asciidoc::local_tree(self.text), |href| match href.strip_prefix('#') {
            Some(name) => own.as_ref().is_some_and(|own| own.place(name) != Place::Missing).then(|| href.to_owned()),
            None if !is_whole || href.starts_with('/') => None,
            None => {
                let is_page = href.split('#').next().is_some_and(|path| path.ends_with(".adoc"));
                let pages = pages.as_deref().filter(|_| is_page && !href.starts_with('.')).unwrap_or_default();
                Some(format!("{pages}{href}"))
            }
        });
    }

    /// The references in a tree that a reader of lists has made.
    fn tree(&mut self, mut tree: Tree<'_>, meant: impl Fn(&str) -> Option<String>) {
        tree.finish();
        for (index, node) in tree.nodes.iter().enumerate() {
            let text = || {
                let inner = tree.nodes[index..node.end as usize].iter().filter(|node| node.name == Name::Text);
                let mut said = String::new();
                inner.for_each(|node| push(&mut said, &tree.texts[node.data as usize]));
                said
            };
            match node.name {
                Name::Heading => self.heading(node.level, &text()),
                Name::Anchor => {
                    let address = &tree.addresses[node.data as usize];
                    if let Some(href) = meant(&address.href) {
                        self.keep(Open { href, at: address.at, span: address.span.clone(), text: text() });
                    }
                }
                _ => {}
            }
        }
    }

    fn html(&mut self) {
        let mut html = Html::default();
        let mut rebased = false;
        for token in tokens(self.text) {
            if let Token::Start(tag) = &token
                && tag.name == "base"
                && !rebased
                && let Some(href) = tag.attr("href")
            {
                rebased = true;
                match self.place.join(href.trim()) {
                    Ok(base) if base.scheme() == "file" => self.place = base,
                    // Everything relative leads to another site.
                    _ => return,
                }
            }
            self.token(token, 0, &mut html);
        }
        self.close(&mut html);
    }

    /// One token of HTML; its spans begin at `shift`.
    fn token(&mut self, token: Token<'_>, shift: usize, html: &mut Html) {
        match token {
            Token::Start(tag) => self.start(&tag, shift, html),
            Token::End { name, .. } => match (&*name, heading_level(&name)) {
                ("a", _) => self.close(html),
                (_, Some(_)) => {
                    if let Some((level, text)) = html.heading.take() {
                        self.heading(level, &text);
                    }
                }
                _ => {}
            },
            Token::Text { raw, .. } => html.say(&decode_text(raw)),
            Token::Comment { .. } | Token::Doctype { .. } => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, shift: usize, html: &mut Html) {
        if let Some(level) = heading_level(&tag.name) {
            html.heading = Some((level, String::new()));
        }
        if tag.name == "a" {
            self.close(html);
        }
        let Some((_, wanted)) = ATTRIBUTES.iter().find(|(name, _)| *name == tag.name) else { return };
        let text = tag.attr("alt").or_else(|| tag.attr("title")).unwrap_or_default().into_owned();
        let address = tag.attrs().find(|attribute| attribute.is(wanted)).map(|attribute| {
            let raw = attribute.raw_value;
            let from = attribute.value_span.start + raw.len() - raw.trim_start().len() + shift;
            let href = attribute.value().trim().to_owned();
            Open { href, at: tag.span.start + shift, span: from..from + raw.trim().len(), text: text.clone() }
        });
        if tag.name == "a" {
            html.open = address;
            return;
        }
        html.say(&text);
        if let Some(reference) = address {
            self.keep(reference);
        }
        let choices = match &*tag.name {
            "img" | "source" => "srcset",
            // Only for pictures that are loaded ahead.
            "link" if tag.attr("as").is_some_and(|kind| kind.eq_ignore_ascii_case("image")) => "imagesrcset",
            _ => return,
        };
        if let Some(attribute) = tag.attrs().find(|attribute| attribute.is(choices)) {
            self.choices(&attribute, shift, &text);
        }
    }

    /// The pictures among which a browser chooses, each where it is written.
    fn choices(&mut self, attribute: &Attr<'_>, shift: usize, text: &str) {
        let raw = attribute.raw_value;
        // White space and commas inside a template are not those between addresses.
        let Some(covered) = covered(raw) else { return };
        // Kept for each of them, so no longer than it is told.
        let text: String = words::fold(text).chars().take(MAX_TITLE).collect();
        for range in srcset::candidates(&covered) {
            let href = decode_attr(&raw[range.clone()]).into_owned();
            let from = attribute.value_span.start + shift;
            let span = from + range.start..from + range.end;
            self.keep(Open { href, at: span.start, span, text: text.clone() });
        }
    }

    fn close(&mut self, html: &mut Html) {
        if let Some(open) = html.open.take() {
            self.keep(open);
        }
    }

    fn heading(&mut self, level: u8, text: &str) {
        // The title of the page is no section of it, here as in lists.
        if std::mem::take(&mut self.title_to_come) && level == 1 {
            return;
        }
        self.headings.retain(|(open, _)| *open < level);
        self.headings.push((level, words::fold(text)));
        let titles = self.headings.iter().map(|(_, title)| title.clone());
        self.section = titles.filter(|title| !title.is_empty()).collect();
    }

    fn keep(&mut self, reference: Open) {
        self.found.push((reference, Arc::clone(&self.section)));
    }

    /// Hands over a reference, when it leads to a file of the site.
    fn hand_over(&mut self, reference: Open, section: Arc<[String]>) {
        let Some((target, is_outside)) = resolve(&self.place, &reference.href) else { return };
        let left_out = is_outside.then(|| LeftOut {
            reason: Reason::FileOutside,
            rule: "the root of the site: the address leads out of that folder".into(),
        });
        let title: String = words::fold(&reference.text).chars().take(MAX_TITLE).collect();
        let found = Found {
            href: &reference.href,
            target: Target::Valid(target),
            title: Some(title.trim_end().to_owned()).filter(|title| !title.is_empty()),
            annotation: None,
            section,
            parent: None,
            at: reference.at,
            span: reference.span,
            fields: Vec::new(),
        };
        self.sink.reference(found, left_out);
    }
}

/// What is open of HTML.
#[derive(Default)]
struct Html {
    open: Option<Open>,
    heading: Option<(u8, String)>,
}

impl Html {
    fn say(&mut self, text: &str) {
        if let Some(open) = &mut self.open {
            push(&mut open.text, text);
        }
        if let Some((_, heading)) = &mut self.heading {
            push(heading, text);
        }
    }
}

/// Where the pages of a module of Antora are, for one of them or a part of one.
fn pages_of_module(place: &Url) -> Option<String> {
    let (before, rest) = place.path().split_once("/modules/")?;
    let (module, family) = rest.split_once('/')?;
    let is_text = family.starts_with("pages/") || family.starts_with("partials/");
    is_text.then(|| format!("{before}/modules/{module}/pages/"))
}

fn push(text: &mut String, more: &str) {
    // Folded later; what is longer than that is cut anyway.
    if text.len() < 8 * MAX_TITLE {
        text.push_str(more);
    }
}

/// A value with a letter in place of each byte of its templates; `None` where one does not end.
fn covered(raw: &str) -> Option<Cow<'_, str>> {
    let (mut covered, mut kept, mut at) = (String::new(), 0, 0);
    while let Some(found) = raw[at..].find(['{', '$', '<']) {
        at += found;
        let Some((open, close)) = template::MARKS.iter().find(|(open, _)| raw[at..].starts_with(open)) else {
            at += 1;
            continue;
        };
        let inside = at + open.len();
        let end = inside + raw[inside..].find(close)? + close.len();
        covered.push_str(&raw[kept..at]);
        covered.extend(std::iter::repeat_n('x', end - at));
        (kept, at) = (end, end);
    }
    Some(if kept == 0 { Cow::Borrowed(raw) } else { Cow::Owned(covered + &raw[kept..]) })
}

fn heading_level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    }
}

/// Where a relative address leads in the site, and whether that is beyond its root. `None` for what is no such address.
fn resolve(place: &Url, href: &str) -> Option<(Url, bool)> {
    let is_template = template::MARKS.iter().any(|(mark, _)| href.contains(mark));
    if href.is_empty() || is_template || matches!(href, "#" | "#top") || href.starts_with('?') {
        return None;
    }
    let slashes = href.replace('\\', "/");
    if slashes.starts_with("//") || Url::parse(href) != Err(ParseError::RelativeUrlWithoutBase) {
        return None;
    }
    let mut url = place.join(href).ok()?;
    if url.scheme() != "file" || url.host().is_some() {
        return None;
    }
    url.set_query(None);
    let path = slashes.split(['?', '#']).next().unwrap_or_default();
    Some((url, leads_out(place, path)))
}

/// Whether a path climbs above the root on its way.
fn leads_out(place: &Url, path: &str) -> bool {
    let folders = place.path().matches('/').count().saturating_sub(1);
    let mut depth = if path.starts_with('/') { 0 } else { folders };
    for part in path.split('/') {
        match part.to_ascii_lowercase().replace("%2e", ".").as_str() {
            "" | "." => {}
            ".." if depth == 0 => return true,
            ".." => depth -= 1,
            _ => depth += 1,
        }
    }
    false
}
