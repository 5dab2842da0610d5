//! The two heaps: waiting hosts by time, ready hosts by work.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use super::HostId;

/// Where a host stands. The stamp tells its living heap entry from entries it has left behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Place {
    stamp: u32,
    standing: bool,
}

/// Heaps with lazy removal: moving a host leaves its old entry behind, to be dropped when it surfaces.
#[derive(Debug, Default)]
pub(super) struct Heaps {
    places: Vec<Place>,
    waiting: BinaryHeap<Reverse<(Duration, HostId, u32)>>,
    ready: BinaryHeap<(Duration, Reverse<HostId>, u32)>,
}

impl Heaps {
    pub fn add_host(&mut self) {
        self.places.push(Place::default());
    }

    pub fn set_ready(&mut self, host: HostId, work: Duration) {
        let stamp = self.restamp(host, true);
        self.ready.push((work, Reverse(host), stamp));
    }

    pub fn set_waiting(&mut self, host: HostId, until: Duration) {
        let stamp = self.restamp(host, true);
        self.waiting.push(Reverse((until, host, stamp)));
    }

    pub fn set_resting(&mut self, host: HostId) {
        self.restamp(host, false);
    }

    pub fn pop_due(&mut self, now: Duration) -> Option<HostId> {
        if self.next_due()? > now {
            return None;
        }
        let Reverse((_, host, _)) = self.waiting.pop()?;
        self.set_resting(host);
        Some(host)
    }

    pub fn pop_ready(&mut self) -> Option<HostId> {
        while let Some((_, Reverse(host), stamp)) = self.ready.pop() {
            if self.is_current(host, stamp) {
                self.set_resting(host);
                return Some(host);
            }
        }
        None
    }

    pub fn next_due(&mut self) -> Option<Duration> {
        while let Some(&Reverse((until, host, stamp))) = self.waiting.peek() {
            if self.is_current(host, stamp) {
                return Some(until);
            }
            self.waiting.pop();
        }
        None
    }

    pub fn waiting(&self, limit: usize) -> Vec<(HostId, Duration)> {
        let mut hosts: Vec<_> = self
            .waiting
            .iter()
            .filter(|Reverse((_, host, stamp))| self.is_current(*host, *stamp))
            .map(|Reverse((until, host, _))| (*host, *until))
            .collect();
        hosts.sort_unstable_by_key(|&(host, until)| (until, host));
        hosts.truncate(limit);
        hosts
    }

    fn restamp(&mut self, host: HostId, standing: bool) -> u32 {
        let place = &mut self.places[host.index()];
        place.stamp = place.stamp.wrapping_add(1);
        place.standing = standing;
        place.stamp
    }

    fn is_current(&self, host: HostId, stamp: u32) -> bool {
        self.places[host.index()] == Place { stamp, standing: true }
    }
}
