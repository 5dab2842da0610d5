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
    perennial run @pages.txt                  the pages named in a file\n  \
    curl -s https://example.org/x | perennial run -")]
pub struct Args {
    /// Files, patterns, folders, `-`, addresses of live pages, or `@FILE` with one of these a line
    #[arg(value_name = "SEED", value_hint = ValueHint::AnyPath)]
    pub seeds: Vec<String>,
    #[command(flatten)]
    pub places: Places,
    #[command(flatten)]
    pub choice: Choice,
    /// Ask every link again, also those seen healthy lately
    #[arg(long)]
    pub refresh: bool,
}

impl Args {
    fn flags(&self) -> Vec<Flag> {
        let mut flags = self.places.flags();
        flags.extend(self.choice.flags());
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
