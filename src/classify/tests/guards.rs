//! What must not be mistaken: each guard with its test.

use super::web::{article, chain, headers, judge, judge_chain, page, prose, url};
use crate::classify::{Facts, History, Mention, Table, assess, read_probe};
use crate::model::exchange::Answer;
use crate::model::observation::Fingerprint;
use crate::model::{Assessment, Confidence, Ending, Exchange, PageFacts, Reason, State};

const LISTED: &str = "http://example.org/guides/knots";

/// The verdict with a probe that got this page, or an honest 404 without one.
fn probed(listed: &str, html: &str, sibling: Option<&str>) -> Assessment {
    let attempts = [chain(&[(listed, 200)], &[], html)];
    let facts_of = page(html);
    let listed = url(listed);
    let facts = Facts::new(&listed, &attempts, Some(&facts_of));
    let plan = crate::classify::judge(&facts, 11).1.probe.expect("suspicious enough");
    let status = if sibling.is_some() { 200 } else { 404 };
    let exchange = chain(&[(plan.url.as_str(), status)], &[], sibling.unwrap_or("<h1>404</h1>"));
    let sibling = page(sibling.unwrap_or("<h1>404</h1>"));
    let probe = read_probe(&plan, &exchange, Some(&sibling));
    assess(&Facts { probe: Some(&probe), ..facts })
}

fn wants_probe(listed: &str, html: &str) -> bool {
    let attempts = [chain(&[(listed, 200)], &[], html)];
    let page = page(html);
    let listed = url(listed);
    let facts = Facts::new(&listed, &attempts, Some(&page));
    crate::classify::judge(&facts, 11).1.probe.is_some()
}

#[test]
fn ordinary_pages_are_never_probed() {
    assert!(!wants_probe(LISTED, &article("The bowline", 120)));
    assert!(!wants_probe("http://example.org/", "<title>Example</title><p>short</p>"), "a root");
    let missing = "<title>Page not found</title><h1>Page not found</h1>";
    assert!(wants_probe(LISTED, missing));
    assert!(!wants_probe("http://example.org/guides/delete/4", missing), "an address that does something");
    assert!(!wants_probe("http://example.org/list?action=remove&id=3", missing));
}

#[test]
fn a_page_that_has_nothing_to_do_with_its_link_is_probed() {
    let wants = |title: &str, html: &str| {
        let listed = url("http://example.org/galerie/tawern.htm");
        let attempts = [chain(&[(listed.as_str(), 200)], &[], html)];
        let page = page(html);
        let mention = Mention { title: Some(title), annotation: None };
        let facts = Facts { mention, ..Facts::new(&listed, &attempts, Some(&page)) };
        crate::classify::judge(&facts, 11).1.probe.is_some()
    };
    assert!(wants("Roman temple", &article("Start page", 120)));
    assert!(!wants("Roman temple", &article("Tawern", 120)), "the address names it");
    assert!(!wants("Roman temple of the Saar", &article("A temple", 120)), "one word is enough");
    assert!(!wants("Site", &article("Start page", 120)), "the list says nothing");
}

#[test]
fn a_probe_keeps_folder_and_extension_and_makes_up_identifiers() {
    let plan_of = |listed: &str| {
        let html = "<title>Page not found</title><h1>Page not found</h1>";
        let attempts = [chain(&[(listed, 200)], &[], html)];
        let page = page(html);
        let listed = url(listed);
        let facts = Facts::new(&listed, &attempts, Some(&page));
        crate::classify::judge(&facts, 5).1.probe.expect("suspicious")
    };
    let plan = plan_of("http://example.org/guides/knots.html?print=1#top");
    let path = plan.url.path();
    assert!(
        path.starts_with("/guides/") && path.ends_with(".html") && path.len() == "/guides/.html".len() + 25,
        "{path}"
    );
    assert_eq!(plan.url.query(), None);
    assert_eq!(plan.key, "example.org/guides/*.html");
    let numbers = plan_of("http://example.org/item/4711");
    assert!(numbers.url.path().trim_start_matches("/item/").bytes().all(|byte| byte.is_ascii_digit()));
    let slug = plan_of("http://example.org/questions/48291/how-to-tie");
    assert!(!slug.url.path().contains("48291"), "{}", slug.url);
    let query = plan_of("http://example.org/view.php?article=12&lang=en");
    assert!(
        query.url.as_str().starts_with("http://example.org/view.php?article=9")
            && query.url.as_str().ends_with("&lang=en")
    );
}

