//! Reading addresses: which ones are the same place, roots, locales, versions, registrable domains.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::model::url::is_local_name;

/// The registrable domain of a host by the public suffix list; an address is its own domain.
pub fn registrable(url: &Url) -> Cow<'_, str> {
    let of = |name: &str| psl::domain_str(name).map_or(name.len(), str::len);
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = in_lower_case(name.trim_end_matches('.'));
            // The domain is the end of the name.
            let at = name.len() - of(&name);
            match name {
                Cow::Borrowed(name) => Cow::Borrowed(&name[at..]),
                Cow::Owned(name) => Cow::Owned(name[at..].to_owned()),
            }
        }
        _ => Cow::Borrowed(url.host_str().unwrap_or_default()),
    }
}

/// A host in lower case, as those of the web's schemes are anyway.
fn in_lower_case(host: &str) -> Cow<'_, str> {
    match host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(host.to_ascii_lowercase()),
        false => Cow::Borrowed(host),
    }
}

/// Whether a host is written as an address of a private network, of this machine, or as its name.
pub fn is_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_local_name(name),
        Some(Host::Ipv4(address)) => {
            address.is_private() || address.is_loopback() || address.is_link_local() || address.is_unspecified()
        }
        Some(Host::Ipv6(address)) => {
            address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local()
        }
        None => false,
    }
}

/// What makes a host name impossible (RFC 1035, 2.3.4), when something does.
pub fn impossible_host(url: &Url) -> Option<&'static str> {
    let Some(Host::Domain(name)) = url.host() else { return None };
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.len() > 253 {
        return Some("the host name is longer than 253 characters");
    }
    name.split('.').find_map(|label| match label.len() {
        0 => Some("the host name has an empty part"),
        64.. => Some("a part of the host name is longer than 63 characters"),
        _ => None,
    })
}

/// Host in lower case without trailing dot and `www`.
pub fn bare_host(url: &Url) -> Cow<'_, str> {
    let host = in_lower_case(url.host_str().unwrap_or_default().trim_end_matches('.'));
    let bare = |host: &str| {
        let mut prefixes = ["www.", "www1.", "www2.", "www3."].into_iter();
        prefixes.find(|prefix| host.strip_prefix(prefix).is_some_and(|rest| rest.contains('.'))).map_or(0, str::len)
    };
    match host {
        Cow::Borrowed(host) => Cow::Borrowed(&host[bare(host)..]),
        Cow::Owned(host) => Cow::Owned(host[bare(&host)..].to_owned()),
    }
}

/// The non-empty path segments, percent-decoded, in lower case.
pub fn segments(url: &Url) -> impl Iterator<Item = Cow<'_, str>> {
    url.path().split('/').filter(|part| !part.is_empty()).map(|part| {
        // Most are written so that nothing is to be done.
        let plain = |byte: u8| byte.is_ascii() & (byte != b'%') & !byte.is_ascii_uppercase();
        match part.bytes().all(plain) {
            true => Cow::Borrowed(part),
            false => Cow::Owned(decode(part).to_lowercase()),
        }
    })
}

/// Percent-decoded, lossily.
pub fn decode(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// Whether a segment is the name of a folder's own page.
pub fn is_index(segment: &str) -> bool {
    let stem = segment.split('.').next().unwrap_or_default();
    matches!(stem, "index" | "default" | "home" | "main" | "welcome" | "start") && segment.len() <= stem.len() + 6
}

/// Whether a segment is a language tag such as `en`, `pt-br` or `zh_Hans`.
pub fn is_locale(segment: &str) -> bool {
    let mut parts = segment.split(['-', '_']);
    let Some(language) = parts.next() else { return false };
    let known = matches!(language.len(), 2 | 3) && LANGUAGES.contains(&language);
    known && parts.all(|part| (2..=4).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()))
}

/// ISO 639-1 codes that stand as path segments, but for those that mean something else more often.
const LANGUAGES: &[&str] = &[
    "ar", "az", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "eng", "es", "et", "eu", "fa", "fi", "fr",
    "ga", "gl", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "jp", "ka", "kk", "km", "ko", "kr", "lt", "lv",
    "mk", "mn", "ms", "mt", "nb", "ne", "nl", "nn", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "sw",
    "ta", "te", "th", "tr", "uk", "ur", "uz", "vi", "zh", "cn", "tw", "us", "gb", "int", "global",
];

