//! Texts of single elements: headings, names, dates, properties, collected while the pass goes on.

use crate::html::decode_attr;

use super::super::candidates::{
    Byline, BylineKind, Dated, DatedKind, Heading, LicenceHint, Linked, Place, Prop, Region, bounds, head_of,
};
use super::super::value::byline;
use super::attributes::{Attributes, has_word, local_name};
use super::hints::is_author_address;
use super::signals::Signals;
use super::text::fold_into;
use super::{Pass, TITLE};

/// Captures open at once. Nesting deeper than this captures nothing more.
const MOST_OPEN: usize = 24;

/// Bytes of a text that may be the label of the next one.
pub const LABEL: usize = 40;

/// Elements around its own in which the name behind a label may stand.
const MOST_LIFTS: u8 = 2;

/// An element whose text is being collected.
#[derive(Debug)]
pub struct Capture {
    /// Depth of the stack inside the element.
    depth: usize,
    purpose: Purpose,
    text: String,
    /// Whether a space is due before the next text.
    pub gap: bool,
    bound: usize,
    class: String,
    place: Place,
    /// Whether an element has just ended inside.
    seam: bool,
    /// Whether another one has begun right behind it.
    parted: bool,
    /// The label before it.
    lead: String,
    /// How often it has outlived its element, as a byline of which only the label has come.
    lifted: u8,
    /// Where the text links to, as long as all of it does.
    link: String,
}

/// What a text is collected for.
#[derive(Debug, PartialEq, Eq)]
pub enum Purpose {
    Heading(u8),
    Byline(BylineKind),
    Dated(DatedKind, Option<String>),
    /// Name, owner, kind.
    Prop(String, String, String),
    /// A property that is an item itself: name and kind. Its text is not kept; it owns the properties inside.
    Item(String, String),
    Licence(String, bool),
    Paragraph,
}

impl Capture {
    /// Whether the next block ends it.
    pub fn ends_at_block(&self) -> bool {
        self.purpose == Purpose::Byline(BylineKind::Text) && self.text.split_whitespace().count() > 1
    }

    /// Goes on in the element around its own where only the label of a byline has come: `<b>Author:</b> <a>...</a>`.
    fn lift(&mut self, depth: usize) -> bool {
        let waits = self.purpose == Purpose::Byline(BylineKind::Text)
            && self.lifted < MOST_LIFTS
            && self.text.len() <= LABEL
            && byline::is_label(&self.text);
        if waits {
            self.depth = depth;
            self.lifted += 1;
            self.gap = true;
            if !byline::takes_space(&self.text) {
                // What parts "Author" from the name is the end of its element.
                self.text.push(':');
            }
        }
        waits
    }

    /// An element ends inside.
    pub fn ends_inside(&mut self) {
        self.seam = matches!(self.purpose, Purpose::Byline(_));
    }

    /// An element begins inside. Right behind the end of another one, a byline shows them apart all the same: name and
    /// role, name and handle. A capital in an element of its own goes on in text.
    pub fn begins_inside(&mut self) {
        if std::mem::take(&mut self.seam) {
            self.gap = true;
            self.parted = true;
        }
    }

    /// A block begins or ends inside: the people of a byline may have one each.
    pub fn meets_block(&mut self) {
        self.gap = true;
        self.parted = matches!(self.purpose, Purpose::Byline(BylineKind::Class));
    }

    /// Text outside of links is about to come.
    pub fn leaves_link(&mut self) {
        self.link.clear();
    }

    /// Adds decoded text.
    pub fn push(&mut self, text: &str) {
        self.seam = false;
        if self.lifted > 0 && text.contains([':', '：']) && byline::is_label(&self.text) {
            // The next label: there is no name to this one.
            self.bound = 0;
        }
        if std::mem::take(&mut self.parted) && is_phrase(text) && self.text.rsplit(PART).next().is_some_and(is_phrase) {
            self.text.push(' ');
            self.text.push(PART);
        }
        if self.text.len() < self.bound {
            fold_into(&mut self.text, text, &mut self.gap, self.bound);
        }
    }
}

/// What is put between the elements of a byline that stand close together.
const PART: char = '|';

