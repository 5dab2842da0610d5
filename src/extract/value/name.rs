//! Names of people and organisations, out of bylines.

mod beginning;
mod case;
mod noise;
mod parting;
mod uncased;

use std::borrow::Cow;
use std::collections::HashSet;

use crate::model::metadata::Name;
use beginning::{cut_prefixes, unglue};
use case::{recase, recase_family};
use noise::{cut_archive, drop_noise, is_share_of_another, is_somebody_else};
use parting::{generation_joined, split, turned};

use super::super::candidates::head_of;
use super::date::{self, Order};
use super::text::{clean, flat};
use super::words::Words;

/// Names of one work that are kept.
const MOST_NAMES: usize = 1_000;

/// Names beyond which none is looked for inside of another: so many stand in no byline.
const FEW_NAMES: usize = 60;

/// Bytes of a byline, and of a declared list of names.
const BYLINE: usize = 4_000;
const LIST: usize = 24_000;

/// Letters of the longest name of an organisation.
const MOST_LETTERS: usize = 120;

/// Texts that stand where a name should and are none.
static PLACEHOLDERS: Words = Words::of(include_str!("../words/placeholders.txt"));

/// Words that say what somebody does, not who they are.
static ROLES: Words = Words::of(include_str!("../words/roles.txt"));

/// Academic and other letters after a name.
static SUFFIXES: Words = Words::of(include_str!("../words/suffixes.txt"));

/// Words of which organisations' names are made.
static ORGANISATIONS: Words = Words::of(include_str!("../words/organisations.txt"));

/// How a text is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A source has a field for each part of a name: the family name, a comma, the given names.
    Parts,
    /// It is declared to be the name of an organisation: nothing in it parts names.
    Organisation,
    /// It is declared to hold one name, and that names here have the family name in front: one comma stands behind it,
    /// whatever its words.
    Catalogued,
    /// It is declared to hold one name, as in `citation_author`; a comma stands behind the family name.
    Single,
    /// It is declared to hold names.
    Listed,
    /// It only stands where a byline may be: every word must look like part of a name.
    Text,
}

/// A name as it is spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// Given names first.
    pub text: String,
    /// How many words at its end are the family name, where the source tells; else none.
    family: usize,
    /// Whether the source tells that it is no person's.
    organisation: bool,
}

impl From<&str> for Spoken {
    fn from(text: &str) -> Self {
        Spoken { text: text.to_owned(), family: 0, organisation: false }
    }
}

/// Names out of a byline or a declared value.
pub fn names(raw: &str, form: Form) -> Vec<Spoken> {
    let strict = form == Form::Text;
    let text = clean(head_of(raw, if strict { BYLINE } else { LIST }));
    if text.is_empty() || text.contains("{{") || text.contains("${") || text.contains("<%") {
        return Vec::new();
    }
    if form == Form::Organisation {
        return organisation(text).into_iter().collect();
    }
    let text = unglue(&text);
    let text = &generation_joined(cut_archive(&text));
    let text = &date_joined(text);
    // A comma behind the family name tells that its "von" is no "by".
    let declared = if strict || !text.contains(',') { None } else { turned(&drop_noise(text), form) };
    let parts = match declared {
        Some(name) => vec![name],
        None => split(&drop_noise(cut_prefixes(text, form)), form),
    };
    let mut names: Vec<Spoken> = Vec::new();
    let mut known = HashSet::new();
    let mut parts = parts.into_iter().take(MOST_NAMES).peekable();
    while let Some(part) = parts.next() {
        if !names.is_empty() && is_share_of_another(&part.text) {
            break;
        }
        let Some(name) = one(&part, form) else {
            // What follows a role or place is no name either, in a line of text, unless an "and" leads to it.
            let role = part.text.split_whitespace().all(is_role);
            if strict && !names.is_empty() && !(role && parts.peek().is_some_and(|next| is_led(text, &next.text))) {
                break;
            }
            continue;
        };
        if known.insert(flat(&name.text)) {
            names.push(name);
        }
    }
    drop_contained(&mut names);
    names
}

