//! After a request: what it says about its host, its origin, the network, and what follows for its check.

use std::time::Duration;

use jiff::Timestamp;

use super::Engine;
use crate::crawl::case::{Case, Finding};
use crate::crawl::memory::{Memory, ROBOTS_PATIENCE, StoredRobots};
use crate::crawl::origins::Standing;
use crate::crawl::visit::{Purpose, Visit};
use crate::crawl::web::Web;
use crate::crawl::worker::{Landed, Outcome, Settled, is_unreached};
use crate::frontier::{Hold, HostId, Ticket};
use crate::ledger::LedgerError;
use crate::model::exchange::{BodyFault, DnsFailure, Exchange, Failure};
use crate::model::url::origin;
use crate::model::{Assessment, HostKey};
use crate::politeness::robots::{Robots, Rules};
use crate::politeness::{Closure, Signal};
use crate::ui::Event;

impl<W: Web, M: Memory> Engine<W, M> {
    /// Takes in a request that is over.
    pub(super) fn landed(&mut self, landed: Landed<M::Kept>) -> Result<(), LedgerError> {
        let Landed { ticket, host, started, signal, failure, outcome } = landed;
        if let Some(closure) = self.scheduler.finished(host, started, self.clock.elapsed(), signal) {
            self.close_host(host, closure)?;
        }
        self.health.note(host, failure.as_ref());
        self.doubt_network();
        if self.health.has_reached() {
            self.release_doubted()?;
        }
        self.weigh_host(host, ticket, signal, &outcome);
        if let Outcome::Verdict(settled) = &outcome
            && let Some(case) = &settled.unreached
        {
            let left_home = case.visit.attempts.last().is_none_or(|exchange| exchange.hops.len() > 1);
            if !left_home && self.scheduler.gate(host).looks_down() {
                self.give_up_origin(&case.visit)?;
            }
        }
        self.proceed(ticket, outcome)
    }

    /// What follows for a check.
    pub(super) fn proceed(&mut self, ticket: Ticket, outcome: Outcome<M::Kept>) -> Result<(), LedgerError> {
        match outcome {
            Outcome::Follow(case) => self.go_on(ticket, case, self.clock.elapsed()),
            Outcome::Again(case, pause) => self.again(ticket, case, pause),
            Outcome::Ended(case) => self.ended(ticket, case),
            Outcome::Wonder(case, questions) => self.consult(ticket, case, *questions),
            Outcome::Verdict(settled) => self.keep_settled(ticket, *settled),
        }
    }

    /// The next request of a chain, at the host it leads to.
    fn go_on(&mut self, ticket: Ticket, case: Box<Case>, not_before: Duration) -> Result<(), LedgerError> {
        let Some(key) = HostKey::of(&case.visit.next) else { return Ok(()) };
        let host = self.host(&key)?;
        let urgent = matches!(case.visit.purpose, Purpose::Robots(_));
        self.undoubt(ticket, Some(host));
        self.cases.insert(ticket, case);
        if urgent {
            self.scheduler.push_urgent(host, ticket);
        } else {
            self.scheduler.push_begun(host, ticket, not_before);
        }
        Ok(())
    }

    /// The next try of a check, from its listed address.
    fn again(&mut self, ticket: Ticket, mut case: Box<Case>, pause: Duration) -> Result<(), LedgerError> {
        case.visit.begin(&self.policy.limits);
        let not_before = self.clock.elapsed() + pause;
        if matches!(case.visit.purpose, Purpose::Robots(_))
            && let Some(key) = HostKey::of(&case.visit.next)
        {
            // Its host waits for it as a whole, so the pause is the host's.
            let host = self.host(&key)?;
            self.scheduler.hold_until(host, not_before);
        }
        self.go_on(ticket, case, not_before)
    }

    /// Something that is no link has come to its end.
    pub(super) fn ended(&mut self, ticket: Ticket, case: Box<Case>) -> Result<(), LedgerError> {
        self.undoubt(ticket, None);
        match case.visit.purpose.clone() {
            Purpose::Robots(home) => self.robots_ended(&home, case.visit),
            Purpose::Seed(position) => {
                self.keep_seed(position, *case);
                Ok(())
            }
            Purpose::Lookup(aside) => self.lookup_ended(&aside, case),
            Purpose::Probe(plan) => self.probe_ended(&plan, &case),
            // A link ends with a verdict.
            Purpose::Link(_) => {
                let assessment = case.assess();
                self.settle(ticket, &case, assessment)
            }
        }
    }

    /// While one visit finds out whether its host is there at all, the others wait for it.
    fn weigh_host(&mut self, host: HostId, ticket: Ticket, signal: Signal, outcome: &Outcome<M::Kept>) {
        let retrying = matches!(outcome, Outcome::Again(..));
        if signal == Signal::Unreachable && retrying && self.scheduler.gate(host).looks_down() {
            self.doubts.entry(host).or_insert(ticket);
            if self.scheduler.held(host) == Hold::Nothing {
                self.scheduler.hold(host, Hold::Fresh);
            }
        } else if self.doubts.get(&host).is_some_and(|&doubting| doubting == ticket || signal != Signal::Unreachable) {
            self.doubts.remove(&host);
            if self.scheduler.held(host) == Hold::Fresh {
                self.scheduler.hold(host, Hold::Nothing);
            }
        }
    }

