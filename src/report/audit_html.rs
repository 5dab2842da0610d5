//! `audit.html`: the broken-link report as one page that needs nothing else, for looking through and sharing.
//!
//! Every row is in the markup, so that it reads without scripting; the script searches, filters, sorts and groups.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::io;

use askama::Template;

use super::escape::{clip, plain};
use super::page::{Address, BASE_STYLE, Worded, policy};
use super::view::{count, has_another_verdict, is_new_problem, is_newly_listed, title};
use super::words::{self, day, failure, minute, thousands};
use super::{advice, audit_json, escape, hygiene};
use crate::model::audit::{Audit, LinkRecord, OccurrenceRecord};
use crate::model::hygiene::FlawKind;
use crate::model::observation::Attempt;
use crate::model::{Confidence, Delta, Reason, State};

/// Rows a browser still takes easily; what is beyond stands in `audit.csv`.
pub const ROWS: usize = 10_000;

const LONGEST_TEXT: usize = 300;
const PLACES_SHOWN: usize = 20;
const FLAWS_SHOWN: usize = 500;
const SCRIPT: &str = include_str!("templates/audit.js");

#[derive(Template)]
#[template(path = "audit.html", config = "src/report/askama.toml")]
struct Page<'a> {
    policy: String,
    style: String,
    script: &'static str,
    day: String,
    number: i64,
    started: String,
    previous: Option<String>,
    extent: String,
    partial: Option<String>,
    trouble: Option<String>,
    incidents: Vec<String>,
    fresh: Option<Fresh>,
    counts: Vec<Count>,
    /// How sure verdicts can be, the surest first.
    confidences: Vec<&'static str>,
    changes: String,
    parts: Vec<Part<'a>>,
    cut: Option<String>,
    removed: Vec<String>,
    untidy: Vec<Untidy<'a>>,
    notices: Vec<String>,
    made_by: String,
    requests: String,
    seeds: Vec<String>,
    /// The whole audit for programs that read the page, as `audit.json` has it.
    data: Option<&'a dyn fmt::Display>,
}

struct Untidy<'a> {
    title: &'static str,
    number: String,
    action: Worded,
    flaws: Vec<Flaw<'a>>,
}

struct Flaw<'a> {
    subject: Address<'a>,
    places: String,
    instead: Option<Address<'a>>,
}

/// How many new problems there are.
struct Fresh {
    number: String,
    noun: &'static str,
}

struct Count {
    state: &'static str,
    /// Where they stand.
    place: String,
    number: String,
    meaning: &'static str,
}

struct Part<'a> {
    id: &'static str,
    name: String,
    number: String,
    meaning: &'static str,
    /// How many of them stand elsewhere.
    above: Option<String>,
    links: Vec<&'a LinkRecord>,
}

impl<'a> Part<'a> {
    /// The rows, each made when its turn comes: together they would weigh more than the whole audit.
    fn rows(&self) -> impl Iterator<Item = Row<'a>> {
        self.links.iter().map(|link| row(link))
    }
}

struct Row<'a> {
    state: &'static str,
    reason: &'static str,
    reason_title: &'static str,
    means: Worded,
    action: Worded,
    /// Whether what to do is shown at once.
    act: bool,
    /// Whether the details say what the finding means; of what simply works they say only what was seen.
    explain: bool,
    confidence: &'static str,
    new: bool,
    recovered: bool,
    changed: bool,
    listed: bool,
    delta: Option<&'static str>,
    /// The verdict of the run before, where it was another.
    before: Option<String>,
    title: Cow<'a, str>,
    shown_url: Cow<'a, str>,
    href: Option<Cow<'a, str>>,
    /// The address as the list has it, where the link's own differs.
    written: Option<&'a str>,
    places: Vec<Place<'a>>,
    more_places: usize,
    instead: Vec<Instead<'a>>,
    evidence: Cow<'a, str>,
    facts: Vec<String>,
    tries: Vec<Vec<String>>,
    last_ok: String,
}

struct Place<'a> {
    at: String,
    section: Cow<'a, str>,
}

struct Instead<'a> {
    lead: String,
    href: Option<Cow<'a, str>>,
    text: Cow<'a, str>,
}

/// Writes the audit as a page.
///
/// # Errors
/// Those of the writer.
pub fn write(audit: &Audit, out: &mut dyn io::Write) -> io::Result<()> {
    write_rows(audit, ROWS, out)
}

