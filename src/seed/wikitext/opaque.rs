//! Stretches of wikitext that lines and links do not reach into: comments, code, templates, references.

use std::ops::Range;

/// What a stretch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Comment,
    /// `nowiki`: text as it stands.
    Verbatim,
    /// `pre`, `syntaxhighlight`, `math` and the like.
    Code,
    /// `gallery`: a file and its caption a line.
    Gallery,
    Template,
    /// `{{{parameter}}}`.
    Parameter,
    Reference,
}

/// One stretch, and what it holds between its delimiters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) kind: Kind,
    pub(super) whole: Range<usize>,
    pub(super) inside: Range<usize>,
}

/// Elements whose content is no wikitext.
const CODE_ELEMENTS: &[(&str, Kind)] = &[
    ("nowiki", Kind::Verbatim),
    ("pre", Kind::Code),
    ("syntaxhighlight", Kind::Code),
    ("source", Kind::Code),
    ("math", Kind::Code),
    ("chem", Kind::Code),
    ("score", Kind::Code),
    ("gallery", Kind::Gallery),
    ("timeline", Kind::Code),
    ("templatedata", Kind::Code),
    ("graph", Kind::Code),
    ("code", Kind::Code),
    ("ref", Kind::Reference),
];

/// All stretches of a text that lie in no other, in order.
pub(super) fn stretches(text: &str, range: Range<usize>, references: bool) -> Vec<Stretch> {
    let bytes = &text.as_bytes()[..range.end];
    let mut finder = Finder { bytes, closers: Default::default() };
    let mut found: Vec<Stretch> = Vec::new();
    // Openings of templates that wait for their end.
    let mut open: Vec<usize> = Vec::new();
    let mut at = range.start;
    while let Some(next) = memchr::memchr3(b'<', b'{', b'}', &bytes[at..]).map(|next| at + next) {
        at = next;
        match bytes[at] {
            b'<' => match finder.element(at, references) {
                Some(stretch) => {
                    at = stretch.whole.end;
                    found.push(stretch);
                }
                None => at += 1,
            },
            b'{' if bytes[at..].starts_with(b"{{") => {
                let run = bytes[at..].iter().take(6).take_while(|&&byte| byte == b'{').count();
                // "{{{{x}}...": parameters are read from the inside, so that pairs and triples both close.
                if run == 3 || run > 4 {
                    open.push(at);
                    at += 3;
                } else {
                    open.push(at);
                    at += 2;
                }
            }
            b'}' if bytes[at..].starts_with(b"}}") => {
                let run = bytes[at..].iter().take(6).take_while(|&&byte| byte == b'}').count();
                match open.pop() {
                    Some(start) => {
                        let triple = bytes[start..].starts_with(b"{{{") && run >= 3;
                        let width = if triple { 3 } else { 2 };
                        let kind = if triple { Kind::Parameter } else { Kind::Template };
                        let inside = (start + width).min(at)..at;
                        found.push(Stretch { kind, whole: start..at + width, inside });
                        at += width;
                    }
                    None => at += 2,
                }
            }
            _ => at += 1,
        }
    }
    outermost(found)
}

fn outermost(mut found: Vec<Stretch>) -> Vec<Stretch> {
    found.sort_by_key(|stretch| (stretch.whole.start, usize::MAX - stretch.whole.end));
    let mut kept: Vec<Stretch> = Vec::new();
    for stretch in found {
        if kept.last().is_none_or(|last| stretch.whole.start >= last.whole.end) {
            kept.push(stretch);
        }
    }
    kept
}

struct Finder<'t> {
    bytes: &'t [u8],
    /// Per element the place of its next end tag, as far as it is known.
    closers: [Option<Option<usize>>; CODE_ELEMENTS.len()],
}

impl Finder<'_> {
    /// The comment or element that begins at a `<`.
    fn element(&mut self, at: usize, references: bool) -> Option<Stretch> {
        let rest = &self.bytes[at..];
        if rest.starts_with(b"<!--") {
            let end = memchr::memmem::find(&rest[4..], b"-->");
            let inside_end = end.map_or(self.bytes.len(), |end| at + 4 + end);
            let whole_end = end.map_or(self.bytes.len(), |end| at + 4 + end + 3);
            return Some(Stretch { kind: Kind::Comment, whole: at..whole_end, inside: at + 4..inside_end });
        }
        let index = CODE_ELEMENTS.iter().position(|(name, _)| is_tag(&rest[1..], name))?;
        let (name, kind) = CODE_ELEMENTS[index];
        if kind == Kind::Reference && !references {
            return None;
        }
        let open_end = at + memchr::memchr(b'>', rest)? + 1;
        if self.bytes[open_end - 2] == b'/' {
            return Some(Stretch { kind, whole: at..open_end, inside: open_end..open_end });
        }
        let close = self.closer(index, name, open_end)?;
        let whole_end = memchr::memchr(b'>', &self.bytes[close..]).map_or(self.bytes.len(), |end| close + end + 1);
        Some(Stretch { kind, whole: at..whole_end, inside: open_end..close })
    }

    /// Where the next end tag of an element stands; looked up once for all starts before it.
    fn closer(&mut self, index: usize, name: &str, from: usize) -> Option<usize> {
        match self.closers[index] {
            Some(None) => None,
            Some(Some(at)) if at >= from => Some(at),
            _ => {
                let found = find_end_tag(self.bytes, name, from);
                self.closers[index] = Some(found);
                found
            }
        }
    }
}

fn find_end_tag(bytes: &[u8], name: &str, from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(found) = memchr::memmem::find(&bytes[at..], b"</") {
        let start = at + found;
        if is_tag(&bytes[start + 2..], name) {
            return Some(start);
        }
        at = start + 2;
    }
    None
}

/// Whether a tag's name stands here, and ends here.
fn is_tag(rest: &[u8], name: &str) -> bool {
    rest.len() > name.len()
        && rest[..name.len()].eq_ignore_ascii_case(name.as_bytes())
        && (rest[name.len()].is_ascii_whitespace() || matches!(rest[name.len()], b'>' | b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, &str)> {
        stretches(text, 0..text.len(), true).into_iter().map(|found| (found.kind, &text[found.inside])).collect()
    }

    #[test]
    fn templates_nest_and_unfinished_ones_are_text() {
        assert_eq!(kinds("a {{x|{{y}}}} {{z"), [(Kind::Template, "x|{{y}}")]);
        assert_eq!(kinds("{{ {{y}}"), [(Kind::Template, "y")]);
        assert_eq!(kinds("{{{1|}}} }}"), [(Kind::Parameter, "1|")]);
    }

    #[test]
    fn comments_code_and_references_are_found() {
        assert_eq!(
            kinds("<!-- {{x}} --><nowiki>[[y]]</nowiki>"),
            [(Kind::Comment, " {{x}} "), (Kind::Verbatim, "[[y]]")]
        );
        assert_eq!(
            kinds("<ref name=\"a\">{{cite}}</ref><ref name=a />"),
            [(Kind::Reference, "{{cite}}"), (Kind::Reference, "")]
        );
        assert_eq!(kinds("<references /><ref>open"), []);
    }
}
