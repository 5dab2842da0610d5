//! The one timer of a request.
//!
//! A request waits many times: for the head, for each piece of the body. A timer for each wait costs more than the rest of
//! the waiting. So one timer is set, never later than the earliest limit that can bite; when it rings too early, the
//! caller looks at its limits and sets it to the next.

use std::pin::Pin;

use tokio::time::{Instant, Sleep};

/// A timer that is set again and again.
pub struct Alarm<'a>(Pin<&'a mut Sleep>);

impl<'a> Alarm<'a> {
    /// Takes a timer.
    pub fn new(sleep: Pin<&'a mut Sleep>) -> Self {
        Alarm(sleep)
    }

    /// Sets it.
    pub fn set(&mut self, at: Instant) {
        self.0.as_mut().reset(at);
    }

    /// The outcome of a future, or `None` when the alarm rings before.
    pub async fn first<F: Future>(&mut self, future: F) -> Option<F::Output> {
        tokio::select! {
            biased;
            outcome = future => Some(outcome),
            () = self.0.as_mut() => None,
        }
    }
}
