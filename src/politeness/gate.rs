//! The gate of one host: how often, how many at once, and when not at all.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use rand::{Rng, RngExt};

use super::backoff;
use super::clock::SharedClock;

/// No gap between two requests to one host grows beyond this by its own slowness.
const LONGEST_LATENCY_GAP: Duration = Duration::from_secs(30);
/// Gaps are lengthened by up to this share of themselves, so that many hosts do not fall into one beat.
const JITTER: f64 = 0.02;
/// Answers of overload in a row after which a host is left alone for the rest of the run.
const PATIENCE: u32 = 6;
/// Failed connects in a row after which a host that did answer before counts as down.
const CONNECT_PATIENCE: u32 = 5;

/// One limiter a host: a keyed one could not keep a rate of its own for each.
type Limiter = RateLimiter<NotKeyed, InMemoryState, SharedClock, NoOpMiddleware<Duration>>;

/// How gently one host is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// From the start of one request to the start of the next.
    pub gap: Duration,
    /// Requests at the same time.
    pub concurrency: usize,
    /// With one request at a time: the gap is at least this many times the host's own time to answer.
    pub latency_factor: f64,
    /// The longest pause a host may ask for within a run.
    pub longest_pause: Duration,
}

/// The gate's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Ask; the request counts as begun.
    Go,
    /// Come back then.
    NotBefore(Duration),
    /// As many as allowed are on their way; the end of one is the time to come back.
    Full,
}

/// What the end of a request says about its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// It answered; first byte after this time.
    Answered(Duration),
    /// It answered that it is asked too much (429), or that it has too much to do for a while (503 with `Retry-After`).
    Throttled(Option<Duration>),
    /// It answered that it cannot serve this (503), without saying for how long.
    Unavailable,
    /// It could not be found or connected to.
    Unreachable,
    /// The request failed in a way that says little about the host.
    Failed,
}

/// Why a host is not asked again in this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closure {
    /// It asked to be left alone for longer than a run may wait; until then, in the run's time.
    Deferred(Duration),
    /// It answered "too much" again and again.
    Overloaded,
    /// It failed to serve one page after another.
    Failing,
}

/// Politeness towards one host.
#[derive(Debug)]
pub struct Gate {
    limiter: Limiter,
    clock: SharedClock,
    pace: Pace,
    in_flight: usize,
    not_before: Duration,
    latency: Option<Duration>,
    setbacks: u32,
    failed_connects: u32,
    answered: bool,
    closure: Option<Closure>,
}

impl Gate {
    /// A gate that has not been asked yet.
    pub fn new(pace: Pace, clock: &SharedClock) -> Self {
        Gate {
            limiter: limiter(pace.gap, clock),
            clock: clock.clone(),
            pace,
            in_flight: 0,
            not_before: Duration::ZERO,
            latency: None,
            setbacks: 0,
            failed_connects: 0,
            answered: false,
            closure: None,
        }
    }

    /// From the start of one request to the start of the next.
    pub fn gap(&self) -> Duration {
        self.pace.gap
    }

    /// Requests under way.
    pub fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// Widens the gap to what robots.txt asks for. It never narrows it.
    pub fn widen(&mut self, gap: Duration) {
        if gap > self.pace.gap {
            // A limiter cannot change its rate. The new one starts full, so what was just asked is carried over by hand.
            self.pace.gap = gap;
            self.limiter = limiter(gap, &self.clock);
            self.not_before = self.not_before.max(self.clock.now() + gap);
        }
    }

    /// Keeps the host closed until a time, as its ledger entry demands.
    pub fn hold_until(&mut self, until: Duration) {
        self.not_before = self.not_before.max(until);
    }

    /// May the host be asked at `now`? [`Admission::Go`] counts as asked.
    pub fn admit(&mut self, now: Duration, random: &mut impl Rng) -> Admission {
        if self.in_flight >= self.pace.concurrency {
            return Admission::Full;
        }
        if self.not_before > now {
            return Admission::NotBefore(self.not_before);
        }
        self.clock.set(now);
        match self.limiter.check() {
            Ok(()) => {
                self.in_flight += 1;
                Admission::Go
            }
            Err(refused) => {
                let jitter = self.pace.gap.mul_f64(random.random_range(0.0..=JITTER));
                // Never zero, or a caller with the same clock would ask for ever.
                let wait = (refused.wait_time_from(now) + jitter).max(Duration::from_nanos(1));
                self.not_before = now + wait;
                Admission::NotBefore(self.not_before)
            }
        }
    }

