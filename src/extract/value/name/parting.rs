//! Where one name of a byline ends and the next begins, and names with the family name in front.

use std::borrow::Cow;

use super::beginning::cut_prefixes;
use super::{Form, Spoken, is_organisation_word, is_particle, is_person, is_placeholder, is_role, is_suffix};

/// Words that stand between two names.
const CONJUNCTIONS: &[&str] = &[
    "and", "und", "et", "y", "e", "og", "och", "en", "и", "&", "with", "mit", "avec", "con", "|", "•", "·", "/", "–",
    "—", "-", "//", "»", "›", "▪", "and/or", "in",
];

/// One name whose family name stands in front of a comma, turned round.
pub(super) fn turned(text: &str, form: Form) -> Option<Spoken> {
    let text = &generation_joined(without_degrees(text));
    let (family, given) = text.split_once(',')?;
    // A "Jr." goes to the end, wherever it stood.
    let (family, of_family) = cut_generation(family);
    let (given, of_given) = cut_generation(given);
    let generation = of_family.or(of_given);
    let turned = match form {
        Form::Parts => true,
        Form::Organisation => false,
        Form::Catalogued => is_inverted(family, given) || is_catalogued(family, given),
        Form::Single => is_inverted(family, given) || is_inverted_double(family, given) || is_uncased(family, given),
        Form::Listed | Form::Text => is_inverted(family, given),
    };
    turned.then(|| {
        let words = family.split_whitespace().count() + usize::from(generation.is_some());
        let parts = [given, family].into_iter().chain(generation);
        Spoken { text: parts.collect::<Vec<_>>().join(" "), family: words, organisation: false }
    })
}

/// A text without the degrees behind the last of several commas.
fn without_degrees(text: &str) -> &str {
    let mut text = text;
    while let Some((rest, last)) = text.rsplit_once(',').filter(|(rest, _)| rest.contains(',')) {
        let mut words = last.split_whitespace().peekable();
        if words.peek().is_none() || !words.all(is_suffix) {
            break;
        }
        text = rest;
    }
    text
}

/// Words behind a family name that tell father and son apart.
fn is_generation(word: &str) -> bool {
    matches!(word, "Jr." | "Jr" | "Sr." | "Sr" | "II" | "III" | "IV")
}

/// A part of a name without the "Jr." at its end, and that.
fn cut_generation(part: &str) -> (&str, Option<&str>) {
    let part = part.trim();
    match part.rsplit_once(char::is_whitespace).filter(|(_, last)| is_generation(last)) {
        Some((rest, last)) => (rest.trim_end(), Some(last)),
        None => (part, None),
    }
}

/// A text without the comma before a "Jr."
pub(super) fn generation_joined(text: &str) -> Cow<'_, str> {
    let mut parts = text.split(',');
    if !text.split(',').skip(1).any(|part| is_generation(part.trim())) {
        return Cow::Borrowed(text);
    }
    let mut joined = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        if !is_generation(part.trim()) {
            joined.push(',');
        }
        joined.push_str(part);
    }
    Cow::Owned(joined)
}

/// Whether a word stands between two names. "In" and "En" are names themselves, and "E" begins one.
fn is_conjunction(word: &str) -> bool {
    let short = word.starts_with(char::is_uppercase) && word.ends_with(char::is_lowercase) && word.chars().count() == 2;
    !short && word != "E" && CONJUNCTIONS.contains(&word.to_lowercase().as_str())
}

/// The parts of a byline: separate names, roles, places, dates.
pub(super) fn split(text: &str, form: Form) -> Vec<Spoken> {
    if let Some(name) = turned(text, form) {
        return vec![name];
    }
    // A list of inverted names, with semicolons between them.
    if text.contains(';') {
        let list: Vec<&str> = text.split(';').map(str::trim).filter(|part| !part.is_empty()).collect();
        let inverted = |part: &&&str| turned(part, Form::Listed).is_some();
        let one_comma = |part: &&str| part.matches(',').count() == 1;
        // One that cannot be meant otherwise tells how the others are meant.
        let catalogued =
            form == Form::Catalogued || (list.iter().any(|part| inverted(&part)) && list.iter().all(one_comma));
        if catalogued || list.iter().all(|part| inverted(&part)) {
            let read = if catalogued { Form::Catalogued } else { Form::Listed };
            let each = list.iter().flat_map(|part| match turned(part, read) {
                Some(name) => vec![name],
                None => at_commas(part, form),
            });
            return each.collect();
        }
    }
    at_commas(text, form)
}

