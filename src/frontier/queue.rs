//! What is queued for one host.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

/// Stands for one piece of work; what it is, is known to whoever queued it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u32);

/// What must wait although its host may be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hold {
    /// Nothing.
    #[default]
    Nothing,
    /// Work not yet begun: one visit is finding out whether the host is there at all.
    Fresh,
    /// Everything but urgent work: the host's robots.txt is being fetched.
    AllButUrgent,
}

/// Work for one host in three ranks: urgent (robots.txt), begun (redirects, second tries), fresh.
///
/// Begun work goes before fresh work, so that the number of half-finished visits stays small.
#[derive(Debug, Default)]
pub struct Queue {
    urgent: VecDeque<Ticket>,
    begun: BinaryHeap<Reverse<(Duration, u64, Ticket)>>,
    fresh: VecDeque<Ticket>,
    sequence: u64,
    hold: Hold,
}

impl Queue {
    /// Queues work not yet begun. Returns whether it is the first of its rank, so that the host wants placing anew.
    pub fn push(&mut self, ticket: Ticket) -> bool {
        self.fresh.push_back(ticket);
        self.fresh.len() == 1
    }

    /// Queues work that goes before all other and is never held.
    pub fn push_urgent(&mut self, ticket: Ticket) {
        self.urgent.push_back(ticket);
    }

    /// Queues work that has begun and goes on at a time, not earlier.
    pub fn push_begun(&mut self, ticket: Ticket, not_before: Duration) {
        self.sequence += 1;
        self.begun.push(Reverse((not_before, self.sequence, ticket)));
    }

    /// Changes what must wait.
    pub fn set_hold(&mut self, hold: Hold) {
        self.hold = hold;
    }

    /// What must wait.
    pub fn hold(&self) -> Hold {
        self.hold
    }

    /// Pieces of work queued.
    pub fn len(&self) -> usize {
        self.urgent.len() + self.begun.len() + self.fresh.len()
    }

    /// Whether nothing is queued.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The earliest time at which there is something to take; `None` when there is nothing, or all of it is held.
    pub fn ready_at(&self) -> Option<Duration> {
        if !self.urgent.is_empty() {
            return Some(Duration::ZERO);
        }
        let begun = self.begun.peek().map(|Reverse((not_before, ..))| *not_before);
        match self.hold {
            Hold::AllButUrgent => None,
            Hold::Fresh => begun,
            Hold::Nothing if !self.fresh.is_empty() => Some(Duration::ZERO),
            Hold::Nothing => begun,
        }
    }

    /// Takes the next piece of work that may go at `now`.
    pub fn take(&mut self, now: Duration) -> Option<Ticket> {
        if let Some(ticket) = self.urgent.pop_front() {
            return Some(ticket);
        }
        if self.hold == Hold::AllButUrgent {
            return None;
        }
        if self.begun.peek().is_some_and(|Reverse((not_before, ..))| *not_before <= now) {
            return self.begun.pop().map(|Reverse((_, _, ticket))| ticket);
        }
        if self.hold == Hold::Fresh { None } else { self.fresh.pop_front() }
    }

    /// Takes out all work, fresh or begun, that a question picks.
    pub fn sweep(&mut self, mut picks: impl FnMut(Ticket) -> bool) -> Vec<Ticket> {
        let mut swept = Vec::new();
        self.fresh.retain(|&ticket| {
            let picked = picks(ticket);
            if picked {
                swept.push(ticket);
            }
            !picked
        });
        self.begun.retain(|&Reverse((_, _, ticket))| {
            let picked = picks(ticket);
            if picked {
                swept.push(ticket);
            }
            !picked
        });
        swept
    }

    /// Takes any piece of work, whatever it waits for: the host is closed.
    pub fn take_any(&mut self) -> Option<Ticket> {
        let begun = |queue: &mut Self| queue.begun.pop().map(|Reverse((_, _, ticket))| ticket);
        self.urgent.pop_front().or_else(|| begun(self)).or_else(|| self.fresh.pop_front())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(10);

    fn queue() -> Queue {
        let mut queue = Queue::default();
        queue.push(Ticket(1));
        queue.push_begun(Ticket(2), Duration::from_secs(20));
        queue.push_begun(Ticket(3), Duration::from_secs(5));
        queue.push_urgent(Ticket(4));
        queue
    }

    fn drain(queue: &mut Queue, now: Duration) -> Vec<u32> {
        std::iter::from_fn(|| queue.take(now)).map(|ticket| ticket.0).collect()
    }

    #[test]
    fn urgent_then_begun_then_fresh() {
        let mut queue = queue();
        assert_eq!(drain(&mut queue, NOW), [4, 3, 1]);
        assert_eq!(queue.ready_at(), Some(Duration::from_secs(20)));
        assert_eq!(drain(&mut queue, NOW * 2), [2]);
    }

    #[test]
    fn holds_keep_back_what_they_name() {
        let mut queue = queue();
        queue.set_hold(Hold::AllButUrgent);
        assert_eq!(drain(&mut queue, NOW * 9), [4]);
        assert_eq!(queue.ready_at(), None);
        queue.set_hold(Hold::Fresh);
        assert_eq!(drain(&mut queue, NOW * 9), [3, 2]);
        assert_eq!((queue.ready_at(), queue.len()), (None, 1));
    }

    #[test]
    fn a_sweep_takes_what_it_picks_and_leaves_the_rest() {
        let mut queue = queue();
        let mut swept = queue.sweep(|ticket| ticket.0 < 3);
        swept.sort();
        assert_eq!(swept, [Ticket(1), Ticket(2)]);
        assert_eq!(drain(&mut queue, NOW), [4, 3]);
    }

    #[test]
    fn a_closed_host_gives_everything_back() {
        let mut queue = queue();
        queue.set_hold(Hold::AllButUrgent);
        assert_eq!(std::iter::from_fn(|| queue.take_any()).count(), 4);
    }
}
