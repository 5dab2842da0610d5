//! Elements of HTML as the light tree knows them, and which of them are no content (rules 2.3 and 2.5).

use std::borrow::Cow;

use super::tree::{Address, Image, Name, Tree, mark};
use crate::html::Tag;

/// Class words that cut an element.
const CHROME_WORDS: &[&str] = &[
    "nav",
    "navbar",
    "navbox",
    "navigation",
    "menu",
    "breadcrumb",
    "breadcrumbs",
    "toc",
    "sidebar",
    "pager",
    "pagination",
    "share",
    "sharing",
    "sharedaddy",
    "social",
    "related",
    "relatedposts",
    "comments",
    "respond",
    "byline",
    "meta",
    "tags",
    "cookie",
    "skip",
    "catlinks",
    "printfooter",
    "editsection",
    "jump",
    "hatnote",
    "profile",
];

/// Whole class names that cut an element.
const CHROME_CLASSES: &[&str] = &["widget-area", "mw-editsection", "mw-cite-backlink", "magnify"];

/// Identifiers that cut an element.
const CHROME_IDS: &[&str] = &["siteSub", "contentSub", "jump-to-nav"];

const CHROME_ROLES: &[&str] = &["navigation", "banner", "contentinfo", "search", "complementary", "doc-toc"];

/// Class words that make a card, and those that forbid it.
const CARD_WORDS: &[&str] = &["card", "tile", "teaser", "item", "result", "resource", "entry", "post", "publication"];
const NO_CARD_WORDS: &[&str] = &["list", "grid", "group", "container", "content"];

/// Classes of links that only point to the heading they stand in.
const PERMALINK_CLASSES: &[&str] = &[
    "anchor",
    "headerlink",
    "permalink",
    "heading-anchor",
    "header-anchor",
    "anchorjs-link",
    "hash-link",
    "heading-link",
    "anchor-link",
];

/// What an element's name means: its kind, and the level of headings and row groups.
fn name_of(name: &str) -> (Name, u8) {
    let kind = match name {
        "h1" => return (Name::Heading, 1),
        "h2" => return (Name::Heading, 2),
        "h3" => return (Name::Heading, 3),
        "h4" => return (Name::Heading, 4),
        "h5" => return (Name::Heading, 5),
        "h6" => return (Name::Heading, 6),
        "thead" => return (Name::RowGroup, 1),
        "tbody" | "tfoot" => Name::RowGroup,
        "body" => Name::Body,
        "main" => Name::Main,
        "article" => Name::Article,
        "header" | "footer" => Name::Margin,
        "p" => Name::Paragraph,
        "pre" | "listing" | "xmp" | "plaintext" | "syntaxhighlight" => Name::Code,
        "ul" | "ol" | "dir" => Name::List,
        "menu" => Name::List,
        "li" => Name::Item,
        "dl" => Name::Terms,
        "dt" => Name::Term,
        "dd" => Name::Detail,
        "table" => Name::Table,
        "tr" => Name::Row,
        "td" => Name::Cell,
        "th" => Name::HeaderCell,
        "caption" => Name::Caption,
        "details" => Name::Details,
        "summary" => Name::Summary,
        "hr" => Name::Rule,
        "a" => Name::Anchor,
        "img" => Name::Image,
        "br" => Name::Break,
        "b" | "strong" => Name::Bold,
        "i" | "em" | "cite" | "dfn" | "var" => Name::Italic,
        "sup" => Name::Superscript,
        "code" | "kbd" | "samp" | "tt" | "nowiki" | "math" => Name::CodeSpan,
        "nav" | "aside" | "form" | "script" | "style" | "template" | "noscript" | "select" | "head" | "title"
        | "textarea" | "iframe" | "svg" | "datalist" | "audio" | "video" | "canvas" | "object" | "rp" | "noembed"
        | "noframes" => Name::Chrome,
        "div" | "section" | "blockquote" | "center" | "address" | "figure" | "figcaption" | "fieldset" | "hgroup"
        | "legend" | "search" | "dialog" | "html" | "optgroup" | "marquee" | "multicol" => Name::Block,
        _ => Name::Span,
    };
    (kind, 0)
}

/// Elements without content.
fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "col"
            | "embed"
            | "frame"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
            | "colgroup"
    )
}

/// What the attributes of one tag say.
#[derive(Default)]
struct Attributes<'a> {
    href: Option<(Cow<'a, str>, std::ops::Range<usize>)>,
    src: Option<Cow<'a, str>>,
    alt: Option<Cow<'a, str>>,
    columns: u16,
    rows: u16,
    marks: u16,
    cut: bool,
}

/// Adds a start tag of HTML to the tree. `shift` is the offset of the text the tag's spans refer to. Returns the address
/// of a `base` element.
pub(super) fn start_tag<'a>(tree: &mut Tree<'a>, tag: &Tag<'a>, shift: usize) -> Option<Cow<'a, str>> {
    let (name, level) = name_of(&tag.name);
    let attributes = read_attributes(tag, name, shift);
    let cut = if attributes.cut { mark::CUT } else { 0 };
    match &*tag.name {
        "base" => return attributes.href.map(|(href, _)| href),
        "area" => {
            if let Some((href, span)) = attributes.href {
                tree.start(Name::Block, 0, cut);
                let at = tag.span.start + shift;
                tree.link(Name::Anchor, Address { href, resolve: None, at, span }, 0);
                tree.text(attributes.alt.unwrap_or_default());
                tree.end(Name::Anchor, 0);
                tree.end(Name::Block, 0);
            }
            return None;
        }
        other if is_void(other) => return None,
        _ => {}
    }
    match name {
        Name::Anchor => match attributes.href {
            Some((href, span)) => {
                let at = tag.span.start + shift;
                tree.link(name, Address { href, resolve: None, at, span }, attributes.marks | cut);
            }
            None => {
                // Any `a` ends the link before it.
                tree.end_open_link();
                tree.start(Name::Span, 1, attributes.marks | cut);
            }
        },
        Name::Image => {
            let image = Image { src: attributes.src.unwrap_or_default(), alt: attributes.alt.unwrap_or_default() };
            tree.image(image);
        }
        Name::Cell | Name::HeaderCell => tree.cell(name, attributes.columns, attributes.rows, attributes.marks | cut),
        _ => {
            tree.start(name, level, attributes.marks | cut);
        }
    }
    None
}

