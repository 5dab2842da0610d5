//! Two living lines on standard error, for someone who watches.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::tally::Tally;
use super::{Event, Listener};

/// How often the lines are drawn anew while nothing happens.
const TICK: Duration = Duration::from_millis(200);

/// The living lines. They go away when it is dropped.
pub struct Progress {
    bar: ProgressBar,
    tally: Arc<Mutex<Tally>>,
    started: Instant,
}

impl Progress {
    /// Draws on standard error, in lines of this many columns.
    pub fn new(width: usize) -> Self {
        Progress::on(ProgressDrawTarget::stderr(), width)
    }

    fn on(target: ProgressDrawTarget, width: usize) -> Self {
        // The last column stays free: some terminals wrap a line that fills them.
        let width = width.saturating_sub(1);
        let tally = Arc::new(Mutex::new(Tally::default()));
        let started = Instant::now();
        let line = |show: fn(&Tally, Duration, usize) -> String| {
            let tally = Arc::clone(&tally);
            move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
                let tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
                // Writing to the bar's own buffer cannot fail.
                let _ = out.write_str(&show(&tally, started.elapsed(), width));
            }
        };
        let style = ProgressStyle::with_template("{first}\n{second}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner())
            .with_key("first", line(Tally::first_line))
            .with_key("second", line(Tally::second_line));
        let bar = ProgressBar::with_draw_target(None, target).with_style(style);
        bar.enable_steady_tick(TICK);
        Progress { bar, tally, started }
    }

    /// Something that prints a message above the lines, from wherever it is called.
    pub fn messenger(&self) -> impl Fn(&str) + Send + Sync + use<> {
        let bar = self.bar.clone();
        move |message| bar.println(message)
    }
}

impl Listener for Progress {
    fn event(&mut self, event: &Event) {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner).note(event, self.started.elapsed());
        if matches!(event, Event::Done) {
            self.bar.finish_and_clear();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::State;

    #[test]
    fn events_are_taken_in_and_nothing_is_drawn_where_nobody_watches() {
        let mut progress = Progress::on(ProgressDrawTarget::hidden(), 80);
        progress.event(&Event::Started { total: 2, hosts: 1 });
        progress.event(&Event::Finished { state: State::Ok });
        assert_eq!(progress.tally.lock().expect("not poisoned").done(), 1);
        progress.messenger()("something");
        progress.event(&Event::Done);
        assert!(progress.bar.is_finished());
    }
}
