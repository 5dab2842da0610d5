//! Reading a body: bounded in bytes, in time and in what a few compressed bytes may become.

use std::io::{self, Write};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use flate2::write::GzDecoder;
use reqwest::Response;
use tokio::time::Instant;

use super::alarm::Alarm;
use super::failure;
use crate::model::exchange::BodyFault;

/// The time over which throughput is judged (the idea of curl's `--speed-time`).
pub const WINDOW: Duration = Duration::from_secs(10);

/// A compressed body that grows by more than this, once it is larger than [`RATIO_FROM`], is a bomb.
const MAX_RATIO: u64 = 200;

/// Decoded bytes from which the ratio is judged.
const RATIO_FROM: u64 = 1 << 20;

/// Announced bytes beyond the bound that are still read and thrown away, so that the connection can be used again.
const DRAIN: u64 = 64 << 10;

/// The first capacity of a buffer whose final size is not announced.
const FIRST_CAPACITY: usize = 64 << 10;

/// The first capacity of a buffer at most, whatever is announced.
const MAX_FIRST_CAPACITY: usize = 1 << 20;

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

/// How the bytes of a body are packed, by its `Content-Encoding`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// gzip (RFC 1952).
    Gzip,
    /// In a way that was not asked for.
    Unknown,
}

impl Packing {
    /// Reads a `Content-Encoding`.
    pub fn of(content_encoding: Option<&str>) -> Self {
        let mut codings = content_encoding
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"));
        match (codings.next(), codings.next()) {
            (None, _) => Packing::Plain,
            (Some(coding), None) if coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip") => {
                Packing::Gzip
            }
            // Some servers put a charset or other nonsense here and send plain text; what is not a coding is ignored,
            // as browsers do.
            (Some(coding), None) if !KNOWN_CODINGS.iter().any(|known| coding.eq_ignore_ascii_case(known)) => {
                Packing::Plain
            }
            _ => Packing::Unknown,
        }
    }
}

/// Content codings of the IANA registry that are not undone here: none of them is asked for.
const KNOWN_CODINGS: &[&str] = &["aes128gcm", "br", "compress", "x-compress", "dcb", "dcz", "deflate", "exi", "zstd"];

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

enum Flow {
    More,
    Full,
}

/// Where the bytes go.
enum Unpacker {
    Plain { first: Bytes, rest: BytesMut, limit: usize, announced: Option<usize> },
    Gzip(Box<GzDecoder<Bounded>>),
}

impl Unpacker {
    fn new(packing: Packing, max_body: u64, announced: Option<u64>) -> Self {
        let limit = usize::try_from(max_body).unwrap_or(usize::MAX);
        match packing {
            Packing::Gzip => {
                Unpacker::Gzip(Box::new(GzDecoder::new(Bounded { bytes: Vec::new(), limit, full: false })))
            }
            Packing::Plain | Packing::Unknown => {
                let announced = announced.map(|length| usize::try_from(length).unwrap_or(usize::MAX).min(limit));
                Unpacker::Plain { first: Bytes::new(), rest: BytesMut::new(), limit, announced }
            }
        }
    }

    fn push(&mut self, mut chunk: Bytes, wire: u64) -> Result<Flow, BodyFault> {
        match self {
            Unpacker::Plain { first, rest, limit, announced } => {
                let room = *limit - first.len().max(rest.len());
                let full = chunk.len() > room;
                if full {
                    chunk.truncate(room);
                }
                // A body of one piece is never copied. Where more is announced it is copied from the first piece on: the
                // connection then reads the next one into the same memory, which is at hand.
                let more = announced.is_some_and(|length| chunk.len() < length);
                if first.is_empty() && rest.is_empty() && !more {
                    *first = chunk;
                } else {
                    if rest.is_empty() {
                        let expected = announced.unwrap_or(FIRST_CAPACITY).min(MAX_FIRST_CAPACITY);
                        // Few sizes, so that one body's memory fits the next.
                        rest.reserve(expected.max(first.len() + chunk.len()).next_power_of_two());
                        rest.extend_from_slice(&std::mem::take(first));
                    }
                    rest.extend_from_slice(&chunk);
                }
                Ok(if full { Flow::Full } else { Flow::More })
            }
            Unpacker::Gzip(decoder) => inflate(decoder, &chunk, wire),
        }
    }

    fn finish(self, truncated: bool, fault: Option<BodyFault>) -> Body {
        match self {
            Unpacker::Plain { first, rest, .. } => {
                let bytes = if rest.is_empty() { first } else { rest.freeze() };
                Body { bytes, truncated, fault }
            }
            Unpacker::Gzip(mut decoder) => {
                let fault = match (truncated, fault) {
                    (true, _) => None,
                    (false, Some(fault)) => {
                        let _ = decoder.flush();
                        Some(fault)
                    }
                    (false, None) => unfinished(&mut decoder),
                };
                let sink = std::mem::take(decoder.get_mut());
                Body {
                    bytes: sink.bytes.into(),
                    truncated: truncated || sink.full,
                    fault: if sink.full { None } else { fault },
                }
            }
        }
    }
}

