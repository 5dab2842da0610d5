//! What stands behind a word or a verdict: a reason, a state, the whole story of one link, or a host, for reading on a terminal.

use std::io;

use anstyle::Style;
use jiff::Timestamp;
use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use super::escape::terminal as clean;
use super::screen::wrap;
use super::{advice, words};
use crate::model::audit::{HostIncident, LinkRecord, StrikeCount};
use crate::model::exchange::Via;
use crate::model::observation::Attempt;
use crate::model::reason::StrikeClass;
use crate::model::{Reason, State};

/// Columns that labels take.
const LABEL: usize = 14;
const NARROWEST: usize = 40;
const WIDEST: usize = 100;

/// One verdict of the past.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// When it was reached.
    pub at: Timestamp,
    /// The verdict.
    pub state: State,
    /// The rule that decided.
    pub reason: Reason,
    /// The sentence of evidence.
    pub evidence: String,
}

/// What is known of a host.
#[derive(Clone, Copy, Debug)]
pub struct Host<'a> {
    /// Its name.
    pub name: &'a str,
    /// The listed links to it, the worst first.
    pub links: &'a [LinkRecord],
    /// Its troubles, and those of names within it.
    pub incidents: &'a [HostIncident],
    /// Who of these asked to be left alone for longer than this moment.
    pub holds: &'a [Hold<'a>],
}

/// A host that asked to be left alone.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Hold<'a> {
    /// The host.
    pub host: &'a str,
    /// Until when.
    pub until: Timestamp,
}

/// Paper to write explanations on.
pub struct Page<'a> {
    out: &'a mut dyn io::Write,
    width: usize,
    colour: bool,
}

impl<'a> Page<'a> {
    /// A page of this many columns; the text says everything without colour.
    pub fn new(out: &'a mut dyn io::Write, width: usize, colour: bool) -> Self {
        Page { out, width: width.clamp(NARROWEST, WIDEST), colour }
    }

