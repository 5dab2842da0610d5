//! Round trips: repair, read again, and everything else is as it was.

mod brackets;
mod copies;
mod tables;
mod wiki;

use proptest::prelude::*;
use url::Url;

use super::*;
use crate::model::audit::LinkRecord;
use crate::model::{CanonicalUrl, Confidence, Memento, Reason, State, Suggestion, SuggestionKind, TitleMatch};
use crate::seed::{self, Document};

const COPY: &str = "https://archive.example/web/20240820101500/http://gone.example/page";
const ALL: [Why; 5] = [Why::Moved, Why::Secure, Why::Repaired, Why::Archived, Why::Untracked];

fn record(url: &str, reason: Reason) -> LinkRecord {
    LinkRecord {
        url: url.to_owned(),
        canonical: Url::parse(url).map_or_else(|_| url.to_owned(), |url| CanonicalUrl::new(&url).as_str().to_owned()),
        state: reason.state(),
        reason,
        also: Vec::new(),
        confidence: Confidence::High,
        notes: Vec::new(),
        evidence: String::new(),
        http_status: None,
        final_url: None,
        title: None,
        anchor: None,
        suggestions: Vec::new(),
        occurrences: Vec::new(),
        delta: None,
        previous: None,
        checked: None,
        last_ok: None,
        failing_since: None,
        strikes: None,
        attempts: Vec::new(),
    }
}

fn moved(from: &str, to: &str) -> LinkRecord {
    let suggestions = vec![Suggestion::new(SuggestionKind::Redirect, to)];
    LinkRecord { suggestions, ..record(from, Reason::MovedPermanent) }
}

fn records() -> Vec<LinkRecord> {
    let copy = Memento {
        url: COPY.to_owned(),
        captured: "2024-08-20T10:15:00Z".parse().expect("a moment"),
        title: TitleMatch::Yes,
    };
    vec![
        moved("http://old.example/guide", "https://new.example/guide_(2)?x=1&y=2"),
        moved("http://plain.example/a#part", "https://plain.example/a#part"),
        moved("http://session.example/a", "http://session.example/b?PHPSESSID=9"),
        moved("http://signin.example/a", "https://signin.example/login?next=/a"),
        moved("http://home.example/deep/page", "https://home.example/"),
        LinkRecord { suggestions: vec![Suggestion::from(copy)], ..record("http://gone.example/page", Reason::Http404) },
        LinkRecord {
            suggestions: vec![Suggestion::new(SuggestionKind::Repair, "http://bad.example/x")],
            ..record("http//bad.example/x", Reason::UrlInvalid)
        },
        LinkRecord {
            suggestions: vec![Suggestion::new(SuggestionKind::Repair, "http://bad.example/x")],
            ..record("http://bad..example/x", Reason::UrlInvalid)
        },
        record("http://well.example/", Reason::OkPlain),
        record("http://lost.example/", Reason::Http404),
        record("https://well.example/t?utm_source=mail&id=7", Reason::OkPlain),
        LinkRecord {
            final_url: Some("https://secure.example/x".to_owned()),
            ..record("http://secure.example/x", Reason::OkPlain)
        },
    ]
}

fn fixed(name: &str, bytes: &[u8]) -> Fixed {
    let document = Document { name, bytes, content_type: None, base: None, site: None };
    fix(&document, &Wishes::of(&records(), &ALL), &mut |_| true).expect("it can be repaired")
}

fn after(name: &str, text: &str) -> String {
    let fixed = fixed(name, text.as_bytes());
    assert_eq!(fixed.bytes, fixed.after.as_bytes());
    let again = fix(
        &Document { name, bytes: &fixed.bytes, content_type: None, base: None, site: None },
        &Wishes::of(&records(), &ALL),
        &mut |_| true,
    )
    .expect("it can be repaired again");
    assert_eq!(again.after, fixed.after, "a second time changes nothing");
    assert_eq!(fixed.left, [], "{name}");
    fixed.after
}

fn hrefs(name: &str, text: &str) -> Vec<String> {
    let mut hrefs = Vec::new();
    let document = Document { name, bytes: text.as_bytes(), content_type: None, base: None, site: None };
    seed::read(&document, &mut |link| hrefs.push(link.href)).expect("a list");
    hrefs
}

