//! Headings by which pages say what they are, in many languages: whole headings, not words in running text.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use super::facts::View;
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
    pub pattern: String,
    #[cfg(test)]
    pub sample: String,
}

/// The rows of the lexicon file.
pub(super) fn rows() -> impl Iterator<Item = Row> {
    include_str!("tables/lexicon.tsv").lines().filter(|line| !line.starts_with('#') && !line.is_empty()).filter_map(
        |line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [_, _, purpose, place, pattern, _sample] = fields[..] else { return None };
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
                pattern: pattern.to_owned(),
                #[cfg(test)]
                sample: _sample.to_owned(),
            })
        },
    )
}

struct Lexicon {
    headings: RegexSet,
    heading_purposes: Vec<Purpose>,
    texts: RegexSet,
    text_purposes: Vec<Purpose>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let (headings, texts): (Vec<Row>, Vec<Row>) = rows().partition(|row| row.heading);
    let whole = |row: &Row| format!("^(?:{})$", row.pattern);
    Lexicon {
        heading_purposes: headings.iter().map(|row| row.purpose).collect(),
        headings: RegexSet::new(headings.iter().map(whole)).unwrap_or_default(),
        text_purposes: texts.iter().map(|row| row.purpose).collect(),
        texts: RegexSet::new(texts.iter().map(|row| &row.pattern)).unwrap_or_default(),
    }
});

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
    let mut add = |form: &str| {
        // Nearly no heading is one of these, and telling so takes a fraction of telling which.
        if !form.is_empty() && LEXICON.headings.is_match(form) {
            let matches = LEXICON.headings.matches(form);
            purposes.extend(matches.iter().filter_map(|at| LEXICON.heading_purposes.get(at)));
        }
    };
    let folded = text::fold(text, LONGEST * 2);
    let folded = trim(&folded);
    if folded.is_empty() || folded.chars().count() > LONGEST {
        return Vec::new();
    }
    add(folded);
    if folded.contains("404") || folded.contains("410") {
        let bare = FRAME.replace(folded, "");
        let bare = trim(&bare);
        if bare != folded {
            add(bare);
        }
    }
    purposes
}

/// A heading read: the parts of it that give something away.
pub(super) type Reading = Vec<(Purpose, String)>;

/// Reads the titles and headings of a page. They often repeat each other, and each text is read once.
#[derive(Default)]
struct Reader<'a> {
    known: Vec<(&'a str, Vec<Purpose>)>,
}

impl<'a> Reader<'a> {
    /// Reads a title, as a whole and in its parts.
    fn read(&mut self, title: &'a str) -> Reading {
        let title = title.char_indices().nth(500).map_or(title, |(at, _)| &title[..at]);
        let parts: Vec<&str> = text::parts(title).collect();
        let mut reading = Reading::new();
        self.add(title.trim(), &mut reading);
        for part in parts.iter().filter(|part| **part != title.trim()) {
            self.add(part, &mut reading);
        }
        // What follows a colon may be the heading; what precedes one is its subject.
        for (_, tail) in parts.iter().filter_map(|part| part.rsplit_once(": ")) {
            self.add(tail, &mut reading);
        }
        reading
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
    Reader::default().read(title)
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
    text: Vec<Purpose>,
}

impl Readings {
    /// Reads a page. Running text is read on short pages only, since it proves nothing on long ones.
    pub fn of(view: &View<'_>) -> Self {
        let Some(page) = view.page() else { return Readings::default() };
        let mut reader = Reader::default();
        let headings = [&page.title, &page.h1, &page.og_title].map(|heading| heading.as_deref());
        let [title, h1, og_title, other] =
            [headings[0], headings[1], headings[2], page.headings.first().map(String::as_str)]
                .map(|heading| heading.map(|heading| reader.read(heading)).unwrap_or_default());
        let text = if view.words() < SHORT { text_purposes(view.seen().text()) } else { Vec::new() };
        Readings { title, h1, og_title, other, text }
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
    let beginning = match folded.char_indices().nth(1_500) {
        Some((at, _)) => &folded[..at],
        None => folded,
    };
    LEXICON.texts.matches(beginning).iter().filter_map(|at| LEXICON.text_purposes.get(at)).copied().collect()
}

/// Whether a folded text says so.
pub(super) fn text_says(folded: &str, purpose: Purpose) -> bool {
    text_purposes(folded).contains(&purpose)
}
