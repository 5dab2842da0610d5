//! The engine's time, in the form the rate limiter reads it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::Clock;

/// Time since the start of the run, set by whoever drives the run and read by every limiter.
///
/// Real and virtual time look the same from here, so a simulated hour costs nothing.
#[derive(Clone, Debug, Default)]
pub struct SharedClock(Arc<AtomicU64>);

impl SharedClock {
    /// Moves the clock; it never runs backwards.
    pub fn set(&self, now: Duration) {
        let nanos = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
        self.0.fetch_max(nanos, Ordering::Relaxed);
    }
}

impl Clock for SharedClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }
}
