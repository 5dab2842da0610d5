//! Addresses within addresses: counters, warnings and filters that other services put before a link.

use std::sync::LazyLock;

use url::Url;

/// Rows of the table: hosts, paths, parameters.
static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let rows = include_str!("redirectors.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|line| {
        let mut fields = line.split('\t');
        let names = |text: &'static str| text.split('|').collect::<Vec<_>>();
        let (id, _) = (fields.next()?, fields.next()?);
        Some(Row { id, hosts: names(fields.next()?), paths: names(fields.next()?), keys: names(fields.next()?) })
    })
    .collect()
});

struct Row {
    id: &'static str,
    hosts: Vec<&'static str>,
    paths: Vec<&'static str>,
    keys: Vec<&'static str>,
}

/// The address a link is really about, where it leads through a known service.
pub fn unwrapped(url: &Url) -> Option<Url> {
    if url.query().is_none() && !may_be_defended(url.as_str()) {
        return None;
    }
    defended(url).or_else(|| TABLE.iter().find_map(|row| row.unwrap(url)))
}

impl Row {
    fn unwrap(&self, url: &Url) -> Option<Url> {
        let host = url.host_str()?;
        let is_host = |name: &&str| match name.strip_prefix("*.") {
            Some(domain) => host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')),
            None => host == *name,
        };
        if !self.hosts.iter().any(is_host) || !self.paths.iter().any(|path| url.path().starts_with(path)) {
            return None;
        }
        let (_, value) = url.query_pairs().find(|(key, _)| self.keys.contains(&key.as_ref()))?;
        match self.id {
            "proofpoint-v2" => inner(&value.replace('_', "/").replace('-', "%"), true),
            // A signature follows the address.
            "disqus" => inner(
                value.rsplit_once(':').filter(|(head, _)| head.contains("://")).map_or(&*value, |(a, _)| a),
                false,
            ),
            _ => inner(&value, false),
        }
    }
}

/// Whether an address may be one that [`unwrapped`] finds in the path: a look that costs less than parsing.
pub fn may_be_defended(address: &str) -> bool {
    address.contains("/v3/__")
}

/// `https://urldefense.com/v3/__https://...__;!!...`: the address stands in the path.
fn defended(url: &Url) -> Option<Url> {
    if !url.host_str().is_some_and(|host| host == "urldefense.com" || host.ends_with(".urldefense.com")) {
        return None;
    }
    let (_, rest) = url.as_str().split_once("/v3/__")?;
    let (address, tail) = rest.split_once("__;")?;
    // Stars stand for signs that are told behind; without them the address is whole.
    (!address.contains('*') && tail.contains('!')).then(|| inner(address, false)).flatten()
}

fn inner(text: &str, escaped: bool) -> Option<Url> {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8().ok().filter(|_| escaped);
    let url = Url::parse(decoded.as_deref().unwrap_or(text)).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| host.contains('.'))).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_unwraps_its_sample() {
        let rows: Vec<_> = include_str!("redirectors.tsv").lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(rows.len(), TABLE.len());
        for row in rows {
            let sample = row.split('\t').nth(5).expect("a sample");
            let found = unwrapped(&Url::parse(sample).expect("valid"));
            assert_eq!(found.map(String::from).as_deref(), Some("https://harbour.example/a"), "{sample}");
        }
    }

    #[test]
    fn addresses_in_the_path_are_found_and_others_left_alone() {
        let bare = |url: &str| unwrapped(&Url::parse(url).expect("valid")).map(String::from);
        assert_eq!(
            bare("https://urldefense.com/v3/__https://harbour.example/a?b=1__;!!AbC!xyz$").as_deref(),
            Some("https://harbour.example/a?b=1")
        );
        for url in [
            "https://www.google.com/search?q=https%3A%2F%2Fharbour.example%2F",
            "https://www.google.com/url?q=javascript%3Aalert(1)",
            "https://harbour.example/go?url=https%3A%2F%2Fother.example%2F",
            "https://safelinks.protection.outlook.com.evil.example/?url=https%3A%2F%2Fharbour.example",
            "https://urldefense.com/v3/__https://harbour.example/a*b__;Iw!!AbC!xyz$",
        ] {
            assert_eq!(bare(url), None, "{url}");
        }
    }
}