/// Whether a text has several words: given and family name may have an element each, two people have two.
fn is_phrase(text: &str) -> bool {
    text.split_whitespace().nth(1).is_some()
}

/// Elements that hold pages, not names.
fn is_large(name: &str) -> bool {
    matches!(
        name,
        "html"
            | "body"
            | "article"
            | "main"
            | "form"
            | "table"
            | "tbody"
            | "ul"
            | "ol"
            | "select"
            | "button"
            | "nav"
            | "figure"
    )
}

impl Pass {
    pub(super) fn open_capture(&mut self, purpose: Purpose, bound: usize, class: String, place: Place) {
        if self.captures.len() < MOST_OPEN {
            let depth = self.stack.depth();
            let lead = if matches!(purpose, Purpose::Dated(..)) { self.lead.clone() } else { String::new() };
            self.captures.push(Capture {
                depth,
                purpose,
                text: String::new(),
                gap: false,
                bound,
                class,
                place,
                seam: false,
                parted: false,
                lead,
                lifted: 0,
                link: String::new(),
            });
        }
    }

    /// Opens captures for an element that was just pushed.
    pub(super) fn capture(
        &mut self,
        name: &str,
        attributes: &Attributes<'_>,
        signals: Signals,
        region: Region,
        around: Region,
    ) {
        if region.is_in(Region::HIDDEN.with(Region::HEAD)) && attributes.itemprop.is_empty() {
            return;
        }
        let place = self.place(around);
        if !attributes.itemprop.is_empty() || !attributes.property.is_empty() || attributes.itemscope {
            self.capture_property(name, attributes, place);
        }
        match name {
            "h1" | "h2" | "h3" => {
                let level = name.as_bytes()[1] - b'0';
                self.open_capture(Purpose::Heading(level), TITLE, attributes.label(&[attributes.itemprop]), place);
            }
            "time" => {
                let kind = if attributes.pubdate { DatedKind::PubDate } else { DatedKind::Time };
                let machine = Some(attributes.decoded(attributes.datetime, 80)).filter(|text| !text.is_empty());
                let label = attributes.label(&[attributes.itemprop]);
                self.open_capture(Purpose::Dated(kind, machine), bounds::HINT_TEXT, label, place);
            }
            "p" => self.capture_paragraph(region, around),
            _ => {}
        }
        let list_of_names = matches!(name, "ul" | "ol") && signals.has(Signals::AUTHOR);
        if is_large(name) && !list_of_names {
            return;
        }
        if name == "a" && !attributes.href.is_empty() {
            self.capture_link(attributes, place);
        }
        let named = (name != "a" && has_word(attributes.rel, "author"))
            || signals.has(Signals::AUTHOR)
            || matches!(name, "byline" | "author");
        if named && self.candidates.bylines.len() < bounds::HINTS {
            let label = attributes.label(&[attributes.rel]);
            self.open_capture(Purpose::Byline(BylineKind::Class), bounds::HINT_TEXT, label, place);
        }
        if signals.has(Signals::DATE) && name != "time" && self.candidates.dates.len() < bounds::HINTS {
            let machine = match name {
                "abbr" | "span" if !attributes.title.is_empty() => Some(attributes.decoded(attributes.title, 80)),
                _ => None,
            };
            self.open_capture(
                Purpose::Dated(DatedKind::Class, machine),
                bounds::HINT_TEXT,
                attributes.label(&[]),
                place,
            );
        }
        let titled = signals.has(Signals::TITLE)
            && matches!(name, "div" | "span" | "p" | "a" | "h4" | "h5" | "h6" | "strong" | "td");
        if titled && self.candidates.headings.len() < bounds::HEADINGS {
            self.open_capture(Purpose::Heading(0), bounds::HINT_TEXT, attributes.label(&[]), place);
            if name == "a" {
                self.leads_to(attributes);
            }
        }
        if signals.has(Signals::COINS) && !attributes.title.is_empty() && self.candidates.coins.len() < 4 {
            self.candidates.coins.push(attributes.decoded(attributes.title, bounds::VALUE));
        }
    }

