//! Who made it: the field in which pages are least clear.

use std::collections::HashSet;

use crate::model::Metadata;
use crate::model::metadata::{Field, Name};

use super::super::offer::{Key, Offer, Source};
use super::super::value::language;
use super::super::value::name::{self, Form, Spoken, drop_contained, name_of};
use super::super::value::text::{clean, flat};
use super::{Evidence, field};

/// Names of one source that are read.
const MOST: usize = 1_000;

/// Sources in the order in which they are believed.
const ORDER: &[Source] = &[
    Source::Highwire,
    Source::Bepress,
    Source::Eprints,
    Source::JsonLd,
    Source::Rel,
    Source::TwitterLabel,
    Source::DublinCore,
    Source::Parsely,
    Source::Item,
    Source::OpenGraph,
    Source::AuthorClass,
    Source::AuthorLink,
    Source::Byline,
    Source::JsonLdPage,
    Source::Meta,
    Source::Coins,
];

/// Sources that readers see.
const SEEN: &[Source] = &[Source::Rel, Source::Item, Source::AuthorClass, Source::AuthorLink, Source::Byline];

/// Chooses the authors.
///
/// The site's own name counts only where no other source gives one, even when it has the form of a person's: people give
/// their names to sites, and sites sign as if they were people.
pub fn choose(evidence: &Evidence<'_>, title: &str, language: &str) -> Option<Field<Vec<Name>>> {
    let page = Page { evidence, title, language };
    first(&page, false).or_else(|| first(&page, true))
}

/// Chooses the editors whom a page declares. Whoever is an author too is named as one, and of news and posts nobody cites who
/// read them before they went out.
pub fn editors(evidence: &Evidence<'_>, metadata: &Metadata) -> Option<Field<Vec<Name>>> {
    const SOURCES: &[Source] = &[Source::Highwire, Source::Eprints, Source::JsonLd, Source::DublinCore];
    let text = |field: &Option<Field<String>>| field.as_ref().map_or(String::new(), |field| field.value.clone());
    let (title, language) = (text(&metadata.title), text(&metadata.language));
    if matches!(text(&metadata.kind).as_str(), "article-newspaper" | "post-weblog" | "post") {
        return None;
    }
    let page = Page { evidence, title: &title, language: &language };
    let authors: &[Name] = metadata.authors.as_ref().map_or(&[], |field| &field.value);
    SOURCES.iter().find_map(|&source| {
        let offers: Vec<&Offer> = evidence.offers.from(Key::Editor, source).take(MOST).collect();
        let label = &offers.first()?.label;
        let names: Vec<Name> = read(&page, source, &offers, false).iter().map(name_of).collect();
        let names: Vec<Name> = names.into_iter().filter(|name| !authors.contains(name)).collect();
        (!names.is_empty()).then(|| field(names, label, None))
    })
}

/// What is known when authors are chosen.
struct Page<'a> {
    evidence: &'a Evidence<'a>,
    title: &'a str,
    language: &'a str,
}

fn first(page: &Page<'_>, own: bool) -> Option<Field<Vec<Name>>> {
    let (source, names) = ORDER.iter().find_map(|&source| Some((source, said(page, source, own)?)))?;
    // Systems that sites are written with tell by what name somebody logs in; the page shows who that is.
    let signed = match names.as_slice() {
        [name] if is_handle(&name.text) => SEEN.iter().find_map(|&seen| {
            let names = said(page, seen, own)?;
            names.iter().all(|name| name::is_person(&name.text)).then_some((seen, names))
        }),
        _ => None,
    };
    let (source, names) = signed.unwrap_or((source, names));
    let offers: Vec<&Offer> = page.evidence.offers.from(Key::Author, source).take(MOST).collect();
    let raws: Vec<&str> = offers.iter().map(|offer| offer.raw.as_ref()).collect();
    let raw = raws.join("; ");
    let spoken: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
    let same = spoken.join("; ") == raw;
    let names = names.iter().map(name_of).collect();
    Some(field(names, &offers.first()?.label, (!same).then_some(raw.as_str())))
}

/// The names that a source tells, or `None` when it tells none.
fn said(page: &Page<'_>, source: Source, own: bool) -> Option<Vec<Spoken>> {
    let offers: Vec<&Offer> = page.evidence.offers.from(Key::Author, source).take(MOST).collect();
    let names = if offers.is_empty() { Vec::new() } else { read(page, source, &offers, own) };
    (!names.is_empty()).then_some(names)
}

/// Whether a name is a single word in a script that parts words, as first names and names of users are.
fn is_handle(name: &str) -> bool {
    !name.contains(char::is_whitespace) && name.chars().any(|c| c.is_lowercase() || c.is_uppercase())
}

