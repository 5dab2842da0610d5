//! Running text of Org: links, emphasis, footnotes, bare addresses.

use std::borrow::Cow;
use std::ops::Range;

use super::Org;
use crate::seed::bare;
use crate::seed::html;
use crate::seed::tree::{Address, Image, Name, mark};

/// Bare addresses.
pub(super) const BARE: bare::Style = bare::Style {
    www: false,
    ends: &['<', '>', '"', '`', '[', ']', '|'],
    typographic: true,
    trims: &['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~', '=', '+', '’', '}', '\\'],
    behind_equals: false,
    references: false,
};

/// Stretches of text stand inside each other this deep at most.
const MAX_DEPTH: usize = 12;

/// Marks of emphasis and what they make of a text.
const MARKS: &[(u8, Name)] = &[
    (b'*', Name::Bold),
    (b'/', Name::Italic),
    (b'_', Name::Span),
    (b'+', Name::Span),
    (b'=', Name::CodeSpan),
    (b'~', Name::CodeSpan),
];

/// Endings of names of files that are shown and not linked.
const IMAGES: &[&str] = &["png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "tiff", "tif", "xbm"];

/// The parts of a link in brackets.
struct Link {
    target: Range<usize>,
    label: Option<Range<usize>>,
    end: usize,
}

impl<'a> Org<'a> {
    /// Reads a stretch of running text.
    pub(super) fn inline(&mut self, range: Range<usize>) {
        if self.depth >= MAX_DEPTH {
            self.tree.text(&self.text[range]);
            return;
        }
        self.depth += 1;
        let bytes = &self.text.as_bytes()[..range.end];
        let (mut at, mut plain) = (range.start, range.start);
        // Marks that do not close in the rest of this stretch, and `]` among them where no label closes.
        let mut endless = Vec::new();
        while let Some(found) = bytes[at..].iter().position(|byte| b"[<:*/_+=~\\@".contains(byte)) {
            at += found;
            let next = match bytes[at] {
                b'[' => self.bracket(at, range.end, &mut plain, &mut endless),
                b'<' => self.pointed(at, range.end, &mut plain),
                b':' => self.address(at, range.end, &mut plain),
                b'\\' => self.line_break(at, range.end, &mut plain),
                b'@' => self.snippet(at, range.end, &mut plain, &mut endless),
                sign => self.emphasis(sign, at, &range, &mut plain, &mut endless),
            };
            at = next.unwrap_or(at + 1);
        }
        self.words(plain..range.end);
        self.depth -= 1;
    }

    fn words(&mut self, range: Range<usize>) {
        if range.start < range.end {
            self.tree.text(&self.text[range]);
        }
    }

    fn bracket(&mut self, at: usize, end: usize, plain: &mut usize, endless: &mut Vec<u8>) -> Option<usize> {
        let rest = &self.text[at..end];
        if rest.starts_with("[[") {
            if endless.contains(&b']') {
                return None;
            }
            let parts = match parts(self.text, at, end) {
                Ok(parts) => parts,
                Err(is_endless) => {
                    endless.extend(is_endless.then_some(b']'));
                    return None;
                }
            };
            self.words(*plain..at);
            *plain = parts.end;
            self.link(at, &parts);
            return Some(parts.end);
        }
        let length = if let Some(note) = rest.strip_prefix("[fn:") {
            let length = balanced(rest)?;
            self.words(*plain..at);
            // What stands behind the name is the note itself.
            let name = note.bytes().take_while(|byte| !matches!(byte, b':' | b']')).count();
            let text = at + "[fn:".len() + name + 1..at + length - 1;
            if text.start <= text.end && !self.linked {
                self.tree.start(Name::Note, 0, 0);
                self.inline(text);
                self.tree.end(Name::Note, 0);
            }
            *plain = at + length;
            return Some(*plain);
        } else if rest.starts_with("[cite:") || rest.starts_with("[cite/") {
            balanced(rest)?
        } else {
            cookie(rest)?
        };
        self.words(*plain..at);
        *plain = at + length;
        Some(*plain)
    }

    fn link(&mut self, at: usize, link: &Link) {
        let address = if self.linked { None } else { self.target(at, link) };
        let Some(address) = address else {
            // What leads nowhere in the web is its text.
            match &link.label {
                Some(label) => self.inline(label.clone()),
                None => self.words(link.target.clone()),
            }
            return;
        };
        match &link.label {
            Some(label) => {
                self.tree.link(Name::Anchor, address, 0);
                self.linked = true;
                match image(&self.text[label.clone()]) {
                    Some(src) => self.tree.image(Image { src: Cow::Borrowed(src), alt: Cow::Borrowed("") }),
                    None => self.inline(label.clone()),
                }
                self.linked = false;
                self.tree.end(Name::Anchor, 0);
            }
            None if !self.local && image(&self.text[link.target.clone()]).is_some() => {}
            None => {
                let text = address.href.clone();
                self.tree.link(Name::Anchor, address, mark::BARE);
                self.tree.text(text);
                self.tree.end(Name::Anchor, 0);
            }
        }
    }

    /// Where a link leads in the web.
    fn target(&self, at: usize, link: &Link) -> Option<Address<'a>> {
        let written = self.text[link.target.clone()].trim();
        let start = link.target.start
            + (self.text[link.target.clone()].len() - self.text[link.target.clone()].trim_start().len());
        let span = start..start + written.len();
        let href = unescaped(written);
        let is_web = |text: &str| {
            ["http://", "https://"]
                .iter()
                .any(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
        };
        if is_web(&href) {
            return Some(Address { href, resolve: None, at, span });
        }
        if href.starts_with("www.") {
            let resolve = bare::with_scheme(&href);
            return Some(Address { href, resolve, at, span });
        }
        if let Some(doi) = href.strip_prefix("doi:") {
            return Some(Address { href: format!("https://doi.org/{doi}").into(), resolve: None, at, span });
        }
        if let Some(local) = local_target(&href).filter(|_| self.local) {
            return Some(Address { href: local.into(), resolve: None, at, span });
        }
        let (name, tag) = href.split_once(':').unwrap_or((&href, ""));
        let pattern = self.settings.abbreviation(name)?;
        let tag = tag.strip_prefix(':').unwrap_or(tag);
        let full = if pattern.contains("%s") {
            pattern.replacen("%s", tag, 1)
        } else if pattern.contains("%h") {
            let tag = percent_encoding::utf8_percent_encode(tag, percent_encoding::NON_ALPHANUMERIC).to_string();
            pattern.replacen("%h", &tag, 1)
        } else {
            format!("{pattern}{tag}")
        };
        is_web(&full).then(|| Address { href: full.into(), resolve: None, at, span })
    }

    /// `<https://...>`, and places that are named (`<<here>>`), which are no text.
    fn pointed(&mut self, at: usize, end: usize, plain: &mut usize) -> Option<usize> {
        let rest = &self.text[at..end];
        if rest.starts_with("<<") {
            let length = rest.bytes().take(200).position(|byte| byte == b'>')?;
            let close = length + rest[length..].bytes().take(3).take_while(|&byte| byte == b'>').count();
            self.words(*plain..at);
            *plain = at + close;
            return Some(*plain);
        }
        let address = rest[1..].starts_with("http").then(|| bare::at(&self.text[..end], at + 1, BARE)).flatten()?;
        // The whole of what stands in the brackets, whatever its last sign is.
        let close = self.text[address.start..end].find(['>', '<', '\n']).map(|length| address.start + length)?;
        if !self.text[close..].starts_with('>') {
            return None;
        }
        self.words(*plain..at);
        self.bare(at, address.start..close);
        *plain = close + 1;
        Some(*plain)
    }

    /// A bare address, found by its colon.
    fn address(&mut self, colon: usize, end: usize, plain: &mut usize) -> Option<usize> {
        let found = bare::at_colon(&self.text[..end], colon, *plain, BARE)?;
        self.words(*plain..found.start);
        self.bare(found.start, found.clone());
        *plain = found.end;
        Some(found.end)
    }

    /// `\\` at the end of a line.
    fn line_break(&mut self, at: usize, end: usize, plain: &mut usize) -> Option<usize> {
        let behind = self.text[at..end].strip_prefix("\\\\")?;
        let blank = behind.len() - behind.trim_start_matches([' ', '\t', '\r']).len();
        if !behind[blank..].starts_with('\n') {
            return Some(at + 2);
        }
        self.words(*plain..at);
        self.tree.start(Name::Break, 0, 0);
        *plain = at + 2;
        Some(*plain)
    }

    /// `@@html:...@@`: what is for one output.
    fn snippet(&mut self, at: usize, end: usize, plain: &mut usize, endless: &mut Vec<u8>) -> Option<usize> {
        let rest = self.text[at..end].strip_prefix("@@")?;
        let name = rest.bytes().take(20).take_while(u8::is_ascii_alphanumeric).count();
        if name == 0 || !rest[name..].starts_with(':') || endless.contains(&b'@') {
            return None;
        }
        let Some(close) = rest.find("@@") else {
            endless.push(b'@');
            return None;
        };
        self.words(*plain..at);
        if &rest[..name] == "html" && !self.linked {
            html::add_part(&mut self.tree, self.text, at + 2 + name + 1..at + 2 + close);
        }
        *plain = at + 2 + close + 2;
        Some(*plain)
    }

    fn emphasis(
        &mut self,
        sign: u8,
        at: usize,
        range: &Range<usize>,
        plain: &mut usize,
        endless: &mut Vec<u8>,
    ) -> Option<usize> {
        let text = self.text;
        let opens = text[range.start..at]
            .chars()
            .next_back()
            .is_none_or(|c| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '(' | '{' | '\'' | '"' | '['))
            && text[at + 1..range.end].chars().next().is_some_and(|c| !c.is_whitespace());
        if !opens || endless.contains(&sign) {
            return None;
        }
        let closes = |close: usize| {
            !text.as_bytes()[close - 1].is_ascii_whitespace()
                && text[close + 1..range.end].chars().next().is_none_or(|c| {
                    c.is_whitespace()
                        || matches!(c, '-' | '–' | '—' | ')' | '}' | '"' | '\'' | '\\' | '[' | ']' | '…')
                        || matches!(c, '.' | ',' | ';' | ':' | '!' | '?')
                })
        };
        let from = at + 2;
        let found = text.as_bytes().get(from..range.end).and_then(|bytes| {
            memchr::memchr_iter(sign, bytes).map(|length| from + length).find(|&close| closes(close))
        });
        let Some(close) = found else {
            endless.push(sign);
            return None;
        };
        let (_, name) = MARKS.iter().find(|(mark, _)| *mark == sign)?;
        self.words(*plain..at);
        self.tree.start(*name, 0, 0);
        if *name == Name::CodeSpan {
            self.words(at + 1..close);
        } else {
            self.inline(at + 1..close);
        }
        self.tree.end(*name, 0);
        *plain = close + 1;
        Some(*plain)
    }
}

