//! Whether and when a host may be asked: robots.txt, rates, back-off, breaker.
//!
//! Nothing here waits. A [`Gate`] answers "now", "not before then" or "not in this run"; whoever asks does the waiting, for
//! all hosts at once, with one timer. Time is a [`Duration`](std::time::Duration) since the start of the run, handed in.

pub mod backoff;
pub mod clock;
pub mod gate;
pub mod retry_after;
pub mod robots;

pub use clock::SharedClock;
pub use gate::{Admission, Closure, Gate, Pace, Signal};
