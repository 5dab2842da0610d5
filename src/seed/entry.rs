//! One entry of a list: which of its links is the main one, what its title is and what is said about it (rules 3 to 5).

mod untitled;

use std::ops::Range;

use super::flat::{BOUNDARY, BREAK, Flat, Span, is_gap};
use super::words;
use untitled::without_main;

/// What an entry is in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A list item, `dd`, cell or note.
    Item,
    /// A running paragraph.
    Paragraph,
    /// A line of a text that is split at its breaks.
    Line,
    /// A card, or a term with its details: it has a heading of its own.
    Headed,
}

/// What surrounds an entry.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Around<'c> {
    /// Title of the enclosing item.
    pub(super) enclosing: Option<&'c str>,
    /// The nearest heading above.
    pub(super) heading: Option<&'c str>,
}

/// What one link of an entry gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// Which link of the flat text.
    pub(super) link: usize,
    pub(super) title: Option<String>,
    pub(super) annotation: Option<String>,
    /// Title of the main link, when this is a secondary one.
    pub(super) main: Option<String>,
}

/// What an entry says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) records: Vec<Record>,
    /// What nested entries call it.
    pub(super) title: Option<String>,
    pub(super) annotation: Option<String>,
    /// Index of the main link.
    pub(super) main: Option<usize>,
}

/// Reads one entry. `heading` is the part of the text that is its own heading.
pub(super) fn read(flat: &Flat, kind: Kind, heading: Option<Range<usize>>, around: Around<'_>) -> Outcome {
    let anatomy = Anatomy::of(flat, heading);
    match anatomy.main {
        Some(main) => with_main(&anatomy, main, kind),
        None => without_main(&anatomy, kind, around),
    }
}

/// The links of an entry sorted out.
struct Anatomy<'f> {
    flat: &'f Flat,
    /// Behind what is typed by hand in front.
    start: usize,
    heading: Option<Range<usize>>,
    /// Per link: its text says nothing about the resource.
    generic: Vec<bool>,
    /// Per link: it stands in brackets behind its title.
    variant: Vec<bool>,
    /// Per link: the bracket it fills, alone or with others.
    bracket: Vec<Option<Range<usize>>>,
    /// First listed link that is neither.
    main: Option<usize>,
    /// Generic links and variants with their brackets: no part of any text. In order, without overlaps.
    removed: Vec<Range<usize>>,
}

impl<'f> Anatomy<'f> {
    fn of(flat: &'f Flat, heading: Option<Range<usize>>) -> Self {
        let lead = flat.links.first().map_or(flat.text.len(), |link| link.text.start);
        let start = lead_in(&flat.text[..lead]);
        let generic = (0..flat.links.len()).map(|index| is_generic(flat, index)).collect();
        let bracket = brackets(flat);
        let mut anatomy = Anatomy {
            flat,
            start,
            heading,
            generic,
            variant: vec![false; flat.links.len()],
            bracket,
            main: None,
            removed: Vec::new(),
        };
        anatomy.find_variants();
        anatomy.removed = anatomy.find_removed();
        anatomy
    }

    fn listed(&self, index: usize) -> bool {
        self.flat.links[index].target.is_some()
    }

    fn find_variants(&mut self) {
        for (index, link) in self.flat.links.iter().enumerate() {
            if link.target.is_none() {
                continue;
            }
            let text = self.flat.link_text(link);
            let enclosed = match &self.bracket[index] {
                Some(bracket) => Some(bracket.start),
                None => is_bracketed(text).then_some(link.text.start),
            };
            let fills = enclosed.is_some_and(|at| {
                let before = &self.flat.text[self.start.min(at)..at];
                !words::is_blank(before)
                    || self.flat.links[..index].iter().any(|other| other.text.end <= at && other.target.is_some())
            });
            let image_after_main = self.main.is_some() && link.image.is_some();
            self.variant[index] = fills || image_after_main;
            if self.main.is_none() && !self.variant[index] && !self.generic[index] {
                self.main = Some(index);
            }
        }
    }

    /// Whether a link's text is no text of the entry.
    fn is_removed(&self, index: usize) -> bool {
        let link = &self.flat.links[index];
        if link.target.is_some() {
            self.generic[index] || self.variant[index]
        } else {
            // The text of a link that is not listed is text, unless it says nothing.
            !link.text.is_empty() && words::all_generic(self.flat.link_text(link))
        }
    }

