//! Which mentions name one and the same resource.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use super::Same;
use crate::model::{ListedResource, Reason, State};

/// Entries by everything that identifies them, hashed: texts would take up as much as the entries.
#[derive(Default)]
pub struct Known {
    hasher: RandomState,
    entries: HashMap<u64, u32>,
}

/// What identifies a resource, hashed, the surest first.
pub type Keys = [Option<(u64, Same)>; 4];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key<'a> {
    Address(&'a str),
    Doi(&'a str),
    Content(u64),
}

impl Known {
    /// Everything that identifies a resource.
    ///
    /// Destinations count only where the content was seen: error pages and login forms are the end of many unrelated links. Equal
    /// bytes count for documents alone: pages that a script fills are all alike before it runs.
    pub fn keys(&self, row: &ListedResource) -> Keys {
        let key = |key: Key<'_>, same| (self.hasher.hash_one(key), same);
        let seen = row.state.is_some_and(State::is_alive);
        let doi = row.metadata.as_ref().and_then(|metadata| metadata.doi.as_ref());
        // An address that ends at itself needs no second key.
        let end = row.final_url.as_ref().filter(|end| seen && **end != row.canonical);
        let hash = row.body_hash.filter(|_| seen && row.reason == Some(Reason::OkBinary));
        [
            Some(key(Key::Address(without_fragment(&row.canonical)), Same::Address)),
            doi.map(|doi| key(Key::Doi(&doi.value.to_lowercase()), Same::Doi)),
            end.map(|end| key(Key::Address(without_fragment(end)), Same::Destination)),
            hash.map(|hash| key(Key::Content(hash), Same::Content)),
        ]
    }

    /// The entry a mention belongs to, and by what it is known.
    pub fn find(&self, keys: &Keys) -> Option<(usize, Same)> {
        keys.iter().flatten().find_map(|(key, same)| self.entries.get(key).map(|&entry| (entry as usize, *same)))
    }

    /// Remembers by what an entry can be recognised; what is known already keeps its first entry.
    pub fn add(&mut self, keys: &Keys, entry: usize) {
        let Ok(entry) = u32::try_from(entry) else { return };
        for (key, _) in keys.iter().flatten() {
            self.entries.entry(*key).or_insert(entry);
        }
    }
}

fn without_fragment(url: &str) -> &str {
    url.split('#').next().unwrap_or_default()
}
