//! The story of one address, from the ledger.

use jiff::Timestamp;
use serde::Serialize;
use url::Url;

use super::super::args::OutputFormat;
use super::super::context::Context;
use super::super::error::CliError;
use super::super::exit::Exit;
use super::print_json;
use crate::config::Flag;
use crate::ledger::strikes::never_kills;
use crate::ledger::{Chapter, Ledger, Story};
use crate::model::audit::{LinkRecord, OccurrenceRecord};
use crate::model::observation::Attempt;
use crate::model::{Assessment, CanonicalUrl, Memento, Reason, Suggestion};
use crate::report::explain::{Page, Past};

/// Name and version of the form for programs.
const SCHEMA: &str = "perennial.story/1";

/// Prints everything the ledger knows of an address.
pub(super) fn story(address: &str, ledger: Option<&str>, context: &mut Context) -> Result<Exit, CliError> {
    let ledger = open(ledger, context)?;
    let Some(story) = find(address, &ledger)? else {
        return Err(CliError::usage(format!("the ledger {} knows nothing of {address}", ledger.path().display()))
            .help("the address must be one that a run has listed, as it is written there; `perennial explain HOST` shows the \
                   links of a host"));
    };
    print(address, story, context)?;
    Ok(Exit::Clean)
}

/// The same for what may be the address of a file, or one without a scheme; `None` where no list has it.
pub(super) fn story_of_any(text: &str, ledger: &Ledger, context: &mut Context) -> Result<Option<Exit>, CliError> {
    let Some(story) = find(text, ledger)? else { return Ok(None) };
    print(text, story, context)?;
    Ok(Some(Exit::Clean))
}

/// Opens the ledger that a flag names, or the configuration.
///
/// # Errors
/// When there is none, or it cannot be read.
pub(super) fn open(ledger: Option<&str>, context: &mut Context) -> Result<Ledger, CliError> {
    let flag = |path: &str| Flag { key: "ledger.path", name: "--ledger", values: vec![path.to_owned()] };
    let flags: Vec<Flag> = ledger.map(flag).into_iter().collect();
    let config = context.config(&flags)?;
    Ok(Ledger::read(&config.ledger.path)?)
}

/// The story of an address as it is written, or in another spelling of the same resource.
fn find(address: &str, ledger: &Ledger) -> Result<Option<Story>, CliError> {
    if let Some(story) = ledger.story(address)? {
        return Ok(Some(story));
    }
    let Ok(url) = Url::parse(address) else { return Ok(None) };
    Ok(ledger.story(CanonicalUrl::new(&url).as_str())?)
}

fn print(address: &str, story: Story, context: &mut Context) -> Result<(), CliError> {
    if context.format == OutputFormat::Human {
        let (width, colour) = (context.width(), context.console.out_has_colour());
        let parsed = Url::parse(address).ok();
        // Between files an address stands as it is written.
        let fragment = match &parsed {
            Some(url) => url.fragment(),
            None => address.split_once('#').map(|(_, fragment)| fragment),
        };
        let (link, past) = told(address, fragment, story);
        Page::new(context.console.out(), width, colour).link(&link, &past).map_err(CliError::output)
    } else {
        print_json(context, &Document::of(address, &story))
    }
}

/// The latest chapter as the link it speaks of, and the earlier ones.
fn told(address: &str, fragment: Option<&str>, story: Story) -> (LinkRecord, Vec<Past>) {
    let last_ok = story.good.as_ref().map(|good| good.at);
    let mut chapters = story.chapters.into_iter();
    // While a rule leaves the link out, everything that was ever seen of it is past.
    let latest = if story.left_out.is_some() { None } else { chapters.next() };
    let verdict = match (story.left_out, &latest) {
        (Some(verdict), _) => verdict,
        (None, Some(chapter)) => chapter_verdict(chapter, fragment).clone(),
        (None, None) => Assessment::new(Reason::NotReached, "no run has asked it yet"),
    };
    let failing = latest.as_ref().filter(|_| !verdict.state.is_alive()).and_then(|chapter| chapter.strikes);
    let past = chapters.map(|chapter| {
        let verdict = chapter_verdict(&chapter, fragment).clone();
        Past { at: chapter.at, state: verdict.state, reason: verdict.reason, evidence: verdict.evidence }
    });
    let past = past.collect();
    let link = LinkRecord {
        url: address.to_owned(),
        canonical: story.canonical,
        state: verdict.state,
        reason: verdict.reason,
        also: verdict.also,
        confidence: verdict.confidence,
        notes: verdict.notes,
        evidence: verdict.evidence,
        http_status: latest.as_ref().and_then(|chapter| chapter.http_status),
        final_url: latest.as_ref().and_then(|chapter| chapter.final_url.clone()),
        title: latest.as_ref().and_then(|chapter| chapter.title.clone()),
        anchor: verdict.anchor,
        suggestions: verdict.suggestions.into_iter().chain(story.memento.map(Suggestion::from)).collect(),
        occurrences: story.mentions.into_iter().map(|(_, occurrence)| occurrence).collect(),
        delta: None,
        previous: None,
        checked: latest.as_ref().map(|chapter| chapter.at),
        last_ok,
        failing_since: failing.map(|strikes| strikes.first),
        strikes: failing.filter(|_| !never_kills(verdict.reason)).map(|strikes| strikes.told()),
        attempts: latest.map(|chapter| chapter.attempts).unwrap_or_default(),
    };
    (link, past)
}

/// The verdict on the page, or on the part of it that is asked for.
fn chapter_verdict<'a>(chapter: &'a Chapter, fragment: Option<&str>) -> &'a Assessment {
    let of_fragment = chapter.fragments.iter().find(|(name, _)| Some(name.as_str()) == fragment);
    of_fragment.map_or(&chapter.assessment, |(_, assessment)| assessment)
}

/// The story for programs.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    url: &'a str,
    canonical: &'a str,
    first_seen: Option<Timestamp>,
    last_ok: Option<Timestamp>,
    memento: Option<&'a Memento>,
    mentions: Vec<Mention<'a>>,
    left_out: Option<&'a Assessment>,
    observations: Vec<Told<'a>>,
}

#[derive(Serialize)]
struct Mention<'a> {
    url: &'a str,
    #[serde(flatten)]
    occurrence: &'a OccurrenceRecord,
}

#[derive(Serialize)]
struct Told<'a> {
    run: i64,
    at: Timestamp,
    #[serde(flatten)]
    assessment: &'a Assessment,
    seen: Option<&'a Assessment>,
    http_status: Option<u16>,
    final_url: Option<&'a str>,
    title: Option<&'a str>,
    attempts: &'a [Attempt],
}

impl<'a> Document<'a> {
    fn of(url: &'a str, story: &'a Story) -> Self {
        let mention = |(url, occurrence): &'a (String, OccurrenceRecord)| Mention { url, occurrence };
        let told = |chapter: &'a Chapter| Told {
            run: chapter.run,
            at: chapter.at,
            assessment: &chapter.assessment,
            seen: chapter.seen.as_ref(),
            http_status: chapter.http_status,
            final_url: chapter.final_url.as_deref(),
            title: chapter.title.as_deref(),
            attempts: &chapter.attempts,
        };
        Document {
            schema: SCHEMA,
            url,
            canonical: &story.canonical,
            first_seen: story.first_seen,
            last_ok: story.good.as_ref().map(|good| good.at),
            memento: story.memento.as_ref(),
            mentions: story.mentions.iter().map(mention).collect(),
            left_out: story.left_out.as_ref(),
            observations: story.chapters.iter().map(told).collect(),
        }
    }
}
