//! The one streaming pass over a page: facts for classification, raw candidates for the sources.
//!
//! Linear in the length of the page and bounded in memory, whatever the page is. No tree is built: a stack of the open
//! elements, at most 512 deep, says in which region of the page a text stands.

mod attributes;
mod capture;
mod fragments;
mod hints;
mod leap;
mod redirect;
mod signals;
mod stack;
mod text;

use crate::html::{Tag, Token, decode_text, tokens};
use crate::model::PageFacts;

use super::candidates::{Candidates, Place, Region, bounds, cut};
use attributes::Attributes;
use capture::Capture;
use fragments::Fragments;
use signals::{SHELL_IDS, SHELL_NAMES, Signals};
use stack::Stack;
use text::{MainText, count_words, fold_into};

/// Bytes kept of a title or heading.
const TITLE: usize = 2_000;

/// Attributes of one tag beyond which no tree may be built.
const MOST_ATTRIBUTES: usize = 256;

/// Bytes of a text that is more than a label, a date or a name.
const LONG_TEXT: usize = 200;

/// Bytes a word takes up, with the space behind it.
const BYTES_OF_WORD: usize = 6;

/// A stub that leads on has at most this many words beside its script.
const STUB_WORDS: usize = 60;

/// What the pass found.
pub struct Passed {
    pub facts: PageFacts,
    pub candidates: Candidates,
    pub fragments: Vec<bool>,
}

/// Reads a page.
pub fn pass(text: &str, fragments: &[String]) -> Passed {
    let mut pass = Pass::new(fragments);
    let mut tokens = tokens(text);
    while let Some(token) = tokens.next() {
        match token {
            Token::Start(tag) => pass.start(&tag),
            Token::End { name, .. } => pass.end(&name),
            Token::Text { raw, .. } => pass.text(raw),
            Token::Comment { .. } | Token::Doctype { .. } => {}
        }
        pass.leap(&mut tokens);
    }
    pass.finish(!fragments.is_empty())
}

struct Pass {
    facts: PageFacts,
    candidates: Candidates,
    fragments: Fragments,
    stack: Stack,
    captures: Vec<Capture>,
    main: MainText,
    /// Element whose raw text comes next.
    raw: Raw,
    json_ld_bytes: usize,
    stub: Option<String>,
    noscript_refresh: Option<(f64, Option<String>)>,
    seen_h1: bool,
    /// Words outside the main text.
    other_words: usize,
    /// Shell element: depth and words at its start.
    shell: Option<(usize, usize, usize)>,
    texts: usize,
    /// The short text before this one, where it may be a label.
    lead: String,
}

/// Elements that show something other than text.
const MEDIA: &[&str] = &["img", "video", "audio", "iframe", "object", "embed", "svg", "canvas"];

/// Addresses of links in the main text that are kept.
const MAIN_LINKS: usize = 8;

/// What to do with the next text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Raw {
    No,
    Skip,
    Title,
    Script,
    JsonLd,
}

impl Pass {
    fn new(fragments: &[String]) -> Self {
        Pass {
            facts: PageFacts::default(),
            candidates: Candidates::default(),
            fragments: Fragments::new(fragments),
            stack: Stack::default(),
            captures: Vec::new(),
            main: MainText::default(),
            raw: Raw::No,
            json_ld_bytes: 0,
            stub: None,
            noscript_refresh: None,
            seen_h1: false,
            other_words: 0,
            shell: None,
            texts: 0,
            lead: String::new(),
        }
    }

    fn words(&self) -> usize {
        self.main.words + self.other_words
    }

    fn place(&self, region: Region) -> Place {
        Place { words: self.words(), region }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        let name = tag.name.as_ref();
        if tag.inside().is_empty() && stack::is_plain(name) {
            self.start_plain(name);
            return;
        }
        let attributes = Attributes::read(tag);
        self.facts.hostile |= attributes.count > MOST_ATTRIBUTES;
        if !self.fragments.is_empty() {
            for value in [attributes.id, attributes.name] {
                if !value.is_empty() {
                    self.fragments.meet(&crate::html::decode_attr(value));
                }
            }
        }
        self.begin(name);
        if self.stack.make_way(name) {
            self.close_captures();
        }
        let around = self.stack.region();
        let signals = attributes.signals();
        let region = region_of(name, &attributes, signals, around);
        self.raw = Raw::No;
        self.element(name, tag, &attributes, around);
        if stack::is_void(name) {
            self.capture_void(name, &attributes, around);
            return;
        }
        // What never holds words for a reader needs no stack, only its text skipped.
        if self.raw != Raw::No {
            return;
        }
        if !self.stack.push(name, region) {
            self.facts.hostile = true;
            return;
        }
        self.watch_shell(name, &attributes);
        self.capture(name, &attributes, signals, region, around);
    }

