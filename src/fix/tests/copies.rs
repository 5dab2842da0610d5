//! Copies are put beside a link once, and beside each link that has none.

use super::*;

/// Addresses that formats, archives and readers spell in more than one way, with the spelling of an archive.
const SPELLED: [(&str, &str); 19] = [
    ("http://g.example/a", "http://g.example/a"),
    ("http://g.example/a", "https://www.g.example:443/A"),
    ("http://g.example/a#part", "http://g.example/a"),
    ("http://g.example/a?x=1&y=2", "http://g.example/a?x=1&y=2"),
    ("http://g.example/a?x=1&copy=2", "http://g.example/a?x=1&copy=2"),
    ("http://g.example/a_b", "http://g.example/a_b"),
    ("http://g.example/a_", "http://g.example/a_"),
    ("http://G.Example/a", "http://g.example/a"),
    ("http://g.example:80/a", "http://g.example/a"),
    ("http://g.example/x/../a", "http://g.example/a"),
    ("http://g.example/é", "http://g.example/%C3%A9"),
    ("http://gé.example/a", "http://xn--g-bja.example/a"),
    ("http://g.example/a|b*c", "http://g.example/a|b*c"),
    ("http://g.example/%7Ea", "http://g.example/~a"),
    ("http://g.example/a_(b)", "http://g.example/a_(b)"),
    ("http://g.example/it's", "http://g.example/it's"),
    ("http://g.example/a,b", "http://g.example/a,b"),
    ("http://g.example/a/", "http://g.example/a"),
    ("http://g.example/a)b", "http://g.example/a)b"),
];

/// Lists with a place for an address, as their formats write it.
const LISTS: [(&str, &str); 26] = [
    ("list.md", "- [One](ADDRESS) - a note\n- [Two](http://well.example/)\n"),
    ("list.md", "- [One](ADDRESS)--a note\n"),
    ("list.md", "- [One](<ADDRESS> \"title\") and more\n"),
    ("list.md", "- See ADDRESS for more\n"),
    ("list.md", "- [One][r], a note\n\n[r]: ADDRESS\n"),
    ("list.html", "<!doctype html><body><ul><li><a href=\"ADDRESS\">One <b>x</b></a>, a note</li></ul></body>"),
    ("list.html", "<!doctype html><body><ul><li><a href=\"ADDRESS\">One</a>--a note</li></ul></body>"),
    ("page.wiki", "* [ADDRESS One]--a note\n* [http://well.example/ Two]\n"),
    ("page.wiki", "* [ADDRESS One]\n* {{webarchive|url=https://archive.example/web/2010/http://g.example/a2}}\n"),
    ("page.wiki", "* ADDRESS\n* {{cite web|url=http://well.example/|title=Two}}\n"),
    ("page.wiki", "* {{cite web|url=ADDRESS|title=One}}\n"),
    ("page.wiki", "* {{cite web\n | title = One\n | url = ADDRESS\n}}\n"),
    ("page.wiki", "* {{URL|1=ADDRESS}}, a note\n"),
    ("page.wiki", "* {{row|url=ADDRESS|more=http://well.example/}}\n"),
    ("page.wiki", "[[File:A.png|link=ADDRESS|One]]\n"),
    ("list.rst", "List\n====\n\n* `One <ADDRESS>`__ - a note\n"),
    ("list.rst", "List\n====\n\n* ADDRESS and more\n"),
    ("list.adoc", "= List\n\n* link:ADDRESS[One, two^], a note\n"),
    ("list.adoc", "= List\n\n* ADDRESS and more\n"),
    ("list.org", "- [[ADDRESS][One]], a note\n"),
    ("list.org", "- ADDRESS and more\n"),
    ("list.tex", "\\begin{itemize}\n\\item \\href{ADDRESS}{One}, a note\n\\end{itemize}\n"),
    ("list.bib", "@misc{b,\n  title = {One},\n  url = {ADDRESS},\n}\n"),
    ("list.csv", "title,url,note\nOne,\"ADDRESS\",a note\n"),
    ("list.json", "[{\"title\": \"One\", \"url\": \"ADDRESS\"}]\n"),
    ("list.txt", "One: ADDRESS\n"),
];

/// An address as a person writes it in such a list.
fn as_written(name: &str, url: &str) -> String {
    match name.rsplit_once('.').map_or("", |(_, end)| end) {
        "html" => url.replace('&', "&amp;"),
        "tex" => url.replace('_', "\\_").replace('&', "\\&").replace('#', "\\#").replace('%', "\\%"),
        _ => url.to_owned(),
    }
}

fn with_copy(url: &str, original: &str) -> LinkRecord {
    let copy = Memento {
        url: format!("https://archive.example/web/20240820101500/{original}"),
        captured: "2024-08-20T10:15:00Z".parse().expect("a moment"),
        title: TitleMatch::Yes,
    };
    LinkRecord { suggestions: vec![Suggestion::from(copy)], ..record(url, Reason::Http404) }
}

fn fixed_with(records: &[LinkRecord], name: &str, text: &str) -> Fixed {
    let document = Document { name, bytes: text.as_bytes(), content_type: None, base: None, site: None };
    fix(&document, &Wishes::of(records, &ALL), &mut |_| true).expect("it can be repaired")
}

