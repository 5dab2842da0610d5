//! Citations of the worst texts, written and read back by readers that are not ours.

use ::biblatex::{Bibliography, ChunksExt as _};
use biblib::{CitationParser as _, RisParser};
use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// Texts as the worst pages would write them, one line each, as citations hold them.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[-a-zA-Z0-9 {}\\\\#$%&_~^\"'|\\[\\]<>=@,;:.()/é日ع👍]{1,40}",
        1 => Just("=HYPERLINK(\"https://evil.test\",\"x\")".to_owned()),
        1 => Just("}, url = {https://evil.test/}, title = {".to_owned()),
        1 => Just("ER  - TY  - JOUR AU  - Evil, Eve".to_owned()),
        1 => Just("كيف تصبح المدينة مدينة حقوق".to_owned()),
        1 => Just("👩\u{200d}👩\u{200d}👧 ends with a backslash \\".to_owned()),
        1 => Just("{\\\\%x} ".repeat(1_500)),
    ]
    .prop_map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
    .prop_filter("a text has text", |text| !text.is_empty())
}

fn name() -> impl Strategy<Value = Name> {
    prop_oneof![
        (hostile(), hostile()).prop_map(|(family, given)| Name::Person { family, given }),
        (hostile(), hostile()).prop_map(|(family, given)| Name::Person { family: format!("{family} Jr."), given }),
        hostile().prop_map(|family| Name::Person { family, given: String::new() }),
        hostile().prop_map(|literal| Name::Literal { literal }),
    ]
}

fn date() -> impl Strategy<Value = Option<PartialDate>> {
    let part = |most: u8| proptest::option::of(1..=most);
    (1000..=2100_i16, part(12), part(28))
        .prop_map(|(year, month, day)| Some(PartialDate { year, month, day: day.filter(|_| month.is_some()) }))
}

/// A citation with something hostile in every field that takes text.
fn citation() -> impl Strategy<Value = Citation> {
    let texts = proptest::collection::vec(hostile(), 11);
    let kind = proptest::sample::select(kind::harvested());
    let names = || proptest::collection::vec(name(), 0..4);
    (texts, kind, (names(), names()), date(), date(), proptest::option::of(1..9999_u32)).prop_map(
        |(texts, kind, (authors, editors), issued, accessed, page_count)| {
            let mut texts = texts.into_iter();
            let mut next = || texts.next();
            Citation {
                key: "key".to_owned(),
                kind: Kind::of(kind),
                title: next().unwrap_or_default(),
                authors,
                editors,
                series: next(),
                edition: next(),
                place: next(),
                container: next(),
                publisher: next(),
                issued: issued.map(When::from),
                accessed,
                url: Some("https://example.org/a?b=1&c=%C3%A9_2#d".to_owned()),
                doi: Some("10.5555/a_b<1>".to_owned()),
                volume: next(),
                issue: next(),
                pages: Some("101-120".to_owned()),
                page_count,
                language: Some("en".to_owned()),
                summary: next(),
                keywords: next().into_iter().collect(),
                licence: next(),
                annotation: next(),
                archive: Some(("https://archive.example/web/20240820101500/https://example.org/".to_owned(), accessed)),
                ..Citation::default()
            }
        },
    )
}

fn written(write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("memory takes it");
    String::from_utf8(bytes).expect("UTF-8")
}

/// The citation between two of its kind: what gets out of it would harm its neighbours.
fn between(citation: Citation) -> [Citation; 3] {
    let neighbour = |key: &str| Citation { key: key.to_owned(), title: key.to_owned(), ..Citation::default() };
    [neighbour("first"), citation, neighbour("last")]
}

const DATES: &[&str] = &["accessed", "issued"];
const TEXTS: &[&str] = &[
    "abstract",
    "archive",
    "archive_location",
    "collection-title",
    "container-title",
    "dimensions",
    "DOI",
    "edition",
    "id",
    "ISBN",
    "ISSN",
    "issue",
    "keyword",
    "language",
    "note",
    "number",
    "number-of-pages",
    "page",
    "publisher",
    "publisher-place",
    "title",
    "URL",
    "volume",
];
/// The types of the schema, without the one whose mere presence makes Zotero refuse the file.
const TYPES: &[&str] = &[
    "article",
    "article-journal",
    "article-magazine",
    "article-newspaper",
    "bill",
    "book",
    "broadcast",
    "chapter",
    "classic",
    "collection",
    "dataset",
    "document",
    "entry",
    "entry-dictionary",
    "entry-encyclopedia",
    "event",
    "figure",
    "graphic",
    "hearing",
    "interview",
    "legal_case",
    "legislation",
    "manuscript",
    "map",
    "motion_picture",
    "musical_score",
    "pamphlet",
    "paper-conference",
    "patent",
    "performance",
    "periodical",
    "personal_communication",
    "post",
    "post-weblog",
    "regulation",
    "report",
    "review",
    "review-book",
    "song",
    "speech",
    "standard",
    "thesis",
    "treaty",
    "webpage",
];

/// What the schema of CSL 1.0.2 asks of an item, for the properties that are written.
fn breaks_the_schema(item: &Value) -> Option<String> {
    let properties = item.as_object()?;
    let is_text = |value: &Value| value.is_string() || value.is_number();
    if !properties.get("id").is_some_and(is_text) {
        return Some("no id".to_owned());
    }
    properties.iter().find_map(|(name, value)| {
        let fits = match name.as_str() {
            "type" => value.as_str().is_some_and(|kind| TYPES.contains(&kind)),
            "author" | "editor" => value.as_array().is_some_and(|names| !names.is_empty() && names.iter().all(is_name)),
            name if DATES.contains(&name) => is_date(value),
            name if TEXTS.contains(&name) => is_text(value),
            _ => false,
        };
        (!fits).then(|| format!("{name}: {value}"))
    })
}