    /// An element of running text without attributes, as most are: it is where it stands, and begins a paragraph at most.
    fn start_plain(&mut self, name: &str) {
        self.begin(name);
        if self.stack.make_way(name) {
            self.close_captures();
        }
        self.raw = Raw::No;
        let around = self.stack.region();
        // The body starts without a tag where a paragraph comes in the head.
        let region = if name == "p" { around.without(Region::HEAD) } else { around };
        if !self.stack.push(name, region) {
            self.facts.hostile = true;
        } else if name == "p" {
            self.capture_paragraph(region, around);
        }
    }

    /// Facts that single elements give.
    fn element(&mut self, name: &str, tag: &Tag<'_>, attributes: &Attributes<'_>, around: Region) {
        if MEDIA.contains(&name) {
            self.facts.media += 1;
        }
        match name {
            "html" if self.facts.lang.is_none() => {
                let lang = tag.attr("lang").or_else(|| tag.attr("xml:lang"));
                self.facts.lang = lang.map(|lang| lang.trim().to_owned()).filter(|lang| !lang.is_empty());
            }
            "title" => {
                self.raw =
                    if self.facts.title.is_none() && !around.is_in(Region::HIDDEN) { Raw::Title } else { Raw::Skip };
            }
            "script" => {
                self.facts.scripts += 1;
                let media = attributes.media.trim();
                let script = if around.is_in(Region::HIDDEN) { Raw::Skip } else { Raw::Script };
                self.raw = if attributes::is_json_ld(media) { Raw::JsonLd } else { script };
            }
            "style" | "textarea" | "iframe" | "xmp" | "noembed" | "noframes" | "plaintext" => self.raw = Raw::Skip,
            "meta" => self.meta(attributes, around),
            "link" => self.link(attributes, around),
            "base" if self.facts.base.is_none() && !attributes.href.is_empty() => {
                self.facts.base = Some(attributes.decoded(attributes.href, 4_000));
            }
            "a" if !attributes.href.is_empty() || tag.has_attr("href") => {
                self.facts.links += 1;
                if !around.is_in(Region::OUTSIDE.with(Region::HIDDEN)) && self.facts.main_links.len() < MAIN_LINKS {
                    self.facts.main_links.push(attributes.decoded(attributes.href, bounds::VALUE).trim().to_owned());
                }
                self.telling_link(attributes, around);
            }
            "input" if attributes.media.trim().eq_ignore_ascii_case("password") => self.facts.password_fields += 1,
            "frame" if self.facts.frame.is_none() => {
                self.facts.frame = tag.attr("src").map(|src| src.trim().to_owned()).filter(|src| !src.is_empty());
            }
            "img" if around.is_in(Region::LINK) && self.candidates.logos.len() < 3 => {
                if let Some(alt) = tag.attr("alt").filter(|alt| !alt.trim().is_empty() && alt.len() < 100) {
                    self.candidates.logos.push(alt.trim().to_owned());
                }
            }
            _ => {}
        }
    }

    fn meta(&mut self, attributes: &Attributes<'_>, around: Region) {
        // Some templates write `value` where `content` belongs.
        let content = if attributes.content.is_empty() { attributes.value } else { attributes.content };
        if content.is_empty() {
            return;
        }
        let keyed = [attributes.property, attributes.name, attributes.itemprop, attributes.http_equiv];
        let Some(index) = keyed.iter().position(|key| !key.trim().is_empty()) else { return };
        let content = attributes.decoded(content, bounds::VALUE);
        // One element may carry several names, as in `name="description" property="og:description"`.
        for (kind, key) in keyed.iter().enumerate().skip(index) {
            for key in key.split_ascii_whitespace().take(4) {
                let key = key.to_ascii_lowercase();
                self.meta_fact(kind == 3, &key, &content, around);
                if self.candidates.metas.len() < bounds::METAS && !around.is_in(Region::COMMENTS) {
                    let content = content.clone();
                    self.candidates.metas.push(super::candidates::Meta { key, content, item: kind == 2 });
                }
            }
        }
        if !attributes.itemprop.is_empty() && !around.is_in(Region::HEAD) {
            self.property(attributes, content, around);
        }
    }

