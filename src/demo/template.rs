//! Texts with placeholders, and how they become bytes.

use std::borrow::Cow;
use std::io::Write as _;
use std::time::{Duration, SystemTime};

use bytes::Bytes;

use super::scenario::Encoding;

/// The most filler one placeholder may ask for.
const MAX_FILLER: usize = 64 << 20;
/// What filler is made of.
const FILLER: &str = "filler ";

/// A text ready to be sent, rendered once where nothing in it changes.
#[derive(Clone, Debug)]
pub(super) enum Template {
    /// The same bytes every time.
    Fixed(Bytes),
    /// Rendered for each answer.
    Changing(Vec<Part>, Encoding),
}

#[derive(Clone, Debug)]
pub(super) enum Part {
    Text(String),
    Date(i64),
    RequestPath,
    Random,
    Filler(usize),
}

impl Template {
    pub(super) fn new(text: &str, encoding: Encoding) -> Self {
        let parts = parse(text);
        let fixed = parts.iter().all(|part| matches!(part, Part::Text(_) | Part::Filler(_)));
        if fixed {
            Template::Fixed(encode(&render(&parts, ""), encoding).into())
        } else {
            Template::Changing(parts, encoding)
        }
    }

    pub(super) fn fixed(bytes: impl Into<Bytes>) -> Self {
        Template::Fixed(bytes.into())
    }

    /// The bytes for one request.
    pub(super) fn bytes(&self, request_path: &str) -> Bytes {
        match self {
            Template::Fixed(bytes) => bytes.clone(),
            Template::Changing(parts, encoding) => encode(&render(parts, request_path), *encoding).into(),
        }
    }
}

fn parse(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        plain.push_str(&rest[..open]);
        rest = &rest[open..];
        // A placeholder is short; looking no further keeps texts full of braces linear.
        let close = rest.bytes().take(40).position(|byte| byte == b'}');
        match close.and_then(|close| Some((placeholder(&rest[1..close])?, close))) {
            Some((part, close)) => {
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(part);
                rest = &rest[close + 1..];
            }
            None => {
                plain.push('{');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    parts.push(Part::Text(plain));
    parts
}

fn placeholder(name: &str) -> Option<Part> {
    match name {
        "REQUEST_PATH" => Some(Part::RequestPath),
        "RANDOM" => Some(Part::Random),
        "DATE" => Some(Part::Date(0)),
        _ => {
            if let Some(count) = name.strip_prefix("PAD:") {
                return count.parse().ok().filter(|&count| count <= MAX_FILLER).map(Part::Filler);
            }
            let seconds = name.strip_prefix("DATE")?.strip_suffix('s')?;
            seconds.starts_with(['+', '-']).then(|| seconds.parse().ok())?.map(Part::Date)
        }
    }
}

fn render(parts: &[Part], request_path: &str) -> String {
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Text(plain) => text.push_str(plain),
            Part::RequestPath => text.push_str(request_path),
            Part::Random => text.push_str(&format!("{:016x}", rand::random::<u64>())),
            Part::Date(seconds) => text.push_str(&http_date(*seconds)),
            Part::Filler(count) => text.extend(FILLER.chars().cycle().take(*count)),
        }
    }
    text
}

/// The current time, moved by some seconds, as an HTTP date. Servers have clocks of their own; this is theirs.
pub(super) fn http_date(seconds: i64) -> String {
    let offset = Duration::from_secs(seconds.unsigned_abs());
    let now = SystemTime::now();
    let moved = if seconds < 0 { now.checked_sub(offset) } else { now.checked_add(offset) };
    httpdate::fmt_http_date(moved.unwrap_or(now))
}

pub(super) fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Latin1 => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect(),
        Encoding::ShiftJis => match encoding_rs::SHIFT_JIS.encode(text).0 {
            Cow::Borrowed(bytes) => bytes.to_vec(),
            Cow::Owned(bytes) => bytes,
        },
        Encoding::Gzip => gzip(text.as_bytes()),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    // Writing to memory does not fail; should it ever, an empty body is an honest fault.
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(template: &str) -> String {
        String::from_utf8(Template::new(template, Encoding::Utf8).bytes("/a?b=1").to_vec()).expect("UTF-8")
    }

    #[test]
    fn placeholders_are_filled_and_braces_stay() {
        assert_eq!(text("at {REQUEST_PATH}!"), "at /a?b=1!");
        assert_eq!(text("{\"a\":{}} {X} {PAD:x} {"), "{\"a\":{}} {X} {PAD:x} {");
        assert_eq!(text("{PAD:9}|"), "filler fi|");
        let random = text("{RANDOM}{RANDOM}");
        assert_eq!(random.len(), 32);
        assert_ne!(random[..16], random[16..], "fresh digits per use");
        assert!(random.bytes().all(|b| b.is_ascii_hexdigit()));
    }

    #[test]
    fn dates_lie_ahead_by_the_seconds_asked_for() {
        let date = httpdate::parse_http_date(&text("{DATE+90s}")).expect("an HTTP date");
        let ahead = date.duration_since(SystemTime::now()).expect("in the future").as_secs();
        assert!((85..=91).contains(&ahead), "{ahead}");
        assert!(httpdate::parse_http_date(&text("{DATE-90s}")).expect("an HTTP date") < SystemTime::now());
    }

    #[test]
    fn texts_become_the_bytes_asked_for() {
        assert_eq!(encode("é€", Encoding::Latin1), [0xe9, b'?']);
        assert_eq!(encode("茶", Encoding::ShiftJis), [0x92, 0x83]);
        let mut plain = String::new();
        let packed = encode("tea", Encoding::Gzip);
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&packed[..]), &mut plain).expect("gzip");
        assert_eq!(plain, "tea");
    }
}
