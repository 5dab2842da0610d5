//! Where links end.

use super::inline::SCHEMES;
use super::magic::is_computed;
use crate::seed::bare;

/// Bytes of a link: it is short, and what is longer has lost its end.
const MAX_LINK: usize = 4_000;

/// Whether what stands in double brackets is an address and no page.
pub(super) fn is_web_address(inside: &str) -> bool {
    let host = ["http://", "https://"].iter().find_map(|scheme| {
        let is_scheme = inside.get(..scheme.len())?.eq_ignore_ascii_case(scheme);
        is_scheme.then(|| &inside[scheme.len()..])
    });
    host.is_some_and(|host| address_length(host) > 0)
}

/// Where the address of a single-bracket link ends.
pub(super) fn address_length(inside: &str) -> usize {
    let stop = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '[' | ']' | '<' | '>' | '"');
    let length = inside.find(stop).unwrap_or(inside.len());
    let length = bare::foreign_reference(&inside[..length]).unwrap_or(length);
    // Two apostrophes begin emphasis, not an address.
    inside[..length].find("''").unwrap_or(length)
}

/// Where the closing bracket of `[address label]` stands, when an address follows the bracket and the label ends in the
/// same line. A label may hold links to pages, `nowiki` and comments with brackets of their own.
pub(crate) fn external_link(text: &str, at: usize, end: usize) -> Option<usize> {
    let inside = text.get(at + 1..end)?;
    let scheme = SCHEMES
        .iter()
        .find(|scheme| inside.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))?;
    let address = address_length(inside);
    if address <= scheme.len() {
        return None;
    }
    let bytes = &inside.as_bytes()[..inside.len().min(MAX_LINK)];
    let mut opened = 0;
    let mut from = address;
    // Elements whose end is missing are looked for once.
    let mut open_ended = false;
    while let Some(found) = bytes.get(from..)?.iter().position(|byte| matches!(byte, b']' | b'[' | b'<' | b'\n')) {
        let here = from + found;
        let rest = &bytes[here..];
        from = here + 1;
        match rest[0] {
            b'[' => match page_in_label(rest) {
                Some(length) => from = here + length,
                None => opened += 1,
            },
            b'<' if !open_ended => match opaque_in_label(rest) {
                Some(Some(length)) => from = here + length,
                opaque => open_ended = opaque.is_some(),
            },
            // It may hold a pair of brackets of its own.
            b']' if opened == 1 && closes_again(&rest[1..]) => opened = 0,
            b']' => return Some(at + 1 + here),
            b'\n' => return None,
            _ => {}
        }
    }
    None
}

/// The length of `[[page|text]]` at the beginning of a text.
fn page_in_label(rest: &[u8]) -> Option<usize> {
    let inside = rest.strip_prefix(b"[[")?;
    let end = inside.iter().position(|byte| matches!(byte, b'[' | b']' | b'\n'))?;
    inside[end..].starts_with(b"]]").then_some(end + 4)
}

/// The length of a comment or of `nowiki` at the beginning of a text, if one stands there and ends.
fn opaque_in_label(rest: &[u8]) -> Option<Option<usize>> {
    let (_, close) = [(&b"<!--"[..], &b"-->"[..]), (b"<nowiki>", b"</nowiki>")]
        .into_iter()
        .find(|(open, _)| rest.get(..open.len()).is_some_and(|start| start.eq_ignore_ascii_case(open)))?;
    Some(memchr::memmem::find(rest, close).map(|end| end + close.len()))
}

/// Whether another bracket closes in this line before one opens.
fn closes_again(rest: &[u8]) -> bool {
    rest.iter().find(|byte| matches!(byte, b'[' | b']' | b'\n')) == Some(&b']')
}

/// Where the closing brackets of `[[target|text]]` stand; links nest in the captions of files only.
pub(super) fn page_link(bytes: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut from = at + 2;
    let limit = bytes.len().min(at + MAX_LINK);
    while let Some(next) = memchr::memchr3(b'[', b']', b'\n', bytes.get(from..limit)?) {
        let here = from + next;
        from = here + 1;
        match bytes[here] {
            b'[' if bytes[here..].starts_with(b"[[") => {
                depth += 1;
                from += 1;
            }
            b']' if bytes[here..].starts_with(b"]]") => {
                if depth == 0 {
                    return Some(here);
                }
                depth -= 1;
                from += 1;
            }
            b'\n' if !bytes[at..here].contains(&b'|') => return None,
            _ => {}
        }
    }
    None
}

/// How far an address is written of which a text holds so many bytes: up to a template that says something about it, and
/// through those that stand for one sign. `None` where templates make the rest of it.
pub(super) fn written_length(text: &str, length: usize) -> Option<usize> {
    let mut from = 0;
    while let Some(found) = text[from..length].find("{{") {
        let at = from + found;
        if !["{{=}}", "{{!}}"].iter().any(|sign| text[at..].starts_with(sign)) {
            return (!is_computed(&text[at + 2..])).then_some(at);
        }
        from = (at + "{{=}}".len()).min(length);
    }
    Some(length)
}
