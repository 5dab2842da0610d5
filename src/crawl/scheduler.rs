//! Who is asked next, and when: the frontier's queues behind politeness' gates.
//!
//! A state machine without tasks, sockets or clock. It is told the time and what ended, and answers with the next step; so a
//! simulation drives it through hours in milliseconds, and the engine through the same code in earnest.

use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::SmallRng;

use crate::frontier::{Frontier, Hold, HostId, Ticket};
use crate::model::HostKey;
use crate::politeness::{Admission, Closure, Gate, Pace, SharedClock, Signal};

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask now; the request counts as begun.
    Ask(Ticket, HostId),
    /// Do not ask: the host is closed for this run.
    Settle(Ticket, HostId),
    /// Nothing may be asked before this time.
    WaitUntil(Duration),
    /// Nothing is queued, or everything queued waits for something that is under way.
    Idle,
}

/// Frontier and gates of one run.
#[derive(Debug)]
pub struct Scheduler {
    frontier: Frontier,
    gates: Vec<Gate>,
    closed: Vec<bool>,
    closing: Vec<HostId>,
    clock: SharedClock,
    random: SmallRng,
    queued: usize,
}

impl Scheduler {
    /// A scheduler with nothing to do. The seed drives jitter only.
    pub fn new(seed: u64) -> Self {
        Scheduler {
            frontier: Frontier::default(),
            gates: Vec::new(),
            closed: Vec::new(),
            closing: Vec::new(),
            clock: SharedClock::default(),
            random: SmallRng::seed_from_u64(seed),
            queued: 0,
        }
    }

    /// The id of a host; `pace` is asked for a host that is new.
    pub fn host(&mut self, key: &HostKey, pace: impl FnOnce() -> Pace) -> HostId {
        let host = self.frontier.host(key);
        if host.index() == self.gates.len() {
            self.gates.push(Gate::new(pace(), &self.clock));
            self.closed.push(false);
        }
        host
    }

    /// The id of a host that has one.
    pub fn known(&self, key: &str) -> Option<HostId> {
        self.frontier.known(key)
    }

    /// The name of a host.
    pub fn key(&self, host: HostId) -> &HostKey {
        self.frontier.key(host)
    }

    /// The gate of a host.
    pub fn gate(&self, host: HostId) -> &Gate {
        &self.gates[host.index()]
    }

    /// Pieces of work queued for all hosts.
    pub fn queued(&self) -> usize {
        self.queued
    }

    /// Hosts that wait for their time, soonest first.
    pub fn waiting(&self, limit: usize) -> Vec<(HostId, Duration)> {
        self.frontier.waiting(limit)
    }

