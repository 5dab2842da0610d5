use ::biblatex::{Bibliography, ChunksExt as _};
use proptest::prelude::*;

use super::*;

fn citation() -> Citation {
    Citation {
        kind: Kind::of("article-journal"),
        title: "Human Rights in the city: 50% & {more}".to_owned(),
        authors: vec![
            Name::Person { family: "Okafor".to_owned(), given: "Ada".to_owned() },
            Name::Literal { literal: "Research and Action, Inc.".to_owned() },
        ],
        container: Some("Journal of Local Rights".to_owned()),
        publisher: Some("Local Press".to_owned()),
        issued: When::parse("2021-05"),
        accessed: PartialDate::parse("2026-11-23"),
        url: Some("https://journal.example/12/3?a=1&b=%C3%A9_2".to_owned()),
        doi: Some("10.5555/local_2021.3".to_owned()),
        volume: Some("12".to_owned()),
        issue: Some("3".to_owned()),
        pages: Some("101-120".to_owned()),
        language: Some("en".to_owned()),
        summary: Some("What cities do.".to_owned()),
        keywords: vec!["cities".to_owned(), "rights, local".to_owned()],
        licence: Some("CC BY 4.0".to_owned()),
        annotation: Some("Read this first.".to_owned()),
        archive: Some((
            "https://archive.example/web/1/https://journal.example/".to_owned(),
            PartialDate::parse("2024-08-20"),
        )),
        ..Citation::default()
    }
    .keyed()
}

impl Citation {
    fn keyed(mut self) -> Self {
        self.key = Keys::default().give(&self);
        self
    }

    fn titled(title: &str) -> Self {
        Citation { title: title.to_owned(), url: Some("https://example.org/".to_owned()), ..Citation::default() }
            .keyed()
    }
}

fn written<'a>(
    write: fn(&'a [Citation], &mut dyn std::io::Write) -> std::io::Result<()>,
    citations: &'a [Citation],
) -> String {
    let mut bytes = Vec::new();
    write(citations, &mut bytes).expect("memory takes it");
    String::from_utf8(bytes).expect("UTF-8")
}

/// The tags and values of an RIS file, read as its definition says.
fn read_ris(text: &str) -> Vec<(String, String)> {
    let lines = text.split("\r\n").filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (tag, value) = line.split_at(2);
            (tag.to_owned(), value.strip_prefix("  - ").expect("two blanks, hyphen, blank").to_owned())
        })
        .collect()
}

#[test]
fn keys_are_readable_unique_and_ascii() {
    let mut keys = Keys::default();
    let give = |keys: &mut Keys, family: &str, title: &str, year: &str| {
        let authors = vec![Name::Person { family: family.to_owned(), given: String::new() }];
        keys.give(&Citation { authors, title: title.to_owned(), issued: When::parse(year), ..Citation::default() })
    };
    assert_eq!(give(&mut keys, "Öztürk", "The Right to the City", "2020"), "ozturkright2020");
    assert_eq!(give(&mut keys, "Öztürk", "A right", "2020-03"), "ozturkright2020a");
    assert_eq!(give(&mut keys, "", "日本語", ""), "ref");
    assert_eq!(give(&mut keys, "", "日本", ""), "refa");
    assert_eq!(give(&mut keys, "", "404", ""), "ref404");
    assert_eq!(give(&mut keys, "van der Öst", "A role", "2021"), "ostrole2021");
    assert_eq!(give(&mut keys, "O'Neill", "12 ways", "2013"), "oneill122013");
    let url = Some("https://www.toshi.example/a".to_owned());
    assert_eq!(keys.give(&Citation { title: "都市".to_owned(), url, ..Citation::default() }), "toshi");
}

#[test]
fn the_formats() {
    let citations = [citation(), Citation::titled("Just a page")];
    let formats = [
        written(biblatex::write, &citations),
        written(ris::write, &citations).replace("\r\n", "\n"),
        written(csl_json::write, &citations),
        wikitext::template(&citations[0]),
    ];
    insta::assert_snapshot!(formats.join("\n"));
}

