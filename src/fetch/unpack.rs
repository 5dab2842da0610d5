//! Undoing what a server did to a body before it was sent: gzip and deflate, in up to two layers, bounded in bytes and in
//! what a few packed ones may become.
//!
//! A stream that came to its own end is whole: the checksum and the length behind it are not asked for, nor do browsers ask.

use std::cell::Cell;

use bytes::{Bytes, BytesMut};
use flate2::{Decompress, FlushDecompress, Status};

use super::body::Body;
use crate::model::exchange::BodyFault;

/// Packed bytes that become more than so many times as many, once they are more than [`RATIO_FROM`], are a bomb.
const MAX_RATIO: u64 = 200;

/// Unpacked bytes, those between two layers included, from which the ratio is judged.
const RATIO_FROM: u64 = 1 << 20;

/// The first capacity of a buffer whose final size is not announced.
const FIRST_CAPACITY: usize = 64 << 10;

/// The first capacity of a buffer at most, whatever is announced.
const MAX_FIRST_CAPACITY: usize = 1 << 20;

/// Bytes unpacked at a time.
const STEP: usize = 32 << 10;

/// Bytes that the head of a packed stream may have: it can carry a file's name and a remark.
const MAX_HEAD: usize = 16 << 10;

/// A coding that is undone here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// RFC 1952.
    Gzip,
    /// RFC 1950, and what many servers send by that name: RFC 1951 alone.
    Deflate,
}

/// How the bytes of a body are packed, by its `Content-Encoding`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// In one coding, and in a second one below it.
    Packed(Coding, Option<Coding>),
    /// In a way that was not asked for.
    Unknown,
}

impl Packing {
    /// Reads a `Content-Encoding`: the coding that was applied last stands last, and is the first to be undone.
    pub fn of(content_encoding: &str) -> Self {
        let mut codings = content_encoding
            .rsplit(',')
            .map(str::trim)
            .filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"));
        let (first, second, more) = (codings.next(), codings.next(), codings.next());
        match (first, second.map(coding_of), more) {
            (None, ..) => Packing::Plain,
            (Some(name), None, _) => match coding_of(name) {
                Some(coding) => Packing::Packed(coding, None),
                None if KNOWN_CODINGS.iter().any(|known| name.eq_ignore_ascii_case(known)) => Packing::Unknown,
                // Some servers put a charset or other nonsense here and send plain text; what is not a coding is ignored,
                // as browsers do.
                None => Packing::Plain,
            },
            (Some(name), Some(Some(below)), None) => {
                coding_of(name).map_or(Packing::Unknown, |coding| Packing::Packed(coding, Some(below)))
            }
            _ => Packing::Unknown,
        }
    }
}

fn coding_of(name: &str) -> Option<Coding> {
    let is = |coding: &str| name.eq_ignore_ascii_case(coding);
    if is("gzip") || is("x-gzip") {
        return Some(Coding::Gzip);
    }
    is("deflate").then_some(Coding::Deflate)
}

/// Content codings of the IANA registry that are not undone here: none of them is asked for.
const KNOWN_CODINGS: &[&str] = &["aes128gcm", "br", "compress", "x-compress", "dcb", "dcz", "exi", "zstd"];

/// Whether more of a body is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// There is room.
    More,
    /// A bound was reached.
    Full,
}

/// Where the bytes go.
pub enum Unpacker {
    Plain { first: Bytes, rest: BytesMut, limit: usize, announced: Option<usize>, fault: Option<BodyFault> },
    Packed(Box<Stream>),
}

impl Unpacker {
    /// Room for a body of so many bytes at most.
    pub fn new(packing: Packing, max_body: u64, announced: Option<u64>) -> Self {
        let limit = usize::try_from(max_body).unwrap_or(usize::MAX);
        match packing {
            Packing::Packed(coding, below) => Unpacker::Packed(Box::new(Stream {
                outer: Layer::new(coding),
                inner: below.map(Layer::new),
                sink: Bounded { bytes: Vec::new(), limit },
                made: 0,
            })),
            Packing::Plain | Packing::Unknown => {
                let announced = announced.map(|length| usize::try_from(length).unwrap_or(usize::MAX).min(limit));
                Unpacker::plain(limit, announced, None)
            }
        }
    }

    fn plain(limit: usize, announced: Option<usize>, fault: Option<BodyFault>) -> Self {
        Unpacker::Plain { first: Bytes::new(), rest: BytesMut::new(), limit, announced, fault }
    }

