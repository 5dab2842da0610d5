//! Where redirects land: what an address alone tells, and what the page has to say too.

use super::web::{article, chain, page, prose, url};
use crate::classify::{Facts, Mention, assess};
use crate::model::{Assessment, Confidence, Reason};

/// The verdict on a link that the list calls so, and that leads to this page.
fn lands(listed: &str, title: &str, status: u16, target: &str, html: &str) -> Assessment {
    let attempts = [chain(&[(listed, status), (target, 200)], &[], html)];
    let page = page(html);
    let mention = Mention { title: Some(title), annotation: None };
    assess(&Facts { mention, ..Facts::new(&url(listed), &attempts, Some(&page)) })
}

#[test]
fn a_page_is_no_error_for_a_word_of_its_address() {
    for (listed, title, target, heading) in [
        ("http://a.test/e/NG0100", "Changed after it was checked", "http://a.test/reference/errors/NG0100", "NG0100"),
        ("http://a.test/", "Missing persons database", "http://a.test/missing/", "Missing persons"),
        ("http://a.test/movie", "Gone, thriller of 2012", "http://a.test/films/gone", "Gone (2012)"),
        (
            "http://a.test/a",
            "Expired, photographs of film",
            "http://a.test/collections/expired",
            "Expired: photographs",
        ),
        ("http://a.test/E0404", "E0404", "http://a.test/error-index/404", "E0404"),
    ] {
        let verdict = lands(listed, title, 302, target, &article(heading, 300));
        assert!(verdict.state.is_alive(), "{target}: {} {}", verdict.reason, verdict.evidence);
    }
    let missing = "<title>Page not found</title><h1>Page not found</h1>";
    for (target, html) in [
        ("http://a.test/404.html", article("Our harbour", 300)),
        ("http://a.test/errors/500", article("Our harbour", 300)),
        ("http://a.test/gone", missing.to_owned()),
        ("http://a.test/removed", article("Our harbour", 30)),
        ("http://a.test/errors/no-such-page", missing.to_owned()),
    ] {
        let verdict = lands("http://a.test/guide", "Tide tables", 302, target, &html);
        assert_eq!(verdict.reason, Reason::RedirectToErrorPage, "{target}: {}", verdict.evidence);
    }
}

#[test]
fn a_search_in_place_of_a_front_page_is_the_front_page() {
    let catalogue = article("Library search", 100);
    for target in ["http://a.test/discovery/search?vid=01LIB:V1", "http://a.test/search"] {
        let verdict = lands("http://a.test/", "The catalogue", 302, target, &catalogue);
        assert!(verdict.state.is_alive(), "{target}: {}", verdict.evidence);
    }
    let target = "http://a.test/search?type=dataset";
    let verdict = lands("http://a.test/datasets", "Open data", 301, target, &article("Open data portal", 100));
    assert!(verdict.state.is_alive(), "{}", verdict.evidence);
    let verdict = lands("http://a.test/tides", "Tide tables", 301, target, &article("Open data portal", 100));
    assert_eq!((verdict.reason, verdict.confidence), (Reason::RedirectToSearch, Confidence::Medium));
    let verdict = lands("http://a.test/tides", "Tides", 301, "http://a.test/search?q=tides", &article("Tides", 100));
    assert_eq!((verdict.reason, verdict.confidence), (Reason::RedirectToSearch, Confidence::High));
}

#[test]
fn a_folder_that_became_a_host_and_an_opening_page_that_became_its_chapter_have_moved() {
    let html = article("Get started", 100);
    for (listed, target) in [
        ("http://a.test/docs", "http://docs.a.test/"),
        ("http://www.a.test/blog/", "http://blog.a.test/"),
        ("http://cs.a.test/~smith/", "http://smith.cs.a.test/"),
        ("http://a.test/guide/setup/overview", "http://a.test/guide/setup"),
        ("http://a.test/docs/intro.html", "http://a.test/docs/"),
    ] {
        let verdict = lands(listed, "Handbook", 301, target, &html);
        assert!(verdict.state.is_alive(), "{listed}: {}", verdict.evidence);
    }
    for (listed, target) in [
        ("http://a.test/docs/tides/levels", "http://docs.a.test/"),
        ("http://a.test/blog/2019", "http://news.a.test/"),
        ("http://docs.a.test/docs", "http://docs.a.test/"),
        ("http://a.test/overview", "http://a.test/"),
    ] {
        let verdict = lands(listed, "Handbook", 301, target, &html);
        assert_eq!(verdict.reason, Reason::RedirectToHome, "{listed}: {}", verdict.evidence);
    }
    let verdict = lands("http://a.test/guide/setup/levels", "Handbook", 301, "http://a.test/guide/setup", &html);
    assert_eq!(verdict.reason, Reason::RedirectToAncestor, "{}", verdict.evidence);
}

#[test]
fn a_page_about_signing_in_or_a_contest_of_robots_is_no_wall() {
    for (listed, title, target, html) in [
        ("http://a.test/docs/auth", "API keys", "http://a.test/docs/authentication", article("Authentication", 40)),
        ("http://a.test/oauth", "OAuth docs", "http://a.test/identity/protocols", article("Using OAuth", 100)),
        ("http://a.test/arts", "Arts and Sciences", "http://a.test/cas/about", article("College of Arts", 60)),
        (
            "http://a.test/contest",
            "Robotics contest",
            "http://a.test/learn/challenge",
            format!(
                "<title>The challenge</title><h1>The challenge</h1><p>Build a robot for the contest. {}</p>",
                prose(60)
            ),
        ),
    ] {
        let verdict = lands(listed, title, 301, target, &html);
        assert!(verdict.state.is_alive(), "{target}: {} {}", verdict.reason, verdict.evidence);
    }
    let form = "<title>Welcome</title><h1>Welcome</h1><form><input><input type='password'></form>";
    let verdict = lands("http://a.test/arts", "Arts", 302, "http://a.test/cas/start", form);
    assert_eq!(verdict.reason, Reason::LoginWall, "{}", verdict.evidence);
    let back = "http://a.test/identity/start?returnUrl=%2Farts";
    let verdict = lands("http://a.test/arts", "Arts", 302, back, &article("Our harbour", 60));
    assert_eq!(verdict.reason, Reason::LoginWall, "{}", verdict.evidence);
    let robots = "<title>One moment</title><h1>One moment</h1><p>Prove that you are human.</p>";
    let verdict = lands("http://a.test/arts", "Arts", 302, "http://a.test/challenge", robots);
    assert_eq!(verdict.reason, Reason::BotWallGeneric, "{}", verdict.evidence);
}

#[test]
fn the_page_of_a_subject_is_offered_in_place_of_no_document() {
    let offers = |title: &str, target: &str, heading: &str| {
        let verdict = lands("http://a.test/archive/2010/tide-study", title, 301, target, &article(heading, 200));
        assert_eq!(verdict.reason, Reason::MovedPermanent, "{}", verdict.evidence);
        assert_eq!(verdict.suggestions.is_empty(), verdict.evidence.ends_with("does not mention what the list names"));
        !verdict.suggestions.is_empty()
    };
    assert!(!offers("Coastal flooding study 2010", "http://a.test/research", "Research"));
    assert!(offers("Coastal flooding study 2010", "http://a.test/research", "Coastal flooding in 2010"));
    assert!(offers("Flooding: all we know", "http://a.test/research", "A study of the tides"));
    assert!(offers("Flooding: all we know", "http://a.test/tide-study", "Research"));
    assert!(offers("Flooding: all we know", "http://a.test/library/2010/water", "Research"), "no nearer to the root");
}
