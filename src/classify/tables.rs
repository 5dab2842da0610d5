//! The tables of signs that are compiled in, and the rules that read them.

use std::sync::LazyLock;

use super::facts::View;
use super::signs::{Row, Table};
use super::text::excerpt;
use crate::model::assessment::Note;
use crate::model::reason::StrikeClass;
use crate::model::{Assessment, Reason, State};

/// The tables of verdicts, read together so that a page is searched once for all their texts.
#[expect(clippy::unwrap_used, reason = "constant tables, held by the tests")]
static TABLES: LazyLock<[Table; 3]> = LazyLock::new(|| {
    Table::parse_all([
        include_str!("tables/walls.tsv"),
        include_str!("tables/tombstones.tsv"),
        include_str!("tables/pages.tsv"),
    ])
    .unwrap()
});

/// Walls between a robot and the page.
pub static WALLS: LazyLock<&Table> = LazyLock::new(|| &TABLES[0]);
/// Tombstones of hosting platforms.
pub static TOMBSTONES: LazyLock<&Table> = LazyLock::new(|| &TABLES[1]);
/// Pages that answer well and are not what was linked.
pub static PAGES: LazyLock<&Table> = LazyLock::new(|| &TABLES[2]);
/// What is worth saying beside a verdict. Read for itself: unlike the others, its few texts are looked for on long pages
/// too.
#[expect(clippy::unwrap_used, reason = "a constant table, held by the tests")]
pub static NOTES: LazyLock<Table> = LazyLock::new(|| Table::parse(include_str!("tables/notes.tsv")).unwrap());

/// A verdict by a row of a table; the row's id goes along as the marker.
fn by_row(view: &View<'_>, row: &Row) -> Option<Assessment> {
    Some(by_row_as(view, row, Reason::parse(&row.verdict)?))
}

/// A verdict by a row whose sign means something else here.
fn by_row_as(view: &View<'_>, row: &Row, reason: Reason) -> Assessment {
    let mut verdict = Assessment::new(reason, evidence(view, row, reason));
    verdict.marker = Some(row.id.clone());
    verdict
}

fn evidence(view: &View<'_>, row: &Row, reason: Reason) -> String {
    let status = view.status();
    let what = match view.title() {
        "" => view.h1(),
        title => title,
    };
    let shown = if what.is_empty() { String::new() } else { format!(" titled “{}”", excerpt(what)) };
    let host = view.seen().host.as_str();
    match reason {
        Reason::HostingTombstone => {
            format!(
                "{host} answers {status} with its platform's note that the site is gone{shown}, recognised by the sign “{}”",
                row.id
            )
        }
        Reason::Cdn1xxx => {
            let error = edge_code(view).map(|code| format!(" with its error {code}")).unwrap_or_default();
            let times = view.times();
            format!(
                "the network in front of {host} answers {status}{error}: it finds no server of the site by its name ({times})"
            )
        }
        _ => format!("{host} answers {status} with a page{shown}, recognised by the sign “{}”", row.id),
    }
}

/// The edge network's own error, when the page shows one.
pub(super) fn edge_code(view: &View<'_>) -> Option<u16> {
    super::signs::edge_code(view.seen()).filter(|code| (1000..1200).contains(code))
}

/// A verdict by a sign of one's own, when its state is one of these.
fn own(view: &View<'_>, states: &[State]) -> Option<Assessment> {
    let table = view.facts.own_signs?;
    let wanted = |row: &Row| Reason::parse(&row.verdict).is_some_and(|reason| states.contains(&reason.state()));
    by_row(view, table.find_where(view.seen(), wanted)?)
}

/// Something stands between the robot and the page; outranks any status.
pub(super) fn wall(view: &View<'_>) -> Option<Assessment> {
    view.answer()?;
    own(view, &[State::Blocked]).or_else(|| by_row(view, WALLS.all(view.seen()).find(|row| !is_subject(view, row))?))
}

/// Whether what looks like a check for robots is what the list means: its own title speaks of such checks, or the page has
/// that title as its heading, as no wall in front of it has.
fn is_subject(view: &View<'_>, row: &Row) -> bool {
    if row.verdict != "bot-wall-generic" || !view.is_success() {
        return false;
    }
    let Some(title) = view.facts.mention.title else { return false };
    let is_heading = || !view.h1().is_empty() && super::text::words(view.h1()).eq(super::text::words(title));
    title.to_lowercase().contains("captcha") || !super::address::is_root(view.listed()) && is_heading()
}

/// The platform says that nothing stands behind the name any more. With 404 or 410 that is final. A server's failure may
/// pass, and so may what an owner has not paid for: behind any other error the note must come again in a second run. On a
/// success it leaves a doubt.
pub(super) fn tombstone(view: &View<'_>) -> Option<Assessment> {
    view.answer()?;
    if let Some(verdict) = own(view, &[State::Dead]) {
        return Some(verdict);
    }
    let row = TOMBSTONES.find(view.seen())?;
    let reason = Reason::parse(&row.verdict)?;
    let (reason, class) = match (reason, view.status()) {
        (Reason::HostingTombstone, 404 | 410) => (reason, None),
        (_, 404 | 410) => return None,
        (Reason::HostingTombstone, 200..=299) => (Reason::AccountSuspended, None),
        // Behind an error, the page that says so is no page of the site.
        (Reason::AccountSuspended, 402 | 500..=599) => (Reason::HostingTombstone, Some(StrikeClass::S2)),
        (Reason::HostingTombstone | Reason::Cdn1xxx, _) => (reason, Some(StrikeClass::S2)),
        _ => (reason, None),
    };
    Some(Assessment { class, ..by_row_as(view, row, reason) })
}

/// The page answers well and says of itself that it is not the content: parked, expired, default, broken ...
pub(super) fn page(view: &View<'_>) -> Option<Assessment> {
    if !view.is_success() {
        return None;
    }
    if let Some(verdict) = own(view, &[State::Suspect, State::Unsure, State::Ok, State::Moved]) {
        return Some(verdict);
    }
    // A page about building sites, maintenance or an error is what the list calls so.
    let called_so = |row: &Row| {
        !matches!(row.verdict.as_str(), "coming-soon" | "default-page" | "maintenance" | "error-text")
            || !view.heading_is_listed()
    };
    let verdict = by_row(view, PAGES.find_where(view.seen(), called_so)?)?;
    // The server answers well: words alone are no failure of it, however often they come again.
    Some(match verdict.reason {
        Reason::Maintenance => verdict.with_class(StrikeClass::N),
        _ => verdict,
    })
}

/// A temporary outage in words, whatever the server error.
pub(super) fn outage(view: &View<'_>) -> Option<Assessment> {
    by_row(view, PAGES.find_where(view.seen(), |row| row.verdict == "maintenance")?)
}

/// Side notes a page gives about itself.
pub(super) fn notes(view: &View<'_>) -> Vec<Note> {
    let note_of = |verdict: &str| match verdict {
        "withdrawn" => Some(Note::Withdrawn),
        "archived-repo" => Some(Note::ArchivedRepo),
        "outdated-docs" => Some(Note::OutdatedDocs),
        "paywalled" => Some(Note::Paywalled),
        _ => None,
    };
    let mut notes = Vec::new();
    for note in NOTES.all(view.seen()).filter_map(|row| note_of(&row.verdict)) {
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    notes
}
