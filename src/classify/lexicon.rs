//! Headings by which pages say what they are, in many languages: whole headings, not words in running text.
//!
//! A pattern is looked at only when a text holds one of the words without which it recognises nothing.

use std::sync::{LazyLock, OnceLock};

use regex::Regex;

use super::facts::{HEADING, View};
use super::telling::{self, Telling};
use super::text;

/// What a heading gives away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Purpose {
    /// The page does not exist.
    Missing,
    /// One has to sign in.
    Login,
    /// Consent comes first.
    Consent,
    /// The visitor's age comes first.
    Age,
    /// The visitor may be a robot.
    Robot,
    /// The page has moved.
    Moved,
}

/// The longest heading that can be one of these, in characters.
const LONGEST: usize = 60;

/// A row of the lexicon.
#[derive(Debug)]
pub(super) struct Row {
    pub purpose: Purpose,
    /// Whether it is compared with whole headings, or looked for in running text.
    pub heading: bool,
    /// Words one of which stands in every text the pattern recognises, joined by `|`.
    words: &'static str,
    pub pattern: &'static str,
    /// The pattern, once a text held one of the words: most runs never need most of them.
    compiled: OnceLock<Option<Regex>>,
    #[cfg(test)]
    pub sample: &'static str,
}

impl Row {
    fn parse(line: &'static str) -> Option<Row> {
        let fields: Vec<&str> = line.split('\t').collect();
        let [_, _, purpose, place, words, pattern, _sample] = fields[..] else { return None };
        let purpose = match purpose {
            "missing" => Purpose::Missing,
            "login" => Purpose::Login,
            "consent" => Purpose::Consent,
            "age" => Purpose::Age,
            "robot" => Purpose::Robot,
            "moved" => Purpose::Moved,
            _ => return None,
        };
        Some(Row {
            purpose,
            heading: place == "heading",
            words,
            pattern,
            compiled: OnceLock::new(),
            #[cfg(test)]
            sample: _sample,
        })
    }

    /// Words one of which stands in every text the row recognises.
    pub fn words(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.words.split('|')
    }

    /// Whether a folded text, for a heading all of it, says what the row looks for.
    fn says(&self, folded: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| match self.heading {
            true => Regex::new(&format!("^(?:{})$", self.pattern)).ok(),
            false => Regex::new(self.pattern).ok(),
        });
        compiled.as_ref().is_some_and(|pattern| pattern.is_match(folded))
    }
}

/// The rows of the lexicon file.
pub(super) static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let lines = include_str!("tables/lexicon.tsv").lines();
    lines.filter(|line| !line.starts_with('#') && !line.is_empty()).filter_map(Row::parse).collect()
});

/// The rows for headings, or for running text, that recognise a folded text.
fn rows_that_say(folded: &str, heading: bool) -> impl Iterator<Item = &'static Row> {
    let telling = telling::look(folded).rows;
    let rows = if telling == 0 { &[] } else { ROWS.as_slice() };
    let worth = move |at: usize, row: &Row| telling >> at & 1 == 1 && row.heading == heading;
    rows.iter().enumerate().filter(move |(at, row)| worth(*at, row) && row.says(folded)).map(|(_, row)| row)
}

/// What stands around a heading's words: signs, an error number before or after.
#[expect(clippy::unwrap_used, reason = "a constant pattern, held by the tests")]
static FRAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:(?:error|http|status)?\s*\(?4(?:04|10)\)?\s*[-–—:|.!,]?\s+)|(?:\s+[-–—:|]?\s*\(?(?:error\s*)?4(?:04|10)\)?)$").unwrap()
});

/// What a text gives away as a heading, as a whole.
fn purposes_of(text: &str) -> Vec<Purpose> {
    fn trim(text: &str) -> &str {
        text.trim_matches(|c: char| !c.is_alphanumeric())
    }
    let mut purposes = Vec::new();
    let mut add = |form: &str| purposes.extend(rows_that_say(form, true).map(|row| row.purpose));
    let folded = text::fold(text, LONGEST * 2);
    let folded = trim(&folded);
    if folded.is_empty() || folded.chars().count() > LONGEST {
        return Vec::new();
    }
    add(folded);
    if folded.contains("404") || folded.contains("410") {
        let bare = FRAME.replace(folded, "");
        let bare = trim(&bare);
        if bare != folded && !bare.is_empty() {
            add(bare);
        }
    }
    purposes
}

/// A heading read: the parts of it that give something away.
pub(super) type Reading = Vec<(Purpose, String)>;

/// Characters of a heading that are read.
const READ: usize = 500;

