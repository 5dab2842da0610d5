//! Small webs played against the rules without a socket: routes are matched, redirects and pages followed, failing links
//! asked again, lookups and probes made, as the engine does it, and the verdict is compared with the expected label.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::web;
use crate::classify::{
    Facts, History, Lookup, Mention, Retry, assess, invalid, judge, read_probe, retry, soft_redirect,
};
use crate::demo::scenario::{self, Behaviour, Encoding, RouteText, Scenario, Tls};
use crate::extract;
use crate::fetch::{Jar, redirect_target};
use crate::ledger::strikes::{Before, Health, rule};
use crate::model::exchange::{BodyFault, ConnectFailure, DnsFailure, RedirectFault, TlsFailure, TlsFault, Via};
use crate::model::observation::Fingerprint;
use crate::model::{Assessment, Ending, Exchange, Failure, Hop, PageFacts, Reason, State};
use crate::politeness::robots::Robots;

/// Plays one scenario.
struct Player<'a> {
    scenario: &'a Scenario,
    nth: HashMap<(String, String), u64>,
    requests: u64,
}

impl Player<'_> {
    fn request(&mut self, url: &Url, cookie: Option<&str>) -> Ending {
        let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_owned();
        let asked = Url::parse(&self.scenario.request_url).ok().and_then(|url| url.host_str().map(str::to_owned));
        let is_asked = asked.as_deref().map(|host| host.trim_end_matches('.')) == Some(&host);
        if host == "localhost" || host.parse::<std::net::Ipv4Addr>().is_ok() || host.starts_with('[') {
            return Ending::Failure(Failure::AddressRefused(host));
        }
        let lookup = self.scenario.dns_hosts.get(&host).copied();
        let known = self.scenario.server.iter().any(|route| route.host.trim_end_matches('.') == host);
        let lookup = lookup.or(is_asked.then_some(self.scenario.dns)).unwrap_or_default();
        match lookup {
            scenario::Lookup::Ok if known || self.scenario.dns_hosts.contains_key(&host) => {}
            scenario::Lookup::Ok | scenario::Lookup::Nxdomain => {
                return Ending::Failure(Failure::Dns(DnsFailure::NoSuchName));
            }
            scenario::Lookup::Timeout => return Ending::Failure(Failure::Dns(DnsFailure::Timeout)),
            scenario::Lookup::Servfail => return Ending::Failure(Failure::Dns(DnsFailure::ServerFailure)),
        }
        let fault = |fault: TlsFault, issuer: Option<&str>| {
            let certificate = crate::model::exchange::CertificateFacts {
                issuer_address: issuer.map(str::to_owned),
                ..Default::default()
            };
            Ending::Failure(Failure::Tls(TlsFailure { certificate: Some(certificate), ..fault.into() }))
        };
        if url.scheme() == "https" {
            match self.scenario.tls {
                Tls::None => return Ending::Failure(Failure::Connect(ConnectFailure::Refused)),
                Tls::Valid => {}
                Tls::Expired => return fault(TlsFault::Expired, None),
                Tls::SelfSigned => return fault(TlsFault::SelfSigned, None),
                Tls::WrongHost => return fault(TlsFault::WrongHost, None),
                Tls::IncompleteChain => return fault(TlsFault::UnknownIssuer, Some("http://ca.example/i.der")),
            }
        }
        self.requests += 1;
        let path = url.path().to_owned();
        let with_query = url.query().map_or(path.clone(), |query| format!("{path}?{query}"));
        let mut counted = Vec::new();
        for route in &self.scenario.server {
            let subject = if route.path.contains('?') { &with_query } else { &path };
            let same = match route.path.strip_suffix('*') {
                Some(prefix) => subject.starts_with(prefix),
                None => *subject == route.path,
            };
            if route.host.trim_end_matches('.') != host || !same {
                continue;
            }
            let key = (route.host.clone(), route.path.clone());
            let count = self.nth.entry(key.clone()).or_default();
            if !counted.contains(&key) {
                *count += 1;
                counted.push(key);
            }
            let count = *count;
            if route.when.split('&').all(|when| holds(when.trim(), url, cookie, count)) {
                return respond(route, &with_query);
            }
        }
        Ending::Answer(web::answer(
            404,
            &[],
            "<html><head><title>Not Found</title></head><body><h1>Not Found</h1></body></html>",
        ))
    }

    /// One try, hop by hop.
    fn chase(&mut self, listed: &Url, fragments: &[String]) -> (Exchange, Option<PageFacts>, Vec<bool>) {
        let (mut jar, mut hops, mut asked, mut soft) = (Jar::new(), Vec::new(), Vec::new(), 0);
        let mut next = listed.clone();
        let end = |hops: Vec<Hop>, ending| Exchange { hops, ending, elapsed: Duration::ZERO };
        loop {
            let cookie = jar.header_for(&next);
            let mut key = next.clone();
            key.set_fragment(None);
            let failure = if asked.contains(&(key.clone(), cookie.clone())) {
                Some(Failure::Redirect(RedirectFault::Loop))
            } else if hops.len() > 10 {
                Some(Failure::Redirect(RedirectFault::TooMany))
            } else {
                None
            };
            if let Some(failure) = failure {
                return (end(hops, Ending::Failure(failure)), None, Vec::new());
            }
            asked.push((key, cookie.clone()));
            let outcome = self.request(&next, cookie.as_deref());
            let mut hop = Hop {
                status: match &outcome {
                    Ending::Answer(answer) => Some(answer.status),
                    Ending::Failure(_) => None,
                },
                ..web::hop(next.as_str(), 0)
            };
            let answer = match outcome {
                Ending::Answer(answer) => answer,
                Ending::Failure(failure) => {
                    hops.push(hop);
                    return (end(hops, Ending::Failure(failure)), None, Vec::new());
                }
            };
            jar.store(&next, &answer.headers);
            match redirect_target(&next, &answer) {
                Err(fault) => {
                    hops.push(hop);
                    return (end(hops, Ending::Failure(Failure::Redirect(fault))), None, Vec::new());
                }
                Ok(Some(target)) => {
                    hop.via = Some(Via::Location);
                    hops.push(hop);
                    next = target;
                    continue;
                }
                Ok(None) => {}
            }
            let media_type = answer.headers.get("content-type").map(|value| value.into_owned());
            let scan = extract::scan(&extract::Document {
                url: &next,
                content_type: media_type.as_deref(),
                headers: Some(&answer.headers),
                bytes: &answer.body,
                fragments,
            });
            if let Some((via, target)) = soft_redirect(&next, &answer, scan.page.as_ref()).filter(|_| soft < 3) {
                soft += 1;
                hop.via = Some(via);
                hops.push(hop);
                next = target;
                continue;
            }
            hops.push(hop);
            return (end(hops, Ending::Answer(answer)), scan.page, scan.fragments);
        }
    }

    fn refused(&mut self, url: &Url) -> bool {
        let Ok(file) = url.join("/robots.txt") else { return false };
        match self.request(&file, None) {
            Ending::Answer(answer) if answer.status == 200 => {
                !Robots::parse(&answer.body).group("perennial").decide(url).allowed
            }
            _ => false,
        }
    }

    fn check(&mut self) -> Assessment {
        let listed = match Url::parse(&self.scenario.request_url) {
            Ok(url) => url,
            Err(error) => return invalid(&self.scenario.request_url, &error.to_string()),
        };
        if self.refused(&listed) {
            return Assessment::new(Reason::RobotsDisallowed, "the site's robots.txt asks robots to stay out");
        }
        self.requests = 0;
        let fragments: Vec<String> = listed.fragment().map(str::to_owned).into_iter().collect();
        let mut attempts = Vec::new();
        let (mut page, found) = loop {
            let (exchange, page, found) = self.chase(&listed, &fragments);
            let again = retry(&exchange, page.as_ref());
            attempts.push(exchange);
            let more = match again {
                Retry::No => false,
                Retry::Again => attempts.len() < 3,
                Retry::Confirm => attempts.len() < 2,
            };
            if !more {
                break (page, found);
            }
        };
        if let Some(page) = &mut page {
            page.fragment_found = found.first().copied();
        }
        let context = &self.scenario.context;
        let history = context.previous.as_ref().map(|previous| {
            let html = format!("<title>{}</title><body><main><p>{}</p></main></body>", previous.title, previous.text);
            let document = extract::Document {
                url: &listed,
                content_type: Some("text/html"),
                headers: None,
                bytes: html.as_bytes(),
                fragments: &[],
            };
            let page = extract::scan(&document).page.unwrap_or_default();
            let fingerprint = Fingerprint {
                title: page.title,
                h1: page.h1,
                lang: None,
                words: page.words,
                simhash: page.simhash,
                body_hash: 0,
            };
            History { fingerprint: Some(fingerprint), ..History::default() }
        });
        let mention = Mention { title: context.link_text.as_deref(), annotation: context.description.as_deref() };
        let mut lookups: Vec<Lookup> = Vec::new();
        let facts = Facts { mention, history: history.as_ref(), ..Facts::new(&listed, &attempts, page.as_ref()) };
        let (verdict, probe) = loop {
            let (verdict, questions) = judge(&Facts { lookups: &lookups, ..facts }, 7);
            if questions.lookups.is_empty() {
                break (verdict, questions.probe);
            }
            for plan in questions.lookups {
                let (exchange, ..) = self.chase(&plan.url, &[]);
                lookups.push(Lookup { rule: plan.rule, url: plan.url, exchange });
            }
        };
        let facts = Facts { lookups: &lookups, ..facts };
        let Some(plan) = probe else { return verdict };
        let (exchange, page, _) = self.chase(&plan.url, &[]);
        let probe = read_probe(&plan, &exchange, page.as_ref());
        assess(&Facts { probe: Some(&probe), ..facts })
    }
}