    /// What a reason means and what to do about it.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn reason(&mut self, reason: Reason) -> io::Result<()> {
        let words = advice::of(reason);
        self.heading(&format!("{reason}: {}", words.title))?;
        writeln!(self.out)?;
        let state = reason.state();
        self.row("State", &format!("{state} ({})", words::state_meaning(state)))?;
        self.row("Confidence", reason.confidence().as_str())?;
        self.row("Meaning", words.means)?;
        self.row("Based on", words.takes)?;
        self.row("Runs needed", &patience(reason))?;
        self.row("What to do", words.action)
    }

    /// What a state means, and every reason that leads to it.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn state(&mut self, state: State) -> io::Result<()> {
        self.heading(&format!("{state}: {}", words::state_meaning(state)))?;
        let reasons: Vec<Reason> = Reason::ALL.iter().copied().filter(|reason| reason.state() == state).collect();
        let column = reasons.iter().map(|reason| reason.code().len()).max().unwrap_or_default() + 2;
        for reason in reasons {
            let row = format!("{:<column$}{}", reason.code(), advice::of(reason).title);
            self.wrapped(&row, 2, column + 2)?;
        }
        Ok(())
    }

    /// Every state with its reasons.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn everything(&mut self) -> io::Result<()> {
        for (index, state) in State::ALL.into_iter().enumerate() {
            if index > 0 {
                writeln!(self.out)?;
            }
            self.state(state)?;
        }
        Ok(())
    }

    /// The story of one link: its verdict, the evidence, every request, what was seen before, where it stands.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn link(&mut self, link: &LinkRecord, past: &[Past]) -> io::Result<()> {
        self.heading(&link.url)?;
        writeln!(self.out)?;
        let words = advice::of(link.reason);
        self.row("Verdict", &format!("{} ({}, {}): {}", link.state, link.reason, link.confidence, words.title))?;
        self.row("Evidence", &link.evidence)?;
        self.row("Meaning", words.means)?;
        self.row("Also", &link.also.iter().map(|reason| reason.code()).collect::<Vec<_>>().join(", "))?;
        self.row("Notes", &link.notes.iter().map(|&note| words::note(note)).collect::<Vec<_>>().join(", "))?;
        if let Some(at) = link.checked {
            self.row("Checked", &words::minute(at))?;
        }
        for (index, attempt) in link.attempts.iter().enumerate() {
            self.attempt(index + 1, attempt)?;
        }
        if let Some(title) = &link.title {
            self.row("Page title", title)?;
        }
        if let Some(text) = patience_so_far(link) {
            self.row("Runs so far", &text)?;
        }
        if let Some(at) = link.last_ok {
            self.row("Last alive", &words::minute(at))?;
        }
        for (index, past) in past.iter().enumerate() {
            let label = if index == 0 { "Before" } else { "" };
            let at = words::since(past.at, link.checked);
            self.row(label, &format!("{at} {} ({}) {}", past.state, past.reason, past.evidence))?;
        }
        for (index, occurrence) in link.occurrences.iter().enumerate() {
            let label = if index == 0 { "Listed in" } else { "" };
            let section = words::section(&occurrence.section);
            self.row(label, format!("{} {section}", words::place(occurrence)).trim_end())?;
        }
        for suggestion in &link.suggestions {
            self.row("Instead", &format!("{}: {}", words::suggestion(suggestion), suggestion.url))?;
        }
        self.row("What to do", words.action)
    }

    /// A host: how its links are, what troubles it, and each link with its verdict.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn host(&mut self, host: &Host<'_>) -> io::Result<()> {
        self.heading(host.name)?;
        writeln!(self.out)?;
        let counts = State::ALL.into_iter().filter_map(|state| {
            let count = host.links.iter().filter(|link| link.state == state).count();
            (count > 0).then(|| format!("{} {state}", words::thousands(count)))
        });
        let counts: Vec<String> = counts.collect();
        self.row("Links", &format!("{}: {}", words::count(host.links.len(), "link"), counts.join(", ")))?;
        for (index, incident) in host.incidents.iter().enumerate() {
            self.row(if index == 0 { "In trouble" } else { "" }, &words::incident(incident))?;
        }
        for (index, Hold { host, until }) in host.holds.iter().enumerate() {
            let label = if index == 0 { "Left alone" } else { "" };
            self.row(label, &format!("{host} until {}, as it asked", words::minute(*until)))?;
        }
        let mut state = None;
        for link in host.links {
            let label = if state.replace(link.state) == Some(link.state) { "" } else { link.state.as_str() };
            self.row(label, &format!("{} ({}, {})", link.url, link.reason, link.confidence))?;
        }
        self.row("What to do", "`perennial explain URL` says what was seen at a link, and what can be done")
    }

    /// The requests of one try, one a line.
    fn attempt(&mut self, number: usize, attempt: &Attempt) -> io::Result<()> {
        for (index, hop) in attempt.hops.iter().enumerate() {
            let label = if index == 0 { format!("Try {number}") } else { String::new() };
            let status = hop.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
            let via = match hop.via {
                Some(Via::Location) | None => "",
                Some(Via::RefreshHeader) => ", leads on by a Refresh header",
                Some(Via::MetaRefresh) => ", leads on by a meta refresh",
                Some(Via::Script) => ", leads on by a script",
            };
            self.row(&label, &format!("{} \u{2192} {status} in {} ms{via}", hop.url, hop.elapsed_ms))?;
        }
        let Some(failure) = &attempt.failure else { return Ok(()) };
        let label = if attempt.hops.is_empty() { format!("Try {number}") } else { String::new() };
        self.row(&label, &words::failure_in_full(failure))
    }

    fn heading(&mut self, text: &str) -> io::Result<()> {
        let style = if self.colour { Style::new().bold() } else { Style::new() };
        for line in wrap(&clean(text), self.width, 0, 2) {
            writeln!(self.out, "{style}{line}{style:#}")?;
        }
        Ok(())
    }

    /// A label and what belongs to it, in two columns. Nothing is said of what is empty.
    fn row(&mut self, label: &str, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        let gap = " ".repeat(LABEL.saturating_sub(label.width()));
        let style = if self.colour { Style::new().dimmed() } else { Style::new() };
        let mut lines = wrap(&clean(text), self.width, LABEL, LABEL).into_iter();
        let first = lines.next().unwrap_or_default();
        writeln!(self.out, "{style}{label}{style:#}{gap}{}", first.trim_start())?;
        lines.try_for_each(|line| writeln!(self.out, "{line}"))
    }

    fn wrapped(&mut self, text: &str, first: usize, hanging: usize) -> io::Result<()> {
        wrap(text, self.width, first, hanging).iter().try_for_each(|line| writeln!(self.out, "{line}"))
    }
}

