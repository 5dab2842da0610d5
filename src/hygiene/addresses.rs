//! What the addresses of a list show, once they have been visited.

use std::collections::HashMap;
use std::sync::Arc;

use url::Url;
use xxhash_rust::xxh3::Xxh3;

use super::redirectors;
use crate::classify;
use crate::model::audit::{LinkRecord, OccurrenceRecord};
use crate::model::hygiene::{Flaw, FlawKind, Place};

/// The flaws of the listed addresses, by kind and then in seed order.
pub fn addresses(links: &[LinkRecord]) -> Vec<Flaw> {
    let mut flaws = duplicates(links);
    flaws.extend(same_resources(links));
    for link in resources(links) {
        let Ok(url) = Url::parse(&link.url).or_else(|_| Url::parse(&link.canonical)) else { continue };
        let unwrapped = redirectors::unwrapped(&url);
        let mut note = |kind, instead: Option<String>| {
            flaws.push(Flaw { kind, subject: link.url.clone(), instead, places: places(link) });
        };
        if unwrapped.is_none() {
            if let Some(plain) = classify::untracked(&url) {
                note(FlawKind::Tracking, Some(plain.into()));
            }
            if let Some(secure) = secure(link) {
                note(FlawKind::Insecure, Some(secure.into()));
            }
            if holds_mail_address(&url) {
                note(FlawKind::MailAddress, None);
            }
        }
        if let Some(target) = unwrapped {
            note(FlawKind::Redirector, Some(target.into()));
        }
    }
    flaws.sort_by_key(|flaw| flaw.kind);
    flaws
}

/// The links that name resources: those between the files of a site are as many and as alike as its pages want them.
fn resources(links: &[LinkRecord]) -> impl Iterator<Item = &LinkRecord> {
    links.iter().filter(|link| !link.canonical.starts_with("file:"))
}

fn places(link: &LinkRecord) -> Vec<Place> {
    link.occurrences.iter().map(|occurrence| place(occurrence, None)).collect()
}

/// One address several times in one list; the place on the page counts as part of it.
fn duplicates(links: &[LinkRecord]) -> Vec<Flaw> {
    let groups = repeated(|tell| {
        for link in resources(links) {
            let key = with_fragment(link);
            for occurrence in &link.occurrences {
                tell(&occurrence.seed, &key, &mut || place(occurrence, (link.url != key).then(|| link.url.clone())));
            }
        }
    });
    let flaw = |(key, mut places): (String, Vec<Place>)| {
        places.sort();
        // Where all mentions are spelt alike, the subject says it all.
        let subject = match places.first().and_then(|first| first.text.clone()) {
            Some(first) if places.iter().all(|place| place.text.as_ref() == Some(&first)) => {
                places.iter_mut().for_each(|place| place.text = None);
                first
            }
            _ => key,
        };
        Flaw { kind: FlawKind::Duplicate, subject, instead: None, places }
    };
    groups.into_iter().map(flaw).collect()
}

fn place(occurrence: &OccurrenceRecord, text: Option<String>) -> Place {
    Place { seed: Arc::clone(&occurrence.seed), line: occurrence.line, text }
}

fn with_fragment(link: &LinkRecord) -> String {
    let fragment = Url::parse(&link.url).ok().and_then(|url| url.fragment().map(str::to_owned));
    match fragment.filter(|fragment| !fragment.is_empty()) {
        Some(fragment) => format!("{}#{fragment}", link.canonical),
        None => link.canonical.clone(),
    }
}

/// One resource under several addresses in one list: spellings that differ in nothing that matters, or live addresses
/// that end at one page.
fn same_resources(links: &[LinkRecord]) -> Vec<Flaw> {
    let groups = repeated(|tell| {
        for link in resources(links) {
            let landed = link.final_url.as_deref().filter(|_| link.state.is_alive());
            let Some(key) = spelling(landed.unwrap_or(&link.canonical)) else { continue };
            for occurrence in &link.occurrences {
                tell(&occurrence.seed, &key, &mut || (place(occurrence, Some(link.url.clone())), link));
            }
        }
    });
    let flaws = groups.into_iter().filter_map(|(_, mentions)| {
        let first = mentions.first()?.1;
        if mentions.iter().all(|(_, link)| link.canonical == first.canonical) {
            return None;
        }
        // The address that needs no redirect is the one to keep.
        let kept = mentions.iter().map(|(_, link)| link).find(|link| {
            link.state.is_alive() && link.final_url.as_deref().is_none_or(|landed| landed == link.canonical)
        });
        let instead = kept.map(|link| link.url.clone());
        let mut places: Vec<Place> = mentions.into_iter().map(|(place, _)| place).collect();
        places.sort();
        Some(Flaw { kind: FlawKind::SameResource, subject: first.url.clone(), instead, places })
    });
    flaws.collect()
}

/// An address without what never matters: scheme, `www.`, a final slash or index page, trackers, fragment.
fn spelling(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let url = classify::untracked(&url).unwrap_or(url);
    let host = url.host_str()?.trim_end_matches('.');
    let host = host.strip_prefix("www.").unwrap_or(host);
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = url.path();
    let (folder, page) = path.rsplit_once('/').unwrap_or(("", path));
    let index = matches!(page, "index.html" | "index.htm" | "index.php" | "default.aspx");
    let path = if index { folder } else { path.trim_end_matches('/') };
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{host}{port}{path}{query}"))
}

/// The same address over https, where the visit ended there. What the server calls a move for good is reported as such.
fn secure(link: &LinkRecord) -> Option<Url> {
    if link.state != crate::model::State::Ok {
        return None;
    }
    let listed = Url::parse(&link.canonical).ok()?;
    let landed = Url::parse(link.final_url.as_deref()?).ok()?;
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

/// What occurs more than once in one seed, in the order of the first. `each` tells everything there is by seed and key, and
/// is asked twice: long lists hold few repetitions, and only those are kept.
fn repeated<'a, T>(each: impl Fn(&mut dyn FnMut(&'a Arc<str>, &str, &mut dyn FnMut() -> T))) -> Vec<(String, Vec<T>)> {
    let hash = |seed: &str, key: &str| {
        let mut hash = Xxh3::new();
        hash.update(seed.as_bytes());
        hash.update(&[0]);
        hash.update(key.as_bytes());
        hash.digest128()
    };
    let mut counts: HashMap<u128, bool> = HashMap::new();
    each(&mut |seed, key, _| {
        counts.entry(hash(seed, key)).and_modify(|again| *again = true).or_insert(false);
    });
    let mut places: HashMap<u128, usize> = HashMap::new();
    let mut groups: Vec<(String, Vec<T>)> = Vec::new();
    each(&mut |seed, key, item| {
        let hash = hash(seed, key);
        if counts.get(&hash) != Some(&true) {
            return;
        }
        let place = *places.entry(hash).or_insert(groups.len());
        if place == groups.len() {
            groups.push((key.to_owned(), Vec::new()));
        }
        groups[place].1.push(item());
    });
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