    /// Opens a capture for a paragraph of the main text, one of the first.
    pub(super) fn capture_paragraph(&mut self, region: Region, around: Region) {
        let shown = !region.is_in(Region::HIDDEN.with(Region::HEAD));
        let main = !around.is_in(Region::OUTSIDE.with(Region::COMMENTS));
        if shown && main && self.candidates.paragraphs.len() < bounds::PARAGRAPHS {
            let place = self.place(around);
            self.open_capture(Purpose::Paragraph, bounds::PARAGRAPH, String::new(), place);
        }
    }

    fn capture_link(&mut self, attributes: &Attributes<'_>, place: Place) {
        self.leads_to(attributes);
        if has_word(attributes.rel, "author") || is_author_address(attributes.href) {
            let kind = if has_word(attributes.rel, "author") { BylineKind::Rel } else { BylineKind::Href };
            if self.candidates.bylines.len() < bounds::HINTS {
                let label = attributes.label(&[attributes.rel, attributes.href]);
                self.open_capture(Purpose::Byline(kind), bounds::HINT_TEXT, label, place);
            }
        }
        let declared = has_word(attributes.rel, "license");
        if (declared || attributes.href.contains("creativecommons.org/"))
            && self.candidates.licences.len() < bounds::HINTS
        {
            let href = attributes.decoded(attributes.href, 500);
            self.open_capture(Purpose::Licence(href, declared), bounds::HINT_TEXT, String::new(), place);
        }
    }

    /// Remembers where headings lead whose text is about to begin.
    fn leads_to(&mut self, attributes: &Attributes<'_>) {
        for heading in self.captures.iter_mut().filter(|open| matches!(open.purpose, Purpose::Heading(_))) {
            heading.link.clear();
            if heading.text.is_empty() {
                heading.link = attributes.decoded(attributes.href.trim(), 500);
            }
        }
    }

    fn capture_property(&mut self, name: &str, attributes: &Attributes<'_>, place: Place) {
        let property = if attributes.itemprop.is_empty() { attributes.property } else { attributes.itemprop };
        let property = local_name(property);
        let kind = local_name(attributes.itemtype);
        if attributes.itemscope {
            // An item without a type inside a property is one all the same.
            self.open_capture(Purpose::Item(property, kind), 0, String::new(), place);
            return;
        }
        if property.is_empty() || self.candidates.props.len() >= bounds::HINTS {
            return;
        }
        if !attributes.content.is_empty() || !attributes.datetime.is_empty() {
            let value = if attributes.content.is_empty() { attributes.datetime } else { attributes.content };
            let value = attributes.decoded(value, bounds::VALUE);
            self.property(attributes, value, place.region);
        } else if matches!(property.as_str(), "articlebody" | "text" | "reviewbody") || is_large(name) {
            // The article itself is no property worth keeping.
        } else {
            let (owner, kind) = self.owner();
            self.open_capture(Purpose::Prop(property, owner, kind), bounds::HINT_TEXT * 2, String::new(), place);
        }
    }

    /// The property and type of the innermost open item.
    fn owner(&self) -> (String, String) {
        self.captures
            .iter()
            .rev()
            .find_map(|capture| match &capture.purpose {
                Purpose::Item(owner, kind) => Some((owner.clone(), kind.clone())),
                _ => None,
            })
            .unwrap_or_default()
    }

    /// Keeps a property whose value stands in an attribute.
    pub(super) fn property(&mut self, attributes: &Attributes<'_>, value: String, around: Region) {
        let property = if attributes.itemprop.is_empty() { attributes.property } else { attributes.itemprop };
        if self.candidates.props.len() < bounds::HINTS {
            let (owner, kind) = self.owner();
            let place = self.place(around);
            for name in property.split_ascii_whitespace().take(3) {
                let (owner, kind) = (owner.clone(), kind.clone());
                self.candidates.props.push(Prop { name: local_name(name), value: value.clone(), owner, kind, place });
            }
        }
    }

    /// Properties and pictures of elements without content.
    pub(super) fn capture_void(&mut self, name: &str, attributes: &Attributes<'_>, around: Region) {
        let value = if attributes.content.is_empty() { attributes.href } else { attributes.content };
        if name == "link" && !attributes.itemprop.is_empty() && !value.is_empty() {
            let value = attributes.decoded(value, bounds::VALUE);
            self.property(attributes, value, around);
        }
    }