/// Writes the audit as a page of so many rows at most.
///
/// # Errors
/// Those of the writer.
pub fn write_rows(audit: &Audit, rows: usize, out: &mut dyn io::Write) -> io::Result<()> {
    write_page(audit, rows, out, &Data { audit, copy: Aside::default() })
}

/// Writes the audit as a page of so many rows at most and as JSON, which is made once for both.
///
/// # Errors
/// Those of either writer.
pub fn write_with_json(
    audit: &Audit,
    rows: usize,
    json: &mut dyn io::Write,
    page: &mut dyn io::Write,
) -> io::Result<()> {
    let data = Data { audit, copy: Aside { out: RefCell::new(Some(json)), ..Aside::default() } };
    write_page(audit, rows, page, &data).map_err(|error| data.copy.fault.take().unwrap_or(error))?;
    match data.copy.out.into_inner() {
        // A page too long to hold it.
        Some(json) if !data.copy.begun.get() => audit_json::write(audit, json),
        _ => Ok(()),
    }
}

fn write_page(audit: &Audit, rows: usize, out: &mut dyn io::Write, data: &Data<'_>) -> io::Result<()> {
    let style = format!("{BASE_STYLE}{}", include_str!("templates/audit.css"));
    let run = &audit.run;
    let (parts, cut) = parts(audit, rows);
    let requests = run.requests;
    let all = requests.total();
    let page = Page {
        policy: policy(&style, SCRIPT),
        style,
        script: SCRIPT,
        day: day(run.started),
        number: run.number,
        started: minute(run.started),
        previous: run.previous.map(minute),
        extent: extent(audit),
        partial: words::partial(audit),
        trouble: run.trouble.as_deref().map(|trouble| plain(&words::trouble(trouble)).into_owned()),
        incidents: run.incidents.iter().map(|one| clip(&words::incident(one), LONGEST_TEXT).into_owned()).collect(),
        fresh: run.previous.map(|_| count(audit, is_new_problem)).map(|number| Fresh {
            number: thousands(number),
            noun: if number == 1 { "new problem" } else { "new problems" },
        }),
        counts: State::ALL
            .map(|state| Count {
                state: state.as_str(),
                place: place_of(&parts, state),
                number: thousands(audit.count(state)),
                meaning: words::meaning(audit, state),
            })
            .into(),
        confidences: Confidence::ALL.map(Confidence::as_str).into(),
        changes: changes(audit),
        parts,
        data: cut.is_none().then_some(data as &dyn fmt::Display),
        cut,
        untidy: hygiene::groups(audit).into_iter().map(|(kind, flaws)| untidy(kind, &flaws)).collect(),
        removed: audit.removed.iter().take(ROWS).map(|link| short(&link.url).into_owned()).collect(),
        notices: audit.notices.iter().take(200).map(|notice| short(&notice.to_string()).into_owned()).collect(),
        made_by: plain(&words::made_by(run)).into_owned(),
        requests: words::count(usize::try_from(all).unwrap_or(usize::MAX), "request"),
        seeds: run.seeds.iter().take(50).map(|seed| short(&seed.name).into_owned()).collect(),
    };
    page.write_into(out)
}

/// The audit as JSON that no markup can end; a page that leaves rows out leaves this out too.
struct Data<'a> {
    audit: &'a Audit,
    copy: Aside<'a>,
}

/// Where the same JSON goes as it is.
#[derive(Default)]
struct Aside<'a> {
    out: RefCell<Option<&'a mut dyn io::Write>>,
    begun: Cell<bool>,
    /// Why it went wrong: what formats the page cannot say.
    fault: Cell<Option<io::Error>>,
}

impl Aside<'_> {
    fn write(&self, piece: &[u8]) -> io::Result<()> {
        self.begun.set(true);
        match self.out.borrow_mut().as_mut() {
            Some(out) => out.write_all(piece),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Data<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        audit_json::write(self.audit, &mut WithoutTags { page: f, copy: &self.copy }).map_err(|error| {
            self.copy.fault.set(Some(error));
            fmt::Error
        })
    }
}

/// Writes JSON with its `<` as escapes. Every piece that comes is whole UTF-8, as JSON is written line by line.
struct WithoutTags<'a, 'b, 'c> {
    page: &'a mut fmt::Formatter<'b>,
    copy: &'a Aside<'c>,
}

