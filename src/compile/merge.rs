//! From mentions in seed order to a compilation.

use std::collections::HashMap;

use super::changes::{self, Change};
use super::curated;
use super::differences::{self, between, moved_to, page_title};
use super::duplicates::Known;
use super::{Compilation, Entry, Health, Mention, Reference, Same, Section, TitleFrom};
use crate::model::{ListedResource, SuggestionKind};

/// Merges mentions, in seed order, into a compilation.
pub fn compile(title: impl Into<String>, rows: impl IntoIterator<Item = ListedResource>) -> Compilation {
    let rows = rows.into_iter();
    let mut building = Building {
        compilation: Compilation { title: title.into(), ..Compilation::default() },
        left: rows.size_hint().1.unwrap_or(usize::MAX),
        ..Building::default()
    };
    for row in rows {
        building.add(row);
        building.left = building.left.saturating_sub(1);
    }
    building.compilation
}

#[derive(Default)]
struct Building {
    compilation: Compilation,
    /// Rows still to come, at most, with the present one.
    left: usize,
    known: Known,
    /// Section and place in it, by number of the entry.
    places: Vec<(usize, usize)>,
    /// Sections by seed and path.
    sections: HashMap<(String, Vec<String>), usize>,
}

impl Building {
    fn add(&mut self, row: ListedResource) {
        if !self.compilation.seeds.contains(&row.seed) {
            self.compilation.seeds.push(row.seed.clone());
        }
        self.compilation.checked = self.compilation.checked.max(row.checked);
        for (name, _) in &row.fields {
            if !self.compilation.columns.contains(name) {
                self.compilation.columns.push(name.clone());
            }
        }
        let section = self.section(&row);
        let keys = self.known.keys(&row);
        match self.known.find(&keys) {
            Some((entry, same)) => {
                self.known.add(&keys, entry);
                self.mention(entry, same, section, row);
            }
            None => {
                self.known.add(&keys, self.places.len());
                let entries = &mut self.compilation.sections[section].entries;
                self.places.push((section, entries.len()));
                if entries.len() == entries.capacity() {
                    // Entries are large: they are moved as seldom as may be, and room that stays untouched costs nothing.
                    entries.reserve_exact((3 * entries.len()).clamp(4, self.left.max(4)));
                }
                entries.push(entry(row));
            }
        }
    }

    fn section(&mut self, row: &ListedResource) -> usize {
        let sections = &mut self.compilation.sections;
        // Neighbours mostly share their section, so the last one is looked at first.
        if let Some(last) = sections.last()
            && last.seed == row.seed
            && last.path == row.section
        {
            return sections.len() - 1;
        }
        *self.sections.entry((row.seed.clone(), row.section.clone())).or_insert_with(|| {
            sections.push(Section { seed: row.seed.clone(), path: row.section.clone(), ..Section::default() });
            sections.len() - 1
        })
    }

    fn mention(&mut self, entry: usize, same: Same, section: usize, row: ListedResource) {
        let (home, place) = self.places[entry];
        let entry = &mut self.compilation.sections[home].entries[place];
        if entry.annotation.is_none() {
            entry.annotation.clone_from(&row.annotation);
        }
        if entry.memento.is_none() {
            entry.memento = archived_copy(&row);
        }
        let own: Vec<_> =
            row.fields.into_iter().filter(|(name, _)| entry.fields.iter().all(|(other, _)| other != name)).collect();
        entry.fields.extend(own);
        // A further mention of what was listed before is news of the list, not of the resource.
        if row.earlier.as_ref().is_some_and(|earlier| earlier.listed) {
            entry.changes.retain(|change| *change != Change::New);
        }
        entry.also.push(Mention {
            seed: row.seed,
            line: row.line,
            section: row.section,
            url: row.url.clone(),
            title: row.title.clone(),
            annotation: row.annotation,
            same,
        });
        if home != section {
            let title = row.title.unwrap_or_else(|| entry.title.clone());
            let reference = Reference { title, url: row.url, entry: entry.title.clone(), home, place };
            self.compilation.sections[section].references.push(reference);
        }
    }
}

fn entry(row: ListedResource) -> Entry {
    let listed = row.title.as_deref().map(str::trim).filter(|title| !title.is_empty());
    let (title, title_from) = match (listed.filter(|_| !differences::is_borrowed(&row)), page_title(&row)) {
        (Some(title), _) => (title.to_owned(), TitleFrom::List),
        (None, Some(title)) => (title.to_owned(), TitleFrom::Page),
        (None, None) => (row.url.clone(), TitleFrom::Address),
    };
    let mut differences = between(&row);
    let (changes, memento) = (changes::of(&row), archived_copy(&row));
    let moved_to = moved_to(&row).map(str::to_owned);
    let mut metadata = row.metadata.unwrap_or_default();
    differences.extend(curated::fill(&mut metadata, &row.fields));
    Entry {
        title,
        title_from,
        differences,
        changes,
        memento,
        health: Health {
            state: row.state,
            reason: row.reason,
            confidence: row.confidence,
            http_status: row.http_status,
            moved_to,
            final_url: row.final_url,
            redirects: row.redirects,
            checked: row.checked,
            first_seen: row.first_seen,
            last_ok: row.last_ok,
            strikes: row.strikes,
        },
        url: row.url,
        canonical: row.canonical,
        annotation: row.annotation,
        parent_title: row.parent_title,
        fields: row.fields,
        seed: row.seed,
        line: row.line,
        also: Vec::new(),
        metadata,
        metadata_at: row.metadata_at,
        page_title: row.page_title,
    }
}

fn archived_copy(row: &ListedResource) -> Option<String> {
    row.suggestions.iter().find(|s| s.kind == SuggestionKind::Archive).map(|s| s.url.clone())
}