#[test]
fn markdown_in_all_its_forms() {
    let before = "# List\r\n\r\n- [Guide](http://old.example/guide \"a (good) one\") - still good\r\n\
        - [Gone](http://gone.example/page) - a loss | or not\r\n- <http://gone.example/page>\r\n\
        - See http://gone.example/page, which is lost.\r\n- [Ref][r] and [pointed](<http://old.example/guide>)\r\n\
        - <a href='http://old.example/guide'>Markup</a>\r\n- [Bad](http://bad..example/x)\r\n\r\n\
        [r]: http://old.example/guide  'title'\r\n";
    let new = "https://new.example/guide_(2)?x=1&y=2";
    let wanted = before
        .replace("[Gone](http://gone.example/page)", &format!("[Gone](http://gone.example/page) ([archived]({COPY}))"))
        .replace("<http://gone.example/page>", &format!("<http://gone.example/page> ([archived]({COPY}))"))
        .replace("http://gone.example/page, which", &format!("http://gone.example/page ([archived]({COPY})), which"))
        .replace("'http://old.example/guide'", "'https://new.example/guide_(2)?x=1&amp;y=2'")
        .replace("http://old.example/guide", new)
        .replace("http://bad..example/x", "http://bad.example/x");
    let after = after("list.md", before);
    assert_eq!(after, wanted);
    assert!(hrefs("list.md", &after).contains(&COPY.to_owned()));
}

#[test]
fn html_and_bookmarks() {
    let before = "<!DOCTYPE html><html><body><h1>List</h1>\n<ul>\n<li><a class=x href=\"http://old.example/guide\">Guide</a> \
        good</li>\n<li><A HREF=http://old.example/guide >Plain</A></li><li><a href='http://gone.example/page'>Gone \
        <b>now</b></a>, a loss</li>\n<li><a href=\"http://secure.example/x\">Secure</a></li></ul></body></html>\n";
    let new = "https://new.example/guide_(2)?x=1&amp;y=2";
    let wanted = before
        .replace("http://old.example/guide", new)
        .replace("<b>now</b></a>", &format!("<b>now</b></a> (<a href=\"{COPY}\">archived</a>)"))
        .replace("http://secure.example/x", "https://secure.example/x");
    assert_eq!(after("list.html", before), wanted);
    let before = "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<TITLE>Bookmarks</TITLE>\n<H1>Bookmarks</H1>\n<DL><p>\n\
        <DT><A HREF=\"http://old.example/guide\" ADD_DATE=\"1\">Guide</A>\n<DT><A HREF=\"http://gone.example/page\">Gone</A>\n\
        </DL><p>\n";
    let wanted = before.replace("http://old.example/guide", new).replace("http://gone.example/page", COPY);
    assert_eq!(after("bookmarks.html", before), wanted);
}

