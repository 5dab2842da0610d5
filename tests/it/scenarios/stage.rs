//! Plays scenarios and lets the binary audit them.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use perennial::demo::scenario::{Previous, Scenario};
use perennial::demo::{DemoError, Playing, Web, play};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::house::perennial;

/// Invocations at the same time.
const PARALLEL: usize = 4;
/// When the first run takes place.
const FIRST_RUN: &str = "2026-01-05T06:00:00Z";
/// One invocation that takes longer has hung.
const PATIENCE: Duration = Duration::from_secs(180);

/// What became of one scenario, run by run.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub runs: Vec<Verdict>,
}

/// What the audit of one run says about the scenario's link.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub label: &'static str,
    pub reason: String,
    pub anchor: Option<String>,
    pub suggestions: Vec<String>,
    /// Requests that reached the scenario's hosts.
    pub requests: u64,
}

/// Plays all scenarios, many in one invocation where nothing keeps them apart; outcomes in their order.
pub fn play_all(scenarios: &[Scenario]) -> Vec<Outcome> {
    let runtime = Runtime::new().expect("a runtime");
    let groups = groups(scenarios);
    let outcomes = Mutex::new(vec![Outcome::default(); scenarios.len()]);
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..PARALLEL {
            scope.spawn(|| {
                while let Some(group) = groups.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let members: Vec<&Scenario> = group.iter().map(|&index| &scenarios[index]).collect();
                    let played = play_group(&runtime, &members);
                    let mut outcomes = outcomes.lock().expect("no panic while storing");
                    for (&index, outcome) in group.iter().zip(played) {
                        outcomes[index] = outcome;
                    }
                }
            });
        }
    });
    outcomes.into_inner().expect("no panic while storing")
}

/// Scenarios that share an invocation: single runs without common hosts. Stories of several runs are told alone, the
/// longest first.
fn groups(scenarios: &[Scenario]) -> Vec<Vec<usize>> {
    let mut alone: Vec<usize> = (0..scenarios.len()).filter(|&index| runs(&scenarios[index]) > 1).collect();
    alone.sort_by_key(|&index| std::cmp::Reverse(runs(&scenarios[index])));
    let mut groups: Vec<Vec<usize>> = alone.into_iter().map(|index| vec![index]).collect();
    let mut shared: Vec<(bool, Vec<usize>)> = Vec::new();
    for (index, scenario) in scenarios.iter().enumerate().filter(|(_, scenario)| runs(scenario) == 1) {
        let before = scenario.context.previous.is_some();
        let fits = |(previous, group): &(bool, Vec<usize>)| {
            let together = group.iter().map(|&other| &scenarios[other]).chain([scenario]);
            let same_link = group.iter().any(|&other| scenarios[other].request_url == scenario.request_url);
            *previous == before
                && !same_link
                && !matches!(Web::from_scenarios(together), Err(DemoError::SharedHost { .. }))
        };
        match shared.iter().position(fits) {
            Some(place) => shared[place].1.push(index),
            None => shared.push((before, vec![index])),
        }
    }
    groups.extend(shared.into_iter().map(|(_, group)| group));
    groups
}

fn runs(scenario: &Scenario) -> u32 {
    scenario.runs.unwrap_or(1).max(1)
}

/// The folder of one invocation: seed, configuration, ledger, reports.
struct Desk {
    folder: TempDir,
}

fn play_group(runtime: &Runtime, members: &[&Scenario]) -> Vec<Outcome> {
    let desk = Desk { folder: TempDir::new().expect("a folder") };
    desk.write("seed.csv", &seed(members));
    earlier_visit(runtime, &desk, members);

    let web = Web::from_scenarios(members.iter().copied()).expect("a web");
    let hosts: Vec<BTreeSet<String>> = members.iter().map(|member| hosts(member)).collect();
    let playing = runtime.block_on(play(web)).expect("played");
    let mut outcomes = vec![Outcome::default(); members.len()];
    let mut now: Timestamp = FIRST_RUN.parse().expect("a moment");
    for run in 1..=members.iter().map(|member| runs(member)).max().unwrap_or(1) {
        playing.set_run(run);
        let audit = desk.audit(&playing, now);
        let log = playing.requests();
        for ((member, outcome), hosts) in members.iter().zip(&mut outcomes).zip(&hosts) {
            let reached = log.iter().filter(|request| request.run == run && hosts.contains(bare(&request.host)));
            if let Some(record) = record(&audit, &member.request_url) {
                outcome.runs.push(verdict(record, reached.count() as u64));
            }
        }
        let hours = members[0].run_gap_hours.as_ref().map_or(24.0, |gaps| gaps.hours(run));
        now += SignedDuration::from_secs_f64(hours * 3600.0);
    }
    outcomes
}

