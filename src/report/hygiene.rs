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
            ("Listed more than once", "Keep the mention where readers look for it, or keep all of them on purpose.")
        }
        FlawKind::SameResource => (
            "One resource under several addresses",
            "They all show the same page. Keep one of them; where some redirect, the one they lead to.",
        ),
        FlawKind::Insecure => ("http where https works", "Write https; `perennial fix` does that."),
        FlawKind::Redirector => (
            "Links through a click counter or a mail filter",
            "Link the resource itself: such addresses track readers, and break when the service does.",
        ),
        FlawKind::Tracking => (
            "Addresses with tracking parameters",
            "Remove the parameters and check that the page is the same; `perennial fix --untrack` removes them.",
        ),
        FlawKind::MailAddress => {
            ("Email addresses inside links", "They publish somebody's email address: link the page without it.")
        }
        FlawKind::BareTitle => (
            "Links that say \"here\"",
            "Name what the link leads to: readers who skim the page, or hear it read aloud, learn nothing from \"here\".",
        ),
        FlawKind::NoAddress => (
            "Link brackets without a working address",
            "Put the address in, with `%20` for every space in it, or remove the brackets.",
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

/// One flaw of a kind and several of them, as a sentence counts them.
const fn nouns(kind: FlawKind) -> (&'static str, &'static str) {
    match kind {
        FlawKind::Duplicate => ("address listed more than once", "addresses listed more than once"),
        FlawKind::SameResource => {
            ("resource listed under several addresses", "resources listed under several addresses")
        }
        FlawKind::Insecure => ("http address where https works", "http addresses where https works"),
        FlawKind::Redirector => ("link through a counter or filter", "links through a counter or filter"),
        FlawKind::Tracking => ("address with tracking parameters", "addresses with tracking parameters"),
        FlawKind::MailAddress => ("link with an email address in it", "links with an email address in them"),
        FlawKind::BareTitle => ("link that says \"here\"", "links that say \"here\""),
        FlawKind::NoAddress => {
            ("pair of brackets without a working address", "pairs of brackets without a working address")
        }
        FlawKind::Glued => ("link that touches the text behind it", "links that touch the text behind them"),
    }
}

/// How many there are of each kind, in one sentence; nothing for a tidy list.
pub fn summary(audit: &Audit) -> Option<String> {
    let counted = groups(audit).into_iter().map(|(kind, flaws)| {
        let (one, many) = nouns(kind);
        words::counted(flaws.len(), one, many)
    });
    let counted: Vec<String> = counted.collect();
    (!counted.is_empty()).then(|| counted.join(", "))
}