#[test]
fn a_page_like_a_page_that_cannot_exist_is_missing() {
    let html = "<title>Harbour Review</title><main><h1>Sorry</h1><p>The editors are out.</p></main>";
    let verdict = probed(LISTED, html, Some(html));
    assert_eq!((verdict.reason, verdict.state), (Reason::Soft404Probe, State::Suspect));
    let honest = probed(LISTED, html, None);
    assert!(honest.state.is_alive(), "{}", honest.reason);
    let other = "<title>Nothing of that name | Harbour Review</title><main><h1>Nothing of that name</h1></main>";
    assert!(probed(LISTED, html, Some(other)).state.is_alive(), "title and heading both differ");
}

#[test]
fn an_honest_server_leaves_a_heading_in_doubt_and_clears_a_name() {
    let missing = "<title>Page not found</title><h1>Page not found</h1><p>Sorry.</p>";
    assert_eq!(probed(LISTED, missing, None).reason, Reason::Soft404Text);
    let band = format!("<title>Not Found (band) | Music</title><h1>Not Found</h1><p>{}</p>", prose(60));
    let verdict = probed("http://example.org/artist/not-found", &band, None);
    assert!(verdict.state.is_alive(), "{}: {}", verdict.reason, verdict.evidence);
}

#[test]
fn a_probe_that_meets_a_wall_says_nothing() {
    let html = "<title>Page not found</title><h1>Page not found</h1>";
    let attempts = [chain(&[(LISTED, 200)], &[], html)];
    let facts_of = page(html);
    let listed = url(LISTED);
    let facts = Facts::new(&listed, &attempts, Some(&facts_of));
    let plan = crate::classify::judge(&facts, 1).1.probe.expect("suspicious");
    let wall = chain(&[(plan.url.as_str(), 403)], &[("cf-mitigated", "challenge")], "");
    let probe = read_probe(&plan, &wall, None);
    assert_eq!(assess(&Facts { probe: Some(&probe), ..facts }).reason, Reason::Soft404Text);
}

#[test]
fn roots_indexes_locales_and_decoration_are_no_loss() {
    let html = article("Harbour Review", 120);
    for (from, to) in [
        ("http://example.org/index.php", "http://example.org/"),
        ("http://example.org/", "http://example.org/de-at/"),
        ("http://example.org/knots", "http://example.org/fr/knots"),
        ("http://example.org/questions/48291/how-to-tie", "http://example.org/questions/48291"),
        ("http://example.org/Knots/", "http://example.org/knots"),
        ("http://bit.ly/x1", "http://example.org/"),
    ] {
        let verdict = judge_chain(from, &[(from, 301), (to, 200)], &html);
        assert!(verdict.state.is_alive(), "{from} {to}: {}", verdict.reason);
    }
    for (from, to, reason) in [
        (LISTED, "http://example.org/", Reason::RedirectToHome),
        (LISTED, "http://example.org/en", Reason::RedirectToHome),
        (LISTED, "http://example.org/guides", Reason::RedirectToAncestor),
        ("http://example.org/en/v2/api/x.html", "http://example.org/en/latest/", Reason::RedirectToAncestor),
        (LISTED, "http://example.org/?s=knots", Reason::RedirectToSearch),
        (LISTED, "http://example.org/search/knots", Reason::RedirectToSearch),
        (LISTED, "http://example.org/error.aspx?aspxerrorpath=/guides/knots", Reason::RedirectToErrorPage),
    ] {
        assert_eq!(judge_chain(from, &[(from, 302), (to, 200)], &html).reason, reason, "{to}");
    }
}

#[test]
fn password_fields_and_captchas_inside_content_are_no_walls() {
    let with = |inside: &str| {
        format!("<title>The bowline</title><main><h1>The bowline</h1><p>{}</p>{inside}</main>", prose(160))
    };
    for inside in [
        "<form><input type='password' name='p'></form>",
        "<div class='g-recaptcha'></div>",
        "<p>Subscribe to continue reading</p>",
        "<div class='cookies'>We use cookies. Accept all to continue.</div>",
    ] {
        let verdict = judge(LISTED, 200, &with(inside));
        assert!(verdict.state.is_alive(), "{inside}: {}", verdict.reason);
    }
    let login = "<title>Sign in</title><h1>Sign in</h1><form><input type='password'></form>";
    assert_eq!(judge(LISTED, 200, login).reason, Reason::LoginWall);
    assert!(judge("http://example.org/login", 200, login).state.is_alive(), "the listed address is the sign-in");
}

