//! The far end of a long page, passed by. What a page is and who made it stands around its beginning, and in places that say
//! what they are; between them there is running text, of which only the amount matters. The elements of running text are
//! told by their names, and no more is made of them than that; whatever may tell something is left to the pass.

use std::sync::LazyLock;

use aho_corasick::automaton::Automaton;
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, Input, StartKind};

use super::super::candidates::{Region, head_of};
use super::capture::LABEL;
use super::hints::may_tell;
use super::{BYTES_OF_WORD, LONG_TEXT, Pass, Raw, stack};
use crate::html::Tokens;

/// Words of main text from which plain elements are passed by.
const FROM: usize = 600;

/// Elements that may be open within a leap.
const DEEPEST: usize = 64;

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
static MATCHER: LazyLock<DFA> = LazyLock::new(|| {
    DFA::builder()
        .ascii_case_insensitive(true)
        .start_kind(StartKind::Unanchored)
        .prefilter(false)
        .build(TELLING)
        .unwrap()
});

/// Whether one of the telling words stands somewhere in the inside of a tag.
fn tells(inside: &str) -> bool {
    let input = Input::new(head_of(inside, 1_000)).anchored(Anchored::No).earliest(true);
    MATCHER.try_find(&input).is_ok_and(|found| found.is_some())
}

/// What an element of running text is, where it is one and its name is written as it is nearly always: in lower case.
fn kind_of(name: &str) -> Option<Kind> {
    Some(match name {
        "p" | "li" | "td" | "div" | "tr" | "ul" | "th" | "dd" | "dt" | "ol" | "dl" | "table" | "tbody" | "thead"
        | "blockquote" | "pre" => Kind::Block,
        "a" | "span" | "strong" | "em" | "b" | "i" | "code" | "sup" | "sub" | "small" | "mark" | "u" => Kind::Inline,
        "br" | "img" | "hr" | "wbr" => Kind::Void,
        _ => return None,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Block,
    Inline,
    Void,
}

/// What a leap passed by.
#[derive(Default)]
struct Leapt<'a> {
    /// The elements it opened and did not close.
    open: Open<'a>,
    /// Bytes of text, and those of them inside links.
    bytes: usize,
    linked: usize,
    texts: usize,
    links: usize,
    pictures: usize,
    /// The last text, which may be the label of the next one.
    last: &'a str,
}

/// Names of the elements opened within a leap.
struct Open<'a> {
    open: [&'a str; DEEPEST],
    depth: usize,
    links: usize,
}

impl Default for Open<'_> {
    fn default() -> Self {
        Open { open: [""; DEEPEST], depth: 0, links: 0 }
    }
}

impl<'a> Open<'a> {
    fn names(&self) -> &[&'a str] {
        &self.open[..self.depth]
    }

    /// Opens an element, and closes what its start ends. `None` where there is no room.
    fn push(&mut self, name: &'a str) -> Option<()> {
        while let Some(&top) = self.names().last()
            && stack::ends(name, top)
        {
            self.pop();
        }
        *self.open.get_mut(self.depth)? = name;
        self.depth += 1;
        self.links += usize::from(name == "a");
        Some(())
    }

    fn pop(&mut self) {
        self.depth -= 1;
        self.links -= usize::from(self.open[self.depth] == "a");
    }

    /// Closes the innermost element of a name with all inside it; `None` where it was opened before the leap.
    fn close(&mut self, name: &str) -> Option<()> {
        let at = self.names().iter().rposition(|&open| open == name)?;
        while self.depth > at {
            self.pop();
        }
        Some(())
    }
}