/// Reads the titles and headings of a page. They often repeat each other, and each text is read once.
#[derive(Default)]
struct Reader<'a> {
    looked: Vec<(&'a str, Telling)>,
    known: Vec<(&'a str, Vec<Purpose>)>,
}

impl<'a> Reader<'a> {
    /// Reads a title, as a whole and in its parts. It may be at hand in folded form.
    fn read(&mut self, title: &'a str, folded: Option<&str>) -> (Reading, Telling) {
        let mut reading = Reading::new();
        let telling = match self.looked.iter().find(|(known, _)| *known == title) {
            Some((_, telling)) => *telling,
            None => {
                // A longer heading is at hand in part only.
                let telling = match folded.filter(|_| title.len() <= HEADING) {
                    Some(folded) => telling::look(folded),
                    None => telling::look(&text::fold(title, READ)),
                };
                self.looked.push((title, telling));
                telling
            }
        };
        // No part of it can say more than the whole holds.
        if telling.rows == 0 {
            return (reading, telling);
        }
        let title = title.char_indices().nth(READ).map_or(title, |(at, _)| &title[..at]);
        let parts: Vec<&str> = text::parts(title).collect();
        self.add(title.trim(), &mut reading);
        for part in parts.iter().filter(|part| **part != title.trim()) {
            self.add(part, &mut reading);
        }
        // What follows a colon may be the heading; what precedes one is its subject.
        for (_, tail) in parts.iter().filter_map(|part| part.rsplit_once(": ")) {
            self.add(tail, &mut reading);
        }
        (reading, telling)
    }

    fn add(&mut self, part: &'a str, reading: &mut Reading) {
        let at = self.known.iter().position(|(known, _)| *known == part).unwrap_or_else(|| {
            self.known.push((part, purposes_of(part)));
            self.known.len() - 1
        });
        reading.extend(self.known[at].1.iter().map(|purpose| (*purpose, text::excerpt(part))));
    }
}

/// Reads one title, as a whole and in its parts.
pub(super) fn read(title: &str) -> Reading {
    Reader::default().read(title, None).0
}

/// The part of a reading that serves a purpose.
pub(super) fn part(reading: &Reading, purpose: Purpose) -> Option<&str> {
    reading.iter().find(|(found, _)| *found == purpose).map(|(_, part)| part.as_str())
}

/// The headings and the text of a page, read once.
#[derive(Debug, Default)]
pub(super) struct Readings {
    pub title: Reading,
    pub h1: Reading,
    pub og_title: Reading,
    /// The first further heading.
    pub other: Reading,
    /// Whether title or first heading hold a spam word, be it as a part of another word.
    pub spam: bool,
    text: Vec<Purpose>,
}

impl Readings {
    /// Reads a page. Running text is read on short pages only, since it proves nothing on long ones.
    pub fn of(view: &View<'_>) -> Self {
        let Some(page) = view.page() else { return Readings::default() };
        let seen = view.seen();
        let mut reader = Reader::default();
        let mut read = |heading, folded| reader.read(Option::unwrap_or_default(heading), folded);
        let (title, in_title) = read(page.title.as_deref(), Some(seen.title.as_str()));
        let (h1, in_h1) = read(page.h1.as_deref(), Some(seen.h1.as_str()));
        let (og_title, _) = read(page.og_title.as_deref(), None);
        let (other, _) = read(page.headings.first().map(String::as_str), None);
        let text = if view.words() < SHORT { text_purposes(seen.text()) } else { Vec::new() };
        Readings { title, h1, og_title, other, spam: in_title.spam | in_h1.spam, text }
    }
}

/// Words of main text beyond which running text is not read.
const SHORT: usize = 150;

/// The heading of a page that gives it away: from its title, first heading or shared title.
pub(super) fn heading(view: &View<'_>, purpose: Purpose) -> Option<String> {
    let readings = view.readings();
    [&readings.title, &readings.h1, &readings.og_title]
        .into_iter()
        .find_map(|reading| part(reading, purpose))
        .map(str::to_owned)
}

/// Whether the running text of a short page says so.
pub(super) fn in_text(view: &View<'_>, purpose: Purpose) -> bool {
    view.readings().text.contains(&purpose)
}

/// What the beginning of a folded text says.
fn text_purposes(folded: &str) -> Vec<Purpose> {
    rows_that_say(beginning(folded), false).map(|row| row.purpose).collect()
}

/// Whether a folded text says so.
pub(super) fn text_says(folded: &str, purpose: Purpose) -> bool {
    rows_that_say(beginning(folded), false).any(|row| row.purpose == purpose)
}

/// The part of a folded text that is read.
fn beginning(folded: &str) -> &str {
    match folded.char_indices().nth(1_500) {
        Some((at, _)) => &folded[..at],
        None => folded,
    }
}
