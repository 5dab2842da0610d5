//! Whether what came for a resource page is that page: read as a list, a wall or an error page would put the addresses it
//! shows in the place of everything the page lists.

use std::collections::HashSet;

use url::Url;

use super::FetchedSeed;
use crate::model::exchange::{Answer, BodyFault};
use crate::model::{Reason, State};
use crate::seed::{self, Document};

/// Words in addresses that walls lead to, and lists hardly ever.
const WAYS_IN: &[&str] =
    &["login", "log-in", "signin", "sign-in", "signup", "sign-up", "register", "oauth", "sso", "password"];

/// How much a page must lead to in order to be a list, whatever it reminds of. One of the two is enough.
struct Measure {
    /// Distinct addresses at other hosts.
    away: usize,
    /// Distinct hosts but its own.
    hosts: usize,
    /// Distinct addresses anywhere.
    anywhere: usize,
}

/// Against words of a wall or an outage, which a list may hold as well.
const OF_A_LIST: Measure = Measure { away: 3, hosts: 1, anywhere: 8 };
/// Against the words of those who deal in names: their pages lead to a few advertisers.
const OF_NO_DEALER: Measure = Measure { away: 4, hosts: 4, anywhere: usize::MAX };
/// Against a redirect to the front page, which leads to the site's own accounts elsewhere.
const OF_NO_FRONT_PAGE: Measure = Measure { away: 8, hosts: 5, anywhere: usize::MAX };

/// Why an answer does not hold all of what was asked for, when it does not.
pub fn cut(answer: &Answer) -> Option<String> {
    let what = match answer.body_fault {
        // What counts the bytes may be wrong about a page that shows its own end.
        Some(BodyFault::Short | BodyFault::Framing) if shows_its_end(&answer.body) => return None,
        // It is all there, whatever its head says.
        Some(BodyFault::Label) => return None,
        Some(BodyFault::Short) => "it broke off before its announced length",
        Some(BodyFault::Framing) => "it broke off: its framing is broken",
        Some(BodyFault::Encoding) => "its compression is broken",
        Some(BodyFault::Reset) => "it broke off: the connection was reset",
        Some(BodyFault::Stalled | BodyFault::TooSlow | BodyFault::TimedOut) => "it did not come to its end in time",
        None if answer.status == 206 && !is_whole(answer) => "it answered 206, with a part of it only",
        None => return None,
    };
    Some(what.to_owned())
}

/// Whether a page in HTML ends as pages do.
fn shows_its_end(body: &[u8]) -> bool {
    let text = body.trim_ascii_end();
    text.len() >= 7 && text[text.len() - 7..].eq_ignore_ascii_case(b"</html>")
}

/// Whether the range that came is all there is (RFC 9110, 14.4). Nobody asked for a part, so without a word it is none.
fn is_whole(answer: &Answer) -> bool {
    let Some(range) = answer.headers.get("content-range") else { return true };
    let range = range.trim().trim_start_matches("bytes").trim();
    let Some((part, whole)) = range.split_once('/') else { return false };
    let last = part.split_once('-').filter(|(first, _)| *first == "0").and_then(|(_, last)| last.parse::<u64>().ok());
    last.is_some_and(|last| whole.parse() == Ok(last.saturating_add(1)))
}

/// Why a good answer is not the page that was asked for, when it is not.
pub fn stranger(fetched: &FetchedSeed, answer: &Answer, landed: &Url) -> Option<String> {
    let verdict = &fetched.verdict;
    let refused = match standing(verdict.reason) {
        Standing::InItsPlace => true,
        // What is no page in HTML has no words of a wall, only of a list.
        Standing::Unless(measure) => fetched.page.is_some() && !measure.holds(&listed(answer, landed), landed),
        Standing::Page => false,
    };
    // However little a page shows, with a link it may be a list.
    let is_bare = verdict.reason == Reason::EmptyPage && listed(answer, landed).is_empty();
    if !refused && answer.body.is_empty() {
        return Some(format!("it answered {} with nothing at all", answer.status));
    }
    (refused || is_bare).then(|| format!("what came is not this page: {} ({})", verdict.evidence, verdict.reason))
}

/// What a verdict on a link says about a resource page.
enum Standing {
    /// Something else stands in its place.
    InItsPlace,
    /// Something else does, unless the page leads to so much.
    Unless(Measure),
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
        | Reason::ComingSoon
        | Reason::ErrorText
        | Reason::Maintenance
        | Reason::Soft404Text => Standing::Unless(OF_A_LIST),
        Reason::ParkedDomain
        | Reason::DomainExpired
        | Reason::DomainTakeover
        | Reason::DefaultPage
        | Reason::AccountSuspended
        | Reason::StorageAccessDenied => Standing::Unless(OF_NO_DEALER),
        Reason::RedirectToHome | Reason::RedirectToSearch => Standing::Unless(OF_NO_FRONT_PAGE),
        Reason::HostingTombstone | Reason::Soft404Marker | Reason::RedirectToErrorPage => Standing::InItsPlace,
        _ if reason.state() == State::Blocked => Standing::InItsPlace,
        _ => Standing::Page,
    }
}

impl Measure {
    /// Whether what a page lists is so much, ways in aside.
    fn holds(&self, listed: &HashSet<Url>, landed: &Url) -> bool {
        let is_way_in = |url: &Url| {
            let path = url.path().to_ascii_lowercase();
            WAYS_IN.iter().any(|word| path.contains(word))
        };
        let links: Vec<&Url> = listed.iter().filter(|url| !is_way_in(url)).collect();
        let away: Vec<_> =
            links.iter().filter_map(|url| url.host_str()).filter(|host| Some(*host) != landed.host_str()).collect();
        let hosts: HashSet<_> = away.iter().collect();
        away.len() >= self.away && hosts.len() >= self.hosts || links.len() >= self.anywhere
    }
}

/// The addresses that an answer lists.
fn listed(answer: &Answer, landed: &Url) -> HashSet<Url> {
    let content_type = answer.headers.get("content-type");
    let document = Document {
        name: landed.as_str(),
        bytes: &answer.body,
        content_type: content_type.as_deref(),
        base: Some(landed),
        ..Document::default()
    };
    let mut listed = HashSet::new();
    // What cannot be read lists nothing.
    let _ = seed::read(&document, &mut |link| listed.extend(link.url().cloned()));
    listed
}
