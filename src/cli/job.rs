//! The main job, assembled: seeds, ledger, engine, reports.

use std::future::Future;
use std::ops::ControlFlow;
use std::path::PathBuf;

use twox_hash::XxHash3_128;

use super::choice::Chosen;
use super::context::Context;
use super::copies;
use super::error::CliError;
use super::exit::Exit;
use super::gather::{Page, gather, stopped};
use super::interrupt;
use super::listing;
use super::notices;
use super::output::{Output, Staged};
use super::seeds::{self, Source};
use super::signs;
use super::start::{Client, on_runtime};
use crate::compile::{Since, compile};
use crate::config::{Config, Mode, Network, Verdict};
use crate::crawl::memory::RunMemory;
use crate::crawl::policy::recheck;
use crate::crawl::settle::{LastStrike, Settled, settle};
use crate::crawl::vantage::{self, Elsewhere};
use crate::crawl::{Clock, Engine, Policy};
use crate::fetch::Fetcher;
use crate::fetch::proxy::{takes_connections, without_password};
use crate::frontier::Addresses;
use crate::hygiene;
use crate::ledger::{Ledger, Outcome, Run, RunStart};
use crate::model::assessment::Note;
use crate::model::audit::{Audit, LinkRecord, Partial, RunSummary};
use crate::model::{CanonicalUrl, State};
use crate::politeness::retry_after::LONGEST_PAUSE;
use crate::report::{audit_json, terminal, words};
use crate::site::Site;

use super::args::OutputFormat;

/// An unfinished run younger than this is continued.
const RESUME_WITHIN: std::time::Duration = std::time::Duration::from_secs(24 * 3600);

/// How the main job is done this time.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Ask every link again.
    pub refresh: bool,
    /// Findings do not fail the run.
    pub exit_zero: bool,
    /// Check only links that the lists gained since this git revision.
    pub only_changed: Option<String>,
}

/// Does the main job from beginning to end.
///
/// # Errors
/// When it cannot be done; findings are no errors.
pub fn run(config: &Config, options: &Options, context: &mut Context) -> Result<Exit, CliError> {
    if config.seeds.is_empty() {
        return Err(no_seeds());
    }
    let sources = seeds::named(config, context)?;
    let chosen = Chosen::new(config, options.only_changed.as_deref(), &sources, context)?;
    let output = Output::prepare(&config.reports)?;
    let client = Client::begin(&config.network)?;
    let is_new = !config.ledger.path.exists();
    let mut ledger = Ledger::open(&config.ledger.path)?;
    ledger.keep(config.ledger.visits);
    if is_new && config.check.mode == Mode::Pr {
        let path = &config.ledger.path;
        let path = path.strip_prefix(&context.environment.folder).unwrap_or(path).display();
        context.console.warn(&format!(
            "there was no ledger {path}, so every link counts as new, however long the lists have had it: keep the file from \
             run to run, or name what to compare with by --only-changed"
        ));
    }
    if let Some(ahead) = ledger.mistrust_the_future(context.now, LONGEST_PAUSE)? {
        let day = ahead.strftime("%Y-%m-%d");
        context
            .console
            .warn(&format!("the ledger holds a run of {day}, which is later than now: what it saw is checked again"));
    }
    let (ledger, partial) = on_runtime(crawl(config, options, context, sources, chosen, (client, ledger)))?;
    let (audit, reports) = write_reports(config, &ledger, &output)?;
    notices::tell(&audit, &reports, context);
    show(context, &audit, reports)?;
    Ok(exit(config, options, &audit, partial))
}

/// Nobody said what to read.
pub fn no_seeds() -> CliError {
    CliError::usage("no resource page is named")
        .help("name one, such as `perennial run links.md`, or list them under `seeds` in config.toml")
}

/// Mentions up to which the compilation and the broken-link report are made at the same time. Each of them holds the whole
/// list in memory, so for longer lists the one is gone when the other is read.
const TOGETHER: usize = 20_000;

