//! Live pages and what they lead to: pages of the same site, those of its sitemap, and wikis of three generations.

use std::path::Path;

use serde_json::{Value, json};

use crate::house::{outcome, perennial};
use crate::played::Played;

/// Haste, and no link is visited: what is read is what matters here.
const NO_VISITS: &str =
    "requests_per_second = 10000.0\nlatency_factor = 0.0\nretries = 0\n[[rule]]\nurl = '*'\nskip = true\n";

fn html(path: &str, body: &str) -> Value {
    json!({"host": "site.test", "path": path, "headers": {"Content-Type": "text/html"}, "body": body})
}

fn plain(path: &str, kind: &str, body: &str) -> Value {
    json!({"host": "site.test", "path": path, "headers": {"Content-Type": kind}, "body": body})
}

/// What a run over a played site left: where each link is mentioned (`seed:line`), what was noticed, what was asked for.
struct Seen {
    mentions: Vec<(String, String)>,
    notices: String,
    asked: Vec<String>,
}

impl Seen {
    fn seeds(&self) -> Vec<&str> {
        let mut seeds: Vec<&str> =
            self.mentions.iter().filter_map(|(_, place)| Some(place.rsplit_once(':')?.0)).collect();
        seeds.dedup();
        seeds
    }

    fn places_of(&self, address: &str) -> Vec<&str> {
        self.mentions.iter().filter(|(url, _)| url == address).map(|(_, place)| place.as_str()).collect()
    }
}

fn run(server: Vec<Value>, arguments: &[&str]) -> Seen {
    let played = Played::new(&[json!({"id": "site", "server": server})]);
    let folder = played.desk("", NO_VISITS);
    let (code, _, err) =
        outcome(perennial().current_dir(folder.path()).args(["run", "--quiet", "--no-progress"]).args(arguments));
    assert_eq!(code, 0, "{err}");
    let audit = audit(folder.path());
    let mut mentions = Vec::new();
    for link in audit["links"].as_array().expect("links") {
        for mention in link["occurrences"].as_array().expect("occurrences") {
            let place = format!("{}:{}", mention["seed"].as_str().expect("a seed"), mention["line"]);
            mentions.push((link["url"].as_str().expect("an address").to_owned(), place));
        }
    }
    mentions.sort_by(|(_, one), (_, other)| one.cmp(other));
    let asked = played.playing.requests().into_iter().map(|request| request.target).collect();
    Seen { mentions, notices: audit["notices"].to_string(), asked }
}

fn audit(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("reports/audit.json")).expect("an audit")).expect("JSON")
}

/// A site of pages that lead to each other, and out of it.
fn site() -> Vec<Value> {
    vec![
        html(
            "/guide/",
            "<nav><a href=/guide/b>B</a> <a href=/about>About</a></nav><a href=https://out.test/1>Resource one</a>
             <a href=/guide/b#part>B again</a> <a href='/guide/?action=edit'>Edit</a> <a href=/guide/file.pdf>File</a>
             <a rel=nofollow href=/guide/kept>Kept</a> <a href=/logout>Out</a> <a href=/guide/gone>Gone</a>",
        ),
        html("/guide/b", "<a href=https://out.test/2>Resource two</a> <a href=/guide/c>C</a> <a href=/guide/>Up</a>"),
        html("/guide/c", "<a href=https://out.test/3>Resource three</a>"),
        html("/about", "<a href=https://out.test/4>Resource four</a>"),
    ]
}

#[test]
fn pages_of_a_site_are_read_so_far_as_asked_and_never_twice() {
    let seed = "http://site.test/guide/";
    let alone = run(site(), &[seed]);
    assert_eq!(alone.seeds(), [seed]);
    let one = run(site(), &["--depth", "1", seed]);
    assert_eq!(one.seeds(), ["http://site.test/about", seed, "http://site.test/guide/b"]);
    assert_eq!(one.places_of("https://out.test/2"), ["http://site.test/guide/b:1"]);
    let two = run(site(), &["--depth", "2", "--scope", "folder", seed]);
    assert_eq!(two.seeds(), [seed, "http://site.test/guide/b", "http://site.test/guide/c"]);
    for never in ["/guide/?action=edit", "/guide/file.pdf", "/guide/kept", "/logout", "/about"] {
        assert!(!two.asked.iter().any(|asked| asked == never), "{never} was asked for");
    }
    let mut asked = two.asked.clone();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), two.asked.len(), "{:?}", two.asked);
    let few = run(site(), &["--depth", "2", "--max-pages", "1", seed]);
    assert_eq!(few.seeds().len(), 2);
    assert!(few.notices.contains("max_pages"), "{}", few.notices);
}

