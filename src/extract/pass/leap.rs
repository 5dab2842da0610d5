//! The far end of a long page, passed by. What a page is and who made it stands around its beginning, and in places that say
//! what they are; between them there is running text, of which only the amount matters. The elements of running text are
//! told by their names, and no more is made of them than that; whatever may tell something is left to the pass.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

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
static MATCHER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(TELLING).unwrap()
});

/// The elements of running text, the most frequent first.
const PLAIN: [(&str, Kind); 32] = [
    ("a", Kind::Inline),
    ("p", Kind::Block),
    ("li", Kind::Block),
    ("td", Kind::Block),
    ("br", Kind::Void),
    ("div", Kind::Block),
    ("span", Kind::Inline),
    ("img", Kind::Void),
    ("tr", Kind::Block),
    ("ul", Kind::Block),
    ("strong", Kind::Inline),
    ("em", Kind::Inline),
    ("b", Kind::Inline),
    ("i", Kind::Inline),
    ("th", Kind::Block),
    ("dd", Kind::Block),
    ("dt", Kind::Block),
    ("ol", Kind::Block),
    ("dl", Kind::Block),
    ("table", Kind::Block),
    ("tbody", Kind::Block),
    ("thead", Kind::Block),
    ("blockquote", Kind::Block),
    ("pre", Kind::Block),
    ("hr", Kind::Void),
    ("wbr", Kind::Void),
    ("code", Kind::Inline),
    ("sup", Kind::Inline),
    ("sub", Kind::Inline),
    ("small", Kind::Inline),
    ("mark", Kind::Inline),
    ("u", Kind::Inline),
];

/// Where links and pictures stand among them.
const LINK: usize = 0;
const PICTURE: usize = 7;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Block,
    Inline,
    Void,
}

/// Which of the plain elements a name is, as it is written nearly always: in lower case.
fn plain(name: &str) -> Option<usize> {
    // Told apart by length and first letter before whole names are compared.
    let first = name.as_bytes().first()?;
    PLAIN.iter().position(|(known, _)| known.len() == name.len() && known.as_bytes()[0] == *first && *known == name)
}

/// What a leap passed by.
#[derive(Default)]
struct Leapt<'a> {
    /// The elements it opened and did not close.
    open: Open,
    /// Bytes of text, and those of them inside links.
    bytes: usize,
    linked: usize,
    texts: usize,
    links: usize,
    pictures: usize,
    /// The last text, which may be the label of the next one.
    last: &'a str,
}

/// Elements opened within a leap, as positions among the plain ones.
struct Open {
    open: [u8; DEEPEST],
    depth: usize,
    links: usize,
}

impl Default for Open {
    fn default() -> Self {
        Open { open: [0; DEEPEST], depth: 0, links: 0 }
    }
}

impl Open {
    fn iter(&self) -> impl Iterator<Item = usize> {
        self.open[..self.depth].iter().map(|&position| usize::from(position))
    }

    /// Opens an element, and closes what its start ends. `None` where there is no room.
    fn push(&mut self, position: usize) -> Option<()> {
        while let Some(&top) = self.open[..self.depth].last()
            && stack::ends(PLAIN[position].0, PLAIN[usize::from(top)].0)
        {
            self.pop();
        }
        *self.open.get_mut(self.depth)? = u8::try_from(position).ok()?;
        self.depth += 1;
        self.links += usize::from(position == LINK);
        Some(())
    }

    fn pop(&mut self) {
        self.depth -= 1;
        self.links -= usize::from(usize::from(self.open[self.depth]) == LINK);
    }

    /// Closes the innermost element of a kind with all inside it; `None` where it was opened before the leap.
    fn close(&mut self, position: usize) -> Option<()> {
        let at = self.open[..self.depth].iter().rposition(|&open| usize::from(open) == position)?;
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
            let end = memchr::memchr(b'<', &text.as_bytes()[at..]).map_or(text.len(), |length| at + length);
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
            let trimmed = text.trim();
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
        for position in passed.open.iter() {
            if position == LINK {
                region = region.with(Region::LINK);
            }
            self.facts.hostile |= !self.stack.push(PLAIN[position].0, region);
        }
    }
}

/// Passes by the tag at an offset and gives the place behind it; `None` where it is none of running text, or has an
/// attribute worth reading, or ends what was open before the leap.
fn pass_by_tag<'a>(tokens: &Tokens<'a>, at: usize, passed: &mut Leapt<'a>) -> Option<usize> {
    let tag = tokens.tag_at(at)?;
    let position = plain(tag.name)?;
    let kind = PLAIN[position].1;
    if kind == Kind::Block && passed.last.as_bytes().last() != Some(&b':') {
        passed.last = "";
    }
    if tag.is_end {
        passed.open.close(position)?;
        return Some(tag.next);
    }
    if !tag.inside.is_empty() && MATCHER.is_match(head_of(tag.inside, 1_000)) {
        return None;
    }
    match position {
        PICTURE => passed.pictures += 1,
        _ if kind == Kind::Void => {}
        _ => {
            passed.open.push(position)?;
            passed.links += usize::from(position == LINK && !tag.inside.is_empty());
        }
    }
    Some(tag.next)
}
