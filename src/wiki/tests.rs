use url::Url;

use super::*;
use crate::model::link::{Link, Position, Target};

fn at(text: &str) -> Url {
    Url::parse(text).expect("an address")
}

#[test]
fn three_generations_answer_alike() {
    let old = r#"{"query":{"normalized":[{"from":"a_b","to":"A b"}],"pages":{"7":{"pageid":7,"ns":0,"title":"A b",
        "revisions":[{"revid":5,"timestamp":"2011-01-01T00:00:00Z","*":"* [http://x.test X]"}]},
        "-1":{"ns":0,"title":"Gone","missing":""}}},"query-continue":{"links":{"plcontinue":"7|0|C"}}}"#;
    let middle = r#"{"batchcomplete":true,"query":{"normalized":[{"fromencoded":false,"from":"a_b","to":"A b"}],
        "pages":[{"pageid":7,"ns":0,"title":"A b","revisions":[{"revid":5,"contentformat":"text/x-wiki",
        "contentmodel":"wikitext","content":"* [http://x.test X]"}]},{"ns":0,"title":"Gone","missing":true}]},
        "continue":{"plcontinue":"7|0|C"}}"#;
    let new = r#"{"query":{"normalized":[{"fromencoded":false,"from":"a_b","to":"A b"}],
        "pages":[{"pageid":7,"ns":0,"title":"A b","revisions":[{"revid":5,"slots":{"main":{"contentmodel":"wikitext",
        "contentformat":"text/x-wiki","content":"* [http://x.test X]"}}}]},{"ns":0,"title":"Gone","missing":true}]},
        "continue":{"plcontinue":"7|0|C"}}"#;
    let answers = [old, middle, new].map(|text| read(text.as_bytes()).expect("an answer"));
    for answer in &answers {
        let page = answer.pages.iter().find(|page| page.title == "A b").expect("the page");
        assert_eq!(page.text, Some(Text { content: "* [http://x.test X]".to_owned(), revision: Some(5) }));
        assert!(answer.pages.iter().any(|page| page.title == "Gone" && page.text.is_none()));
        assert_eq!(answer.renamed, [("a_b".to_owned(), "A b".to_owned())]);
        assert_eq!(answer.more, [("plcontinue".to_owned(), "7|0|C".to_owned())]);
    }
}

