//! `perennial generate`: what packagers and newcomers need, made from the program itself.

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::Cli;
use super::context::Context;
use super::error::CliError;
use super::exit::Exit;
use super::manual;
use crate::config;
use crate::report::audit_schema;

const EXAMPLES: &str = "\
Examples:
  perennial generate config > config.toml
  perennial generate completions bash > ~/.local/share/bash-completion/completions/perennial
  perennial generate man > perennial.1";

/// What `perennial generate` was asked for.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Completions for a shell
    Completions {
        /// The shell to complete in
        shell: Shell,
    },
    /// The manual page, in roff
    Man,
    /// A configuration with every key, its default and what it means
    Config,
    /// The JSON Schema of audit.json
    Schema,
}

/// Prints it.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &Args, context: &mut Context) -> Result<Exit, CliError> {
    let mut bytes = Vec::new();
    match args.what {
        What::Completions { shell } => clap_complete::generate(shell, &mut Cli::command(), "perennial", &mut bytes),
        What::Config => bytes.extend_from_slice(config::COMMENTED.as_bytes()),
        What::Schema => bytes.extend_from_slice(format!("{:#}", audit_schema::schema()).as_bytes()),
        What::Man => manual::write(&mut bytes).map_err(CliError::output)?,
    }
    context.console.print(&String::from_utf8_lossy(&bytes))?;
    Ok(Exit::Clean)
}
