//! A note about an archived copy beside a link, as each format does it.

use std::ops::Range;

use super::spot::{Naming, Spot};
use super::template::Template;
use super::{Edit, drawn};
use crate::seed::{self, Format};

/// Bytes behind an address in which its markup must end.
const REACH: usize = 4_096;

/// What is said of a link that was read from something else: an identifier, a key.
pub(super) const NO_ADDRESS: &str = "its address does not stand in the file as such";

/// What is said of a link that a box shows: a note behind the box would be shown somewhere else.
const IN_BOX: &str = "a box shows it, in which a copy has no place of its own";

/// The edits that put a copy beside a link, or in its place where the format has no room beside; none where it has one.
pub(super) fn note(
    format: Format,
    text: &str,
    span: &Range<usize>,
    copy: &str,
    day: &str,
) -> Result<Vec<Edit>, &'static str> {
    const UNWRITABLE: &str = "the address of its copy cannot be written here";
    const ENDLESS: &str = "the end of its markup cannot be told";
    let spot = Spot::of(format, text, span).ok_or(NO_ADDRESS)?;
    let replaced = |spot: Spot| {
        let written = spot.write(format, copy).ok_or(UNWRITABLE)?;
        in_place(format, text, span, written.raw)
    };
    let insert = |at: Option<usize>, note: String| {
        let at = at.ok_or(ENDLESS)?;
        Ok(vec![Edit { range: at..at, text: note }])
    };
    let written = |spot: Spot| spot.write(format, copy).map(|written| written.raw).ok_or(UNWRITABLE);
    match (format, spot) {
        (Format::Html | Format::Markdown | Format::Wikitext, Spot::Attribute(_)) => {
            let href = written(Spot::Attribute(Some('"')))?;
            insert(end_of_anchor(text, span.end), format!(" (<a href=\"{href}\">archived</a>)"))
        }
        (Format::Markdown, _) => {
            let head = text[..span.start].trim_end();
            let head = head.strip_suffix('<').unwrap_or(head).trim_end();
            if head.ends_with("]:") {
                return replaced(spot);
            }
            let end = match spot {
                Spot::Bare => Some(span.end),
                Spot::Pointed if !head.ends_with("](") => after(text, span.end, '>'),
                _ => end_of_round(text, span.end),
            };
            insert(end, format!(" ([archived]({}))", written(Spot::Round)?))
        }
        (Format::Wikitext, Spot::Parameter(_)) => {
            let template = Template::around(text, span.start).ok_or(ENDLESS)?;
            let copy = written(Spot::Parameter(Naming::Named))?;
            let cited = template.cites(text).then(|| template.cite(text, span, &copy, day)).flatten();
            if cited.is_none() && template.is_box(text) {
                return Err(IN_BOX);
            }
            cited.map_or_else(|| insert(Some(template.range.end), wiki_note(text, &copy, day)), Ok)
        }
        // Nothing can stand beside where a picture leads.
        (Format::Wikitext, _) if is_of_picture(text, span.start) => replaced(spot),
        (Format::Wikitext, _) => insert(end_of_markup(text, span), wiki_note(text, &written(Spot::Square)?, day)),
        (Format::Asciidoc | Format::Org, Spot::Attribute(_)) => {
            let href = written(Spot::Attribute(Some('"')))?;
            insert(end_of_anchor(text, span.end), format!(" (<a href=\"{href}\">archived</a>)"))
        }
        // Nothing can stand beside where a picture leads, nor in a definition.
        (Format::Asciidoc, _) if spot == Spot::Square || is_defined(text, span.start) => replaced(spot),
        (Format::Asciidoc, _) => {
            let end = match spot {
                Spot::Pointed => after(text, span.end, '>'),
                _ => seed::end_of_asciidoc_label(text, span.end).or(Some(span.end)),
            };
            insert(end, format!(" ({}[archived])", written(Spot::Bare)?))
        }
        (Format::Org, _) if is_defined(text, span.start) => replaced(spot),
        (Format::Org, _) => {
            let end = match spot {
                Spot::Pointed => after(text, span.end, '>'),
                Spot::Square => seed::end_of_org_link(text, span.end),
                _ => Some(span.end),
            };
            insert(end, format!(" ([[{}][archived]])", written(Spot::Square)?))
        }
        // A note would push the columns of a drawn table out of their places.
        (Format::Rst, _) if drawn::rest_of_cell(text, span.end).is_some() => replaced(spot),
        (Format::Rst, Spot::Pointed) => {
            insert(end_of_reference(text, span.end), format!(" (`archived <{}>`__)", written(Spot::Pointed)?))
        }
        (Format::Rst, _) if is_target(text, span.start) => replaced(spot),
        (Format::Rst, _) => insert(Some(span.end), format!(" (`archived <{}>`__)", written(Spot::Pointed)?)),
        (Format::Latex, Spot::Tex(_)) => {
            let end = end_of_command(text, span);
            insert(end, format!(" (\\href{{{}}}{{archived}})", written(Spot::Tex(true))?))
        }
        (Format::Sitemap | Format::Feed, _) => Err("such files are made by programs, which would undo it"),
        _ => replaced(spot),
    }
}

