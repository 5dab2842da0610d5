//! `perennial demo`: the whole main job against a small faulty web on this machine.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueHint;

use super::context::Context;
use super::error::CliError;
use super::exit::Exit;
use super::job::{self, Options};
use crate::config::Config;
use crate::demo::{self, Demonstration, Playing};

/// Run the whole job against a small faulty web on this machine; needs no network
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder the demonstration's reports go to
    #[arg(long, value_name = "DIR", default_value = "reports/demo", value_hint = ValueHint::DirPath)]
    pub reports: PathBuf,
}

/// Plays the web, runs the job on it, and leaves the reports.
///
/// # Errors
/// When the web cannot be played or the job cannot be done. Findings are what a demonstration is for: they fail nothing.
pub fn run(args: &Args, context: &mut Context) -> Result<Exit, CliError> {
    let fault = |what: &str, error: std::io::Error| CliError::failure(what.to_owned()).because(error);
    let folder = tempfile::tempdir().map_err(|error| fault("cannot make a temporary folder", error))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| fault("cannot start the runtime", error))?;
    let Demonstration { web, seeds } =
        demo::demonstration().map_err(|error| CliError::bug("the demonstration cannot be read").because(error))?;
    let hosts = web.hosts().count();
    let playing = runtime.block_on(demo::play(web)).map_err(|error| {
        CliError::failure("the demonstration's web cannot be played on this machine").because(error)
    })?;
    let root = folder.path().join("root.pem");
    std::fs::write(&root, playing.root_certificate_pem())
        .map_err(|error| fault("cannot write a certificate", error))?;
    let mut named = Vec::new();
    for seed in &seeds {
        let path = folder.path().join(seed.name);
        std::fs::write(&path, seed.bytes).map_err(|error| fault("cannot write a resource page", error))?;
        named.push(seed.name.to_owned());
    }
    context
        .console
        .say(&format!("Playing {hosts} hosts with the faults of the web on this machine; nothing leaves it.\n"));
    let config = config(&playing, folder.path(), &root, named, args);
    let options = Options { exit_zero: true, ..Options::default() };
    let exit = job::run(&config, &options, context)?;
    drop(playing);
    runtime.shutdown_background();
    Ok(exit)
}

/// Settings that lead into the played web and make its slowness short.
fn config(playing: &Playing, folder: &Path, root: &Path, seeds: Vec<String>, args: &Args) -> Config {
    let mut config = Config { seeds, seed_folder: folder.to_owned(), ..Config::default() };
    let network = &mut config.network;
    network.dns_servers = vec![playing.dns_server()];
    network.port_map = [(80, playing.http_port()), (443, playing.https_port())].into();
    network.allow_private_addresses = true;
    network.extra_ca_file = Some(root.to_owned());
    network.dns_timeout = Duration::from_secs(1);
    network.connect_timeout = Duration::from_secs(2);
    network.first_byte_timeout = Duration::from_millis(1500);
    network.idle_timeout = Duration::from_millis(1500);
    network.request_timeout = Duration::from_secs(3);
    let politeness = &mut config.politeness;
    politeness.requests_per_second = 20.0;
    politeness.confirm_after = Duration::from_millis(300);
    politeness.max_retry_after = Duration::from_secs(3);
    politeness.retries = 1;
    config.archive.endpoint = "http://archive.example".to_owned();
    config.archive.requests_per_second = 20.0;
    config.ledger.path = folder.join("demo.ledger");
    config.reports.dir.clone_from(&args.reports);
    config
}
