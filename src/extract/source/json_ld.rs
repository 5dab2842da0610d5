//! JSON-LD, read leniently: what fails is dropped, the rest counts.

mod agent;
mod kinds;
mod text;

use std::collections::HashMap;

use serde_json::{Map, Value};
use url::Url;

use super::super::candidates::head_of;
use super::super::offer::{Key, Offers, Source};
use super::super::value::text::{clean, flat};
use agent::Agent;
use kinds::{FOREIGN, MEDIA, ORGANISATIONS, PAGES, WORKS};

/// People of one work that are read.
const MOST_AGENTS: usize = 1_000;

/// Nodes looked at.
const MOST_NODES: usize = 400;

/// Depth to which nodes are followed.
const DEEPEST: usize = 8;

/// What is known of the page when its blocks are read.
pub struct Context<'a> {
    /// Address of the page.
    pub url: &'a Url,
    /// Address it calls its own.
    pub canonical: Option<&'a str>,
    /// Title and headings, flat.
    pub titles: Vec<String>,
}

/// Reads the blocks and offers what they say. Returns the types of the main node, lower case.
pub fn offer(blocks: &[String], context: &Context<'_>, offers: &mut Offers<'_>) -> Vec<String> {
    let values: Vec<Value> = blocks.iter().flat_map(|block| text::parse(block)).collect();
    let mut graph = Graph::default();
    for value in &values {
        graph.collect(value, 0, false);
    }
    let main = graph.main(context);
    if let Some(node) = main {
        graph.offer_work(node, Source::JsonLd, offers);
    }
    for node in graph.nodes.iter().filter(|node| is_page(node)).take(2) {
        graph.offer_work(node, Source::JsonLdPage, offers);
    }
    for node in &graph.nodes {
        if has_type(node, "website") {
            if let Some(name) = text_of(node.get("name")) {
                offers.add(Key::SiteName, Source::JsonLdSite, "json-ld WebSite.name", name);
            }
        } else if types(node).any(|kind| kind.ends_with("organization"))
            && let Some(name) = text_of(node.get("name"))
            && !is_coauthor(&name, offers)
        {
            offers.add(Key::Publisher, Source::JsonLdSite, "json-ld Organization.name", name);
        }
    }
    if values.is_empty() && !blocks.is_empty() {
        salvage(blocks, offers);
    }
    main.into_iter().flat_map(types).collect()
}

/// Whether an organisation is one of several authors, and so not the one that keeps the site.
fn is_coauthor(name: &str, offers: &Offers<'_>) -> bool {
    offers.from(Key::Author, Source::JsonLd).count() > 1
        && offers.from(Key::Author, Source::JsonLd).any(|offer| offer.raw == name)
        && !offers.of(Key::Publisher).any(|offer| offer.raw == name)
}

/// Single values out of blocks that are no JSON at all.
fn salvage(blocks: &[String], offers: &mut Offers<'_>) {
    for (name, key) in [
        ("headline", Key::Title),
        ("datePublished", Key::Published),
        ("dateModified", Key::Modified),
        ("inLanguage", Key::Language),
    ] {
        let quoted = format!("\"{name}\"");
        let found = blocks.iter().find_map(|block| {
            let after = block.split_once(&quoted)?.1.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
            let value = after.split('"').next()?;
            (!value.ends_with('\\')).then(|| head_of(value, 500).to_owned())
        });
        if let Some(value) = found {
            offers.add(key, Source::JsonLd, format!("json-ld {name}"), value);
        }
    }
}

type Node = Map<String, Value>;

/// The nodes of all blocks, and where their identifiers lead.
#[derive(Default)]
struct Graph<'a> {
    nodes: Vec<&'a Node>,
    ids: HashMap<&'a str, &'a Node>,
}

