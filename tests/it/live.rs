//! Live pages as lists: what a site shows in the place of a page is never read as the page.

use serde_json::{Value, json};

use crate::house::{outcome, perennial, write};
use crate::played::Played;

/// Haste, and no link is visited: what is read is what matters here.
const NO_VISITS: &str =
    "requests_per_second = 10000.0\nlatency_factor = 0.0\nretries = 0\n[[rule]]\nurl = '*'\nskip = true\n";

fn page(path: &str, status: u16, headers: Value, body: &str) -> Value {
    let mut headers = headers;
    headers["Content-Type"] = "text/html".into();
    json!({"host": "site.test", "path": path, "status": status, "headers": headers, "body": body})
}

/// Runs over a list in a file and a live page beside it: exit code, and what was said on standard error.
fn read(web: &Played, path: &str) -> (i32, String) {
    let folder = web.desk("http://site.test/one\n", NO_VISITS);
    let seed = format!("http://site.test{path}");
    let (code, _, err) = outcome(perennial().current_dir(folder.path()).args(["run", "list.txt", &seed]));
    assert_eq!(code == 0, folder.path().join("reports/audit.json").exists(), "{path}: {err}");
    (code, err)
}

#[test]
fn what_stands_in_the_place_of_a_live_page_is_not_read_as_its_list() {
    let link = "<a href=http://out.test/x>Out</a>";
    let wait = format!("<title>Just a moment...</title><script>window._cf_chl_opt={{}}</script>{link}");
    let sign_in = format!("<title>Sign in</title><h1>Sign in</h1><form><input type=password></form>{link}");
    let sale = format!("<title>site.test is for sale</title><p>The domain site.test is for sale. {link}");
    let missing = format!("<title>Page not found</title><h1>Page not found</h1><p>Sorry, nothing is here. {link}");
    let web = Played::new(&[json!({"id": "site", "server": [
        page("/challenge", 200, json!({"cf-mitigated": "challenge"}), &wait),
        page("/members", 302, json!({"Location": "/signin?return=%2Fmembers"}), ""),
        page("/signin?return=%2Fmembers", 200, json!({}), &sign_in),
        page("/old/links", 301, json!({"Location": "/"}), ""),
        page("/", 200, json!({}), &format!("<title>Site</title><p>Welcome to the site of all sites. {link}")),
        page("/sold", 200, json!({}), &sale),
        page("/missing", 200, json!({}), &missing),
        page("/waf", 202, json!({"x-amzn-waf-action": "challenge"}), ""),
        page("/nothing", 204, json!({}), ""),
        page("/blank", 200, json!({}), "<html><head><link rel=icon href=/i.png></head><body></body></html>"),
    ]})]);
    for (path, why) in [
        ("/challenge", "(bot-wall-cloudflare)"),
        ("/members", "(login-wall)"),
        ("/old/links", "(redirect-to-home)"),
        ("/sold", "(parked-domain)"),
        ("/missing", "(soft-404-text)"),
        ("/waf", "(bot-wall-aws)"),
        ("/nothing", "it answered 204 with nothing at all"),
        ("/blank", "(empty-page)"),
    ] {
        let (code, err) = read(&web, path);
        assert_eq!(code, 3, "{path}: {err}");
        let refusal = format!("the resource page http://site.test{path} cannot be read: ");
        assert!(err.contains(&refusal) && err.contains(why), "{path}: {err}");
    }
}

#[test]
fn a_list_whose_words_are_those_of_a_wall_is_read() {
    let links = |count: u8| -> String {
        (0..count).map(|n| format!("<li><a href=http://out{n}.test/x>Resource {n}</a>")).collect()
    };
    let own = |title: &str, count: u8| {
        let links: String = (0..count).map(|n| format!("<li><a href=/guide/{n}>Guide {n}</a>")).collect();
        format!("<title>{title}</title><h1>{title}</h1><ul>{links}</ul>")
    };
    let list = |title: &str, count| format!("<title>{title}</title><h1>{title}</h1><ul>{}</ul>", links(count));
    let web = Played::new(&[json!({"id": "site", "server": [
        page("/", 200, json!({}), &list("Site", 1)),
        page("/index.html", 301, json!({"Location": "/"}), ""),
        page("/links", 301, json!({"Location": "/links/"}), ""),
        page("/links/", 200, json!({}), &list("Links", 2)),
        page("/login", 200, json!({}), &list("Sign in: tools for single sign-on", 12)),
        page("/short-login", 200, json!({}), &list("Login", 4)),
        page("/comments", 200, json!({}), &list("Links", 3).replace("</ul>", "</ul><p>You must be logged in to post a comment.")),
        page("/own", 200, json!({}), &own("Site maintenance guides", 8)),
        page("/links.html", 301, json!({"Location": "/home"}), ""),
        page("/home", 301, json!({"Location": "http://main.test/"}), ""),
        {"host": "main.test", "path": "/", "headers": {"Content-Type": "text/html"}, "body": list("Main", 12)},
        page("/whole", 206, json!({}), &list("Whole", 2)),
        page("/404", 200, json!({}), &list("404 Page not found: a collection", 9)),
        page("/sale", 200, json!({}), &list("Domains for sale", 5)),
        page("/moved", 301, json!({"Location": "/resources/lists"}), ""),
        page("/resources/lists", 200, json!({}), &list("Lists", 1)),
        page("/map", 200, json!({}), "<map><area href=/a alt=A></map>"),
        page("/odd", 202, json!({}), &list("Accepted", 3)),
        {"host": "site.test", "path": "/list.md", "headers": {"Content-Type": "text/plain"}, "body": "# Login\n\n- [One](http://out.test/1)\n"},
    ]})]);
    for path in [
        "/",
        "/index.html",
        "/links",
        "/login",
        "/short-login",
        "/comments",
        "/own",
        "/links.html",
        "/404",
        "/sale",
        "/moved",
        "/map",
        "/odd",
        "/whole",
        "/list.md",
    ] {
        let (code, err) = read(&web, path);
        assert_eq!(code, 0, "{path}: {err}");
    }
}

