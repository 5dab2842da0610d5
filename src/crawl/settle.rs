//! The end of a run: everything it saw is looked at together, and what only shows in company is published.
//!
//! What was seen is stored beside what is published, and this reads the one and writes the other. So it may be done as often
//! as one likes: after an interruption, after a kill, after a second vantage point was asked.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use twox_hash::XxHash3_128;
use url::Url;

use super::guards::{Trouble, Weighing};
use super::memory::PROBE_MAX_AGE;
use crate::classify;
use crate::ledger::strikes::{Before, Family, Health, Strikes, family_of, rule};
use crate::ledger::{AHEAD, Incident, Ledger, LedgerError, Ruling, RunId, Settlement, Sighting, UrlId, Verdicts};
use crate::model::reason::StrikeClass;
use crate::model::{Assessment, Confidence, HostKey, Reason, State};

/// For how long an answer through the second vantage point explains failures from here.
const VANTAGE_HOLDS: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What looking at a whole run has brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settled {
    /// Why its failures speak of this machine's network.
    pub trouble: Option<String>,
    /// Whether because of that nothing at all was seen of what is listed.
    pub saw_nothing: bool,
    /// Links that have just failed for so long that they count as dead.
    pub matured: Vec<Matured>,
}

/// A link that has just failed for so long that it counts as dead.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Matured {
    /// Its row.
    pub url: UrlId,
    /// Its canonical address.
    pub canonical: String,
    /// What an answer elsewhere would speak for.
    pub scope: String,
}

/// What the last strike of a series does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastStrike<'a> {
    /// It kills.
    Kills,
    /// It waits for the second vantage point to see the same.
    Waits,
    /// The second vantage point has seen the same of these links; the others wait on.
    KillsThese(&'a BTreeSet<UrlId>),
}

impl LastStrike<'_> {
    fn waits(self, url: UrlId) -> bool {
        match self {
            LastStrike::Kills => false,
            LastStrike::Waits => true,
            LastStrike::KillsThese(urls) => !urls.contains(&url),
        }
    }
}

/// Weighs what a run saw and publishes what follows.
///
/// # Errors
/// When the ledger cannot be read or written.
pub fn settle(
    ledger: &mut Ledger,
    run: RunId,
    now: Timestamp,
    last_strike: LastStrike<'_>,
) -> Result<Settled, LedgerError> {
    let mut weighing = Weighing::default();
    let mut sinks = Sinks::default();
    // A run may be looked at long after it was made.
    let when = ledger.started(run)?.unwrap_or(now);
    ledger.sightings(run, &mut |sighting| {
        weighing.add(&sighting);
        sinks.add(&sighting);
        Ok(())
    })?;
    let trouble = weighing.network_trouble(|| hosts_at_rest(ledger, run))?;
    // On a faulty network no host's trouble is its own.
    let troubled = if trouble.is_some() { BTreeMap::new() } else { weighing.troubled_hosts() };
    let mut incidents = HashMap::new();
    for host in weighing.hosts().filter(|_| trouble.is_none()) {
        let before = ledger.incident_before(run, host)?;
        if let Some(incident) = incident(host, troubled.get(host), before, when) {
            incidents.insert(host.to_owned(), incident);
        }
    }
    let mut bench = Bench {
        weighing: &weighing,
        ledger,
        run,
        trouble: trouble.as_deref(),
        incidents: &incidents,
        sinks: &sinks,
        last_strike,
        proven: HashSet::new(),
        settled: Settled::default(),
    };
    let mut rulings = Vec::new();
    ledger.remarkable_sightings(run, &mut |sighting| {
        rulings.extend(bench.judge(&sighting)?);
        Ok(())
    })?;
    let proven = std::mem::take(&mut bench.proven);
    if !proven.is_empty() {
        ledger.sightings(run, &mut |sighting| {
            let host = HostKey::within(&sighting.canonical).unwrap_or_default();
            if proven.contains(host) && sighting.reason == Reason::OkPlain && sighting.landed.is_none() {
                rulings.extend(bench.compare(&sighting)?);
            }
            Ok(())
        })?;
    }
    let mut settled = bench.settled;
    settled.matured.sort_unstable();
    settled.saw_nothing = trouble.is_some() && weighing.saw_nothing(|| hosts_at_rest(ledger, run))?;
    settled.trouble.clone_from(&trouble);
    let mut incidents: Vec<Incident> = incidents.into_values().collect();
    incidents.sort_unstable_by(|one, other| one.host.cmp(&other.host));
    ledger.settle(run, now, &Settlement { trouble, incidents, rulings })?;
    Ok(settled)
}

