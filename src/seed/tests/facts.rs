//! What bibliographies say of a resource beside its title.

use super::*;

fn facts(text: &str, name: &str) -> Vec<(String, String)> {
    let (links, _) = read_as(text.as_bytes(), name, None, GUIDE);
    assert_eq!(links.len(), 1);
    links.into_iter().next().expect("a link").fields
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[test]
fn a_bibtex_entry_keeps_what_it_tells() {
    let text = r#"@article{okafor2021,
  title = {Rights in the city},
  author = {Okafor, Ada and {Sand and Stone, Inc.} and Bj{\"o}rk, Ulla},
  journaltitle = {Local Law},
  year = 2021, date = {2021-05}, number = {3}, pages = {101--120},
  doi = {10.5555/a\_b},
  url = {https://journal.example/3},
}"#;
    let expected = [
        ("type", "article-journal"),
        ("author", "Okafor, Ada; {Sand and Stone, Inc.}; Björk, Ulla"),
        ("published", "2021-05"),
        ("journal", "Local Law"),
        ("issue", "3"),
        ("pages", "101\u{2013}120"),
        ("doi", "10.5555/a_b"),
    ];
    assert_eq!(facts(text, "list.bib"), owned(&expected));
}

#[test]
fn an_ris_record_keeps_what_it_tells() {
    let text = "TY  - JOUR\r\nTI  - Rights\r\nAU  - Okafor, Ada\r\nAU  - City Group\r\nDA  - 2021/05//\r\nPY  - 2021\r\n\
        SP  - 101\r\nEP  - 120\r\nUR  - https://journal.example/3\r\nKW  - cities\r\nKW  - law\r\nER  - \r\n";
    let expected = [
        ("author", "Okafor, Ada; City Group"),
        ("published", "2021-05"),
        ("pages", "101-120"),
        ("keywords", "cities; law"),
    ];
    assert_eq!(facts(text, "list.ris"), owned(&expected));
}

#[test]
fn an_item_of_csl_json_keeps_what_it_tells() {
    let text = r#"[{"id": "okafor2021", "type": "article-journal", "title": "Rights of <i>cities</i> < towns",
  "author": [{"family": "Okafor", "given": "Ada"}, {"literal": "City Group"},
    {"non-dropping-particle": "van der", "family": "Berg", "suffix": "Jr.", "given": "Jan"}],
  "issued": {"date-parts": [["2021", 5], [2021, 7]]}, "container-title": "Local  Law", "publisher": "Local Press",
  "volume": 3, "page": "101-120", "DOI": "10.5555/ab", "language": "en", "URL": "https://journal.example/3"}]"#;
    let expected = [
        ("type", "article-journal"),
        ("author", "Okafor, Ada; City Group; van der Berg Jr., Jan"),
        ("published", "2021-05"),
        ("container", "Local Law"),
        ("publisher", "Local Press"),
        ("volume", "3"),
        ("pages", "101-120"),
        ("doi", "10.5555/ab"),
        ("language", "en"),
    ];
    assert_eq!(facts(text, "list.json"), owned(&expected));
    let (links, _) = read_as(text.as_bytes(), "list.json", None, GUIDE);
    assert_eq!(links[0].title.as_deref(), Some("Rights of cities < towns"));
}

#[test]
fn dates_of_csl_json_reach_as_far_as_they_are_known() {
    let published = |issued: &str| {
        let text = format!(r#"[{{"type": "book", "URL": "https://a.example/", "issued": {issued}}}]"#);
        facts(&text, "list.json").into_iter().find(|(name, _)| name == "published").map(|(_, value)| value)
    };
    for (issued, expected) in [
        (r#"{"date-parts": [[2021, 5, 3]]}"#, Some("2021-05-03")),
        (r#"{"date-parts": [[2021, 21, 3]]}"#, Some("2021")),
        (r#"{"date-parts": [[987]]}"#, Some("0987")),
        (r#"{"date-parts": [[2021, 5, 99]]}"#, Some("2021-05")),
        (r#"{"date-parts": [[-44, 3]]}"#, None),
        (r#"{"date-parts": []}"#, None),
        (r#"{"raw": "2021-05-03"}"#, Some("2021-05-03")),
        (r#""2021-05""#, Some("2021-05")),
    ] {
        assert_eq!(published(issued).as_deref(), expected, "{issued}");
    }
    let plain = r#"[{"url": "https://a.example/", "title": "A", "author": "B"}]"#;
    assert_eq!(facts(plain, "list.json"), [], "no item of a bibliography");
}

#[test]
fn names_of_a_bibtex_entry_say_who_is_a_person_and_its_date_has_the_month() {
    let fact = |text: &str, name: &str| {
        let found = facts(text, "a.bib").into_iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value).unwrap_or_default()
    };
    let one = r#"@misc{a, title={A}, url={https://a.example/a}, year=1999, month=mar, day=4,
  author={Jane Doe and {City Research, Council} and Juan de la Cruz and World Health Organization and Ulla Bj{\"o}rk
    and {Sand} and others}}"#;
    assert_eq!(
        fact(one, "author"),
        "Doe, Jane; {City Research, Council}; de la Cruz, Juan; World Health Organization; Björk, Ulla; Sand; others"
    );
    assert_eq!(fact(one, "published"), "4 mar 1999");
    let other = "@misc{b, title={B}, url={https://a.example/b}, year={1999}, month={3}}";
    assert_eq!(fact(other, "published"), "1999-03");
}

#[test]
fn editors_editions_and_series_are_facts_of_their_own() {
    let bibtex = r#"@incollection{a, title={A}, author={Doe, Jane}, editor={Okafor, Ada and {City Group}}, booktitle={B},
  series={Local Studies}, edition={2}, address={Harbour}, publisher={Local Press}, url={https://a.example/a}}"#;
    let ris = "TY  - CHAP\r\nTI  - A\r\nAU  - Doe, Jane\r\nED  - Okafor, Ada\r\nA2  - City Group\r\nT3  - Local Studies\r\n\
        ET  - 2\r\nCY  - Harbour\r\nUR  - https://a.example/a\r\nER  - \r\n";
    let csl = r#"[{"id": "a", "type": "chapter", "title": "A", "author": [{"family": "Doe", "given": "Jane"}],
  "editor": [{"family": "Okafor", "given": "Ada"}, {"literal": "City Group"}], "collection-title": "Local Studies",
  "edition": 2, "publisher-place": "Harbour", "URL": "https://a.example/a"}]"#;
    for (text, name) in [(bibtex, "list.bib"), (ris, "list.ris"), (csl, "list.json")] {
        let found = facts(text, name);
        for (fact, expected) in [
            ("author", "Doe, Jane"),
            ("editor", "Okafor, Ada; City Group"),
            ("series", "Local Studies"),
            ("edition", "2"),
            ("publisher place", "Harbour"),
        ] {
            let value = found.iter().find(|(key, _)| key == fact).map(|(_, value)| value.as_str());
            assert_eq!(value, Some(expected), "{fact} in {name}");
        }
    }
}
