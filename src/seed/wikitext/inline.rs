//! Running wikitext: emphasis, links, bare addresses, embedded HTML.

use std::borrow::Cow;
use std::ops::Range;

use super::ends::{address_length, external_link, is_web_address, page_link, written_length};
use super::magic::is_computed;
use super::opaque::{Kind, Stretch, stretches};
use super::page::{self, Target};
use super::template::written_out;
use super::{MAX_DEPTH, Wiki};
use crate::html::{Token, decode_closed, tokens};
use crate::seed::bare;
use crate::seed::html;
use crate::seed::tree::{Address, Name, mark};

/// Schemes that single brackets take.
pub(super) const SCHEMES: &[&str] = &[
    "http://",
    "https://",
    "//",
    "mailto:",
    "ftp://",
    "ftps://",
    "sftp://",
    "news:",
    "irc://",
    "ircs://",
    "gopher://",
    "git://",
    "svn://",
    "ssh://",
    "tel:",
    "sms:",
    "magnet:",
    "xmpp:",
    "nntp://",
    "telnet://",
    "worldwind://",
    "geo:",
    "urn:",
];

/// Bare addresses in wikitext.
pub(super) const BARE: bare::Style = bare::Style {
    www: false,
    ends: &['<', '>', '[', ']', '"', '{', '}', '|'],
    typographic: false,
    trims: &['.', ',', ';', ':', '!', '?', '\''],
    // The value of a template's parameter.
    behind_equals: true,
    references: true,
};

/// Tags of HTML that wikitext does not pass on.
const FORBIDDEN: &[&str] =
    &["a", "img", "script", "style", "iframe", "base", "area", "form", "input", "textarea", "title"];

/// How a stretch of wikitext is read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mode {
    /// Inside the text of a link: no further links.
    pub(super) in_link: bool,
    /// Only links count, each for itself: the parameters of a template.
    pub(super) links_only: bool,
    pub(super) depth: usize,
}

/// Emphasis that is open in a line.
#[derive(Clone, Copy, Default)]
struct Emphasis {
    bold: bool,
    italic: bool,
}

impl<'a> Wiki<'a> {
    /// Reads a stretch of running text with the opaque parts in it.
    pub(super) fn inline(&mut self, range: Range<usize>, mode: Mode) {
        if mode.depth > MAX_DEPTH {
            return;
        }
        let parts = stretches(self.text, range.clone(), true);
        self.inline_with(range, &parts, mode);
    }

    /// The same with the opaque parts known.
    pub(super) fn inline_with(&mut self, range: Range<usize>, parts: &[Stretch], mode: Mode) {
        let bytes = &self.text.as_bytes()[..range.end];
        let mut emphasis = Emphasis::default();
        let mut parts = parts.iter().peekable();
        let (mut at, mut plain) = (range.start, range.start);
        // Where the next closing brackets stand, looked up once for all openings before them.
        let mut closing: Option<Option<usize>> = None;
        while at < range.end {
            while parts.next_if(|part| part.whole.end <= at).is_some() {}
            let limit = parts.peek().map_or(range.end, |part| part.whole.start.clamp(at, range.end));
            if at == limit
                && let Some(part) = parts.next()
            {
                self.plain(plain..at, mode);
                self.stretch(part, mode);
                at = part.whole.end.min(range.end).max(at);
                plain = at;
                continue;
            }
            let Some(next) = memchr::memchr3(b'\'', b'[', b'<', &bytes[at..limit]).map(|next| at + next) else {
                at = limit;
                continue;
            };
            at = next;
            match bytes[at] {
                b'\'' if bytes[at..].starts_with(b"''") => {
                    let run = bytes[at..].iter().take_while(|&&byte| byte == b'\'').count();
                    let text = match run {
                        2 | 3 => 0,
                        4 => 1,
                        run => run - 5,
                    };
                    self.plain(plain..at + text, mode);
                    self.toggle(run - text, &mut emphasis);
                    at += run;
                    plain = at;
                }
                b'[' if !mode.in_link || bytes[at..].starts_with(b"[[") => {
                    let double = bytes[at..].starts_with(b"[[");
                    let found = if double {
                        if !matches!(closing, Some(None)) && !matches!(closing, Some(Some(end)) if end >= at) {
                            closing = Some(memchr::memmem::find(&bytes[at..], b"]]").map(|end| at + end));
                        }
                        let end = closing.flatten().and_then(|_| page_link(bytes, at));
                        end.filter(|&end| !mode.in_link || !is_web_address(&self.text[at + 2..end]))
                    } else {
                        external_link(self.text, at, range.end)
                    };
                    match found {
                        Some(end) => {
                            self.plain(plain..at, mode);
                            at = match double {
                                true if is_web_address(&self.text[at + 2..end]) => {
                                    self.external(at..at + 2, end, mode) + 1
                                }
                                true => self.page(at, end, mode),
                                false => self.external(at..at + 1, end, mode),
                            };
                            plain = at;
                        }
                        None => at += if double && !is_web_address(&self.text[at + 2..range.end]) { 2 } else { 1 },
                    }
                }
                b'<' => {
                    self.plain(plain..at, mode);
                    let end = self.tag(at, range.end, mode);
                    plain = if end == at { at } else { end };
                    at = end.max(at + 1);
                }
                _ => at += 1,
            }
        }
        self.plain(plain..range.end, mode);
        if emphasis.italic {
            self.tree.end(Name::Italic, 0);
        }
        if emphasis.bold {
            self.tree.end(Name::Bold, 0);
        }
    }

