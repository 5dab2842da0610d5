//! Transport, status, redirects, and what is asked again.

use super::web::{answer, article, chain, failed, judge, judge_chain, page, url};
use crate::classify::{Facts, Retry, assess, retry, soft_redirect};
use crate::extract;
use crate::model::anchor::Anchor;
use crate::model::assessment::Note;
use crate::model::exchange::{
    BodyFault, CertificateFacts, ConnectFailure, DnsFailure, Ending, RedirectFault, TlsFailure, TlsFault, Via,
};
use crate::model::reason::StrikeClass;
use crate::model::{Assessment, Exchange, Failure, Reason, State, SuggestionKind};

fn judge_failure(hops: &[(&str, u16)], failure: Failure) -> Assessment {
    let attempts = [failed(hops, failure)];
    assess(&Facts::new(&url(hops[0].0), &attempts, None))
}

const LISTED: &str = "http://example.org/guide";

#[test]
fn every_failure_has_its_reason() {
    let tls = |fault| Failure::Tls(TlsFailure::from(fault));
    for (failure, reason) in [
        (Failure::Dns(DnsFailure::NoSuchName), Reason::DnsNxdomain),
        (Failure::Dns(DnsFailure::NoAddress), Reason::DnsNoAddress),
        (Failure::Dns(DnsFailure::ServerFailure), Reason::DnsServfail),
        (Failure::Dns(DnsFailure::Timeout), Reason::DnsTimeout),
        (Failure::AddressRefused("127.0.0.1".to_owned()), Reason::PrivateAddress),
        (Failure::Connect(ConnectFailure::Refused), Reason::TcpRefused),
        (Failure::Connect(ConnectFailure::Timeout), Reason::TimeoutConnect),
        (Failure::Connect(ConnectFailure::Unreachable), Reason::TcpUnreachable),
        (Failure::HeadTimeout, Reason::TimeoutRead),
        (Failure::EmptyReply, Reason::EmptyReply),
        (Failure::Reset, Reason::TcpReset),
        (Failure::Malformed("220 mail ready".to_owned()), Reason::BadHttp),
        (Failure::Redirect(RedirectFault::Loop), Reason::RedirectLoop),
        (Failure::Redirect(RedirectFault::TooMany), Reason::RedirectLoop),
        (Failure::Redirect(RedirectFault::NoLocation), Reason::RedirectNoLocation),
        (Failure::Redirect(RedirectFault::BadTarget("app://x".to_owned())), Reason::RedirectBadTarget),
        (Failure::Redirect(RedirectFault::Private("http://10.0.0.1/".to_owned())), Reason::RedirectPrivate),
        (tls(TlsFault::Expired), Reason::TlsExpired),
        (tls(TlsFault::SelfSigned), Reason::TlsSelfSigned),
        (tls(TlsFault::WrongHost), Reason::TlsWrongHost),
        (tls(TlsFault::UnknownIssuer), Reason::TlsUnknownIssuer),
        (tls(TlsFault::Protocol), Reason::TlsProtocol),
        // It has not run out: that would speak of this machine's clock where many have.
        (tls(TlsFault::Revoked), Reason::TlsProtocol),
    ] {
        let verdict = judge_failure(&[(LISTED, 0)], failure.clone());
        assert_eq!(verdict.reason, reason, "{failure:?}");
        assert_eq!(verdict.state, reason.state());
        assert!(!verdict.evidence.is_empty());
    }
}

#[test]
fn a_port_of_another_protocol_is_not_called_a_private_network() {
    let refused = || Failure::AddressRefused("port 22 belongs to another protocol".to_owned());
    let listed = judge_failure(&[("http://example.org:22/", 0)], refused());
    assert_eq!(listed.evidence, "example.org, where port 22 belongs to another protocol; not asked");
    let target = judge_failure(&[(LISTED, 302), ("http://example.org:22/", 0)], refused());
    assert_eq!(target.evidence, "redirects to example.org, where port 22 belongs to another protocol; not asked");
}

