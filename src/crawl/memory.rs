//! What the engine wants to know from the ledger, and tells it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::case::Finding;
use crate::classify::{History, Probe};
use crate::ledger::strikes::{self, Health};
use crate::ledger::{Ledger, LedgerError, Packed, Record, Run, Writer};
use crate::model::audit::RequestCounts;
use crate::model::metadata::Field;
use crate::model::{HostKey, Reason};
use crate::politeness::robots::Rules;

/// What the list says about a resource, all its mentions together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkContext {
    /// Distinct fragments its mentions ask for, without `#`; empty when none does.
    pub fragments: Vec<String>,
    /// Title of the first mention that has one.
    pub title: Option<String>,
    /// Annotation of the first mention that has one.
    pub annotation: Option<String>,
}

/// A robots.txt as it is kept for a day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StoredRobots {
    /// The rules for this program, as they were last seen.
    pub rules: Rules,
    /// Since when it cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreachable_since: Option<Timestamp>,
}

/// How long a robots.txt may be used without asking again (RFC 9309, 2.4).
pub const ROBOTS_MAX_AGE: Duration = Duration::from_secs(24 * 3600);

/// After how long a robots.txt that cannot be read keeps nothing back any more: pages are then asked by the rules seen last (RFC
/// 9309, 2.3.1.4). A week less what one weekly run may begin sooner than another, so that no link is called dead unasked.
pub const ROBOTS_PATIENCE: SignedDuration = SignedDuration::from_hours(13 * 12);

/// How long it holds what a probe has found.
pub const PROBE_MAX_AGE: Duration = Duration::from_secs(7 * 24 * 3600);

/// The ledger, as the engine sees it.
pub trait Memory {
    /// A finding in the form it is kept in.
    type Kept: Send + 'static;

    /// Brings a finding into that form. Done by the thread that found it, which has it at hand and can free what it is made of.
    fn pack(finding: Finding) -> Self::Kept;

    /// What the list says about a resource.
    fn context(&mut self, row: u32) -> Result<LinkContext, LedgerError>;

    /// What the last good visit saw.
    fn history(&mut self, row: u32) -> Result<Option<History>, LedgerError>;

    /// The robots.txt of an origin, when it was fetched after `not_before`.
    fn robots(&mut self, origin: &str, not_before: Timestamp) -> Result<Option<StoredRobots>, LedgerError>;

    /// Keeps a robots.txt.
    fn keep_robots(&mut self, origin: &str, robots: &StoredRobots, at: Timestamp) -> Result<(), LedgerError>;

    /// Until when a host asked to be left alone.
    fn deadline(&mut self, host: &HostKey) -> Result<Option<Timestamp>, LedgerError>;

    /// Keeps until when a host asked to be left alone.
    fn keep_deadline(&mut self, host: &HostKey, until: Timestamp) -> Result<(), LedgerError>;

    /// What a probe of an earlier run found in a place, when that was after `not_before`.
    fn probe(&mut self, key: &str, not_before: Timestamp) -> Result<Option<Probe>, LedgerError>;

    /// Keeps what a probe found in a place.
    fn keep_probe(&mut self, key: &str, probe: &Probe, at: Timestamp) -> Result<(), LedgerError>;

    /// Keeps what a check came to; it survives the end of the process from the moment it is committed.
    fn record(&mut self, row: u32, kept: Self::Kept) -> Result<(), LedgerError>;

    /// Keeps how many requests the run has sent so far.
    fn note_requests(&mut self, counts: RequestCounts) -> Result<(), LedgerError>;
}

/// The ledger, as one run uses it: questions go to it directly, everything kept goes through the run's writing thread.
///
/// Live resource pages are fetched before the run can begin, since what they say is part of what the run is about.
#[derive(Debug)]
pub struct RunMemory {
    ledger: Ledger,
    active: Option<(Run, Writer)>,
    /// Whether anything was observed before the run.
    has_past: bool,
}

impl RunMemory {
    /// A ledger without a run.
    pub fn new(ledger: Ledger) -> Self {
        RunMemory { ledger, active: None, has_past: false }
    }

    /// The ledger, to begin a run in it and to list its links.
    pub fn ledger(&mut self) -> &mut Ledger {
        &mut self.ledger
    }

