//! The run itself: one loop that owns scheduler and memory, and sends requests out as tasks.
//!
//! Everything that must not be shared is owned here, so there is no lock. Tasks get what they need moved into them and bring
//! it back ([`worker`](super::worker)). Nothing waits in a task but for the network.

mod ask;
mod consult;
mod land;

use std::collections::HashMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::task::JoinSet;
use url::Url;

use super::answers::Answers;
use super::case::{Case, Finding, unasked};
use super::clock::Clock;
use super::health::Health;
use super::memory::Memory;
use super::opinions::Opinions;
use super::origins::Origins;
use super::policy::Policy;
use super::scheduler::{Scheduler, Step};
use super::shown::Shown;
use super::visit::{Purpose, Visit};
use super::web::Web;
use super::worker::{Landed, Settled, Task, work};
use crate::frontier::{Addresses, HostId, Ticket};
use crate::ledger::LedgerError;
use crate::model::audit::{Partial, RequestCounts};
use crate::model::exchange::{Exchange, Failure};
use crate::model::{Assessment, CanonicalUrl, HostKey, PageFacts, Reason};
use crate::politeness::{Closure, Signal};
use crate::ui::{Event, Listener};

/// How often listeners hear how long politeness will still take.
const NEWS_EVERY: Duration = Duration::from_millis(500);

/// A resource page that was asked for.
#[derive(Debug)]
pub struct FetchedSeed {
    /// The address asked for.
    pub url: Url,
    /// How it ended.
    pub exchange: Exchange,
    /// What that would mean for a link.
    pub verdict: Assessment,
    /// What the answer says, when it is a page in HTML.
    pub page: Option<PageFacts>,
}

/// What a task brings back.
enum Back<K> {
    Landed(Box<Landed<K>>),
    /// An answer of before was read as that of a link.
    Reread(Box<Landed<K>>),
    Broken(Box<Broken>),
    Online(bool),
}

/// A request whose task broke off, which is a fault of this program.
struct Broken {
    ticket: Ticket,
    host: HostId,
    started: Duration,
    /// Whether its host was asked.
    asked: bool,
    /// What it was for, where it was for no link, and the address.
    aside: Option<(Purpose, Url)>,
}

impl Broken {
    /// What is left of a task when it breaks off.
    fn of(task: &Task, asked: bool) -> Broken {
        let Task { ticket, host, started, ref case, .. } = *task;
        let aside = match &case.visit.purpose {
            // Known by its ticket.
            Purpose::Link(_) => None,
            purpose => Some((purpose.clone(), case.visit.listed.clone())),
        };
        Broken { ticket, host, started, asked, aside }
    }
}

/// Evidence where this program itself failed.
const BROKEN: &str =
    "this program broke off while it read the answer, which is a fault of its own; the next run asks again";

/// A run under way.
pub struct Engine<W: Web, M: Memory> {
    web: Arc<W>,
    memory: M,
    policy: Policy,
    clock: Clock,
    listener: Box<dyn Listener>,
    scheduler: Scheduler,
    addresses: Addresses,
    /// Checks between two requests.
    cases: HashMap<Ticket, Box<Case>>,
    /// Checks that wait for second opinions.
    opinions: Opinions,
    /// What the pages of listed links are called.
    shown: Arc<Shown>,
    origins: Origins,
    closures: HashMap<HostId, Closure>,
    /// The visit that is finding out whether its host is there at all.
    doubts: HashMap<HostId, Ticket>,
    health: Health,
    /// Verdicts that a broken network could explain, kept back until something was reached.
    doubted: Vec<(u32, Settled<M::Kept>)>,
    in_flight: JoinSet<Back<M::Kept>>,
    asking_for_network: bool,
    next_special: u32,
    seeds: Vec<Option<FetchedSeed>>,
    /// What resource pages have answered.
    answers: Answers,
    /// Links that were answered as resource pages, and need no request of their own to begin with.
    answered: Vec<(Ticket, HostId, Exchange)>,
    counts: RequestCounts,
    stopped: Option<Partial>,
    last_news: Duration,
}

