//! A compilation of the worst titles in every form, read back by readers that know nothing of how it was written.

use std::io;

use proptest::prelude::*;
use serde_json::Value;

use super::escape::plain;
use super::{changes, compilation_csv, compilation_html, compilation_markdown, datapackage, references, sample};
use crate::cite::Format;
use crate::compile::{Change, Compilation, compile};
use crate::model::{ListedResource, Reason, State};
use crate::seed;

fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[-a-zA-Z0-9 {}\\\\#$%&_~^\"'|\\[\\]<>=@,;:.()/!*+`é日ع👍]{1,40}",
        1 => "[=+@-]{1,2}[A-Z]{1,5}\\([0-9]{1,3}\\)",
        1 => Just("</title><script>alert(1)</script><a href=\"https://evil.test\">".to_owned()),
        1 => Just("![x](https://evil.test) [y](javascript:alert(1)) <https://evil.test>".to_owned()),
        1 => Just("}}{{delete}}[[File:x.png]] '''b''' == h ==".to_owned()),
        1 => Just("\u{202e}txet\u{202c} كيف تصبح المدينة\u{200b}".to_owned()),
        1 => Just("1. a list\n# a heading\n\n---\r\n| a | table |\u{7}".to_owned()),
    ]
    .prop_filter("a title has text", |text| plain(text).chars().any(char::is_alphanumeric))
}

fn compilation(title: &str) -> Compilation {
    let row = |title: &str, url: &str| ListedResource {
        seed: "list.md".to_owned(),
        line: 1,
        url: url.to_owned(),
        canonical: url.to_owned(),
        title: Some(title.to_owned()),
        annotation: Some(title.to_owned()),
        fields: vec![("Audience".to_owned(), title.to_owned())],
        state: Some(State::Ok),
        reason: Some(Reason::OkPlain),
        ..ListedResource::default()
    };
    let rows = [row(title, "https://example.org/worst"), row("Neighbour", "https://example.org/neighbour")];
    let mut compilation = compile(title, rows);
    let change = Change::Retitled { before: title.to_owned(), now: title.to_owned() };
    compilation.sections[0].entries[0].changes = vec![change];
    compilation.since = Some(sample::at("2026-11-16T04:17:00Z"));
    compilation
}

fn written(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("memory takes it");
    String::from_utf8(bytes).expect("UTF-8")
}

/// The links of a Markdown text, by destination and text.
fn markdown_links(text: &str) -> Vec<(String, String)> {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
    let mut links = Vec::new();
    let mut open: Option<(String, String)> = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => open = Some((dest_url.into_string(), String::new())),
            Event::End(TagEnd::Link) => links.extend(open.take()),
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, label)) = &mut open {
                    label.push_str(&text);
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => panic!("markup: {html}"),
            _ => {}
        }
    }
    links
}

/// The texts of a page's paragraphs of a class, badges left out.
fn paragraphs(html: &str, class: &str) -> Vec<String> {
    use html5gum::{Token, Tokenizer};
    let (mut texts, mut inside, mut badge) = (Vec::<String>::new(), false, false);
    for token in Tokenizer::new(html).flatten() {
        match token {
            Token::StartTag(tag) => {
                let is = |wanted: &[u8]| {
                    tag.attributes.iter().any(|(name, value)| name.as_slice() == b"class" && value.as_slice() == wanted)
                };
                if tag.name.as_slice() == b"p" && is(class.as_bytes()) {
                    inside = true;
                    texts.push(String::new());
                }
                badge |= is(b"badge");
            }
            Token::EndTag(tag) => {
                inside &= tag.name.as_slice() != b"p";
                badge &= tag.name.as_slice() != b"span";
            }
            Token::String(text) => {
                if let Some(last) = texts.last_mut().filter(|_| inside && !badge) {
                    last.push_str(std::str::from_utf8(&text).expect("UTF-8"));
                }
            }
            _ => {}
        }
    }
    texts.iter().map(|text| text.trim().to_owned()).collect()
}

/// A cell as it was before the guard against formulas.
fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| super::escape::csv_cell(rest) == cell).unwrap_or(cell)
}

/// What the profile of data packages and the table schema ask for, for the properties that are written.
fn breaks_the_profile(package: &Value) -> Option<String> {
    const TYPES: &[&str] = &["string", "integer", "date", "datetime"];
    let is_name = |value: &Value| {
        value
            .as_str()
            .is_some_and(|name| !name.is_empty() && name.bytes().all(|c| c.is_ascii_lowercase() || b"-._".contains(&c)))
    };
    let resources = package["resources"].as_array().filter(|resources| !resources.is_empty())?;
    if !is_name(&package["name"]) || !package["$schema"].as_str()?.ends_with("/datapackage.json") {
        return Some("name or $schema".to_owned());
    }
    let mut names: Vec<&Value> = resources.iter().map(|resource| &resource["name"]).collect();
    names.dedup();
    if names.len() != resources.len() {
        return Some("names are not unique".to_owned());
    }
    for resource in resources {
        let path = resource["path"].as_str().is_some_and(|path| !path.starts_with(['/', '.']) && !path.contains(".."));
        let hash = resource["hash"].as_str().is_some_and(|hash| hash.starts_with("sha256:"));
        if !is_name(&resource["name"])
            || !path
            || !hash
            || resource.get("data").is_some()
            || !resource["bytes"].is_u64()
        {
            return Some(resource.to_string());
        }
        let fields = resource["schema"]["fields"].as_array()?;
        let mut seen = std::collections::HashSet::new();
        let field = |field: &Value| {
            let name = field["name"].as_str().is_some_and(|name| seen.insert(name.to_owned()));
            let constraint = field.get("constraints").is_none_or(|constraints| constraints["enum"].is_array());
            name && constraint && field["type"].as_str().is_some_and(|kind| TYPES.contains(&kind))
        };
        if !fields.iter().all(field) {
            return Some(format!("fields of {}", resource["name"]));
        }
        let keys = resource["schema"]["primaryKey"].as_array();
        if keys.is_some_and(|keys| !keys.iter().all(|key| fields.iter().any(|field| field["name"] == *key))) {
            return Some("the key is no column".to_owned());
        }
    }
    None
}