#[test]
fn biblatex_reads_back() {
    let bibliography = Bibliography::parse(&written(biblatex::write, &[citation()])).expect("valid BibLaTeX");
    let entry = bibliography.get("okaforhuman2021").expect("the entry");
    assert_eq!(entry.entry_type.to_string(), "article");
    assert_eq!(entry.title().expect("a title").format_verbatim(), "Human Rights in the city: 50% & {more}");
    let authors = entry.author().expect("authors");
    assert_eq!((authors[0].name.as_str(), authors[0].given_name.as_str()), ("Okafor", "Ada"));
    assert_eq!(authors.len(), 2);
    assert_eq!(authors[1].name, "Research and Action, Inc.");
    assert_eq!(entry.url().expect("an address"), "https://journal.example/12/3?a=1&b=%C3%A9_2");
    assert_eq!(entry.doi().expect("a DOI"), "10.5555/local_2021.3");
}

#[test]
fn csl_json_keeps_to_the_schema() {
    const PROPERTIES: &[&str] = &[
        "id",
        "type",
        "title",
        "author",
        "editor",
        "container-title",
        "collection-title",
        "edition",
        "publisher",
        "publisher-place",
        "volume",
        "issue",
        "page",
        "URL",
        "DOI",
        "ISBN",
        "ISSN",
        "language",
        "abstract",
        "dimensions",
        "number-of-pages",
        "archive",
        "archive_location",
        "keyword",
        "issued",
        "accessed",
        "note",
    ];
    let items: serde_json::Value = serde_json::from_str(&written(csl_json::write, &[citation()])).expect("valid JSON");
    let item = items[0].as_object().expect("an item");
    for property in item.keys() {
        assert!(PROPERTIES.contains(&property.as_str()), "{property}");
    }
    assert_eq!(item["issued"], serde_json::json!({ "date-parts": [[2021, 5]] }));
    assert_eq!(item["author"][1], serde_json::json!({ "literal": "Research and Action, Inc." }));
}

#[test]
fn ris_keeps_to_its_lines() {
    let lines = read_ris(&written(ris::write, &[citation()]));
    let value = |tag: &str| lines.iter().find(|(name, _)| name == tag).map(|(_, value)| value.as_str());
    assert_eq!(lines.first().map(|(tag, _)| tag.as_str()), Some("TY"));
    assert_eq!(lines.last().map(|(tag, _)| tag.as_str()), Some("ER"));
    assert_eq!(value("TY"), Some("JOUR"));
    assert_eq!(value("DA"), Some("2021/05//"));
    assert_eq!(value("Y2"), Some("2026/11/23/"));
    assert_eq!((value("SP"), value("EP")), (Some("101"), Some("120")));
    assert_eq!(
        lines.iter().filter(|(tag, _)| tag == "AU").map(|(_, v)| v.as_str()).collect::<Vec<_>>(),
        ["Okafor, Ada", "Research and Action Inc."]
    );
}

#[test]
fn wiki_templates_cannot_be_left() {
    let hostile = "}}{{delete}} | [[File:x.png]] '''b''' <ref>x</ref> ~~~~ __NOTOC__ &amp; https://evil.test";
    let template = wikitext::template(&Citation::titled(hostile));
    let title = template.split("|title=").nth(1).and_then(|rest| rest.strip_suffix("}}")).expect("the title");
    for markup in ["[[", "''", "<", "~~", "__", "://", "}}{{delete"] {
        assert!(!title.contains(markup), "{markup} in {title}");
    }
    assert_eq!(title.replace("{{!}}", "").matches("{{").count(), 0);
    let archived = Citation { standing: Standing::Usurped, ..citation() };
    assert!(wikitext::template(&archived).contains("|archive-date=2024-08-20 |url-status=usurped}}"));
}

#[test]
fn a_title_of_ten_thousand_characters_survives() {
    let title = "Rights_{x} ".repeat(910);
    let citation = Citation::titled(title.trim_end());
    let bibliography =
        Bibliography::parse(&written(biblatex::write, std::slice::from_ref(&citation))).expect("valid BibLaTeX");
    assert_eq!(
        bibliography.iter().next().expect("an entry").title().expect("a title").format_verbatim(),
        citation.title
    );
    assert_eq!(read_ris(&written(ris::write, std::slice::from_ref(&citation)))[2].1, citation.title);
}

/// An entry of some kind with a site or book and a publisher.
fn published(kind: &str) -> Citation {
    Citation {
        kind: Kind::of(kind),
        title: "A work".to_owned(),
        container: Some("Handbook of Local Things".to_owned()),
        publisher: Some("Sand and Stone".to_owned()),
        isbn: Some("9780000000002".to_owned()),
        page_count: Some(12),
        ..Citation::default()
    }
}

