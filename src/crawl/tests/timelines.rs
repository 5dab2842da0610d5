//! What is published day by day while servers fail and recover, domains lapse, walls come and go, and networks break.

use super::*;
use State::{Blocked, Dead, Ok, Suspect, Unsure};

use crate::model::Confidence;
use crate::model::audit::StrikeCount;
use crate::model::exchange::{TlsFailure, TlsFault};
use crate::model::reason::StrikeClass;

fn strikes(class: StrikeClass, count: u32, need: u32) -> StrikeCount {
    StrikeCount { class, count, need }
}

/// A hosting platform in place of a site it does not have.
fn tombstone(status: u16) -> Act {
    let body = "<title>Not here</title><h1>Unknown site!</h1><p>No website is configured for this name.</p>";
    Act::Answer(status, vec![("content-type", "text/html".into())], body.to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_flaky_server_is_never_dead() {
    let diary = Diary::of(["http://flaky.test/guide"]);
    // Down on three days in a row, then on single days.
    let act = |url: &Url, day: i64| if matches!(day, 2..=4 | 7 | 9) { status(500) } else { page(url) };
    let told = diary.tell(1..=10, act).await;
    assert_eq!(told, [Ok, Unsure, Unsure, Unsure, Ok, Ok, Unsure, Ok, Unsure, Ok]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stays_down_for_a_week_is_dead_and_may_recover() {
    let diary = Diary::of(["http://down.test/guide"]);
    let act = |url: &Url, day: i64| if (2..=20).contains(&day) { refused() } else { page(url) };
    let told = diary.tell([1, 2, 5, 8, 9, 20, 28], act).await;
    assert_eq!(told, [Ok, Unsure, Unsure, Unsure, Dead, Dead, Ok]);
}

#[tokio::test(start_paused = true)]
async fn a_domain_lapses_and_comes_back() {
    let diary = Diary::of(["http://lapsed.test/guide", "http://steady.test/guide"]);
    let act = |url: &Url, day: i64| {
        let lapsed = (3..10).contains(&day) && url.host_str().is_some_and(|host| host.ends_with("lapsed.test"));
        if lapsed { no_such_name() } else { page(url) }
    };
    assert_eq!(diary.tell([1, 2, 3, 10, 11], act).await, [Ok, Ok, Dead, Ok, Ok]);
}

#[tokio::test(start_paused = true)]
async fn a_wall_appears_and_goes_and_never_kills() {
    let diary = Diary::of(["http://walled.test/guide"]);
    let act = |url: &Url, day: i64| {
        if (2..100).contains(&day) {
            let challenge = ("cf-mitigated", "challenge".to_owned());
            Act::Answer(403, vec![("content-type", "text/html".into()), challenge], "<title>Just a moment".into())
        } else {
            page(url)
        }
    };
    assert_eq!(diary.tell([1, 2, 33, 64, 95, 126], act).await, [Ok, Blocked, Blocked, Blocked, Blocked, Ok]);
}

#[tokio::test(start_paused = true)]
async fn an_outage_of_a_site_on_audit_day_is_one_finding_about_the_host_and_strikes_nobody() {
    let links = (0..5).map(|n| format!("http://site.test/page-{n}")).chain(["http://other.test/guide".to_owned()]);
    let diary = Diary::of(links);
    let before = diary.audit(1, |url, _| page(url)).await;
    assert!(before.links.iter().all(|link| link.state == Ok));

    let missing = |url: &Url, _| if url.host_str() == Some("site.test") { status(404) } else { page(url) };
    let during = diary.audit(2, missing).await;
    for link in &during.links[..5] {
        assert_eq!(verdict(link), (Unsure, Reason::HostIncident), "{}", link.evidence);
        assert_eq!(link.strikes, None);
        assert!(link.evidence.contains("5 of 5 links of site.test fail in the same way"), "{}", link.evidence);
    }
    assert_eq!(during.links[5].state, Ok);
    let incidents: Vec<_> = during.run.incidents.iter().map(|one| (one.host.as_str(), one.failing, one.runs)).collect();
    assert_eq!(incidents, [("site.test", 5, 1)]);

    let after = diary.audit(3, |url, _| page(url)).await;
    assert!(after.links.iter().all(|link| link.state == Ok));
    assert!(after.run.incidents.is_empty());
    assert_eq!(diary.audit(4, missing).await.run.incidents[0].runs, 1, "a new trouble is counted anew");
}

#[tokio::test(start_paused = true)]
async fn a_site_that_stays_away_is_dead_after_a_week_all_of_it_together() {
    let links: Vec<String> = (0..4).map(|n| format!("http://site.test/page-{n}")).collect();
    for gone in [status(404), status(503)] {
        let diary = Diary::of(links.clone());
        let act = move |url: &Url, day: i64| if day > 1 { gone.clone() } else { page(url) };
        assert_eq!(diary.tell([1, 2, 5, 8, 9, 17], act).await, [Ok, Unsure, Unsure, Unsure, Dead, Dead]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_network_that_is_cut_off_for_weeks_strikes_nobody() {
    let links: Vec<String> = (0..6).map(|n| format!("http://h{n}.test/guide")).collect();
    let reset = || Act::Fail(Failure::Reset);
    for cut in [reset(), refused(), status(502)] {
        let diary = Diary::of(links.clone());
        let act = move |url: &Url, day: i64| if (2..30).contains(&day) { cut.clone() } else { page(url) };
        assert_eq!(diary.tell([1, 8, 15, 22, 29, 36], act).await, [Ok, Unsure, Unsure, Unsure, Unsure, Ok]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_asks_only_for_what_fails_does_not_blame_the_network() {
    // The others are asked every third day of these and well; what fails is asked each time.
    let diary = Diary::of((0..18).map(|n| format!("http://h{n}.test/guide")));
    let fails = |url: &Url| url.host_str().is_some_and(|host| host.len() == "h0.test".len() && host < "h6.test");
    let act = move |url: &Url, day: i64| if day > 1 && fails(url) { status(500) } else { page(url) };
    for day in [1, 8, 9, 10, 15] {
        let audit = diary.audit(day, move |url, _| act(url, day)).await;
        assert_eq!(audit.run.trouble, None, "day {day}");
        let expected = if day == 1 {
            Ok
        } else if day < 15 {
            Unsure
        } else {
            Dead
        };
        assert!(audit.links[..6].iter().all(|link| link.state == expected), "day {day}: {:?}", audit.links[0]);
        assert!(audit.links[6..].iter().all(|link| link.state == Ok), "day {day}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_missing_page_is_asked_for_again_also_where_other_failures_came_first() {
    let diary = Diary::of(["http://site.test/guide"]);
    let deployed = |url: &Url, number| match number {
        1 | 2 => status(503),
        3 => status(404),
        _ => page(url),
    };
    let link = diary.audit(1, deployed).await.links.remove(0);
    assert_eq!(link.state, Ok, "{}", link.evidence);
    let gone = |url: &Url, number| if number == 1 || number == 2 { status(503) } else { honest_rest(url) };
    let link = diary.audit(5, gone).await.links.remove(0);
    assert_eq!(verdict(&link), (Dead, Reason::Http404));
    assert!(link.evidence.contains("twice"), "{}", link.evidence);
}

#[tokio::test(start_paused = true)]
async fn pages_that_are_never_served_do_not_keep_the_others_of_their_host_from_being_asked() {
    let bad = (0..6).map(|n| format!("http://mixed.test/bad-{n}"));
    let diary = Diary::of(bad.chain((0..3).map(|n| format!("http://mixed.test/good-{n}"))));
    let act = |url: &Url, _| if url.path().starts_with("/bad") { status(503) } else { page(url) };
    let first = diary.audit(1, act).await;
    for link in &first.links[6..] {
        assert_eq!(verdict(link), (Unsure, Reason::HostIncident), "{}", link.evidence);
        assert!(link.evidence.contains("not asked"), "{}", link.evidence);
    }
    for day in [4, 9, 16] {
        let later = diary.audit(day, act).await;
        assert!(later.links[6..].iter().all(|link| link.state == Ok), "what failed goes last");
    }
}

#[tokio::test(start_paused = true)]
async fn no_page_dies_of_its_robots_txt() {
    let robots = |act: Act| {
        move |url: &Url, _: i64| match (url.host_str(), url.path()) {
            (Some("site.test"), "/robots.txt") => act.clone(),
            (Some("site.test"), _) => page(url),
            _ => no_such_name(),
        }
    };
    for unreadable in [status(500), status(503), Act::Fail(Failure::Reset), Act::Fail(Failure::HeadTimeout)] {
        let told = Diary::of(["http://site.test/guide"]).tell([1, 5, 8, 10], robots(unreadable)).await;
        assert_eq!(told, [Unsure, Unsure, Ok, Ok], "after a week the page is asked itself");
    }
    for leads_nowhere in [redirect(302, "/robots.txt"), redirect(301, "http://gone.test/robots.txt")] {
        assert_eq!(Diary::of(["http://site.test/guide"]).tell([1], robots(leads_nowhere)).await, [Ok]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_inherits_no_failures_of_its_site() {
    let mut diary = Diary::of((0..4).map(|n| format!("http://site.test/page-{n}")));
    let act = |day: i64| {
        move |url: &Url, _| {
            let fine = url.path() == "/robots.txt" || (url.path() == "/page-3" && day < 16);
            if fine { page(url) } else { status(500) }
        }
    };
    for day in [1, 5, 10] {
        assert_eq!(diary.audit(day, act(day)).await.links[3].state, Ok);
    }
    diary.links.push("http://site.test/new".to_owned());
    let audit = diary.audit(16, act(16)).await;
    for link in &audit.links[..3] {
        assert_eq!(verdict(link), (Dead, Reason::ServerErrorPersistent), "{}", link.evidence);
    }
    for link in &audit.links[3..] {
        assert_eq!(link.state, Unsure, "{}", link.evidence);
        assert_eq!(link.strikes, Some(strikes(StrikeClass::S3, 1, 3)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_site_that_never_stood_is_believed_at_once_when_it_says_that_its_pages_are_gone() {
    let links: Vec<String> = (0..4).map(|n| format!("http://site.test/page-{n}")).collect();
    let audit = Diary::of(links).audit(1, |url, _| if url.path() == "/" { page(url) } else { status(404) }).await;
    assert!(audit.links.iter().all(|link| verdict(link) == (Dead, Reason::Http404)));
    assert!(audit.run.incidents.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_site_whose_front_page_is_missing_too_is_empty() {
    let diary = Diary::of(["http://bare.test/a", "http://bare.test/b"]);
    let (ledger, run, _, requests) = diary.crawl(1, usize::MAX, |_, _| status(404)).await;
    let audit = ledger.audit(Some(run.id)).expect("an audit");
    assert!(audit.links.iter().all(|link| verdict(link) == (Dead, Reason::HostEmpty)), "{:?}", audit.links[0]);
    assert_eq!(requests, 1 + 2 * 2 + 1, "robots.txt, each link twice, the front page once");
}

#[tokio::test(start_paused = true)]
async fn a_site_without_a_front_page_is_not_empty_while_other_pages_are_there() {
    let diary = Diary::of(["http://half.test/lost", "http://half.test/kept"]);
    let audit = diary.audit(1, |url, _| if url.path() == "/kept" { page(url) } else { status(404) }).await;
    assert_eq!(verdict(&audit.links[0]), (Dead, Reason::Http404), "{}", audit.links[0].evidence);
    assert_eq!(audit.links[1].state, Ok);
}

#[tokio::test(start_paused = true)]
async fn continuous_integration_without_a_network_for_two_runs_keeps_nothing() {
    let mut diary = Diary::of(["http://a.test/guide", "http://b.test/guide", "http://c.test/guide"]);
    let unreachable = |_: &Url, _| Act::Fail(Failure::Dns(DnsFailure::Unreachable));
    assert_eq!(diary.audit(1, |url, _| page(url)).await.links[0].state, Ok);
    diary.online = false;
    for day in [2, 3] {
        let (ledger, run, stopped, _) = diary.crawl(day, usize::MAX, unreachable).await;
        assert_eq!(stopped, Some(Partial::NoNetwork));
        let audit = ledger.audit(Some(run.id)).expect("an audit");
        assert!(audit.links.iter().all(|link| link.state == Ok), "what was known stays known");
    }
    diary.online = true;
    let audit = diary.audit(4, |_, _| refused()).await;
    assert!(audit.links.iter().all(|link| link.state == Unsure), "{:?}", audit.links[0]);
}

#[tokio::test(start_paused = true)]
async fn a_network_that_breaks_half_way_strikes_nobody() {
    let hosts = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let diary = Diary::of(hosts.map(|host| format!("http://{host}.test/guide")));
    diary.audit(1, |url, _| page(url)).await;
    let broken = |url: &Url, _| match url.host_str() {
        Some("a.test" | "b.test" | "c.test") => Act::Fail(Failure::Connect(ConnectFailure::Timeout)),
        Some("d.test") => status(404),
        _ => page(url),
    };
    for day in [2, 3] {
        let audit = diary.audit(day, broken).await;
        let trouble = audit.run.trouble.as_deref().expect("a doubt");
        assert!(trouble.contains("3 of 8 hosts"), "{trouble}");
        for link in &audit.links[..4] {
            assert_eq!((verdict(link), link.strikes), ((Unsure, Reason::NetworkUnhealthy), None), "{}", link.evidence);
            assert!(link.evidence.contains("held back"), "{}", link.evidence);
        }
        assert_eq!(audit.links[4].state, Ok);
    }
    let audit = diary.audit(4, |url, _| if url.host_str() == Some("a.test") { refused() } else { page(url) }).await;
    assert_eq!(audit.run.trouble, None);
    assert_eq!(
        (audit.links[0].state, audit.links[0].strikes),
        (Unsure, Some(strikes(StrikeClass::S3, 1, 3))),
        "counted from here"
    );
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_of_the_local_network_strikes_nobody() {
    let diary = Diary::of(["a", "b", "c", "d"].map(|host| format!("http://{host}.test/guide")));
    diary.audit(1, |url, _| page(url)).await;
    let audit = diary.audit(2, |url, _| if url.host_str() == Some("d.test") { status(511) } else { status(404) }).await;
    assert!(audit.run.trouble.is_some());
    assert!(audit.links.iter().all(|link| link.state == Unsure), "{:?}", audit.links[0]);
}

#[tokio::test(start_paused = true)]
async fn a_suspicion_that_comes_again_is_surer() {
    let diary = Diary::of(["http://site.test/a/deep/guide"]);
    let act = |url: &Url, _| if url.path() == "/" { page(url) } else { redirect(302, "/") };
    let honest =
        move |url: &Url, number| if url.path().contains("guide") { act(url, number) } else { honest_rest(url) };
    let first = diary.audit(1, honest).await.links[0].clone();
    assert_eq!(verdict(&first), (State::Suspect, Reason::RedirectToHome));
    let again = diary.audit(2, honest).await.links[0].clone();
    assert!(again.confidence > first.confidence, "{:?} {:?}", first.confidence, again.confidence);
}

fn honest_rest(url: &Url) -> Act {
    if url.path() == "/" { page(url) } else { status(404) }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_killed_between_its_links_comes_to_the_same() {
    let links: Vec<String> = (0..6)
        .map(|n| format!("http://site.test/{n}"))
        .chain((0..4).map(|n| format!("http://down.test/{n}")))
        .collect();
    let act = |url: &Url, _: usize| match (url.host_str(), url.path()) {
        (Some("site.test"), "/0" | "/2" | "/4") => redirect(301, "/collected/works"),
        (Some("down.test"), _) => status(503),
        _ if url.path().len() > 20 => status(404),
        _ => page(url),
    };
    let whole = Diary::of(links.clone()).audit(1, act).await;
    let told = |audit: &Audit| -> Vec<_> {
        audit.links.iter().map(|link| (verdict(link), link.evidence.clone(), link.strikes)).collect()
    };
    let sunk = whole.links.iter().filter(|link| link.reason == Reason::Soft404Sink).count();
    let held = whole.links.iter().filter(|link| link.reason == Reason::HostIncident).count();
    assert_eq!((sunk, held), (3, 4), "{:?}", told(&whole));

    let shaken = Diary::of(links);
    for visits in [1, 2, 3, 1] {
        let (ledger, ..) = shaken.crawl(1, visits, act).await;
        drop(ledger);
    }
    let end = shaken.audit(1, act).await;
    assert_eq!(told(&end), told(&whole));
    let ledger = shaken.ledger();
    let story = ledger.story(canonical("http://site.test/0").as_str()).expect("read").expect("known");
    assert_eq!(story.chapters.len(), 1, "one run, however often it was killed");
}

#[tokio::test(start_paused = true)]
async fn what_a_killed_run_left_behind_is_weighed_like_any_other() {
    let diary = Diary::of((0..4).map(|n| format!("http://site.test/{n}")));
    let (ledger, ..) = diary.crawl(1, 4, |_, _| status(503)).await;
    drop(ledger);
    // Too old to go on with: a new run begins.
    let audit = diary.audit(3, |_, _| status(503)).await;
    assert_eq!(verdict(&audit.links[0]), (Unsure, Reason::HostIncident));
    assert_eq!((audit.links[0].strikes, audit.run.incidents[0].runs), (None, 2));
}

#[tokio::test(start_paused = true)]
async fn a_tombstone_behind_a_failure_is_dead_on_the_second_day_and_with_404_at_once() {
    let diary = Diary::of(["http://gone.test/guide", "http://final.test/guide"]);
    let act = |url: &Url, _| tombstone(if url.host_str() == Some("gone.test") { 503 } else { 404 });
    let first = diary.audit(1, act).await;
    assert_eq!(verdict(&first.links[0]), (Unsure, Reason::HostingTombstone), "{}", first.links[0].evidence);
    assert_eq!(first.links[0].strikes, Some(strikes(StrikeClass::S2, 1, 2)));
    assert_eq!((verdict(&first.links[1]), first.links[1].strikes), ((Dead, Reason::HostingTombstone), None));
    let second = diary.audit(2, act).await;
    assert_eq!(verdict(&second.links[0]), (Dead, Reason::HostingTombstone), "{}", second.links[0].evidence);
    assert_eq!(diary.audit(3, |url, _| page(url)).await.links[0].state, Ok);
}

#[tokio::test(start_paused = true)]
async fn a_host_full_of_tombstones_behind_failures_is_one_finding_about_the_host() {
    let links: Vec<String> = (0..4).map(|n| format!("http://site.test/page-{n}")).collect();
    let diary = Diary::of(links);
    for (day, expected) in [
        (1, (Unsure, Reason::HostIncident)),
        (2, (Unsure, Reason::HostIncident)),
        (5, (Unsure, Reason::HostIncident)),
        (9, (Dead, Reason::HostingTombstone)),
    ] {
        let audit = diary.audit(day, |_, _| tombstone(502)).await;
        assert!(audit.links.iter().all(|link| verdict(link) == expected), "day {day}: {:?}", audit.links[0]);
    }
}

#[tokio::test(start_paused = true)]
async fn tombstones_behind_failures_do_not_count_on_a_network_in_trouble() {
    let hosts = ["a", "b", "c", "d", "e", "f"];
    let diary = Diary::of(hosts.map(|host| format!("http://{host}.test/guide")));
    let act = |url: &Url, _: usize| match url.host_str() {
        Some("a.test") => tombstone(503),
        Some("b.test" | "c.test" | "d.test") => Act::Fail(Failure::Connect(ConnectFailure::Timeout)),
        _ => page(url),
    };
    for day in [1, 2, 3] {
        let link = diary.audit(day, act).await.links[0].clone();
        assert_eq!((verdict(&link), link.strikes), ((Unsure, Reason::NetworkUnhealthy), None), "{}", link.evidence);
    }
}

/// A certificate that has run out.
fn expired() -> Act {
    Act::Fail(Failure::Tls(TlsFailure::from(TlsFault::Expired)))
}

#[tokio::test(start_paused = true)]
async fn an_expired_certificate_is_surer_in_a_second_run_and_never_kills_a_page_that_is_there_over_http() {
    let diary = Diary::of(["https://lapsed.test/guide"]);
    let lapsed = |url: &Url, _| if url.scheme() == "https" { expired() } else { page(url) };
    let mut told = Vec::new();
    for day in [1, 2, 9, 30] {
        let link = diary.audit(day, lapsed).await.links[0].clone();
        assert_eq!(verdict(&link), (Suspect, Reason::TlsExpired));
        assert!(link.evidence.contains("; over http it answers 200"), "{}", link.evidence);
        assert_eq!(link.suggestions, []);
        told.push((link.confidence, link.strikes));
    }
    let high = |count| (Confidence::High, Some(strikes(StrikeClass::S2, count, 2)));
    assert_eq!(told, [(Confidence::Medium, Some(strikes(StrikeClass::S2, 1, 2))), high(2), high(3), high(4)]);
    assert_eq!(diary.audit(31, |url, _| page(url)).await.links[0].strikes, None);
    assert_eq!(diary.audit(32, lapsed).await.links[0].confidence, Confidence::Medium);
}

#[tokio::test(start_paused = true)]
async fn an_expired_certificate_kills_in_three_runs_over_a_week_where_there_is_nothing_over_http() {
    let missing = |url: &Url| if url.path() == "/robots.txt" { page(url) } else { status(404) };
    let broken = |url: &Url| if url.path() == "/robots.txt" { status(404) } else { status(500) };
    let back = |url: &Url| Act::Answer(301, vec![("location", url.as_str().replace("http:", "https:"))], String::new());
    let ways: [fn(&Url) -> Act; 4] = [missing, broken, back, |_| refused()];
    for http in ways {
        let diary = Diary::of(["https://lapsed.test/guide"]);
        let lapsed = move |url: &Url, _| if url.scheme() == "https" { expired() } else { http(url) };
        let mut told = Vec::new();
        for day in [1, 2, 7, 9, 20] {
            let link = diary.audit(day, lapsed).await.links[0].clone();
            told.push((verdict(&link), link.confidence, link.strikes));
        }
        let doubt =
            |confidence, count| ((Suspect, Reason::TlsExpired), confidence, Some(strikes(StrikeClass::S3, count, 3)));
        let gone =
            |count| ((Dead, Reason::TlsPersistent), Confidence::Medium, Some(strikes(StrikeClass::S3, count, 3)));
        use Confidence::{High, Medium};
        assert_eq!(told, [doubt(Medium, 1), doubt(High, 2), doubt(High, 3), gone(4), gone(5)]);
        assert_eq!(diary.audit(30, |url, _| page(url)).await.links[0].state, Ok);
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_comes_back_over_http_ends_the_series_towards_death_and_stays_a_doubt() {
    let diary = Diary::of(["https://lapsed.test/guide"]);
    let act = |there: bool| {
        move |url: &Url, _: usize| match url.scheme() {
            "https" => expired(),
            _ if there => page(url),
            _ => status(404),
        }
    };
    let mut told = Vec::new();
    for (day, there) in [(1, false), (2, false), (9, true), (10, false), (11, false), (18, false), (19, true)] {
        let link = diary.audit(day, act(there)).await.links[0].clone();
        told.push((link.state, link.confidence, link.strikes.map(|strikes| strikes.count)));
    }
    let doubt = |confidence, count| (Suspect, confidence, Some(count));
    use Confidence::{High, Medium};
    assert_eq!(
        told,
        [
            doubt(Medium, 1),
            doubt(High, 2),
            doubt(High, 3),
            doubt(High, 1),
            doubt(High, 2),
            (Dead, Medium, Some(3)),
            doubt(Medium, 1),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_site_whose_certificate_lapses_dies_as_a_whole_and_no_sooner_than_one_link() {
    let diary = Diary::of((0..4).map(|n| format!("https://lapsed.test/page-{n}")));
    diary.audit(1, |url, _| page(url)).await;
    for day in [2, 3, 8, 9] {
        let audit = diary.audit(day, |url, _| if url.scheme() == "https" { expired() } else { refused() }).await;
        for link in &audit.links {
            let due = if day < 9 { (Unsure, Reason::HostIncident) } else { (Dead, Reason::TlsPersistent) };
            assert_eq!(verdict(link), due, "day {day}: {}", link.evidence);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_place_on_a_page_that_fails_waits_as_the_page_does() {
    let diary = Diary::of(["http://down.test/guide#part"]);
    assert_eq!(diary.tell([1, 2, 5, 9, 10], |_, _| status(503)).await, [Unsure, Unsure, Unsure, Dead, Dead]);
    let diary = Diary::of(["http://gone.test/guide#part"]);
    assert_eq!(diary.tell([1, 2], |_, _| tombstone(503)).await, [Unsure, Dead]);
}

#[tokio::test(start_paused = true)]
async fn a_page_at_which_many_links_end_is_surer_in_a_second_run() {
    let diary = Diary::of((0..4).map(|n| format!("http://site.test/works/{n}")));
    let act = |url: &Url, _: usize| match url.path() {
        "/collected/works" => page(url),
        path if path.len() > 12 => status(404),
        "/robots.txt" => status(404),
        _ => redirect(301, "/collected/works"),
    };
    let first = diary.audit(1, act).await.links[0].clone();
    let again = diary.audit(2, act).await.links[0].clone();
    assert_eq!((verdict(&first), first.confidence), ((Suspect, Reason::Soft404Sink), Confidence::High));
    assert_eq!((verdict(&again), again.confidence), ((Suspect, Reason::Soft404Sink), Confidence::Certain));
}
