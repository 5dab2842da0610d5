//! The table of keys: what each takes, and where it goes. This is the one list; suggestions, variables and the test that
//! holds the commented configuration to it are made from it.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use super::layer::{Reader, Section, entries};
use super::value::{Complaint, Read, Value, choice, duration, list, nearest, number, set, size, text, truth, whole};
use super::{
    Archive, AuditFormat, Check, CompilationFormat, Config, FailOn, Mode, Network, Politeness, RobotsPolicy, Rule,
    Scope, Select, WikiFollow,
};
use crate::model::{Reason, State};

/// Rates a host can be asked at: from one request in a quarter of an hour to more than any host answers.
const RATES: RangeInclusive<f64> = 0.001..=100_000.0;
/// Requests at the same time for one host.
const PER_HOST: RangeInclusive<usize> = 1..=1_000;
/// The time one request may take as a whole.
const REQUEST_TIME: RangeInclusive<Duration> = MILLISECOND..=HOUR;

/// Pages read beside one seed.
const PAGES: RangeInclusive<usize> = 1..=10_000;
/// Fewer than these tell no series of failures.
const VISITS: RangeInclusive<usize> = 3..=10_000;

const MILLISECOND: Duration = Duration::from_millis(1);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);
const MINUTES_10: Duration = Duration::from_secs(600);

/// Letters of a header value at most; longer agents are cut or refused by servers.
const MAX_AGENT: usize = 256;

/// Reads every key a layer has. Paths in it are relative to `base`.
pub(super) fn apply(reader: &mut Reader<'_>, config: &mut Config, base: &Base<'_>) {
    let mut top = reader.top();
    top.read("seeds", list(text("the path, pattern or address of a resource page")), &mut config.seeds);
    top.section("network", |section| network(section, &mut config.network, base));
    top.section("politeness", |section| politeness(section, &mut config.politeness));
    top.section("select", |section| select(section, &mut config.select));
    top.section("files", |section| {
        section.read_some("root", path("the path of a folder", base), &mut config.files.root);
    });
    top.section("check", |section| {
        let mut mode = None;
        section.read_some("mode", choice(&Mode::NAMES), &mut mode);
        if let Some(mode) = mode {
            adopt(mode, config);
        }
        check(section, &mut config.check, base);
    });
    top.section("follow", |section| {
        section.read("depth", whole(0..=20), &mut config.follow.depth);
        section.read("scope", choice(&Scope::NAMES), &mut config.follow.scope);
        section.read("max_pages", whole(PAGES), &mut config.follow.max_pages);
        section.read("sitemap", truth, &mut config.follow.sitemap);
    });
    top.section("wiki", |section| {
        section.read("text", truth, &mut config.wiki.text);
        section.read("follow", choice(&WikiFollow::NAMES), &mut config.wiki.follow);
        section.read("depth", whole(1..=20), &mut config.wiki.depth);
        section.read("max_pages", whole(PAGES), &mut config.wiki.max_pages);
    });
    top.section("ledger", |section| {
        section.read("path", path("the path of a file", base), &mut config.ledger.path);
        section.read("visits", whole(VISITS), &mut config.ledger.visits);
    });
    top.section("archive", |section| archive(section, &mut config.archive));
    top.section("reports", |section| {
        section.read("dir", path("the path of a folder", base), &mut config.reports.dir);
        section.read("audit", set(choice(&AuditFormat::NAMES)), &mut config.reports.audit);
        section.read("compilation", set(choice(&CompilationFormat::NAMES)), &mut config.reports.compilation);
        section.read("style", text("the name of a citation style, such as \"apa\""), &mut config.reports.style);
    });
    top.sections("rule", |section| rule(section, &mut config.rules));
    top.finish();
}

/// What relative paths are relative to.
pub(super) struct Base<'a> {
    /// The folder of the file, or the one the person stands in.
    pub folder: &'a Path,
    /// Whether that is where the person stands, so that paths can stay as written.
    pub is_here: bool,
}

