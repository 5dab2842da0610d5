//! The words for what is untidy in a list.

use super::words;
use crate::model::audit::Audit;
use crate::model::hygiene::{Flaw, FlawKind, Place};

/// What a kind of flaw is called, and what to do about it.
pub struct Words {
    /// Heading, for several of them.
    pub title: &'static str,
    /// What is behind it and what to do.
    pub action: &'static str,
}

/// The words for a kind.
pub const fn of(kind: FlawKind) -> Words {
    let (title, action) = match kind {
        FlawKind::Duplicate => {
            ("Listed more than once", "Keep the mention readers look for, or let both stand on purpose.")
        }
        FlawKind::SameResource => (
            "One resource under several addresses",
            "They all show the same page. Keep one of them; where some redirect, the one they lead to.",
        ),
        FlawKind::Insecure => ("http where https works", "Write https; `perennial fix` does it."),
        FlawKind::Redirector => (
            "By way of somebody's counter or filter",
            "Link the resource itself: such addresses follow readers about, and break when the service does.",
        ),
        FlawKind::Tracking => (
            "Addresses that tell where readers come from",
            "Take the parameters off and see that the page is the same; `perennial fix --untrack` does it.",
        ),
        FlawKind::MailAddress => {
            ("A mail address inside an address", "Somebody's address is published: link the page without it.")
        }
        FlawKind::BareTitle => (
            "Links that say \"here\"",
            "Let the link be what it leads to: those who hear the page read, or skim it, get nothing from \"here\".",
        ),
        FlawKind::NoAddress => (
            "Brackets of a link without an address that works",
            "Put the address in, with `%20` for every space in it, or take the brackets off.",
        ),
        FlawKind::Glued => ("Text that touches a link", "Put a space or a dash between them."),
    };
    Words { title, action }
}

/// The flaws by kind, in the order of the kinds; kinds without any are left out.
pub fn groups(audit: &Audit) -> Vec<(FlawKind, Vec<&Flaw>)> {
    let of_kind = |kind| (kind, audit.hygiene.iter().filter(|flaw| flaw.kind == kind).collect::<Vec<_>>());
    FlawKind::ALL.map(of_kind).into_iter().filter(|(_, flaws)| !flaws.is_empty()).collect()
}

/// Where a part of a flaw stands: `lists/a.md:12`.
pub fn place(place: &Place) -> String {
    match place.line {
        0 => place.seed.to_string(),
        line => format!("{}:{line}", place.seed),
    }
}

/// How many there are of each kind, in one sentence; nothing for a tidy list.
pub fn summary(audit: &Audit) -> Option<String> {
    let counted =
        groups(audit).into_iter().map(|(kind, flaws)| format!("{} {}", words::thousands(flaws.len()), kind.as_str()));
    let counted: Vec<String> = counted.collect();
    (!counted.is_empty()).then(|| counted.join(", "))
}
