//! Templates of a wiki: citations, rows, and what is said about a link in the parameters around it.

use super::*;

#[test]
fn templates_within_a_template_hide_none_of_its_parameters() {
    let added = |lead: &str| format!("|archive-url={COPY}|archive-date=2024-08-20|url-status=dead{lead}");
    let before = "* {{cite web|title={{lang|fr|Un}}|url=http://gone.example/page|date=2001}}\n";
    let wanted = before.replace("|date", &added("|date"));
    assert_eq!(after("page.wiki", before), wanted);
    let before = "* {{cite web|title=Un|url=<!-- {{y}} --> http://gone.example/page|date=2001}}\n";
    let wanted = before.replace("|date", &added("|date"));
    assert_eq!(after("page.wiki", before), wanted);
    let before = "* {{row|{{lang|fr|A}}|http://old.example/guide}}\n";
    let wanted = "* {{row|{{lang|fr|A}}|https://new.example/guide_(2)?x{{=}}1&y{{=}}2}}\n";
    assert_eq!(after("page.wiki", before), wanted);
}

#[test]
fn a_citation_says_of_its_copy_one_thing_only() {
    let added = format!("|archive-url={COPY}|archive-date=2024-08-20|url-status=dead");
    let old = format!("|archiveurl={COPY}|archivedate=2024-08-20");
    let filled = format!("|archive-url={COPY}|archive-date=2024-08-20");
    for (before, wanted) in [
        ("|archive-date=", format!("|archive-url={COPY}|url-status=dead|archive-date=2024-08-20")),
        ("|archive-url=|archive-date=", format!("|url-status=dead{filled}")),
        ("|archive-url=<!-- none -->|archive-date=", format!("|url-status=dead{filled}")),
        ("|archive-date=2001-01-01|archive-url=", {
            format!("|url-status=dead|archive-date=2024-08-20|archive-url={COPY}")
        }),
        ("|archiveurl=|archivedate=|accessdate=2010-01-01", format!("{old}|accessdate=2010-01-01")),
        ("|title=A|deadurl=no", format!("{old}|title=A|deadurl=yes")),
        ("|dead-url=no", format!("{filled}|dead-url=yes")),
        ("|unnamed|url-status=", format!("{filled}|unnamed|url-status=dead")),
        ("|url-status=usurped", format!("{filled}|url-status=usurped")),
        (" {{dead link}} <!-- x -->|title=A", format!(" {{{{dead link}}}} <!-- x -->{added}|title=A")),
        ("|quote=a|archive-url=b in words", "|quote=a|archive-url=b in words".to_owned()),
        ("|title={{t|archive-url=}}", format!("{added}|title={{{{t|archive-url=}}}}")),
    ] {
        let citation = |parameters: &str| format!("* {{{{cite web|url=http://gone.example/page{parameters}}}}}\n");
        assert_eq!(after("page.wiki", &citation(before)), citation(&wanted));
    }
    let spaced = "* {{cite web | url = http://gone.example/page | archive-url = | archive-date = }}\n";
    let wanted = format!(
        "* {{{{cite web | url = http://gone.example/page | url-status = dead | archive-url = {COPY}| archive-date = 2024-08-20}}}}\n"
    );
    assert_eq!(after("page.wiki", spaced), wanted);
    // A copy that is named first, and one in another archive.
    for kept in [
        "* {{cite web|archive-url=https://archive.example/web/2010/http://gone.example/page|archive-date=2010-01-01|url=http://gone.example/page}}\n",
        "* {{cite web|url=http://gone.example/page|archive-url=https://other.example/abc|archive-date=2010-01-01}}\n",
    ] {
        assert_eq!(after("page.wiki", kept), kept);
    }
    // The address of something else in a citation is none that it has a copy of.
    let before = "* {{cite book|title=A|at=http://gone.example/page}}\n";
    let wanted = format!(
        "* {{{{cite book|title=A|at=http://gone.example/page}}}} {{{{webarchive|url={COPY}|date=2024-08-20}}}}\n"
    );
    assert_eq!(after("page.wiki", before), wanted);
}

