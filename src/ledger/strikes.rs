//! From what was seen to what is published: failures that may pass must repeat over time before they count.
//!
//! Pure: the clock and everything remembered are handed in.

use jiff::{SignedDuration, Timestamp};

use super::ahead::AHEAD;
use crate::model::audit::StrikeCount;
use crate::model::reason::StrikeClass;
use crate::model::{Assessment, Confidence, Reason, State};

/// Runs closer together than this are one strike.
pub const ONE_STRIKE: SignedDuration = SignedDuration::from_hours(20);

/// Kinds of failure; only failures of one kind add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// No connection, or none that lasts.
    Transport,
    /// The server answers with its own failure.
    Server,
    /// The secure connection fails.
    Tls,
    /// The name does not resolve, for reasons that may pass.
    Dns,
    /// The redirects go in circles.
    Redirect,
    /// The server takes offence at the request.
    Request,
    /// Something answers that is probably not what was linked: it never kills, and is surer when it comes again.
    Doubt,
    /// Anything else that strikes.
    Other,
}

impl Family {
    const ALL: [Family; 8] = [
        Family::Transport,
        Family::Server,
        Family::Tls,
        Family::Dns,
        Family::Redirect,
        Family::Request,
        Family::Doubt,
        Family::Other,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Family::Transport => "transport",
            Family::Server => "server",
            Family::Tls => "tls",
            Family::Dns => "dns",
            Family::Redirect => "redirect",
            Family::Request => "request",
            Family::Doubt => "doubt",
            Family::Other => "other",
        }
    }

    /// Reads a stable name back.
    pub fn parse(name: &str) -> Option<Family> {
        Family::ALL.into_iter().find(|family| family.as_str() == name)
    }
}

/// Failures that strike: their kind, and what they become when they persist. A reason without a successor keeps
/// its own verdict for ever: it tells of the way there, not of the resource.
const FAMILIES: &[(Reason, Family, Option<Reason>)] = &[
    (Reason::TimeoutConnect, Family::Transport, Some(Reason::TimeoutPersistent)),
    (Reason::TimeoutRead, Family::Transport, Some(Reason::TimeoutPersistent)),
    (Reason::Http408, Family::Transport, Some(Reason::TimeoutPersistent)),
    (Reason::TcpRefused, Family::Transport, Some(Reason::RefusedPersistent)),
    (Reason::TcpReset, Family::Transport, Some(Reason::RefusedPersistent)),
    (Reason::EmptyReply, Family::Transport, Some(Reason::RefusedPersistent)),
    (Reason::HostUnreachable, Family::Transport, Some(Reason::RefusedPersistent)),
    (Reason::TcpUnreachable, Family::Transport, None),
    (Reason::BadHttp, Family::Server, Some(Reason::ServerErrorPersistent)),
    (Reason::Http5xx, Family::Server, Some(Reason::ServerErrorPersistent)),
    (Reason::Http52x, Family::Server, Some(Reason::ServerErrorPersistent)),
    (Reason::Http530, Family::Server, Some(Reason::ServerErrorPersistent)),
    (Reason::Cdn1xxx, Family::Server, Some(Reason::ServerErrorPersistent)),
    (Reason::HostingTombstone, Family::Server, Some(Reason::HostingTombstone)),
    (Reason::Maintenance, Family::Server, Some(Reason::ServerErrorPersistent)),
    (Reason::DecodeError, Family::Server, Some(Reason::ServerErrorPersistent)),
    // It answers, in a way that browsers make something of.
    (Reason::FramingError, Family::Server, None),
    (Reason::UnknownStatus, Family::Server, None),
    (Reason::TlsProtocol, Family::Tls, Some(Reason::TlsPersistent)),
    (Reason::TlsNotYetValid, Family::Tls, Some(Reason::TlsPersistent)),
    // Only where the page cannot be had over http either, which the facts say by their class.
    (Reason::TlsExpired, Family::Tls, Some(Reason::TlsPersistent)),
    (Reason::TlsWrongHost, Family::Tls, Some(Reason::TlsPersistent)),
    (Reason::DnsTimeout, Family::Dns, Some(Reason::ServfailPersistent)),
    (Reason::DnsServfail, Family::Dns, Some(Reason::ServfailPersistent)),
    (Reason::DnsNoAddress, Family::Dns, Some(Reason::ServfailPersistent)),
    (Reason::RedirectLoop, Family::Redirect, Some(Reason::RedirectLoopPersistent)),
    (Reason::Http425, Family::Request, Some(Reason::ServerErrorPersistent)),
    (Reason::Http423, Family::Request, Some(Reason::ServerErrorPersistent)),
    (Reason::Http431, Family::Request, Some(Reason::ServerErrorPersistent)),
    // The server knows the address and dislikes how it was asked: a person may well see the page.
    (Reason::Http405, Family::Request, None),
    (Reason::Http421, Family::Request, None),
    (Reason::Http426, Family::Request, None),
    (Reason::Http3xxOdd, Family::Request, None),
    (Reason::Http406, Family::Request, None),
    (Reason::Http4xx, Family::Request, None),
    (Reason::RobotsUnreachable, Family::Other, None),
];