fn holds(when: &str, url: &Url, cookie: Option<&str>, count: u64) -> bool {
    let (kind, value) = when.split_once(':').unwrap_or((when, ""));
    let agent = "perennial/0.1.0 (+https://example.org/)";
    let cookies = cookie.unwrap_or_default();
    let has_cookie = |name: &str| cookies.split(';').any(|pair| pair.trim().split('=').next() == Some(name));
    match kind {
        "any" | "" => true,
        "nth" => match value.strip_suffix('+') {
            Some(from) => count >= from.parse().expect("a number"),
            None => count == value.parse::<u64>().expect("a number"),
        },
        "method" => value == "GET",
        "ua-contains" => agent.contains(&value.to_lowercase()),
        "ua-not-contains" => !agent.contains(&value.to_lowercase()),
        "header" => {
            let (name, part) = value.split_once('~').unwrap_or((value, ""));
            let sent = match name.to_lowercase().as_str() {
                "accept" => "text/html,application/xhtml+xml,*/*;q=0.8",
                "accept-encoding" => "gzip",
                "accept-language" => "en,*;q=0.5",
                "user-agent" => agent,
                "cookie" if !cookies.is_empty() => cookies,
                _ => return false,
            };
            sent.to_lowercase().contains(&part.to_lowercase())
        }
        "no-header" => {
            !matches!(value.to_lowercase().as_str(), "accept" | "accept-encoding" | "accept-language" | "user-agent")
        }
        "cookie" => has_cookie(value),
        "no-cookie" => !has_cookie(value),
        "scheme" => url.scheme() == value,
        "run" => value == "1",
        _ => panic!("unknown condition {when}"),
    }
}

