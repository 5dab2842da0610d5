//! Links that nobody would ask any more, because whoever was to release them went away.

use super::*;

fn refused() -> Act {
    Act::Fail(Failure::Connect(ConnectFailure::Refused))
}

fn ignoring_robots() -> Config {
    let mut config = Config::default();
    config.politeness.robots = crate::config::RobotsPolicy::Ignore;
    config
}

#[tokio::test(start_paused = true)]
async fn a_host_is_asked_on_when_the_visit_that_doubted_it_goes_elsewhere() {
    let web = SimulatedWeb::new()
        .with("http://a.test/moved", [redirect("http://b.test/x"), page()])
        .with("http://b.test/x", [refused()])
        .with("http://b.test/1", [page()])
        .with("http://b.test/2", [page()]);
    // The redirect arrives before the host's own links may be asked, and goes first.
    let mut memory = Notebook::default();
    memory.deadlines.insert(HostKey::from_stored("b.test"), Timestamp::from_second(10).expect("a moment"));
    let links = ["http://a.test/moved", "http://b.test/1", "http://b.test/2"];
    let outcome = run_with(web, memory, &ignoring_robots(), &links).await;
    assert_eq!(outcome.stopped, None);
    assert_eq!(outcome.web.asked("http://b.test/x").len(), 1);
    assert!((0..3).all(|row| outcome.of(row).assessment.state == State::Ok), "{:?}", outcome.memory.findings);
}

#[tokio::test(start_paused = true)]
async fn a_host_is_asked_on_when_the_visit_that_doubted_it_is_settled_with_its_origin() {
    // Four missing pages wait to be confirmed when the server behind https goes away; http is another origin of the host.
    let mut web = SimulatedWeb::new().with("https://a.test/robots.txt", [status(404)]);
    let mut links = Vec::new();
    for n in 1..=4 {
        let link = format!("https://a.test/{n}");
        web = web.with(&link, [status(404), refused()]);
        links.push(link);
    }
    web = web.with("https://a.test/5", [refused()]);
    links.push("https://a.test/5".to_owned());
    for n in 1..=3 {
        let link = format!("http://a.test/{n}");
        web = web.with(&link, [page()]);
        links.push(link);
    }
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    let outcome = run_with(web, Notebook::default(), &ignoring_robots(), &links).await;
    assert_eq!(outcome.stopped, None);
    assert_eq!(outcome.memory.findings.len(), links.len());
    assert!((5..8).all(|row| outcome.of(row).assessment.state == State::Ok), "{:?}", outcome.memory.findings);
}

#[tokio::test(start_paused = true)]
async fn a_fault_of_this_program_costs_one_link_and_says_nothing_against_it() {
    let web = SimulatedWeb::new()
        .with("http://a.test/1", [Act::Panic])
        .with("http://a.test/2", [page()])
        .with("http://b.test/robots.txt", [Act::Panic])
        .with("http://b.test/1", [page()])
        .with("http://c.test/1", [page()]);
    let links = ["http://a.test/1", "http://a.test/2", "http://b.test/1", "http://c.test/1"];
    let outcome = run(web, &links).await;
    assert_eq!(outcome.stopped, None);
    assert_eq!((outcome.of(0).assessment.state, outcome.reason(0)), (State::Skipped, Reason::NotReached));
    assert!(outcome.of(0).assessment.evidence.contains("a fault of its own"));
    assert_eq!(outcome.of(1).assessment.state, State::Ok, "its host goes on");
    assert_eq!(outcome.of(2).assessment.state, State::Unsure, "what the host allows is not known");
    assert_eq!(outcome.of(3).assessment.state, State::Ok);
}