#[test]
fn the_data_package_keeps_to_its_profile() {
    let package = written(|out| datapackage::write(&sample::later_compilation(), true, out));
    let package: Value = serde_json::from_str(&package).expect("valid JSON");
    assert_eq!(breaks_the_profile(&package), None);
    let names: Vec<_> = package["resources"].as_array().expect("tables").iter().map(|table| &table["name"]).collect();
    assert_eq!(names, ["compilation", "changes"]);
    let table = written(|out| changes::write(&sample::later_compilation(), out));
    assert_eq!(package["resources"][1]["bytes"], table.len());
    let header: Vec<_> = package["resources"][1]["schema"]["fields"].as_array().expect("fields").iter().collect();
    let header: Vec<_> = header.iter().map(|field| field["name"].as_str().expect("a name")).collect();
    assert_eq!(table.lines().next(), Some(header.join(",").as_str()));
}

#[test]
fn ten_thousand_characters_are_cut_for_readers_and_kept_for_programs() {
    let long = "Rights | {x} \u{1F44D} ".repeat(700);
    let title = long.trim();
    let compilation = compilation(title);
    for text in [
        written(|out| compilation_csv::write(&compilation, out)),
        written(|out| references::write(&compilation, &mut [(Format::CslJson, out)])),
        written(|out| references::write(&compilation, &mut [(Format::Ris, out)])),
    ] {
        assert!(text.contains(title));
    }
    let links = markdown_links(&written(|out| compilation_markdown::write(&compilation, out)));
    assert!(links.iter().all(|(_, label)| label.chars().count() <= 1_000));
    assert!(title.starts_with(links[0].1.trim_end_matches('\u{2026}')), "{}", links[0].1);
    assert!(written(|out| compilation_html::write(&compilation, out)).len() < 40_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn titles_survive_markdown(title in hostile()) {
        let text = written(|out| compilation_markdown::write(&compilation(&title), out));
        let expected = |url: &str, title: &str| (url.to_owned(), plain(title).into_owned());
        let worst = expected("https://example.org/worst", &title);
        let neighbour = expected("https://example.org/neighbour", "Neighbour");
        prop_assert_eq!(markdown_links(&text), vec![worst.clone(), worst, neighbour], "{}", text);
    }

    #[test]
    fn titles_survive_html(title in hostile()) {
        let text = written(|out| compilation_html::write(&compilation(&title), out));
        let title = plain(&title).into_owned();
        prop_assert_eq!(paragraphs(&text, "name"), vec![title.clone(), "Neighbour".to_owned()], "{}", text);
        prop_assert_eq!(paragraphs(&text, "said"), vec![title, "Neighbour".to_owned()], "{}", text);
        prop_assert_eq!(text.matches("<script").count(), 1, "{}", text);
    }

    #[test]
    fn titles_survive_tables(title in hostile()) {
        let compilation = compilation(&title);
        for dialect in [super::table::Dialect::Plain, super::table::Dialect::Excel] {
            let text = written(|out| compilation_csv::write_as(&compilation, dialect, out));
            let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
            let header = reader.headers().expect("a header").clone();
            let at = |name: &str| header.iter().position(|column| column == name).expect("a column");
            let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("rows as wide as the header");
            prop_assert_eq!(rows.len(), 2);
            for column in ["title", "annotation", "list_Audience"] {
                let cell = &rows[0][at(column)];
                prop_assert_eq!(unguarded(cell), &plain(&title), "{}", text);
                let first = cell.trim_start_matches([' ', '"']).chars().next();
                prop_assert!(!first.is_some_and(|c| "=+-@\t\r".contains(c)), "{}", cell);
            }
        }
        let text = written(|out| changes::write(&compilation, out));
        let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(text.as_bytes()).records().collect::<Result<_, _>>().expect("rows");
        prop_assert_eq!(unguarded(&rows[0][6]), &plain(&title));
    }

    #[test]
    fn titles_survive_wikitext(title in hostile()) {
        // A title that names nothing, a lone letter or numbers only, is taken for "here" or the mark of a footnote.
        prop_assume!(title.split(|c: char| !c.is_alphanumeric()).any(|word| word.chars().filter(|c| c.is_alphabetic()).count() >= 4));
        let text = written(|out| references::wiki(&compilation(&title), out));
        let mut links = Vec::new();
        let document = seed::Document { name: "list.wiki", bytes: text.as_bytes(), content_type: None, base: None, site: None };
        let reading = seed::read(&document, &mut |link| links.push((link.href.clone(), link.title.clone().unwrap_or_default())));
        prop_assert!(reading.is_ok(), "{}", text);
        let hrefs: Vec<&str> = links.iter().map(|(href, _)| href.as_str()).collect();
        prop_assert_eq!(hrefs, vec!["https://example.org/worst", "https://example.org/neighbour"], "{}", text);
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        prop_assert_eq!(letters(&links[0].1), letters(&plain(&title)), "{}", text);
    }
}
