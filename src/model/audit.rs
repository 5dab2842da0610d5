//! The finished picture of one run, as the ledger tells it and the reports print it.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::anchor::Anchor;
use super::assessment::{Confidence, Note, Suggestion};
use super::hygiene::Flaw;
use super::notice::Notice;
use super::observation::{Attempt, Delta};
use super::reason::{Reason, StrikeClass};
use super::state::State;

/// The broken-link report before it takes a form.
#[derive(Clone, Debug, PartialEq)]
pub struct Audit {
    /// Facts about the run.
    pub run: RunSummary,
    /// One record per distinct href as written, in seed order.
    pub links: Vec<LinkRecord>,
    /// Listed in the run before and no longer listed.
    pub removed: Vec<RemovedLink>,
    /// What is untidy in the lists, links that work or not.
    pub hygiene: Vec<Flaw>,
    /// Trouble with single items of input.
    pub notices: Vec<Notice>,
}

/// Facts about one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunSummary {
    /// Number of the run in its ledger, from 1.
    pub number: i64,
    /// When it began.
    pub started: Timestamp,
    /// When its last observation was made; absent while it is not finished.
    pub finished: Option<Timestamp>,
    /// When the finished run before it began.
    pub previous: Option<Timestamp>,
    /// Version of the program.
    pub version: String,
    /// Digest of the settings that decide verdicts; equal ones promise that links were judged alike. Absent where it is not known.
    pub settings: Option<u128>,
    /// The seeds, as the person named them.
    pub seeds: Vec<SeedSummary>,
    /// Why the run does not speak for the whole list; absent for a whole run.
    pub partial: Option<Partial>,
    /// Why its failures speak of this machine's network, so that none of them counts against a link.
    pub trouble: Option<String>,
    /// Hosts most of whose links failed alike.
    pub incidents: Vec<HostIncident>,
    /// Requests of this run.
    pub requests: RequestCounts,
}

/// A host most of whose links failed alike: one finding about the host, and none about the links until it has gone on for
/// as long as a single link would have to fail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostIncident {
    /// The host.
    pub host: String,
    /// How its links fail: a reason code, or a few words.
    pub what: String,
    /// Links that fail so.
    pub failing: u32,
    /// Links of the host that were asked.
    pub links: u32,
    /// Failing runs of the host so far.
    pub runs: u32,
    /// The first of them.
    pub since: Timestamp,
}

/// One seed of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeedSummary {
    /// Path or address as the person named it.
    pub name: String,
    /// Its own title, when it has one.
    pub title: Option<String>,
    /// Format it was read as.
    pub format: String,
    /// Links listed in it.
    pub links: usize,
}

/// Why a run does not speak for the whole list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Partial {
    /// The person stopped it.
    Interrupted,
    /// This machine has no network.
    NoNetwork,
    /// It was killed, or is still going on.
    Unfinished,
}

/// Requests by purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestCounts {
    /// First requests for listed links, and the redirects they led to.
    pub links: u64,
    /// For robots.txt, redirects included.
    pub robots: u64,
    /// Second and later tries.
    pub retries: u64,
    /// For addresses that should not exist, and for front pages of sites with missing pages.
    pub probes: u64,
    /// To directories that know more about a link (a video's, a document's), and through the second vantage point.
    pub lookups: u64,
    /// For seeds that are live pages.
    pub seeds: u64,
    /// To the archive, for copies of what is gone.
    pub archive: u64,
}

impl RequestCounts {
    /// Both together: those of an earlier process and those of this one.
    #[must_use]
    pub fn plus(self, other: RequestCounts) -> RequestCounts {
        RequestCounts {
            links: self.links + other.links,
            robots: self.robots + other.robots,
            retries: self.retries + other.retries,
            probes: self.probes + other.probes,
            lookups: self.lookups + other.lookups,
            seeds: self.seeds + other.seeds,
            archive: self.archive + other.archive,
        }
    }

    /// Requests of all purposes.
    pub fn total(self) -> u64 {
        self.links + self.robots + self.seeds + self.archive + self.extra()
    }

    /// Requests to the listed hosts beyond one for each link and each robots.txt, redirects included.
    pub fn extra(&self) -> u64 {
        self.retries + self.probes + self.lookups
    }
}

/// One distinct href with its verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkRecord {
    /// The address as written.
    pub url: String,
    /// Canonical address; the address as written where it cannot be parsed.
    pub canonical: String,
    /// The verdict.
    pub state: State,
    /// The rule that decided.
    pub reason: Reason,
    /// Further reasons.
    pub also: Vec<Reason>,
    /// How sure it is.
    pub confidence: Confidence,
    /// Side notes.
    pub notes: Vec<Note>,
    /// One sentence of evidence.
    pub evidence: String,
    /// Status of the last answer.
    pub http_status: Option<u16>,
    /// Where the chain ended.
    pub final_url: Option<String>,
    /// Title found on the page.
    pub title: Option<String>,
    /// What became of the fragment.
    pub anchor: Option<Anchor>,
    /// Replacements.
    pub suggestions: Vec<Suggestion>,
    /// Every mention in the seeds.
    pub occurrences: Vec<OccurrenceRecord>,
    /// How it compares with the run before; absent on a first run.
    pub delta: Option<Delta>,
    /// Verdict of the run before.
    pub previous: Option<(State, Reason)>,
    /// When the verdict was reached; earlier than the run for a healthy link that was not due.
    pub checked: Option<Timestamp>,
    /// When it was last seen alive.
    pub last_ok: Option<Timestamp>,
    /// When the present series of failures began.
    pub failing_since: Option<Timestamp>,
    /// The series of failing runs it stands in; absent for what does not strike.
    pub strikes: Option<StrikeCount>,
    /// The tries of the check, hop by hop.
    pub attempts: Vec<Attempt>,
}

/// How far a series of failing runs is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StrikeCount {
    /// Its measure: how many runs over what time.
    pub class: StrikeClass,
    /// Failing runs counted.
    pub count: u32,
    /// Failing runs it takes.
    pub need: u32,
}

/// One mention of a link. What the mentions of one section have in common, they share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OccurrenceRecord {
    /// The seed, as the person named it.
    pub seed: Arc<str>,
    /// 1-based line.
    pub line: usize,
    /// 1-based column.
    pub column: usize,
    /// Headings around it, outermost first.
    pub section: Arc<[String]>,
    /// Title the list gives it.
    pub title: Option<String>,
}

/// A link that is no longer listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedLink {
    /// The address as it was written.
    pub url: String,
    /// Its last verdict.
    pub state: Option<State>,
}

impl Audit {
    /// How many links are in a state.
    pub fn count(&self, state: State) -> usize {
        self.links.iter().filter(|link| link.state == state).count()
    }
}