/// Whether an "and" stands before a name in a text.
fn is_led(text: &str, name: &str) -> bool {
    let before = text.find(name).map_or("", |at| &text[..at]).trim_end();
    before
        .rsplit([' ', ','])
        .next()
        .is_some_and(|word| matches!(word, "and" | "und" | "et" | "y" | "e" | "&" | "en" | "og" | "och"))
}

fn is_particle(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "van"
            | "von"
            | "de"
            | "der"
            | "den"
            | "da"
            | "di"
            | "la"
            | "le"
            | "du"
            | "del"
            | "dos"
            | "das"
            | "do"
            | "el"
            | "al"
            | "bin"
            | "ibn"
            | "ter"
            | "ten"
            | "te"
            | "zu"
            | "zur"
            | "zum"
            | "vom"
            | "af"
            | "av"
            | "st"
            | "st."
            | "y"
            | "e"
            | "dela"
            | "della"
            | "des"
            | "'t"
            | "op"
    )
}

fn is_role(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    ROLES.contains(&word)
}

fn is_suffix(word: &str) -> bool {
    let word = word.trim_matches(',');
    // Do and Ma are families; degrees of two letters stand in capitals.
    let is_family = word.len() == 2 && word.starts_with(char::is_uppercase) && word.ends_with(char::is_lowercase);
    !is_family && SUFFIXES.contains(&word.to_lowercase())
}

/// Words that led to a date or place that was cut away.
fn is_connector(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "on" | "at"
            | "am"
            | "in"
            | "le"
            | "um"
            | "from"
            | "for"
            | "updated"
            | "published"
            | "vom"
            | "op"
            | "il"
            | "den"
            | "el"
    )
}

/// A text without the comma inside of its date, which parts no names: "on March 12, 2024".
fn date_joined(text: &str) -> Cow<'_, str> {
    // Few names have either beside them.
    if !text.contains(',') || !text.contains(|c: char| c.is_ascii_digit()) {
        return Cow::Borrowed(text);
    }
    let found = date::find(text, Order::DayFirst);
    let parts = found.and_then(|found| Some((text.get(..found.start)?, text.get(found.start..found.end)?, found.end)));
    match parts {
        Some((before, date, end)) if date.contains(',') => {
            Cow::Owned(format!("{before}{}{}", date.replace(',', ""), &text[end..]))
        }
        _ => Cow::Borrowed(text),
    }
}

/// The name of an organisation, as it stands.
fn organisation(text: String) -> Option<Spoken> {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let usable = (2..=MOST_LETTERS).contains(&letters) && !text.contains(['<', '>', '@']) && !is_placeholder(&text);
    usable.then_some(Spoken { text, family: 0, organisation: true })
}

/// A part of a byline without the words before the name and the date behind it, and whether there was one.
fn cut_ends(part: &str, form: Form) -> (&str, bool) {
    let part = uncased::without_labels(cut_prefixes(part, form));
    match date::find(part, Order::DayFirst) {
        Some(found) => (without_last_label(part[..found.start].trim_end()), true),
        None => (part, false),
    }
}

/// A text without the label of a date at its end: "Mara Lindqvist Date:".
fn without_last_label(text: &str) -> &str {
    let Some((rest, last)) = text.strip_suffix(':').and_then(|text| text.rsplit_once(' ')) else { return text };
    if is_placeholder(last) && !is_placeholder(text) { rest.trim_end() } else { text }
}

