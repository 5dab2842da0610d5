//! Names as pages really write them.

use super::*;

fn texts(raw: &str, form: Form) -> Vec<String> {
    names(raw, form).into_iter().map(|name| name.text).collect()
}

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
        assert_eq!(texts(raw, Form::Listed), wanted, "{raw}");
    }
}

#[test]
fn what_leads_to_a_date_or_follows_a_name_is_cut() {
    for raw in
        ["By Mara Lindqvist on 3 March 2020", "Mara Lindqvist Le 3 mars 2020", "Mara Lindqvist on", "Mara Lindqvist MA"]
    {
        assert_eq!(texts(raw, Form::Listed), ["Mara Lindqvist"], "{raw}");
    }
    assert_eq!(texts("By Mara Lindqvist", Form::Single), ["Mara Lindqvist"]);
    assert_eq!(texts("von Mara Lindqvist", Form::Single), ["Mara Lindqvist"]);
    assert_eq!(texts("von der Weide", Form::Single), ["von der Weide"]);
    assert_eq!(texts("Last Updated: September 25, 2020", Form::Listed), Vec::<String>::new());
    assert_eq!(texts("Mara Lindqvist Published On", Form::Listed), ["Mara Lindqvist"]);
}

#[test]
fn an_and_inside_of_a_name_parts_nothing() {
    for form in [Form::Single, Form::Listed] {
        for raw in ["Ministry of Ports and Inland Water", "Food and Harbour Agency", "Loam and Clay", "Soto & Ruiz"] {
            assert_eq!(texts(raw, form), [raw], "{raw}");
            assert_eq!(name_of(&names(raw, form)[0]), Name::Literal { literal: raw.into() });
        }
        assert_eq!(texts("Mara Lindqvist and Ada Okoro", form), ["Mara Lindqvist", "Ada Okoro"]);
        assert_eq!(texts("Mara Lindqvist and Reuters", form), ["Mara Lindqvist", "Reuters"]);
    }
    assert_eq!(texts("Mara and Jonas Weidel", Form::Listed), ["Mara", "Jonas Weidel"]);
    assert_eq!(texts("Ministry of Ports, Trade and Water", Form::Single), ["Ministry of Ports, Trade and Water"]);
}

#[test]
fn a_declared_organisation_keeps_its_name() {
    for raw in ["Loam and Clay", "Harbour Watch Oslo", "Ports, Trade and Water", "Mara Lindqvist"] {
        let read = names(raw, Form::Organisation);
        assert_eq!(read.iter().map(name_of).collect::<Vec<_>>(), [Name::Literal { literal: raw.into() }]);
    }
    assert_eq!(texts("admin", Form::Organisation), Vec::<String>::new());
}

#[test]
fn running_text_is_no_byline() {
    for raw in ["by the end of the year", "von den Kosten", "By clicking you agree", "by train and bus"] {
        assert_eq!(texts(raw, Form::Text), Vec::<String>::new(), "{raw}");
    }
    assert_eq!(texts("By Mara Lindqvist in Oslo", Form::Text), ["Mara Lindqvist"]);
    assert_eq!(texts("Text: Mara Lindqvist | 3. März 2020", Form::Text), ["Mara Lindqvist"]);
}

#[test]
fn persons_have_parts_and_organisations_have_not() {
    assert_eq!(
        name_of(&"Joost van der Berg".into()),
        Name::Person { family: "van der Berg".into(), given: "Joost".into() }
    );
    assert_eq!(name_of(&"Human Rights Office".into()), Name::Literal { literal: "Human Rights Office".into() });
    assert_eq!(name_of(&"田中太郎".into()), Name::Literal { literal: "田中太郎".into() });
}