    fn find_removed(&self) -> Vec<Range<usize>> {
        let mut removed: Vec<Range<usize>> = Vec::new();
        for (index, link) in self.flat.links.iter().enumerate() {
            if !self.is_removed(index) {
                continue;
            }
            let whole = self.bracket[index].clone().filter(|bracket| {
                let first = self.flat.links.partition_point(|other| other.text.start < bracket.start);
                let inside = |&other: &usize| self.flat.links[other].text.end <= bracket.end;
                (first..self.flat.links.len()).take_while(inside).all(|other| self.is_removed(other))
            });
            let range = whole.unwrap_or_else(|| self.with_inner_separator(link.text.clone()));
            match removed.last_mut() {
                Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                _ => removed.push(range),
            }
        }
        removed
    }

    /// A link that shares a bracket with text takes the separator along: `(PDF, 2 MB)` leaves `(2 MB)`.
    fn with_inner_separator(&self, link: Range<usize>) -> Range<usize> {
        const INNER: &[char] = &[',', ';', '/', '|', ':'];
        let text = &self.flat.text;
        let before = text[..link.start].trim_end_matches(is_gap);
        let after = text[link.end..].trim_start_matches(is_gap);
        if before.ends_with(['(', '[']) && after.starts_with(INNER) {
            let rest = after[1..].trim_start_matches(is_gap);
            return link.start..text.len() - rest.len();
        }
        if after.starts_with([')', ']']) && before.ends_with(INNER) {
            let kept = before[..before.len() - 1].trim_end_matches(is_gap);
            return kept.len()..link.end;
        }
        link
    }

    /// Text of a range without what is removed and without the entry's own heading.
    fn visible(&self, range: Range<usize>) -> String {
        match &self.heading {
            Some(heading) if heading.start < range.end && heading.end > range.start => {
                let before = self.flat.visible(range.start..heading.start.max(range.start), &self.removed);
                let after = self.flat.visible(heading.end.min(range.end)..range.end, &self.removed);
                join(&before, &after)
            }
            _ => self.flat.visible(range, &self.removed),
        }
    }

    fn everything(&self) -> Range<usize> {
        self.start..self.flat.text.len()
    }

    /// Whether nothing but dropped text stands before the main link (rules 3.3 to 3.5).
    fn begins_with(&self, main: usize) -> bool {
        let link = &self.flat.links[main];
        if self.heading.as_ref().is_some_and(|heading| heading.start <= link.text.start && link.text.end <= heading.end)
        {
            return true;
        }
        let before = self.visible(self.start.min(link.text.start)..link.text.start);
        let before = words::without_open_brackets(&before);
        let first = (0..main).all(|index| !self.listed(index));
        words::is_blank(before) || (first && is_label(before))
    }
}

/// Length of the white space and hand-typed marks in front of an entry.
fn lead_in(text: &str) -> usize {
    let body = text.trim_start_matches(is_gap);
    text.len() - body.len() + words::typed_bullet(body)
}

/// Text that ends with a colon and has at most five words.
fn is_label(text: &str) -> bool {
    text.trim_end().ends_with([':', '：']) && words::word_count(text) <= 5
}

fn is_bracketed(text: &str) -> bool {
    (text.starts_with('(') && text.ends_with(')')) || (text.starts_with('[') && text.ends_with(']'))
}

fn is_generic(flat: &Flat, index: usize) -> bool {
    let link = &flat.links[index];
    let text = flat.link_text(link);
    link.bare || text.is_empty() || words::all_generic(text) || shows_address(flat, link)
}

/// Whether a link's text is an address; a link without target shows none.
fn shows_address(flat: &Flat, link: &Span) -> bool {
    use crate::model::link::Target;
    let href = match &link.target {
        Some(Target::Valid(url)) => url.as_str(),
        Some(Target::Invalid(_)) => "",
        None => return false,
    };
    words::is_address(flat.link_text(link), href)
}

/// Whether a link is written as an address: bare, or numbered.
fn is_address_like(flat: &Flat, link: &Span) -> bool {
    let text = flat.link_text(link);
    let numbered =
        text.starts_with('[') && text.ends_with(']') && text[1..text.len() - 1].bytes().all(|b| b.is_ascii_digit());
    link.bare || shows_address(flat, link) || (numbered && text.len() > 2)
}