/// The parts of a byline between signs and words that part.
fn at_commas(text: &str, form: Form) -> Vec<Spoken> {
    let mut parts = Vec::new();
    for part in text.split([';', ',', '|', '\n', '，', '、', '•', '·', '／', '▪', '│']) {
        part_at_words(part, form, &mut parts);
    }
    parts.retain(|part| !part.is_empty());
    // "Department of Trade, Industry and Energy" is one name.
    let whole = parts.len() > 1
        && !is_person(cut_prefixes(&parts[0], form))
        && text.split_whitespace().any(is_organisation_word)
        && parts.iter().skip(1).any(|part| {
            let words: Vec<&str> = part.split_whitespace().collect();
            words.split(|word| is_conjunction(word)).any(|name| name.len() == 1)
        });
    if whole { vec![text.into()] } else { parts.iter().map(|part| part.as_str().into()).collect() }
}

/// Words between two commas beyond which they are no names.
const MOST_WORDS: usize = 400;

/// The names of a text without commas, at the words that part them.
fn part_at_words(text: &str, form: Form, parts: &mut Vec<String>) {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > MOST_WORDS {
        parts.push(text.trim().to_owned());
        return;
    }
    let mut start = 0;
    for (at, word) in words.iter().enumerate().filter(|(_, word)| is_conjunction(word)) {
        let next =
            words[at + 1..].iter().position(|word| is_conjunction(word)).map_or(words.len(), |next| at + 1 + next);
        if joins(word, &words[start..at], &words[at + 1..next], form) {
            continue;
        }
        parts.push(words[start..at].join(" "));
        start = at + 1;
        // "in" and what follows is a place.
        if *word == "in" {
            parts.push("-".to_owned());
        }
    }
    parts.push(words[start..].join(" "));
}

/// Whether an "and" stands inside of one name: a family of two ("Ortega y Gasset"), an office for two things, a firm of two.
fn joins(word: &str, before: &[&str], after: &[&str], form: Form) -> bool {
    let word = word.to_lowercase();
    let and = matches!(word.as_str(), "and" | "und" | "et" | "y" | "e" | "og" | "och" | "en" | "и" | "&");
    let (Some(first), Some(last)) = (before.first(), after.last()) else { return false };
    let named = |words: &[&str]| words.iter().any(|word| is_organisation_word(word));
    if !and {
        // An organisation of several words goes on behind a dash, and is for something in a place.
        let goes_on = matches!(word.as_str(), "-" | "–" | "—" | "in");
        return goes_on && form != Form::Text && before.len() > 1 && named(before) && !named(after);
    }
    let alone = |words: &[&str], word: &str| words.len() == 1 && is_plain_name(word);
    // Of a Spanish or Portuguese family the second half is one word; two people have a family each.
    if matches!(word.as_str(), "y" | "e") && before.len() > 1 && alone(after, last) {
        return true;
    }
    // In running text an office is no author.
    if form == Form::Text {
        return false;
    }
    let of = |word: &&str| matches!(*word, "of" | "for" | "für" | "de" | "des" | "del" | "della" | "pour" | "der");
    let office = before.iter().any(|word| is_organisation_word(word)) && before.iter().any(of)
        || before.len() == 1 && is_plain_name(first) && after.len() > 1 && is_organisation_word(last);
    let firm = alone(before, first) && alone(after, last);
    // Before and behind an "and" between two names stands a whole one.
    let plain_kind = before.len() > 1
        || matches!(first.to_lowercase().as_str(), "university" | "college" | "school" | "museum" | "city" | "church");
    let office = office || plain_kind && after.len() > 1 && named(before) && named(after);
    // Where one name is declared, several stand only as plainly as this.
    let whole = |words: &[&str]| is_person(&words.join(" ")) || words.len() == 1 && !is_plain_name(words[0]);
    let one = matches!(form, Form::Catalogued | Form::Single) && !(whole(before) && whole(after));
    office || firm || one
}

