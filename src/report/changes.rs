//! What changed since the compilation before: as `changes.csv`, and as the groups that stand in front of the other forms.

use std::io;

use super::health;
use super::table::Table;
use super::words::{self, day};
use crate::compile::{Change, Compilation, Entry, Renewal};
use crate::model::{Delisted, State};

/// Kinds of changes in the order readers want them: the stable name, and the heading.
pub const KINDS: &[(&str, &str)] = &[
    ("new", "New in the list"),
    ("relinked", "Listed under a new address"),
    ("gone", "No longer available"),
    ("back", "Available again"),
    ("moved", "Moved"),
    ("retitled", "Retitled"),
    ("new-version", "New versions"),
    ("delisted", "No longer listed"),
];

/// The columns of the table.
pub const COLUMNS: &[&str] =
    &["change", "title", "url", "canonical_url", "section", "before", "now", "verdict", "seed", "line", "since"];

/// All changes of one kind.
pub struct Group<'a> {
    /// The stable name.
    pub kind: &'static str,
    /// What readers call it.
    pub heading: &'static str,
    /// The changes, in the order of the lists.
    pub items: Vec<Item<'a>>,
}

/// One change of one resource.
pub struct Item<'a> {
    /// What it is called.
    pub title: &'a str,
    /// Its address as listed.
    pub url: &'a str,
    /// Its place among the entries; absent for what is not listed any more.
    pub entry: Option<usize>,
    /// How it was, where that says something.
    pub before: Option<String>,
    /// How it is, where that says something.
    pub now: Option<String>,
}

/// The stable name of a change.
pub const fn name(change: &Change) -> &'static str {
    match change {
        Change::New => "new",
        Change::Relinked(_) => "relinked",
        Change::Gone => "gone",
        Change::Back => "back",
        Change::Moved(_) => "moved",
        Change::Retitled { .. } => "retitled",
        Change::Edition(_) => "new-version",
    }
}

/// The changes by kind; kinds without any are left out.
pub fn groups(compilation: &Compilation) -> Vec<Group<'_>> {
    let group = |&(kind, heading): &(&'static str, &'static str)| {
        let mut items = Vec::new();
        for (number, entry) in compilation.entries().enumerate() {
            for change in entry.changes.iter().filter(|change| name(change) == kind) {
                let (before, now) = sides(change, entry);
                items.push(Item { title: &entry.title, url: &entry.url, entry: Some(number), before, now });
            }
        }
        if kind == "delisted" {
            items.extend(compilation.delisted.iter().map(delisted));
        }
        Group { kind, heading, items }
    };
    KINDS.iter().map(group).filter(|group| !group.items.is_empty()).collect()
}

/// How it was, and how it is.
fn sides(change: &Change, entry: &Entry) -> (Option<String>, Option<String>) {
    let dated = |date: &Option<String>, what: &str| date.as_ref().map(|date| format!("{what} {date}"));
    match change {
        Change::New | Change::Back => (None, None),
        Change::Relinked(before) => (Some(before.clone()), None),
        Change::Gone => {
            let reason = entry.health.reason.map(|reason| super::advice::of(reason).title.to_owned());
            (entry.health.last_ok.map(|at| format!("last seen {}", day(at))), reason)
        }
        Change::Moved(now) => (None, Some(now.clone())),
        Change::Retitled { before, now } => (Some(before.clone()), Some(now.clone())),
        Change::Edition(Renewal::Published(before, now)) => {
            (dated(before, "published"), Some(format!("published {now}")))
        }
        Change::Edition(Renewal::Modified(before, now)) => (dated(before, "changed"), Some(format!("changed {now}"))),
        Change::Edition(Renewal::Bytes) => (None, Some("the document is not the same file any more".to_owned())),
    }
}

fn delisted(gone: &Delisted) -> Item<'_> {
    let title = gone.title.as_deref().filter(|title| !title.trim().is_empty()).unwrap_or(&gone.url);
    let was = health::of_state(gone.state).filter(|_| gone.state.is_some());
    Item { title, url: &gone.url, entry: None, before: was.map(str::to_owned), now: None }
}

/// What stands behind a title: `was "A", is "B"`.
pub fn words_of(item: &Item<'_>, kind: &str) -> Option<String> {
    match (kind, &item.before, &item.now) {
        ("retitled", Some(before), Some(now)) => {
            Some(format!("now \u{201c}{now}\u{201d}, was \u{201c}{before}\u{201d}"))
        }
        ("relinked", Some(before), _) => Some(format!("was {before}")),
        ("new-version", Some(before), Some(now)) => Some(format!("{now} (before: {before})")),
        ("moved", _, Some(now)) => Some(format!("to {now}")),
        (_, Some(before), Some(now)) => Some(format!("{now}; {before}")),
        (_, Some(text), None) | (_, None, Some(text)) => Some(text.clone()),
        (_, None, None) => None,
    }
}

/// Writes `changes.csv`: one row for each change, none on a first run.
///
/// # Errors
/// Those of the writer.
pub fn write(compilation: &Compilation, out: &mut dyn io::Write) -> io::Result<()> {
    let mut table = Table::new(out, super::table::Dialect::Plain, COLUMNS)?;
    let since = compilation.since.map(day).unwrap_or_default();
    for (section, entry) in compilation.changed() {
        let section = words::section(section);
        let line = entry.line.to_string();
        let state = entry.health.state.map_or("", State::as_str);
        for change in &entry.changes {
            let (before, now) = sides(change, entry);
            let (before, now) = (before.unwrap_or_default(), now.unwrap_or_default());
            let (title, url, key) = (&entry.title, &entry.url, &entry.canonical);
            table.row([name(change), title, url, key, &section, &before, &now, state, &entry.seed, &line, &since])?;
        }
    }
    for gone in &compilation.delisted {
        let item = delisted(gone);
        let section = words::section(&gone.section);
        let before = item.before.unwrap_or_default();
        let state = gone.state.map_or("", State::as_str);
        let key = &gone.canonical;
        table.row(["delisted", item.title, &gone.url, key, &section, &before, "", state, &gone.seed, "", &since])?;
    }
    table.finish()
}
