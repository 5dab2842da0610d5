//! The ledger in real files.

mod auditing;
mod comparing;
mod opening;
mod ruling;
mod running;
mod scale;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use url::Url;

use super::*;
use crate::model::link::{Position, Target};
use crate::model::observation::Fingerprint;
use crate::model::{Assessment, CanonicalUrl, Link, Observation, Reason};

/// A folder that goes away, with the place of a ledger in it.
struct Place {
    _folder: TempDir,
    path: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("state/test.ledger");
        Place { _folder: folder, path }
    }

    fn open(&self) -> Ledger {
        Ledger::open(&self.path).expect("a ledger")
    }
}

fn day(number: i64) -> Timestamp {
    let first: Timestamp = "2026-03-01T04:00:00Z".parse().expect("a time");
    first + SignedDuration::from_hours(24 * (number - 1))
}

fn start(now: Timestamp, seeds: u128) -> RunStart<'static> {
    RunStart { now, version: "0.1.0", seeds, settings: 1, resume_within: Duration::from_secs(24 * 3600) }
}

fn link(href: &str) -> Link {
    let target = match Url::parse(href) {
        Ok(url) => Target::Valid(url),
        Err(error) => Target::Invalid(error.to_string()),
    };
    Link {
        href: href.to_owned(),
        target,
        title: None,
        annotation: None,
        section: Arc::from(Vec::new()),
        parent_title: None,
        position: Position::default(),
        fields: Vec::new(),
        left_out: None,
    }
}

/// Begins a run over a list and stores the list where that is wanted. The digest is that of the list.
fn begin(ledger: &mut Ledger, now: Timestamp, hrefs: &[&str]) -> Run {
    let digest = twox_hash::XxHash3_128::oneshot(hrefs.join("\n").as_bytes());
    let run = ledger.begin_run(&start(now, digest)).expect("a run");
    if !run.listed {
        let mut writer = ledger.list(&run, now).expect("a listing");
        writer.seed("list.md").expect("a seed");
        for href in hrefs {
            writer.link(&link(href)).expect("a link");
        }
        writer.end_seed("markdown", None).expect("an end");
        writer.finish().expect("a whole listing");
    }
    run
}

fn due(ledger: &Ledger, run: &Run, now: Timestamp) -> Vec<(UrlId, String)> {
    let recheck = Recheck {
        now,
        after: Duration::from_secs(7 * 24 * 3600),
        dead_after: Duration::ZERO,
        blocked_after: Duration::ZERO,
        refresh: false,
    };
    let mut due = Vec::new();
    ledger
        .due(run, &recheck, &mut |item| {
            due.push((item.url, item.canonical.to_owned()));
            ControlFlow::Continue(())
        })
        .expect("the work");
    due
}

fn addresses(due: &[(UrlId, String)]) -> Vec<&str> {
    due.iter().map(|(_, url)| url.as_str()).collect()
}

fn observation(url: &str, at: Timestamp, reason: Reason) -> Observation {
    let alive = reason.state().is_alive();
    Observation {
        url: CanonicalUrl::from_stored(url),
        at,
        assessment: Assessment::new(reason, format!("saw {reason}")),
        http_status: alive.then_some(200),
        final_url: alive.then(|| url.to_owned()),
        attempts: Vec::new(),
        requests: 1,
        media_type: alive.then(|| "text/html".to_owned()),
        fingerprint: alive.then(|| Fingerprint { title: Some(format!("Title of {url}")), ..Fingerprint::default() }),
        metadata: None,
        validators: None,
    }
}

/// A whole run in which every address that is due gets the verdict the table gives it.
fn play(ledger: &mut Ledger, now: Timestamp, verdicts: &[(&str, Reason)]) -> Run {
    let hrefs: Vec<&str> = verdicts.iter().map(|(href, _)| *href).collect();
    let run = begin(ledger, now, &hrefs);
    for (row, url) in due(ledger, &run, now) {
        let (_, reason) = verdicts.iter().find(|(href, _)| *href == url).expect("a verdict for everything due");
        ledger.record(run.id, &Record::new(row, observation(&url, now, *reason))).expect("stored");
    }
    ledger.finish_run(&run, now, &Outcome::default()).expect("finished");
    run
}
