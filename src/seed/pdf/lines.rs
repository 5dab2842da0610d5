//! The lines of a page's text, with the places of what stands in them.

use std::ops::Range;

use super::SLACK;
use crate::pdf::{Area, Run};
use crate::seed::bare;

/// Lines over which one address is followed.
const MAX_LINES: usize = 6;

/// Endings by which a word is told for the end of an address.
const FILES: &[&str] = &[".html", ".htm", ".pdf", ".php", ".asp", ".aspx", ".xml", ".txt", ".doc", ".docx"];

/// A line of text.
pub(super) struct Line<'r> {
    /// Its text.
    pub(super) text: String,
    /// What it is made of, each with the byte of the text where it begins.
    runs: Vec<(usize, &'r Run)>,
}

impl Line<'_> {
    /// How far it reaches to the right.
    fn end(&self) -> Option<f32> {
        self.runs.last().and_then(|(_, run)| run.end)
    }

    /// Height of its first letters.
    fn size(&self) -> f32 {
        self.runs.first().map_or(0.0, |(_, run)| run.size)
    }

    /// Whether the next line is set below it as the next of one paragraph is.
    fn is_right_above(&self, next: &Line<'_>) -> bool {
        let (Some((_, here)), Some((_, there))) = (self.runs.first(), next.runs.first()) else { return false };
        let step = (here.at.1 - there.at.1) / here.size.max(1.0);
        let alike = (there.size - here.size).abs() < here.size * 0.2;
        alike && (0.3..2.0).contains(&step) && self.end().is_none_or(|end| there.at.0 < end)
    }

    /// Whether the middle of a part of it lies in an area.
    pub(super) fn lies_in(&self, part: &Range<usize>, areas: &[Area]) -> bool {
        let middle = part.start + part.len() / 2;
        let Some(&(begin, run)) = self.runs.iter().rev().find(|(begin, _)| *begin <= middle) else { return false };
        // Letters are taken for equally wide; where nothing is known of them, only what the text begins with is in its place.
        let share = (middle - begin) as f32 / run.text.len().max(1) as f32;
        let across = match run.end {
            Some(end) => run.at.0 + (end - run.at.0) * share,
            None if part.start <= begin => run.at.0,
            None => return false,
        };
        areas.iter().any(|area| area.holds((across, run.at.1), SLACK))
    }
}

/// The lines of a page's text.
pub(super) fn lines(runs: &[Run]) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for run in runs {
        match lines.last_mut().filter(|line| line.runs.last().is_some_and(|(_, before)| before.line == run.line)) {
            Some(line) => {
                let before = line.runs.last().map(|(_, before)| *before);
                push(&mut line.text, before, run);
                line.runs.push((line.text.len() - run.text.len(), run));
            }
            None => lines.push(Line { text: run.text.clone(), runs: vec![(0, run)] }),
        }
    }
    lines
}

/// Some texts of a page as one.
pub(super) fn joined<'r>(runs: impl Iterator<Item = &'r Run>) -> String {
    let mut text = String::new();
    let mut before = None;
    for run in runs {
        push(&mut text, before, run);
        before = Some(run);
    }
    text
}

/// Adds a text, behind a blank unless it goes on with the word before it.
fn push(text: &mut String, before: Option<&Run>, run: &Run) {
    let goes_on = before.is_none_or(|before| run.goes_on(before));
    if !goes_on && !text.ends_with(' ') && !run.text.starts_with(' ') {
        text.push(' ');
    }
    text.push_str(&run.text);
}

/// An address that goes on over several lines.
pub(super) struct Wrapped {
    /// The whole of it.
    pub(super) address: String,
    /// The last line it stands on, and the byte of that line's text where it ends.
    pub(super) line: usize,
    pub(super) end: usize,
}

/// The whole of an address that begins on a line and evidently goes on on the next one.
pub(super) fn wrapped(lines: &[Line<'_>], first: usize, range: &Range<usize>) -> Option<Wrapped> {
    let mut text = lines[first].text[range.start..].trim_end().to_owned();
    if text[range.len()..].chars().any(|c| !matches!(c, '?' | '.')) {
        return None;
    }
    let mut at = first;
    let mut end = 0;
    while let (Some(line), Some(next)) = (lines.get(at), lines.get(at + 1))
        && at - first < MAX_LINES
    {
        let word = next.text.split_whitespace().next().unwrap_or_default();
        let is_full = || {
            let edge = lines.iter().filter_map(Line::end).fold(0.0, f32::max);
            line.end().is_none_or(|end| edge - end < line.size())
        };
        if !line.is_right_above(next) || !goes_on(&text, word, is_full) {
            break;
        }
        text.push_str(word);
        at += 1;
        end = next.text.len() - next.text.trim_start().len() + word.len();
        if next.text[end..].chars().any(|c| !c.is_whitespace()) {
            break;
        }
    }
    let found = bare::find(&text, 0, bare::PLAIN).filter(|found| at > first && found.start == 0)?;
    let behind = text.len() - found.end;
    text.truncate(found.end);
    Some(Wrapped { address: text, line: at, end: end.saturating_sub(behind) })
}

/// Whether a word is the next part of an address that ends its line. Typesetters part addresses behind or before their signs; that
/// a word is set below an address alone tells nothing.
fn goes_on(address: &str, word: &str, is_full: impl FnOnce() -> bool) -> bool {
    let (Some(last), Some(first)) = (address.chars().next_back(), word.chars().next()) else { return false };
    let lower = word.to_ascii_lowercase();
    if lower.starts_with("http") || lower.starts_with("www.") || lower.contains("://") {
        return false;
    }
    if matches!(first, '/' | '?' | '&' | '=' | '%' | '_') {
        return word.len() > 1;
    }
    if !first.is_alphanumeric() {
        return false;
    }
    match last {
        '-' | '_' | '=' | '&' | '%' | '+' | '~' => true,
        '?' => word.contains('='),
        '/' | '.' => is_part(&lower),
        _ => is_part(&lower) && is_full(),
    }
}

/// Whether a word has signs of an address that no word of a sentence has.
fn is_part(word: &str) -> bool {
    let word = word.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '/');
    // `and/or` is none.
    let path =
        word.contains('/') && (word.matches('/').count() > 1 || word.contains(|c: char| ".-0123456789".contains(c)));
    path || word.contains(['=', '%', '_']) || FILES.iter().any(|ending| word.ends_with(ending))
}
