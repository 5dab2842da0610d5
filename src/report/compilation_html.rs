//! `compilation.html`: the research compilation as one page to read, search and filter.
//!
//! Links carry the Robust Links attributes (`data-originalurl`, `data-versionurl`, `data-versiondate`), so that tools find the
//! archived copy of what is gone.

use std::borrow::Cow;
use std::io;

use askama::Template;

use super::compilation_csv::memento_datetime;
use super::escape::{shown, web_address};
use super::mentions::{Further, Pointer, further, pointer};
use super::page::{Address, BASE_STYLE, policy};
use super::words::{self, day};
use super::{changes, citation, health};
use crate::compile::{Change, Compilation, Difference, Entry, Reference, Section};
use crate::model::State;

const LONGEST_TEXT: usize = 1_000;
/// Changes of one kind that are shown; `changes.csv` has all of them.
const CHANGES_SHOWN: usize = 100;
/// Between the values of an attribute that holds several.
const LIST: &str = "|";
const END: &str = "</section>\n";
const SCRIPT: &str = include_str!("templates/compilation.js");

#[derive(Template)]
#[template(path = "compilation.html", config = "src/report/askama.toml")]
struct Page<'a> {
    policy: String,
    style: String,
    script: &'static str,
    title: String,
    introduction: String,
    /// When the compilation before was made, where anything changed since.
    since: Option<String>,
    changed: Vec<Changed<'a>>,
    sections: Vec<Part<'a>>,
    /// What closes the last of them.
    end: String,
    seeds: Vec<String>,
}

/// All changes of one kind.
struct Changed<'a> {
    heading: &'static str,
    number: String,
    items: Vec<News<'a>>,
    more: Option<String>,
}

struct News<'a> {
    /// The entry it is about; absent for what is not listed any more.
    entry: Option<usize>,
    title: String,
    address: Address<'a>,
    said: Option<String>,
}

struct Part<'a> {
    /// The heading element of its depth.
    tag: &'static str,
    depth: usize,
    /// What closes those before it that it does not belong to.
    closing: String,
    heading: String,
    /// Whether it is a list, and not a section of one.
    is_list: bool,
    path: String,
    /// The number of its first entry.
    first: usize,
    entries: &'a [Entry],
    see: Vec<See>,
}

impl<'a> Part<'a> {
    /// One at a time: all of them together would take up as much as the page.
    fn items(&self) -> impl Iterator<Item = Item<'a>> {
        self.entries.iter().zip(self.first..).map(|(entry, number)| item(entry, number))
    }
}

struct See {
    title: String,
    /// The number of the entry.
    entry: usize,
    place: String,
    list: Option<String>,
}

struct Item<'a> {
    number: usize,
    title: Cow<'a, str>,
    href: Option<Cow<'a, str>>,
    shown_url: Cow<'a, str>,
    version_url: Option<Cow<'a, str>>,
    version_date: Option<String>,
    cited: String,
    doi: Option<Doi<'a>>,
    said: Option<Cow<'a, str>>,
    said_by_page: bool,
    fields: Vec<Labelled>,
    /// What the page calls itself, and the verb for it.
    other_title: Option<(&'static str, Cow<'a, str>)>,
    other_facts: Vec<String>,
    moved: Option<Address<'a>>,
    state: &'static str,
    health: Option<String>,
    dated: Option<String>,
    /// What happened to it since the compilation before: as a label, and for the filter.
    badges: Vec<&'static str>,
    changes: String,
    health_name: &'static str,
    gone: bool,
    kind: Cow<'a, str>,
    language: Cow<'a, str>,
    year: &'a str,
    also: Vec<String>,
}

struct Doi<'a> {
    href: String,
    text: Cow<'a, str>,
}

struct Labelled {
    name: String,
    value: String,
}

