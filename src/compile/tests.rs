use super::*;
use crate::model::metadata::{Field, Name};
use crate::model::{Earlier, Edition, ListedResource, Suggestion, SuggestionKind};

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
        suggestions: vec![Suggestion::new(SuggestionKind::Redirect, "https://example.org/a")],
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

fn edition(title: &str, body: u64) -> Option<Edition> {
    Some(Edition { title: Some(title.to_owned()), body: Some(body), ..Edition::default() })
}

/// A resource that was listed and alive before, and is now what `change` makes of it.
fn later(change: impl FnOnce(&mut ListedResource)) -> Vec<Change> {
    let mut row = ListedResource {
        edition: edition("A toolkit", 1),
        earlier: Some(Earlier {
            listed: true,
            state: Some(State::Ok),
            moved_to: None,
            edition: edition("A toolkit", 1),
        }),
        ..row(&[], "Toolkit", "https://example.org/toolkit")
    };
    change(&mut row);
    compile("", [row]).entries().next().expect("an entry").changes.clone()
}

#[test]
fn what_stayed_the_same_is_no_news() {
    assert_eq!(later(|_| {}), []);
    assert_eq!(later(|row| row.earlier = None), [], "a first compilation has nothing to compare with");
    assert_eq!(later(|row| row.edition = edition("A  TOOLKIT.", 2)), [], "punctuation is no new title");
    assert_eq!(later(|row| row.edition = edition("Read otherwise", 1)), [], "the page is the same to the byte");
    assert_eq!(later(|row| row.state = Some(State::Unsure)), [], "a bad day is not the end");
}

#[test]
fn changes_since_the_compilation_before_are_told() {
    let earlier = |row: &mut ListedResource, change: fn(&mut Earlier)| change(row.earlier.as_mut().expect("earlier"));
    assert_eq!(later(|row| earlier(row, |earlier| earlier.listed = false)), [Change::New]);
    assert_eq!(later(|row| row.state = Some(State::Dead)), [Change::Gone]);
    assert_eq!(later(|row| earlier(row, |earlier| earlier.state = Some(State::Dead))), [Change::Back]);
    assert_eq!(
        later(|row| row.edition = edition("A handbook", 2)),
        [Change::Retitled { before: "A toolkit".to_owned(), now: "A handbook".to_owned() }]
    );
    let to = "https://example.org/new".to_owned();
    let moved = |row: &mut ListedResource| {
        row.state = Some(State::Moved);
        row.suggestions = vec![Suggestion::new(SuggestionKind::Redirect, to.clone())];
    };
    assert_eq!(later(moved), [Change::Moved(to.clone())]);
    let known = |row: &mut ListedResource| {
        moved(row);
        row.earlier.as_mut().expect("earlier").moved_to = Some(to.clone());
    };
    assert_eq!(later(known), [], "it had moved there before");
}

#[test]
fn new_versions_are_known_by_their_dates_and_documents_by_their_bytes() {
    let dated = |before: &str, now: &str| {
        later(|row| {
            let date = |text: &str, body| Edition {
                published: Some(text.to_owned()).filter(|text| !text.is_empty()),
                ..edition("A toolkit", body).expect("an edition")
            };
            row.earlier.as_mut().expect("earlier").edition = Some(date(before, 1));
            row.edition = Some(date(now, 2));
        })
    };
    let published =
        |before: &str, now: &str| vec![Change::Edition(Renewal::Published(Some(before.to_owned()), now.to_owned()))];
    assert_eq!(dated("2023", "2025"), published("2023", "2025"));
    assert_eq!(dated("2025-03", "2025-04-01"), published("2025-03", "2025-04-01"));
    assert_eq!(dated("2025", "2025-04-01"), [], "the same date, told closer");
    assert_eq!(dated("2025", "2023"), [], "nothing goes back");
    assert_eq!(dated("", "2023"), [], "a date found is no new version");
    let bytes = |document| {
        later(|row| {
            let seen = |body| Some(Edition { document, ..edition("A toolkit", body).expect("an edition") });
            row.earlier.as_mut().expect("earlier").edition = seen(1);
            row.edition = seen(2);
        })
    };
    assert_eq!(bytes(true), [Change::Edition(Renewal::Bytes)]);
    assert_eq!(bytes(false), [], "pages are put together anew for every reader");
}

