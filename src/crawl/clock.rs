//! The only wall clock of the house, beside a stopwatch that tests can wind.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

/// Time of a run: a stopwatch for waiting, and the moment by which ages and dates are judged.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    started: Instant,
    base: Timestamp,
    stands_still: bool,
}

impl Clock {
    /// A clock that shows `base` now and goes on from there.
    pub fn starting_at(base: Timestamp) -> Self {
        Clock { started: Instant::now(), base, stands_still: false }
    }

    /// A clock whose wall time is always `base`: a rehearsal's or a reproducible report's. Its stopwatch runs all the same.
    pub fn standing_at(base: Timestamp) -> Self {
        Clock { stands_still: true, ..Clock::starting_at(base) }
    }

    /// Since the run began.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// The stopwatch's start plus a time, for sleeping until then.
    pub fn instant(&self, at: Duration) -> Instant {
        self.started + at
    }

    /// The moment it is.
    pub fn now(&self) -> Timestamp {
        if self.stands_still {
            return self.base;
        }
        self.base.checked_add(self.elapsed()).unwrap_or(self.base)
    }

    /// The moment a time of the stopwatch stands for, also when the wall time stands still.
    pub fn moment(&self, at: Duration) -> Timestamp {
        self.base.checked_add(at).unwrap_or(self.base)
    }
}
