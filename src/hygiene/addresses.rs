//! What the addresses of a list show, once they have been visited.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use twox_hash::{XxHash3_64, XxHash3_128};
use url::Url;

use crate::classify;
use crate::model::audit::{LinkRecord, OccurrenceRecord};
use crate::model::hygiene::{Flaw, FlawKind, Place};
use crate::model::url::is_settled;
use crate::model::{Reason, State};
use crate::seed::redirectors;

/// The flaws of the listed addresses, by kind and then in seed order.
pub fn addresses(links: &[LinkRecord]) -> Vec<Flaw> {
    let links: Vec<&LinkRecord> = resources(links).collect();
    let mut flaws = duplicates(&links);
    flaws.extend(same_resources(&links));
    for link in links {
        let mut note = |kind, instead: Option<String>| {
            flaws.push(Flaw { kind, subject: link.url.clone(), instead, places: places(link) });
        };
        let url = telling(link);
        if let Some(target) = url.as_ref().and_then(redirectors::unwrapped) {
            note(FlawKind::Redirector, Some(target.into()));
            continue;
        }
        if let Some(plain) = url.as_ref().and_then(classify::untracked) {
            note(FlawKind::Tracking, Some(plain.into()));
        }
        if let Some(secure) = secure(link) {
            note(FlawKind::Insecure, Some(secure.into()));
        }
        if url.as_ref().is_some_and(holds_mail_address) {
            note(FlawKind::MailAddress, None);
        }
    }
    flaws.sort_by_key(|flaw| flaw.kind);
    flaws
}

/// The links that name resources: those between the files of a site are as many and as alike as its pages want them.
fn resources(links: &[LinkRecord]) -> impl Iterator<Item = &LinkRecord> {
    links.iter().filter(|link| !link.canonical.starts_with("file:"))
}

/// The address of a link, where it may tell something by itself: that stands in a query, or in a path with an address in it.
/// Most addresses have neither, and need not be taken apart.
fn telling(link: &LinkRecord) -> Option<Url> {
    let tells = |address: &str| address.contains('?') || redirectors::may_be_defended(address);
    if !tells(&link.url) && !tells(&link.canonical) {
        return None;
    }
    Url::parse(&link.url).or_else(|_| Url::parse(&link.canonical)).ok()
}

fn places(link: &LinkRecord) -> Vec<Place> {
    link.occurrences.iter().map(|occurrence| place(occurrence, None)).collect()
}

/// One address several times in one list; the place on the page counts as part of it.
fn duplicates(links: &[&LinkRecord]) -> Vec<Flaw> {
    let flaw = |mentions: Vec<Mention<'_>>| {
        let key = mentions.first().map(|(link, _)| with_fragment(link)).unwrap_or_default();
        let text = |link: &LinkRecord| Some(&link.url).filter(|url| **url != key).cloned();
        let mut places: Vec<_> = mentions.iter().map(|(link, occurrence)| place(occurrence, text(link))).collect();
        places.sort();
        // Where all mentions are spelt alike, the subject says it all.
        let subject = match places.first().and_then(|first| first.text.clone()) {
            Some(first) if places.iter().all(|place| place.text.as_ref() == Some(&first)) => {
                places.iter_mut().for_each(|place| place.text = None);
                first
            }
            _ => key.into_owned(),
        };
        Flaw { kind: FlawKind::Duplicate, subject, instead: None, places }
    };
    repeated(links, |link| Some(with_fragment(link))).into_iter().map(flaw).collect()
}

fn place(occurrence: &OccurrenceRecord, text: Option<String>) -> Place {
    Place { seed: Arc::clone(&occurrence.seed), line: occurrence.line, text }
}

fn with_fragment(link: &LinkRecord) -> Cow<'_, str> {
    let url = Some(&link.url).filter(|url| url.contains('#')).and_then(|url| Url::parse(url).ok());
    match url.as_ref().and_then(Url::fragment).filter(|fragment| !fragment.is_empty()) {
        Some(fragment) => Cow::Owned(format!("{}#{fragment}", link.canonical)),
        None => Cow::Borrowed(&link.canonical),
    }
}

/// One resource under several addresses in one list: spellings that differ in nothing that matters, or live addresses
/// that end at one page. The place on the page counts as part of it.
fn same_resources(links: &[&LinkRecord]) -> Vec<Flaw> {
    let groups = repeated(links, |link| {
        if link.reason == Reason::UrlInvalid {
            return None;
        }
        let landed = link.final_url.as_deref().filter(|_| link.state.is_alive());
        let spelling = spelling(landed.unwrap_or(&link.canonical))?;
        // A link to a place on a page is no other address of the page.
        match link.url.split_once('#') {
            Some((_, place)) if !place.is_empty() => Some(Cow::Owned(format!("{spelling}#{place}"))),
            _ => Some(spelling),
        }
    });
    let flaws = groups.into_iter().filter_map(|mentions| {
        let first = mentions.first()?.0;
        if mentions.iter().all(|(link, _)| link.canonical == first.canonical) {
            return None;
        }
        // The address that needs no redirect is the one to keep.
        let kept = mentions.iter().map(|(link, _)| link).find(|link| {
            link.state.is_alive() && link.final_url.as_deref().is_none_or(|landed| landed == link.canonical)
        });
        let instead = kept.map(|link| link.url.clone());
        let place = |(link, occurrence): &Mention<'_>| place(occurrence, Some(link.url.clone()));
        let mut places: Vec<Place> = mentions.iter().map(place).collect();
        places.sort();
        Some(Flaw { kind: FlawKind::SameResource, subject: first.url.clone(), instead, places })
    });
    flaws.collect()
}