    /// Takes in what came; `wire` is how many bytes came so far.
    ///
    /// # Errors
    /// When they are not packed as was said.
    pub fn push(&mut self, mut chunk: Bytes, wire: u64) -> Result<Flow, BodyFault> {
        match self {
            Unpacker::Plain { first, rest, limit, announced, .. } => {
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
            Unpacker::Packed(stream) => match stream.push(&chunk, wire) {
                Ok(()) => Ok(Flow::More),
                Err(Stop::Full) => Ok(Flow::Full),
                // Nothing was unpacked yet, and what came is there to be read.
                Err(Stop::Broken) if wire == chunk.len() as u64 && is_text(&chunk) => {
                    *self = Unpacker::plain(stream.sink.limit, None, Some(BodyFault::Label));
                    self.push(chunk, wire)
                }
                Err(Stop::Broken) => Err(BodyFault::Encoding),
            },
        }
    }

    /// The body as far as it came; `fault` is what ended it before its time.
    pub fn finish(self, truncated: bool, fault: Option<BodyFault>) -> Body {
        match self {
            Unpacker::Plain { first, rest, fault: own, .. } => {
                let bytes = if rest.is_empty() { first } else { rest.freeze() };
                let fault = fault.or(own);
                Body { bytes, truncated, fault }
            }
            Unpacker::Packed(stream) => {
                let fault = match fault {
                    _ if truncated || stream.is_whole() => None,
                    // An empty body is often labelled as packed.
                    None if stream.outer.is_untouched() => None,
                    None => Some(BodyFault::Short),
                    fault => fault,
                };
                Body { bytes: stream.sink.bytes.into(), truncated, fault }
            }
        }
    }
}

/// Whether the beginning of a body is text and nothing that was packed: hardly any packed bytes are without a control
/// character among the first of them.
fn is_text(bytes: &[u8]) -> bool {
    const LOOKED_AT: usize = 512;
    let head = &bytes[..bytes.len().min(LOOKED_AT)];
    let controls = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    let words = head.iter().filter(|byte| byte.is_ascii_alphanumeric() || **byte >= 0x80 || **byte == b' ').count();
    !head.iter().any(controls)
        && std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true)
        && 2 * words > head.len()
}

/// Why nothing more is unpacked.
enum Stop {
    /// A bound was reached.
    Full,
    /// The bytes are not what they should be.
    Broken,
}

/// A packed body on its way through its layers.
pub struct Stream {
    outer: Layer,
    inner: Option<Layer>,
    sink: Bounded,
    /// Bytes that all layers have made so far.
    made: u64,
}

impl Stream {
    fn push(&mut self, bytes: &[u8], wire: u64) -> Result<(), Stop> {
        let made = Cell::new(self.made);
        let weigh = |bytes: &[u8]| {
            made.set(made.get() + bytes.len() as u64);
            if made.get() > RATIO_FROM && made.get() / wire.max(1) > MAX_RATIO { Err(Stop::Full) } else { Ok(()) }
        };
        let (inner, sink) = (&mut self.inner, &mut self.sink);
        let mut keep = |plain: &[u8]| sink.take(plain).and_then(|()| weigh(plain));
        let outcome = self.outer.push(bytes, &mut |packed| match inner {
            None => keep(packed),
            Some(inner) => weigh(packed).and_then(|()| inner.push(packed, &mut keep)),
        });
        self.made = made.get();
        outcome
    }

    /// Whether the innermost stream has come to its end.
    fn is_whole(&self) -> bool {
        self.inner.as_ref().unwrap_or(&self.outer).ended
    }
}

/// One coding being undone: a head, and the deflate stream behind it.
struct Layer {
    coding: Coding,
    /// The head as far as it came, before the stream has begun.
    head: Vec<u8>,
    begun: bool,
    inflate: Decompress,
    step: Box<[u8]>,
    ended: bool,
}

impl Layer {
    fn new(coding: Coding) -> Self {
        let (inflate, step) = (Decompress::new(false), vec![0; STEP].into());
        Layer { coding, head: Vec::new(), begun: false, inflate, step, ended: false }
    }

    fn is_untouched(&self) -> bool {
        !self.begun && self.head.is_empty()
    }

    fn push(&mut self, bytes: &[u8], onward: &mut dyn FnMut(&[u8]) -> Result<(), Stop>) -> Result<(), Stop> {
        if self.begun {
            return self.unpack(bytes, onward);
        }
        self.head.extend_from_slice(bytes);
        match self.coding.head_of(&self.head)? {
            Some(length) => {
                self.begun = true;
                let head = std::mem::take(&mut self.head);
                self.unpack(&head[length..], onward)
            }
            None if self.head.len() > MAX_HEAD => Err(Stop::Broken),
            None => Ok(()),
        }
    }

