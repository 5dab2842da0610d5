//! Entries of a compilation as reference managers get them.

use super::*;
use crate::compile::compile;
use crate::model::{ListedResource, Metadata};

fn found(value: &str, source: &str) -> Option<Field<String>> {
    Some(Field::new(value.to_owned(), source))
}

/// A live page.
fn page_of(title: &str, url: &str) -> ListedResource {
    ListedResource {
        seed: "list.md".to_owned(),
        url: url.to_owned(),
        canonical: url.to_owned(),
        title: Some(title.to_owned()),
        state: Some(State::Ok),
        reason: Some(Reason::OkPlain),
        ..ListedResource::default()
    }
}

/// A live page with such metadata.
fn page(title: &str, metadata: Metadata) -> ListedResource {
    ListedResource { metadata: Some(metadata), ..page_of(title, "https://pub.example/a") }
}

/// The only citation of a list with one resource.
fn cited(row: ListedResource) -> Citation {
    let compilation = compile("A list", [row]);
    let mut all = citations(&compilation);
    let one = all.next().expect("a citation");
    assert!(all.next().is_none());
    one
}

#[test]
fn a_site_is_what_its_pages_appeared_in_and_no_book() {
    let placed = |kind: &str, site: (&str, &str), publisher: Option<&str>| {
        let citation = cited(page(
            "A work",
            Metadata {
                kind: found(kind, "json-ld"),
                site_name: found(site.0, site.1),
                publisher: publisher.and_then(|name| found(name, "json-ld publisher")),
                ..Metadata::default()
            },
        ));
        (citation.container, citation.publisher)
    };
    let some = |text: &str| Some(text.to_owned());
    let (declared, host) = (("The Press", "json-ld publisher"), ("pub.example", "address"));
    for kind in ["book", "thesis", "report", "chapter", "legislation", "dataset", "software"] {
        assert_eq!(placed(kind, declared, Some("The Press")), (None, some("The Press")), "{kind}");
        assert_eq!(placed(kind, host, Some("The Press")), (None, some("The Press")), "{kind}");
    }
    assert_eq!(placed("motion_picture", host, None), (None, None));
    assert_eq!(placed("motion_picture", ("Film House", "og:site_name"), None), (some("Film House"), None));
    assert_eq!(placed("article-newspaper", declared, Some("The Press")), (some("The Press"), None));
    assert_eq!(placed("webpage", host, Some("The Press")), (some("pub.example"), some("The Press")));
}

#[test]
fn words_that_are_no_title_give_way_to_what_the_page_surely_calls_itself() {
    let titles = |listed: &str, url: &str, (page, source): (&str, &str), head: &str, column: Option<&str>| {
        let mut row = page_of(listed, url);
        row.fields = column.map(|name| (name.to_owned(), "2021".to_owned())).into_iter().collect();
        row.metadata = Some(Metadata { title: found(page, source), ..Metadata::default() });
        row.page_title = Some(head.to_owned());
        let citation = cited(row);
        (citation.title, citation.page_title)
    };
    let (inner, front) = ("https://pub.example/a", "https://pub.example/");
    let handbook = ("Handbook of Human Rights Cities", "citation_title");
    let heading = ("Handbook of Human Rights Cities", "h1");
    let head = "Handbook of Human Rights Cities | Pub";
    let (page, kept) = ((handbook.0.to_owned(), None), |title: &str| (title.to_owned(), None));
    assert_eq!(titles("full report", inner, handbook, "", None), page);
    assert_eq!(titles("Handbook", inner, handbook, "", None), page);
    assert_eq!(titles("Read what they did there", inner, handbook, "", None), page);
    assert_eq!(titles("full report", inner, heading, head, None), page);
    assert_eq!(titles("full report", inner, heading, "Pub", None), kept("full report"), "said once");
    assert_eq!(titles("full report", inner, ("News of Pub", "title"), "News of Pub", None), kept("full report"));
    assert_eq!(titles("Pub", front, heading, head, None), kept("Pub"), "what is on the front is not its name");
    assert_eq!(titles("Handbook", inner, heading, head, None), kept("Handbook"), "its beginning");
    assert_eq!(titles("full report", inner, handbook, "", Some("year")), kept("full report"), "a record");
    assert_eq!(
        titles("Becoming a human rights city", inner, handbook, "", None),
        ("Becoming a human rights city".to_owned(), Some(handbook.0.to_owned()))
    );
}

#[test]
fn a_first_paragraph_is_no_abstract() {
    let summary = |source: &str| {
        cited(page("A work", Metadata { description: found("What cities do.", source), ..Metadata::default() })).summary
    };
    assert_eq!(summary("first paragraph"), None);
    assert_eq!(summary("og:description").as_deref(), Some("What cities do."));
}
