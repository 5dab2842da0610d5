//! Where one name of a byline ends and the next begins, and names with the family name in front.

use super::beginning::cut_prefixes;
use super::{Form, Spoken, is_organisation_word, is_particle, is_person, is_role, is_suffix};

/// Words that stand between two names.
const CONJUNCTIONS: &[&str] = &[
    "and", "und", "et", "y", "e", "og", "och", "en", "и", "&", "with", "mit", "avec", "con", "|", "•", "·", "/", "–",
    "—", "-", "//", "»", "›", "▪", "and/or", "in",
];

/// One name whose family name stands in front of a comma, turned round.
pub(super) fn turned(text: &str, form: Form) -> Option<Spoken> {
    match form {
        Form::Parts => text.split_once(',').map(|(family, given)| Spoken {
            text: format!("{} {}", given.trim(), family.trim()),
            family: family.split_whitespace().count(),
        }),
        Form::Single => inverted(text).or_else(|| inverted_double(text)),
        Form::Listed | Form::Text => inverted(text),
    }
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
        if let Some(names) = list.iter().map(|part| inverted(part)).collect() {
            return names;
        }
    }
    let mut parts = Vec::new();
    for part in text.split([';', ',', '|', '\n', '，', '、', '•', '·', '／', '▪', '│']) {
        let mut current: Vec<&str> = Vec::new();
        for word in part.split_whitespace() {
            if is_conjunction(word) {
                parts.push(current.join(" "));
                current.clear();
                // "in" and what follows is a place.
                if word == "in" {
                    parts.push("-".to_owned());
                }
            } else {
                current.push(word);
            }
        }
        parts.push(current.join(" "));
    }
    parts.retain(|part| !part.is_empty());
    // "Department of Trade, Industry and Energy" is one name.
    let whole = parts.len() > 1
        && !is_person(cut_prefixes(&parts[0], form))
        && text.split_whitespace().any(is_organisation_word)
        && parts.iter().skip(1).any(|part| part.split_whitespace().count() == 1);
    if whole { vec![text.into()] } else { parts.iter().map(|part| part.as_str().into()).collect() }
}

/// `Last Last, First`, turned round: a family name of several words, with a comma and one given name or initials.
fn inverted_double(text: &str) -> Option<Spoken> {
    let (last, first) = text.split_once(',')?;
    let is_initial = |word: &str| word.trim_end_matches('.').chars().count() <= 2;
    let mut given = first.split_whitespace();
    let plain = given.next().is_some_and(|word| word.len() > 1) && given.all(is_initial);
    let family = last.split_whitespace().count();
    let is_family = (2..=4).contains(&family)
        && last.split_whitespace().all(|word| is_particle(word) || word.starts_with(char::is_uppercase))
        && !last.split_whitespace().any(|word| is_organisation_word(word) || is_role(word) || is_initial(word));
    if !plain || !is_family {
        return None;
    }
    // The rest is judged as if the last word were all of it.
    let (_, word) = last.trim().rsplit_once(char::is_whitespace)?;
    let turned = inverted(&format!("{word},{first}"))?;
    let given = turned.text.strip_suffix(word)?;
    Some(Spoken { text: format!("{given}{}", last.trim()), family })
}

/// `Last, First` with one comma and one word on its left, turned round.
fn inverted(text: &str) -> Option<Spoken> {
    let (last, first) = text.split_once(',')?;
    let (last, first) = (last.trim(), first.trim());
    let plain = !first.contains([',', ';', '|', '&']) && !last.contains([';', '|', '&']);
    let first_words: Vec<&str> = first.split_whitespace().collect();
    let particles = last.split_whitespace().rev().skip(1).all(is_particle);
    let is_name = (1..=3).contains(&first_words.len())
        && first_words
            .iter()
            .all(|word| word.starts_with(char::is_uppercase) && !word.contains(|c: char| c.is_ascii_digit()))
        && !first_words.iter().any(|word| is_conjunction(word) || is_role(word) || is_suffix(word));
    (plain && !last.is_empty() && particles && is_name)
        .then(|| Spoken { text: format!("{first} {last}"), family: last.split_whitespace().count() })
}
