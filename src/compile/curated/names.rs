//! Names as curators write them: who is a person with a family and a given name, and what is a group.

use crate::model::metadata::{Name, is_generation};
use crate::model::names_a_group;

/// Endings of the names of firms.
const FIRMS: &[&str] = &["inc", "ltd", "llc", "gmbh", "ag", "plc"];

/// What stands for names that are not told.
const OTHERS: &[&str] = &["others", "et al", "et al.", "and others"];

/// Names parted by semicolons; a comma parts family and given names, but not in the name of a group: one in braces, or
/// one of which a word says so.
pub(super) fn read(text: &str) -> Vec<Name> {
    let names = parts(text).into_iter().filter(|name| !OTHERS.contains(&name.to_lowercase().as_str()));
    names.flat_map(names_in).collect()
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

fn names_in(text: &str) -> Vec<Name> {
    let literal = |text: &str| vec![Name::Literal { literal: text.trim().to_owned() }];
    if let Some(whole) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
        return literal(whole);
    }
    // "Doe, Jane and Roe, John": each side has the one comma of a person.
    let sides: Vec<&str> = text.split(" and ").flat_map(|side| side.split(" & ")).collect();
    let persons: Option<Vec<Name>> = sides.iter().map(|side| person(side)).collect();
    if let Some(persons) = persons {
        return persons;
    }
    initialled(text).unwrap_or_else(|| literal(text))
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
}