#[test]
fn documents_feeds_and_plain_text_are_not_read_for_headings() {
    let of = |media_type: &str, body: &str| {
        let answer = Answer { headers: headers(&[("content-type", media_type)]), ..super::web::answer(200, &[], body) };
        let hops = vec![super::web::hop(LISTED, 200)];
        let attempts = [Exchange { hops, ending: Ending::Answer(answer), elapsed: std::time::Duration::ZERO }];
        assess(&Facts::new(&url(LISTED), &attempts, None))
    };
    assert_eq!(of("application/pdf", "%PDF-1.4 404 not found").reason, Reason::OkBinary);
    assert_eq!(of("application/json", "{\"title\":\"Page not found\"}").reason, Reason::OkApi);
    assert_eq!(of("text/plain", "Page not found is the name of this poem").reason, Reason::OkPlain);
}

fn with_list(html: &str, listed: &str, title: &str, annotation: Option<&str>) -> Assessment {
    let attempts = [chain(&[(listed, 200)], &[], html)];
    let page = page(html);
    let mention = Mention { title: Some(title), annotation };
    assess(&Facts { mention, ..Facts::new(&url(listed), &attempts, Some(&page)) })
}

#[test]
fn a_known_page_says_who_knows_it() {
    let html = article("The bowline", 120);
    let listed = with_list(&html, LISTED, "The bowline", None);
    assert!(listed.evidence.ends_with(", under the title the list gives it"), "{}", listed.evidence);
    let (page, url) = (page(&html), url(LISTED));
    let attempts = [chain(&[(LISTED, 200)], &[], &html)];
    let fingerprint = Fingerprint { title: page.title.clone(), ..Fingerprint::default() };
    let history = History { fingerprint: Some(fingerprint), ..History::default() };
    let seen = assess(&Facts { history: Some(&history), ..Facts::new(&url, &attempts, Some(&page)) });
    assert!(seen.evidence.ends_with(", as in an earlier run"), "{}", seen.evidence);
}

#[test]
fn the_script_of_a_captcha_is_no_wall() {
    let script = "<script src='https://www.google.com/recaptcha/api.js?render=k'></script>";
    let missing = format!("<title>404 Not Found</title>{script}<h1>404 Not Found</h1>");
    assert_eq!(judge(LISTED, 404, &missing).reason, Reason::Http404);
    let widget = format!("<title>404</title>{script}<div class='g-recaptcha'></div><h1>404</h1>");
    assert_eq!(judge(LISTED, 404, &widget).reason, Reason::Http404, "a form beside the error");
    let shell = format!("<title>Tide Explorer</title>{script}<div id='root'></div><script src='a.js'></script>");
    assert_ne!(judge(LISTED, 200, &shell).state, State::Blocked);
    let grants = "<title>Grants</title><h1>Grants</h1><p>Open to the whole European Economic Area.</p>";
    assert_ne!(judge(LISTED, 200, grants).state, State::Blocked);
}

#[test]
fn a_front_page_is_what_was_listed_only_by_its_whole_name() {
    let front = |title: &str| {
        let attempts = [chain(&[(LISTED, 301), ("http://example.org/", 200)], &[], &article("Example Knots", 120))];
        let page = page(&article("Example Knots", 120));
        let listed = url(LISTED);
        let facts = Facts::new(&listed, &attempts, Some(&page));
        let facts = Facts { mention: Mention { title: Some(title), annotation: None }, ..facts };
        let plan = crate::classify::judge(&facts, 11).1.probe.expect("suspicious enough");
        let missing = "<h1>404</h1>";
        let honest = chain(&[(plan.url.as_str(), 404)], &[], missing);
        let probe = read_probe(&plan, &honest, Some(&super::web::page(missing)));
        assess(&Facts { probe: Some(&probe), ..facts }).reason
    };
    assert_eq!(front("Knots of 1998 (Example Knots)"), Reason::RedirectToHome);
    assert_eq!(front("Example Knots"), Reason::MovedPermanent);
}

