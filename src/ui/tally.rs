//! What the progress line says, as a pure function of what has happened and how long it took.

use std::time::Duration;

use unicode_width::UnicodeWidthChar;

use super::Event;
use crate::model::{HostKey, State};

/// Cells of the bar.
const BAR: usize = 20;
/// A rate is said only after this long; before it would jump about.
const SETTLED: Duration = Duration::from_secs(2);

/// What has happened in a run so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    total: usize,
    hosts: usize,
    asked: u64,
    counts: [usize; State::ALL.len()],
    notices: usize,
    waiting: Option<Waiting>,
    left: Option<(Duration, Duration)>,
    stopping: bool,
}

#[derive(Clone, Debug)]
struct Waiting {
    hosts: usize,
    next: HostKey,
    until: Duration,
}

impl Tally {
    /// Takes in one event that happened `elapsed` after the start.
    pub(super) fn note(&mut self, event: &Event, elapsed: Duration) {
        match event {
            Event::Started { total, hosts } => (self.total, self.hosts) = (*total, *hosts),
            Event::Asked { .. } => self.asked += 1,
            Event::Finished { state } => {
                if let Some(at) = State::ALL.iter().position(|known| known == state) {
                    self.counts[at] += 1;
                }
            }
            Event::Waiting { hosts, next, delay } => {
                self.waiting = Some(Waiting { hosts: *hosts, next: next.clone(), until: elapsed + *delay });
            }
            Event::Left { at_least } => self.left = Some((elapsed, *at_least)),
            Event::Notice(_) => self.notices += 1,
            Event::Stopping => self.stopping = true,
            Event::Done => self.waiting = None,
        }
    }

    /// Links that are settled.
    pub(super) fn done(&self) -> usize {
        self.counts.iter().sum()
    }

    /// How far it is, and how fast: `[#####               ] 250 of 1,000 links · 12/s · about 1 min left`.
    pub(super) fn first_line(&self, elapsed: Duration, width: usize) -> String {
        let done = self.done();
        let filled = (BAR * done).checked_div(self.total).unwrap_or(0).min(BAR);
        let mut line = format!("[{}{}] ", "#".repeat(filled), " ".repeat(BAR - filled));
        if self.total == 0 {
            line.push_str("reading the seeds");
        } else {
            line.push_str(&format!("{} of {} links", grouped(done), grouped(self.total)));
        }
        if let Some(rate) = self.rate(elapsed) {
            line.push_str(&format!(" · {}/s", if rate < 9.95 { format!("{rate:.1}") } else { format!("{rate:.0}") }));
        }
        if self.stopping {
            line.push_str(" · finishing what is in flight");
        } else if let Some(left) = self.time_left(elapsed) {
            line.push_str(&format!(" · about {} left", roughly(left)));
        }
        clip(&line, width)
    }

    /// What came of it so far, and who is waited for: `dead 3 · ok 240 · 4 hosts rest, example.org for 12 s`.
    pub(super) fn second_line(&self, elapsed: Duration, width: usize) -> String {
        let mut parts: Vec<String> = State::ALL
            .iter()
            .zip(self.counts)
            .filter(|(_, count)| *count > 0)
            .map(|(state, count)| format!("{state} {}", grouped(count)))
            .collect();
        if self.notices > 0 {
            parts.push(counted(self.notices, "notice", "notices"));
        }
        match &self.waiting {
            Some(waiting) if !self.stopping && waiting.until > elapsed => {
                let hosts = counted(waiting.hosts, "host rests", "hosts rest");
                let rest = waiting.until.saturating_sub(elapsed);
                parts.push(format!("{hosts}, {} for {}", waiting.next, roughly(rest)));
            }
            _ => {}
        }
        clip(&parts.join(" · "), width)
    }

    /// Links settled per second.
    fn rate(&self, elapsed: Duration) -> Option<f64> {
        let done = self.done();
        #[expect(clippy::cast_precision_loss, reason = "shown with two digits")]
        let rate = done as f64 / elapsed.as_secs_f64();
        (elapsed >= SETTLED && done > 0).then_some(rate)
    }