#[test]
fn wikitext_with_citations_brackets_and_bare_addresses() {
    let before = "== Tools ==\n* [http://old.example/guide The [[guide]]]--good\n* [http://gone.example/page Gone]--a loss\n\
        * http://gone.example/page\n* {{cite web |url=http://gone.example/page |title=Gone page |access-date=2019-01-01}}\n\
        * {{cite web\n | url = http://gone.example/page\n | title = Gone page\n | url-status = live\n}}\n\
        * {{URL|http://old.example/guide}}\n* {{cite web|url=http://gone.example/page|title=Kept|archive-url=https://archive.example/web/2019/http://gone.example/page|archive-date=2019-01-01}}\n";
    let document = Document { name: "page.wiki", bytes: before.as_bytes(), content_type: None, base: None, site: None };
    let result = fix(&document, &Wishes::of(&records(), &ALL), &mut |_| true).expect("it can be repaired");
    let note = format!(" {{{{webarchive|url={COPY}|date=2024-08-20}}}}");
    let wanted = before
        .replace(
            "{{cite web |url=http://gone.example/page |title",
            &format!("{{{{cite web |url=http://gone.example/page |archive-url={COPY} |archive-date=2024-08-20 |url-status=dead |title"),
        )
        .replace(
            " | url = http://gone.example/page\n | title = Gone page\n | url-status = live",
            &format!(" | url = http://gone.example/page\n | archive-url = {COPY}\n | archive-date = 2024-08-20\n | title = Gone page\n | url-status = dead"),
        )
        .replace("{{URL|http://old.example/guide}}", "{{URL|1=https://new.example/guide_(2)?x=1&y=2}}")
        .replace("[http://old.example/guide The", "[https://new.example/guide_(2)?x=1&y=2 The")
        .replace("[http://gone.example/page Gone]", &format!("[http://gone.example/page Gone]{note}"))
        .replace("* http://gone.example/page\n", &format!("* http://gone.example/page{note}\n"));
    assert_eq!(result.after, wanted, "{:#?}", result.left);
    let row = after("page.wiki", "* {{row|http://old.example/guide|b}}\n");
    assert_eq!(row, "* {{row|https://new.example/guide_(2)?x{{=}}1&y{{=}}2|b}}\n");
    let doubled = "* [[http://old.example/guide Guide]] - good\n* [[http://gone.example/page Gone]] - bad\n";
    let wanted = doubled
        .replace("http://old.example/guide", "https://new.example/guide_(2)?x=1&y=2")
        .replace("Gone]]", &format!("Gone]] ([{COPY} archived copy])"));
    assert_eq!(after("page.wiki", doubled), wanted);
    let pictures = "[[File:A.png|link=http://old.example/guide|A]]\n[[File:B.png|link=http://gone.example/page|B]]\n\
        <gallery>\nFile:C.jpg|See [http://gone.example/page Gone]\n</gallery>\n";
    let wanted = pictures
        .replace("http://old.example/guide", "https://new.example/guide_(2)?x=1&y=2")
        .replace("link=http://gone.example/page", &format!("link={COPY}"))
        .replace("page Gone]", &format!("page Gone] ([{COPY} archived copy])"));
    assert_eq!(after("page.wiki", pictures), wanted);
    let spoken = after("page.wiki", "* link=http://gone.example/page\n");
    assert_eq!(spoken, format!("* link=http://gone.example/page ([{COPY} archived copy])\n"));
    let plain =
        after("page.wiki", "== Tools ==\n* [http://gone.example/page Gone]--a loss\n* [http://well.example/ Well]\n");
    assert!(
        plain.contains(&format!("Gone] ([{COPY} archived copy])--a loss")),
        "no template where the page uses none: {plain}"
    );
}

#[test]
fn mentions_that_come_to_one_address_are_repaired_together() {
    let records = [
        moved("http://one.example/a", "https://new.example/all"),
        moved("http://two.example/a", "https://new.example/all"),
    ];
    let before = "- [Some guide](http://one.example/a) and [the\n  same guide](http://two.example/a)\n- [Other](https://new.example/all)\n";
    let document = Document { name: "list.md", bytes: before.as_bytes(), content_type: None, base: None, site: None };
    let fixed = fix(&document, &Wishes::of(&records, &ALL), &mut |_| true).expect("it can be repaired");
    let wanted = before.replace("http://one.example/a", "https://new.example/all");
    assert_eq!(
        (fixed.after, fixed.left),
        (wanted.replace("http://two.example/a", "https://new.example/all"), Vec::new())
    );
}

