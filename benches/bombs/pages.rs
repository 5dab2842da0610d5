//! The bombs themselves.

use std::fmt::Write;

use serde_json::{Value, json};

/// A web and a list that are to cost too much.
pub struct Bomb {
    pub name: &'static str,
    /// The one scenario that is played.
    pub web: Value,
    /// Name and content of the list.
    pub list: (&'static str, String),
    /// Whether its links are asked for; if not, reading the list is what is measured.
    pub asked: bool,
    pub most_megabytes: f64,
    pub most_seconds: f64,
}

/// What a page may cost: see the section on resource bombs in the description of the crawl.
const PAGE: (f64, f64) = (150.0, 2.0);
/// What a list of 50 MB may cost.
const LIST: (f64, f64) = (400.0, 20.0);

/// Every bomb in the order of the table.
pub fn all() -> Vec<Bomb> {
    let html = |body: String| json!({"host": "bomb.test", "path": "/page", "headers": {"Content-Type": "text/html"}, "body": body});
    let with = |mut route: Value, key: &str, value: Value| {
        route[key] = value;
        route
    };
    let attributes: String = (0..60_000).fold(String::new(), |mut text, number| {
        let _ = write!(text, " a{number}=\"{number}\"");
        text
    });
    let anchors: String = (0..1_000_000).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "<a href=\"/{number}\">{number}</a>");
        text
    });
    let rules: String = (0..100_000).fold("User-agent: *\n".to_owned(), |mut text, number| {
        let _ = writeln!(text, "Disallow: /private/{number}/*/x");
        text
    });
    let robots = |rules: &str| json!({"host": "bomb.test", "path": "/robots.txt", "headers": {"Content-Type": "text/plain"}, "body": rules});
    let stars = format!("User-agent: *\n{}", format!("Disallow: /{}b\n", "*a".repeat(800)).repeat(200));
    let plain = || html("<title>A page</title><p>Words.".to_owned());
    let many_a = format!("http://bomb.test/{}\n", "a".repeat(1_800));
    let deep = 100_000;
    let nested_json =
        format!("<script type=\"application/ld+json\">{}</script><title>Deep</title>", "[".repeat(400_000));
    let nested_items = "<div itemscope itemtype=\"https://schema.org/Article\" itemprop=\"x\">".repeat(6_000);
    let entities = format!("<title>{}</title>", "&amp;&#x41;&notanentity".repeat(30_000));
    vec![
        page(
            "a body that never ends",
            vec![with(html("<p>and on and on ".repeat(4_000)), "behaviour", json!("infinite-body"))],
        ),
        page(
            "a gibibyte of zeros in gzip",
            vec![with(html("<title>Boom</title>".to_owned()), "behaviour", json!("gzip-bomb"))],
        ),
        page("400 KB of nested tags", vec![html("<div>".repeat(80_000))]),
        page("2 MB of nested inline tags", vec![html("<b><i>".repeat(330_000))]),
        page("a tag with 60,000 attributes", vec![html(format!("<p{attributes}>Text</p>"))]),
        page("a page of a million links", vec![html(anchors)]),
        page("unclosed comments and tags", vec![html("<!-- <a <".repeat(200_000))]),
        page("a title of character references", vec![html(entities)]),
        page("JSON-LD 400,000 levels deep", vec![html(nested_json)]),
        page("items nested 6,000 deep", vec![html(nested_items)]),
        page("robots.txt of 100,000 rules", vec![robots(&rules), plain()]),
        page_at("robots.txt of hostile patterns", vec![robots(&stars), plain()], many_a),
        list("a list of 50 MB, 700,000 links", ("list.md", million())),
        list("a list of 50 MB without links", ("list.md", words())),
        list("a list of nested quotes", ("list.md", format!("{}[A](http://a.test/)\n", ">".repeat(deep)))),
        list("a list of open brackets", ("list.md", format!("{}\n\n[A](http://a.test/)\n", "[".repeat(deep)))),
        list(
            "a list of nested elements",
            ("list.html", format!("{}<a href=\"http://a.test/\">A</a>", "<ul><li>".repeat(deep))),
        ),
    ]
}

fn page(name: &'static str, server: Vec<Value>) -> Bomb {
    page_at(name, server, "http://bomb.test/page\n".to_owned())
}

fn page_at(name: &'static str, server: Vec<Value>, list: String) -> Bomb {
    let web = json!({"id": "bomb", "server": server});
    Bomb { name, web, list: ("list.txt", list), asked: true, most_megabytes: PAGE.0, most_seconds: PAGE.1 }
}

fn list(name: &'static str, list: (&'static str, String)) -> Bomb {
    let web = json!({"id": "nothing", "server": [{"host": "a.test", "path": "/"}]});
    Bomb { name, web, list, asked: false, most_megabytes: LIST.0, most_seconds: LIST.1 }
}

fn million() -> String {
    (0..700_000).fold(String::new(), |mut text, number| {
        let _ = writeln!(
            text,
            "- [Report {number}](http://h{}.test/{number}) on water and roads, of the year",
            number % 5_000
        );
        text
    })
}

/// Words, and one link so that there is something to report.
fn words() -> String {
    format!(
        "[A](http://a.test/)\n\n{}",
        "The committee met in spring, read the figures and asked for better ones.\n\n".repeat(690_000)
    )
}