    /// What the rate promises, but never less than politeness takes.
    fn time_left(&self, elapsed: Duration) -> Option<Duration> {
        let remaining = self.total.checked_sub(self.done()).filter(|&remaining| remaining > 0)?;
        let least = self.left.map(|(since, at_least)| (since + at_least).saturating_sub(elapsed));
        #[expect(clippy::cast_precision_loss, reason = "shown with two digits")]
        let by_rate = self.rate(elapsed).and_then(|rate| Duration::try_from_secs_f64(remaining as f64 / rate).ok());
        by_rate.max(least).filter(|left| !left.is_zero())
    }

    /// The run in one sentence, for logs.
    pub(super) fn summary(&self) -> String {
        let links = counted(self.total, "link", "links");
        let hosts = counted(self.hosts, "host", "hosts");
        let requests = counted(usize::try_from(self.asked).unwrap_or(usize::MAX), "request", "requests");
        format!("{} of {links} on {hosts} checked with {requests}", grouped(self.done()))
    }
}

/// A number with its noun.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// `12345` as `12,345`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A time to the precision a waiting person cares for.
fn roughly(time: Duration) -> String {
    let seconds = time.as_millis().div_ceil(1_000);
    match seconds {
        0..=90 => format!("{seconds} s"),
        91..=5_400 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

/// As much of a line as fits.
fn clip(line: &str, width: usize) -> String {
    let mut columns = 0;
    let fitting = line.chars().take_while(|c| {
        columns += c.width().unwrap_or(0);
        columns <= width
    });
    fitting.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Notice;

    const SECOND: Duration = Duration::from_secs(1);

    fn run() -> Tally {
        let mut tally = Tally::default();
        tally.note(&Event::Started { total: 1_000, hosts: 60 }, Duration::ZERO);
        for index in 0..250 {
            let state = if index % 100 == 7 { State::Dead } else { State::Ok };
            tally.note(&Event::Asked { host: HostKey::from_stored("example.org") }, SECOND);
            tally.note(&Event::Finished { state }, SECOND);
        }
        tally
    }

    #[test]
    fn the_lines_say_how_far_how_fast_and_what() {
        let tally = run();
        assert_eq!(
            tally.first_line(20 * SECOND, 80),
            "[#####               ] 250 of 1,000 links · 12/s · about 60 s left"
        );
        assert_eq!(tally.second_line(20 * SECOND, 80), "dead 3 · ok 247");
        assert_eq!(tally.summary(), "250 of 1,000 links on 60 hosts checked with 250 requests");
    }

    #[test]
    fn politeness_bounds_the_promise() {
        let mut tally = run();
        tally.note(&Event::Left { at_least: 2 * 3_600 * SECOND }, 10 * SECOND);
        assert!(tally.first_line(20 * SECOND, 80).ends_with("about 1 h 59 min left"));
        assert!(tally.first_line(7_210 * SECOND, 80).contains("h 0 min left"), "past the bound the rate speaks");
    }

    #[test]
    fn who_is_waited_for_is_named_while_it_rests() {
        let mut tally = run();
        let next = HostKey::from_stored("slow.example");
        tally.note(&Event::Waiting { hosts: 4, next, delay: 12 * SECOND }, 20 * SECOND);
        assert_eq!(tally.second_line(22 * SECOND, 80), "dead 3 · ok 247 · 4 hosts rest, slow.example for 10 s");
        assert_eq!(tally.second_line(32 * SECOND, 80), "dead 3 · ok 247");
    }

    #[test]
    fn beginning_end_and_interruption_have_words() {
        let mut tally = Tally::default();
        assert_eq!(tally.first_line(Duration::ZERO, 80), "[                    ] reading the seeds");
        tally.note(&Event::Notice(Notice::about("a.md", "odd")), SECOND);
        assert_eq!(tally.second_line(SECOND, 80), "1 notice");
        let mut tally = run();
        tally.note(&Event::Stopping, SECOND);
        assert!(tally.first_line(SECOND, 80).ends_with("250 of 1,000 links · finishing what is in flight"));
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let mut tally = run();
        let next = HostKey::from_stored("漢".repeat(90));
        tally.note(&Event::Waiting { hosts: 4, next, delay: SECOND }, SECOND);
        for width in 0..100 {
            for line in [tally.first_line(9 * SECOND, width), tally.second_line(9 * SECOND, width)] {
                assert!(line.chars().map(|c| c.width().unwrap_or(0)).sum::<usize>() <= width, "{line}");
            }
        }
    }
}
