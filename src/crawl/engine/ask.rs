//! Before a request: whose turn it is, and whether it may go at all.

use std::sync::Arc;
use std::time::Duration;

use super::{Engine, FetchedSeed};
use crate::classify::History;
use crate::crawl::conclude;
use crate::crawl::memory::{Memory, ROBOTS_MAX_AGE};
use crate::crawl::origins::{Standing, robots_url};
use crate::crawl::visit::{Purpose, Visit};
use crate::crawl::web::Web;
use crate::crawl::worker::Task;
use crate::frontier::{Hold, HostId, Ticket};
use crate::ledger::LedgerError;
use crate::model::exchange::{Ending, Exchange, Failure};
use crate::model::url::origin;
use crate::model::{Assessment, HostKey, Reason};
use crate::politeness::Closure;
use crate::politeness::robots::Rules;
use crate::ui::Event;

impl<W: Web, M: Memory> Engine<W, M> {
    /// It is a ticket's turn, and its host may be asked.
    pub(super) fn ask(&mut self, ticket: Ticket, host: HostId, now: Duration) -> Result<(), LedgerError> {
        let Some((visit, history)) = self.take_visit(ticket)? else {
            self.scheduler.cancelled(host);
            return Ok(());
        };
        if matches!(visit.purpose, Purpose::Robots(_)) {
            self.send(ticket, host, now, visit, history);
            return Ok(());
        }
        let home = origin(&visit.next);
        let obeys = self.policy.obeys_robots(self.scheduler.key(host));
        match self.standing(&home, obeys)? {
            Some(Standing::Open(rules)) => {
                if let Some(line) = refusal(&rules, &visit) {
                    self.scheduler.cancelled(host);
                    return self.refused_by_robots(ticket, visit, &line);
                }
                self.send(ticket, host, now, visit, history);
            }
            Some(Standing::Closed(exchange)) => {
                self.scheduler.cancelled(host);
                return self.infer(ticket, visit, history.as_ref(), &exchange);
            }
            Some(Standing::Fetching) => {
                self.visits.insert(ticket, (visit, history));
                self.scheduler.cancelled(host);
                self.scheduler.push_begun(host, ticket, now);
                self.scheduler.hold(host, Hold::AllButUrgent);
            }
            None if obeys => {
                // This host's turn goes to its robots.txt; the link waits for the answer, holding nothing.
                let robots = robots_url(&visit.next);
                self.visits.insert(ticket, (visit, history));
                self.scheduler.push_begun(host, ticket, now);
                self.scheduler.hold(host, Hold::AllButUrgent);
                self.origins.set(home.clone(), Standing::Fetching);
                let special = self.special_ticket();
                let visit = Visit::new(Purpose::Robots(home), robots, &self.policy.limits);
                self.send(special, host, now, visit, None);
            }
            None => self.send(ticket, host, now, visit, history),
        }
        Ok(())
    }

    /// Where an origin stands, asking the ledger for a robots.txt of the last day when nobody knows yet.
    fn standing(&mut self, home: &str, obeys: bool) -> Result<Option<Standing>, LedgerError> {
        let known = self.origins.standing(home).cloned();
        if known.is_some() || !obeys {
            return Ok(known);
        }
        let oldest = self.clock.now().checked_sub(ROBOTS_MAX_AGE).unwrap_or(jiff::Timestamp::MIN);
        let Some(stored) = self.memory.robots(home, oldest)? else { return Ok(None) };
        self.open_origin(home.to_owned(), stored.rules)?;
        Ok(self.origins.standing(home).cloned())
    }

    /// An origin's rules are known: its host's gap is widened, and links they refuse leave the queue at once.
    pub(super) fn open_origin(&mut self, home: String, rules: Rules) -> Result<(), LedgerError> {
        let Some(host) = self.host_of_origin(&home)? else { return Ok(()) };
        if let Some(delay) = rules.crawl_delay() {
            self.scheduler.widen(host, delay.min(self.policy.max_crawl_delay));
        }
        let refuses = !rules.is_empty();
        let rules = Arc::new(rules);
        self.origins.set(home.clone(), Standing::Open(Arc::clone(&rules)));
        if !refuses {
            return Ok(());
        }
        let addresses = &self.addresses;
        let visits = &self.visits;
        let swept = self.scheduler.sweep(host, |ticket| {
            let address = match visits.get(&ticket) {
                Some((visit, _)) => visit.next.as_str(),
                None => addresses.get(ticket.0).unwrap_or_default(),
            };
            path_within(address, &home).is_some_and(|path| !rules.decide_path(path).allowed)
        });
        for ticket in swept {
            let Some((visit, _)) = self.take_visit(ticket)? else { continue };
            let line = refusal(&rules, &visit).unwrap_or_default();
            self.refused_by_robots(ticket, visit, &line)?;
        }
        Ok(())
    }

    /// An origin cannot be asked: what waits for it is settled by what its failure shows.
    pub(super) fn close_origin(&mut self, home: &str, exchange: Exchange) -> Result<(), LedgerError> {
        let exchange = Arc::new(exchange);
        self.origins.set(home.to_owned(), Standing::Closed(Arc::clone(&exchange)));
        let Some(host) = self.host_of_origin(home)? else { return Ok(()) };
        let addresses = &self.addresses;
        let visits = &self.visits;
        let swept = self.scheduler.sweep(host, |ticket| {
            let address = match visits.get(&ticket) {
                Some((visit, _)) => visit.next.as_str(),
                None => addresses.get(ticket.0).unwrap_or_default(),
            };
            path_within(address, home).is_some()
        });
        for ticket in swept {
            if let Some((visit, history)) = self.take_visit(ticket)? {
                self.infer(ticket, visit, history.as_ref(), &exchange)?;
            }
        }
        Ok(())
    }

