//! Where an answer sends us, and when a chain of redirects is at fault.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use percent_encoding::{AsciiSet, percent_encode};
use url::Url;

use crate::model::exchange::{Answer, RedirectFault};
use crate::model::url::MAX_URL_LENGTH;

/// Bytes of a bad `Location` kept as evidence.
const MAX_EVIDENCE: usize = 500;

/// Where an answer sends us by status and `Location`; `None` when it is not a redirect.
///
/// A target without a fragment inherits the one asked for (RFC 9110, 10.2.2). User names and passwords in a target are
/// dropped: a list of links carries no credentials of ours, and foreign ones are not sent.
///
/// # Errors
/// A redirect without `Location`, or one to something that is no web address.
pub fn redirect_target(current: &Url, answer: &Answer) -> Result<Option<Url>, RedirectFault> {
    let location = answer.headers.first("location");
    let location = match (answer.status, location) {
        (301 | 302 | 303 | 307 | 308, None) => return Err(RedirectFault::NoLocation),
        (300 | 301 | 302 | 303 | 307 | 308, Some(location)) => text_of(location),
        _ => return Ok(None),
    };
    let bad = || RedirectFault::BadTarget(evidence(&location));
    if location.trim().is_empty() {
        return Err(RedirectFault::NoLocation);
    }
    let mut target = current.join(&location).map_err(|_| bad())?;
    if !matches!(target.scheme(), "http" | "https") || target.host_str().is_none_or(str::is_empty) {
        return Err(bad());
    }
    if target.as_str().len() > MAX_URL_LENGTH {
        return Err(bad());
    }
    strip_credentials(&mut target);
    if target.fragment().is_none() {
        target.set_fragment(current.fragment());
    }
    Ok(Some(target))
}

/// Drops user name and password.
pub fn strip_credentials(url: &mut Url) {
    // Both fail only for addresses without a host, which cannot carry any.
    let _ = url.set_username("");
    let _ = url.set_password(None);
}

/// `Location` as browsers read it: UTF-8 where it is, else each byte beyond ASCII escaped as itself, since only its server
/// knows in which charset it names its pages. The URL parser then escapes what else does not belong in an address, raw
/// spaces included.
fn text_of(value: &[u8]) -> String {
    match std::str::from_utf8(value) {
        Ok(text) => text.to_owned(),
        Err(_) => percent_encode(value, &AsciiSet::EMPTY).to_string(),
    }
}

fn evidence(location: &str) -> String {
    location.chars().take(MAX_EVIDENCE).collect()
}

/// The requests of one chain: finds loops and counts hops.
///
/// Coming to the same address again is a loop only when nothing changed: sites that set a cookie and send the visitor
/// back to where he was are common, and with the cookie they answer.
#[derive(Clone, Debug)]
pub struct Chain {
    seen: HashSet<u64>,
    follows: usize,
    max_follows: usize,
}

impl Chain {
    /// A chain that may follow so many redirects.
    pub fn new(max_follows: usize) -> Self {
        Chain { seen: HashSet::new(), follows: 0, max_follows }
    }