/// Where the markup of a link of a wiki ends, or the template around its address.
pub(super) fn end_of_markup(text: &str, span: &Range<usize>) -> Option<usize> {
    match Spot::of(Format::Wikitext, text, span)? {
        Spot::Attribute(_) => end_of_anchor(text, span.end),
        Spot::Parameter(_) => Template::around(text, span.start).map(|template| template.range.end),
        Spot::Square => end_of_square(text, span),
        _ => Some(span.end),
    }
}

/// The edits that put an address in the place of another.
pub(super) fn in_place(
    format: Format,
    text: &str,
    span: &Range<usize>,
    raw: String,
) -> Result<Vec<Edit>, &'static str> {
    if format == Format::Rst {
        return drawn::replace(text, span, raw).ok_or("its table has no room for it");
    }
    Ok(vec![Edit { range: span.clone(), text: raw }])
}

/// A link with its markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markup {
    /// From the first sign of its markup to the last.
    pub whole: Range<usize>,
    /// The words that readers see.
    pub label: Range<usize>,
}

/// The markup of a link whose address stands at `span`; `None` for a bare address, a definition, a template, and formats
/// without such markup.
pub fn link_markup(format: Format, text: &str, span: &Range<usize>) -> Option<Markup> {
    let spot = Spot::of(format, text, span)?;
    match (format, spot) {
        (Format::Html | Format::Markdown | Format::Wikitext, Spot::Attribute(_)) => {
            let end = end_of_anchor(text, span.end)?;
            let start = text[..span.start].rfind('<')?;
            let label = after(text, span.end, '>')?..text[..end].rfind("</")?;
            (label.start <= label.end).then_some(Markup { whole: start..end, label })
        }
        (Format::Markdown, Spot::Round | Spot::Pointed) => {
            let head = text[..span.start].trim_end();
            let head = head.strip_suffix('<').unwrap_or(head).trim_end();
            let label_end = head.strip_suffix("](")?.len();
            let start = start_of_label(&text[..label_end])?;
            Some(Markup { whole: start..end_of_round(text, span.end)?, label: start + 1..label_end })
        }
        (Format::Wikitext, Spot::Square) => {
            let end = end_of_square(text, span)?;
            let width = brackets(text, span);
            (span.end + width < end).then(|| Markup { whole: span.start - width..end, label: span.end..end - width })
        }
        _ => None,
    }
}

