//! One check of one address: its chain of requests, its tries, and where it stands between two requests.

use std::time::Duration;

use url::Url;

use super::memory::LinkContext;
use crate::classify::ProbePlan;
use crate::fetch::{Chain, Fetched, Jar, Request, leads_inward, redirect_target};
use crate::frontier::Ticket;
use crate::model::exchange::{Answer, BodyFault, Ending, Exchange, Failure, Hop, RedirectFault, Via};
use crate::model::observation::Attempt;

/// Soft redirects (meta refresh, `Refresh`, stub scripts) followed in one chain.
const MAX_SOFT_REDIRECTS: u32 = 3;
/// Redirects followed for one robots.txt (RFC 9309, 2.3.1.2: at least five).
const MAX_ROBOTS_REDIRECTS: usize = 5;
/// Bytes of a robots.txt that are read; the parser wants no more.
const MAX_ROBOTS_BODY: u64 = 512 << 10;

/// What an address is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Purpose {
    /// A listed link.
    Link(LinkContext),
    /// A robots.txt; the text is the origin it holds for.
    Robots(String),
    /// A resource page, by its position among the seeds.
    Seed(usize),
    /// A second opinion on the link with this ticket.
    Lookup(Aside),
    /// An address that should not exist, beside the link with this ticket.
    Probe(ProbePlan),
}

/// Whom a side lookup is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// The link in question.
    pub link: Ticket,
    /// The rule that wants to know.
    pub rule: String,
}

/// Bounds of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Redirects followed.
    pub max_redirects: usize,
    /// Bytes of a page.
    pub max_body: u64,
    /// Bytes of a resource page.
    pub max_seed_body: u64,
    /// Tries beyond the first.
    pub retries: u32,
    /// Pause before a second try that is to confirm a finding; also the longest pause before any other further try.
    pub confirm_after: Duration,
}

/// Where a chain stands after a request.
#[derive(Debug)]
pub enum Progress {
    /// It goes on at [`Visit::next`].
    Follow,
    /// A final answer came; it is not yet part of the attempts.
    Answered(Answer),
    /// The attempt is over without a usable answer.
    Ended,
}

/// A check that is under way.
#[derive(Debug)]
pub struct Visit {
    /// What it is for.
    pub purpose: Purpose,
    /// The address it began with, without fragment.
    pub listed: Url,
    /// The address to ask next.
    pub next: Url,
    /// Tries that are over, in order. Only the last one keeps its body.
    pub attempts: Vec<Exchange>,
    /// Requests sent so far.
    pub requests: u32,
    hops: Vec<Hop>,
    chain: Chain,
    jar: Jar,
    soft_redirects: u32,
    elapsed: Duration,
}

impl Visit {
    /// A check that has not begun.
    pub fn new(purpose: Purpose, listed: Url, limits: &Limits) -> Self {
        let mut visit = Visit {
            purpose,
            next: listed.clone(),
            listed,
            attempts: Vec::new(),
            requests: 0,
            hops: Vec::new(),
            chain: Chain::new(0),
            jar: Jar::default(),
            soft_redirects: 0,
            elapsed: Duration::ZERO,
        };
        visit.begin(limits);
        visit
    }

    /// Starts the next try: from the listed address, with an empty jar.
    pub fn begin(&mut self, limits: &Limits) {
        self.forget_body();
        self.next = self.listed.clone();
        self.hops.clear();
        self.chain = Chain::new(match self.purpose {
            Purpose::Robots(_) => MAX_ROBOTS_REDIRECTS,
            _ => limits.max_redirects,
        });
        // The first request of a chain can be neither a loop nor one too many.
        let _ = self.chain.visit(&self.listed, None);
        self.jar = Jar::default();
        self.soft_redirects = 0;
        self.elapsed = Duration::ZERO;
    }

    /// Whether this is a second or later try.
    pub fn is_retry(&self) -> bool {
        !self.attempts.is_empty()
    }

    /// Whether the current try is past its first request.
    pub fn was_redirected(&self) -> bool {
        !self.hops.is_empty()
    }

    /// The next request.
    pub fn request(&self, limits: &Limits, timeout: Option<Duration>) -> Request {
        let max_body = match self.purpose {
            Purpose::Link(_) | Purpose::Lookup(_) | Purpose::Probe(_) => limits.max_body,
            Purpose::Robots(_) => MAX_ROBOTS_BODY,
            Purpose::Seed(_) => limits.max_seed_body,
        };
        // Whoever reads the server's log should know why somebody asks for a page that never was.
        let mut headers = match self.purpose {
            Purpose::Probe(ref plan) if plan.url.path() != "/" => {
                vec![("X-Purpose".to_owned(), "nonexistent-page probe".to_owned())]
            }
            _ => Vec::new(),
        };
        // Some servers break what they pack and send the same page well when it is to come as it is.
        if self.attempts.last().and_then(Exchange::answer).is_some_and(|answer| is_unpacking_fault(answer.body_fault)) {
            headers.push(("Accept-Encoding".to_owned(), "identity".to_owned()));
        }
        Request { url: self.next.clone(), headers, cookie: self.jar.header_for(&self.next), max_body, timeout }
    }

