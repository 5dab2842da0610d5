//! The one place of escaping: every text from the web passes here before it enters a report.
//!
//! Titles, addresses and evidence are hostile input (CWE-79, CWE-150, CWE-1236): they may carry terminal sequences, markup,
//! spreadsheet formulas and characters that reorder or hide others. HTML is escaped by its templates; what they cannot
//! know, which addresses may become links, is decided here too.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

use askama::filters::{Escaper, Html};

mod ascii;
#[cfg(test)]
mod tests;

/// One line of visible text: control characters and runs of white space become one space, characters that reorder or hide
/// text are dropped. Joiners that belong to scripts and emoji stay.
pub fn plain(text: &str) -> Cow<'_, str> {
    clean(text, false)
}

/// Text that is safe to print on a terminal: as [`plain`], and without joiners, which terminals measure differently.
pub fn terminal(text: &str) -> Cow<'_, str> {
    clean(text, true)
}

fn clean(text: &str, drop_joiners: bool) -> Cow<'_, str> {
    if ascii::is_one_line(text) {
        return Cow::Borrowed(text);
    }
    if text.trim().len() == text.len() && !text.contains("  ") && first_touchy(text, drop_joiners).is_none() {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if is_break(c) || c.is_whitespace() {
            gap = true;
        } else if !(is_invisible(c) || drop_joiners && is_joiner(c)) {
            if gap && !cleaned.is_empty() {
                cleaned.push(' ');
            }
            gap = false;
            cleaned.push(c);
        }
    }
    Cow::Owned(cleaned)
}

/// The first character that does not just stand there as itself, and its place.
fn first_touchy(text: &str, drop_joiners: bool) -> Option<(usize, char)> {
    let mut at = 0;
    loop {
        at += printable(&text.as_bytes()[at..]);
        let c = text[at..].chars().next()?;
        if is_break(c) || is_invisible(c) || drop_joiners && is_joiner(c) {
            return Some((at, c));
        }
        at += c.len_utf8();
    }
}

/// How many bytes of printable ASCII there are before anything else.
fn printable(bytes: &[u8]) -> usize {
    let is_printable = |byte: &u8| (b' '..0x7F).contains(byte);
    // Many at a time, without a branch in between; the rest one by one.
    let (many, _) = bytes.as_chunks::<32>();
    let whole =
        32 * many.iter().take_while(|some| some.iter().fold(true, |all, byte| all & is_printable(byte))).count();
    whole + bytes[whole..].iter().take_while(|byte| is_printable(byte)).count()
}

/// C0, DEL, C1 and the Unicode line and paragraph separators: what ends a line or speaks to a terminal.
fn is_break(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Characters without a glyph that reorder (bidirectional controls), hide or annotate their neighbours.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E007F}')
}

/// Zero-width joiner and non-joiner: part of the spelling of some scripts and of composed emoji.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}')
}

/// At most `max` characters of a text; an ellipsis stands for the rest.
pub fn clip(text: &str, max: usize) -> Cow<'_, str> {
    // No text has more characters than bytes.
    if text.len() <= max {
        return Cow::Borrowed(text);
    }
    match text.char_indices().nth(max) {
        None => Cow::Borrowed(text),
        Some(_) => {
            let end = text.char_indices().nth(max.saturating_sub(1)).map_or(0, |(at, _)| at);
            Cow::Owned(format!("{}\u{2026}", text[..end].trim_end()))
        }
    }
}

/// A text as [`plain`] shows it, cut as [`clip`] does.
pub fn shown(text: &str, max: usize) -> Cow<'_, str> {
    match plain(text) {
        Cow::Borrowed(text) => clip(text, max),
        Cow::Owned(text) if text.len() <= max => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(clip(&text, max).into_owned()),
    }
}

/// The address as a link target, when it may become one: absolute http or https, with every character percent-encoded
/// that could end an attribute, a Markdown destination or a table cell, or that cannot be seen.
pub fn web_address(url: &str) -> Option<Cow<'_, str>> {
    let url = url.trim();
    let scheme = url.split_once("://").map(|(scheme, _)| scheme)?;
    if !(scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")) {
        return None;
    }
    // Nearly all addresses are as harmless as browsers write them.
    if url.bytes().all(|byte| HARMLESS[usize::from(byte)]) {
        return Some(Cow::Borrowed(url));
    }
    let mut address = String::with_capacity(url.len());
    let mut entity = false;
    for c in url.chars() {
        // `&name;` would be read as a character reference; without its semicolon it is not one.
        let ends_entity = entity && c == ';';
        entity = c == '&' || entity && (c.is_ascii_alphanumeric() || c == '#');
        if is_risky(c) || ends_entity || c.is_whitespace() || is_break(c) || is_invisible(c) || is_joiner(c) {
            let mut buffer = [0; 4];
            for byte in c.encode_utf8(&mut buffer).bytes() {
                let _ = write!(address, "%{byte:02X}");
            }
        } else {
            address.push(c);
        }
    }
    Some(Cow::Owned(address))
}

