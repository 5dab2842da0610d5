//! What an address answers over http when its certificate is refused.

use super::web::{chain, failed, url};
use crate::classify::lookup::plan_lookups;
use crate::classify::{Facts, Lookup, assess};
use crate::model::exchange::{ConnectFailure, DnsFailure, RedirectFault, TlsFailure, TlsFault};
use crate::model::reason::StrikeClass::{self, N, S2, S3};
use crate::model::{Assessment, Exchange, Failure, Reason, State, SuggestionKind};

const LISTED: &str = "https://lapsed.test/guide?page=2";
const TWIN: &str = "http://lapsed.test/guide?page=2";

fn refused(fault: TlsFault) -> Failure {
    Failure::Tls(TlsFailure::from(fault))
}

/// The verdict on a link with a refused certificate, once its twin was asked.
fn judge(fault: TlsFault, twin: Exchange) -> Assessment {
    let listed = url(LISTED);
    let attempts = [failed(&[(LISTED, 0)], refused(fault))];
    let facts = Facts::new(&listed, &attempts, None);
    let plans = plan_lookups(&facts, &assess(&facts));
    assert_eq!(plans.iter().map(|plan| plan.url.as_str()).collect::<Vec<_>>(), [TWIN]);
    let lookups = [Lookup { rule: plans[0].rule.clone(), url: url(TWIN), exchange: twin }];
    let facts = Facts { lookups: &lookups, ..facts };
    let verdict = assess(&facts);
    assert_eq!(plan_lookups(&facts, &verdict), [], "asked once");
    verdict
}

#[track_caller]
fn told(twin: Exchange, class: StrikeClass, says: &str) {
    for (fault, reason) in [(TlsFault::Expired, Reason::TlsExpired), (TlsFault::WrongHost, Reason::TlsWrongHost)] {
        let verdict = judge(fault, twin.clone());
        assert_eq!((verdict.state, verdict.reason), (State::Suspect, reason));
        assert_eq!(verdict.strike_class(), class, "{}", verdict.evidence);
        assert!(verdict.evidence.ends_with(says), "{}", verdict.evidence);
        assert_eq!(verdict.suggestions, [], "{}", verdict.evidence);
    }
}

#[test]
fn a_page_that_is_there_over_http_keeps_its_link_alive_and_is_no_replacement() {
    told(chain(&[(TWIN, 200)], &[], "<title>A guide</title>"), N, "; over http it answers 200");
    let moved = [(TWIN, 301), ("http://new.test/guide", 200)];
    told(
        chain(&moved, &[], "<title>A guide</title>"),
        N,
        "; over http it leads to http://new.test/guide, which answers 200",
    );
    let other = [(TWIN, 301), ("https://new.test/guide", 200)];
    told(
        chain(&other, &[], "<title>A guide</title>"),
        N,
        "; over http it leads to https://new.test/guide, which answers 200",
    );
}

#[test]
fn another_spelling_with_a_good_certificate_to_which_the_twin_leads_is_a_repair() {
    let www = "https://www.lapsed.test/guide?page=2";
    let verdict = judge(TlsFault::WrongHost, chain(&[(TWIN, 301), (www, 200)], &[], "<title>A guide</title>"));
    assert_eq!(verdict.suggestions.len(), 1);
    assert_eq!((verdict.suggestions[0].kind, verdict.suggestions[0].url.as_str()), (SuggestionKind::Repair, www));
    let missing = judge(TlsFault::WrongHost, chain(&[(TWIN, 301), (www, 404)], &[], "<title>No</title>"));
    assert_eq!((missing.strike_class(), missing.suggestions), (S3, vec![]));
    let home = [(TWIN, 301), ("https://www.lapsed.test/", 200)];
    assert_eq!(judge(TlsFault::WrongHost, chain(&home, &[], "<title>Home</title>")).suggestions, []);
}

