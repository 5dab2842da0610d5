//! Whole runs against a simulated web in virtual time.

mod again;
mod rest;
mod stranded;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::*;
use crate::classify::{History, Probe};
use crate::config::Config;
use crate::crawl::memory::{LinkContext, StoredRobots};
use crate::fetch::{Fetched, Request};
use crate::model::Observation;
use crate::model::exchange::{Answer, BodyFault, ConnectFailure, DnsFailure, Failure, Hop};
use crate::model::{Reason, State};

const SECOND: Duration = Duration::from_secs(1);

/// What one address does: a status with header lines and a body, or a failure; per visit, the last one for ever after.
#[derive(Clone, Debug)]
enum Act {
    Answer(u16, Vec<(&'static str, String)>, &'static str),
    Fail(Failure),
    /// The body of a good answer does not come whole.
    Broken(BodyFault, &'static str),
    /// The program itself breaks off.
    Panic,
}

fn page() -> Act {
    let body = "<!doctype html><title>A page of some length</title><h1>A page</h1><p>It says a few things about tides, \
                harbours, and the people who read them for a living, so that nobody takes it for an empty one.</p>";
    Act::Answer(200, vec![("content-type", "text/html".into())], body)
}

fn status(status: u16) -> Act {
    Act::Answer(status, vec![("content-type", "text/html".into())], "<h1>Answer</h1>")
}

fn redirect(to: &str) -> Act {
    Act::Answer(301, vec![("location", to.into())], "")
}

fn answer(status: u16, lines: Vec<(&'static str, String)>, body: &'static str) -> Answer {
    let (headers, body) = (lines.into_iter().collect(), bytes::Bytes::from_static(body.as_bytes()));
    Answer { status, headers, body, truncated: false, body_fault: None }
}

/// Addresses and what they do; unlisted robots.txt are 404, unlisted hosts do not exist, unlisted pages are 404.
#[derive(Clone, Debug, Default)]
struct SimulatedWeb {
    acts: HashMap<String, Vec<Act>>,
    log: Arc<Mutex<Vec<(Duration, String)>>>,
    started: Option<tokio::time::Instant>,
    online: bool,
}

impl SimulatedWeb {
    fn new() -> Self {
        SimulatedWeb { started: Some(tokio::time::Instant::now()), online: true, ..SimulatedWeb::default() }
    }

    fn with(mut self, url: &str, acts: impl Into<Vec<Act>>) -> Self {
        self.acts.insert(url.to_owned(), acts.into());
        self
    }

    fn asked(&self, url: &str) -> Vec<Duration> {
        let log = self.log.lock().expect("nobody panicked");
        log.iter().filter(|(_, asked)| asked == url).map(|(at, _)| *at).collect()
    }

    fn act(&self, url: &Url, visits: usize) -> Act {
        if let Some(acts) = self.acts.get(url.as_str()) {
            return acts[visits.min(acts.len() - 1)].clone();
        }
        let host = url.host_str().expect("a host");
        let known = self.acts.keys().any(|known| Url::parse(known).is_ok_and(|known| known.host_str() == Some(host)));
        if known { status(404) } else { Act::Fail(Failure::Dns(DnsFailure::NoSuchName)) }
    }
}

impl Web for SimulatedWeb {
    async fn get(&self, request: Request) -> Fetched {
        let visits = self.asked(request.url.as_str()).len();
        let at = self.started.map(|started| started.elapsed()).unwrap_or_default();
        self.log.lock().expect("nobody panicked").push((at, request.url.to_string()));
        let took = Duration::from_millis(40);
        tokio::time::sleep(took).await;
        let mut hop =
            Hop { url: request.url.to_string(), status: None, location: None, via: None, remote: None, elapsed_ms: 40 };
        let outcome = match self.act(&request.url, visits) {
            Act::Fail(failure) => Err(failure),
            Act::Panic => panic!("a fault that was put there"),
            Act::Broken(fault, body) => {
                hop.status = Some(200);
                Ok(Answer { body_fault: Some(fault), ..answer(200, vec![], body) })
            }
            Act::Answer(status, lines, body) => {
                hop.status = Some(status);
                Ok(answer(status, lines, body))
            }
        };
        Fetched { hop, outcome, elapsed: took, ttfb: Some(took) }
    }

    async fn is_online(&self) -> bool {
        self.online
    }
}

/// A ledger that forgets everything with the test.
#[derive(Debug, Default)]
struct Notebook {
    contexts: HashMap<u32, LinkContext>,
    findings: Vec<(u32, Finding)>,
    deadlines: HashMap<HostKey, Timestamp>,
    robots: HashMap<String, StoredRobots>,
}

impl Memory for Notebook {
    type Kept = Finding;

    fn pack(finding: Finding) -> Finding {
        finding
    }

    fn context(&mut self, row: u32) -> Result<LinkContext, LedgerError> {
        Ok(self.contexts.get(&row).cloned().unwrap_or_default())
    }

    fn history(&mut self, _: u32) -> Result<Option<History>, LedgerError> {
        Ok(None)
    }

    fn robots(&mut self, origin: &str, _: Timestamp) -> Result<Option<StoredRobots>, LedgerError> {
        Ok(self.robots.get(origin).cloned())
    }

    fn keep_robots(&mut self, origin: &str, robots: &StoredRobots, _: Timestamp) -> Result<(), LedgerError> {
        self.robots.insert(origin.to_owned(), robots.clone());
        Ok(())
    }

    fn deadline(&mut self, host: &HostKey) -> Result<Option<Timestamp>, LedgerError> {
        Ok(self.deadlines.get(host).copied())
    }

    fn keep_deadline(&mut self, host: &HostKey, until: Timestamp) -> Result<(), LedgerError> {
        self.deadlines.insert(host.clone(), until);
        Ok(())
    }

    fn record(&mut self, row: u32, finding: Finding) -> Result<(), LedgerError> {
        self.findings.push((row, finding));
        Ok(())
    }

    fn probe(&mut self, _: &str, _: Timestamp) -> Result<Option<Probe>, LedgerError> {
        Ok(None)
    }

    fn keep_probe(&mut self, _: &str, _: &Probe, _: Timestamp) -> Result<(), LedgerError> {
        Ok(())
    }

    fn note_requests(&mut self, _: RequestCounts) -> Result<(), LedgerError> {
        Ok(())
    }
}

/// What a run came to.
struct Outcome {
    web: SimulatedWeb,
    memory: Notebook,
    stopped: Option<Partial>,
    counts: RequestCounts,
    took: Duration,
}

impl Outcome {
    fn of(&self, row: u32) -> &Observation {
        let found = self.memory.findings.iter().find(|(observed, _)| *observed == row);
        &found.unwrap_or_else(|| panic!("row {row} was not observed")).1.observation
    }

    fn reason(&self, row: u32) -> Reason {
        self.of(row).assessment.reason
    }
}

fn addresses(links: &[&str]) -> Addresses {
    let mut addresses = Addresses::default();
    for (row, link) in links.iter().enumerate() {
        let url = Url::parse(link).expect("a valid link");
        addresses.push(url.as_str(), u32::try_from(row).expect("few"));
    }
    addresses
}

async fn run_with(web: SimulatedWeb, memory: Notebook, config: &Config, links: &[&str]) -> Outcome {
    let clock = Clock::starting_at(Timestamp::UNIX_EPOCH);
    let mut engine = Engine::new(web.clone(), memory, Policy::new(config), clock, Box::new(crate::ui::Silent));
    engine.load(addresses(links)).expect("queued");
    engine.run(std::future::pending()).await.expect("the notebook never fails");
    let (stopped, counts, took) = (engine.stopped(), engine.counts(), clock.elapsed());
    Outcome { web, memory: engine.into_memory(), stopped, counts, took }
}

async fn run(web: SimulatedWeb, links: &[&str]) -> Outcome {
    run_with(web, Notebook::default(), &Config::default(), links).await
}

#[tokio::test(start_paused = true)]
async fn robots_txt_is_asked_once_and_obeyed() {
    let web = SimulatedWeb::new()
        .with("http://a.test/robots.txt", [Act::Answer(200, vec![], "User-agent: *\nDisallow: /private\n")])
        .with("http://a.test/1", [page()])
        .with("http://a.test/private/2", [page()])
        .with("http://a.test/3", [page()]);
    let outcome = run(web, &["http://a.test/1", "http://a.test/private/2", "http://a.test/3"]).await;
    assert_eq!(outcome.web.asked("http://a.test/robots.txt").len(), 1);
    assert_eq!(outcome.web.asked("http://a.test/private/2").len(), 0);
    assert_eq!(outcome.reason(1), Reason::RobotsDisallowed);
    assert_eq!(outcome.of(1).assessment.state, State::Skipped);
    assert!(outcome.of(1).assessment.evidence.contains("Disallow: /private"), "{:?}", outcome.of(1).assessment);
    assert!(outcome.of(0).assessment.state.is_alive() && outcome.of(2).assessment.state.is_alive());
    assert_eq!((outcome.counts.robots, outcome.counts.links), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn a_crawl_delay_spaces_the_requests() {
    let web = SimulatedWeb::new()
        .with("http://a.test/robots.txt", [Act::Answer(200, vec![], "User-agent: *\nCrawl-delay: 7\n")])
        .with("http://a.test/1", [page()])
        .with("http://a.test/2", [page()]);
    let outcome = run(web, &["http://a.test/1", "http://a.test/2"]).await;
    let first = outcome.web.asked("http://a.test/1")[0];
    let second = outcome.web.asked("http://a.test/2")[0];
    assert!(second - first >= SECOND * 7, "{first:?} {second:?}");
}

#[tokio::test(start_paused = true)]
async fn a_missing_page_is_asked_twice_before_it_is_called_dead() {
    let web = SimulatedWeb::new()
        .with("http://a.test/", [page()])
        .with("http://a.test/gone", [status(404)])
        .with("http://a.test/back", [status(404), page()]);
    let outcome = run(web, &["http://a.test/gone", "http://a.test/back"]).await;
    let asked = outcome.web.asked("http://a.test/gone");
    assert_eq!(asked.len(), 2);
    assert_eq!(outcome.web.asked("http://a.test/").len(), 1, "whether the whole site is gone, is asked once");
    assert!(asked[1] - asked[0] >= SECOND * 5, "the second look comes after the configured pause");
    assert_eq!(outcome.reason(0), Reason::Http404);
    assert!(outcome.of(1).assessment.state.is_alive(), "one 404 is not enough");
}

#[tokio::test(start_paused = true)]
async fn a_host_that_does_not_exist_is_settled_by_one_visit() {
    let links: Vec<String> = (0..40).map(|n| format!("http://deep.lost.test/{n}")).collect();
    let mut links: Vec<&str> = links.iter().map(String::as_str).collect();
    links.push("http://a.test/1");
    let web = SimulatedWeb::new().with("http://a.test/1", [page()]);
    let outcome = run(web, &links).await;
    for row in 0..40 {
        assert_eq!(outcome.reason(row), Reason::DnsNxdomain, "row {row}");
    }
    assert!(outcome.of(7).assessment.evidence.contains("does not exist"), "{}", outcome.of(7).assessment.evidence);
    let to_lost =
        outcome.web.log.lock().expect("fine").iter().filter(|(_, url)| url.contains("//deep.lost.test")).count();
    assert_eq!(to_lost, 2, "one look-up and its confirmation");
    assert!(outcome.took < SECOND * 15, "{:?}", outcome.took);
}

#[tokio::test(start_paused = true)]
async fn retry_after_delays_the_whole_host_and_is_honoured_to_the_second() {
    let busy = Act::Answer(429, vec![("retry-after", "120".into())], "slow down");
    let web = SimulatedWeb::new().with("http://a.test/1", [busy, page()]).with("http://a.test/2", [page()]);
    let outcome = run(web, &["http://a.test/1", "http://a.test/2"]).await;
    let first = outcome.web.asked("http://a.test/1");
    let other = outcome.web.asked("http://a.test/2")[0];
    assert!(other >= first[0] + SECOND * 120, "429 on one path delays the other");
    assert!(first[1] >= first[0] + SECOND * 120);
    assert!(outcome.of(0).assessment.state.is_alive());
}

#[tokio::test(start_paused = true)]
async fn a_pause_longer_than_the_run_may_wait_is_kept_for_the_next_run() {
    let busy = Act::Answer(429, vec![("retry-after", "7200".into())], "come back tomorrow");
    let web = SimulatedWeb::new().with("http://a.test/1", [busy]).with("http://a.test/2", [page()]);
    let outcome = run(web.clone(), &["http://a.test/1", "http://a.test/2"]).await;
    assert_eq!(outcome.reason(0), Reason::RateLimited);
    assert_eq!(outcome.reason(1), Reason::RateLimited);
    assert_eq!(outcome.web.asked("http://a.test/2").len(), 0);
    assert!(outcome.took < SECOND * 60, "nobody waits two hours: {:?}", outcome.took);

    let before = outcome.web.log.lock().expect("fine").len();
    let again = run_with(web, outcome.memory, &Config::default(), &["http://a.test/2"]).await;
    assert_eq!(again.web.log.lock().expect("fine").len(), before, "the next run keeps the deadline");
}

#[tokio::test(start_paused = true)]
async fn without_any_network_the_run_stops_within_seconds_and_keeps_nothing() {
    let mut web = SimulatedWeb::new();
    web.online = false;
    let links = ["http://a.test/1", "http://b.test/1", "http://c.test/1", "http://d.test/1"];
    let outcome = run(web, &links).await;
    assert_eq!(outcome.stopped, Some(Partial::NoNetwork));
    assert!(outcome.memory.findings.is_empty());
    assert!(outcome.took < SECOND * 5, "{:?}", outcome.took);
}

#[tokio::test(start_paused = true)]
async fn a_list_of_dead_hosts_on_a_working_network_is_reported() {
    let links = ["http://a.test/1", "http://b.test/1", "http://c.test/1", "http://d.test/1"];
    let outcome = run(SimulatedWeb::new(), &links).await;
    assert_eq!(outcome.stopped, None);
    assert_eq!(outcome.memory.findings.len(), 4);
    assert_eq!(outcome.reason(2), Reason::DnsNxdomain);
}

#[tokio::test(start_paused = true)]
async fn redirects_are_followed_at_the_pace_of_the_host_they_lead_to() {
    let mut web = SimulatedWeb::new().with("http://target.test/x", [page()]);
    let mut links = Vec::new();
    for n in 0..20 {
        let link = format!("http://h{n}.test/");
        web = web.with(&link, [redirect("http://target.test/x")]);
        links.push(link);
    }
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    let outcome = run(web, &links).await;
    let arrivals = outcome.web.asked("http://target.test/x");
    assert_eq!(arrivals.len(), 20);
    assert!(arrivals.windows(2).all(|pair| pair[1] - pair[0] >= SECOND), "{arrivals:?}");
    assert_eq!(outcome.of(0).assessment.state, State::Moved);
}

#[tokio::test(start_paused = true)]
async fn a_redirect_loop_ends() {
    let web = SimulatedWeb::new().with("http://a.test/1", [redirect("/2")]).with("http://a.test/2", [redirect("/1")]);
    let outcome = run(web, &["http://a.test/1"]).await;
    assert_eq!(outcome.reason(0), Reason::RedirectLoop);
}

#[tokio::test(start_paused = true)]
async fn an_unreadable_robots_txt_means_not_now() {
    let web = SimulatedWeb::new().with("http://a.test/robots.txt", [status(500)]).with("http://a.test/1", [page()]);
    let outcome = run(web, &["http://a.test/1"]).await;
    assert_eq!(
        outcome.web.asked("http://a.test/1").len(),
        0,
        "unreachable rules forbid everything (RFC 9309, 2.3.1.4)"
    );
    assert_eq!(outcome.of(0).assessment.state, State::Unsure);
    assert_eq!(outcome.web.asked("http://a.test/robots.txt").len(), 3, "asked again as often as configured");
}

#[tokio::test(start_paused = true)]
async fn a_robots_txt_that_breaks_off_means_not_now_unless_it_comes_whole_when_asked_again() {
    let broken = || Act::Broken(BodyFault::Short, "User-agent: *\nDisa");
    let whole = || Act::Answer(200, vec![], "User-agent: *\nDisallow: /1\n");
    for (acts, reason, tries) in [
        (vec![broken()], Reason::RobotsUnreachable, 3),
        (vec![Act::Broken(BodyFault::Encoding, "")], Reason::RobotsUnreachable, 3),
        // Text that is called packed is there to be read.
        (vec![Act::Broken(BodyFault::Label, "User-agent: *\nDisallow: /1\n")], Reason::RobotsDisallowed, 3),
        (vec![broken(), whole()], Reason::RobotsDisallowed, 2),
    ] {
        let web = SimulatedWeb::new().with("http://a.test/robots.txt", acts).with("http://a.test/1", [page()]);
        let outcome = run(web, &["http://a.test/1"]).await;
        assert_eq!(outcome.reason(0), reason, "{}", outcome.of(0).assessment.evidence);
        assert_eq!(outcome.web.asked("http://a.test/1").len(), 0);
        assert_eq!(outcome.web.asked("http://a.test/robots.txt").len(), tries);
    }
}

#[tokio::test(start_paused = true)]
async fn a_robots_txt_that_leads_into_a_private_network_forbids_nothing_however_that_is_written() {
    for inside in ["http://127.0.0.1/robots.txt", "http://inside.test/robots.txt"] {
        let refused = Act::Fail(Failure::AddressRefused("127.0.0.1 (loopback)".to_owned()));
        let web = SimulatedWeb::new()
            .with("http://a.test/robots.txt", [redirect(inside)])
            .with("http://inside.test/robots.txt", [refused])
            .with("http://a.test/1", [page()]);
        assert_eq!(run(web, &["http://a.test/1"]).await.of(0).assessment.state, State::Ok, "{inside}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_down_is_unsure_and_settles_its_links_together() {
    let down = || Act::Fail(Failure::Connect(ConnectFailure::Refused));
    let web = SimulatedWeb::new()
        .with("http://a.test/robots.txt", [down()])
        .with("http://a.test/1", [down()])
        .with("http://b.test/1", [page()]);
    let outcome = run(web, &["http://a.test/1", "http://a.test/2", "http://a.test/3", "http://b.test/1"]).await;
    for row in 0..3 {
        assert_eq!((outcome.of(row).assessment.state, outcome.reason(row)), (State::Unsure, Reason::TcpRefused));
    }
    let to_down = outcome.web.log.lock().expect("fine").iter().filter(|(_, url)| url.contains("a.test")).count();
    assert_eq!(to_down, 3, "the tries of one visit");
}

#[tokio::test(start_paused = true)]
async fn resource_pages_are_fetched_under_the_same_politeness() {
    let web = SimulatedWeb::new()
        .with("http://a.test/list", [page()])
        .with("http://a.test/robots.txt", [Act::Answer(200, vec![], "User-agent: *\nDisallow: /secret\n")])
        .with("http://a.test/secret", [page()]);
    let clock = Clock::starting_at(Timestamp::UNIX_EPOCH);
    let policy = Policy::new(&Config::default());
    let mut engine = Engine::new(web, Notebook::default(), policy, clock, Box::new(crate::ui::Silent));
    let urls = ["http://a.test/list", "http://a.test/secret"].map(|url| Url::parse(url).expect("valid"));
    let seeds = engine.fetch_seeds(urls.into(), std::future::pending()).await.expect("no ledger fault");
    let list = seeds[0].as_ref().expect("asked");
    assert!(list.exchange.answer().is_some_and(|answer| !answer.body.is_empty()));
    let secret = seeds[1].as_ref().expect("settled");
    assert!(secret.exchange.failure().is_some(), "robots.txt refuses it");
}

/// Keeps what it hears.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Event>>>);

impl Listener for Heard {
    fn event(&mut self, event: &Event) {
        self.0.lock().expect("nobody panicked").push(event.clone());
    }
}

#[tokio::test(start_paused = true)]
async fn no_redirect_leads_from_the_open_web_into_the_private_network() {
    let refresh = "<meta http-equiv=\"refresh\" content=\"0; url=http://127.0.0.1/admin\"><p>Moving on";
    let web = SimulatedWeb::new()
        .with("http://a.test/1", [redirect("http://10.0.0.1/admin")])
        .with("http://a.test/2", [Act::Answer(200, vec![("content-type", "text/html".into())], refresh)])
        .with("http://10.0.0.1/admin", [page()])
        .with("http://10.0.0.1/map", [redirect("/admin")]);
    let mut config = Config::default();
    config.network.allow_private_addresses = true;
    let links = ["http://a.test/1", "http://a.test/2", "http://10.0.0.1/map"];
    let outcome = run_with(web, Notebook::default(), &config, &links).await;
    assert_eq!((outcome.reason(0), outcome.reason(1)), (Reason::RedirectPrivate, Reason::RedirectPrivate));
    assert_eq!(outcome.of(2).assessment.state, State::Moved, "what is listed there may lead on there");
    assert_eq!(outcome.web.asked("http://10.0.0.1/admin").len(), 1);
    assert_eq!(outcome.web.asked("http://127.0.0.1/admin").len(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_interrupted_run_finishes_what_is_under_way_and_nothing_more() {
    let web = SimulatedWeb::new().with("http://a.test/1", [page()]).with("http://a.test/2", [page()]);
    let config = Config {
        politeness: crate::config::Politeness {
            robots: crate::config::RobotsPolicy::Ignore,
            ..crate::config::Politeness::default()
        },
        ..Config::default()
    };
    let clock = Clock::starting_at(Timestamp::UNIX_EPOCH);
    let heard = Heard::default();
    let listener = Box::new(heard.clone());
    let mut engine = Engine::new(web.clone(), Notebook::default(), Policy::new(&config), clock, listener);
    engine.load(addresses(&["http://a.test/1", "http://a.test/2"])).expect("queued");
    engine.run(tokio::time::sleep(Duration::from_millis(10))).await.expect("no fault");
    let heard = heard.0.lock().expect("nobody panicked");
    let stopping = heard.iter().position(|event| *event == Event::Stopping).expect("listeners hear of it");
    assert!(
        heard[stopping..].iter().any(|event| matches!(event, Event::Finished { .. })),
        "at once, not when what is under way has ended"
    );
    assert_eq!(engine.stopped(), Some(Partial::Interrupted));
    let memory = engine.into_memory();
    assert_eq!(memory.findings.len(), 1);
    assert_eq!(web.asked("http://a.test/2").len(), 0);
}