/// The hosts of a run's list with links that were not asked in it and were alive when they last were.
fn hosts_at_rest(ledger: &Ledger, run: RunId) -> Result<HashSet<String>, LedgerError> {
    let mut hosts = HashSet::new();
    ledger.alive(run, &mut |canonical| {
        if let Some(host) = HostKey::within(canonical).filter(|host| !hosts.contains(*host)) {
            hosts.insert(host.to_owned());
        }
    })?;
    Ok(hosts)
}

/// A host's trouble in this run, as part of a series; the end of a series where there is none any more.
fn incident(host: &str, trouble: Option<&Trouble>, before: Option<Incident>, now: Timestamp) -> Option<Incident> {
    // A series of a time that is still to come was seen by a clock that was wrong, and could never go on.
    let before = before.filter(|before| before.last.duration_since(now) <= AHEAD);
    match (trouble, before) {
        (Some(trouble), before) => {
            let series = before.map_or(host_strikes(1, now, now), |before| {
                host_strikes(before.count, before.first, before.last).extended(now)
            });
            let Trouble { failing, links, what, .. } = *trouble;
            let Strikes { count, first, last, .. } = series;
            Some(Incident { host: host.to_owned(), what: what.to_owned(), failing, links, count, first, last })
        }
        (None, Some(before)) => Some(Incident { count: 0, ..before }),
        (None, None) => None,
    }
}

/// The failing runs of a host, counted as those of a link are.
fn host_strikes(count: u32, first: Timestamp, last: Timestamp) -> Strikes {
    Strikes { family: Family::Other, class: StrikeClass::S3, count, first, last }
}

/// Judges links by what is known of the run as a whole.
struct Bench<'a> {
    weighing: &'a Weighing,
    ledger: &'a Ledger,
    run: RunId,
    trouble: Option<&'a str>,
    incidents: &'a HashMap<String, Incident>,
    sinks: &'a Sinks,
    last_strike: LastStrike<'a>,
    /// Hosts at which an address that cannot exist looks like a listed one.
    proven: HashSet<String>,
    settled: Settled,
}