#[test]
fn persons_are_parted_in_every_script_with_capitals_and_around_particles() {
    for (text, family, given) in [
        ("Мария Орлова", "Орлова", "Мария"),
        ("Мария Ивановна Орлова", "Орлова", "Мария Ивановна"),
        ("Орлова Мария Ивановна", "Орлова", "Мария Ивановна"),
        ("Μαρία Παπαδοπούλου", "Παπαδοπούλου", "Μαρία"),
        ("Juan Carlos de la Cruz Pérez", "de la Cruz Pérez", "Juan Carlos"),
        ("Inés Soto de la Vega", "de la Vega", "Inés Soto"),
        ("Inés Soto y Ruiz", "Soto y Ruiz", "Inés"),
        ("Joost van der Berg", "van der Berg", "Joost"),
    ] {
        assert_eq!(name_of(&text.into()), Name::Person { family: family.into(), given: given.into() }, "{text}");
    }
    for text in ["田中太郎", "Министерство труда", "Juan Carlos Soto Ruiz Pérez"] {
        assert_eq!(name_of(&text.into()), Name::Literal { literal: text.into() });
    }
}

#[test]
fn a_comma_tells_the_family_name() {
    let parts = |raw: &str, form| -> Vec<(String, String)> {
        let part = |name: &Spoken| match name_of(name) {
            Name::Person { family, given } => (family, given),
            Name::Literal { literal } => (literal, String::new()),
        };
        names(raw, form).iter().map(part).collect()
    };
    for (raw, form, family, given) in [
        ("van der Berg, Joost", Form::Listed, "van der Berg", "Joost"),
        ("Орлова, Мария", Form::Listed, "Орлова", "Мария"),
        ("Soto Ruiz, Inés", Form::Single, "Soto Ruiz", "Inés"),
        ("Soto Ruiz, Inés M.", Form::Single, "Soto Ruiz", "Inés M."),
        ("SOTO RUIZ, Inés", Form::Single, "Soto Ruiz", "Inés"),
        ("Soto Ruiz, Inés María", Form::Parts, "Soto Ruiz", "Inés María"),
        ("Orlova, Anna Maria", Form::Listed, "Orlova", "Anna Maria"),
        ("Inés Soto Ruiz", Form::Single, "Ruiz", "Inés Soto"),
        ("von Weidel, Jonas", Form::Single, "von Weidel", "Jonas"),
        ("von Weidel, Jonas", Form::Listed, "von Weidel", "Jonas"),
        ("von der Weide, Jonas", Form::Parts, "von der Weide", "Jonas"),
        ("di Fontana, Zoé", Form::Single, "di Fontana", "Zoé"),
        ("Le, Minh T.", Form::Single, "Le", "Minh T."),
        ("Le, Van", Form::Parts, "Le", "Van"),
        ("Minh T. Le", Form::Single, "Le", "Minh T."),
        ("MINH ANH LE", Form::Listed, "Le", "Minh Anh"),
        ("Do, Minh Anh", Form::Single, "Do", "Minh Anh"),
        ("Minh Anh Do", Form::Listed, "Do", "Minh Anh"),
        ("Lin Lin Ma", Form::Listed, "Ma", "Lin Lin"),
        ("Di, Lin", Form::Single, "Di", "Lin"),
        ("In, Minh", Form::Single, "In", "Minh"),
        ("Minh, In", Form::Single, "Minh", "In"),
        ("Lindqvist, E", Form::Single, "Lindqvist", "E"),
        ("Soto Ruiz, Inés María", Form::Catalogued, "Soto Ruiz", "Inés María"),
        ("Soto y Ruiz, Inés", Form::Single, "Soto y Ruiz", "Inés"),
        ("Soto y Ruiz, Inés María", Form::Listed, "Soto y Ruiz", "Inés María"),
        ("Inés Soto y Ruiz", Form::Listed, "Soto y Ruiz", "Inés"),
        ("Soto de la Vega, Inés", Form::Single, "Soto de la Vega", "Inés"),
        ("Weidel, Jonas, Jr.", Form::Single, "Weidel Jr.", "Jonas"),
        ("Weidel, Jr., Jonas", Form::Single, "Weidel Jr.", "Jonas"),
        ("Jonas Lars Weidel, Jr.", Form::Single, "Weidel Jr.", "Jonas Lars"),
        ("Jonas Lars Weidel, Jr.", Form::Listed, "Weidel Jr.", "Jonas Lars"),
        ("By Jonas Lars Weidel, Jr.", Form::Text, "Weidel Jr.", "Jonas Lars"),
    ] {
        assert_eq!(parts(raw, form), [(family.to_owned(), given.to_owned())], "{raw}");
    }
    // Two people, a place, a role: no family name of several words.
    assert_eq!(texts("Mara Lindqvist, Ada Okoro", Form::Single), ["Mara Lindqvist", "Ada Okoro"]);
    assert_eq!(texts("Mara Lindqvist, Editor", Form::Single), ["Mara Lindqvist"]);
    assert_eq!(texts("Mara Lindqvist, PhD", Form::Single), ["Mara Lindqvist"]);
    for form in [Form::Single, Form::Catalogued] {
        assert_eq!(parts("Harbour University, Oslo", form)[0].0, "Harbour University, Oslo");
    }
}

