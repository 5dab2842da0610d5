//! The sibling probe: what does the host answer for an address that cannot exist?
//!
//! A server that answers such an address like the listed one does not tell pages from missing pages (Bar-Yossef and others,
//! 2004). The probe is asked for suspicious pages only, one for each host, folder and kind of page.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use url::Url;

use super::compare::{self, Likeness};
use super::facts::{Facts, View};
use super::{address, content, landing, names, tables};
use crate::model::exchange::Exchange;
use crate::model::observation::Fingerprint;
use crate::model::{Assessment, Confidence, PageFacts, Reason, State};

/// A probe worth making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbePlan {
    /// The address that should not exist.
    pub url: Url,
    /// Probes with the same key answer for each other: host, folder and kind of page.
    pub key: String,
}

/// What an address that should not exist answers, in a form that can be kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// The address asked.
    pub asked: String,
    /// What came.
    pub outcome: Outcome,
}

/// Outcomes of a probe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// 404 or 410: the server tells the truth about missing pages.
    Honest,
    /// A wall, a failure, a sign-in: says nothing.
    Inconclusive,
    /// A page, as if it existed.
    Page(Box<Sibling>),
}

/// The page a probe got.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sibling {
    /// Where the chain ended.
    pub final_url: String,
    /// Requests it took.
    pub hops: usize,
    /// What the page says.
    pub page: PageFacts,
}

type Rule = fn(&View<'_>) -> Option<Assessment>;

/// Words below which a page is thin enough to be doubted.
const THIN: usize = 40;

/// Parts of addresses that do something when they are asked.
const UNSAFE: &[&str] = &[
    "logout",
    "log-out",
    "signout",
    "sign-out",
    "logoff",
    "delete",
    "remove",
    "unsubscribe",
    "subscribe",
    "vote",
    "token",
    "confirm",
    "activate",
    "cancel",
    "checkout",
    "cart",
    "order",
    "buy",
    "edit",
    "action",
    "reset",
    "verify",
    "accept",
    "add",
];

/// Parameters that name a page.
const NAMING_KEYS: &[&str] = &[
    "id",
    "p",
    "pid",
    "page",
    "page_id",
    "pageid",
    "t",
    "tid",
    "v",
    "vid",
    "article",
    "articleid",
    "article_id",
    "doc",
    "docid",
    "item",
    "itemid",
    "story",
    "storyid",
    "news",
    "newsid",
    "nid",
    "cid",
    "aid",
    "entry",
    "post",
    "postid",
    "topic",
    "thread",
    "threadid",
    "n",
    "no",
    "num",
    "key",
    "name",
    "slug",
    "file",
    "title",
    "product",
    "productid",
    "event",
    "eventid",
    "rid",
    "uid",
    "record",
    "recordid",
    "lang_id",
];

/// Whether an address that should not exist is worth asking for, and which. `random` chooses its letters.
pub(super) fn when_to_probe(view: &View<'_>, verdict: &Assessment, random: u64) -> Option<ProbePlan> {
    if view.facts.probe.is_some() || !is_open_question(verdict.reason) {
        return None;
    }
    let page = view.page().filter(|_| view.is_success())?;
    let listed = view.listed();
    let worded = content::missing_score(view).is_some();
    let elsewhere = view.was_redirected() && !view.same_place();
    let canonical_is_root = page
        .canonical
        .as_deref()
        .filter(|canonical| *canonical != view.landed.as_str())
        .and_then(|canonical| view.landed.join(canonical).ok())
        .is_some_and(|canonical| address::is_root(&canonical));
    let suspicious = worded
        || elsewhere
        || view.words() < THIN
        || view.facts.repeats
        || verdict.reason == Reason::TypeMismatch
        || canonical_is_root
        || (page.noindex && page.canonical.is_none())
        || super::drift::is_far(view)
        || names::is_unrelated(view);
    if !suspicious || view.is_verified() && !worded && !elsewhere {
        return None;
    }
    if address::is_root(listed) || landing::is_resolver(listed) || is_unsafe(listed) {
        return None;
    }
    if !view.same_domain() {
        return None;
    }
    plan(listed, worded || elsewhere, random)
}

/// Whether the front page of a site is worth asking for: where it is missing like the listed page, the whole site is gone.
/// One for each site, whatever of it is missing.
pub(super) fn when_to_ask_the_root(facts: &Facts<'_>, verdict: &Assessment) -> Option<ProbePlan> {
    let dead = verdict.state == State::Dead && matches!(verdict.reason, Reason::Http404 | Reason::Http410);
    if facts.probe.is_some() || !dead {
        return None;
    }
    let listed = facts.listed;
    // Projects share such a host, each in a folder, and its front page is most often missing.
    if landing::is_shared(listed) {
        return None;
    }
    let url = listed.join("/").ok().filter(|_| !address::is_root(listed))?;
    let key = format!("{url} front page");
    Some(ProbePlan { url, key })
}

/// Whether the front page of the listed site was asked for and is missing too.
pub(super) fn root_is_missing(view: &View<'_>) -> bool {
    view.facts.probe.is_some_and(|probe| {
        probe.outcome == Outcome::Honest && Url::parse(&probe.asked).is_ok_and(|asked| address::is_root(&asked))
    })
}

/// Verdicts a probe could change or confirm.
fn is_open_question(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::OkPlain
            | Reason::OkVerified
            | Reason::OkPaywalled
            | Reason::MovedPermanent
            | Reason::MovedHost
            | Reason::MovedStub
            | Reason::AnchorMissing
            | Reason::Soft404Text
            | Reason::RedirectToHome
            | Reason::RedirectToAncestor
            | Reason::TypeMismatch
            | Reason::EmptyPage
            | Reason::ContentDrift
            | Reason::JsShell
    )
}

