//! One request from beginning to end, reading included: the part of a check that runs beside others.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rand::SeedableRng;
use rand::rngs::SmallRng;

use super::conclude::{self, Finding, Next};
use super::visit::{Limits, Progress, Purpose, Visit};
use super::web::Web;
use crate::classify::{self, History};
use crate::extract::Scan;
use crate::fetch::Fetched;
use crate::frontier::{HostId, Ticket};
use crate::model::exchange::{Answer, ConnectFailure, Failure, TlsFault};
use crate::politeness::Signal;
use crate::politeness::retry_after::requested_pause;

/// A request that may go.
#[derive(Debug)]
pub struct Task {
    /// Whose turn it is.
    pub ticket: Ticket,
    /// Where it goes.
    pub host: HostId,
    /// When it began, in the run's time.
    pub started: Duration,
    /// The moment it is, for the record.
    pub now: Timestamp,
    /// The check it is part of.
    pub visit: Visit,
    /// What earlier runs saw.
    pub history: Option<History>,
    /// Bounds.
    pub limits: Limits,
    /// A time of its own for this host.
    pub timeout: Option<Duration>,
}

/// A request that is over.
#[derive(Debug)]
pub struct Landed {
    /// Whose turn it was.
    pub ticket: Ticket,
    /// Where it went.
    pub host: HostId,
    /// When it began, in the run's time.
    pub started: Duration,
    /// The check it is part of.
    pub visit: Visit,
    /// What earlier runs saw, for later tries.
    pub history: Option<History>,
    /// What the request says about its host.
    pub signal: Signal,
    /// Why it failed, when it did.
    pub failure: Option<Failure>,
    /// What follows.
    pub outcome: Outcome,
}

/// What follows a request.
#[derive(Debug)]
pub enum Outcome {
    /// Go on at the visit's next address.
    Follow,
    /// Ask again from the beginning after a pause.
    Again(Duration),
    /// The last try of a robots.txt or a seed is over.
    Ended,
    /// The last try of a link is over; this is the verdict.
    Verdict(Box<Finding>),
}

/// Sends the request and reads what comes.
pub async fn work<W: Web>(web: Arc<W>, mut task: Task) -> Landed {
    let request = task.visit.request(&task.limits, task.timeout);
    let fetched = web.get(request).await;
    let signal = signal(&fetched);
    let failure = fetched.outcome.as_ref().err().cloned();
    let outcome = match task.visit.take(fetched) {
        Progress::Follow => Outcome::Follow,
        Progress::Ended => ended(&task, None),
        Progress::Answered(answer) => read(&mut task, answer),
    };
    let Task { ticket, host, started, visit, history, .. } = task;
    Landed { ticket, host, started, visit, history, signal, failure, outcome }
}

fn read(task: &mut Task, answer: Answer) -> Outcome {
    if !matches!(task.visit.purpose, Purpose::Link(_)) {
        let settled = matches!(task.visit.purpose, Purpose::Robots(_)) && is_word_on_robots(answer.status);
        task.visit.answer(answer);
        return if settled { Outcome::Ended } else { ended(task, None) };
    }
    let scan = conclude::scan(&task.visit, &answer);
    let onward = scan.page.as_ref().and_then(|page| classify::soft_redirect(&task.visit.next, &answer, page));
    if let Some((via, target)) = onward
        && task.visit.follow_soft(via, target)
    {
        return Outcome::Follow;
    }
    task.visit.answer(answer);
    ended(task, Some(&scan))
}

/// Whether a status settles what robots.txt says: it is there, or it is not (RFC 9309, 2.3.1). Overload settles nothing.
fn is_word_on_robots(status: u16) -> bool {
    status < 500 && status != 429
}

fn ended(task: &Task, scan: Option<&Scan>) -> Outcome {
    // Jitter only: it need not be reproducible, just different from one visit to the next.
    let mut random = SmallRng::seed_from_u64(u64::from(task.ticket.0) ^ task.started.as_nanos() as u64);
    match task.visit.purpose {
        Purpose::Link(_) => {
            match conclude::conclude(&task.visit, scan, task.history.as_ref(), &task.limits, task.now, &mut random) {
                Next::Again(pause) => Outcome::Again(pause),
                Next::Verdict(finding) => Outcome::Verdict(finding),
            }
        }
        Purpose::Robots(_) | Purpose::Seed(_) => {
            match conclude::pause_before_retry(&task.visit, scan, &task.limits, &mut random) {
                Some(pause) => Outcome::Again(pause),
                None => Outcome::Ended,
            }
        }
    }
}

/// What the end of a request says about its host.
fn signal(fetched: &Fetched) -> Signal {
    match &fetched.outcome {
        Ok(answer) if matches!(answer.status, 429 | 503) => Signal::Throttled(requested_pause(&answer.headers)),
        Ok(_) => Signal::Answered(fetched.ttfb.unwrap_or(fetched.elapsed)),
        Err(Failure::Dns(_) | Failure::Connect(ConnectFailure::Refused | ConnectFailure::Timeout))
        | Err(Failure::Connect(ConnectFailure::Unreachable | ConnectFailure::Other)) => Signal::Unreachable,
        Err(Failure::Tls(tls)) if tls.fault == TlsFault::Timeout => Signal::Unreachable,
        Err(_) => Signal::Failed,
    }
}
