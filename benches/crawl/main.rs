//! How fast a whole audit is, beside a bare client and, where it is installed, lychee: one generated web, one list, one
//! after another in each round.
//!
//! `cargo bench --bench crawl` measures lists of 1,000 and 10,000 links; `cargo bench --bench crawl -- --rounds 7 100000`
//! another. Every program is measured as a whole process; the web is played by a process of its own and not counted.

mod bare;
mod measure;
mod queue;
mod table;

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use perennial::demo::{Generated, Web, play};
use serde_json::{Value, json};
use tempfile::TempDir;

use measure::{Cost, measured};
use table::Table;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Hosts of the web.
const HOSTS: u64 = 100;
/// Addresses queued at once where only the queue is measured.
const QUEUED: &str = "1000000";
/// Connections at the same time, for every program alike.
const CONCURRENCY: usize = 128;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve"] => serve(),
        ["bare", list, port] => bare::run(Path::new(list), port.parse()?, CONCURRENCY),
        ["queue", count] => {
            queue::run(count.parse()?);
            Ok(())
        }
        ["measure", program, rest @ ..] => measure::report(program, rest),
        // `cargo test --benches` only asks whether it starts.
        ["--test"] => Ok(()),
        ["--rounds", rounds, sizes @ ..] => compare(rounds.parse()?, sizes),
        sizes => compare(5, sizes),
    }
}

/// Plays the web until its standard input ends; its first line says where.
fn serve() -> Outcome<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let playing = runtime.block_on(play(Web::default().with_generated(Generated::new(HOSTS))))?;
    let root = std::env::temp_dir().join(format!("perennial-bench-{}.pem", std::process::id()));
    std::fs::write(&root, playing.root_certificate_pem())?;
    let place = json!({"http": playing.http_port(), "network": playing.network_settings(&root)});
    writeln!(std::io::stdout(), "{place}")?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    std::fs::remove_file(root)?;
    Ok(())
}

/// A web played by another process.
struct Server {
    child: Child,
    place: Value,
}

impl Server {
    fn start() -> Outcome<Self> {
        let mut child =
            Command::new(std::env::current_exe()?).arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output of the server")?).read_line(&mut line)?;
        Ok(Server { child, place: serde_json::from_str(&line)? })
    }

    fn port(&self) -> String {
        self.place["http"].to_string()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn compare(rounds: usize, sizes: &[&str]) -> Outcome<()> {
    let sizes = if sizes.is_empty() { &["1000", "10000"] } else { sizes };
    let server = Server::start()?;
    for size in sizes {
        let links: u64 = size.parse()?;
        let folder = TempDir::new()?;
        let list = folder.path().join("links.txt");
        let text: String = Generated::new(HOSTS).links(links).map(|link| link + "\n").collect();
        std::fs::write(&list, text)?;
        let mut table = Table::new(links);
        for round in 0..rounds {
            for contender in Contender::all() {
                let home = folder.path().join(format!("{round}"));
                if let Some(cost) = contender.run(&server, &list, &home)? {
                    table.add(contender.name(), cost);
                }
            }
        }
        writeln!(std::io::stdout(), "{table}")?;
    }
    let ourselves = std::env::current_exe()?.display().to_string();
    let queued = measured(&ourselves, &["queue", QUEUED], &std::env::temp_dir(), &[])?;
    writeln!(std::io::stdout(), "{QUEUED} addresses queued on {} hosts: {:.0} MB", queue::HOSTS, queued.peak)?;
    Ok(())
}

/// What is measured, in the order of a round.
#[derive(Clone, Copy)]
enum Contender {
    Bare,
    Perennial,
    /// The same list again: what was healthy is not due.
    Again,
    Lychee,
}

impl Contender {
    fn all() -> [Contender; 4] {
        [Contender::Bare, Contender::Perennial, Contender::Again, Contender::Lychee]
    }

    fn name(self) -> &'static str {
        match self {
            Contender::Bare => table::BARE,
            Contender::Perennial => table::PERENNIAL,
            Contender::Again => table::AGAIN,
            Contender::Lychee => table::LYCHEE,
        }
    }

    /// `None` for a program that is not installed.
    fn run(self, server: &Server, list: &Path, home: &Path) -> Outcome<Option<Cost>> {
        std::fs::create_dir_all(home)?;
        let list = list.display().to_string();
        match self {
            Contender::Bare => {
                let ourselves = std::env::current_exe()?.display().to_string();
                measured(&ourselves, &["bare", &list, &server.port()], home, &[]).map(Some)
            }
            Contender::Perennial | Contender::Again => {
                let config = home.join("config.toml");
                std::fs::write(&config, settings(&server.place))?;
                let arguments = ["run", &list, "--config", "config.toml", "--quiet", "--no-progress"];
                measured(env!("CARGO_BIN_EXE_perennial"), &arguments, home, &[]).map(Some)
            }
            Contender::Lychee => {
                let Some(lychee) = installed("lychee") else { return Ok(None) };
                let concurrency = CONCURRENCY.to_string();
                // As fast as it can be told to be: without its usual pause between two requests to a host.
                let arguments = [
                    "--no-progress",
                    "--max-concurrency",
                    &concurrency,
                    "--host-concurrency",
                    "8",
                    "--host-request-interval",
                    "0ms",
                    "--max-retries",
                    "0",
                    &list,
                ];
                // It cannot be given a name server; as a proxy the web answers for every host.
                let proxy = format!("http://127.0.0.3:{}", server.port());
                measured(&lychee.display().to_string(), &arguments, home, &[("http_proxy", &proxy)]).map(Some)
            }
        }
    }
}

/// As a user runs it, all reports on, without limits per host.
fn settings(place: &Value) -> String {
    format!(
        "[network]\nconcurrency = {CONCURRENCY}\n{}[politeness]\nrequests_per_second = 100000.0\nper_host_concurrency = 8\n\
         retries = 0\nconfirm_after = \"0s\"\n",
        place["network"].as_str().unwrap_or_default()
    )
}

fn installed(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}
