//! argv to verbs: one file per verb, each with its arguments and a `run`.
//!
//! The way through: [`Environment`] is captured once by `main`, [`args`] mirrors what was typed, [`Context`] joins the two,
//! the verb does its work and names an [`Exit`]. A new verb is a file with `Args` and `run`, its `mod` line here, and its
//! two lines in [`args::Verb`].

pub mod args;
pub mod console;
pub mod context;
pub mod environment;
pub mod error;
pub mod exit;
mod generate;
pub mod interrupt;
mod logging;
pub mod output;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

pub use console::Console;
pub use context::Context;
pub use environment::Environment;
pub use error::CliError;
pub use exit::Exit;

/// Runs one command line from beginning to end and says how it went. Nothing global is kept, so tests can call it often.
pub fn run(argv: impl IntoIterator<Item = OsString>, environment: Environment) -> ExitCode {
    let argv: Vec<OsString> = argv.into_iter().collect();
    let mut console = Console::new(&environment, context::early_colour(&argv));
    let exit = match args::Cli::try_parse_from(&argv) {
        Ok(cli) => dispatch(&cli, environment, console),
        Err(error) => console.usage(&error),
    };
    exit.into()
}

/// From typed arguments to the exit of their verb; every error ends here.
fn dispatch(cli: &args::Cli, environment: Environment, console: Console) -> Exit {
    let mut context = match Context::new(&cli.global, environment, console) {
        Ok(context) => context,
        Err((error, mut console)) => return console.report(&error),
    };
    logging::start(&context);
    let outcome = cli.verb.run(&mut context);
    let flushed = context.console.flush();
    match outcome.and_then(|exit| flushed.map(|()| exit)) {
        Ok(exit) => exit,
        Err(error) => context.console.report(&error),
    }
}
