//! What words or a status alone must not kill, and what they must not be taken for.

use super::web::{self, article, chain, failed, judge, page, prose, url};
use crate::classify::{Facts, History, Mention, assess};
use crate::model::exchange::{BodyFault, Ending};
use crate::model::observation::Fingerprint;
use crate::model::reason::StrikeClass;
use crate::model::{Assessment, Failure, Reason, State};

const LISTED: &str = "http://example.org/guide";

/// The verdict on a page under the name that a list has for it.
fn named(listed: &str, status: u16, html: &str, title: &str) -> Assessment {
    let attempts = [chain(&[(listed, status)], &[], html)];
    let mention = Mention { title: Some(title), annotation: None };
    assess(&Facts { mention, ..Facts::new(&url(listed), &attempts, Some(&page(html))) })
}

/// The verdict on an answer that is no page.
fn bare(status: u16, lines: &[(&str, &str)], body: &str) -> Assessment {
    assess(&Facts::new(&url(LISTED), &[chain(&[(LISTED, status)], lines, body)], None))
}

#[test]
fn words_of_maintenance_on_a_good_answer_never_kill() {
    for words in [
        "This room is currently unavailable; try other dates.",
        "The branch in Weir Street is temporarily closed.",
        "Tidecaster is currently offline, as it is every winter.",
        "This article is under maintenance by the editors of the wiki.",
    ] {
        let html = format!("<title>Sea room</title><h1>Sea room</h1><p>{words} Breakfast is from seven to ten.");
        assert!(judge(LISTED, 200, &html).state.is_alive(), "{words}");
    }
    let notice = judge(LISTED, 200, "<title>Example</title><p>The site is temporarily unavailable.");
    assert_eq!((notice.reason, notice.strike_class()), (Reason::Maintenance, StrikeClass::N));
    let failure = judge(LISTED, 503, "<title>Example</title><p>The site is temporarily unavailable.");
    assert_eq!((failure.reason, failure.strike_class()), (Reason::Maintenance, StrikeClass::S3));
}