/// Whether a word is a name and nothing else that stands in bylines: a role, an agency, an abbreviation.
fn is_plain_name(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
        && word.contains(char::is_lowercase)
        && !is_role(word)
        && !is_placeholder(word)
        && !is_organisation_word(word)
}

/// Whether a text is `Last Last, First`: a family name of several words, with a comma and one given name or initials.
fn is_inverted_double(last: &str, first: &str) -> bool {
    let is_initial = |word: &str| !is_particle(word) && word.trim_end_matches('.').chars().count() <= 2;
    let mut given = first.split_whitespace();
    let plain = given.next().is_some_and(|word| word.len() > 1) && given.all(is_initial);
    plain && is_family(last) && !last.split_whitespace().any(is_initial) && is_given(first)
}

/// Whether a text is a family name and given names, of whatever words, where it is known that all names here are.
fn is_catalogued(last: &str, first: &str) -> bool {
    let none = |part: &str| {
        let mut words = part.split_whitespace();
        part.contains([',', ';', '|', '&'])
            || part.contains(|c: char| c.is_ascii_digit())
            || !(1..=5).contains(&part.split_whitespace().count())
            || words.any(|word| is_organisation_word(word) || is_role(word))
    };
    let led = first.split_whitespace().any(|word| is_conjunction(word) && !is_particle(word));
    !none(last) && !none(first) && !led && !first.split_whitespace().all(is_suffix)
}

/// Whether a text is a family name and given names in a script without capitals. Two people with a comma between them have
/// more letters before it.
fn is_uncased(last: &str, first: &str) -> bool {
    let letters = |part: &str| part.chars().filter(|c| c.is_alphabetic()).count();
    let ideographs = last.chars().any(|c| c as u32 >= 0x2E80);
    let cased = |part: &str| part.chars().any(|c| c.is_uppercase() || c.is_lowercase());
    !cased(last)
        && !cased(first)
        && !first.contains([',', '،', ';', '|', '&'])
        && !last.trim().contains(char::is_whitespace)
        && letters(first) > 0
        && if ideographs { letters(last) <= 2 && letters(first) <= 3 } else { first.split_whitespace().count() <= 3 }
}

/// Whether words can be a family name of more than one.
fn is_family(last: &str) -> bool {
    (2..=4).contains(&last.split_whitespace().count())
        && !last.contains([';', '|', '&'])
        && last.split_whitespace().all(|word| is_particle(word) || word.starts_with(char::is_uppercase))
        && !last.split_whitespace().any(|word| is_organisation_word(word) || is_role(word))
}

/// Whether a text is `Last, First` with one comma and one word on its left, or particles and one word, or `Last y Last`.
fn is_inverted(last: &str, first: &str) -> bool {
    let words: Vec<&str> = last.split_whitespace().collect();
    let double = matches!(words.as_slice(), [one, "y" | "e" | "i", other]
        if is_plain_name(one) && is_plain_name(other));
    let particles = words.iter().rev().skip(1).all(|word| is_particle(word));
    !last.contains([';', '|', '&'])
        && !words.is_empty()
        && (particles || double)
        && is_given(first)
        && !first.split_whitespace().any(is_organisation_word)
}

/// Whether words can be given names.
fn is_given(first: &str) -> bool {
    let words: Vec<&str> = first.split_whitespace().collect();
    !first.contains([',', ';', '|', '&'])
        && (1..=3).contains(&words.len())
        && words.iter().all(|word| word.starts_with(char::is_uppercase) && !word.contains(|c: char| c.is_ascii_digit()))
        && !words.iter().any(|word| is_conjunction(word) || is_role(word) || is_suffix(word))
}