/// The file and the place in it that a link names, as an address: `file:other.org::#install`, `#install`. Searches for
/// headlines and words name no place that could be looked for.
fn local_target(written: &str) -> Option<String> {
    if written.len() > 1 && written.starts_with('#') {
        return Some(written.to_owned());
    }
    let file = written.strip_prefix("file:").or_else(|| written.starts_with('.').then_some(written))?;
    let (path, search) = file.split_once("::").unwrap_or((file, ""));
    if path.is_empty() || path.starts_with(['/', '~', '\\']) || path.contains(':') {
        return None;
    }
    let path = path.replace('%', "%25").replace('#', "%23").replace('?', "%3F");
    let place = if search.starts_with('#') { search } else { "" };
    Some(format!("{}{path}{place}", if path.starts_with('.') { "" } else { "./" }))
}

/// The parts of the link whose brackets open at an offset; `Err(true)` where no bracket closes any label behind it.
fn parts(text: &str, at: usize, end: usize) -> Result<Link, bool> {
    let bytes = &text.as_bytes()[..end];
    let from = at + 2;
    let mut stop = from;
    loop {
        match bytes.get(stop) {
            Some(b'\\') if matches!(bytes.get(stop + 1), Some(b'[' | b']' | b'\\')) => stop += 2,
            Some(b']') if stop > from => break,
            Some(b'[' | b']') => return Err(false),
            Some(_) => stop += 1,
            None => return Err(true),
        }
    }
    match bytes.get(stop + 1) {
        Some(b']') => Ok(Link { target: from..stop, label: None, end: stop + 2 }),
        Some(b'[') => {
            let label = stop + 2;
            let close = end_of_label(&text[..end], label).ok_or(true)?;
            if close == label {
                return Err(false);
            }
            Ok(Link { target: from..stop, label: Some(label..close), end: close + 2 })
        }
        _ => Err(false),
    }
}

