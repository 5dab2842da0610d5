//! Compilations of nested sections and of several lists.

use super::super::sample;
use super::*;
use crate::compile::compile;
use crate::model::ListedResource;

fn row(seed: &str, section: &[&str], title: &str, url: &str) -> ListedResource {
    ListedResource {
        seed: seed.to_owned(),
        line: 1,
        url: url.to_owned(),
        canonical: url.to_owned(),
        title: Some(title.to_owned()),
        section: section.iter().map(|&heading| heading.to_owned()).collect(),
        checked: Some(sample::at("2026-11-23T04:17:30Z")),
        ..ListedResource::default()
    }
}

/// Two lists with a section of the same name, one of them below headings without entries of their own.
fn two_lists() -> Compilation {
    let rows = [
        row("town.md", &["Tools"], "Charter", "https://one.example/charter"),
        row("town.md", &["Reading", "Books", "Old"], "Almanac", "https://one.example/almanac"),
        row("port.md", &["Tools"], "Tide tables", "https://one.example/tides"),
        row("port.md", &["Tools"], "The charter", "https://one.example/charter"),
        row("port.md", &["Tools"], "Almanac", "https://one.example/almanac"),
    ];
    compile("Two lists", rows)
}

/// What stands in a page at the depth of each section: its heading, with the element it has.
fn headings(page: &str) -> Vec<String> {
    let plain =
        |text: &str| text.replace("<bdi>", "").replace("</bdi>", "").replace("<code>", "").replace("</code>", "");
    let headings = page.lines().filter(|line| line.starts_with("<h") && line.contains("</h"));
    headings.map(|line| plain(&line[1..line.rfind("</h").unwrap_or(line.len())])).skip(1).collect()
}

#[test]
fn sections_stand_below_their_parents_and_lists_apart() {
    let lists = two_lists();
    let page = printed(|out| compilation_html::write(&lists, out));
    assert_eq!(
        headings(&page),
        ["h2>From town.md", "h3>Tools", "h3>Reading", "h4>Books", "h5>Old", "h2>From port.md", "h3>Tools"]
    );
    assert_eq!(page.matches("<section").count(), page.matches("</section>").count());
    assert!(page.contains(r#"data-section="town.md › Tools""#) && page.contains(r#"data-section="port.md › Tools""#));
}

#[test]
fn what_stands_in_another_list_is_pointed_to_there() {
    let lists = two_lists();
    let page = printed(|out| compilation_html::write(&lists, out));
    let to = |entry: &str| {
        let line = page.lines().find(|line| line.contains(entry) && line.contains(": see ")).expect("a pointer");
        let from = line.find("href=\"#").expect("a place") + 7;
        let place = line[from..].split('"').next().expect("an id").to_owned();
        let article = page.split("<article ").find(|article| article.contains(&format!("id=\"{place}\"")));
        (article.expect("an entry").to_owned(), line.to_owned())
    };
    let (entry, line) = to("The charter");
    assert!(
        entry.contains(">Charter<") && line.contains("“Charter” under Tools</bdi></a> in <code>town.md<"),
        "{line}"
    );
    let (entry, line) = to("Almanac");
    assert!(entry.contains(">Almanac<") && line.contains(">under Reading › Books › Old<"), "{line}");
    let text = printed(|out| compilation_markdown::write(&lists, out));
    assert!(text.contains("see \"Charter\" under Tools in `town.md`\n"), "{text}");
    assert!(text.contains("see under Reading › Books › Old in `town.md`\n"), "{text}");
}

#[test]
fn what_is_mentioned_again_is_not_told_to_be_listed_as_itself() {
    let again = |url: &str, annotation: Option<&str>| ListedResource {
        annotation: annotation.map(str::to_owned),
        ..row("town.md", &["Tools"], "Charter", url)
    };
    let told = |second: ListedResource| {
        let lists = compile("", [again("https://one.example/charter", Some("In force.")), second]);
        [printed(|out| compilation_markdown::write(&lists, out)), printed(|out| compilation_html::write(&lists, out))]
    };
    for text in told(again("https://one.example/charter", None)) {
        assert!(!text.contains("isted as") && !text.contains("isted again"), "{text}");
    }
    for text in told(again("https://one.example/charter", Some("For visitors."))) {
        assert!(text.contains("Listed again: For visitors.") && !text.contains("isted as"), "{text}");
    }
    for text in told(again("https://one.example/charter#text", None)) {
        assert!(text.contains("Also listed at ") && text.contains("charter#text"), "{text}");
    }
}

#[test]
fn what_is_no_address_leads_nowhere() {
    let (state, reason) = (Some(State::Dead), Some(Reason::UrlInvalid));
    let lists = compile("", [ListedResource { state, reason, ..row("town.md", &[], "Draft", "http://a b.example/x") }]);
    let page = printed(|out| compilation_html::write(&lists, out));
    assert!(page.contains("<bdi>Draft</bdi> <code>http://a b.example/x</code>"), "{page}");
    let text = printed(|out| compilation_markdown::write(&lists, out));
    assert!(text.contains("- Draft `http://a b.example/x`."), "{text}");
}
