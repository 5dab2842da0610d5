//! CSL-JSON: the form that citation processors read, by the schema of CSL 1.0.2 (no property beyond it).

use std::borrow::Borrow;
use std::io;

use serde::Serialize;

use super::{Citation, Format};
use crate::model::metadata::{Name, generation};
use crate::model::{PartialDate, When};

/// Writes citations as one array.
///
/// # Errors
/// Those of the writer.
pub fn write(citations: impl IntoIterator<Item: Borrow<Citation>>, out: &mut dyn io::Write) -> io::Result<()> {
    super::write(citations, &mut [(Format::CslJson, out)])
}

/// Adds a citation, which is the first of its file or another.
///
/// # Errors
/// None that can happen: every citation can be told in JSON.
pub(super) fn add(citation: &Citation, first: bool, out: &mut String) -> io::Result<()> {
    out.push_str(if first { "[\n" } else { ",\n" });
    out.push_str(&serde_json::to_string(&Item::of(citation))?);
    Ok(())
}

/// What ends a file with citations in it, or with none.
pub(super) const fn end(empty: bool) -> &'static str {
    if empty { "[]\n" } else { "\n]\n" }
}

/// One citation as a CSL item.
#[cfg(feature = "references")]
pub fn item(citation: &Citation) -> serde_json::Value {
    serde_json::to_value(Item::of(citation)).unwrap_or_default()
}

/// The properties, in the order they are written; what is not known is left out.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Item<'a> {
    id: &'a str,
    r#type: &'static str,
    title: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    author: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    editor: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    container_title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collection_title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    edition: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher_place: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    volume: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<&'a str>,
    #[serde(rename = "URL", skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(rename = "DOI", skip_serializing_if = "Option::is_none")]
    doi: Option<&'a str>,
    #[serde(rename = "ISBN", skip_serializing_if = "Option::is_none")]
    isbn: Option<&'a str>,
    #[serde(rename = "ISSN", skip_serializing_if = "Option::is_none")]
    issn: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#abstract: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dimensions: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number_of_pages: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    archive: Option<&'static str>,
    #[serde(rename = "archive_location", skip_serializing_if = "Option::is_none")]
    archive_location: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keyword: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accessed: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Author<'a> {
    One {
        family: &'a str,
    },
    Person {
        family: &'a str,
        given: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        suffix: Option<&'a str>,
    },
    Literal {
        literal: &'a str,
    },
}

#[derive(Default, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Date {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    date_parts: Vec<Vec<i16>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    circa: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    literal: Option<String>,
}

impl<'a> Item<'a> {
    fn of(citation: &'a Citation) -> Self {
        let said = citation.annotation.iter().map(|text| text.trim_end_matches('.').to_owned());
        let note: Vec<_> = said.chain(citation.remarks()).collect();
        // What comes out in numbers has issues; reports and patents have numbers of their own.
        let numbered = matches!(citation.kind.csl(), "report" | "patent");
        Item {
            id: &citation.key,
            r#type: citation.kind.csl(),
            title: &citation.title,
            author: citation.authors.iter().map(Author::of).collect(),
            editor: citation.editors.iter().map(Author::of).collect(),
            container_title: citation.container.as_deref(),
            collection_title: citation.series.as_deref(),
            edition: citation.edition.as_deref(),
            publisher_place: citation.place.as_deref(),
            publisher: citation.publisher.as_deref(),
            volume: citation.volume.as_deref(),
            issue: citation.issue.as_deref().filter(|_| !numbered),
            number: citation.issue.as_deref().filter(|_| numbered),
            page: citation.pages.as_deref(),
            url: citation.url.as_deref(),
            doi: citation.doi.as_deref(),
            isbn: citation.isbn.as_deref(),
            issn: citation.issn.as_deref(),
            language: citation.language.as_deref(),
            r#abstract: citation.summary.as_deref(),
            dimensions: citation.running_time(),
            number_of_pages: citation.page_count,
            archive: citation.arxiv.is_some().then_some("arXiv"),
            archive_location: citation.arxiv.as_deref(),
            keyword: Some(&citation.keywords).filter(|words| !words.is_empty()).map(|words| words.join(", ")),
            issued: citation.issued.map(Date::told),
            accessed: citation.accessed.map(Date::of),
            note: Some(note.join(". ")).filter(|_| !note.is_empty()),
        }
    }
}

impl<'a> Author<'a> {
    fn of(name: &'a Name) -> Self {
        match name {
            Name::Person { family, given } if given.is_empty() => Author::One { family },
            Name::Person { family, given } => {
                let (family, suffix) = generation(family);
                Author::Person { family, given, suffix }
            }
            Name::Literal { literal } => Author::Literal { literal },
        }
    }
}

impl Date {
    fn of(date: PartialDate) -> Self {
        Date { date_parts: vec![date.parts()], ..Date::default() }
    }

    fn told(when: When) -> Self {
        match when {
            When::On(date) => Date::of(date),
            When::About(date) => Date { circa: true, ..Date::of(date) },
            When::Span(begin, end) => Date { date_parts: vec![begin.parts(), end.parts()], ..Date::default() },
            When::Before(_) | When::After(_) => Date { literal: Some(when.spoken()), ..Date::default() },
        }
    }
}
