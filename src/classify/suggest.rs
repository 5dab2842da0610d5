//! Addresses that could replace a listed one.

use url::Url;

use super::facts::{View, is_permanent_step};
use super::{address, names};
use crate::model::url::MISSPELT;

/// Where the server says for good that the resource lives now: the end of the leading run of permanent redirects, when
/// that is an address one would list.
pub(super) fn redirect_target(view: &View<'_>) -> Option<Url> {
    let (_, last) = view.steps().take_while(|(hop, _)| is_permanent_step(hop)).last()?;
    let mut target = Url::parse(&last.url).ok()?;
    let listed = view.listed();
    if !is_fit(listed, &target) || is_general(view) {
        return None;
    }
    if target.fragment().is_none() {
        target.set_fragment(listed.fragment());
    }
    (target != *listed).then_some(target)
}

/// Whether a chain ended at a page nearer to the root that names neither what the list names nor any word of the listed
/// address: the page of a whole subject, as far as one can see, and no replacement for one of its documents.
pub(super) fn is_general(view: &View<'_>) -> bool {
    let (listed, landed) = (view.listed(), &view.landed);
    if !view.was_redirected() || view.same_place() || view.named() != Some(false) || view.is_as_before() {
        return false;
    }
    let depth = |url: &Url| address::place(url).count();
    depth(landed) < depth(listed) && {
        let shown = format!("{} {} {}", address::decode(landed.path()), view.title(), view.h1()).to_lowercase();
        names::hits(&names::of_address(listed), &shown) == 0
    }
}

/// Whether one would list an address in place of another: never one with a session or a new tracker, a sign-in, consent
/// or error page, a front page in place of a deep link, a page for small screens, a language our own headers chose, or an
/// address on the reader's own network.
pub fn is_fit(listed: &Url, target: &Url) -> bool {
    let new_locale = {
        let of = |url: &Url| address::segments(url).filter(|part| address::is_locale(part)).count();
        of(target) > of(listed) && address::place(target).eq(address::place(listed))
    };
    let mobile = {
        let of = |url: &Url| {
            address::bare_host(url).split('.').next().is_some_and(|label| matches!(label, "m" | "mobile" | "amp"))
        };
        of(target) && !of(listed)
    };
    let lost = address::is_root(target) && !address::is_root(listed);
    let private = address::is_private(target) && !address::is_private(listed);
    let secret = !target.username().is_empty() || target.password().is_some();
    let web = matches!(target.scheme(), "http" | "https");
    web && !(secret || private || mobile || new_locale || lost) && is_clean(listed, target)
}

/// Whether an address leads to the resource itself for everyone: no visitor's session, no page that stands before it.
pub(super) fn is_clean(listed: &Url, target: &Url) -> bool {
    !carries_visitor(listed, target) && !super::landing::is_detour(listed, target)
}

/// Whether an address carries something about the visitor: a session anywhere, or a tracker that was not listed.
fn carries_visitor(listed: &Url, target: &Url) -> bool {
    let in_query = target.query_pairs().any(|(key, value)| {
        let key = key.to_lowercase();
        let known = || listed.query_pairs().any(|(_, listed)| listed == value);
        let visitor = address::is_tracker(&key) || is_random(&value);
        (address::is_session(&key) || is_signature(&key)) && !value.is_empty() || visitor && !known()
    });
    let in_path = target.path_segments().into_iter().flatten().any(|segment| {
        let parameter = segment.split(';').skip(1).any(|parameter| {
            let key = parameter.split('=').next().unwrap_or_default().to_lowercase();
            address::is_session(&key) || !listed.path().contains(';')
        });
        // ASP.NET keeps sessions of visitors without cookies in a segment of its own: `/(S(4fk2...))/`.
        parameter || segment.starts_with("(S(") || segment.starts_with("(X(") || segment.starts_with("(A(")
    });
    in_query || in_path
}

/// Keys of signed addresses, which object stores and content networks honour for a while only.
fn is_signature(key: &str) -> bool {
    key.starts_with("x-amz-")
        || key.starts_with("x-goog-")
        || matches!(
            key,
            "sig"
                | "signature"
                | "expires"
                | "key-pair-id"
                | "awsaccesskeyid"
                | "googleaccessid"
                | "hmac"
                | "hdnea"
                | "hdnts"
                | "hdntl"
        )
}

/// Whether a value looks drawn by lot, as the tokens of sessions are: long, of letters and digits in no order a person
/// would write.
fn is_random(value: &str) -> bool {
    let hexadecimal = value.len() >= 24 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let upper = value.bytes().filter(u8::is_ascii_uppercase).count();
    let lower = value.bytes().filter(u8::is_ascii_lowercase).count();
    let mixed = value.len() >= 24
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=' | b'+' | b'~'))
        && digits >= 4
        && upper >= 4
        && lower >= 4;
    hexadecimal && digits >= 4 || mixed
}