fn network(section: &mut Section<'_, '_>, network: &mut Network, base: &Base<'_>) {
    section.read("user_agent", user_agent, &mut network.user_agent);
    section.read_some("contact", contact, &mut network.contact);
    section.read("dns_timeout", duration(MILLISECOND..=MINUTES_10), &mut network.dns_timeout);
    section.read("connect_timeout", duration(MILLISECOND..=MINUTES_10), &mut network.connect_timeout);
    section.read("first_byte_timeout", duration(MILLISECOND..=MINUTES_10), &mut network.first_byte_timeout);
    section.read("idle_timeout", duration(MILLISECOND..=MINUTES_10), &mut network.idle_timeout);
    section.read("request_timeout", duration(REQUEST_TIME), &mut network.request_timeout);
    section.read("min_throughput", size(0..=1 << 30), &mut network.min_throughput);
    section.read("max_body", size(1..=1 << 30), &mut network.max_body);
    section.read("max_seed_body", size(1..=4 << 30), &mut network.max_seed_body);
    section.read("concurrency", whole(1..=10_000), &mut network.concurrency);
    section.read("max_redirects", whole(0..=50), &mut network.max_redirects);
    section.read("allow_private_addresses", truth, &mut network.allow_private_addresses);
    section.read_some("extra_ca_file", |value| certificates(value, base), &mut network.extra_ca_file);
    section.read_some("proxy", proxy, &mut network.proxy);
    section.read("dns_servers", list(name_server), &mut network.dns_servers);
    section.read("port_map", port_map, &mut network.port_map);
}

fn politeness(section: &mut Section<'_, '_>, politeness: &mut Politeness) {
    section.read("requests_per_second", number(RATES), &mut politeness.requests_per_second);
    section.read("per_host_concurrency", whole(PER_HOST), &mut politeness.per_host_concurrency);
    section.read("robots", choice(&RobotsPolicy::NAMES), &mut politeness.robots);
    section.read("max_crawl_delay", duration(Duration::ZERO..=DAY), &mut politeness.max_crawl_delay);
    section.read("max_retry_after", duration(Duration::ZERO..=DAY), &mut politeness.max_retry_after);
    section.read("retries", whole(0..=20), &mut politeness.retries);
    section.read("confirm_after", duration(Duration::ZERO..=HOUR), &mut politeness.confirm_after);
    section.read("latency_factor", number(0.0..=100.0), &mut politeness.latency_factor);
}

fn select(section: &mut Section<'_, '_>, select: &mut Select) {
    // Patterns of all layers add up: a flag must not make a run ask what the file says to leave alone.
    for (key, patterns) in [("include", &mut select.include), ("exclude", &mut select.exclude)] {
        let mut more = Vec::new();
        section.read(key, list(pattern), &mut more);
        more.retain(|pattern| !patterns.contains(pattern));
        if let Some(name) = section.name_outside(key) {
            select.brought.extend(more.iter().map(|pattern| (pattern.clone(), name.to_owned())));
        }
        for pattern in more {
            if !patterns.contains(&pattern) {
                patterns.push(pattern);
            }
        }
    }
    section.read("schemes", set(choice(&Select::SCHEMES)), &mut select.schemes);
}

/// A regular expression.
fn pattern(value: Value<'_>) -> Read<String> {
    const WHAT: &str = "a regular expression over addresses, such as \"^https://example\\.org/drafts/\"";
    let pattern = text(WHAT)(value)?;
    match regex::Regex::new(&pattern) {
        Ok(_) => Ok(pattern),
        Err(error) => value.wrong(WHAT, Some(words_of(&error))),
    }
}

/// What is wrong with a regular expression, in one line.
fn words_of(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().rev().find_map(|line| line.trim().strip_prefix("error: "));
    last.unwrap_or_else(|| text.lines().next().unwrap_or_default()).to_owned()
}

/// What a mode stands for; single keys of the same layer or of a later one still win.
fn adopt(mode: Mode, config: &mut Config) {
    config.check.mode = mode;
    config.check.fail_on = mode.fail_on();
    match mode {
        Mode::Pr => config.archive.suggest = false,
        Mode::Audit => {
            config.archive.suggest = true;
            config.check.second_opinions = true;
        }
        Mode::Ci | Mode::Strict => {}
    }
}

fn check(section: &mut Section<'_, '_>, check: &mut Check, base: &Base<'_>) {
    section.read("recheck_after", duration(Duration::ZERO..=3_650 * DAY), &mut check.recheck_after);
    section.read("recheck_dead_after", duration(Duration::ZERO..=3_650 * DAY), &mut check.recheck_dead_after);
    section.read("recheck_blocked_after", duration(Duration::ZERO..=3_650 * DAY), &mut check.recheck_blocked_after);
    section.read("second_opinions", truth, &mut check.second_opinions);
    section.read_some("own_signs", path("the path of a file with signs", base), &mut check.own_signs);
    section.read_some("second_vantage", proxy, &mut check.second_vantage);
    section.read("fail_on", verdicts, &mut check.fail_on);
}