/// One name out of a part of a byline, or `None` when it is none.
fn one(spoken: &Spoken, form: Form) -> Option<Spoken> {
    let text = form == Form::Text;
    let mut family = spoken.family;
    let part = spoken.text.as_str();
    if family == 0 && part.split_whitespace().next().is_some_and(is_somebody_else) {
        return None;
    }
    let (part, dated) = if family > 0 { (part, false) } else { cut_ends(part, form) };
    let mut words: Vec<&str> = part.split_whitespace().collect();
    while let Some(word) = words.last() {
        let degree = family != 1 && words.len() > 2 && is_suffix(word);
        // Some words before dates are families where no date follows.
        let is_family = !dated && matches!(*word, "Le" | "LE" | "In" | "El" | "Um" | "Den");
        let leads = family == 0 && is_connector(word) && !is_family;
        if !degree && !leads {
            break;
        }
        words.pop();
        family = family.saturating_sub(1);
    }
    let name = words.join(" ");
    let name = name
        .trim_matches(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '"' | '!' | '\'' | '’')))
        .trim_end_matches([':', ',', '"', '\'']);
    let name = if name.ends_with('.')
        && name.chars().rev().nth(2).is_some_and(char::is_alphabetic)
        && !name.ends_with("Jr.")
        && !name.ends_with("Sr.")
        && !name.ends_with("Inc.")
    {
        name.trim_end_matches('.')
    } else {
        name
    };
    let words: Vec<&str> = name.split_whitespace().collect();
    // Offices have long names.
    let office = !text && words.iter().any(|word| is_organisation_word(word));
    let most = if text { 5 + particles(&words) } else { 9 };
    if !(1..=if office { 14 } else { most }).contains(&words.len())
        || name.chars().count() > if office { MOST_LETTERS } else { 80 }
        || !(name.chars().filter(|c| c.is_alphabetic()).count() >= 2 || (!text && name.chars().all(uncased::is_whole)))
    {
        return None;
    }
    let digits = name.chars().filter(|c| c.is_ascii_digit()).count();
    if digits > 0 && (text || (digits > 2 && words.len() > 1))
        || name.contains(['{', '}', '<', '>', '=', '%', '$', '?', '…'])
        || (name.contains('"') && !has_nickname(name))
        || name.contains("...")
    {
        return None;
    }
    if is_placeholder(name)
        || SUFFIXES.contains(&name.to_lowercase())
        || (words.len() > 1 || text) && words.iter().all(|word| is_role(word))
    {
        return None;
    }
    if text && words.len() > 1 && is_role(words[0]) && (is_lower(words[0]) || (words.len() > 2 && is_lower(words[1]))) {
        return None;
    }
    if text && !words.iter().all(|word| is_name_word(word)) {
        return None;
    }
    if text && !is_person(name) {
        return None;
    }
    let family = family.min(words.len());
    Some(Spoken { text: recase_family(&recase(name), family), family, organisation: false })
}

/// Whether a word begins with a small letter: "editor", and the "of" of "Editor of the Herald".
fn is_lower(word: &str) -> bool {
    word.starts_with(char::is_lowercase)
}

/// Whether quotation marks stand round words between the first and the last.
fn has_nickname(name: &str) -> bool {
    let parts: Vec<&str> = name.split('"').collect();
    matches!(parts.as_slice(), [given, nick, family] if !given.trim().is_empty()
        && !family.trim().is_empty()
        && (1..=3).contains(&nick.split_whitespace().count()))
}

/// Whether a word can be part of a name in running text: a capital, a particle, or a script without case.
fn is_name_word(word: &str) -> bool {
    is_particle(word)
        || matches!(word, "and" | "of" | "for" | "the" | "für" | "&")
        || word.chars().find(|c| c.is_alphabetic()).is_some_and(|c| !c.is_lowercase())
}

/// How many of the words are names: particles belong to the name behind them, however many they are.
fn names_in(words: &[&str]) -> usize {
    let particles = words.iter().skip(1).filter(|word| is_small(word) && is_particle(word)).count().min(4);
    words.len() - if words.len() > 4 { particles } else { 0 }
}

fn is_small(word: &str) -> bool {
    word.starts_with(char::is_lowercase)
}

/// Particles among the words of a name, of those that are counted beside the others: few names have more.
fn particles(words: &[&str]) -> usize {
    words.iter().filter(|word| is_lower(word) && is_particle(word)).count().min(3)
}

/// Whether a text has the form of a person's name: two to five words and their particles, each with a capital or a
/// particle.
pub fn is_person(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    let cased = name.chars().any(|c| c.is_uppercase() || c.is_lowercase());
    if !cased {
        return (2..=12).contains(&name.chars().count());
    }
    (2..=5 + particles(&words)).contains(&words.len())
        && words.iter().all(|word| is_name_word(word))
        && words[0]
            .chars()
            .find(|c| c.is_alphabetic())
            .is_some_and(|c| !c.is_lowercase() || matches!(words[0], "van" | "de" | "von"))
        && words.last().is_some_and(|word| !is_role(word))
        && !words.iter().any(|word| is_organisation_word(word))
        && !is_municipal(&words)
}