#[test]
fn a_page_that_is_read_as_a_list_and_listed_as_a_link_is_asked_for_once() {
    let words = "figures read and explained for whoever wants to know them ".repeat(8);
    let page = |name: &str, links: &str| format!("<title>{name}</title><h1>{name}</h1><p>{words}<p>{links}");
    let server = vec![
        html(
            "/guide/",
            &page("The guide", "<a href=/guide/b>Part B</a> <a href=/guide/c#end>Part C</a> <a href=/guide/>Up</a>"),
        ),
        html("/guide/b", &page("Part B", "<a href=/guide/>Up</a> <a href=/guide/d>Part D</a>")),
        html("/guide/c", &page("Part C", "<h2 id=end>The end</h2>")),
        html("/guide/d", &page("Part D", "<a href=/guide/>Up</a>")),
    ];
    let played = Played::new(&[json!({"id": "site", "server": server})]);
    let folder = played.desk("", "requests_per_second = 1000.0\nlatency_factor = 0.0\nretries = 0\n");
    let arguments = ["run", "--quiet", "--no-progress", "--depth", "1", "http://site.test/guide/"];
    let (code, _, err) = outcome(perennial().current_dir(folder.path()).args(arguments));
    assert_eq!(code, 0, "{err}");
    let mut asked: Vec<String> = played.playing.requests().into_iter().map(|request| request.target).collect();
    asked.sort();
    assert_eq!(asked, ["/guide/", "/guide/b", "/guide/c", "/guide/d", "/robots.txt"]);
    let audit = audit(folder.path());
    let links = audit["links"].as_array().expect("links");
    assert!(links.iter().all(|link| link["state"] == "ok" && link["http_status"] == 200), "{links:#?}");
    let requests = &audit["run"]["requests"];
    assert_eq!((&requests["seeds"], &requests["links"]), (&json!(3), &json!(1)), "{requests}");
}

#[test]
fn robots_txt_holds_for_followed_pages_too() {
    let mut server = vec![plain("/robots.txt", "text/plain", "User-agent: *\nDisallow: /guide/b\n")];
    server.extend(site());
    let seen = run(server, &["--depth", "2", "--scope", "folder", "http://site.test/guide/"]);
    assert!(!seen.asked.iter().any(|asked| asked == "/guide/b"), "{:?}", seen.asked);
    let said = "http://site.test/guide/b is not read: robots.txt of http://site.test says `Disallow: /guide/b`";
    assert!(seen.notices.contains(said), "{}", seen.notices);
}

#[test]
fn a_resource_page_that_robots_txt_refuses_is_named_with_the_rule() {
    let mut server = vec![plain("/robots.txt", "text/plain", "User-agent: *\nDisallow: /guide/\n")];
    server.extend(site());
    let played = Played::new(&[json!({"id": "site", "server": server})]);
    let folder = played.desk("", NO_VISITS);
    let (code, _, err) = outcome(perennial().current_dir(folder.path()).args(["run", "http://site.test/guide/"]));
    assert_eq!(code, 3, "{err}");
    assert!(err.contains("cannot be read: robots.txt of http://site.test says `Disallow: /guide/`"), "{err}");
}

