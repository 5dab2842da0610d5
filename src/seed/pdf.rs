//! PDF files: the addresses that areas of a page lead to, and those that stand in its text. A link's line is its page.

mod lines;

use std::collections::HashSet;
use std::sync::Arc;

use super::bare;
use super::resolve::{Resolver, Verdict};
use super::words;
use super::{Document, Format, Reading, SeedError};
use crate::model::link::{Link, Position, Target};
use crate::model::notice::Notice;
use crate::pdf::{Area, Pdf, Run, is_whole};
use lines::{joined, lines, wrapped};

/// Pages that are read.
const MAX_PAGES: usize = 2_000;

/// Links that are handed over.
const MAX_LINKS: usize = 50_000;

/// Points by which a text may stand beside the area that leads on from it.
const SLACK: f32 = 3.0;

/// Reads a file and hands over its links.
pub(super) fn read(document: &Document<'_>, emit: &mut dyn FnMut(Link)) -> Result<Reading, SeedError> {
    let name = document.name;
    let pdf =
        Pdf::open(document.bytes).map_err(|error| SeedError::Pdf { name: name.to_owned(), why: error.to_string() })?;
    let mut resolver = Resolver::new(document.base);
    if let Some(base) = pdf.base() {
        resolver.rebase(&base);
    }
    let mut links = 0;
    let mut notices = Vec::new();
    if !is_whole(document.bytes) {
        notices.push(Notice::about(name, "the file breaks off before its end: what stood behind is missing"));
    }
    let mut relative = Relative::default();
    let mut pages = pdf.pages().enumerate();
    for (index, page) in pages.by_ref().take(MAX_PAGES) {
        let number = index + 1;
        let runs = pdf.text_of(page);
        let found = on_page(&listed(pdf.areas_of(page), &resolver, number, &mut relative), &runs);
        for (order, entry) in found.into_iter().enumerate() {
            if links >= MAX_LINKS {
                notices.push(Notice::at(name, number, format!("links after the first {MAX_LINKS} are left out")));
                return Ok(reading(&pdf, links, notices));
            }
            let Verdict::Listed(target) = resolver.resolve(&entry.href) else { continue };
            if let Target::Invalid(why) = &target {
                let message = format!("{:?} is not a valid web address: {why}", entry.href);
                notices.push(Notice::at(name, number, message));
            }
            links += 1;
            emit(Link {
                href: entry.href,
                target,
                title: entry.title,
                annotation: entry.annotation,
                section: Arc::from(Vec::new()),
                parent_title: None,
                position: Position { line: number, column: order + 1, span: 0..0 },
                fields: Vec::new(),
                left_out: None,
            });
        }
    }
    notices.extend(relative.notice(name));
    if pages.next().is_some() {
        notices.push(Notice::about(name, format!("pages after the first {MAX_PAGES} are not read")));
    }
    Ok(reading(&pdf, links, notices))
}

/// Areas that lead to a relative address where nothing says to what, and the page of the first.
#[derive(Default)]
struct Relative {
    count: usize,
    page: usize,
}

impl Relative {
    fn notice(&self, name: &str) -> Option<Notice> {
        let many = match self.count {
            0 => return None,
            1 => "a relative address is".to_owned(),
            count => format!("{count} relative addresses are"),
        };
        Some(Notice::at(name, self.page, format!("{many} left out: the document's own address is not known")))
    }
}

/// The areas that lead to a resource. Others hide no address in the text.
fn listed(areas: Vec<Area>, resolver: &Resolver, page: usize, relative: &mut Relative) -> Vec<Area> {
    let meant = |area: Area| {
        // Readers of such files go to `www.example.org` without being told how.
        let is_bare = area.uri.trim().get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("www."));
        if is_bare { Area { uri: format!("http://{}", area.uri.trim()), ..area } } else { area }
    };
    let mut is_listed = |area: &Area| match resolver.resolve(area.uri.trim()) {
        Verdict::Listed(_) => true,
        Verdict::Unlisted | Verdict::Made => false,
        Verdict::Relative => {
            if relative.count == 0 {
                relative.page = page;
            }
            relative.count += usize::from(!area.uri.trim().starts_with('#'));
            false
        }
    };
    areas.into_iter().map(meant).filter(|area| is_listed(area)).collect()
}

