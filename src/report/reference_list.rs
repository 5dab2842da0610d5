//! `references.md` and `references.html`: the compilation as a list of formatted references, to paste under a text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io;

use askama::Template;

use super::escape::{self, plain, web_address};
use super::page::{BASE_STYLE, policy};
use super::{references, words};
use crate::cite::Citation;
use crate::cite::formatted::{Reference, Run, Style};
use crate::compile::Compilation;

const STYLE: &str = ".references{list-style:none;padding:0;max-width:46rem}.references li{padding-left:2rem;text-indent:-2rem;margin:.6rem 0}";

#[derive(Template)]
#[template(path = "references.html", config = "src/report/askama.toml")]
struct Page {
    policy: String,
    style: String,
    title: String,
    about: String,
    references: Vec<Vec<Piece>>,
}

/// A piece of a reference: text in one look, or an address in it.
struct Piece {
    text: String,
    italic: bool,
    bold: bool,
    href: Option<String>,
}

/// Writes the references as Markdown.
///
/// # Errors
/// Those of the writer.
pub fn markdown(compilation: &Compilation, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "# {}\n\n{}\n", escape::markdown(title(compilation)), escape::markdown(&about(compilation, style)))?;
    for pieces in listed(compilation, style) {
        let text: String = pieces.iter().map(marked).collect();
        writeln!(out, "{}\n", unlisted(&text))?;
    }
    Ok(())
}

/// Writes the references as a page.
///
/// # Errors
/// Those of the writer.
pub fn html(compilation: &Compilation, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let look = format!("{BASE_STYLE}{STYLE}");
    let page = Page {
        policy: policy(&look, ""),
        style: look,
        title: plain(title(compilation)).into_owned(),
        about: about(compilation, style),
        references: listed(compilation, style),
    };
    page.write_into(out)
}

fn title(compilation: &Compilation) -> &str {
    if compilation.title.trim().is_empty() { "References" } else { &compilation.title }
}

fn about(compilation: &Compilation, style: &Style) -> String {
    let references = words::count(compilation.entries().count(), "reference");
    let checked = compilation.checked.map(|at| format!("; last checked {}", words::day(at))).unwrap_or_default();
    format!("{references} in the style {}{checked}.", style.title())
}

/// Every reference in pieces, in the order of the style.
fn listed(compilation: &Compilation, style: &Style) -> Vec<Vec<Piece>> {
    let citations: Vec<_> = references::citations(compilation).collect();
    let addresses: HashMap<&str, Vec<String>> =
        citations.iter().map(|citation| (citation.key.as_str(), addresses(citation))).collect();
    let own = |reference: &Reference| addresses.get(reference.key.as_str()).map_or(&[][..], Vec::as_slice);
    style.references(&citations).iter().map(|reference| pieces(reference, own(reference))).collect()
}

/// The addresses a reference may lead to. Whatever else looks like one stands in a title.
fn addresses(citation: &Citation) -> Vec<String> {
    let doi = citation.doi.as_ref().map(|doi| format!("https://doi.org/{doi}"));
    doi.into_iter().chain(citation.url.clone()).collect()
}

/// The runs of a reference, with its addresses on their own.
fn pieces(reference: &Reference, addresses: &[String]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for Run { text, italic, bold } in &reference.runs {
        let mut add = |text: &str, href| {
            if !text.is_empty() {
                pieces.push(Piece { text: visible(text), italic: *italic, bold: *bold, href });
            }
        };
        let mut rest = text.as_str();
        let next = |rest: &str| {
            let found = addresses.iter().filter_map(|address| Some((rest.find(address.as_str())?, address.as_str())));
            found.min_by_key(|(at, _)| *at)
        };
        while let Some((at, address)) = next(rest) {
            add(&rest[..at], None);
            add(address, web_address(address).map(Cow::into_owned));
            rest = &rest[at + address.len()..];
        }
        add(rest, None);
    }
    pieces
}

/// Without characters that hide or reorder; blanks at the ends stay, they part this piece from the next.
fn visible(text: &str) -> String {
    let (start, end) = (text.len() - text.trim_start().len(), text.trim_end().len());
    if start >= end {
        return " ".to_owned();
    }
    let blank = |cut: bool| if cut { " " } else { "" };
    format!("{}{}{}", blank(start > 0), plain(&text[start..end]), blank(end < text.len()))
}

/// A piece in Markdown. Emphasis does not begin or end with a blank.
fn marked(piece: &Piece) -> String {
    let text = piece.text.trim();
    if text.is_empty() {
        return piece.text.clone();
    }
    let marks = match (piece.bold, piece.italic) {
        (true, true) => "***",
        (true, false) => "**",
        (false, true) => "*",
        (false, false) => "",
    };
    let inside = match &piece.href {
        Some(_) => escape::markdown_link(text, text),
        None => escape::markdown(text),
    };
    let blank = |cut: bool| if cut { " " } else { "" };
    let (before, after) = (piece.text.starts_with(' '), piece.text.ends_with(' '));
    format!("{}{marks}{inside}{marks}{}", blank(before), blank(after))
}

/// A paragraph that begins like an item of a list, and is none.
fn unlisted(text: &str) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text[digits..].chars().next() {
        Some(mark @ ('.' | ')')) if digits > 0 => format!("{}\\{mark}{}", &text[..digits], &text[digits + 1..]),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn written(name: &str, write: fn(&Compilation, &Style, &mut dyn io::Write) -> io::Result<()>) -> String {
        let style = Style::named(name).expect("a style");
        let mut bytes = Vec::new();
        write(&sample::compilation(), &style, &mut bytes).expect("memory takes it");
        String::from_utf8(bytes).expect("UTF-8")
    }

    #[test]
    fn references_in_markdown() {
        insta::assert_snapshot!(["apa", "mla", "ieee"].map(|name| written(name, markdown)).join("\n"));
    }

    #[test]
    fn references_as_a_page_let_nothing_in() {
        let page = written("chicago", html);
        assert!(page.contains("<i>Journal of Local Rights</i> 12 (3): 101"), "{page}");
        assert!(page.contains("<a href=\"https://doi.org/10.5555/local.2021.3\""), "{page}");
        assert!(page.contains("default-src 'none'") && !page.contains("<script"));
        assert!(page.contains("&#34;") && !page.contains('\u{1b}'), "titles are text");
    }
}
