//! How an address is written where it stands: the escapes of its format.

use std::ops::Range;

use super::beside::reach;
use super::template::{Template, open_before, pipes, without_final_comments};
use crate::seed::Format;

/// The surroundings of an address in its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// The value of an attribute, with its quotes.
    Attribute(Option<char>),
    /// Character data of XML.
    Text,
    /// Between `<![CDATA[` and `]]>`.
    Verbatim,
    /// Markdown: in round brackets.
    Round,
    /// In pointed brackets.
    Pointed,
    /// Markdown: a definition of a reference.
    Definition,
    /// Wikitext: `[address label]`; Org: `[[address][label]]`; AsciiDoc: among what is said in brackets.
    Square,
    /// Wikitext: the value of a template's parameter.
    Parameter(Naming),
    /// A cell of a table.
    Cell(Cell),
    /// A text of JSON; `true` where slashes are escaped.
    Json(bool),
    /// An argument of TeX; `true` where its signs are escaped.
    Tex(bool),
    /// Nothing around it.
    Bare,
}

/// How an address stands in its cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// Between quotes, perhaps with others.
    Quoted,
    /// It is all of the cell, and could be put between quotes.
    Whole,
    /// Something stands beside it.
    Part,
}

/// What a template's parameter is called: without a name, what stands before the first `=` would be taken for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// It has a name.
    Named,
    /// It is the only one, and could be called `1`.
    Only,
    /// There are others.
    Other,
}

/// What to write in place of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    /// The address a reader will see.
    pub href: String,
    /// The same with the escapes of the format.
    pub raw: String,
}

impl Spot {
    /// The surroundings of a place; `None` where no address can be written: a page of the wiki.
    pub(super) fn of(format: Format, text: &str, span: &Range<usize>) -> Option<Spot> {
        let before = text.get(..span.start)?;
        let raw = text.get(span.clone())?;
        let trimmed = before.trim_end();
        let sign = trimmed.chars().next_back();
        Some(match format {
            Format::Html | Format::Bookmarks => attribute(before)?,
            Format::Opml => attribute(before)?,
            Format::Feed | Format::Sitemap => match sign {
                Some('"' | '\'') => attribute(before)?,
                _ if trimmed.ends_with("<![CDATA[") => Spot::Verbatim,
                _ => Spot::Text,
            },
            Format::Markdown => match sign {
                Some('"' | '\'' | '=') if is_attribute(trimmed) => attribute(before)?,
                Some('<') => Spot::Pointed,
                Some('(') if trimmed.ends_with("](") => Spot::Round,
                Some(':') if trimmed.ends_with("]:") => Spot::Definition,
                _ => Spot::Bare,
            },
            Format::Wikitext => match sign {
                // An address in two pairs of brackets is no page.
                _ if trimmed.ends_with("[[") && !raw.contains("://") => return None,
                Some('"' | '\'' | '=') if is_attribute(trimmed) => attribute(before)?,
                Some('[') => Spot::Square,
                _ => parameter(text, span).map_or(Spot::Bare, Spot::Parameter),
            },
            Format::Csv => Spot::Cell(cell(before, &text[span.end..])),
            Format::Json => Spot::Json(raw.contains("\\/")),
            Format::Bibtex => Spot::Tex(raw.contains('\\')),
            Format::Latex if matches!(sign, Some('{')) => Spot::Tex(true),
            // What names and abbreviations stand for is no address as it stands.
            Format::Asciidoc if raw.contains('{') => return None,
            Format::Asciidoc => match sign {
                Some('"' | '\'' | '=') if is_attribute(trimmed) => attribute(before)?,
                Some('"' | '=') if trimmed.trim_end_matches('"').ends_with("link=") => Spot::Square,
                Some('<') => Spot::Pointed,
                _ => Spot::Bare,
            },
            Format::Org if !(raw.contains("://") || raw.starts_with("www.")) => return None,
            Format::Org => match sign {
                Some('"' | '\'' | '=') if is_attribute(trimmed) => attribute(before)?,
                Some('[') if trimmed.ends_with("[[") => Spot::Square,
                Some('<') => Spot::Pointed,
                _ => Spot::Bare,
            },
            Format::Rst if sign == Some('<') => Spot::Pointed,
            Format::Latex | Format::Rst | Format::Ris | Format::Plain | Format::Yaml | Format::Toml => Spot::Bare,
            // Nobody writes a PDF file by hand.
            Format::Pdf => return None,
        })
    }