fn reading(pdf: &Pdf, links: usize, notices: Vec<Notice>) -> Reading {
    Reading { format: Format::Pdf, title: pdf.info("Title"), links, notices }
}

/// What a page says about one address.
#[derive(Debug, PartialEq)]
struct Entry {
    href: String,
    title: Option<String>,
    annotation: Option<String>,
}

/// The links of a page: those of its areas, then addresses in its text that no area leads to.
fn on_page(areas: &[Area], runs: &[Run]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut at = 0;
    while let Some(area) = areas.get(at) {
        // A link that is set on several lines has an area for each.
        let together = areas[at..].iter().take_while(|other| other.uri == area.uri).count();
        entries.push(entry(&areas[at..at + together], runs));
        at += together;
    }
    let known: HashSet<String> = entries.iter().map(|entry| bared(&entry.href).to_owned()).collect();
    let lines = lines(runs);
    // Where each line's own text begins, behind the end of an address from above.
    let mut begins = vec![0; lines.len()];
    for (number, line) in lines.iter().enumerate() {
        let mut from = begins[number];
        while let Some(range) = bare::find(&line.text, from, bare::PLAIN) {
            from = range.end;
            // What an area shows is its title, whole or not.
            if line.lies_in(&range, areas) {
                continue;
            }
            let mut written = line.text[range.clone()].to_owned();
            let mut behind = &line.text[range.end..];
            if let Some(whole) = wrapped(&lines, number, &range) {
                begins[whole.line] = whole.end;
                behind = &lines[whole.line].text[whole.end..];
                written = whole.address;
                from = line.text.len();
            }
            if known.contains(bared(&written)) {
                continue;
            }
            let title = words::some_text(words::without_final_separators(&line.text[begins[number]..range.start]));
            let after = words::some_text(words::without_leading_separators(behind));
            let said = |text: &String| !words::is_blank(text);
            entries.push(Entry {
                href: bare::with_scheme(&written).map_or(written, String::from),
                title: title.filter(said),
                annotation: after.filter(said),
            });
        }
    }
    entries
}

/// One address as far as it tells whether two are the same.
fn bared(address: &str) -> &str {
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    address.trim_end_matches('/')
}

/// The entry of areas that lead to one address: the text in them is its title, the rest of their lines is said about it.
fn entry(areas: &[Area], runs: &[Run]) -> Entry {
    // What begins where an area ends does not stand in it: a little behind its beginning tells.
    let begin = |run: &Run| run.at.0 + run.end.map_or(0.0, |end| ((end - run.at.0) / 2.0).clamp(0.0, run.size * 0.3));
    let inside = |run: &Run| areas.iter().any(|area| area.holds((begin(run), run.at.1), SLACK));
    let title = words::some_text(&joined(runs.iter().filter(|run| inside(run))));
    let title = title.filter(|title| !words::is_blank(title));
    let level = |run: &Run| areas.iter().any(|area| area.is_beside(run.at, SLACK));
    let rest = words::some_text(&joined(runs.iter().filter(|run| level(run) && !inside(run))));
    let rest = rest.as_deref().map(words::without_leading_separators).and_then(words::some_text);
    let href = areas.first().map(|area| area.uri.trim().to_owned()).unwrap_or_default();
    // A text that shows the address says nothing about the resource, and a long address is set on several lines.
    let is_wrapped = |title: &str| {
        title.split_whitespace().all(|part| href.contains(part))
            && words::is_address(&title.split_whitespace().collect::<String>(), &href)
    };
    let title = title.filter(|title| !words::is_address(title, &href)).filter(|title| !is_wrapped(title));
    Entry { href, title, annotation: rest.filter(|rest| !words::is_blank(rest)) }
}