/// The kind of a failing reason; [`Family::Other`] for what is no failure of a kind.
pub fn family_of(reason: Reason) -> Family {
    family(reason).0
}

/// Kind and successor of a failing reason.
fn family(reason: Reason) -> (Family, Option<Reason>) {
    FAMILIES
        .iter()
        .find(|(listed, ..)| *listed == reason)
        .map_or((Family::Other, None), |(_, family, successor)| (*family, *successor))
}

/// Whether failing for such a reason never ends in death, however often it comes again: to count towards that would mislead.
pub fn never_kills(reason: Reason) -> bool {
    FAMILIES.iter().any(|(listed, _, successor)| *listed == reason && successor.is_none())
}

/// What a failing reason becomes when its series has matured.
fn successor(reason: Reason, class: StrikeClass) -> Option<Reason> {
    match family(reason) {
        // Only a note that nothing stands behind the name makes so short a series of a server's failures enough.
        (Family::Server, _) if class == StrikeClass::S2 => Some(Reason::HostingTombstone),
        (_, successor) => successor,
    }
}

/// Whether a kind of failure ends in this reason when it persists.
fn is_successor(reason: Reason, of: Family) -> bool {
    FAMILIES.iter().any(|(_, family, successor)| *family == of && *successor == Some(reason))
}

/// Failing runs needed, and the time they must span.
const fn measure(class: StrikeClass) -> (u32, SignedDuration) {
    match class {
        StrikeClass::S2 => (2, ONE_STRIKE),
        StrikeClass::S3 => (3, SignedDuration::from_hours(7 * 24)),
        StrikeClass::S0 | StrikeClass::N => (0, SignedDuration::ZERO),
    }
}

/// A series of failures that may still pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strikes {
    /// Their kind.
    pub family: Family,
    /// How many failing runs it takes.
    pub class: StrikeClass,
    /// Failing runs counted.
    pub count: u32,
    /// The first of them.
    pub first: Timestamp,
    /// The last of them.
    pub last: Timestamp,
}

impl Strikes {
    /// Failing runs it takes.
    pub const fn need(&self) -> u32 {
        measure(self.class).0
    }

    /// The series with a failure more, when enough time has passed since the last.
    #[must_use]
    pub fn extended(self, now: Timestamp) -> Strikes {
        if now.duration_since(self.last) < ONE_STRIKE {
            return self;
        }
        Strikes { count: self.count.saturating_add(1), last: now, ..self }
    }

    /// The series by the longer of two measures: failures of one kind add up, and the more patient class decides.
    #[must_use]
    const fn at_least(self, class: StrikeClass) -> Strikes {
        if measure(class).0 > self.need() { Strikes { class, ..self } } else { self }
    }

    /// How far the series is, for reports.
    pub const fn told(&self) -> StrikeCount {
        StrikeCount { class: self.class, count: self.count, need: self.need() }
    }

    /// Whether the series is long enough, in runs and in time.
    pub fn matured(&self) -> bool {
        let (need, span) = measure(self.class);
        self.count >= need && self.last.duration_since(self.first) >= span
    }
}

/// What is remembered when a new verdict comes in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Before {
    /// The verdict published last.
    pub published: Option<(State, Reason, Confidence)>,
    /// The running series of failures.
    pub strikes: Option<Strikes>,
}

impl Before {
    /// The same without what was counted at a time that is still to come: the clock was wrong, and the series could never go
    /// on. Its beginning stays, where that was before.
    fn as_of(&self, now: Timestamp) -> Before {
        let is_ahead = |at: Timestamp| at.duration_since(now) > AHEAD;
        let begun = self.strikes.filter(|series| !is_ahead(series.first));
        let strikes = begun.map(|series| match is_ahead(series.last) {
            true => Strikes { count: 1, last: series.first, ..series },
            false => series,
        });
        Before { published: self.published, strikes }
    }

