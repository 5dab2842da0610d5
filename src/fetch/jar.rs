//! Cookies of one link check (RFC 6265): what a site sets on the way is shown to it on the way, and forgotten after.

use cookie_store::{CookieStore, RawCookie};
use url::Url;

use crate::model::exchange::Headers;

/// Cookies kept at most, and bytes of one line that sets a cookie.
const MAX_COOKIES: usize = 50;
const MAX_LINE: usize = 4096;

/// Cookies of one link check; thrown away with it. Nothing is shared between links, so no site can recognise this
/// program across them.
#[derive(Clone, Debug, Default)]
pub struct Jar {
    store: CookieStore,
}

impl Jar {
    /// An empty jar.
    pub fn new() -> Self {
        Jar::default()
    }

    /// Keeps the cookies an answer sets; those for other domains, or for a whole public suffix, are refused.
    pub fn store(&mut self, url: &Url, headers: &Headers) {
        for line in headers.all("set-cookie") {
            if line.len() > MAX_LINE || self.store.iter_any().count() >= MAX_COOKIES {
                continue;
            }
            let Ok(cookie) = RawCookie::parse(line.as_ref()) else { continue };
            if cookie.domain().is_some_and(|domain| is_foreign_suffix(domain, url)) {
                continue;
            }
            // Refusals (another domain, no cookie at all) are nobody's concern.
            let _ = self.store.parse(&line, url);
        }
    }

    /// The `Cookie` header for a request, `None` when no cookie belongs to it.
    pub fn header_for(&self, url: &Url) -> Option<String> {
        let mut pairs: Vec<_> =
            self.store.get_request_values(url).map(|(name, value)| format!("{name}={value}")).collect();
        // The store keeps no order; the same cookies must give the same header, or loops would not be seen.
        pairs.sort_unstable();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

/// Whether a `Domain` attribute names a public suffix other than the host itself (RFC 6265, 5.3, step 5).
fn is_foreign_suffix(domain: &str, url: &Url) -> bool {
    let domain = domain.trim_start_matches('.').to_ascii_lowercase();
    if url.host_str() == Some(domain.as_str()) {
        return false;
    }
    psl::suffix_str(&domain).is_none_or(|suffix| suffix == domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jar(url: &str, lines: &[&str]) -> Jar {
        let mut jar = Jar::new();
        let headers = lines.iter().map(|line| ("set-cookie", line)).collect();
        jar.store(&Url::parse(url).expect("valid"), &headers);
        jar
    }

    fn header(jar: &Jar, url: &str) -> Option<String> {
        jar.header_for(&Url::parse(url).expect("valid"))
    }

    #[test]
    fn a_cookie_goes_back_where_it_belongs() {
        let jar =
            jar("https://www.example.org/a/b", &["b=2", "a=1; Path=/a; Domain=example.org", "s=3; Secure; HttpOnly"]);
        assert_eq!(header(&jar, "https://www.example.org/a/c").as_deref(), Some("a=1; b=2; s=3"));
        assert_eq!(header(&jar, "http://www.example.org/a/c").as_deref(), Some("a=1; b=2"));
        assert_eq!(header(&jar, "https://other.example.org/a/").as_deref(), Some("a=1"));
        assert_eq!(header(&jar, "https://www.example.org/"), None);
        assert_eq!(header(&jar, "https://example.net/a/c"), None);
    }

    #[test]
    fn cookies_for_others_are_refused() {
        let refused =
            ["x=1; Domain=example.net", "x=1; Domain=org", "x=1; Domain=.org", "x=1; Domain=www.example.org.evil.test"];
        let jar = jar("https://www.example.org/", &refused);
        assert_eq!(header(&jar, "https://www.example.org/"), None);
        assert_eq!(header(&jar, "https://example.net/"), None);
        let numeric = self::jar("http://192.0.2.34/", &["x=1; Domain=2.34"]);
        assert_eq!((header(&numeric, "http://192.0.2.34/"), header(&numeric, "http://9.9.2.34/")), (None, None));
        let mut shared = Jar::new();
        shared.store(
            &Url::parse("https://a.github.io/").expect("valid"),
            &Headers::from_iter([("set-cookie", "x=1; Domain=github.io")]),
        );
        assert_eq!(header(&shared, "https://a.github.io/"), None);
    }

    #[test]
    fn a_cookie_can_be_taken_back() {
        let mut jar = jar("https://example.org/", &["x=1"]);
        jar.store(
            &Url::parse("https://example.org/").expect("valid"),
            &Headers::from_iter([("set-cookie", "x=; Max-Age=0")]),
        );
        assert_eq!(header(&jar, "https://example.org/"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_line_can_be_stored(line in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let mut jar = Jar::new();
            let url = Url::parse("https://www.example.org/a").expect("valid");
            jar.store(&url, &Headers::from_iter([("set-cookie", line)]));
            let _ = jar.header_for(&url);
        }
    }

    #[test]
    fn a_jar_is_bounded() {
        let lines: Vec<_> = (0..500).map(|n| format!("n{n}=1")).chain([format!("big={}", "x".repeat(5000))]).collect();
        let lines: Vec<_> = lines.iter().map(String::as_str).collect();
        let jar = jar("https://example.org/", &lines);
        let sent = header(&jar, "https://example.org/").expect("some");
        assert_eq!(sent.split("; ").count(), MAX_COOKIES);
        assert!(!sent.contains("big"));
    }
}