impl Pass {
    /// Passes by running text from here on, where the page has been read far enough and nothing is being collected. Where
    /// a place on it is looked for, every element counts.
    pub(super) fn leap(&mut self, tokens: &mut Tokens<'_>) {
        let somewhere =
            Region::LINK.with(Region::HEADING).with(Region::HIDDEN).with(Region::NOSCRIPT).with(Region::HEAD);
        let may = self.main.words >= FROM
            && self.raw == Raw::No
            && self.captures.is_empty()
            && self.fragments.is_empty()
            && tokens.is_among_elements()
            && !self.stack.region().is_in(somewhere);
        if !may {
            return;
        }
        let text = tokens.text();
        let from = tokens.offset();
        let mut at = from;
        let mut passed = Leapt::default();
        while at < text.len() {
            let end = next_tag(text, at);
            if end > at && !self.pass_by(&text[at..end], &mut passed) {
                break;
            }
            at = end;
            match pass_by_tag(tokens, at, &mut passed) {
                Some(next) => at = next,
                None => break,
            }
        }
        if at > from {
            tokens.go_on_at(at);
            self.land(&passed);
        }
    }

    /// Weighs a text, unless it may tell something.
    fn pass_by<'a>(&self, text: &'a str, passed: &mut Leapt<'a>) -> bool {
        if text.len() <= LONG_TEXT {
            let trimmed = trimmed(text);
            if trimmed.is_empty() {
                return true;
            }
            if memchr::memchr(b'&', trimmed.as_bytes()).is_some() || may_tell(trimmed) {
                return false;
            }
            passed.last = trimmed;
        } else {
            passed.last = "";
        }
        passed.texts += 1;
        passed.bytes += text.len();
        if passed.open.links > 0 {
            passed.linked += text.len();
        }
        true
    }

    /// Takes in what a leap passed by.
    fn land(&mut self, passed: &Leapt<'_>) {
        let around = self.stack.region();
        let words = passed.bytes.div_ceil(BYTES_OF_WORD);
        *(if around.is_in(Region::OUTSIDE) { &mut self.other_words } else { &mut self.main.words }) += words;
        self.facts.linked_words += passed.linked.div_ceil(BYTES_OF_WORD);
        self.facts.links += passed.links;
        self.facts.media += passed.pictures;
        self.texts += passed.texts;
        self.gap();
        self.lead.clear();
        if passed.last.len() <= LABEL {
            self.lead.push_str(passed.last);
        }
        // Their end tags are still to come.
        let mut region = around;
        for name in passed.open.names() {
            if *name == "a" {
                region = region.with(Region::LINK);
            }
            self.facts.hostile |= !self.stack.push(name, region);
        }
    }
}

/// A text without white space at its ends, most of which is ASCII.
fn trimmed(text: &str) -> &str {
    let trimmed = text.trim_ascii();
    let beyond = |byte: Option<&u8>| byte.is_some_and(|byte| !byte.is_ascii());
    let bytes = trimmed.as_bytes();
    if beyond(bytes.first()) || beyond(bytes.last()) { trimmed.trim() } else { trimmed }
}

/// Where the next tag begins, or the text ends. Tags often stand side by side or on lines of their own.
fn next_tag(text: &str, at: usize) -> usize {
    let rest = &text.as_bytes()[at..];
    match rest {
        [b'<', ..] => at,
        [_, b'<', ..] => at + 1,
        _ => memchr::memchr(b'<', rest).map_or(text.len(), |length| at + length),
    }
}

/// Passes by the tag at an offset and gives the place behind it; `None` where it is none of running text, or has an
/// attribute worth reading, or ends what was open before the leap.
fn pass_by_tag<'a>(tokens: &Tokens<'a>, at: usize, passed: &mut Leapt<'a>) -> Option<usize> {
    let tag = tokens.tag_at(at)?;
    let kind = kind_of(tag.name)?;
    if kind == Kind::Block && passed.last.as_bytes().last() != Some(&b':') {
        passed.last = "";
    }
    if tag.is_end {
        passed.open.close(tag.name)?;
        return Some(tag.next);
    }
    if !tag.inside.is_empty() && tells(tag.inside) {
        return None;
    }
    match kind {
        Kind::Void => passed.pictures += usize::from(tag.name == "img"),
        Kind::Block | Kind::Inline => {
            passed.open.push(tag.name)?;
            passed.links += usize::from(tag.name == "a" && !tag.inside.is_empty());
        }
    }
    Some(tag.next)
}
