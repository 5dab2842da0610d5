//! Hosts that ask to be left alone for longer than a run can wait.

use super::*;

fn busy(status: u16) -> Act {
    let lines = vec![("content-type", "text/html".into()), ("retry-after", "432000".into())];
    Act::Answer(status, lines, "<title>Scheduled maintenance</title><h1>We are back soon</h1>")
}

#[tokio::test(start_paused = true)]
async fn overload_with_a_time_for_its_end_is_no_failure_of_the_page() {
    for status in [429, 503] {
        let web = SimulatedWeb::new().with("http://a.test/1", [busy(status)]).with("http://a.test/2", [page()]);
        let outcome = run(web, &["http://a.test/1", "http://a.test/2"]).await;
        for row in 0..2 {
            assert_eq!(outcome.reason(row), Reason::RateLimited, "{status}: {:?}", outcome.of(row).assessment);
            assert_eq!(outcome.of(row).assessment.state, State::Blocked);
        }
        assert_eq!(outcome.web.asked("http://a.test/1").len(), 1);
        let told = &outcome.of(0).assessment.evidence;
        assert_eq!(told.contains("503 Service Unavailable"), status == 503, "{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_robots_txt_that_asks_for_rest_speaks_for_its_host() {
    for status in [429, 503] {
        let web =
            SimulatedWeb::new().with("http://a.test/robots.txt", [busy(status)]).with("http://a.test/1", [page()]);
        let outcome = run(web, &["http://a.test/1", "http://a.test/2"]).await;
        for row in 0..2 {
            let assessment = &outcome.of(row).assessment;
            assert_eq!(assessment.reason, Reason::RateLimited, "{status}: {assessment:?}");
            assert!(
                assessment.evidence.starts_with("a.test asked to be left alone until 1970-01-06"),
                "{assessment:?}"
            );
        }
        assert_eq!(outcome.web.asked("http://a.test/1").len(), 0);
        assert_eq!(outcome.web.asked("http://a.test/robots.txt").len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_robots_txt_behind_endless_overload_tells_what_it_answered() {
    let web = SimulatedWeb::new().with("http://a.test/robots.txt", [status(429)]).with("http://a.test/1", [page()]);
    let mut config = Config::default();
    config.politeness.retries = 9;
    let outcome = run_with(web, Notebook::default(), &config, &["http://a.test/1"]).await;
    let assessment = &outcome.of(0).assessment;
    assert_eq!(assessment.reason, Reason::RateLimited, "{assessment:?}");
    assert!(assessment.evidence.contains("robots.txt"), "{assessment:?}");
}
