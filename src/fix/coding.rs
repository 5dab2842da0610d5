//! From bytes to text and back, without losing one.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::html;

/// How the bytes of a document stand for its text.
#[derive(Clone, Debug)]
pub(super) struct Coding {
    mark: Vec<u8>,
    encoding: &'static Encoding,
    /// Bytes of a character that is cut off at the very end.
    tail: Vec<u8>,
}

/// Decodes a document as the readers do, and makes sure that the way back leads to the same bytes.
pub(super) fn decode(bytes: &[u8], content_type: Option<&str>) -> Result<(String, Coding), &'static str> {
    if bytes.starts_with(b"\x1F\x8B") {
        return Err("it is compressed");
    }
    let mark = Encoding::for_bom(bytes).map_or(0, |(_, length)| length);
    let decoded = html::decode(bytes, content_type);
    let text = decoded.text.into_owned();
    let mut coding = Coding { mark: bytes[..mark].to_vec(), encoding: decoded.encoding, tail: Vec::new() };
    let body = &bytes[mark..];
    if coding.encoding == UTF_8 {
        let tail = body.strip_prefix(text.as_bytes()).ok_or("some of its bytes mean nothing")?;
        coding.tail = tail.to_vec();
    }
    if coding.encode(&text).as_deref() == Some(bytes) {
        Ok((text, coding))
    } else {
        Err("some of its bytes mean nothing, or have several spellings")
    }
}

impl Coding {
    /// The bytes of a text; `None` where the encoding has no sign for a character.
    pub(super) fn encode(&self, text: &str) -> Option<Vec<u8>> {
        let mut bytes = self.mark.clone();
        if self.encoding == UTF_16LE {
            bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        } else if self.encoding == UTF_16BE {
            bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
        } else {
            let (encoded, _, unmappable) = self.encoding.encode(text);
            if unmappable {
                return None;
            }
            bytes.extend_from_slice(&encoded);
        }
        bytes.extend_from_slice(&self.tail);
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
        let (text, coding) = decode(bytes, None)?;
        coding.encode(&text.replace("old", "new")).ok_or("no sign")
    }

    #[test]
    fn every_encoding_comes_out_as_it_went_in() {
        let utf16 = |text: &str| -> Vec<u8> {
            std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        };
        for (before, after) in [
            (b"an old link\r\n".to_vec(), b"an new link\r\n".to_vec()),
            (b"\xEF\xBB\xBFold \xC3\xA9".to_vec(), b"\xEF\xBB\xBFnew \xC3\xA9".to_vec()),
            (b"caf\xE9 old, d\xE9j\xE0 vu, l'\xE9t\xE9".to_vec(), b"caf\xE9 new, d\xE9j\xE0 vu, l'\xE9t\xE9".to_vec()),
            (utf16("old \u{1F600}"), utf16("new \u{1F600}")),
            ("old, cut: é é".as_bytes()[..13].to_vec(), "new, cut: é é".as_bytes()[..13].to_vec()),
        ] {
            assert_eq!(round(&before).as_deref(), Ok(&after[..]), "{before:?}");
        }
    }

    #[test]
    fn what_cannot_be_written_back_is_refused() {
        assert!(round(b"\x1F\x8B\x08").is_err());
        let mut broken = "é ".repeat(200).into_bytes();
        broken.extend_from_slice(b"\xFF old");
        assert!(round(&broken).is_err());
    }
}