    /// A request that began at `started` is over. Returns why the host is closed for this run, when it is.
    pub fn finished(
        &mut self,
        started: Duration,
        now: Duration,
        signal: Signal,
        random: &mut impl Rng,
    ) -> Option<Closure> {
        self.in_flight = self.in_flight.saturating_sub(1);
        match signal {
            Signal::Answered(first_byte) => {
                self.setbacks = 0;
                self.failed_connects = 0;
                self.answered = true;
                self.slow_down(started, first_byte);
            }
            Signal::Throttled(_) | Signal::Unavailable => {
                self.answered = true;
                self.failed_connects = 0;
                self.setbacks += 1;
                let pause = if let Signal::Throttled(pause) = signal { pause } else { None };
                let asked = pause.filter(|pause| !pause.is_zero());
                if asked.is_some_and(|pause| pause > self.pace.longest_pause) {
                    self.closure = asked.map(|pause| Closure::Deferred(now + pause));
                } else if self.setbacks >= PATIENCE {
                    let failing = signal == Signal::Unavailable;
                    self.closure = Some(if failing { Closure::Failing } else { Closure::Overloaded });
                }
                let pause = asked.unwrap_or_else(|| backoff::pause(self.setbacks - 1, self.pace.longest_pause, random));
                self.not_before = self.not_before.max(now + pause);
            }
            Signal::Unreachable => self.failed_connects += 1,
            Signal::Failed => {}
        }
        self.closure
    }