/// The lines of an entry that tell what it appeared in, who published it, and what of it has numbers.
fn lines_of(citation: &Citation, names: &[&str]) -> Vec<String> {
    let text = written(biblatex::write, std::slice::from_ref(citation));
    Bibliography::parse(&text).expect("valid BibLaTeX");
    let lines = text.lines().map(|line| line.trim().trim_end_matches(','));
    lines.filter(|line| names.iter().any(|name| line.starts_with(&format!("{name} =")))).map(str::to_owned).collect()
}

#[test]
fn biblatex_names_publishers_where_its_styles_look_for_them() {
    let fields = ["booktitle", "publisher", "institution", "organization", "type", "isbn", "pagetotal", "note"];
    let lines = |kind: &str| {
        let citation = Citation { container: None, ..published(kind) };
        lines_of(&citation, &fields).join("; ")
    };
    assert_eq!(lines("book"), "publisher = {{Sand and Stone}}; isbn = {9780000000002}; pagetotal = {12}");
    assert_eq!(
        lines("report"),
        "institution = {{Sand and Stone}}; type = {Report}; pagetotal = {12}; note = {ISBN 9780000000002}"
    );
    assert_eq!(
        lines("thesis"),
        "institution = {{Sand and Stone}}; type = {Thesis}; pagetotal = {12}; note = {ISBN 9780000000002}"
    );
    assert_eq!(lines("webpage"), "organization = {{Sand and Stone}}; note = {ISBN 9780000000002}");
    assert_eq!(
        lines_of(&published("webpage"), &fields)[0],
        "organization = {Handbook of Local Things and {Sand and Stone}}"
    );
}

#[test]
fn the_title_of_a_book_keeps_its_capitals_around_a_chapter() {
    assert_eq!(lines_of(&published("chapter"), &["booktitle"]), ["booktitle = {Handbook of {Local} {Things}}"]);
}

#[test]
fn braces_of_a_title_stay_braces_where_they_balance() {
    for (title, expected) in [
        ("100% {Test}", r"title = {100\% {\{Test\}}}"),
        ("A {new Town} hall", r"title = {A {\{new Town\}} hall}"),
        ("A {new town} Hall", r"title = {A \{new town\} {Hall}}"),
        ("Half a {Brace", r"title = {Half a {\textbraceleft{}Brace}}"),
        ("A }Town{ hall", r"title = {A {\textbraceright{}Town\textbraceleft{}} hall}"),
    ] {
        assert_eq!(lines_of(&Citation::titled(title), &["title"]), [expected]);
    }
}