    /// Notes a request about to be sent: its address and the cookies that go with it.
    ///
    /// # Errors
    /// When the same request was made before, or there were too many.
    pub fn visit(&mut self, url: &Url, cookies: Option<&str>) -> Result<(), RedirectFault> {
        let mut hasher = DefaultHasher::new();
        url[..url::Position::AfterQuery].hash(&mut hasher);
        cookies.hash(&mut hasher);
        if !self.seen.insert(hasher.finish()) {
            return Err(RedirectFault::Loop);
        }
        if self.seen.len() > 1 {
            self.follows += 1;
        }
        if self.follows > self.max_follows { Err(RedirectFault::TooMany) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, location: Option<&[u8]>) -> Answer {
        let headers = location.map(|value| ("location", value)).into_iter().collect();
        Answer { status, headers, body: Default::default(), truncated: false, body_fault: None }
    }

    fn target(current: &str, location: &[u8]) -> Result<String, RedirectFault> {
        let current = Url::parse(current).expect("valid");
        redirect_target(&current, &answer(302, Some(location))).map(|url| url.expect("a redirect").to_string())
    }

    #[test]
    fn locations_are_read_as_browsers_read_them() {
        let here = "https://example.org/dir/page?q=1#part";
        for (location, expected) in [
            (&b"/new"[..], "https://example.org/new#part"),
            (b"other", "https://example.org/dir/other#part"),
            (b"?q=2", "https://example.org/dir/page?q=2#part"),
            (b"//example.net/x", "https://example.net/x#part"),
            (b"/new#there", "https://example.org/new#there"),
            (b"/new#", "https://example.org/new#"),
            (b"  http://example.net/a b ", "http://example.net/a%20b#part"),
            ("/caf\u{e9}".as_bytes(), "https://example.org/caf%C3%A9#part"),
            (b"/caf\xe9", "https://example.org/caf%E9#part"),
            (b"/s?q=\xf2\xe5\xf1\xf2", "https://example.org/s?q=%F2%E5%F1%F2#part"),
            (b"https://user:secret@example.net/", "https://example.net/#part"),
            ("https://b\u{fc}cher.example/".as_bytes(), "https://xn--bcher-kva.example/#part"),
            (b"HTTPS:\\\\example.net\\x", "https://example.net/x#part"),
        ] {
            assert_eq!(target(here, location).as_deref(), Ok(expected), "{}", location.escape_ascii());
        }
    }

    #[test]
    fn targets_that_are_no_web_address_are_faults() {
        for location in [
            &b"javascript:alert(1)"[..],
            b"file:///etc/passwd",
            b"data:text/html,x",
            b"mailto:a@example.org",
            b"http://example.org:99999/",
            b"http://",
            b"https://[::1",
            b"http://exa mple.org/",
        ] {
            assert!(
                matches!(target("https://example.org/", location), Err(RedirectFault::BadTarget(text)) if text == location.escape_ascii().to_string()),
                "{}",
                location.escape_ascii()
            );
        }
        let long = [b"/".as_slice(), &vec![b'a'; 9_000]].concat();
        assert!(
            matches!(target("https://example.org/", &long), Err(RedirectFault::BadTarget(text)) if text.len() == 500)
        );
    }

    proptest::proptest! {
        #[test]
        fn any_location_leads_to_a_web_address_or_a_fault(
            location in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200),
        ) {
            let here = Url::parse("https://example.org/dir/#x").expect("valid");
            if let Ok(Some(target)) = redirect_target(&here, &answer(302, Some(&location))) {
                assert!(matches!(target.scheme(), "http" | "https") && target.host_str().is_some());
                assert!(target.username().is_empty() && target.password().is_none());
            }
        }
    }

    #[test]
    fn only_redirect_statuses_redirect() {
        let here = Url::parse("https://example.org/").expect("valid");
        for (status, location, expected) in [
            (200, Some(&b"/x"[..]), Ok(false)),
            (201, Some(b"/x"), Ok(false)),
            (300, None, Ok(false)),
            (300, Some(b"/x"), Ok(true)),
            (304, Some(b"/x"), Ok(false)),
            (302, None, Err(RedirectFault::NoLocation)),
            (302, Some(b" "), Err(RedirectFault::NoLocation)),
            (308, Some(b"/x"), Ok(true)),
        ] {
            let outcome = redirect_target(&here, &answer(status, location)).map(|url| url.is_some());
            assert_eq!(outcome, expected, "{status} {location:?}");
        }
    }

    #[test]
    fn the_same_request_twice_is_a_loop_but_a_new_cookie_is_not() {
        let url = |text: &str| Url::parse(text).expect("valid");
        let mut chain = Chain::new(10);
        assert_eq!(chain.visit(&url("https://example.org/a#x"), None), Ok(()));
        assert_eq!(chain.visit(&url("https://example.org/a"), Some("seen=1")), Ok(()));
        assert_eq!(chain.visit(&url("https://example.org/b"), Some("seen=1")), Ok(()));
        assert_eq!(chain.visit(&url("https://example.org/a#y"), Some("seen=1")), Err(RedirectFault::Loop));
    }

    #[test]
    fn hops_are_counted_after_the_first_request() {
        let mut chain = Chain::new(2);
        let visit = |chain: &mut Chain, n: u32| {
            chain.visit(&Url::parse(&format!("https://example.org/{n}")).expect("valid"), None)
        };
        assert_eq!((0..3).map(|n| visit(&mut chain, n)).collect::<Result<Vec<_>, _>>().map(|v| v.len()), Ok(3));
        assert_eq!(visit(&mut chain, 3), Err(RedirectFault::TooMany));
    }
}
