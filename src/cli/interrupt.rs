//! Ctrl-C, and the polite request of a build server to end: the first one stops admitting work, the second leaves at once.

use std::io;

use tokio::sync::watch;

use super::console::Messenger;
use super::error::CliError;
use super::exit::Exit;

/// What a person is told after the first one.
const STOPPING: &str = "finishing what is in flight; press Ctrl-C again to leave at once";

/// Starts to listen, on the runtime it is called on. The value becomes `true` when the work is to end; whoever works
/// looks at it before taking up something new. Everything stored by then stays stored.
///
/// # Errors
/// When the system gives us no signals.
pub fn listen(tell: Messenger) -> Result<watch::Receiver<bool>, CliError> {
    let mut signals = Signals::new().map_err(|error| CliError::failure("cannot listen to signals").because(error))?;
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        signals.next().await;
        tell(STOPPING);
        // Nobody looks any more when the work has just ended by itself.
        let _ = stop.send(true);
        signals.next().await;
        leave();
    });
    Ok(stopped)
}

/// The one place that leaves without tidying up: the ledger is whole after any end, and a second Ctrl-C means now.
#[expect(clippy::exit, reason = "a second Ctrl-C means now")]
fn leave() -> ! {
    std::process::exit(i32::from(Exit::Unjudgeable.code()))
}

/// The signals that ask us to end.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// The signals that ask us to end.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Signals)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            // No signal can come: wait for ever rather than stop a run nobody asked to stop.
            std::future::pending::<()>().await;
        }
    }
}
