//! What happened to a resource since the compilation before.

use std::collections::HashMap;

use jiff::Timestamp;

use super::differences::{letters, moved_to};
use super::{Compilation, Entry};
use crate::model::{Delisted, Edition, ListedResource, State};

/// What happened to a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was not listed then.
    New,
    /// The list names another address for it now; this is the one from before.
    Relinked(String),
    /// It could be seen then, or was thought to be there, and is gone.
    Gone,
    /// It was gone then, and can be seen again.
    Back,
    /// It has moved to this address.
    Moved(String),
    /// It calls itself otherwise.
    Retitled {
        /// Its title then.
        before: String,
        /// Its title now.
        now: String,
    },
    /// It is another edition.
    Edition(Renewal),
}

/// By what another edition is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// It says to have been published later: date then, date now.
    Published(Option<String>, String),
    /// It says to have been changed later: date then, date now.
    Modified(Option<String>, String),
    /// The bytes of the document are others.
    Bytes,
}

/// The compilation before, as the next one sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Since {
    /// When it was made.
    pub at: Timestamp,
    /// What it listed and this one does not.
    pub delisted: Vec<Delisted>,
}

/// Everything that happened to a resource, as its first mention tells it.
pub(super) fn of(row: &ListedResource) -> Vec<Change> {
    let Some(earlier) = &row.earlier else { return Vec::new() };
    if !earlier.listed {
        return vec![Change::New];
    }
    let mut changes = Vec::new();
    let gone = |state| state == Some(State::Dead);
    if gone(row.state) && earlier.state.is_some() && !gone(earlier.state) {
        changes.push(Change::Gone);
    }
    if row.state.is_some_and(State::is_alive) && gone(earlier.state) {
        changes.push(Change::Back);
    }
    let moved = moved_to(row).filter(|address| earlier.moved_to.as_deref() != Some(*address));
    changes.extend(moved.map(|address| Change::Moved(address.to_owned())));
    if let (Some(before), Some(now)) = (&earlier.edition, &row.edition) {
        changes.extend(retitled(before, now));
        changes.extend(renewal(before, now).map(Change::Edition));
    }
    changes
}

/// Another title, letters and digits alone counted. A page whose bytes are the same was at most read otherwise.
fn retitled(before: &Edition, now: &Edition) -> Option<Change> {
    let (old, new) = (before.title.as_ref()?, now.title.as_ref()?);
    if old == new || now.body.is_some() && before.body == now.body {
        return None;
    }
    (letters(old) != letters(new) && !letters(new).is_empty())
        .then(|| Change::Retitled { before: old.clone(), now: new.clone() })
}

fn renewal(before: &Edition, now: &Edition) -> Option<Renewal> {
    let same = now.body.is_some() && before.body == now.body;
    if same || *before == (Edition { title: before.title.clone(), ..Edition::default() }) {
        return None;
    }
    // As precise as the less precise one: a day within the year known before is no later date.
    let later = |old: &Option<String>, new: &Option<String>| {
        let new = new.clone()?;
        let is_later = old.as_ref().is_none_or(|old| {
            let shared = old.len().min(new.len());
            new.get(..shared) > old.get(..shared)
        });
        is_later.then_some(new)
    };
    if let (Some(date), Some(old)) = (later(&before.published, &now.published), &before.published) {
        return Some(Renewal::Published(Some(old.clone()), date));
    }
    if let Some(date) = later(&before.modified, &now.modified) {
        return Some(Renewal::Modified(before.modified.clone(), date));
    }
    let bytes = now.document && before.document && before.body.is_some() && now.body.is_some();
    bytes.then_some(Renewal::Bytes)
}

impl Compilation {
    /// The same, compared with the compilation before: what is listed no longer is kept, and a new entry at the address where
    /// one of those ended is the old one under its new address.
    #[must_use]
    pub fn compared(mut self, since: Since) -> Self {
        let Since { at, mut delisted } = since;
        let ends: HashMap<&str, &Delisted> =
            delisted.iter().filter_map(|gone| Some((gone.final_url.as_deref()?, gone))).collect();
        let mut relinked = Vec::new();
        for entry in self.sections.iter_mut().flat_map(|section| &mut section.entries) {
            if entry.changes.as_slice() == [Change::New]
                && let Some(before) = ends.get(entry.canonical.as_str())
            {
                entry.changes = vec![Change::Relinked(before.url.clone())];
                relinked.push(before.canonical.clone());
            }
        }
        delisted.retain(|gone| !relinked.contains(&gone.canonical));
        self.since = Some(at);
        self.delisted = delisted;
        self
    }

    /// Every entry that something happened to, with its section, in order.
    pub fn changed(&self) -> impl Iterator<Item = (&[String], &Entry)> {
        let entries = self
            .sections
            .iter()
            .flat_map(|section| section.entries.iter().map(move |entry| (section.path.as_slice(), entry)));
        entries.filter(|(_, entry)| !entry.changes.is_empty())
    }
}
