//! The look for archived copies, once every link has been visited: one archive, one request at a time, at its own pace.
//!
//! What the archive answers is kept resource by resource, so that a look can end at any moment and the next run goes on
//! from there. Whatever the archive does, the verdicts stand; at worst there is no copy.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::SmallRng;
use url::Url;

use super::capture;
use super::clock::Clock;
use super::web::Web;
use crate::archive::{Archive, Copy, Question, Search, Wanted};
use crate::classify::Mention;
use crate::fetch::Request;
use crate::ledger::{Archived, Contents, Ledger, LedgerError, Missing, Run};
use crate::model::HostKey;
use crate::model::exchange::{Answer, DnsFailure, Failure};
use crate::politeness::retry_after::requested_pause;
use crate::politeness::{Admission, Gate, Pace, SharedClock, Signal, backoff};
use crate::ui::{Event, Listener};

/// Bytes read of an index and of a copy.
const MAX_INDEX: u64 = 256 << 10;
const MAX_COPY: u64 = 64 << 10;

/// An archive thinks for long before it answers.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The pause after "too many requests" when none is asked for, and the longest that is waited for.
const USUAL_PAUSE: Duration = Duration::from_secs(60);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// So often it may say "too many requests" before it is left alone for this run.
const REFUSALS: u32 = 3;

/// Further tries of one question after trouble that may pass.
const RETRIES: u32 = 2;

/// Resources in a row the archive could not tell about, after which it is left alone for this run.
const TROUBLES: u32 = 3;

/// How copies are looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Address of the archive.
    pub endpoint: Url,
    /// Whether a copy is looked at before it is suggested.
    pub verify: bool,
    /// From the start of one request to the start of the next.
    pub gap: Duration,
    /// How long to look.
    pub max_time: Duration,
}

/// What the look brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Resources the archive has told about.
    pub looked: usize,
    /// Those with a copy.
    pub found: usize,
    /// Those not come to.
    pub left: usize,
    /// Requests sent.
    pub requests: u64,
    /// Why the look ended early.
    pub stopped: Option<Stop>,
}

/// Why a look ends early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The person stopped it.
    Interrupted,
    /// The archive asks to be left alone.
    Refused,
    /// The archive cannot be reached, or fails again and again.
    Unreachable,
    /// The time for it is up.
    OutOfTime,
}

/// What a run found missing, and the archive may hear of: what is written for one's own network is nobody's business.
///
/// # Errors
/// When the ledger cannot be read.
pub fn missing(ledger: &Ledger, run: &Run, clock: Clock) -> Result<Vec<Missing>, LedgerError> {
    let may_be_told =
        |resource: &Missing| Url::parse(&resource.canonical).is_ok_and(|url| !crate::classify::is_private(&url));
    Ok(ledger.missing(run, clock.now())?.into_iter().filter(may_be_told).collect())
}

