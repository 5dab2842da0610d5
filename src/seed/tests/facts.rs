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
        ("author", "Okafor, Ada; Sand and Stone, Inc.; Björk, Ulla"),
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