    /// An address as it is written here. Signs that no escape of the format can carry are percent-encoded.
    pub(super) fn write(self, format: Format, url: &str) -> Option<Written> {
        let printable = url.bytes().all(|byte| byte.is_ascii_graphic()) && !url.contains(['"', '<', '>']);
        if !printable {
            return None;
        }
        let mut href = match format {
            Format::Html | Format::Bookmarks | Format::Opml | Format::Feed | Format::Sitemap | Format::Json => {
                url.to_owned()
            }
            Format::Pdf => return None,
            Format::Csv | Format::Plain | Format::Ris => percent(url, &['`']),
            Format::Yaml | Format::Toml => percent(url, &['\\', '`', '|', '{', '}', '[', ']', '\'', ',']),
            Format::Markdown => percent(url, &['\\', '`', '|', '{', '}', '*']),
            Format::Wikitext => percent(url, &['\\', '`', '|', '{', '}', '[', ']', '\'']),
            // Two of these signs would be marks of emphasis.
            Format::Asciidoc => {
                let twice: Vec<char> = ['~', '+'].into_iter().filter(|&sign| url.matches(sign).count() > 1).collect();
                let underscores: &[char] = if url.contains("__") { &['_'] } else { &[] };
                let href = percent(url, &['\\', '`', '|', '{', '}', '[', ']', '*', '^']);
                percent(&percent(&href, &twice), underscores)
            }
            Format::Org => percent(url, &['\\', '`', '|', '[', ']', '{', '}']),
            Format::Rst => percent(url, &['\\', '`', '|', '{', '}', '*']),
            Format::Bibtex | Format::Latex => percent(url, &['\\', '`', '{', '}', '^', '"']),
        };
        if self == Spot::Cell(Cell::Part) {
            href = percent(&href, &[',', ';', '|']);
        }
        if self == Spot::Square && format == Format::Asciidoc {
            href = percent(&href, &[',']);
        }
        if matches!(self, Spot::Round | Spot::Bare | Spot::Definition) && !is_balanced(&href) {
            href = percent(&href, &['(', ')']);
        }
        let last = href.chars().next_back()?;
        let closes = match self {
            Spot::Bare => matches!(last, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '_' | '~' | '*' | ']' | ')' | '}'),
            Spot::Pointed => format == Format::Rst && last == '_',
            _ => false,
        };
        if closes {
            href.pop();
            href.push_str(&format!("%{:02X}", u32::from(last)));
        }
        let raw = match self {
            Spot::Attribute(quote) => {
                let raw = href.replace('&', "&amp;");
                if quote == Some('"') { raw } else { raw.replace('\'', "&#39;") }
            }
            Spot::Text => href.replace('&', "&amp;"),
            Spot::Verbatim if href.contains("]]") => return None,
            Spot::Round | Spot::Definition if has_reference(&href) => href.replace('&', "&amp;"),
            Spot::Square | Spot::Bare | Spot::Parameter(_) if format == Format::Wikitext && has_reference(&href) => {
                href.replace('&', "&amp;")
            }
            Spot::Square | Spot::Bare | Spot::Pointed if format == Format::Asciidoc && has_reference(&href) => {
                href.replace('&', "&amp;")
            }
            Spot::Cell(Cell::Whole) if href.contains([',', ';', '\t', '|']) => format!("\"{href}\""),
            Spot::Json(slashes) => {
                let raw = href.replace('\\', "\\\\");
                if slashes { raw.replace('/', "\\/") } else { raw }
            }
            Spot::Parameter(Naming::Only) if href.contains('=') => format!("1={href}"),
            Spot::Parameter(Naming::Other) => href.replace('=', "{{=}}"),
            Spot::Tex(true) => {
                let mut raw = String::with_capacity(href.len());
                for c in href.chars() {
                    match c {
                        '%' | '#' | '&' | '_' => raw.extend(['\\', c]),
                        '~' => raw.push_str("\\~{}"),
                        c => raw.push(c),
                    }
                }
                raw
            }
            _ => href.clone(),
        };
        Some(Written { href, raw })
    }
}

/// The attribute whose value begins here.
fn attribute(before: &str) -> Option<Spot> {
    let trimmed = before.trim_end();
    match trimmed.chars().next_back()? {
        quote @ ('"' | '\'') => Some(Spot::Attribute(Some(quote))),
        '=' => Some(Spot::Attribute(None)),
        _ => None,
    }
}

