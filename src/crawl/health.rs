//! Whether this machine has a network at all.
//!
//! A list in which every host fails says more about the machine than about the list. The first contacts of a run are watched
//! until one of them reaches anything; while none does, nothing is struck.

use std::collections::HashSet;

use crate::frontier::HostId;
use crate::model::exchange::{ConnectFailure, Failure};

/// Distinct hosts that must have failed before the network itself is doubted; all of them when the list has fewer.
const SUSPICIOUS: usize = 3;

/// What the first contacts say about the network.
#[derive(Debug, Default)]
pub struct Health {
    reached: bool,
    lost: HashSet<HostId>,
    cleared: bool,
}

impl Health {
    /// Notes how a request ended.
    pub fn note(&mut self, host: HostId, failure: Option<&Failure>) {
        if self.reached {
            return;
        }
        match failure {
            Some(Failure::Dns(_) | Failure::Connect(ConnectFailure::Unreachable | ConnectFailure::Timeout)) => {
                self.lost.insert(host);
            }
            // Refused by us or our proxy, not by the network: it says nothing.
            Some(Failure::AddressRefused(_) | Failure::Proxy(_) | Failure::Other(_)) => {}
            // An answer, a refusal, even a broken handshake: something is out there.
            _ => self.reached = true,
        }
    }

    /// Whether it is time to ask for a name that always exists. `hosts` is how many the list has.
    pub fn is_doubtful(&self, hosts: usize) -> bool {
        !self.reached && !self.cleared && self.lost.len() >= SUSPICIOUS.min(hosts.max(1))
    }

    /// Whether anything was reached.
    pub fn has_reached(&self) -> bool {
        self.reached
    }

    /// Whether failures may still turn out to be this machine's own.
    pub fn is_unproven(&self) -> bool {
        !self.reached && !self.cleared
    }

    /// A name that always exists was found: the network is there, and the failures speak for themselves.
    pub fn clear(&mut self) {
        self.cleared = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frontier::Frontier;
    use crate::model::HostKey;
    use crate::model::exchange::DnsFailure;

    fn hosts(count: usize) -> Vec<HostId> {
        let mut frontier = Frontier::default();
        (0..count).map(|n| frontier.host(&HostKey::from_stored(format!("h{n}.test")))).collect()
    }

    #[test]
    fn three_lost_hosts_and_none_reached_cast_doubt() {
        let hosts = hosts(4);
        let mut health = Health::default();
        health.note(hosts[0], Some(&Failure::Dns(DnsFailure::NoSuchName)));
        health.note(hosts[0], Some(&Failure::Dns(DnsFailure::NoSuchName)));
        health.note(hosts[1], Some(&Failure::Dns(DnsFailure::Timeout)));
        assert!(!health.is_doubtful(4));
        health.note(hosts[2], Some(&Failure::Connect(ConnectFailure::Unreachable)));
        assert!(health.is_doubtful(4));
        health.clear();
        assert!(!health.is_doubtful(4));
    }

    #[test]
    fn one_host_that_answers_clears_the_network() {
        let hosts = hosts(4);
        let mut health = Health::default();
        health.note(hosts[3], Some(&Failure::Connect(ConnectFailure::Refused)));
        for host in &hosts[..3] {
            health.note(*host, Some(&Failure::Dns(DnsFailure::NoSuchName)));
        }
        assert!(!health.is_doubtful(4));
    }

    #[test]
    fn a_list_of_one_host_can_cast_doubt_too() {
        let mut health = Health::default();
        health.note(hosts(1)[0], Some(&Failure::Dns(DnsFailure::Unreachable)));
        assert!(health.is_doubtful(1));
    }
}
