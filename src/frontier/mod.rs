//! What is still to be visited: a queue per host, and the order in which hosts get their turn (Heydon & Najork, "Mercator",
//! 1999).
//!
//! A host stands in at most one of two heaps: *waiting*, by the time it may next be asked, or *ready*, by the work it still
//! has before it. Serving the host with the most work left for each of its requests keeps the whole run close to its lower
//! bound, which is the slowest host. A host that must wait stands here as a number, never as a task or a connection.

mod addresses;
mod heaps;
mod queue;

use std::collections::HashMap;
use std::time::Duration;

use crate::model::HostKey;

pub use addresses::Addresses;
use heaps::Heaps;
pub use queue::{Hold, Queue, Ticket};

/// A host of this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostId(u32);

impl HostId {
    /// Position in tables kept beside the frontier.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// All hosts with what is queued for them.
#[derive(Debug, Default)]
pub struct Frontier {
    by_key: HashMap<HostKey, HostId>,
    hosts: Vec<(HostKey, Queue)>,
    heaps: Heaps,
}

impl Frontier {
    /// The id of a host, given one when it is new.
    pub fn host(&mut self, key: &HostKey) -> HostId {
        if let Some(&host) = self.by_key.get(key) {
            return host;
        }
        // More than four thousand million hosts do not fit into memory, let alone into an id.
        let host = HostId(u32::try_from(self.hosts.len()).unwrap_or(u32::MAX));
        self.by_key.insert(key.clone(), host);
        self.hosts.push((key.clone(), Queue::default()));
        self.heaps.add_host();
        host
    }

    /// The id of a host that has one.
    pub fn known(&self, key: &str) -> Option<HostId> {
        self.by_key.get(key).copied()
    }

    /// How many hosts there are.
    pub fn host_count(&self) -> usize {
        self.hosts.len()
    }

    /// The name of a host.
    pub fn key(&self, host: HostId) -> &HostKey {
        &self.hosts[host.index()].0
    }

    /// Every host.
    pub fn hosts(&self) -> impl Iterator<Item = HostId> + use<> {
        (0..u32::try_from(self.hosts.len()).unwrap_or(u32::MAX)).map(HostId)
    }

    /// What is queued for a host.
    pub fn queue(&self, host: HostId) -> &Queue {
        &self.hosts[host.index()].1
    }

    /// What is queued for a host, to change it. The caller places the host anew afterwards.
    pub fn queue_mut(&mut self, host: HostId) -> &mut Queue {
        &mut self.hosts[host.index()].1
    }

    /// The host may be asked now; `work` is the time its queue will take, or its share of that for one more request.
    pub fn set_ready(&mut self, host: HostId, work: Duration) {
        self.heaps.set_ready(host, work);
    }

    /// The host may be asked at a later time.
    pub fn set_waiting(&mut self, host: HostId, until: Duration) {
        self.heaps.set_waiting(host, until);
    }

    /// The host has nothing to ask for, or something must end first.
    pub fn set_resting(&mut self, host: HostId) {
        self.heaps.set_resting(host);
    }

    /// Takes a host whose waiting is over at `now`.
    pub fn pop_due(&mut self, now: Duration) -> Option<HostId> {
        self.heaps.pop_due(now)
    }

    /// Takes the ready host with the most work before it.
    pub fn pop_ready(&mut self) -> Option<HostId> {
        self.heaps.pop_ready()
    }

    /// When the next waiting host becomes due.
    pub fn next_due(&mut self) -> Option<Duration> {
        self.heaps.next_due()
    }

    /// Hosts that wait, soonest first, at most `limit` of them.
    pub fn waiting(&self, limit: usize) -> Vec<(HostId, Duration)> {
        self.heaps.waiting(limit)
    }
}
