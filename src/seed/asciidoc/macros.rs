//! Addresses of AsciiDoc with their labels, and macros: a name, a colon, a target, brackets.

use std::borrow::Cow;
use std::ops::Range;

use super::attributes::{Meaning, entries, reference};
use super::inline::{BARE, MAX_USES, Stretch};
use super::{Adoc, Flow};
use crate::html::decode_closed;
use crate::seed::bare;
use crate::seed::lines::Line;
use crate::seed::tree::{Address, Image, Name, mark};

/// Bytes of the longest label.
const MAX_LABEL: usize = 4_000;

/// Bytes of the longest target of a macro.
const MAX_TARGET: usize = 4_000;

/// Bytes of the longest footnote.
const MAX_NOTE: usize = 2_000;

/// Macros that show nothing a reader of lists wants.
const SILENT: &[&str] = &["anchor", "indexterm", "stem", "latexmath", "asciimath", "icon"];

/// Macros that show the text in their brackets, and lead to no place in the web.
const SHOWN: &[&str] = &["mailto", "xref", "kbd", "btn", "indexterm2"];

impl<'a> Adoc<'a> {
    /// What a colon in running text is part of: an address or a macro.
    pub(super) fn colon(&mut self, colon: usize, stretch: &mut Stretch) -> Option<usize> {
        let end = stretch.range.end;
        let bytes = &self.text.as_bytes()[..end];
        if bytes[colon..].starts_with(b"://") {
            let found = bare::at_colon(&self.text[..end], colon, stretch.plain, BARE)?;
            return self.address(found.start, colon + 3, stretch);
        }
        let letters = bytes[stretch.plain..colon].iter().rev().take(12).take_while(|byte| byte.is_ascii_alphanumeric());
        let start = colon - letters.count();
        let name = &self.text[start..colon];
        if matches!(bytes.get(start.wrapping_sub(1)), Some(b'_' | b'-')) && start > stretch.range.start {
            return None;
        }
        match name {
            "link" => self.link_macro(start, colon + 1, stretch),
            "image" => self.inline_image(start, colon + 1, stretch),
            "footnote" | "footnoteref" => self.footnote(start, colon + 1, stretch),
            "pass" => {
                let (target, label) = self.parts(colon + 1, end, &mut stretch.barren)?;
                self.pass(start, label.end + 1, stretch);
                self.markup_or_text(label.clone(), target.is_empty());
                Some(label.end + 1)
            }
            "xref" if self.local => {
                let (target, label) = self.parts(colon + 1, end, &mut stretch.barren)?;
                self.pass(start, label.end + 1, stretch);
                self.local_link(start, target, self.label_text(label.clone()));
                Some(label.end + 1)
            }
            name if SHOWN.contains(&name) || SILENT.contains(&name) => {
                let (_, label) = self.parts(colon + 1, end, &mut stretch.barren)?;
                self.pass(start, label.end + 1, stretch);
                if SHOWN.contains(&name) {
                    self.inline(self.label_text(label.clone()), false);
                }
                Some(label.end + 1)
            }
            _ => None,
        }
    }

    /// Target and label of a macro, the label in brackets behind a target without white space. `barren` is where the last
    /// search for such a bracket ended, so that no stretch without any is searched twice.
    fn parts(&self, from: usize, end: usize, barren: &mut usize) -> Option<(Range<usize>, Range<usize>)> {
        let bytes = &self.text.as_bytes()[..end];
        let marked = bytes[from..].starts_with(b"++");
        let (start, open) = if marked {
            let window = &bytes[from + 2..end.min(from + MAX_TARGET)];
            (from + 2, from + 2 + memchr::memmem::find(window, b"++")? + 2)
        } else {
            let at = from.max(*barren);
            let found = memchr::memchr3(b'[', b' ', b'\n', bytes.get(at..)?).map_or(end, |length| at + length);
            *barren = found;
            (from, found)
        };
        if bytes.get(open) != Some(&b'[') || open - from > MAX_TARGET || bytes[start..open].contains(&b'\n') {
            return None;
        }
        let target = start..if marked { open - 2 } else { open };
        Some((target, open + 1..close_of_label(self.text, open + 1, end)?))
    }

