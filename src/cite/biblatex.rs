//! BibLaTeX: UTF-8, one entry each, with braces where readers would change capitals or split names.

use std::borrow::Borrow;
use std::io;

use super::{Citation, Format};
use crate::model::PartialDate;
use crate::model::metadata::{Name, generation};

/// Writes citations as entries.
///
/// # Errors
/// Those of the writer.
pub fn write(citations: impl IntoIterator<Item: Borrow<Citation>>, out: &mut dyn io::Write) -> io::Result<()> {
    super::write(citations, &mut [(Format::Biblatex, out)])
}

/// Adds the entry of a citation, which is the first of its file or another.
pub(super) fn add(citation: &Citation, first: bool, out: &mut String) {
    if !first {
        out.push('\n');
    }
    entry(citation, out);
}

fn entry(citation: &Citation, out: &mut String) {
    // A book without authors is what its editors collected.
    let kind = match citation.kind.biblatex() {
        "book" if citation.authors.is_empty() && !citation.editors.is_empty() => "collection",
        kind => kind,
    };
    for part in ["@", kind, "{", &citation.key, ",\n"] {
        out.push_str(part);
    }
    field(out, "title", |out| title(&citation.title, out));
    field(out, "author", |out| {
        joined(&citation.authors, " and ", name, out);
        // The word that styles print in their own way.
        if citation.more_authors && !citation.authors.is_empty() {
            out.push_str(" and others");
        }
    });
    if has(kind, "editor") {
        field(out, "editor", |out| joined(&citation.editors, " and ", name, out));
    }
    appeared(citation, kind, out);
    for (label, value) in [("series", &citation.series), ("edition", &citation.edition)] {
        if has(kind, label) {
            field(out, label, |out| optional(value, out));
        }
    }
    if has(kind, "location") {
        field(out, "location", |out| literals(&[citation.place.as_deref()], out));
    }
    field(out, "date", |out| {
        out.extend(citation.issued.filter(|when| when.known().is_some()).map(|when| when.to_string()));
    });
    for (label, value) in
        [("volume", &citation.volume), ("number", &citation.issue), ("isbn", &citation.isbn), ("issn", &citation.issn)]
    {
        if has(kind, label) {
            field(out, label, |out| optional(value, out));
        }
    }
    if has(kind, "pages") {
        field(out, "pages", |out| pages(citation.pages.as_deref().unwrap_or_default(), out));
    }
    if has(kind, "pagetotal") {
        field(out, "pagetotal", |out| out.extend(citation.page_count.map(|pages| pages.to_string())));
    }
    if let Some(arxiv) = &citation.arxiv {
        field(out, "eprint", |out| text(arxiv, out));
        field(out, "eprinttype", |out| out.push_str("arxiv"));
    }
    field(out, "doi", |out| verbatim(citation.doi.as_deref().unwrap_or_default(), out));
    field(out, "url", |out| verbatim(citation.url.as_deref().unwrap_or_default(), out));
    field(out, "urldate", |out| date(citation.accessed, out));
    field(out, "langid", |out| out.push_str(citation.language.as_deref().and_then(langid).unwrap_or_default()));
    field(out, "abstract", |out| optional(&citation.summary, out));
    field(out, "keywords", |out| joined(&citation.keywords, ", ", |word, out| keyword(word, out), out));
    field(out, "annotation", |out| optional(&citation.annotation, out));
    field(out, "note", |out| text(&remarks(citation, kind).join(". "), out));
    out.push_str("}\n");
}

/// What the data model of BibLaTeX lets an entry type have, of what not every type has.
const FIELDS: &[(&str, &[&str])] = &[
    ("article", &["editor", "series", "volume", "number", "issn", "pages"]),
    ("book", &["editor", "series", "edition", "location", "volume", "number", "isbn", "pages", "pagetotal"]),
    ("collection", &["editor", "series", "edition", "location", "volume", "number", "isbn", "pages", "pagetotal"]),
    ("incollection", &["editor", "series", "edition", "location", "volume", "number", "isbn", "pages"]),
    ("inproceedings", &["editor", "series", "location", "volume", "number", "isbn", "pages"]),
    ("inreference", &["editor", "series", "edition", "location", "volume", "number", "isbn", "pages"]),
    ("misc", &["editor", "location"]),
    ("online", &["editor"]),
    ("patent", &["location", "number"]),
    ("report", &["location", "number", "pages", "pagetotal"]),
    ("software", &["editor", "location"]),
    ("thesis", &["location", "pages", "pagetotal"]),
    ("unpublished", &["location"]),
];

/// Whether an entry type has a field. The model knows nothing of films and laws, and reference managers read any field there.
fn has(kind: &str, field: &str) -> bool {
    FIELDS.iter().find(|(of, _)| *of == kind).is_none_or(|(_, fields)| fields.contains(&field))
}

