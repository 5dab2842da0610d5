//! From bytes to text: which charset a page is in, whatever it says.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

use super::scan::{Token, tokens};

/// Bytes in which a declaration is looked for. The Standard reads 1,024; real pages put it later.
const PRESCAN: usize = 16 * 1024;

/// Bytes shown to the detector.
const SAMPLE: usize = 64 * 1024;

/// A page as text.
#[derive(Clone, Debug)]
pub struct Decoded<'a> {
    /// The text, borrowed where the bytes are UTF-8.
    pub text: Cow<'a, str>,
    /// The charset it was read in.
    pub encoding: &'static Encoding,
    /// Whether some bytes had no meaning in it and were replaced by U+FFFD.
    pub replaced: bool,
}

/// Decodes a page: byte order mark, then the `charset` of the `Content-Type`, then a declaration in the text, then
/// detection. Bytes that are valid UTF-8 beyond ASCII are taken for UTF-8 where the declarations disagree, or name a
/// single-byte charset, in which any bytes would be valid.
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return decode_as(encoding, &bytes[length..]);
    }
    let valid = whole_utf8(bytes);
    let header = content_type.and_then(charset_parameter).and_then(for_label);
    if let Some(text) = valid
        && (header == Some(UTF_8) || text.is_ascii())
        && memchr::memchr(0x1B, if header == Some(UTF_8) { beginning(bytes) } else { bytes }).is_none()
    {
        return Decoded { text: Cow::Borrowed(text), encoding: UTF_8, replaced: false };
    }
    let inner = declared(bytes);
    let claim = header.or(inner);
    if let Some(text) = valid
        && (claim.is_none_or(|encoding| encoding == UTF_8 || encoding.is_single_byte())
            || (inner.is_some() && inner != header))
        && !(claim.is_some_and(|encoding| !encoding.is_ascii_compatible()) || escapes(bytes))
    {
        return Decoded { text: Cow::Borrowed(text), encoding: UTF_8, replaced: false };
    }
    match claim {
        Some(encoding) if encoding == UTF_8 && !mostly_utf8(bytes) => decode_as(detect(bytes), bytes),
        Some(encoding) => decode_as(encoding, bytes),
        None if mostly_utf8(bytes) => decode_as(UTF_8, bytes),
        None => decode_as(detect(bytes), bytes),
    }
}

/// What of a page must show how it is written.
fn beginning(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.len().min(PRESCAN)]
}

/// The text when the bytes are UTF-8; a character cut off at the very end does not count, unless it would be the only one
/// beyond ASCII.
fn whole_utf8(bytes: &[u8]) -> Option<&str> {
    match simdutf8::compat::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok().filter(|text| !text.is_ascii())
        }
        Err(_) => None,
    }
}

fn decode_as<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Decoded<'a> {
    let (text, replaced) = encoding.decode_without_bom_handling(bytes);
    Decoded { text, encoding, replaced }
}

/// Whether the escape sequences of ISO-2022-JP occur.
fn escapes(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"\x1B$").is_some()
}

/// A label as pages mean it: GB2312 and GBK are read by their superset.
fn for_label(label: &[u8]) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label(label)?;
    Some(if encoding == GBK { GB18030 } else { encoding })
}

/// The `charset` parameter of a media type.
fn charset_parameter(content_type: &str) -> Option<&[u8]> {
    let bytes = content_type.as_bytes();
    let at = bytes.windows(7).position(|window| window.eq_ignore_ascii_case(b"charset"))?;
    let value = content_type[at + 7..].trim_start().strip_prefix('=')?.trim_start();
    let value = match value.chars().next() {
        Some(quote @ ('"' | '\'')) => value[1..].split(quote).next()?,
        _ => value.split([';', ',', ' ', '\t']).next()?,
    };
    Some(value.trim().as_bytes())
}

/// The charset a page declares inside, in a `meta` element or an XML declaration.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = beginning(bytes);
    // Every charset that can be read here agrees with ASCII, so the markup is legible whatever the rest means.
    let legible: Cow<'_, str> = match std::str::from_utf8(sample) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(sample.iter().map(|&byte| if byte.is_ascii() { byte as char } else { '?' }).collect()),
    };
    for token in tokens(&legible) {
        let Token::Start(tag) = token else { continue };
        if tag.name == "body" {
            break;
        }
        if tag.name != "meta" {
            continue;
        }
        let label = match tag.attr("charset") {
            Some(label) => label,
            None => {
                let refers =
                    tag.attr("http-equiv").is_some_and(|name| name.trim().eq_ignore_ascii_case("content-type"));
                match tag.attr("content") {
                    Some(content) if refers => content,
                    _ => continue,
                }
            }
        };
        let label = charset_parameter(&label).unwrap_or(label.as_bytes());
        if let Some(encoding) = for_label(label) {
            return Some(in_meta(encoding));
        }
    }
    xml_declaration(&legible).map(in_meta)
}

/// A declaration that could be read as ASCII cannot mean UTF-16.
fn in_meta(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == UTF_16BE || encoding == UTF_16LE {
        UTF_8
    } else if encoding == X_USER_DEFINED {
        WINDOWS_1252
    } else {
        encoding
    }
}

fn xml_declaration(text: &str) -> Option<&'static Encoding> {
    let declaration = text.strip_prefix("<?xml")?.split('>').next()?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    for_label(value[1..].split(quote).next()?.as_bytes())
}

/// Whether broken UTF-8 is still UTF-8: more whole characters beyond ASCII than broken ones, or hardly any broken.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|&byte| byte >= 0xC0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 4 * bad
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes[..bytes.len().min(SAMPLE)], bytes.len() <= SAMPLE);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    if encoding == GBK { GB18030 } else { encoding }
}