#[test]
fn an_address_replaced_by_where_it_led_is_the_same_resource() {
    let unlisted = || Some(Earlier::default());
    let rows = [
        ListedResource { earlier: unlisted(), ..row(&[], "Guide", "https://new.example/guide") },
        ListedResource { earlier: unlisted(), ..row(&[], "Other", "https://other.example/") },
    ];
    let gone = |url: &str, end: Option<&str>| Delisted {
        url: url.to_owned(),
        canonical: url.to_owned(),
        final_url: end.map(str::to_owned),
        ..Delisted::default()
    };
    let delisted = vec![
        gone("http://old.example/guide", Some("https://new.example/guide")),
        gone("https://dropped.example/", None),
    ];
    let at = "2026-11-16T04:00:00Z".parse().expect("a time");
    let compilation = compile("", rows).compared(Since { at, delisted });
    let changes: Vec<_> = compilation.entries().flat_map(|entry| &entry.changes).collect();
    assert_eq!(changes, [&Change::Relinked("http://old.example/guide".to_owned()), &Change::New]);
    let left: Vec<_> = compilation.delisted.iter().map(|gone| gone.url.as_str()).collect();
    assert_eq!(left, ["https://dropped.example/"]);
}

#[test]
fn a_new_mention_of_what_was_listed_is_no_new_resource() {
    let listed = |listed| Some(Earlier { listed, state: Some(State::Ok), ..Earlier::default() });
    let rows = [
        ListedResource {
            final_url: Some("https://a.example/end".to_owned()),
            earlier: listed(false),
            ..row(&[], "New link", "https://a.example/short")
        },
        ListedResource { earlier: listed(true), ..row(&[], "Old link", "https://a.example/end") },
    ];
    let compilation = compile("", rows);
    let entries: Vec<_> = compilation.entries().map(|entry| (entry.title.as_str(), entry.changes.len())).collect();
    assert_eq!(entries, [("New link", 0)]);
}

fn with_columns(row: ListedResource, columns: &[(&str, &str)]) -> ListedResource {
    let fields = columns.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
    ListedResource { fields, ..row }
}

#[test]
fn facts_in_the_lists_own_columns_stand_before_the_pages() {
    let columns = [
        ("Author(s)", "nobody"),
        ("AUTHORS", "Okafor, Ada; City Research, Inc."),
        ("Year", "2021"),
        ("Publisher", "Local Press"),
        ("doi", "https://doi.org/10.5555/abc"),
        ("Type", "report"),
        ("Language", "Spanish and more"),
        ("tags", "cities, rights"),
    ];
    let harvested = with_metadata(row(&[], "A", "https://example.org/a"), |m| {
        m.published = found("2021-05-03");
        m.publisher = found("Somebody else");
        m.kind = found("webpage");
        m.language = found("es");
    });
    let compilation = compile("", [with_columns(harvested, &columns)]);
    let entry = compilation.entries().next().expect("an entry");
    let value = |field: &Option<Field<String>>| field.as_ref().map(|f| (f.value.clone(), f.source.clone()));
    let of_list = |text: &str| Some((text.to_owned(), "list".to_owned()));
    let authors = &entry.metadata.authors.as_ref().expect("authors").value;
    assert_eq!(
        authors.as_slice(),
        [
            Name::Person { family: "Okafor".to_owned(), given: "Ada".to_owned() },
            Name::Literal { literal: "City Research, Inc.".to_owned() },
        ]
    );
    assert_eq!(value(&entry.metadata.publisher), of_list("Local Press"));
    assert_eq!(value(&entry.metadata.doi), of_list("10.5555/abc"));
    assert_eq!(value(&entry.metadata.kind), of_list("report"));
    assert_eq!(
        value(&entry.metadata.published),
        Some(("2021-05-03".to_owned(), "test".to_owned())),
        "closer, not other"
    );
    assert_eq!(value(&entry.metadata.language), Some(("es".to_owned(), "test".to_owned())), "no tag, so not used");
    assert_eq!(entry.metadata.keywords.as_ref().expect("keywords").value, ["cities", "rights"]);
    assert_eq!(entry.differences, [Difference::Fact { what: "publisher", page: "Somebody else".to_owned() }]);
    assert_eq!(entry.fields.len(), columns.len(), "every column is kept as it is");
    let further: Vec<_> = entry.further_columns().map(|(name, _)| name).collect();
    assert_eq!(further, ["Author(s)", "Language", "tags"], "what the citation says is not said again");
}