/// Where a label ends: at its first `]]`, or behind a link or bracket that stands in it.
fn end_of_label(text: &str, label: usize) -> Option<usize> {
    let inner = text[label..].strip_prefix("[[").map(|rest| text.len() - rest.len());
    let from = match inner {
        Some(inner) => inner + memchr::memmem::find(&text.as_bytes()[inner..], b"]]")? + 2,
        None => label,
    };
    let mut close = from + memchr::memmem::find(&text.as_bytes()[from..], b"]]")?;
    let inside = &text.as_bytes()[from..close];
    let opened = memchr::memchr_iter(b'[', inside).count() > memchr::memchr_iter(b']', inside).count();
    if opened && text[close + 2..].starts_with(']') {
        close += 1;
    }
    Some(close)
}

/// Behind the brackets of the link whose address ends at an offset.
pub(crate) fn end_of_link(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let blank = rest.len() - rest.trim_start().len();
    let close = from + blank;
    if text[close..].starts_with("]]") {
        return Some(close + 2);
    }
    let label = text[close..].starts_with("][").then_some(close + 2)?;
    Some(end_of_label(text, label)? + 2)
}

/// Length of a bracket with those inside it, within a few thousand bytes.
fn balanced(text: &str) -> Option<usize> {
    let bytes = &text.as_bytes()[..text.len().min(MAX_NOTE)];
    memchr::memchr(b']', bytes)?;
    let mut depth = 0_usize;
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' if depth == 1 => return Some(at + 1),
            b']' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Bytes of the longest note that stands in running text.
const MAX_NOTE: usize = 2_000;

/// Length of `[2/3]` or `[66%]`, which count what is done.
fn cookie(text: &str) -> Option<usize> {
    let inside = text.get(1..)?;
    let length =
        inside.bytes().take(12).take_while(|&byte| byte.is_ascii_digit() || matches!(byte, b'/' | b'%')).count();
    let is_cookie = inside[..length].contains(['/', '%']) && inside[length..].starts_with(']');
    is_cookie.then_some(length + 2)
}

/// The image that a text names and nothing else.
fn image(text: &str) -> Option<&str> {
    let text = text.trim();
    let text = text.strip_prefix("[[").and_then(|inner| inner.strip_suffix("]]")).unwrap_or(text);
    let is_place = ["file:", "http://", "https://", "./", "../", "/"].iter().any(|start| text.starts_with(start));
    let (_, ending) = text.rsplit_once('.').filter(|_| is_place && !text.contains(char::is_whitespace))?;
    IMAGES.iter().any(|image| ending.eq_ignore_ascii_case(image)).then(|| text.strip_prefix("file:").unwrap_or(text))
}

/// A target without the backslashes that escape its brackets, and on one line.
fn unescaped(written: &str) -> Cow<'_, str> {
    if !written.contains(['\\', '\n']) {
        return Cow::Borrowed(written);
    }
    let mut out = String::with_capacity(written.len());
    let mut signs = written.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' if signs.peek().is_some_and(|next| matches!(next, '[' | ']' | '\\')) => out.extend(signs.next()),
            '\n' | '\r' => {}
            sign => out.push(sign),
        }
    }
    Cow::Owned(out)
}