#[test]
fn bibliographies_and_typesetting() {
    let new = "https://new.example/guide_(2)?x=1&y=2";
    let before = "@book{a,\n  title = {Guide},\n  url = {http://old.example/guide},\n}\n@misc{b,\n  title = {Gone},\n  url = \"http://gone.example/page\"\n}\n";
    let wanted = before.replace("http://old.example/guide", new).replace("http://gone.example/page", COPY);
    assert_eq!(after("list.bib", before), wanted);
    let before = "TY  - BOOK\nTI  - Guide\nUR  - http://old.example/guide\nER  - \nTY  - BOOK\nTI  - Gone\nUR  - http://gone.example/page\nER  - \n";
    let wanted = before.replace("http://old.example/guide", new).replace("http://gone.example/page", COPY);
    assert_eq!(after("list.ris", before), wanted);
    let before = "\\documentclass{article}\\begin{document}\\section{List}\n\\begin{itemize}\n\\item \\href{http://old.example/guide}{Guide {\\em good}}, read it\n\\item \\href{http://gone.example/page}{Gone {\\em now}}, a loss\n\\item \\url{http://gone.example/page}\n\\end{itemize}\\end{document}\n";
    let wanted = before
        .replace("http://old.example/guide", "https://new.example/guide\\_(2)?x=1\\&y=2")
        .replace("{Gone {\\em now}}", &format!("{{Gone {{\\em now}}}} (\\href{{{COPY}}}{{archived}})"))
        .replace(
            "\\url{http://gone.example/page}",
            &format!("\\url{{http://gone.example/page}} (\\href{{{COPY}}}{{archived}})"),
        );
    assert_eq!(after("list.tex", before), wanted);
    // Blanks, a line's end or a comment may stand between the arguments.
    for gap in ["\n  ", " ", "%\n", " % why\n  "] {
        let before = format!(
            "\\begin{{itemize}}\n\\item \\href{{http://gone.example/page}}{gap}{{Gone thing}}, a note\n\\end{{itemize}}\n"
        );
        let wanted = before.replace("thing}", &format!("thing}} (\\href{{{COPY}}}{{archived}})"));
        assert_eq!(after("list.tex", &before), wanted);
    }
    let before = "List\n====\n\n* `Guide <http://old.example/guide>`_ is good\n* `Gone <http://gone.example/page>`__ - a loss\n* http://gone.example/page\n* Read `this`_ first\n\n.. _this: http://old.example/guide\n";
    let wanted = before
        .replace("http://old.example/guide", new)
        .replace(
            "Gone <http://gone.example/page>`__",
            &format!("Gone <http://gone.example/page>`__ (`archived <{COPY}>`__)"),
        )
        .replace("* http://gone.example/page\n", &format!("* http://gone.example/page (`archived <{COPY}>`__)\n"));
    assert_eq!(after("list.rst", before), wanted);
    let before = "List\n====\n\nBooks\n-----\n\n.. image:: a.png\n   :target: http://old.example/guide\n\n.. figure:: b.png\n   :target: http://gone.example/page\n   :alt: Gone\n\n* |guide| is good\n* |guide| again, and |gone|\n\n.. |guide| replace:: The `Guide <http://old.example/guide>`_\n.. |gone| image:: b.png\n   :target: http://gone.example/page\n";
    let wanted = before.replace("http://old.example/guide", new).replace("http://gone.example/page", COPY);
    assert_eq!(after("list.rst", before), wanted);
    // The address may stand on a line of its own, below a directive's option or a name but not below any directive.
    let before = "List\n====\n\nBooks\n-----\n\n.. image:: b.png\n   :target:\n      http://gone.example/page\n   :alt: Gone\n\n* Read `this`_\n\n.. _this:\n   http://gone.example/page\n\n.. note::\n   http://gone.example/page\n";
    let wanted = before.replace("http://gone.example/page", COPY);
    let wanted = wanted.replace(
        &format!(".. note::\n   {COPY}"),
        &format!(".. note::\n   http://gone.example/page (`archived <{COPY}>`__)"),
    );
    assert_eq!(after("list.rst", before), wanted);
}

#[test]
fn outlines_feeds_and_sitemaps() {
    let new = "https://new.example/guide_(2)?x=1&amp;y=2";
    let before = "<?xml version=\"1.0\"?>\n<opml version=\"2.0\"><head><title>L</title></head><body>\n<outline text=\"Guide\" type=\"link\" url=\"http://old.example/guide\"/>\n<outline text=\"Gone\" url='http://gone.example/page'/>\n</body></opml>\n";
    let wanted = before.replace("http://old.example/guide", new).replace("http://gone.example/page", COPY);
    assert_eq!(after("list.opml", before), wanted);
    let before = "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>L</title><item><title>Guide</title><link>http://old.example/guide</link></item><item><title>B</title><link><![CDATA[http://old.example/guide]]></link></item></channel></rss>\n";
    let wanted = before
        .replace("<link>http://old.example/guide", &format!("<link>{new}"))
        .replace("<![CDATA[http://old.example/guide", "<![CDATA[https://new.example/guide_(2)?x=1&y=2");
    assert_eq!(after("feed.xml", before), wanted);
    let before = "<?xml version=\"1.0\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><url><loc>http://old.example/guide</loc></url><url><loc>http://gone.example/page</loc></url></urlset>\n";
    let result = fixed("sitemap.xml", before.as_bytes());
    assert_eq!(result.after, before.replace("http://old.example/guide", new), "no copies among a site's own pages");
    assert_eq!(result.left.len(), 1);
}

