//! From seeds to resource pages that are ready to be read: files wait, live pages are fetched, and what they lead to is
//! gathered in rounds, under the same politeness as everything.

mod map;
mod page;
mod site;
mod trail;
mod verdict;
mod wiki;

use std::collections::HashSet;
use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use url::Url;

pub use page::{Page, WIKITEXT};

use super::error::CliError;
use super::seeds::{self, Source};
use crate::config::{Config, WikiFollow};
use crate::crawl::memory::RunMemory;
use crate::crawl::{Engine, FetchedSeed};
use crate::fetch::Fetcher;
use crate::model::audit::Partial;
use crate::model::exchange::{Answer, Ending, Failure};
use crate::model::{CanonicalUrl, Notice};
use crate::politeness::retry_after::requested_pause;
use crate::report::escape;
use map::MapTrail;
use site::SiteTrail;
use trail::{Got, Trail, Wish};
use wiki::WikiTrail;

/// Bytes of pages kept until they are read, beside the seeds themselves.
const MAX_HELD: usize = 256 << 20;

/// Gathers the pages of a run, each seed followed by what it led to.
///
/// # Errors
/// When a seed cannot be read, or the ledger fails.
pub async fn gather(
    config: &Config,
    sources: Vec<Source>,
    engine: &mut Engine<Fetcher, RunMemory>,
    stop: watch::Receiver<bool>,
) -> Result<Vec<Page>, CliError> {
    let mut pages = open(config, sources, engine, stop.clone()).await?;
    let mut read = Read::default();
    for page in &pages {
        read.note_page(page);
    }
    let mut trails: Vec<Begun> = Vec::new();
    for (seed, page) in pages.iter().enumerate() {
        let begun = trails_from(page, config);
        trails.extend(begun.into_iter().map(|trail| Begun { seed, trail, pages: Vec::new() }));
    }
    walk(&mut trails, &mut read, config, engine, stop).await?;
    for begun in &mut trails {
        begun.trail.finish(&mut pages[begun.seed]);
    }
    let mut gathered = Vec::with_capacity(pages.len());
    for (seed, page) in pages.into_iter().enumerate() {
        gathered.push(page);
        for begun in trails.iter_mut().filter(|begun| begun.seed == seed) {
            gathered.append(&mut begun.pages);
        }
    }
    Ok(gathered)
}

/// A trail from a seed, and the pages found on it.
struct Begun {
    seed: usize,
    trail: Box<dyn Trail>,
    pages: Vec<Page>,
}

/// Pages that are read, or will be, so that none is read twice.
#[derive(Debug, Default)]
struct Read {
    addresses: HashSet<CanonicalUrl>,
    held: usize,
}

impl Read {
    /// Whether an address is new; it is known from now on.
    fn is_new(&mut self, url: &Url) -> bool {
        self.addresses.insert(CanonicalUrl::new(url))
    }

    fn note_page(&mut self, page: &Page) {
        if let Source::Page(url) = &page.source {
            self.is_new(url);
        }
        if let Some(base) = &page.base {
            self.is_new(base);
        }
    }

    /// Takes in what came for an address, when it is a page in HTML that lies within bounds and is not read already by the
    /// address it has in the end.
    fn admit(&mut self, url: &Url, got: Got, within: impl FnOnce(&Url) -> bool) -> Result<Option<Page>, NoRoom> {
        if !got.is_html() {
            return Ok(None);
        }
        let (Ok(body), Some(landed)) = (got.body, got.landed) else { return Ok(None) };
        if !within(&landed) || (landed != *url && !self.is_new(&landed)) {
            return Ok(None);
        }
        self.held = self.held.saturating_add(body.len());
        if self.held > MAX_HELD {
            return Err(NoRoom);
        }
        Ok(Some(Page { named: false, ..Page::live(url.clone(), Some(landed), got.content_type, &body) }))
    }
}

/// There is no room for the content of a page, nor for that of any other.
#[derive(Debug)]
struct NoRoom;

/// The trails a page may be the beginning of.
fn trails_from(page: &Page, config: &Config) -> Vec<Box<dyn Trail>> {
    let mut trails: Vec<Box<dyn Trail>> = Vec::new();
    let wiki = config.wiki.text || config.wiki.follow != WikiFollow::Nothing;
    if let Some(trail) = wiki.then(|| WikiTrail::from(page, &config.wiki)).flatten() {
        trails.push(Box::new(trail));
    }
    if let Some(trail) = config.follow.sitemap.then(|| MapTrail::from(page, &config.follow)).flatten() {
        trails.push(Box::new(trail));
    }
    let at_once = config.politeness.per_host_concurrency.saturating_mul(4);
    if let Some(trail) = SiteTrail::from(page, &config.follow, at_once) {
        trails.push(Box::new(trail));
    }
    trails
}

