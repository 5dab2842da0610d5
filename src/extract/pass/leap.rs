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
use crate::html::Tokens;

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

/// The telling words by their first letter, and the three letters they begin with: for each first and second one the bits of
/// the third ones. Two letters alone would stop at every `href`. Five bits tell a letter, whatever its case; other signs are
/// taken for letters, and the words themselves decide.
struct Telling {
    words: [Vec<&'static str>; 32],
    thirds: [u32; 32 << 5],
}

static BY_LETTER: LazyLock<Telling> = LazyLock::new(|| {
    let mut by_letter = Telling { words: [const { Vec::new() }; 32], thirds: [0; 32 << 5] };
    for word in telling() {
        if let [first, second, third, ..] = *word.as_bytes() {
            by_letter.words[usize::from(first & 31)].push(word);
            by_letter.thirds[usize::from(first & 31) << 5 | usize::from(second & 31)] |= 1 << (third & 31);
        }
    }
    by_letter
});

/// Whether one of the telling words stands somewhere in the inside of a tag. Tags are short and many; a general automaton
/// takes longer to set off than this takes to arrive. By itself the loop has the registers it needs.
#[inline(never)]
fn tells(inside: &str) -> bool {
    let Telling { words, thirds } = &*BY_LETTER;
    let bytes = head_of(inside, 1_000).as_bytes();
    // The two letters before the one that is looked at.
    let mut before = 0;
    bytes.iter().enumerate().any(|(at, third)| {
        let begins = thirds[before] >> (third & 31) & 1 == 1 && at > 1;
        let first = before >> 5;
        before = (before << 5 | usize::from(third & 31)) & (thirds.len() - 1);
        begins && words[first].iter().any(|word| stands_at(&bytes[at - 2..], word))
    })
}

/// Whether a word stands here, in either case.
fn stands_at(bytes: &[u8], word: &str) -> bool {
    bytes.get(..word.len()).is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes()))
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

/// An element opened within a leap.
#[derive(Clone, Copy)]
struct Element<'a> {
    name: &'a str,
    /// The last eight letters of the name, which tell the elements of running text apart.
    key: u64,
}

impl<'a> Element<'a> {
    const NONE: Element<'static> = Element { name: "", key: 0 };
    const LINK: u64 = b'a' as u64;

    fn of(name: &'a str) -> Self {
        Element { name, key: name.bytes().fold(0, |key, letter| key << 8 | u64::from(letter)) }
    }
}

/// The elements opened within a leap.
struct Open<'a> {
    open: [Element<'a>; DEEPEST],
    depth: usize,
    links: usize,
}

impl Default for Open<'_> {
    fn default() -> Self {
        Open { open: [Element::NONE; DEEPEST], depth: 0, links: 0 }
    }
}

impl<'a> Open<'a> {
    fn elements(&self) -> &[Element<'a>] {
        &self.open[..self.depth]
    }

    /// Opens an element, and closes what its start ends. `None` where there is no room.
    fn push(&mut self, element: Element<'a>) -> Option<()> {
        while let Some(top) = self.elements().last()
            && stack::ends(element.name, top.name)
        {
            self.pop();
        }
        *self.open.get_mut(self.depth)? = element;
        self.depth += 1;
        self.links += usize::from(element.key == Element::LINK);
        Some(())
    }

    fn pop(&mut self) {
        self.depth -= 1;
        self.links -= usize::from(self.open[self.depth].key == Element::LINK);
    }

    /// Closes the innermost element of a name with all inside it; `None` where it was opened before the leap.
    fn close(&mut self, element: Element<'_>) -> Option<()> {
        let at = self.elements().iter().rposition(|open| open.key == element.key)?;
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
            if element.key == Element::LINK {
                region = region.with(Region::LINK);
            }
            self.facts.hostile |= !self.stack.push(element.name, region);
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
        passed.open.close(Element::of(tag.name))?;
        return Some(tag.next);
    }
    if !tag.inside.is_empty() && tells(tag.inside) {
        return None;
    }
    match kind {
        Kind::Void => passed.pictures += usize::from(tag.name == "img"),
        Kind::Block | Kind::Inline => {
            let element = Element::of(tag.name);
            passed.open.push(element)?;
            passed.links += usize::from(element.key == Element::LINK && !tag.inside.is_empty());
        }
    }
    Some(tag.next)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_telling_word_is_found_wherever_it_stands(before in "[a-z =\"é]{0,6}", word in proptest::sample::select(telling().collect::<Vec<_>>()), cut in 0..2_usize, behind in "[a-z =]{0,6}") {
            let text = format!("{before}{}{behind}", word[cut..].to_ascii_uppercase());
            let small = text.to_ascii_lowercase();
            prop_assert_eq!(tells(&text), telling().any(|word| small.contains(word)), "{}", text);
        }
    }
}
