//! The far end of a long page. What a page is and who made it stands around its beginning, and in places that say what they
//! are; between them there is running text, of which only the amount matters.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::super::candidates::{Region, head_of};
use super::{Pass, stack};
use crate::html::Tag;

/// Words of main text from which plain elements are passed by.
const FROM: usize = 1_000;

/// Words by which an element says that it is more than plain: bylines, dates, properties, licences, identifiers.
const TELLING: &[&str] = &[
    "auth",
    "autor",
    "auteur",
    "byline",
    "by-line",
    "writer",
    "contributor",
    "creator",
    "date",
    "time",
    "publi",
    "posted",
    "licen",
    "creativecommons",
    "doi.org",
    "itemprop",
    "itemscope",
    "typeof",
    "property",
    "z3988",
    "title",
    "comment",
];

#[expect(clippy::unwrap_used, reason = "constant patterns")]
static MATCHER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(TELLING).unwrap()
});

/// Whether an element is one of those that make up running text, and has no attribute worth reading.
pub fn tells_nothing(tag: &Tag<'_>) -> bool {
    matches!(
        tag.name.as_ref(),
        "p" | "a"
            | "div"
            | "span"
            | "li"
            | "ul"
            | "ol"
            | "dl"
            | "dt"
            | "dd"
            | "td"
            | "th"
            | "tr"
            | "tbody"
            | "thead"
            | "table"
            | "b"
            | "i"
            | "em"
            | "strong"
            | "br"
            | "hr"
            | "img"
            | "sup"
            | "sub"
            | "code"
            | "pre"
            | "small"
            | "blockquote"
    ) && (tag.inside().is_empty() || !MATCHER.is_match(head_of(tag.inside(), 1_000)))
}

impl Pass {
    /// Whether the page has been read far enough. Where a place on it is looked for, every element counts.
    pub(super) fn may_skim(&self) -> bool {
        self.main.words >= FROM && self.fragments.is_empty()
    }

    /// Takes an element for what its name says.
    pub(super) fn skim(&mut self, tag: &Tag<'_>) {
        let name = tag.name.as_ref();
        if !stack::is_inline(name) {
            self.block();
        }
        if self.stack.make_way(name) {
            self.close_captures();
        }
        let mut region = self.stack.region();
        match name {
            "img" => self.facts.media += 1,
            "a" if !tag.inside().is_empty() => {
                self.facts.links += 1;
                region = region.with(Region::LINK);
            }
            _ => {}
        }
        if !stack::is_void(name) && !self.stack.push(name, region) {
            self.facts.hostile = true;
        }
    }
}