/// Sees to it that what a run saw is not lost with a file that was deleted meanwhile.
fn keep(ledger: &mut Ledger, context: &mut Context) {
    let path = ledger.path().to_owned();
    let path = path.strip_prefix(&context.environment.folder).unwrap_or(&path).display();
    match ledger.restore() {
        Ok(false) => {}
        Ok(true) => context.console.warn(&format!(
            "the ledger {path} was deleted while the run went on; it is written again, with everything in it"
        )),
        Err(error) => context.console.warn(&format!(
            "the ledger {path} was deleted while the run went on and cannot be written again ({error}): the reports are made, \
             but the next run will know nothing of this one"
        )),
    }
}

/// Writes every configured report from the ledger's latest run.
///
/// # Errors
/// When the ledger cannot be read or a report not written.
pub fn write_reports(config: &Config, ledger: &Ledger, output: &Output) -> Result<(Audit, Vec<PathBuf>), CliError> {
    let (mut audited, mut compiled) = (output.begin(), output.begin());
    let audit = if config.reports.compilation.is_empty() {
        write_audit(config, ledger, &mut audited)?
    } else if ledger.listed(None)?.remaining() > TOGETHER || !ledger.path().exists() {
        write_compilation(config, ledger, &mut compiled)?;
        write_audit(config, ledger, &mut audited)?
    } else {
        let beside = Ledger::read(ledger.path())?;
        let compiled = &mut compiled;
        std::thread::scope(|scope| {
            let compiling = scope.spawn(move || write_compilation(config, &beside, compiled));
            let audit = write_audit(config, ledger, &mut audited);
            compiling.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            audit
        })?
    };
    audited.join(compiled);
    Ok((audit, audited.publish()?))
}

fn write_compilation(config: &Config, ledger: &Ledger, set: &mut Staged<'_>) -> Result<(), CliError> {
    let run = ledger.run_summary(None)?;
    let mut listed = ledger.listed(None)?;
    let mut compilation = compile(title(&run), &mut listed);
    listed.finish()?;
    if let Some(at) = run.previous {
        compilation = compilation.compared(Since { at, delisted: ledger.delisted(None)? });
    }
    set.compilation(&config.reports, &compilation)
}

fn write_audit(config: &Config, ledger: &Ledger, set: &mut Staged<'_>) -> Result<Audit, CliError> {
    let mut audit = ledger.audit(None)?;
    audit.hygiene.splice(0..0, hygiene::addresses(&audit.links));
    set.audit(&config.reports, &audit)?;
    Ok(audit)
}

/// What the compilation is called: as its one list calls itself, or plainly.
fn title(run: &RunSummary) -> String {
    match run.seeds.as_slice() {
        [seed] => seed.title.clone().unwrap_or_else(|| seed.name.clone()),
        _ => "Resources".to_owned(),
    }
}

/// Prints the summary, or the audit itself for a program that reads it. A reader that leaves takes no verdict along.
///
/// # Errors
/// When standard output cannot be written.
pub fn show(context: &mut Context, audit: &Audit, reports: Vec<PathBuf>) -> Result<(), CliError> {
    let here = &context.environment.folder;
    let reports = reports.iter().map(|path| path.strip_prefix(here).unwrap_or(path).display().to_string()).collect();
    let layout = terminal::Layout {
        width: context.width(),
        colour: context.console.out_has_colour(),
        reports,
        ..terminal::Layout::default()
    };
    let (format, out) = (context.format, context.console.out());
    let shown = match format {
        OutputFormat::Human => terminal::write(audit, &layout, out),
        OutputFormat::Json => audit_json::write(audit, out),
        OutputFormat::Jsonl => audit.links.iter().try_for_each(|link| audit_json::write_link(link, out)),
    };
    shown.map_err(CliError::output).or_else(|error| if error.is_silent() { Ok(()) } else { Err(error) })
}

/// What a run ends in: a partial one cannot be judged, whatever it found.
pub fn exit(config: &Config, options: &Options, audit: &Audit, partial: Option<Partial>) -> Exit {
    let is_first = audit.run.previous.is_none();
    let found = audit.links.iter().any(|link| {
        let LinkRecord { state, reason, confidence, .. } = *link;
        let is_added = is_first || link.previous.is_none();
        let is_settled = state == State::Dead && link.notes.contains(&Note::ArchivedInList);
        !is_settled && config.fails(&link.canonical, Verdict { state, reason, confidence, is_added })
    });
    match partial {
        Some(_) => Exit::Unjudgeable,
        None if found && !options.exit_zero => Exit::Findings,
        None => Exit::Clean,
    }
}