    /// The series that a failure of a kind goes on with.
    fn series(&self, family: Family) -> Option<Strikes> {
        self.strikes.filter(|series| series.family == family)
    }

    /// The runs that saw a doubt. Of doubts only the same one comes again; what a wall or a guard has hidden in between is
    /// taken for it. One that could have become worse and no longer does is the same doubt.
    fn doubts(&self, seen: Reason) -> Option<Strikes> {
        let ripened = self.published.is_some_and(|(state, reason, _)| state == State::Suspect && reason == seen);
        let another = matches!(self.published, Some((State::Suspect, reason, _)) if reason != seen);
        let series = self.series(Family::Doubt).filter(|_| !another);
        series.or_else(|| self.series(family_of(seen)).filter(|_| ripened)).map(|series| Strikes {
            family: Family::Doubt,
            class: StrikeClass::S2,
            ..series
        })
    }

    /// Whether a doubt was seen in two runs, whatever has been counted towards its end.
    fn is_sure_of(&self, seen: &Assessment, now: Timestamp) -> bool {
        let (_, sure) = certainty(seen);
        let told = matches!(self.published, Some((State::Suspect, reason, confidence))
            if reason == seen.reason && confidence >= sure);
        told || self.doubts(seen.reason).is_some_and(|series| series.extended(now).matured())
    }

    /// A verdict once reached stands as long as its kind of failure goes on.
    fn standing(&self, family: Family, seen: Reason) -> Option<Reason> {
        let Some((State::Dead, reason, _)) = self.published else { return None };
        let goes_on = self.strikes.is_some_and(|series| series.family == family) && is_successor(reason, family);
        (goes_on || reason == seen).then_some(reason)
    }
}

/// How the run itself is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Its failures speak of the web.
    Sound,
    /// The host as a whole has an incident.
    HostIncident,
    /// This machine's network is at fault.
    NetworkUnhealthy,
}

/// What is published, and what is remembered for the next run.
#[derive(Clone, Debug, PartialEq)]
pub struct Ruled {
    /// The verdict as published.
    pub assessment: Assessment,
    /// The series of failures from now on.
    pub strikes: Option<Strikes>,
}

/// How a verdict comes to be published.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Course {
    /// At once; nothing is counted.
    AtOnce,
    /// At once, and surer when it is seen again.
    Doubt,
    /// At once, and harder when it stays.
    Ripening,
    /// At once; whether it is of those that grow harder could not be told this time, so nothing is counted.
    Open,
    /// `unsure` until the series is long enough.
    Waiting,
}

impl Course {
    fn of(seen: &Assessment, before: &Before) -> Course {
        let (family, successor) = family(seen.reason);
        match (seen.state, seen.strike_class()) {
            (State::Suspect, StrikeClass::S0 | StrikeClass::S3) if successor.is_some() => Course::Ripening,
            (State::Suspect, StrikeClass::S2) if successor.is_some() && before.series(family).is_some() => Course::Open,
            (State::Suspect, _) => Course::Doubt,
            (_, StrikeClass::S0) => Course::AtOnce,
            _ => Course::Waiting,
        }
    }
}