#[test]
fn the_pages_of_a_sitemap_are_read() {
    let map = "<urlset><url><loc>http://site.test/guide/c</loc></url><url><loc>http://other.test/x</loc></url>
        <url><loc>http://site.test/guide/b</loc></url></urlset>";
    let index = "<sitemapindex><sitemap><loc>http://site.test/one.xml</loc></sitemap></sitemapindex>";
    let mut server = vec![
        plain("/robots.txt", "text/plain", "Sitemap: /index.xml\n"),
        plain("/index.xml", "application/xml", index),
        json!({"host": "site.test", "path": "/one.xml", "headers": {"Content-Type": "application/xml", "Content-Encoding": "gzip"},
            "body": map, "body_encoding": "utf-8+gzip"}),
    ];
    server.extend(site());
    let seen = run(server, &["--sitemap", "http://site.test/guide/"]);
    assert_eq!(seen.seeds(), ["http://site.test/guide/", "http://site.test/guide/b", "http://site.test/guide/c"]);
    let seen = run(site(), &["--sitemap", "http://site.test/guide/"]);
    assert_eq!(seen.seeds(), ["http://site.test/guide/"]);
    assert!(seen.notices.contains("sitemap.xml"), "{}", seen.notices);
}

/// A page of a wiki as it is shown, of a generation that is told by what its head says.
fn shown(head: &str, title: &str, content: &str) -> String {
    format!(
        "<!doctype html><html><head><title>{title}</title>{head}</head><body class=\"mediawiki\">\
         <h1 id=\"firstHeading\">{title}</h1><div id=\"mw-content-text\">{content}</div></body></html>"
    )
}

const LIST: &str = "<h2>Tools</h2><ul><li><a href=\"https://out.test/a\">Alpha</a> first of all</li>\
    <li><a href=\"https://out.test/t\">Made</a> by a template</li>\
    <li><a href=\"https://out.test/b\">Beta</a></li></ul>";
const WRITTEN: &str =
    "== Tools ==\n* [https://out.test/a Alpha] first of all\n{{row|t}}\n\n* [https://out.test/b Beta]\n";
const QUERY: &str = "api.php?action=query&format=json&formatversion=2&maxlag=5&prop=revisions*";

fn check_pairing(seen: &Seen, seed: &str) {
    assert_eq!(seen.places_of("https://out.test/a"), [format!("{seed}:2")]);
    assert_eq!(seen.places_of("https://out.test/t"), [format!("{seed}:3")]);
    assert_eq!(seen.places_of("https://out.test/b"), [format!("{seed}:5")]);
    assert!(seen.notices.contains("made by templates"), "{}", seen.notices);
}

#[test]
fn an_old_wiki_gives_the_text_of_its_page() {
    let head = "<meta name=\"generator\" content=\"MediaWiki 1.16.5\"><script>wgScriptPath=\"/w\"; wgPageName=\"List\";</script>";
    let answer = json!({"query": {"pages": {"1": {"pageid": 1, "ns": 0, "title": "List",
        "revisions": [{"revid": 9, "*": WRITTEN}]}}, "general": {"generator": "MediaWiki 1.16.5", "articlepath": "/wiki/$1"}}});
    let seed = "http://site.test/wiki/List";
    let server = vec![
        html("/wiki/List", &shown(head, "List", LIST)),
        plain(&format!("/w/{QUERY}"), "application/json", &answer.to_string()),
    ];
    check_pairing(&run(server, &[seed]), seed);
}

#[test]
fn a_wiki_that_has_no_interface_still_gives_its_raw_text() {
    let head = "<meta name=\"generator\" content=\"MediaWiki 1.12.0\"><script>var wgScriptPath = \"\"; var wgPageName = \"List\";</script>";
    let seed = "http://site.test/index.php?title=List";
    let server = vec![
        html("/index.php?title=List", &shown(head, "List", LIST)),
        plain("/index.php?title=List&action=raw", "text/x-wiki", WRITTEN),
    ];
    check_pairing(&run(server, &[seed]), seed);
    // Nothing at all: the page as it is shown.
    let seen = run(vec![html("/index.php?title=List", &shown(head, "List", LIST))], &[seed]);
    assert_eq!(seen.places_of("https://out.test/a").len(), 1);
    assert!(seen.notices.contains("text of this page of a wiki"), "{}", seen.notices);
}