/// Adds an end tag of HTML to the tree.
pub(super) fn end_tag(tree: &mut Tree<'_>, name: &str) {
    match name_of(name) {
        (Name::Anchor, _) if !tree.is_open(Name::Anchor) => tree.end(Name::Span, 1),
        // `</br>` is a break, `</p>` without a start is an empty paragraph: neither matters here.
        (Name::Image | Name::Break | Name::Rule, _) => {}
        (Name::Span, _) if is_void(name) => {}
        (kind, level) => tree.end(kind, level),
    }
}

/// Marks, columns and rows that attributes written beside an element mean.
pub(super) fn attributes_of(element: &str, attributes: &str) -> (u16, u16, u16) {
    if attributes.is_empty() {
        return (0, 1, 1);
    }
    let tag = format!("<{element} {}>", attributes.replace(['<', '>'], " "));
    match crate::html::tokens(&tag).next() {
        Some(crate::html::Token::Start(tag)) => {
            let (name, _) = name_of(&tag.name);
            let found = read_attributes(&tag, name, 0);
            (found.marks | if found.cut { mark::CUT } else { 0 }, found.columns, found.rows)
        }
        _ => (0, 1, 1),
    }
}

fn read_attributes<'a>(tag: &Tag<'a>, name: Name, shift: usize) -> Attributes<'a> {
    let mut found = Attributes { columns: 1, rows: 1, ..Attributes::default() };
    let classes_count = !matches!(&*tag.name, "html" | "body" | "main" | "article");
    let ids_count = matches!(&*tag.name, "div" | "section" | "ul" | "ol" | "dl" | "table");
    let (mut card, mut no_card, mut row) = (false, false, name == Name::Article);
    for attr in tag.attrs() {
        let attr_name = attr.name();
        match &*attr_name {
            "class" => {
                let value = attr.value();
                for class in value.split_ascii_whitespace() {
                    let all = classes_count
                        && (CHROME_CLASSES.contains(&class) || (name == Name::Superscript && class == "reference"));
                    found.cut |= all || (classes_count && class_words(class).any(|word| is_one_of(word, CHROME_WORDS)));
                    row |= class == "views-row";
                    card |= class_words(class).any(|word| is_one_of(word, CARD_WORDS));
                    no_card |= class_words(class).any(|word| is_one_of(word, NO_CARD_WORDS));
                    if name == Name::Anchor && PERMALINK_CLASSES.contains(&class) {
                        found.marks |= mark::PERMALINK;
                    }
                }
            }
            "id" => {
                let value = attr.value();
                found.cut |= CHROME_IDS.contains(&&*value);
                found.cut |= ids_count && class_words(&value).any(|word| is_one_of(word, CHROME_WORDS));
                match &*value {
                    "mw-content-text" => found.marks |= mark::WIKI_TEXT,
                    "bodyContent" => found.marks |= mark::OLD_WIKI_TEXT,
                    "firstHeading" if name == Name::Heading => found.marks |= mark::FIRST_HEADING,
                    _ => {}
                }
            }
            "role" => {
                let value = attr.value();
                for role in value.split_ascii_whitespace() {
                    found.cut |= CHROME_ROLES.iter().any(|chrome| role.eq_ignore_ascii_case(chrome));
                    if role.eq_ignore_ascii_case("main") {
                        found.marks |= mark::MAIN;
                    }
                }
            }
            "hidden" => found.cut |= !attr.raw_value.eq_ignore_ascii_case("until-found"),
            "aria-hidden" => found.cut |= attr.raw_value.trim().eq_ignore_ascii_case("true"),
            "style" => {
                let style: String = attr.value().to_ascii_lowercase().split_ascii_whitespace().collect();
                found.cut |= style.contains("display:none");
                if style.contains("font-weight:bold") || style.contains("font-weight:700") {
                    found.marks |= mark::BOLD;
                }
            }
            "href" if found.href.is_none() => {
                let value = trimmed(attr.value());
                let raw = attr.raw_value;
                let before = raw.len() - raw.trim_start().len();
                let start = attr.value_span.start + before + shift;
                found.href = Some((value, start..start + raw.trim().len()));
            }
            "src" if found.src.is_none() => found.src = Some(attr.value()),
            "alt" if found.alt.is_none() => found.alt = Some(attr.value()),
            "colspan" => found.columns = attr.raw_value.trim().parse().unwrap_or(1),
            "rowspan" => found.rows = attr.raw_value.trim().parse().unwrap_or(1),
            _ => {}
        }
    }
    if row || (card && !no_card && classes_count) {
        found.marks |= mark::CARD;
    }
    found
}

fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

/// Words of a class name: the parts between `-` and `_`.
fn class_words(class: &str) -> impl Iterator<Item = &str> {
    class.split(|c: char| c == '-' || c == '_' || c.is_ascii_whitespace()).filter(|word| !word.is_empty())
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}