#[test]
fn what_the_list_calls_by_that_name_is_what_it_is() {
    let html = "<title>Coming soon</title><h1>Coming soon</h1><p>An album.</p>";
    assert!(with_list(html, LISTED, "Coming Soon", None).state.is_alive());
    assert_eq!(with_list(html, LISTED, "Knot atlas", None).reason, Reason::ComingSoon);
    let manual = "<title>Maintenance mode - Harbour manual</title><h1>Maintenance mode</h1><p>How to switch it on.</p>";
    assert!(with_list(manual, LISTED, "Maintenance mode", None).state.is_alive());
    assert_eq!(with_list(manual, LISTED, "Knot atlas", None).reason, Reason::Maintenance);
    let missing = "<title>404</title><h1>404</h1><p>A novel about a house number.</p>";
    assert!(with_list(missing, LISTED, "404", None).state.is_alive());
}

#[test]
fn spam_on_a_page_the_list_knows_otherwise_is_a_takeover() {
    let spam = format!(
        "<title>Situs slot gacor | MAXI88</title><h1>Slot online</h1><p>Togel, live casino, sportsbook. {}</p>",
        prose(20)
    );
    let verdict = with_list(&spam, "http://knotatlas.example/", "Knot atlas", None);
    assert_eq!((verdict.reason, verdict.state), (Reason::DomainTakeover, State::Suspect));
    // The more of it, the surer.
    for times in [5, 20, 60, 200] {
        let more = "Togel online, situs judi slot gacor, bandar togel terpercaya. ".repeat(times);
        let spam = format!("<title>Togel Online: Situs Judi Slot Gacor</title><h1>Togel online</h1><p>{more}</p>");
        let verdict = with_list(&spam, "http://knotatlas.example/", "Knot atlas", None);
        assert_eq!(verdict.reason, Reason::DomainTakeover, "{times} times");
    }
    let cohort =
        "Online casino play, sports betting and gambling were asked about; one in ten had tried roulette. ".repeat(40);
    let study =
        format!("<title>Who plays online?</title><h1>Results of a cohort study of gambling</h1><p>{cohort}</p>");
    assert!(with_list(&study, "http://example.org/study", "Recommended reading", None).state.is_alive());
    let study = format!(
        "<title>Online casino regulation</title><h1>Online casino regulation</h1><p>Sports betting, roulette and blackjack. {}</p>",
        prose(100)
    );
    assert!(with_list(&study, "http://example.org/study", "Online casino regulation", None).state.is_alive());
}

#[test]
fn a_list_of_links_and_a_page_about_lapsed_names_are_not_parked() {
    let links: String = (0..25).map(|n| format!("<li><a href='http://s{n}.test/'>Station record {n}</a>")).collect();
    let list = |title: &str, more: &str| {
        format!("<title>{title}</title><h1>Tides</h1><ul>{links}</ul><h2>{more}</h2><a href='x'>Ocean atlas</a>")
    };
    for more in ["Related links", "Related topics"] {
        let verdict = judge("http://old.test/links.html", 200, &list("Tide resources", more));
        assert!(verdict.state.is_alive(), "{}", verdict.evidence);
    }
    for html in [list("old.test", "Related links"), list("Tides", "Related searches")] {
        assert_eq!(judge("http://old.test/links.html", 200, &html).reason, Reason::ParkedDomain);
    }
    let help = "<title>What happens when a domain has expired</title><h1>What happens when a domain has expired?</h1>\
        <p>When your domain has expired you can renew it within 30 days, then comes the redemption period.</p>";
    assert!(judge("http://registrar.test/kb/expired", 200, help).state.is_alive());
    let lighthouse = "<title>Lighthouse is for sale</title><h1>Lighthouse is for sale</h1>\
        <p>On the point, in the hands of a public trust, domain owner since 1890.</p>";
    assert!(judge("http://homes.test/listing/7", 200, lighthouse).state.is_alive());
}

#[test]
fn a_stranger_on_the_front_page() {
    let html = format!("<title>Acme Partners</title><h1>Retail consulting</h1><p>{}</p>", prose(40));
    let verdict = with_list(&html, "http://knotatlas.example/", "KnotAtlas", Some("Drawings of bends and hitches"));
    assert_eq!(verdict.reason, Reason::DomainTakeover);
    let own = format!("<title>Willkommen</title><h1>KnotAtlas</h1><p>{}</p>", prose(40));
    assert!(
        with_list(&own, "http://knotatlas.example/", "KnotAtlas", Some("Drawings of bends and hitches"))
            .state
            .is_alive()
    );
}

