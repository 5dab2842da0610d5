//! Whatever the bytes are: no panic, no hang, places inside the text, good links still read.

use proptest::prelude::*;
use proptest::sample::select;

use super::pieces::{PIECES, TYPES};
use super::{GUIDE, read_as};
use crate::html::decode;
use crate::model::link::Link;
use crate::seed::{Anchors, Document, Format, SeedError, read};
use url::Url;

fn check(text: &[u8], content_type: &str) {
    let base = Url::parse(GUIDE).expect("a base");
    let place = Url::parse("file:///guide/list.md").expect("a place");
    let document = Document { name: "list", bytes: text, content_type: Some(content_type), ..Document::default() };
    // Notes and the like are entries of their own behind what they stand in; whatever else is in order stays so.
    let in_order = check_document(&Document { base: Some(&base), ..document });
    if matches!(content_type, "text/html" | "text/markdown" | "text/asciidoc" | "text/org") {
        let with_references = check_document(&Document { site: Some(&place), ..document });
        assert!(with_references || !in_order, "references stand where they are written");
    }
    if let Some(anchors) = Anchors::of(&document) {
        anchors.place("x");
    }
}

/// Reads a document; tells whether its links are in the order they are written in.
fn check_document(document: &Document<'_>) -> bool {
    let (text, content_type) = (document.bytes, document.content_type);
    let mut links: Vec<Link> = Vec::new();
    let result = read(document, &mut |link| links.push(link));
    let Ok(reading) = result else { return true };
    assert_eq!(reading.links, links.len());
    let decoded = decode(text, content_type);
    for link in &links {
        let span = link.position.span.clone();
        assert!(span.start <= span.end && decoded.text.get(span.clone()).is_some(), "{span:?} in {:?}", decoded.text);
        assert!(link.position.line >= 1 && link.position.column >= 1);
        let texts = [&link.title, &link.annotation, &link.parent_title];
        for text in texts.into_iter().flatten().chain(link.section.iter()) {
            assert!(!text.contains(['\n', '\u{2029}']) && text.trim() == text, "{text:?}");
        }
    }
    links.is_sorted_by_key(|link| (link.position.line, link.position.column))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_disorder_of_marks_is_read(pieces in prop::collection::vec(select(PIECES), 0..40), kind in select(TYPES)) {
        check(pieces.concat().as_bytes(), kind);
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300), kind in select(TYPES)) {
        check(&bytes, kind);
    }
}

#[test]
fn repeated_marks_cost_no_more_than_their_length() {
    // A reader that looked back or ahead over the whole text for each mark would take minutes here.
    for piece in PIECES {
        let text =
            format!("{}<a href=\"/x\">x</a> [x](/x) [https://x.example.org x]\n", piece.repeat(5_000 / piece.len()));
        for kind in TYPES {
            check(text.as_bytes(), kind);
        }
    }
}

#[test]
fn what_many_addresses_of_a_line_share_is_not_told_for_each() {
    let text = "https://a.example.org/x ".repeat(4_000);
    let (links, _) = read_as(text.as_bytes(), "list.txt", Some("text/plain"), GUIDE);
    assert_eq!(links.len(), 4_000);
    assert!(links.iter().all(|link| link.annotation.is_none()));
}

#[test]
fn lines_of_one_entry_are_told_apart_in_linear_time() {
    let text = format!("<p>{}", "<a href=\"https://a.example.org/x\">thing</a> <b>text</b><br>".repeat(40_000));
    let (links, _) = read_as(text.as_bytes(), "page", Some("text/html"), GUIDE);
    assert_eq!(links.len(), 40_000);
}

#[test]
fn a_row_of_many_cells_is_laid_out_once() {
    let text = format!("|{}[[https://x.example.org][x]]|\n", "a|".repeat(200_000));
    let (links, _) = read_as(text.as_bytes(), "list.org", Some("text/org"), GUIDE);
    assert_eq!(links.len(), 1);
}

#[test]
fn the_end_of_a_link_in_a_wiki_is_looked_for_nearby() {
    for open in ["[https://x.example.org/a ", "[[https://x.example.org/a "] {
        let (links, _) = read_as(open.repeat(40_000).as_bytes(), "p", Some("text/x-wiki"), GUIDE);
        assert_eq!(links[0].href, "https://x.example.org/a");
    }
}

