//! The identity of a resource: canonical addresses, and the hosts that are asked for them.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use url::Url;

/// The longest address that is followed; longer ones are findings, not requests.
pub const MAX_URL_LENGTH: usize = 8_192;

/// One resource, however it is spelled: the serialised address without its fragment, percent-escapes in one form.
///
/// Two links with the same canonical URL are asked once. The spelling in the seed is never lost: it stays in
/// [`Link::href`](super::Link).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CanonicalUrl(Arc<str>);

impl CanonicalUrl {
    /// Folds what never changes the resource: fragment, empty query, spelling of percent-escapes (RFC 3986, 6.2.2).
    /// Host, scheme, default port and dot segments are already folded by [`Url`].
    pub fn new(url: &Url) -> Self {
        let mut url = url.clone();
        url.set_fragment(None);
        if url.query() == Some("") {
            url.set_query(None);
        }
        CanonicalUrl(fold_escapes(url.as_str()).into())
    }

    /// Takes a text that was canonical when it was stored.
    pub fn from_stored(text: impl Into<Arc<str>>) -> Self {
        CanonicalUrl(text.into())
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address to request.
    ///
    /// # Errors
    /// When the text was not canonical after all.
    pub fn to_url(&self) -> Result<Url, url::ParseError> {
        Url::parse(&self.0)
    }
}

impl fmt::Display for CanonicalUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Whether an address is sure to come out of parsing as it went in, as nearly all stored ones do: a look that costs a small
/// part of parsing. It promises nothing where it says no.
pub fn is_settled(address: &str) -> bool {
    let behind = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    let Some((host, path)) = behind.and_then(|rest| rest.split_once('/')) else { return false };
    // No address in numbers, no name in another script, no empty label.
    let top = host.rsplit('.').next().unwrap_or_default();
    let ends_in_letters = !top.is_empty() && top.bytes().all(|byte| byte.is_ascii_lowercase());
    let mut before = b'.';
    let is_name = host.bytes().all(|byte| {
        let fits = byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.') && byte != before;
        before = byte;
        fits
    });
    let mut before = b'/';
    let is_path = path.bytes().all(|byte| {
        // Neither `.` and `..` as folders nor a dot in disguise.
        let fits = SETTLED[usize::from(byte)] && !(byte == b'.' && before == b'/') && !(byte == b'2' && before == b'%');
        before = byte;
        fits
    });
    ends_in_letters && is_name && is_path
}

/// The characters that stand for themselves in path, query and fragment.
const SETTLED: [bool; 256] = {
    let others = b"-._~!$&()*+,;=:@/?#%";
    let mut settled = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        settled[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    let mut at = 0;
    while at < others.len() {
        settled[others[at] as usize] = true;
        at += 1;
    }
    settled
};

/// Upper-case hex digits, and escapes of unreserved characters decoded.
fn fold_escapes(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut folded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if let Some(byte) = escaped_byte(bytes, at) {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                folded.push(byte);
            } else {
                folded.push(b'%');
                folded.extend(bytes[at + 1..at + 3].iter().map(u8::to_ascii_uppercase));
            }
            at += 3;
        } else {
            folded.push(bytes[at]);
            at += 1;
        }
    }
    // Escapes stand for single ASCII characters here, so the text stays what it was: ASCII or untouched UTF-8.
    String::from_utf8(folded).unwrap_or_else(|_| text.to_owned())
}

/// The byte that the percent-escape at an offset stands for; `None` where none begins there.
pub fn escaped_byte(bytes: &[u8], at: usize) -> Option<u8> {
    let digit = |at: usize| (*bytes.get(at)? as char).to_digit(16).and_then(|value| u8::try_from(value).ok());
    if bytes.get(at) != Some(&b'%') {
        return None;
    }
    Some(digit(at + 1)? * 16 + digit(at + 2)?)
}

/// The unit of politeness: a host name or address without trailing dot, with its port where that is not the scheme's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HostKey(Arc<str>);

impl HostKey {
    /// The host an address belongs to, or `None` for an address without a host.
    pub fn of(url: &Url) -> Option<Self> {
        let host = url.host_str()?;
        let host = host.strip_suffix('.').unwrap_or(host);
        match url.port() {
            Some(port) => Some(HostKey(format!("{host}:{port}").into())),
            None => Some(HostKey(host.into())),
        }
    }

    /// The key of a canonical address, found in its text: for the many addresses nobody needs to take apart.
    pub fn within(canonical: &str) -> Option<&str> {
        let (_, rest) = canonical.split_once("://")?;
        let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        // The dot of a rooted name stands before the port, where there is one.
        (!host.is_empty() && !host.contains(".:")).then(|| host.strip_suffix('.').unwrap_or(host))
    }

    /// Takes a key that was stored.
    pub fn from_stored(text: impl Into<Arc<str>>) -> Self {
        HostKey(text.into())
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host without its port.
    pub fn host(&self) -> &str {
        match self.0.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') && port.bytes().all(|b| b.is_ascii_digit()) => host,
            _ => &self.0,
        }
    }
}

impl fmt::Display for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl std::borrow::Borrow<str> for HostKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// Names that never leave a machine or its network (RFC 6761, RFC 6762, RFC 8375, ICANN's `.internal`), and the `.lan` of
/// many a router.
const LOCAL_NAMES: &[&str] = &["localhost", "local", "internal", "lan", "home.arpa"];