impl Bench<'_> {
    /// The ruling on a link, where it differs from what is published.
    fn judge(&mut self, sighting: &Sighting) -> Result<Option<Ruling>, LedgerError> {
        let Some(verdicts) = &sighting.verdicts else { return Ok(None) };
        let Verdicts { published, seen } = verdicts.as_ref();
        if [published.reason, seen.reason].contains(&Reason::Soft404Probe) {
            self.proven.extend(HostKey::within(&sighting.canonical).map(str::to_owned));
            // What a comparison has shown before holds; the page to compare is no longer kept.
            if seen.state.is_alive() {
                return Ok(None);
            }
        }
        let sunk = self.sinks.find(sighting, seen);
        let stranger = sunk.is_some();
        let (assessment, strikes) = match sunk {
            Some(sunk) => {
                let ruled = rule(&self.ledger.before(self.run, sighting.url)?, sunk, sighting.at, Health::Sound);
                (ruled.assessment, ruled.strikes)
            }
            None if seen.state.is_alive() => (seen.clone(), None),
            None => match self.not_empty(sighting, seen) {
                Some(missing) => self.rule(sighting, &missing)?,
                None => self.rule(sighting, seen)?,
            },
        };
        let unchanged = assessment == *published && strikes == sighting.strikes;
        if unchanged {
            return Ok(None);
        }
        let seen = (assessment != *seen).then(|| seen.clone());
        Ok(Some(Ruling { url: sighting.url, published: assessment, seen, strikes, stranger }))
    }

    /// The ruling on a link that looked alive by itself, before a page of its host turned out to be what any address shows:
    /// which of them was asked first makes no difference.
    fn compare(&self, sighting: &Sighting) -> Result<Option<Ruling>, LedgerError> {
        let Some(listed) = Url::parse(&sighting.canonical).ok() else { return Ok(None) };
        let Some(scope) = classify::scope(&listed) else { return Ok(None) };
        let oldest = sighting.at.checked_sub(PROBE_MAX_AGE).unwrap_or(Timestamp::MIN);
        let Some(probe) = self.ledger.probe(&scope, oldest)? else { return Ok(None) };
        let Ok(probe) = serde_json::from_str(&probe) else { return Ok(None) };
        let Some((seen, looked)) = self.ledger.looked(self.run, sighting.url)? else { return Ok(None) };
        let Some(mut verdict) = classify::is_sibling(&listed, &looked, &probe) else { return Ok(None) };
        verdict.also = vec![seen.reason];
        let ruled = rule(&self.ledger.before(self.run, sighting.url)?, verdict, sighting.at, Health::Sound);
        let (published, strikes) = (ruled.assessment, ruled.strikes);
        Ok(Some(Ruling { url: sighting.url, published, seen: Some(seen), strikes, stranger: true }))
    }

    /// A site without a front page is not empty while other pages of it are there.
    fn not_empty(&self, sighting: &Sighting, seen: &Assessment) -> Option<Assessment> {
        let host = HostKey::within(&sighting.canonical)?;
        let missing = *seen.also.first().filter(|_| seen.reason == Reason::HostEmpty && self.weighing.stands(host))?;
        let evidence = format!("{}, but other pages of it are there", seen.evidence);
        Some(Assessment { suggestions: seen.suggestions.clone(), ..Assessment::new(missing, evidence) })
    }

    /// The verdict on a failing link, with its strikes.
    fn rule(&mut self, sighting: &Sighting, seen: &Assessment) -> Result<(Assessment, Option<Strikes>), LedgerError> {
        let mut before = self.ledger.before(self.run, sighting.url)?;
        let waits = match seen.strike_class() {
            StrikeClass::S3 => true,
            class => seen.state != State::Suspect && class == StrikeClass::S2,
        };
        let was_dead = matches!(before.published, Some((State::Dead, ..)));
        let host = HostKey::within(&sighting.canonical).unwrap_or_default();
        let incident = self.incidents.get(host).filter(|incident| incident.count > 0);
        let series = incident.map(|incident| host_strikes(incident.count, incident.first, incident.last));
        let (health, why) = match (self.trouble, incident, series) {
            // What is no address, or one of a file, needs no network to be wrong.
            _ if seen.reason == Reason::UrlInvalid || host.is_empty() => (Health::Sound, None),
            // What was dead before the trouble came is none of it.
            _ if was_dead && is_same_trouble(&before, seen) => (Health::Sound, None),
            (Some(trouble), ..) => (Health::NetworkUnhealthy, Some(format!("held back, since {trouble}"))),
            (None, Some(incident), Some(series)) if !series.matured() => {
                let Incident { failing, links, what, count, .. } = incident;
                let why = format!(
                    "held back, since {failing} of {links} links of {host} {} ({count} of {} failing runs of the host)",
                    alike(what),
                    series.need()
                );
                (Health::HostIncident, Some(why))
            }
            (None, _, Some(series)) => {
                // The host has been failing for so long that what was held back for it counts.
                if waits {
                    before.strikes = self.held_back(sighting, seen, series, before.strikes)?;
                }
                (Health::Sound, None)
            }
            _ => (Health::Sound, None),
        };
        let counted = before.strikes;
        let mut ruled = rule(&before, seen.clone(), sighting.at, health);
        let is_held = matches!(ruled.assessment.reason, Reason::HostIncident | Reason::NetworkUnhealthy);
        if let Some(why) = why.filter(|_| is_held) {
            ruled.assessment.evidence = format!("{}; {why}", ruled.assessment.evidence);
        }
        if self.trouble.is_some() && was_dead {
            ruled.strikes = counted;
        }
        // A wall kills nobody, nor does a doubt: there is nothing to ask elsewhere.
        let strikes = ruled.strikes.filter(|strikes| strikes.family != Family::Doubt);
        let Some(strikes) = strikes.filter(|_| !is_held && seen.strike_class() != StrikeClass::N) else {
            return Ok((ruled.assessment, ruled.strikes));
        };
        if let Some(at) = self.seen_elsewhere(sighting, seen.reason)? {
            return Ok((elsewhere(seen, at), None));
        }
        if ruled.assessment.state == State::Dead && !was_dead {
            let scope = vantage_scope(&sighting.canonical, seen.reason).to_owned();
            self.settled.matured.push(Matured { url: sighting.url, canonical: sighting.canonical.clone(), scope });
            if self.last_strike.waits(sighting.url) {
                return Ok((unconfirmed(seen, strikes), Some(strikes)));
            }
        }
        Ok((ruled.assessment, ruled.strikes))
    }

    /// A link's own failures so far, while the trouble of its host kept them from being counted. It inherits none of the
    /// host's: it may be new in the list, or have been fine until today.
    fn held_back(
        &self,
        sighting: &Sighting,
        seen: &Assessment,
        of_host: Strikes,
        counted: Option<Strikes>,
    ) -> Result<Option<Strikes>, LedgerError> {
        let Some(since) = sighting.failing_since else { return Ok(counted) };
        let family = family_of(seen.reason);
        let failures = self.ledger.failures(self.run, sighting.url, since)?;
        let own = failures.into_iter().fold(None, |series: Option<Strikes>, at| {
            Some(
                series
                    .map_or(Strikes { family, count: 1, first: at, last: at, ..of_host }, |series| series.extended(at)),
            )
        });
        let further =
            counted.filter(|counted| own.is_none_or(|own| counted.family == family && counted.count > own.count));
        Ok(further.or(own))
    }

    /// When a link that fails here was last seen to answer elsewhere, not too long ago.
    fn seen_elsewhere(&self, sighting: &Sighting, reason: Reason) -> Result<Option<Timestamp>, LedgerError> {
        let seen = self.ledger.vantage(vantage_scope(&sighting.canonical, reason))?;
        Ok(seen.filter(|at| sighting.at.duration_since(*at) < VANTAGE_HOLDS))
    }
}

