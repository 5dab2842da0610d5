//! `perennial run`: the main job.

use std::path::PathBuf;

use clap::ValueHint;

use super::context::Context;
use super::error::CliError;
use super::exit::Exit;
use super::job::{self, Options};
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
    /// Folder the reports go to
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub reports: Option<PathBuf>,
    /// File that remembers the runs
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ledger: Option<PathBuf>,
    /// States that make the run fail, with commas: dead, suspect, blocked, unsure ...; `none` for none of them
    #[arg(long, value_name = "STATES")]
    pub fail_on: Option<String>,
    /// Ask every link again, also those seen healthy lately
    #[arg(long)]
    pub refresh: bool,
    /// End with 0 also when there are findings, for jobs that upload the reports next
    #[arg(long)]
    pub exit_zero: bool,
}

impl Args {
    fn flags(&self) -> Vec<Flag> {
        let mut flags = Vec::new();
        if !self.seeds.is_empty() {
            flags.push(Flag { key: "seeds", name: "SEED", values: self.seeds.clone() });
        }
        let path = |path: &PathBuf| vec![path.to_string_lossy().into_owned()];
        if let Some(reports) = &self.reports {
            flags.push(Flag { key: "reports.dir", name: "--reports", values: path(reports) });
        }
        if let Some(ledger) = &self.ledger {
            flags.push(Flag { key: "ledger.path", name: "--ledger", values: path(ledger) });
        }
        if let Some(states) = &self.fail_on {
            let states = states.split(',').map(|state| state.trim().to_owned());
            let values = states.filter(|state| !state.is_empty() && state != "none").collect();
            flags.push(Flag { key: "check.fail_on", name: "--fail-on", values });
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
    let options = Options { refresh: args.refresh, exit_zero: args.exit_zero };
    job::run(&config, &options, context)
}