#[test]
fn the_name_of_a_template_behind_an_address_is_looked_for_nearby() {
    let (links, _) = read_as("http://h.example/{{x ".repeat(40_000).as_bytes(), "p", Some("text/x-wiki"), GUIDE);
    assert_eq!(links[0].href, "http://h.example/");
}

#[test]
fn the_end_of_a_bracket_in_an_address_is_looked_for_nearby() {
    for name in ["[a]", "["] {
        let text = format!("http://x.example.org/?{}]=1 x\n", name.repeat(100_000));
        let (links, _) = read_as(text.as_bytes(), "list.txt", Some("text/plain"), GUIDE);
        assert!(links[0].href.starts_with("http://x.example.org/"));
    }
}

#[test]
fn what_names_stand_for_is_read_again_within_bounds() {
    // Each definition uses the next one twice, the last one uses the first, and what a name leads to is long.
    let mut text = format!(".. _n: https://n.example.org/{}\n", "x".repeat(20_000));
    for level in 0..60 {
        let next = (level + 1) % 60;
        text.push_str(&format!(".. |s{level}| replace:: `t <https://t.example.org>`_ |s{next}| |s{next}|\n"));
    }
    text.push_str(&"\n|s0|_ |s0| n_ |s1|\n".repeat(2_000));
    let (links, _) = read_as(text.as_bytes(), "list.rst", Some("text/x-rst"), GUIDE);
    let read: usize = links.iter().map(|link| link.href.len()).sum();
    assert!(!links.is_empty() && read < 20 * text.len() + 100_000, "{read} of {}", text.len());
}

#[test]
fn names_of_asciidoc_that_stand_for_each_other_are_read_within_bounds() {
    let mut text = format!("= T\n:long: https://n.example.org/{}\n", "x".repeat(20_000));
    for level in 0..60 {
        let next = (level + 1) % 60;
        text.push_str(&format!(":s{level}: https://t.example.org[T] {{s{next}}} {{s{next}}}\n"));
    }
    text.push_str(&"\n{s0} {long} {s1} {long}/x[y]\n".repeat(2_000));
    let (links, _) = read_as(text.as_bytes(), "list.adoc", None, GUIDE);
    let read: usize = links.iter().map(|link| link.href.len()).sum();
    assert!(!links.is_empty() && read < 40 * text.len() + 100_000, "{read} of {}", text.len());
}

#[test]
fn a_long_line_of_marks_is_read_once() {
    let marks = [
        "[",
        "[[",
        "*a ",
        "link:",
        "http://a|",
        "{a",
        "a:: ",
        "(((",
        "footnote:[",
        "`",
        "|",
        "- ",
        "[fn:",
        "[[a][",
        "/a ",
        "<<",
        "<http://",
        "*",
        "=",
        "https://a[",
        "image:",
        "pass:",
        "\\",
        "+++",
        "#+begin_a\n",
        ":a:\n",
        "====\n",
        "* a\n",
        "|===\n",
        "a\n--\n",
        "2+|",
        ":PROPERTIES:\n",
        "** a\n",
    ];
    for mark in marks {
        let text = format!("= T\n\n{}\n\nhttps://x.example.org\n", mark.repeat(60_000 / mark.len()));
        for kind in ["text/asciidoc", "text/org"] {
            check(text.as_bytes(), kind);
        }
    }
}

#[test]
fn macros_that_stand_for_each_other_stay_small() {
    // Ten times as much at each level: ten gigabytes at the last one.
    let mut text = "@string{m0 = {0123456789}}\n".to_owned();
    for level in 1..10 {
        let before = format!("m{}", level - 1);
        text.push_str(&format!("@string{{m{level} = {}}}\n", [before.as_str(); 10].join(" # ")));
    }
    for entry in 0..2_000 {
        text.push_str(&format!("@online{{k{entry}, url = {{https://a.example.org/{entry}}}, title = m1 # m9 # m9}}\n"));
    }
    let (links, _) = read_as(text.as_bytes(), "list.bib", Some("text/x-bibtex"), GUIDE);
    assert_eq!(links.len(), 2_000);
    let titles: Vec<&str> = links.iter().filter_map(|link| link.title.as_deref()).collect();
    assert!(titles[0].starts_with(&"0123456789".repeat(10)), "what is small is still put in: {}", titles[0]);
    let read: usize = titles.iter().map(|title| title.len()).sum();
    assert!(read < 20 * text.len() + 100_000, "{read} of {}", text.len());
}