/// What it appeared in, and who published it, where styles look for them.
fn appeared(citation: &Citation, kind: &str, out: &mut String) {
    let (container, publisher) = (citation.container.as_deref(), citation.publisher.as_deref());
    match kind {
        // An article's publisher is printed by no style.
        "article" => field(out, "journaltitle", |out| text(container.unwrap_or_default(), out)),
        "incollection" | "inproceedings" | "inreference" => {
            field(out, "booktitle", |out| title(container.unwrap_or_default(), out));
            field(out, "publisher", |out| literals(&[publisher], out));
        }
        "book" | "collection" | "report" | "thesis" | "patent" | "unpublished" => {
            field(out, "titleaddon", |out| text(container.unwrap_or_default(), out));
            match kind {
                "book" | "collection" => field(out, "publisher", |out| literals(&[publisher], out)),
                "unpublished" => field(out, "howpublished", |out| text(publisher.unwrap_or_default(), out)),
                "patent" => {}
                _ => field(out, "institution", |out| literals(&[publisher], out)),
            }
            // Both types ask for a word on what kind of report or thesis it is.
            match kind {
                "report" => field(out, "type", |out| out.push_str("Report")),
                "thesis" => field(out, "type", |out| out.push_str("Thesis")),
                _ => {}
            }
        }
        _ => field(out, "organization", |out| literals(&[container, publisher], out)),
    }
}

/// A list of names that are no persons: an `and` would part one.
fn literals(names: &[Option<&str>], out: &mut String) {
    let names: Vec<&str> = names.iter().copied().flatten().collect();
    joined(&names, " and ", |name, out| if has_and(name) { braced(name, out) } else { text(name, out) }, out);
}

fn has_and(text: &str) -> bool {
    text.split_whitespace().any(|word| word.eq_ignore_ascii_case("and"))
}

/// What is left for the note: what every format says there, and what the entry type has no field for.
fn remarks(citation: &Citation, kind: &str) -> Vec<String> {
    let mut remarks = Vec::new();
    if !citation.editors.is_empty() && !has(kind, "editor") {
        let editors: Vec<_> = citation.editors.iter().map(Name::display).collect();
        remarks.push(format!("Edited by {}", editors.join(", ")));
    }
    remarks.extend(citation.bound());
    remarks.extend(citation.series.as_ref().filter(|_| !has(kind, "series")).map(|series| format!("Series: {series}")));
    remarks.extend(citation.remarks());
    remarks.extend(citation.isbn.as_ref().filter(|_| !has(kind, "isbn")).map(|isbn| format!("ISBN {isbn}")));
    remarks.extend(citation.running_time().map(|time| format!("Running time: {time}")));
    remarks
}

/// A field with the value that is put into it; none where that is nothing.
fn field(out: &mut String, name: &str, value: impl FnOnce(&mut String)) {
    let before = out.len();
    for part in ["  ", name, " = {"] {
        out.push_str(part);
    }
    let start = out.len();
    value(out);
    if out.len() == start {
        out.truncate(before);
    } else {
        out.push_str("},\n");
    }
}

/// Several items with something between them.
fn joined<T>(items: &[T], between: &str, item: impl Fn(&T, &mut String), out: &mut String) {
    for (number, one) in items.iter().enumerate() {
        if number > 0 {
            out.push_str(between);
        }
        item(one, out);
    }
}

/// A range with the two hyphens that mean a dash.
fn pages(range: &str, out: &mut String) {
    let ends: Vec<&str> = range.split(['-', '\u{2013}']).map(str::trim).filter(|end| !end.is_empty()).collect();
    joined(&ends, "--", |end, out| text(end, out), out);
}

/// A keyword without the characters that part keywords.
fn keyword(word: &str, out: &mut String) {
    text(&word.split([',', ';']).map(str::trim).collect::<Vec<_>>().join(" "), out);
}

fn optional(value: &Option<String>, out: &mut String) {
    text(value.as_deref().unwrap_or_default(), out);
}

fn date(date: Option<PartialDate>, out: &mut String) {
    out.extend(date.map(|date| date.to_string()));
}

