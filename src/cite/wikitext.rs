//! `{{cite web}}` for MediaWiki, by the rules of its citation templates.

use std::fmt::Write as _;

use super::{Citation, Standing};
use crate::model::metadata::{Name, generation};
use crate::model::{PartialDate, When};

/// One citation as a template; an address and a title are what the template asks for.
pub fn template(citation: &Citation) -> String {
    let Some(url) = &citation.url else { return text(&citation.title) };
    let mut parameters = vec![("url".to_owned(), address(url)), ("title".to_owned(), text(&citation.title))];
    people(&citation.authors, ["last", "first", "author"], &mut parameters);
    if citation.more_authors && !citation.authors.is_empty() {
        parameters.push(("display-authors".to_owned(), "etal".to_owned()));
    }
    people(&citation.editors, ["editor-last", "editor-first", "editor"], &mut parameters);
    let mut add = |name: &str, value: Option<String>| {
        parameters.extend(value.filter(|value| !value.is_empty()).map(|value| (name.to_owned(), value)));
    };
    add("date", citation.issued.and_then(told));
    // Everything is cited as a page of the web here.
    let website = citation.container.as_deref().or(citation.site.as_deref());
    add("website", website.filter(|website| Some(*website) != citation.publisher.as_deref()).map(text));
    add("publisher", citation.publisher.as_deref().map(text));
    add("location", citation.place.as_deref().map(text));
    add("edition", citation.edition.as_deref().map(text));
    add("series", citation.series.as_deref().map(text));
    add("language", citation.language.as_deref().map(text));
    add("doi", citation.doi.as_deref().map(text));
    add("isbn", citation.isbn.as_deref().map(text));
    add("issn", citation.issn.as_deref().map(text));
    add("access-date", citation.accessed.map(date));
    // An archived copy without its date is refused by the template.
    if let Some((url, Some(made))) = &citation.archive {
        add("archive-url", Some(address(url)));
        add("archive-date", Some(date(*made)));
        add("url-status", Some(status(citation.standing).to_owned()));
    }
    let mut template = "{{cite web".to_owned();
    for (name, value) in parameters {
        let _ = write!(template, " |{name}={value}");
    }
    template.push_str("}}");
    template
}

/// Names with their numbers, as the parameters for family name, given name and a name in one.
fn people(names: &[Name], [last, first, whole]: [&str; 3], parameters: &mut Vec<(String, String)>) {
    for (number, name) in names.iter().enumerate() {
        let place = if names.len() > 1 { (number + 1).to_string() } else { String::new() };
        match name {
            Name::Person { family, given } if given.is_empty() => {
                parameters.push((format!("{last}{place}"), text(family)));
            }
            Name::Person { family, given } => {
                // The templates ask for it behind the given names.
                let (family, suffix) = generation(family);
                let given = suffix.map_or_else(|| given.clone(), |suffix| format!("{given} {suffix}"));
                parameters.push((format!("{last}{place}"), text(family)));
                parameters.push((format!("{first}{place}"), text(&given)));
            }
            Name::Literal { literal } => parameters.push((format!("{whole}{place}"), text(literal))),
        }
    }
}

const fn status(standing: Standing) -> &'static str {
    match standing {
        Standing::Live => "live",
        Standing::Dead => "dead",
        Standing::Deviated => "deviated",
        Standing::Usurped => "usurped",
        Standing::Unfit => "unfit",
    }
}

/// A date as the templates take it: of spans those of years and months, and no bounds.
fn told(when: When) -> Option<String> {
    match when {
        When::About(about) => Some(format!("c. {}", date(about))),
        When::Span(begin, end) => match (begin.day.or(end.day), begin.month_name(), end.month_name()) {
            (None, None, None) => Some(format!("{begin}–{end}")),
            (None, Some(first), Some(_)) if begin.year == end.year => Some(format!("{first}–{}", date(end))),
            (None, Some(_), Some(_)) => Some(format!("{} – {}", date(begin), date(end))),
            _ => Some(date(begin)),
        },
        _ => when.known().map(date),
    }
}

/// Days as ISO dates; months by name, since `2021-05` is refused as ambiguous.
fn date(date: PartialDate) -> String {
    match (date.day, date.month_name()) {
        (None, Some(month)) => format!("{month} {}", date.year),
        _ => date.to_string(),
    }
}

/// A text that starts no wiki markup: every character that could is written as a character reference.
pub fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before = None;
    for (at, c) in text.char_indices() {
        let doubled = before == Some(c) || text[at + c.len_utf8()..].starts_with(c);
        let markup = match c {
            '|' => {
                escaped.push_str("{{!}}");
                before = Some(c);
                continue;
            }
            '[' | ']' | '{' | '}' | '<' | '>' | '&' | '~' => true,
            '\'' | '_' | '=' | '-' => doubled,
            // At the beginning of a line.
            '*' | '#' | ':' | ';' | ' ' => at == 0,
            _ => false,
        };
        if markup {
            let _ = write!(escaped, "&#{};", u32::from(c));
        } else {
            escaped.push(c);
        }
        before = Some(c);
    }
    // Bare addresses and magic links turn into links by themselves.
    escaped.replace("://", "&#58;//")
}

/// An address inside a template: what would end it or a link is percent-encoded.
fn address(url: &str) -> String {
    let mut address = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            '|' | '{' | '}' | '[' | ']' | '<' | '>' | '"' | ' ' => {
                let _ = write!(address, "%{:02X}", u32::from(c));
            }
            // Two apostrophes begin italics.
            '\'' => address.push_str("%27"),
            _ => address.push(c),
        }
    }
    address
}
