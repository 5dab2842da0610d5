//! The one place of escaping: every text from the web passes here before it enters a report.
//!
//! Titles, addresses and evidence are hostile input (CWE-79, CWE-150, CWE-1236): they may carry terminal sequences, markup,
//! spreadsheet formulas and characters that reorder or hide others. HTML is escaped by its templates; what they cannot
//! know, which addresses may become links, is decided here too.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

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
    let touchy = |c| is_break(c) || is_invisible(c) || drop_joiners && is_joiner(c);
    // Most texts begin and end with a letter, and need no look at what white space is beyond ASCII.
    let bare = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let bytes = text.as_bytes();
    let untouched = (bare(bytes.first()) && bare(bytes.last()) || text.trim().len() == text.len())
        && memchr::memmem::find(text.as_bytes(), b"  ").is_none()
        && (is_printable(text) || !text.chars().any(touchy));
    if untouched {
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

/// Whether a text is all printable ASCII, as most are: told without a branch at each character.
fn is_printable(text: &str) -> bool {
    text.bytes().fold(true, |printable, byte| printable & (b' '..0x7F).contains(&byte))
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

/// The address as a link target, when it may become one: absolute http or https, with every character percent-encoded
/// that could end an attribute, a Markdown destination or a table cell, or that cannot be seen.
pub fn web_address(url: &str) -> Option<String> {
    let url = url.trim();
    let scheme = url.split_once("://").map(|(scheme, _)| scheme)?;
    if !(scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")) {
        return None;
    }
    let mut address = String::with_capacity(url.len());
    let mut entity = false;
    for c in url.chars() {
        // `&name;` would be read as a character reference; without its semicolon it is not one.
        let ends_entity = entity && c == ';';
        entity = c == '&' || entity && (c.is_ascii_alphanumeric() || c == '#');
        let risky = matches!(c, '"' | '\'' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' | '(' | ')');
        if risky || ends_entity || c.is_whitespace() || is_break(c) || is_invisible(c) || is_joiner(c) {
            let mut buffer = [0; 4];
            for byte in c.encode_utf8(&mut buffer).bytes() {
                let _ = write!(address, "%{byte:02X}");
            }
        } else {
            address.push(c);
        }
    }
    Some(address)
}

/// Text inside a Markdown paragraph, list item, heading or table cell: it reads as written and starts no markup, in
/// CommonMark and in GitHub's dialect.
pub fn markdown(text: &str) -> String {
    let text = plain(text);
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    let starts_list = ordered_list_marker(&text);
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let special = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '^' | '#' | '@' | '$' => true,
            // Character references.
            '&' => rest.starts_with(|next: char| next == '#' || next.is_ascii_alphanumeric()),
            // At the start of a line: bullets, rules and setext underlines.
            '-' | '+' | '=' => at == 0,
            // Bare addresses turn into links by themselves.
            ':' => rest.starts_with("//"),
            '.' => starts_list == Some(at) || ends_with_www(&text[..at]),
            ')' => starts_list == Some(at),
            _ => false,
        };
        if special {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Where the `.` or `)` stands when the text would open an ordered list (CommonMark 5.2: up to nine digits).
fn ordered_list_marker(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let marker = text.as_bytes().get(digits)?;
    ((1..=9).contains(&digits) && matches!(marker, b'.' | b')')).then_some(digits)
}

fn ends_with_www(before: &str) -> bool {
    before.len() >= 3 && before.as_bytes()[before.len() - 3..].eq_ignore_ascii_case(b"www")
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
        Some(address) => format!("[{}]({address})", markdown(&label)),
        None if label == plain(url) => markdown_code(url),
        None => format!("{} {}", markdown(&label), markdown_code(url)),
    }
}

/// An address shown as itself, clickable where it may be.
pub fn markdown_address(url: &str) -> String {
    match web_address(url) {
        Some(address) => format!("<{address}>"),
        None => markdown_code(url),
    }
}

/// Writes a value as JSON on one line, with every character escaped that would steer a terminal or hide text in it: readers
/// of the file get the very same texts.
///
/// # Errors
/// Those of the writer.
pub fn json<T: serde::Serialize>(out: &mut dyn io::Write, value: &T) -> io::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(out, VisibleJson)).map_err(io::Error::from)
}

struct VisibleJson;

impl serde_json::ser::Formatter for VisibleJson {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        if is_printable(rest) {
            return writer.write_all(rest.as_bytes());
        }
        while let Some((at, c)) = rest.char_indices().find(|&(_, c)| is_break(c) || is_invisible(c)) {
            writer.write_all(&rest.as_bytes()[..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + c.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
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