fn read(page: &Page<'_>, source: Source, offers: &[&Offer], own: bool) -> Vec<Spoken> {
    let evidence = page.evidence;
    let title = flat(page.title);
    // In a forum people are known by what they log in with.
    let forum = evidence.node.iter().any(|kind| kind.ends_with("posting") && !kind.ends_with("blogposting"));
    // A text that only stands where a byline may be is read with care, and only the first that is one.
    let strict = matches!(source, Source::AuthorClass | Source::Byline | Source::AuthorLink);
    let form = match source {
        _ if strict => Form::Text,
        Source::Highwire | Source::Bepress | Source::Eprints | Source::DublinCore => Form::Single,
        _ => Form::Listed,
    };
    let form = if form == Form::Single && is_catalogue(page, source, offers) { Form::Catalogued } else { form };
    let mut names: Vec<Spoken> = Vec::new();
    let mut known = HashSet::new();
    for offer in offers {
        if is_address(&offer.raw) {
            continue;
        }
        let form = offer.form.unwrap_or(form);
        let mut read = name::names(&offer.raw, form);
        if read.is_empty()
            && (source == Source::AuthorClass || offer.label == "short byline")
            && is_precise(&offer.label)
        {
            read = name::names(&offer.raw, Form::Listed);
            read.retain(|name| name.text.split_whitespace().count() <= 3);
            if source == Source::Byline {
                read.retain(|name| !name.text.contains(' ') || name::is_person(&name.text));
            }
            read.truncate(3);
        }
        if source == Source::Rel && !names.is_empty() {
            read.retain(|name| name::is_person(&name.text));
        }
        for name in read {
            let text = name.text.as_str();
            let spelled = flat(text);
            let sites = evidence.site.is_name(text);
            let login =
                name::is_login(text) || offer.form != Some(Form::Organisation) && is_unseen_handle(page, source, text);
            let possible = if own {
                (!sites || (name::is_person(text) && source != Source::Meta)) && (forum || !login)
            } else {
                !sites && !login
            };
            if possible && spelled != title && known.insert(spelled) {
                names.push(name);
            }
        }
        if strict && source != Source::AuthorLink && !names.is_empty() {
            break;
        }
    }
    // Who has a tag is somebody, whatever the others are called.
    let declared =
        [Source::Highwire, Source::Bepress, Source::Eprints, Source::DublinCore, Source::JsonLd, Source::Coins];
    if !declared.contains(&source) {
        drop_contained(&mut names);
    }
    names
}

/// Whether a name is one word of small letters that only the system behind the page knows: readers are shown none, so it is
/// what somebody logs in with.
fn is_unseen_handle(page: &Page<'_>, source: Source, name: &str) -> bool {
    const BY_SYSTEMS: &[Source] = &[
        Source::JsonLd,
        Source::JsonLdPage,
        Source::TwitterLabel,
        Source::Parsely,
        Source::OpenGraph,
        Source::DublinCore,
        Source::Meta,
    ];
    let seen = |&source: &Source| page.evidence.offers.from(Key::Author, source).any(|offer| offer.raw.contains(name));
    BY_SYSTEMS.contains(&source)
        && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && !SEEN.iter().any(seen)
}

/// Whether declared names have the family name in front of a comma, whatever its words: several have a tag each and none is
/// written otherwise, or the page is in a language whose families have two names.
fn is_catalogue(page: &Page<'_>, source: Source, offers: &[&Offer]) -> bool {
    const DOUBLE: &[&str] = &["es", "pt", "ca", "gl"];
    // Some say the same in two vocabularies.
    let one_each = offers.iter().any(|offer| offer.raw != offers[0].raw)
        && !offers.iter().any(|offer| is_list(offer))
        && offers.iter().all(|offer| offer.raw.contains(',') || !name::is_person(offer.raw.trim()));
    let scholarly = matches!(source, Source::Highwire | Source::Bepress | Source::Eprints);
    one_each
        || scholarly && (DOUBLE.contains(&language::primary(page.language)) || offers.len() == 1 && !is_list(offers[0]))
}

/// Whether a tag is for all names at once.
fn is_list(offer: &Offer<'_>) -> bool {
    offer.label.ends_with("authors")
}

/// Whether a class names the author and nothing else.
fn is_precise(label: &str) -> bool {
    label.split_ascii_whitespace().any(|class| {
        matches!(
            class,
            "fn" | "vcard"
                | "username"
                | "authorname"
                | "author-name"
                | "author_name"
                | "byline-name"
                | "author-link"
                | "authors"
                | "posted-by"
        ) || class.ends_with("author")
            || class.ends_with("byline")
            || class.ends_with("autor")
            || class.ends_with("author-name")
            || class.ends_with("author__name")
    })
}

fn is_address(raw: &str) -> bool {
    let raw = clean(raw);
    raw.starts_with("http://")
        || raw.starts_with("https://")
        || raw.starts_with("//")
        || raw.starts_with('@')
        || raw.contains("facebook.com/")
}