/// A title whose capitals stay: words with capitals beyond the first letter of the title stand in braces, together with the
/// words that the title's own braces hold together with them.
fn title(title: &str, out: &mut String) {
    let whole = balances(title);
    let (mut start, mut depth) = (0, 0_i32);
    for (at, c) in title.char_indices().chain([(title.len(), ' ')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ' ' if depth == 0 || !whole => {
                let word = &title[start..at];
                let keeps = word.chars().skip(usize::from(start == 0)).any(char::is_uppercase);
                if keeps {
                    braced(word, out)
                } else {
                    text(word, out)
                }
                if at < title.len() {
                    out.push(' ');
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

/// A name no reader takes apart wrongly: organisations, and persons whose parts hold commas or the word that joins authors,
/// stand in braces.
fn name(name: &Name, out: &mut String) {
    let risky = |part: &str| part.contains(',') || has_and(part);
    // An equals sign would make it a list of labelled parts, even in braces.
    let spelled = |part: &str| part.replace('=', "\u{FF1D}");
    let part = |part: &str, out: &mut String| {
        if risky(part) { braced(&spelled(part), out) } else { text(&spelled(part), out) }
    };
    match name {
        Name::Person { family, given } if given.is_empty() => braced(&spelled(family), out),
        Name::Person { family, given } => {
            let (family, suffix) = generation(family);
            for name in [Some(family), suffix].into_iter().flatten() {
                part(name, out);
                out.push_str(", ");
            }
            part(given, out);
        }
        Name::Literal { literal } => braced(&spelled(literal), out),
    }
}

fn braced(inner: &str, out: &mut String) {
    out.push('{');
    text(inner, out);
    out.push('}');
}

/// Whether every brace that opens closes, and none closes before.
fn balances(text: &str) -> bool {
    let mut depth = 0_i32;
    text.bytes().all(|byte| {
        depth += i32::from(byte == b'{') - i32::from(byte == b'}');
        depth >= 0
    }) && depth == 0
}

/// Text with TeX's special characters escaped. Readers count braces even behind a backslash: those that do not balance are
/// spelled as commands, though some readers pass by commands.
fn text(text: &str, out: &mut String) {
    let (open, close) = if balances(text) {
        (("\\", false), ("\\", false))
    } else {
        (("\\textbraceleft{}", true), ("\\textbraceright{}", true))
    };
    // Everything special is ASCII, and what lies between is taken over as it stands.
    let (mut taken, mut before) = (0, b' ');
    for (at, byte) in text.bytes().enumerate() {
        let behind = std::mem::replace(&mut before, byte);
        if !SPECIAL[usize::from(byte)] {
            continue;
        }
        // Two of these make one other character (`--` is a dash).
        let makes_another = matches!(
            (behind, byte),
            (b'-', b'-') | (b'\'', b'\'') | (b'`' | b'?' | b'!', b'`') | (b',', b',') | (b'<', b'<') | (b'>', b'>')
        );
        // What stands before the character, and whether that stands for it.
        let (spelled, replaces) = match byte {
            b'#' | b'$' | b'%' | b'&' | b'_' => ("\\", false),
            b'{' => open,
            b'}' => close,
            b'\\' => ("\\textbackslash{}", true),
            b'~' => ("\\textasciitilde{}", true),
            b'^' => ("\\textasciicircum{}", true),
            _ if makes_another => ("{}", false),
            _ => continue,
        };
        out.push_str(&text[taken..at]);
        out.push_str(spelled);
        taken = at + usize::from(replaces);
    }
    out.push_str(&text[taken..]);
}

/// The characters that mean something to TeX, some of them only behind another.
const SPECIAL: [bool; 256] = {
    let signs = b"#$%&_{}\\~^-'`,<>";
    let mut table = [false; 256];
    let mut at = 0;
    while at < signs.len() {
        table[signs[at] as usize] = true;
        at += 1;
    }
    table
};

/// An address as a verbatim field takes it: as it is, but for braces and backslashes, which would end or escape it.
fn verbatim(url: &str, out: &mut String) {
    if url.bytes().any(|byte| matches!(byte, b'{' | b'}' | b'\\')) {
        out.push_str(&url.replace('{', "%7B").replace('}', "%7D").replace('\\', "%5C"));
    } else {
        out.push_str(url);
    }
}

/// The name by which the babel package knows a language.
fn langid(tag: &str) -> Option<&'static str> {
    const NAMES: &[(&str, &str)] = &[
        ("ar", "arabic"),
        ("bg", "bulgarian"),
        ("ca", "catalan"),
        ("cs", "czech"),
        ("da", "danish"),
        ("de", "ngerman"),
        ("el", "greek"),
        ("en", "english"),
        ("es", "spanish"),
        ("fa", "persian"),
        ("fi", "finnish"),
        ("fr", "french"),
        ("he", "hebrew"),
        ("hi", "hindi"),
        ("hr", "croatian"),
        ("hu", "magyar"),
        ("id", "indonesian"),
        ("it", "italian"),
        ("ja", "japanese"),
        ("ko", "korean"),
        ("nb", "norsk"),
        ("nl", "dutch"),
        ("nn", "nynorsk"),
        ("no", "norwegian"),
        ("pl", "polish"),
        ("pt", "portuguese"),
        ("ro", "romanian"),
        ("ru", "russian"),
        ("sk", "slovak"),
        ("sv", "swedish"),
        ("tr", "turkish"),
        ("uk", "ukrainian"),
        ("vi", "vietnamese"),
        ("zh", "chinese"),
    ];
    let primary = tag.split('-').next().unwrap_or(tag);
    NAMES.iter().find(|(code, _)| primary.eq_ignore_ascii_case(code)).map(|(_, name)| *name)
}