/// Whether a compressed body that ended well in transport also ended well inside.
fn unfinished(decoder: &mut GzDecoder<Bounded>) -> Option<BodyFault> {
    let nothing_came = decoder.header().is_none() && decoder.get_ref().bytes.is_empty();
    let failed = decoder.try_finish().is_err();
    // An empty body is often labelled as compressed.
    (failed && !nothing_came).then_some(BodyFault::Short)
}

fn inflate(decoder: &mut GzDecoder<Bounded>, chunk: &[u8], wire: u64) -> Result<Flow, BodyFault> {
    let mut rest = chunk;
    while !rest.is_empty() {
        match decoder.write(rest) {
            // The stream has ended; what follows is padding.
            Ok(0) => break,
            Ok(taken) => rest = &rest[taken..],
            Err(_) if decoder.get_ref().full => return Ok(Flow::Full),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Err(BodyFault::Encoding),
        }
        let decoded = decoder.get_ref().bytes.len() as u64;
        if decoder.get_ref().full || (decoded > RATIO_FROM && decoded / wire.max(1) > MAX_RATIO) {
            return Ok(Flow::Full);
        }
    }
    Ok(Flow::More)
}

/// A buffer that takes only so much.
#[derive(Debug, Default)]
struct Bounded {
    bytes: Vec<u8>,
    limit: usize,
    full: bool,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.limit - self.bytes.len();
        if room == 0 && !bytes.is_empty() {
            self.full = true;
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        let taken = bytes.len().min(room);
        self.bytes.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Unpacks these chunks under a bound.
    fn unpack(packing: Packing, chunks: &[&[u8]], max_body: u64) -> Body {
        let mut unpacker = Unpacker::new(packing, max_body, None);
        let mut wire = 0;
        for chunk in chunks {
            wire += chunk.len() as u64;
            match unpacker.push(Bytes::copy_from_slice(chunk), wire) {
                Ok(Flow::More) => {}
                Ok(Flow::Full) => return unpacker.finish(true, None),
                Err(fault) => return unpacker.finish(false, Some(fault)),
            }
        }
        unpacker.finish(false, None)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    #[test]
    fn one_piece_is_not_copied() {
        let piece = Bytes::from_static(b"one piece");
        let mut unpacker = Unpacker::new(Packing::Plain, 100, Some(9));
        assert!(unpacker.push(piece.clone(), 9).is_ok());
        assert_eq!(unpacker.finish(false, None).bytes.as_ptr(), piece.as_ptr());
    }

    #[test]
    fn where_more_is_announced_the_first_piece_goes_back_to_its_connection() {
        let piece = Bytes::from(b"first of two".to_vec());
        let mut unpacker = Unpacker::new(Packing::Plain, 100, Some(24));
        assert!(unpacker.push(piece.clone(), 12).is_ok());
        assert!(piece.is_unique(), "held on to");
        assert!(unpacker.push(piece, 24).is_ok());
        assert_eq!(unpacker.finish(false, None).bytes.as_ref(), b"first of twofirst of two");
    }

    #[test]
    fn an_announced_length_is_not_believed() {
        let mut unpacker = Unpacker::new(Packing::Plain, u64::MAX, Some(u64::MAX));
        assert!(unpacker.push(Bytes::from_static(b"a"), 1).is_ok());
        assert!(unpacker.push(Bytes::from_static(b"b"), 2).is_ok());
        assert_eq!(unpacker.finish(false, None).bytes.as_ref(), b"ab");
    }

    #[test]
    fn codings_are_read_as_they_are_written() {
        for (value, expected) in [
            (None, Packing::Plain),
            (Some(""), Packing::Plain),
            (Some("identity"), Packing::Plain),
            (Some("GZIP"), Packing::Gzip),
            (Some(" x-gzip , identity"), Packing::Gzip),
            (Some("gzip, gzip"), Packing::Unknown),
            (Some("br"), Packing::Unknown),
            (Some("utf-8"), Packing::Plain),
        ] {
            assert_eq!(Packing::of(value), expected, "{value:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn where_the_pieces_are_cut_does_not_matter(
            text in proptest::collection::vec(0..4_u8, 0..3000), cut in 0..3000_usize, bound in 0..3000_u64,
        ) {
            let packed = gzip(&text);
            let expected = &text[..text.len().min(usize::try_from(bound).expect("small"))];
            for (packing, wire) in [(Packing::Plain, &text), (Packing::Gzip, &packed)] {
                let (head, tail) = wire.split_at(cut.min(wire.len()));
                let body = unpack(packing, &[head, tail], bound);
                assert_eq!(body.bytes.as_ref(), expected);
                assert_eq!((body.truncated, body.fault), (expected.len() < text.len(), None));
            }
        }

        #[test]
        fn junk_is_bounded(junk in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
            let labelled = [b"\x1f\x8b\x08\0\0\0\0\0\0\x03".as_slice(), &junk].concat();
            for wire in [&junk, &labelled] {
                assert!(unpack(Packing::Gzip, &[wire], 1000).bytes.len() <= 1000);
            }
        }
    }
}
