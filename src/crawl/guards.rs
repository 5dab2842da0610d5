//! Self-doubt: whether the failures of a run speak of the web, of one host, or of this machine.
//!
//! A host whose links mostly fail alike has one trouble, not many; a run in which many hosts cannot be reached at once says
//! more about its own network. Both are told from everything a run saw, so that they do not depend on the order in which
//! answers came, and a run that was killed and taken up again comes to the same.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::SignedDuration;

use crate::ledger::Sighting;
use crate::ledger::strikes::{Family, family_of};
use crate::model::reason::StrikeClass;
use crate::model::{Assessment, HostKey, Reason, State};

/// Links of a host, and hosts of a run, that must fail before their number says anything.
const FEW: u32 = 3;
/// Share of a host's links that fail alike when it is in trouble, in percent.
const MOST_LINKS: u32 = 60;
/// Share of hosts that cannot be reached when the network is in trouble, in percent.
const MANY_HOSTS: u32 = 30;
/// Share of hosts whose certificates are not valid at the time of the run when its clock is in doubt, in percent.
const MOST_HOSTS: u32 = 60;
/// Share of hosts that show no page at all when rather this machine is cut off, in percent, however long that lasts.
const NEARLY_ALL: u32 = 90;
/// Hosts that must be silent for that.
const FEW_SILENT: u32 = 5;
/// Before so long hosts were fine lately: when nearly all of those fall on one day, they did not do so by themselves.
const LATELY: SignedDuration = SignedDuration::from_hours(15 * 24);
/// For so long, at most: a list may be that old.
const LONGEST_OUTAGE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// What has failed for so long is no news, and says nothing about today's network.
const NO_NEWS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What makes failures alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alike {
    /// Failures that may pass, of one kind.
    Kind(Family),
    /// A verdict that needs no strikes.
    Verdict(Reason),
}

impl Alike {
    /// How a failing link can resemble others; `None` for what is no failure a host could have as a whole.
    fn of(seen: &Assessment) -> Option<Alike> {
        let reason = seen.reason;
        match (reason.state(), seen.strike_class()) {
            (State::Unsure | State::Dead, StrikeClass::S2 | StrikeClass::S3) => Some(Alike::Kind(family_of(reason))),
            (State::Dead, StrikeClass::S0) if !matches!(reason, Reason::UrlInvalid | Reason::DoiNotFound) => {
                Some(Alike::Verdict(reason))
            }
            (State::Suspect, _) if is_technical(reason) => Some(Alike::Verdict(reason)),
            _ => None,
        }
    }

    fn in_words(self) -> &'static str {
        match self {
            Alike::Kind(Family::Transport) => "cannot be connected to",
            Alike::Kind(Family::Server) => "answer with server errors",
            Alike::Kind(Family::Tls) => "offer no secure connection",
            Alike::Kind(Family::Dns) => "have a name that does not resolve",
            Alike::Kind(Family::Redirect) => "redirect in circles",
            Alike::Kind(Family::Request) => "refuse this kind of request",
            Alike::Kind(Family::Doubt | Family::Other) => "cannot be asked",
            Alike::Verdict(reason) => reason.code(),
        }
    }
}

/// Doubtful verdicts that a fault of the server explains, and not the single page.
fn is_technical(reason: Reason) -> bool {
    use Reason as R;
    matches!(
        reason,
        R::TlsExpired
            | R::TlsSelfSigned
            | R::TlsWrongHost
            | R::Http400
            | R::Http422
            | R::Http204
            | R::ErrorText
            | R::EmptyPage
            | R::DefaultPage
            | R::AccountSuspended
            | R::StorageAccessDenied
            | R::RedirectLoop
            | R::RedirectNoLocation
            | R::RedirectBadTarget
    )
}

/// Whether a verdict says that nothing came back from the host.
fn is_lost(reason: Reason) -> bool {
    reason == Reason::DnsNxdomain
        || (reason.state() == State::Unsure && matches!(family_of(reason), Family::Transport | Family::Dns))
            && reason != Reason::Http408
}

/// Whether a verdict says that the host showed nothing of its own: it was lost, or failed to serve.
fn is_silent(reason: Reason) -> bool {
    let fails = reason.state() == State::Unsure && family_of(reason) == Family::Server;
    is_lost(reason) || fails || matches!(reason, Reason::HostIncident | Reason::RobotsUnreachable)
}

/// What one run saw of one host.
#[derive(Debug, Default)]
struct Host {
    /// Links that were asked.
    links: u32,
    /// Of these, those that showed what is listed.
    alive: u32,
    /// Links by the way they fail.
    alike: Vec<(Alike, Standing)>,
    /// Links that were not asked any more because the host was overloaded.
    spared: u32,
    /// Links from which nothing came back.
    lost: u32,
    /// Of these, those whose name does not exist.
    nameless: u32,
    /// Of the lost ones, those that have been so for long.
    no_news: u32,
    /// Links that showed nothing of the host, and not only since last month.
    silent: u32,
    /// Links that were alive lately and are not any more, whatever the host shows instead.
    fallen: u32,
    /// Links whose certificate has run out or has not begun.
    untimely: u32,
    /// Whether a lost link was once alive.
    stood: bool,
    /// How the network answered in the host's place.
    intercepted: Option<String>,
}