#[test]
fn what_a_page_asks_of_programs_is_honoured() {
    let list = "* [http://old.example/guide Guide]\n* {{cite web|url=http://gone.example/page|title=Gone}}\n";
    for (asked, heeded) in [
        ("{{nobots}}", true),
        ("{{bots|deny=all}}", true),
        ("{{Bots | deny = SomeBot, Perennial}}", true),
        ("{{bots|allow=SomeBot}}", true),
        ("{{bots|allow=none}}", true),
        ("{{bots|deny=SomeBot}}", false),
        ("{{bots|deny=none}}", false),
        ("{{bots|allow=all}}", false),
        ("{{bots}} {{robots|deny=all}}", false),
        ("<!-- {{nobots}} --> <nowiki>{{bots|deny=all}}</nowiki>", false),
    ] {
        let before = format!("{asked}\n{list}");
        let result = fixed("page.wiki", before.as_bytes());
        let left = if heeded { 2 } else { 0 };
        assert_eq!((result.left.len(), result.done.len()), (left, 2 - left), "{asked}");
        assert_eq!(result.after == before, heeded, "{asked}");
        assert!(result.left.iter().all(|left| left.because.contains("leave it alone")), "{asked}");
    }
}

#[test]
fn a_page_that_asks_often_is_read_once() {
    // A look back over the whole text for each of them would take minutes here.
    for asked in ["{{bots}}\n", "<!-- {{nobots}} -->\n", "<nowiki>{{bots|deny=all}}</nowiki>\n"] {
        let before = format!("* [http://old.example/guide Guide]\n{}", asked.repeat(100_000));
        assert!(!bots::keep_out(&before), "{asked}");
    }
}

#[test]
fn links_before_cbignore_are_left_to_a_person() {
    for (link, heeded) in [
        ("[http://gone.example/page Gone] {{cbignore}}", true),
        ("http://old.example/guide {{Cbignore|bot=medic}}", true),
        ("{{cite web|url=http://gone.example/page|title=Gone}}{{cbignore}}", true),
        (
            "<ref>{{cite web|url=http://gone.example/page|title={{lang|fr|Un}}}} {{dead link|date=May 2012}}</ref>{{cbignore}}",
            true,
        ),
        ("[http://gone.example/page Gone] [http://well.example/ Well] {{cbignore}}", false),
        ("[http://gone.example/page Gone]\n{{cbignore}}", false),
        ("[http://gone.example/page Gone] <!-- {{cbignore}} -->", false),
    ] {
        let before = format!("* {link}\n");
        let result = fixed("page.wiki", before.as_bytes());
        assert_eq!((result.after == before, result.left.len()), (heeded, usize::from(heeded)), "{link}");
        assert!(result.left.iter().all(|left| left.because.contains("cbignore")), "{link}");
    }
}

#[test]
fn a_page_of_the_wiki_is_left_as_one() {
    let copy = Memento {
        url: COPY.to_owned(),
        captured: "2024-08-20T10:15:00Z".parse().expect("a moment"),
        title: TitleMatch::Yes,
    };
    let gone = LinkRecord {
        canonical: "https://en.wikipedia.org/wiki/Gone".to_owned(),
        suggestions: vec![Suggestion::from(copy)],
        ..record("wikipedia:Gone", Reason::Http404)
    };
    let text = "* [[wikipedia:Gone|Gone]] and [http://well.example/ Well]\n";
    let document = Document { name: "page.wiki", bytes: text.as_bytes(), content_type: None, base: None, site: None };
    let result = fix(&document, &Wishes::of(&[gone], &ALL), &mut |_| true).expect("it can be repaired");
    assert_eq!(result.after, text);
    let left: Vec<&str> = result.left.iter().map(|left| left.because).collect();
    assert_eq!(left, ["it is a page of the wiki"]);
}

#[test]
fn brackets_in_a_label_do_not_end_its_link() {
    for link in [
        "[http://gone.example/page The [[guide]] of all]",
        "[http://gone.example/page <nowiki>Gone]</nowiki> x]",
        "[http://gone.example/page Gone <!-- [old] --> x]",
        "[http://gone.example/page Gone [sic] x]",
        "[http://gone.example/page ''It'' [[Page|the [[page]] y]",
    ] {
        let before = format!("* {link}, a note\n");
        assert_eq!(after("page.wiki", &before), format!("* {link} ([{COPY} archived copy]), a note\n"));
    }
}