#[test]
fn what_is_no_answer_is_told_apart() {
    let later = read(br#"{"error":{"code":"maxlag","info":"Waiting for a copy: 7 seconds lagged"}}"#);
    assert!(matches!(later, Err(Trouble::Later(why)) if why.contains("7 seconds")));
    let refused = read(br#"{"error":{"code":"readapidenied","info":"You need read permission"}}"#);
    assert_eq!(refused, Err(Trouble::Refused("You need read permission".to_owned())));
    for body in [&b"<html>MediaWiki API is not enabled"[..], b"", b"[1]", b"{\"other\":1}", b"\xFF"] {
        assert_eq!(read(body), Err(Trouble::Foreign));
    }
    // Old wikis leave out an empty list.
    assert_eq!(read(b"[]"), Err(Trouble::Foreign));
    assert_eq!(read(br#"{"query":[]}"#), Ok(Answer::default()));
}

#[test]
fn a_page_tells_where_its_wiki_is_asked() {
    let page = at("https://w.test/wiki/A_b");
    let told =
        "<link rel=\"EditURI\" href=\"//w.test/core/api.php?action=rsd\"><script>{\"wgPageName\":\"A_b\\u00e9\"}";
    let found = clue(told, &page).expect("a wiki");
    assert_eq!((found.title.as_str(), found.folders), ("A_bé", vec![at("https://w.test/core/")]));
    let old =
        "<meta name=\"generator\" content=\"MediaWiki 1.16.5\"><script>var wgScriptPath=\"/w\", wgPageName=\"Old\";";
    let found = clue(old, &page).expect("a wiki");
    assert_eq!((found.title.as_str(), found.folders), ("Old", vec![at("https://w.test/w/")]));
    let bare = "<body class=\"mediawiki ltr\"><p>Text</p>";
    let found = clue(bare, &page).expect("a wiki");
    assert_eq!((found.title.as_str(), found.folders.len()), ("A_b", 4));
    // A page elsewhere has no say in where this wiki is.
    let foreign = "<body class=mediawiki><link rel=EditURI href=\"https://evil.test/api.php?action=rsd\">";
    assert!(clue(foreign, &page).expect("a wiki").folders.iter().all(|folder| folder.host_str() == Some("w.test")));
    assert_eq!(clue("<p>A wiki in name only", &page), None);
}

#[test]
fn questions_fit_and_are_spelled_for_every_generation() {
    let api = Api::new(at("https://w.test/w/"));
    let titles: Vec<String> = (0..100).map(|number| format!("Über {number} {}", "é".repeat(40))).collect();
    let fit = api.fit(&titles);
    assert!((1..=20).contains(&fit), "{fit}");
    let url = api.texts(&titles[..fit], true);
    assert!(url.as_str().len() < 4_200, "{}", url.as_str().len());
    let has = |name: &str, value: &str| url.query_pairs().any(|(n, v)| n == name && v == value);
    assert!(has("formatversion", "2") && has("maxlag", "5") && has("rvslots", "main") && has("meta", "siteinfo"));
    assert_eq!(api.fit(&["x".repeat(9_000)]), 1);
    assert_eq!(page_address("/wiki/$1", "a b", &at("https://w.test/x")), Some(at("https://w.test/wiki/A_b")));
    assert_eq!(api.rest("a/b").map(String::from), Some("https://w.test/w/rest.php/v1/page/A%2Fb".to_owned()));
}

fn link(address: &str, title: &str, at: usize, line: usize) -> Link {
    Link {
        href: address.to_owned(),
        target: Target::Valid(Url::parse(address).expect("an address")),
        title: Some(title.to_owned()),
        annotation: None,
        section: std::sync::Arc::from(Vec::new()),
        parent_title: None,
        position: Position { line, column: 1, span: at..at + 5 },
        fields: Vec::new(),
        left_out: None,
    }
}

#[test]
fn pairs_stand_where_they_are_written_and_say_what_is_shown() {
    let text = "* [http://a.test A]\n* {{resource|b}}\n* [http://c.test/é C]\n* [http://d.test D]\n";
    let place = |word: &str| text.find(word).expect("there");
    let written = vec![
        link("http://a.test", "A", place("http://a"), 1),
        link("http://c.test/é", "C", place("http://c"), 3),
        link("http://d.test", "D", place("http://d"), 4),
    ];
    let shown = vec![
        link("https://a.test", "A as shown", 0, 50),
        link("http://b.test", "B", 0, 51),
        link("http://c.test/%C3%A9", "C", 0, 52),
    ];
    let paired = pair(shown, written, text);
    let told: Vec<(&str, Option<&str>, usize)> =
        paired.links.iter().map(|link| (link.href.as_str(), link.title.as_deref(), link.position.line)).collect();
    assert_eq!(
        told,
        [
            ("http://a.test", Some("A as shown"), 1),
            ("http://b.test", Some("B"), 2),
            ("http://c.test/é", Some("C"), 3),
            ("http://d.test", Some("D"), 4)
        ]
    );
    assert_eq!((paired.made, paired.hidden), (1, vec![(4, "http://d.test".to_owned())]));
    assert_eq!(paired.links[1].position.span.start, place("{{resource"));
}

#[test]
fn links_to_pages_that_nobody_has_written_are_known() {
    let html = "<a href=\"/index.php?title=Red_page&amp;action=edit&amp;redlink=1\" class=\"new\">Red page</a>
        <a href=\"/w/index.php?title=Project:%C3%89t%C3%A9&amp;action=edit\" class=\"new external\">Old</a>
        <a href=\"./Sub?action=edit&amp;redlink=1\">Sub</a><a href=\"/index.php?title=Here&amp;action=edit\">Edit</a>";
    let red = RedLinks::on(html, &at("https://w.test/wiki/A_b"));
    for (address, is_red) in [
        ("https://w.test/wiki/Red_page#Part", true),
        ("https://w.test/index.php?title=Red_page", true),
        ("https://w.test/wiki/Project:%C3%A9t%C3%A9", true),
        ("https://w.test/wiki/Sub", true),
        ("https://w.test/wiki/Here", false),
        ("https://other.test/wiki/Red_page", false),
        ("https://w.test/", false),
    ] {
        assert_eq!(red.hold(&link(address, "A", 0, 1)), is_red, "{address}");
    }
}

#[test]
fn a_citation_with_a_copy_is_one_link_and_keeps_its_title() {
    let text = "* {{cite web|url=http://a.test/x|title=A thing|archive-url=https://archive.test/web/2010/http://a.test/x}}\n\
        * {{cite web|url=http://b.test/x|title=B thing|url-status=live}}\n* {{row|c}}\n";
    let place = |word: &str| text.find(word).expect("there");
    let written = vec![
        link("http://a.test/x", "A thing", place("http://a"), 1),
        link("http://b.test/x", "B thing", place("http://b"), 2),
    ];
    let shown = vec![
        link("https://archive.test/web/2010/http://a.test/x", "\"A thing\"", 0, 50),
        link("http://a.test/x", "the original", 0, 50),
        link("http://b.test/x", "\"B thing\"", 0, 51),
        link("https://archive.test/web/2010/http://b.test/x", "Archived", 0, 51),
        link("https://archive.test/web/2010/http://c.test/x", "C thing", 0, 52),
    ];
    let paired = pair(shown, written, text);
    let told: Vec<(&str, Option<&str>)> =
        paired.links.iter().map(|link| (link.href.as_str(), link.title.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("http://a.test/x", Some("A thing")),
            ("http://b.test/x", Some("\"B thing\"")),
            ("https://archive.test/web/2010/http://c.test/x", Some("C thing"))
        ]
    );
    assert_eq!((paired.made, paired.hidden), (1, Vec::new()));
}

#[test]
fn where_a_prefix_leads_is_told_by_the_page_as_it_is_shown() {
    let text = "* [[doi:10.1000/182]]\n* [[wikipedia:Human rights city|Cities]]\n* [[doi:10.1000/999]]\n";
    let page = |name: &str, address: &str, title: &str, line: usize| {
        let at = text.find(name).expect("there");
        let mut page = link(address, title, at, line);
        page.href = name.to_owned();
        page.position.span = at..at + name.len();
        page
    };
    let written = vec![
        page("doi:10.1000/182", "http://w.test/wiki/Doi:10.1000/182", "doi:10.1000/182", 1),
        page("wikipedia:Human rights city", "https://en.wikipedia.org/wiki/Human_rights_city", "Cities", 2),
        page("doi:10.1000/999", "http://w.test/wiki/Doi:10.1000/999", "doi:10.1000/999", 3),
    ];
    let shown = vec![
        link("http://doi.test/10.1000/182", "doi:10.1000/182", 0, 50),
        link("http://de.wiki.test/wiki/Human_rights_city", "Cities", 0, 51),
    ];
    let paired = pair(shown, written, text);
    let told: Vec<(&str, Option<&str>, usize)> =
        paired.links.iter().map(|link| (link.href.as_str(), link.url().map(Url::as_str), link.position.line)).collect();
    assert_eq!(
        told,
        [
            ("doi:10.1000/182", Some("http://doi.test/10.1000/182"), 1),
            ("wikipedia:Human rights city", Some("http://de.wiki.test/wiki/Human_rights_city"), 2),
            ("doi:10.1000/999", Some("http://w.test/wiki/Doi:10.1000/999"), 3)
        ]
    );
    assert_eq!((paired.made, paired.hidden), (0, vec![(3, "doi:10.1000/999".to_owned())]));
}

#[test]
fn pages_that_explain_a_maintenance_template_are_no_resources() {
    let text = "* [http://a.test A] {{dead link|date=May 2020}}\n* {{resource|b}} {{dead link}}\n";
    let written = vec![link("http://a.test", "A", text.find("http://a").expect("there"), 1)];
    let chrome = || link("http://w.test/wiki/Wikipedia:Link_rot", "permanent dead link", 0, 50);
    let before = &text[..text.find("* {{resource").expect("there")];
    let shown = || vec![link("http://a.test", "A", 0, 50), chrome()];
    let told = |paired: Paired| paired.links.into_iter().map(|link| link.href).collect::<Vec<_>>();
    assert_eq!(told(pair(shown(), written.clone(), before)), ["http://a.test"]);
    // Where another template stands as well, the page may be what that lists.
    assert_eq!(told(pair(shown(), written, text)), ["http://a.test", "http://w.test/wiki/Wikipedia:Link_rot"]);
}
