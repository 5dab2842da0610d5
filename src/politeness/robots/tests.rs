use std::time::Duration;

use super::*;

fn allowed(robots: &str, token: &str, path: &str) -> bool {
    Robots::parse(robots.as_bytes()).group(token).decide_path(path).allowed
}

#[test]
fn the_standard_cases_hold() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/robots/cases.jsonl");
    let Ok(text) = std::fs::read_to_string(file) else { return };
    // These three compare rule and address without normalising both, against RFC 9309, 2.2.2.
    let contradict = ["ID_Encoding-03", "ID_Encoding-05", "ID_Encoding-06"];
    let mut wrong = Vec::new();
    for line in text.lines() {
        let case: serde_json::Value = serde_json::from_str(line).expect("a case");
        let text = |key: &str| case[key].as_str().expect("text").to_owned();
        let rules = Robots::parse(text("robots").as_bytes()).group(&text("agent"));
        let decision = match Url::parse(&text("url")) {
            Ok(url) => rules.decide(&url),
            Err(_) => rules.decide_path(&text("url")),
        };
        if Some(decision.allowed) != case["allowed"].as_bool() && !contradict.contains(&text("id").as_str()) {
            wrong.push(text("id"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// The file of RFC 9309, 5.1.
const SIMPLE: &str = "User-Agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/\n\n\
    User-Agent: foobot\nDisallow:/\nAllow:/example/page.html\nAllow:/example/allowed.gif\n\n\
    User-Agent: barbot\nUser-Agent: bazbot\nDisallow: /example/page.html\n\nUser-Agent: quxbot\n";

/// RFC 9309 by its sections, in our own cases: file, robot, path, whether it may be asked.
const STANDARD: &[(&str, &str, &str, bool)] = &[
    // 2.2.1: the group that names the robot, whatever the letter case, and only else the general one.
    ("user-agent: foobot\ndisallow: /", "FooBot", "/x", false),
    ("USER-AGENT: foobot\nDISALLOW: /X", "foobot", "/x", true),
    ("user-agent: foobot\ndisallow: /\nuser-agent: *\nallow: /", "foobot", "/x", false),
    ("user-agent: *\ndisallow: /\nuser-agent: foobot\nallow: /a", "foobot", "/x", true),
    ("user-agent: *\ndisallow: /a\nuser-agent: *\ndisallow: /b", "foobot", "/b", false),
    ("user-agent: a\nuser-agent: foobot\ndisallow: /x", "foobot", "/x", false),
    ("user-agent: a\ndisallow: /x\nuser-agent: foobot\ndisallow: /y", "foobot", "/x", true),
    (
        "user-agent: foobot\ndisallow: /x\n\nuser-agent: a\nallow: /\n\nuser-agent: foobot\ndisallow: /y",
        "foobot",
        "/y",
        false,
    ),
    ("disallow: /x\nuser-agent: a\nallow: /", "foobot", "/x", true),
    ("", "foobot", "/x", true),
    // 2.2.2: octet by octet from the beginning, letter case counts, the longest pattern, allow where two are as long.
    ("user-agent: *\ndisallow: /x/", "foobot", "/x", true),
    ("user-agent: *\ndisallow: /x", "foobot", "/x/y?z=1", false),
    ("user-agent: *\ndisallow: /x", "foobot", "/y/x", true),
    ("user-agent: *\ndisallow: /X", "foobot", "/x", true),
    ("user-agent: *\ndisallow: /x\nallow: /x/page", "foobot", "/x/page.html", true),
    ("user-agent: *\nallow: /x\ndisallow: /x/page", "foobot", "/x/page.html", false),
    ("user-agent: *\ndisallow: /x\nallow: /x", "foobot", "/x", true),
    ("user-agent: *\ndisallow:\nallow:", "foobot", "/x", true),
    ("user-agent: *\ndisallow: /", "foobot", "/robots.txt", true),
    ("user-agent: *\ndisallow: /foo/bar?baz=quz", "foobot", "/foo/bar?baz=quz", false),
    ("user-agent: *\ndisallow: /foo/bar/\u{30c4}", "foobot", "/foo/bar/%E3%83%84", false),
    ("user-agent: *\ndisallow: /foo/bar/%E3%83%84", "foobot", "/foo/bar/\u{30c4}", false),
    ("user-agent: *\ndisallow: /foo/bar/%62%61%7A", "foobot", "/foo/bar/baz", false),
    ("user-agent: *\ndisallow: /foo/bar/baz", "foobot", "/foo/bar/%62%61%7A", false),
    // 2.2.3: remarks, the end of a path, any octets; written as escapes they are themselves.
    ("user-agent: * # all\ndisallow: /x # not this\n# allow: /x", "foobot", "/x", false),
    ("user-agent: *\nallow: /this/path/exactly$\ndisallow: /", "foobot", "/this/path/exactly", true),
    ("user-agent: *\nallow: /this/path/exactly$\ndisallow: /", "foobot", "/this/path/exactly/not", false),
    ("user-agent: *\nallow: /this/*/exactly\ndisallow: /", "foobot", "/this/and/that/exactly", true),
    ("user-agent: *\nallow: /this/*/exactly\ndisallow: /", "foobot", "/this/exactly", false),
    ("user-agent: *\ndisallow: /path/file-with-a-%2A.html", "foobot", "/path/file-with-a-*.html", false),
    ("user-agent: *\ndisallow: /path/file-with-a-%2A.html", "foobot", "/path/file-with-a-b.html", true),
    ("user-agent: *\ndisallow: /path/foo-%24", "foobot", "/path/foo-$", false),
    // 2.2.4: other lines neither end a group nor say anything.
    ("user-agent: a\nsitemap: https://example.org/s.xml\nuser-agent: foobot\ndisallow: /x", "a", "/x", false),
    ("user-agent: foobot\nnonsense: /\ndisallow: /x", "foobot", "/x", false),
    // 5.1
    (SIMPLE, "otherbot", "/a/b.gif", false),
    (SIMPLE, "otherbot", "/a/b.gif?c", true),
    (SIMPLE, "otherbot", "/example/page.html", false),
    (SIMPLE, "otherbot", "/publications/", true),
    (SIMPLE, "foobot", "/publications/", false),
    (SIMPLE, "foobot", "/example/page.html", true),
    (SIMPLE, "foobot", "/example/allowed.gif", true),
    (SIMPLE, "barbot", "/example/page.html", false),
    (SIMPLE, "bazbot", "/example/page.html", false),
    (SIMPLE, "bazbot", "/example/allowed.gif", true),
    (SIMPLE, "quxbot", "/example/page.html", true),
    // 5.2
    (
        "user-agent: foobot\nallow: /example/page/\ndisallow: /example/page/disallowed.gif",
        "foobot",
        "/example/page/",
        true,
    ),
    (
        "user-agent: foobot\nallow: /example/page/\ndisallow: /example/page/disallowed.gif",
        "foobot",
        "/example/page/disallowed.gif",
        false,
    ),
];

#[test]
fn what_the_standard_says_holds_section_by_section() {
    for (robots, token, path, expected) in STANDARD {
        assert_eq!(allowed(robots, token, path), *expected, "{token} at {path} of {robots:?}");
    }
}

#[test]
fn the_longest_pattern_decides_and_names_its_line() {
    let robots = Robots::parse(b"# house rules\nUser-agent: *\n\nDisallow: /docs/\nAllow: /docs/public/ # guests\n");
    let rules = robots.group("perennial");
    let decision = rules.decide_path("/docs/secret");
    assert_eq!(decision, Decision { allowed: false, line: Some((4, "Disallow: /docs/".to_owned())) });
    assert_eq!(rules.decide_path("/docs/public/a").line, Some((5, "Allow: /docs/public/".to_owned())));
    assert_eq!(rules.decide_path("/elsewhere"), Decision { allowed: true, line: None });
}

#[test]
fn groups_that_name_a_robot_are_merged_and_replace_the_general_one() {
    let text = "User-agent: perennial/1.0\nDisallow: /a\n\nUser-agent: *\nDisallow: /b\n\nUser-agent: Perennial\nDisallow: /c\n";
    assert!(!allowed(text, "perennial", "/a"));
    assert!(allowed(text, "perennial", "/b"));
    assert!(!allowed(text, "PERENNIAL", "/c"));
    assert!(!allowed(text, "other", "/b"));
    assert!(allowed(text, "peren", "/a"), "a token is compared whole");
}

#[test]
fn a_group_without_rules_frees_its_robot() {
    let text = "User-agent: *\nDisallow: /\n\nUser-agent: perennial\nDisallow:\n";
    assert!(allowed(text, "perennial", "/x"));
    assert!(!allowed(text, "other", "/x"));
}

#[test]
fn only_a_rule_closes_a_run_of_user_agent_lines() {
    let text = "User-agent: a\nCrawl-delay: 5\nSitemap: https://example.org/s.xml\nUser-agent: *\nDisallow: /\n";
    assert!(!allowed(text, "a", "/x"));
    let robots = Robots::parse(text.as_bytes());
    assert_eq!(robots.group("a").crawl_delay(), Some(Duration::from_secs(5)));
    assert_eq!(robots.group("b").crawl_delay(), None, "the delay was for those named before it");
    assert_eq!(robots.sitemaps(), ["https://example.org/s.xml"]);
}

#[test]
fn line_ends_marks_and_rubbish_do_not_hide_rules() {
    for text in [
        "\u{feff}User-agent: *\r\nDisallow: /x\r\n",
        "User-agent: *\rDisallow: /x",
        "\n  user-agent\t: *\n\tdisallow : /x",
    ] {
        assert!(!allowed(text, "perennial", "/x/y"), "{text:?}");
        assert!(allowed(text, "perennial", "/y"), "{text:?}");
    }
    let html = "<!doctype html><html><body>User-agent<br>Disallow: /\n<p>: </p></html>";
    assert!(allowed(html, "perennial", "/x"));
    assert!(Robots::parse(&[0xff, 0xfe, 0, b':', b'\n', b'%']).group("x").is_empty());
    let crlf = Robots::parse(b"User-agent: *\r\n\r\nDisallow: /x\r\n").group("perennial");
    assert_eq!(crlf.decide_path("/x").line.map(|(number, _)| number), Some(3));
}

#[test]
fn rule_and_address_are_compared_in_one_spelling() {
    assert!(!allowed("User-agent: *\nDisallow: /caf\u{e9}", "p", "/caf%c3%a9/menu"));
    assert!(!allowed("User-agent: *\nDisallow: /%7Ehome", "p", "/~home"));
    assert!(!allowed("User-agent: *\nDisallow: /a b", "p", "/a%20b"));
    assert!(allowed("User-agent: *\nDisallow: /a%2Fb", "p", "/a/b"), "an encoded slash is no slash");
    assert!(!allowed("User-agent: *\nDisallow: /star-%2A.html", "p", "/star-*.html"));
    assert!(allowed("User-agent: *\nDisallow: /star-%2A.html", "p", "/star-x.html"));
    assert!(!allowed("User-agent: *\nDisallow: /100%", "p", "/100%"), "a lone percent sign is itself");
}

#[test]
fn wildcards_and_ends() {
    let text = "User-agent: *\nDisallow: /*/edit$\nDisallow: *?sort=*&page=\nDisallow: /a$b\n";
    assert!(!allowed(text, "p", "/wiki/edit"));
    assert!(!allowed(text, "p", "/wiki/edit/edit"));
    assert!(allowed(text, "p", "/wiki/edit?x"));
    assert!(!allowed(text, "p", "/list?sort=up&page=2"));
    assert!(allowed(text, "p", "/list?page=2&sort=up"));
    assert!(!allowed(text, "p", "/a$b/c"), "a dollar sign inside is itself");
    assert!(!allowed("User-agent: *\nDisallow: /a*bab$", "p", "/abbab"));
}

#[test]
fn the_file_itself_is_always_allowed() {
    assert!(allowed("User-agent: *\nDisallow: /", "p", "/robots.txt"));
    assert!(!allowed("User-agent: *\nDisallow: /", "p", "/robots.txt?x"));
}

#[test]
fn delays_are_read_leniently_and_the_longest_holds() {
    let delay = |text: &str| Robots::parse(text.as_bytes()).group("p").crawl_delay();
    assert_eq!(delay("User-agent: *\nCrawl-delay: 0.5"), Some(Duration::from_millis(500)));
    assert_eq!(delay("User-agent: *\ncrawl-delay: 10 # gently"), Some(Duration::from_secs(10)));
    assert_eq!(
        delay("User-agent: p\nCrawl-delay: 2\nDisallow: /x\nUser-agent: p\nCrawl-delay: 7"),
        Some(Duration::from_secs(7))
    );
    assert_eq!(delay("User-agent: *\nCrawl-delay: soon"), None);
    assert_eq!(delay("User-agent: *\nCrawl-delay: -3"), None);
    assert_eq!(delay("User-agent: *\nCrawl-delay: 99999999999999999999999"), Some(Duration::from_secs(86_400)));
}

#[test]
fn a_huge_file_is_read_to_its_bound_by_whole_lines() {
    let mut text = String::from("User-agent: *\nDisallow: /first\n");
    while text.len() < MAX_BYTES - 20 {
        text.push_str("# padding\n");
    }
    text.push_str("Allow: /first/but-this-line-is-cut\nDisallow: /late\n");
    assert!(!allowed(&text, "p", "/first/but"));
    assert!(!allowed(&text, "p", "/first/but-this-line-is-cut"));
    assert!(allowed(&text, "p", "/late"));
}

#[test]
fn many_wildcards_cost_linear_time() {
    let pattern = format!("User-agent: *\nDisallow: /{}b", "*a".repeat(5_000));
    let path = format!("/{}", "a".repeat(100_000));
    assert!(allowed(&pattern, "p", &path));
}

#[test]
fn rules_survive_being_stored() {
    let rules = Robots::parse(b"User-agent: *\nCrawl-delay: 2\nDisallow: /a\nAllow: /a/b\n").group("p");
    let stored = serde_json::to_string(&rules).expect("stores");
    assert_eq!(serde_json::from_str::<Rules>(&stored).expect("reads back"), rules);
}