#[test]
fn where_there_is_nothing_over_http_either_the_certificate_kills_in_time() {
    let nothing = |failure| failed(&[(TWIN, 0)], failure);
    for (twin, says) in [
        (chain(&[(TWIN, 404)], &[], "<title>No</title>"), "; over http it answers 404"),
        (chain(&[(TWIN, 410)], &[], "<title>No</title>"), "; over http it answers 410"),
        (chain(&[(TWIN, 503)], &[], "<title>Down</title>"), "; over http it answers 503"),
        (nothing(Failure::Connect(ConnectFailure::Refused)), "; over http it refuses the connection"),
        (nothing(Failure::Connect(ConnectFailure::Timeout)), "; over http it gives no connection"),
        (nothing(Failure::HeadTimeout), "; over http it does not answer in time"),
        (nothing(Failure::Dns(DnsFailure::NoSuchName)), "; over http its name does not resolve"),
        (nothing(Failure::Redirect(RedirectFault::Loop)), "; over http its redirects lead nowhere"),
        (
            failed(&[(TWIN, 301), (LISTED, 0)], refused(TlsFault::Expired)),
            "; over http it only leads to where the secure connection fails",
        ),
        (
            chain(&[("http://lapsed.test/robots.txt", 500)], &[], "no"),
            "; over http robots.txt answers 500, so nothing else was asked",
        ),
    ] {
        told(twin, S3, says);
    }
}

#[test]
fn what_cannot_be_told_over_http_counts_neither_way() {
    let unknown = |failure| failed(&[(TWIN, 0)], failure);
    for (twin, says) in [
        (chain(&[(TWIN, 403)], &[], "<title>No</title>"), "; over http it answers 403"),
        (chain(&[(TWIN, 429)], &[], "<title>Slow</title>"), "; over http it answers 429"),
        (chain(&[(TWIN, 503)], &[("cf-mitigated", "challenge")], "<title>Wait</title>"), "; over http it answers 503"),
        (unknown(Failure::Connect(ConnectFailure::Unreachable)), "; over http it cannot be reached from here"),
        (
            unknown(Failure::Other("robots.txt of http://lapsed.test says `Disallow: /`".to_owned())),
            "; over http it was not asked: robots.txt of http://lapsed.test says `Disallow: /`",
        ),
    ] {
        told(twin, S2, says);
    }
}

#[test]
fn a_server_without_a_common_protocol_has_a_twin_too() {
    for fault in [TlsFault::Protocol, TlsFault::NotYetValid] {
        let there = judge(fault, chain(&[(TWIN, 200)], &[], "<title>A guide</title>"));
        assert_eq!((there.state, there.strike_class()), (State::Unsure, N), "{}", there.evidence);
        for status in [404, 403] {
            let not = judge(fault, chain(&[(TWIN, status)], &[], "<title>No</title>"));
            assert_eq!((not.state, not.strike_class()), (State::Unsure, S3), "{}", not.evidence);
        }
    }
}

#[test]
fn only_a_refused_certificate_at_the_usual_port_raises_the_question() {
    let planned = |listed: &str, fault| {
        let attempts = [failed(&[(listed, 0)], refused(fault))];
        let listed = url(listed);
        let facts = Facts::new(&listed, &attempts, None);
        plan_lookups(&facts, &assess(&facts)).len()
    };
    assert_eq!(planned("https://lapsed.test:443/guide#part", TlsFault::Expired), 1);
    assert_eq!(planned("https://lapsed.test:8443/guide", TlsFault::Expired), 0);
    for fault in [TlsFault::SelfSigned, TlsFault::UnknownIssuer, TlsFault::Timeout] {
        assert_eq!(planned(LISTED, fault), 0, "{fault:?}");
    }
}

#[test]
fn a_link_listed_over_http_that_leads_to_the_certificate_has_no_other_way() {
    let judge = |listed: &str, hops: &[(&str, u16)]| {
        let attempts = [failed(hops, refused(TlsFault::Expired))];
        let listed = url(listed);
        let facts = Facts::new(&listed, &attempts, None);
        let verdict = assess(&facts);
        assert_eq!(plan_lookups(&facts, &verdict), []);
        (verdict.strike_class(), verdict.evidence)
    };
    let (class, evidence) = judge(TWIN, &[(TWIN, 301), (LISTED, 0)]);
    assert_eq!(class, S3);
    assert!(evidence.ends_with("; over http there is only the way to it"), "{evidence}");
    assert_eq!(judge(TWIN, &[(TWIN, 301), ("https://lapsed.test/robots.txt", 0)]).0, S3, "as its robots.txt showed");
    assert_eq!(judge("http://other.test/", &[("http://other.test/", 301), (LISTED, 0)]).0, S2, "another site's affair");
}