#[test]
fn what_keeps_a_secure_session_from_standing_is_said() {
    let told = |failure: TlsFailure| judge_failure(&[("https://example.org/", 0)], Failure::Tls(failure));
    let alert = |name: &str| TlsFailure { alert: Some(name.to_owned()), ..TlsFault::Protocol.into() };
    let unfit = TlsFailure { certificate: Some(CertificateFacts::default()), ..TlsFault::Other.into() };
    for (failure, words) in [
        (unfit, "made for another purpose"),
        (alert("unrecognized_name"), "knows no site of that name"),
        (alert("internal_error"), "breaks off (alert internal_error)"),
        (alert("protocol_version"), "outdated protocol"),
        (TlsFault::Protocol.into(), "outdated protocol"),
    ] {
        let verdict = told(failure);
        assert_eq!(verdict.reason, Reason::TlsProtocol);
        assert!(verdict.evidence.contains(words), "{}", verdict.evidence);
    }
}

#[test]
fn a_body_that_breaks_off_behind_some_text_kills_nothing() {
    let broken = |words: usize, fault: BodyFault| {
        let html = article("A guide to the tides", words);
        let mut exchange = chain(&[(LISTED, 200)], &[], &html);
        if let Ending::Answer(answer) = &mut exchange.ending {
            answer.body_fault = Some(fault);
        }
        assess(&Facts::new(&url(&format!("{LISTED}#low-water")), &[exchange], Some(&page(&html))))
    };
    let late = broken(60, BodyFault::Stalled);
    assert_eq!((late.state, &*late.notes), (State::Ok, &[Note::InsecureHttp, Note::TruncatedBody][..]));
    assert_eq!(late.anchor, Some(Anchor::Unverifiable), "the place may stand in the rest");
    for fault in [BodyFault::Short, BodyFault::Framing, BodyFault::Encoding, BodyFault::Reset] {
        let seen = broken(60, fault);
        assert_eq!((seen.state, seen.strike_class()), (State::Unsure, StrikeClass::N), "{fault:?}");
        let bare = broken(2, fault);
        assert_eq!((bare.state, bare.strike_class()), (State::Unsure, StrikeClass::S3), "{fault:?}");
    }
}

#[test]
fn a_chain_into_nothing_is_dead_and_into_private_networks_suspect() {
    let hops = [(LISTED, 302), ("http://gone.example/x", 0)];
    assert_eq!(judge_failure(&hops, Failure::Dns(DnsFailure::NoSuchName)).reason, Reason::RedirectDeadTarget);
    assert_eq!(judge_failure(&hops, Failure::AddressRefused("10.0.0.1".to_owned())).reason, Reason::RedirectPrivate);
    assert_eq!(judge_failure(&hops, Failure::Connect(ConnectFailure::Refused)).state, State::Unsure);
}

#[test]
fn a_loop_by_way_of_a_sign_in_is_a_wall() {
    let hops = [(LISTED, 302), ("http://example.org/accounts/login?next=/guide", 302), (LISTED, 302)];
    assert_eq!(judge_failure(&hops, Failure::Redirect(RedirectFault::Loop)).reason, Reason::LoginWall);
}

#[test]
fn every_status_has_its_state() {
    for (status, state) in [
        (204, State::Suspect),
        (300, State::Unsure),
        (304, State::Unsure),
        (400, State::Suspect),
        (401, State::Blocked),
        (402, State::Blocked),
        (403, State::Blocked),
        (404, State::Dead),
        (405, State::Unsure),
        (407, State::Blocked),
        (408, State::Unsure),
        (409, State::Unsure),
        (410, State::Dead),
        (418, State::Blocked),
        (421, State::Unsure),
        (422, State::Suspect),
        (429, State::Blocked),
        (440, State::Blocked),
        (451, State::Blocked),
        (498, State::Blocked),
        (500, State::Unsure),
        (503, State::Unsure),
        (522, State::Unsure),
        (530, State::Unsure),
        (600, State::Unsure),
        (999, State::Blocked),
    ] {
        let verdict = judge(LISTED, status, "<p>x</p>");
        assert_eq!(verdict.state, state, "{status} {}", verdict.reason);
        assert!(verdict.evidence.contains(&status.to_string()), "{}", verdict.evidence);
    }
}

