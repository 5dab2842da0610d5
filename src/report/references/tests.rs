//! Entries of a compilation as reference managers get them.

use super::*;
use crate::compile::compile;
use crate::model::{ListedResource, Metadata};

fn found(value: &str, source: &str) -> Option<Field<String>> {
    Some(Field::new(value.to_owned(), source))
}

/// A live page with such metadata.
fn page(title: &str, metadata: Metadata) -> ListedResource {
    ListedResource {
        seed: "list.md".to_owned(),
        url: "https://pub.example/a".to_owned(),
        canonical: "https://pub.example/a".to_owned(),
        title: Some(title.to_owned()),
        state: Some(State::Ok),
        reason: Some(Reason::OkPlain),
        metadata: Some(metadata),
        ..ListedResource::default()
    }
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
