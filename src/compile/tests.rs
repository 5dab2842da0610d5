use super::*;
use crate::model::metadata::Field;
use crate::model::{ListedResource, Suggestion, SuggestionKind};

fn row(section: &[&str], title: &str, url: &str) -> ListedResource {
    ListedResource {
        seed: "list.md".to_owned(),
        line: 1,
        url: url.to_owned(),
        canonical: url.to_owned(),
        title: Some(title.to_owned()).filter(|title| !title.is_empty()),
        section: section.iter().map(|&heading| heading.to_owned()).collect(),
        state: Some(State::Ok),
        reason: Some(Reason::OkPlain),
        ..ListedResource::default()
    }
}

fn with_metadata(mut row: ListedResource, change: impl FnOnce(&mut Metadata)) -> ListedResource {
    change(row.metadata.get_or_insert_default());
    row
}

fn found(value: &str) -> Option<Field<String>> {
    Some(Field::new(value.to_owned(), "test"))
}

#[test]
fn sections_keep_the_curators_order() {
    let compilation = compile(
        "A list",
        [
            row(&["B"], "1", "https://example.org/1"),
            row(&["A"], "2", "https://example.org/2"),
            row(&["B"], "3", "https://example.org/3"),
            ListedResource { seed: "other.md".to_owned(), ..row(&["A"], "4", "https://example.org/4") },
        ],
    );
    let outline: Vec<_> = compilation
        .sections
        .iter()
        .map(|section| {
            (section.path[0].as_str(), section.entries.iter().map(|entry| entry.title.as_str()).collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(outline, [("B", vec!["1", "3"]), ("A", vec!["2"]), ("A", vec!["4"])]);
    assert_eq!(compilation.seeds, ["list.md", "other.md"]);
}

#[test]
fn the_curator_wins_for_wording_and_the_harvest_fills_in() {
    let compilation = compile(
        "",
        [
            with_metadata(row(&[], "Our name for it", "https://example.org/a"), |m| m.title = found("Its own name")),
            with_metadata(row(&[], "", "https://example.org/b"), |m| m.title = found("Harvested")),
            row(&[], "", "https://example.org/c"),
        ],
    );
    let titles: Vec<_> = compilation.entries().map(|entry| (entry.title.as_str(), entry.title_from)).collect();
    assert_eq!(
        titles,
        [
            ("Our name for it", TitleFrom::List),
            ("Harvested", TitleFrom::Page),
            ("https://example.org/c", TitleFrom::Address),
        ]
    );
    let first = compilation.entries().next().expect("an entry");
    assert_eq!(first.differences, [Difference::Title("Its own name".to_owned())]);
}

#[test]
fn a_subtitle_or_other_case_is_no_difference() {
    let rows = [
        with_metadata(row(&[], "Human rights cities", "https://example.org/a"), |m| {
            m.title = found("HUMAN RIGHTS CITIES: an introduction");
        }),
        ListedResource {
            page_title: Some("Toolkit - Example".to_owned()),
            ..row(&[], "Toolkit!", "https://example.org/b")
        },
    ];
    assert!(compile("", rows).entries().all(|entry| entry.differences.is_empty()));
}

#[test]
fn mentions_of_one_resource_are_grouped_and_none_is_lost() {
    let doi = |row| with_metadata(row, |metadata| metadata.doi = found("10.1000/ABC"));
    let moved = ListedResource {
        state: Some(State::Moved),
        final_url: Some("https://example.org/a".to_owned()),
        suggestions: vec![Suggestion { kind: SuggestionKind::Redirect, url: "https://example.org/a".to_owned() }],
        ..row(&["Two"], "Old address", "http://old.example/a")
    };
    let compilation = compile(
        "",
        [
            row(&["One"], "First", "https://example.org/a"),
            row(&["Two"], "Second", "https://example.org/a"),
            moved,
            doi(row(&["Two"], "Paper", "https://doi.example/1")),
            with_metadata(row(&["Two"], "Same paper", "https://journal.example/1"), |m| m.doi = found("10.1000/abc")),
        ],
    );
    let entries: Vec<_> = compilation.entries().map(|entry| (entry.title.as_str(), entry.also.len())).collect();
    assert_eq!(entries, [("First", 2), ("Paper", 1)]);
    let first = compilation.entries().next().expect("an entry");
    assert_eq!(first.also.iter().map(|mention| mention.same).collect::<Vec<_>>(), [Same::Address, Same::Destination]);
    let references: Vec<_> =
        compilation.sections[1].references.iter().map(|reference| reference.title.as_str()).collect();
    assert_eq!(references, ["Second", "Old address"], "a mention in the same section needs no pointer");
}

#[test]
fn links_that_end_on_one_error_page_stay_apart() {
    let lost = |url: &str| ListedResource {
        state: Some(State::Suspect),
        reason: Some(Reason::RedirectToHome),
        final_url: Some("https://example.org/".to_owned()),
        body_hash: Some(7),
        ..row(&[], url, url)
    };
    assert_eq!(compile("", [lost("https://example.org/a"), lost("https://example.org/b")]).entries().count(), 2);
}

#[test]
fn copies_of_one_document_meet_by_content_and_script_pages_do_not() {
    let copy = |url: &str, reason| ListedResource { reason: Some(reason), body_hash: Some(7), ..row(&[], url, url) };
    let documents =
        [copy("https://a.example/x.pdf", Reason::OkBinary), copy("https://b.example/y.pdf", Reason::OkBinary)];
    assert_eq!(compile("", documents).entries().count(), 1);
    let pages = [copy("https://a.example/1", Reason::OkPlain), copy("https://a.example/2", Reason::OkPlain)];
    assert_eq!(compile("", pages).entries().count(), 2);
}