fn respond(route: &RouteText, path: &str) -> Ending {
    let lines: Vec<(&str, &str)> =
        route.headers.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let lower: Vec<(String, &str)> = lines.iter().map(|(name, value)| (name.to_lowercase(), *value)).collect();
    let lines: Vec<(&str, &str)> = lower.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let mut body = route.body.replace("{REQUEST_PATH}", path);
    while let Some(at) = body.find("{RANDOM}") {
        let random = format!("{:016x}", (path.len() as u64 + at as u64 + 77).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        body.replace_range(at..at + 8, &random);
    }
    if let Some(at) = body.find("{PAD:") {
        let end = at + body[at..].find('}').expect("closed");
        let size: usize = body[at + 5..end].parse().expect("a size");
        body.replace_range(at..=end, &"filler ".repeat(size / 7));
    }
    let mut answer = web::answer(route.status, &[], &body);
    if lines.iter().any(|(name, _)| *name == "content-type") || route.body.is_empty() {
        answer.headers = web::headers(&lines);
    } else {
        answer.headers.extend(lines);
    }
    if route.body_encoding == Encoding::ShiftJis {
        answer.body = encoding_rs::SHIFT_JIS.encode(&body).0.into_owned().into();
    }
    match route.behaviour {
        Behaviour::Normal | Behaviour::SlowBody => {}
        Behaviour::Reset => return Ending::Failure(Failure::Reset),
        Behaviour::CloseBeforeHeaders => return Ending::Failure(Failure::EmptyReply),
        Behaviour::Garbage => return Ending::Failure(Failure::Malformed(body)),
        Behaviour::NeverRespond => return Ending::Failure(Failure::HeadTimeout),
        Behaviour::Refuse => return Ending::Failure(Failure::Connect(ConnectFailure::Refused)),
        Behaviour::InfiniteBody | Behaviour::GzipBomb => answer.truncated = true,
        Behaviour::Truncated => {
            answer.body = answer.body.slice(..answer.body.len() / 2);
            answer.body_fault = Some(BodyFault::Short);
        }
        Behaviour::BadChunked => {
            answer.body = answer.body.slice(..answer.body.len() / 2);
            answer.body_fault = Some(BodyFault::Framing);
        }
    }
    Ending::Answer(answer)
}

fn label(state: State) -> &'static str {
    match state {
        State::Ok | State::Moved => "alive",
        State::Suspect => "suspect",
        State::Blocked => "blocked",
        State::Unsure | State::Skipped => "unsure",
        State::Dead => "dead",
    }
}