fn is_unsafe(url: &Url) -> bool {
    let text = address::decode(url.as_str()).to_lowercase();
    let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words.any(|word| UNSAFE.contains(&word))
}

/// The address beside a listed one. `by_query` allows pages that a parameter names to be probed too.
fn plan(listed: &Url, by_query: bool, random: u64) -> Option<ProbePlan> {
    let mut letters = Letters(random);
    let mut url = listed.clone();
    url.set_fragment(None);
    let host = address::bare_host(listed);
    let naming = listed.query_pairs().find(|(key, _)| NAMING_KEYS.contains(&key.to_lowercase().as_str()));
    if let Some((name, value)) = naming {
        if !by_query {
            return None;
        }
        let made_up = letters.like(&value);
        let pairs: Vec<(String, String)> = listed
            .query_pairs()
            .map(|(key, old)| (key.to_string(), if key == name { made_up.clone() } else { old.to_string() }))
            .collect();
        url.query_pairs_mut().clear().extend_pairs(pairs);
        return Some(ProbePlan { url, key: format!("{host}{}?{name}", listed.path()) });
    }
    url.set_query(None);
    let mut segments: Vec<String> = listed.path().split('/').map(str::to_owned).collect();
    let last = segments.iter().rposition(|part| !part.is_empty())?;
    let original = segments[last].clone();
    let (stem, extension) = match original.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.len() <= 5 => (stem, format!(".{extension}")),
        _ => (original.as_str(), String::new()),
    };
    segments[last] = format!("{}{extension}", letters.like(stem));
    // Beside an identifier the last words are decoration, so the identifier is made up too. Years and months stay.
    let id = segments[..last].iter().rposition(|part| address::is_id(part) && part.len() > 4);
    if let Some(id) = id {
        segments[id] = letters.like(&segments[id].clone());
    }
    let folder = segments[..id.unwrap_or(last)].join("/");
    url.set_path(&segments.join("/"));
    Some(ProbePlan { url, key: format!("{host}{folder}/*{extension}") })
}

/// A small generator of letters and digits (splitmix64).
struct Letters(u64);

impl Letters {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    fn pick(&mut self, from: &[u8]) -> char {
        let at = usize::try_from(self.next() % from.len() as u64).unwrap_or(0);
        char::from(from[at])
    }

    /// Twelve digits in place of a number, 25 letters in place of anything else.
    fn like(&mut self, original: &str) -> String {
        if !original.is_empty() && original.bytes().all(|byte| byte.is_ascii_digit()) {
            return (0..12).map(|at| if at == 0 { '9' } else { self.pick(b"0123456789") }).collect();
        }
        (0..25).map(|_| self.pick(b"abcdefghijklmnopqrstuvwxyz")).collect()
    }
}

/// Reads the outcome of a probe.
pub fn read_probe(plan: &ProbePlan, exchange: &Exchange, page: Option<&PageFacts>) -> Probe {
    Probe { asked: plan.url.to_string(), outcome: outcome(&plan.url, exchange, page) }
}

fn outcome(asked: &Url, exchange: &Exchange, page: Option<&PageFacts>) -> Outcome {
    let attempts = std::slice::from_ref(exchange);
    let facts = Facts::new(asked, attempts, page);
    let (Some(view), Some(answer)) = (View::new(&facts), exchange.answer()) else { return Outcome::Inconclusive };
    if tables::wall(&view).is_some() {
        return Outcome::Inconclusive;
    }
    if matches!(answer.status, 404 | 410) || page.is_some_and(|page| matches!(page.prerender_status, Some(404 | 410))) {
        return Outcome::Honest;
    }
    let elsewhere = [landing::login as Rule, landing::gate, landing::robot_check, landing::marketplace, tables::page];
    let (true, Some(page), None) = (view.is_success(), page, elsewhere.iter().find_map(|rule| rule(&view))) else {
        return Outcome::Inconclusive;
    };
    let (final_url, hops) = (view.landed.to_string(), exchange.hops.len());
    Outcome::Page(Box::new(Sibling { final_url, hops, page: page.clone() }))
}