#[test]
fn a_page_behind_any_success_is_a_page() {
    let html = format!("<title>Tides</title><h1>Tides</h1><p>{}</p>", "when the water comes and goes ".repeat(20));
    for status in [200, 201, 202, 203, 206, 207, 218, 226, 250, 299] {
        let verdict = judge(LISTED, status, &html);
        assert_eq!(verdict.state, State::Ok, "{status} {}", verdict.evidence);
    }
}

#[test]
fn walls_outrank_status_and_tombstones_outrank_walls_without_a_sign() {
    let attempts = [chain(&[(LISTED, 404)], &[("cf-mitigated", "challenge")], "<title>x</title>")];
    assert_eq!(assess(&Facts::new(&url(LISTED), &attempts, None)).reason, Reason::BotWallCloudflare);
    let attempts = [chain(&[(LISTED, 402)], &[("x-vercel-error", "DEPLOYMENT_DISABLED")], "gone")];
    assert_eq!(assess(&Facts::new(&url(LISTED), &attempts, None)).state, State::Dead);
}

#[test]
fn a_tombstone_is_final_with_404_or_410_and_waits_for_a_second_run_behind_any_other_error() {
    let platform = [("x-vercel-error", "DEPLOYMENT_NOT_FOUND")];
    let seen = |status| {
        let verdict = assess(&Facts::new(&url(LISTED), &[chain(&[(LISTED, status)], &platform, "gone")], None));
        (verdict.reason, verdict.strike_class())
    };
    for status in [404, 410] {
        assert_eq!(seen(status), (Reason::HostingTombstone, StrikeClass::S0), "{status}");
    }
    for status in [402, 403, 451, 500, 502, 503] {
        assert_eq!(seen(status), (Reason::HostingTombstone, StrikeClass::S2), "{status}");
    }
    assert_eq!(seen(200).0, Reason::AccountSuspended, "a doubt, since something answered well");
}

#[test]
fn a_suspended_site_is_a_doubt_on_a_success_and_a_tombstone_behind_a_failure() {
    let html = "<title>Account Suspended</title><h1>Account suspended</h1><p>Ask your provider.</p>";
    for (status, reason, class) in [
        (200, Reason::AccountSuspended, StrikeClass::S0),
        (403, Reason::AccountSuspended, StrikeClass::S0),
        (404, Reason::Http404, StrikeClass::S0),
        (503, Reason::HostingTombstone, StrikeClass::S2),
    ] {
        let verdict = judge(LISTED, status, html);
        assert_eq!((verdict.reason, verdict.strike_class()), (reason, class), "{status}");
    }
    let spent = "<title>Bandwidth Limit Exceeded</title><h1>Bandwidth Limit Exceeded</h1><p>Come back next month.</p>";
    assert_eq!(judge(LISTED, 503, spent).reason, Reason::Http5xx, "a limit passes");
    let shop = "<title>Closed</title><h1>Sorry, this shop is currently unavailable.</h1>";
    assert_eq!(judge(LISTED, 503, shop).state, State::Unsure, "a shop that is busy is not closed for good");
    assert_eq!(judge(LISTED, 503, shop).strike_class(), StrikeClass::S3);
}

#[test]
fn an_edge_network_that_finds_no_server_by_name_needs_two_runs_and_any_other_of_its_errors_three() {
    let page = |code: u16| format!("<title>Trouble</title><h1>Error <span class=\"cf-error-code\">{code}</span></h1>");
    for (status, html, class) in [
        (530, page(1016), StrikeClass::S2),
        (409, page(1001), StrikeClass::S2),
        (530, "<title>Origin DNS error | a.example</title><h1>Error</h1>".to_owned(), StrikeClass::S2),
        (530, page(1033), StrikeClass::S3),
        (409, page(1000), StrikeClass::S3),
    ] {
        let verdict = judge(LISTED, status, &html);
        assert_eq!(
            (verdict.reason, verdict.state, verdict.strike_class()),
            (Reason::Cdn1xxx, State::Unsure, class),
            "{html}"
        );
        assert!(verdict.evidence.contains(&status.to_string()), "{}", verdict.evidence);
    }
    assert_eq!(judge(LISTED, 404, &page(1016)).reason, Reason::Http404);
}