fn with_history(html: &str, listed: &str, before: &PageFacts) -> Assessment {
    let attempts = [chain(&[(listed, 200)], &[], html)];
    let page = page(html);
    let fingerprint = Fingerprint {
        title: before.title.clone(),
        h1: before.h1.clone(),
        lang: before.lang.clone(),
        words: 5,
        ..Fingerprint::default()
    };
    let history = History { fingerprint: Some(fingerprint), ..History::default() };
    assess(&Facts { history: Some(&history), ..Facts::new(&url(listed), &attempts, Some(&page)) })
}

#[test]
fn another_page_than_before_has_drifted_and_a_redesign_has_not() {
    let before = page(&article("The bowline", 100));
    let other = "<html lang='en'><title>Spring sale</title><h1>Spring sale</h1><p>Boots and coats.</p></html>";
    assert_eq!(with_history(other, LISTED, &before).reason, Reason::ContentDrift);
    assert!(with_history(other, "http://example.org/", &before).state.is_alive(), "front pages change");
    assert!(with_history(&article("The bowline, revised", 90), LISTED, &before).state.is_alive());
    let german =
        "<html lang='de'><title>Der Palstek | Harbour Review</title><h1>Der Palstek</h1><p>Ein Knoten.</p></html>";
    assert!(with_history(german, LISTED, &before).state.is_alive(), "the same site in another language");
}

#[test]
fn another_language_alone_makes_no_takeover_likely() {
    let before = page(&article("About the Tides Foundation", 100));
    let html =
        "<html lang='de'><title>Wer wir sind</title><h1>Wer wir sind</h1><p>Der Mond zieht das Wasser an.</p></html>";
    let attempts = [chain(&[(LISTED, 200)], &[], html)];
    let now = page(html);
    let fingerprint = Fingerprint { title: before.title, lang: before.lang, words: 5, ..Fingerprint::default() };
    let history = History { fingerprint: Some(fingerprint), ..History::default() };
    let mention = Mention { title: Some("Tides Foundation"), annotation: None };
    let verdict =
        assess(&Facts { history: Some(&history), mention, ..Facts::new(&url(LISTED), &attempts, Some(&now)) });
    assert_eq!((verdict.reason, verdict.confidence), (Reason::DomainTakeover, Confidence::Medium));
}

#[test]
fn signs_of_ones_own_go_first() {
    let table = Table::parse(
        "mine\t2026-11\tbot-wall-generic\ttitle~gate of the harbour\t200 <title>Gate of the harbour</title>\n",
    )
    .expect("reads");
    let html = "<title>Gate of the harbour</title><h1>Wait</h1>";
    let attempts = [chain(&[(LISTED, 200)], &[], html)];
    let page = page(html);
    let listed = url(LISTED);
    let facts = Facts { own_signs: Some(&table), ..Facts::new(&listed, &attempts, Some(&page)) };
    let verdict = assess(&facts);
    assert_eq!((verdict.state, verdict.marker.as_deref()), (State::Blocked, Some("mine")));
}

#[test]
fn tables_that_cannot_be_read_say_where() {
    let error = Table::parse("# comment\nid\t2026\tok-plain\n").expect_err("three fields");
    assert_eq!(error.to_string(), "line 2: a row has five fields separated by tabs");
    let error = Table::parse("id\t2026\tok-plain\tcolour=red\tx\n").expect_err("no such condition");
    assert_eq!(error.to_string(), "line 1: condition `colour=red` is not understood");
    for beyond in ["status=700xx", "status=655xx", "status=99999", "cdn=65536"] {
        let error = Table::parse(&format!("id\t2026\tok-plain\t{beyond}\tx\n")).expect_err("no such status");
        assert_eq!(error.to_string(), format!("line 1: condition `{beyond}` is not understood"));
    }
}

#[test]
fn hostile_pages_do_no_harm() {
    let long = "a".repeat(200_000);
    for html in [
        format!("<title>{long}</title><h1>{long}</h1><p>{long}</p>"),
        format!("<title>{}</title>", "|".repeat(50_000)),
        format!("<title>{}</title>", "404 ".repeat(50_000)),
        "\u{feff}<title>\u{202e}\u{0}</title>".to_owned(),
    ] {
        let verdict = judge(LISTED, 200, &html);
        assert!(verdict.evidence.chars().count() < 400, "{}", verdict.evidence.len());
    }
}
