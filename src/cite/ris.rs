//! RIS: two letters, two blanks, a hyphen, a blank; `TY` first, `ER` last; UTF-8 with CRLF.

use std::borrow::Borrow;
use std::io;

use super::{Citation, Format};
use crate::model::metadata::{Name, generation};
use crate::model::{PartialDate, When};

/// Writes citations, one record each.
///
/// # Errors
/// Those of the writer.
pub fn write(citations: impl IntoIterator<Item: Borrow<Citation>>, out: &mut dyn io::Write) -> io::Result<()> {
    super::write(citations, &mut [(Format::Ris, out)])
}

/// Adds the record of a citation.
pub(super) fn add(citation: &Citation, out: &mut String) {
    let mut line = |tag: &str, value: &str| match value.trim() {
        "" => {}
        value => [tag, "  - ", value, "\r\n"].into_iter().for_each(|part| out.push_str(part)),
    };
    line("TY", citation.kind.ris());
    line("ID", &citation.key);
    line("TI", &citation.title);
    for author in &citation.authors {
        line("AU", &name(author));
    }
    for editor in &citation.editors {
        line("ED", &name(editor));
    }
    let (first, last) = pages(citation.pages.as_deref());
    let (isbn, issn) = (citation.isbn.as_deref(), citation.issn.as_deref());
    let (issue, number) = match citation.kind.ris() {
        "RPRT" | "PAT" => (None, citation.issue.as_deref()),
        _ => (citation.issue.as_deref(), None),
    };
    // One number has a field, the one its kind is known by; the others go to the notes.
    let isbn = isbn.map(|isbn| ("ISBN: ", isbn));
    let issn = issn.map(|issn| ("ISSN: ", issn));
    let known_by = if citation.kind.is_article() { [issn, isbn] } else { [isbn, issn] };
    let mut numbers = number.map(|number| ("", number)).into_iter().chain(known_by.into_iter().flatten());
    let identifier = numbers.next().map(|(_, number)| number);
    let others: Vec<String> = numbers.map(|(label, number)| format!("{label}{number}")).collect();
    let texts = [
        ("T2", citation.container.as_deref()),
        ("T3", citation.series.as_deref()),
        ("ET", citation.edition.as_deref()),
        ("CY", citation.place.as_deref()),
        ("PB", citation.publisher.as_deref()),
        ("VL", citation.volume.as_deref()),
        ("IS", issue),
        ("SP", first),
        ("EP", last),
        ("DO", citation.doi.as_deref()),
        ("SN", identifier),
        ("LA", citation.language.as_deref()),
        ("AB", citation.summary.as_deref()),
    ];
    for (tag, text) in texts {
        line(tag, text.unwrap_or_default());
    }
    // Its dates have no end and no doubt.
    if let Some(issued) = citation.issued.and_then(When::known) {
        line("PY", &PartialDate::of_year(issued.year).to_string());
        line("DA", &date(issued));
    }
    // A reader takes missing parts for 1 January, so only whole days are given.
    if let Some(accessed) = citation.accessed.filter(|accessed| accessed.day.is_some()) {
        line("Y2", &date(accessed));
    }
    line("UR", citation.url.as_deref().unwrap_or_default());
    for keyword in &citation.keywords {
        line("KW", keyword);
    }
    if let Some((url, _)) = &citation.archive {
        line("L2", url);
    }
    let arxiv = citation.arxiv.as_ref().map(|id| format!("arXiv: {id}"));
    let time = citation.running_time().map(|time| format!("Running time: {time}"));
    let untagged = others.into_iter().chain([citation.bound(), arxiv, time].into_iter().flatten());
    for note in citation.annotation.iter().cloned().chain(citation.remarks()).chain(untagged) {
        line("N1", &note);
    }
    out.push_str("ER  - \r\n\r\n");
}

/// `Family, Given`; a comma or semicolon inside a part would split it, so it goes.
fn name(name: &Name) -> String {
    let whole = |part: &str| part.replace([',', ';'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
    match name {
        Name::Person { family, given } if given.is_empty() => whole(family),
        Name::Person { family, given } => {
            let (family, suffix) = generation(family);
            let suffix = suffix.map(|suffix| format!(", {suffix}")).unwrap_or_default();
            format!("{}, {}{suffix}", whole(family), whole(given))
        }
        Name::Literal { literal } => whole(literal),
    }
}

/// `YYYY/MM/DD/`, with nothing between the slashes for what is not known.
fn date(date: PartialDate) -> String {
    let unknown = usize::from(date.month.is_none()) + usize::from(date.day.is_none());
    date.to_string().replace('-', "/") + &"///"[..=unknown]
}

fn pages(range: Option<&str>) -> (Option<&str>, Option<&str>) {
    let Some(range) = range else { return (None, None) };
    match range.split_once(['-', '\u{2013}']) {
        Some((first, last)) => (Some(first), Some(last.trim_start_matches(['-', '\u{2013}']))),
        None => (Some(range), None),
    }
}