    fn meta_fact(&mut self, http_equiv: bool, key: &str, content: &str, around: Region) {
        let facts = &mut self.facts;
        let set = |field: &mut Option<String>| {
            if field.is_none() && !content.trim().is_empty() {
                let mut text = String::new();
                fold_into(&mut text, content, &mut false, bounds::VALUE);
                *field = Some(text);
            }
        };
        match key {
            // What a template holds is no part of the page.
            "refresh" if http_equiv && around.is_in(Region::HIDDEN) => {}
            "refresh" if http_equiv => {
                let refresh = redirect::refresh(content);
                if around.is_in(Region::NOSCRIPT) {
                    self.noscript_refresh = self.noscript_refresh.take().or(refresh);
                } else if facts.refresh.is_none() {
                    facts.refresh = refresh;
                }
            }
            _ if http_equiv => {}
            "og:title" => set(&mut facts.og_title),
            "og:site_name" => set(&mut facts.site_name),
            "description" | "og:description" => set(&mut facts.description),
            "generator" => set(&mut facts.generator),
            "robots" => {
                facts.noindex |=
                    content.to_ascii_lowercase().split([',', ' ']).any(|word| matches!(word, "noindex" | "none"))
            }
            "prerender-status-code" => facts.prerender_status = content.trim().parse().ok(),
            _ => {}
        }
    }

    fn link(&mut self, attributes: &Attributes<'_>, around: Region) {
        if attributes.href.is_empty() || attributes.rel.is_empty() {
            return;
        }
        if self.facts.canonical.is_none() && attributes::has_word(attributes.rel, "canonical") {
            self.facts.canonical = Some(attributes.decoded(attributes.href, bounds::VALUE).trim().to_owned());
        }
        // Style sheets and hints for loading tell nothing.
        if !["stylesheet", "preload", "dns-prefetch", "preconnect", "prefetch", "modulepreload"]
            .iter()
            .any(|rel| attributes::has_word(attributes.rel, rel))
        {
            self.keep_link(attributes, around);
        }
    }

    fn end(&mut self, name: &str) {
        if stack::is_inline(name) {
            self.captures.iter_mut().for_each(Capture::ends_inside);
        } else {
            self.block();
        }
        self.raw = Raw::No;
        let depth = self.stack.depth();
        self.stack.close(name);
        if self.stack.depth() < depth {
            self.close_captures();
            if let Some((shell_depth, ..)) = self.shell
                && self.stack.depth() < shell_depth
            {
                self.close_shell();
            }
        }
    }

    /// What the beginning of an element means to the text before it.
    fn begin(&mut self, name: &str) {
        if stack::is_inline(name) {
            self.captures.iter_mut().for_each(Capture::begins_inside);
        } else {
            self.block();
        }
    }

    fn gap(&mut self) {
        self.main.gap();
        for capture in &mut self.captures {
            capture.gap = true;
        }
    }

    /// A block begins or ends: so does every byline that only its text gave away.
    fn block(&mut self) {
        self.main.gap();
        self.captures.iter_mut().for_each(Capture::meets_block);
        self.end_lead();
        while self.captures.last().is_some_and(Capture::ends_at_block) {
            self.close_capture();
        }
    }

    fn text(&mut self, raw: &str) {
        match std::mem::replace(&mut self.raw, Raw::No) {
            Raw::No => {}
            Raw::Skip => return,
            Raw::Title => {
                let mut title = String::new();
                fold_into(&mut title, &decode_text(super::candidates::head_of(raw, 4 * TITLE)), &mut false, TITLE);
                self.facts.title = Some(title).filter(|title| !title.is_empty());
                return;
            }
            Raw::Script => {
                if self.stub.is_none() {
                    self.stub = redirect::location(raw);
                }
                return;
            }
            Raw::JsonLd => {
                if self.json_ld_bytes + raw.len() <= bounds::JSON_LD {
                    self.json_ld_bytes += raw.len();
                    self.candidates.json_ld.push(raw.to_owned());
                }
                return;
            }
        }
        if raw.bytes().all(|byte| byte.is_ascii_whitespace()) {
            self.gap_if_space(raw);
            return;
        }
        let region = self.stack.region();
        if region.is_in(Region::HIDDEN.with(Region::NOSCRIPT).with(Region::HEAD)) {
            return;
        }
        let text = decode_text(raw);
        self.texts += 1;
        self.hint_in_text(&text, region);
        self.keep_lead(&text);
        for capture in &mut self.captures {
            if !region.is_in(Region::LINK) {
                capture.leaves_link();
            }
            capture.push(&text);
        }
        let count = if region.is_in(Region::OUTSIDE) {
            let count = count_words(&text, self.other_words);
            self.other_words += count;
            count
        } else {
            self.main.push(&text)
        };
        if region.is_in(Region::LINK) {
            self.facts.linked_words += count;
        }
    }

