//! `audit.json`: the whole audit for programs, schema `perennial.audit/1`.
//!
//! The structs and properties here are the schema: they stand apart from the model so that a change inside the house cannot
//! change what other people's scripts read. Fields may be added; a change of meaning is a new version. One link a line,
//! written as it goes.

use std::io;

use serde::Serialize;

use super::escape;
use super::json::{Json, key};
use super::words::{failure, instant};
use crate::model::audit::{Audit, HostIncident, LinkRecord, OccurrenceRecord, RunSummary, StrikeCount};
use crate::model::exchange::{Hop, Via};
use crate::model::observation::Attempt;
use crate::model::{State, Suggestion};

/// Name and version of the schema.
pub const SCHEMA: &str = "perennial.audit/1";

/// Writes the audit as JSON.
///
/// # Errors
/// Those of the writer.
pub fn write(audit: &Audit, out: &mut dyn io::Write) -> io::Result<()> {
    write!(out, "{{\"schema\":\"{SCHEMA}\",\n\"run\":")?;
    escape::json(out, &Run::of(audit))?;
    write!(out, ",\n\"links\":")?;
    let mut separator = "[\n";
    let mut json = Json::default();
    for record in &audit.links {
        out.write_all(separator.as_bytes())?;
        link(record, &mut json);
        json.take(out)?;
        separator = ",\n";
    }
    out.write_all(if audit.links.is_empty() { b"[]" } else { b"\n]" })?;
    write!(out, ",\n\"removed\":")?;
    array(out, audit.removed.iter().map(|link| Removed { url: &link.url, state: link.state.map(State::as_str) }))?;
    write!(out, ",\n\"hygiene\":")?;
    array(out, audit.hygiene.iter().map(Flaw::of))?;
    write!(out, ",\n\"notices\":")?;
    let notices = audit.notices.iter();
    array(out, notices.map(|n| Notice { seed: &n.seed, line: n.line, message: &n.message }))?;
    out.write_all(b"}\n")
}

/// Writes one link in the form it has in the whole audit, on a line of its own.
///
/// # Errors
/// Those of the writer.
pub fn write_link(link: &LinkRecord, out: &mut dyn io::Write) -> io::Result<()> {
    let mut json = Json::default();
    self::link(link, &mut json);
    json.take(out)?;
    out.write_all(b"\n")
}

fn array<T: Serialize>(out: &mut dyn io::Write, items: impl Iterator<Item = T>) -> io::Result<()> {
    let mut separator = "[\n";
    for item in items {
        out.write_all(separator.as_bytes())?;
        escape::json(out, &item)?;
        separator = ",\n";
    }
    out.write_all(if separator == "[\n" { b"[]" } else { b"\n]" })
}

#[derive(Serialize)]
struct Flaw<'a> {
    kind: &'static str,
    subject: &'a str,
    instead: Option<&'a str>,
    places: Vec<Place<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    seed: &'a str,
    line: usize,
    text: Option<&'a str>,
}

impl<'a> Flaw<'a> {
    fn of(flaw: &'a crate::model::hygiene::Flaw) -> Self {
        let place = |place: &'a crate::model::hygiene::Place| Place {
            seed: &place.seed,
            line: place.line,
            text: place.text.as_deref(),
        };
        Flaw {
            kind: flaw.kind.as_str(),
            subject: &flaw.subject,
            instead: flaw.instead.as_deref(),
            places: flaw.places.iter().map(place).collect(),
        }
    }
}

#[derive(Serialize)]
struct Run<'a> {
    number: i64,
    started: String,
    finished: Option<String>,
    previous: Option<String>,
    version: &'a str,
    settings: Option<String>,
    partial: Option<crate::model::audit::Partial>,
    trouble: Option<&'a str>,
    incidents: Vec<Incident<'a>>,
    seeds: Vec<Seed<'a>>,
    counts: Counts,
    requests: Requests,
}

#[derive(Serialize)]
struct Incident<'a> {
    host: &'a str,
    what: &'a str,
    failing: u32,
    links: u32,
    runs: u32,
    since: String,
}

#[derive(Serialize)]
struct Seed<'a> {
    seed: &'a str,
    format: &'a str,
    links: usize,
}

#[derive(Serialize)]
struct Counts {
    links: usize,
    dead: usize,
    suspect: usize,
    moved: usize,
    blocked: usize,
    unsure: usize,
    skipped: usize,
    ok: usize,
}

#[derive(Serialize)]
struct Requests {
    links: u64,
    robots: u64,
    retries: u64,
    probes: u64,
    lookups: u64,
    extra: u64,
    seeds: u64,
    archive: u64,
}