/// What an answer through the second vantage point speaks for: of a host that gives no connection here, all links; else the
/// one address.
fn vantage_scope(canonical: &str, reason: Reason) -> &str {
    match family_of(reason) {
        Family::Transport | Family::Dns | Family::Tls => HostKey::within(canonical).unwrap_or(canonical),
        _ => canonical,
    }
}

/// The verdict on a link that has failed often enough and was not looked at from elsewhere yet.
fn unconfirmed(seen: &Assessment, strikes: Strikes) -> Assessment {
    let since = strikes.first.strftime("%Y-%m-%d");
    let evidence =
        format!("{} (failing since {since}; the second vantage point has not been asked yet)", seen.evidence);
    let (state, confidence) = match seen.state {
        State::Suspect => (State::Suspect, seen.confidence),
        _ => (State::Unsure, seen.confidence.min(Confidence::Medium)),
    };
    Assessment { state, evidence, confidence, ..seen.clone() }
}

/// The verdict on a link that answers elsewhere.
fn elsewhere(seen: &Assessment, at: Timestamp) -> Assessment {
    let day = at.strftime("%Y-%m-%d");
    let evidence = format!("{}; through the second vantage point it answered on {day}", seen.evidence);
    let mut verdict = Assessment::new(Reason::VantageDependent, evidence);
    verdict.also = std::iter::once(seen.reason).chain(seen.also.iter().copied()).collect();
    verdict
}

/// Whether a link that was dead fails as it did then.
fn is_same_trouble(before: &Before, seen: &Assessment) -> bool {
    let Some((_, reason, _)) = before.published else { return false };
    reason == seen.reason || before.strikes.is_some_and(|strikes| strikes.family == family_of(seen.reason))
}

/// How links fail, in the middle of a sentence.
fn alike(what: &str) -> String {
    match Reason::parse(what) {
        Some(reason) => format!("fail in the same way ({reason})"),
        None => what.to_owned(),
    }
}

/// Pages at which several listed addresses end.
#[derive(Debug, Default)]
struct Sinks {
    /// How many places end at a page.
    together: HashMap<u128, u32>,
    /// Places and the pages they end at, so that two spellings of one are counted once.
    counted: HashSet<u128>,
}

impl Sinks {
    fn add(&mut self, sighting: &Sighting) {
        let Some((key, listed)) = Sinks::key(sighting).zip(Url::parse(&sighting.canonical).ok()) else { return };
        let landed = sighting.landed.as_deref().and_then(|landed| Url::parse(landed).ok());
        // The page itself under another spelling does not end at another page.
        if landed.is_some_and(|landed| classify::same_place(&listed, &landed)) {
            return;
        }
        let place = XxHash3_128::oneshot(format!("{key}\n{}", classify::spelled(&listed)).as_bytes());
        if self.counted.insert(place) {
            *self.together.entry(key).or_default() += 1;
        }
    }

    /// Where a link that looks alive ended, among those of its host.
    fn key(sighting: &Sighting) -> Option<u128> {
        let landed = sighting.landed.as_deref()?;
        let seen = &sighting.verdicts.as_ref()?.seen;
        // A directory of the site's own that knows the resource is believed.
        (seen.state.is_alive() && seen.marker.is_none()).then_some(())?;
        let host = HostKey::within(&sighting.canonical)?;
        Some(XxHash3_128::oneshot(format!("{host}\n{landed}").as_bytes()))
    }

    fn find(&self, sighting: &Sighting, seen: &Assessment) -> Option<Assessment> {
        let together = *self.together.get(&Sinks::key(sighting)?)?;
        // Moved for good to what the list calls it: pages that were merged end at one place on purpose.
        if seen.state == State::Moved && seen.confidence == Confidence::Certain {
            return None;
        }
        let listed = Url::parse(&sighting.canonical).ok()?;
        let landed = Url::parse(sighting.landed.as_deref()?).ok()?;
        let mut verdict = classify::sink(&listed, &landed, together.saturating_sub(1) as usize)?;
        verdict.also = vec![seen.reason];
        Some(verdict)
    }
}
