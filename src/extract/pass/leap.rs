//! The far end of a long page, passed by. What a page is and who made it stands around its beginning, and in places that say
//! what they are; between them there is running text, of which only the amount matters. The elements of running text are
//! told by their names, and no more is made of them than that; whatever may tell something is left to the pass.

use std::sync::LazyLock;

use super::super::candidates::{Region, head_of};
use super::capture::LABEL;
use super::hints::may_tell;
use super::signals::{Signals, WORDS};
use super::text::READ;
use super::{BYTES_OF_WORD, LONG_TEXT, Pass, Raw, stack};
use crate::html::{Tokens, short_name, short_tag};

/// Words of main text from which plain elements are passed by: as many as the fingerprint is made of. A page that does not
/// describe itself is read further, since its first paragraphs are all there is to describe it by.
const FROM: usize = READ;
const FROM_UNDESCRIBED: usize = 2 * READ;

/// Elements that may be open within a leap.
const DEEPEST: usize = 64;

/// Words by which an element says that it is more than plain, beside those that classes are read by: properties, licences,
/// identifiers, what hides it, and the beginnings of some of the others.
const TELLING: &[&str] = &[
    "auth",
    "publi",
    "licen",
    "creativecommons",
    "doi.org",
    "itemprop",
    "itemscope",
    "typeof",
    "property",
    "hidden",
    "display",
];

/// Signals that make no difference to what an element holds: those of the parts around the content, and of whole entries.
const IDLE: Signals = Signals::CHROME.with(Signals::ENTRY);

/// All of these words.
fn telling() -> impl Iterator<Item = &'static str> {
    let of_classes = WORDS.iter().filter(|(_, signals)| !IDLE.has(*signals)).map(|(word, _)| *word);
    TELLING.iter().copied().chain(of_classes)
}

/// The telling words by their first letter, and which three letters they begin with, as a set: two letters alone would stop
/// at every `href`. Five bits tell a letter, whatever its case; other signs are taken for letters, and the words themselves
/// decide.
struct Telling {
    words: [Vec<&'static str>; 32],
    beginnings: [u64; 1 << 15 >> 6],
}

/// Three letters in the bits that tell them.
const THREE_LETTERS: usize = (1 << 15) - 1;

static TELLING_WORDS: LazyLock<Telling> = LazyLock::new(|| {
    let mut all = Telling { words: [const { Vec::new() }; 32], beginnings: [0; _] };
    for word in telling() {
        let three = word.bytes().take(3).fold(0, three_with);
        all.words[three >> 10].push(word);
        all.beginnings[three >> 6] |= 1 << (three & 63);
    }
    all
});

/// The last three letters with one more.
fn three_with(three: usize, letter: u8) -> usize {
    (three << 5 | usize::from(letter & 31)) & THREE_LETTERS
}

/// How most links begin, with nothing in it that tells.
const ADDRESS: &str = " href=";

/// Whether one of the telling words stands somewhere in the inside of a tag. Tags are short and many; a general automaton
/// takes longer to set off than this takes to arrive. By itself the loop has the registers it needs.
#[inline(never)]
fn tells(inside: &str) -> bool {
    let Telling { words, beginnings } = &*TELLING_WORDS;
    let bytes = head_of(inside.strip_prefix(ADDRESS).unwrap_or(inside), 1_000).as_bytes();
    let mut three = 0;
    bytes.iter().enumerate().any(|(at, letter)| {
        three = three_with(three, *letter);
        let begins = beginnings[three >> 6] >> (three & 63) & 1 == 1;
        begins
            && at.checked_sub(2).is_some_and(|at| words[three >> 10].iter().any(|word| stands_at(&bytes[at..], word)))
    })
}

/// Whether a word stands here, in either case.
fn stands_at(bytes: &[u8], word: &str) -> bool {
    bytes.get(..word.len()).is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes()))
}

