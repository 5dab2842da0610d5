//! How heavy a file is, before anything of it is parsed.

use std::io::Read;

use flate2::read::ZlibDecoder;
use memchr::memmem;

/// Bytes of a file that are read.
const LARGEST: usize = 64 << 20;

/// Objects a file may claim.
const MOST_OBJECTS: usize = 400_000;

/// Packed objects of small files may unfold to as many bytes; those of larger ones to as many as the file has.
const UNFOLDED: usize = 8 << 20;
const MOST_UNFOLDED: usize = 32 << 20;

/// Bytes of a stream's dictionary that are looked at.
const DICTIONARY: usize = 2_048;

/// Whether a file may be parsed.
pub fn is_bearable(bytes: &[u8]) -> bool {
    if bytes.len() > LARGEST || memmem::find_iter(bytes, b" obj").take(MOST_OBJECTS + 1).count() > MOST_OBJECTS {
        return false;
    }
    let mut left = bytes.len().clamp(UNFOLDED, MOST_UNFOLDED);
    // No byte of the file is needed to unfold more than one stream.
    let mut fed = bytes.len().saturating_mul(2);
    for (count, at) in memmem::find_iter(bytes, b"stream").enumerate() {
        if count > 2 * MOST_OBJECTS {
            return false;
        }
        if bytes[..at].ends_with(b"end") {
            continue;
        }
        let dictionary = &bytes[at.saturating_sub(DICTIONARY)..at];
        let dictionary = &dictionary[memmem::rfind(dictionary, b"obj").unwrap_or(0)..];
        if !holds_objects(dictionary) {
            continue;
        }
        match unfolded(dictionary, &bytes[at + 6..], left) {
            Some((size, taken)) if size <= left && taken <= fed => {
                left -= size;
                fed -= taken;
            }
            _ => return false,
        }
    }
    true
}

/// Whether a stream holds objects, as far as its dictionary tells, be the name written out or with escapes.
fn holds_objects(dictionary: &[u8]) -> bool {
    let names = |text: &[u8]| [b"ObjStm".as_slice(), b"XRef"].iter().any(|name| memmem::find(text, name).is_some());
    names(dictionary) || (memchr::memchr(b'#', dictionary).is_some() && names(&unescaped(dictionary)))
}

/// A dictionary with `#4F` and its like resolved.
fn unescaped(dictionary: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(dictionary.len());
    let mut rest = dictionary;
    while let [byte, after @ ..] = rest {
        let code = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()).filter(|_| *byte == b'#') {
            Some(character) => {
                plain.push(character);
                rest = &after[2..];
            }
            None => {
                plain.push(*byte);
                rest = after;
            }
        }
    }
    plain
}

/// The size to which a stream unfolds, or more than `most`, and how many bytes it takes up packed; `None` where it is packed in a way that cannot be weighed.
fn unfolded(dictionary: &[u8], after: &[u8], most: usize) -> Option<(usize, usize)> {
    let filters =
        memmem::find_iter(dictionary, b"Decode").count() - memmem::find_iter(dictionary, b"DecodeParms").count();
    let start = after.iter().position(|byte| !matches!(byte, b'\r' | b'\n' | b' ')).unwrap_or(0);
    let data = &after[start..];
    match filters {
        0 if is_plain(dictionary) => {
            let size = memmem::find(data, b"endstream").unwrap_or(data.len());
            Some((size, size))
        }
        0 | 1 if memmem::find(dictionary, b"/Fl").is_some() => {
            let mut decoder = ZlibDecoder::new(data).take(most as u64 + 1);
            // A broken stream weighs what came out of it.
            let mut sink = Sink(0);
            let _ = std::io::copy(&mut decoder, &mut sink);
            let taken = usize::try_from(decoder.into_inner().total_in()).unwrap_or(usize::MAX);
            Some((sink.0, taken))
        }
        _ => None,
    }
}

/// Whether nothing is packed: the only filter named, if any, is that of a lock, which stands in the same dictionary.
fn is_plain(dictionary: &[u8]) -> bool {
    const FILTER: &[u8] = b"/Filter";
    let mut named = memmem::find_iter(dictionary, FILTER).map(|at| dictionary[at + FILTER.len()..].trim_ascii_start());
    named.all(|name| name.starts_with(b"/Standard"))
}

/// Counts bytes and forgets them.
struct Sink(usize);

impl std::io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
