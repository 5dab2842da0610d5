//! Looks at a played archive in virtual time, with the ledger in a real file.

use std::sync::{Arc, Mutex};

use jiff::Timestamp;

use super::*;
use crate::fetch::Fetched;
use crate::ledger::strikes::{Family, Strikes};
use crate::ledger::{self, Record, RunStart};
use crate::model::exchange::{ConnectFailure, Hop};
use crate::model::link::{Position, Target};
use crate::model::observation::Fingerprint;
use crate::model::reason::StrikeClass;
use crate::model::{Assessment, CanonicalUrl, Link, Observation, Reason, State, Suggestion, TitleMatch};

const SECOND: Duration = Duration::from_secs(1);
const PAGE: &str = "<!doctype html><title>Tides</title><h1>Tides</h1><p>High water and low water at the harbour for every \
                    day of the year, with the moon, the wind and some notes on how to read the table.</p>";

/// What the archive does: a status with header lines and a body, or a failure.
enum Reply {
    Answer(u16, Vec<(&'static str, String)>, String),
    Fail(Failure),
}

/// An archive that answers as a function says, and remembers when it was asked for what.
struct PlayedArchive<F> {
    started: tokio::time::Instant,
    log: Arc<Mutex<Vec<(Duration, String)>>>,
    answer: F,
}

impl<F: Fn(&str, usize) -> Reply + Send + Sync + 'static> PlayedArchive<F> {
    fn new(answer: F) -> Self {
        PlayedArchive { started: tokio::time::Instant::now(), log: Arc::default(), answer }
    }

    fn asked(&self) -> Vec<(Duration, String)> {
        self.log.lock().expect("nobody panicked").clone()
    }
}

impl<F: Fn(&str, usize) -> Reply + Send + Sync + 'static> Web for PlayedArchive<F> {
    async fn get(&self, request: Request) -> Fetched {
        let url = request.url.to_string();
        let before = {
            let mut log = self.log.lock().expect("nobody panicked");
            log.push((self.started.elapsed(), url.clone()));
            log.len() - 1
        };
        tokio::time::sleep(Duration::from_millis(100)).await;
        let hop = Hop { url: url.clone(), status: None, location: None, via: None, remote: None, elapsed_ms: 100 };
        let outcome = match (self.answer)(&url, before) {
            Reply::Fail(failure) => Err(failure),
            Reply::Answer(status, lines, body) => Ok(Answer {
                status,
                headers: lines.into_iter().collect(),
                body: body.into_bytes().into(),
                truncated: false,
                body_fault: None,
            }),
        };
        Fetched { hop, outcome, elapsed: SECOND / 10, ttfb: Some(SECOND / 10) }
    }

    async fn is_online(&self) -> bool {
        true
    }
}