impl io::Write for WithoutTags<'_, '_, '_> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.copy.write(piece)?;
        let text = simdutf8::basic::from_utf8(piece).map_err(io::Error::other)?;
        let mut parts = text.split('<');
        self.page.write_str(parts.next().unwrap_or_default()).map_err(io::Error::other)?;
        for part in parts {
            self.page.write_str("\\u003c").and_then(|()| self.page.write_str(part)).map_err(io::Error::other)?;
        }
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn short(text: &str) -> Cow<'_, str> {
    escape::shown(text, LONGEST_TEXT)
}

fn extent(audit: &Audit) -> String {
    let mentions: usize = audit.links.iter().map(|link| link.occurrences.len()).sum();
    let lists = words::count(audit.run.seeds.len(), "list");
    format!("{} at {} in {lists}.", words::count(audit.links.len(), "address"), words::count(mentions, "place"))
}

fn changes(audit: &Audit) -> String {
    if audit.run.previous.is_none() {
        return String::new();
    }
    let recovered = count(audit, |link| link.delta == Some(Delta::Recovered));
    let rows = [
        (count(audit, is_new_problem), "new problem", "new problems"),
        (recovered, "recovered", "recovered"),
        (count(audit, has_another_verdict), "with another verdict", "with another verdict"),
        (count(audit, is_newly_listed), "newly listed", "newly listed"),
        (audit.removed.len(), "no longer listed", "no longer listed"),
    ];
    let told =
        rows.iter().filter(|(number, ..)| *number > 0).map(|(number, one, many)| words::counted(*number, one, many));
    let told: Vec<String> = told.collect();
    if told.is_empty() { "nothing has changed".to_owned() } else { told.join(", ") }
}

/// Rows by finding, what needs a person first, and what to say of those that were left out.
fn parts(audit: &Audit, rows: usize) -> (Vec<Part<'_>>, Option<String>) {
    let fresh = audit.links.iter().filter(|link| is_new_problem(link)).collect();
    let mut chosen: Vec<(_, _, _, Vec<&LinkRecord>)> =
        vec![("new", "New problems".to_owned(), "not there in the run before", fresh)];
    for state in State::ALL {
        let links = audit.links.iter().filter(|link| link.state == state && !is_new_problem(link)).collect();
        chosen.push((state.as_str(), words::capitalised(state.as_str()), words::meaning(audit, state), links));
    }
    let mut room = rows;
    let mut left: Vec<&LinkRecord> = Vec::new();
    let mut parts = Vec::new();
    for (id, name, meaning, mut links) in chosen.into_iter().filter(|(.., links)| !links.is_empty()) {
        let number = thousands(links.len());
        let shown = links.len().min(room);
        room -= shown;
        left.extend(links.drain(shown..));
        let above = State::ALL.into_iter().find(|state| state.as_str() == id).and_then(|state| above(audit, state));
        parts.push(Part { id, name, number, meaning, above, links });
    }
    (parts, cut(&left))
}

/// What to say of the links of a state that stand among the new problems.
fn above(audit: &Audit, state: State) -> Option<String> {
    let number = count(audit, |link| link.state == state && is_new_problem(link));
    (number > 0).then(|| format!("{} more above, under the new problems", thousands(number)))
}

