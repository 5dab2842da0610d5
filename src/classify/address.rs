//! Reading addresses: which ones are the same place, roots, locales, versions, registrable domains.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// The registrable domain of a host by the public suffix list; an address is its own domain.
pub fn registrable(url: &Url) -> String {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            psl::domain_str(&name).map(str::to_owned).unwrap_or(name)
        }
        Some(host) => host.to_string(),
        None => String::new(),
    }
}

/// Whether a host is written as an address of a private network, of this machine, or as its name.
pub fn is_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            name == "localhost"
                || [".localhost", ".local", ".internal", ".lan", ".home.arpa"].iter().any(|end| name.ends_with(end))
        }
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
pub fn bare_host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    for prefix in ["www.", "www1.", "www2.", "www3."] {
        if let Some(rest) = host.strip_prefix(prefix).filter(|rest| rest.contains('.')) {
            return rest.to_owned();
        }
    }
    host
}

/// The non-empty path segments, percent-decoded, in lower case.
pub fn segments(url: &Url) -> Vec<String> {
    url.path().split('/').filter(|part| !part.is_empty()).map(|part| decode(part).to_lowercase()).collect()
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
    let rest = segments(url).into_iter().filter(|part| !is_index(part) && !is_locale(part)).count();
    rest == 0 && selecting_query(url).is_empty()
}

/// The query without keys that select nothing: session ids, trackers, locale.
pub fn selecting_query(url: &Url) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = url
        .query_pairs()
        .map(|(key, value)| (key.to_lowercase(), value.into_owned()))
        .filter(|(key, value)| {
            !(is_tracker(key) || is_session(key) || is_locale_key(key) || key.is_empty() && value.is_empty())
        })
        .collect();
    pairs.sort();
    pairs
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
pub fn place(url: &Url) -> Vec<String> {
    segments(url)
        .into_iter()
        .filter(|part| !is_locale(part))
        .map(|part| {
            let part = part.split(';').next().unwrap_or_default().to_owned();
            let stem = [".html", ".htm", ".php", ".aspx", ".asp", ".jsp", ".shtml", ".xhtml"];
            stem.iter().find_map(|end| part.strip_suffix(end).map(str::to_owned)).unwrap_or(part)
        })
        .map(|part| part.replace(['_', ' ', '+'], "-"))
        .filter(|part| !part.is_empty() && !is_index(part))
        .collect()
}

/// Whether two addresses differ only in scheme, `www`, slashes, index page, locale, letter case, page extension, session
/// or tracker.
pub fn same_place(one: &Url, other: &Url) -> bool {
    bare_host(one) == bare_host(other) && place(one) == place(other) && selecting_query(one) == selecting_query(other)
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
    let (one_place, other_place) = (place(one), place(other));
    !one_place.is_empty() && one_place == other_place && selecting_query(one) == selecting_query(other)
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