/// The listed page and one that cannot exist look alike.
pub(super) fn sibling(view: &View<'_>) -> Option<Assessment> {
    let probe = view.facts.probe?;
    let Outcome::Page(sibling) = &probe.outcome else { return None };
    let page = view.page()?;
    if !view.is_success() {
        return None;
    }
    let landed = Url::parse(&sibling.final_url).ok()?;
    let asked = Url::parse(&probe.asked).ok()?;
    let verdict = |why: String| Assessment::new(Reason::Soft404Probe, why);
    let listed = view.listed();
    let canonical = page.canonical.as_deref().and_then(|canonical| view.landed.join(canonical).ok());
    // The made-up words were ignored and the listed page came: a site that goes by its identifiers.
    let comes_home = address::same_place(&landed, listed)
        || (!view.was_redirected() && address::same_place(&landed, &view.landed))
        || canonical.is_some_and(|canonical| !address::is_root(&canonical) && address::same_place(&landed, &canonical));
    let elsewhere = !view.same_place();
    if comes_home && !elsewhere {
        return None;
    }
    if address::registrable(&landed) != address::registrable(listed) {
        return None;
    }
    let same_end = bare_host_and_place(&landed) == bare_host_and_place(&view.landed);
    let same_hops = sibling.hops == view.exchange.hops.len();
    if elsewhere && same_end && same_hops {
        return Some(verdict(format!("leads to {}, and so does an address that cannot exist ({asked})", view.landed)));
    }
    if !same_hops || (elsewhere && comes_home) {
        return None;
    }
    match compare::likeness(page, listed, &sibling.page, &asked) {
        Likeness::Same(confidence) => Some(
            verdict(format!("shows the same page as an address that cannot exist ({asked})"))
                .with_confidence(confidence),
        ),
        Likeness::Shells | Likeness::Different | Likeness::Unclear => None,
    }
}

/// The key of the probe that answers for an address.
pub fn scope(listed: &Url) -> Option<String> {
    plan(listed, false, 0).map(|plan| plan.key)
}

/// Bits of two simhashes in which texts of one page differ at most.
const SAME_TEXT: u32 = 3;

/// A page that looked alive when it came, and what is remembered of it looks like the page of an address that cannot exist:
/// the verdict on it. Asked when everything a run saw is known; only a page that came where it is listed is compared.
pub fn is_sibling(listed: &Url, looked: &Fingerprint, probe: &Probe) -> Option<Assessment> {
    let Outcome::Page(sibling) = &probe.outcome else { return None };
    let comes_home = Url::parse(&sibling.final_url).map_or(true, |landed| address::same_place(&landed, listed));
    let page = &sibling.page;
    let same = looked.title.is_some()
        && (&looked.title, &looked.h1) == (&page.title, &page.h1)
        && (looked.simhash ^ page.simhash).count_ones() <= SAME_TEXT;
    (same && sibling.hops == 1 && !comes_home).then(|| {
        Assessment::new(
            Reason::Soft404Probe,
            format!("shows the same page as an address that cannot exist ({})", probe.asked),
        )
    })
}

fn bare_host_and_place(url: &Url) -> (Cow<'_, str>, Vec<Cow<'_, str>>) {
    (address::bare_host(url), address::place(url).collect())
}

/// Listed addresses that must end at one other page before that says anything.
const SINK: usize = 3;

/// Several listed addresses of a site end on one other page of it: the verdict on each, `others` being the rest of them.
/// Asked when everything a run saw is known; only an address whose own answer looked alive can sink.
pub fn sink(listed: &Url, landed: &Url, others: usize) -> Option<Assessment> {
    let apart = !address::same_place(listed, landed) && !address::is_root(listed);
    let own = address::registrable(listed) == address::registrable(landed);
    (apart && own && others + 1 >= SINK).then(|| {
        Assessment::new(
            Reason::Soft404Sink,
            format!("leads to {landed}, like {others} other listed addresses of the site"),
        )
        .with_confidence(Confidence::High)
    })
}

impl View<'_> {
    /// How a shell compares with the shell of an address that cannot exist.
    pub fn probe_likeness(&self) -> Option<Likeness> {
        let probe = self.facts.probe?;
        let Outcome::Page(sibling) = &probe.outcome else { return None };
        let asked = Url::parse(&probe.asked).ok()?;
        Some(compare::likeness(self.page()?, self.listed(), &sibling.page, &asked))
    }
}
