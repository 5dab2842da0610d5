//! `perennial plan`: whom a run would ask, and how long politeness will take. Nobody is asked to find out.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueHint;
use jiff::Timestamp;

use super::args::OutputFormat;
use super::choice::{Choice, Chosen};
use super::context::Context;
use super::error::CliError;
use super::exit::Exit;
use super::seeds::{self, Source};
use crate::config::{Config, Flag};
use crate::crawl::Policy;
use crate::crawl::memory::{ROBOTS_MAX_AGE, StoredRobots};
use crate::crawl::policy::recheck;
use crate::ledger::{Ledger, Recheck};
use crate::model::plan::{HostPlan, Plan};
use crate::model::url::origin;
use crate::model::{CanonicalUrl, HostKey, Link, Notice};
use crate::report::terminal::Layout;
use crate::report::{plan, words};
use crate::seed;

/// Show what a run would request from each host, and how long politeness makes it last
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files, patterns, folders, `-`, or `@FILE`; live pages are named, not fetched
    #[arg(value_name = "SEED", value_hint = ValueHint::AnyPath)]
    pub seeds: Vec<String>,
    /// File that remembers the runs
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ledger: Option<PathBuf>,
    /// Folder of the reports, which is not searched for lists
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub reports: Option<String>,
    #[command(flatten)]
    pub choice: Choice,
    /// Plan to check every link again, even those that are not due yet
    #[arg(long)]
    pub refresh: bool,
}

/// Prints the plan.
///
/// # Errors
/// When seeds, configuration or ledger cannot be read.
pub fn run(args: &Args, context: &mut Context) -> Result<Exit, CliError> {
    let mut flags = args.choice.flags();
    if !args.seeds.is_empty() {
        flags.push(Flag { key: "seeds", name: "SEED", values: args.seeds.clone() });
    }
    if let Some(ledger) = &args.ledger {
        flags.push(Flag { key: "ledger.path", name: "--ledger", values: vec![ledger.to_string_lossy().into_owned()] });
    }
    if let Some(reports) = &args.reports {
        flags.push(Flag { key: "reports.dir", name: "--reports", values: vec![reports.clone()] });
    }
    let config = context.config(&flags)?;
    if config.seeds.is_empty() {
        return Err(super::job::no_seeds());
    }
    let ledger = if config.ledger.path.exists() { Some(Ledger::read(&config.ledger.path)?) } else { None };
    let recheck = recheck(&config, context.now, args.refresh);
    let sources = seeds::named(&config, context)?;
    let chosen = Chosen::new(&config, args.choice.only_changed.as_deref(), &sources, context)?;
    let mut planning = Planning::new(&config, ledger, recheck);
    planning.read_all(&sources, chosen)?;
    let found = planning.finish()?;
    if context.format == OutputFormat::Human {
        let layout = Layout {
            width: context.width(),
            colour: context.console.out_has_colour(),
            shown: if context.verbose > 0 { usize::MAX } else { Layout::default().shown },
            ..Layout::default()
        };
        plan::write(&found, &layout, context.console.out()).map_err(CliError::output)?;
    } else {
        plan::write_json(&found, context.console.out()).map_err(CliError::output)?;
    }
    Ok(if found.mentions == 0 { Exit::Unjudgeable } else { Exit::Clean })
}

/// A plan in the making.
struct Planning {
    max_seed_body: u64,
    policy: Policy,
    ledger: Option<Ledger>,
    recheck: Recheck,
    plan: Plan,
    seen: HashSet<u128>,
    /// Addresses that a rule leaves out at some place; at another they may be asked for.
    idle: HashSet<u128>,
    hosts: BTreeMap<HostKey, Load>,
}

/// What one host will be asked.
#[derive(Default)]
struct Load {
    links: usize,
    origins: HashSet<String>,
}

impl Planning {
    fn new(config: &Config, ledger: Option<Ledger>, recheck: Recheck) -> Self {
        Planning {
            max_seed_body: config.network.max_seed_body,
            policy: Policy::new(config),
            ledger,
            recheck,
            plan: Plan { concurrency: config.network.concurrency, ..Plan::default() },
            seen: HashSet::new(),
            idle: HashSet::new(),
            hosts: BTreeMap::new(),
        }
    }