    fn toggle(&mut self, run: usize, emphasis: &mut Emphasis) {
        let (bold, italic) = (run != 2, run != 3);
        if bold {
            if emphasis.bold {
                self.tree.end(Name::Bold, 0);
                if emphasis.italic && !italic && !self.tree.is_open(Name::Italic) {
                    self.tree.start(Name::Italic, 0, 0);
                }
            } else {
                self.tree.start(Name::Bold, 0, 0);
            }
            emphasis.bold = !emphasis.bold;
        }
        if italic {
            if emphasis.italic {
                self.tree.end(Name::Italic, 0);
                if emphasis.bold && !bold && !self.tree.is_open(Name::Bold) {
                    self.tree.start(Name::Bold, 0, 0);
                }
            } else {
                self.tree.start(Name::Italic, 0, 0);
            }
            emphasis.italic = !emphasis.italic;
        }
    }

    /// Text without markup but for bare addresses.
    fn plain(&mut self, range: Range<usize>, mode: Mode) {
        if range.start >= range.end {
            return;
        }
        let text = self.text;
        let mut at = range.start;
        if !mode.in_link {
            while let Some(found) = bare::find(&text[..range.end], at, BARE) {
                self.words(at..found.start, mode);
                at = found.end;
                if text[found.end..].strip_prefix("{{").is_some_and(is_computed) {
                    self.unfinished.push(found);
                    continue;
                }
                let raw = &text[found.clone()];
                let href = decode_closed(raw);
                let address = Address { href: href.clone(), resolve: None, at: found.start, span: found.clone() };
                self.link(address, mark::BARE, mode, |wiki| wiki.tree.text(href));
            }
        }
        self.words(at..range.end, mode);
    }

    fn words(&mut self, range: Range<usize>, mode: Mode) {
        if !mode.links_only || mode.in_link {
            self.tree.text(decode_closed(&self.text[range]));
        }
    }

    /// Adds a link, by itself where only links count.
    pub(super) fn link(&mut self, address: Address<'a>, marks: u16, mode: Mode, text: impl FnOnce(&mut Self)) {
        if mode.links_only {
            self.tree.start(Name::Note, 0, 0);
        }
        self.tree.link(Name::Anchor, address, marks);
        text(self);
        self.tree.end(Name::Anchor, 0);
        if mode.links_only {
            self.tree.end(Name::Note, 0);
        }
    }

    fn stretch(&mut self, part: &Stretch, mode: Mode) {
        match part.kind {
            Kind::Comment | Kind::Parameter => {}
            Kind::Verbatim => self.words(part.inside.clone(), Mode { in_link: mode.in_link, ..mode }),
            Kind::Code => self.code(part, mode),
            Kind::Gallery => self.gallery(part.inside.clone(), mode),
            Kind::Template => self.template(part, mode),
            Kind::Reference => {
                if mode.in_link {
                    return;
                }
                self.tree.start(Name::Note, 0, 0);
                self.inline(part.inside.clone(), Mode { depth: mode.depth + 1, links_only: false, ..mode });
                self.tree.end(Name::Note, 0);
            }
        }
    }

    /// A block of code, or a span when it stands in one line.
    fn code(&mut self, part: &Stretch, mode: Mode) {
        let inside = &self.text[part.inside.clone()];
        let head = self.text[part.whole.start..part.inside.start].to_ascii_lowercase();
        let span = !inside.contains('\n') && !head.starts_with("<pre");
        let name = if span { Name::CodeSpan } else { Name::Code };
        if mode.links_only {
            return;
        }
        self.tree.start(name, 0, 0);
        if span {
            self.tree.text(decode_closed(inside));
        }
        self.tree.end(name, 0);
    }

