//! Further mentions of a resource, as the readers' forms of the compilation tell them.

use super::words;
use crate::compile::{Compilation, Entry, Reference, Section};

/// A further mention that says something its entry does not.
pub struct Further<'a> {
    /// The title, where it is another one.
    pub title: Option<&'a str>,
    /// The address as written there.
    pub url: &'a str,
    /// Whether the entry has another address.
    pub elsewhere: bool,
    /// What is said there, where that is something else.
    pub said: Option<&'a str>,
}

/// The further mentions of an entry that a reader learns something from.
pub fn further(entry: &Entry) -> impl Iterator<Item = Further<'_>> {
    entry.also.iter().filter_map(|mention| {
        let filled = |text: &&str| !text.trim().is_empty();
        let title = mention.title.as_deref().filter(filled).filter(|title| *title != entry.title);
        let said = mention.annotation.as_deref().filter(filled);
        let said = said.filter(|text| Some(*text) != entry.annotation.as_deref());
        let elsewhere = mention.url != entry.url;
        let tells = title.is_some() || said.is_some() || elsewhere;
        tells.then_some(Further { title, url: &mention.url, elsewhere, said })
    })
}

/// Where the entry of a resource stands, as told where it is mentioned again.
pub struct Pointer<'a> {
    /// What the entry is called, where that is not what the mention calls it.
    pub entry: Option<&'a str>,
    /// The section, `under A › B`, or words for what stands under no heading.
    pub place: String,
    /// The list, where it is another one.
    pub list: Option<&'a str>,
}

/// Where a reader finds the entry that a mention in a section points to.
pub fn pointer<'a>(compilation: &'a Compilation, from: &Section, reference: &'a Reference) -> Option<Pointer<'a>> {
    let home = compilation.sections.get(reference.home)?;
    let list = Some(home.seed.as_str()).filter(|seed| *seed != from.seed);
    let place = match (home.path.as_slice(), list) {
        ([], None) => "above".to_owned(),
        ([], Some(_)) => "before the first heading".to_owned(),
        (path, _) => format!("under {}", words::section(path)),
    };
    let entry = Some(reference.entry.as_str()).filter(|entry| *entry != reference.title);
    Some(Pointer { entry, place, list })
}