#[test]
fn a_wiki_that_answers_without_the_text_of_the_page_is_told() {
    let head =
        "<link rel=\"EditURI\" href=\"//site.test/w/api.php?action=rsd\"><script>{\"wgPageName\":\"List\"}</script>";
    let seed = "http://site.test/wiki/List";
    let other = json!({"ns": 0, "title": "Other", "revisions": [{"contentmodel": "wikitext", "content": "x"}]});
    for (page, why) in [
        (json!({"ns": 0, "title": "List", "missing": true}), "nobody has written this page"),
        (other, "not about this page"),
    ] {
        let answer = json!({"batchcomplete": true, "query": {"pages": [page]}});
        let server = vec![
            html("/wiki/List", &shown(head, "List", LIST)),
            plain(&format!("/w/{QUERY}"), "application/json", &answer.to_string()),
        ];
        let seen = run(server, &[seed]);
        assert_eq!(seen.places_of("https://out.test/a").len(), 1);
        assert!(seen.notices.contains(why), "{}", seen.notices);
    }
}

#[test]
fn links_that_a_wiki_shows_in_red_are_none_of_its_list() {
    let head = "<meta name=\"generator\" content=\"MediaWiki 1.12.0\"><script>var wgScriptPath = \"\"; var wgPageName = \"List\";</script>";
    let seed = "http://site.test/index.php?title=List";
    let red = "<p>See <a class=new href=\"/index.php?title=Red_page&amp;action=edit&amp;redlink=1\">red</a> and \
        <a href=\"/index.php?title=Blue\">Blue</a>.</p>";
    let written = format!("{WRITTEN}See [[red page|red]] and [[blue|Blue]].\n");
    let server = vec![
        html("/index.php?title=List", &shown(head, "List", &format!("{LIST}{red}"))),
        plain("/index.php?title=List&action=raw", "text/x-wiki", &written),
    ];
    let seen = run(server, &[seed]);
    check_pairing(&seen, seed);
    assert!(seen.mentions.iter().any(|(_, place)| *place == format!("{seed}:6")), "{:?}", seen.mentions);
    assert!(!seen.mentions.iter().any(|(url, _)| url.contains("red")), "{:?}", seen.mentions);
    assert!(!seen.notices.contains("not shown"), "{}", seen.notices);
}

#[test]
fn all_subpages_of_a_page_are_read_with_their_texts() {
    let head = "<link rel=\"EditURI\" href=\"//site.test/w/api.php?action=rsd\"><meta name=\"generator\" content=\"MediaWiki 1.31.0\">";
    let text = |title: &str, text: &str| json!({"ns": 0, "title": title, "revisions": [{"contentmodel": "wikitext", "content": text}]});
    let first = json!({"batchcomplete": true, "query": {"pages": [text("List", WRITTEN)],
        "general": {"generator": "MediaWiki 1.31.0", "articlepath": "/wiki/$1"}}});
    let names = json!({"continue": {"apcontinue": "List/Two", "continue": "-||"}, "query": {"allpages": [{"ns": 0, "title": "List/One"}]}});
    let rest = json!({"batchcomplete": true, "query": {"allpages": [{"ns": 0, "title": "List/Two"}]}});
    let texts = json!({"query": {"pages": [text("List/One", "\n* [https://out.test/1 One]"), text("List/Two", "* [https://out.test/2 Two]")]}});
    let query = "/w/api.php?action=query&format=json&formatversion=2&maxlag=5";
    let sub = |number: u8, name: &str| {
        shown(head, name, &format!("<ul><li><a href=\"https://out.test/{number}\">{name}</a></li></ul>"))
    };
    let server = vec![
        html("/wiki/List", &shown(head, "List", LIST)),
        plain(
            &format!("{query}&prop=revisions&rvprop=ids%7Ctimestamp%7Ccontent&rvslots=main&redirects=1&meta=siteinfo*"),
            "application/json",
            &first.to_string(),
        ),
        plain(
            &format!("{query}&list=allpages&apprefix=List%2F&apnamespace=0&apfilterredir=nonredirects&aplimit=max"),
            "application/json",
            &names.to_string(),
        ),
        plain(
            &format!(
                "{query}&list=allpages&apprefix=List%2F&apnamespace=0&apfilterredir=nonredirects&aplimit=max&apcontinue=List%2FTwo*"
            ),
            "application/json",
            &rest.to_string(),
        ),
        plain(
            &format!(
                "{query}&prop=revisions&rvprop=ids%7Ctimestamp%7Ccontent&rvslots=main&redirects=1&titles=List%2FOne%7CList%2FTwo"
            ),
            "application/json",
            &texts.to_string(),
        ),
        html("/wiki/List/One", &sub(1, "One")),
        html("/wiki/List/Two", &sub(2, "Two")),
    ];
    let seed = "http://site.test/wiki/List";
    let seen = run(server, &["--wiki-follow", "subpages", seed]);
    check_pairing(&seen, seed);
    assert_eq!(seen.places_of("https://out.test/1"), ["http://site.test/wiki/List/One:2"]);
    assert_eq!(seen.places_of("https://out.test/2"), ["http://site.test/wiki/List/Two:1"]);
}

