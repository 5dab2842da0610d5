//! The compilation for reference managers: its entries as citations, in BibLaTeX, RIS, CSL-JSON and wiki templates.

mod titles;

use std::io;

use jiff::tz::Offset;

use super::compilation_csv::memento_datetime;
use super::escape::plain;
use super::words;
use crate::cite::{self, Citation, Format, Keys, Kind, Standing, wikitext};
use crate::compile::{Compilation, Entry};
use crate::model::metadata::{Field, Name};
use crate::model::url::is_settled;
use crate::model::{PartialDate, Reason, State, When};

/// Writes the files for reference managers that are wanted, in one pass.
///
/// # Errors
/// Those of the writers.
pub fn write(compilation: &Compilation, files: &mut [(Format, &mut dyn io::Write)]) -> io::Result<()> {
    cite::write(citations(compilation), files)
}

/// Writes `compilation.wiki`: the list in its sections, each entry a citation template with its annotation.
///
/// # Errors
/// Those of the writer.
pub fn wiki(compilation: &Compilation, out: &mut dyn io::Write) -> io::Result<()> {
    let mut citations = citations(compilation);
    let mut above: &[String] = &[];
    for section in &compilation.sections {
        let shared = section.path.iter().zip(above).take_while(|(a, b)| a == b).count();
        let shared = if shared == section.path.len() { shared.saturating_sub(1) } else { shared };
        for (depth, heading) in section.path.iter().enumerate().skip(shared) {
            let marks = "=".repeat((depth + 2).min(6));
            writeln!(out, "\n{marks} {} {marks}", wikitext::text(&plain(heading)))?;
        }
        above = &section.path;
        for (entry, citation) in section.entries.iter().zip(&mut citations) {
            write!(out, "* {}", wikitext::template(&citation))?;
            let archived = matches!(citation.archive, Some((_, Some(_))));
            if let Some(mark) = dead_mark(entry).filter(|_| !archived) {
                write!(out, "{mark}")?;
            }
            if let Some(annotation) = &citation.annotation {
                write!(out, " \u{2013} {}", wikitext::text(annotation))?;
            }
            writeln!(out)?;
        }
    }
    Ok(())
}

/// The mark a wiki puts behind a link that is gone, with the month it was found so.
fn dead_mark(entry: &Entry) -> Option<String> {
    let checked = entry.health.checked.filter(|_| entry.health.state == Some(State::Dead))?;
    let date = PartialDate::parse(&words::day(checked))?;
    Some(format!("{{{{dead link|date={} {}}}}}", date.month_name()?, date.year))
}

/// Every entry as a citation, in order, with unique keys; each is made when its turn comes.
pub fn citations(compilation: &Compilation) -> impl Iterator<Item = Citation> {
    let mut keys = Keys::default();
    compilation.entries().map(move |entry| {
        let mut citation = citation(entry);
        citation.key = keys.give(&citation);
        citation
    })
}

fn citation(entry: &Entry) -> Citation {
    let metadata = &entry.metadata;
    let (title, page_title) = titles::of(entry);
    let text = |field: &Option<Field<String>>| {
        field.as_ref().map(|field| plain(&field.value).into_owned()).filter(|text| !text.is_empty())
    };
    // What was never seen was never accessed, however often it was asked for.
    let seen = entry.metadata_at.or(entry.health.last_ok);
    let kind = metadata.kind.as_ref().map_or_else(Kind::default, |kind| Kind::of(&kind.value));
    let (site, publisher) = (text(&metadata.site_name), text(&metadata.publisher));
    let of_site = match &metadata.site_name {
        Some(name) if name.source == "address" => kind.is_of_host(),
        _ => kind.is_of_site() && !(kind.is_of_publisher() && site == publisher),
    };
    let container = text(&metadata.container).or_else(|| site.clone().filter(|_| of_site));
    // A page's first paragraph is no abstract.
    let is_declared = metadata.description.as_ref().is_some_and(|text| text.source != "first paragraph");
    let archive = entry.memento.as_deref().and_then(address);
    let made = entry.memento.as_deref().and_then(memento_datetime).and_then(|made| PartialDate::parse(&made));
    Citation {
        key: String::new(),
        kind,
        title,
        page_title,
        authors: metadata.authors.iter().flat_map(|field| &field.value).map(name).collect(),
        more_authors: metadata.more_authors,
        editors: metadata.editors.iter().flat_map(|field| &field.value).map(name).collect(),
        publisher: publisher.filter(|publisher| Some(publisher) != container.as_ref()),
        container,
        site,
        place: text(&metadata.place),
        series: text(&metadata.series),
        edition: text(&metadata.edition),
        issued: metadata.published.as_ref().and_then(|field| When::parse(&field.value)),
        accessed: seen.map(|at| PartialDate::from(Offset::UTC.to_datetime(at).date())),
        url: address(&entry.url).or_else(|| address(&entry.canonical)),
        doi: text(&metadata.doi),
        isbn: text(&metadata.isbn),
        issn: text(&metadata.issn),
        arxiv: text(&metadata.arxiv),
        volume: text(&metadata.volume),
        issue: text(&metadata.issue),
        pages: text(&metadata.pages),
        page_count: metadata.page_count.as_ref().map(|field| field.value),
        duration: text(&metadata.duration),
        language: text(&metadata.language),
        summary: text(&metadata.description).filter(|_| is_declared),
        keywords: metadata
            .keywords
            .iter()
            .flat_map(|field| &field.value)
            .map(|word| plain(word).into_owned())
            .collect(),
        licence: text(&metadata.licence),
        annotation: entry.annotation.as_deref().map(|text| plain(text).into_owned()).filter(|text| !text.is_empty()),
        archive: archive.map(|url| (url, made)),
        standing: standing(entry),
    }
}

fn name(name: &Name) -> Name {
    let text = |part: &str| plain(part).into_owned();
    match name {
        Name::Person { family, given } => Name::Person { family: text(family), given: text(given) },
        Name::Literal { literal } => Name::Literal { literal: text(literal) },
    }
}

/// An http or https address, serialised as browsers do: no blanks, no quotes, nothing but ASCII.
fn address(url: &str) -> Option<String> {
    if is_settled(url) {
        return Some(url.to_owned());
    }
    let url = url::Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    Some(String::from(url))
}

fn standing(entry: &Entry) -> Standing {
    match (entry.health.state, entry.health.reason) {
        (_, Some(Reason::ParkedDomain | Reason::DomainExpired)) => Standing::Usurped,
        (_, Some(Reason::DomainTakeover | Reason::ScriptRedirectForeign)) => Standing::Unfit,
        (Some(State::Dead), _) => Standing::Dead,
        (Some(State::Suspect), _) => Standing::Deviated,
        _ => Standing::Live,
    }
}

#[cfg(test)]
mod tests;
