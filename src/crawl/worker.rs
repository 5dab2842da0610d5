//! One request from beginning to end, reading included: the part of a check that runs beside others.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rand::SeedableRng;
use rand::rngs::SmallRng;

use super::case::{Case, Finding};
use super::memory::Memory;
use super::shown::Shown;
use super::visit::{Limits, Progress, Purpose};
use super::web::Web;
use crate::classify::{self, Questions};
use crate::fetch::Fetched;
use crate::frontier::{HostId, Ticket};
use crate::model::State;
use crate::model::exchange::{Answer, Exchange, Failure, TlsFault};
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
    /// What it is part of.
    pub case: Box<Case>,
    /// Bounds.
    pub limits: Limits,
    /// A time of its own for this host.
    pub timeout: Option<Duration>,
    /// Whether further questions may be asked.
    pub curious: bool,
    /// What the pages of other links are called.
    pub shown: Arc<Shown>,
}

/// A request that is over.
#[derive(Debug)]
pub struct Landed<K> {
    /// Whose turn it was.
    pub ticket: Ticket,
    /// Where it went.
    pub host: HostId,
    /// When it began, in the run's time.
    pub started: Duration,
    /// What the request says about its host.
    pub signal: Signal,
    /// Why it failed, when it did.
    pub failure: Option<Failure>,
    /// What follows.
    pub outcome: Outcome<K>,
}

/// What follows a request, for the case it was part of.
#[derive(Debug)]
pub enum Outcome<K> {
    /// Go on at the visit's next address.
    Follow(Box<Case>),
    /// Ask again from the beginning after a pause.
    Again(Box<Case>, Duration),
    /// The last try of something that is no link is over.
    Ended(Box<Case>),
    /// The last try of a link is over, and these answers would make the verdict surer.
    Wonder(Box<Case>, Box<Questions>),
    /// The last try of a link is over; this is the verdict.
    Verdict(Box<Settled<K>>),
}

/// A verdict, and the finding it belongs to as the memory keeps it.
#[derive(Debug)]
pub struct Settled<K> {
    /// The state of the page as a whole.
    pub state: State,
    /// The finding.
    pub kept: K,
    /// The check, where its last request found nobody: others may be spared that.
    pub unreached: Option<Box<Case>>,
}

impl<K> Settled<K> {
    /// Packs a finding for a memory.
    pub fn new<M: Memory<Kept = K>>(finding: Finding) -> Self {
        Settled { state: finding.observation.assessment.state, kept: M::pack(finding), unreached: None }
    }
}

/// Sends the request and reads what comes.
pub async fn work<W: Web, M: Memory>(web: Arc<W>, mut task: Task) -> Landed<M::Kept> {
    let Task { ticket, host, started, .. } = task;
    let request = task.case.visit.request(&task.limits, task.timeout);
    let fetched = web.get(request).await;
    let signal = signal(&fetched, task.case.visit.is_retry());
    let failure = fetched.outcome.as_ref().err().cloned();
    let outcome = match task.case.visit.take(fetched) {
        Progress::Follow => Outcome::Follow(task.case),
        Progress::Ended => ended::<M>(task),
        Progress::Answered(answer) => read::<M>(task, answer),
    };
    Landed { ticket, host, started, signal, failure, outcome }
}

/// Reads what came before, when the address was asked for as a resource page, as the answer to a link.
pub fn reread<M: Memory>(mut task: Task, exchange: Exchange) -> Landed<M::Kept> {
    let Task { ticket, host, started, .. } = task;
    let outcome = match task.case.visit.adopt(exchange) {
        Some(answer) => read::<M>(task, answer),
        None => ended::<M>(task),
    };
    Landed { ticket, host, started, signal: Signal::Failed, failure: None, outcome }
}

fn read<M: Memory>(mut task: Task, answer: Answer) -> Outcome<M::Kept> {
    match task.case.visit.purpose {
        Purpose::Link(_) | Purpose::Probe(_) => {
            let next = task.case.visit.next.clone();
            let page = task.case.read(&answer).page.as_ref();
            if let Some((via, target)) = classify::soft_redirect(&next, &answer, page)
                && let Some(progress) = task.case.visit.follow_soft(via, target)
            {
                return match progress {
                    Progress::Follow | Progress::Answered(_) => Outcome::Follow(task.case),
                    Progress::Ended => ended::<M>(task),
                };
            }
        }
        Purpose::Robots(_) if is_word_on_robots(&answer) => {
            task.case.visit.answer(answer);
            return Outcome::Ended(task.case);
        }
        Purpose::Seed(_) => drop(task.case.read(&answer)),
        Purpose::Robots(_) | Purpose::Lookup(_) => {}
    }
    task.case.visit.answer(answer);
    ended::<M>(task)
}

/// Whether an answer settles what robots.txt says: it is there, or it is not (RFC 9309, 2.3.1). Overload settles nothing, nor
/// does a file that did not come whole.
fn is_word_on_robots(answer: &Answer) -> bool {
    match answer.status {
        200..=299 => answer.body_fault.is_none(),
        status => status < 500 && status != 429,
    }
}

fn ended<M: Memory>(task: Task) -> Outcome<M::Kept> {
    let Task { mut case, ref shown, .. } = task;
    if matches!(case.visit.purpose, Purpose::Lookup(_) | Purpose::Probe(_)) {
        return Outcome::Ended(case);
    }
    // Jitter only: it need not be reproducible, just different from one visit to the next.
    let mut random = SmallRng::seed_from_u64(u64::from(task.ticket.0) ^ task.started.as_nanos() as u64);
    if let Some(pause) = case.pause_before_retry(&task.limits, &mut random) {
        return Outcome::Again(case, pause);
    }
    if !matches!(case.visit.purpose, Purpose::Link(_)) {
        return Outcome::Ended(case);
    }
    case.repeats = case.page().is_some_and(|page| shown.repeats(&case.visit.listed, page));
    let (assessment, questions) = if task.curious { case.judge() } else { (case.assess(), Questions::default()) };
    if !questions.is_empty() {
        return Outcome::Wonder(case, Box::new(questions));
    }
    let settled = Settled::new::<M>(case.close(assessment, task.now));
    // Only the verdict goes on from here. What it was taken from is freed by the thread that made it, while it is at hand.
    case.forget();
    let unreached = case.visit.attempts.last().and_then(Exchange::failure).is_some_and(is_unreached);
    Outcome::Verdict(Box::new(Settled { unreached: unreached.then_some(case), ..settled }))
}

/// What the end of a request says about its host. That a page is still not served when it is asked for again says nothing new.
fn signal(fetched: &Fetched, is_retry: bool) -> Signal {
    match &fetched.outcome {
        Ok(answer) if matches!(answer.status, 429 | 503) => match requested_pause(&answer.headers) {
            None if answer.status == 503 && is_retry => Signal::Failed,
            None if answer.status == 503 => Signal::Unavailable,
            pause => Signal::Throttled(pause),
        },
        Ok(_) => Signal::Answered(fetched.ttfb.unwrap_or(fetched.elapsed)),
        Err(failure) if is_unreached(failure) => Signal::Unreachable,
        Err(_) => Signal::Failed,
    }
}

/// Whether a request found nobody at its host, so that any other would have ended the same way.
pub fn is_unreached(failure: &Failure) -> bool {
    match failure {
        Failure::Dns(_) | Failure::Connect(_) | Failure::Proxy(_) => true,
        Failure::Tls(tls) => tls.fault == TlsFault::Timeout,
        _ => false,
    }
}