    fn link_macro(&mut self, start: usize, from: usize, stretch: &mut Stretch) -> Option<usize> {
        let (target, label) = self.parts(from, stretch.range.end, &mut stretch.barren)?;
        self.pass(start, label.end + 1, stretch);
        self.link(start, target, Some(label.clone()));
        Some(label.end + 1)
    }

    /// The address that begins at an offset, up to `known` at least, with its label if one stands behind it.
    pub(super) fn address(&mut self, start: usize, known: usize, stretch: &mut Stretch) -> Option<usize> {
        let end = stretch.range.end;
        let rest = &self.text[known..end];
        let stop = known + rest.find(|c: char| c.is_whitespace() || BARE.ends.contains(&c)).unwrap_or(rest.len());
        if self.text[stop..end].starts_with('[')
            && let Some(close) = close_of_label(self.text, stop + 1, end)
        {
            self.pass(start, close + 1, stretch);
            self.link(start, start..stop, Some(stop + 1..close));
            return Some(close + 1);
        }
        let span = match bare::at(&self.text[..end], start, BARE).filter(|_| !self.text[start..].starts_with('{')) {
            Some(span) => span,
            None => {
                let tail = &self.text[known..stop];
                start..known + tail.trim_end_matches(BARE.trims).trim_end_matches(')').len()
            }
        };
        self.pass(start, span.end, stretch);
        self.bare_link(start, span.clone());
        Some(span.end)
    }

    /// A link with its label.
    fn link(&mut self, at: usize, target: Range<usize>, label: Option<Range<usize>>) {
        let text = label.map(|label| self.label_text(label)).filter(|text| !text.is_empty());
        let Some(text) = text else { return self.bare_link(at, target) };
        match self.written(at, target) {
            Some(address) if !self.linked => {
                self.tree.link(Name::Anchor, address, 0);
                self.linked = true;
                self.inline(text, false);
                self.linked = false;
                self.tree.end(Name::Anchor, 0);
            }
            _ => self.inline(text, false),
        }
    }

    /// A link to another file or a place.
    pub(super) fn local_link(&mut self, at: usize, target: Range<usize>, text: Range<usize>) {
        let href = local_target(&self.text[target.clone()]).filter(|_| !self.linked);
        let Some(href) = href else { return self.inline(text, false) };
        let address = Address { href: href.into(), resolve: None, at: self.place(at), span: target };
        self.tree.link(Name::Anchor, address, 0);
        self.linked = true;
        self.inline(text, false);
        self.linked = false;
        self.tree.end(Name::Anchor, 0);
    }

    /// An address that is its own text.
    pub(super) fn bare_link(&mut self, at: usize, target: Range<usize>) {
        match self.written(at, target.clone()) {
            Some(address) if !self.linked => {
                let text = address.href.clone();
                self.tree.link(Name::Anchor, address, mark::BARE);
                self.tree.text(text);
                self.tree.end(Name::Anchor, 0);
            }
            _ => self.words(target),
        }
    }

    /// What is shown of what stands in brackets behind a target: its first entry where others have names.
    fn label_text(&self, label: Range<usize>) -> Range<usize> {
        let inside = &self.text[label.clone()];
        let mut text = label.clone();
        if inside.contains('=') && !inside.starts_with("image:") {
            let found = entries(self.text, label.clone());
            text = match found.first() {
                Some(entry) if entry.name.is_none() => {
                    let is_split = found[1..].iter().any(|entry| entry.name.is_some());
                    if is_split || inside.starts_with('"') { entry.value.clone() } else { label }
                }
                _ => label.start..label.start,
            };
        }
        let trimmed = self.text[text.clone()].trim_end();
        // It says that the link opens a window.
        let end = text.start + trimmed.strip_suffix('^').unwrap_or(trimmed).len();
        text.start..end
    }