/// An address without what never matters: scheme, `www.`, a final slash or index page, trackers, fragment.
fn spelling(address: &str) -> Option<Cow<'_, str>> {
    // Most addresses are written as browsers write them and have no query: what matters stands in them as it is.
    if is_settled(address) && !address.contains(['?', '#']) {
        let (host, path) = address.split_once("://")?.1.split_once('/')?;
        let host = host.strip_prefix("www.").unwrap_or(host);
        let end = address.len() - path.len() - 1;
        let kept = folder(&address[end..]).len();
        return Some(Cow::Borrowed(&address[end - host.len()..end + kept]));
    }
    let url = Url::parse(address).ok()?;
    let url = classify::untracked(&url).unwrap_or(url);
    let host = url.host_str()?.trim_end_matches('.');
    let host = host.strip_prefix("www.").unwrap_or(host);
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = folder(url.path());
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(Cow::Owned(format!("{host}{port}{path}{query}")))
}

/// A path without a final slash or index page.
fn folder(path: &str) -> &str {
    let (folder, page) = path.rsplit_once('/').unwrap_or(("", path));
    let index = matches!(page, "index.html" | "index.htm" | "index.php" | "default.aspx");
    if index { folder } else { path.trim_end_matches('/') }
}

/// The same address over https, where the visit ended there. What the server calls a move for good is reported as such.
fn secure(link: &LinkRecord) -> Option<Url> {
    let landed = link.final_url.as_deref().filter(|_| link.state == State::Ok)?;
    if !link.canonical.starts_with("http:") || !landed.starts_with("https:") {
        return None;
    }
    let listed = Url::parse(&link.canonical).ok()?;
    let landed = Url::parse(landed).ok()?;
    classify::is_secure_twin(&listed, &landed).then(|| {
        let mut secure = landed;
        secure.set_fragment(Url::parse(&link.url).ok().as_ref().and_then(Url::fragment));
        secure
    })
}

/// Whether a mail address stands in the query: of a reader, a sender, somebody who signed up.
fn holds_mail_address(url: &Url) -> bool {
    url.query_pairs().any(|(key, value)| is_mail_address(&value) || is_mail_address(&key))
}