/// How often a reason must come before it is said, or is called dead.
pub fn patience(reason: Reason) -> String {
    const NEVER: &str = "never called dead, however often it fails";
    const TWO: &str = "two failing runs at least 20 hours apart";
    const THREE: &str = "three failing runs that span at least seven days";
    match (reason.state(), reason.strike_class()) {
        (State::Ok | State::Moved | State::Skipped, _) => String::new(),
        // The facts call for another class than the reason's own.
        _ if reason == Reason::HostingTombstone => {
            format!(
                "reported at once when it comes with 404 or 410; with any other status, {TWO}, and unsure until then"
            )
        }
        _ if reason == Reason::Cdn1xxx => {
            format!(
                "{THREE}; {TWO} where the network says that the site's own server has no name any more (1001, 1016)"
            )
        }
        (_, StrikeClass::N) => NEVER.to_owned(),
        // They tell of the way there, not of the page.
        _ if matches!(
            reason,
            Reason::TcpUnreachable
                | Reason::RobotsUnreachable
                | Reason::FramingError
                | Reason::UnknownStatus
                | Reason::Http3xxOdd
                | Reason::Http405
                | Reason::Http406
                | Reason::Http421
                | Reason::Http426
                | Reason::Http4xx
        ) =>
        {
            NEVER.to_owned()
        }
        _ if reason == Reason::Maintenance => {
            format!("{THREE}; not counted if the page comes with a success status")
        }
        _ if reason == Reason::AnchorMissing => "reported at once".to_owned(),
        _ if reason == Reason::RedirectLoop => format!("reported at once; called dead after {THREE}"),
        _ if matches!(reason, Reason::TlsExpired | Reason::TlsWrongHost) => format!(
            "reported at once, with less confidence before {TWO}; called dead after {THREE}, each of which found nothing over \
             http either"
        ),
        _ if matches!(reason, Reason::TlsProtocol | Reason::TlsNotYetValid) => {
            format!("{THREE}; nothing is counted while the address answers over http")
        }
        (State::Suspect, StrikeClass::S2) => format!("reported at once, with less confidence before {TWO}"),
        (State::Suspect, _) => format!("reported at once; with more confidence after {TWO}"),
        (_, StrikeClass::S0) => "reported at once".to_owned(),
        (_, StrikeClass::S2) => TWO.to_owned(),
        (_, StrikeClass::S3) => THREE.to_owned(),
    }
}