#[derive(Default)]
struct Score {
    points: u32,
    of: u32,
    violations: Vec<String>,
    told: Vec<String>,
}

fn play(text: &str) -> Score {
    let mut score = Score::default();
    for scenario in crate::demo::parse_jsonl(text).expect("scenarios").iter().filter(|scenario| scenario.runs.is_none())
    {
        let Some(expected) = &scenario.expected else { continue };
        let mut player = Player { scenario, nth: HashMap::new(), requests: 0 };
        // A list is seen for the first time here, and strikes are counted from there.
        let verdict = rule(&Before::default(), player.check(), Timestamp::UNIX_EPOCH, Health::Sound).assessment;
        let label = label(verdict.state);
        score.of += 2;
        let points =
            if label == expected.health { 2 } else { u32::from(expected.also_ok.iter().any(|other| other == label)) };
        score.points += points;
        let mut trouble = String::new();
        if expected.must_not.iter().any(|other| other == label) {
            score.violations.push(scenario.id.clone());
            trouble.push_str(" MUST NOT");
        }
        if let Some(wanted) = &expected.suggest
            && !verdict.suggestions.iter().any(|found| found.url == *wanted)
        {
            trouble.push_str(&format!(" suggests {:?} in place of {wanted}", verdict.suggestions));
        }
        if let Some(wanted) = &expected.anchor
            && verdict.anchor.map(|anchor| anchor.as_str()) != Some(wanted)
        {
            trouble.push_str(&format!(" anchor {:?} in place of {wanted}", verdict.anchor));
        }
        if expected.max_requests.is_some_and(|most| player.requests > most) {
            trouble.push_str(&format!(" {} requests", player.requests));
        }
        if points < 2 || !trouble.is_empty() {
            score.told.push(format!(
                "{} expected {} got {label} by {}{trouble}: {}",
                scenario.id, expected.health, verdict.reason, verdict.evidence
            ));
        }
    }
    score
}

fn held(text: &str) {
    let score = play(text);
    println!("{} of {} points", score.points, score.of);
    for line in &score.told {
        println!("{line}");
    }
    assert_eq!(score.violations, Vec::<String>::new(), "{:#?}", score.told);
    assert!(score.points * 100 >= score.of * 97, "{} of {} points: {:#?}", score.points, score.of, score.told);
}

#[test]
fn known_webs_get_their_labels() {
    held(include_str!("../../../tests/scenarios/scenarios.jsonl"));
}

#[test]
fn the_webs_of_the_whole_program_get_their_labels() {
    held(include_str!("../../../tests/scenarios/own.jsonl"));
}

#[test]
fn webs_made_for_single_rules_get_their_labels() {
    held(include_str!("../../../tests/samples/verdicts.jsonl"));
}
