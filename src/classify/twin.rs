//! The http twin of a link that gets no secure connection: whether the page can still be had there decides if the link can ever
//! count as dead of it. The twin itself is no replacement, since nothing vouches for who answers there.

use url::Url;

use super::facts::{Facts, View};
use super::lookup::{Lookup, LookupPlan};
use super::{address, suggest, tables, text};
use crate::model::exchange::{Answer, ConnectFailure, DnsFailure, Exchange, Failure, RedirectFault};
use crate::model::reason::StrikeClass;
use crate::model::{Assessment, Reason, SuggestionKind};

/// The rule that asks an https address over http.
const HTTP_TWIN: &str = "http-twin";

/// What is left of a link over http.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Twin {
    /// Something answers well.
    Answers,
    /// There is nothing either.
    Nothing,
    /// It cannot be told: it was not to be asked, or something stands before it.
    Unknown,
}

/// Whether the verdict is about a secure connection that fails for good reasons of its own, and could be gone around over http.
fn is_shut(verdict: &Assessment) -> bool {
    use Reason as R;
    matches!(verdict.reason, R::TlsExpired | R::TlsWrongHost | R::TlsNotYetValid | R::TlsProtocol)
}

/// The question what the address answers over http, where it may matter and has not been asked.
pub(super) fn plan(facts: &Facts<'_>, verdict: &Assessment) -> Option<LookupPlan> {
    let asked = facts.lookups.iter().any(|lookup| lookup.rule == HTTP_TWIN);
    if !is_shut(verdict) || asked || facts.listed.scheme() != "https" || facts.listed.port().is_some() {
        return None;
    }
    let mut url = facts.listed.clone();
    url.set_fragment(None);
    url.set_scheme("http").ok()?;
    Some(LookupPlan { rule: HTTP_TWIN.to_owned(), url })
}

/// Adds to a verdict on a secure connection what there is over http. Where there is nothing either, the link dies in time;
/// where something answers, never. Where that cannot be told, it is as if nobody had asked.
pub(super) fn enrich(view: &View<'_>, verdict: &mut Assessment) {
    if !is_shut(verdict) {
        return;
    }
    let (twin, says) = match view.facts.lookups.iter().find(|lookup| lookup.rule == HTTP_TWIN) {
        Some(lookup) => {
            let secure = secure_place(view.listed(), lookup);
            *verdict = secure.iter().fold(verdict.clone(), |verdict, place| {
                verdict.with_suggestion(SuggestionKind::Repair, place.as_str())
            });
            read(lookup)
        }
        None if comes_from_http(view) => (Twin::Nothing, "over http there is only the way to it".to_owned()),
        None => return,
    };
    verdict.evidence = format!("{}; {says}", verdict.evidence);
    match twin {
        Twin::Answers => *verdict = verdict.clone().with_class(StrikeClass::N),
        Twin::Nothing => *verdict = verdict.clone().with_class(StrikeClass::S3),
        Twin::Unknown => {}
    }
}

/// Whether the chain began over http at the host that then gave no secure connection: that was the twin.
fn comes_from_http(view: &View<'_>) -> bool {
    let listed = view.listed();
    listed.scheme() == "http" && address::bare_host(listed) == address::bare_host(&view.landed)
}

fn read(lookup: &Lookup) -> (Twin, String) {
    match (lookup.exchange.answer(), lookup.exchange.failure()) {
        (Some(answer), _) => answered(lookup, answer),
        (None, Some(failure)) => failed(failure),
        (None, None) => (Twin::Unknown, "over http it was not asked".to_owned()),
    }
}

fn answered(lookup: &Lookup, answer: &Answer) -> (Twin, String) {
    let status = answer.status;
    let twin = match status {
        _ if is_walled(lookup) => Twin::Unknown,
        200..=299 => Twin::Answers,
        404 | 410 | 500..=599 => Twin::Nothing,
        _ => Twin::Unknown,
    };
    let says = match elsewhere(lookup) {
        Some(target) => format!("over http it leads to {}, which answers {status}", text::excerpt(target.as_str())),
        None if is_inferred(lookup) => format!("over http robots.txt answers {status}, so nothing else was asked"),
        None => format!("over http it answers {status}"),
    };
    (twin, says)
}

fn failed(failure: &Failure) -> (Twin, String) {
    let (twin, what) = match failure {
        Failure::Tls(_) => (Twin::Nothing, "it only leads to where the secure connection fails"),
        Failure::Dns(DnsFailure::Unreachable) => (Twin::Unknown, "it could not be asked from here"),
        Failure::Dns(_) => (Twin::Nothing, "its name does not resolve"),
        Failure::Proxy(_) => (Twin::Unknown, "it could not be asked through the proxy"),
        Failure::Connect(ConnectFailure::Unreachable) => (Twin::Unknown, "it cannot be reached from here"),
        Failure::Connect(ConnectFailure::Refused) => (Twin::Nothing, "it refuses the connection"),
        Failure::Connect(_) => (Twin::Nothing, "it gives no connection"),
        Failure::HeadTimeout => (Twin::Nothing, "it does not answer in time"),
        Failure::EmptyReply | Failure::Reset => (Twin::Nothing, "it breaks off without an answer"),
        Failure::Malformed(_) => (Twin::Nothing, "what it sends is not HTTP"),
        Failure::AddressRefused(_) | Failure::Redirect(RedirectFault::Private(_)) => {
            (Twin::Unknown, "it leads into a private network and was not asked")
        }
        Failure::Redirect(_) => (Twin::Nothing, "its redirects lead nowhere"),
        // Robots.txt refuses it, or its host is not to be asked any more.
        Failure::Other(why) => return (Twin::Unknown, format!("over http it was not asked: {}", text::excerpt(why))),
    };
    (twin, format!("over http {what}"))
}

/// Whether something stands between this program and the page, whatever the status says.
fn is_walled(lookup: &Lookup) -> bool {
    let facts = Facts::new(&lookup.url, std::slice::from_ref(&lookup.exchange), None);
    View::new(&facts).is_some_and(|view| tables::wall(&view).is_some())
}

/// Where the chain ended, when that is not the twin itself.
fn elsewhere(lookup: &Lookup) -> Option<Url> {
    let landed = Url::parse(lookup.exchange.final_url()?).ok().filter(|_| !is_inferred(lookup))?;
    (landed.scheme() != "http" || !address::same_place(&lookup.url, &landed)).then_some(landed)
}

/// Another spelling of the place, mostly with or without `www`, to which the twin leads and whose certificate is good.
fn secure_place(listed: &Url, lookup: &Lookup) -> Option<Url> {
    let answers = lookup.exchange.answer().is_some_and(|answer| (200..300).contains(&answer.status));
    let landed = elsewhere(lookup).filter(|_| answers && !is_walled(lookup))?;
    let same = landed.scheme() == "https" && address::same_place(listed, &landed) && suggest::is_fit(listed, &landed);
    same.then_some(landed)
}

/// Whether the site's robots.txt was asked in place of the page, and settled it.
fn is_inferred(lookup: &Lookup) -> bool {
    let first = |exchange: &Exchange| exchange.hops.first().and_then(|hop| Url::parse(&hop.url).ok());
    first(&lookup.exchange).is_some_and(|url| url.path() == "/robots.txt" && url != lookup.url)
}