#[test]
fn an_edge_network_that_cannot_reach_the_site_is_no_wall() {
    let html = "<title>Origin DNS error</title><h1>Error <span class=\"cf-error-code\">1016</span></h1>";
    let verdict = judge(LISTED, 530, html);
    assert_eq!((verdict.reason, verdict.state), (Reason::Cdn1xxx, State::Unsure));
    assert_eq!(judge(LISTED, 521, "<h1>Web server is down</h1>").reason, Reason::Http52x);
}

#[test]
fn plain_http_on_a_secure_port_suggests_the_secure_address() {
    let html = "<title>400 The plain HTTP request was sent to HTTPS port</title><h1>400 Bad Request</h1><p>The plain HTTP request was sent to HTTPS port</p>";
    let verdict = judge("http://example.org:8443/a", 400, html);
    assert_eq!(verdict.reason, Reason::Http400);
    assert_eq!(verdict.suggestions[0].url, "https://example.org:8443/a");
}

#[test]
fn permanent_redirects_move_and_temporary_ones_do_not() {
    let html = article("Reading the sky", 150);
    let moved = judge_chain(LISTED, &[(LISTED, 301), ("https://example.org/guide", 200)], &html);
    assert_eq!((moved.state, moved.reason), (State::Moved, Reason::MovedScheme));
    assert_eq!(moved.suggestions[0].url, "https://example.org/guide");
    assert_eq!(moved.suggestions[0].kind, SuggestionKind::Redirect);

    let host = judge_chain(LISTED, &[(LISTED, 308), ("http://www.example.org/guide", 200)], &html);
    assert_eq!(host.reason, Reason::MovedHost);
    let path = judge_chain(LISTED, &[(LISTED, 301), ("http://example.org/sky", 200)], &html);
    assert_eq!(path.reason, Reason::MovedPermanent);

    let temporary = judge_chain(LISTED, &[(LISTED, 302), ("http://example.org/sky", 200)], &html);
    assert_eq!(temporary.state, State::Ok);
    assert!(temporary.suggestions.is_empty());
    assert!(temporary.notes.contains(&Note::TemporaryRedirect));
}

#[test]
fn the_permanent_beginning_of_a_chain_is_what_is_suggested() {
    let html = article("Reading the sky", 150);
    let hops = [(LISTED, 301), ("https://example.org/guide", 302), ("https://example.org/guide?PHPSESSID=9a", 200)];
    let verdict = judge_chain(LISTED, &hops, &html);
    assert_eq!(verdict.state, State::Ok);
    assert_eq!(verdict.suggestions[0].url, "https://example.org/guide");
}

#[test]
fn what_is_not_worth_listing_is_never_suggested() {
    let html = article("Reading the sky", 150);
    for target in [
        "http://example.org/guide?PHPSESSID=9a8b",
        "http://example.org/guide?utm_source=partner",
        "http://example.org/guide;jsessionid=1A",
        "http://example.org/en/guide",
        "http://example.org/login?next=/guide",
        "http://example.org/",
    ] {
        let verdict = judge_chain(LISTED, &[(LISTED, 301), (target, 200)], &html);
        assert!(verdict.suggestions.is_empty(), "{target}: {:?}", verdict.suggestions);
    }
}

#[test]
fn a_suggestion_keeps_the_fragment() {
    let html = article("Reading the sky", 150);
    let listed = "http://example.org/guide#clouds";
    let attempts = [chain(&[("http://example.org/guide", 301), ("https://example.org/guide", 200)], &[], &html)];
    let mut facts = page(&html);
    facts.fragment_found = Some(true);
    let verdict = assess(&Facts::new(&url(listed), &attempts, Some(&facts)));
    assert_eq!(verdict.suggestions[0].url, "https://example.org/guide#clouds");
}

#[test]
fn dead_links_with_marks_of_the_sentence_get_a_repair() {
    let verdict = judge("http://example.org/guide).", 404, "<h1>404</h1>");
    assert_eq!(verdict.reason, Reason::Http404);
    assert_eq!(verdict.suggestions.first().map(|found| found.url.as_str()), None, "a final full stop may be meant");
    let verdict = judge("http://example.org/guide)", 404, "<h1>404</h1>");
    assert_eq!(verdict.suggestions[0].url, "http://example.org/guide");
}