/// The address without parameters that only tell where a visitor came from; `None` when it has none of them. Keys that
/// elsewhere choose the content, such as `ref` or `source`, stay.
pub fn untracked(listed: &Url) -> Option<Url> {
    let query = listed.query()?;
    let tells = |pair: &&str| {
        let key = address::decode(pair.split('=').next().unwrap_or_default()).to_lowercase();
        key.starts_with("utm_")
            || key.starts_with("mtm_")
            || matches!(
                key.as_str(),
                "gclid" | "fbclid" | "msclkid" | "dclid" | "yclid" | "mc_cid" | "mc_eid" | "igshid" | "_ga" | "_gl"
            )
    };
    let kept: Vec<&str> = query.split('&').filter(|pair| !tells(pair)).collect();
    if kept.len() == query.split('&').count() {
        return None;
    }
    let mut url = listed.clone();
    url.set_query(if kept.is_empty() { None } else { Some(kept.join("&")) }.as_deref());
    Some(url)
}

/// The obvious repair of an address that cannot be parsed, or that carries marks of the text around it.
pub(super) fn repaired(href: &str) -> Option<String> {
    let mut text: String = href.trim().trim_matches(['<', '>', '"', '\'', '“', '”', '`']).to_owned();
    while text.contains("&amp;") {
        text = text.replace("&amp;", "&");
    }
    text = text.replace('\\', "/");
    text.retain(|c| !matches!(c, '\n' | '\r' | '\t' | '\u{200b}' | '\u{feff}' | '\u{ad}'));
    let lower = text.to_ascii_lowercase();
    for (wrong, right) in MISSPELT {
        if let Some(rest) = lower.strip_prefix(wrong) {
            text = format!("{right}{}", &text[text.len() - rest.len()..]);
            break;
        }
    }
    if !text.contains("://") && text.split('/').next().is_some_and(|host| host.contains('.') && !host.contains('@')) {
        text = format!("http://{text}");
    }
    let (scheme, rest) = text.split_once("://")?;
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let mut host = address::decode(host).replace(',', ".").replace([' ', '\u{a0}'], "");
    while host.contains("..") {
        host = host.replace("..", ".");
    }
    if let Some((name, port)) = host.clone().rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_err()) {
        if port.contains(|c: char| c.is_ascii_digit()) {
            // A misspelt port: which one was meant, nobody knows.
            return None;
        }
        host = name.to_owned();
    }
    // Whatever else no name can hold: to drop it would name another host, which may be anybody's.
    if host.contains(|c: char| {
        c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-' | '_' | ':' | '[' | ']' | '@')
    }) {
        return None;
    }
    let repaired = Url::parse(&format!("{scheme}://{}{}", host.trim_matches('.'), without_tail(path))).ok()?;
    let plausible =
        repaired.host_str().is_some_and(|host| host.contains('.')) && matches!(repaired.scheme(), "http" | "https");
    (plausible && repaired.as_str() != href).then(|| repaired.into())
}

/// A path without the punctuation of the sentence it stood in: a bracket without its partner, a final full stop.
pub(super) fn without_tail(path: &str) -> &str {
    let mut text = path.trim_end();
    loop {
        let Some(last) = text.chars().last() else { return text };
        let count = |c: char| text.matches(c).count();
        let stray = match last {
            ')' => count(')') > count('('),
            ']' => count(']') > count('['),
            '}' => count('}') > count('{'),
            '>' | '"' | '”' | '\'' | '’' | ',' | ';' | '.' | '*' | '|' | '\\' | '`' => true,
            _ => false,
        };
        if !stray {
            return text;
        }
        text = &text[..text.len() - last.len_utf8()];
    }
}