#[test]
fn an_api_that_knows_no_such_name_is_no_tombstone() {
    let json = [("content-type", "application/json")];
    for (status, body) in [
        (401, r#"{"error":"No such account"}"#),
        (400, r#"{"message":"Application not found"}"#),
        (403, "Domain is not configured for your region"),
        (502, "unknown host backend-3"),
    ] {
        assert_ne!(bare(status, &json, body).reason, Reason::HostingTombstone, "{body}");
    }
    assert_eq!(bare(404, &json, "No such site").reason, Reason::HostingTombstone);
}

#[test]
fn a_404_that_shows_the_listed_page_or_an_application_is_not_dead() {
    let listed = "http://example.org/app/tides";
    let shown = named(listed, 404, &article("Tides of the estuary", 200), "Tides of the estuary");
    assert_eq!((shown.state, shown.reason), (State::Suspect, Reason::Http404));
    let frame = "<title>Tides</title><div id='root'></div><script src='/a.js'></script>";
    assert_eq!(judge(listed, 404, frame).reason, Reason::JsShell);
    let router = "<title>Tides</title><script>var l = window.location; l.replace(l.origin + '/?/' + l.search)</script>";
    assert_eq!(judge(listed, 404, router).reason, Reason::JsShell);
    for dead in [
        "<title>Page not found</title><div id='root'></div><script src='/a.js'></script>",
        "<h1>Sorry</h1><script src='/counter.js'></script>",
        "<title>Error</title><script src='/counter.js'></script>",
        "<title>Tides</title><div id='root'></div><p>This page does not exist.</p><script src='/a.js'></script>",
    ] {
        assert_eq!(judge(listed, 404, dead).reason, Reason::Http404, "{dead}");
    }
    assert_eq!(named(listed, 404, &article("Tides", 200), "Something else").reason, Reason::Http404);
}

#[test]
fn the_front_page_of_a_host_that_projects_share_is_not_asked_for() {
    let asks = |listed: &str| {
        let html = "<title>Not there</title><h1>404</h1>";
        let attempts = [chain(&[(listed, 404)], &[], html)];
        crate::classify::judge(&Facts::new(&url(listed), &attempts, Some(&page(html))), 1).1.probe.is_some()
    };
    assert!(asks("https://tides.example/manual/one"));
    assert!(!asks("https://tides.github.io/manual/one"));
}

#[test]
fn what_a_forge_hides_from_visitors_is_not_called_gone() {
    let html = "<title>Page not found</title><h1>Not found</h1>";
    for walled in ["https://github.com/o/r/settings/pages", "https://github.com/orgs/o/teams/readers"] {
        assert_eq!(judge(walled, 404, html).reason, Reason::LoginWall, "{walled}");
    }
    for gone in ["https://github.com/o/r/blob/main/settings/a.md", "https://docs.github.com/en/r/settings"] {
        assert_eq!(judge(gone, 404, html).reason, Reason::Http404, "{gone}");
    }
    assert!(judge("https://github.com/o/r", 404, html).evidence.contains("private"));
}

#[test]
fn a_body_in_a_coding_of_browsers_kills_nothing() {
    let broken = |coding: &str, fault: BodyFault| {
        let mut exchange = chain(&[(LISTED, 200)], &[], "");
        if let Ending::Answer(answer) = &mut exchange.ending {
            *answer = web::answer(200, &[("content-encoding", coding)], "");
            answer.body_fault = Some(fault);
        }
        assess(&Facts::new(&url(LISTED), &[exchange], None))
    };
    let foreign = broken("br", BodyFault::Encoding);
    assert_eq!((foreign.reason, foreign.strike_class()), (Reason::DecodeError, StrikeClass::N));
    assert!(foreign.evidence.contains("packed as br"), "{}", foreign.evidence);
    assert_eq!(broken("gzip", BodyFault::Encoding).strike_class(), StrikeClass::S3);
    let labelled = broken("gzip", BodyFault::Label);
    assert_eq!((labelled.state, labelled.strike_class()), (State::Unsure, StrikeClass::N));
    assert!(labelled.evidence.contains("calls packed"), "{}", labelled.evidence);
}

#[test]
fn a_false_length_or_a_whole_page_behind_a_failure_kills_nothing() {
    let length = Failure::Malformed("invalid content-length parsed".to_owned());
    let told = assess(&Facts::new(&url(LISTED), &[failed(&[(LISTED, 0)], length)], None));
    assert_eq!((told.reason, told.strike_class()), (Reason::BadHttp, StrikeClass::N));
    let whole = named(LISTED, 500, &article("Tides of the estuary", 200), "Tides of the estuary");
    assert_eq!((whole.reason, whole.strike_class()), (Reason::Http5xx, StrikeClass::N));
    let other = named(LISTED, 500, &article("Tides of the estuary", 200), "Something else");
    assert_eq!(other.strike_class(), StrikeClass::S3);
}

#[test]
fn pages_about_errors_are_no_error_pages() {
    let status = format!("<title>404 Not Found</title><main><h1>404 Not Found</h1><p>{}</p></main>", prose(300));
    assert!(judge("http://example.org/Status/404", 200, &status).state.is_alive());
    assert_eq!(judge("http://example.org/guide/9", 200, &status).reason, Reason::Soft404Text);
    let javadoc = "<title>Tide</title><h1>Class Tide</h1><p>extends java.lang.Object implements java.lang.Comparable";
    assert!(judge(LISTED, 200, javadoc).state.is_alive());
    let forum = "<title>Fatal error: Allowed memory size exhausted</title><h1>Fatal error: Allowed memory size exhausted</h1><p>Asked by Ada, answered by Bo: raise the limit.";
    assert!(judge(LISTED, 200, forum).state.is_alive());
    let broken = "<b>Fatal error:</b> Allowed memory size exhausted in /srv/www/index.php on line 3";
    assert_eq!(judge(LISTED, 200, broken).reason, Reason::ErrorText);
    assert_eq!(judge(LISTED, 200, "<h1>Oops! Something went wrong.</h1>").reason, Reason::ErrorText);
}

#[test]
fn pages_about_limits_captchas_and_passwords_are_no_walls() {
    let api = "<title>Limits</title><h1>Limits</h1><p>Who asks too often is answered 429 Too Many Requests.";
    assert!(judge(LISTED, 200, api).state.is_alive());
    let library = "<title>Captcha for PHP</title><h1>Captcha for PHP</h1><p>A library that draws letters.";
    assert!(judge(LISTED, 200, library).state.is_alive());
    let meter = "<title>Password meter</title><h1>Password meter</h1><input type=\"password\"><p>How strong is it?";
    assert!(named(LISTED, 200, meter, "Password meter").state.is_alive());
    assert_eq!(named(LISTED, 200, meter, "Tides of the estuary").reason, Reason::LoginWall);
    let form =
        "<title>Contact us</title><h1>Contact us</h1>Name <input><div class='g-recaptcha'></div><button>Send</button>";
    assert!(named(LISTED, 200, form, "Contact us").state.is_alive());
    assert_eq!(named(LISTED, 200, form, "Tides of the estuary").reason, Reason::BotWallGeneric);
    let short = "<title>Captcha - a small library</title><h1>Captcha</h1><p>It draws letters.";
    assert!(named(LISTED, 200, short, "Small captcha library").state.is_alive());
    assert_eq!(judge(LISTED, 200, "<title>Captcha</title><p>Type the letters.").reason, Reason::BotWallGeneric);
}

#[test]
fn a_script_that_makes_up_where_it_leads_leaves_the_question_open() {
    for stub in [
        "<script>location.replace('latest/' + version + '/')</script>",
        "<title>Tides</title><script>var u='/gone';location=u</script>",
    ] {
        assert_eq!(judge("http://example.org/", 200, stub).reason, Reason::JsShell, "{stub}");
    }
}

#[test]
fn the_name_of_a_site_verifies_no_page_of_it() {
    let html = format!("<title>Example</title><main><p>{}</p></main>", prose(90));
    let known = Fingerprint { title: Some("Example".to_owned()), ..Fingerprint::default() };
    let history = History { fingerprint: Some(known), ..History::default() };
    let seen = |listed: &str| {
        let attempts = [chain(&[(listed, 200)], &[], &html)];
        assess(&Facts { history: Some(&history), ..Facts::new(&url(listed), &attempts, Some(&page(&html))) }).reason
    };
    assert_eq!(seen("http://example.org/"), Reason::OkVerified);
    assert_eq!(seen("http://example.org/lists/4"), Reason::OkPlain);
}