    /// The run begins.
    ///
    /// # Errors
    /// When the ledger cannot be opened a second time.
    pub fn begin(&mut self, run: Run) -> Result<(), LedgerError> {
        let writer = self.ledger.writer(run.id)?;
        self.has_past = self.ledger.has_past(run.id)?;
        self.active = Some((run, writer));
        Ok(())
    }

    /// Commits everything and gives the ledger back.
    ///
    /// # Errors
    /// When the writing thread met an error.
    pub fn close(self) -> Result<Ledger, LedgerError> {
        if let Some((_, writer)) = self.active {
            writer.close()?;
        }
        Ok(self.ledger)
    }
}

impl Memory for RunMemory {
    type Kept = Packed;

    fn pack(finding: Finding) -> Packed {
        Packed::new(finding.observation, finding.fragments)
    }

    fn context(&mut self, row: u32) -> Result<LinkContext, LedgerError> {
        let Some((run, _)) = &self.active else { return Ok(LinkContext::default()) };
        let mentions = self.ledger.mentions(run, row)?;
        Ok(LinkContext { fragments: mentions.fragments, title: mentions.title, annotation: mentions.annotation })
    }

    fn history(&mut self, row: u32) -> Result<Option<History>, LedgerError> {
        let Some((run, _)) = self.active.as_ref().filter(|_| self.has_past) else { return Ok(None) };
        let good = self.ledger.history(run.id, row)?.good;
        Ok(good.map(|good| History {
            fingerprint: good.fingerprint,
            final_url: good.final_url,
            site_name: good.metadata.and_then(|metadata| metadata.site_name).map(Field::into_value),
        }))
    }

    fn robots(&mut self, origin: &str, not_before: Timestamp) -> Result<Option<StoredRobots>, LedgerError> {
        let stored = self.ledger.robots(origin, not_before)?;
        // What another version wrote in a form of its own is asked for anew.
        Ok(stored.and_then(|text| serde_json::from_str(&text).ok()))
    }

    fn keep_robots(&mut self, origin: &str, robots: &StoredRobots, at: Timestamp) -> Result<(), LedgerError> {
        let Ok(text) = serde_json::to_string(robots) else { return Ok(()) };
        match &self.active {
            Some((_, writer)) => writer.keep_robots(origin, text, at),
            None => self.ledger.keep_robots(origin, &text, at),
        }
    }

    fn deadline(&mut self, host: &HostKey) -> Result<Option<Timestamp>, LedgerError> {
        self.ledger.hold_until(host.as_str())
    }

    fn keep_deadline(&mut self, host: &HostKey, until: Timestamp) -> Result<(), LedgerError> {
        match &self.active {
            Some((_, writer)) => writer.hold(host.as_str(), until),
            None => self.ledger.hold(host.as_str(), until),
        }
    }

    fn probe(&mut self, key: &str, not_before: Timestamp) -> Result<Option<Probe>, LedgerError> {
        let stored = self.ledger.probe(key, not_before)?;
        Ok(stored.and_then(|text| serde_json::from_str(&text).ok()))
    }

    fn keep_probe(&mut self, key: &str, probe: &Probe, at: Timestamp) -> Result<(), LedgerError> {
        let Ok(text) = serde_json::to_string(probe) else { return Ok(()) };
        match &self.active {
            Some((_, writer)) => writer.keep_probe(key, text, at),
            None => self.ledger.keep_probe(key, &text, at),
        }
    }

    fn record(&mut self, row: u32, mut kept: Packed) -> Result<(), LedgerError> {
        let Some((run, writer)) = &self.active else { return Ok(()) };
        let url = row;
        if kept.assessment.state.is_alive() {
            return writer.record(Record::new(url, kept));
        }
        let before = self.ledger.before(run.id, url)?;
        let seen = kept.assessment.clone();
        let ruled = strikes::rule(&before, seen.clone(), kept.at, Health::Sound);
        let changed = ruled.assessment != seen;
        if seen.reason != Reason::AnchorMissing {
            // Of a page that was not seen, no part was: a mention that asks for one waits as the page itself does.
            kept.fragments.clear();
        }
        kept.assessment = ruled.assessment;
        writer.record(Record { url, found: kept, seen: changed.then_some(seen), strikes: ruled.strikes })
    }

    fn note_requests(&mut self, counts: RequestCounts) -> Result<(), LedgerError> {
        match &self.active {
            Some((run, writer)) => writer.requests(run.requests.plus(counts)),
            None => Ok(()),
        }
    }
}
