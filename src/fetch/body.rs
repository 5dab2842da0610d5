//! Reading a body: bounded in bytes and in time, whatever is announced.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use tokio::time::Instant;

use super::alarm::Alarm;
use super::failure;
use super::unpack::{Flow, Packing, Unpacker};
use crate::model::exchange::BodyFault;

/// The time over which throughput is judged (the idea of curl's `--speed-time`).
pub const WINDOW: Duration = Duration::from_secs(10);

/// Announced bytes beyond the bound that are still read and thrown away, so that the connection can be used again.
const DRAIN: u64 = 64 << 10;

/// The bounds of one body.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Decoded bytes kept at most.
    pub max_body: u64,
    /// Longest silence between two reads.
    pub idle: Duration,
    /// Bytes per second below which the body is given up; 0 for no floor.
    pub min_throughput: u64,
    /// The end of the whole request.
    pub deadline: Instant,
    /// Whether only the end of the connection says where the body ends.
    pub ends_by_close: bool,
}

/// A body as far as it was read.
#[derive(Debug, Default)]
pub struct Body {
    /// The decoded bytes.
    pub bytes: Bytes,
    /// Whether more was to come.
    pub truncated: bool,
    /// What went wrong.
    pub fault: Option<BodyFault>,
}

/// Reads a body until it ends, a bound is reached, or something goes wrong; what was read is kept in each case.
pub async fn read(response: &mut Response, packing: Packing, bounds: Bounds, alarm: &mut Alarm<'_>) -> Body {
    if packing == Packing::Unknown {
        drain(response, response.content_length(), bounds, alarm).await;
        return Body { fault: Some(BodyFault::Encoding), ..Body::default() };
    }
    let announced = response.content_length();
    let mut unpacker = Unpacker::new(packing, bounds.max_body, announced);
    let mut wire = 0_u64;
    let mut pace = Pace::new(bounds);
    let fault = loop {
        match alarm.first(response.chunk()).await {
            Some(Ok(Some(chunk))) => {
                wire += chunk.len() as u64;
                match unpacker.push(chunk, wire) {
                    Ok(Flow::More) => {}
                    Ok(Flow::Full) => {
                        let rest = announced.map(|announced| announced.saturating_sub(wire));
                        drain(response, rest, bounds, alarm).await;
                        return unpacker.finish(true, None);
                    }
                    Err(fault) => break Some(fault),
                }
                if let Err(fault) = pace.received(wire) {
                    break Some(fault);
                }
            }
            Some(Ok(None)) => break None,
            Some(Err(error)) => match failure::of_body(&error) {
                // Many servers end a TLS connection without saying so (close_notify); where nothing else ends the body,
                // browsers take that for its end, and so do we.
                BodyFault::Short if bounds.ends_by_close => break None,
                fault => break Some(fault),
            },
            None => {
                if let Err(fault) = pace.waited() {
                    break Some(fault);
                }
                alarm.set(pace.next_check());
            }
        }
    };
    unpacker.finish(false, fault)
}

/// Reads a small rest into nothing: the connection is worth more than the bytes.
async fn drain(response: &mut Response, rest: Option<u64>, bounds: Bounds, alarm: &mut Alarm<'_>) {
    if rest.is_none_or(|rest| rest > DRAIN) {
        return;
    }
    alarm.set(bounds.deadline.min(Instant::now() + bounds.idle));
    while let Some(Ok(Some(_))) = alarm.first(response.chunk()).await {}
}

/// Whether the body comes fast enough.
struct Pace {
    bounds: Bounds,
    last_byte: Instant,
    window_end: Instant,
    bytes_before: u64,
    bytes: u64,
}

impl Pace {
    fn new(bounds: Bounds) -> Self {
        let now = Instant::now();
        Pace { bounds, last_byte: now, window_end: now + WINDOW, bytes_before: 0, bytes: 0 }
    }

    fn next_check(&self) -> Instant {
        let check = self.bounds.deadline.min(self.last_byte + self.bounds.idle);
        if self.bounds.min_throughput == 0 { check } else { check.min(self.window_end) }
    }

    fn received(&mut self, bytes: u64) -> Result<(), BodyFault> {
        self.bytes = bytes;
        self.last_byte = Instant::now();
        self.judge(self.last_byte)
    }

    fn waited(&mut self) -> Result<(), BodyFault> {
        let now = Instant::now();
        if now < self.bounds.deadline && now >= self.last_byte + self.bounds.idle {
            return Err(BodyFault::Stalled);
        }
        self.judge(now)
    }

    fn judge(&mut self, now: Instant) -> Result<(), BodyFault> {
        if now >= self.bounds.deadline {
            return Err(BodyFault::TimedOut);
        }
        if self.bounds.min_throughput == 0 || now < self.window_end {
            return Ok(());
        }
        let floor = self.bounds.min_throughput.saturating_mul(WINDOW.as_secs());
        if self.bytes - self.bytes_before < floor {
            return Err(BodyFault::TooSlow);
        }
        self.bytes_before = self.bytes;
        self.window_end = now + WINDOW;
        Ok(())
    }
}