#[test]
fn what_may_pass_is_asked_again_and_what_looks_dead_is_confirmed() {
    let one = |status| retry(&chain(&[(LISTED, status)], &[], "<p>x</p>"), Some(&page("<p>x</p>")));
    for status in [404, 410, 400, 304] {
        assert_eq!(one(status), Retry::Confirm, "{status}");
    }
    for status in [408, 421, 425, 429, 500, 502, 503, 504, 520, 598] {
        assert_eq!(one(status), Retry::Again, "{status}");
    }
    for status in [401, 403, 405, 451, 501, 999] {
        assert_eq!(one(status), Retry::No, "{status}");
    }
    let of = |failure: Failure| retry(&failed(&[(LISTED, 0)], failure), None);
    assert_eq!(of(Failure::Dns(DnsFailure::NoSuchName)), Retry::Confirm);
    assert_eq!(of(Failure::Dns(DnsFailure::Timeout)), Retry::Again);
    assert_eq!(of(Failure::Reset), Retry::Again);
    assert_eq!(of(Failure::Redirect(RedirectFault::Loop)), Retry::No);
    let expired = Failure::Tls(TlsFailure::from(TlsFault::Expired));
    assert_eq!(of(expired), Retry::No);
    let html = article("Reading the sky", 150);
    assert_eq!(retry(&chain(&[(LISTED, 200)], &[], &html), Some(&page(&html))), Retry::No);
    let wall: Exchange = chain(&[(LISTED, 403)], &[("cf-mitigated", "challenge")], "");
    assert_eq!(retry(&wall, None), Retry::Confirm);
}

#[test]
fn a_query_is_asked_for_in_the_charset_of_the_page_that_leads_to_it() {
    let at = url("http://example.org/old");
    let html = "<meta http-equiv='refresh' content='0;url=/тест?q=тест'>";
    for (charset, query) in [("windows-1251", "%F2%E5%F1%F2"), ("utf-8", "%D1%82%D0%B5%D1%81%D1%82")] {
        let (bytes, ..) = encoding_rs::Encoding::for_label(charset.as_bytes()).expect("known").encode(html);
        let media_type = format!("text/html; charset={charset}");
        let document = extract::Document {
            url: &at,
            content_type: Some(&media_type),
            headers: None,
            bytes: &bytes,
            fragments: &[],
        };
        let target = soft_redirect(&at, &answer(200, &[], ""), extract::scan(&document).page.as_ref());
        let path = "%D1%82%D0%B5%D1%81%D1%82";
        let expected = url(&format!("http://example.org/{path}?q={query}"));
        assert_eq!(target, Some((Via::MetaRefresh, expected)), "{charset}");
    }
}

#[test]
fn pages_that_lead_on_are_followed() {
    let at = url("http://example.org/old/");
    let follow = |html: &str, lines: &[(&str, &str)]| soft_redirect(&at, &answer(200, lines, html), Some(&page(html)));
    let meta = "<meta http-equiv='refresh' content='0;url=../new'><p>Moved</p>";
    assert_eq!(follow(meta, &[]), Some((Via::MetaRefresh, url("http://example.org/new"))));
    assert_eq!(
        follow("", &[("refresh", "2; url=\"/new\"")]),
        Some((Via::RefreshHeader, url("http://example.org/new")))
    );
    let script = "<script>window.location.href = '/new';</script>";
    assert_eq!(follow(script, &[]), Some((Via::Script, url("http://example.org/new"))));

    assert_eq!(follow("<meta http-equiv='refresh' content='300'>", &[]), None, "a reload");
    assert_eq!(follow("<meta http-equiv='refresh' content='600;url=/new'>", &[]), None, "a slide show");
    assert_eq!(follow("<meta http-equiv='refresh' content='0;url=/old/'>", &[]), None, "itself");
    assert_eq!(follow("<meta http-equiv='refresh' content='0;url=mailto:a@example.org'>", &[]), None);
    let wall =
        "<title>One moment, please...</title><meta http-equiv='refresh' content='0;/.well-known/sgcaptcha/?r=%2F'>";
    assert_eq!(follow(wall, &[]), None, "a wall");
}