/// For each link the bracket that it fills, alone or in a row with others.
fn brackets(flat: &Flat) -> Vec<Option<Range<usize>>> {
    let links = &flat.links;
    let mut found = vec![None; links.len()];
    let mut index = 0;
    while index < links.len() {
        let last = bracket_row(flat, index);
        match last {
            Some((last, range)) => {
                for slot in &mut found[index..=last] {
                    *slot = Some(range.clone());
                }
                index = last + 1;
            }
            None => index += 1,
        }
    }
    found
}

/// The row of links that begins behind an opening bracket: its last link, and the bracket.
fn bracket_row(flat: &Flat, first: usize) -> Option<(usize, Range<usize>)> {
    const BETWEEN: &[char] = &[',', ';', '/', '|', ' ', BREAK, BOUNDARY];
    let text = &flat.text;
    let before_start = first.checked_sub(1).map_or(0, |before| flat.links[before].text.end);
    let before = text.get(before_start..flat.links[first].text.start)?.trim_end_matches(is_gap);
    let close = match before.chars().next_back()? {
        '(' => ')',
        '[' => ']',
        '（' => '）',
        _ => return None,
    };
    let open = before_start + before.len() - close.len_utf8();
    let mut last = first;
    loop {
        let end = flat.links[last].text.end;
        let next = flat.links.get(last + 1).map_or(text.len(), |link| link.text.start);
        let between = text.get(end..next)?;
        let rest = between.trim_start_matches(is_gap);
        if rest.starts_with(close) {
            return Some((last, open..next - rest.len() + close.len_utf8()));
        }
        if last + 1 < flat.links.len() && !rest.is_empty() && between.chars().all(|c| BETWEEN.contains(&c)) {
            last += 1;
        } else {
            return None;
        }
    }
}

/// Behind the type label that directly follows a main link, if one does (rule 4.2), and the label.
fn type_label(flat: &Flat, main: &Span) -> Option<(usize, String)> {
    let after = &flat.text[main.text.end..];
    let trimmed = after.trim_start_matches(|c| is_gap(c) && c != BOUNDARY);
    // A quote that closes around the link.
    let trimmed = trimmed.trim_start_matches(['"', '”', '’', '»']).trim_start_matches(' ');
    let close = match trimmed.chars().next()? {
        '(' => ')',
        '[' => ']',
        '（' => '）',
        _ => return None,
    };
    let open = main.text.end + after.len() - trimmed.len();
    let end = open + trimmed.find(close)? + close.len_utf8();
    let overlaps = |link: &Span| link.text.start < end && link.text.end > open;
    if flat.links.iter().any(overlaps)
        || !words::is_type_label(&flat.text[open + close.len_utf8()..end - close.len_utf8()])
    {
        return None;
    }
    let gap = if trimmed.len() < after.len() { " " } else { "" };
    Some((end, format!("{gap}{}", words::fold(&flat.text[open..end]))))
}

/// Which links are listed: each address once, where its text says something (rule 2.8).
fn once_each(anatomy: &Anatomy<'_>) -> Vec<usize> {
    use std::collections::HashMap;
    let links = &anatomy.flat.links;
    let listed: Vec<usize> = (0..links.len()).filter(|&index| anatomy.listed(index)).collect();
    if listed.len() < 2 {
        return listed;
    }
    let key = |index: usize| match &links[index].target {
        Some(crate::model::link::Target::Valid(url)) => url.as_str().to_owned(),
        _ => format!("\0{}", links[index].address),
    };
    let mut chosen: HashMap<String, usize> = HashMap::new();
    for &index in &listed {
        let best = chosen.entry(key(index)).or_insert(index);
        if anatomy.generic[*best] && !anatomy.generic[index] {
            *best = index;
        }
    }
    listed.into_iter().filter(|&index| chosen.get(&key(index)) == Some(&index)).collect()
}