    fn read_all(&mut self, sources: &[Source], mut chosen: Chosen<'_>) -> Result<(), CliError> {
        for source in sources {
            self.read(source, &mut chosen)?;
        }
        self.plan.notices.extend(chosen.idle());
        Ok(())
    }

    fn read(&mut self, source: &Source, chosen: &mut Chosen<'_>) -> Result<(), CliError> {
        self.plan.seeds += 1;
        if let Source::Page(url) = source {
            let message = "a live page: its links are known when the run has fetched it";
            self.plan.notices.push(Notice::about(url.as_str(), message));
            if let Some(host) = HostKey::of(url) {
                let load = self.hosts.entry(host).or_default();
                load.links += 1;
                load.origins.insert(origin(url));
            }
            return Ok(());
        }
        let bytes = seeds::read(source, self.max_seed_body)?;
        let document = seed::Document { name: source.name(), bytes: &bytes, ..seed::Document::default() };
        let mut fault = None;
        let reading = chosen.read(source, document, &mut |link| {
            if fault.is_none() {
                fault = self.add(&link).err();
            }
        });
        if let Some(fault) = fault {
            return Err(fault);
        }
        match reading {
            Ok(reading) => self.plan.notices.extend(reading.notices),
            Err(error) => self.plan.notices.push(Notice::about(source.name(), error.to_string())),
        }
        Ok(())
    }

    fn add(&mut self, link: &Link) -> Result<(), CliError> {
        self.plan.mentions += 1;
        let canonical = link.url().map(CanonicalUrl::new);
        let identity = canonical.as_ref().map_or(link.href.as_str(), CanonicalUrl::as_str);
        let identity = twox_hash::XxHash3_128::oneshot(identity.as_bytes());
        if link.left_out.is_some() {
            self.idle.insert(identity);
            return Ok(());
        }
        if !self.seen.insert(identity) {
            return Ok(());
        }
        self.plan.links += 1;
        let (Some(url), Some(canonical)) = (link.url(), canonical) else {
            self.plan.left_out += 1;
            return Ok(());
        };
        if url.scheme() == "file" {
            self.plan.files += 1;
            return Ok(());
        }
        let Some(host) = HostKey::of(url) else {
            self.plan.left_out += 1;
            return Ok(());
        };
        if let Some(ledger) = &self.ledger
            && ledger.is_fresh(&canonical, &self.recheck)?
        {
            self.plan.fresh += 1;
            return Ok(());
        }
        let load = self.hosts.entry(host).or_default();
        load.links += 1;
        load.origins.insert(origin(url));
        Ok(())
    }

    fn finish(mut self) -> Result<Plan, CliError> {
        let left_out = self.idle.difference(&self.seen).count();
        self.plan.links += left_out;
        self.plan.left_out += left_out;
        let hosts = std::mem::take(&mut self.hosts);
        for (host, load) in hosts {
            let planned = self.plan_host(&host, &load)?;
            self.plan.held += load.links - planned.requests;
            self.plan.hosts.push(planned);
        }
        Ok(self.plan)
    }

    fn plan_host(&self, host: &HostKey, load: &Load) -> Result<HostPlan, CliError> {
        let pace = self.policy.pace(host);
        let (mut spacing, mut overhead, mut because) = (pace.gap, 0, Vec::new());
        if pace != self.policy.pace(&HostKey::from_stored("")) {
            because.push("a rule in the configuration".to_owned());
        }
        if self.policy.obeys_robots(host) {
            let known = self.known_robots(load)?;
            overhead = load.origins.len() - known.fresh;
            let delay = known.delay.map(|delay| delay.min(self.policy.max_crawl_delay));
            if let Some(delay) = delay.filter(|delay| *delay > spacing) {
                spacing = delay;
                because.push(format!("Crawl-delay: {} in its robots.txt", delay.as_secs_f64()));
            }
        }
        let wait = self.wait(host)?;
        if let Some((until, _)) = wait {
            because.push(format!("left alone until {}, as it asked", words::minute(until)));
        }
        let wait = wait.map_or(Duration::ZERO, |(_, wait)| wait);
        // A pause that is longer than a run may wait is left to a later run.
        let requests = if wait > pace.longest_pause { 0 } else { load.links };
        let asked = if requests == 0 { 0 } else { requests + overhead };
        let gaps = u32::try_from(asked).unwrap_or(u32::MAX).saturating_sub(1);
        let lasts = spacing.checked_mul(gaps).unwrap_or(Duration::MAX);
        Ok(HostPlan {
            host: host.to_string(),
            requests,
            overhead: asked - requests,
            spacing,
            lasts: if requests == 0 { Duration::ZERO } else { lasts.saturating_add(wait) },
            because: (!because.is_empty()).then(|| because.join("; ")),
        })
    }