/// Looks for copies of what is missing.
///
/// # Errors
/// When the ledger cannot be read or written.
pub async fn look<W: Web>(
    web: &W,
    ledger: &mut Ledger,
    (run, missing): (&Run, &[Missing]),
    plan: &Plan,
    clock: Clock,
    listener: &mut dyn Listener,
    interrupt: impl Future<Output = ()>,
) -> Result<Outcome, LedgerError> {
    listener.event(&Event::Started { total: missing.len(), hosts: 1 });
    let mut look = Look::new(web, plan, clock, Box::pin(interrupt));
    let mut outcome = Outcome { left: missing.len(), ..Outcome::default() };
    let mut contents = ledger.archived_contents()?;
    let host = HostKey::of(&plan.endpoint);
    if let Some(host) = &host
        && ledger.hold_until(host.as_str())?.is_some_and(|until| until > clock.now())
    {
        outcome.stopped = Some(Stop::Refused);
    }
    let mut troubles = 0;
    let began = clock.elapsed();
    for resource in missing {
        if outcome.stopped.is_none() && clock.elapsed().saturating_sub(began) >= plan.max_time {
            outcome.stopped = Some(Stop::OutOfTime);
        }
        if outcome.stopped.is_some() {
            break;
        }
        let mentions = ledger.mentions(run, resource.url)?;
        let mention = Mention { title: mentions.title.as_deref(), annotation: mentions.annotation.as_deref() };
        let Some(wanted) = wanted(resource, &contents) else { continue };
        let search = Search::new(Archive::at(&plan.endpoint), wanted, plan.verify);
        let sent = look.requests;
        let searched = look.search(search, mention).await;
        ledger.add_archive_requests(run.id, look.requests - sent)?;
        let archived = match searched {
            Ok(archived) => archived,
            Err(Trouble::Resource) => Archived::Trouble,
            Err(Trouble::All(stop)) => {
                outcome.stopped = Some(stop);
                break;
            }
        };
        ledger.keep_archived(resource.url, &archived, clock.now())?;
        outcome.left -= 1;
        outcome.looked += 1;
        outcome.found += usize::from(matches!(archived, Archived::Found { .. }));
        if let Archived::Found { digest: Some(digest), .. } | Archived::Nothing { shared: Some(digest) } = &archived {
            contents.add(&resource.canonical, digest);
        }
        troubles = if archived == Archived::Trouble { troubles + 1 } else { 0 };
        if troubles >= TROUBLES {
            outcome.stopped = Some(Stop::Unreachable);
        }
        listener.event(&Event::Finished { state: resource.state });
    }
    if let (Some(host), Some(pause)) = (&host, look.asked_pause) {
        ledger.hold(host.as_str(), clock.moment(clock.elapsed() + pause))?;
    }
    outcome.requests = look.requests;
    listener.event(&Event::Done);
    Ok(outcome)
}

fn wanted(resource: &Missing, contents: &Contents) -> Option<Wanted> {
    let mut url = Url::parse(&resource.canonical).ok()?;
    url.set_fragment(None);
    // Nobody else gets to know a password.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let good = resource.good.as_ref();
    let fingerprint = good.and_then(|good| good.fingerprint.as_ref());
    Some(Wanted {
        url,
        last_good: good.map(|good| good.at).or(resource.last_ok),
        failing_since: resource.failing_since,
        title: fingerprint.and_then(|fingerprint| fingerprint.title.clone()),
        media_type: resource.media_type.clone(),
        crowded: contents.crowded(&resource.canonical),
    })
}

/// What keeps an answer away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    /// This one question cannot be answered now.
    Resource,
    /// Nothing more is to be asked.
    All(Stop),
}

/// A look under way: the one who waits for the archive's pace.
struct Look<'a, W, I> {
    web: &'a W,
    clock: Clock,
    gate: Gate,
    random: SmallRng,
    interrupt: Pin<Box<I>>,
    refusals: u32,
    requests: u64,
    /// A pause beyond what is waited for.
    asked_pause: Option<Duration>,
}

impl<'a, W: Web, I: Future<Output = ()>> Look<'a, W, I> {
    fn new(web: &'a W, plan: &Plan, clock: Clock, interrupt: Pin<Box<I>>) -> Self {
        let pace = Pace { gap: plan.gap, concurrency: 1, latency_factor: 0.0, longest_pause: LONGEST_PAUSE };
        let gate = Gate::new(pace, &SharedClock::default());
        let random = SmallRng::seed_from_u64(rand::random());
        Look { web, clock, gate, random, interrupt, refusals: 0, requests: 0, asked_pause: None }
    }

