//! What the compilation is told of the run before.

use super::*;
use crate::model::metadata::Field;
use crate::model::{Earlier, Edition, ListedResource, Metadata, State, Suggestion, SuggestionKind};

fn listed(ledger: &Ledger) -> Vec<ListedResource> {
    let mut listed = ledger.listed(None).expect("a list");
    let rows = listed.by_ref().collect();
    listed.finish().expect("all of it");
    rows
}

/// A run in which every address is looked at, and `change` says what is seen there.
fn visit(ledger: &mut Ledger, now: Timestamp, hrefs: &[&str], change: impl Fn(&str, &mut Observation)) {
    let run = begin(ledger, now, hrefs);
    let recheck = Recheck {
        now,
        after: Duration::ZERO,
        dead_after: Duration::ZERO,
        blocked_after: Duration::ZERO,
        refresh: true,
    };
    let mut rows = Vec::new();
    ledger
        .due(&run, &recheck, &mut |item| {
            rows.push((item.url, item.canonical.to_owned()));
            ControlFlow::Continue(())
        })
        .expect("the work");
    for (row, url) in rows {
        let mut seen = observation(&url, now, Reason::OkPlain);
        change(&url, &mut seen);
        ledger.record(run.id, &Record::new(row, seen)).expect("stored");
    }
    ledger.finish_run(&run, now, &Outcome::default()).expect("finished");
}

const PAPER: &str = "https://a.example/paper.pdf";
const PAGE: &str = "https://b.example/page";

fn printed_in(year: &'static str) -> impl Fn(&str, &mut Observation) {
    move |_, seen| {
        seen.media_type = Some("application/pdf".to_owned());
        seen.metadata = Some(Metadata {
            title: Some(Field::new(format!("Report {year}"), "pdf")),
            published: Some(Field::new(year.to_owned(), "pdf")),
            ..Metadata::default()
        });
        let body_hash = year.parse().expect("a year");
        seen.fingerprint = Some(Fingerprint { body_hash, ..Fingerprint::default() });
    }
}

#[test]
fn a_first_run_has_nothing_to_compare_with() {
    let place = Place::new();
    let mut ledger = place.open();
    visit(&mut ledger, day(1), &[PAPER], printed_in("2023"));
    assert_eq!(listed(&ledger)[0].earlier, None);
    assert!(ledger.delisted(None).expect("a list").is_empty());
}

#[test]
fn editions_are_told_as_they_were_and_as_they_are() {
    let place = Place::new();
    let mut ledger = place.open();
    visit(&mut ledger, day(1), &[PAPER], printed_in("2023"));
    visit(&mut ledger, day(9), &[PAPER], printed_in("2025"));
    let edition = |year: &str| Edition {
        title: Some(format!("Report {year}")),
        published: Some(year.to_owned()),
        modified: None,
        body: year.parse().ok(),
        document: true,
    };
    let row = &listed(&ledger)[0];
    assert_eq!(row.edition, Some(edition("2025")));
    let earlier = Earlier { listed: true, state: Some(State::Ok), moved_to: None, edition: Some(edition("2023")) };
    assert_eq!(row.earlier, Some(earlier));
}

#[test]
fn walls_and_errors_tell_nothing_of_the_edition() {
    let place = Place::new();
    let mut ledger = place.open();
    visit(&mut ledger, day(1), &[PAPER], printed_in("2023"));
    let wall = |_: &str, seen: &mut Observation| {
        seen.assessment = Assessment::new(Reason::BotWallCloudflare, "a wall");
        seen.fingerprint = Some(Fingerprint { title: Some("Just a moment".to_owned()), ..Fingerprint::default() });
    };
    visit(&mut ledger, day(9), &[PAPER], wall);
    let row = &listed(&ledger)[0];
    assert_eq!(row.state, Some(State::Blocked));
    let title = |edition: &Option<Edition>| edition.as_ref().and_then(|edition| edition.title.clone());
    assert_eq!(title(&row.edition), Some("Report 2023".to_owned()), "the last good visit's");
    assert_eq!(row.metadata_at, Some(day(1)), "and so is everything else, with its date");
    // Behind the wall a new edition appears: compared with the last one seen.
    visit(&mut ledger, day(20), &[PAPER], printed_in("2025"));
    let earlier = listed(&ledger)[0].earlier.clone().expect("a run before");
    assert_eq!((earlier.state, title(&earlier.edition)), (Some(State::Blocked), Some("Report 2023".to_owned())));
}

#[test]
fn what_is_new_and_what_is_listed_no_longer_is_told_by_resource() {
    let place = Place::new();
    let mut ledger = place.open();
    let to = "https://c.example/";
    visit(&mut ledger, day(1), &[PAPER, PAGE], |url, seen| {
        if url == PAGE {
            seen.assessment = Assessment::new(Reason::MovedPermanent, "moved");
            seen.assessment.suggestions = vec![Suggestion::new(SuggestionKind::Redirect, to)];
            seen.final_url = Some(to.to_owned());
        }
    });
    // Another spelling of a listed address is no other resource.
    visit(&mut ledger, day(9), &["HTTPS://A.example/paper.pdf", to], |_, _| {});
    let before: Vec<_> = listed(&ledger).iter().map(|row| row.earlier.as_ref().map(|e| e.listed)).collect();
    assert_eq!(before, [Some(true), Some(false)]);
    let delisted = ledger.delisted(None).expect("a list");
    assert_eq!(delisted.len(), 1);
    assert_eq!((delisted[0].url.as_str(), delisted[0].state), (PAGE, Some(State::Moved)));
    assert_eq!((delisted[0].final_url.as_deref(), delisted[0].seed.as_str()), (Some(to), "list.md"));
}