/// The `[` that the end of a text is the label of.
fn start_of_label(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate().rev().take(REACH) {
        match byte {
            b']' => depth += 1,
            b'[' if depth == 0 => return Some(at),
            b'[' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Whether an address is the target of a shown file, `[[File:X.png|link=...]]`.
fn is_of_picture(text: &str, start: usize) -> bool {
    let before = text[..start].trim_end();
    let name = before.strip_suffix('=').and_then(|before| before.trim_end().strip_suffix("link"));
    name.is_some_and(|before| before.trim_end().ends_with('|'))
}

/// As pages of the wiki do it: with a template where the page uses such templates, else as a link.
fn wiki_note(text: &str, copy: &str, day: &str) -> String {
    let lower = |name: &str| text.contains(&format!("{{{{{name}")) || text.contains(&format!("{{{{{}", capital(name)));
    if lower("webarchive") || lower("cite ") {
        format!(" {{{{webarchive|url={copy}|date={day}}}}}")
    } else {
        format!(" ([{copy} archived copy])")
    }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The text behind a place in which its markup must end.
pub(super) fn reach(text: &str, from: usize) -> &str {
    let mut end = text.len().min(from + REACH);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(from..end).unwrap_or_default()
}

fn after(text: &str, from: usize, sign: char) -> Option<usize> {
    Some(from + reach(text, from).find(sign)? + sign.len_utf8())
}

/// Behind the `</a>` of the link whose address ends here.
fn end_of_anchor(text: &str, from: usize) -> Option<usize> {
    let rest = reach(text, from);
    let mut at = 0;
    while let Some(found) = rest[at..].find('<') {
        let tag = at + found;
        let bytes = rest.as_bytes();
        let name = |name: &str| {
            bytes.get(tag + 1..tag + 1 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        };
        if name("/a>") || name("/a ") {
            return after(text, from + tag, '>');
        }
        if name("a ") || name("a\n") {
            return None;
        }
        at = tag + 1;
    }
    None
}

/// Behind the `)` of an inline link: the address may have a bracket around it and a title behind it.
fn end_of_round(text: &str, from: usize) -> Option<usize> {
    let rest = reach(text, from);
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (_, '\\') => escaped = true,
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => quote = Some(')'),
            (None, ')') => return Some(from + at + 1),
            (None, '>') => {}
            (None, c) if c.is_whitespace() => {}
            (None, _) => return None,
        }
    }
    None
}

/// Brackets before an address: pages also have `[[address label]]`.
fn brackets(text: &str, span: &Range<usize>) -> usize {
    if text[..span.start].ends_with("[[") { 2 } else { 1 }
}

/// Behind the `]` of `[address label]`, where its reader has it.
fn end_of_square(text: &str, span: &Range<usize>) -> Option<usize> {
    let close = seed::external_link(text, span.start.checked_sub(1)?, text.len())?;
    let second = brackets(text, span) == 2 && text[close + 1..].starts_with(']');
    Some(close + 1 + usize::from(second))
}

/// Behind `` >`_ `` or `` >`__ ``.
fn end_of_reference(text: &str, from: usize) -> Option<usize> {
    let rest = reach(text, from);
    let tail = rest.strip_prefix('>')?.strip_prefix('`')?;
    let underscores = tail.bytes().take_while(|&byte| byte == b'_').count();
    (1..=2).contains(&underscores).then_some(from + 2 + underscores)
}

/// Whether an address is the value of a name: `:name: address` of AsciiDoc, a property of Org.
fn is_defined(text: &str, at: usize) -> bool {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let before = text[line..at].trim();
    let name = before.strip_prefix(':').and_then(|rest| rest.strip_suffix(':'));
    name.is_some_and(|name| !name.is_empty() && !name.contains(char::is_whitespace))
}

/// Whether the address is the target of a name or picture: `.. _name: address`, `:target: address`, also with the address
/// on the next line.
fn is_target(text: &str, at: usize) -> bool {
    let begins = |line: &str| ["..", "__ ", ":target:"].iter().any(|sign| line.starts_with(sign));
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let before = text[line..at].trim_start();
    if !before.is_empty() || line == at {
        return begins(before);
    }
    let above = text[..line].lines().next_back().unwrap_or_default().trim();
    above == ":target:" || above.strip_prefix(".. _").is_some_and(|name| name.ends_with(':'))
}

/// Behind the groups of a command: `}` of the address and, for `\href`, of the label that follows.
fn end_of_command(text: &str, span: &Range<usize>) -> Option<usize> {
    let from = span.end;
    let rest = reach(text, from);
    let mut first = rest.find('}')? + 1;
    let before = text[..span.start].trim_end().strip_suffix('{')?.trim_end();
    let before = before.strip_suffix(']').and_then(|options| Some(&before[..options.rfind('[')?])).unwrap_or(before);
    if !before.trim_end().trim_end_matches('*').ends_with("\\href") {
        return Some(from + first);
    }
    first += seed::gap_in_command(&rest[first..]);
    if !rest[first..].starts_with('{') {
        return None;
    }
    let mut depth = 0_usize;
    let mut escaped = false;
    for (at, c) in rest[first..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' => depth += 1,
            '}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(from + first + at + 1);
                }
            }
            _ => {}
        }
    }
    None
}
