//! PDF: the metadata packet, the document's own dictionary, and the first page where they are silent.

use crate::pdf::{Pdf, Run};

use super::super::candidates::{cut, head_of};
use super::super::offer::{Key, Source};
use super::super::value::identifier;
use super::{TEXT, Told, media, xml};

/// Pages whose text is looked through.
const PAGES: usize = 2;

/// Lines a title may take, and its characters.
const TITLE_LINES: u32 = 5;
const TITLE: usize = 300;

/// How much larger than the text a title is set.
const LARGER: f32 = 1.15;

/// Entries of the information dictionary.
const INFO: &[(&str, Key)] = &[
    ("Title", Key::Title),
    ("Author", Key::Author),
    ("Subject", Key::Description),
    ("Keywords", Key::Keywords),
    ("CreationDate", Key::Published),
    ("ModDate", Key::Modified),
    ("doi", Key::Doi),
];

/// Reads a PDF file.
pub fn read(bytes: &[u8], told: &mut Told) {
    let Ok(pdf) = Pdf::open(bytes) else {
        media::packet(bytes, &mut told.offers);
        return;
    };
    match pdf.xmp() {
        Some(packet) => xml::offer(&packet, xml::XMP, Source::Packet, &mut told.offers),
        None => media::packet(bytes, &mut told.offers),
    }
    for (name, key) in INFO {
        if let Some(text) = pdf.info(name) {
            // What made the file is no title of it.
            let maker = ["Producer", "Creator"].iter().any(|maker| pdf.info(maker).as_deref() == Some(text.as_str()));
            if !maker {
                told.offers.add(*key, Source::Properties, format!("pdf {name}"), text);
            }
        }
    }
    if let Some(language) = pdf.language() {
        told.offers.add(Key::Language, Source::Properties, "pdf catalog", language);
    }
    if let Some(count) = pdf.page_count() {
        told.offers.add(Key::PageCount, Source::Properties, "pdf pages", count.to_string());
    }
    let pages: Vec<Vec<Run>> = pdf.pages().take(PAGES).map(|page| pdf.text_of(page)).collect();
    if let Some(title) = pages.first().and_then(|runs| title_of(runs)) {
        told.offers.add(Key::Title, Source::FirstPage, "largest text of the first page", title);
    }
    for (index, runs) in pages.iter().enumerate() {
        let text = text_of(runs);
        if index == 0
            && let Some(doi) = only_doi(&text)
        {
            told.offers.add(Key::Doi, Source::FirstPage, "text of the first page", doi);
        }
        if let Some(at) = text.find("arXiv:") {
            told.offers.add(
                Key::Arxiv,
                Source::FirstPage,
                "stamp of the first page",
                head_of(&text[at..], 40).to_owned(),
            );
        }
        told.text.push_str(&text);
        told.text.push('\n');
    }
    cut(&mut told.text, TEXT);
}

/// The DOI that a text calls one, or that stands behind its resolver. Several are those of works it speaks of.
fn only_doi(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let mut found: Option<String> = None;
    for mark in ["doi.org/10.", "doi:10.", "doi: 10.", "doi 10."] {
        for (at, _) in lower.match_indices(mark).take(20) {
            let Some(doi) = identifier::doi(head_of(&text[at..], 300)) else { continue };
            if found.as_ref().is_some_and(|known| !known.eq_ignore_ascii_case(&doi)) {
                return None;
            }
            found = Some(doi);
        }
    }
    found
}

/// The text of a page with its lines.
fn text_of(runs: &[Run]) -> String {
    let mut text = String::new();
    let mut line = 0;
    for run in runs {
        if run.line != line && !text.is_empty() {
            text.push(' ');
        }
        line = run.line;
        text.push_str(&run.text);
    }
    text
}

/// The largest text of a page, where it is set larger than most of the page and reads like a title.
fn title_of(runs: &[Run]) -> Option<String> {
    let letters = |run: &&Run| run.text.chars().filter(|c| c.is_alphabetic()).count();
    let level: Vec<&Run> = runs.iter().filter(|run| run.level && run.size >= 4.0).collect();
    let mut sizes: Vec<(f32, usize)> = Vec::new();
    for run in &level {
        match sizes.iter_mut().find(|(size, _)| *size == run.size) {
            Some((_, count)) => *count += letters(run),
            None => sizes.push((run.size, letters(run))),
        }
    }
    let body = sizes.iter().max_by_key(|(_, count)| *count)?.0;
    let alone = sizes.iter().filter(|(_, count)| *count > 0).count() == 1;
    sizes.retain(|(size, count)| *count >= 4 && (*size >= body * LARGER || (*size == body && alone)));
    sizes.sort_by(|a, b| b.0.total_cmp(&a.0));
    // One size on the whole page tells nothing, unless the page holds little else.
    if alone && level.iter().map(letters).sum::<usize>() > TITLE {
        return None;
    }
    sizes.iter().find_map(|(size, _)| {
        let first = level.iter().position(|run| run.size == *size && letters(run) > 0)?;
        let own: Vec<Run> = level[first..]
            .iter()
            .take_while(|run| run.size == *size || letters(run) == 0)
            .map(|run| (*run).clone())
            .collect();
        let lines = own.last()?.line.saturating_sub(own.first()?.line);
        let title = text_of(&own).split_whitespace().collect::<Vec<_>>().join(" ");
        let fits = lines < TITLE_LINES && title.chars().count() <= TITLE;
        let reads = title.chars().filter(|c| c.is_alphabetic()).count() >= 4 && !title.starts_with("arXiv");
        (fits && reads).then_some(title)
    })
}
