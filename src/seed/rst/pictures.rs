//! Pictures and substitutions of reStructuredText: where a picture leads, and what `|name|` stands for.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::inline::MAX_NAME;
use super::targets::{Target, unescaped};
use super::{Line, Rst, field};
use crate::seed::tree::{Address, Image, Name};
use crate::seed::words;

/// Substitutions stand in substitutions this deep at most.
const MAX_NESTED: usize = 8;

/// A picture as its directive describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Picture {
    src: Range<usize>,
    alt: Option<Range<usize>>,
    target: Option<Range<usize>>,
    /// Lines below the directive's own that describe it.
    pub(super) lines: usize,
}

impl Picture {
    /// Reads what stands behind `image::`, and the options in the lines below.
    pub(super) fn read(text: &str, argument: Range<usize>, below: &[Line]) -> Picture {
        let mut picture = Picture { src: argument, ..Picture::default() };
        let is_option = |line: &Line| field(&text[line.start..line.end]).is_some();
        let described = below.iter().take_while(|line| !line.is_blank()).count();
        // The picture's own address may go on above the options.
        let Some(first) = below[..described].iter().position(is_option) else { return picture };
        if let Some(last) = first.checked_sub(1) {
            picture.src.end = below[last].end;
        }
        let mut at = first;
        while let Some(line) = below[..described].get(at).filter(|line| is_option(line)) {
            let content = &text[line.start..line.end];
            let width = field(content).unwrap_or(content.len());
            let more = below[at + 1..described].iter().take_while(|next| next.indent > line.indent).count();
            let value = match more {
                0 => line.start + width..line.end,
                _ if line.start + width >= line.end => below[at + 1].start..below[at + more].end,
                _ => line.start + width..below[at + more].end,
            };
            match content[1..].split(':').next() {
                Some("alt") => picture.alt = Some(value),
                Some("target") if !value.is_empty() => picture.target = Some(value),
                _ => {}
            }
            at += 1 + more;
        }
        picture.lines = at;
        picture
    }

    /// Bytes of what describes it.
    fn length(&self) -> usize {
        self.src.len() + self.alt.as_ref().map_or(0, Range::len)
    }
}

/// What a substitution stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Meaning {
    Picture(Picture),
    Text(Range<usize>),
    /// Characters, and whether the blanks before and behind them go.
    Signs {
        text: String,
        trims: [bool; 2],
    },
}

/// The substitutions of a document.
#[derive(Debug, Default)]
pub(super) struct Substitutions {
    /// By name as written; by name in lower case where no other has it.
    named: HashMap<String, Meaning>,
}

impl Substitutions {
    /// Collects `.. |name| image:: address`, `.. |name| replace:: text`, `.. |name| unicode:: codes` and `.. |name| date::`.
    pub(super) fn collect(text: &str, lines: &[Line]) -> Self {
        let mut found = Substitutions::default();
        let mut lowered = Vec::new();
        for (index, &line) in lines.iter().enumerate() {
            let Some((name, directive, argument)) = definition(text, line) else { continue };
            let body = Rst::body(&lines[index + 1..], line.indent);
            let below = &lines[index + 1..index + 1 + body];
            let meaning = match directive {
                "image" => Meaning::Picture(Picture::read(text, argument..line.end, below)),
                "replace" => {
                    let rest = below.iter().take_while(|line| !line.is_blank()).last();
                    Meaning::Text(argument..rest.map_or(line.end, |last| last.end))
                }
                "unicode" => {
                    let option = |names: [&str; 2]| {
                        let options = below.iter().take_while(|line| !line.is_blank());
                        options.map(|line| text[line.start..line.end].trim()).any(|option| names.contains(&option))
                    };
                    let trims = [option([":ltrim:", ":trim:"]), option([":rtrim:", ":trim:"])];
                    Meaning::Signs { text: signs(&text[argument..line.end]), trims }
                }
                // The day on which the page is made.
                "date" => Meaning::Signs { text: String::new(), trims: [false; 2] },
                _ => continue,
            };
            let name = words::fold(name);
            lowered.push((name.to_lowercase(), meaning.clone()));
            found.named.entry(name).or_insert(meaning);
        }
        for (name, meaning) in lowered {
            found.named.entry(name).or_insert(meaning);
        }
        found
    }

    fn of(&self, name: &str) -> Option<&Meaning> {
        let name = words::fold(name);
        self.named.get(&name).or_else(|| self.named.get(&name.to_lowercase()))
    }
}

/// The characters that `unicode::` names by their codes; other words stand for themselves, and `..` begins a remark.
fn signs(argument: &str) -> String {
    let sign = |word: &str| {
        let hexadecimal = ["0x", "x", "\\x", "U+", "u", "\\u"].iter().find_map(|mark| word.strip_prefix(mark));
        let code = hexadecimal.or_else(|| word.strip_prefix("&#x")?.strip_suffix(';'));
        let number = code.map_or_else(|| word.parse().ok(), |code| u32::from_str_radix(code, 16).ok());
        number.and_then(char::from_u32).map_or_else(|| word.to_owned(), String::from)
    };
    argument.split_whitespace().take_while(|word| *word != "..").map(sign).collect()
}

/// Name, directive and place of the argument of `.. |name| directive:: argument`.
fn definition(text: &str, line: Line) -> Option<(&str, &str, usize)> {
    let content = text.get(line.start..line.end)?;
    let rest = content.strip_prefix("..")?;
    let inner = rest.trim_start().strip_prefix('|').filter(|_| rest.starts_with(char::is_whitespace))?;
    let (name, rest) = inner.split_once('|')?;
    let (directive, argument) = rest.split_once("::")?;
    let is_name = !name.trim().is_empty() && name.trim() == name && name.len() <= MAX_NAME;
    is_name.then(|| (name, directive.trim(), line.end - argument.trim_start().len()))
}

