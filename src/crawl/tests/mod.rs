//! Lists over days: whole runs against a played web, with a real ledger, in virtual time.

mod crowd;
mod guards;
mod timelines;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use url::Url;

use super::memory::RunMemory;
use super::policy::recheck;
use super::settle::{LastStrike, settle};
use super::{Clock, Engine, Policy, Web};
use crate::config::Config;
use crate::fetch::{Fetched, Request};
use crate::frontier::Addresses;
use crate::ledger::{Ledger, Outcome, Run, RunStart};
use crate::model::audit::{Audit, LinkRecord, Partial};
use crate::model::exchange::{Answer, ConnectFailure, DnsFailure, Failure, Hop};
use crate::model::link::{Position, Target};
use crate::model::{CanonicalUrl, Link, Reason, State};

/// What an address does when it is asked.
#[derive(Clone, Debug)]
enum Act {
    Answer(u16, Vec<(&'static str, String)>, String),
    Fail(Failure),
}

/// A page of its own for every address.
fn page(url: &Url) -> Act {
    let name = url.path().trim_matches('/').replace(['/', '-'], " ");
    let words: String = (0..60).map(|n| format!("{name} {} ", n * url.as_str().len())).collect();
    let body = format!("<!doctype html><title>On {name}</title><h1>On {name}</h1><p>{words}</p>");
    Act::Answer(200, vec![("content-type", "text/html".into())], body)
}

fn status(status: u16) -> Act {
    Act::Answer(status, vec![("content-type", "text/html".into())], format!("<h1>{status}</h1>"))
}

fn redirect(status: u16, to: &str) -> Act {
    Act::Answer(status, vec![("location", to.to_owned())], String::new())
}

fn refused() -> Act {
    Act::Fail(Failure::Connect(ConnectFailure::Refused))
}

fn no_such_name() -> Act {
    Act::Fail(Failure::Dns(DnsFailure::NoSuchName))
}

/// A web of one day: what each request gets, by address and by the number of the request. A robots.txt is not there
/// unless the host is not.
struct Weather<F> {
    act: F,
    requests: Arc<AtomicUsize>,
    online: bool,
}

impl<F: Fn(&Url, usize) -> Act + Send + Sync + 'static> Web for Weather<F> {
    async fn get(&self, request: Request) -> Fetched {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let took = Duration::from_millis(40);
        tokio::time::sleep(took).await;
        let mut hop =
            Hop { url: request.url.to_string(), status: None, location: None, via: None, remote: None, elapsed_ms: 40 };
        let act = match (self.act)(&request.url, number) {
            Act::Answer(200, ..) if request.url.path() == "/robots.txt" => status(404),
            act => act,
        };
        let outcome = match act {
            Act::Fail(failure) => Err(failure),
            Act::Answer(status, lines, body) => {
                hop.status = Some(status);
                let headers = lines.into_iter().collect();
                Ok(Answer { status, headers, body: body.into(), truncated: false, body_fault: None })
            }
        };
        Fetched { hop, outcome, elapsed: took, ttfb: Some(took) }
    }

    async fn is_online(&self) -> bool {
        self.online
    }
}

/// A list that is audited day after day.
struct Diary {
    folder: TempDir,
    links: Vec<String>,
    /// What the list calls every one of them.
    title: Option<String>,
    config: Config,
    online: bool,
}

impl Diary {
    fn of(links: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let mut config = Config::default();
        config.check.recheck_after = Duration::ZERO;
        config.check.recheck_dead_after = Duration::ZERO;
        config.check.recheck_blocked_after = Duration::ZERO;
        config.politeness.requests_per_second = 1_000.0;
        config.politeness.latency_factor = 0.0;
        let links = links.into_iter().map(Into::into).collect();
        Diary { folder: tempfile::tempdir().expect("a folder"), links, title: None, config, online: true }
    }

    fn now(day: i64) -> Timestamp {
        let first: Timestamp = "2026-03-01T04:00:00Z".parse().expect("a time");
        first + SignedDuration::from_hours(24 * (day - 1))
    }

    fn ledger(&self) -> Ledger {
        Ledger::open(&self.folder.path().join("diary.ledger")).expect("a ledger")
    }

