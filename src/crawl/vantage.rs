//! The second vantage point: before links that fail here count as dead, somebody elsewhere is asked whether they fail there
//! too. The questions go out under the same politeness as any, and nothing they bring is kept but an answer.

use std::collections::BTreeSet;
use std::future::Future;

use jiff::Timestamp;

use super::case::Finding;
use super::memory::{LinkContext, Memory, StoredRobots};
use super::policy::Policy;
use super::settle::Matured;
use super::web::Web;
use super::{Clock, Engine};
use crate::classify::{History, Probe};
use crate::frontier::Addresses;
use crate::ledger::{Ledger, LedgerError, UrlId};
use crate::model::audit::{Partial, RequestCounts};
use crate::model::{Assessment, HostKey, Reason, State};
use crate::ui::Silent;

/// What asking elsewhere has brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Elsewhere {
    /// Rows of the links that fail there too. What is neither among them nor answers there was not asked for itself.
    pub failing: BTreeSet<UrlId>,
    /// Whether anything at all came back from there.
    pub answered: bool,
    /// Why nobody could be asked through it, where that is so.
    pub unusable: Option<String>,
    /// Why not all was asked, when it was stopped before.
    pub stopped: Option<Partial>,
    /// Requests sent.
    pub requests: u64,
}

/// Asks for links through a web elsewhere, and keeps which of them answer there.
///
/// # Errors
/// When the ledger cannot be written.
pub async fn ask<W: Web>(
    web: W,
    mut policy: Policy,
    clock: Clock,
    ledger: &mut Ledger,
    matured: &[Matured],
    interrupt: impl Future<Output = ()>,
) -> Result<Elsewhere, LedgerError> {
    policy.curious = false;
    let mut engine = Engine::new(web, Notes::default(), policy, clock, Box::new(Silent));
    let mut addresses = Addresses::default();
    for (position, link) in matured.iter().enumerate() {
        addresses.push(&link.canonical, u32::try_from(position).unwrap_or(u32::MAX));
    }
    engine.load(addresses)?;
    engine.run(interrupt).await?;
    let (requests, stopped) = (engine.counts().total(), engine.stopped());
    let notes = engine.into_memory();
    let link = |position: &u32| usize::try_from(*position).ok().and_then(|position| matured.get(position));
    for link in notes.there.iter().filter_map(link) {
        ledger.keep_vantage(&link.scope, clock.now())?;
    }
    let failing = notes.failing.iter().filter_map(link).map(|link| link.url).collect();
    Ok(Elsewhere { failing, answered: notes.answered, unusable: notes.unusable, stopped, requests })
}

/// A memory that knows nothing and keeps next to nothing.
#[derive(Debug, Default)]
struct Notes {
    /// Links that answer, be it with a wall.
    there: Vec<u32>,
    /// Links that were asked and fail.
    failing: Vec<u32>,
    answered: bool,
    unusable: Option<String>,
}

impl Memory for Notes {
    type Kept = Finding;

    fn pack(finding: Finding) -> Finding {
        finding
    }

    fn context(&mut self, _: u32) -> Result<LinkContext, LedgerError> {
        Ok(LinkContext::default())
    }

    fn history(&mut self, _: u32) -> Result<Option<History>, LedgerError> {
        Ok(None)
    }

    fn robots(&mut self, _: &str, _: Timestamp) -> Result<Option<StoredRobots>, LedgerError> {
        Ok(None)
    }

    fn keep_robots(&mut self, _: &str, _: &StoredRobots, _: Timestamp) -> Result<(), LedgerError> {
        Ok(())
    }

    fn deadline(&mut self, _: &HostKey) -> Result<Option<Timestamp>, LedgerError> {
        Ok(None)
    }

    fn keep_deadline(&mut self, _: &HostKey, _: Timestamp) -> Result<(), LedgerError> {
        Ok(())
    }

    fn probe(&mut self, _: &str, _: Timestamp) -> Result<Option<Probe>, LedgerError> {
        Ok(None)
    }

    fn keep_probe(&mut self, _: &str, _: &Probe, _: Timestamp) -> Result<(), LedgerError> {
        Ok(())
    }

    fn record(&mut self, row: u32, finding: Finding) -> Result<(), LedgerError> {
        let Finding { observation, .. } = finding;
        // What robots.txt answers, or a host that wants rest, says nothing about a page; that nobody is there does.
        let is_guess = observation.requests == 0
            && (observation.http_status.is_some() || observation.assessment.state == State::Blocked);
        let Assessment { state, reason, evidence, .. } = observation.assessment;
        self.answered |= observation.http_status.is_some();
        match (state, reason) {
            (_, Reason::NetworkUnhealthy) => self.unusable = self.unusable.take().or(Some(evidence)),
            _ if is_guess => {}
            (State::Skipped, _) | (_, Reason::RobotsUnreachable | Reason::HostIncident | Reason::RateLimited) => {}
            (State::Ok | State::Moved | State::Blocked, _) => self.there.push(row),
            (State::Dead | State::Suspect | State::Unsure, _) => self.failing.push(row),
        }
        Ok(())
    }

    fn note_requests(&mut self, _: RequestCounts) -> Result<(), LedgerError> {
        Ok(())
    }
}
