//! Dead links whose archived copy stands in the list already: nothing is left to be done about them.

use std::collections::HashSet;
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use url::Url;

use crate::model::assessment::Note;
use crate::model::audit::LinkRecord;
use crate::model::memento::original;
use crate::model::{CanonicalUrl, State};

/// Notes of each dead link whether every list that mentions it has a copy of it that is not gone as well.
pub(super) fn note_copies(links: &mut [LinkRecord]) {
    let mut copies: HashSet<(Arc<str>, String)> = HashSet::new();
    for link in links.iter().filter(|link| !matches!(link.state, State::Dead | State::Suspect)) {
        if let Some(original) = original(&link.url).and_then(key) {
            copies.extend(link.occurrences.iter().map(|place| (place.seed.clone(), original.clone())));
        }
    }
    if copies.is_empty() {
        return;
    }
    for link in links.iter_mut().filter(|link| link.state == State::Dead) {
        let Some(own) = key(&link.canonical) else { continue };
        let mut places = link.occurrences.iter();
        if !link.occurrences.is_empty() && places.all(|place| copies.contains(&(place.seed.clone(), own.clone()))) {
            link.notes.push(Note::ArchivedInList);
        }
    }
}

/// What is the same about an address and the one a copy was made of.
fn key(address: &str) -> Option<String> {
    let url = Url::parse(address).or_else(|_| Url::parse(&format!("http://{address}"))).ok()?;
    let canonical = CanonicalUrl::new(&url);
    let (_, rest) = canonical.as_str().split_once("://")?;
    Some(percent_decode_str(rest).decode_utf8_lossy().trim_end_matches('/').to_owned())
}