/// Whether a segment names a version of a manual.
pub fn is_version(segment: &str) -> bool {
    let number = segment.strip_prefix('v').unwrap_or(segment);
    matches!(
        segment,
        "latest" | "stable" | "master" | "main" | "current" | "dev" | "develop" | "trunk" | "nightly" | "head"
    ) || (number.contains('.') || segment.starts_with('v'))
        && number.starts_with(|c: char| c.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'x'))
}

/// Whether a segment identifies a thing by number or hash, so that words beside it are decoration.
pub fn is_id(segment: &str) -> bool {
    let digits = segment.chars().filter(char::is_ascii_digit).count();
    (digits == segment.len() && digits > 0)
        || (segment.len() >= 8 && digits >= 2 && segment.chars().all(|c| c.is_ascii_hexdigit() || c == '-'))
}

/// Whether an address is the front page of its host: nothing, an index page or a locale, and no query that selects.
pub fn is_root(url: &Url) -> bool {
    segments(url).all(|part| is_index(&part) || is_locale(&part)) && !selects(url)
}

/// Whether an address has a query with keys that select something.
pub fn selects(url: &Url) -> bool {
    selecting_pairs(url).next().is_some()
}

/// The query without keys that select nothing: session ids, trackers, locale.
fn selecting_pairs(url: &Url) -> impl Iterator<Item = (String, String)> {
    url.query_pairs().map(|(key, value)| (key.to_lowercase(), value.into_owned())).filter(|(key, value)| {
        !(is_tracker(key) || is_session(key) || is_locale_key(key) || key.is_empty() && value.is_empty())
    })
}

/// Whether two queries select the same.
fn same_query(one: &Url, other: &Url) -> bool {
    let sorted = |url: &Url| {
        let mut pairs: Vec<_> = selecting_pairs(url).collect();
        pairs.sort();
        pairs
    };
    one.query() == other.query() || sorted(one) == sorted(other)
}

/// Keys that tell where a visitor came from.
pub fn is_tracker(key: &str) -> bool {
    key.starts_with("utm_")
        || key.starts_with("pk_")
        || key.starts_with("mtm_")
        || matches!(
            key,
            "gclid"
                | "fbclid"
                | "msclkid"
                | "dclid"
                | "yclid"
                | "mc_cid"
                | "mc_eid"
                | "igshid"
                | "ref"
                | "ref_src"
                | "referrer"
                | "source"
                | "src"
                | "spm"
                | "scm"
                | "cmpid"
                | "campaign"
                | "trk"
                | "_ga"
                | "_gl"
                | "si"
                | "feature"
                | "via"
        )
}

/// Keys that carry a session.
pub fn is_session(key: &str) -> bool {
    let key = key.replace(['_', '-'], "");
    matches!(
        key.as_str(),
        "sid"
            | "sessionid"
            | "session"
            | "phpsessid"
            | "jsessionid"
            | "aspsessionid"
            | "cfid"
            | "cftoken"
            | "oscsid"
            | "zenid"
            | "sessid"
            | "token"
            | "ticket"
            | "cookiecheck"
            | "cookieset"
            | "cookiesenabled"
            | "nocookie"
            | "cookieabsent"
            | "cookietest"
            | "checkcookie"
    )
}

fn is_locale_key(key: &str) -> bool {
    matches!(key, "lang" | "language" | "locale" | "hl" | "setlang" | "cc" | "country" | "region" | "l")
}

/// Path segments in a form that is equal for spellings of one place: index, locale, session, extension of the page, case.
pub fn place(url: &Url) -> impl Iterator<Item = Cow<'_, str>> {
    segments(url).filter(|part| !is_locale(part)).map(placed).filter(|part| !part.is_empty() && !is_index(part))
}

