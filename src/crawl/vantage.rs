//! The second vantage point: before links that fail here count as dead, somebody elsewhere is asked whether they fail there
//! too. The questions go out under the same politeness as any, and nothing they bring is kept but an answer.

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
use crate::ledger::{Ledger, LedgerError};
use crate::model::HostKey;
use crate::model::audit::RequestCounts;
use crate::ui::Silent;

/// What asking elsewhere has brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Elsewhere {
    /// Links that answer there.
    pub alive: usize,
    /// Links that were asked.
    pub asked: usize,
    /// Whether anything at all came back from there.
    pub answered: bool,
    /// Whether the person stopped it before all was asked.
    pub interrupted: bool,
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
    let (requests, interrupted) = (engine.counts().total(), engine.stopped().is_some());
    let notes = engine.into_memory();
    for &position in &notes.alive {
        if let Some(link) = usize::try_from(position).ok().and_then(|position| matured.get(position)) {
            ledger.keep_vantage(&link.scope, clock.now())?;
        }
    }
    Ok(Elsewhere { alive: notes.alive.len(), asked: matured.len(), answered: notes.answered, interrupted, requests })
}

/// A memory that knows nothing and keeps next to nothing.
#[derive(Debug, Default)]
struct Notes {
    alive: Vec<u32>,
    answered: bool,
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
        self.answered |= finding.observation.http_status.is_some();
        if finding.observation.assessment.state.is_alive() {
            self.alive.push(row);
        }
        Ok(())
    }

    fn note_requests(&mut self, _: RequestCounts) -> Result<(), LedgerError> {
        Ok(())
    }
}