/// Whether a host's name means something within a machine or its network only: by its end, or because it is a single label,
/// which no name server of the web has an address for.
pub fn is_local_name(name: &str) -> bool {
    let bare = name.strip_suffix('.').unwrap_or(name);
    let ends_on = |end: &&str| {
        let at = bare.len().checked_sub(end.len());
        at.and_then(|at| Some((bare.get(..at)?, bare.get(at..)?)))
            .is_some_and(|(rest, last)| last.eq_ignore_ascii_case(end) && (rest.is_empty() || rest.ends_with('.')))
    };
    !bare.contains('.') || LOCAL_NAMES.iter().any(ends_on)
}

/// Misspelt beginnings of web addresses, and what was meant. Longer ones first.
pub const MISSPELT: &[(&str, &str)] = &[
    ("http://https://", "https://"),
    ("https://http://", "http://"),
    ("http://http://", "http://"),
    ("https://https://", "https://"),
    ("http://https//", "https://"),
    ("http://http//", "http://"),
    ("https:///", "https://"),
    ("http:///", "http://"),
    ("https//:", "https://"),
    ("http//:", "http://"),
    ("https//", "https://"),
    ("http//", "http://"),
    ("https;//", "https://"),
    ("http;//", "http://"),
    ("hhttps://", "https://"),
    ("hhttp://", "http://"),
    ("htttps://", "https://"),
    ("htttp://", "http://"),
    ("htpps://", "https://"),
    ("htps://", "https://"),
    ("htp://", "http://"),
    ("hhtps://", "https://"),
    ("hhtp://", "http://"),
    ("httpss://", "https://"),
    ("ttps://", "https://"),
    ("ttp://", "http://"),
    ("http.//", "http://"),
    ("https.//", "https://"),
];

/// The misspelt beginning of a text that is no web address because of it: `htp://`, `http//`.
pub fn misspelt(text: &str) -> Option<&'static str> {
    let begins = |with: &str| text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    if begins("http:") || begins("https:") {
        return None;
    }
    MISSPELT.iter().map(|(wrong, _)| *wrong).find(|wrong| begins(wrong))
}

/// Scheme, host and port of an address: the scope of one robots.txt (RFC 9309, 2.3).
pub fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> String {
        CanonicalUrl::new(&Url::parse(text).expect("a valid address")).as_str().to_owned()
    }

    #[test]
    fn misspelt_beginnings_are_told_from_other_schemes_and_from_paths() {
        assert_eq!(misspelt("htp://a.example/"), Some("htp://"));
        assert_eq!(misspelt("HTTPS;//a.example/"), Some("https;//"));
        assert_eq!(misspelt("http//a.example/"), Some("http//"));
        for other in ["http:/a.example", "https://a.example/", "ftp://a.example/", "http/index.html", "https.html"] {
            assert_eq!(misspelt(other), None, "{other}");
        }
    }

    #[test]
    fn spellings_of_one_resource_meet() {
        assert_eq!(canonical("HTTP://Example.ORG:80/a/../b#part"), "http://example.org/b");
        assert_eq!(canonical("https://example.org/%7euser/%c3%a9?"), "https://example.org/~user/%C3%A9");
        assert_eq!(canonical("https://example.org/a%2fb"), "https://example.org/a%2Fb");
    }

    #[test]
    fn what_may_matter_is_kept() {
        assert_eq!(canonical("https://example.org/a?utm_source=x&b=1"), "https://example.org/a?utm_source=x&b=1");
        assert_eq!(canonical("https://example.org//a//"), "https://example.org//a//");
        assert_eq!(canonical("https://example.org/100%"), "https://example.org/100%");
    }

    #[test]
    fn a_host_is_its_name_and_unusual_port() {
        let key = |text: &str| HostKey::of(&Url::parse(text).expect("valid")).expect("has a host");
        assert_eq!(key("https://Example.org./a").as_str(), "example.org");
        assert_eq!(key("http://example.org:8080/").as_str(), "example.org:8080");
        assert_eq!(key("http://example.org:8080/").host(), "example.org");
        assert_eq!(key("http://[::1]:8080/").host(), "[::1]");
        assert_eq!(key("http://[::1]/").host(), "[::1]");
        assert_eq!(key("http://example.org/"), key("https://example.org/"));
        for text in
            ["https://example.org./a", "http://example.org:8080/", "http://[::1]:8080/?x", "http://u:p@a.test/@"]
        {
            let url = Url::parse(text).expect("valid");
            assert_eq!(HostKey::within(url.as_str()), Some(key(text).as_str()), "{text}");
        }
    }

    #[test]
    fn ordinary_addresses_are_known_to_be_settled() {
        for settled in
            ["https://a.example/", "http://www.a-b.example/x/y.html?q=1,2&r=%C3%A9#part", "https://a1.b.co/~c/d_e"]
        {
            assert!(is_settled(settled), "{settled}");
        }
        for other in [
            "http://a.example",
            "http://A.example/",
            "http://a.example:80/",
            "http://127.1/",
            "http://a.example/../b",
            "http://a.example/%2E%2e/b",
            "http://xn--a.example/",
            "http://a..example/",
            "http:///a.example/",
            "ftp://a.example/",
            "http://a.example/a b",
            "http://a.example/\\b",
        ] {
            assert!(!is_settled(other), "{other}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_settled_address_is_parsed_and_stays(
            text in "https?://[a-z0-9.-]{0,9}[.][a-z0-9]{0,3}/([a-z0-9./%?#&=;:@!~,_-]|%2[eEf0]|\\.\\./){0,12}|https?://\\PC{0,20}"
        ) {
            if is_settled(&text) {
                proptest::prop_assert_eq!(Url::parse(&text).map(String::from), Ok(text));
            }
        }
    }
}
