//! What the rules say about one host or one address.

use std::time::Duration;

use url::Url;

use super::{Config, FailOn, Mode, RobotsPolicy, Rule};
use crate::model::{Confidence, HostKey, Reason, State};

/// How gently one host is asked, all rules applied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HostPolicy {
    /// Requests per second at most.
    pub requests_per_second: f64,
    /// Requests at the same time at most.
    pub per_host_concurrency: usize,
    /// Whether robots.txt decides.
    pub robots: RobotsPolicy,
}

/// What was found of a link, as far as it decides whether a run fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The state.
    pub state: State,
    /// The rule that decided.
    pub reason: Reason,
    /// How sure it is.
    pub confidence: Confidence,
    /// Whether the link was not listed in the run before.
    pub is_added: bool,
}

impl Config {
    /// How gently a host is asked: the general settings, then every rule for it in order.
    pub fn host_policy(&self, host: &HostKey) -> HostPolicy {
        let mut policy = HostPolicy {
            requests_per_second: self.politeness.requests_per_second,
            per_host_concurrency: self.politeness.per_host_concurrency,
            robots: self.politeness.robots,
        };
        let of_host = |rule: &&Rule| rule.url.is_none() && rule.host.as_deref().is_some_and(|name| names(name, host));
        for rule in self.rules.iter().filter(of_host) {
            policy.requests_per_second = rule.requests_per_second.unwrap_or(policy.requests_per_second);
            policy.per_host_concurrency = rule.per_host_concurrency.unwrap_or(policy.per_host_concurrency);
            policy.robots = rule.robots.unwrap_or(policy.robots);
        }
        policy
    }

    /// The last rule that says whether an address is to be asked, with its place among the rules.
    pub fn skip_rule(&self, url: &Url) -> Option<(usize, &Rule)> {
        self.rules.iter().enumerate().rev().find(|(_, rule)| rule.skip.is_some() && rule.is_about(url))
    }

    /// Whether a verdict on an address makes a run fail. The last rule about it that speaks of failing wins over the
    /// general setting; in a change to a list, only what it adds can fail it.
    pub fn fails(&self, address: &str, verdict: Verdict) -> bool {
        let Verdict { state, reason, confidence, is_added } = verdict;
        let url = self.rules.iter().any(|rule| rule.fail_on.is_some()).then(|| Url::parse(address).ok()).flatten();
        let about = |rule: &&Rule| url.as_ref().is_some_and(|url| rule.is_about(url));
        let by_rule = self.rules.iter().rev().filter(about).find_map(|rule| rule.fail_on.as_deref());
        let fails = |on: &FailOn| match *on {
            FailOn::Reason(wanted) => reason == wanted,
            FailOn::State(State::Suspect) if self.check.mode == Mode::Pr && by_rule.is_none() => {
                state == State::Suspect && confidence >= Confidence::High
            }
            FailOn::State(wanted) => state == wanted,
        };
        (is_added || self.check.mode != Mode::Pr) && by_rule.unwrap_or(&self.check.fail_on).iter().any(fails)
    }

    /// The longest time for one request to an address.
    pub fn request_timeout(&self, url: &Url) -> Duration {
        let by_rule = self.rules.iter().rev().filter(|rule| rule.is_about(url)).find_map(|rule| rule.request_timeout);
        by_rule.unwrap_or(self.network.request_timeout)
    }
}

impl Rule {
    /// Whether both its host and its pattern, as far as it has them, fit an address.
    pub fn is_about(&self, url: &Url) -> bool {
        let of_host = |name: &String| HostKey::of(url).is_some_and(|host| names(name, &host));
        let of_address = |pattern: &String| fits(pattern, url.as_str());
        (self.host.is_some() || self.url.is_some())
            && self.host.as_ref().is_none_or(of_host)
            && self.url.as_ref().is_none_or(of_address)
    }
}

/// Whether a rule's host names this one. Without a port it names every port; `*.` takes in the domain and what is below.
fn names(name: &str, host: &HostKey) -> bool {
    let of_port = name.rsplit_once(':').is_some_and(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let host = if of_port { host.as_str() } else { host.host() };
    match name.strip_prefix("*.") {
        Some(domain) => host == domain || host.strip_suffix(domain).is_some_and(|below| below.ends_with('.')),
        None => host == name,
    }
}

/// Whether a pattern with `*` for any run of characters is the whole text. Linear but for the stars: after each one the
/// earliest place where the next piece fits is the best, so nothing is tried twice.
fn fits(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for piece in middle.split('*') {
        match text.find(piece) {
            Some(at) => text = &text[at + piece.len()..],
            None => return false,
        }
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_cover_the_whole_address() {
        let cases = [
            ("https://a.test/*", "https://a.test/x/y", true),
            ("https://a.test/*", "https://b.test/https://a.test/", false),
            ("*.pdf", "https://a.test/x.pdf", true),
            ("*.pdf", "https://a.test/x.pdf?y", false),
            ("*/a/*/b", "https://a.test/a/1/2/b", true),
            ("*/a/*/b", "https://a.test/a/b", false),
            ("*", "anything", true),
            ("a*a", "a", false),
            ("a**b", "ab", true),
            ("exact", "exact", true),
            ("exact", "exactly", false),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(fits(pattern, text), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn hosts_are_named_exactly_or_with_what_is_below() {
        let cases = [
            ("example.org", "example.org", true),
            ("example.org", "example.org:8080", true),
            ("example.org:8080", "example.org:8080", true),
            ("example.org:8080", "example.org", false),
            ("example.org", "www.example.org", false),
            ("*.example.org", "www.example.org", true),
            ("*.example.org", "a.b.example.org:81", true),
            ("*.example.org", "example.org", true),
            ("*.example.org", "badexample.org", false),
            ("[::1]", "[::1]:8080", true),
        ];
        for (name, host, expected) in cases {
            assert_eq!(names(name, &HostKey::from_stored(host)), expected, "{name} for {host}");
        }
    }

    #[test]
    fn later_rules_win_field_by_field() {
        let config = Config {
            rules: vec![
                Rule {
                    host: Some("*.example.org".into()),
                    requests_per_second: Some(0.1),
                    request_timeout: Some(Duration::from_secs(60)),
                    ..Rule::default()
                },
                Rule { host: Some("www.example.org".into()), robots: Some(RobotsPolicy::Ignore), ..Rule::default() },
                Rule { url: Some("*.zip".into()), skip: Some(true), because: Some("large".into()), ..Rule::default() },
            ],
            ..Config::default()
        };
        let policy = config.host_policy(&HostKey::from_stored("www.example.org"));
        assert_eq!((policy.requests_per_second, policy.robots), (0.1, RobotsPolicy::Ignore));
        assert_eq!(config.host_policy(&HostKey::from_stored("example.net")).requests_per_second, 1.0);
        let address = |text: &str| Url::parse(text).expect("valid");
        assert_eq!(config.request_timeout(&address("https://www.example.org/a")), Duration::from_secs(60));
        assert_eq!(config.request_timeout(&address("https://example.net/a")), Duration::from_secs(30));
        assert_eq!(config.skip_rule(&address("https://example.net/a.zip")).map(|(place, _)| place), Some(2));
        assert!(config.skip_rule(&address("https://example.net/a")).is_none());
    }
}
