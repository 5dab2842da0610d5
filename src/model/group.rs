//! What tells the name of a group from a person's.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words of which names of groups are made, and no names of persons.
static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let lines = include_str!("groups.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(|line| line.split('|')).map(str::trim).filter(|word| !word.is_empty()).collect()
});

/// Endings of compounds that name groups.
const COMPOUNDS: &[&str] =
    &["ministerium", "universität", "gesellschaft", "verband", "stiftung", "institut", "zentrum"];

/// Whether a word of a name says that it is a group's.
pub fn names_a_group(name: &str) -> bool {
    name.split(|c: char| c.is_whitespace() || c == ',').any(|word| {
        let word = word.to_lowercase();
        WORDS.contains(word.as_str()) || COMPOUNDS.iter().any(|ending| word.ends_with(ending))
    })
}