impl<'a> Run<'a> {
    fn of(audit: &'a Audit) -> Self {
        let RunSummary {
            number,
            started,
            finished,
            previous,
            version,
            settings,
            seeds,
            partial,
            trouble,
            incidents,
            requests,
        } = &audit.run;
        let incident = |incident: &'a HostIncident| Incident {
            host: &incident.host,
            what: &incident.what,
            failing: incident.failing,
            links: incident.links,
            runs: incident.runs,
            since: instant(incident.since),
        };
        let seed = |seed: &'a crate::model::audit::SeedSummary| Seed {
            seed: &seed.name,
            format: &seed.format,
            links: seed.links,
        };
        Run {
            number: *number,
            started: instant(*started),
            finished: finished.map(instant),
            previous: previous.map(instant),
            version,
            settings: settings.map(|settings| format!("{settings:032x}")),
            partial: *partial,
            trouble: trouble.as_deref(),
            incidents: incidents.iter().map(incident).collect(),
            seeds: seeds.iter().map(seed).collect(),
            counts: Counts {
                links: audit.links.len(),
                dead: audit.count(State::Dead),
                suspect: audit.count(State::Suspect),
                moved: audit.count(State::Moved),
                blocked: audit.count(State::Blocked),
                unsure: audit.count(State::Unsure),
                skipped: audit.count(State::Skipped),
                ok: audit.count(State::Ok),
            },
            requests: Requests {
                links: requests.links,
                robots: requests.robots,
                retries: requests.retries,
                probes: requests.probes,
                lookups: requests.lookups,
                extra: requests.extra(),
                seeds: requests.seeds,
                archive: requests.archive,
            },
        }
    }
}

#[derive(Serialize)]
struct Removed<'a> {
    url: &'a str,
    state: Option<&'static str>,
}

#[derive(Serialize)]
struct Notice<'a> {
    seed: &'a str,
    line: Option<usize>,
    message: &'a str,
}

fn link(link: &LinkRecord, json: &mut Json) {
    json.object(|json| {
        json.text(key!("url"), &link.url);
        json.text(key!("canonical"), &link.canonical);
        json.text(key!("state"), link.state.as_str());
        json.text(key!("reason"), link.reason.code());
        json.text(key!("confidence"), link.confidence.as_str());
        number(key!("http_status"), link.http_status, json);
        json.optional(key!("final_url"), link.final_url.as_deref());
        json.optional(key!("title"), link.title.as_deref());
        json.optional(key!("anchor"), link.anchor.map(crate::model::anchor::Anchor::as_str));
        json.text(key!("evidence"), &link.evidence);
        json.list(key!("also"), &link.also, |reason, json| json.string(reason.code()));
        json.list(key!("notes"), &link.notes, |note, json| json.string(note.as_str()));
        json.list(key!("suggestions"), &link.suggestions, suggestion);
        json.optional(key!("delta"), link.delta.map(crate::model::Delta::as_str));
        match link.previous {
            Some((state, reason)) => json.key(key!("previous")).object(|json| {
                json.text(key!("state"), state.as_str());
                json.text(key!("reason"), reason.code());
            }),
            None => json.key(key!("previous")).null(),
        }
        json.optional(key!("checked"), link.checked.map(instant).as_deref());
        json.optional(key!("last_ok"), link.last_ok.map(instant).as_deref());
        json.optional(key!("failing_since"), link.failing_since.map(instant).as_deref());
        match link.strikes {
            Some(StrikeCount { class, count, need }) => json.key(key!("strikes")).object(|json| {
                json.text(key!("class"), class.as_str());
                json.number(key!("count"), count);
                json.number(key!("need"), need);
            }),
            None => json.key(key!("strikes")).null(),
        }
        json.list(key!("occurrences"), &link.occurrences, occurrence);
        json.list(key!("attempts"), &link.attempts, attempt);
    });
}

fn number(key: &'static str, number: Option<u16>, json: &mut Json) {
    match number {
        Some(number) => json.number(key, number),
        None => json.key(key).null(),
    }
}

fn suggestion(suggestion: &Suggestion, json: &mut Json) {
    json.object(|json| {
        json.text(key!("kind"), suggestion.kind.as_str());
        json.text(key!("url"), &suggestion.url);
        json.optional(key!("captured"), suggestion.copy.map(|copy| instant(copy.at)).as_deref());
        json.optional(key!("title_matches"), suggestion.copy.map(|copy| copy.title.as_str()));
    });
}

fn occurrence(OccurrenceRecord { seed, line, column, section, title }: &OccurrenceRecord, json: &mut Json) {
    json.object(|json| {
        json.text(key!("seed"), seed);
        json.number(key!("line"), line);
        json.number(key!("column"), column);
        json.list(key!("section"), section, |heading, json| json.string(heading));
        json.optional(key!("title"), title.as_deref());
    });
}

fn attempt(attempt: &Attempt, json: &mut Json) {
    let (failure, detail) = attempt.failure.as_ref().map(failure).unzip();
    json.object(|json| {
        json.list(key!("hops"), &attempt.hops, hop);
        json.optional(key!("failure"), failure);
        json.optional(key!("failure_detail"), detail.flatten().as_deref());
        json.number(key!("elapsed_ms"), attempt.elapsed_ms);
    });
}

fn hop(hop: &Hop, json: &mut Json) {
    json.object(|json| {
        json.text(key!("url"), &hop.url);
        number(key!("status"), hop.status, json);
        json.optional(key!("location"), hop.location.as_deref());
        json.optional(key!("via"), hop.via.map(via));
        json.number(key!("elapsed_ms"), hop.elapsed_ms);
    });
}

const fn via(via: Via) -> &'static str {
    match via {
        Via::Location => "location",
        Via::RefreshHeader => "refresh-header",
        Via::MetaRefresh => "meta-refresh",
        Via::Script => "script",
    }
}
