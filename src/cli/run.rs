//! `perennial run`: the main job.

use clap::ValueHint;

use super::choice::Choice;
use super::context::Context;
use super::error::CliError;
use super::exit::Exit;
use super::job::{self, Options};
use super::places::Places;
use crate::config::Flag;

/// Audit resource pages: visit every link, remember what was seen, write the reports
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "Examples:\n  \
    perennial run                             the seeds of config.toml\n  \
    perennial run links.md \"lists/*.csv\"      files and patterns\n  \
    perennial run https://example.org/links   a live page\n  \
    perennial run --depth 2 https://example.org/guide/   a live page and those it leads to\n  \
    perennial run @pages.txt                  the pages named in a file\n  \
    curl -s https://example.org/x | perennial run -")]
pub struct Args {
    /// Files, patterns, folders, `-`, addresses of live pages, or `@FILE` with one of these per line; of the
    /// reports folder only files named themselves are read
    #[arg(value_name = "SEED", value_hint = ValueHint::AnyPath)]
    pub seeds: Vec<String>,
    #[command(flatten)]
    pub places: Places,
    #[command(flatten)]
    pub choice: Choice,
    /// Check every link again, even those that are not due yet
    #[arg(long)]
    pub refresh: bool,
    #[command(flatten)]
    pub further: Further,
}

/// Which further pages are read as lists, beside the live pages among the seeds.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Further pages")]
pub struct Further {
    /// Also read pages of the same site, up to this many links away from a live page
    #[arg(long, value_name = "N")]
    pub depth: Option<String>,
    /// Which pages belong to a live page: folder, host or site
    #[arg(long, value_name = "SCOPE")]
    pub scope: Option<String>,
    /// Read the pages that the site's sitemap names
    #[arg(long)]
    pub sitemap: bool,
    /// Read further pages of a wiki: subpages, category or links
    #[arg(long, value_name = "WHICH")]
    pub wiki_follow: Option<String>,
    /// Read at most this many pages besides each live page
    #[arg(long, value_name = "N")]
    pub max_pages: Option<String>,
}

impl Further {
    fn flags(&self) -> impl Iterator<Item = Flag> {
        let one = |key, name, value: &Option<String>| Some(Flag { key, name, values: vec![value.clone()?] });
        let sitemap = self.sitemap.then(|| "true".to_owned());
        [
            one("follow.depth", "--depth", &self.depth),
            one("follow.scope", "--scope", &self.scope),
            one("follow.sitemap", "--sitemap", &sitemap),
            one("wiki.follow", "--wiki-follow", &self.wiki_follow),
            one("follow.max_pages", "--max-pages", &self.max_pages),
            one("wiki.max_pages", "--max-pages", &self.max_pages),
        ]
        .into_iter()
        .flatten()
    }
}

impl Args {
    fn flags(&self) -> Vec<Flag> {
        let mut flags = self.places.flags();
        flags.extend(self.choice.flags());
        flags.extend(self.further.flags());
        if !self.seeds.is_empty() {
            flags.push(Flag { key: "seeds", name: "SEED", values: self.seeds.clone() });
        }
        flags
    }
}

/// Does the main job.
///
/// # Errors
/// When it cannot be done; findings are no errors.
pub fn run(args: &Args, context: &mut Context) -> Result<Exit, CliError> {
    let config = context.config(&args.flags())?;
    let options = Options {
        refresh: args.refresh,
        exit_zero: args.places.exit_zero,
        only_changed: args.choice.only_changed.clone(),
    };
    job::run(&config, &options, context)
}