/// Goes on along all trails, round by round, until none leads further.
async fn walk(
    trails: &mut [Begun],
    read: &mut Read,
    config: &Config,
    engine: &mut Engine<Fetcher, RunMemory>,
    stop: watch::Receiver<bool>,
) -> Result<(), CliError> {
    loop {
        let mut asked: Vec<(usize, Url)> = Vec::new();
        let mut pause = Duration::ZERO;
        for (position, begun) in trails.iter_mut().enumerate() {
            let wish: Wish = begun.trail.wish(read);
            pause = pause.max(wish.pause);
            asked.extend(wish.urls.into_iter().map(|url| (position, url)));
        }
        if asked.is_empty() {
            return Ok(());
        }
        tokio::select! {
            () = tokio::time::sleep(pause.min(config.politeness.max_retry_after)) => {}
            () = stopped(stop.clone()) => return Err(interrupted()),
        }
        let urls = asked.iter().map(|(_, url)| url.clone()).collect();
        let outcomes = engine.fetch_seeds(urls, stopped(stop.clone())).await?;
        match engine.stopped() {
            Some(Partial::NoNetwork) => return Err(unreadable("further pages", "this machine has no network")),
            Some(_) => return Err(interrupted()),
            None => {}
        }
        for ((position, url), outcome) in asked.into_iter().zip(outcomes) {
            let begun = &mut trails[position];
            let found = begun.trail.take(&url, got(outcome, false), read);
            begun.pages.extend(found);
        }
    }
}

/// What became of a request for a seed, or for what one leads to.
fn got(outcome: Option<FetchedSeed>, is_seed: bool) -> Got {
    let Some(seed) = outcome else { return Got::failed("it was never asked") };
    let landed = seed.exchange.final_url().and_then(|url| Url::parse(url).ok()).unwrap_or_else(|| seed.url.clone());
    if let Some(answer) = seed.exchange.answer().filter(|answer| is_success(answer) && !answer.truncated) {
        // What a wiki answers to programs, or a sitemap, tells its readers itself whether it is one.
        let is_judged = is_seed || seed.page.is_some();
        let stranger = || is_judged.then(|| verdict::stranger(&seed, answer, &landed)).flatten();
        if let Some(why) = verdict::cut(answer).or_else(stranger) {
            return Got::failed(why);
        }
    }
    match seed.exchange.ending {
        Ending::Answer(answer) if is_success(&answer) && !answer.truncated => Got {
            landed: Some(landed),
            content_type: answer.headers.get("content-type").map(std::borrow::Cow::into_owned),
            pause: requested_pause(&answer.headers),
            body: Ok(answer.body),
            unasked: false,
        },
        Ending::Answer(answer) if answer.truncated => {
            Got::failed("it is larger than max_seed_body under [network] allows")
        }
        Ending::Answer(answer) => Got::failed(format!("it answered {}", answer.status)),
        Ending::Failure(failure) => Got {
            unasked: matches!(failure, Failure::Other(_)),
            ..Got::failed(crate::report::words::failure_in_full(&failure))
        },
    }
}

fn is_success(answer: &Answer) -> bool {
    (200..300).contains(&answer.status)
}

/// Ends when the person asks the run to end.
pub async fn stopped(mut stop: watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        // Nobody listens any more, so nobody can ask.
        std::future::pending::<()>().await;
    }
}

/// Fetches the live pages among the seeds; files wait until they are read.
async fn open(
    config: &Config,
    sources: Vec<Source>,
    engine: &mut Engine<Fetcher, RunMemory>,
    stop: watch::Receiver<bool>,
) -> Result<Vec<Page>, CliError> {
    let live = |source: &Source| match source {
        Source::Page(url) => Some(url.clone()),
        Source::Stdin | Source::File { .. } => None,
    };
    let urls: Vec<_> = sources.iter().filter_map(live).collect();
    let mut fetched = if urls.is_empty() { Vec::new() } else { fetch(engine, urls, stopped(stop)).await? };
    let mut fetched = fetched.drain(..);
    let mut pages = Vec::with_capacity(sources.len());
    for source in sources {
        let page = match &source {
            Source::Page(url) => {
                let got = match (fetched.next().flatten(), engine.stopped()) {
                    (None, Some(Partial::NoNetwork)) => Got::failed("this machine has no network"),
                    (None, _) => Got::failed("the run was interrupted"),
                    (outcome, _) => got(outcome, true),
                };
                let url = url.clone();
                match got.body {
                    Ok(body) => Page::live(url, got.landed, got.content_type, &body),
                    Err(why) => return Err(unreadable(url.as_str(), &why)),
                }
            }
            Source::Stdin => {
                let bytes = seeds::read(&source, config.network.max_seed_body)?;
                Page::new(source, Some(bytes))
            }
            Source::File { .. } => Page::new(source, None),
        };
        pages.push(page);
    }
    Ok(pages)
}

async fn fetch(
    engine: &mut Engine<Fetcher, RunMemory>,
    urls: Vec<Url>,
    interrupt: impl Future<Output = ()>,
) -> Result<Vec<Option<FetchedSeed>>, CliError> {
    Ok(engine.fetch_seeds(urls, interrupt).await?)
}

fn unreadable(name: &str, why: &str) -> CliError {
    CliError::unjudgeable(format!("the resource page {name} cannot be read: {}", escape::terminal(why))).help(
        "open it in a browser, and name the address that shows the list, or save it and name the file; reports and ledger \
         are left as they were",
    )
}

fn interrupted() -> CliError {
    CliError::unjudgeable("interrupted while further pages were gathered")
        .help("reports and ledger are left as they were; fewer pages are followed with --max-pages")
}

/// A notice about a page that is passed over.
fn passed_over(seed: &str, what: &str, why: &str) -> Notice {
    Notice::about(seed, format!("{what} is not read: {why}"))
}
