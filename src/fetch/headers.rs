//! Header lines: those of a request, those of an answer, and what an answer's say about its body.

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, COOKIE, HeaderMap, HeaderName, HeaderValue};

use super::Request;
use crate::model::exchange::Headers;

/// Bytes of an answer's header lines that are kept.
pub const MAX_BYTES: usize = 64 << 10;

/// Bytes of a redirect's body that are read: enough for any, so that the connection can be used again.
const REDIRECT_BODY: u64 = 16 << 10;

/// Bytes read of media nobody here looks into; enough to tell what they are.
const OPAQUE_BODY: u64 = 64 << 10;

/// What every request says; English is preferred because the lists and their readers are.
const USUAL: [(HeaderName, &str); 3] = [
    (ACCEPT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    (ACCEPT_LANGUAGE, "en;q=0.8,*;q=0.5"),
    // The others are bombs: a few hundred bytes of brotli or zstd take gigabytes to unpack.
    (ACCEPT_ENCODING, "gzip"),
];

/// What every request says unless it says otherwise.
pub fn usual() -> HeaderMap {
    USUAL.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect()
}

/// What one request says of its own.
///
/// # Errors
/// The name of a header that cannot be sent.
pub fn own(request: &Request) -> Result<HeaderMap, String> {
    let cookie = request.cookie.as_deref().map(|cookie| (COOKIE.as_str(), cookie));
    let own = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    own.chain(cookie)
        .map(|(name, value)| {
            let unsendable = || format!("header {name}: not sendable");
            let value = HeaderValue::from_str(value).map_err(|_| unsendable())?;
            Ok((HeaderName::from_bytes(name.as_bytes()).map_err(|_| unsendable())?, value))
        })
        .collect()
}

/// How much of a body is worth reading, whatever the caller would take.
pub fn worth_reading(status: u16, headers: &Headers) -> u64 {
    if (300..400).contains(&status) && headers.contains("location") {
        return REDIRECT_BODY;
    }
    let media_type = headers.media_type().unwrap_or_default();
    let opaque = ["video/", "audio/", "image/", "font/"].iter().any(|family| media_type.starts_with(family));
    if opaque && media_type != "image/svg+xml" { OPAQUE_BODY } else { u64::MAX }
}

/// The header lines, in order as far as the client keeps it: lines of one name stay together.
pub fn received(lines: &HeaderMap) -> Headers {
    let mut room = MAX_BYTES;
    let bytes = lines.iter().map(|(name, value)| name.as_str().len() + value.len()).sum::<usize>();
    let mut headers = Headers::with_capacity(lines.len(), bytes.min(MAX_BYTES));
    for (name, value) in lines {
        let length = name.as_str().len() + value.len();
        if length > room {
            continue;
        }
        room -= length;
        headers.push(name.as_str(), value.as_bytes());
    }
    headers
}