impl<W: Web, M: Memory> Engine<W, M> {
    /// An engine with nothing to do yet.
    pub fn new(web: W, memory: M, policy: Policy, clock: Clock, listener: Box<dyn Listener>) -> Self {
        Engine {
            web: Arc::new(web),
            memory,
            policy,
            clock,
            listener,
            scheduler: Scheduler::new(rand::random()),
            addresses: Addresses::default(),
            cases: HashMap::new(),
            opinions: Opinions::default(),
            shown: Arc::default(),
            origins: Origins::default(),
            closures: HashMap::new(),
            doubts: HashMap::new(),
            health: Health::default(),
            doubted: Vec::new(),
            in_flight: JoinSet::new(),
            asking_for_network: false,
            next_special: u32::MAX,
            seeds: Vec::new(),
            answers: Answers::default(),
            answered: Vec::new(),
            counts: RequestCounts::default(),
            stopped: None,
            last_news: Duration::ZERO,
        }
    }

    /// Queues listed addresses, each with its row in the ledger. One that has answered as a resource page already does not wait
    /// for its host.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn load(&mut self, addresses: Addresses) -> Result<(), LedgerError> {
        self.addresses = addresses;
        for position in self.addresses.in_order() {
            let Some(address) = self.addresses.get(position) else { continue };
            let Some(key) = HostKey::within(address) else { continue };
            let answered = self.answers.take(address);
            let host = match self.scheduler.known(key) {
                Some(host) => host,
                None => {
                    let key = HostKey::from_stored(key);
                    self.host(&key)?
                }
            };
            match answered {
                Some(exchange) => self.answered.push((Ticket(position), host, exchange)),
                None => self.scheduler.push(host, Ticket(position)),
            }
        }
        // What is left was no link.
        self.answers = Answers::default();
        Ok(())
    }

    /// Whoever asks the web, for what comes after the run.
    pub fn web(&self) -> Arc<W> {
        Arc::clone(&self.web)
    }

    /// The memory, to prepare it between two phases of a run.
    pub fn memory_mut(&mut self) -> &mut M {
        &mut self.memory
    }

    /// Keeps a verdict that needed no request.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn settle_unasked(&mut self, row: u32, url: CanonicalUrl, assessment: Assessment) -> Result<(), LedgerError> {
        self.settle_with_places(row, url, assessment, Vec::new())
    }

    /// Keeps a verdict that needed no request, with those on the places that mentions ask for.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn settle_with_places(
        &mut self,
        row: u32,
        url: CanonicalUrl,
        assessment: Assessment,
        fragments: Vec<(String, Assessment)>,
    ) -> Result<(), LedgerError> {
        let observation = unasked(url, assessment, self.clock.now());
        self.memory.record(row, M::pack(Finding { observation, fragments }))
    }

    /// Fetches resource pages, in the order given, under the same politeness as everything else.
    ///
    /// # Errors
    /// When the ledger cannot be read or written.
    pub async fn fetch_seeds(
        &mut self,
        urls: Vec<Url>,
        interrupt: impl Future<Output = ()>,
    ) -> Result<Vec<Option<FetchedSeed>>, LedgerError> {
        self.seeds = urls.iter().map(|_| None).collect();
        for (position, url) in urls.into_iter().enumerate() {
            let Some(key) = HostKey::of(&url) else { continue };
            let host = self.host(&key)?;
            let ticket = self.special_ticket();
            let visit = Visit::new(Purpose::Seed(position), url, &self.policy.limits);
            self.cases.insert(ticket, Case::new(visit, None));
            self.scheduler.push(host, ticket);
        }
        self.drive(interrupt).await?;
        Ok(std::mem::take(&mut self.seeds))
    }

    /// Visits every link that was added.
    ///
    /// # Errors
    /// When the ledger cannot be read or written.
    pub async fn run(&mut self, interrupt: impl Future<Output = ()>) -> Result<(), LedgerError> {
        let hosts = self.scheduler.host_count();
        self.tell(&Event::Started { total: self.addresses.len(), hosts });
        self.drive(interrupt).await?;
        self.tell(&Event::Done);
        Ok(())
    }

    /// The same on a thread of the runtime: what a request brought is then taken in on the thread that has just brought it,
    /// where the thread that waits for the whole run would have to be woken each time.
    ///
    /// # Errors
    /// When the ledger cannot be read or written.
    pub async fn run_among_workers(
        mut self,
        interrupt: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Self, LedgerError>
    where
        M: Send + 'static,
    {
        let run = tokio::spawn(async move { self.run(interrupt).await.map(|()| self) });
        match run.await {
            Ok(done) => done,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// Why the run does not speak for the whole list, when it does not.
    pub fn stopped(&self) -> Option<Partial> {
        self.stopped
    }

    /// Requests sent so far.
    pub fn counts(&self) -> RequestCounts {
        self.counts
    }

    /// Gives the memory back.
    pub fn into_memory(self) -> M {
        self.memory
    }

    /// The loop: send what may be sent, wait for the first thing to happen, take it in.
    async fn drive(&mut self, interrupt: impl Future<Output = ()>) -> Result<(), LedgerError> {
        let mut interrupt = pin!(interrupt);
        loop {
            let wake = if self.stopped.is_none() { self.dispatch()? } else { None };
            self.report_waiting(wake);
            if self.in_flight.is_empty() && wake.is_none() {
                return self.wind_up();
            }
            let sleep = tokio::time::sleep_until(self.clock.instant(wake.unwrap_or_default()));
            tokio::select! {
                biased;
                () = &mut interrupt, if self.stopped.is_none() => {
                    self.stopped = Some(Partial::Interrupted);
                    self.tell(&Event::Stopping);
                }
                Some(back) = self.in_flight.join_next() => {
                    match back {
                        Ok(Back::Landed(landed)) => self.landed(*landed)?,
                        Ok(Back::Reread(landed)) => self.proceed(landed.ticket, landed.outcome)?,
                        Ok(Back::Broken(broken)) => self.broken(*broken)?,
                        Ok(Back::Online(online)) => self.heard_of_network(online)?,
                        // Given up with the whole run.
                        Err(_) => {}
                    }
                }
                () = sleep, if wake.is_some() => {}
            }
        }
    }

    /// Nothing is under way any more: what was seen is kept, unless it was this machine's own trouble.
    fn wind_up(&mut self) -> Result<(), LedgerError> {
        if self.stopped != Some(Partial::NoNetwork) {
            let unanswered: Vec<_> = self.opinions.drain().collect();
            for (ticket, case) in unanswered {
                let finding = case.close(case.assess(), self.clock.now());
                self.keep(ticket, finding)?;
            }
        }
        if self.stopped.is_some() {
            return Ok(());
        }
        if self.scheduler.queued() > 0 {
            // Whoever reads the reports must not take for the whole what is not.
            self.stopped = Some(Partial::Unfinished);
        }
        self.release_doubted()
    }

    /// Sends out what may be sent now. Returns when there will be more, when that is known.
    fn dispatch(&mut self) -> Result<Option<Duration>, LedgerError> {
        while self.in_flight.len() < self.policy.concurrency {
            let now = self.clock.elapsed();
            if let Some((ticket, host, exchange)) = self.answered.pop() {
                self.read_again(ticket, host, exchange)?;
                continue;
            }
            match self.scheduler.next(now) {
                Step::Ask(ticket, host) => self.ask(ticket, host, now)?,
                Step::Settle(ticket, host) => self.settle_at_closed_host(ticket, host)?,
                Step::WaitUntil(then) => return Ok(Some(then)),
                Step::Idle => return Ok(None),
            }
        }
        Ok(None)
    }

    fn spawn(&mut self, task: Task) {
        let web = Arc::clone(&self.web);
        let broken = Broken::of(&task, true);
        self.in_flight.spawn(async move {
            match AssertUnwindSafe(work::<W, M>(web, task)).catch_unwind().await {
                Ok(landed) => Back::Landed(Box::new(landed)),
                Err(_) => Back::Broken(Box::new(broken)),
            }
        });
    }

    /// A task broke off: its host goes on, and nothing is said against what was asked for.
    fn broken(&mut self, broken: Broken) -> Result<(), LedgerError> {
        let Broken { ticket, host, started, asked, aside } = broken;
        if asked && let Some(closure) = self.scheduler.finished(host, started, self.clock.elapsed(), Signal::Failed) {
            self.close_host(host, closure)?;
        }
        if let Some((purpose, listed)) = aside {
            let mut visit = Visit::new(purpose, listed, &self.policy.limits);
            visit.fail(Failure::Other(BROKEN.to_owned()));
            return self.ended(ticket, Case::new(visit, None));
        }
        let Some(case) = self.take_case(ticket)? else { return Ok(()) };
        self.settle(ticket, &case, Assessment::new(Reason::NotReached, BROKEN))
    }

    /// Doubts the network when nothing was ever reached: a name that always exists is to decide.
    fn doubt_network(&mut self) {
        if self.asking_for_network || !self.health.is_doubtful(self.scheduler.host_count()) {
            return;
        }
        self.asking_for_network = true;
        let web = Arc::clone(&self.web);
        self.in_flight.spawn(async move { Back::Online(web.is_online().await) });
    }

    fn heard_of_network(&mut self, online: bool) -> Result<(), LedgerError> {
        self.asking_for_network = false;
        if online || self.health.has_reached() {
            self.health.clear();
            return self.release_doubted();
        }
        // What failed failed for this machine's reasons: nothing of it is kept, and nothing more is asked.
        self.stopped = Some(Partial::NoNetwork);
        self.doubted.clear();
        self.in_flight.abort_all();
        Ok(())
    }

    /// The host of an address, with its pace and with the deadline the ledger remembers for it.
    fn host(&mut self, key: &HostKey) -> Result<HostId, LedgerError> {
        let known = self.scheduler.host_count();
        let policy = &self.policy;
        let host = self.scheduler.host(key, || policy.pace(key));
        if host.index() < known {
            return Ok(host);
        }
        let now = self.clock.now();
        if let Some(until) = self.memory.deadline(key)?.filter(|until| *until > now) {
            let wait = Duration::try_from(until.duration_since(now)).unwrap_or_default();
            let until = self.clock.elapsed() + wait;
            if wait > self.policy.pace(key).longest_pause {
                self.closures.insert(host, Closure::Deferred(until));
                self.scheduler.close(host);
            } else {
                self.scheduler.hold_until(host, until);
            }
        }
        Ok(host)
    }

    fn special_ticket(&mut self) -> Ticket {
        self.next_special -= 1;
        Ticket(self.next_special)
    }

    fn tell(&mut self, event: &Event) {
        self.listener.event(event);
    }

    fn report_waiting(&mut self, wake: Option<Duration>) {
        let now = self.clock.elapsed();
        if now < self.last_news + NEWS_EVERY {
            return;
        }
        self.last_news = now;
        let at_least = self
            .scheduler
            .loads()
            .map(|(host, load)| self.scheduler.gate(host).gap().saturating_mul(u32::try_from(load).unwrap_or(u32::MAX)))
            .max();
        self.tell(&Event::Left { at_least: at_least.unwrap_or_default() });
        let waiting = self.scheduler.waiting(usize::MAX);
        if let (Some(wake), Some(&(first, _))) = (wake, waiting.first()) {
            let next = self.scheduler.key(first).clone();
            let delay = wake.saturating_sub(now);
            self.tell(&Event::Waiting { hosts: waiting.len(), next, delay });
        }
    }
}

#[cfg(test)]
mod tests;