    /// Settles a check by what another request of its origin has shown.
    fn infer(
        &mut self,
        ticket: Ticket,
        mut visit: Visit,
        history: Option<&History>,
        shown: &Exchange,
    ) -> Result<(), LedgerError> {
        visit.infer(shown);
        if let Purpose::Seed(position) = visit.purpose {
            self.keep_seed(position, visit);
            return Ok(());
        }
        let mut assessment = conclude::assess(&visit, None, history, None);
        let asked = shown.hops.first().map_or_else(String::new, |hop| hop.url.clone());
        // Failing to connect speaks for every page of an origin. An answer to robots.txt does not say that a page is gone.
        if shown.answer().is_some() && !conclude::speaks_for_the_site(assessment.state) {
            assessment = Assessment::new(Reason::RobotsUnreachable, assessment.evidence);
        }
        assessment.evidence = format!("not asked itself, since {asked} showed: {}", assessment.evidence);
        self.settle(ticket, visit, assessment)
    }

    /// robots.txt refuses an address: it is skipped, not broken.
    fn refused_by_robots(&mut self, ticket: Ticket, mut visit: Visit, line: &str) -> Result<(), LedgerError> {
        let evidence = format!("robots.txt of {} says `{line}`", origin(&visit.next));
        if let Purpose::Seed(position) = visit.purpose {
            visit.fail(Failure::Other(evidence));
            self.keep_seed(position, visit);
            return Ok(());
        }
        self.settle(ticket, visit, Assessment::new(Reason::RobotsDisallowed, evidence))
    }

    /// A host is closed for this run: what is queued for it is settled without asking.
    pub(super) fn settle_at_closed_host(&mut self, ticket: Ticket, host: HostId) -> Result<(), LedgerError> {
        let Some((mut visit, history)) = self.take_visit(ticket)? else { return Ok(()) };
        let key = self.scheduler.key(host).clone();
        let evidence = match self.closures.get(&host) {
            Some(Closure::Deferred(until)) => {
                format!("{key} asked to be left alone until {:.0}; not asked", self.clock.moment(*until))
            }
            Some(Closure::Overloaded) | None => {
                format!("{key} answered \"too many requests\" again and again; not asked any more in this run")
            }
        };
        match visit.purpose.clone() {
            Purpose::Robots(home) => {
                visit.fail(Failure::Other(evidence));
                self.robots_ended(&home, visit)
            }
            Purpose::Seed(position) => {
                visit.fail(Failure::Other(evidence));
                self.keep_seed(position, visit);
                Ok(())
            }
            Purpose::Link(_) if visit.is_retry() && !visit.was_redirected() => {
                let assessment = conclude::assess(&visit, None, history.as_ref(), None);
                self.settle(ticket, visit, assessment)
            }
            Purpose::Link(_) => self.settle(ticket, visit, Assessment::new(Reason::RateLimited, evidence)),
        }
    }

    pub(super) fn keep_seed(&mut self, position: usize, mut visit: Visit) {
        let exchange = visit.attempts.pop().unwrap_or_else(|| Exchange {
            hops: Vec::new(),
            ending: Ending::Failure(Failure::Other("never asked".to_owned())),
            elapsed: Duration::ZERO,
        });
        if let Some(place) = self.seeds.get_mut(position) {
            *place = Some(FetchedSeed { url: visit.listed, exchange });
        }
    }

    fn send(&mut self, ticket: Ticket, host: HostId, now: Duration, visit: Visit, history: Option<History>) {
        let purpose = match visit.purpose {
            Purpose::Link(_) if visit.is_retry() => &mut self.counts.retries,
            Purpose::Link(_) => &mut self.counts.links,
            Purpose::Robots(_) => &mut self.counts.robots,
            Purpose::Seed(_) => &mut self.counts.seeds,
        };
        *purpose += 1;
        let key = self.scheduler.key(host).clone();
        let timeout = self.policy.timeout(&visit.next);
        self.tell(&Event::Asked { host: key });
        self.spawn(Task {
            ticket,
            host,
            started: now,
            now: self.clock.now(),
            visit,
            history,
            limits: self.policy.limits,
            timeout,
        });
    }

    /// The check a ticket stands for: under way, or new.
    fn take_visit(&mut self, ticket: Ticket) -> Result<Option<(Visit, Option<History>)>, LedgerError> {
        if let Some(under_way) = self.visits.remove(&ticket) {
            return Ok(Some(under_way));
        }
        let Some(row) = self.addresses.row(ticket.0) else { return Ok(None) };
        let Some(url) = self.addresses.get(ticket.0).and_then(|url| url::Url::parse(url).ok()) else {
            return Ok(None);
        };
        let context = self.memory.context(row)?;
        let history = self.memory.history(row)?;
        Ok(Some((Visit::new(Purpose::Link(context), url, &self.policy.limits), history)))
    }

    /// The host an origin is on.
    pub(super) fn host_of_origin(&mut self, home: &str) -> Result<Option<HostId>, LedgerError> {
        let Some(key) = url::Url::parse(home).ok().and_then(|url| HostKey::of(&url)) else { return Ok(None) };
        self.host(&key).map(Some)
    }
}

/// The line of robots.txt that refuses a visit's next address.
fn refusal(rules: &Rules, visit: &Visit) -> Option<String> {
    let decision = rules.decide(&visit.next);
    (!decision.allowed).then(|| decision.line.map(|(_, text)| text).unwrap_or_default())
}

/// Path and query of an address, when it belongs to an origin. Canonical addresses begin with their origin, letter by letter.
fn path_within<'a>(address: &'a str, home: &str) -> Option<&'a str> {
    let path = address.strip_prefix(home)?;
    path.starts_with('/').then_some(path)
}
