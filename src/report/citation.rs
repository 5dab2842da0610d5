//! The line of facts below a title: who made it, where and when it appeared, what it is.

use std::borrow::Cow;

use super::escape::{plain, shown};
use super::words;
use crate::compile::Entry;
use crate::model::metadata::{Field, Metadata, Name};
use crate::model::{State, When};

const AUTHORS_SHOWN: usize = 6;

/// Authors as one reads them, the first few; without any, the editors.
pub fn authors(metadata: &Metadata) -> Option<String> {
    let (people, role) = match (&metadata.authors, &metadata.editors) {
        (Some(authors), _) => (&authors.value, ""),
        (None, Some(editors)) if editors.value.len() == 1 => (&editors.value, " (ed.)"),
        (None, editors) => (&editors.as_ref()?.value, " (eds.)"),
    };
    let names: Vec<_> = people.iter().take(AUTHORS_SHOWN).map(Name::display).collect();
    let unnamed = metadata.more_authors && metadata.authors.is_some();
    let others = if people.len() > AUTHORS_SHOWN || unnamed { " and others" } else { "" };
    let names = Some(format!("{}{others}", names.join(", "))).filter(|text| !text.trim().is_empty());
    names.map(|names| names + role)
}

/// The journal, book or site it appeared in.
pub fn appeared_in(metadata: &Metadata) -> Option<&str> {
    metadata.container.as_ref().or(metadata.site_name.as_ref()).map(|field| field.value.as_str())
}

/// Everything else worth a word: publisher, date, kind, extent, language, licence.
pub fn facts(metadata: &Metadata) -> Vec<Cow<'_, str>> {
    let text = |field| Option::<&Field<String>>::map(field, |field| Cow::Borrowed(field.value.as_str()));
    let mut facts = Vec::new();
    let publisher = metadata.publisher.as_ref().filter(|field| Some(field.value.as_str()) != appeared_in(metadata));
    facts.extend(text(publisher));
    facts.extend(metadata.published.as_ref().map(|field| match When::parse(&field.value) {
        Some(when) => Cow::Owned(when.spoken()),
        None => Cow::Borrowed(field.value.as_str()),
    }));
    let kind = metadata.kind.as_ref().map(|kind| words::kind(&kind.value)).filter(|kind| *kind != "web page");
    // The line begins with a capital letter where it begins with a word of ours; a name is written as its owner writes it.
    let begins = facts.is_empty() && appeared_in(metadata).is_none();
    facts.extend(kind.map(|kind| if begins { Cow::Owned(words::capitalised(kind)) } else { Cow::Borrowed(kind) }));
    facts.extend(metadata.page_count.as_ref().map(|pages| words::count(pages.value as usize, "page").into()));
    facts.extend(metadata.language.as_ref().map(|tag| Cow::Borrowed(words::language(&tag.value))));
    facts.extend(text(metadata.licence.as_ref()));
    facts
}

/// What a page says of itself is shown this far: it was not written for this list.
const LONGEST_DESCRIPTION: usize = 400;

/// What the page says of itself, in short.
pub fn description(metadata: &Metadata) -> Option<Cow<'_, str>> {
    Some(shown(&metadata.description.as_ref()?.value, LONGEST_DESCRIPTION)).filter(|text| !text.is_empty())
}

/// How old the facts are, where the resource could not be looked at this time.
pub fn dated(entry: &Entry) -> Option<String> {
    let seen = entry.health.state.is_some_and(State::is_alive);
    let at = entry.metadata_at.filter(|_| !seen && entry.metadata != Metadata::default())?;
    Some(format!("These details were recorded on {}.", words::day(at)))
}

/// All of it in one line of plain text.
pub fn line(entry: &Entry) -> String {
    let metadata = &entry.metadata;
    let mut facts = facts(metadata);
    if let Some(place) = appeared_in(metadata) {
        facts.insert(0, place.into());
    }
    let facts = facts.join(", ");
    let parts = authors(metadata).into_iter().chain(Some(facts).filter(|facts| !facts.is_empty()));
    parts.map(|part| format!("{}.", plain(part.trim_end_matches('.')))).collect::<Vec<_>>().join(" ")
}