/// Verdicts that fail a run. An empty one is a mistake: it may come from a variable that nobody has set.
fn verdicts(value: Value<'_>) -> Read<Vec<FailOn>> {
    let items = value.items().unwrap_or_default();
    match items.iter().find(|item| item.as_text().map(str::trim) == Some("none")) {
        Some(_) if items.len() == 1 => Ok(Vec::new()),
        Some(none) => none.wrong("\"none\" alone, or states and reasons", None),
        None => set(fail_on)(value),
    }
}

/// A state, or the code of a reason.
fn fail_on(value: Value<'_>) -> Read<FailOn> {
    const WHAT: &str = "a state such as \"dead\", a reason such as \"http-404\", or \"none\" alone";
    let text = value.as_text().map(str::trim).unwrap_or_default();
    if let Some(state) = State::parse(text) {
        return Ok(FailOn::State(state));
    }
    if let Some(reason) = Reason::parse(text) {
        return Ok(FailOn::Reason(reason));
    }
    let names = State::ALL.map(State::as_str).into_iter().chain(Reason::ALL.iter().map(|reason| reason.code()));
    value.wrong(WHAT, nearest(text, names).map(|name| format!("did you mean \"{name}\"?")))
}

fn archive(section: &mut Section<'_, '_>, archive: &mut Archive) {
    section.read("suggest", truth, &mut archive.suggest);
    section.read("endpoint", endpoint, &mut archive.endpoint);
    section.read("verify", truth, &mut archive.verify);
    section.read("requests_per_second", number(RATES), &mut archive.requests_per_second);
    section.read("max_time", duration(Duration::ZERO..=DAY), &mut archive.max_time);
}

fn rule(section: &mut Section<'_, '_>, rules: &mut Vec<Rule>) {
    let mut rule = Rule::default();
    section.read_some("host", host, &mut rule.host);
    section.read_some("url", text("a pattern over the whole address, with * for any run of characters"), &mut rule.url);
    section.read_some("skip", truth, &mut rule.skip);
    section.read_some("requests_per_second", number(RATES), &mut rule.requests_per_second);
    section.read_some("per_host_concurrency", whole(PER_HOST), &mut rule.per_host_concurrency);
    section.read_some("robots", choice(&RobotsPolicy::NAMES), &mut rule.robots);
    section.read_some("request_timeout", duration(REQUEST_TIME), &mut rule.request_timeout);
    section.read_some("fail_on", verdicts, &mut rule.fail_on);
    section.read_some("because", text("a sentence for the reports"), &mut rule.because);
    if !section.is_present() {
        return;
    }
    const EFFECTS: [&str; 6] =
        ["skip", "requests_per_second", "per_host_concurrency", "robots", "request_timeout", "fail_on"];
    const OF_HOSTS: [&str; 3] = ["requests_per_second", "per_host_concurrency", "robots"];
    if !section.has("host") && !section.has("url") {
        section.refuse(
            "",
            |path| format!("`{path}` names neither a host nor a url"),
            Some("say what it is about".into()),
        );
    } else if !EFFECTS.iter().any(|key| section.has(key)) {
        let help = format!("give it one of {}", EFFECTS.join(", "));
        section.refuse("", |path| format!("`{path}` changes nothing"), Some(help));
    }
    for key in OF_HOSTS {
        if section.has("url") && section.has(key) {
            let help = "put it into a rule with a host alone".to_owned();
            section.refuse(key, |path| format!("`{path}.{key}` is kept per host, not per address"), Some(help));
        }
    }
    rules.push(rule);
}

/// A path, as written where the person stands beside it.
fn path(what: &'static str, base: &Base<'_>) -> impl Fn(Value<'_>) -> Read<PathBuf> {
    move |value| text(what)(value).map(|text| base.resolve(&text))
}

impl Base<'_> {
    fn resolve(&self, path: &str) -> PathBuf {
        if self.is_here { PathBuf::from(path) } else { self.folder.join(path) }
    }
}

/// A `User-Agent` (RFC 9110, 10.1.5) whose product token robots.txt groups can be matched by.
fn user_agent(value: Value<'_>) -> Read<String> {
    const WHAT: &str = "a product and its version such as \"perennial/1.0\", in visible ASCII letters";
    let agent = text(WHAT)(value)?;
    if !is_header_safe(&agent) || agent.len() > MAX_AGENT {
        return value.wrong(WHAT, None);
    }
    if !agent.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return value.wrong(WHAT, Some("robots.txt rules are matched by the letters it begins with".to_owned()));
    }
    Ok(agent)
}

