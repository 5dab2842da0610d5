//! One link's case: what its check has brought so far, the further questions it raises, and the verdict.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rand::Rng;
use url::Url;

use super::memory::LinkContext;
use super::visit::{Limits, Purpose, Visit};
use crate::classify::{self, Facts, History, Lookup, Mention, Probe, Questions, Retry, Table};
use crate::extract::{self, Scan};
use crate::model::exchange::{Answer, Exchange};
use crate::model::observation::{Fingerprint, Observation, Validators};
use crate::model::{Assessment, CanonicalUrl, PageFacts, Reason, State};
use crate::politeness::backoff;

/// Rounds of side lookups for one link.
const MAX_ROUNDS: usize = 3;

/// What a check came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The record, with the verdict on the page as a whole.
    pub observation: Observation,
    /// Verdicts on the places of the page that mentions ask for: fragment without `#`, verdict.
    pub fragments: Vec<(String, Assessment)>,
}

/// A check with everything known about its link.
#[derive(Debug)]
pub struct Case {
    /// The check itself.
    pub visit: Visit,
    /// What the page of the last try says, when it is over and there is one.
    pub scan: Option<Scan>,
    /// What earlier runs saw.
    pub history: Option<History>,
    /// What side lookups brought.
    pub lookups: Vec<Lookup>,
    /// What an address that should not exist brought; for a missing page, what the site's front page brought.
    pub probe: Option<Probe>,
    /// Whether another link of the host has shown a page of the same title.
    pub repeats: bool,
    /// Signs of one's own.
    pub own_signs: Option<Arc<Table>>,
    rounds: usize,
}

impl Case {
    /// A case that has only just been opened. In a box, since it is handed on from the queue to a task and back.
    pub fn new(visit: Visit, history: Option<History>) -> Box<Self> {
        Box::new(Case {
            visit,
            scan: None,
            history,
            lookups: Vec::new(),
            probe: None,
            repeats: false,
            own_signs: None,
            rounds: 0,
        })
    }

    /// Reads the final answer of a chain, once, for classification and metadata alike.
    pub fn read(&mut self, answer: &Answer) -> &Scan {
        let media_type = answer.headers.get("content-type");
        self.scan.insert(extract::scan(&extract::Document {
            url: &self.visit.next,
            content_type: media_type.as_deref(),
            headers: Some(&answer.headers),
            bytes: &answer.body,
            fragments: &link_context(&self.visit).fragments,
        }))
    }

    /// How long to wait before the next try, when there is to be one: a finding is asked for a second time before it is
    /// believed, and trouble that may pass as often as configured.
    pub fn pause_before_retry(&self, limits: &Limits, random: &mut impl Rng) -> Option<Duration> {
        let last = self.visit.attempts.last()?;
        let tries = u32::try_from(self.visit.attempts.len()).unwrap_or(u32::MAX);
        match classify::retry(last, self.page()) {
            Retry::No => None,
            Retry::Again => (tries <= limits.retries).then(|| backoff::pause(tries - 1, limits.confirm_after, random)),
            // What answers for a resource page is no finding; nothing is held against it.
            Retry::Confirm if matches!(self.visit.purpose, Purpose::Seed(_)) && last.answer().is_some() => None,
            Retry::Confirm => {
                let confirmed =
                    self.visit.attempts.iter().rev().nth(1).is_some_and(|before| same_outcome(before, last));
                // Tries that were spent on other failures confirm nothing.
                (!confirmed && tries <= limits.retries.max(1) + 1).then_some(limits.confirm_after)
            }
        }
    }

    /// The verdict on the page as a whole, as far as the case stands.
    pub fn assess(&self) -> Assessment {
        classify::assess(&self.facts(&self.visit.listed, self.page()))
    }

    /// That verdict, and what would make it surer. Asked again after each round, it comes to an end.
    ///
    /// The made-up name of a probe follows from the address beside it, so that a run done again tells the same.
    pub fn judge(&mut self) -> (Assessment, Questions) {
        if self.rounds >= MAX_ROUNDS {
            return (self.assess(), Questions::default());
        }
        self.rounds += 1;
        let letters = twox_hash::XxHash3_64::oneshot(self.visit.listed.as_str().as_bytes());
        classify::judge(&self.facts(&self.visit.listed, self.page()), letters)
    }

    /// Closes the case with a verdict on its page.
    pub fn close(&self, assessment: Assessment, now: Timestamp) -> Finding {
        let fragments = link_context(&self.visit).fragments.iter();
        let fragments = fragments.enumerate().map(|(position, fragment)| {
            let listed = with_fragment(&self.visit.listed, fragment);
            let found = self.scan.as_ref().and_then(|scan| scan.fragments.get(position).copied());
            let page = self.page().map(|page| PageFacts { fragment_found: found, ..page.clone() });
            (fragment.clone(), classify::assess(&self.facts(&listed, page.as_ref())))
        });
        Finding { fragments: fragments.collect(), observation: self.observe(assessment, now) }
    }

