//! Resource pages that are listed links too.

use super::*;
use crate::model::SuggestionKind;

/// Reads pages as lists, then visits links in the same run.
async fn gather_and_run(web: SimulatedWeb, config: &Config, pages: &[&str], links: &[&str]) -> Outcome {
    let clock = Clock::starting_at(Timestamp::UNIX_EPOCH);
    let listener = Box::new(crate::ui::Silent);
    let mut engine = Engine::new(web.clone(), Notebook::default(), Policy::new(config), clock, listener);
    let urls = pages.iter().map(|url| Url::parse(url).expect("valid")).collect();
    let seeds = engine.fetch_seeds(urls, std::future::pending()).await.expect("no ledger fault");
    assert!(seeds.iter().all(Option::is_some));
    engine.load(addresses(links)).expect("queued");
    engine.run(std::future::pending()).await.expect("the notebook never fails");
    let (stopped, counts, took) = (engine.stopped(), engine.counts(), clock.elapsed());
    Outcome { web, memory: engine.into_memory(), stopped, counts, took }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_was_read_as_a_list_is_not_asked_for_again_as_a_link() {
    let web = SimulatedWeb::new()
        .with("http://a.test/list", [page()])
        .with("http://a.test/old", [redirect("/new")])
        .with("http://a.test/new", [page()])
        .with("http://a.test/other", [page()]);
    let links = ["http://a.test/list", "http://a.test/old", "http://a.test/other"];
    let outcome = gather_and_run(web, &Config::default(), &links[..2], &links).await;
    for url in ["http://a.test/list", "http://a.test/old", "http://a.test/new", "http://a.test/other"] {
        assert_eq!(outcome.web.asked(url).len(), 1, "{url}");
    }
    assert_eq!((outcome.counts.seeds, outcome.counts.links), (3, 1));
    let list = outcome.of(0);
    assert_eq!((list.assessment.state, list.http_status, list.requests), (State::Ok, Some(200), 0));
    assert_eq!(list.attempts[0].hops[0].url, "http://a.test/list");
    let title = list.metadata.as_ref().and_then(|metadata| metadata.title.as_ref());
    assert_eq!(title.map(|title| title.value.as_str()), Some("A page"));
    let moved = outcome.of(1);
    assert_eq!((moved.assessment.state, moved.attempts[0].hops.len()), (State::Moved, 2));
    assert_eq!(moved.assessment.suggestions[0].kind, SuggestionKind::Redirect);
    assert_eq!(outcome.memory.findings.len(), 3, "each link once");
}

#[tokio::test(start_paused = true)]
async fn what_a_page_answered_as_a_list_is_the_first_try_of_its_link_and_no_more() {
    let refresh = "<meta http-equiv=\"refresh\" content=\"0; url=/new\"><p>Moving on";
    let web = SimulatedWeb::new()
        .with("http://a.test/gone", [status(404)])
        .with("http://a.test/back", [status(404), page()])
        .with("http://a.test/stub", [Act::Answer(200, vec![("content-type", "text/html".into())], refresh)])
        .with("http://a.test/new", [page()])
        .with("http://a.test/", [page()]);
    let links = ["http://a.test/gone", "http://a.test/back", "http://a.test/stub"];
    let outcome = gather_and_run(web, &Config::default(), &links, &links).await;
    let asked = |url: &str| outcome.web.asked(url).len();
    assert_eq!((outcome.reason(0), asked(links[0])), (Reason::Http404, 2), "confirmed once");
    assert_eq!(outcome.of(0).attempts.len(), 2);
    assert_eq!((outcome.of(1).assessment.state, asked(links[1])), (State::Ok, 2), "it was back the second time");
    assert_eq!((outcome.reason(2), asked(links[2]), asked("http://a.test/new")), (Reason::MovedStub, 1, 1));
    assert_eq!(outcome.counts.links, 1, "where the stub leads to");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_a_link_would_not_get_so_is_asked_for_anew() {
    let web = SimulatedWeb::new()
        .with("http://a.test/busy", [status(503), status(503), status(503), page()])
        .with("http://a.test/long", [page()])
        .with("http://b.test/robots.txt", [Act::Answer(200, vec![], "User-agent: *\nDisallow: /\n")])
        .with("http://b.test/secret", [page()]);
    let mut config = Config::default();
    config.network.max_body = 100;
    let links = ["http://a.test/busy", "http://a.test/long", "http://b.test/secret"];
    let outcome = gather_and_run(web, &config, &links, &links).await;
    assert_eq!((outcome.of(0).assessment.state, outcome.web.asked(links[0]).len()), (State::Ok, 4));
    assert_eq!(outcome.web.asked(links[1]).len(), 2, "longer than what is read of a link");
    assert_eq!((outcome.reason(2), outcome.web.asked(links[2]).len()), (Reason::RobotsDisallowed, 0));
}