/// What an element of running text means for what is passed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Block,
    Inline,
    Link,
    Void,
    Picture,
}

/// The elements of running text.
const NAMES: [(&str, Kind); 31] = [
    ("p", Kind::Block),
    ("a", Kind::Link),
    ("li", Kind::Block),
    ("td", Kind::Block),
    ("div", Kind::Block),
    ("tr", Kind::Block),
    ("ul", Kind::Block),
    ("th", Kind::Block),
    ("dd", Kind::Block),
    ("dt", Kind::Block),
    ("ol", Kind::Block),
    ("dl", Kind::Block),
    ("table", Kind::Block),
    ("tbody", Kind::Block),
    ("thead", Kind::Block),
    ("pre", Kind::Block),
    ("span", Kind::Inline),
    ("strong", Kind::Inline),
    ("em", Kind::Inline),
    ("b", Kind::Inline),
    ("i", Kind::Inline),
    ("code", Kind::Inline),
    ("sup", Kind::Inline),
    ("sub", Kind::Inline),
    ("small", Kind::Inline),
    ("mark", Kind::Inline),
    ("u", Kind::Inline),
    ("br", Kind::Void),
    ("hr", Kind::Void),
    ("wbr", Kind::Void),
    ("img", Kind::Picture),
];

/// An element of running text, by its place among [`NAMES`].
type Element = u8;

/// One of them, ready to be compared.
#[derive(Clone, Copy)]
struct Plain {
    name: u64,
    kind: Kind,
    /// The elements whose start ends it, a bit for each.
    ended_by: u32,
}

/// All of them, by a product of the name that tells them apart.
struct Elements {
    all: [Plain; NAMES.len()],
    factor: u64,
    places: [u8; 256],
}