#[test]
fn a_category_and_links_of_a_new_wiki_are_followed() {
    let head = "<link rel=\"EditURI\" href=\"/api.php?action=rsd\"><script>{\"wgPageName\":\"NAME\"}</script>";
    let page = |name: &str, content: &str| shown(&head.replace("NAME", name), name, content);
    let query = "/api.php?action=query&format=json&formatversion=2&maxlag=5";
    let text = |ns: u8, title: &str, text: &str| json!({"ns": ns, "title": title, "revisions": [{"slots": {"main": {"contentmodel": "wikitext", "content": text}}}]});
    let general = json!({"generator": "MediaWiki 1.43.0", "articlepath": "/wiki/$1"});
    let answers = |titles: &str, answer: Value| {
        let path = format!("{query}&prop=revisions&rvprop=ids%7Ctimestamp%7Ccontent&rvslots=main&redirects=1{titles}");
        plain(&path, "application/json", &answer.to_string())
    };
    let server = vec![
        html("/wiki/Category:Rights", &page("Category:Rights", "<p>All <a href=\"https://out.test/c\">about rights</a>.</p>")),
        html("/wiki/Atlas", &page("Atlas", "<ul><li><a href=\"https://out.test/1\">One</a></li></ul>")),
        answers("&meta=siteinfo&siprop=general&titles=Category%3ARights", json!({"query": {"general": general, "pages": [text(14, "Category:Rights", "All [https://out.test/c about rights].")]}})),
        answers("&meta=siteinfo&siprop=general&titles=Atlas", json!({"query": {"general": general, "pages": [text(0, "Atlas", "* [https://out.test/1 One]")]}})),
        answers("&titles=Atlas", json!({"query": {"pages": [text(0, "Atlas", "* [https://out.test/1 One]")]}})),
        answers("&titles=Map", json!({"query": {"pages": [text(0, "Map", "* [https://out.test/2 Two]")]}})),
        html("/wiki/Map", &page("Map", "<ul><li><a href=\"https://out.test/2\">Two</a></li></ul>")),
        plain(&format!("{query}&list=categorymembers*"), "application/json", &json!({"query": {"categorymembers": [
            {"ns": 0, "title": "Atlas"}, {"ns": 3, "title": "User talk:X"}, {"ns": 6, "title": "File:X.png"}]}}).to_string()),
        plain(&format!("{query}&prop=links*"), "application/json", &json!({"query": {"pages": [{"ns": 0, "title": "Atlas", "links": [
            {"ns": 0, "title": "Map"}, {"ns": 0, "title": "Atlas"}, {"ns": -1, "title": "Special:Random"}, {"ns": 10, "title": "Template:X"}]}]}}).to_string()),
    ];
    let category = "http://site.test/wiki/Category:Rights";
    let seen = run(server.clone(), &["--wiki-follow", "category", category]);
    assert_eq!(seen.seeds(), ["http://site.test/wiki/Atlas", category]);
    assert_eq!(seen.places_of("https://out.test/1"), ["http://site.test/wiki/Atlas:1"]);
    let seen = run(server, &["--wiki-follow", "links", "http://site.test/wiki/Atlas"]);
    assert_eq!(seen.seeds(), ["http://site.test/wiki/Atlas", "http://site.test/wiki/Map"]);
    assert!(!seen.asked.iter().any(|asked| asked.contains("Special:") || asked.contains("oldid")), "{:?}", seen.asked);
}

