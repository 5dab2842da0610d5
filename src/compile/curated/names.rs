//! Names as curators write them: who is a person with a family and a given name, and what is a group.

use crate::model::metadata::{Name, is_generation};
use crate::model::names_a_group;

/// Endings of the names of firms.
const FIRMS: &[&str] = &["inc", "ltd", "llc", "gmbh", "ag", "plc"];

/// What stands for names that are not told.
const OTHERS: &[&str] = &["others", "et al", "et al.", "and others"];

/// Names parted by semicolons; a comma parts family and given names, but not in the name of a group: one in braces, or
/// one of which a word says so. Without a semicolon, commas may part whole names too.
pub(super) fn read(text: &str) -> Vec<Name> {
    let parts = parts(text);
    let alone = parts.len() == 1 && !text.trim_end().ends_with(';');
    let names = parts.into_iter().filter(|name| !OTHERS.contains(&name.to_lowercase().as_str()));
    names.flat_map(|name| names_in(name, alone)).collect()
}

/// Whether there are more than are named: `Doe, Jane; others`.
pub(super) fn go_on(text: &str) -> bool {
    parts(text).last().is_some_and(|name| OTHERS.contains(&name.to_lowercase().as_str()))
}

/// The texts between semicolons that stand in no braces.
fn parts(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let outside = |c: char| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ';' && depth == 0
    };
    let parts = text.split(outside).map(|name| name.trim().trim_end_matches(',').trim_end());
    parts.filter(|name| !name.is_empty()).collect()
}

/// The names of a text, which commas may part where it is `alone`.
fn names_in(text: &str, alone: bool) -> Vec<Name> {
    let literal = |text: &str| vec![Name::Literal { literal: text.trim().to_owned() }];
    if let Some(whole) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
        return literal(whole);
    }
    if let Some(names) = whole_names(text).filter(|_| alone || !text.contains(',')) {
        return names;
    }
    // "Doe, Jane and Roe, John": each side has the one comma of a person.
    let sides: Vec<&str> = text.split(" and ").flat_map(|side| side.split(" & ")).collect();
    let persons: Option<Vec<Name>> = sides.iter().map(|side| person(side)).collect();
    if let Some(persons) = persons {
        return persons;
    }
    initialled(text).unwrap_or_else(|| literal(text))
}

/// Words in front of a family name that are never a given name.
const PARTICLES: &[&str] =
    &["al", "da", "de", "del", "della", "der", "di", "dos", "du", "el", "la", "le", "van", "von"];

/// `Jane Doe, John Roe and Ann Poe` or `Doe J, Roe A`: several names, each of them whole.
fn whole_names(text: &str) -> Option<Vec<Name>> {
    if !text.contains([',', '&']) && !text.contains(" and ") {
        return None;
    }
    let sides: Vec<&str> = text
        .split(',')
        .flat_map(|part| part.split(" and "))
        .flat_map(|part| part.split(" & "))
        .map(|side| side.trim().trim_start_matches("and ").trim_start_matches("& ").trim())
        .filter(|side| !side.is_empty())
        .collect();
    if sides.len() < 2 {
        return None;
    }
    let shortened: Option<Vec<Name>> = sides.iter().map(|side| shortened(side)).collect();
    shortened.or_else(|| sides.iter().map(|side| spoken(side)).collect())
}

/// `Doe J`, `van der Berg JP`: a family name with initials that have no full stops.
fn shortened(text: &str) -> Option<Name> {
    let (family, given) = text.rsplit_once(' ')?;
    let initials = (1..=3).contains(&given.chars().count()) && given.chars().all(char::is_uppercase);
    (initials && is_of_names(family, 1))
        .then(|| Name::Person { family: family.trim().to_owned(), given: given.to_owned() })
}

/// `Jane Doe`, `Juan de la Cruz`: given names and a family name, which begins with the words in small letters before it.
fn spoken(text: &str) -> Option<Name> {
    let words: Vec<&str> = text.split_whitespace().collect();
    // "De la Cruz": a family name alone.
    if !is_of_names(text, 2) || words.first().is_none_or(|word| PARTICLES.contains(&word.to_lowercase().as_str())) {
        return None;
    }
    let small = words.iter().position(|word| word.starts_with(char::is_lowercase));
    let family = small.unwrap_or(words.len() - 1);
    // "Inés M.": initials stand behind no family name.
    let ends_short = words.last().is_some_and(|word| word.chars().filter(|c| c.is_alphabetic()).count() < 2);
    (!ends_short).then(|| Name::Person { family: words[family..].join(" "), given: words[..family].join(" ") })
}

/// Whether a text is made of so many names at least and not many more, with nothing in it that names a group.
fn is_of_names(text: &str, least: usize) -> bool {
    let capitals = text.split_whitespace().filter(|word| word.starts_with(char::is_uppercase)).count();
    let is_name = |word: &str| {
        let last = word.trim_end_matches('.');
        word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '\u{2019}'))
            && !is_generation(word)
            && !is_firm(word)
            && (last.starts_with(char::is_uppercase) || last.chars().count() <= 5)
    };
    (least..=4).contains(&capitals)
        && text.split_whitespace().count() <= 6
        && text.split_whitespace().all(is_name)
        && text.split_whitespace().last().is_some_and(|word| word.starts_with(char::is_uppercase))
        && !names_a_group(text)
}