impl<'a> Graph<'a> {
    fn collect(&mut self, value: &'a Value, depth: usize, nested: bool) {
        if depth > DEEPEST || self.nodes.len() >= MOST_NODES {
            return;
        }
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.collect(item, depth + 1, nested)),
            Value::Object(node) => {
                let foreign = types(node).any(|kind| FOREIGN.contains(&kind.as_str()));
                if let Some(id) = node.get("@id").and_then(Value::as_str)
                    && node.len() > 1
                {
                    self.ids.entry(id).or_insert(node);
                }
                if !nested && !foreign && node.contains_key("@type") {
                    self.nodes.push(node);
                }
                if foreign && depth > 0 && !node.contains_key("@graph") {
                    return;
                }
                for (name, inner) in node {
                    // What the page is about, and the parts of a graph, stand on their own; other insides are parts of
                    // the node that are reached through it.
                    let own = match name.as_str() {
                        "@graph" | "mainEntity" | "mainEntityOfPage" => !foreign,
                        "about" => is_page(node),
                        _ => false,
                    };
                    if inner.is_object() || inner.is_array() {
                        self.collect(inner, depth + 1, nested || !own);
                    }
                }
            }
            _ => {}
        }
    }

    fn by_id(&self, node: &'a Node) -> &'a Node {
        match node.get("@id").and_then(Value::as_str) {
            Some(id) if !node.contains_key("name") => self.ids.get(id).copied().unwrap_or(node),
            _ => node,
        }
    }

    /// The work the page is about: the one whose address or title is the page's, else the only kind there is.
    fn main(&self, context: &Context<'_>) -> Option<&'a Node> {
        let works: Vec<&'a Node> = self.nodes.iter().copied().filter(|node| is_work(node)).collect();
        let scored = works.iter().enumerate().map(|(index, node)| {
            let mut score = 0_i32;
            if self.addresses(node).any(|address| same_address(&address, context)) {
                score += 4;
            }
            if let Some(title) = text_of(node.get("headline")).or_else(|| text_of(node.get("name"))) {
                let title = flat(&clean(&title));
                if !title.is_empty()
                    && context.titles.iter().any(|known| known.contains(&title) || title.contains(known.as_str()))
                {
                    score += 4;
                }
            }
            score += i32::from(node.contains_key("headline")) + i32::from(node.contains_key("datePublished"));
            score += i32::from(types(node).any(|kind| kind.ends_with("article") || kind == "blogposting"));
            score -= 3 * i32::from(
                types(node).any(|kind| matches!(kind.as_str(), "product" | "review" | "creativework" | "event")),
            );
            (score, std::cmp::Reverse(index), *node)
        });
        let best = scored.max_by_key(|(score, index, _)| (*score, *index))?;
        // A list of works without any sign that one of them is the page's.
        // And a film or picture that is not what the page is called after is a part of it.
        let is_part = types(best.2).any(|kind| MEDIA.contains(&kind.as_str()));
        if (works.len() > 3 || is_part) && best.0 < 4 {
            return None;
        }
        Some(best.2)
    }

    fn addresses(&self, node: &'a Node) -> impl Iterator<Item = String> {
        ["url", "@id", "mainEntityOfPage"].into_iter().filter_map(|name| match node.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Object(inner) => {
                inner.get("@id").or_else(|| inner.get("url")).and_then(Value::as_str).map(str::to_owned)
            }
            _ => None,
        })
    }

    fn offer_work(&self, node: &'a Node, source: Source, offers: &mut Offers<'_>) {
        let kind = types_as_written(node).next().unwrap_or_default();
        let label = |name: &str| format!("json-ld {kind}.{name}");
        for name in ["headline", "name"] {
            if let Some(text) = text_of(node.get(name)) {
                offers.add(Key::Title, source, label(name), text);
            }
        }
        const TEXTS: &[(&str, Key)] = &[
            ("datePublished", Key::Published),
            ("uploadDate", Key::Published),
            ("dateCreated", Key::Published),
            ("dateModified", Key::Modified),
            ("description", Key::Description),
            ("abstract", Key::Description),
            ("inLanguage", Key::Language),
            ("license", Key::Licence),
            ("isbn", Key::Isbn),
            ("issn", Key::Issn),
            ("volumeNumber", Key::Volume),
            ("issueNumber", Key::Issue),
            ("pageStart", Key::FirstPage),
            ("pageEnd", Key::LastPage),
            ("pagination", Key::FirstPage),
            ("duration", Key::Duration),
            ("numberOfPages", Key::PageCount),
            ("doi", Key::Doi),
        ];
        for (name, key) in TEXTS {
            if let Some(text) = self.value_text(node.get(*name)) {
                offers.add(*key, source, label(name), text);
            }
        }
        if !types(node).any(|kind| matches!(kind.as_str(), "product" | "organization")) {
            for (name, key) in [("author", Key::Author), ("creator", Key::Author), ("editor", Key::Editor)] {
                for agent in self.agents(node.get(name), 0) {
                    let (listed, parts, form) = agent.listed();
                    offers.add_name(key, source, label(name) + parts, listed, form);
                }
            }
        }
        for name in ["publisher", "sourceOrganization"] {
            if let Some(publisher) = self.agents(node.get(name), 0).into_iter().next() {
                offers.add(Key::Publisher, source, label(name), publisher.spoken());
            }
        }
        for name in ["image", "thumbnailUrl"] {
            if let Some(image) = self.image(node.get(name)) {
                offers.add(Key::Image, source, label(name), image);
            }
        }
        for name in ["identifier", "sameAs"] {
            for identifier in self.identifiers(node.get(name)) {
                offers.add(Key::Doi, source, label(name), identifier.clone());
                offers.add(Key::Isbn, source, label(name), identifier);
            }
        }
        match node.get("keywords") {
            Some(Value::String(text)) => offers.add(Key::Keywords, source, label("keywords"), text.clone()),
            Some(Value::Array(items)) => {
                let words: Vec<String> = items.iter().filter_map(|item| text_of(Some(item))).take(40).collect();
                offers.add(Key::Keywords, source, label("keywords"), words.join(", "));
            }
            _ => {}
        }
        self.offer_parts(node, source, offers);
    }

    /// The journal, issue or volume a work is part of; the site a page is part of.
    fn offer_parts(&self, node: &'a Node, source: Source, offers: &mut Offers<'_>) {
        let mut part = node.get("isPartOf");
        for _ in 0..3 {
            let inner = match part {
                Some(Value::Object(inner)) => self.by_id(inner),
                Some(Value::Array(items)) => match items.first() {
                    Some(Value::Object(inner)) => self.by_id(inner),
                    _ => return,
                },
                _ => return,
            };
            let name = text_of(inner.get("name"));
            if has_type(inner, "website") {
                if let Some(name) = name {
                    offers.add(Key::SiteName, Source::JsonLdSite, "json-ld WebSite.name", name);
                }
            } else if types(inner).any(|kind| {
                matches!(
                    kind.as_str(),
                    "periodical"
                        | "journal"
                        | "newspaper"
                        | "book"
                        | "bookseries"
                        | "creativeworkseries"
                        | "publicationissue"
                        | "publicationvolume"
                )
            }) {
                if let Some(name) = name {
                    offers.add(Key::Container, source, "json-ld isPartOf.name", name);
                }
                for (name, key) in [("volumeNumber", Key::Volume), ("issueNumber", Key::Issue), ("issn", Key::Issn)] {
                    if let Some(text) = self.value_text(inner.get(name)) {
                        offers.add(key, source, format!("json-ld isPartOf.{name}"), text);
                    }
                }
            }
            part = inner.get("isPartOf");
        }
    }

    /// The names of people and organisations.
    fn agents(&self, value: Option<&'a Value>, depth: usize) -> Vec<Agent> {
        let Some(value) = value.filter(|_| depth < 4) else { return Vec::new() };
        match value {
            Value::String(text) => vec![Agent::Named(text.clone())],
            Value::Array(items) => items
                .iter()
                .take(if depth == 0 { MOST_AGENTS } else { 20 })
                .flat_map(|item| self.agents(Some(item), depth + 1))
                .collect(),
            Value::Object(node) => {
                let node = self.by_id(node);
                let part = |name: &str| text_of(node.get(name)).filter(|text| !text.trim().is_empty());
                let parts = match (part("givenName"), part("familyName")) {
                    (Some(given), Some(family)) => Some(Agent::Parts { family, given }),
                    (None, Some(family)) => Some(Agent::Person(family)),
                    _ => None,
                };
                let named = match (node.get("name"), parts) {
                    // The same name twice: the parts tell more.
                    (Some(Value::String(name)), Some(parts)) if clean(name) == clean(&parts.spoken()) => vec![parts],
                    (Some(Value::Object(_)), _) => part("name").map(Agent::Named).into_iter().collect(),
                    (Some(name), _) => self.agents(Some(name), depth + 1),
                    (None, parts) => parts.into_iter().collect(),
                };
                // Some call the owner of a site both.
                let (person, organisation) = (has_type(node, "person"), is_organisation(node));
                named
                    .into_iter()
                    .map(|agent| match agent {
                        Agent::Named(name) if person => Agent::Person(name),
                        Agent::Named(name) if organisation => Agent::Organisation(name),
                        agent => agent,
                    })
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    fn image(&self, value: Option<&'a Value>) -> Option<String> {
        match value? {
            Value::String(text) => Some(text.clone()),
            Value::Array(items) => self.image(items.first()),
            Value::Object(node) => {
                let node = match node.get("@id").and_then(Value::as_str) {
                    Some(id) if !node.contains_key("url") => self.ids.get(id).copied().unwrap_or(node),
                    _ => node,
                };
                ["url", "contentUrl"].iter().find_map(|name| node.get(*name).and_then(Value::as_str)).map(str::to_owned)
            }
            _ => None,
        }
    }

    fn identifiers(&self, value: Option<&'a Value>) -> Vec<String> {
        match value {
            Some(Value::String(text)) => vec![text.clone()],
            Some(Value::Array(items)) => items.iter().take(20).flat_map(|item| self.identifiers(Some(item))).collect(),
            Some(Value::Object(node)) => node
                .get("value")
                .or_else(|| node.get("@id"))
                .and_then(Value::as_str)
                .map(str::to_owned)
                .into_iter()
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Text of a value that may be a node with a name, an address, or a list of them.
    fn value_text(&self, value: Option<&'a Value>) -> Option<String> {
        match value? {
            Value::Object(node) => {
                let node = self.by_id(node);
                ["@value", "url", "alternateName", "name", "@id"].iter().find_map(|name| text_of(node.get(*name)))
            }
            Value::Array(items) => self.value_text(items.first()),
            other => text_of(Some(other)),
        }
    }
}

fn same_address(address: &str, context: &Context<'_>) -> bool {
    let Ok(address) = context.url.join(address.trim()) else { return false };
    let plain = |url: &Url| {
        format!("{}{}", url.host_str().unwrap_or_default().trim_start_matches("www."), url.path().trim_end_matches('/'))
    };
    let own = plain(&address);
    // The front page is every node's publisher.
    if address.path() == "/" && context.url.path() != "/" {
        return false;
    }
    own == plain(context.url)
        || context
            .canonical
            .and_then(|canonical| context.url.join(canonical).ok())
            .is_some_and(|canonical| own == plain(&canonical))
}

fn types_as_written(node: &Node) -> impl Iterator<Item = &str> {
    let value = node.get("@type");
    let one = value.and_then(Value::as_str).into_iter();
    let many = value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    one.chain(many).map(|kind| kind.rsplit(['/', ':', '#']).next().unwrap_or(kind))
}

fn types(node: &Node) -> impl Iterator<Item = String> {
    types_as_written(node).map(str::to_ascii_lowercase)
}

fn has_type(node: &Node, kind: &str) -> bool {
    types(node).any(|own| own == kind)
}

fn is_work(node: &Node) -> bool {
    types(node).any(|kind| kind.ends_with("article") || WORKS.contains(&kind.as_str()))
}

fn is_organisation(node: &Node) -> bool {
    types(node).any(|kind| is_organisation_type(&kind))
}

/// Whether a type of schema.org, in lower case, is one of organisations.
pub fn is_organisation_type(kind: &str) -> bool {
    kind.ends_with("organization") || ORGANISATIONS.contains(&kind)
}

fn is_page(node: &Node) -> bool {
    types(node).any(|kind| PAGES.contains(&kind.as_str()))
}

/// Text of a literal, in whichever of its forms.
fn text_of(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(items) => items.iter().find_map(|item| text_of(Some(item))),
        Value::Object(node) => node.get("@value").and_then(Value::as_str).map(str::to_owned),
        _ => None,
    }
    .filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests;
