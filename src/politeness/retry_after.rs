//! `Retry-After` and its relatives.

use std::time::Duration;

use crate::model::exchange::Headers;

/// The longest pause that is kept. A server that asks for years is misconfigured, and would never be asked again.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(30 * 24 * 3600);

/// How long a server asks to be left alone (RFC 9110, 10.2.3): seconds, or a date that is read against the answer's own
/// `Date`, since the clocks of two machines never agree. `RateLimit-Reset` and `X-RateLimit-Reset` stand in where it is
/// missing. Nonsense, negative values and dates gone by give `None`, and
/// no answer more than [`LONGEST_PAUSE`].
pub fn requested_pause(headers: &Headers) -> Option<Duration> {
    let pause = headers.get("retry-after").and_then(|value| read(&value, headers)).or_else(|| reset(headers));
    pause.map(|pause| pause.min(LONGEST_PAUSE))
}

fn read(value: &str, headers: &Headers) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        return value.parse().ok().map(Duration::from_secs);
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let sent = httpdate::parse_http_date(headers.get("date")?.trim()).ok()?;
    until.duration_since(sent).ok()
}

/// The reset headers count seconds; some services send Unix time instead, told apart by size.
fn reset(headers: &Headers) -> Option<Duration> {
    const UNIX_TIME: u64 = 1_000_000_000;
    let exhausted = ["ratelimit-remaining", "x-ratelimit-remaining"]
        .iter()
        .any(|name| headers.get(name).is_some_and(|value| value.trim() == "0"));
    if !exhausted {
        return None;
    }
    let value = headers.get("ratelimit-reset").or_else(|| headers.get("x-ratelimit-reset"))?;
    let seconds: u64 = value.trim().parse().ok()?;
    if seconds < UNIX_TIME {
        return Some(Duration::from_secs(seconds));
    }
    let sent = httpdate::parse_http_date(headers.get("date")?.trim()).ok()?;
    let sent = sent.duration_since(std::time::UNIX_EPOCH).ok()?;
    Duration::from_secs(seconds).checked_sub(sent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&str, &str)]) -> Headers {
        lines.iter().copied().collect()
    }

    #[test]
    fn seconds_and_dates() {
        let pause = |lines: &[(&str, &str)]| requested_pause(&headers(lines));
        assert_eq!(pause(&[("retry-after", " 120 ")]), Some(Duration::from_secs(120)));
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(pause(&[date, ("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT")]), Some(Duration::from_secs(60)));
        assert_eq!(
            pause(&[date, ("retry-after", "Sunday, 06-Nov-94 08:50:37 GMT")]),
            Some(Duration::from_secs(60)),
            "the obsolete form of RFC 850"
        );
    }

    #[test]
    fn nonsense_asks_for_nothing() {
        let pause = |lines: &[(&str, &str)]| requested_pause(&headers(lines));
        assert_eq!(pause(&[]), None);
        assert_eq!(pause(&[("retry-after", "-5")]), None);
        assert_eq!(pause(&[("retry-after", "soon")]), None);
        assert_eq!(pause(&[("retry-after", "99999999999999999999999")]), None);
        assert_eq!(pause(&[("retry-after", "99999999999")]), Some(LONGEST_PAUSE), "nobody is left alone for ever");
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(pause(&[date, ("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT")]), None, "a date gone by");
        assert_eq!(pause(&[("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT")]), None, "no Date to read it against");
    }

    #[test]
    fn reset_headers_count_only_when_nothing_is_left() {
        let pause = |lines: &[(&str, &str)]| requested_pause(&headers(lines));
        assert_eq!(pause(&[("x-ratelimit-reset", "30")]), None);
        assert_eq!(
            pause(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "30")]),
            Some(Duration::from_secs(30))
        );
        assert_eq!(
            pause(&[
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset", "1700000030"),
                ("date", "Tue, 14 Nov 2023 22:13:20 GMT"),
            ]),
            Some(Duration::from_secs(30))
        );
    }
}
