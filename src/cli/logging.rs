//! What `-v` shows: the rooms' own account of what happens, line by line on standard error.

use tracing_subscriber::EnvFilter;

use super::console;
use super::context::Context;

/// Starts the log for as many `-v` as were given; without one nothing is logged.
pub(super) fn start(context: &Context) {
    let directives = match context.verbose {
        0 => return,
        1 => "perennial=info",
        2 => "perennial=debug",
        _ => "trace",
    };
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(directives))
        .with_ansi(context.console.err_has_colour())
        .with_target(context.verbose > 2)
        .without_time()
        .with_writer(console::log_writer)
        .finish();
    // Only the first command line of a process can set it; a second one logs to the same place anyway.
    drop(tracing::subscriber::set_global_default(subscriber));
}