    /// Lets go of the page and of what was read on it; how the tries ended stays.
    pub fn forget(&mut self) {
        self.scan = None;
        self.history = None;
        self.visit.forget_body();
    }

    /// The record of the check with a verdict that need not come from its own last answer.
    pub fn observe(&self, assessment: Assessment, now: Timestamp) -> Observation {
        let visit = &self.visit;
        let last = visit.attempts.last();
        let answer = last.and_then(Exchange::answer);
        let alive = assessment.state.is_alive();
        // A wall's or an error page's title is not the resource's.
        let scan = self.scan.as_ref().filter(|_| alive);
        Observation {
            url: CanonicalUrl::new(&visit.listed),
            at: now,
            http_status: last.and_then(|exchange| exchange.hops.last()).and_then(|hop| hop.status),
            // Where a robots.txt spoke for the host, the link itself led nowhere.
            final_url: last
                .filter(|exchange| alive || !self.spoke_for_host(exchange))
                .and_then(Exchange::final_url)
                .map(str::to_owned),
            attempts: visit.record(),
            requests: visit.requests,
            media_type: answer.and_then(|answer| answer.headers.media_type()),
            fingerprint: answer.filter(|_| alive).map(|answer| fingerprint(answer, self.page())),
            metadata: scan.map(|scan| scan.metadata(Some(now.to_zoned(TimeZone::UTC).date()))),
            validators: answer.filter(|_| alive).and_then(validators),
            assessment,
        }
    }

    /// Whether a chain is that of the robots.txt of the link's host.
    fn spoke_for_host(&self, exchange: &Exchange) -> bool {
        let first = exchange.hops.first().map_or("", |hop| hop.url.as_str());
        first.ends_with("/robots.txt") && !self.visit.listed.path().ends_with("/robots.txt")
    }

    /// Facts of the page of the last try.
    pub fn page(&self) -> Option<&PageFacts> {
        self.scan.as_ref().and_then(|scan| scan.page.as_ref())
    }

    fn facts<'a>(&'a self, listed: &'a Url, page: Option<&'a PageFacts>) -> Facts<'a> {
        let context = link_context(&self.visit);
        Facts {
            mention: Mention { title: context.title.as_deref(), annotation: context.annotation.as_deref() },
            history: self.history.as_ref(),
            lookups: &self.lookups,
            probe: self.probe.as_ref(),
            repeats: self.repeats,
            own_signs: self.own_signs.as_deref(),
            ..Facts::new(listed, &self.visit.attempts, page)
        }
    }
}

/// An observation for a link that needed no request: the verdict stands for itself.
pub fn unasked(url: CanonicalUrl, assessment: Assessment, now: Timestamp) -> Observation {
    Observation {
        url,
        at: now,
        assessment,
        http_status: None,
        final_url: None,
        attempts: Vec::new(),
        requests: 0,
        media_type: None,
        fingerprint: None,
        metadata: None,
        validators: None,
    }
}

/// Whether a verdict is about the site as a whole, so that what came for its robots.txt speaks for its pages: it keeps robots
/// out, it fails, or its platform says that nothing stands behind the name.
pub fn speaks_for_the_site(verdict: &Assessment) -> bool {
    matches!(verdict.state, State::Blocked | State::Unsure) || verdict.reason == Reason::HostingTombstone
}

/// What the list says, for a link; nothing for anything else.
fn link_context(visit: &Visit) -> &LinkContext {
    static NOTHING: LinkContext = LinkContext { fragments: Vec::new(), title: None, annotation: None };
    match &visit.purpose {
        Purpose::Link(context) => context,
        Purpose::Robots(_) | Purpose::Seed(_) | Purpose::Lookup(_) | Purpose::Probe(_) => &NOTHING,
    }
}

/// Whether two tries ended alike: with the same status, or with the same failure.
fn same_outcome(one: &Exchange, other: &Exchange) -> bool {
    match (one.answer(), other.answer()) {
        (Some(one), Some(other)) => one.status == other.status,
        (None, None) => one.failure() == other.failure(),
        _ => false,
    }
}

fn with_fragment(url: &Url, fragment: &str) -> Url {
    let mut url = url.clone();
    url.set_fragment(Some(fragment));
    url
}

fn fingerprint(answer: &Answer, page: Option<&PageFacts>) -> Fingerprint {
    let body_hash = twox_hash::XxHash3_64::oneshot(&answer.body);
    match page {
        Some(page) => Fingerprint {
            title: page.title.clone(),
            h1: page.h1.clone(),
            lang: page.lang.clone(),
            words: page.words,
            simhash: page.simhash,
            body_hash,
        },
        None => Fingerprint { body_hash, ..Fingerprint::default() },
    }
}

fn validators(answer: &Answer) -> Option<Validators> {
    let text = |name| answer.headers.get(name).map(std::borrow::Cow::into_owned);
    let validators = Validators { etag: text("etag"), last_modified: text("last-modified") };
    (validators != Validators::default()).then_some(validators)
}