    fn gap_if_space(&mut self, raw: &str) {
        if !raw.is_empty() {
            self.gap();
        }
    }

    fn watch_shell(&mut self, name: &str, attributes: &Attributes<'_>) {
        let id = attributes.id.trim();
        if self.shell.is_none() && ((!id.is_empty() && SHELL_IDS.contains(&id)) || SHELL_NAMES.contains(&name)) {
            self.shell = Some((self.stack.depth(), self.words(), self.facts.links));
        }
    }

    fn close_shell(&mut self) {
        if let Some((_, words, links)) = self.shell.take() {
            self.facts.app_shell |= self.words() - words <= 3 && self.facts.links == links;
        }
    }

    fn finish(mut self, asked: bool) -> Passed {
        while !self.captures.is_empty() {
            self.close_capture();
        }
        self.close_shell();
        let facts = &mut self.facts;
        facts.words = self.main.words;
        facts.all_words = self.main.words + self.other_words;
        facts.text = std::mem::take(&mut self.main.kept);
        facts.simhash = self.main.simhash();
        if facts.all_words <= STUB_WORDS && facts.password_fields == 0 {
            facts.script_redirect = self.stub;
            if facts.refresh.is_none() && facts.script_redirect.is_none() {
                facts.refresh = self.noscript_refresh.filter(|(_, target)| target.is_some());
            }
        }
        facts.fragment_found = if asked { self.fragments.found.first().copied() } else { None };
        for text in [&mut facts.h1, &mut facts.lang].into_iter().flatten() {
            cut(text, TITLE);
        }
        Passed { facts: self.facts, candidates: self.candidates, fragments: self.fragments.found }
    }
}

/// The regions inside an element.
fn region_of(name: &str, attributes: &Attributes<'_>, signals: Signals, around: Region) -> Region {
    let mut region = around;
    match name {
        "head" => region = region.with(Region::HEAD),
        "body" => return region.without(Region::HEAD),
        "html" | "frameset" => return region,
        "noscript" => region = region.with(Region::NOSCRIPT),
        "template" | "svg" | "math" | "select" | "datalist" | "object" | "canvas" | "audio" | "video" | "map" => {
            region = region.with(Region::HIDDEN);
        }
        "nav" => region = region.with(Region::OUTSIDE).with(Region::BESIDE),
        "aside" => region = region.with(Region::OUTSIDE).with(Region::BESIDE),
        "header" => region = region.with(Region::OUTSIDE).with(Region::HEADER),
        "footer" => region = region.with(Region::OUTSIDE).with(Region::FOOTER),
        "article" | "main" => return region.with(Region::ARTICLE),
        "a" => region = region.with(Region::LINK),
        "figure" => region = region.with(Region::FIGURE),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => region = region.with(Region::HEADING),
        _ => {}
    }
    // The body starts without a tag when something other than the head's elements comes.
    if region.is_in(Region::HEAD)
        && matches!(name, "div" | "p" | "h1" | "header" | "nav" | "section" | "a" | "table" | "center")
    {
        region = region.without(Region::HEAD);
    }
    if attributes.hidden || (signals.has(Signals::UNSEEN) && !matches!(name, "h1" | "h2" | "h3" | "div" | "section")) {
        region = region.with(Region::HIDDEN);
    }
    if signals.has(Signals::COMMENTS) && !signals.has(Signals::TITLE.with(Signals::ENTRY)) {
        region = region.with(Region::COMMENTS);
    }
    if signals.has(Signals::BESIDE) && !signals.has(Signals::ENTRY) {
        region = region.with(Region::BESIDE);
    }
    if signals.has(Signals::TITLE) {
        region = region.with(Region::TITLED);
    }
    if signals.has(Signals::CAPTION) {
        region = region.with(Region::FIGURE);
    }
    region
}

#[cfg(test)]
mod tests;
