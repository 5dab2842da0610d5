//! Names in capitals, as one writes them.

use super::{is_organisation_word, is_particle};

/// Capitals only become a name as one writes it, where there are two words or more.
pub fn recase(name: &str) -> String {
    let shouting = name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase);
    let words: Vec<&str> = name.split_whitespace().collect();
    if !shouting || words.len() < 2 || words.iter().any(|word| is_organisation_word(word)) {
        return name.to_owned();
    }
    let recased: Vec<String> = words.iter().map(|word| recase_word(word)).collect();
    recased.join(" ")
}

fn recase_word(word: &str) -> String {
    if is_particle(word) && word.len() > 1 {
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
