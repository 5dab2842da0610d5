//! Scenarios put together into one web: which names exist, and which route answers a request.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::error::DemoError;
use super::generated::Generated;
use super::scenario::{Behaviour, Encoding, Lookup, RouteText, Scenario, Tls};
use super::template::Template;
use super::when::{self, Condition};
use super::wire::Head;

/// The hosts of one or many scenarios with everything they do.
#[derive(Clone, Debug, Default)]
pub struct Web {
    /// By host as the requests name it.
    pub(super) sites: HashMap<String, Site>,
    /// By name without trailing dot.
    pub(super) names: HashMap<String, Name>,
    pub(super) generated: Option<Arc<Generated>>,
}

/// What one host answers.
#[derive(Clone, Debug, Default)]
pub(super) struct Site {
    routes: Vec<Route>,
    /// The distinct path patterns; requests are counted for each.
    pub(super) patterns: Vec<String>,
}

/// What is behind one name.
#[derive(Clone, Debug, Default)]
pub(super) struct Name {
    /// Run by run; the last one stays.
    lookups: Vec<Lookup>,
    /// Run by run; the last one stays.
    tls: Vec<Tls>,
    /// A port besides the usual two.
    pub(super) port: Option<u16>,
    scenario: String,
}

/// One route, ready to be played.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pattern: usize,
    when: Vec<Condition>,
    pub(super) status: u16,
    pub(super) headers: Vec<(String, Template)>,
    pub(super) body: Template,
    pub(super) delay: Duration,
    pub(super) behaviour: Behaviour,
}

impl Web {
    /// Reads scenarios, one JSON object a line; empty lines are skipped.
    ///
    /// # Errors
    /// When a line is no scenario, or two scenarios claim the same host.
    pub fn from_jsonl(text: &str) -> Result<Self, DemoError> {
        Self::from_scenarios(&parse_jsonl(text)?)
    }

    /// Puts scenarios together.
    ///
    /// # Errors
    /// When a condition cannot be understood, or two scenarios claim the same host.
    pub fn from_scenarios<'a>(scenarios: impl IntoIterator<Item = &'a Scenario>) -> Result<Self, DemoError> {
        let mut web = Web::default();
        for scenario in scenarios {
            web.add(scenario)?;
        }
        Ok(web)
    }

    /// Adds hosts with generated pages; their requests are counted, not remembered.
    pub fn with_generated(mut self, generated: Generated) -> Self {
        self.generated = Some(Arc::new(generated));
        self
    }

    /// The names of all hosts but generated ones, without trailing dots, in no particular order.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    fn add(&mut self, scenario: &Scenario) -> Result<(), DemoError> {
        let tls = if scenario.tls_by_run.is_empty() { vec![scenario.tls] } else { scenario.tls_by_run.clone() };
        for (host, lookups, port) in names_of(scenario) {
            let name = Name { lookups, tls: tls.clone(), port, scenario: scenario.id.clone() };
            if let Some(first) = self.names.insert(host.clone(), name) {
                let (first, second) = (first.scenario, scenario.id.clone());
                return Err(DemoError::SharedHost { host, first, second });
            }
        }
        for route in &scenario.server {
            let site = self.sites.entry(route.host.clone()).or_default();
            site.add(route).map_err(|condition| DemoError::Condition { scenario: scenario.id.clone(), condition })?;
        }
        Ok(())
    }

    /// A host that serves one file.
    pub(super) fn add_file(&mut self, host: &str, path: &str, content_type: &str, bytes: Vec<u8>) {
        let site = Site {
            routes: vec![Route {
                pattern: 0,
                when: Vec::new(),
                status: 200,
                headers: vec![("Content-Type".to_owned(), Template::new(content_type, Encoding::Utf8))],
                body: Template::fixed(bytes),
                delay: Duration::ZERO,
                behaviour: Behaviour::Normal,
            }],
            patterns: vec![path.to_owned()],
        };
        self.sites.entry(host.to_owned()).or_insert(site);
        self.names.entry(host.to_owned()).or_default();
    }

    /// The site a request is for.
    pub(super) fn site(&self, host: &str) -> Option<&Site> {
        self.sites.get(host).or_else(|| self.sites.get(host.strip_suffix('.')?))
    }

    /// What the name is worth in a run.
    pub(super) fn lookup(&self, host: &str, run: u32) -> Lookup {
        let host = host.strip_suffix('.').unwrap_or(host);
        match self.names.get(host) {
            Some(name) => by_run(&name.lookups, run),
            None if is_localhost(host) => Lookup::Ok,
            None if self.generated.as_ref().is_some_and(|generated| generated.has(host)) => Lookup::Ok,
            None => Lookup::Nxdomain,
        }
    }

    /// The certificate a host presents in a run.
    pub(super) fn tls(&self, host: &str, run: u32) -> Tls {
        let host = host.strip_suffix('.').unwrap_or(host);
        self.names.get(host).map_or(Tls::None, |name| by_run(&name.tls, run))
    }

    /// Whether a host refuses every connection in a run: all it could do is refuse.
    pub(super) fn refuses(&self, host: &str, run: u32) -> bool {
        if is_localhost(host) {
            return true;
        }
        let Some(site) = self.site(host) else { return false };
        let mut possible =
            site.routes.iter().filter(|route| route.when.iter().all(|one| one.possible_in(run))).peekable();
        possible.peek().is_some() && possible.all(|route| route.behaviour == Behaviour::Refuse)
    }
}