/// Where a state's links begin: their own part, those of them that are new problems, or else the table.
fn place_of(parts: &[Part<'_>], state: State) -> String {
    let is_new = |part: &Part<'_>| part.id == "new" && part.links.iter().any(|link| link.state == state);
    match parts.iter().find(|part| part.id == state.as_str()).or_else(|| parts.iter().find(|part| is_new(part))) {
        Some(part) => format!("finding-{}", part.id),
        None => "links".to_owned(),
    }
}

/// Names what a page leaves out, by state.
fn cut(left: &[&LinkRecord]) -> Option<String> {
    let number = |state| left.iter().filter(|link| link.state == state).count();
    let numbers = State::ALL.map(|state| (state, number(state)));
    let states: Vec<String> = numbers
        .iter()
        .filter(|(_, number)| *number > 0)
        .map(|(state, number)| format!("{} {state}", thousands(*number)))
        .collect();
    let (links, states) = (words::count(left.len(), "more link"), states.join(", "));
    (!left.is_empty()).then(|| format!("Left out here: {links} ({states}); audit.csv and audit.json have them all."))
}

fn row<'a>(link: &'a LinkRecord) -> Row<'a> {
    let words = advice::of(link.reason);
    let Address { href, text: shown_url } = Address::of(&link.url, Some(link.reason));
    let place = |occurrence: &'a OccurrenceRecord| Place {
        at: short(&words::place(occurrence)).into_owned(),
        section: section(&occurrence.section),
    };
    Row {
        state: link.state.as_str(),
        reason: link.reason.code(),
        reason_title: words.title,
        means: Worded(words.means),
        action: Worded(words.action),
        act: matches!(link.state, State::Dead | State::Suspect | State::Moved),
        explain: link.reason != Reason::OkPlain,
        confidence: link.confidence.as_str(),
        new: is_new_problem(link),
        recovered: link.delta == Some(Delta::Recovered),
        changed: has_another_verdict(link),
        listed: is_newly_listed(link),
        delta: words::delta_label(link.delta),
        before: words::before(link),
        title: title(link).map_or_else(|| shown_url.clone(), short),
        shown_url,
        written: Some(link.url.as_str()).filter(|url| href.as_deref() != Some(*url)),
        href,
        places: link.occurrences.iter().take(PLACES_SHOWN).map(place).collect(),
        more_places: link.occurrences.len().saturating_sub(PLACES_SHOWN),
        instead: instead(link),
        evidence: short(&link.evidence),
        facts: facts(link),
        tries: link.attempts.iter().map(hops).collect(),
        last_ok: link.last_ok.map(day).unwrap_or_default(),
    }
}

/// Headings in one text, outermost first.
fn section(path: &[String]) -> Cow<'_, str> {
    match path {
        [] => Cow::Borrowed(""),
        [heading] => short(heading),
        path => Cow::Owned(short(&words::section(path)).into_owned()),
    }
}

fn untidy<'a>(kind: FlawKind, flaws: &[&'a crate::model::hygiene::Flaw]) -> Untidy<'a> {
    let words = hygiene::of(kind);
    let flaw = |flaw: &&'a crate::model::hygiene::Flaw| Flaw {
        subject: Address::new(&flaw.subject),
        places: flaw
            .places
            .iter()
            .take(PLACES_SHOWN)
            .map(|place| short(&hygiene::place(place)).into_owned())
            .collect::<Vec<_>>()
            .join(", "),
        instead: flaw.instead.as_deref().map(Address::new),
    };
    Untidy {
        title: words.title,
        number: thousands(flaws.len()),
        action: Worded(words.action),
        flaws: flaws.iter().take(FLAWS_SHOWN).map(flaw).collect(),
    }
}

fn instead<'a>(link: &'a LinkRecord) -> Vec<Instead<'a>> {
    let suggestion = |suggestion: &'a crate::model::Suggestion| {
        let Address { href, text } = Address::new(&suggestion.url);
        Instead { lead: words::suggestion(suggestion), href, text }
    };
    let copies = words::copies(link).map(|copies| {
        let Address { href, text } = Address::new(&copies).into_owned();
        Instead { lead: "archived copies, if any".to_owned(), href, text }
    });
    link.suggestions.iter().map(suggestion).chain(copies).collect()
}

fn facts(link: &LinkRecord) -> Vec<String> {
    let mut facts = Vec::new();
    facts.extend(words::series(link).map(|text| words::capitalised(&text)));
    facts.extend(link.failing_since.map(|since| format!("Failing since {}", day(since))));
    facts.extend(link.checked.map(|at| ["Checked ", &minute(at)].concat()));
    let own = link.title.as_deref().filter(|own| title(link) != Some(*own));
    facts.extend(own.map(|own| format!("Title on the page: {}", short(own))));
    facts.extend(
        link.final_url
            .as_deref()
            .filter(|end| *end != link.url && link.http_status.is_some())
            .map(|end| format!("Ended at {}", short(end))),
    );
    facts.extend(link.notes.iter().map(|&note| words::capitalised(words::note(note))));
    facts.extend(link.also.iter().map(|reason| format!("Also: {}", advice::of(*reason).title)));
    facts
}

fn hops(attempt: &Attempt) -> Vec<String> {
    let hop = |hop: &crate::model::Hop| {
        let status = hop.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        format!("{} \u{2192} {status}", short(&hop.url))
    };
    let mut lines: Vec<String> = attempt.hops.iter().map(hop).collect();
    lines.extend(attempt.failure.as_ref().map(failure).map(|(name, detail)| match detail {
        Some(detail) => format!("{name}: {}", escape::clip(&plain(&detail), LONGEST_TEXT)),
        None => name.to_owned(),
    }));
    lines
}