    fn begin(&self, ledger: &mut Ledger, now: Timestamp) -> Run {
        let seeds = twox_hash::XxHash3_128::oneshot(self.links.join("\n").as_bytes());
        let resume_within = Duration::from_secs(12 * 3600);
        let start = RunStart { now, version: "0", seeds, settings: 0, resume_within };
        let run = ledger.begin_run(&start).expect("a run");
        for left in ledger.unsettled_before(&run).expect("read") {
            settle(ledger, left, now, LastStrike::Kills).expect("settled");
        }
        if !run.listed {
            let mut writer = ledger.list(&run, now).expect("a listing");
            writer.seed("list.md").expect("a seed");
            for href in &self.links {
                writer.link(&Link { title: self.title.clone(), ..link(href) }).expect("a link");
            }
            writer.end_seed("markdown", None).expect("an end");
            writer.finish().expect("a whole listing");
        }
        run
    }

    /// Visits what is due; `visits` of it at most, as if the process were killed then.
    async fn crawl<F>(&self, day: i64, visits: usize, act: F) -> (Ledger, Run, Option<Partial>, usize)
    where
        F: Fn(&Url, usize) -> Act + Send + Sync + 'static,
    {
        let now = Diary::now(day);
        let mut ledger = self.ledger();
        let run = self.begin(&mut ledger, now);
        let requests = Arc::new(AtomicUsize::new(0));
        let web = Weather { act, requests: Arc::clone(&requests), online: self.online };
        let clock = Clock::starting_at(now);
        let listener = Box::new(crate::ui::Silent);
        let mut engine = Engine::new(web, RunMemory::new(ledger), Policy::new(&self.config), clock, listener);
        engine.memory_mut().begin(run.clone()).expect("a writer");
        let recheck = recheck(&self.config, now, false);
        let mut addresses = Addresses::default();
        let load = |addresses: &mut Addresses, due: crate::ledger::Due<'_>| {
            if addresses.len() < visits && due.failed {
                addresses.push_later(due.canonical, due.url);
            } else if addresses.len() < visits {
                addresses.push(due.canonical, due.url);
            }
            ControlFlow::Continue(())
        };
        engine.memory_mut().ledger().due(&run, &recheck, &mut |due| load(&mut addresses, due)).expect("read");
        engine.load(addresses).expect("queued");
        engine.run(std::future::pending()).await.expect("no fault of the ledger");
        let stopped = engine.stopped();
        let counts = engine.counts();
        let mut ledger = engine.into_memory().close().expect("written");
        if visits == usize::MAX {
            settle(&mut ledger, run.id, now, LastStrike::Kills).expect("settled");
            let outcome = Outcome { partial: stopped, requests: run.requests.plus(counts) };
            ledger.finish_run(&run, now, &outcome).expect("finished");
        }
        (ledger, run, stopped, requests.load(Ordering::Relaxed))
    }

    /// A whole run on a day.
    async fn audit<F>(&self, day: i64, act: F) -> Audit
    where
        F: Fn(&Url, usize) -> Act + Send + Sync + 'static,
    {
        let (ledger, run, ..) = self.crawl(day, usize::MAX, act).await;
        ledger.audit(Some(run.id)).expect("an audit")
    }

    /// What is published of the first link on each of some days.
    async fn tell<F>(&self, days: impl IntoIterator<Item = i64>, act: F) -> Vec<State>
    where
        F: Fn(&Url, i64) -> Act + Clone + Send + Sync + 'static,
    {
        let mut told = Vec::new();
        for day in days {
            let act = act.clone();
            told.push(self.audit(day, move |url, _| act(url, day)).await.links[0].state);
        }
        told
    }
}

fn link(href: &str) -> Link {
    Link {
        href: href.to_owned(),
        target: Target::Valid(Url::parse(href).expect("an address")),
        title: None,
        annotation: None,
        section: Arc::from(Vec::new()),
        parent_title: None,
        position: Position::default(),
        fields: Vec::new(),
        left_out: None,
    }
}

fn verdict(link: &LinkRecord) -> (State, Reason) {
    (link.state, link.reason)
}

/// The canonical address of a list's line.
fn canonical(href: &str) -> CanonicalUrl {
    CanonicalUrl::new(&Url::parse(href).expect("an address"))
}