impl Host {
    /// Whether a name that does not exist is the host's own answer: only where it once stood may that be a faulty one.
    fn is_believed_nameless(&self) -> bool {
        !self.stood && self.nameless == self.lost
    }

    /// Whether it was fine lately and shows nothing that is listed any more.
    fn has_fallen(&self) -> bool {
        self.alive == 0 && self.fallen > 0
    }

    /// Whether it showed nothing of its own.
    fn is_silent(&self) -> bool {
        self.silent == self.links && !(self.lost == self.links && self.is_believed_nameless())
    }
}

/// Links of a host that fail alike.
#[derive(Clone, Copy, Debug, Default)]
struct Standing {
    links: u32,
    /// Whether one of them was once alive.
    stood: bool,
}

/// A host in trouble.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Links that fail alike.
    pub failing: u32,
    /// Links that were asked.
    pub links: u32,
    /// How they fail.
    pub what: &'static str,
}

/// Weighs the sightings of one run against each other.
#[derive(Debug, Default)]
pub struct Weighing {
    hosts: HashMap<String, Host>,
    /// Hosts whose links were sent elsewhere for now and did not show what is listed, by the page they ended at, whatever its
    /// query says of where they came from.
    sent_to: BTreeMap<String, BTreeSet<String>>,
}

impl Weighing {
    /// Takes in one sighting; the order does not matter.
    pub fn add(&mut self, sighting: &Sighting) {
        let Some(key) = HostKey::within(&sighting.canonical) else { return };
        let verdict = sighting.verdicts.as_ref().map(|verdicts| &verdicts.seen);
        let seen = verdict.map_or(sighting.reason, |verdict| verdict.reason);
        if seen.state() == State::Skipped || seen == Reason::UrlInvalid {
            return;
        }
        if !self.hosts.contains_key(key) {
            self.hosts.insert(key.to_owned(), Host::default());
        }
        let Some(host) = self.hosts.get_mut(key) else { return };
        host.links += 1;
        if seen.state().is_alive() {
            host.alive += 1;
            return;
        }
        host.spared += u32::from(matches!(seen, Reason::RateLimited | Reason::HostIncident));
        let stood = sighting.last_ok.is_some();
        host.fallen += u32::from(sighting.last_ok.is_some_and(|ok| sighting.at.duration_since(ok) < LATELY));
        if let Some(alike) = verdict.and_then(Alike::of) {
            let at = host.alike.iter().position(|(other, _)| *other == alike).unwrap_or_else(|| {
                host.alike.push((alike, Standing::default()));
                host.alike.len() - 1
            });
            let (_, standing) = &mut host.alike[at];
            standing.links += 1;
            standing.stood |= stood;
        }
        let failing = sighting.failing_since.map_or(SignedDuration::ZERO, |since| sighting.at.duration_since(since));
        let for_long = failing >= NO_NEWS;
        if is_lost(seen) {
            host.lost += 1;
            host.nameless += u32::from(seen == Reason::DnsNxdomain);
            host.no_news += u32::from(for_long);
            host.stood |= stood;
        }
        host.silent += u32::from(is_silent(seen) && failing < LONGEST_OUTAGE);
        host.untimely += u32::from(matches!(seen, Reason::TlsExpired | Reason::TlsNotYetValid) && !for_long);
        if seen == Reason::NetworkUnhealthy && !for_long {
            host.intercepted = verdict.map(|verdict| verdict.evidence.clone());
        }
        if let Some(landed) = sighting.landed.as_deref()
            && HostKey::within(landed).is_some_and(|portal| portal != key)
            && looks_intercepted(sighting)
        {
            let page = landed.split(['?', '#']).next().unwrap_or(landed);
            self.sent_to.entry(page.to_owned()).or_default().insert(key.to_owned());
        }
    }

    /// Why the failures of the run speak of this machine's network, when they do. `at_rest` names the hosts with links that
    /// were not asked in this run since they were alive when they last were; it is asked where that decides.
    ///
    /// # Errors
    /// What keeps `at_rest` from telling.
    pub fn network_trouble<E>(
        &self,
        at_rest: impl FnOnce() -> Result<HashSet<String>, E>,
    ) -> Result<Option<String>, E> {
        if let Some(trouble) = self.trouble_at_once() {
            return Ok(Some(trouble));
        }
        let hosts = self.count(|_, _| true);
        let most = self.count(|_, host| host.is_silent()).max(self.count(|_, host| host.has_fallen()));
        if most < FEW_SILENT || !exceeds(most, hosts, NEARLY_ALL) {
            return Ok(None);
        }
        // Whoever is cut off sees everything fail, for as long as that lasts; who asks only for what fails does so too.
        let at_rest = at_rest()?;
        let hosts = self.hosts_with(&at_rest);
        let silent = self.count(|key, host| host.is_silent() && (host.fallen > 0 || !at_rest.contains(key)));
        if silent >= FEW_SILENT && exceeds(silent, hosts, NEARLY_ALL) {
            return Ok(Some(format!("{silent} of {hosts} hosts showed no page")));
        }
        let fallen = self.count(|_, host| host.has_fallen());
        Ok((fallen >= FEW_SILENT && exceeds(fallen, hosts, NEARLY_ALL))
            .then(|| format!("{fallen} of {hosts} hosts, fine until lately, showed nothing of what is listed")))
    }