#[test]
fn a_live_page_that_breaks_off_is_not_read_as_the_whole_list() {
    let body = "<title>List</title><ul><li><a href=http://out.test/1>One</a><li><a href=http://out.test/2>Two</a></ul>";
    let cut = |path: &str, behaviour: &str| json!({"host": "site.test", "path": path, "headers": {"Content-Type": "text/html"}, "body": body, "behaviour": behaviour});
    let web = Played::new(&[json!({"id": "site", "server": [
        cut("/short", "truncated"),
        cut("/chunks", "bad-chunked"),
        page("/part", 206, json!({"Content-Range": "bytes 0-99/200"}), body),
        page("/packed", 200, json!({"Content-Encoding": "gzip"}), "\u{1}\u{2}\u{3} nothing that unpacks"),
        page("/called-packed", 200, json!({"Content-Encoding": "gzip"}), body),
    ]})]);
    let (code, err) = read(&web, "/called-packed");
    assert_eq!(code, 0, "all of it is there: {err}");
    for (path, why) in [
        ("/short", "it broke off before its announced length"),
        ("/chunks", "it broke off: its framing is broken"),
        ("/part", "it answered 206, with a part of it only"),
        ("/packed", "its compression is broken"),
    ] {
        let (code, err) = read(&web, path);
        assert_eq!(code, 3, "{path}: {err}");
        assert!(err.contains(why), "{path}: {err}");
    }
}

#[test]
fn the_text_of_a_wiki_page_that_breaks_off_is_not_handed_out_repaired() {
    let wiki = |path: &str, kind: &str, body: &str, behaviour: &str| json!({"host": "site.test", "path": path, "headers": {"Content-Type": kind}, "body": body, "behaviour": behaviour});
    let shown = "<!doctype html><html><head><title>List</title><meta name=\"generator\" content=\"MediaWiki 1.12.0\">\
        <script>var wgScriptPath = \"\"; var wgPageName = \"List\";</script></head><body class=\"mediawiki\">\
        <h1 id=\"firstHeading\">List</h1><div id=\"mw-content-text\"><ul><li><a href=\"http://site.test/a\">A</a></li>\
        <li><a href=\"http://site.test/b\">B</a></li></ul></div></body></html>";
    let written = "* [http://site.test/a A]\n* [http://site.test/b B]\n";
    let seed = "http://site.test/index.php?title=List";
    let web = Played::new(&[json!({"id": "wiki", "server": [
        wiki("/index.php?title=List", "text/html", shown, "normal"),
        wiki("/index.php?title=List&action=raw", "text/x-wiki", written, "truncated"),
        {"host": "site.test", "path": "/a", "status": 301, "headers": {"Location": "/c"}},
        page("/b", 200, json!({}), "<title>B</title><h1>B</h1><p>All about B and what it is good for."),
        page("/c", 200, json!({}), "<title>A</title><h1>A</h1><p>All about A and what it is good for."),
    ]})]);
    let folder = web.desk("", "requests_per_second = 10000.0\nlatency_factor = 0.0\nretries = 0\n");
    let config = std::fs::read_to_string(folder.path().join("config.toml")).expect("a configuration");
    write(&folder, "config.toml", config.replace("list.txt", seed));
    let (code, _, err) = outcome(perennial().current_dir(folder.path()).args(["run", "--fail-on", "none"]));
    assert_eq!(code, 0, "{err}");
    let (code, out, err) = outcome(perennial().current_dir(folder.path()).args(["fix", seed, "--write"]));
    assert!(!out.contains("site.test/c"), "{out}");
    assert!(err.contains("broke off"), "{code}: {out}{err}");
}