/// Where the text that is read stands in for a substitution.
#[derive(Debug)]
pub(super) struct Use {
    /// Byte offset of what it stands in for.
    pub(super) at: usize,
    /// Whether it is the text of a link, which holds no other.
    pub(super) linked: bool,
}

impl Rst<'_> {
    /// Reads a picture that stands alone, if it leads somewhere. Returns whether it does.
    pub(super) fn picture(&mut self, at: usize, picture: &Picture) -> bool {
        let target = picture.target.clone().and_then(|span| self.target(span));
        let leads = target.is_some();
        if leads {
            self.tree.start(Name::Paragraph, 0, 0);
            self.show(at, picture, "", target);
            self.tree.end(Name::Paragraph, 0);
        }
        leads
    }

    fn show(&mut self, at: usize, picture: &Picture, name: &str, target: Option<Target>) {
        let src: String = unescaped(&self.text[picture.src.clone()]).split_whitespace().collect();
        let alt = picture.alt.clone().map_or_else(|| name.to_owned(), |alt| unescaped(&self.text[alt]));
        let image = Image { src: Cow::Owned(src), alt: Cow::Owned(alt) };
        let linked = self.open(at, target);
        self.tree.image(image);
        if linked {
            self.tree.end(Name::Anchor, 0);
        }
    }

    /// Opens a link around a substitution, but not inside another. Returns whether it did.
    fn open(&mut self, at: usize, target: Option<Target>) -> bool {
        let Some(target) = target.filter(|_| !self.is_linked()) else { return false };
        let address = Address { href: Cow::Owned(target.href), resolve: None, at: self.place(at), span: target.span };
        self.tree.link(Name::Anchor, address, 0);
        true
    }

    /// `|name|`, `|name|_` or `|name|__`.
    pub(super) fn substitution(&mut self, at: usize, end: usize, plain: &mut usize) -> Option<usize> {
        let text = self.text;
        let opens = text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric())
            && text[at + 1..end].chars().next().is_some_and(|c| !c.is_whitespace());
        let reach = end.min(at + 1 + MAX_NAME);
        let length = memchr::memchr(b'|', &text.as_bytes()[at + 1..reach]).filter(|_| opens)?;
        let name = &text[at + 1..at + 1 + length];
        let close = at + length + 2;
        let marks = text.as_bytes()[close..end].iter().take(2).take_while(|&&byte| byte == b'_').count();
        let after = text[close + marks..end].chars().next();
        if name.is_empty() || name.trim_end() != name || after.is_some_and(char::is_alphanumeric) {
            return None;
        }
        let meaning = self.substitutions.of(name)?.clone();
        let length = match &meaning {
            Meaning::Picture(picture) => picture.length(),
            Meaning::Text(range) => range.len(),
            Meaning::Signs { text, .. } => text.len(),
        };
        if self.uses.len() >= MAX_NESTED || !self.afford(length) {
            return None;
        }
        let trims = if let Meaning::Signs { trims, .. } = &meaning { *trims } else { [false; 2] };
        let before = if trims[0] { *plain + text[*plain..at].trim_end().len() } else { at };
        self.plain(*plain..before);
        *plain = close + marks;
        if trims[1] {
            *plain = end - text[*plain..end].trim_start().len();
        }
        let target = match marks {
            0 => None,
            1 => self.named(name),
            _ => self.targets.next_anonymous(),
        };
        match meaning {
            Meaning::Picture(picture) => {
                let own = picture.target.clone().filter(|_| target.is_none());
                let target = target.or_else(|| self.target(own?));
                self.show(at, &picture, name, target);
            }
            Meaning::Text(range) => self.stand_in(at, range, target),
            Meaning::Signs { text, .. } => {
                let linked = self.open(at, target);
                self.tree.text(text);
                if linked {
                    self.tree.end(Name::Anchor, 0);
                }
            }
        }
        Some(*plain)
    }

    /// Reads the text of a substitution where it is used, perhaps as the text of a link.
    fn stand_in(&mut self, at: usize, range: Range<usize>, target: Option<Target>) {
        let linked = self.open(at, target);
        self.uses.push(Use { at, linked });
        self.inline(range);
        self.uses.pop();
        if linked {
            self.tree.end(Name::Anchor, 0);
        }
    }

    /// Where a link at an offset is used: in a substitution, where that is.
    pub(super) fn place(&self, at: usize) -> usize {
        self.uses.first().map_or(at, |outer| outer.at)
    }

    /// Whether what is read is the text of a link.
    pub(super) fn is_linked(&self) -> bool {
        self.uses.iter().any(|outer| outer.linked)
    }

    /// An address as written, or where the name leads that stands in its place.
    pub(super) fn target(&mut self, span: Range<usize>) -> Option<Target> {
        let written = &self.text[span.clone()];
        match written.strip_suffix('_').filter(|name| !name.contains("://")) {
            Some(name) => self.named(name.trim_matches('`')),
            None if self.afford(span.len()) => {
                Some(Target { href: unescaped(written).split_whitespace().collect(), span })
            }
            None => None,
        }
    }

    /// Where a name leads.
    pub(super) fn named(&mut self, name: &str) -> Option<Target> {
        let length = self.targets.of(name)?.href.len();
        if self.afford(length) { self.targets.of(name).cloned() } else { None }
    }

    /// Takes what is read again from what the document may still grow by; `false` when nothing is left of it.
    fn afford(&mut self, bytes: usize) -> bool {
        let left = self.growth.checked_sub(bytes + 1);
        self.growth = left.unwrap_or(0);
        left.is_some()
    }
}
