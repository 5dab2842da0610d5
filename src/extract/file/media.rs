//! Pictures, sound and films: the metadata packet some carry, and the length that a header gives.

use memchr::memmem;

use super::super::offer::{Key, Offers, Source};
use super::xml;

/// Bytes of a packet.
const PACKET: usize = 256 << 10;

/// Offers what a file of sound or pictures says.
pub fn read(bytes: &[u8], offers: &mut Offers<'static>) {
    packet(bytes, offers);
    if let Some(seconds) = seconds(bytes).filter(|seconds| (1..=1_000_000).contains(seconds)) {
        offers.add(Key::Duration, Source::Properties, "header", seconds.to_string());
    }
}

/// Offers what the last whole XMP packet in some bytes says: packets stand there as plain text, so that no reader needs to
/// know the format around them.
pub fn packet(bytes: &[u8], offers: &mut Offers<'static>) {
    let Some(start) = memmem::rfind(bytes, b"<x:xmpmeta") else { return };
    let rest = &bytes[start..bytes.len().min(start + PACKET)];
    if let Some(end) = memmem::find(rest, b"</x:xmpmeta>") {
        xml::offer(&rest[..end + 12], xml::XMP, Source::Packet, offers);
    }
}

/// The length a header gives, in whole seconds.
fn seconds(bytes: &[u8]) -> Option<u64> {
    let number = |at: usize, length: usize| {
        bytes.get(at..at + length).map(|digits| digits.iter().fold(0_u64, |all, &digit| all << 8 | u64::from(digit)))
    };
    let little = |at: usize| {
        bytes.get(at..at + 4).map(|digits| digits.iter().rev().fold(0_u64, |all, &digit| all << 8 | u64::from(digit)))
    };
    let parts = |whole: u64, each: u64| whole.checked_div(each);
    if bytes.starts_with(b"fLaC") {
        // Rate in 20 bits, then eight bits of others, then the count of samples in 36.
        let rate = number(18, 3)? >> 4;
        return parts(number(21, 5)? & 0xF_FFFF_FFFF, rate);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WAVE") {
        let data = memmem::find(&bytes[..bytes.len().min(4_096)], b"data")?;
        return parts(little(data + 4)?, little(28)?);
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        let header = memmem::find(bytes, b"mvhd")? + 4;
        return match bytes.get(header)? {
            0 => parts(number(header + 16, 4)?, number(header + 12, 4)?),
            _ => parts(number(header + 24, 8)?, number(header + 20, 4)?),
        };
    }
    None
}
