//! What every job that asks the network starts with: a runtime to work on, and a client.

use std::future::Future;
use std::thread::JoinHandle;

use super::error::CliError;
use crate::config::Network;
use crate::fetch::Fetcher;

/// Does work on a runtime of its own.
///
/// # Errors
/// Those of the work, or when the system gives us no threads.
pub fn on_runtime<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::failure("cannot start the runtime").because(error))?;
    let done = runtime.block_on(work);
    // Tasks that still hang on a name server or a proxy must not keep a person waiting.
    runtime.shutdown_background();
    done
}

/// Whoever asks the web, under construction: the certificates of a system are many files, which are read while something else
/// is done.
pub struct Client(JoinHandle<Result<Fetcher, CliError>>);

impl Client {
    /// Begins to build it, by the settings of a person.
    ///
    /// # Errors
    /// When the system gives us no thread.
    pub fn begin(network: &Network) -> Result<Self, CliError> {
        let network = network.clone();
        let building = std::thread::Builder::new().spawn(move || client(&network));
        building.map(Client).map_err(|error| CliError::failure("cannot start a thread").because(error))
    }

    /// Waits for it.
    ///
    /// # Errors
    /// When the settings contradict each other or name what is not there.
    pub fn end(self) -> Result<Fetcher, CliError> {
        self.0.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

fn client(network: &Network) -> Result<Fetcher, CliError> {
    Fetcher::new(network).map_err(|error| {
        CliError::usage("requests cannot be made with these settings").because(error).help("look under [network]")
    })
}
