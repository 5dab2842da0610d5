//! Whether what came for a resource page is that page: read as a list, a wall or an error page would put the addresses it
//! shows in the place of everything the page lists.

use std::collections::HashSet;

use url::Url;

use super::FetchedSeed;
use crate::model::exchange::{Answer, BodyFault};
use crate::model::{PageFacts, Reason, State};
use crate::seed::{self, Document};

/// So many other hosts in the first links of a page make it a list, whatever its words remind of.
const HOSTS_OF_A_LIST: usize = 4;

/// Why an answer does not hold all of what was asked for, when it does not.
pub fn cut(answer: &Answer) -> Option<String> {
    let what = match answer.body_fault {
        Some(BodyFault::Short) => "it broke off before its announced length",
        Some(BodyFault::Framing) => "it broke off: its framing is broken",
        Some(BodyFault::Encoding) => "its compression is broken",
        Some(BodyFault::Reset) => "it broke off: the connection was reset",
        Some(BodyFault::Stalled | BodyFault::TooSlow | BodyFault::TimedOut) => "it did not come to its end in time",
        None if answer.status == 206 => "it answered 206, with a part of it only",
        None => return None,
    };
    Some(what.to_owned())
}

/// Why a good answer is not the page that was asked for, when it is not.
pub fn stranger(fetched: &FetchedSeed, answer: &Answer, landed: &Url) -> Option<String> {
    let verdict = &fetched.verdict;
    let refused = match (standing(verdict.reason), &fetched.page) {
        (Standing::InItsPlace, _) => true,
        (Standing::ByItsWords, Some(page)) => !is_list(page, landed),
        (Standing::ByItsWords, None) | (Standing::Page, _) => false,
    };
    // However little a page shows, with a link it may be a list.
    let is_bare = verdict.reason == Reason::EmptyPage && !lists_anything(answer, landed);
    if !refused && answer.body.is_empty() {
        return Some(format!("it answered {} with nothing at all", answer.status));
    }
    (refused || is_bare).then(|| format!("what came is not this page: {} ({})", verdict.evidence, verdict.reason))
}

/// What a verdict on a link says about a resource page.
enum Standing {
    /// Something else stands in its place.
    InItsPlace,
    /// Its words are those of something else, unless they are those of a list.
    ByItsWords,
    /// It may well be the page.
    Page,
}

fn standing(reason: Reason) -> Standing {
    match reason {
        Reason::LoginWall
        | Reason::ConsentWall
        | Reason::AgeWall
        | Reason::BotWallGeneric
        | Reason::GeoOrLegal
        | Reason::RateLimited
        | Reason::ParkedDomain
        | Reason::DomainExpired
        | Reason::DomainTakeover
        | Reason::DefaultPage
        | Reason::ComingSoon
        | Reason::AccountSuspended
        | Reason::StorageAccessDenied
        | Reason::ErrorText
        | Reason::Maintenance
        | Reason::Soft404Text => Standing::ByItsWords,
        Reason::HostingTombstone
        | Reason::Soft404Marker
        | Reason::RedirectToHome
        | Reason::RedirectToSearch
        | Reason::RedirectToErrorPage => Standing::InItsPlace,
        _ if reason.state() == State::Blocked => Standing::InItsPlace,
        _ => Standing::Page,
    }
}

/// Whether a page leads to many other hosts, as lists do and what stands in the place of one does not.
fn is_list(page: &PageFacts, landed: &Url) -> bool {
    let links = page.main_links.iter().filter_map(|link| landed.join(link).ok());
    let hosts: HashSet<_> = links.filter_map(|link| link.host_str().map(str::to_owned)).collect();
    hosts.iter().filter(|host| Some(host.as_str()) != landed.host_str()).count() >= HOSTS_OF_A_LIST
}

/// Whether links are found in an answer.
fn lists_anything(answer: &Answer, landed: &Url) -> bool {
    let content_type = answer.headers.get("content-type");
    let document = Document {
        name: landed.as_str(),
        bytes: &answer.body,
        content_type: content_type.as_deref(),
        base: Some(landed),
        ..Document::default()
    };
    seed::read(&document, &mut |_| {}).is_ok_and(|reading| reading.links > 0)
}
