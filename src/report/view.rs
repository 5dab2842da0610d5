//! What the human reports share: which findings are new problems, and links gathered by state and reason.

use std::collections::BTreeMap;

use crate::model::audit::{Audit, LinkRecord};
use crate::model::reason::StrikeClass;
use crate::model::{Delta, Reason, State};

/// Links of one reason, in seed order.
pub struct Group<'a> {
    /// The reason they share.
    pub reason: Reason,
    /// The links.
    pub links: Vec<&'a LinkRecord>,
}

/// Whether a finding wants a person now and did not in the run before, or not so much.
pub fn is_new_problem(link: &LinkRecord) -> bool {
    let wants_a_person = matches!(link.state, State::Dead | State::Suspect);
    let was_less = link.previous.is_none_or(|(state, _)| state != link.state && state != State::Dead);
    wants_a_person && was_less && matches!(link.delta, Some(Delta::New | Delta::Changed))
}

/// Whether the run before did not list the link.
pub fn is_newly_listed(link: &LinkRecord) -> bool {
    link.delta == Some(Delta::New) && link.previous.is_none()
}

/// Whether a link that was listed before has another verdict now, and is neither a new problem nor healthy again.
pub fn has_another_verdict(link: &LinkRecord) -> bool {
    let another = match link.delta {
        Some(Delta::Changed) => true,
        // Not told for sure any more, for instance.
        Some(Delta::New) => link.previous.is_some(),
        _ => false,
    };
    another && !is_new_problem(link)
}

/// Whether a link stands in a series of failures that ends in death, and has not come to its end. Of doubts that is so only of
/// those that three runs can settle.
pub fn may_be_called_dead(link: &LinkRecord) -> bool {
    let is_counted = link.strikes.is_some_and(|strikes| match link.state {
        State::Unsure => strikes.count > 0,
        State::Suspect => strikes.count > 0 && strikes.class == StrikeClass::S3,
        _ => false,
    });
    // They wait for their host or for this machine's network, and nothing is counted.
    is_counted && !matches!(link.reason, Reason::NetworkUnhealthy | Reason::HostIncident)
}

/// The links that pass a test, gathered by reason, in the order of states and then of the catalogue.
pub fn groups<'a>(audit: &'a Audit, wanted: impl Fn(&LinkRecord) -> bool) -> Vec<Group<'a>> {
    let mut by_reason: BTreeMap<(usize, Reason), Vec<&LinkRecord>> = BTreeMap::new();
    for link in audit.links.iter().filter(|link| wanted(link)) {
        let rank = State::ALL.iter().position(|&state| state == link.state).unwrap_or(State::ALL.len());
        by_reason.entry((rank, link.reason)).or_default().push(link);
    }
    by_reason.into_iter().map(|((_, reason), links)| Group { reason, links }).collect()
}

/// How many links pass a test.
pub fn count(audit: &Audit, wanted: impl Fn(&LinkRecord) -> bool) -> usize {
    audit.links.iter().filter(|link| wanted(link)).count()
}

/// What a person calls the link: the title the list gives it, else the one found on the page.
pub fn title(link: &LinkRecord) -> Option<&str> {
    let listed = link.occurrences.iter().find_map(|occurrence| occurrence.title.as_deref());
    listed.or(link.title.as_deref()).filter(|title| !title.trim().is_empty())
}

/// The rules that left links out of the check, with the links each left out: the busiest first.
pub fn rules<'a>(links: impl Iterator<Item = &'a LinkRecord>) -> Vec<(&'a str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for link in links.filter(|link| is_left_out(link.reason)) {
        *counts.entry(link.evidence.as_str()).or_default() += 1;
    }
    let mut rules: Vec<_> = counts.into_iter().collect();
    rules.sort_by(|(one, few), (other, many)| many.cmp(few).then_with(|| one.cmp(other)));
    rules
}

/// Whether a reason means that a rule of the person's own left the link out.
fn is_left_out(reason: Reason) -> bool {
    matches!(reason, Reason::Excluded | Reason::Unchanged | Reason::FileOutside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::audit::StrikeCount;
    use crate::report::sample;

    #[test]
    fn what_may_be_called_dead_is_told_by_its_series() {
        let told = |reason, class| {
            let mut link = sample::link("https://example.org/", "", 1, reason, "seen");
            link.strikes = Some(StrikeCount { class, count: 1, need: 3 });
            may_be_called_dead(&link)
        };
        assert!(told(Reason::TimeoutRead, StrikeClass::S3));
        assert!(told(Reason::RedirectLoop, StrikeClass::S3));
        assert!(!told(Reason::ParkedDomain, StrikeClass::S2), "a doubt grows surer, never dead");
        assert!(!told(Reason::BotWallCloudflare, StrikeClass::S3), "a wall neither counts nor clears");
        assert!(!told(Reason::HostIncident, StrikeClass::S3));
    }

    #[test]
    fn what_was_worse_before_is_no_new_problem() {
        let seen = |before: (State, Reason), now: (State, Reason)| {
            let mut link = sample::audit().links.remove(0);
            (link.previous, link.state, link.reason) = (Some(before), now.0, now.1);
            link.delta = Some(Delta::Changed);
            (is_new_problem(&link), has_another_verdict(&link))
        };
        let dead = (State::Dead, Reason::TlsPersistent);
        let suspect = (State::Suspect, Reason::TlsExpired);
        assert_eq!(seen(dead, suspect), (false, true));
        assert_eq!(seen(suspect, dead), (true, false));
    }
}
