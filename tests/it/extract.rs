//! `perennial extract`.

use serde_json::{Value, json};

use crate::house::{outcome, perennial};

const PAGE: &str = "<!doctype html><html lang=en><head><title>Water for all | The Rivertown Courier</title>
<meta property=og:site_name content='The Rivertown Courier'><meta name=author content=admin>
<link rel=canonical href=/water><script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"Water for all\",
\"author\":{\"@type\":\"Person\",\"name\":\"Mara Lindqvist\"},\"datePublished\":\"2024-05-01T09:00:00+02:00\"}</script>
<body><h1>Water for all</h1><p>Text";

fn extract(arguments: &[&str], page: &str) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("page.html");
    std::fs::write(&file, page).expect("written");
    let (code, out, err) = outcome(perennial().arg("extract").args(arguments).arg(&file));
    assert_eq!((code, err.as_str()), (0, ""));
    serde_json::from_str(&out).expect("JSON")
}

#[test]
fn a_saved_page_gives_one_record_with_its_provenance() {
    let read = extract(&["--url", "https://www.example.org/news/water?from=feed"], PAGE);
    assert_eq!(read["title"], "Water for all");
    assert_eq!(read["authors"], json!(["Mara Lindqvist"]));
    assert_eq!(read["site_name"], "The Rivertown Courier");
    assert_eq!(read["published"], "2024-05-01");
    assert_eq!(read["type"], "article-newspaper");
    assert_eq!(read["language"], "en");
    assert_eq!(read["canonical_url"], "https://www.example.org/water");
    for absent in ["publisher", "modified", "licence", "doi", "isbn", "image"] {
        assert_eq!(read.get(absent), Some(&Value::Null), "{absent}");
    }
    assert_eq!(read["provenance"]["title"]["source"], "h1");
    // Linked data says the same as the heading.
    assert_eq!(read["provenance"]["title"]["confidence"], "high");
    assert_eq!(read["provenance"]["doi"], Value::Null);
    assert_eq!(read["provenance"]["authors"]["losers"], json!([{"source": "author", "raw": "admin"}]));
}

#[test]
fn without_an_address_nothing_is_made_of_the_file_name() {
    let read = extract(&[], PAGE);
    assert_eq!((read["title"].as_str(), read["canonical_url"].as_str()), (Some("Water for all"), None));
    let read = extract(&["--content-type", "text/plain"], "only words");
    assert_eq!(read["site_name"], Value::Null);
}

#[test]
fn a_missing_file_is_told() {
    let (code, out, err) = outcome(perennial().args(["extract", "no-such-page.html"]));
    assert_eq!((code, out.as_str()), (4, ""));
    assert!(err.contains("cannot read no-such-page.html"), "{err}");
}