static ELEMENTS: LazyLock<Elements> = LazyLock::new(|| {
    let all = NAMES.map(|(name, kind)| {
        let ended = NAMES.iter().enumerate().filter(|(_, (opening, _))| stack::ends(opening, name));
        Plain { name: short_name(name), kind, ended_by: ended.fold(0, |ended, (place, _)| ended | 1 << place) }
    });
    // Odd multiples of a number whose bits are mixed well: one of the first few will do.
    let mut elements = Elements { all, factor: 0x9E37_79B9_7F4A_7C15, places: [0; 256] };
    while !elements.arrange() {
        elements.factor = elements.factor.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    elements
});

impl Elements {
    fn place(&self, name: u64) -> usize {
        (name.wrapping_mul(self.factor) >> 56) as usize
    }

    fn of(&self, element: Element) -> &Plain {
        &self.all[usize::from(element)]
    }

    /// Gives every element its place; tells whether no two have the same.
    fn arrange(&mut self) -> bool {
        self.places = [u8::MAX; 256];
        for (element, plain) in (0..).zip(self.all) {
            let place = self.place(plain.name);
            if self.places[place] != u8::MAX {
                return false;
            }
            self.places[place] = element;
        }
        true
    }

    /// The element of a name, as it is written nearly always: in lower case.
    fn named(&self, name: u64) -> Option<(Element, Kind)> {
        let element = self.places[self.place(name)];
        let plain = self.all.get(usize::from(element))?;
        (plain.name == name).then_some((element, plain.kind))
    }
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

/// The elements opened within a leap.
struct Open {
    open: [Element; DEEPEST],
    depth: usize,
    links: usize,
}

impl Default for Open {
    fn default() -> Self {
        Open { open: [0; DEEPEST], depth: 0, links: 0 }
    }
}

impl Open {
    fn elements(&self) -> &[Element] {
        &self.open[..self.depth]
    }

    /// Opens an element, and closes what its start ends. `None` where there is no room.
    fn push(&mut self, element: Element, elements: &Elements) -> Option<()> {
        while let Some(top) = self.top()
            && elements.of(top).ended_by >> element & 1 == 1
        {
            self.pop(elements);
        }
        *self.open.get_mut(self.depth)? = element;
        self.depth += 1;
        self.links += usize::from(elements.of(element).kind == Kind::Link);
        Some(())
    }

    fn top(&self) -> Option<Element> {
        self.open.get(self.depth.checked_sub(1)?).copied()
    }

    fn pop(&mut self, elements: &Elements) {
        if let Some(top) = self.top() {
            self.depth -= 1;
            self.links -= usize::from(elements.of(top).kind == Kind::Link);
        }
    }

    /// Closes the innermost element of a name with all inside it; `None` where it was opened before the leap.
    fn close(&mut self, element: Element, elements: &Elements) -> Option<()> {
        let at = self.elements().iter().rposition(|open| *open == element)?;
        while self.depth > at {
            self.pop(elements);
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
        let from = if self.facts.description.is_some() { FROM } else { FROM_UNDESCRIBED };
        let may = self.main.words >= from
            && self.raw == Raw::No
            && self.captures.is_empty()
            && self.fragments.is_empty()
            && tokens.is_among_elements()
            && !self.stack.region().is_in(somewhere);
        if may {
            self.leap_on(tokens);
        }
    }

    /// Leaps. A loop of its own, since the one around it would leave it no registers.
    #[inline(never)]
    fn leap_on(&mut self, tokens: &mut Tokens<'_>) {
        let text = tokens.text();
        let from = tokens.offset();
        let mut at = from;
        let mut passed = Leapt::default();
        let elements = &*ELEMENTS;
        while at < text.len() {
            let end = next_tag(text, at);
            if end > at && !self.pass_by(&text[at..end], &mut passed) {
                break;
            }
            at = end;
            match pass_by_tag(text, at, elements, &mut passed) {
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
            if may_tell(trimmed) {
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
        for element in passed.open.elements() {
            let (name, kind) = NAMES[usize::from(*element)];
            if kind == Kind::Link {
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
fn pass_by_tag(text: &str, at: usize, elements: &Elements, passed: &mut Leapt<'_>) -> Option<usize> {
    let tag = short_tag(text.as_bytes(), at)?;
    let (element, kind) = elements.named(tag.name)?;
    if kind == Kind::Block && passed.last.as_bytes().last() != Some(&b':') {
        passed.last = "";
    }
    let next = tag.next();
    if tag.is_end {
        passed.open.close(element, elements)?;
        return Some(next);
    }
    let is_bare = tag.inside.is_empty();
    if !is_bare && tells(&text[tag.inside]) {
        return None;
    }
    match kind {
        Kind::Void => {}
        Kind::Picture => passed.pictures += 1,
        Kind::Block | Kind::Inline => passed.open.push(element, elements)?,
        Kind::Link => {
            passed.open.push(element, elements)?;
            passed.links += usize::from(!is_bare);
        }
    }
    Some(next)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_that_tells_stands_where_no_one_looks() {
        assert!(telling().all(|word| word.len() >= 3 && !ADDRESS.contains(word)));
    }

    #[test]
    fn every_element_of_running_text_is_known_by_its_name() {
        for (place, (name, kind)) in (0..).zip(NAMES) {
            assert_eq!(ELEMENTS.named(short_name(name)), Some((place, kind)), "{name}");
        }
        for other in ["P", "nav", "h1", "pp", "blockquote", ""] {
            assert_eq!(ELEMENTS.named(short_name(other)), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn a_telling_word_is_found_wherever_it_stands(before in "[a-z =\"é]{0,6}", word in proptest::sample::select(telling().collect::<Vec<_>>()), cut in 0..2_usize, behind in "[a-z =]{0,6}") {
            let text = format!("{before}{}{behind}", word[cut..].to_ascii_uppercase());
            let small = text.to_ascii_lowercase();
            prop_assert_eq!(tells(&text), telling().any(|word| small.contains(word)), "{}", text);
        }
    }
}