/// Whether words name a town as one that acts: "Ville de ...".
fn is_municipal(words: &[&str]) -> bool {
    let [town, of, ..] = words else { return false };
    matches!(of.to_lowercase().as_str(), "de" | "di" | "du" | "des" | "del" | "della")
        && matches!(
            town.to_lowercase().as_str(),
            "ville"
                | "villes"
                | "comune"
                | "commune"
                | "communes"
                | "mairie"
                | "terre"
                | "métropole"
                | "canton"
                | "région"
        )
}

fn is_organisation_word(word: &str) -> bool {
    ORGANISATIONS.contains(&word.trim_matches(|c: char| matches!(c, ',' | ':' | '(' | ')')).to_lowercase())
}

/// Whether a text is what somebody types to log in: one word of small letters with a dot or low line in it.
pub fn is_login(name: &str) -> bool {
    name.contains(['.', '_']) && !name.contains(char::is_whitespace) && !name.contains(char::is_uppercase)
}

/// Whether a text stands in for a name.
pub fn is_placeholder(name: &str) -> bool {
    let flat = flat(name);
    flat.is_empty() || PLACEHOLDERS.contains(&flat) || flat.starts_with("http")
}

/// Drops names whose words all stand in a longer one.
pub fn drop_contained(names: &mut Vec<Spoken>) {
    if names.len() > FEW_NAMES {
        return;
    }
    let flats: Vec<String> = names.iter().map(|name| flat(&name.text)).collect();
    let mut index = 0;
    names.retain(|_| {
        let own = &flats[index];
        let contained = flats.iter().enumerate().any(|(other, longer)| {
            other != index && longer.len() > own.len() && format!(" {longer} ").contains(&format!(" {own} "))
        });
        index += 1;
        !contained
    });
}

/// A name with its parts, where they can be told: a person's family name comes last, with its particles, unless the source
/// told where it begins.
pub fn name_of(name: &Spoken) -> Name {
    let Spoken { text, family, organisation } = name;
    if *organisation {
        return Name::Literal { literal: text.clone() };
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let given = words.len().saturating_sub(*family);
    if *family > 0 && given > 0 && !words.iter().any(|word| is_organisation_word(word)) {
        return Name::Person { family: words[given..].join(" "), given: words[..given].join(" ") };
    }
    // Scripts with capitals: in the others names are not parted like this.
    let cased = text.chars().all(|c| !c.is_alphabetic() || c.is_uppercase() || c.is_lowercase());
    let several = words.iter().any(|word| matches!(*word, "and" | "und" | "et" | "&" | "of" | "for" | "für" | "the"));
    if !cased || several || !is_person(text) || names_in(&words) > 4 {
        return Name::Literal { literal: text.clone() };
    }
    if let [family, given @ ..] = words.as_slice()
        && let [_, patronymic] = given
        && is_patronymic(patronymic)
    {
        return Name::Person { family: (*family).to_owned(), given: given.join(" ") };
    }
    let mut family = words.len() - 1;
    if matches!(words[family], "Jr." | "Jr" | "Sr." | "II" | "III") && family > 1 {
        family -= 1;
    }
    while family > 1 && is_particle(words[family - 1]) {
        // "Ortega y Gasset": what stands before the "y" is half of it.
        family -= if family > 2 && matches!(words[family - 1], "y" | "e") { 2 } else { 1 };
    }
    // "Juan de la Cruz Pérez": a family name of several words begins with its first particle.
    if let Some(particle) = words[..family].iter().skip(1).position(|word| is_small(word) && is_particle(word)) {
        family = particle + 1;
    }
    Name::Person { family: words[family..].join(" "), given: words[..family].join(" ") }
}

/// Whether a name is made of the father's, as the last one is where the family name stands first.
fn is_patronymic(name: &str) -> bool {
    let name = name.to_lowercase();
    ["ович", "евич", "овна", "евна", "ична"].iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests;
