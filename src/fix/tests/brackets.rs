//! AsciiDoc and Org: labels in brackets stay what they are, and what names stand for is left alone.

use super::*;

const GUIDE: &str = "https://new.example/guide_(2)?x=1&y=2";

#[test]
fn asciidoc_in_all_its_forms() {
    let before = "= List\n:old: http://old.example/guide\n:lost: http://gone.example/page\n\n\
        * http://old.example/guide[Guide, the^] - good\n* link:http://gone.example/page[Gone (a loss),window=_blank] - a loss\n\
        * <http://gone.example/page>\n* See http://gone.example/page, which is lost.\n* {old}[Named]\n* {old}[again]\n\
        * {lost}[Lost]\n* Note: http://old.example/guide\n\n== Part\n\n\
        image::a.png[A,link=http://gone.example/page]\n\n|===\n|http://old.example/guide[Cell] |b\n|===\n\n\
        +++<a href='http://old.example/guide'>Markup</a>+++\n";
    let note = format!(" ({COPY}[archived])");
    let wanted = before
        .replace("'http://old.example/guide'", "'https://new.example/guide_(2)?x=1&amp;y=2'")
        .replace("http://old.example/guide", GUIDE)
        .replace(",link=http://gone.example/page", &format!(",link={COPY}"))
        .replace(":lost: http://gone.example/page", &format!(":lost: {COPY}"))
        .replace("window=_blank]", &format!("window=_blank]{note}"))
        .replace("<http://gone.example/page>", &format!("<http://gone.example/page>{note}"))
        .replace("page, which", &format!("page{note}, which"));
    assert_eq!(after("list.adoc", before), wanted);
}

#[test]
fn org_in_all_its_forms() {
    let before = "#+TITLE: List\n\n- [[http://old.example/guide][Guide /the/]] - good\n\
        - [[http://gone.example/page][Gone [a loss]]] - a loss\n- [[http://gone.example/page]]\n- <http://gone.example/page>\n\
        - See http://gone.example/page, which is lost.\n- http://old.example/guide :: A term\n\n\
        | [[http://old.example/guide][Cell]] | b |\n\n* Thing\n:PROPERTIES:\n:URL: http://gone.example/page\n:END:\n";
    let note = format!(" ([[{COPY}][archived]])");
    let wanted = before
        .replace("http://old.example/guide", GUIDE)
        .replace(":URL: http://gone.example/page", &format!(":URL: {COPY}"))
        .replace("loss]]]", &format!("loss]]]{note}"))
        .replace("[[http://gone.example/page]]", &format!("[[http://gone.example/page]]{note}"))
        .replace("<http://gone.example/page>", &format!("<http://gone.example/page>{note}"))
        .replace("page, which", &format!("page{note}, which"));
    assert_eq!(after("list.org", before), wanted);
}

#[test]
fn signs_of_the_markup_are_percent_encoded_in_an_address() {
    let records = [moved("http://esc.example/a", "https://new.example/[1]|b,c")];
    for (name, before, written) in [
        ("list.org", "- [[http://esc.example/a][One [1]]] - a note\n", "https://new.example/%5B1%5D%7Cb,c"),
        ("list.adoc", "= T\n\n* http://esc.example/a[One] - a note\n", "https://new.example/%5B1%5D%7Cb,c"),
        (
            "list.adoc",
            "= T\n\n== P\n\nimage::a.png[One,200,link=http://esc.example/a,role=x]\n",
            "https://new.example/%5B1%5D%7Cb%2Cc",
        ),
    ] {
        let document = Document { name, bytes: before.as_bytes(), content_type: None, base: None, site: None };
        let fixed = fix(&document, &Wishes::of(&records, &ALL), &mut |_| true).expect("it can be repaired");
        assert_eq!(fixed.after, before.replace("http://esc.example/a", written), "{:?}", fixed.left);
    }
}

#[test]
fn what_names_and_abbreviations_stand_for_is_left_to_a_person() {
    for (name, before) in [
        ("list.adoc", ":site: http://old.example\n\n= T\n\n* {site}/guide[Guide]\n"),
        ("list.org", "#+LINK: old http://old.example/%s\n\n- [[old:guide][Guide]]\n- [[old:a.b//c][Other]]\n"),
    ] {
        let fixed = fixed(name, before.as_bytes());
        assert_eq!(fixed.after, before);
        assert_eq!(fixed.left.len(), 1, "{name}: {:?}", fixed.left);
        assert_eq!(fixed.left[0].because, "its address does not stand in the file as such");
    }
}