/// What could end an attribute, a Markdown destination or a table cell.
const fn is_risky(c: char) -> bool {
    matches!(c, '"' | '\'' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' | '(' | ')')
}

/// The characters that an address may hold wherever they stand.
const HARMLESS: [bool; 256] = {
    let mut harmless = [false; 256];
    let mut byte = b'!';
    while byte < 0x7F {
        harmless[byte as usize] = byte != b';' && !is_risky(byte as char);
        byte += 1;
    }
    harmless
};

/// Text inside a Markdown paragraph, list item, heading or table cell: it reads as written and starts no markup, in
/// CommonMark and in GitHub's dialect.
pub fn markdown(text: &str) -> String {
    let text = plain(text);
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    let starts_list = ordered_list_marker(&text);
    // Everything special is ASCII, and what lies between is taken over as it stands.
    let mut taken = 0;
    for (at, byte) in text.bytes().enumerate() {
        if !MARKS[usize::from(byte)] {
            continue;
        }
        let rest = &text.as_bytes()[at + 1..];
        let special = match byte {
            // Character references.
            b'&' => rest.first().is_some_and(|next| *next == b'#' || next.is_ascii_alphanumeric()),
            // At the start of a line: bullets, rules and setext underlines.
            b'-' | b'+' | b'=' => at == 0,
            // Bare addresses turn into links by themselves.
            b':' => rest.starts_with(b"//"),
            b'.' => starts_list == Some(at) || ends_with_www(&text.as_bytes()[..at]),
            b')' => starts_list == Some(at),
            _ => true,
        };
        if special {
            escaped.push_str(&text[taken..at]);
            escaped.push('\\');
            taken = at;
        }
    }
    escaped.push_str(&text[taken..]);
    escaped
}

/// The characters that may be markup.
const MARKS: [bool; 256] = {
    let marks = b"\\`*_[]<>|~^#@$&-+=:.)";
    let mut table = [false; 256];
    let mut at = 0;
    while at < marks.len() {
        table[marks[at] as usize] = true;
        at += 1;
    }
    table
};

/// Where the `.` or `)` stands when the text would open an ordered list (CommonMark 5.2: up to nine digits).
fn ordered_list_marker(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let marker = text.as_bytes().get(digits)?;
    ((1..=9).contains(&digits) && matches!(marker, b'.' | b')')).then_some(digits)
}

fn ends_with_www(before: &[u8]) -> bool {
    before.len() >= 3 && before[before.len() - 3..].eq_ignore_ascii_case(b"www")
}

/// A Markdown code span; not for table cells, where a pipe would still end the cell.
pub fn markdown_code(text: &str) -> String {
    let text = plain(text);
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A Markdown link where the address may become one, else the label with the address as code behind it.
pub fn markdown_link(label: &str, url: &str) -> String {
    let label = plain(label);
    let label = if label.is_empty() { plain(url) } else { label };
    match web_address(url) {
        Some(address) => ["[", &markdown(&label), "](", &address, ")"].concat(),
        None if label == plain(url) => markdown_code(url),
        None => format!("{} {}", markdown(&label), markdown_code(url)),
    }
}

/// An address shown as itself, clickable where it may be.
pub fn markdown_address(url: &str) -> String {
    match web_address(url) {
        Some(address) => ["<", &address, ">"].concat(),
        None => markdown_code(url),
    }
}

/// Writes a value as JSON on one line, with every character escaped that would steer a terminal or hide text in it: readers
/// of the file get the very same texts.
///
/// # Errors
/// Those of the writer.
pub fn json<T: serde::Serialize + ?Sized>(out: &mut dyn io::Write, value: &T) -> io::Result<()> {
    let line = serde_json::to_string(value)?;
    // What is touchy can stand inside texts only, where its escape means the same.
    let mut rest = line.as_str();
    while let Some((at, c)) = first_touchy(rest, false) {
        out.write_all(&rest.as_bytes()[..at])?;
        for unit in c.encode_utf16(&mut [0; 2]) {
            write!(out, "\\u{unit:04x}")?;
        }
        rest = &rest[at + c.len_utf8()..];
    }
    out.write_all(rest.as_bytes())
}

/// Writes texts into markup, as askama's own escaper does: most need nothing, which is seen at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct Markup;

impl Escaper for Markup {
    fn write_escaped_str<W: std::fmt::Write>(&self, mut out: W, text: &str) -> std::fmt::Result {
        if ascii::is_plain_in_markup(text) { out.write_str(text) } else { Html.write_escaped_str(out, text) }
    }
}

/// A cell of a CSV file that no spreadsheet takes for a formula: a leading `=`, `+`, `-` or `@`, also behind quotes,
/// white space or in full width, gets an apostrophe before it (OWASP, CSV injection). Quoting is the writer's business.
pub fn csv_cell(text: &str) -> Cow<'_, str> {
    let text = plain(text);
    if text.as_bytes().first().is_none_or(u8::is_ascii_alphanumeric) {
        return text;
    }
    let first = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).chars().next();
    match first {
        Some('=' | '+' | '-' | '@' | '\u{FF1D}' | '\u{FF0B}' | '\u{FF0D}' | '\u{FF20}' | '\u{2212}') => {
            Cow::Owned(format!("'{text}"))
        }
        _ => text,
    }
}
