//! From what was seen to what is published: failures that may pass must repeat over time before they count.
//!
//! Pure: the clock and everything remembered are handed in.

use jiff::{SignedDuration, Timestamp};

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
    /// Anything else that strikes.
    Other,
}

impl Family {
    const ALL: [Family; 7] =
        [Family::Transport, Family::Server, Family::Tls, Family::Dns, Family::Redirect, Family::Request, Family::Other];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Family::Transport => "transport",
            Family::Server => "server",
            Family::Tls => "tls",
            Family::Dns => "dns",
            Family::Redirect => "redirect",
            Family::Request => "request",
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
    (Reason::Maintenance, Family::Server, Some(Reason::ServerErrorPersistent)),
    (Reason::DecodeError, Family::Server, Some(Reason::ServerErrorPersistent)),
    (Reason::FramingError, Family::Server, Some(Reason::ServerErrorPersistent)),
    (Reason::UnknownStatus, Family::Server, Some(Reason::ServerErrorPersistent)),
    (Reason::TlsProtocol, Family::Tls, Some(Reason::TlsPersistent)),
    (Reason::TlsNotYetValid, Family::Tls, Some(Reason::TlsPersistent)),
    (Reason::DnsTimeout, Family::Dns, Some(Reason::ServfailPersistent)),
    (Reason::DnsServfail, Family::Dns, Some(Reason::ServfailPersistent)),
    (Reason::DnsNoAddress, Family::Dns, Some(Reason::ServfailPersistent)),
    (Reason::RedirectLoop, Family::Redirect, Some(Reason::RedirectLoopPersistent)),
    (Reason::Http421, Family::Request, Some(Reason::ServerErrorPersistent)),
    (Reason::Http425, Family::Request, Some(Reason::ServerErrorPersistent)),
    (Reason::Http423, Family::Request, Some(Reason::ServerErrorPersistent)),
    (Reason::Http426, Family::Request, Some(Reason::ServerErrorPersistent)),
    (Reason::Http431, Family::Request, Some(Reason::ServerErrorPersistent)),
    (Reason::Http3xxOdd, Family::Request, Some(Reason::ServerErrorPersistent)),
    // The server knows the address and dislikes how it was asked: a person may well see the page.
    (Reason::Http405, Family::Request, None),
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

/// Applies the strike rules to a verdict.
///
/// - Alive clears the series. A wall neither kills nor heals it. What needs no strikes is published at once.
/// - A failing host or network strikes nobody: what is not certain at once is published as `unsure`.
/// - Otherwise the series grows, by one per [`ONE_STRIKE`] at most; until it has matured the verdict is `unsure`
///   (or, where the reason has a milder verdict of its own, that one) with "n of need" in its evidence.
///
/// `class` is the reason's own ([`Reason::strike_class`]) unless the facts call for another.
pub fn rule(before: &Before, seen: Assessment, class: StrikeClass, now: Timestamp, health: Health) -> Ruled {
    let keep = before.strikes;
    if seen.state.is_alive() || seen.reason == Reason::AnchorMissing {
        return Ruled { assessment: seen, strikes: None };
    }
    let (family, successor) = family(seen.reason);
    // A milder verdict that is shown from the first day and still may ripen into a harder one.
    let ripening = successor.is_some() && class == StrikeClass::S0;
    let class = if ripening { StrikeClass::S3 } else { class };
    if class == StrikeClass::N || seen.state == State::Skipped {
        return Ruled { assessment: seen, strikes: keep };
    }
    match health {
        Health::Sound => {}
        Health::HostIncident => return held(seen, Reason::HostIncident, keep),
        Health::NetworkUnhealthy => return held(seen, Reason::NetworkUnhealthy, keep),
    }
    if class == StrikeClass::S0 {
        return Ruled { assessment: seen, strikes: None };
    }
    let strikes = match keep {
        Some(series) if series.family == family && series.class == class => series.extended(now),
        _ => Strikes { family, class, count: 1, first: now, last: now },
    };
    Ruled { assessment: publish(before, seen, strikes, successor, ripening), strikes: Some(strikes) }
}

fn publish(
    before: &Before,
    mut seen: Assessment,
    strikes: Strikes,
    successor: Option<Reason>,
    ripening: bool,
) -> Assessment {
    let Strikes { count, class, first, .. } = strikes;
    let (need, _) = measure(class);
    if strikes.matured() {
        let since = first.strftime("%Y-%m-%d");
        let Some(successor) = successor.filter(|_| class == StrikeClass::S3) else {
            return seen;
        };
        // A verdict once reached stands as long as its kind of failure goes on.
        let reason = match before.published {
            Some((State::Dead, reason, _)) if is_successor(reason, strikes.family) => reason,
            _ => successor,
        };
        seen.evidence = format!("{} ({count} failing runs since {since})", seen.evidence);
        seen.also.insert(0, seen.reason);
        return Assessment { state: reason.state(), reason, confidence: reason.confidence(), ..seen };
    }
    seen.evidence = format!("{} ({count} of {need} strikes)", seen.evidence);
    if !ripening && !seen.state.is_alive() {
        seen.state = State::Unsure;
    }
    seen
}

fn is_successor(reason: Reason, of: Family) -> bool {
    FAMILIES.iter().any(|(_, family, successor)| *family == of && *successor == Some(reason))
}

/// What the host's or the network's own trouble leaves of a verdict.
fn held(mut seen: Assessment, reason: Reason, strikes: Option<Strikes>) -> Ruled {
    if seen.reason != reason {
        seen.also.insert(0, seen.reason);
    }
    let assessment = Assessment { state: State::Unsure, reason, confidence: reason.confidence(), ..seen };
    Ruled { assessment, strikes }
}
