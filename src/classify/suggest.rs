//! Addresses that could replace a listed one.

use url::Url;

use super::address;
use super::facts::{View, is_permanent_step};

/// Where the server says for good that the resource lives now: the end of the leading run of permanent redirects.
/// Never an address with a session or tracker, a sign-in, consent or error page, a front page in place of a deep link,
/// or a language our own headers chose.
pub(super) fn redirect_target(view: &View<'_>) -> Option<Url> {
    let (_, last) = view.steps().take_while(|(hop, _)| is_permanent_step(hop)).last()?;
    let mut target = Url::parse(&last.url).ok()?;
    let listed = view.listed();
    let new_keys = target.query_pairs().any(|(key, value)| {
        let key = key.to_lowercase();
        (address::is_session(&key) || address::is_tracker(&key))
            && !listed.query_pairs().any(|(_, known)| known == value)
    });
    let new_session = target.path().contains(';') && !listed.path().contains(';');
    let new_locale = {
        let of = |url: &Url| address::segments(url).into_iter().filter(|part| address::is_locale(part)).count();
        of(&target) > of(listed) && address::place(&target) == address::place(listed)
    };
    let mobile = {
        let of = |url: &Url| {
            address::bare_host(url).split('.').next().is_some_and(|label| matches!(label, "m" | "mobile" | "amp"))
        };
        of(&target) && !of(listed)
    };
    let lost = address::is_root(&target) && !address::is_root(listed);
    if mobile || new_keys || new_session || new_locale || lost || super::landing::is_detour(listed, &target) {
        return None;
    }
    if target.fragment().is_none() {
        target.set_fragment(listed.fragment());
    }
    (target != *listed).then_some(target)
}

/// The obvious repair of an address that cannot be parsed, or that carries marks of the text around it.
pub(super) fn repaired(href: &str) -> Option<String> {
    let mut text: String = href.trim().trim_matches(['<', '>', '"', '\'', '“', '”', '`']).to_owned();
    text = text.replace("&amp;", "&").replace('\\', "/");
    text.retain(|c| !matches!(c, '\n' | '\r' | '\t' | '\u{200b}' | '\u{feff}' | '\u{ad}'));
    let lower = text.to_ascii_lowercase();
    for (wrong, right) in SCHEMES {
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
    let mut host = host.replace(',', ".").replace([' ', '%'], "");
    while host.contains("..") {
        host = host.replace("..", ".");
    }
    if let Some((name, _)) = host.clone().rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_err()) {
        host = name.to_owned();
    }
    let repaired = Url::parse(&format!("{scheme}://{}{}", host.trim_matches('.'), without_tail(path))).ok()?;
    let plausible =
        repaired.host_str().is_some_and(|host| host.contains('.')) && matches!(repaired.scheme(), "http" | "https");
    (plausible && repaired.as_str() != href).then(|| repaired.into())
}

/// Misspelled beginnings. Longer ones first.
const SCHEMES: &[(&str, &str)] = &[
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
            ("http://example.org:99999/a", "http://example.org/a"),
            ("http://example..org/a)", "http://example.org/a"),
        ] {
            assert_eq!(repaired(wrong).as_deref(), Some(right), "{wrong}");
        }
        assert_eq!(repaired("not an address"), None);
        assert_eq!(repaired("mailto:someone@example.org"), None);
    }

    #[test]
    fn brackets_with_partners_stay() {
        assert_eq!(without_tail("/wiki/Tide_(table)"), "/wiki/Tide_(table)");
        assert_eq!(without_tail("/wiki/Tide)."), "/wiki/Tide");
    }
}
