//! Before a request: whose turn it is, and whether it may go at all.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use super::{Back, Broken, Engine, FetchedSeed};
use crate::classify::Questions;
use crate::crawl::case::{self, Case};
use crate::crawl::memory::{Memory, ROBOTS_MAX_AGE};
use crate::crawl::origins::{Standing, robots_url};
use crate::crawl::visit::{Purpose, Visit};
use crate::crawl::web::Web;
use crate::crawl::worker::{Task, reread};
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
        let Some(case) = self.take_case(ticket)? else {
            self.scheduler.cancelled(host);
            return Ok(());
        };
        if matches!(case.visit.purpose, Purpose::Robots(_)) {
            self.send(ticket, host, now, case);
            return Ok(());
        }
        let home = origin(&case.visit.next);
        let obeys = self.policy.obeys_robots(self.scheduler.key(host));
        match self.standing(&home, obeys)? {
            Some(Standing::Open(rules)) => {
                if let Some(line) = refusal(&rules, &case.visit) {
                    self.scheduler.cancelled(host);
                    return self.refused_by_robots(ticket, case, &line);
                }
                self.send(ticket, host, now, case);
            }
            Some(Standing::Closed(tries)) => {
                self.scheduler.cancelled(host);
                return self.infer(ticket, case, &tries);
            }
            Some(Standing::Fetching) => {
                self.cases.insert(ticket, case);
                self.scheduler.cancelled(host);
                self.scheduler.push_begun(host, ticket, now);
                self.scheduler.hold(host, Hold::AllButUrgent);
            }
            None if obeys => {
                // This host's turn goes to its robots.txt; the link waits for the answer, holding nothing.
                let robots = robots_url(&case.visit.next);
                self.cases.insert(ticket, case);
                self.scheduler.push_begun(host, ticket, now);
                self.scheduler.hold(host, Hold::AllButUrgent);
                self.origins.set(home.clone(), Standing::Fetching);
                let special = self.special_ticket();
                let visit = Visit::new(Purpose::Robots(home), robots, &self.policy.limits);
                self.send(special, host, now, Case::new(visit, None));
            }
            None => self.send(ticket, host, now, case),
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
        let stored = self.memory.robots(home, oldest)?.filter(|stored| stored.unreachable_since.is_none());
        let Some(stored) = stored else { return Ok(None) };
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
        let cases = &self.cases;
        let swept = self.scheduler.sweep(host, |ticket| {
            let address = match cases.get(&ticket) {
                Some(case) => case.visit.next.as_str(),
                None => addresses.get(ticket.0).unwrap_or_default(),
            };
            path_within(address, &home).is_some_and(|path| !rules.decide_path(path).allowed)
        });
        for ticket in swept {
            let Some(case) = self.take_case(ticket)? else { continue };
            let line = refusal(&rules, &case.visit).unwrap_or_default();
            self.refused_by_robots(ticket, case, &line)?;
        }
        Ok(())
    }

    /// An origin cannot be asked: what waits for it is settled by what its failure shows.
    pub(super) fn close_origin(&mut self, home: &str, tries: Vec<Exchange>) -> Result<(), LedgerError> {
        let tries: Arc<[Exchange]> = tries.into();
        self.origins.set(home.to_owned(), Standing::Closed(Arc::clone(&tries)));
        let Some(host) = self.host_of_origin(home)? else { return Ok(()) };
        let addresses = &self.addresses;
        let cases = &self.cases;
        let swept = self.scheduler.sweep(host, |ticket| {
            let address = match cases.get(&ticket) {
                Some(case) => case.visit.next.as_str(),
                None => addresses.get(ticket.0).unwrap_or_default(),
            };
            path_within(address, home).is_some()
        });
        for ticket in swept {
            if let Some(case) = self.take_case(ticket)? {
                self.infer(ticket, case, &tries)?;
            }
        }
        Ok(())
    }

    /// Settles a check by what another request of its origin has shown.
    fn infer(&mut self, ticket: Ticket, mut case: Box<Case>, tries: &[Exchange]) -> Result<(), LedgerError> {
        let Some(shown) = tries.last() else { return Ok(()) };
        case.visit.infer(tries);
        if !matches!(case.visit.purpose, Purpose::Link(_)) {
            return self.ended(ticket, case);
        }
        let (mut assessment, questions) =
            if self.policy.curious { case.judge() } else { (case.assess(), Questions::default()) };
        if !questions.is_empty() {
            return self.consult(ticket, case, questions);
        }
        let asked = shown.hops.first().map_or_else(String::new, |hop| hop.url.clone());
        let on_robots = asked.ends_with("/robots.txt");
        // Failing to connect speaks for every page of an origin. An answer to robots.txt does not say that a page is gone, and
        // where it leads to another place, that place speaks for itself.
        let silent = shown.answer().is_some() && !case::speaks_for_the_site(&assessment);
        let broken = shown.answer().filter(|answer| on_robots && answer.status < 300 && answer.body_fault.is_some());
        if silent || (on_robots && shown.hops.len() > 1) {
            assessment = Assessment::new(Reason::RobotsUnreachable, assessment.evidence);
        }
        if let Some(answer) = broken {
            let evidence = format!("answers {} and could not be read to its end", answer.status);
            assessment = Assessment::new(Reason::RobotsUnreachable, evidence);
        }
        assessment.evidence = match (on_robots, shown.failure().is_some()) {
            // The first contact of any visit to an origin: it failed on the way, before it mattered what was asked for.
            (true, true) => format!("{}; seen when asking for robots.txt", assessment.evidence),
            (true, false) => format!("robots.txt {}; so nothing else was asked", assessment.evidence),
            (false, _) => format!("not asked itself, since {asked} showed: {}", assessment.evidence),
        };
        self.settle(ticket, &case, assessment)
    }

    /// robots.txt refuses an address: it is skipped, not broken.
    fn refused_by_robots(&mut self, ticket: Ticket, case: Box<Case>, line: &str) -> Result<(), LedgerError> {
        let evidence = format!("robots.txt of {} says `{line}`", origin(&case.visit.next));
        match case.visit.purpose {
            Purpose::Link(_) => self.settle(ticket, &case, Assessment::new(Reason::RobotsDisallowed, evidence)),
            _ => self.not_asked(ticket, case, evidence),
        }
    }

    /// A host is closed for this run: what is queued for it is settled without asking.
    pub(super) fn settle_at_closed_host(&mut self, ticket: Ticket, host: HostId) -> Result<(), LedgerError> {
        let Some(case) = self.take_case(ticket)? else { return Ok(()) };
        let key = self.scheduler.key(host).clone();
        let (reason, evidence) = match self.closures.get(&host) {
            Some(Closure::Deferred(until)) => {
                let until = self.clock.moment(*until);
                let last = case.visit.attempts.last().and_then(Exchange::answer).map(|answer| answer.status);
                let evidence = match last {
                    Some(503) => {
                        format!("{key} answers 503 Service Unavailable and asks to be left alone until {until:.0}")
                    }
                    _ => format!("{key} asked to be left alone until {until:.0}; not asked"),
                };
                (Reason::RateLimited, evidence)
            }
            Some(Closure::Overloaded) | None => (
                Reason::RateLimited,
                format!("{key} answered \"too many requests\" again and again; not asked any more in this run"),
            ),
            Some(Closure::Failing) => (
                Reason::HostIncident,
                format!("{key} answered one page after another with 503 Service Unavailable; not asked in this run"),
            ),
        };
        let is_retry = case.visit.is_retry() && !case.visit.was_redirected();
        let is_deferred = matches!(self.closures.get(&host), Some(Closure::Deferred(_)));
        let last = case.visit.attempts.last().and_then(Exchange::answer).map(|answer| answer.status);
        match &case.visit.purpose {
            // Overload with a time for its end is no failure (RFC 9110, 15.6.4).
            Purpose::Link(_) if is_retry && !(is_deferred && last == Some(503)) => {
                let assessment = case.assess();
                self.settle(ticket, &case, assessment)
            }
            Purpose::Link(_) => self.settle(ticket, &case, Assessment::new(reason, evidence)),
            // Every link of the host is told the same.
            Purpose::Robots(home) if is_deferred && self.host_of_origin(home)? == Some(host) => Ok(()),
            // What it answered before stands.
            Purpose::Robots(_) if is_retry => self.ended(ticket, case),
            _ => self.not_asked(ticket, case, evidence),
        }
    }

    /// What is no link ends without having been asked.
    fn not_asked(&mut self, ticket: Ticket, mut case: Box<Case>, why: String) -> Result<(), LedgerError> {
        case.visit.fail(Failure::Other(why));
        self.ended(ticket, case)
    }

    pub(super) fn keep_seed(&mut self, position: usize, case: Case) {
        let verdict = case.assess();
        let Case { mut visit, scan, .. } = case;
        let exchange = visit.attempts.pop().unwrap_or_else(|| Exchange {
            hops: Vec::new(),
            ending: Ending::Failure(Failure::Other("never asked".to_owned())),
            elapsed: Duration::ZERO,
        });
        self.answers.keep(&visit.listed, &exchange, self.policy.limits.max_body);
        if let Some(place) = self.seeds.get_mut(position) {
            *place = Some(FetchedSeed { url: visit.listed, exchange, verdict, page: scan.and_then(|scan| scan.page) });
        }
    }

    /// A link was answered as a resource page: the answer is its first try, and what follows is as for any other.
    pub(super) fn read_again(&mut self, ticket: Ticket, host: HostId, exchange: Exchange) -> Result<(), LedgerError> {
        let Some(case) = self.take_case(ticket)? else { return Ok(()) };
        let task = self.task(ticket, host, self.clock.elapsed(), case);
        let broken = Broken::of(&task, false);
        self.in_flight.spawn(async move {
            match catch_unwind(AssertUnwindSafe(|| reread::<M>(task, exchange))) {
                Ok(landed) => Back::Reread(Box::new(landed)),
                Err(_) => Back::Broken(Box::new(broken)),
            }
        });
        Ok(())
    }

    fn send(&mut self, ticket: Ticket, host: HostId, now: Duration, case: Box<Case>) {
        let purpose = match case.visit.purpose {
            Purpose::Link(_) if case.visit.is_retry() => &mut self.counts.retries,
            Purpose::Link(_) => &mut self.counts.links,
            Purpose::Robots(_) => &mut self.counts.robots,
            Purpose::Seed(_) => &mut self.counts.seeds,
            Purpose::Lookup(_) => &mut self.counts.lookups,
            Purpose::Probe(_) => &mut self.counts.probes,
        };
        *purpose += 1;
        let key = self.scheduler.key(host).clone();
        self.tell(&Event::Asked { host: key });
        let task = self.task(ticket, host, now, case);
        self.spawn(task);
    }

    fn task(&self, ticket: Ticket, host: HostId, started: Duration, case: Box<Case>) -> Task {
        Task {
            ticket,
            host,
            started,
            now: self.clock.now(),
            limits: self.policy.limits,
            timeout: self.policy.timeout(&case.visit.next),
            curious: self.policy.curious,
            shown: Arc::clone(&self.shown),
            case,
        }
    }

    /// The check a ticket stands for: under way, or new.
    pub(super) fn take_case(&mut self, ticket: Ticket) -> Result<Option<Box<Case>>, LedgerError> {
        if let Some(under_way) = self.cases.remove(&ticket) {
            return Ok(Some(under_way));
        }
        let Some(row) = self.addresses.row(ticket.0) else { return Ok(None) };
        let Some(url) = self.addresses.get(ticket.0).and_then(|url| url::Url::parse(url).ok()) else {
            return Ok(None);
        };
        let context = self.memory.context(row)?;
        let history = self.memory.history(row)?;
        let mut case = Case::new(Visit::new(Purpose::Link(context), url, &self.policy.limits), history);
        case.own_signs.clone_from(&self.policy.own_signs);
        Ok(Some(case))
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
