//! `audit.json`: the whole audit for programs, schema `perennial.audit/1`.
//!
//! The structs here are the schema: they stand apart from the model so that a change inside the house cannot change what other
//! people's scripts read. Fields may be added; a change of meaning is a new version. One link a line, written as it goes.

use std::io;

use serde::Serialize;

use super::escape;
use super::words::{failure, instant};
use crate::model::State;
use crate::model::audit::{Audit, HostIncident, LinkRecord, OccurrenceRecord, RunSummary, StrikeCount};
use crate::model::observation::Attempt;

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
    array(out, audit.links.iter().map(Link::of))?;
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
    escape::json(out, &Link::of(link))?;
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
struct Link<'a> {
    url: &'a str,
    canonical: &'a str,
    state: &'static str,
    reason: &'static str,
    confidence: &'static str,
    http_status: Option<u16>,
    final_url: Option<&'a str>,
    title: Option<&'a str>,
    anchor: Option<&'static str>,
    evidence: &'a str,
    also: Vec<&'static str>,
    notes: Vec<&'static str>,
    suggestions: Vec<Suggestion<'a>>,
    delta: Option<&'static str>,
    previous: Option<Verdict>,
    checked: Option<String>,
    last_ok: Option<String>,
    failing_since: Option<String>,
    strikes: Option<Strikes>,
    occurrences: Vec<Occurrence<'a>>,
    attempts: Vec<Try<'a>>,
}

#[derive(Serialize)]
struct Suggestion<'a> {
    kind: &'static str,
    url: &'a str,
    captured: Option<String>,
    title_matches: Option<&'static str>,
}

impl<'a> Suggestion<'a> {
    fn of(suggestion: &'a crate::model::Suggestion) -> Self {
        Suggestion {
            kind: suggestion.kind.as_str(),
            url: &suggestion.url,
            captured: suggestion.copy.map(|copy| instant(copy.at)),
            title_matches: suggestion.copy.map(|copy| copy.title.as_str()),
        }
    }
}

#[derive(Serialize)]
struct Verdict {
    state: &'static str,
    reason: &'static str,
}

#[derive(Serialize)]
struct Strikes {
    class: &'static str,
    count: u32,
    need: u32,
}

#[derive(Serialize)]
struct Occurrence<'a> {
    seed: &'a str,
    line: usize,
    column: usize,
    section: &'a [String],
    title: Option<&'a str>,
}

#[derive(Serialize)]
struct Try<'a> {
    hops: Vec<Hop<'a>>,
    failure: Option<&'static str>,
    failure_detail: Option<String>,
    elapsed_ms: u64,
}

#[derive(Serialize)]
struct Hop<'a> {
    url: &'a str,
    status: Option<u16>,
    location: Option<&'a str>,
    via: Option<crate::model::exchange::Via>,
    elapsed_ms: u64,
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

impl<'a> Link<'a> {
    fn of(link: &'a LinkRecord) -> Self {
        Link {
            url: &link.url,
            canonical: &link.canonical,
            state: link.state.as_str(),
            reason: link.reason.code(),
            confidence: link.confidence.as_str(),
            http_status: link.http_status,
            final_url: link.final_url.as_deref(),
            title: link.title.as_deref(),
            anchor: link.anchor.map(crate::model::anchor::Anchor::as_str),
            evidence: &link.evidence,
            also: link.also.iter().map(|reason| reason.code()).collect(),
            notes: link.notes.iter().map(|note| note.as_str()).collect(),
            suggestions: link.suggestions.iter().map(Suggestion::of).collect(),
            delta: link.delta.map(crate::model::Delta::as_str),
            previous: link.previous.map(|(state, reason)| Verdict { state: state.as_str(), reason: reason.code() }),
            checked: link.checked.map(instant),
            last_ok: link.last_ok.map(instant),
            failing_since: link.failing_since.map(instant),
            strikes: link.strikes.map(|StrikeCount { class, count, need }| Strikes {
                class: class.as_str(),
                count,
                need,
            }),
            occurrences: link.occurrences.iter().map(Occurrence::of).collect(),
            attempts: link.attempts.iter().map(Try::of).collect(),
        }
    }
}

impl<'a> Occurrence<'a> {
    fn of(occurrence: &'a OccurrenceRecord) -> Self {
        let OccurrenceRecord { seed, line, column, section, title } = occurrence;
        Occurrence { seed, line: *line, column: *column, section, title: title.as_deref() }
    }
}

impl<'a> Try<'a> {
    fn of(attempt: &'a Attempt) -> Self {
        let hop = |hop: &'a crate::model::Hop| Hop {
            url: &hop.url,
            status: hop.status,
            location: hop.location.as_deref(),
            via: hop.via,
            elapsed_ms: hop.elapsed_ms,
        };
        let (failure, failure_detail) = match attempt.failure.as_ref().map(failure) {
            Some((name, detail)) => (Some(name), detail),
            None => (None, None),
        };
        let hops = attempt.hops.iter().map(hop).collect();
        Try { hops, failure, failure_detail, elapsed_ms: attempt.elapsed_ms }
    }
}
