//! Second opinions: small requests beside the page that settle what the page itself leaves open.
//!
//! Which sites offer one, and what its answers mean, is a table: `tables/sites.tsv`.

use std::sync::{LazyLock, OnceLock};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use regex::Regex;
use url::Url;

use super::facts::{Facts, View};
use super::{address, text, twin};
use crate::model::exchange::{DnsFailure, Exchange, Failure};
use crate::model::{Assessment, Reason, State, SuggestionKind};

/// A request worth making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookupPlan {
    /// Id of the rule that wants it.
    pub rule: String,
    /// The address to ask, redirects followed as for any link.
    pub url: Url,
}

/// What such a request brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup {
    /// Id of the rule that wanted it.
    pub rule: String,
    /// The address asked.
    pub url: Url,
    /// What happened.
    pub exchange: Exchange,
}

/// The rule that tries the host with or without `www` when a name does not exist.
const OTHER_HOST: &str = "other-host";

/// A site that offers a second opinion.
#[derive(Debug)]
pub(super) struct Site {
    pub id: String,
    hosts: Vec<String>,
    pattern: &'static str,
    /// The pattern, once an address of the site was asked about: most lists have none.
    compiled: OnceLock<Option<Regex>>,
    /// States in which it is asked, or the outcome of another rule (`rule=word`).
    when: Vec<String>,
    endpoint: String,
    outcomes: Vec<(Test, String)>,
}

#[derive(Debug)]
enum Test {
    Status(u16),
    Body(String),
}

/// The sites of the table; a row that cannot be read is left out, and a test reads every row.
pub(super) static SITES: LazyLock<Vec<Site>> = LazyLock::new(|| {
    let lines = include_str!("tables/sites.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).filter_map(site).collect()
});

fn site(line: &'static str) -> Option<Site> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [id, _, hosts, pattern, when, endpoint, outcomes] = fields[..] else { return None };
    let list = |text: &str| text.split('|').map(str::to_owned).collect::<Vec<_>>();
    let outcomes = outcomes.split(" & ").filter_map(|outcome| {
        let (test, word) = outcome.rsplit_once('=')?;
        let test = match test.strip_prefix("body~") {
            Some(text) => Test::Body(text.to_owned()),
            None => Test::Status(test.parse().ok()?),
        };
        Some((test, word.to_owned()))
    });
    Some(Site {
        id: id.to_owned(),
        hosts: list(hosts),
        pattern,
        compiled: OnceLock::new(),
        when: list(when),
        endpoint: endpoint.to_owned(),
        outcomes: outcomes.collect(),
    })
}

impl Site {
    /// What an answer of the endpoint means; `None` when it says nothing.
    fn outcome(&self, exchange: &Exchange) -> Option<&str> {
        let answer = exchange.answer()?;
        let body = String::from_utf8_lossy(&answer.body[..answer.body.len().min(4_096)]);
        let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        let holds = |test: &Test| match test {
            Test::Status(status) => answer.status == *status,
            Test::Body(text) => body.contains(text.as_str()),
        };
        self.outcomes.iter().find(|(test, _)| holds(test)).map(|(_, word)| word.as_str())
    }

    pub(super) fn pattern(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(self.pattern).ok()).as_ref()
    }

    fn plan(&self, listed: &Url, host: &str) -> Option<LookupPlan> {
        if !self.hosts.iter().any(|known| known == host) {
            return None;
        }
        let captures = self.pattern()?.captures(listed.as_str())?;
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let mut endpoint = self.endpoint.replace("{url}", &encode(listed.as_str()));
        for (index, group) in captures.iter().enumerate().skip(1) {
            endpoint = endpoint.replace(&format!("{{{index}}}"), group.map_or("", |group| group.as_str()));
        }
        Some(LookupPlan { rule: self.id.clone(), url: Url::parse(&endpoint).ok()? })
    }
}

