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

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Address(String),
    Doi(String),
    Content(u64),
}

impl Known {
    /// The entry a mention belongs to, and by what it is known.
    pub fn find(&self, row: &ListedResource) -> Option<(usize, Same)> {
        let known = |key: &Key| self.entries.get(&self.hasher.hash_one(key)).map(|&entry| entry as usize);
        keys(row).into_iter().find_map(|(key, same)| known(&key).map(|entry| (entry, same)))
    }

    /// Remembers by what an entry can be recognised; what is known already keeps its first entry.
    pub fn add(&mut self, row: &ListedResource, entry: usize) {
        let Ok(entry) = u32::try_from(entry) else { return };
        for (key, _) in keys(row) {
            self.entries.entry(self.hasher.hash_one(&key)).or_insert(entry);
        }
    }
}

/// Everything that identifies a resource, the surest first.
///
/// Destinations count only where the content was seen: error pages and login forms are the end of many unrelated links. Equal bytes
/// count for documents alone: pages that a script fills are all alike before it runs.
fn keys(row: &ListedResource) -> Vec<(Key, Same)> {
    let mut keys = vec![(Key::Address(without_fragment(&row.canonical)), Same::Address)];
    let seen = row.state.is_some_and(State::is_alive);
    if let Some(doi) = row.metadata.as_ref().and_then(|metadata| metadata.doi.as_ref()) {
        keys.push((Key::Doi(doi.value.to_lowercase()), Same::Doi));
    }
    if let Some(end) = row.final_url.as_ref().filter(|_| seen) {
        keys.push((Key::Address(without_fragment(end)), Same::Destination));
    }
    if let Some(hash) = row.body_hash.filter(|_| seen && row.reason == Some(Reason::OkBinary)) {
        keys.push((Key::Content(hash), Same::Content));
    }
    keys
}

fn without_fragment(url: &str) -> String {
    url.split('#').next().unwrap_or_default().to_owned()
}