#[test]
fn editors_of_the_list_are_no_authors_though_the_page_calls_them_so() {
    let person = |family: &str, given: &str| Name::Person { family: family.to_owned(), given: given.to_owned() };
    let columns = [("editor", "Okafor, Ada; Doe, Jane"), ("edition", "2")];
    let read = |author: Name| {
        let harvested = with_metadata(row(&[], "A", "https://example.org/a"), |m| {
            m.authors = Some(Field::new(vec![author], "test"));
        });
        let compilation = compile("", [with_columns(harvested, &columns)]);
        let entry = compilation.entries().next().expect("an entry").clone();
        let names = |field: &Option<Field<Vec<Name>>>| field.as_ref().map(|field| field.value.clone());
        let further: Vec<_> = entry.further_columns().map(|(name, _)| name.to_owned()).collect();
        (names(&entry.metadata.authors), names(&entry.metadata.editors), further)
    };
    let editors = Some(vec![person("Okafor", "Ada"), person("Doe", "Jane")]);
    let called_so = read(Name::Literal { literal: "Ada Okafor".to_owned() });
    assert_eq!(called_so, (None, editors.clone(), vec!["edition".to_owned()]));
    let (authors, edited, further) = read(person("Roe", "John"));
    assert_eq!((authors, edited), (Some(vec![person("Roe", "John")]), editors));
    assert_eq!(further, ["editor", "edition"]);
}

#[test]
fn a_guess_of_the_list_stands_before_the_day_of_the_page_and_is_shown_as_one() {
    let harvested = with_metadata(row(&[], "A", "https://example.org/a"), |m| m.published = found("2024-05-03"));
    let columns = [("Year", "c. 1998"), ("author", "Doe, Jane; others")];
    let compilation = compile("", [with_columns(harvested, &columns)]);
    let entry = compilation.entries().next().expect("an entry");
    assert!(entry.metadata.more_authors && entry.metadata.authors.as_ref().is_some_and(|field| field.value.len() == 1));
    assert_eq!(entry.metadata.published.as_ref().expect("a date").value, "1998~");
    assert_eq!(entry.further_columns().count(), 0, "the citation tells that it is a guess");
}

#[test]
fn columns_of_a_further_mention_are_kept() {
    let rows = [
        with_columns(row(&[], "A", "https://example.org/a"), &[("Audience", "all")]),
        with_columns(row(&["B"], "A again", "https://example.org/a"), &[("Audience", "few"), ("Price", "none")]),
    ];
    let compilation = compile("", rows);
    let entry = compilation.entries().next().expect("an entry");
    let fields: Vec<_> = entry.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(fields, [("Audience", "all"), ("Price", "none")]);
}

#[test]
fn the_title_of_a_page_wins_over_that_of_a_section() {
    let titled = |url: &str, title: &str| {
        with_metadata(row(&["Guides"], "Guides", url), |metadata| metadata.title = found(title))
    };
    let compilation = compile(
        "A list",
        [
            titled("https://example.org/1", "A charter for the city"),
            titled("https://example.org/2", "Guides | The city"),
            row(&["Guides"], "Guides", "https://example.org/3"),
        ],
    );
    let told: Vec<(&str, TitleFrom, usize)> = compilation.sections[0]
        .entries
        .iter()
        .map(|entry| (entry.title.as_str(), entry.title_from, entry.differences.len()))
        .collect();
    assert_eq!(
        told,
        [
            ("A charter for the city", TitleFrom::Page, 0),
            ("Guides", TitleFrom::List, 0),
            ("Guides", TitleFrom::List, 0)
        ]
    );
}