/// How an address stands in its cell, by what is before and behind it.
fn cell(before: &str, behind: &str) -> Cell {
    let is_end =
        |sign: Option<char>| sign.is_none_or(|sign| matches!(sign, ',' | ';' | '\t' | '\r' | '\n' | '\u{FEFF}'));
    if is_in_quotes(before) {
        Cell::Quoted
    } else if is_end(before.chars().next_back()) && is_end(behind.chars().next()) {
        Cell::Whole
    } else {
        Cell::Part
    }
}

/// Whether the nearest quote opens a cell: it begins one, and does not end the one before. A cell of several addresses
/// holds no quote itself.
fn is_in_quotes(before: &str) -> bool {
    let Some(quote) = before.rfind('"') else { return false };
    let head = before[..quote].trim_end_matches(' ');
    let begins = head.is_empty() || head.ends_with([',', ';', '\t', '\r', '\n', '|', '\u{FEFF}']);
    let ends = before[quote + 1..].trim_start_matches(' ').starts_with([',', ';', '\t', '\r', '\n', '|']);
    // A cell may end with what parts cells, or begin with it.
    begins && (!ends || before.matches('"').count() % 2 == 1)
}

/// Whether `href=` stands here, perhaps with a quote behind it.
fn is_attribute(before: &str) -> bool {
    let before = before.trim_end_matches(['"', '\'']).trim_end();
    let name = before.strip_suffix('=').map(str::trim_end).unwrap_or_default();
    name.get(name.len().wrapping_sub(4)..).is_some_and(|name| name.eq_ignore_ascii_case("href"))
        && name.len() > 4
        && name[..name.len() - 4].ends_with(char::is_whitespace)
}

/// What the parameter is called whose value begins with an address, where a template is open.
fn parameter(text: &str, span: &Range<usize>) -> Option<Naming> {
    let before = without_final_comments(&text[..span.start]);
    let sign = before.chars().next_back().filter(|sign| matches!(sign, '=' | '|'))?;
    let template = open_before(before)?;
    if sign == '=' {
        return Some(Naming::Named);
    }
    // One behind it without a name would be the first then, whatever else the value holds, and those of a function begin to
    // count later.
    let nearby = || span.end + reach(text, span.end).len();
    let end = Template::around(text, span.end).map_or_else(nearby, |template| template.range.end - 2);
    let inside = &text[template + 2..end];
    let is_only = pipes(inside).len() == 1 && !inside.trim_start().starts_with('#');
    Some(if is_only { Naming::Only } else { Naming::Other })
}

fn percent(text: &str, signs: &[char]) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        if signs.contains(&c) {
            written.push_str(&format!("%{:02X}", u32::from(c)));
        } else {
            written.push(c);
        }
    }
    written
}

