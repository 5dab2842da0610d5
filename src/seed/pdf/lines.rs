//! The lines of a page's text, with the places of what stands in them.

use std::ops::Range;

use super::SLACK;
use crate::pdf::{Area, Run};

/// A line of text.
pub(super) struct Line<'r> {
    /// Its text.
    pub(super) text: String,
    /// What it is made of, each with the byte of the text where it begins.
    runs: Vec<(usize, &'r Run)>,
}

impl Line<'_> {
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
