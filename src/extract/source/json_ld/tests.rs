//! Structured data as pages really carry it.

use super::super::super::value::name::Form;
use super::*;

fn offers(blocks: &[&str]) -> Offers<'static> {
    let url = Url::parse("https://www.example.org/a/report").expect("valid");
    let context = Context { url: &url, canonical: None, titles: vec!["a report".to_owned()] };
    let mut offers = Offers::default();
    offer(&blocks.iter().map(|&block| block.to_owned()).collect::<Vec<_>>(), &context, &mut offers);
    offers
}

fn texts<'a>(offers: &'a Offers<'_>, key: Key, source: Source) -> Vec<&'a str> {
    offers.from(key, source).map(|offer| offer.raw.as_ref()).collect()
}

#[test]
fn graphs_are_followed() {
    let offers = offers(&[r##"{"@context":"https://schema.org","@graph":[
            {"@type":"WebSite","@id":"#site","name":"The Site"},
            {"@type":"Person","@id":"#p","name":"Mara Lindqvist"},
            {"@type":["NewsArticle"],"headline":"A report","author":[{"@id":"#p"},"Jonas Weidel"],"datePublished":"2020-01-27T10:00:00+01:00",
             "publisher":{"@type":"Organization","name":"The House"},"isPartOf":{"@id":"#site"},"comment":[{"@type":"Comment","author":"Nobody Here"}]},
            {"@type":"NewsArticle","headline":"Another one","author":"Ada Okoro"}]}"##]);
    assert_eq!(texts(&offers, Key::Title, Source::JsonLd), ["A report"]);
    assert_eq!(texts(&offers, Key::Author, Source::JsonLd), ["Mara Lindqvist", "Jonas Weidel"]);
    assert_eq!(texts(&offers, Key::Publisher, Source::JsonLd), ["The House"]);
    assert_eq!(offers.first(Key::SiteName, Source::JsonLdSite), Some("The Site"));
}

#[test]
fn broken_blocks_are_read_as_far_as_they_go() {
    for block in [
        "<!-- {\"@type\":\"Article\",\"headline\":\"A report\",} -->",
        "//<![CDATA[\n{\"@type\":\"Article\",\"headline\":\"A\treport\"};\n//]]>",
        "{\"@type\":\"Article\",\"headline\":\"A report\",\"description\":\"a \"quoted\" word\"}",
        "{&quot;@type&quot;:&quot;Article&quot;,&quot;headline&quot;:&quot;A report&quot;}",
    ] {
        let offers = offers(&[block]);
        let title = offers.first(Key::Title, Source::JsonLd).map(clean);
        assert_eq!(title.as_deref(), Some("A report"), "{block}");
    }
}

#[test]
fn a_list_of_works_is_none_of_them() {
    let list: String = (0..6).map(|n| format!("{{\"@type\":\"Article\",\"headline\":\"Piece {n}\"}},")).collect();
    let offers = offers(&[&format!("[{}]", list.trim_end_matches(','))]);
    assert_eq!(offers.first(Key::Title, Source::JsonLd), None);
}

#[test]
fn parts_of_a_name_tell_which_is_the_family_name() {
    let offers = offers(&[r#"{"@type":"Article","headline":"A report","author":[
            {"@type":"Person","name":"Inés María Soto Ruiz","givenName":"Inés María","familyName":"Soto Ruiz"},
            {"@type":"Person","givenName":"Mara","familyName":"Lindqvist"},
            {"@type":"Person","name":"Ada Okoro","givenName":"Adaeze","familyName":"Okoro"}]}"#]);
    assert_eq!(texts(&offers, Key::Author, Source::JsonLd), ["Soto Ruiz, Inés María", "Lindqvist, Mara", "Ada Okoro"]);
}

#[test]
fn types_tell_people_from_organisations() {
    let offers = offers(&[r#"{"@type":"Article","headline":"A report","author":[
            {"@type":"Organization","name":"Loam and Clay"}, {"@type":"NGO","name":"Harbour Watch"},
            {"@type":["Person","Organization"],"name":"Mara Lindqvist"}, {"name":"Jonas Weidel, Ada Okoro"}]}"#]);
    let forms: Vec<_> = offers.from(Key::Author, Source::JsonLd).map(|offer| offer.form).collect();
    let organisation = Some(Form::Organisation);
    assert_eq!(forms, [organisation, organisation, Some(Form::Single), None]);
}