    /// A visit goes on somewhere else than at a host, or nowhere: it does not find out any more whether another is there, and
    /// nobody waits for it.
    fn undoubt(&mut self, ticket: Ticket, but: Option<HostId>) {
        let scheduler = &mut self.scheduler;
        self.doubts.retain(|&host, &mut doubting| {
            let keeps = doubting != ticket || but == Some(host);
            if !keeps && scheduler.held(host) == Hold::Fresh {
                scheduler.hold(host, Hold::Nothing);
            }
            keeps
        });
    }

    /// A host closed itself for this run; how long, is remembered for the next.
    pub(super) fn close_host(&mut self, host: HostId, closure: Closure) -> Result<(), LedgerError> {
        if let Closure::Deferred(until) = closure {
            let key = self.scheduler.key(host).clone();
            self.memory.keep_deadline(&key, self.clock.moment(until))?;
        }
        self.closures.insert(host, closure);
        self.scheduler.close(host);
        Ok(())
    }

    /// A robots.txt was read, or could not be: its origin's links go on, or are settled by it.
    fn robots_ended(&mut self, home: &str, visit: Visit) -> Result<(), LedgerError> {
        let Some(exchange) = visit.attempts.last() else { return Ok(()) };
        match rules_of(exchange, &self.policy.product_token) {
            Some(rules) => {
                let stored = StoredRobots { rules, unreachable_since: None };
                self.memory.keep_robots(home, &stored, self.clock.now())?;
                self.open_origin(home.to_owned(), stored.rules)?;
            }
            // Whoever cannot be reached cannot be asked for a page either.
            None if exchange.failure().is_some_and(is_unreached) => self.close_origin(home, visit.attempts)?,
            None => {
                let now = self.clock.now();
                let known = self.memory.robots(home, Timestamp::MIN)?.unwrap_or_default();
                let since = known.unreachable_since.unwrap_or(now);
                let stored = StoredRobots { unreachable_since: Some(since), ..known };
                self.memory.keep_robots(home, &stored, now)?;
                if now.duration_since(since) >= ROBOTS_PATIENCE {
                    self.open_origin(home.to_owned(), stored.rules)?;
                } else {
                    self.close_origin(home, visit.attempts)?;
                }
            }
        }
        if let Some(host) = self.host_of_origin(home)? {
            self.scheduler.hold(host, Hold::Nothing);
        }
        Ok(())
    }

    /// One check has shown that its origin is not there: the others need not find out for themselves.
    fn give_up_origin(&mut self, visit: &Visit) -> Result<(), LedgerError> {
        let home = origin(&visit.listed);
        let known_down = matches!(self.origins.standing(&home), Some(Standing::Closed(_)));
        if known_down { Ok(()) } else { self.close_origin(&home, visit.attempts.clone()) }
    }

    /// Ends a check with a verdict that did not come from its own last answer.
    pub(super) fn settle(&mut self, ticket: Ticket, case: &Case, assessment: Assessment) -> Result<(), LedgerError> {
        let observation = case.observe(assessment, self.clock.now());
        self.keep(ticket, Finding { observation, fragments: Vec::new() })
    }

    /// Keeps a verdict, once it is certain that it does not describe this machine's own network.
    pub(super) fn keep(&mut self, ticket: Ticket, finding: Finding) -> Result<(), LedgerError> {
        self.keep_settled(ticket, Settled::new::<M>(finding))
    }

    fn keep_settled(&mut self, ticket: Ticket, settled: Settled<M::Kept>) -> Result<(), LedgerError> {
        self.undoubt(ticket, None);
        let Some(row) = self.addresses.row(ticket.0) else { return Ok(()) };
        if self.health.is_unproven() && !settled.state.is_alive() {
            self.doubted.push((row, settled));
            return Ok(());
        }
        self.record(row, settled)
    }

    /// Something was reached, or the run is over without doubt: what was kept back is believed.
    pub(super) fn release_doubted(&mut self) -> Result<(), LedgerError> {
        for (row, settled) in std::mem::take(&mut self.doubted) {
            self.record(row, settled)?;
        }
        Ok(())
    }

    fn record(&mut self, row: u32, settled: Settled<M::Kept>) -> Result<(), LedgerError> {
        let Settled { state, kept, .. } = settled;
        self.memory.record(row, kept)?;
        self.memory.note_requests(self.counts)?;
        self.tell(&Event::Finished { state });
        Ok(())
    }
}

/// What a robots.txt says to this program; `None` when that is unknown (RFC 9309, 2.3.1.4). A page in its place holds no
/// rules, and one that is not there refuses nothing; nor does one that leads in circles, to a name that does not exist, or
/// into a private network. One that broke off may have gone on with the rule that matters.
fn rules_of(exchange: &Exchange, product_token: &str) -> Option<Rules> {
    let leads_nowhere = match exchange.failure() {
        Some(Failure::Redirect(_)) => true,
        Some(Failure::Dns(DnsFailure::NoSuchName) | Failure::AddressRefused(_)) => exchange.hops.len() > 1,
        _ => false,
    };
    if leads_nowhere {
        return Some(Rules::default());
    }
    let answer = exchange.answer()?;
    match answer.status {
        200..=299 if answer.body_fault.is_some_and(|fault| fault != BodyFault::Label) => None,
        200..=299 => Some(Robots::parse(&answer.body).group(product_token)),
        429 | 500.. => None,
        _ => Some(Rules::default()),
    }
}
