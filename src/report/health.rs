//! How a resource stands, in words for readers of the compilation.

use super::words;
use crate::compile::{Compilation, Health};
use crate::model::{Reason, State};

const AVAILABLE: &str = "available";

/// What is to be said of an entry's health; nothing of a healthy one, nor of one that nobody has spoken of.
pub fn mark(health: &Health) -> Option<&'static str> {
    of(health.state?, health.reason)
}

/// The same for every entry: what a reader filters by.
pub fn name(health: &Health) -> &'static str {
    match health.state {
        Some(_) => mark(health).unwrap_or(AVAILABLE),
        None => "not checked",
    }
}

/// How a state is called where no more is known.
pub fn of_state(state: Option<State>) -> Option<&'static str> {
    of(state?, None)
}

/// The state and its reason in words. What a reader meets behind a link depends on the reason: a login is no robot check, and a
/// page behind a bad certificate is the page.
fn of(state: State, reason: Option<Reason>) -> Option<&'static str> {
    let by_reason = match reason {
        Some(Reason::UrlInvalid) => Some("cannot be opened"),
        Some(Reason::TlsExpired | Reason::TlsSelfSigned | Reason::TlsWrongHost) => {
            Some("shown only after a browser warning")
        }
        Some(
            Reason::RedirectLoop
            | Reason::RedirectNoLocation
            | Reason::RedirectBadTarget
            | Reason::RedirectPrivate
            | Reason::Http400
            | Reason::Http422
            | Reason::Http204
            | Reason::StorageAccessDenied,
        ) => Some("could not be opened recently"),
        Some(Reason::AnchorMissing) => Some("available, but the linked place on the page is missing"),
        Some(Reason::MovedNote) => Some("says that it has moved"),
        Some(Reason::LoginWall | Reason::Http401 | Reason::Http440 | Reason::Http496 | Reason::Http498) => {
            Some("requires a login")
        }
        Some(Reason::Paywall402) => Some("requires payment"),
        Some(Reason::GeoOrLegal) => Some("not available in every country"),
        Some(Reason::Http407) => Some("could not be reached recently"),
        Some(Reason::JsShell) => Some("visible only in a browser"),
        _ => None,
    };
    let by_state = match state {
        State::Ok | State::Moved => return None,
        State::Suspect => "may no longer show what it once did",
        State::Blocked => "closed to automatic checks; probably visible in a browser",
        State::Unsure => "could not be checked recently",
        State::Dead => "no longer available",
        State::Skipped => "not checked",
    };
    by_reason.or(Some(by_state))
}

/// How to tell what a page calls itself: of one that is not to be seen any more, it is known from then.
pub fn calls(health: &Health) -> &'static str {
    if health.state.is_some_and(State::is_alive) { "calls" } else { "called" }
}

/// How many entries are gone, and how many nobody has looked at yet; empty where neither is to be said.
pub fn told(compilation: &Compilation) -> String {
    let number = |wanted: fn(&Health) -> bool| compilation.entries().filter(|entry| wanted(&entry.health)).count();
    let said = |number: usize, what: &str| match number {
        0 => String::new(),
        1 => format!(" One is {what}."),
        _ => format!(" {} are {what}.", words::thousands(number)),
    };
    let gone = said(number(|health| health.state == Some(State::Dead)), "no longer available");
    let unseen = number(|health| health.state.is_none() || health.reason == Some(Reason::NotReached));
    [gone, said(unseen, "not checked yet")].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_is_told_what_stands_behind_the_link() {
        let told = |reason: Reason| {
            mark(&Health { state: Some(reason.state()), reason: Some(reason), ..Health::default() })
                .unwrap_or("healthy")
        };
        assert_eq!(told(Reason::OkPlain), "healthy");
        assert_eq!(told(Reason::Http404), "no longer available");
        assert_eq!(told(Reason::TimeoutRead), "could not be checked recently");
        for (reason, untrue) in [
            (Reason::JsShell, "could not"),
            (Reason::LoginWall, "browser"),
            (Reason::Paywall402, "browser"),
            (Reason::Http407, "browser"),
            (Reason::GeoOrLegal, "browser"),
            (Reason::TlsExpired, "once did"),
            (Reason::UrlInvalid, "no longer"),
            (Reason::AnchorMissing, "once did"),
        ] {
            assert!(!told(reason).contains(untrue), "{reason}: {}", told(reason));
        }
    }

    #[test]
    fn every_entry_has_a_name_to_be_filtered_by() {
        assert_eq!(name(&Health::default()), "not checked");
        for &reason in Reason::ALL {
            let health = Health { state: Some(reason.state()), reason: Some(reason), ..Health::default() };
            assert_eq!(name(&health), mark(&health).unwrap_or("available"), "{reason}");
        }
    }
}
