//! Names in capitals, as one writes them.

use super::{is_organisation_word, is_particle};

/// Capitals only become a name as one writes it, where there are two words or more.
pub fn recase(name: &str) -> String {
    let shouting = name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase);
    let words: Vec<&str> = name.split_whitespace().collect();
    if !shouting || words.len() < 2 || words.iter().any(|word| is_organisation_word(word)) {
        return name.to_owned();
    }
    recase_words(&words)
}

/// The same for a family name that alone stands in capitals, as catalogues have it: so many words at the end.
pub fn recase_family(name: &str, words: usize) -> String {
    let all: Vec<&str> = name.split_whitespace().collect();
    let (given, family) = all.split_at(all.len().saturating_sub(words));
    let lower = |words: &[&str]| words.iter().any(|word| word.contains(char::is_lowercase));
    let letters = family.iter().flat_map(|word| word.chars()).filter(|c| c.is_uppercase()).count();
    if letters < 3 || lower(family) || !lower(given) || family.iter().any(|word| is_organisation_word(word)) {
        return name.to_owned();
    }
    format!("{} {}", given.join(" "), recase_words(family))
}

/// The words of a name; the last one is never a particle.
fn recase_words(words: &[&str]) -> String {
    let last = words.len().saturating_sub(1);
    let recased: Vec<String> = words.iter().enumerate().map(|(at, word)| recase_word(word, at < last)).collect();
    recased.join(" ")
}

fn recase_word(word: &str, may_be_particle: bool) -> String {
    if may_be_particle && is_particle(word) && word.len() > 1 {
        return word.to_lowercase();
    }
    if word.len() <= 3 && word.ends_with('.') {
        return word.to_owned();
    }
    let mut out = String::new();
    let mut start = true;
    for c in word.chars() {
        if start {
            out.push(c);
        } else {
            out.extend(c.to_lowercase());
        }
        start = matches!(c, '-' | '\'' | '’' | '.');
    }
    out
}