/// A run before the first one, for scenarios that know of an earlier visit: it sees the page of that time.
fn earlier_visit(runtime: &Runtime, desk: &Desk, members: &[&Scenario]) {
    let with_past: Vec<(&Scenario, &Previous)> =
        members.iter().filter_map(|member| Some((*member, member.context.previous.as_ref()?))).collect();
    let Some((_, first)) = with_past.first() else { return };
    let past: Vec<Scenario> = with_past.iter().map(|(scenario, previous)| as_it_was(scenario, previous)).collect();
    let playing = runtime.block_on(play(Web::from_scenarios(&past).expect("a web"))).expect("played");
    let checked = first.checked.as_deref().unwrap_or("2025-06-01T00:00:00Z");
    desk.audit(&playing, checked.parse().expect("a moment"));
}

fn as_it_was(scenario: &Scenario, previous: &Previous) -> Scenario {
    let url = url::Url::parse(&scenario.request_url).expect("an address visited before");
    let heading = previous.title.split(" | ").next().unwrap_or_default();
    let page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title></head>\n\
         <body><main><h1>{heading}</h1><p>{}</p></main></body></html>\n",
        previous.title, previous.text
    );
    let route = json!({
        "host": url.host_str(), "path": url.path(), "status": previous.status.unwrap_or(200),
        "headers": {"Content-Type": "text/html; charset=utf-8"}, "body": page,
    });
    let past = Scenario { server: vec![serde_json::from_value(route).expect("a route")], ..scenario.clone() };
    Scenario { dns_by_run: Vec::new(), tls_by_run: Vec::new(), ..past }
}

/// The list: one row per link, with what the list says about it.
fn seed(members: &[&Scenario]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["title", "url", "description"]).expect("written");
    for member in members {
        let title = member.context.link_text.as_deref().unwrap_or_default();
        let description = member.context.description.as_deref().unwrap_or_default();
        writer.write_record([title, &member.request_url, description]).expect("written");
    }
    String::from_utf8(writer.into_inner().expect("written")).expect("UTF-8")
}

/// Every host whose requests belong to the scenario.
fn hosts(scenario: &Scenario) -> BTreeSet<String> {
    let web = Web::from_scenarios([scenario]).expect("a web");
    web.hosts().map(str::to_owned).collect()
}

fn bare(host: &str) -> &str {
    host.strip_suffix('.').unwrap_or(host)
}

impl Desk {
    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).expect("written");
    }

    /// Runs the main job and reads what it reports.
    fn audit(&self, playing: &Playing, now: Timestamp) -> Value {
        let folder = self.folder.path();
        self.write("root.pem", &playing.root_certificate_pem());
        self.write("config.toml", &config(playing, &folder.join("root.pem")));
        let _ = std::fs::remove_dir_all(folder.join("reports"));
        let output = perennial()
            .current_dir(folder)
            .args(["run", "seed.csv", "--config", "config.toml", "--reports", "reports", "--ledger", "run.ledger"])
            .args(["--no-progress", "--now", &now.to_string()])
            .timeout(PATIENCE)
            .output()
            .expect("the program starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{:?}: {said}", output.status);
        let text = std::fs::read(folder.join("reports/audit.json")).expect("an audit");
        serde_json::from_slice(&text).expect("JSON")
    }
}

fn config(playing: &Playing, root: &Path) -> String {
    format!(
        r#"[network]
contact = "https://tests.example.org/"
{}connect_timeout = "2s"
first_byte_timeout = "1500ms"
dns_timeout = "1s"
request_timeout = "5s"

[politeness]
requests_per_second = 50.0
max_retry_after = "5s"
retries = 2
confirm_after = "200ms"

[check]
recheck_after = "1h"

[reports]
audit = ["json"]
compilation = []
"#,
        playing.network_settings(root)
    )
}

fn record<'a>(audit: &'a Value, url: &str) -> Option<&'a Value> {
    audit["links"].as_array()?.iter().find(|link| link["url"] == url)
}

fn verdict(record: &Value, requests: u64) -> Verdict {
    let text = |key: &str| record[key].as_str().map(str::to_owned);
    let suggestions = record["suggestions"].as_array().into_iter().flatten();
    Verdict {
        label: label(record["state"].as_str().unwrap_or_default()),
        reason: text("reason").unwrap_or_default(),
        anchor: text("anchor"),
        suggestions: suggestions.filter_map(|one| one["url"].as_str().map(str::to_owned)).collect(),
        requests,
    }
}

/// The neutral label of a state.
fn label(state: &str) -> &'static str {
    match state {
        "ok" | "moved" => "alive",
        "suspect" => "suspect",
        "blocked" => "blocked",
        "unsure" | "skipped" => "unsure",
        "dead" => "dead",
        _ => "none",
    }
}