fn is_mail_address(text: &str) -> bool {
    let text = text.trim().strip_prefix("mailto:").unwrap_or(text.trim());
    let Some((name, domain)) = text.split_once('@') else { return false };
    let sound =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._%+-".contains(&b));
    let top = domain.rsplit_once('.').map(|(_, top)| top).unwrap_or_default();
    sound(name) && sound(domain) && top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// A link in one of its places.
type Mention<'a> = (&'a LinkRecord, &'a OccurrenceRecord);

/// What occurs more than once in one seed under one key, in the order of the first. Long lists hold few repetitions, and only
/// those are kept: of everything else its hash.
fn repeated<'a>(
    links: &[&'a LinkRecord],
    key: impl Fn(&'a LinkRecord) -> Option<Cow<'a, str>>,
) -> Vec<Vec<Mention<'a>>> {
    let keys: Vec<Option<u128>> =
        links.iter().map(|link| key(link).map(|key| XxHash3_128::oneshot(key.as_bytes()))).collect();
    let mentions = || {
        let keyed = links.iter().zip(&keys).filter_map(|(link, key)| Some((*link, (*key)?)));
        keyed.flat_map(|(link, key)| {
            link.occurrences.iter().map(move |place| ((XxHash3_64::oneshot(place.seed.as_bytes()), key), (link, place)))
        })
    };
    let mut counts: HashMap<(u64, u128), bool> = HashMap::with_capacity(links.len());
    for (key, _) in mentions() {
        counts.entry(key).and_modify(|again| *again = true).or_insert(false);
    }
    counts.retain(|_, again| *again);
    if counts.is_empty() {
        return Vec::new();
    }
    let mut places: HashMap<(u64, u128), usize> = HashMap::new();
    let mut groups: Vec<Vec<Mention<'a>>> = Vec::new();
    for (key, mention) in mentions().filter(|(key, _)| counts.contains_key(key)) {
        let place = *places.entry(key).or_insert(groups.len());
        if place == groups.len() {
            groups.push(Vec::new());
        }
        groups[place].push(mention);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CanonicalUrl, Confidence, Reason};

    fn link(url: &str, lines: &[(&str, usize)], landed: Option<&str>) -> LinkRecord {
        let canonical = CanonicalUrl::new(&Url::parse(url).expect("valid")).as_str().to_owned();
        let occurrence = |(seed, line): &(&str, usize)| OccurrenceRecord {
            seed: (*seed).into(),
            line: *line,
            column: 1,
            section: Arc::new([]),
            title: None,
        };
        LinkRecord {
            url: url.to_owned(),
            final_url: Some(landed.map_or_else(|| canonical.clone(), str::to_owned)),
            canonical,
            state: Reason::OkPlain.state(),
            reason: Reason::OkPlain,
            also: Vec::new(),
            confidence: Confidence::High,
            notes: Vec::new(),
            evidence: String::new(),
            http_status: Some(200),
            title: None,
            anchor: None,
            suggestions: Vec::new(),
            occurrences: lines.iter().map(occurrence).collect(),
            delta: None,
            previous: None,
            checked: None,
            last_ok: None,
            failing_since: None,
            strikes: None,
            attempts: Vec::new(),
        }
    }

    /// Every flaw as "kind subject > instead @ lines".
    fn told(links: &[LinkRecord]) -> Vec<String> {
        addresses(links)
            .into_iter()
            .map(|flaw| {
                let places: Vec<String> =
                    flaw.places.iter().map(|place| format!("{}:{}", place.seed, place.line)).collect();
                let instead = flaw.instead.map(|url| format!(" > {url}")).unwrap_or_default();
                format!("{} {}{instead} @ {}", flaw.kind.as_str(), flaw.subject, places.join(" "))
            })
            .collect()
    }

    #[test]
    fn one_address_in_several_places_of_a_list_is_told_once() {
        let links = [
            link("http://a.example/x", &[("a.md", 3), ("b.md", 1), ("a.md", 9)], None),
            link("http://A.example/x", &[("a.md", 12)], None),
            link("http://a.example/x#part", &[("a.md", 5)], None),
            link("http://a.example/y", &[("a.md", 6), ("b.md", 7)], None),
        ];
        assert_eq!(told(&links), ["duplicate http://a.example/x @ a.md:3 a.md:9 a.md:12"]);
    }

    #[test]
    fn one_resource_under_two_addresses_is_told_with_the_one_to_keep() {
        let links = [
            link("http://a.example/x/", &[("a.md", 1)], Some("https://www.a.example/x")),
            link("https://www.a.example/x", &[("a.md", 2)], None),
            link("https://short.example/1", &[("a.md", 3)], Some("https://www.a.example/x")),
            link("https://a.example/X", &[("a.md", 4)], None),
            link("https://a.example/de/x", &[("a.md", 5)], None),
        ];
        assert_eq!(
            told(&links),
            ["same-resource http://a.example/x/ > https://www.a.example/x @ a.md:1 a.md:2 a.md:3"],
            "neither another case nor another language"
        );
    }

    #[test]
    fn places_on_a_page_are_no_further_addresses_of_it() {
        let links = [
            link("https://a.example/x", &[("a.md", 1)], None),
            link("https://a.example/x#one", &[("a.md", 2)], None),
            link("https://a.example/x/#two", &[("a.md", 3)], None),
            link("https://a.example/x/index.html#two", &[("a.md", 4)], None),
        ];
        assert_eq!(told(&links), ["same-resource https://a.example/x/#two > https://a.example/x/#two @ a.md:3 a.md:4"]);
    }

    #[test]
    fn single_addresses() {
        for (url, landed, flaw) in [
            (
                "http://a.example/x#p",
                Some("https://a.example/x"),
                "insecure http://a.example/x#p > https://a.example/x#p",
            ),
            ("http://a.example/x", Some("https://a.example/y"), ""),
            (
                "https://a.example/x?utm_source=m&id=1",
                None,
                "tracking https://a.example/x?utm_source=m&id=1 > https://a.example/x?id=1",
            ),
            (
                "https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example%2Fx%3Futm_source%3Dm",
                None,
                "redirector https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example%2Fx%3Futm_source%3Dm > https://a.example/x?utm_source=m",
            ),
            (
                "https://a.example/x?user=jane.doe%40town.example&y=1",
                None,
                "mail-address https://a.example/x?user=jane.doe%40town.example&y=1",
            ),
            ("https://a.example/x?at=@home", None, ""),
            ("https://a.example/x?price=3@4.50", None, ""),
            ("https://a.example/x", None, ""),
        ] {
            let expected: Vec<String> = if flaw.is_empty() { Vec::new() } else { vec![format!("{flaw} @ a.md:1")] };
            assert_eq!(told(&[link(url, &[("a.md", 1)], landed)]), expected);
        }
    }
}
