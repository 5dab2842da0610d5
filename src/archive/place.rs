//! Addresses within an archive.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::Wanted;

/// What stays as it is in the value of a parameter.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Captures named by one question at most.
const LIMIT: u32 = 5;

/// Where an archive of the Wayback Machine's kind is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    /// Scheme and host, without a final slash.
    endpoint: String,
}

impl Archive {
    /// An archive by its address.
    pub fn at(endpoint: &Url) -> Self {
        Archive { endpoint: endpoint.as_str().trim_end_matches('/').to_owned() }
    }

    /// The question to the index for captures of a resource with one of these statuses (a regular expression).
    pub(super) fn index(&self, wanted: &Wanted, statuses: &str) -> Option<Url> {
        let value = |text: &str| utf8_percent_encode(text, VALUE).to_string();
        let mut question = format!(
            "{}/cdx/search/cdx?url={}&output=json&filter={}",
            self.endpoint,
            value(wanted.url.as_str()),
            value(&format!("statuscode:{statuses}")),
        );
        match wanted.last_good {
            // `closest` means something only together with the order.
            Some(good) => question.push_str(&format!("&limit={LIMIT}&closest={}&sort=closest", stamp(good))),
            None => {
                question.push_str(&format!("&limit=-{LIMIT}&fastLatest=true"));
                if let Some(failing) = wanted.failing_since {
                    question.push_str(&format!("&to={}", stamp(failing)));
                }
            }
        }
        Url::parse(&question).ok()
    }

    /// A capture as it was captured, without the archive's own frame around it.
    pub(super) fn raw(&self, timestamp: &str, url: &Url) -> Option<Url> {
        Url::parse(&format!("{}/web/{timestamp}id_/{url}", self.endpoint)).ok()
    }

    /// A capture as people look at it.
    pub(super) fn page(&self, timestamp: &str, url: &Url) -> String {
        format!("{}/web/{timestamp}/{url}", self.endpoint)
    }
}

/// A moment as archives write it: `20240820101500`.
fn stamp(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y%m%d%H%M%S").to_string()
}

/// The moment of an archive's fourteen digits.
pub fn moment(timestamp: &str) -> Option<Timestamp> {
    if timestamp.len() != 14 || !timestamp.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| timestamp[from..to].parse::<i16>().ok();
    let small = |from: usize, to: usize| timestamp[from..to].parse::<i8>().ok();
    let moment =
        DateTime::new(number(0, 4)?, small(4, 6)?, small(6, 8)?, small(8, 10)?, small(10, 12)?, small(12, 14)?, 0);
    moment.ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// Where a captured redirect led: its `Location`, without the archive's own part where it has one.
pub fn redirect_target(listed: &Url, location: &str) -> Option<Url> {
    let captured = match location.split_once("/web/") {
        Some((_, rest)) if rest.starts_with(|c: char| c.is_ascii_digit()) => {
            let (_, target) = rest.split_once('/')?;
            target
        }
        _ => location,
    };
    // Some servers fold the two slashes of the scheme into one.
    let unfolded = ["http:/", "https:/"].iter().find_map(|scheme| {
        let rest = captured.strip_prefix(scheme).filter(|rest| !rest.starts_with('/'))?;
        Some(format!("{scheme}/{rest}"))
    });
    listed.join(unfolded.as_deref().unwrap_or(captured)).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(last_good: Option<&str>, failing_since: Option<&str>) -> Wanted {
        let at = |text: &str| text.parse().expect("a moment");
        Wanted {
            url: Url::parse("http://harbour.example/tides?year=2019&part=2").expect("valid"),
            last_good: last_good.map(at),
            failing_since: failing_since.map(at),
            title: None,
            media_type: None,
            crowded: Vec::new(),
        }
    }

    fn archive() -> Archive {
        Archive::at(&Url::parse("https://archive.example/").expect("valid"))
    }

    #[test]
    fn the_index_is_asked_for_the_captures_nearest_to_the_last_good_visit() {
        let question = archive().index(&wanted(Some("2024-08-20T10:15:00Z"), None), "20[036]").expect("an address");
        assert_eq!(
            question.as_str(),
            "https://archive.example/cdx/search/cdx?url=http%3A%2F%2Fharbour.example%2Ftides%3Fyear%3D2019%26part%3D2\
             &output=json&filter=statuscode%3A20%5B036%5D&limit=5&closest=20240820101500&sort=closest"
        );
    }

    #[test]
    fn without_a_good_visit_the_latest_before_the_failure_are_asked_for() {
        let question = archive().index(&wanted(None, Some("2026-03-01T04:00:00Z")), "200").expect("an address");
        assert!(question.as_str().ends_with("&limit=-5&fastLatest=true&to=20260301040000"), "{question}");
    }

    #[test]
    fn moments_are_read_and_nonsense_is_not() {
        assert_eq!(moment("20240820101500").map(|at| at.to_string()), Some("2024-08-20T10:15:00Z".to_owned()));
        for nonsense in ["2024", "20241320101500", "2024082010150x", "20240820101500123", "２０２４"] {
            assert_eq!(moment(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn the_target_of_a_captured_redirect_is_freed_from_the_archive() {
        let listed = Url::parse("http://harbour.example/tides").expect("valid");
        for (location, target) in [
            ("https://archive.example/web/20190101000000id_/http://harbour.example/t/2", "http://harbour.example/t/2"),
            ("/web/20190101000000id_/https://harbour.example/tide-table", "https://harbour.example/tide-table"),
            ("/web/20190101000000/http:/harbour.example/x", "http://harbour.example/x"),
            ("/tables/tides", "http://harbour.example/tables/tides"),
            ("https://harbour.example/web/about", "https://harbour.example/web/about"),
        ] {
            assert_eq!(redirect_target(&listed, location).map(String::from).as_deref(), Some(target), "{location}");
        }
        assert_eq!(redirect_target(&listed, "javascript:void(0)"), None);
    }
}
