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
fn a_body_in_a_coding_of_browsers_kills_nothing() {
    let broken = |coding: &str| {
        let mut exchange = chain(&[(LISTED, 200)], &[], "");
        if let Ending::Answer(answer) = &mut exchange.ending {
            *answer = web::answer(200, &[("content-encoding", coding)], "");
            answer.body_fault = Some(BodyFault::Encoding);
        }
        assess(&Facts::new(&url(LISTED), &[exchange], None))
    };
    let foreign = broken("br");
    assert_eq!((foreign.reason, foreign.strike_class()), (Reason::DecodeError, StrikeClass::N));
    assert!(foreign.evidence.contains("packed as br"), "{}", foreign.evidence);
    assert_eq!(broken("gzip").strike_class(), StrikeClass::S3);
}
