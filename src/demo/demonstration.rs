//! What `perennial demo` shows: three resource pages and the faulty web their links lead into.

use super::error::DemoError;
use super::web::Web;

/// Resource pages and the web around them.
#[derive(Clone, Debug)]
pub struct Demonstration {
    /// The hosts the links lead to.
    pub web: Web,
    /// The resource pages.
    pub seeds: Vec<SeedFile>,
}

/// One resource page as a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeedFile {
    /// File name.
    pub name: &'static str,
    /// Media type.
    pub content_type: &'static str,
    /// Content.
    pub bytes: &'static [u8],
}

const SEEDS: &[SeedFile] = &[
    SeedFile {
        name: "resources.html",
        content_type: "text/html; charset=utf-8",
        bytes: include_bytes!("web/resources.html"),
    },
    SeedFile {
        name: "reading-list.md",
        content_type: "text/markdown; charset=utf-8",
        bytes: include_bytes!("web/reading-list.md"),
    },
    SeedFile {
        name: "partners.csv",
        content_type: "text/csv; charset=utf-8",
        bytes: include_bytes!("web/partners.csv"),
    },
];

/// The demonstration as it is built in.
///
/// # Errors
/// When the data files that were compiled in cannot be read, which a test rules out.
pub fn demonstration() -> Result<Demonstration, DemoError> {
    let web = Web::from_jsonl(include_str!("web/sites.jsonl"))?;
    Ok(Demonstration { web, seeds: SEEDS.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;
    use std::collections::BTreeSet;
    use url::Url;

    #[test]
    fn every_listed_host_is_played_and_reserved_for_examples() {
        let demonstration = demonstration().expect("the data files are sound");
        let played: BTreeSet<&str> = demonstration.web.hosts().collect();
        assert!(played.len() >= 15, "{} hosts", played.len());
        let address = Regex::new(r#"https?://[^\s"<>()|,]+"#).expect("a pattern");
        let mut listed = BTreeSet::new();
        for seed in &demonstration.seeds {
            let text = std::str::from_utf8(seed.bytes).expect("UTF-8");
            listed.extend(address.find_iter(text).filter_map(|found| Url::parse(found.as_str()).ok()));
        }
        let ours = |host: &str| host.ends_with(".test") || host.ends_with(".example");
        let hosts: BTreeSet<&str> = listed.iter().filter_map(Url::host_str).filter(|host| ours(host)).collect();
        assert!(listed.len() >= 40, "{} links", listed.len());
        assert_eq!(hosts.difference(&played).collect::<Vec<_>>(), Vec::<&&str>::new(), "every listed host is played");
        for host in played {
            assert!(ours(host), "{host} may belong to somebody");
        }
    }
}
