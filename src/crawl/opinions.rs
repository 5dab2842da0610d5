//! Second opinions under way: cases that wait for side lookups or for a probe, and what probes have shown.

use std::collections::HashMap;

use super::case::Case;
use crate::classify::Probe;
use crate::frontier::{HostId, Ticket};

/// Probes sent to one host in one run at most.
const PROBES_PER_HOST: u32 = 3;

/// Cases with open questions, and the answers that serve several of them.
#[derive(Debug, Default)]
pub struct Opinions {
    waiting: HashMap<Ticket, (Box<Case>, u32)>,
    probes: HashMap<String, ProbeState>,
    sent: HashMap<HostId, u32>,
}

#[derive(Debug)]
enum ProbeState {
    UnderWay(Vec<Ticket>),
    Known(Probe),
}

/// What to do about a case that wants a probe.
#[derive(Debug, PartialEq)]
pub enum ProbeAnswer {
    /// It is known already.
    Known(Probe),
    /// Somebody is asking; the case is on the list of those who wait.
    Wait,
    /// Ask; the case is on the list.
    Ask,
    /// This host has been probed enough.
    Refused,
}

impl Opinions {
    /// Parks a case until `open` answers have come.
    pub fn park(&mut self, ticket: Ticket, case: Box<Case>, open: u32) {
        self.waiting.insert(ticket, (case, open));
    }

    /// Hands an answer to a parked case; gives the case back with its last answer.
    pub fn answer(&mut self, ticket: Ticket, note: impl FnOnce(&mut Case)) -> Option<Box<Case>> {
        let (case, open) = self.waiting.get_mut(&ticket)?;
        note(case);
        *open = open.saturating_sub(1);
        if *open > 0 {
            return None;
        }
        self.waiting.remove(&ticket).map(|(case, _)| case)
    }

    /// Gives back every case that waits: no more answers will come.
    pub fn drain(&mut self) -> impl Iterator<Item = (Ticket, Box<Case>)> {
        std::mem::take(&mut self.waiting).into_iter().map(|(ticket, (case, _))| (ticket, case))
    }

    /// A case wants to know how an address that should not exist is answered.
    pub fn want_probe(&mut self, key: &str, ticket: Ticket, host: HostId) -> ProbeAnswer {
        match self.probes.get_mut(key) {
            Some(ProbeState::Known(probe)) => ProbeAnswer::Known(probe.clone()),
            Some(ProbeState::UnderWay(waiting)) => {
                waiting.push(ticket);
                ProbeAnswer::Wait
            }
            None => {
                let sent = self.sent.entry(host).or_default();
                if *sent >= PROBES_PER_HOST {
                    return ProbeAnswer::Refused;
                }
                *sent += 1;
                self.probes.insert(key.to_owned(), ProbeState::UnderWay(vec![ticket]));
                ProbeAnswer::Ask
            }
        }
    }

    /// Whether a probe is known or under way.
    pub fn knows_probe(&self, key: &str) -> bool {
        self.probes.contains_key(key)
    }

    /// A probe is known from an earlier run.
    pub fn remember_probe(&mut self, key: &str, probe: Probe) {
        self.probes.insert(key.to_owned(), ProbeState::Known(probe));
    }

    /// A probe has ended; returns who waits for it.
    pub fn probe_ended(&mut self, key: &str, probe: Probe) -> Vec<Ticket> {
        match self.probes.insert(key.to_owned(), ProbeState::Known(probe)) {
            Some(ProbeState::UnderWay(waiting)) => waiting,
            Some(ProbeState::Known(_)) | None => Vec::new(),
        }
    }
}