    /// The address that is written in a stretch; nothing where a name in it stands for nothing.
    fn written(&mut self, at: usize, span: Range<usize>) -> Option<Address<'a>> {
        let text = self.text;
        let raw = &text[span.clone()];
        let at = self.place(at);
        if !raw.contains('{') {
            return Some(Address { href: unescaped(raw), resolve: None, at, span });
        }
        let Some(href) = self.expanded(span.clone(), 0) else {
            self.undefined.push(span);
            return None;
        };
        // Where a name is all of it, the address stands in the definition.
        let whole = reference(raw).filter(|name| name.len() + 2 == raw.len()).and_then(|name| self.attributes.of(name));
        let span = match whole {
            Some(Meaning::Value(value)) if !text[value.clone()].contains('{') => value,
            _ => span,
        };
        Some(Address { href: href.into(), resolve: None, at, span })
    }

    /// A stretch with what its names stand for.
    fn expanded(&mut self, span: Range<usize>, level: usize) -> Option<String> {
        if level > MAX_USES || !self.afford(span.len()) {
            return None;
        }
        let mut out = String::new();
        let mut at = span.start;
        while let Some(found) = self.text[at..span.end].find('{') {
            out.push_str(&unescaped(&self.text[at..at + found]));
            at += found;
            let Some(name) = reference(&self.text[at..span.end]) else {
                out.push('{');
                at += 1;
                continue;
            };
            match self.attributes.of(name)? {
                Meaning::Signs(signs) => out.push_str(signs),
                Meaning::Value(value) => out.push_str(&self.expanded(value, level + 1)?),
            }
            at += name.len() + 2;
        }
        out.push_str(&unescaped(&self.text[at..span.end]));
        Some(out)
    }

    /// Whether a value, or what it begins with stands for, is the beginning of an address and nothing else.
    pub(super) fn begins_address(&mut self, value: &Range<usize>, level: usize) -> bool {
        let text = &self.text[value.clone()];
        if !self.afford(value.len()) || text.contains(|c: char| c.is_whitespace() || c == '[') {
            return false;
        }
        if let Some(name) = reference(text).filter(|_| level < MAX_USES) {
            return match self.attributes.of(name) {
                Some(Meaning::Value(inner)) => self.begins_address(&inner, level + 1),
                _ => false,
            };
        }
        text.starts_with("http://") || text.starts_with("https://")
    }

    /// Where what is read is used: in a value, where that is.
    pub(super) fn place(&self, at: usize) -> usize {
        self.uses.first().map_or(at, |(place, _)| *place)
    }

    fn inline_image(&mut self, start: usize, from: usize, stretch: &mut Stretch) -> Option<usize> {
        let (target, label) = self.parts(from, stretch.range.end, &mut stretch.barren)?;
        self.pass(start, label.end + 1, stretch);
        self.picture(start, target, label.clone(), None);
        Some(label.end + 1)
    }

    /// A picture; it is a link where it leads somewhere, or stands in one.
    fn picture(&mut self, at: usize, target: Range<usize>, about: Range<usize>, link: Option<Range<usize>>) {
        let text = self.text;
        let found = entries(text, about);
        let alt = found.first().filter(|entry| entry.name.is_none()).map_or("", |entry| &text[entry.value.clone()]);
        let named = |wanted: &str| {
            let entry =
                found.iter().find(|entry| entry.name.as_ref().is_some_and(|name| text[name.clone()] == *wanted));
            entry.map(|entry| entry.value.clone())
        };
        let alt = named("alt").map_or(alt, |value| &text[value]);
        let image = Image { src: Cow::Borrowed(&text[target]), alt: decode_closed(alt) };
        if self.linked {
            self.tree.image(image);
            return;
        }
        let link = named("link").or(link).filter(|link| !matches!(&text[link.clone()], "self" | "none" | ""));
        if let Some(address) = link.and_then(|link| self.written(at, link)) {
            self.tree.link(Name::Anchor, address, 0);
            self.tree.image(image);
            self.tree.end(Name::Anchor, 0);
        }
    }

    /// A macro that is a line of its own; its name is so long.
    pub(super) fn block_macro(&mut self, line: Line, name: usize, flow: &mut Flow<'a>) {
        let about = std::mem::take(&mut flow.about);
        if &self.text[line.start..line.start + name] != "image" {
            self.code();
            return;
        }
        let Some((target, label)) = self.parts(line.start + name + 2, line.end, &mut 0) else { return };
        self.tree.start(Name::Paragraph, 0, 0);
        self.picture(line.start, target, label, about.link);
        self.tree.end(Name::Paragraph, 0);
    }

    /// `footnote:[text]`, `footnote:name[text]`, `footnoteref:[name,text]`.
    fn footnote(&mut self, start: usize, from: usize, stretch: &mut Stretch) -> Option<usize> {
        let rest = &self.text[from..stretch.range.end];
        let open = rest.bytes().take(100).position(|byte| byte == b'[')?;
        let close = balanced(&self.text[from + open..stretch.range.end])?;
        let mut text = from + open + 1..from + open + close;
        if &self.text[start..from] == "footnoteref:" {
            text.start = self.text[text.clone()].find(',').map_or(text.end, |comma| text.start + comma + 1);
        }
        self.pass(start, text.end + 1, stretch);
        let end = text.end + 1;
        if !text.is_empty() && !self.linked {
            self.tree.start(Name::Note, 0, 0);
            self.inline(text, false);
            self.tree.end(Name::Note, 0);
        }
        Some(end)
    }
}