#[test]
fn a_copy_is_put_beside_a_link_once_in_every_format_and_spelling() {
    let mut repaired = 0;
    for (name, list) in LISTS {
        for (url, original) in SPELLED {
            let before = list.replace("ADDRESS", &as_written(name, url));
            // The address as it is read, where a sign of it ends it early.
            let Some(read) = hrefs(name, &before).into_iter().find(|href| href != "http://well.example/") else {
                continue;
            };
            let records = [with_copy(&read, original)];
            let once = fixed_with(&records, name, &before);
            if once.done.is_empty() {
                assert_eq!(once.left.len(), 1, "{before}");
                continue;
            }
            repaired += 1;
            let twice = fixed_with(&records, name, &once.after);
            assert_eq!((twice.after, twice.left), (once.after, Vec::new()), "{before}");
        }
    }
    assert!(repaired > LISTS.len() * SPELLED.len() * 9 / 10, "{repaired}");
}

#[test]
fn the_copy_of_a_neighbour_is_none_of_the_link() {
    let records = [
        with_copy("http://g.example/a", "http://g.example/a"),
        with_copy("http://g.example/a2", "http://g.example/a2"),
    ];
    let copied = |address: &str| format!("https://archive.example/web/2010/http://g.example/{address}");
    for (name, before) in [
        (
            "page.wiki",
            format!(
                "* [http://g.example/a One]\n* [http://g.example/a2 Two] {{{{webarchive|url={}}}}}\n",
                copied("a2")
            ),
        ),
        (
            "page.wiki",
            format!(
                "* [http://g.example/a One] [[Page]]\n* [http://g.example/a2 Two] {{{{webarchive|url={}}}}} {{{{webarchive|url={}}}}}\n",
                copied("a2"),
                copied("a")
            ),
        ),
        (
            "list.md",
            format!("- [One](http://g.example/a)\n- [Two](http://g.example/a2) ([archived]({}))\n", copied("a2")),
        ),
    ] {
        let result = fixed_with(&records, name, &before);
        let done: Vec<&str> = result.done.iter().map(|done| done.old.as_str()).collect();
        assert_eq!(done, ["http://g.example/a"], "{}", result.after);
    }
}

#[test]
fn links_of_one_template_have_their_copies_behind_it() {
    let records =
        [with_copy("http://g.example/a", "http://g.example/a"), with_copy("http://g.example/b", "http://g.example/b")];
    let before = "* {{row|http://g.example/a|http://well.example/|http://g.example/b}} {{cite web|title=One}}\n";
    let once = fixed_with(&records, "page.wiki", before);
    assert_eq!((once.done.len(), once.left.len()), (2, 0), "{}", once.after);
    assert_eq!(once.after.matches("{{webarchive|url=https://archive.example/").count(), 2, "{}", once.after);
    assert_eq!(fixed_with(&records, "page.wiki", &once.after).after, once.after);
}

#[test]
fn what_one_repair_is_in_the_way_of_is_tried_again() {
    // An entry lists an address once: its second mention shows when the first one is repaired.
    let before = "- [T][r1], [T](http://gone.example/page)\n\
        - [T](http://old.example/guide), [T](http://old.example/guide)\n\
        - [T](http://gone.example/page)\n\n[r1]: http://gone.example/page\n";
    let after = after("list.md", before);
    assert!(!after.contains("http://old.example/guide"), "{after}");
}

/// Pieces of wikitext that belong together, or do not.
const DISORDER: [&str; 26] = [
    "http://gone.example/page",
    "http://old.example/guide",
    "http://well.example/",
    "[http://gone.example/page Gone] ",
    "[http://old.example/guide ",
    "{{cite web|url=http://gone.example/page",
    "{{cite web|title=é|url = http://old.example/guide ",
    "{{row|",
    "{{URL|",
    "|archive-url=",
    "|archive-date= ",
    "|deadurl=no",
    "|url-status=live",
    "{{webarchive|url=https://archive.example/web/2010/http://gone.example/page}}",
    "{{dead link}}",
    "{{cbignore}}",
    "{{=}}",
    "}}",
    "|",
    "=",
    "[[Page]]",
    "[",
    "]",
    "<!-- ",
    " -->",
    "\n* ",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn repairing_twice_is_repairing_once(
        format in prop::sample::select(vec!["md", "wiki", "html", "csv", "txt"]),
        entries in prop::collection::vec(("[a-zé漢 ]{3,20}", 0..SPELLED.len()), 1..8),
    ) {
        let name = format!("list.{format}");
        let url = |at: usize| SPELLED[at].0.replace("g.", &format!("g{at}."));
        let text: String = entries
            .iter()
            .map(|(words, at)| entry(format, &format!("w{words}w"), &as_written(&name, &url(*at))))
            .collect();
        let text = whole(format, &text);
        let records: Vec<LinkRecord> =
            (0..SPELLED.len()).map(|at| with_copy(&url(at), &SPELLED[at].1.replace("g.", &format!("g{at}.")))).collect();
        let once = fixed_with(&records, &name, &text);
        prop_assert_eq!(fixed_with(&records, &name, &once.after).after, once.after);
    }

    #[test]
    fn a_wiki_in_any_disorder_is_repaired_once(
        parts in prop::collection::vec(prop::sample::select(DISORDER.to_vec()), 1..14),
    ) {
        let text = format!("== A list ==\n* {}\n", parts.concat());
        let once = fixed("page.wiki", text.as_bytes());
        let twice = fixed("page.wiki", once.after.as_bytes());
        // What was in the way of a repair that was left may be gone then.
        if once.left.is_empty() {
            prop_assert_eq!((&twice.after, twice.done.len()), (&once.after, 0), "{}", text);
        }
        // No mention has two copies.
        let copies = twice.after.matches(COPY).count();
        prop_assert!(copies <= text.matches("http://gone.example/page").count(), "{}", text);
    }
}