#[test]
fn what_is_not_fit_to_be_listed_is_never_written() {
    let before = "- [a](http://session.example/a)\n- [b](http://signin.example/a)\n- [c](http://home.example/deep/page)\n- [d](http://well.example/)\n- [e](http://lost.example/)\n";
    let result = fixed("list.md", before.as_bytes());
    assert_eq!((result.after.as_str(), result.done.len()), (before, 0));
    assert_eq!(result.bytes, before.as_bytes());
}

#[test]
fn only_the_kinds_asked_for_are_repaired() {
    let text = "- [a](http://old.example/guide)\n- [b](http://gone.example/page)\n- [c](https://well.example/t?utm_source=mail&id=7)\n- [d](http://secure.example/x)\n";
    let document = Document { name: "list.md", bytes: text.as_bytes(), content_type: None, base: None, site: None };
    let with = |kinds: &[Why]| {
        let fixed = fix(&document, &Wishes::of(&records(), kinds), &mut |_| true).expect("it can be repaired");
        fixed.done.into_iter().map(|proposal| proposal.why).collect::<Vec<_>>()
    };
    assert_eq!(with(&ALL), [Why::Moved, Why::Archived, Why::Untracked, Why::Secure]);
    assert_eq!(with(&[Why::Secure]), [Why::Secure]);
    assert_eq!(with(&[]), []);
}

#[test]
fn a_person_may_say_no() {
    let text = "- [a](http://old.example/guide)\n- [b](http://plain.example/a#part)\n- [c](http://old.example/guide)\n";
    let document = Document { name: "list.md", bytes: text.as_bytes(), content_type: None, base: None, site: None };
    let mut asked = Vec::new();
    let result = fix(&document, &Wishes::of(&records(), &ALL), &mut |proposal| {
        asked.push((proposal.line, proposal.why));
        proposal.line != 3
    })
    .expect("it can be repaired");
    assert_eq!(asked, [(1, Why::Moved), (2, Why::Secure), (3, Why::Moved)]);
    assert!(result.after.ends_with("- [c](http://old.example/guide)\n"), "{}", result.after);
    assert_eq!(result.done.len(), 2);
}

#[test]
fn every_mention_is_repaired_also_those_an_entry_hides() {
    let before = "- [Guide](http://old.example/guide): read it [here](http://old.example/guide) or [there](http://old.example/guide)\n";
    assert_eq!(
        after("list.md", before),
        before.replace("http://old.example/guide", "https://new.example/guide_(2)?x=1&y=2")
    );
}

#[test]
fn a_repair_that_is_in_the_way_keeps_back_no_other() {
    let records = [
        records(),
        vec![
            moved("http://two.example/%C3%A9", "https://two.example/new"),
            // A form is not listed, so the list would be one link shorter.
            moved("http://form.example/a", "https://form.example/a?action=edit"),
        ],
    ]
    .concat();
    let lines = |range: std::ops::Range<usize>| {
        range.map(|n| format!("- [Guide {n}](http://old.example/guide)\n")).collect::<String>()
    };
    let before = format!(
        "# List\n\n{}- [One](http://two.example/%C3%A9) [again](http://two.example/é)\n- [Form](http://form.example/a)\n{}",
        lines(0..9),
        lines(9..20)
    );
    let document = Document { name: "list.md", bytes: before.as_bytes(), content_type: None, base: None, site: None };
    let fixed = fix(&document, &Wishes::of(&records, &ALL), &mut |_| true).expect("it can be repaired");
    let wanted = before
        .replace("http://old.example/guide", "https://new.example/guide_(2)?x=1&y=2")
        .replace("http://two.example/%C3%A9", "https://two.example/new");
    assert_eq!(fixed.after, wanted);
    let left: Vec<_> = fixed.left.iter().map(|left| left.url.as_str()).collect();
    assert_eq!(left, ["http://form.example/a"]);
}

