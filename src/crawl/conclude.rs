//! From the end of a try to what follows: another try, or a verdict.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rand::Rng;
use url::Url;

use super::memory::LinkContext;
use super::visit::{Limits, Visit};
use crate::classify::{self, Facts, History, Mention, Retry};
use crate::extract::{self, Scan};
use crate::model::exchange::{Answer, Exchange};
use crate::model::observation::{Fingerprint, Observation, Validators};
use crate::model::{Assessment, CanonicalUrl, PageFacts, State};
use crate::politeness::backoff;

/// What follows the end of a try.
#[derive(Debug)]
pub enum Next {
    /// Ask again from the beginning, not before this pause is over.
    Again(Duration),
    /// The verdict.
    Verdict(Box<Finding>),
}

/// What a check came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The record, with the verdict on the page as a whole.
    pub observation: Observation,
    /// Verdicts on the places of the page that mentions ask for: fragment without `#`, verdict.
    pub fragments: Vec<(String, Assessment)>,
}

/// Decides whether a check is over.
///
/// A finding is asked for a second time before it is believed, and trouble that may pass as often as configured.
pub fn conclude(
    visit: &Visit,
    scan: Option<&Scan>,
    history: Option<&History>,
    limits: &Limits,
    now: Timestamp,
    random: &mut impl Rng,
) -> Next {
    if let Some(pause) = pause_before_retry(visit, scan, limits, random) {
        return Next::Again(pause);
    }
    let assessment = assess(visit, scan, history, None);
    let fragments = link_context(visit).fragments.iter();
    let fragments = fragments.map(|fragment| (fragment.clone(), assess(visit, scan, history, Some(fragment))));
    let fragments = fragments.collect();
    Next::Verdict(Box::new(Finding { observation: observe(visit, scan, assessment, now), fragments }))
}

/// An observation for a check that never reached the web: the verdict stands for itself.
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

/// The verdict of a check whose last try is over: on the page, or on the place a fragment names.
pub fn assess(visit: &Visit, scan: Option<&Scan>, history: Option<&History>, fragment: Option<&str>) -> Assessment {
    let context = link_context(visit);
    let mention = Mention { title: context.title.as_deref(), annotation: context.annotation.as_deref() };
    let page = scan.and_then(|scan| scan.page.as_ref());
    let Some(fragment) = fragment else {
        return classify::assess(&Facts { mention, history, ..Facts::new(&visit.listed, &visit.attempts, page) });
    };
    let listed = with_fragment(&visit.listed, fragment);
    let position = context.fragments.iter().position(|asked| asked == fragment);
    let found = position.and_then(|position| scan.and_then(|scan| scan.fragments.get(position).copied()));
    let page = page.map(|page| PageFacts { fragment_found: found, ..page.clone() });
    classify::assess(&Facts { mention, history, ..Facts::new(&listed, &visit.attempts, page.as_ref()) })
}

/// The record of a check that is over.
pub fn observe(visit: &Visit, scan: Option<&Scan>, assessment: Assessment, now: Timestamp) -> Observation {
    let last = visit.attempts.last();
    let answer = last.and_then(Exchange::answer);
    let alive = assessment.state.is_alive();
    Observation {
        url: CanonicalUrl::new(&visit.listed),
        at: now,
        http_status: last.and_then(|exchange| exchange.hops.last()).and_then(|hop| hop.status),
        final_url: last.and_then(Exchange::final_url).map(str::to_owned),
        attempts: visit.record(),
        requests: visit.requests,
        media_type: answer.and_then(|answer| answer.headers.media_type()),
        fingerprint: answer.filter(|_| alive).map(|answer| fingerprint(answer, scan)),
        // A wall's or an error page's title is not the resource's.
        metadata: scan.filter(|_| alive).map(|scan| scan.metadata(Some(now.to_zoned(TimeZone::UTC).date()))),
        validators: answer.filter(|_| alive).and_then(validators),
        assessment,
    }
}

/// What the list says, for a link; nothing for anything else.
pub fn link_context(visit: &Visit) -> &LinkContext {
    static NOTHING: LinkContext = LinkContext { fragments: Vec::new(), title: None, annotation: None };
    match &visit.purpose {
        super::visit::Purpose::Link(context) => context,
        super::visit::Purpose::Robots(_) | super::visit::Purpose::Seed(_) => &NOTHING,
    }
}

/// Reads the final answer of a chain, once, for classification and metadata alike.
pub fn scan(visit: &Visit, answer: &Answer) -> Scan {
    let media_type = answer.headers.get("content-type");
    extract::scan(&extract::Document {
        url: &visit.next,
        content_type: media_type.as_deref(),
        headers: Some(&answer.headers),
        bytes: &answer.body,
        fragments: &link_context(visit).fragments,
    })
}

/// How long to wait before the next try, when there is to be one.
pub fn pause_before_retry(
    visit: &Visit,
    scan: Option<&Scan>,
    limits: &Limits,
    random: &mut impl Rng,
) -> Option<Duration> {
    let last = visit.attempts.last()?;
    let tries = u32::try_from(visit.attempts.len()).unwrap_or(u32::MAX);
    match classify::retry(last, scan.and_then(|scan| scan.page.as_ref())) {
        Retry::No => None,
        Retry::Again => (tries <= limits.retries).then(|| backoff::pause(tries - 1, limits.confirm_after, random)),
        Retry::Confirm => {
            let confirmed = visit.attempts.iter().rev().nth(1).is_some_and(|before| same_outcome(before, last));
            (!confirmed && tries <= limits.retries.max(1)).then_some(limits.confirm_after)
        }
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

fn fingerprint(answer: &Answer, scan: Option<&Scan>) -> Fingerprint {
    let body_hash = xxhash_rust::xxh3::xxh3_64(&answer.body);
    match scan.and_then(|scan| scan.page.as_ref()) {
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

/// Whether a verdict is about the site as a whole keeping robots out, so that one refused robots.txt speaks for its pages.
pub fn speaks_for_the_site(state: State) -> bool {
    matches!(state, State::Blocked | State::Unsure)
}