#[test]
fn a_comma_in_a_catalogue_stands_behind_the_family_name() {
    for (raw, form, family, given) in [
        ("山田, 太郎", Form::Catalogued, "山田", "太郎"),
        ("王, 小明", Form::Single, "王", "小明"),
        ("محمود, أحمد", Form::Single, "محمود", "أحمد"),
        ("Ó Lindqvist, Seán", Form::Catalogued, "Ó Lindqvist", "Seán"),
        ("Weide Fontana, Maria Rosa", Form::Catalogued, "Weide Fontana", "Maria Rosa"),
        ("Okoro, Ada Thi Minh Anh", Form::Catalogued, "Okoro", "Ada Thi Minh Anh"),
        ("Lindqvist, Mara, PhD", Form::Single, "Lindqvist", "Mara"),
        ("lindqvist, mara", Form::Catalogued, "lindqvist", "mara"),
    ] {
        let read = names(raw, form);
        let person = Name::Person { family: family.into(), given: given.into() };
        assert_eq!(read.iter().map(name_of).collect::<Vec<_>>(), [person], "{raw}");
    }
    let list = "Lindqvist, Mara; van der Weide, Jonas; Ó Okoro, Seán";
    assert_eq!(texts(list, Form::Single), ["Mara Lindqvist", "Jonas van der Weide", "Seán Ó Okoro"]);
    assert_eq!(texts("王", Form::Single), ["王"]);
    assert_eq!(texts("Lindqvist, Harbour Agency", Form::Catalogued), ["Lindqvist", "Harbour Agency"]);
}

#[test]
fn names_of_organisations_stay_whole() {
    for raw in [
        "Joint Councils and Local Governments",
        "University and Harbour Union",
        "Wells and Memory Forum",
        "Law and Water Trust",
        "Mara Lindqvist Foundation - Water Justice",
        "Office of the Joint Harbours High Commissioner for the Rights of Wells",
        "Ville de Fontaine",
        "Wells Matter",
    ] {
        let read = names(raw, Form::Listed);
        assert_eq!(read.iter().map(name_of).collect::<Vec<_>>(), [Name::Literal { literal: raw.into() }]);
    }
    assert_eq!(texts("Mara Lindqvist - Harbour News", Form::Listed), ["Mara Lindqvist", "Harbour News"]);
}

#[test]
fn as_many_names_are_read_as_a_work_has() {
    let list: Vec<String> = (0..130)
        .map(|n| {
            format!(
                "Mara Weide{}",
                "abcdefghijklm".repeat(1 + n % 2).chars().cycle().skip(n).take(4 + n / 13).collect::<String>()
            )
        })
        .collect();
    assert_eq!(texts(&list.join("; "), Form::Listed).len(), list.iter().collect::<HashSet<_>>().len());
}

#[test]
fn labels_end_a_name_without_capitals() {
    for (raw, wanted) in
        [("王小明 发布时间", &["王小明"][..]), ("김철수 기자", &["김철수"]), ("입력", &[]), ("نشر في", &[])]
    {
        assert_eq!(texts(raw, Form::Text), wanted, "{raw}");
    }
}