/// Applies the strike rules to a verdict.
///
/// - Alive clears the series, and so do facts that rule an end out. A wall neither kills nor heals it. What needs no strikes is
///   published at once.
/// - A failing host or network strikes nobody: what is not certain at once is published as `unsure`.
/// - Otherwise the series grows, by one per [`ONE_STRIKE`] at most, by the class of the verdict
///   ([`Assessment::strike_class`]). Until it has matured the verdict is `unsure` (or, where the reason has a milder verdict
///   of its own, that one). How far it is stands beside the verdict, and reports have the words for it.
/// - A doubt is published from the first day. Seen in two runs it is one step surer; where two runs are its own class, it is
///   one step less sure before. It becomes dead where the reason has a successor and the facts call for three runs.
pub fn rule(before: &Before, seen: Assessment, now: Timestamp, health: Health) -> Ruled {
    let before = &before.as_of(now);
    // What answers another way does not go on towards its end.
    let keep = before.strikes.filter(|_| seen.class != Some(StrikeClass::N));
    if seen.state.is_alive() || seen.reason == Reason::AnchorMissing {
        return Ruled { assessment: seen, strikes: None };
    }
    // A wall that comes with the network's trouble is the network's, not that of the site.
    let was_walled = matches!(before.published, Some((State::Blocked, ..)));
    let is_of_network = health == Health::NetworkUnhealthy && seen.state == State::Blocked && !was_walled;
    let waved_through = seen.strike_class() == StrikeClass::N && seen.state != State::Suspect && !is_of_network;
    if waved_through || seen.state == State::Skipped {
        return Ruled { assessment: seen, strikes: keep };
    }
    match health {
        Health::Sound => {}
        Health::HostIncident => return held(seen, Reason::HostIncident, keep),
        Health::NetworkUnhealthy => return held(seen, Reason::NetworkUnhealthy, keep),
    }
    let course = Course::of(&seen, before);
    let (family, class) = match course {
        Course::AtOnce => return Ruled { assessment: seen, strikes: None },
        Course::Doubt => (Family::Doubt, StrikeClass::S2),
        Course::Ripening | Course::Open => (family_of(seen.reason), StrikeClass::S3),
        Course::Waiting => (family_of(seen.reason), seen.strike_class()),
    };
    let series = if family == Family::Doubt { before.doubts(seen.reason) } else { before.series(family) };
    let strikes = match series {
        Some(series) if course == Course::Open => series,
        Some(series) => series.extended(now).at_least(class),
        None => Strikes { family, class, count: 1, first: now, last: now },
    };
    let assessment = match course {
        Course::Doubt => doubted(seen, strikes),
        _ => match before.standing(family, seen.reason) {
            Some(reason) => hardened(seen, reason, strikes),
            None if strikes.matured() => match successor(seen.reason, strikes.class) {
                Some(reason) => hardened(seen, reason, strikes),
                None => seen,
            },
            None => {
                let sure = strikes.count > 1 || before.is_sure_of(&seen, now);
                waiting(seen, strikes, sure)
            }
        },
    };
    Ruled { assessment, strikes: Some(strikes) }
}

/// A doubtful verdict, as sure as the runs that saw it make it.
fn doubted(mut seen: Assessment, strikes: Strikes) -> Assessment {
    let takes_two = seen.reason.strike_class() == StrikeClass::S2;
    let Strikes { count, first, .. } = strikes;
    if strikes.matured() {
        seen.evidence = format!("{} (seen in {count} runs since {})", seen.evidence, first.strftime("%Y-%m-%d"));
        if !takes_two {
            let surest = seen.reason.confidence().surer();
            seen.confidence = seen.confidence.surer().min(surest).max(seen.confidence);
        }
    } else if takes_two {
        seen.confidence = seen.confidence.less_sure();
    }
    seen
}

/// How sure a doubt that may become worse is when it is seen once, and when it is seen in two runs.
fn certainty(seen: &Assessment) -> (Confidence, Confidence) {
    match seen.reason.strike_class() {
        StrikeClass::S2 => (seen.confidence.less_sure(), seen.confidence),
        _ => (seen.confidence, seen.confidence.surer()),
    }
}

/// What a failure is called once its series has matured.
fn hardened(mut seen: Assessment, reason: Reason, strikes: Strikes) -> Assessment {
    let Strikes { count, first, .. } = strikes;
    if count > 1 {
        seen.evidence = format!("{} ({count} failing runs since {})", seen.evidence, first.strftime("%Y-%m-%d"));
    }
    if reason == seen.reason {
        return seen;
    }
    seen.also.insert(0, seen.reason);
    Assessment { state: reason.state(), reason, class: None, confidence: reason.confidence(), ..seen }
}

/// What a failure is called while its series has not matured; a doubt that was seen in two runs is sure all the same.
fn waiting(mut seen: Assessment, strikes: Strikes, sure: bool) -> Assessment {
    let Strikes { count, first, .. } = strikes;
    if never_kills(seen.reason) && count > 1 {
        seen.evidence = format!("{} (seen in {count} runs since {})", seen.evidence, first.strftime("%Y-%m-%d"));
    }
    match seen.state {
        // Seen in a second run, a doubt is surer, whatever it may become.
        State::Suspect => {
            let (once, twice) = certainty(&seen);
            seen.confidence = if sure { twice } else { once };
        }
        _ => {
            seen.state = State::Unsure;
            seen.confidence = seen.confidence.min(Confidence::Medium);
        }
    }
    seen
}

/// What the host's or the network's own trouble leaves of a verdict.
fn held(mut seen: Assessment, reason: Reason, strikes: Option<Strikes>) -> Ruled {
    if seen.reason != reason {
        seen.also.insert(0, seen.reason);
    }
    let assessment = Assessment { state: State::Unsure, reason, class: None, confidence: reason.confidence(), ..seen };
    Ruled { assessment, strikes }
}