/// A likely repair of a well-formed address that turned out dead: marks of the surrounding text at its end, `&amp;`.
pub(super) fn unquoted(listed: &Url) -> Option<Url> {
    let text = listed.as_str();
    let decoded =
        text.replace("&amp;", "&").replace("%3C", "<").replace("%3E", ">").replace("%22", "\"").replace("%20", " ");
    let trimmed = without_tail(decoded.trim_end());
    let repaired = Url::parse(trimmed).ok()?;
    let changed = repaired != *listed && repaired.host() == listed.host() && !listed.path().ends_with('.');
    changed.then_some(repaired)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn obvious_mistakes_are_repaired() {
        for (wrong, right) in [
            ("htp://example.org/a", "http://example.org/a"),
            ("http//example.org/a", "http://example.org/a"),
            ("https://http://example.org/a", "http://example.org/a"),
            ("www.example.org/a", "http://www.example.org/a"),
            ("http://exam ple.org/a", "http://example.org/a"),
            ("http://example,org/a?b=1&amp;c=2", "http://example.org/a?b=1&c=2"),
            ("http://example.org:http/a", "http://example.org/a"),
            ("http://exam%20ple.org%20/a", "http://example.org/a"),
            ("http://example..org/a)", "http://example.org/a"),
            ("htp://example.org/a?b=1&amp;amp;c=2", "http://example.org/a?b=1&c=2"),
            ("https;//example.org/a>,", "https://example.org/a"),
            ("<http//www.example.org/a (b)>", "http://www.example.org/a%20(b)"),
        ] {
            assert_eq!(repaired(wrong).as_deref(), Some(right), "{wrong}");
        }
        // Another host, or another port, would be a guess.
        for unclear in
            ["http://exam%25ple.org/", "http://foo{bar}.org/", "http://example.org:8O80/x", "http://example.org:65536/"]
        {
            assert_eq!(repaired(unclear), None, "{unclear}");
        }
        assert_eq!(repaired("not an address"), None);
        assert_eq!(repaired("mailto:someone@example.org"), None);
    }

    #[test]
    fn an_address_that_carries_the_visitor_is_not_fit_to_be_listed() {
        let listed = Url::parse("http://example.org/reports/annual?year=2019").expect("valid");
        let fit = |target: &str| is_fit(&listed, &Url::parse(target).expect("valid"));
        for target in [
            "https://example.org/reports/annual?year=2019",
            "https://www.example.org/library/annual-2019",
            "https://example.org/item/8843d7f92416211de9ebb963ff4ce28125932878",
            "https://example.org/reports/annual?volume=3",
        ] {
            assert!(fit(target), "{target}");
        }
        for target in [
            "https://example.org/reports/annual;jsessionid=1A2B",
            "https://example.org/(S(4fk2kd0x1vqv3b55xw0zv245))/reports/annual",
            "https://example.org/reports/annual?year=2019&PHPSESSID=77",
            "https://example.org/reports/annual?utm_source=mail",
            "https://example.org/reports/annual?x=9f86d081884c7d659a2feaa0c55ad015",
            "https://example.org/reports/annual?t=Zk3mQ9xLw2VbT7RnY5cP1dHs",
            "https://example.org/reports/annual?t=Zk3mQ9xLw2%2BVbT7RnY5cP1d~Hs",
            "https://store.example.org/annual.pdf?sv=2020-08-04&se=2026-11-02T00%3A00%3A00Z&sig=kd9%2Bab12%2FXyz%3D",
            "https://cdn.example.org/annual.pdf?Expires=1790000000&Signature=AbC1~dE&Key-Pair-Id=K2ABCDEF",
            "https://store.example.org/annual.pdf?X-Amz-Date=20261101T000000Z&X-Amz-Expires=300",
            "https://example.org/",
            "https://example.org/en/",
            "https://example.org/login?next=/reports/annual",
            "https://example.org/cookie-consent?to=/reports/annual",
            "https://example.org/error/404",
            "https://m.example.org/reports/annual?year=2019",
            "https://example.org/de/reports/annual?year=2019",
            "http://192.168.3.4/reports/annual",
            "https://reader:secret@example.org/reports/annual",
        ] {
            assert!(!fit(target), "{target}");
        }
        let with_session = Url::parse("http://example.org/a?PHPSESSID=77").expect("valid");
        let target = Url::parse("https://example.org/a?PHPSESSID=77").expect("valid");
        assert!(!is_fit(&with_session, &target), "a session does not become fit by being listed");
    }

    #[test]
    fn only_what_tells_where_visitors_come_from_is_taken_off() {
        let bare = |url: &str| untracked(&Url::parse(url).expect("valid")).map(String::from);
        assert_eq!(
            bare("https://example.org/a?utm_source=x&id=4&fbclid=9&b=%20").as_deref(),
            Some("https://example.org/a?id=4&b=%20")
        );
        assert_eq!(bare("https://example.org/a?UTM_medium=mail#c").as_deref(), Some("https://example.org/a#c"));
        assert_eq!(bare("https://example.org/a?ref=4&source=wikipedia"), None);
        assert_eq!(bare("https://example.org/a"), None);
    }

    #[test]
    fn brackets_with_partners_stay() {
        assert_eq!(without_tail("/wiki/Tide_(table)"), "/wiki/Tide_(table)");
        assert_eq!(without_tail("/wiki/Tide)."), "/wiki/Tide");
    }
}