fn index(rows: &[(&str, &str)]) -> Reply {
    let rows: Vec<String> = rows
        .iter()
        .map(|(at, digest)| format!(r#"["k","{at}","http://x.example/","text/html","200","{digest}","5000"]"#))
        .collect();
    let names = r#"["urlkey","timestamp","original","mimetype","statuscode","digest","length"]"#;
    let body = if rows.is_empty() { "[]".to_owned() } else { format!("[{names},{}]", rows.join(",")) };
    Reply::Answer(200, vec![("content-type", "application/json".to_owned())], body)
}

fn copy(body: &str) -> Reply {
    let lines = vec![
        ("content-type", "text/html; charset=utf-8".to_owned()),
        ("memento-datetime", "Sun, 01 Feb 2026 00:00:00 GMT".to_owned()),
    ];
    Reply::Answer(200, lines, body.to_owned())
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

/// A ledger after two runs: all listed addresses were well in the first; in the second they got a verdict.
struct Story {
    _folder: tempfile::TempDir,
    ledger: Ledger,
    run: Run,
    clock: Clock,
}

impl Story {
    fn of(verdicts: &[(&str, Reason)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut ledger = Ledger::open(&folder.path().join("ledger")).expect("a ledger");
        let first = run(&mut ledger, at("2026-02-20T00:00:00Z"), verdicts, true);
        assert_eq!(ledger.missing(&first, at("2026-02-20T00:00:00Z")).expect("read"), Vec::new());
        let now = at("2026-03-01T00:00:00Z");
        let run = run(&mut ledger, now, verdicts, false);
        Story { _folder: folder, ledger, run, clock: Clock::starting_at(now) }
    }

    async fn look<W: Web>(&mut self, web: &W, plan: &Plan) -> Outcome {
        self.look_until(web, plan, std::future::pending()).await
    }

    async fn look_until<W: Web>(&mut self, web: &W, plan: &Plan, interrupt: impl Future<Output = ()>) -> Outcome {
        let missing = missing(&self.ledger, &self.run, self.clock).expect("read");
        let mut silent = crate::ui::Silent;
        look(web, &mut self.ledger, (&self.run, &missing), plan, self.clock, &mut silent, interrupt)
            .await
            .expect("a ledger that works")
    }

    fn suggestions(&self) -> Vec<Vec<Suggestion>> {
        self.ledger.audit(None).expect("an audit").links.into_iter().map(|link| link.suggestions).collect()
    }

    fn addresses(&self) -> Vec<Option<String>> {
        self.suggestions().iter().map(|found| found.first().map(|suggestion| suggestion.url.clone())).collect()
    }
}

fn run(ledger: &mut Ledger, now: Timestamp, verdicts: &[(&str, Reason)], well: bool) -> Run {
    let start =
        RunStart { now, version: "0.1.0", seeds: 7, settings: 0, resume_within: Duration::from_secs(24 * 3600) };
    let run = ledger.begin_run(&start).expect("a run");
    if !run.listed {
        let mut writer = ledger.list(&run, now).expect("a listing");
        writer.seed("list.md").expect("a seed");
        for (href, _) in verdicts {
            writer.link(&link(href)).expect("a link");
        }
        writer.end_seed("markdown", None).expect("an end");
        writer.finish().expect("a whole listing");
    }
    for (row, (href, reason)) in (1..).zip(verdicts) {
        let reason = if well { Reason::OkPlain } else { *reason };
        let strikes = (!well && reason.state() == State::Unsure).then(|| Strikes {
            family: Family::Transport,
            class: StrikeClass::S3,
            count: if href.ends_with("twice") { 2 } else { 1 },
            first: now,
            last: now,
        });
        let record = Record { strikes, ..Record::new(row, observation(href, now, reason)) };
        ledger.record(run.id, &record).expect("stored");
    }
    ledger.finish_run(&run, now, &ledger::Outcome::default()).expect("finished");
    run
}

fn link(href: &str) -> Link {
    Link {
        href: href.to_owned(),
        target: Target::Valid(Url::parse(href).expect("valid")),
        title: None,
        annotation: None,
        section: Arc::from(Vec::new()),
        parent_title: None,
        position: Position::default(),
        fields: Vec::new(),
        left_out: None,
    }
}

fn observation(url: &str, at: Timestamp, reason: Reason) -> Observation {
    let alive = reason.state() == State::Ok;
    Observation {
        url: CanonicalUrl::from_stored(url),
        at,
        assessment: Assessment::new(reason, "seen"),
        http_status: None,
        final_url: None,
        attempts: Vec::new(),
        requests: 1,
        media_type: alive.then(|| "text/html".to_owned()),
        fingerprint: alive.then(|| Fingerprint { title: Some("Tides".to_owned()), ..Fingerprint::default() }),
        metadata: None,
        validators: None,
    }
}

fn plan() -> Plan {
    Plan {
        endpoint: Url::parse("https://archive.example").expect("valid"),
        verify: true,
        gap: SECOND * 5 / 2,
        max_time: SECOND * 900,
    }
}

#[tokio::test(start_paused = true)]
async fn the_dead_and_the_doubtful_get_a_copy_and_nothing_else_is_asked_about() {
    let mut story = Story::of(&[
        ("http://a.example/suspect", Reason::Soft404Probe),
        ("http://a.example/well", Reason::OkPlain),
        ("http://a.example/wall", Reason::BotWallCloudflare),
        ("http://a.example/place", Reason::AnchorMissing),
        ("http://a.example/dead", Reason::Http404),
        ("http://localhost/dead", Reason::Http404),
        ("http://10.0.0.7/dead", Reason::Http404),
        ("http://a.example/once", Reason::TimeoutRead),
        ("http://a.example/twice", Reason::TimeoutRead),
    ]);
    let archive = PlayedArchive::new(|url, _| match url.contains("/cdx/") {
        true => index(&[("20260201000000", "D"), ("20190101000000", "E")]),
        false => copy(PAGE),
    });
    let outcome = story.look(&archive, &plan()).await;
    assert_eq!(outcome, Outcome { looked: 3, found: 3, requests: 6, ..Outcome::default() });
    let asked = archive.asked();
    assert!(asked[0].1.contains("url=http%3A%2F%2Fa.example%2Fdead&"), "dead ones first: {asked:?}");
    assert!(asked[0].1.contains("closest=20260220000000&sort=closest"), "nearest to the last good visit: {asked:?}");
    assert!(asked[1].1.ends_with("/web/20260201000000id_/http://a.example/dead"), "{asked:?}");
    let gaps: Vec<_> = asked.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    assert!(gaps.iter().all(|gap| *gap >= SECOND * 5 / 2), "one request in two and a half seconds: {gaps:?}");
    let copy = story.suggestions()[4][0].copy.expect("an archived copy");
    assert_eq!((copy.at, copy.title), (at("2026-02-01T00:00:00Z"), TitleMatch::Yes));
    assert!(asked[4].1.contains("a.example%2Ftwice&"), "what failed twice, last: {asked:?}");
    assert_eq!(story.addresses().iter().flatten().count(), 3);
    let listed: Vec<_> = story.ledger.listed(None).expect("a list").map(|row| row.suggestions.len()).collect();
    assert_eq!(listed, [1, 0, 0, 0, 1, 0, 0, 0, 1], "the compilation has them too");
}

#[tokio::test(start_paused = true)]
async fn what_was_answered_is_not_asked_again_until_it_is_old() {
    let mut story =
        Story::of(&[("http://a.example/kept", Reason::Http404), ("http://a.example/lost", Reason::Http404)]);
    let archive = PlayedArchive::new(|url, _| match (url.contains("/cdx/"), url.contains("kept")) {
        (true, true) => index(&[("20260201000000", "D")]),
        (true, false) => index(&[]),
        _ => copy(PAGE),
    });
    assert_eq!(story.look(&archive, &plan()).await.found, 1);
    assert_eq!(story.addresses()[1], None);
    let after = |days: i64| story.run_after(days);
    assert_eq!(after(6), 0, "misses hold for a week");
    assert_eq!(after(8), 1);
    assert_eq!(after(179), 1, "hits hold for half a year");
    assert_eq!(after(181), 2);
}

impl Story {
    /// What would be asked so many days later.
    fn run_after(&self, days: i64) -> usize {
        let now = self.clock.now() + jiff::SignedDuration::from_hours(24 * days);
        self.ledger.missing(&self.run, now).expect("read").len()
    }
}

#[tokio::test(start_paused = true)]
async fn three_refusals_end_the_look_and_the_next_one_goes_on() {
    let links: Vec<String> = (0..6).map(|number| format!("http://a.example/{number}")).collect();
    let verdicts: Vec<_> = links.iter().map(|link| (link.as_str(), Reason::Http404)).collect();
    let mut story = Story::of(&verdicts);
    let archive = PlayedArchive::new(|_, before| match before {
        0 => index(&[("20260201000000", "D")]),
        _ => Reply::Answer(429, Vec::new(), String::new()),
    });
    let quick = Plan { verify: false, ..plan() };
    let outcome = story.look(&archive, &quick).await;
    assert_eq!((outcome.looked, outcome.left, outcome.stopped), (1, 5, Some(Stop::Refused)));
    let asked = archive.asked();
    assert_eq!(asked.len(), 4, "three refusals suffice: {asked:?}");
    assert!(asked[2].0 - asked[1].0 >= SECOND * 60, "a minute after a refusal that names no time: {asked:?}");
    let archive = PlayedArchive::new(|_, before| index(&[("20260201000000", &format!("D{before}"))]));
    let outcome = story.look(&archive, &quick).await;
    assert_eq!((outcome.looked, outcome.found, outcome.left, outcome.stopped), (5, 5, 0, None));
}

#[tokio::test(start_paused = true)]
async fn a_long_pause_asked_for_is_kept_from_run_to_run() {
    let mut story = Story::of(&[("http://a.example/1", Reason::Http404)]);
    let archive =
        PlayedArchive::new(|_, _| Reply::Answer(429, vec![("retry-after", "7200".to_owned())], String::new()));
    assert_eq!(story.look(&archive, &plan()).await.stopped, Some(Stop::Refused));
    assert_eq!(archive.asked().len(), 1);
    let archive = PlayedArchive::new(|_, _| index(&[]));
    assert_eq!(story.look(&archive, &plan()).await.stopped, Some(Stop::Refused));
    assert!(archive.asked().is_empty(), "two hours are not over");
    tokio::time::advance(SECOND * 7300).await;
    assert_eq!(story.look(&archive, &plan()).await.stopped, None);
}

#[tokio::test(start_paused = true)]
async fn trouble_is_tried_again_kept_for_hours_and_ends_the_look_when_it_lasts() {
    let links: Vec<String> = (0..6).map(|number| format!("http://a.example/{number}")).collect();
    let verdicts: Vec<_> = links.iter().map(|link| (link.as_str(), Reason::Http404)).collect();
    let mut story = Story::of(&verdicts);
    let archive = PlayedArchive::new(|_, before| match before {
        0 | 2 | 3 | 4 => Reply::Answer(503, Vec::new(), String::new()),
        1 => index(&[]),
        5 => Reply::Answer(200, Vec::new(), "<html>busy".to_owned()),
        _ => Reply::Fail(Failure::Connect(ConnectFailure::Timeout)),
    });
    let outcome = story.look(&archive, &plan()).await;
    assert_eq!((outcome.found, outcome.stopped), (0, Some(Stop::Unreachable)));
    assert!(outcome.left > 0 && outcome.requests < 15, "{outcome:?}");
    let now = story.clock.now();
    let due = |hours: i64| {
        let later = now + jiff::SignedDuration::from_hours(hours);
        story.ledger.missing(&story.run, later).expect("read").len()
    };
    assert!(due(7) > due(1), "what could not be told is asked again after six hours");
}

#[tokio::test(start_paused = true)]
async fn an_archive_that_does_not_exist_is_asked_once() {
    let mut story = Story::of(&[("http://a.example/1", Reason::Http404), ("http://a.example/2", Reason::Http404)]);
    let archive = PlayedArchive::new(|_, _| Reply::Fail(Failure::Dns(DnsFailure::NoSuchName)));
    let outcome = story.look(&archive, &plan()).await;
    assert_eq!((outcome.stopped, outcome.left, archive.asked().len()), (Some(Stop::Unreachable), 2, 1));
}

#[tokio::test(start_paused = true)]
async fn it_ends_at_once_when_interrupted_and_in_time_when_long() {
    let links: Vec<String> = (0..40).map(|number| format!("http://a.example/{number}")).collect();
    let verdicts: Vec<_> = links.iter().map(|link| (link.as_str(), Reason::Http404)).collect();
    let mut story = Story::of(&verdicts);
    let archive = PlayedArchive::new(|_, before| index(&[("20260201000000", &format!("D{before}"))]));
    let quick = Plan { verify: false, ..plan() };
    let outcome = story.look_until(&archive, &quick, tokio::time::sleep(SECOND * 11)).await;
    assert_eq!((outcome.looked, outcome.stopped), (5, Some(Stop::Interrupted)), "what was answered is kept");
    let outcome = story.look(&archive, &Plan { max_time: SECOND * 20, ..quick }).await;
    assert_eq!(outcome.stopped, Some(Stop::OutOfTime));
    assert_eq!(outcome.looked + outcome.left, 35);
    assert!((7..=9).contains(&outcome.looked), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn one_content_under_many_addresses_is_an_error_page_the_archive_took_for_a_page() {
    let links: Vec<String> = (0..6).map(|number| format!("http://a.example/{number}")).collect();
    let mut verdicts: Vec<_> = links.iter().map(|link| (link.as_str(), Reason::Http404)).collect();
    verdicts.push(("http://b.example/other", Reason::Http404));
    let mut story = Story::of(&verdicts);
    let archive = PlayedArchive::new(|url, _| match url.contains("filter=statuscode%3A20") {
        true if url.contains("%2F4&") => index(&[("20260201000000", "SAME"), ("20250201000000", "OWN")]),
        true => index(&[("20260201000000", "SAME")]),
        false => index(&[]),
    });
    story.look(&archive, &Plan { verify: false, ..plan() }).await;
    let addresses = story.addresses();
    let shared = [0, 1, 2, 3, 5].map(|place| addresses[place].clone());
    assert_eq!(shared, [const { None }; 5], "also those that were found before it was known");
    let told = links.iter().filter_map(|link| story.ledger.story(link).expect("read")?.memento);
    assert_eq!(told.count(), 1, "what is told of one link agrees with the reports");
    let own = addresses[4].as_deref().unwrap_or_default();
    assert!(own.contains("/web/20250201000000/"), "the next best capture: {own}");
    assert!(addresses[6].is_some(), "another host may have the same page");
}