/// A web or mail address that fits into the comment of a `User-Agent`.
fn contact(value: Value<'_>) -> Read<String> {
    const WHAT: &str =
        "an address you can be reached by, such as \"https://example.org/about\" or \"list@example.org\"";
    let contact = text(WHAT)(value)?;
    let is_address = match Url::parse(&contact) {
        Ok(url) => matches!(url.scheme(), "http" | "https" | "mailto"),
        Err(_) => contact.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')),
    };
    let fits = is_header_safe(&contact) && !contact.contains(['(', ')', '\\', ' ']) && contact.len() <= MAX_AGENT;
    if is_address && fits { Ok(contact) } else { value.wrong(WHAT, None) }
}

/// Whether a text can stand in a header of any client and any server.
fn is_header_safe(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

fn certificates(value: Value<'_>, base: &Base<'_>) -> Read<PathBuf> {
    const WHAT: &str = "the path of a PEM file with certificates";
    const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
    let path = path(WHAT, base)(value)?;
    match std::fs::read(&path) {
        Ok(bytes) if memchr::memmem::find(&bytes, BEGIN).is_some() => Ok(path),
        Ok(_) => value.wrong(WHAT, Some("no certificate is in there".to_owned())),
        Err(error) => value.wrong(WHAT, Some(format!("{}: {error}", path.display()))),
    }
}

fn proxy(value: Value<'_>) -> Read<String> {
    const WHAT: &str = "an http, https or socks5 address such as \"socks5://127.0.0.1:1080\"";
    const SCHEMES: [&str; 4] = ["http", "https", "socks5", "socks5h"];
    let proxy = text(WHAT)(value)?;
    match Url::parse(&proxy) {
        Ok(url) if SCHEMES.contains(&url.scheme()) && url.host_str().is_some_and(|host| !host.is_empty()) => Ok(proxy),
        // The address may hold a password, which has no place in a message.
        _ => Err(vec![Complaint {
            expected: WHAT.to_owned(),
            found: "no proxy address".to_owned(),
            help: None,
            span: value.span(),
        }]),
    }
}

/// The address of a service, to which paths are added.
fn endpoint(value: Value<'_>) -> Read<String> {
    const WHAT: &str = "the address of an archive such as \"https://web.archive.org\"";
    let written = text(WHAT)(value)?;
    match Url::parse(&written) {
        Ok(url)
            if matches!(url.scheme(), "http" | "https")
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none() =>
        {
            Ok(url.as_str().trim_end_matches('/').to_owned())
        }
        _ => value.wrong(WHAT, None),
    }
}

fn name_server(value: Value<'_>) -> Read<SocketAddr> {
    const PORT: u16 = 53;
    let address = value.as_text().map(str::trim).and_then(|text| {
        let with_port = text.parse::<SocketAddr>().ok();
        with_port.or_else(|| text.parse::<IpAddr>().ok().map(|address| SocketAddr::new(address, PORT)))
    });
    address.map_or_else(|| value.wrong("a name server such as \"9.9.9.9\" or \"127.0.0.1:5353\"", None), Ok)
}

fn port_map(value: Value<'_>) -> Read<BTreeMap<u16, u16>> {
    const WHAT: &str = "a table of ports such as { 80 = 8080, 443 = 8443 }";
    let Some(entries) = entries(value) else { return value.wrong(WHAT, None) };
    let mut ports = BTreeMap::new();
    for (from, to) in entries {
        let Ok(from) = from.parse::<u16>() else { return value.wrong(WHAT, None) };
        ports.insert(from, whole(1..=u16::MAX)(to)?);
    }
    Ok(ports)
}

/// A host name or address, perhaps with `*.` before it and a port behind it, in the spelling requests use.
fn host(value: Value<'_>) -> Read<String> {
    const WHAT: &str = "a host such as \"example.org\", \"*.example.org\" or \"example.org:8080\"";
    let written = text(WHAT)(value)?;
    let (wildcard, name) = match written.strip_prefix("*.") {
        Some(name) => ("*.", name),
        None => ("", written.as_str()),
    };
    let plain = !name.contains(['/', '*', '@', '?', '#', ' ', '\\']);
    let parsed = Url::parse(&format!("http://{name}/")).ok().filter(|_| plain);
    let host = parsed.as_ref().and_then(Url::host_str).map(|host| host.trim_end_matches('.').to_owned());
    match (host, parsed.and_then(|url| url.port())) {
        (Some(host), _) if host.is_empty() => value.wrong(WHAT, None),
        (Some(host), Some(port)) => Ok(format!("{wildcard}{host}:{port}")),
        (Some(host), None) => Ok(format!("{wildcard}{host}")),
        (None, _) => {
            let help = Url::parse(&written).ok().and_then(|url| Some(format!("write \"{}\"", url.host_str()?)));
            value.wrong(WHAT, help)
        }
    }
}
