//! argv to verbs: one file per verb, each with its arguments and a `run`.
//!
//! The way through: [`Environment`] is captured once by `main`, [`args`] mirrors what was typed, [`Context`] joins the two,
//! the verb does its work and names an [`Exit`]. A new verb is a file with `Args` and `run`, its `mod` line here, and its
//! two lines in [`args::Verb`].

pub mod args;
mod changed;
mod choice;
pub mod console;
pub mod context;
mod copies;
mod demo;
pub mod environment;
pub mod error;
pub mod exit;
mod explain;
mod extract;
mod fix;
mod gather;
mod generate;
mod input;
pub mod interrupt;
mod job;
mod links;
mod listing;
mod live;
mod logging;
mod manual;
mod notices;
pub mod output;
mod places;
mod plan;
mod references;
mod report;
mod rewrite;
mod robots;
mod run;
mod seeds;
mod signs;
mod start;
mod untidy;

use std::any::Any;
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
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
    // A panic is our mistake and never the fault of a page: it ends like any other error, and asks to be reported.
    let outcome = catch_unwind(AssertUnwindSafe(|| cli.verb.run(&mut context)))
        .unwrap_or_else(|panic| Err(CliError::bug(panic_message(panic.as_ref()))));
    let flushed = context.console.flush();
    match (outcome, flushed) {
        // Whoever stopped reading still learns how it ended.
        (Ok(exit), Err(error)) if error.is_silent() => exit,
        (Ok(exit), Ok(())) => exit,
        (Ok(_), Err(error)) | (Err(error), _) => context.console.report(&error),
    }
}

/// What was said by whoever panicked; the place has been printed by then.
fn panic_message(panic: &(dyn Any + Send)) -> String {
    let said = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let said = said.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("internal error: {}", said.unwrap_or_else(|| "unknown".to_owned()))
}