    /// Whether nothing of what a list names was seen at all, though nearly all of its hosts were asked for all they have.
    /// `at_rest` is as for [`Weighing::network_trouble`].
    ///
    /// # Errors
    /// What keeps `at_rest` from telling.
    pub fn saw_nothing<E>(&self, at_rest: impl FnOnce() -> Result<HashSet<String>, E>) -> Result<bool, E> {
        if self.hosts.is_empty() || self.hosts.values().any(|host| host.alive > 0) {
            return Ok(false);
        }
        let at_rest = at_rest()?;
        let asked = self.count(|key, _| !at_rest.contains(key));
        Ok(exceeds(asked, self.hosts_with(&at_rest), NEARLY_ALL))
    }

    fn count(&self, is: impl Fn(&str, &Host) -> bool) -> u32 {
        let count = self.hosts.iter().filter(|(key, host)| is(key, host)).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// How many hosts there are with those that were not asked.
    fn hosts_with(&self, at_rest: &HashSet<String>) -> u32 {
        let others = at_rest.iter().filter(|host| !self.hosts.contains_key(*host)).count();
        u32::try_from(self.hosts.len() + others).unwrap_or(u32::MAX)
    }

    /// The same by what has only just begun.
    fn trouble_at_once(&self) -> Option<String> {
        let intercepted = self.hosts.iter().filter_map(|(key, host)| Some((key, host.intercepted.as_ref()?)));
        if let Some((_, how)) = intercepted.min() {
            return Some(how.clone());
        }
        let hosts = u32::try_from(self.hosts.len()).unwrap_or(u32::MAX);
        for (page, from) in &self.sent_to {
            let portal = HostKey::within(page).unwrap_or(page);
            let sent = u32::try_from(from.len()).unwrap_or(u32::MAX);
            if sent >= FEW && exceeds(sent, hosts, MANY_HOSTS) {
                return Some(format!("{sent} of {hosts} hosts were answered by {portal} in their place"));
            }
        }
        let untimely = self.hosts.values().filter(|host| host.untimely == host.links).count();
        let untimely = u32::try_from(untimely).unwrap_or(u32::MAX);
        if untimely >= FEW && exceeds(untimely, hosts, MOST_HOSTS) {
            return Some(format!(
                "the certificates of {untimely} of {hosts} hosts are not valid today, so the clock of this machine is probably wrong"
            ));
        }
        let (mut lost, mut of) = (0, 0);
        for host in self.hosts.values() {
            let is_lost = host.lost == host.links;
            if is_lost && host.no_news == host.lost {
                continue;
            }
            of += 1;
            lost += u32::from(is_lost && !host.is_believed_nameless());
        }
        (lost >= FEW && exceeds(lost, of, MANY_HOSTS))
            .then(|| format!("{lost} of {of} hosts could not be reached at the same time"))
    }

    /// The hosts most of whose links fail alike. A host that never stood, as far as is known, is believed when it says for
    /// good that its pages are gone.
    pub fn troubled_hosts(&self) -> BTreeMap<&str, Trouble> {
        let troubled = self.hosts.iter().filter_map(|(key, host)| {
            let (alike, standing) = host.alike.iter().max_by_key(|(_, standing)| standing.links)?;
            // A server that fails for what it is asked is soon spared the rest.
            let spared = if *alike == Alike::Kind(Family::Server) { host.spared } else { 0 };
            let (failing, links) = (standing.links + spared, host.links);
            let many = links >= FEW && exceeds(failing, links, MOST_LINKS);
            let believed = matches!(alike, Alike::Verdict(_)) && !standing.stood;
            let asked = links - host.spared.min(links);
            let trouble = Trouble { failing: standing.links, links: asked, what: alike.in_words() };
            (many && !believed).then_some((key.as_str(), trouble))
        });
        troubled.collect()
    }

    /// Whether a page of a host was seen.
    pub fn stands(&self, host: &str) -> bool {
        self.hosts.get(host).is_some_and(|host| host.alive > 0)
    }

    /// Every host the run asked.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.hosts.keys().map(String::as_str)
    }
}

/// Whether a link was led for now to another site, which shows something else: what a hotel's network does to all of them.
fn looks_intercepted(sighting: &Sighting) -> bool {
    let Some(verdicts) = &sighting.verdicts else { return false };
    let elsewhere = matches!(
        verdicts.seen.reason,
        Reason::LoginWall
            | Reason::ConsentWall
            | Reason::DomainTakeover
            | Reason::RedirectToHome
            | Reason::CrossDomainMove
    );
    elsewhere && sighting.canonical.starts_with("http://")
}

fn exceeds(part: u32, whole: u32, percent: u32) -> bool {
    u64::from(part) * 100 > u64::from(whole) * u64::from(percent)
}