/// Offset of the bracket that closes the one a text begins with, within a few thousand bytes.
fn balanced(text: &str) -> Option<usize> {
    let bytes = &text.as_bytes()[..text.len().min(MAX_NOTE)];
    memchr::memchr(b']', bytes)?;
    let mut depth = 0_usize;
    for (at, &byte) in bytes.iter().enumerate() {
        let escaped = at > 0 && bytes[at - 1] == b'\\';
        match byte {
            b'[' => depth += 1,
            b']' if escaped => {}
            b']' if depth == 1 => return Some(at),
            b']' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Where the label ends that begins at an offset: at the first bracket that is not escaped, or behind those of a picture in it.
fn close_of_label(text: &str, from: usize, end: usize) -> Option<usize> {
    let bytes = &text.as_bytes()[..end.min(from + MAX_LABEL)];
    let mut at = from;
    let mut inner = usize::from(text[from..end].starts_with("image:") || text[from..end].starts_with("icon:"));
    loop {
        let close = at + memchr::memchr(b']', bytes.get(at..)?)?;
        if bytes[close - 1] == b'\\' && close > from {
            at = close + 1;
        } else if inner > 0 {
            inner -= 1;
            at = close + 1;
        } else {
            return Some(close);
        }
    }
}

/// Behind the label of the address that ends at an offset, if it has one; the address may be marked as one by `++`.
pub(crate) fn end_of_label(text: &str, from: usize) -> Option<usize> {
    let open = text.get(from..)?.strip_prefix("++").map_or(from, |_| from + 2);
    let label = text[open..].starts_with('[').then_some(open + 1)?;
    Some(close_of_label(text, label, text.len())? + 1)
}

/// Length of the name of a macro that is a whole line, `name::target[...]`.
pub(super) fn block_macro(content: &str) -> Option<usize> {
    let (name, rest) = content.split_once("::")?;
    let is_name =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let is_macro =
        is_name && rest.ends_with(']') && rest.split('[').next().is_some_and(|target| !target.ends_with(' '));
    (is_macro && rest.contains('[')).then_some(name.len())
}

/// An address without the signs that keep it from being read in another way.
fn unescaped(raw: &str) -> Cow<'_, str> {
    let raw = decode_closed(raw);
    if raw.contains("\\|") { raw.replace("\\|", "|").into() } else { raw }
}

/// What a cross reference names, as an address: `start.adoc#install`, `start#`, `install`. Coordinates of Antora and titles in
/// place of names say nothing that could be looked for.
fn local_target(written: &str) -> Option<String> {
    if written.contains([':', '@', '{', '$', '<', '[', '\\', '%', '?']) || written.contains(char::is_whitespace) {
        return None;
    }
    let is_file = |path: &str| [".adoc", ".asciidoc", ".asc"].iter().any(|ending| path.ends_with(ending));
    let (path, place) = match written.split_once('#') {
        Some(parts) => parts,
        None if is_file(written) => (written, ""),
        None => ("", written),
    };
    let place = if place.is_empty() { String::new() } else { format!("#{place}") };
    let has_ending = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let ending = if path.is_empty() || has_ending { "" } else { ".adoc" };
    Some(format!("{path}{ending}{place}")).filter(|address| !address.is_empty())
}
