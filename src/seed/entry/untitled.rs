//! Entries without a main link: what their links share, and the title that stands around them (rule 4.3).

use std::ops::Range;

use super::{Anatomy, Around, Kind, Outcome, Record, is_address_like, join, once_each, said};
use crate::seed::flat::{Flat, is_gap};
use crate::seed::words;

/// What the links of such an entry are given: one title, and everything that is said.
pub(super) fn without_main(anatomy: &Anatomy<'_>, kind: Kind, around: Around<'_>) -> Outcome {
    let flat = anatomy.flat;
    let links = once_each(anatomy);
    let own = own_title(anatomy, links.first().copied(), kind);
    let annotation = match &own {
        Some((_, range)) => {
            let before = anatomy.visible(anatomy.start.min(range.start)..range.start);
            let after = anatomy.visible(range.end..flat.text.len().max(range.end));
            let after = words::without_leading_separators(&after);
            said(&join(before.trim_end_matches(|c: char| words::is_separator(c) && c != '.'), after))
        }
        None => said(&anatomy.visible(anatomy.everything())).filter(|text| !words::joins_generic(text)),
    };
    let own = own.map(|(title, _)| title);
    let records = links
        .into_iter()
        .map(|index| {
            let heading = || around.heading.filter(|_| !is_address_like(flat, &flat.links[index]));
            let title = own.clone().or_else(|| around.enclosing.or_else(heading).map(str::to_owned));
            Record { link: index, title, annotation: annotation.clone(), main: None }
        })
        .collect();
    Outcome { records, title: own, annotation, main: None }
}

/// The title of an entry without a main link, and where it stands (rule 4.3, a to c).
fn own_title(anatomy: &Anatomy<'_>, first: Option<usize>, kind: Kind) -> Option<(String, Range<usize>)> {
    let flat = anatomy.flat;
    if let Some(heading) = &anatomy.heading {
        let title = anatomy.flat.visible(heading.clone(), &anatomy.removed);
        let title = words::without_final_separators(words::without_leading_separators(&title)).to_owned();
        if !words::is_blank(&title) {
            return Some((title, heading.clone()));
        }
    }
    let Some(first) = first else {
        return first_part_of(flat, anatomy.everything());
    };
    let place = anatomy.bracket[first].clone().unwrap_or_else(|| flat.links[first].text.clone());
    emphasised_title(anatomy, place.start).or_else(|| match kind {
        Kind::Paragraph => sentence_title(anatomy, &place),
        _ => {
            first_part_of(flat, anatomy.start.min(place.start)..place.start).or_else(|| title_after(anatomy, place.end))
        }
    })
}

/// Bold or italic text before the link.
fn emphasised_title(anatomy: &Anatomy<'_>, limit: usize) -> Option<(String, Range<usize>)> {
    let flat = anatomy.flat;
    flat.emphasis.iter().take_while(|range| range.start < limit).find_map(|range| {
        let range = range.start.max(anatomy.start)..range.end.min(limit);
        let text = words::fold(flat.text.get(range.clone())?);
        let text = words::without_final_separators(words::without_open_brackets(&text));
        usable(text).map(|title| (title, range))
    })
}

/// The part of a range up to its first separator.
fn first_part_of(flat: &Flat, range: Range<usize>) -> Option<(String, Range<usize>)> {
    let text = flat.text.get(range.clone())?;
    let body = text.trim_start_matches(|c| words::is_separator(c) || is_gap(c));
    let start = range.start + text.len() - body.len();
    let end = start + words::first_part(body);
    // A bracket that is still open here belongs to the link, or to what is said.
    let open = words::unclosed(&flat.text[start..end]).map_or(end, |open| start + open);
    let end = if words::is_blank(flat.text[open..end].trim_matches(|c| c == '#' || words::is_separator(c))) {
        end
    } else {
        open
    };
    let part = words::fold(&flat.text[start..open]);
    let part = words::without_final_separators(words::without_open_brackets(&part));
    usable(part).map(|title| (title, start..end))
}

/// The first part of what stands behind the first link.
fn title_after(anatomy: &Anatomy<'_>, from: usize) -> Option<(String, Range<usize>)> {
    let flat = anatomy.flat;
    let mut at = from;
    let ends = anatomy.removed.iter().filter(|range| range.start >= from).cloned();
    for removed in ends.chain(std::iter::once(flat.text.len()..flat.text.len())) {
        if let Some(found) = (at < removed.start).then(|| first_part_of(flat, at..removed.start)).flatten() {
            return Some(found);
        }
        at = at.max(removed.end);
    }
    None
}

/// The whole sentence of a running paragraph that holds the link; an address in it is no text.
fn sentence_title(anatomy: &Anatomy<'_>, place: &Range<usize>) -> Option<(String, Range<usize>)> {
    let flat = anatomy.flat;
    let (start, end) = words::sentence_around(&flat.text, place.start);
    let start = start.max(anatomy.start);
    let end = end.max(place.end);
    let hidden: Vec<Range<usize>> = flat
        .links
        .iter()
        .enumerate()
        .filter(|(index, link)| anatomy.listed(*index) && (anatomy.variant[*index] || is_address_like(flat, link)))
        .map(|(index, link)| anatomy.bracket[index].clone().unwrap_or_else(|| link.text.clone()))
        .collect();
    let text = flat.visible(start..end, &hidden);
    usable(words::without_final_separators(words::without_leading_separators(&text))).map(|title| (title, start..end))
}

/// A title that says something. A quote that it opens and the trimming of its end took away is none of it.
fn usable(text: &str) -> Option<String> {
    let text = text.trim();
    let text = [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»'), ('「', '」')]
        .into_iter()
        .find_map(|(open, close)| text.strip_prefix(open).filter(|rest| !rest.contains(close)))
        .map_or(text, str::trim_start);
    (!words::is_blank(text) && !words::all_generic(text) && !words::only_joins(text)).then(|| text.to_owned())
}
