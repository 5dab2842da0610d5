//! What a look at an archived copy brings: judged by the same rules as a page of today.

use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use crate::archive::{self, Seen};
use crate::classify::{self, Facts, Mention};
use crate::extract;
use crate::model::exchange::{Answer, Ending, Exchange, Headers, Hop};

/// What archives put before the header lines they captured.
const CAPTURED: &str = "x-archive-orig-";

/// Reads what an archive sent for a capture of a resource. A real one says when it was made (`Memento-Datetime`, RFC
/// 7089); without that line the archive speaks for itself.
pub(super) fn see(listed: &Url, mention: Mention<'_>, answer: &Answer) -> Seen {
    let Some(at) = answer.headers.get("memento-datetime").and_then(|value| http_date(&value)) else {
        return Seen::Nothing;
    };
    match answer.status {
        300..=399 => {
            let target = answer
                .headers
                .get("x-archive-orig-location")
                .or_else(|| answer.headers.get("location"))
                .and_then(|location| archive::redirect_target(listed, &location));
            let fit = target.is_some_and(|target| target != *listed && classify::is_fit(listed, &target));
            Seen::Redirect { at, fit }
        }
        200..=299 => {
            let (well, title) = judge(listed, mention, answer);
            Seen::Document { at, well, title }
        }
        _ => Seen::Nothing,
    }
}

/// Whether a captured document would be called well if it came today, and its title.
fn judge(listed: &Url, mention: Mention<'_>, answer: &Answer) -> (bool, Option<String>) {
    let headers = as_captured(&answer.headers);
    let content_type = headers.get("content-type").map(std::borrow::Cow::into_owned);
    let scan = extract::scan(&extract::Document {
        url: listed,
        content_type: content_type.as_deref(),
        headers: Some(&headers),
        bytes: &answer.body,
        fragments: &[],
    });
    let hop = Hop {
        url: listed.to_string(),
        status: Some(answer.status),
        location: None,
        via: None,
        remote: None,
        elapsed_ms: 0,
    };
    let ending = Ending::Answer(Answer { headers, ..answer.clone() });
    let exchange = [Exchange { hops: vec![hop], ending, elapsed: Duration::ZERO }];
    let facts = Facts { mention, ..Facts::new(listed, &exchange, scan.page.as_ref()) };
    let verdict = classify::assess(&facts);
    let title = scan.page.and_then(|page| page.title);
    (verdict.state.is_alive(), title)
}

/// The header lines of the capture, without those of the archive.
fn as_captured(headers: &Headers) -> Headers {
    let original = headers.lines().filter_map(|(name, value)| {
        let name =
            name.strip_prefix(CAPTURED).filter(|name| !matches!(*name, "content-encoding" | "content-length"))?;
        Some((name, value))
    });
    let mut captured: Headers = original.collect();
    if !captured.contains("content-type") {
        captured.extend(headers.lines().filter(|(name, _)| *name == "content-type"));
    }
    captured
}

fn http_date(value: &str) -> Option<Timestamp> {
    Timestamp::try_from(httpdate::parse_http_date(value.trim()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MADE: (&str, &str) = ("memento-datetime", "Tue, 20 Aug 2024 10:15:00 GMT");

    fn answer(status: u16, lines: &[(&str, &str)], body: &str) -> Answer {
        Answer {
            status,
            headers: lines.iter().copied().collect(),
            body: bytes::Bytes::copy_from_slice(body.as_bytes()),
            truncated: false,
            body_fault: None,
        }
    }

    fn seen(answer: &Answer) -> Seen {
        see(&Url::parse("http://harbour.example/tides").expect("valid"), Mention::default(), answer)
    }

    const PAGE: &str = "<!doctype html><title>Tides</title><h1>Tides</h1><p>High water and low water at the harbour for \
                        every day of the year, with the moon, the wind and some notes on how to read the table.</p>";

    #[test]
    fn a_captured_page_is_well_and_has_its_title() {
        let at = "2024-08-20T10:15:00Z".parse().expect("a moment");
        let page = answer(200, &[MADE, ("content-type", "text/html")], PAGE);
        assert_eq!(seen(&page), Seen::Document { at, well: true, title: Some("Tides".to_owned()) });
    }

    #[test]
    fn captured_error_pages_parked_names_and_walls_are_not_well() {
        for body in [
            "<title>404 Not Found</title><h1>Page not found</h1><p>The page you asked for does not exist.</p>",
            "<html data-adblockkey=\"MFwwDQ\"><title>harbour.example</title><p>This domain is for sale. Buy this domain.",
            "<title>Just a moment...</title><div id=\"cf-wrapper\"><script src=\"/cdn-cgi/challenge-platform/h/b\"></script>\
             Checking your browser before accessing harbour.example</div>",
        ] {
            let page = answer(200, &[MADE, ("content-type", "text/html")], body);
            assert!(matches!(seen(&page), Seen::Document { well: false, .. }), "{body}");
        }
    }

    #[test]
    fn what_does_not_say_when_it_was_made_is_no_capture() {
        assert_eq!(seen(&answer(200, &[("content-type", "text/html")], PAGE)), Seen::Nothing);
        assert_eq!(seen(&answer(200, &[("memento-datetime", "last year")], PAGE)), Seen::Nothing);
        assert_eq!(seen(&answer(404, &[MADE], "")), Seen::Nothing);
    }

    #[test]
    fn a_captured_redirect_is_as_good_as_where_it_leads() {
        let fit = |location: &str| match seen(&answer(302, &[MADE, ("location", location)], "")) {
            Seen::Redirect { fit, .. } => fit,
            other => panic!("{other:?}"),
        };
        assert!(fit("https://archive.example/web/20190101000000id_/http://harbour.example/tables/tides"));
        assert!(!fit("https://archive.example/web/20190101000000id_/http://harbour.example/"));
        assert!(!fit("https://archive.example/web/20190101000000id_/http://harbour.example/login?next=/tides"));
        assert!(!fit("https://archive.example/web/20190101000000id_/http://harbour.example/tides"));
    }
}