#[test]
fn the_encoding_and_the_mark_stay() {
    let latin = b"Caf\xE9 d\xE9j\xE0 vu, l'\xE9t\xE9: http://old.example/guide\r\n";
    let result = fixed("list.txt", latin);
    let mut wanted = b"Caf\xE9 d\xE9j\xE0 vu, l'\xE9t\xE9: ".to_vec();
    wanted.extend_from_slice(b"https://new.example/guide_(2)?x=1&y=2\r\n");
    assert_eq!(result.bytes, wanted);
    let marked = "\u{FEFF}Title,URL\nGuide,http://old.example/guide\n";
    let result = fixed("list.csv", marked.as_bytes());
    assert_eq!(
        result.bytes,
        marked.replace("http://old.example/guide", "https://new.example/guide_(2)?x=1&y=2").as_bytes()
    );
}

/// Texts with the address of every link taken out.
fn holes(name: &str, text: &str) -> String {
    let mut spans = Vec::new();
    let document = Document { name, bytes: text.as_bytes(), content_type: None, base: None, site: None };
    seed::read(&document, &mut |link| spans.push(link.position.span)).expect("a list");
    spans.sort_by_key(|span| span.start);
    spans.dedup();
    let mut edits: Vec<Edit> = spans.into_iter().map(|range| Edit { range, text: "\u{2603}".to_owned() }).collect();
    apply(text, &mut edits)
}

/// An entry of a list in one of several formats, with an address that may have to be repaired.
fn entry(format: &str, words: &str, url: &str) -> String {
    match format {
        "md" => format!("- [{words}]({url}) - {words}\r\n"),
        "wiki" => format!("* [{url} {words}]--{words}\n"),
        "html" => format!("<li><a href=\"{url}\">{words}</a> {words}</li>\n"),
        "csv" => format!("\"{words}\",{url},{words}\r\n"),
        _ => format!("{words}: {url} # {words}\n"),
    }
}

fn whole(format: &str, entries: &str) -> String {
    match format {
        "md" => format!("# A list\r\n\r\n{entries}"),
        "wiki" => format!("== A list ==\n{entries}"),
        "html" => format!("<!doctype html><html><body><ul>\n{entries}</ul></body></html>"),
        "csv" => format!("title,url,note\r\n{entries}"),
        _ => entries.to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn nothing_outside_the_addresses_changes(
        format in prop::sample::select(vec!["md", "wiki", "html", "csv", "txt"]),
        entries in prop::collection::vec(("[a-zé漢 ]{3,20}", 0..3_usize), 1..12),
    ) {
        let urls = ["http://old.example/guide", "http://secure.example/x", "http://well.example/"];
        let text: String = entries.iter().map(|(words, url)| entry(format, &format!("w{words}w"), urls[*url])).collect();
        let text = whole(format, &text);
        let name = format!("list.{format}");
        let result = fixed(&name, text.as_bytes());
        prop_assert_eq!(holes(&name, &text), holes(&name, &result.after));
        let repaired = entries.iter().filter(|(_, url)| *url < 2).count();
        prop_assert_eq!((result.done.len(), result.left.len()), (repaired, 0));
        let expected: Vec<&str> = entries
            .iter()
            .map(|(_, url)| ["https://new.example/guide_(2)?x=1&y=2", "https://secure.example/x", urls[2]][*url])
            .collect();
        prop_assert_eq!(hrefs(&name, &result.after), expected);
    }

    #[test]
    fn any_bytes_are_repaired_or_refused_and_come_out_whole(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0..300_usize) {
        let mut bytes = bytes;
        let at = at.min(bytes.len());
        bytes.splice(at..at, b" http://old.example/guide ".iter().copied());
        let document = Document { name: "list", bytes: &bytes, content_type: None, base: None, site: None };
        if let Ok(result) = fix(&document, &Wishes::of(&records(), &ALL), &mut |_| true)
            && result.done.is_empty()
        {
            prop_assert_eq!(result.bytes, bytes);
        }
    }
}

#[test]
fn a_state_that_needs_a_person_is_left_to_one() {
    for state in [State::Suspect, State::Blocked, State::Unsure, State::Skipped] {
        let record = LinkRecord { state, ..moved("http://old.example/guide", "https://new.example/guide") };
        assert!(Wishes::of(&[record], &ALL).is_empty(), "{state}");
    }
}