#[test]
fn what_tells_generations_apart_is_no_part_of_the_family_name() {
    let authors = vec![Name::Person { family: "Okafor Jr.".to_owned(), given: "Ada".to_owned() }];
    let one = Citation { authors, ..Citation::titled("A work") };
    assert_eq!(lines_of(&one, &["author"]), ["author = {Okafor, Jr., Ada}"]);
    assert!(written(ris::write, std::slice::from_ref(&one)).contains("AU  - Okafor, Ada, Jr.\r\n"));
    let json = written(csl_json::write, std::slice::from_ref(&one));
    assert!(json.contains(r#"[{"family":"Okafor","given":"Ada","suffix":"Jr."}]"#), "{json}");
    assert!(wikitext::template(&one).contains("|last=Okafor |first=Ada Jr.}}"));
}

#[test]
fn what_has_no_field_is_noted() {
    let one = Citation {
        arxiv: Some("2101.00001".to_owned()),
        isbn: Some("9780000000002".to_owned()),
        issn: Some("1234-5679".to_owned()),
        duration: Some("PT12M5S".to_owned()),
        ..Citation::titled("A work")
    };
    let ris = written(ris::write, std::slice::from_ref(&one));
    for line in ["SN  - 9780000000002", "N1  - ISSN: 1234-5679", "N1  - arXiv: 2101.00001", "N1  - Running time: 12:05"]
    {
        assert!(ris.contains(&format!("{line}\r\n")), "{ris}");
    }
    let article = Citation { kind: Kind::of("article-journal"), ..one.clone() };
    let ris = written(ris::write, &[article]);
    assert!(ris.contains("SN  - 1234-5679\r\n") && ris.contains("N1  - ISBN: 9780000000002\r\n"), "{ris}");
    assert_eq!(lines_of(&one, &["note"]), ["note = {ISBN 9780000000002. Running time: 12:05}"]);
    assert!(written(csl_json::write, std::slice::from_ref(&one)).contains(r#""dimensions":"12:05""#));
    let time = |duration: &str| Citation { duration: Some(duration.to_owned()), ..Citation::default() }.running_time();
    assert_eq!(time("PT1H2M5S").as_deref(), Some("1:02:05"));
    assert_eq!(time("PT3725S").as_deref(), Some("1:02:05"));
    assert_eq!((time("PT0S"), time("soon"), time("PT99999999999999999999H")), (None, None, None));
}

#[test]
fn authors_that_are_not_named_are_told_of() {
    let authors = vec![Name::Person { family: "Doe".to_owned(), given: "Jane".to_owned() }];
    let one = Citation { authors, more_authors: true, ..Citation::titled("A work") };
    assert_eq!(lines_of(&one, &["author"]), ["author = {Doe, Jane and others}"]);
    assert!(wikitext::template(&one).contains("|last=Doe |first=Jane |display-authors=etal}}"));
}

#[test]
fn editors_are_no_authors() {
    let editors = vec![
        Name::Person { family: "Okafor".to_owned(), given: "Ada".to_owned() },
        Name::Literal { literal: "City Group".to_owned() },
    ];
    let chapter = Citation {
        editors,
        authors: vec![Name::Person { family: "Doe".to_owned(), given: "Jane".to_owned() }],
        series: Some("Local Studies".to_owned()),
        edition: Some("2".to_owned()),
        place: Some("Harbour".to_owned()),
        ..published("chapter")
    };
    let bibliography = Bibliography::parse(&written(biblatex::write, std::slice::from_ref(&chapter))).expect("valid");
    let entry = bibliography.iter().next().expect("an entry");
    let editors = entry.editors().expect("editors");
    assert_eq!((editors[0].0[0].name.as_str(), editors[0].0[1].name.as_str()), ("Okafor", "City Group"));
    assert_eq!(entry.author().expect("authors").len(), 1);
    let fields = ["series", "edition", "location"];
    assert_eq!(lines_of(&chapter, &fields), ["series = {Local Studies}", "edition = {2}", "location = {Harbour}"]);
    let ris = written(ris::write, std::slice::from_ref(&chapter));
    for line in
        ["AU  - Doe, Jane", "ED  - Okafor, Ada", "ED  - City Group", "T3  - Local Studies", "ET  - 2", "CY  - Harbour"]
    {
        assert!(ris.contains(&format!("{line}\r\n")), "{ris}");
    }
    let items: serde_json::Value =
        serde_json::from_str(&written(csl_json::write, std::slice::from_ref(&chapter))).expect("valid JSON");
    assert_eq!(
        items[0]["editor"],
        serde_json::json!([{ "family": "Okafor", "given": "Ada" }, { "literal": "City Group" }])
    );
    assert_eq!((&items[0]["edition"], &items[0]["publisher-place"]), (&"2".into(), &"Harbour".into()));
    assert_eq!(items[0]["collection-title"], "Local Studies");
    let web = Citation { url: Some("https://example.org/".to_owned()), ..chapter.clone() };
    assert!(wikitext::template(&web).contains("|editor-last1=Okafor |editor-first1=Ada |editor2=City Group "));
    let collected = Citation { authors: Vec::new(), kind: Kind::of("book"), ..chapter.clone() }.keyed();
    assert!(written(biblatex::write, std::slice::from_ref(&collected)).starts_with("@collection{okaforwork,"));
    let report = Citation { kind: Kind::of("report"), isbn: None, ..chapter };
    assert_eq!(
        lines_of(&report, &["editor", "note"]),
        ["note = {Edited by Ada Okafor, City Group. Series: Local Studies}"]
    );
}

/// Titles as the worst pages would write them, one line each, as citations hold them.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        "[-a-zA-Z {}\\\\#$%&_~^\"'|\\[\\]<>=@,;:.()é日ع👍]{1,40}",
        Just("{".repeat(20)),
        Just("@article{x, title={y}}".to_owned()),
    ]
    .prop_map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
    .prop_filter("a title has text", |text| !text.is_empty())
}

proptest! {
    #[test]
    fn titles_survive_biblatex(title in hostile()) {
        let text = written(biblatex::write, &[Citation::titled(&title), Citation { key: "last".to_owned(), ..Citation::titled("Last") }]);
        let bibliography = Bibliography::parse(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(bibliography.len(), 2, "{}", text);
        let entry = bibliography.iter().next().expect("an entry");
        let read = entry.title().map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?.format_verbatim();
        prop_assert_eq!(read, title, "{}", text);
    }

    #[test]
    fn titles_survive_ris_and_csl_json(title in hostile()) {
        let citations = [Citation::titled(&title)];
        let lines = read_ris(&written(ris::write, &citations));
        prop_assert_eq!(&lines[2], &("TI".to_owned(), title.clone()));
        let items: serde_json::Value = serde_json::from_str(&written(csl_json::write, &citations)).expect("valid JSON");
        prop_assert_eq!(&items[0]["title"], &title);
    }

    #[test]
    fn titles_survive_wikitext(title in hostile()) {
        let template = wikitext::template(&Citation::titled(&title));
        let inside = template.strip_prefix("{{cite web |url=https://example.org/ |title=").and_then(|rest| rest.strip_suffix("}}"));
        let inside = inside.expect("one template").replace("{{!}}", "&#124;");
        prop_assert!(!inside.contains(['{', '}', '[', ']', '<', '>', '|']), "{}", inside);
        let mut read = String::new();
        let mut rest = inside.as_str();
        while let Some(at) = rest.find("&#") {
            read.push_str(&rest[..at]);
            let end = at + rest[at..].find(';').expect("a whole reference");
            read.push(rest[at + 2..end].parse::<u32>().ok().and_then(char::from_u32).expect("a character"));
            rest = &rest[end + 1..];
        }
        read.push_str(rest);
        prop_assert_eq!(read, title);
    }
}

#[test]
fn spans_guesses_and_bounds_stay_what_they_are() {
    let written = |when: &str| {
        let one = Citation { issued: When::parse(when), ..Citation::titled("A work") };
        let csl: serde_json::Value =
            serde_json::from_str(&written(csl_json::write, std::slice::from_ref(&one))).expect("JSON");
        let ris = written(ris::write, std::slice::from_ref(&one));
        let dated = |line: &&str| line.starts_with("PY") || line.starts_with("DA") || line.starts_with("N1");
        let ris: Vec<String> = ris.lines().filter(dated).map(str::to_owned).collect();
        (lines_of(&one, &["date", "note"]), csl[0]["issued"].to_string(), ris, wikitext::template(&one))
    };
    let (biblatex, csl, ris, wiki) = written("2011/2013");
    assert_eq!(biblatex, ["date = {2011/2013}"]);
    assert_eq!(csl, r#"{"date-parts":[[2011],[2013]]}"#);
    assert_eq!(ris, ["PY  - 2011", "DA  - 2011///"]);
    assert!(wiki.contains("|date=2011–2013"), "{wiki}");
    let (biblatex, csl, _, wiki) = written("2011-05/2011-06");
    assert_eq!(biblatex, ["date = {2011-05/2011-06}"]);
    assert_eq!(csl, r#"{"date-parts":[[2011,5],[2011,6]]}"#);
    assert!(wiki.contains("|date=May–June 2011"), "{wiki}");
    let (biblatex, csl, ris, wiki) = written("1998~");
    assert_eq!(biblatex, ["date = {1998~}"]);
    assert_eq!(csl, r#"{"date-parts":[[1998]],"circa":true}"#);
    assert_eq!(ris, ["PY  - 1998", "DA  - 1998///"]);
    assert!(wiki.contains("|date=c. 1998"), "{wiki}");
    let (biblatex, csl, ris, wiki) = written("../1995");
    assert_eq!(biblatex, ["note = {Appeared before 1995}"]);
    assert_eq!(csl, r#"{"literal":"before 1995"}"#);
    assert_eq!(ris, ["N1  - Appeared before 1995"]);
    assert!(!wiki.contains("1995"), "{wiki}");
}

#[test]
fn reports_have_numbers_where_journals_have_issues() {
    let report = Citation {
        issue: Some("HI-2021-07".to_owned()),
        series: Some("Harbour Papers".to_owned()),
        isbn: Some("9780000000002".to_owned()),
        issn: Some("1234-5679".to_owned()),
        ..published("report")
    };
    let fields = ["number", "note"];
    let lines = ["number = {HI-2021-07}", "note = {Series: Harbour Papers. ISBN 9780000000002}"];
    assert_eq!(lines_of(&report, &fields), lines);
    let csl = written(csl_json::write, std::slice::from_ref(&report));
    assert!(csl.contains(r#""number":"HI-2021-07""#) && !csl.contains("issue\""), "{csl}");
    let ris = written(ris::write, std::slice::from_ref(&report));
    for line in ["SN  - HI-2021-07", "N1  - ISBN: 9780000000002", "N1  - ISSN: 1234-5679"] {
        assert!(ris.contains(line), "{ris}");
    }
    assert!(!ris.contains("IS  - "), "{ris}");
}
