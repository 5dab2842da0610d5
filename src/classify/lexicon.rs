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

/// Whether a text is such a heading as a whole.
pub(super) fn is_heading(text: &str, purpose: Purpose) -> bool {
    let trim = |text: &str| text.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let folded = trim(&text::fold(text, LONGEST * 2));
    if folded.is_empty() || folded.chars().count() > LONGEST {
        return false;
    }
    let bare = trim(&FRAME.replace(&folded, ""));
    [folded.as_str(), bare.as_str()]
        .into_iter()
        .filter(|text| !text.is_empty())
        .any(|text| LEXICON.headings.matches(text).iter().any(|at| LEXICON.heading_purposes.get(at) == Some(&purpose)))
}

/// Whether a title, as a whole or in one of its parts, is such a heading; the part is returned.
pub(super) fn title_part(title: &str, purpose: Purpose) -> Option<&str> {
    if is_heading(title, purpose) {
        return Some(title.trim());
    }
    text::parts(title).find(|part| is_heading(part, purpose))
}

/// The heading of a page that gives it away: from its title, first heading or shared title.
pub(super) fn heading(view: &View<'_>, purpose: Purpose) -> Option<String> {
    let page = view.page()?;
    [&page.title, &page.h1, &page.og_title]
        .into_iter()
        .flatten()
        .find_map(|title| title_part(title, purpose))
        .map(text::excerpt)
}

/// Whether the running text says so.
pub(super) fn in_text(view: &View<'_>, purpose: Purpose) -> bool {
    text_says(&view.seen().text, purpose)
}

/// The same for any folded text.
pub(super) fn text_says(folded: &str, purpose: Purpose) -> bool {
    LEXICON.texts.matches(folded).iter().any(|at| LEXICON.text_purposes.get(at) == Some(&purpose))
}