/// `Family, Given`, with one comma, or two around "Jr.".
fn person(text: &str) -> Option<Name> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let (family, given) = match parts.as_slice() {
        // "Ada Okafor, Jr.": what stands before the comma is no family name alone.
        [name, suffix] if is_generation(suffix) => {
            let (given, family) = name.rsplit_once(' ')?;
            (format!("{family} {suffix}"), given)
        }
        [family, given] => ((*family).to_owned(), *given),
        [family, suffix, given] | [family, given, suffix] if is_generation(suffix) => {
            (format!("{family} {suffix}"), *given)
        }
        _ => return None,
    };
    let whole = !family.is_empty() && !given.is_empty() && !is_firm(given);
    (whole && !names_a_group(text)).then(|| Name::Person { family, given: given.to_owned() })
}

/// `Doe, J., Roe, K.`: commas alone, but every second part is nothing but initials.
fn initialled(text: &str) -> Option<Vec<Name>> {
    let text = text.replace(", and ", ", ").replace(", & ", ", ").replace(" and ", ", ").replace(" & ", ", ");
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let pairs = parts.chunks(2).map(|pair| match pair {
        [family, given] if is_initials(given) && !is_initials(family) => person(&format!("{family}, {given}")),
        _ => None,
    });
    pairs.collect()
}

fn is_initials(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    (1..=4).contains(&letters)
        && text.contains('.')
        && text.chars().all(|c| c.is_uppercase() || matches!(c, '.' | ' ' | '-'))
}

fn is_firm(ending: &str) -> bool {
    FIRMS.contains(&ending.trim_end_matches('.').to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let one = |name: Name| match name {
            Name::Person { family, given } => format!("{family} / {given}"),
            Name::Literal { literal } => literal,
        };
        read(text).into_iter().map(one).collect()
    }

    #[test]
    fn a_group_keeps_its_comma_and_a_person_is_parted_at_it() {
        for group in [
            "City Research, Council",
            "United Nations, Office of the High Commissioner",
            "Office of the High Commissioner, United Nations",
            "Ministry of Justice, Peace and Rights",
            "Université de Genève, Institut",
            "Ministerio de Justicia, Madrid",
            "Bundesministerium, Referat 3",
            "Министерство труда, Москва",
            "Example Works, Inc.",
        ] {
            assert_eq!(shown(group), [group]);
        }
        assert_eq!(
            shown("Doe, Jane; de la Cruz, Juan; Church, Ada"),
            ["Doe / Jane", "de la Cruz / Juan", "Church / Ada"]
        );
    }

    #[test]
    fn braces_hold_a_name_together_and_others_are_no_name() {
        assert_eq!(shown("{A; B Company}; {Sun, Sea}; Doe, Jane; others"), ["A; B Company", "Sun, Sea", "Doe / Jane"]);
        assert_eq!(shown("United Nations,; Doe, Jane; et al."), ["United Nations", "Doe / Jane"]);
        assert_eq!(shown("{never closed; x"), ["{never closed; x"]);
    }

    #[test]
    fn several_names_in_one_text_are_told_apart_where_that_is_sure() {
        assert_eq!(shown("Doe, Jane and Roe, John"), ["Doe / Jane", "Roe / John"]);
        assert_eq!(shown("Doe, J., Roe, K. and Poe, L.-M."), ["Doe / J.", "Roe / K.", "Poe / L.-M."]);
        assert_eq!(shown("Smith, Jr., John; Smith, John, III"), ["Smith Jr. / John", "Smith III / John"]);
        assert_eq!(shown("Jane Doe, Jr."), ["Doe Jr. / Jane"]);
        assert_eq!(shown("Sun, Moon, Stars"), ["Sun, Moon, Stars"]);
    }

    #[test]
    fn whole_names_are_parted_at_commas_and_at_the_word_that_joins_them() {
        assert_eq!(shown("Jane Doe and John Roe"), ["Doe / Jane", "Roe / John"]);
        assert_eq!(shown("Jane Doe, John Roe"), ["Doe / Jane", "Roe / John"]);
        assert_eq!(
            shown("Jane M. Doe, Juan de la Cruz, and Ann O'Poe"),
            ["Doe / Jane M.", "de la Cruz / Juan", "O'Poe / Ann"]
        );
        assert_eq!(shown("Doe J, Roe A"), ["Doe / J", "Roe / A"]);
        assert_eq!(shown("van der Berg JP, Roe-Poe A & Doe J"), ["van der Berg / JP", "Roe-Poe / A", "Doe / J"]);
        // A semicolon tells that commas part family and given names.
        assert_eq!(shown("Soto Ruiz, Inés María; Doe, Jane"), ["Soto Ruiz / Inés María", "Doe / Jane"]);
        assert_eq!(shown("Soto Ruiz, Inés María;"), ["Soto Ruiz / Inés María"]);
        assert_eq!(shown("Soto Ruiz, Inés M."), ["Soto Ruiz / Inés M."]);
        assert_eq!(shown("De la Cruz, Juan Carlos"), ["De la Cruz / Juan Carlos"]);
        for group in ["Jane Doe, Harbour Council", "Loam and Clay", "Sand & Stone", "Jane Doe"] {
            assert_eq!(shown(group), [group]);
        }
    }
}
