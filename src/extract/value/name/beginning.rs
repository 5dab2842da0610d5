//! Words at the beginning of a byline, before the first name.

use super::super::byline;
use super::super::words::Words;
use super::{Form, is_particle};

/// Words before a name.
static PREFIXES: Words = Words::of(include_str!("../../words/prefixes.txt"));

/// Prefixes that count only where another one follows them.
static WEAK_PREFIXES: Words = Words::of(include_str!("../../words/weak-prefixes.txt"));

/// Puts a space behind a "by" that stands close to the name, as where two elements meet.
pub(super) fn unglue(text: &str) -> String {
    let glued = |word: &str| {
        let at = word.char_indices().skip(2).find(|(_, c)| c.is_uppercase())?.0;
        let (head, _) = word.split_at(at);
        let known = !head.contains(char::is_uppercase) || head.starts_with(char::is_uppercase);
        (known && matches!(head.to_lowercase().as_str(), "by" | "von" | "par" | "por" | "door" | "av")).then_some(at)
    };
    let words: Vec<String> = text
        .split(' ')
        .enumerate()
        .map(|(index, word)| match glued(word).filter(|_| index < 3) {
            Some(at) => format!("{} {}", &word[..at], &word[at..]),
            None => word.to_owned(),
        })
        .collect();
    words.join(" ")
}

/// Whether words are a given name and a family name, so that a "von" before them says who wrote.
fn is_whole(words: &str) -> bool {
    !words.contains(',')
        && words.split_whitespace().nth(1).is_some()
        && words.split_whitespace().all(|word| word.starts_with(char::is_uppercase))
}

/// Cuts "by", "von", "posted by" and their like. Where one name is declared, a "von" before half of it is part of it.
pub(super) fn cut_prefixes(text: &str, form: Form) -> &str {
    let declared = matches!(form, Form::Parts | Form::Catalogued | Form::Single);
    let mut rest = text.trim_start_matches(byline::is_separator);
    if let Some(after) = byline::behind(rest).filter(|after| byline::is_labelled(rest) && !after.trim().is_empty()) {
        rest = after.trim_start();
    }
    let mut weak: Option<&str> = None;
    for _ in 0..6 {
        let end = rest.find(|c: char| c.is_whitespace() || c == ':').unwrap_or(rest.len());
        // In French a space stands before the colon.
        let colon = rest[end..].trim_start_matches([' ', '\u{A0}']).starts_with(':');
        let word = rest[..end].trim_matches(|c: char| matches!(c, '.' | ',')).to_lowercase();
        let own = declared && is_particle(&word) && !is_whole(&rest[end..]);
        if (word.is_empty() || own) && !colon {
            break;
        }
        let known = PREFIXES.contains(&word) || (colon && PREFIXES.contains(&format!("{word}:")));
        if !known && !word.is_empty() {
            break;
        }
        let after = rest[end..].trim_start_matches([':', ' ', '\u{A0}']).trim_start();
        if after.is_empty() {
            break;
        }
        if WEAK_PREFIXES.contains(&word) && !colon {
            weak.get_or_insert(rest);
        } else {
            weak = None;
        }
        rest = after;
    }
    for mark in [
        "文：",
        "文:",
        "文・",
        "撰文：",
        "撰文:",
        "文／",
        "文/",
        "著者：",
        "著者:",
        "作者：",
        "作者:",
        "记者",
        "記者",
        "著者",
        "作者",
    ] {
        if let Some(after) = rest.strip_prefix(mark) {
            return after.trim_start();
        }
    }
    // A weak prefix that nothing followed belongs to the name.
    match weak {
        Some(whole) => whole,
        None => rest,
    }
}