    /// `[address label]` whose end is known, or the same in two pairs of brackets, as pages have them. Returns where its
    /// own pair ends.
    fn external(&mut self, open: Range<usize>, end: usize, mode: Mode) -> usize {
        let text = self.text;
        let inside = &text[open.end..end];
        let mut length = address_length(inside);
        if open.len() > 1 {
            length = inside[..length].find('|').unwrap_or(length);
        }
        let Some(length) = written_length(inside, length) else {
            self.unfinished.push(open.end..open.end + length);
            let label = inside.rfind("}}").map_or(end, |template| open.end + template + 2);
            self.words(label..end, mode);
            return end + 1;
        };
        let href = written_out(&inside[..length]);
        let span = open.end..open.end + length;
        let label_start = span.end + usize::from(text[span.end..end].starts_with('|'));
        let label = text[label_start..end].trim();
        let resolve = (href.starts_with("//") && !self.has_base).then(|| format!("https:{href}").into());
        let address = Address { href: href.clone(), resolve, at: open.start, span };
        let numbered = label.is_empty();
        let inner = Mode { in_link: true, depth: mode.depth + 1, ..mode };
        self.link(address, if numbered { mark::BARE } else { 0 }, mode, |wiki| {
            if !numbered {
                wiki.inline(label_start..end, inner);
            }
        });
        end + 1
    }

    /// `[[target|text]]` whose end is known. Returns where it ends, with the letters glued to it.
    fn page(&mut self, at: usize, end: usize, mode: Mode) -> usize {
        let text = self.text;
        let inside = &text[at + 2..end];
        let (written, label) = match inside.find('|') {
            Some(pipe) => (&inside[..pipe], Some(at + 2 + pipe + 1..end)),
            None => (inside, None),
        };
        let inner = Mode { in_link: true, depth: mode.depth + 1, ..mode };
        let target = match page::target(&decode_closed(written), self.base.as_ref()) {
            // The text of a link holds the words of another, but not the link.
            Target::Page(_) if mode.in_link => Target::Text,
            target => target,
        };
        let glued_end =
            end + 2 + text[end + 2..].chars().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum::<usize>();
        match target {
            Target::Hidden => return end + 2,
            Target::File => {
                self.file(label, mode);
                return end + 2;
            }
            Target::Text => {
                match label {
                    Some(label) => self.inline(label, inner),
                    None => self.words(at + 2..end, mode),
                }
                self.words(end + 2..glued_end, mode);
            }
            Target::Page(address) => {
                let trimmed = written.trim();
                let start = at + 2 + written.len() - written.trim_start().len();
                let address = Address {
                    href: decode_closed(trimmed),
                    resolve: address.map(Into::into),
                    at,
                    span: start..start + trimmed.len(),
                };
                self.link(address, 0, mode, |wiki| {
                    match label {
                        Some(label) if text[label.clone()].trim().is_empty() => {
                            wiki.tree.text(Cow::Borrowed(page::pipe_trick(written)));
                        }
                        Some(label) => wiki.inline(label, inner),
                        None => wiki.tree.text(decode_closed(trimmed.trim_start_matches(':'))),
                    }
                    wiki.tree.text(Cow::Borrowed(&text[end + 2..glued_end]));
                });
            }
        }
        glued_end
    }

    /// A tag of HTML. Returns where it ends, or its own offset when it is none.
    fn tag(&mut self, at: usize, end: usize, mode: Mode) -> usize {
        let text = self.text;
        let length = memchr::memchr(b'>', &text.as_bytes()[at..end]).filter(|&length| length < 2000);
        let Some(length) = length else { return at };
        let tag_end = at + length + 1;
        let Some(token) = tokens(&text[at..tag_end]).next() else { return at };
        let name = match &token {
            Token::Start(tag) => tag.name.clone(),
            Token::End { name, .. } => name.clone(),
            _ => return at,
        };
        if FORBIDDEN.contains(&&*name) {
            return at;
        }
        let custom = name == "references"
            || name == "ref"
            || name == "section"
            || name.starts_with("include")
            || name.starts_with("noinclude")
            || name.starts_with("onlyinclude");
        if !(custom
            || mode.links_only
            || mode.in_link && !matches!(&*name, "b" | "i" | "em" | "strong" | "br" | "span" | "small" | "sup" | "sub"))
        {
            html::add(&mut self.tree, token, at);
        }
        tag_end
    }
}