fn with_main(anatomy: &Anatomy<'_>, main: usize, kind: Kind) -> Outcome {
    let flat = anatomy.flat;
    let link = &flat.links[main];
    let mut title = words::fold(flat.link_text(link));
    let mut end = link.text.end;
    if let Some((label_end, label)) = type_label(flat, link) {
        title.push_str(&label);
        end = label_end;
    }
    let annotation = if anatomy.begins_with(main) {
        let text = anatomy.visible(end..flat.text.len());
        // A quote that was opened before the link closes behind it.
        let quote = flat.text[..link.text.start].trim_end().chars().next_back().filter(|c| matches!(c, '"' | '\''));
        said(quote.and_then(|quote| text.strip_prefix(quote)).unwrap_or(&text))
    } else if kind == Kind::Paragraph {
        None
    } else {
        whole_text(anatomy)
    };
    let records = once_each(anatomy)
        .into_iter()
        .map(|index| {
            let shared = index == main || anatomy.generic[index] || anatomy.variant[index];
            if shared {
                return Record { link: index, title: Some(title.clone()), annotation: annotation.clone(), main: None };
            }
            let own = words::some_text(flat.link_text(&flat.links[index]));
            Record { link: index, title: own, annotation: None, main: Some(title.clone()) }
        })
        .collect();
    Outcome { records, title: Some(title), annotation, main: Some(main) }
}

/// All text of the entry, that of its links included (rule 5.2).
fn whole_text(anatomy: &Anatomy<'_>) -> Option<String> {
    let range = anatomy.everything();
    let text = match &anatomy.heading {
        Some(heading) => {
            let before = anatomy.flat.visible(range.start..heading.start.max(range.start), &[]);
            join(&before, &anatomy.flat.visible(heading.end..range.end, &[]))
        }
        None => anatomy.flat.visible(range, &[]),
    };
    (!words::is_blank(&text)).then_some(text)
}

/// An annotation without what only separates it.
fn said(text: &str) -> Option<String> {
    let text = words::without_leading_separators(text).trim_end_matches(words::returns);
    (!words::is_blank(text)).then(|| text.trim_end().to_owned())
}

fn join(before: &str, after: &str) -> String {
    match (before.is_empty(), after.is_empty()) {
        (true, _) => after.to_owned(),
        (_, true) => before.to_owned(),
        _ => format!("{before} {after}"),
    }
}

/// The parts of a text that is split at its breaks because two or more lines begin with a link (rule 3.2).
pub(super) fn split(flat: &Flat) -> Option<Vec<Range<usize>>> {
    if !flat.text.contains(BREAK) || flat.links.iter().filter(|link| link.target.is_some()).count() < 2 {
        return None;
    }
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut beginning = 0;
    let mut links = flat.links.iter().enumerate().peekable();
    let mut at = 0;
    for line in flat.text.split(BREAK) {
        let range = at..at + line.len();
        at = range.end + 1;
        let mut first = None;
        while let Some((index, _)) = links.next_if(|(_, link)| link.text.start <= range.end) {
            if flat.links[index].target.is_some() {
                first = first.or(Some(index));
            }
        }
        let begins = first.is_some_and(|index| line_begins_with(flat, range.start, index));
        if begins || parts.is_empty() {
            beginning += usize::from(begins);
            parts.push(range);
        } else if let Some(last) = parts.last_mut() {
            last.end = range.end;
        }
    }
    (beginning >= 2).then_some(parts)
}

fn line_begins_with(flat: &Flat, start: usize, index: usize) -> bool {
    let link = &flat.links[index];
    let Some(before) = flat.text.get(start..link.text.start) else { return false };
    let before = words::without_open_brackets(&before[lead_in(before)..]);
    words::is_blank(before) || (is_label(before) && !is_generic(flat, index))
}

/// Whether a text begins with a listed link.
pub(super) fn begins_with_link(flat: &Flat) -> bool {
    flat.links.iter().position(|link| link.target.is_some()).is_some_and(|index| line_begins_with(flat, 0, index))
}

/// The text of a cell, without generic links and variants; `None` when it holds nothing but links.
pub(super) fn cell_text(flat: &Flat) -> Option<String> {
    let anatomy = Anatomy::of(flat, None);
    let links: Vec<Range<usize>> =
        flat.links.iter().filter(|link| link.target.is_some()).map(|link| link.text.clone()).collect();
    if words::is_blank(&flat.visible_without(&links)) {
        return None;
    }
    let text = anatomy.visible(anatomy.everything());
    (!words::is_blank(&text)).then_some(text)
}
