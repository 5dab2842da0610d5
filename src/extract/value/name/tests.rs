//! Names as pages really write them.

use super::*;

#[test]
fn bylines_become_names() {
    for (raw, wanted) in [
        ("By Mara Lindqvist", &["Mara Lindqvist"][..]),
        ("Von Mara Lindqvist und Jonas Weidel", &["Mara Lindqvist", "Jonas Weidel"]),
        ("Posted by Mara Lindqvist on 3 March 2020", &["Mara Lindqvist"]),
        ("Mara Lindqvist, Jonas Weidel & Ada Okoro", &["Mara Lindqvist", "Jonas Weidel", "Ada Okoro"]),
        ("Lindqvist, Mara", &["Mara Lindqvist"]),
        ("van der Berg, Joost", &["Joost van der Berg"]),
        ("Mara Lindqvist, Staff Writer", &["Mara Lindqvist"]),
        ("Mara Lindqvist (mara@example.org)", &["Mara Lindqvist"]),
        ("Mara Lindqvist, PhD", &["Mara Lindqvist"]),
        ("MARA LINDQVIST-O'BRIEN", &["Mara Lindqvist-O'Brien"]),
        ("admin", &[]),
        ("Die Redaktion", &[]),
        ("{{author.name}}", &[]),
        ("Office for Human Rights of the City", &["Office for Human Rights of the City"]),
        ("Par Zoé Fontaine et Luc Arnaud", &["Zoé Fontaine", "Luc Arnaud"]),
    ] {
        assert_eq!(names(raw, false), wanted, "{raw}");
    }
}

#[test]
fn running_text_is_no_byline() {
    for raw in ["by the end of the year", "von den Kosten", "By clicking you agree", "by train and bus"] {
        assert_eq!(names(raw, true), Vec::<String>::new(), "{raw}");
    }
    assert_eq!(names("By Mara Lindqvist in Oslo", true), ["Mara Lindqvist"]);
    assert_eq!(names("Text: Mara Lindqvist | 3. März 2020", true), ["Mara Lindqvist"]);
}

#[test]
fn persons_have_parts_and_organisations_have_not() {
    assert_eq!(name_of("Joost van der Berg"), Name::Person { family: "van der Berg".into(), given: "Joost".into() });
    assert_eq!(name_of("Human Rights Office"), Name::Literal { literal: "Human Rights Office".into() });
    assert_eq!(name_of("田中太郎"), Name::Literal { literal: "田中太郎".into() });
}