/// The scenarios of a text, one JSON object a line.
///
/// # Errors
/// When a line is no scenario.
pub fn parse_jsonl(text: &str) -> Result<Vec<Scenario>, DemoError> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| serde_json::from_str(line).map_err(|source| DemoError::Syntax { line: index + 1, source }))
        .collect()
}

/// Every name of a scenario with its lookup results and its unusual port.
fn names_of(scenario: &Scenario) -> Vec<(String, Vec<Lookup>, Option<u16>)> {
    let requested = Url::parse(&scenario.request_url).ok();
    let requested = requested.as_ref().and_then(|url| Some((bare(url.domain()?), url.port())));
    let mut hosts: Vec<String> = scenario.server.iter().map(|route| bare(&route.host)).collect();
    hosts.extend(scenario.dns_hosts.keys().map(|host| bare(host)));
    hosts.extend(requested.iter().map(|(host, _)| host.clone()));
    // The reader's own machine belongs to no scenario.
    hosts.retain(|host| !is_localhost(host));
    hosts.sort();
    hosts.dedup();
    hosts
        .into_iter()
        .map(|host| {
            let asked = requested.as_ref().filter(|(name, _)| *name == host);
            let own = scenario.dns_hosts.iter().find(|(name, _)| bare(name) == host).map(|(_, lookup)| *lookup);
            let lookups = match (own, asked) {
                (_, Some(_)) if !scenario.dns_by_run.is_empty() => scenario.dns_by_run.clone(),
                (Some(lookup), _) => vec![lookup],
                (None, Some(_)) => vec![scenario.dns],
                (None, None) => vec![Lookup::Ok],
            };
            let port = asked.and_then(|(_, port)| *port);
            (host, lookups, port)
        })
        .collect()
}

/// A name every machine keeps for itself (RFC 6761, 6.3).
pub(super) fn is_localhost(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
}