/// Everything that needs the network or takes time.
async fn crawl(
    config: &Config,
    options: &Options,
    context: &mut Context,
    sources: Vec<Source>,
    mut chosen: Chosen<'_>,
    (client, ledger): (Client, Ledger),
) -> Result<(Ledger, Option<Partial>), CliError> {
    let (listener, messenger) = context.listener();
    let stop = interrupt::listen(messenger)?;
    let fetcher = client.end()?;
    let clock =
        if context.time_stands_still { Clock::standing_at(context.now) } else { Clock::starting_at(context.now) };
    let mut policy = Policy::new(config);
    let (own_signs, signs_text) = signs::read(config.check.own_signs.as_deref())?.unzip();
    policy.own_signs = own_signs;
    let mut engine = Engine::new(fetcher, RunMemory::new(ledger), policy, clock, listener);

    let pages = gather(config, sources, &mut engine, stop.clone()).await?;
    let digest = digest(&pages, config, &chosen)?;
    let start = RunStart {
        now: clock.now(),
        version: env!("CARGO_PKG_VERSION"),
        seeds: digest,
        settings: config.digest(signs_text.as_deref().unwrap_or_default()),
        resume_within: RESUME_WITHIN,
    };
    let ledger = engine.memory_mut().ledger();
    let run = ledger.begin_run(&start)?;
    // With a second vantage point, nothing that may pass is dead before it was asked.
    let last_strike = if config.check.second_vantage.is_some() { LastStrike::Waits } else { LastStrike::Kills };
    // What a killed run left behind counts as that of any other.
    for left in ledger.unsettled_before(&run)? {
        settle(ledger, left, clock.now(), last_strike)?;
    }
    if !run.listed
        && let Err(error) = list(ledger, &run, &pages, config, &mut chosen, clock)
    {
        ledger.withdraw_run(&run)?;
        return Err(error);
    }
    drop(pages);
    engine.memory_mut().begin(run.clone())?;
    load(&mut engine, &run, config, options, clock)?;
    if let Some(site) = chosen.site() {
        check_files(&mut engine, &run, site)?;
    }
    let engine = engine.run_among_workers(stopped(stop.clone())).await?;

    let mut partial = engine.stopped();
    let mut requests = run.requests.plus(engine.counts());
    let web = engine.web();
    let mut ledger = engine.into_memory().close()?;
    keep(&mut ledger, context);
    let mut settled = settle(&mut ledger, run.id, clock.now(), last_strike)?;
    if partial.is_none()
        && !settled.matured.is_empty()
        && let Some(proxy) = &config.check.second_vantage
    {
        let found = elsewhere(config, proxy, context, clock, &mut ledger, &settled, stopped(stop.clone())).await?;
        requests.lookups += found.requests;
        partial = found.stopped.filter(|stopped| *stopped == Partial::Interrupted);
        settled = settle(&mut ledger, run.id, clock.now(), LastStrike::KillsThese(&found.failing))?;
    }
    ledger.finish_run(&run, clock.now(), &Outcome { partial, requests })?;
    if partial.is_none() && config.archive.suggest {
        copies::look(web.as_ref(), &mut ledger, &run, config, context, clock, stopped(stop)).await?;
    }
    match partial {
        Some(Partial::NoNetwork) => {
            context
                .console
                .warn("this machine has no network: nothing was judged, and nothing counts against any link");
        }
        _ if settled.saw_nothing => {
            let warning = "this machine's network had trouble, and nothing of what is listed was seen: nothing counts against \
                           any link";
            context.console.warn(warning);
            // The run is whole, and there is nothing to go on with; only it says nothing of the list.
            partial.get_or_insert(Partial::NoNetwork);
        }
        _ if settled.trouble.is_some() => {
            context.console.warn("this machine's network had trouble: no failure of this run counts against a link");
        }
        Some(Partial::Interrupted) => context.console.warn("interrupted: the next run goes on from here"),
        Some(Partial::Unfinished) => {
            context.console.warn("the run ended before every link was asked: the next run goes on from here");
        }
        None => {}
    }
    Ok((ledger, partial))
}