/// Writes the compilation as a page.
///
/// # Errors
/// Those of the writer.
pub fn write(compilation: &Compilation, out: &mut dyn io::Write) -> io::Result<()> {
    let style = format!("{BASE_STYLE}{}", include_str!("templates/compilation.css"));
    let title = if compilation.title.trim().is_empty() { "Compilation" } else { &compilation.title };
    let changed = changed(compilation);
    let (sections, end) = sections(compilation);
    let page = Page {
        policy: policy(&style, SCRIPT),
        style,
        script: SCRIPT,
        title: short(title).into_owned(),
        introduction: introduction(compilation),
        since: compilation.since.filter(|_| !changed.is_empty()).map(|at| words::since(at, compilation.checked)),
        changed,
        sections,
        end,
        seeds: compilation.seeds.iter().take(50).map(|seed| short(seed).into_owned()).collect(),
    };
    page.write_into(out)
}

fn short(text: &str) -> Cow<'_, str> {
    shown(text, LONGEST_TEXT)
}

fn introduction(compilation: &Compilation) -> String {
    let entries = words::count(compilation.entries().count(), "resource");
    let sections = words::count(compilation.sections.len(), "section");
    let checked = compilation.checked.map(|at| format!("; last checked {}", day(at))).unwrap_or_default();
    format!("{entries} in {sections}{checked}.{}", health::told(compilation))
}

fn changed(compilation: &Compilation) -> Vec<Changed<'_>> {
    let news = |item: &changes::Item<'_>, kind: &str| News {
        entry: item.entry,
        title: short(item.title).into_owned(),
        address: Address::new(item.url).into_owned(),
        said: changes::words_of(item, kind).map(|said| short(&said).into_owned()),
    };
    let group = |group: changes::Group<'_>| {
        let left = group.items.len().saturating_sub(CHANGES_SHOWN);
        Changed {
            heading: group.heading,
            number: words::thousands(group.items.len()),
            items: group.items.iter().take(CHANGES_SHOWN).map(|item| news(item, group.kind)).collect(),
            more: (left > 0).then(|| words::thousands(left)),
        }
    };
    changes::groups(compilation).into_iter().map(group).collect()
}

/// The sections within those around them, and what closes the last of them; of several lists, each holds its own. A heading
/// without entries of its own stands there too.
fn sections(compilation: &Compilation) -> (Vec<Part<'_>>, String) {
    let several = compilation.seeds.len() > 1;
    let numbers = compilation.sections.iter().scan(0, |next, section| {
        *next += section.entries.len();
        Some(*next - section.entries.len())
    });
    let firsts: Vec<usize> = numbers.collect();
    let mut above: Vec<&str> = Vec::new();
    let mut parts = Vec::new();
    for (section, first) in compilation.sections.iter().zip(&firsts) {
        let has_list = several || section.path.is_empty();
        let list = has_list.then_some(section.seed.as_str());
        let outline: Vec<&str> = list.into_iter().chain(section.path.iter().map(String::as_str)).collect();
        let shared = outline.iter().zip(&above).take_while(|(one, other)| one == other).count();
        // A section that comes back after its own subsection is named again.
        let shared = shared.min(outline.len().saturating_sub(1));
        for depth in shared..outline.len() {
            let is_own = depth + 1 == outline.len();
            let see = section.references.iter().filter_map(|reference| see(compilation, section, reference, &firsts));
            parts.push(Part {
                tag: ["h2", "h3", "h4", "h5", "h6"][depth.min(4)],
                depth: depth.min(4),
                closing: END.repeat(if depth == shared { above.len() - shared } else { 0 }),
                heading: short(outline[depth]).into_owned(),
                is_list: has_list && depth == 0,
                path: short(&words::path(&outline[..=depth])).into_owned(),
                first: *first,
                entries: if is_own { &section.entries } else { &[] },
                see: if is_own { see.collect() } else { Vec::new() },
            });
        }
        above = outline;
    }
    (parts, END.repeat(above.len()))
}

fn see(compilation: &Compilation, from: &Section, reference: &Reference, firsts: &[usize]) -> Option<See> {
    let Pointer { entry, place, list } = pointer(compilation, from, reference)?;
    let entry = entry.map(|title| format!("\u{201c}{}\u{201d} ", short(title))).unwrap_or_default();
    Some(See {
        title: short(&reference.title).into_owned(),
        entry: firsts.get(reference.home)? + reference.place,
        place: format!("{entry}{}", short(&place)),
        list: list.map(|list| short(list).into_owned()),
    })
}