/// Where the present series of failures stands.
fn patience_so_far(link: &LinkRecord) -> Option<String> {
    let StrikeCount { class, count, need } = link.strikes?;
    let since = link.failing_since.map(|at| format!(", failing since {}", words::day(at))).unwrap_or_default();
    let measure = if class == StrikeClass::S2 { "at least 20 hours apart" } else { "over at least seven days" };
    Some(format!("{count} of {need} failing runs {measure}{since}"))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::model::exchange::{ConnectFailure, Failure};
    use crate::model::{Suggestion, SuggestionKind};

    fn written(width: usize, write: impl FnOnce(&mut Page<'_>) -> io::Result<()>) -> String {
        let mut bytes = Vec::new();
        write(&mut Page::new(&mut bytes, width, false)).expect("a Vec takes everything");
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn a_reason_says_what_it_means_and_what_to_do() {
        let text = written(80, |page| page.reason(Reason::TcpRefused));
        for needed in ["tcp-refused: ", "State         unsure (", "three failing runs", "What to do "] {
            assert!(text.contains(needed), "{needed} is missing in\n{text}");
        }
    }

    #[test]
    fn of_a_reason_that_is_never_given_it_is_said_and_nothing_is_advised_that_is_not_there() {
        for code in ["moved-canonical", "scheme-unsupported", "budget-spent", "http-406", "host-unreachable"] {
            let reason = Reason::parse(code).expect("a reason");
            let text = written(80, |page| page.reason(reason));
            assert!(text.contains("gives no such verdict by itself"), "{text}");
            assert!(!text.contains("configuration") && !text.contains("raise"), "{text}");
        }
    }

    #[test]
    fn where_the_facts_decide_how_often_a_reason_must_come_it_is_said() {
        for (reason, needed) in [
            (Reason::HostingTombstone, ["at once when it comes with 404 or 410", "any other status, two failing runs"]),
            (Reason::Cdn1xxx, ["three failing runs", "(1001, 1016)"]),
            (Reason::TlsSelfSigned, ["reported at once", "with less confidence before two failing runs"]),
            (Reason::TlsExpired, ["with less confidence before two failing runs", "dead after three failing runs"]),
            (Reason::TlsProtocol, ["three failing runs", "answers over http"]),
            (Reason::TlsPersistent, ["three failing runs", "at least seven days"]),
            (Reason::ParkedDomain, ["reported at once", "with more confidence after two failing runs"]),
            (Reason::RedirectLoop, ["reported at once", "dead after three failing runs"]),
        ] {
            let text = patience(reason);
            assert!(needed.iter().all(|part| text.contains(part)), "{reason}: {text}");
        }
    }

    #[test]
    fn every_reason_fits_every_width() {
        for &reason in Reason::ALL {
            for width in [0, 40, 80, 200] {
                let text = written(width, |page| page.reason(reason));
                let widest = text.lines().map(|line| line.width()).max().unwrap_or_default();
                assert!(widest <= width.clamp(NARROWEST, WIDEST), "{widest} columns for {width}:\n{text}");
            }
        }
        let text = written(80, |page| page.everything());
        assert!(Reason::ALL.iter().all(|reason| text.contains(reason.code())));
    }

    #[test]
    fn a_host_shows_its_links_under_their_verdicts_and_its_troubles() {
        let link = |path: &str, reason| sample::link(&format!("https://example.org/{path}"), "", 1, reason, "seen");
        let links = [link("a", Reason::Http404), link("b\u{1b}[1m", Reason::Http404), link("c", Reason::OkPlain)];
        let since = sample::at("2026-11-01T00:00:00Z");
        let host = "example.org".to_owned();
        let incident = HostIncident { host, what: "http-404".to_owned(), failing: 2, links: 3, runs: 1, since };
        let hold = Hold { host: "www.example.org", until: sample::at("2026-12-01T00:00:00Z") };
        let host = Host { name: "example.org", links: &links, incidents: &[incident], holds: &[hold] };
        let text = written(80, |page| page.host(&host));
        for needed in [
            "Links         3 links: 2 dead, 1 ok",
            "In trouble    ",
            "Left alone    www.example.org until 2026-12-01",
            "dead          https://example.org/a (http-404, high)",
            "ok            https://example.org/c (ok-plain, high)",
        ] {
            assert!(text.contains(needed), "{needed} is missing in\n{text}");
        }
        assert!(!text.contains('\u{1b}'), "terminal escapes of the web come through");
    }

    #[test]
    fn the_story_of_a_link_has_every_request_and_the_past() {
        let mut link = sample::link("https://example.org/a", "A guide", 12, Reason::TcpRefused, "connection refused");
        link.strikes = Some(StrikeCount { class: StrikeClass::S3, count: 2, need: 3 });
        link.failing_since = Some(sample::at("2026-11-01T00:00:00Z"));
        link.last_ok = Some(sample::at("2026-10-01T00:00:00Z"));
        link.attempts = vec![Attempt {
            hops: vec![
                sample::hop("https://example.org/a", Some(301)),
                sample::hop("https://example.org/\u{1b}b", None),
            ],
            failure: Some(Failure::Connect(ConnectFailure::Refused)),
            elapsed_ms: 240,
        }];
        link.suggestions = vec![Suggestion::new(SuggestionKind::Archive, "https://archive.example/a")];
        let past = [Past {
            at: sample::at("2026-11-10T00:00:00Z"),
            state: State::Unsure,
            reason: Reason::TcpRefused,
            evidence: "refused".to_owned(),
        }];
        let text = written(100, |page| page.link(&link, &past));
        for needed in [
            "Try 1         https://example.org/a \u{2192} 301 in 120 ms",
            "no answer in 120 ms",
            "connect-refused",
            "2 of 3 failing runs over at least seven days, failing since 2026-11-01",
            "Before        2026-11-10 unsure (tcp-refused) refused",
            "seeds/cities.md:12",
            "https://archive.example/a",
        ] {
            assert!(text.contains(needed), "{needed} is missing in\n{text}");
        }
        assert!(!text.contains('\u{1b}'), "terminal escapes of the web come through");
    }
}