/// Whether every bracket has its partner.
fn is_balanced(text: &str) -> bool {
    let mut depth = 0_i32;
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

/// Whether `&name;` stands in a text, which would be read as a character reference.
fn has_reference(text: &str) -> bool {
    text.split('&').skip(1).any(|rest| {
        let name = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '#').count();
        name > 0 && rest[name..].starts_with(';')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(spot: Spot, format: Format, url: &str) -> String {
        spot.write(format, url).expect("it can be written").raw
    }

    #[test]
    fn every_format_has_its_escapes() {
        let url = "https://a.example/x_(y)?b=1&c=2#d%20e";
        for (spot, format, written) in [
            (Spot::Attribute(Some('"')), Format::Html, "https://a.example/x_(y)?b=1&amp;c=2#d%20e"),
            (Spot::Text, Format::Sitemap, "https://a.example/x_(y)?b=1&amp;c=2#d%20e"),
            (Spot::Round, Format::Markdown, "https://a.example/x_(y)?b=1&c=2#d%20e"),
            (Spot::Json(true), Format::Json, "https:\\/\\/a.example\\/x_(y)?b=1&c=2#d%20e"),
            (Spot::Tex(true), Format::Latex, "https://a.example/x\\_(y)?b=1\\&c=2\\#d\\%20e"),
            (Spot::Tex(false), Format::Bibtex, "https://a.example/x_(y)?b=1&c=2#d%20e"),
            (Spot::Parameter(Naming::Only), Format::Wikitext, "1=https://a.example/x_(y)?b=1&c=2#d%20e"),
            (Spot::Parameter(Naming::Other), Format::Wikitext, "https://a.example/x_(y)?b{{=}}1&c{{=}}2#d%20e"),
            (Spot::Parameter(Naming::Named), Format::Wikitext, "https://a.example/x_(y)?b=1&c=2#d%20e"),
        ] {
            assert_eq!(raw(spot, format, url), written, "{format}");
        }
    }

    #[test]
    fn signs_that_would_end_the_address_are_percent_encoded() {
        assert_eq!(raw(Spot::Round, Format::Markdown, "https://a.example/x)"), "https://a.example/x%29");
        assert_eq!(raw(Spot::Bare, Format::Plain, "https://a.example/x."), "https://a.example/x%2E");
        assert_eq!(raw(Spot::Square, Format::Wikitext, "https://a.example/[x]|y"), "https://a.example/%5Bx%5D%7Cy");
        assert_eq!(raw(Spot::Cell(Cell::Whole), Format::Csv, "https://a.example/x,y"), "\"https://a.example/x,y\"");
        assert_eq!(raw(Spot::Cell(Cell::Quoted), Format::Csv, "https://a.example/x,y"), "https://a.example/x,y");
        assert_eq!(raw(Spot::Cell(Cell::Part), Format::Csv, "https://a.example/x,y"), "https://a.example/x%2Cy");
        assert_eq!(raw(Spot::Round, Format::Markdown, "https://a.example/?a&copy;"), "https://a.example/?a&amp;copy;");
        assert_eq!(Spot::Bare.write(Format::Plain, "https://a.example/x y"), None);
    }

    #[test]
    fn the_surroundings_are_recognised() {
        let spot = |format, text: &str| {
            let start = text.find("http").expect("an address");
            Spot::of(format, text, &(start..start + "http://a.example".len()))
        };
        assert_eq!(spot(Format::Html, "<a href=\"http://a.example"), Some(Spot::Attribute(Some('"'))));
        assert_eq!(spot(Format::Html, "<a href= http://a.example"), Some(Spot::Attribute(None)));
        assert_eq!(spot(Format::Markdown, "see <a href='http://a.example"), Some(Spot::Attribute(Some('\''))));
        assert_eq!(spot(Format::Markdown, "[x]( http://a.example"), Some(Spot::Round));
        assert_eq!(spot(Format::Markdown, "[x]: http://a.example"), Some(Spot::Definition));
        assert_eq!(spot(Format::Markdown, "see \"http://a.example"), Some(Spot::Bare));
        assert_eq!(spot(Format::Wikitext, "{{cite web |url = http://a.example"), Some(Spot::Parameter(Naming::Named)));
        assert_eq!(spot(Format::Wikitext, "{{URL|http://a.example"), Some(Spot::Parameter(Naming::Only)));
        assert_eq!(spot(Format::Wikitext, "{{row|a|http://a.example"), Some(Spot::Parameter(Naming::Other)));
        let nested = "{{cite web|title={{lang|fr|Un}}|url=http://a.example";
        assert_eq!(spot(Format::Wikitext, nested), Some(Spot::Parameter(Naming::Named)));
        let nested = "{{row|{{lang|fr|A}}|http://a.example";
        assert_eq!(spot(Format::Wikitext, nested), Some(Spot::Parameter(Naming::Other)));
        let commented = "{{cite web|url=<!-- gone? --> http://a.example";
        assert_eq!(spot(Format::Wikitext, commented), Some(Spot::Parameter(Naming::Named)));
        assert_eq!(spot(Format::Wikitext, "{{x|{{y}}}} | http://a.example"), Some(Spot::Bare));
        assert_eq!(spot(Format::Wikitext, "|| http://a.example"), Some(Spot::Bare));
        assert_eq!(spot(Format::Wikitext, "[[http://a.example"), Some(Spot::Square));
        assert_eq!(Spot::of(Format::Wikitext, "[[A page]]", &(2..8)), None);
        for (text, cell) in [
            ("E,http://a.example", Cell::Whole),
            ("\"E\",http://a.example", Cell::Whole),
            ("\"\",http://a.example", Cell::Whole),
            ("\"E,\",http://a.example", Cell::Whole),
            ("\"E\", \"http://a.example", Cell::Quoted),
            ("\"E\",\"ftp://b.example; http://a.example", Cell::Quoted),
            ("E;\"\n, http://a.example", Cell::Quoted),
            ("E;ftp://b.example http://a.example", Cell::Part),
            ("E;http://a.example and more", Cell::Part),
        ] {
            assert_eq!(spot(Format::Csv, text), Some(Spot::Cell(cell)), "{text}");
        }
        assert_eq!(spot(Format::Feed, "<link> <![CDATA[ http://a.example"), Some(Spot::Verbatim));
    }
}