    /// Takes in how the request ended.
    pub fn take(&mut self, fetched: Fetched) -> Progress {
        self.requests += 1;
        self.elapsed += fetched.elapsed;
        self.hops.push(fetched.hop);
        let answer = match fetched.outcome {
            Ok(answer) => answer,
            Err(failure) => return self.fail(failure),
        };
        self.jar.store(&self.next, &answer.headers);
        match redirect_target(&self.next, &answer) {
            Ok(None) => Progress::Answered(answer),
            Ok(Some(target)) => {
                self.mark(Via::Location);
                self.follow(target).unwrap_or_else(|fault| self.fail(Failure::Redirect(fault)))
            }
            Err(fault) => self.fail(Failure::Redirect(fault)),
        }
    }

    /// Follows a redirect that the page itself asks for. A page that only reloads itself, or asks for too much, stands for
    /// itself: then `None`.
    pub fn follow_soft(&mut self, via: Via, target: Url) -> Option<Progress> {
        if self.soft_redirects >= MAX_SOFT_REDIRECTS {
            return None;
        }
        match self.follow(target) {
            Ok(progress) => {
                self.soft_redirects += 1;
                self.mark(via);
                Some(progress)
            }
            Err(fault @ RedirectFault::Private(_)) => Some(self.fail(Failure::Redirect(fault))),
            Err(_) => None,
        }
    }

    /// Ends the try with the answer that came.
    pub fn answer(&mut self, answer: Answer) {
        self.end(Ending::Answer(answer));
    }

    /// Ends the try without a usable answer.
    pub fn fail(&mut self, failure: Failure) -> Progress {
        self.end(Ending::Failure(failure));
        Progress::Ended
    }

    /// Takes over a chain that was followed already, as if it had been just now; the answer is not yet part of the attempts.
    pub fn adopt(&mut self, exchange: Exchange) -> Option<Answer> {
        let Ending::Answer(answer) = exchange.ending else { return None };
        for url in exchange.hops.iter().skip(1).filter_map(|hop| Url::parse(&hop.url).ok()) {
            // It was neither a loop nor too long when it was followed.
            let _ = self.chain.visit(&url, None);
            self.next = url;
        }
        self.hops = exchange.hops;
        self.elapsed = exchange.elapsed;
        Some(answer)
    }

    /// Ends the try with what other tries of the same origin have shown.
    pub fn infer(&mut self, from: &[Exchange]) {
        let before = std::mem::take(&mut self.hops);
        self.attempts.extend(from.iter().map(|exchange| Exchange {
            hops: before.iter().chain(&exchange.hops).cloned().collect(),
            ending: exchange.ending.clone(),
            elapsed: exchange.elapsed,
        }));
    }

    /// Lets go of the last answer's body.
    pub fn forget_body(&mut self) {
        if let Some(Exchange { ending: Ending::Answer(answer), .. }) = self.attempts.last_mut() {
            answer.body = bytes::Bytes::new();
        }
    }

    /// The tries in the short form the ledger keeps.
    pub fn record(&self) -> Vec<Attempt> {
        self.attempts
            .iter()
            .map(|exchange| Attempt {
                hops: exchange.hops.clone(),
                failure: exchange.failure().cloned(),
                elapsed_ms: u64::try_from(exchange.elapsed.as_millis()).unwrap_or(u64::MAX),
            })
            .collect()
    }

    fn follow(&mut self, target: Url) -> Result<Progress, RedirectFault> {
        if leads_inward(&self.listed, &target) {
            return Err(RedirectFault::Private(target.into()));
        }
        let cookies = self.jar.header_for(&target);
        self.chain.visit(&target, cookies.as_deref())?;
        self.next = target;
        Ok(Progress::Follow)
    }

    fn mark(&mut self, via: Via) {
        if let Some(hop) = self.hops.last_mut() {
            hop.via = Some(via);
        }
    }

    fn end(&mut self, ending: Ending) {
        let hops = std::mem::take(&mut self.hops);
        self.attempts.push(Exchange { hops, ending, elapsed: self.elapsed });
    }
}

/// Whether a body failed in a way that packing may be the cause of: it cannot be unpacked, or has another length than is said.
fn is_unpacking_fault(fault: Option<BodyFault>) -> bool {
    matches!(fault, Some(BodyFault::Encoding | BodyFault::Label | BodyFault::Short | BodyFault::Framing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_unpacked_is_asked_for_unpacked() {
        let limits = crate::crawl::Policy::new(&crate::config::Config::default()).limits;
        let url = Url::parse("http://a.test/page").expect("valid");
        for (body_fault, expected) in [
            (None, None),
            (Some(BodyFault::Reset), None),
            (Some(BodyFault::Encoding), Some("identity")),
            (Some(BodyFault::Label), Some("identity")),
            (Some(BodyFault::Short), Some("identity")),
        ] {
            let mut visit = Visit::new(Purpose::Link(LinkContext::default()), url.clone(), &limits);
            let headers = Default::default();
            visit.answer(Answer { status: 200, headers, body: Default::default(), truncated: false, body_fault });
            visit.begin(&limits);
            let asked = visit.request(&limits, None).headers;
            let asked = asked.iter().find(|(name, _)| name == "Accept-Encoding").map(|(_, value)| value.as_str());
            assert_eq!(asked, expected, "{body_fault:?}");
        }
    }
}