    fn unpack(&mut self, mut rest: &[u8], onward: &mut dyn FnMut(&[u8]) -> Result<(), Stop>) -> Result<(), Stop> {
        // What follows the end is a checksum, or padding.
        while !self.ended {
            let before = (self.inflate.total_in(), self.inflate.total_out());
            let status = self.inflate.decompress(rest, &mut self.step, FlushDecompress::None);
            let since = |total: u64, before: u64| usize::try_from(total - before).unwrap_or(usize::MAX);
            let taken = since(self.inflate.total_in(), before.0);
            let made = since(self.inflate.total_out(), before.1);
            rest = rest.get(taken..).unwrap_or_default();
            onward(self.step.get(..made).unwrap_or_default())?;
            match status {
                Err(_) => return Err(Stop::Broken),
                Ok(Status::StreamEnd) => self.ended = true,
                Ok(_) if (taken, made) == (0, 0) || (rest.is_empty() && made < STEP) => break,
                Ok(_) => {}
            }
        }
        Ok(())
    }
}

impl Coding {
    /// How long the head of a stream is that begins with these bytes; `None` while it is not all there.
    fn head_of(self, bytes: &[u8]) -> Result<Option<usize>, Stop> {
        match self {
            Coding::Gzip if bytes.iter().zip(b"\x1f\x8b\x08").any(|(byte, magic)| byte != magic) => Err(Stop::Broken),
            Coding::Gzip => Ok(gzip_head(bytes)),
            Coding::Deflate => Ok(bytes.first_chunk().map(|&[method, flags]| {
                let is_zlib = method & 0x0f == 8 && u16::from_be_bytes([method, flags]) % 31 == 0;
                if is_zlib { 2 } else { 0 }
            })),
        }
    }
}

/// The length of a gzip head (RFC 1952, 2.3).
fn gzip_head(bytes: &[u8]) -> Option<usize> {
    let flags = *bytes.get(3)?;
    let has = |flag: u8| flags & flag != 0;
    let mut at = 10;
    if has(4) {
        at += 2 + usize::from(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
    }
    for text in [8, 16] {
        if has(text) {
            at += 1 + bytes.get(at..)?.iter().position(|&byte| byte == 0)?;
        }
    }
    if has(2) {
        at += 2;
    }
    (bytes.len() >= at).then_some(at)
}

/// A buffer that takes only so much.
#[derive(Debug, Default)]
struct Bounded {
    bytes: Vec<u8>,
    limit: usize,
}

impl Bounded {
    fn take(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        let room = self.limit - self.bytes.len();
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
        if bytes.len() > room { Err(Stop::Full) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

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
            ("", Packing::Plain),
            ("identity", Packing::Plain),
            ("GZIP", Packing::Packed(Coding::Gzip, None)),
            (" x-gzip , identity", Packing::Packed(Coding::Gzip, None)),
            ("gzip, deflate", Packing::Packed(Coding::Deflate, Some(Coding::Gzip))),
            ("gzip, gzip, gzip", Packing::Unknown),
            ("gzip, br", Packing::Unknown),
            ("br", Packing::Unknown),
            ("utf-8", Packing::Plain),
        ] {
            assert_eq!(Packing::of(value), expected, "{value:?}");
        }
    }

    #[test]
    fn the_head_of_a_gzip_stream_may_carry_a_name_and_more() {
        let mut encoder = flate2::GzBuilder::new()
            .extra(b"extra".as_slice())
            .filename("page.html")
            .comment("a remark")
            .write(Vec::new(), flate2::Compression::fast());
        encoder.write_all(b"text").expect("memory");
        let packed = encoder.finish().expect("memory");
        for cut in 0..packed.len() {
            let (head, tail) = packed.split_at(cut);
            let body = unpack(Packing::Packed(Coding::Gzip, None), &[head, tail], 100);
            assert_eq!((body.bytes.as_ref(), body.fault), (b"text".as_slice(), None), "{cut}");
        }
    }

    #[test]
    fn a_bomb_between_two_layers_is_stopped() {
        let hidden = gzip(&[gzip(b"text"), vec![0; 64 << 20]].concat());
        let body = unpack(Packing::Packed(Coding::Gzip, Some(Coding::Gzip)), &[&hidden], 1 << 30);
        assert_eq!((body.bytes.as_ref(), body.truncated), (b"text".as_slice(), true));
    }

    proptest::proptest! {
        #[test]
        fn where_the_pieces_are_cut_does_not_matter(
            text in proptest::collection::vec(0..4_u8, 0..3000), cut in 0..3000_usize, bound in 0..3000_u64,
        ) {
            let packed = gzip(&text);
            let expected = &text[..text.len().min(usize::try_from(bound).expect("small"))];
            let twice = gzip(&packed);
            let (once, again) = (Packing::Packed(Coding::Gzip, None), Packing::Packed(Coding::Gzip, Some(Coding::Gzip)));
            for (packing, wire) in [(Packing::Plain, &text), (once, &packed), (again, &twice)] {
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
                for (coding, below) in [(Coding::Gzip, None), (Coding::Deflate, None), (Coding::Gzip, Some(Coding::Deflate))] {
                    assert!(unpack(Packing::Packed(coding, below), &[wire], 1000).bytes.len() <= 1000);
                }
            }
        }
    }
}