#[test]
fn an_address_within_a_parameter_gives_that_no_name() {
    for (link, is_left) in [
        ("{{row|See [http://old.example/guide Guide]}}", true),
        ("{{row|See http://old.example/guide|b}}", true),
        ("{{row|1=See [http://old.example/guide Guide]}}", false),
        ("{{row|{{t|a=b}} [http://secure.example/x Secure]}}", false),
        ("{{row|b}} [http://old.example/guide Guide]", false),
    ] {
        let before = format!("* {link}\n");
        let result = fixed("page.wiki", before.as_bytes());
        assert_eq!((result.after == before, result.left.len()), (is_left, usize::from(is_left)), "{}", result.after);
    }
}

#[test]
fn the_only_parameter_is_named_whatever_else_it_holds() {
    let new = "https://new.example/guide_(2)?x=1&y=2";
    for behind in [" some text", "{{dead link}}", " and [[Page|a page]]", "\n", "<!-- | -->"] {
        let before = format!("* {{{{box|http://old.example/guide{behind}}}}}\n");
        assert_eq!(after("page.wiki", &before), format!("* {{{{box|1={new}{behind}}}}}\n"));
    }
    let before = "* {{box|http://old.example/guide|b}}\n";
    assert_eq!(after("page.wiki", before), format!("* {{{{box|{}|b}}}}\n", new.replace('=', "{{=}}")));
}

#[test]
fn what_is_repaired_is_called_dead_no_longer() {
    let new = "https://new.example/guide_(2)?x=1&y=2";
    let note = format!("([{COPY} archived copy])");
    for (before, wanted) in [
        ("[http://old.example/guide A] {{dead link|date=May 2012}}, old", format!("[{new} A], old")),
        ("http://old.example/guide{{Dead link}}", new.to_owned()),
        (
            "[http://gone.example/page A] {{Dead link|bot=medic}} text",
            format!("[http://gone.example/page A] {note} text"),
        ),
        (
            "[http://old.example/guide A] {{dead link|url=http://lost.example/}}",
            format!("[{new} A] {{{{dead link|url=http://lost.example/}}}}"),
        ),
        ("[http://old.example/guide A] is {{dead link}}", format!("[{new} A] is {{{{dead link}}}}")),
        ("[http://lost.example/ A] {{dead link}}", "[http://lost.example/ A] {{dead link}}".to_owned()),
    ] {
        assert_eq!(after("page.wiki", &format!("* {before}\n")), format!("* {wanted}\n"));
    }
}

#[test]
fn a_citation_says_what_has_become_of_its_address() {
    const OLD: &str = "https://web.archive.example/web/2010/http://old.example/guide";
    for (before, wanted) in [
        ("|url-status=dead", "|url-status=live"),
        ("|url-status=usurped", "|url-status=usurped"),
        ("|deadurl=yes", "|deadurl=no"),
        ("|title=A", "|title=A"),
    ] {
        let cite = |url: &str, status: &str| format!("* {{{{cite web|url={url}|archive-url={OLD}{status}}}}}\n");
        let told = if before == "|title=A" { "|url-status=live" } else { "" };
        let new = format!("https://new.example/guide_(2)?x=1&y=2{told}");
        assert_eq!(after("page.wiki", &cite("http://old.example/guide", before)), cite(&new, wanted));
    }
    let gone = |status: &str| {
        format!(
            "* {{{{cite web|url=http://gone.example/page|archive-url=https://other.example/abc|url-status={status}}}}}\n"
        )
    };
    assert_eq!(after("page.wiki", &gone("live")), gone("dead"));
    assert_eq!(after("page.wiki", &gone("unfit")), gone("unfit"));
}

#[test]
fn copies_go_where_the_wiki_of_a_language_and_its_boxes_have_them() {
    for (name, url, date) in [
        ("Internetquelle", "archiv-url", "archiv-datum"),
        ("Lien web", "archive-url", "archive-date"),
        ("Cita web", "urlarchivo", "fechaarchivo"),
    ] {
        let cite = |copy: &str| format!("* {{{{{name}|url=http://gone.example/page{copy}|titel=A}}}}\n");
        let copy = format!("|{url}={COPY}|{date}=2024-08-20");
        assert_eq!(after("page.wiki", &cite("")), cite(&copy));
    }
    let in_box = "{{Infobox city\n| name = A\n| url = http://gone.example/page\n}}\nThe city.\n";
    let result = fixed("page.wiki", in_box.as_bytes());
    assert_eq!((result.after.as_str(), result.left.len()), (in_box, 1));
}