    /// An admission that was not used: no request was sent after all. The limiter takes no permit back, so the next request
    /// waits a whole gap all the same.
    pub fn cancelled(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// Whether failed connects now speak for the whole host: it never answered in this run, or failed often in a row.
    pub fn looks_down(&self) -> bool {
        self.failed_connects > 0 && (!self.answered || self.failed_connects >= CONNECT_PATIENCE)
    }

    /// With one request at a time, a slow host sets the beat.
    fn slow_down(&mut self, started: Duration, first_byte: Duration) {
        let latency = match self.latency {
            Some(before) => (before * 3 + first_byte) / 4,
            None => first_byte,
        };
        self.latency = Some(latency);
        if self.pace.concurrency == 1 && self.pace.latency_factor > 0.0 {
            let gap = latency.mul_f64(self.pace.latency_factor).min(LONGEST_LATENCY_GAP);
            self.not_before = self.not_before.max(started + gap);
        }
    }
}

fn limiter(gap: Duration, clock: &SharedClock) -> Limiter {
    // One permit per period: spacing, never a burst. A gap of zero is the shortest period there is.
    let gap = gap.max(Duration::from_nanos(1));
    let quota = Quota::with_period(gap).unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN));
    RateLimiter::direct_with_clock(quota.allow_burst(NonZeroU32::MIN), clock.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::SmallRng;

    const SECOND: Duration = Duration::from_secs(1);

    fn pace() -> Pace {
        Pace { gap: SECOND, concurrency: 1, latency_factor: 2.0, longest_pause: Duration::from_secs(300) }
    }

    fn gate(pace: Pace) -> (Gate, SmallRng) {
        (Gate::new(pace, &SharedClock::default()), SmallRng::seed_from_u64(1))
    }

    #[test]
    fn requests_are_spaced_never_bursting() {
        let (mut gate, mut random) = gate(pace());
        let mut now = Duration::ZERO;
        let mut starts = Vec::new();
        while starts.len() < 20 {
            match gate.admit(now, &mut random) {
                Admission::Go => {
                    starts.push(now);
                    gate.finished(now, now, Signal::Answered(Duration::ZERO), &mut random);
                }
                Admission::NotBefore(then) => now = then,
                Admission::Full => panic!("nothing is on its way"),
            }
        }
        for pair in starts.windows(2) {
            let gap = pair[1] - pair[0];
            assert!(gap >= SECOND && gap <= SECOND.mul_f64(1.0 + JITTER), "{gap:?}");
        }
    }

    #[test]
    fn one_at_a_time_means_one_at_a_time() {
        let (mut gate, mut random) = gate(pace());
        assert_eq!(gate.admit(Duration::ZERO, &mut random), Admission::Go);
        assert_eq!(gate.admit(SECOND * 10, &mut random), Admission::Full);
        gate.finished(Duration::ZERO, SECOND * 10, Signal::Failed, &mut random);
        assert_eq!(gate.admit(SECOND * 10, &mut random), Admission::Go);
    }

    #[test]
    fn a_slow_host_sets_the_beat() {
        let (mut gate, mut random) = gate(pace());
        assert_eq!(gate.admit(Duration::ZERO, &mut random), Admission::Go);
        gate.finished(Duration::ZERO, SECOND * 4, Signal::Answered(SECOND * 4), &mut random);
        assert_eq!(gate.admit(SECOND * 4, &mut random), Admission::NotBefore(SECOND * 8));
    }

    #[test]
    fn a_requested_pause_is_a_deadline_for_the_host() {
        let (mut gate, mut random) = gate(pace());
        gate.admit(Duration::ZERO, &mut random);
        assert_eq!(gate.finished(Duration::ZERO, SECOND, Signal::Throttled(Some(SECOND * 120)), &mut random), None);
        assert_eq!(gate.admit(SECOND * 2, &mut random), Admission::NotBefore(SECOND * 121));
    }

    #[test]
    fn a_pause_beyond_the_cap_closes_the_host() {
        let (mut gate, mut random) = gate(pace());
        gate.admit(Duration::ZERO, &mut random);
        assert_eq!(
            gate.finished(Duration::ZERO, SECOND, Signal::Throttled(Some(SECOND * 3600)), &mut random),
            Some(Closure::Deferred(SECOND * 3601))
        );
    }

    #[test]
    fn endless_overload_closes_the_host() {
        let (mut gate, mut random) = gate(pace());
        let mut now = Duration::ZERO;
        let mut asked = 0;
        loop {
            match gate.admit(now, &mut random) {
                Admission::Go => {
                    asked += 1;
                    if gate.finished(now, now, Signal::Throttled(None), &mut random).is_some() {
                        break;
                    }
                }
                Admission::NotBefore(then) => now = then,
                Admission::Full => panic!("nothing is on its way"),
            }
        }
        assert_eq!(asked, PATIENCE);
    }

    #[test]
    fn a_crawl_delay_widens_the_gap_and_never_narrows_it() {
        let (mut gate, mut random) = gate(pace());
        gate.admit(Duration::ZERO, &mut random);
        gate.finished(Duration::ZERO, Duration::ZERO, Signal::Answered(Duration::ZERO), &mut random);
        gate.widen(SECOND * 10);
        gate.widen(SECOND);
        assert_eq!(gate.gap(), SECOND * 10);
        assert_eq!(gate.admit(SECOND * 5, &mut random), Admission::NotBefore(SECOND * 10));
        assert_eq!(gate.admit(SECOND * 10, &mut random), Admission::Go);
    }

    #[test]
    fn a_host_that_never_answered_looks_down_at_once_another_only_after_several() {
        let (mut fresh, mut random) = gate(pace());
        fresh.finished(Duration::ZERO, SECOND, Signal::Unreachable, &mut random);
        assert!(fresh.looks_down());
        let (mut known, mut random) = gate(pace());
        known.finished(Duration::ZERO, SECOND, Signal::Answered(SECOND), &mut random);
        for _ in 0..CONNECT_PATIENCE - 1 {
            known.finished(Duration::ZERO, SECOND, Signal::Unreachable, &mut random);
            assert!(!known.looks_down());
        }
        known.finished(Duration::ZERO, SECOND, Signal::Unreachable, &mut random);
        assert!(known.looks_down());
    }
}