    /// One search from its first question to its end.
    async fn search(&mut self, mut search: Search, mention: Mention<'_>) -> Result<Archived, Trouble> {
        while let Some(question) = search.next() {
            match question {
                Question::Index(url) => {
                    let answer = self.ask(url, MAX_INDEX).await?;
                    let body = match answer.status {
                        200 if !answer.truncated => Some(answer.body.as_ref()),
                        200 => return Err(Trouble::Resource),
                        // Not kept, or kept and not shown on the owner's wish.
                        _ => None,
                    };
                    search.index(body).map_err(|_| Trouble::Resource)?;
                }
                Question::Copy(url) => {
                    let answer = self.ask(url, MAX_COPY).await?;
                    let seen = capture::see(&search.wanted().url, mention, &answer);
                    search.seen(seen);
                }
            }
        }
        let shared = search.shared().map(str::to_owned);
        Ok(match search.found() {
            Some(Copy { memento, digest }) => Archived::Found { memento, digest },
            None => Archived::Nothing { shared },
        })
    }

    /// One question, asked again where that may help.
    async fn ask(&mut self, url: Url, max_body: u64) -> Result<Answer, Trouble> {
        let mut tries = 0;
        loop {
            let started = self.turn().await?;
            let request = Request { timeout: Some(TIMEOUT), ..Request::new(url.clone(), max_body) };
            self.requests += 1;
            let fetched = tokio::select! {
                biased;
                () = &mut self.interrupt => return Err(Trouble::All(Stop::Interrupted)),
                fetched = self.web.get(request) => fetched,
            };
            tries += 1;
            let answer = match fetched.outcome {
                Ok(answer) => answer,
                Err(failure) => {
                    self.over(started, Signal::Failed);
                    match failure {
                        Failure::Dns(DnsFailure::NoSuchName | DnsFailure::Unreachable) | Failure::AddressRefused(_) => {
                            return Err(Trouble::All(Stop::Unreachable));
                        }
                        _ if tries > RETRIES => return Err(Trouble::Resource),
                        _ => {
                            let pause = backoff::pause(tries, LONGEST_PAUSE, &mut self.random);
                            self.rest(pause);
                        }
                    }
                    continue;
                }
            };
            match answer.status {
                429 => {
                    self.refusals += 1;
                    let asked = requested_pause(&answer.headers).filter(|pause| !pause.is_zero());
                    self.over(started, Signal::Failed);
                    if asked.is_some_and(|pause| pause > LONGEST_PAUSE) {
                        self.asked_pause = asked;
                        return Err(Trouble::All(Stop::Refused));
                    }
                    if self.refusals >= REFUSALS {
                        return Err(Trouble::All(Stop::Refused));
                    }
                    self.rest(asked.unwrap_or(USUAL_PAUSE));
                }
                413 | 421 | 500 | 502..=504 | 599 => {
                    self.over(started, Signal::Failed);
                    if tries > RETRIES {
                        return Err(Trouble::Resource);
                    }
                    let asked = requested_pause(&answer.headers).filter(|pause| *pause <= LONGEST_PAUSE);
                    let pause = backoff::pause(tries, LONGEST_PAUSE, &mut self.random);
                    self.rest(asked.unwrap_or(pause));
                }
                _ => {
                    self.over(started, Signal::Answered(fetched.ttfb.unwrap_or(fetched.elapsed)));
                    return Ok(answer);
                }
            }
        }
    }

    /// Waits for the next moment the archive may be asked.
    async fn turn(&mut self) -> Result<Duration, Trouble> {
        loop {
            let now = self.clock.elapsed();
            let until = match self.gate.admit(now, &mut self.random) {
                Admission::Go => return Ok(now),
                Admission::NotBefore(until) => until,
                // One question at a time: nothing else can be on its way.
                Admission::Full => return Err(Trouble::Resource),
            };
            tokio::select! {
                biased;
                () = &mut self.interrupt => return Err(Trouble::All(Stop::Interrupted)),
                () = tokio::time::sleep_until(self.clock.instant(until)) => {}
            }
        }
    }

    fn over(&mut self, started: Duration, signal: Signal) {
        let _ = self.gate.finished(started, self.clock.elapsed(), signal, &mut self.random);
    }

    fn rest(&mut self, pause: Duration) {
        self.gate.hold_until(self.clock.elapsed() + pause);
    }
}

#[cfg(test)]
mod tests;
