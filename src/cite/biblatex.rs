//! BibLaTeX: UTF-8, one entry each, with braces where readers would change capitals or split names.

use std::borrow::Borrow;
use std::io;

use super::Citation;
use crate::model::metadata::Name;

/// Writes citations as entries.
///
/// # Errors
/// Those of the writer.
pub fn write(citations: impl IntoIterator<Item: Borrow<Citation>>, out: &mut dyn io::Write) -> io::Result<()> {
    for (number, citation) in citations.into_iter().enumerate() {
        if number > 0 {
            out.write_all(b"\n")?;
        }
        entry(citation.borrow(), out)?;
    }
    Ok(())
}

fn entry(citation: &Citation, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "@{}{{{},", citation.kind.biblatex(), citation.key)?;
    let mut field = |name: &str, value: &str| match value {
        "" => Ok(()),
        value => writeln!(out, "  {name} = {{{value}}},"),
    };
    field("title", &title(&citation.title))?;
    field("author", &citation.authors.iter().map(name).collect::<Vec<_>>().join(" and "))?;
    field(container_field(citation), &optional(citation.container.as_deref()))?;
    field("publisher", &optional(citation.publisher.as_deref()))?;
    field("date", &citation.issued.map(|date| date.to_string()).unwrap_or_default())?;
    for (label, text) in
        [("volume", &citation.volume), ("number", &citation.issue), ("isbn", &citation.isbn), ("issn", &citation.issn)]
    {
        field(label, &optional(text.as_deref()))?;
    }
    field("pages", &citation.pages.as_deref().map(pages).unwrap_or_default())?;
    field("pagetotal", &citation.page_count.map(|pages| pages.to_string()).unwrap_or_default())?;
    if let Some(arxiv) = &citation.arxiv {
        field("eprint", &text(arxiv))?;
        field("eprinttype", "arxiv")?;
    }
    field("doi", &verbatim(citation.doi.as_deref().unwrap_or_default()))?;
    field("url", &verbatim(citation.url.as_deref().unwrap_or_default()))?;
    field("urldate", &citation.accessed.map(|date| date.to_string()).unwrap_or_default())?;
    field("langid", citation.language.as_deref().and_then(langid).unwrap_or_default())?;
    field("abstract", &optional(citation.summary.as_deref()))?;
    field("keywords", &citation.keywords.iter().map(|word| keyword(word)).collect::<Vec<_>>().join(", "))?;
    field("annotation", &optional(citation.annotation.as_deref()))?;
    field("note", &text(&citation.remarks().join(". ")))?;
    writeln!(out, "}}")
}

/// Where an entry type keeps the name of what it appeared in.
fn container_field(citation: &Citation) -> &'static str {
    if citation.kind.is_article() {
        "journaltitle"
    } else if citation.kind.is_part() {
        "booktitle"
    } else if citation.kind.biblatex() == "online" {
        "organization"
    } else {
        "titleaddon"
    }
}

/// A range with the two hyphens that mean a dash.
fn pages(range: &str) -> String {
    let ends = range.split(['-', '\u{2013}']).map(str::trim).filter(|end| !end.is_empty());
    ends.map(text).collect::<Vec<_>>().join("--")
}

/// A keyword without the characters that part keywords.
fn keyword(word: &str) -> String {
    text(&word.split([',', ';']).map(str::trim).collect::<Vec<_>>().join(" "))
}

fn optional(value: Option<&str>) -> String {
    value.map(text).unwrap_or_default()
}

/// A title whose capitals stay: words with capitals beyond the first letter of the title stand in braces.
fn title(title: &str) -> String {
    let word = |(number, word): (usize, &str)| {
        let keeps = word.chars().skip(usize::from(number == 0)).any(char::is_uppercase);
        if keeps { format!("{{{}}}", text(word)) } else { text(word) }
    };
    title.split(' ').enumerate().map(word).collect::<Vec<_>>().join(" ")
}

/// A name no reader takes apart wrongly: organisations, and persons whose parts hold commas or the word that joins authors,
/// stand in braces.
fn name(name: &Name) -> String {
    let risky = |part: &str| part.contains(',') || part.split_whitespace().any(|word| word.eq_ignore_ascii_case("and"));
    // An equals sign would make it a list of labelled parts, even in braces.
    let text = |part: &str| text(part).replace('=', "\u{FF1D}");
    let part = |part: &str| if risky(part) { format!("{{{}}}", text(part)) } else { text(part) };
    match name {
        Name::Person { family, given } if given.is_empty() => format!("{{{}}}", text(family)),
        Name::Person { family, given } => format!("{}, {}", part(family), part(given)),
        Name::Literal { literal } => format!("{{{}}}", text(literal)),
    }
}

/// Text with TeX's special characters escaped. Braces are spelled as commands: readers count them even behind a backslash.
fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    let mut before = ' ';
    for c in text.chars() {
        // Two of these make one other character (`--` is a dash).
        if matches!(
            (before, c),
            ('-', '-') | ('\'', '\'') | ('`' | '?' | '!', '`') | (',', ',') | ('<', '<') | ('>', '>')
        ) {
            escaped.push_str("{}");
        }
        before = c;
        match c {
            '#' | '$' | '%' | '&' | '_' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '{' => escaped.push_str("\\textbraceleft{}"),
            '}' => escaped.push_str("\\textbraceright{}"),
            '\\' => escaped.push_str("\\textbackslash{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// An address as a verbatim field takes it: as it is, but for braces and backslashes, which would end or escape it.
fn verbatim(url: &str) -> String {
    url.replace('{', "%7B").replace('}', "%7D").replace('\\', "%5C")
}

/// The name by which the babel package knows a language.
fn langid(tag: &str) -> Option<&'static str> {
    const NAMES: &[(&str, &str)] = &[
        ("ar", "arabic"),
        ("ca", "catalan"),
        ("cs", "czech"),
        ("da", "danish"),
        ("de", "ngerman"),
        ("el", "greek"),
        ("en", "english"),
        ("es", "spanish"),
        ("fi", "finnish"),
        ("fr", "french"),
        ("he", "hebrew"),
        ("hu", "magyar"),
        ("it", "italian"),
        ("ja", "japanese"),
        ("ko", "korean"),
        ("nl", "dutch"),
        ("no", "norwegian"),
        ("pl", "polish"),
        ("pt", "portuguese"),
        ("ro", "romanian"),
        ("ru", "russian"),
        ("sv", "swedish"),
        ("tr", "turkish"),
        ("uk", "ukrainian"),
        ("zh", "chinese"),
    ];
    let primary = tag.split('-').next().unwrap_or(tag).to_ascii_lowercase();
    NAMES.iter().find(|(code, _)| *code == primary).map(|(_, name)| *name)
}