    /// Every host with the number of pieces queued for it.
    pub fn loads(&self) -> impl Iterator<Item = (HostId, usize)> + '_ {
        self.frontier.hosts().map(|host| (host, self.frontier.queue(host).len()))
    }

    /// Queues work not yet begun.
    pub fn push(&mut self, host: HostId, ticket: Ticket) {
        // A million links are queued for hosts that stand in a heap already: leave those where they are.
        if self.frontier.queue_mut(host).push(ticket) || self.closed[host.index()] {
            self.queued_one(host);
        } else {
            self.queued += 1;
        }
    }

    /// Queues work that goes before all other of its host.
    pub fn push_urgent(&mut self, host: HostId, ticket: Ticket) {
        self.frontier.queue_mut(host).push_urgent(ticket);
        self.queued_one(host);
    }

    /// Queues work that has begun and goes on at a time, not earlier.
    pub fn push_begun(&mut self, host: HostId, ticket: Ticket, not_before: Duration) {
        self.frontier.queue_mut(host).push_begun(ticket, not_before);
        self.queued_one(host);
    }

    /// Changes what of a host's queue must wait.
    pub fn hold(&mut self, host: HostId, hold: Hold) {
        if self.frontier.queue(host).hold() != hold {
            self.frontier.queue_mut(host).set_hold(hold);
            self.place(host);
        }
    }

    /// What of a host's queue must wait.
    pub fn held(&self, host: HostId) -> Hold {
        self.frontier.queue(host).hold()
    }

    /// Takes work out of a host's queue that need not be asked any more.
    pub fn sweep(&mut self, host: HostId, picks: impl FnMut(Ticket) -> bool) -> Vec<Ticket> {
        let swept = self.frontier.queue_mut(host).sweep(picks);
        self.queued -= swept.len();
        self.place(host);
        swept
    }

    /// An admission that was not used: no request was sent.
    pub fn cancelled(&mut self, host: HostId) {
        self.gates[host.index()].cancelled();
        self.place(host);
    }

    /// How many hosts are known.
    pub fn host_count(&self) -> usize {
        self.frontier.host_count()
    }

    /// Widens a host's gap to what its robots.txt asks for.
    pub fn widen(&mut self, host: HostId, gap: Duration) {
        self.gates[host.index()].widen(gap);
    }

    /// Keeps a host from being asked until a time.
    pub fn hold_until(&mut self, host: HostId, until: Duration) {
        self.gates[host.index()].hold_until(until);
    }

    /// Closes a host: everything queued for it now or later is to be settled without asking.
    pub fn close(&mut self, host: HostId) {
        if !std::mem::replace(&mut self.closed[host.index()], true) {
            self.frontier.set_resting(host);
            self.closing.push(host);
        }
    }

    /// The next step at `now`.
    pub fn next(&mut self, now: Duration) -> Step {
        self.clock.set(now);
        while let Some(&host) = self.closing.last() {
            match self.frontier.queue_mut(host).take_any() {
                Some(ticket) => {
                    self.queued -= 1;
                    return Step::Settle(ticket, host);
                }
                None => self.closing.pop(),
            };
        }
        while let Some(host) = self.frontier.pop_due(now) {
            self.place_at(host, now);
        }
        while let Some(host) = self.frontier.pop_ready() {
            if self.frontier.queue(host).ready_at().is_none_or(|at| at > now) {
                self.place_at(host, now);
                continue;
            }
            match self.gates[host.index()].admit(now, &mut self.random) {
                Admission::Go => {
                    let Some(ticket) = self.frontier.queue_mut(host).take(now) else {
                        self.gates[host.index()].cancelled();
                        continue;
                    };
                    self.queued -= 1;
                    self.place_at(host, now);
                    return Step::Ask(ticket, host);
                }
                Admission::NotBefore(then) => self.frontier.set_waiting(host, then),
                Admission::Full => self.frontier.set_resting(host),
            }
        }
        match self.frontier.next_due() {
            Some(then) => Step::WaitUntil(then),
            None => Step::Idle,
        }
    }

    /// A request to a host is over. Returns why the host should be closed, when it should.
    pub fn finished(&mut self, host: HostId, started: Duration, now: Duration, signal: Signal) -> Option<Closure> {
        self.clock.set(now);
        let closure = self.gates[host.index()].finished(started, now, signal, &mut self.random);
        self.place_at(host, now);
        closure
    }

    fn queued_one(&mut self, host: HostId) {
        self.queued += 1;
        if self.closed[host.index()] {
            self.closing.push(host);
        } else {
            self.place(host);
        }
    }

    fn place(&mut self, host: HostId) {
        use governor::clock::Clock as _;
        self.place_at(host, self.clock.now());
    }

    /// Puts a host where it belongs: waiting for its first piece of work, ready by the work it has, or nowhere.
    fn place_at(&mut self, host: HostId, now: Duration) {
        if self.closed[host.index()] {
            return;
        }
        let queue = self.frontier.queue(host);
        match queue.ready_at() {
            None => self.frontier.set_resting(host),
            Some(at) if at > now => self.frontier.set_waiting(host, at),
            Some(_) => {
                let pieces = u32::try_from(queue.len()).unwrap_or(u32::MAX);
                let gate = &self.gates[host.index()];
                // Hosts share the requests in proportion to their work, by highest averages, so that they end together.
                let requests = u32::try_from(gate.in_flight() + 1).unwrap_or(u32::MAX);
                self.frontier.set_ready(host, gate.gap().saturating_mul(pieces) / requests);
            }
        }
    }
}

#[cfg(test)]
mod tests;