fn placed(part: Cow<'_, str>) -> Cow<'_, str> {
    let part = match part {
        Cow::Borrowed(part) => Cow::Borrowed(stem(part)),
        Cow::Owned(part) => Cow::Owned(stem(&part).to_owned()),
    };
    match part.contains(['_', ' ', '+']) {
        true => Cow::Owned(part.replace(['_', ' ', '+'], "-")),
        false => part,
    }
}

/// A segment without parameters and the extension of a page.
fn stem(part: &str) -> &str {
    let part = part.split(';').next().unwrap_or_default();
    let extensions = [".html", ".htm", ".php", ".aspx", ".asp", ".jsp", ".shtml", ".xhtml"];
    match part.contains('.') {
        true => extensions.iter().find_map(|end| part.strip_suffix(end)).unwrap_or(part),
        false => part,
    }
}

/// Whether two addresses differ only in scheme, `www`, slashes, index page, locale, letter case, page extension, session
/// or tracker.
pub fn same_place(one: &Url, other: &Url) -> bool {
    bare_host(one) == bare_host(other) && place(one).eq(place(other)) && same_query(one, other)
}

/// One text for all spellings of a place, a repository's clone address among them.
pub fn spelled(url: &Url) -> String {
    let mut text = bare_host(url).into_owned();
    for part in place(url) {
        text.push('/');
        text.push_str(part.strip_suffix(".git").unwrap_or(&part));
    }
    let mut pairs: Vec<_> = selecting_pairs(url).collect();
    pairs.sort();
    for (key, value) in pairs {
        text.extend(["?", &key, "=", &value]);
    }
    text
}

/// Whether an address is another one over https and nothing else.
pub fn is_secure_twin(listed: &Url, other: &Url) -> bool {
    listed.scheme() == "http"
        && other.scheme() == "https"
        && listed.host() == other.host()
        && listed.port().is_none()
        && other.port().is_none()
        && listed.path() == other.path()
        && listed.query() == other.query()
}

/// The same but for the host.
pub fn same_path(one: &Url, other: &Url) -> bool {
    place(one).next().is_some() && place(one).eq(place(other)) && same_query(one, other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("valid")
    }

    #[test]
    fn spellings_of_one_place() {
        for (one, other) in [
            ("http://example.org/a", "https://www.example.org/a/"),
            ("http://example.org/", "http://example.org/index.html"),
            ("http://example.org/guide", "http://example.org/en/guide"),
            ("http://example.org/Guide.html", "http://example.org/guide"),
            ("http://example.org/a", "http://example.org/a;jsessionid=12AB"),
            ("http://example.org/a?id=4", "http://example.org/a?id=4&utm_source=x&PHPSESSID=9"),
        ] {
            assert!(same_place(&url(one), &url(other)), "{one} {other}");
        }
        for (one, other) in [
            ("http://example.org/a", "http://example.org/b"),
            ("http://example.org/a?id=4", "http://example.org/a?id=5"),
            ("http://example.org/a", "http://example.net/a"),
        ] {
            assert!(!same_place(&url(one), &url(other)), "{one} {other}");
        }
    }

    #[test]
    fn all_spellings_of_a_place_have_one_text() {
        let of = |text: &str| spelled(&url(text));
        for other in ["https://www.example.org/o/r/", "http://example.org/o/r.git", "http://example.org/O/r#readme"] {
            assert_eq!(of(other), of("http://example.org/o/r"), "{other}");
        }
        assert_eq!(of("http://example.org/a?b=1&c=2"), of("http://example.org/a?c=2&b=1&utm_source=x"));
        assert_ne!(of("http://example.org/o/r"), of("http://example.org/o/r/tree"));
        assert_ne!(of("http://example.org/a?b=1"), of("http://example.org/a?b=2"));
    }

    #[test]
    fn roots_with_and_without_language() {
        assert!(is_root(&url("http://example.org")));
        assert!(is_root(&url("http://example.org/pt-br/")));
        assert!(is_root(&url("http://example.org/default.aspx?utm_source=x")));
        assert!(!is_root(&url("http://example.org/?p=12")));
        assert!(!is_root(&url("http://example.org/essays")));
    }

    #[test]
    fn registrable_domains() {
        assert_eq!(registrable(&url("http://a.b.example.co.uk/")), "example.co.uk");
        assert_eq!(registrable(&url("http://someone.github.io/")), "someone.github.io");
        assert_eq!(registrable(&url("http://192.0.2.1/")), "192.0.2.1");
        assert_eq!(registrable(&url("http://www.example.test/")), "example.test");
    }

    #[test]
    fn versions_and_ids() {
        assert!(is_version("v2.1") && is_version("latest") && is_version("3.x"));
        assert!(!is_version("vacation") && !is_version("2019"));
        assert!(is_id("48291") && is_id("9f8b2c1d44") && !is_id("decade") && !is_id("guide"));
    }
}