/// Asks the second vantage point for what has just failed often enough to count as dead, and says where that was in vain.
async fn elsewhere(
    config: &Config,
    proxy: &str,
    context: &mut Context,
    clock: Clock,
    ledger: &mut Ledger,
    settled: &Settled,
    interrupt: impl Future<Output = ()>,
) -> Result<Elsewhere, CliError> {
    let shown = without_password(proxy);
    let waiting = words::count(settled.matured.len(), "link");
    let in_vain = |why: &str| {
        format!(
            "the second vantage point {shown} {why}, so {waiting} that failed here often enough to be called dead \
             stay as they are until it was asked: see that it runs, or take second_vantage out of [check]"
        )
    };
    if !takes_connections(proxy, config.network.connect_timeout).await {
        context.console.warn(&in_vain("cannot be reached"));
        return Ok(Elsewhere::default());
    }
    let network = Network { proxy: Some(proxy.to_owned()), ..config.network.clone() };
    let fetcher = Fetcher::new(&network).map_err(|error| {
        CliError::usage("the second vantage point cannot be asked")
            .because(error)
            .help("look at second_vantage under [check]")
    })?;
    let found = vantage::ask(fetcher, Policy::new(config), clock, ledger, &settled.matured, interrupt).await?;
    match &found {
        Elsewhere { stopped: Some(_), .. } => {}
        Elsewhere { unusable: Some(why), .. } => context.console.warn(&in_vain(&format!("was of no use ({why})"))),
        Elsewhere { answered: false, .. } => context.console.warn(&format!(
            "nothing came back through the second vantage point {shown}: what fails here counts as failing there too; see \
             that it lets requests through"
        )),
        _ => {}
    }
    Ok(found)
}

/// Names and contents of all pages in one number: equal numbers promise equal links.
fn digest(pages: &[Page], config: &Config, chosen: &Chosen<'_>) -> Result<u128, CliError> {
    let mut digest = XxHash3_128::new();
    digest.write(env!("CARGO_PKG_VERSION").as_bytes());
    chosen.add_rules_to(&mut digest);
    for page in pages {
        chosen.add_to(&page.source, &mut digest);
        page.digest(&mut digest, config.network.max_seed_body)?;
    }
    Ok(digest.finish_128())
}

/// Stores what the pages list.
fn list(
    ledger: &mut Ledger,
    run: &Run,
    pages: &[Page],
    config: &Config,
    chosen: &mut Chosen<'_>,
    clock: Clock,
) -> Result<(), CliError> {
    let mut writer = ledger.list(run, clock.now())?;
    listing::list(pages, config.network.max_seed_body, chosen, &mut writer)?;
    writer.finish()?;
    Ok(())
}

/// Queues what is due; what needs no request is settled at once.
fn load(
    engine: &mut Engine<Fetcher, RunMemory>,
    run: &Run,
    config: &Config,
    options: &Options,
    clock: Clock,
) -> Result<(), CliError> {
    let recheck = recheck(config, clock.now(), options.refresh);
    let mut addresses = Addresses::default();
    let mut unasked = Vec::new();
    engine.memory_mut().ledger().due(run, &recheck, &mut |due| {
        let row = due.url;
        let canonical = CanonicalUrl::from_stored(due.canonical);
        if let Some(fault) = due.fault {
            unasked.push((row, canonical, crate::classify::invalid(due.canonical, fault)));
        } else if !due.canonical.starts_with("file:") {
            // A host that fails for one page after another is left alone: they shall not keep the others from being asked.
            if due.failed {
                addresses.push_later(due.canonical, row)
            } else {
                addresses.push(due.canonical, row)
            };
        }
        ControlFlow::Continue(())
    })?;
    for (row, canonical, assessment) in unasked {
        engine.settle_unasked(row, canonical, assessment)?;
    }
    engine.load(addresses)?;
    Ok(())
}

/// Looks for the files that links between files lead to: every time, since looking costs nothing.
fn check_files(engine: &mut Engine<Fetcher, RunMemory>, run: &Run, site: &Site) -> Result<(), CliError> {
    for (row, canonical) in engine.memory_mut().ledger().files(run)? {
        let Ok(address) = canonical.to_url() else { continue };
        let fragments = engine.memory_mut().ledger().mentions(run, row)?.fragments;
        let verdict = site.check(&address, &fragments);
        engine.settle_with_places(row, canonical, verdict.whole, verdict.places)?;
    }
    Ok(())
}