fn item(entry: &Entry, number: usize) -> Item<'_> {
    let metadata = &entry.metadata;
    let said = entry.annotation.as_deref().filter(|text| !text.trim().is_empty()).map(short);
    let said_by_page = said.is_none();
    let address = Address::of(&entry.url, entry.health.reason);
    let state = entry.health.state;
    let health_line = health::mark(&entry.health).map(|mark| {
        let reason =
            entry.health.reason.map(|reason| format!(": {}", super::advice::of(reason).title)).unwrap_or_default();
        let seen = entry.health.last_ok.map(|at| format!("; last seen {}", day(at))).unwrap_or_default();
        format!("{}{reason}{seen}.", words::capitalised(mark))
    });
    let other_title = entry.differences.iter().find_map(|difference| match difference {
        Difference::Title(title) => Some((health::calls(&entry.health), short(title))),
        Difference::Address(_) | Difference::Fact { .. } => None,
    });
    let other_facts = entry.differences.iter().filter_map(|difference| match difference {
        Difference::Fact { what, page } => Some(format!("The page gives another {what}: {}.", short(page))),
        Difference::Address(_) | Difference::Title(_) => None,
    });
    let changed: Vec<_> = entry.changes.iter().map(badge).collect();
    Item {
        number,
        changes: changed.join(LIST),
        // What is gone says so already.
        badges: changed.into_iter().filter(|name| *name != badge(&Change::Gone)).collect(),
        dated: citation::dated(entry),
        title: short(&entry.title),
        href: address.href,
        shown_url: address.text,
        version_url: entry.memento.as_deref().and_then(web_address),
        version_date: entry.memento.as_deref().and_then(memento_datetime).map(|at| at.chars().take(10).collect()),
        cited: citation::line(entry),
        doi: metadata.doi.as_ref().map(|doi| {
            let text = short(&doi.value);
            Doi { href: path_segments(&text), text }
        }),
        said: said.or_else(|| citation::description(metadata)),
        said_by_page,
        fields: fields(entry),
        other_title,
        other_facts: other_facts.collect(),
        moved: entry.health.moved_to.as_deref().map(Address::new),
        state: state.map_or("", State::as_str),
        health: health_line,
        health_name: health::name(&entry.health),
        gone: state == Some(State::Dead),
        kind: metadata.kind.as_ref().map_or("not known".into(), |kind| short(words::kind(&kind.value))),
        language: metadata.language.as_ref().map_or("".into(), |tag| short(words::language(&tag.value))),
        year: metadata.published.as_ref().map_or("", |date| year(date.value.trim_start_matches("../"))),
        also: also(entry),
    }
}

/// The first four characters of a date.
fn year(date: &str) -> &str {
    &date[..date.char_indices().nth(4).map_or(date.len(), |(at, _)| at)]
}

/// What happened to an entry, as its label and for the filter.
const fn badge(change: &Change) -> &'static str {
    match change {
        Change::New => "new",
        Change::Relinked(_) => "new address",
        Change::Gone => "no longer available",
        Change::Back => "back",
        Change::Moved(_) => "moved",
        Change::Retitled { .. } => "new title",
        Change::Edition(_) => "new version",
    }
}

fn fields(entry: &Entry) -> Vec<Labelled> {
    let further = entry.further_columns();
    further.map(|(name, value)| Labelled { name: short(name).into_owned(), value: short(value).into_owned() }).collect()
}

fn also(entry: &Entry) -> Vec<String> {
    let told = |mention: Further<'_>| {
        let said = mention.said.map(|said| format!(": {}", short(said))).unwrap_or_default();
        match mention.title {
            Some(title) => format!("Also listed as {}{said}", short(title)),
            None if mention.elsewhere => format!("Also listed at {}{said}", short(mention.url)),
            None => format!("Listed again{said}"),
        }
    };
    further(entry).map(told).collect()
}

/// A DOI inside an address: slashes stay, everything else that means something there is escaped.
fn path_segments(doi: &str) -> String {
    const RESERVED: &percent_encoding::AsciiSet =
        &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'\\');
    percent_encoding::utf8_percent_encode(doi, RESERVED).to_string()
}
