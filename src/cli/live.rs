//! The text of live pages, for those who repair a page where it lives.

use url::Url;

use super::context::Context;
use super::error::CliError;
use super::gather::{Page, gather};
use super::interrupt;
use super::seeds::Source;
use super::start::{Client, on_runtime};
use crate::config::{Config, Follow, Wiki, WikiFollow};
use crate::crawl::memory::RunMemory;
use crate::crawl::{Clock, Engine, Policy};
use crate::ledger::Ledger;

/// Reads live pages, under the same politeness as a run, and follows none of their links. A wiki is asked for the text of
/// its page too.
///
/// # Errors
/// When a page cannot be read, or the ledger fails.
pub fn pages(urls: Vec<Url>, config: &Config, context: &mut Context) -> Result<Vec<Page>, CliError> {
    let config = Config {
        follow: Follow { depth: 0, sitemap: false, ..config.follow.clone() },
        wiki: Wiki { text: true, follow: WikiFollow::Nothing, ..config.wiki.clone() },
        ..config.clone()
    };
    let client = Client::begin(&config.network)?;
    let ledger = Ledger::open(&config.ledger.path)?;
    on_runtime(async {
        let (listener, messenger) = context.listener();
        let stop = interrupt::listen(messenger)?;
        let fetcher = client.end()?;
        let clock = Clock::starting_at(context.now);
        let mut engine = Engine::new(fetcher, RunMemory::new(ledger), Policy::new(&config), clock, listener);
        gather(&config, urls.into_iter().map(Source::Page).collect(), &mut engine, stop).await
    })
}
