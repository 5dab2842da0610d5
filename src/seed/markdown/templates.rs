//! Lists of static sites: tags of Liquid, Jinja and Hugo in Markdown, and addresses that are made when the site is.

use std::borrow::Cow;
use std::ops::Range;

use super::dialects::bounds_and_comments;
use super::{Reader, Run, part};
use crate::seed::template::{self, Tag};
use crate::seed::tree::{Address, Name, mark};

/// Tags around what is no Markdown: comments, and code.
const OPAQUE: &[&str] = &["comment", "highlight"];

/// Bytes before a template in which the beginning of its address is looked for.
const MAX_ADDRESS: usize = 500;

/// A text in which templates do not hide what stands around them, each byte in its place: blanks and quotes inside an
/// address are others, a tag is one line, and what comments hold is blank.
pub(super) fn readable(text: &str) -> Cow<'_, str> {
    let marks = ["{{", "{%", "<%"];
    let blank = bounds_and_comments(text);
    if blank.is_empty() && !marks.iter().any(|mark| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    for range in blank {
        let goes_on = !text[..range.end].ends_with('\n') && !text[range.end..].starts_with(['\r', '\n']);
        blank_out(&mut bytes[range.clone()]);
        // Many blanks in front of a text would make it code; a tag is as little of it.
        let last = text[range.clone()].rfind('\n').map_or(range.start, |end| range.start + end + 1);
        if goes_on && range.end >= last + 4 {
            bytes[last..range.end].fill(b'x');
            bytes[last..last + 2].copy_from_slice(b"{%");
            bytes[range.end - 2..range.end].copy_from_slice(b"%}");
        }
    }
    let mut unended: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'{', b'<', &text.as_bytes()[at..]) {
        at += found;
        let rest = &text[at..];
        let length = if marks.iter().any(|mark| rest.starts_with(mark)) { template::end(rest) } else { None };
        let Some(length) = length else {
            at += 1;
            continue;
        };
        let whole = at..at + length;
        at = whole.end;
        if stands_in_address(&bytes, whole.start) {
            for byte in &mut bytes[whole.clone()] {
                if byte.is_ascii_whitespace() || b"\"'`()<>\\".contains(byte) {
                    *byte = b'_';
                }
            }
            if rest.starts_with("<%") {
                (bytes[whole.start], bytes[whole.end - 1]) = (b'{', b'}');
            }
        } else if let Some(tag) = template::tag(&text[..whole.end], whole.start) {
            for byte in &mut bytes[whole.clone()] {
                if matches!(byte, b'\n' | b'\r') {
                    *byte = b' ';
                }
            }
            if let Some(said) = said(&text[whole.clone()]) {
                // What stands around it is a tag on either side.
                for part in [whole.start..whole.start + said.start, whole.start + said.end..whole.end] {
                    bytes[part.start..part.start + 2].copy_from_slice(b"{%");
                    bytes[part.end - 2..part.end].copy_from_slice(b"%}");
                }
                continue;
            }
            // `{{<figure` would be an element.
            if rest.starts_with("{{<") && !rest[3..].starts_with(' ') {
                (bytes[whole.start + 2], bytes[whole.end - 3]) = (b'%', b'%');
            }
            if let Some(inside) = opaque(text, &tag, &mut unended) {
                at = inside.end;
                blank_out(&mut bytes[inside]);
            }
        }
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Leaves nothing but the ends of lines.
fn blank_out(bytes: &mut [u8]) {
    bytes.iter_mut().filter(|byte| !matches!(**byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
}

/// Whether the destination of a link reaches up to an offset: behind `](`, or behind the `]:` of a definition.
fn stands_in_address(text: &[u8], at: usize) -> bool {
    let before = &text[at.saturating_sub(MAX_ADDRESS)..at];
    let line = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    let before = before[line..].trim_ascii_start();
    let Some(sign) = before.windows(2).rposition(|pair| pair == b"](" || pair == b"]:") else { return false };
    let begun = before[sign + 2..].trim_ascii_start();
    let is_one = !begun.iter().any(|byte| byte.is_ascii_whitespace() || *byte == b')');
    is_one && (before[sign + 1] == b'(' || before.starts_with(b"["))
}

/// Where a tag holds text with links of its own: `{% include note.html content="See [this](...)." %}`.
fn said(tag: &str) -> Option<Range<usize>> {
    // The marks of the tag itself are no signs of an element.
    let inner = tag.trim_end_matches(['}', '%', '>']);
    let element = inner.char_indices().skip(3).find(|(_, sign)| *sign == '<').map(|(at, _)| at);
    let first = [inner.find("]("), element].into_iter().flatten().min()?;
    let last = first + inner[first..].rfind([')', '>'])?;
    let quote = tag[..first].rfind("=\"").or_else(|| tag[..first].rfind("='"))?;
    let close = tag[last..].find(char::from(tag.as_bytes()[quote + 1]))?;
    Some(quote + 2..last + close)
}

/// What stands between a tag of a line of its own and the one that ends it, if that is no Markdown.
fn opaque<'t>(text: &'t str, tag: &Tag<'t>, unended: &mut Vec<&'t str>) -> Option<Range<usize>> {
    if tag.closes || !OPAQUE.contains(&tag.name) || unended.contains(&tag.name) {
        return None;
    }
    let line = text[..tag.whole.start].rfind('\n').map_or(0, |end| end + 1);
    let rest = &text[tag.whole.end..];
    let stands_alone =
        text[line..tag.whole.start].trim().is_empty() && rest.lines().next().is_none_or(|rest| rest.trim().is_empty());
    if !stands_alone {
        return None;
    }
    let mut at = tag.whole.end;
    while let Some(next) = template::tag(text, at) {
        at = next.whole.end;
        if next.closes && next.name.trim_start_matches("end") == tag.name {
            let inside = tag.whole.end..next.whole.start;
            return (!text[inside.clone()].contains("```")).then_some(inside);
        }
    }
    unended.push(tag.name);
    None
}

impl<'a> Reader<'a, '_> {
    /// A tag in running text is none; what it leads to is a link. Returns where the text goes on.
    pub(super) fn tag(&mut self, run: &Run<'a>, tag: &Tag<'_>) -> usize {
        let leads = tag.leads();
        let Some(first) = leads.first() else { return tag.whole.end };
        // `{{< button link="..." >}}label{{< /button >}}`
        let mut label = None;
        let mut end = tag.whole.end;
        if first.title.is_none()
            && leads.len() == 1
            && let Some(next) = template::tag(&run.text, end)
            && next.closes
            && next.name.trim_start_matches("end") == tag.name
        {
            label = Some(part(&run.text, end..next.whole.start)).filter(|label| !label.trim().is_empty());
            end = next.whole.end;
        }
        for lead in &leads {
            let href = part(&run.text, lead.address.clone());
            let span = run.source_of(lead.address.start)..run.source_of(lead.address.end);
            let text = label.clone().or_else(|| lead.title.map(|title| Cow::Owned(title.to_owned())));
            let address = Address { href: href.clone(), resolve: None, at: run.source_of(tag.whole.start), span };
            self.tree.link(Name::Anchor, address, if text.is_some() { 0 } else { mark::BARE });
            self.tree.text(text.unwrap_or(href));
            self.tree.end(Name::Anchor, 0);
        }
        if let Some(note) = first.note {
            self.tree.text(format!(" - {note}"));
        }
        self.after_tag = end == run.text.len();
        end
    }
}