fn is_name(name: &Value) -> bool {
    let parts = name.as_object().expect("a name is an object");
    !parts.is_empty()
        && parts
            .iter()
            .all(|(part, text)| ["family", "given", "suffix", "literal"].contains(&part.as_str()) && text.is_string())
}

fn is_date(date: &Value) -> bool {
    let parts = date["date-parts"].as_array().filter(|_| date.as_object().is_some_and(|date| date.len() == 1));
    parts.is_some_and(|dates| {
        let numbers = |date: &Value| {
            date.as_array().is_some_and(|parts| (1..=3).contains(&parts.len()) && parts.iter().all(Value::is_i64))
        };
        (1..=2).contains(&dates.len()) && dates.iter().all(numbers)
    })
}

/// Entry types of BibLaTeX that Zotero does not drop.
const ENTRY_TYPES: &[&str] = &[
    "article",
    "artwork",
    "audio",
    "book",
    "incollection",
    "inproceedings",
    "inreference",
    "jurisdiction",
    "legislation",
    "misc",
    "online",
    "patent",
    "report",
    "software",
    "thesis",
    "unpublished",
    "video",
];

#[test]
fn reference_managers_know_every_type() {
    for harvested in kind::harvested() {
        let kind = Kind::of(harvested);
        assert!(TYPES.contains(&kind.csl()), "{harvested}");
        assert!(ENTRY_TYPES.contains(&kind.biblatex()), "{harvested}");
        assert!(kind.ris() != "GEN" && kind.ris().bytes().all(|byte| byte.is_ascii_uppercase()), "{harvested}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn biblatex_is_read_as_it_was_meant(citation in citation()) {
        let citations = between(citation.clone());
        let text = written(|out| biblatex::write(&citations, out));
        let read = Bibliography::parse(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(read.len(), 3, "{}", text);
        let entry = read.get("key").expect("the entry");
        let fault = |error| TestCaseError::fail(format!("{error}\n{text}"));
        prop_assert_eq!(entry.title().map_err(fault)?.format_verbatim(), citation.title);
        prop_assert_eq!(entry.url().map_err(fault)?, citation.url.unwrap_or_default());
        prop_assert_eq!(entry.doi().map_err(fault)?, citation.doi.unwrap_or_default());
        let authors = if citation.authors.is_empty() { Vec::new() } else { entry.author().map_err(fault)? };
        prop_assert_eq!(authors.len(), citation.authors.len(), "{}", text);
        for (read, name) in authors.iter().zip(&citation.authors) {
            // What readers take for a `von` stands apart, and blanks with it.
            let letters = |parts: [&str; 4]| parts.concat().replace(' ', "").replace('=', "\u{FF1D}");
            let meant = match name {
                Name::Person { family, given } => letters([given, family, "", ""]),
                Name::Literal { literal } => letters([literal, "", "", ""]),
            };
            prop_assert_eq!(letters([&read.given_name, &read.prefix, &read.name, &read.suffix]), meant, "{}", text);
        }
    }

    #[test]
    fn ris_is_read_as_it_was_meant(citation in citation()) {
        let citations = between(citation.clone());
        let text = written(|out| ris::write(&citations, out));
        let read = RisParser::new().parse(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(read.len(), 3, "{}", text);
        prop_assert_eq!(&read[1].title, &citation.title);
        // This reader parts names at `and` too, which the format does not ask for.
        let named = |name: &&Name| name.display().chars().any(|c| !matches!(c, ',' | ';' | ' '));
        let named = citation.authors.iter().filter(named).count();
        prop_assert_eq!(text.matches("\r\nAU  - ").count(), named, "{}", text);
        prop_assert!(read[1].authors.len() >= named, "{}", text);
        prop_assert!(read[1].urls.contains(citation.url.as_ref().expect("an address")));
        prop_assert_eq!(&read[1].abstract_text, &citation.summary);
        prop_assert_eq!(&read[1].publisher, &citation.publisher);
        prop_assert_eq!(read[1].date.as_ref().map(|date| date.year), citation.issued.map(|date| i32::from(date.date().year)));
    }

    #[test]
    fn csl_json_keeps_to_its_schema(citation in citation()) {
        let citations = between(citation.clone());
        let items: Value = serde_json::from_str(&written(|out| csl_json::write(&citations, out))).expect("valid JSON");
        let items = items.as_array().expect("an array");
        prop_assert_eq!(items.len(), 3);
        for item in items {
            prop_assert_eq!(breaks_the_schema(item), None);
        }
        prop_assert_eq!(&items[1]["title"], &citation.title);
        prop_assert_eq!(items[1].get("container-title").and_then(Value::as_str), citation.container.as_deref());
    }

    #[test]
    fn a_wiki_template_stays_one(citation in citation()) {
        let template = wikitext::template(&citation);
        let inside = template.strip_prefix("{{cite web |").and_then(|rest| rest.strip_suffix("}}")).expect("a template");
        let inside = inside.replace("{{!}}", "");
        prop_assert!(!inside.contains("{{") && !inside.contains("}}") && !inside.contains("[[") && !inside.contains('<'), "{}", inside);
        let names: Vec<&str> = inside.split('|').map(|parameter| parameter.split('=').next().unwrap_or_default().trim()).collect();
        let known = |name: &str| {
            let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
            ["url", "title", "last", "first", "author", "editor-last", "editor-first", "editor", "location", "edition", "series", "date", "website", "publisher", "language", "doi", "access-date",
             "archive-url", "archive-date", "url-status"].contains(&stem)
        };
        prop_assert!(names.iter().all(|name| known(name)), "{:?}", names);
    }
}