#[test]
fn comments_that_never_close_are_searched_once() {
    let text = "@comment{".repeat(200_000) + "\n@online{k, title = {Kept}, url = {https://a.example.org/x}}\n";
    let (links, _) = read_as(text.as_bytes(), "list.bib", Some("text/x-bibtex"), GUIDE);
    assert_eq!(links[0].title.as_deref(), Some("Kept"));
}

#[test]
fn broken_parts_leave_the_good_links() {
    let (links, reading) = read_as(
        b"<ul><li><a href=\"http://bad host/\">Bad</a></li><li><a href=\"/good\">Good</a></li>",
        "p",
        Some("text/html"),
        GUIDE,
    );
    assert_eq!(links.len(), 2);
    assert!(links[0].url().is_none() && links[1].url().is_some());
    assert_eq!(reading.notices.len(), 1);
    assert_eq!(reading.notices[0].line, Some(1));
    let (links, reading) = read_as(
        b"{\"url\": \"https://a.example.org\"}\n{broken\n{\"url\": \"https://b.example.org\"}\n",
        "p",
        None,
        GUIDE,
    );
    assert_eq!((links.len(), reading.format), (2, Format::Json));
    assert_eq!(reading.notices[0].line, Some(2));
    let (links, reading) = read_as(
        b"* [https://a.example.org A]\n* [https://b.example.org/{{PAGENAME}} B]\n",
        "p",
        Some("text/x-wiki"),
        GUIDE,
    );
    assert_eq!((links.len(), reading.notices.len()), (1, 1));
    assert_eq!(reading.notices[0].line, Some(2));
    assert!(reading.notices[0].message.contains("b.example.org/{{PAGENAME}}"), "{}", reading.notices[0].message);
    let deep = format!("{}<a href=\"/x\">Deep link</a>", "<div><ul><li>".repeat(20_000));
    let (links, reading) = read_as(deep.as_bytes(), "p", Some("text/html"), GUIDE);
    assert_eq!(links.len(), 1);
    assert_eq!(reading.notices.len(), 1);
}

#[test]
fn json_that_is_cut_anywhere_keeps_what_was_whole() {
    let whole = r#"{"links":[{"url":"https://a.example/"}],"note":"x\\y\"z","more":[{"a":["b"]}]}"#;
    let from = whole.find('}').expect("the link ends") + 1;
    for end in from..=whole.len() {
        let (links, _) = read_as(&whole.as_bytes()[..end], "list.json", Some("application/json"), GUIDE);
        let hrefs: Vec<&str> = links.iter().map(|link| link.href.as_str()).collect();
        assert_eq!(hrefs, ["https://a.example/"], "{}", &whole[..end]);
    }
}

#[test]
fn what_is_no_text_is_refused_by_name() {
    let read = |bytes: &[u8]| {
        let document = Document { name: "x.bin", bytes, content_type: None, base: None, site: None };
        read(&document, &mut |_| {}).expect_err("no list").to_string()
    };
    assert!(read(b"").contains("x.bin is empty"));
    assert!(read(b"\x89PNG\r\n\x1a\n").contains("an image"));
    assert!(read(b"ab\0\0\x01\x02cd").contains("binary data"));
    assert!(read(b"\x1F\x8B\x08broken").contains("does not unpack"));
    assert!(matches!(
        super::super::read(
            &Document { name: "x", bytes: b" \n", content_type: None, base: None, site: None },
            &mut |_| {}
        ),
        Err(SeedError::Empty { .. })
    ));
}

#[test]
fn compressed_sitemaps_are_unpacked() {
    use std::io::Write;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(b"<urlset><url><loc>https://a.example.org/</loc></url></urlset>").expect("packs");
    let (links, reading) = read_as(&packer.finish().expect("packs"), "sitemap.xml.gz", Some("application/gzip"), GUIDE);
    assert_eq!((links.len(), reading.format), (1, Format::Sitemap));
}

#[test]
fn relative_links_without_an_address_are_counted() {
    let mut links = Vec::new();
    let document = Document {
        name: "p",
        bytes: b"[x y z](/a) [b c d](https://b.example.org) [e f g](//c.example.org/x)",
        content_type: Some("text/markdown"),
        base: None,
        site: None,
    };
    let reading = read(&document, &mut |link| links.push(link.url().map(Url::to_string))).expect("a list");
    // Only its scheme is missing where the host is named.
    let found: Vec<_> = links.into_iter().flatten().collect();
    assert_eq!(found, ["https://b.example.org/", "https://c.example.org/x"]);
    assert!(reading.notices[0].message.contains("a relative address is left out"));
}
