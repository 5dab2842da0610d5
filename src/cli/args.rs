//! What was typed: flags of all verbs, and the verbs themselves. Nothing here does work.

use std::path::PathBuf;

use clap::{ArgAction, Parser, Subcommand, ValueEnum, ValueHint};
use jiff::Timestamp;

use super::context::Context;
use super::environment::Colour;
use super::error::CliError;
use super::exit::Exit;
use super::{demo, explain, extract, fix, generate, links, plan, report, robots, run};

/// Command lines to begin with.
const EXAMPLES: &str = "\
Examples:
  perennial demo                 the whole job against a small faulty web, without a network
  perennial run                  audit the seeds of config.toml and write the reports
  perennial run links.md         audit another list
  perennial plan links.md        what a run would ask, and how long politeness makes it last
  perennial explain http-404     what a verdict means and what to do";

/// What other programs go by.
const EXITS: &str = "\
Exit codes:
  0  nothing to fix
  1  findings that `--mode`, `--fail-on` or a rule of the configuration names
  2  a mistake on the command line or in the configuration
  3  the run cannot be judged: no network, no links, a live page that cannot be read, or interrupted
  4  an internal error, or one of reading and writing";

/// Keeps a list of recommended resources alive: visits every link on a resource page, says which still work and on what
/// evidence, and compiles what each resource is.
#[derive(Debug, Parser)]
#[command(name = "perennial", version, arg_required_else_help = true)]
#[command(max_term_width = 100, after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{EXITS}"))]
pub struct Cli {
    /// Flags of all verbs.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// Flags every verb takes.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Options of all commands")]
pub struct Global {
    /// Configuration to use, instead of the nearest config.toml from here upward [env: PERENNIAL_CONFIG]
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Use no configuration file, only defaults, environment and flags
    #[arg(long, global = true, hide_short_help = true)]
    pub no_config: bool,
    /// Print results and errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say what happens, line by line; given twice, every request with its answer; three times, everything
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// When to use colour
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t, hide_short_help = true)]
    pub color: Colour,
    /// Use no colour, like --color never
    #[arg(long, global = true, conflicts_with = "color", hide_short_help = true)]
    pub no_color: bool,
    /// Show no progress line
    #[arg(long, global = true, hide_short_help = true)]
    pub no_progress: bool,
    /// The moment to judge by, instead of the present one, such as 2026-03-01T00:00:00Z [env: PERENNIAL_NOW]
    #[arg(long, global = true, value_name = "RFC3339", value_parser = parse_moment, hide_short_help = true)]
    pub now: Option<Timestamp>,
    /// Output format
    #[arg(long, global = true, value_enum, value_name = "FORM", default_value_t)]
    pub format: OutputFormat,
}

/// The form results are printed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For reading
    #[default]
    Human,
    /// One JSON document
    Json,
    /// One JSON object per line, where a command lists things
    Jsonl,
}

/// The verbs.
#[derive(Debug, Subcommand)]
#[non_exhaustive]
pub enum Verb {
    /// Audit resource pages: visit every link, remember what was seen, write the reports
    Run(run::Args),
    /// Show what a run would request from each host, and how long politeness makes it last
    Plan(plan::Args),
    /// Write the reports of the latest run again, from the ledger, without using the network
    Report(report::Args),
    /// Print the links found in a list, without using the network
    Links(links::Args),
    /// Print the metadata found in a saved page as JSON, without using the network
    Extract(extract::Args),
    /// Say whether a saved robots.txt allows given addresses, and which line decides
    Robots(robots::Args),
    /// Explain what is known about one address or host, or what a reason or state means and what to do
    Explain(explain::Args),
    /// Repair the lists by the verdicts of the latest run; prints a patch, or changes them with --write
    Fix(fix::Args),
    /// Run the whole job against a small faulty web on this machine; needs no network
    Demo(demo::Args),
    /// Print completions, the manual page, a commented configuration or a JSON Schema
    Generate(generate::Args),
}

impl Verb {
    /// Does what was asked.
    ///
    /// # Errors
    /// When the work could not be done.
    pub fn run(&self, context: &mut Context) -> Result<Exit, CliError> {
        match self {
            Verb::Run(args) => run::run(args, context),
            Verb::Plan(args) => plan::run(args, context),
            Verb::Report(args) => report::run(args, context),
            Verb::Fix(args) => fix::run(args, context),
            Verb::Demo(args) => demo::run(args, context),
            Verb::Explain(args) => explain::run(args, context),
            Verb::Generate(args) => generate::run(args, context),
            Verb::Links(args) => links::run(args, context),
            Verb::Extract(args) => extract::run(args, context),
            Verb::Robots(args) => robots::run(args, context),
        }
    }
}

/// A moment as RFC 3339 writes it.
pub(super) fn parse_moment(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "not a moment such as 2026-03-01T00:00:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
