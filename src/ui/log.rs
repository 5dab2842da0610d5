//! Events as lines of the log, for `-v`.

use std::time::{Duration, Instant};

use super::tally::{Tally, counted};
use super::{Event, Listener};

/// Writes events to the log; nothing is shown unless a log is.
#[derive(Debug)]
pub struct Log {
    tally: Tally,
    started: Instant,
}

impl Default for Log {
    fn default() -> Self {
        Log { tally: Tally::default(), started: Instant::now() }
    }
}

impl Listener for Log {
    fn event(&mut self, event: &Event) {
        self.tally.note(event, self.started.elapsed());
        match event {
            Event::Started { total, hosts } => {
                let (links, hosts) = (counted(*total, "link", "links"), counted(*hosts, "host", "hosts"));
                tracing::info!("{links} on {hosts} to visit");
            }
            // The request itself is told when it is over, with its answer.
            Event::Asked { .. } => {}
            Event::Finished { state } => tracing::debug!("settled as {state}, {} so far", self.tally.done()),
            Event::Waiting { hosts, next, delay } => {
                let hosts = counted(*hosts, "host rests", "hosts rest");
                tracing::debug!("{hosts}, {next} for {:.1} s", delay.as_secs_f64());
            }
            Event::Left { at_least } => tracing::info!("politeness alone takes {} s", at_least.as_secs()),
            Event::Notice(notice) => tracing::info!("{notice}"),
            Event::Stopping => tracing::info!("stopping"),
            Event::Done => {
                let time: Duration = self.started.elapsed();
                tracing::info!("{} in {:.1} s", self.tally.summary(), time.as_secs_f64());
            }
        }
    }
}