fn bare(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

fn by_run<T: Copy + Default>(values: &[T], run: u32) -> T {
    values.get(run.saturating_sub(1) as usize).or(values.last()).copied().unwrap_or_default()
}

impl Site {
    fn add(&mut self, route: &RouteText) -> Result<(), String> {
        let known = self.patterns.iter().position(|pattern| *pattern == route.path);
        let pattern = known.unwrap_or_else(|| {
            self.patterns.push(route.path.clone());
            self.patterns.len() - 1
        });
        let mut headers: Vec<(String, Template)> = route
            .headers
            .0
            .iter()
            .map(|(name, value)| (name.clone(), Template::new(value, route.header_encoding)))
            .collect();
        if route.behaviour == Behaviour::GzipBomb && !has(&headers, "content-encoding") {
            headers.push(("Content-Encoding".to_owned(), Template::new("gzip", Encoding::Utf8)));
        }
        self.routes.push(Route {
            pattern,
            when: when::parse(&route.when)?,
            status: route.status,
            headers,
            body: Template::new(&route.body, route.body_encoding),
            delay: Duration::from_millis(route.delay_ms),
            behaviour: route.behaviour,
        });
        Ok(())
    }

    /// The route that answers. `count` is told of each pattern that matches the path, once, and says how many
    /// requests there have been with this one.
    pub(super) fn route(
        &self,
        head: &Head,
        secure: bool,
        run: u32,
        mut count: impl FnMut(usize) -> u64,
    ) -> Option<&Route> {
        let counts: Vec<Option<u64>> = self
            .patterns
            .iter()
            .enumerate()
            .map(|(index, pattern)| matches(pattern, head).then(|| count(index)))
            .collect();
        self.routes.iter().find(|route| {
            counts[route.pattern]
                .is_some_and(|nth| route.when.iter().all(|condition| condition.holds(head, secure, run, nth)))
        })
    }
}

fn has(headers: &[(String, Template)], name: &str) -> bool {
    headers.iter().any(|(key, _)| key.eq_ignore_ascii_case(name))
}

impl Route {
    /// Whether a header is given, so that none is added.
    pub(super) fn gives(&self, name: &str) -> bool {
        has(&self.headers, name)
    }
}

/// A pattern with `?` is compared with path and query, one without with the path; `*` at the end is a prefix match.
fn matches(pattern: &str, head: &Head) -> bool {
    let subject = if pattern.contains('?') { head.target.as_str() } else { head.path() };
    match pattern.strip_suffix('*') {
        Some(prefix) => subject.starts_with(prefix),
        None => subject == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(target: &str) -> Head {
        Head::parse(format!("GET {target} HTTP/1.1\r\nHost: a.test\r\n\r\n").as_bytes()).expect("a request")
    }

    #[test]
    fn patterns_match_paths_queries_and_prefixes() {
        for (pattern, target, expected) in [
            ("/a", "/a", true),
            ("/a", "/a?x=1", true),
            ("/a", "/a/", false),
            ("/a*", "/abc", true),
            ("/*", "/", true),
            ("/a?x=1", "/a?x=1", true),
            ("/a?x=1", "/a", false),
            ("/a?x=*", "/a?x=22", true),
            ("/a?x=*", "/a?y=22", false),
        ] {
            assert_eq!(matches(pattern, &head(target)), expected, "{pattern} {target}");
        }
    }

    #[test]
    fn names_follow_the_scenario_run_by_run() {
        let web = Web::from_jsonl(
            r#"{"id":"a","request_url":"http://B\u00fccher.test./x","dns_by_run":["ok","nxdomain"],"tls_by_run":["none","valid"],
                "dns_hosts":{"slow.test":"timeout"},"server":[{"host":"other.test","path":"/","when":"run:2","behaviour":"refuse"},
                {"host":"other.test","path":"/"}]}"#
                .replace('\n', "")
                .as_str(),
        )
        .expect("a web");
        assert_eq!(web.lookup("xn--bcher-kva.test", 1), Lookup::Ok);
        assert_eq!(web.lookup("xn--bcher-kva.test.", 2), Lookup::Nxdomain);
        assert_eq!(web.lookup("xn--bcher-kva.test", 9), Lookup::Nxdomain);
        assert_eq!(web.lookup("other.test", 2), Lookup::Ok);
        assert_eq!(web.lookup("slow.test", 1), Lookup::Timeout);
        assert_eq!(web.lookup("nobody.test", 1), Lookup::Nxdomain);
        assert_eq!((web.tls("other.test", 1), web.tls("other.test", 2)), (Tls::None, Tls::Valid));
        assert!(!web.refuses("other.test", 2), "its other route answers");
    }

    #[test]
    fn two_scenarios_cannot_share_a_host() {
        let line = r#"{"id":"ID","server":[{"host":"a.test","path":"/"}]}"#;
        let text = format!("{}\n{}\n", line.replace("ID", "one"), line.replace("ID", "two"));
        let error = Web::from_jsonl(&text).expect_err("a clash");
        assert_eq!(error.to_string(), "host a.test belongs to scenario one and to scenario two");
    }

    #[test]
    fn a_broken_line_is_named() {
        let error = Web::from_jsonl("{\"id\":\"a\"}\n\n{\"id\":").expect_err("no scenario");
        assert_eq!(error.to_string(), "line 3 is no scenario");
        let text = r#"{"id":"a","server":[{"host":"a.test","path":"/","when":"moon:full"}]}"#;
        let error = Web::from_jsonl(text).expect_err("no condition");
        assert_eq!(error.to_string(), "scenario a: unknown condition `moon:full`");
    }
}
