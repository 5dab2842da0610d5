//! `perennial report`: every report again, from the ledger alone.

use super::context::Context;
use super::error::CliError;
use super::exit::Exit;
use super::job::{self, Options};
use super::output::Output;
use super::places::Places;
use crate::ledger::Ledger;

/// Write the reports of the latest run again, from the ledger, without using the network
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    perennial report                      into the folder of config.toml\n  \
    perennial report --reports elsewhere  into another one\n  \
    perennial report --format json        the audit on standard output as well\n  \
    perennial report --format jsonl       one JSON object for each link, a line each")]
pub struct Args {
    #[command(flatten)]
    places: Places,
}

/// Writes them.
///
/// # Errors
/// When there is no ledger, or a report cannot be written.
pub fn run(args: &Args, context: &mut Context) -> Result<Exit, CliError> {
    let config = context.config(&args.places.flags())?;
    let ledger = Ledger::read(&config.ledger.path)?;
    let output = Output::prepare(&config.reports)?;
    let (audit, reports) = job::write_reports(&config, &ledger, &output)?;
    job::show(context, &audit, reports)?;
    let options = Options { exit_zero: args.places.exit_zero, ..Options::default() };
    Ok(job::exit(&config, &options, &audit, audit.run.partial))
}