#[test]
fn a_wiki_without_an_interface_is_followed_by_what_its_page_shows_and_its_own_words_are_told() {
    let head = "<script>{\"wgPageName\":\"List\",\"wgScriptPath\":\"/w\"}</script>";
    let leads = "<p><a href=\"/wiki/List/One\">One</a> <a href=\"/wiki/Other\">Other</a></p>";
    let below = "<ul><li><a href=\"https://out.test/1\">One</a></li></ul>";
    let refusal = json!({"error": {"code": "readapidenied", "info": "Only members may read this wiki."}});
    let server = vec![
        html("/wiki/List", &shown(head, "List", &format!("{LIST}{leads}"))),
        plain("/w/api.php*", "application/json", &refusal.to_string()),
        html("/wiki/List/One", &shown("", "One", below)),
    ];
    let seed = "http://site.test/wiki/List";
    let seen = run(server, &["--wiki-follow", "subpages", seed]);
    assert_eq!(seen.places_of("https://out.test/1").len(), 1, "{:?}", seen.asked);
    assert!(seen.notices.contains("Only members may read this wiki."), "{}", seen.notices);
    assert!(!seen.asked.iter().any(|asked| asked == "/wiki/Other"), "{:?}", seen.asked);
}

#[test]
fn pages_that_nobody_has_written_are_not_asked_for_and_lists_in_circles_end() {
    let head = "<link rel=\"EditURI\" href=\"/api.php?action=rsd\"><script>{\"wgPageName\":\"Atlas\"}</script>";
    let query = "/api.php?action=query&format=json&formatversion=2&maxlag=5";
    let texts = json!({"query": {"general": {"generator": "MediaWiki 1.43.0", "articlepath": "/wiki/$1"}, "pages": [
        {"ns": 0, "title": "Atlas", "revisions": [{"slots": {"main": {"content": "* [[Map]]"}}}]},
        {"ns": 0, "title": "Map", "missing": true}]}});
    let links = json!({"continue": {"plcontinue": "1|0|Map", "continue": "||"},
        "query": {"pages": [{"ns": 0, "title": "Atlas", "links": [{"ns": 0, "title": "Map"}]}]}});
    let server = vec![
        html("/wiki/Atlas", &shown(head, "Atlas", "<ul><li><a href=\"https://out.test/1\">One</a></li></ul>")),
        plain(&format!("{query}&prop=revisions*"), "application/json", &texts.to_string()),
        plain(&format!("{query}&prop=links*"), "application/json", &links.to_string()),
    ];
    let seen = run(server, &["--wiki-follow", "links", "http://site.test/wiki/Atlas"]);
    let asked = |what: &str| seen.asked.iter().filter(|asked| asked.contains(what)).count();
    assert_eq!((asked("/wiki/Map"), asked("prop=links")), (0, 2), "{:?}", seen.asked);
    assert!(seen.notices.contains("goes on where it was before"), "{}", seen.notices);
    assert!(!seen.notices.contains("404"), "{}", seen.notices);
}

#[test]
fn a_wiki_whose_interface_refuses_is_told_by_that_answer() {
    let head =
        "<link rel=\"EditURI\" href=\"//site.test/w/api.php?action=rsd\"><script>{\"wgPageName\":\"List\"}</script>";
    let mut refusal = plain(&format!("/w/{QUERY}"), "text/plain", "no programs");
    refusal["status"] = json!(403);
    let server = vec![
        plain("/robots.txt", "text/plain", "User-agent: *\nDisallow: /w/index.php\nDisallow: /w/rest.php\n"),
        html("/wiki/List", &shown(head, "List", LIST)),
        refusal,
    ];
    let seen = run(server, &["http://site.test/wiki/List"]);
    assert!(seen.notices.contains("does not give it: it answered 403"), "{}", seen.notices);
}