    /// Keeps a `link`.
    pub(super) fn keep_link(&mut self, attributes: &Attributes<'_>, around: Region) {
        if self.candidates.links.len() < bounds::LINKS {
            let place = self.place(around);
            self.candidates.links.push(Linked {
                rel: head_of(attributes.rel, 80).to_ascii_lowercase(),
                href: attributes.decoded(attributes.href, bounds::VALUE).trim().to_owned(),
                media: head_of(attributes.media, 80).to_ascii_lowercase(),
                hreflang: head_of(attributes.hreflang, 40).to_ascii_lowercase(),
                title: attributes.decoded(attributes.title, 200),
                place,
            });
        }
    }

    /// Keeps a link in the body whose address or relation tells something: DOI resolvers, syndication.
    pub(super) fn telling_link(&mut self, attributes: &Attributes<'_>, around: Region) {
        if memchr::memmem::find(attributes.href.as_bytes(), b"doi.org/10.").is_some()
            && self.candidates.links.len() < bounds::LINKS
        {
            let href = decode_attr(head_of(attributes.href, 500)).into_owned();
            let place = self.place(around);
            let none = String::new;
            self.candidates.links.push(Linked {
                rel: none(),
                href,
                media: none(),
                hreflang: none(),
                title: none(),
                place,
            });
        }
    }

    /// Ends the captures whose elements are closed.
    pub(super) fn close_captures(&mut self) {
        let depth = self.stack.depth();
        let mut waiting = Vec::new();
        while let Some(mut last) = self.captures.pop_if(|capture| capture.depth > depth) {
            if last.lift(depth) {
                waiting.push(last);
            } else {
                self.settle(last);
            }
        }
        self.captures.extend(waiting.into_iter().rev());
    }

    /// Ends the last capture.
    pub(super) fn close_capture(&mut self) {
        if let Some(capture) = self.captures.pop() {
            self.settle(capture);
        }
    }

    /// Keeps what was captured.
    fn settle(&mut self, capture: Capture) {
        let Capture { purpose, text, class, place, bound, lead, link, .. } = capture;
        // A text that fills its room is no name and no date.
        let whole = text.len() + 20 < bound;
        match purpose {
            Purpose::Heading(level) => self.heading(Heading { level, text, class, link, place }),
            Purpose::Byline(kind) if whole && !text.is_empty() => {
                self.candidates.bylines.push(Byline { kind, text, class, place });
            }
            Purpose::Dated(kind, machine) if whole && (!text.is_empty() || machine.is_some()) => {
                self.candidates.dates.push(Dated { kind, machine, text, class, lead, place });
            }
            Purpose::Prop(name, owner, kind) if !text.is_empty() => {
                for name in name.split_ascii_whitespace().take(3) {
                    let (owner, kind) = (owner.clone(), kind.clone());
                    self.candidates.props.push(Prop { name: name.to_owned(), value: text.clone(), owner, kind, place });
                }
            }
            Purpose::Licence(href, declared) => {
                self.candidates.licences.push(LicenceHint { href, text, declared, place })
            }
            Purpose::Paragraph if text.len() >= 60 && self.candidates.paragraphs.len() < bounds::PARAGRAPHS => {
                self.candidates.paragraphs.push(text);
            }
            _ => {}
        }
    }

    fn heading(&mut self, heading: Heading) {
        let Heading { level, text, .. } = &heading;
        if text.is_empty() {
            return;
        }
        let facts = &mut self.facts;
        if *level == 1 && !self.seen_h1 {
            self.seen_h1 = true;
            facts.h1 = Some(text.clone());
        } else if matches!(level, 1 | 2) && facts.headings.len() < 4 {
            facts.headings.push(text.clone());
        }
        // Menus are full of small headings; there is room behind them for the large ones.
        let room = if *level == 1 { 2 * bounds::HEADINGS } else { bounds::HEADINGS };
        if self.candidates.headings.len() < room {
            self.candidates.headings.push(heading);
        }
    }
}