/// The requests that would add certainty to a verdict. Made under the same rules of politeness as any; a failing one is
/// handed back all the same. To be asked again after each round, until it is empty.
pub(super) fn plan_lookups(facts: &Facts<'_>, verdict: &Assessment) -> Vec<LookupPlan> {
    let state = verdict.state.as_str();
    let done = |rule: &str| facts.lookups.iter().find(|lookup| lookup.rule == rule);
    let wanted = |site: &&Site| {
        done(&site.id).is_none()
            && site.when.iter().any(|when| match when.split_once('=') {
                Some((rule, word)) => done(rule).is_some_and(|lookup| outcome_of(lookup) == Some(word)),
                None => when == state || (when == "alive" && verdict.state.is_alive()),
            })
    };
    let host = address::bare_host(facts.listed);
    let mut plans: Vec<LookupPlan> =
        SITES.iter().filter(wanted).filter_map(|site| site.plan(facts.listed, &host)).collect();
    if verdict.reason == Reason::DnsNxdomain && done(OTHER_HOST).is_none() && !address::is_private(facts.listed) {
        plans.extend(other_host(facts.listed).map(|url| LookupPlan { rule: OTHER_HOST.to_owned(), url }));
    }
    plans.extend(twin::plan(facts, verdict));
    plans
}

fn outcome_of(lookup: &Lookup) -> Option<&'static str> {
    SITES.iter().find(|site| site.id == lookup.rule)?.outcome(&lookup.exchange)
}

/// The same address with or without `www`.
fn other_host(listed: &Url) -> Option<Url> {
    let host = listed.host_str()?.trim_end_matches('.');
    let other = match host.strip_prefix("www.") {
        Some(apex) => apex.to_owned(),
        None => format!("www.{host}"),
    };
    let mut url = listed.clone();
    url.set_host(Some(&other)).ok()?;
    Some(url)
}

/// A side lookup settles the matter.
pub(super) fn settled(view: &View<'_>) -> Option<Assessment> {
    view.facts.lookups.iter().rev().find_map(|lookup| {
        let reason = match outcome_of(lookup)? {
            "ok" => Reason::OkVerified,
            word => Reason::parse(word)?,
        };
        let status = lookup.exchange.answer()?.status;
        let says = match reason {
            Reason::OkVerified => "knows the resource",
            _ => "does not know the resource, or hides it",
        };
        let mut verdict = Assessment::new(reason, format!("{} answers {status} and {says}", lookup.url));
        verdict.marker = Some(lookup.rule.clone());
        Some(verdict)
    })
}

/// Whether a chain only goes on to another spelling of the place it was asked for, as from http to https.
fn leads_on_within(listed: &Url, exchange: &Exchange) -> bool {
    let last = exchange.hops.last();
    let redirects = exchange.answer().is_some_and(|answer| (300..400).contains(&answer.status));
    let target = last.and_then(|hop| Url::parse(&hop.url).ok()?.join(hop.location.as_deref()?).ok());
    redirects && target.is_some_and(|target| address::same_place(listed, &target))
}

/// What lookups add to a verdict they do not decide.
pub(super) fn enrich(view: &View<'_>, verdict: &mut Assessment) {
    twin::enrich(view, verdict);
    for lookup in view.facts.lookups {
        if outcome_of(lookup) == Some("exists") && verdict.state == State::Blocked {
            let host = lookup.url.host_str().unwrap_or_default();
            verdict.evidence.push_str(&format!("; {host} knows the identifier, so the work exists"));
        }
        let alive = lookup.exchange.answer().is_some_and(|answer| (200..300).contains(&answer.status))
            || leads_on_within(view.listed(), &lookup.exchange);
        if lookup.rule == OTHER_HOST && verdict.state == State::Dead {
            if alive {
                verdict.evidence.push_str(&format!("; {} answers", text::excerpt(lookup.url.as_str())));
                *verdict = verdict.clone().with_suggestion(SuggestionKind::Repair, lookup.url.as_str());
            } else if lookup.exchange.failure() == Some(&Failure::Dns(DnsFailure::NoSuchName)) {
                let host = lookup.url.host_str().unwrap_or_default();
                verdict.evidence.push_str(&format!("; neither does {host}"));
            }
        }
    }
}