    /// How long a host asked to be left alone, when that is still to come.
    fn wait(&self, host: &HostKey) -> Result<Option<(Timestamp, Duration)>, CliError> {
        let Some(ledger) = &self.ledger else { return Ok(None) };
        let until = ledger.hold_until(host.as_str())?.filter(|until| *until > self.recheck.now);
        Ok(until.map(|until| (until, until.duration_since(self.recheck.now).unsigned_abs())))
    }

    /// What the ledger has of the robots.txt of a host's origins.
    fn known_robots(&self, load: &Load) -> Result<KnownRobots, CliError> {
        let mut known = KnownRobots::default();
        let Some(ledger) = &self.ledger else { return Ok(known) };
        let fresh = self.recheck.now.checked_sub(ROBOTS_MAX_AGE).unwrap_or(Timestamp::MIN);
        let read = |origin: &str, oldest| -> Result<Option<StoredRobots>, CliError> {
            let stored = ledger.robots(origin, oldest)?;
            Ok(stored.and_then(|text| serde_json::from_str(&text).ok()))
        };
        for origin in &load.origins {
            // An old one is asked for anew, and will hardly ask for another pace.
            let Some(stored) = read(origin, Timestamp::MIN)? else { continue };
            known.delay = known.delay.max(stored.rules.crawl_delay());
            let is_fresh = stored.unreachable_since.is_none() && read(origin, fresh)?.is_some();
            known.fresh += usize::from(is_fresh);
        }
        Ok(known)
    }
}

/// What is known of the robots.txt of a host.
#[derive(Default)]
struct KnownRobots {
    /// The longest pause between two requests that one of its origins asks for.
    delay: Option<Duration>,
    /// Origins whose file need not be asked for.
    fresh: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::politeness::robots::Robots;

    #[test]
    fn what_the_ledger_knows_of_hosts_is_planned_with() {
        let folder = tempfile::tempdir().expect("a folder");
        let now: Timestamp = "2026-03-02T04:00:00Z".parse().expect("a time");
        let mut ledger = Ledger::open(&folder.path().join("plan.ledger")).expect("a ledger");
        ledger.hold("held.test", "2026-03-11T04:00:00Z".parse().expect("a time")).expect("kept");
        let rules = Robots::parse(b"User-agent: *\nCrawl-delay: 7\n").group("p");
        let stored = serde_json::to_string(&StoredRobots { rules, unreachable_since: None }).expect("JSON");
        ledger.keep_robots("http://slow.test", &stored, now).expect("kept");
        let config = Config::default();
        let planning = Planning::new(&config, Some(ledger), recheck(&config, now, false));
        let plan = |host: &str| {
            let load = Load { links: 3, origins: HashSet::from([format!("http://{host}")]) };
            planning.plan_host(&HostKey::from_stored(host), &load).expect("read")
        };
        let held = plan("held.test");
        assert_eq!((held.requests, held.overhead, held.lasts), (0, 0, Duration::ZERO));
        assert_eq!(held.because.as_deref(), Some("left alone until 2026-03-11 04:00 UTC, as it asked"));
        let slow = plan("slow.test");
        assert_eq!((slow.requests, slow.overhead), (3, 0), "its robots.txt is known");
        assert_eq!((slow.spacing, slow.lasts), (Duration::from_secs(7), Duration::from_secs(14)));
        assert_eq!(slow.because.as_deref(), Some("Crawl-delay: 7 in its robots.txt"));
        let other = plan("other.test");
        assert_eq!((other.requests, other.overhead, other.because), (3, 1, None));
    }
}
