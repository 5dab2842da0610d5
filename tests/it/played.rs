//! A web on loopback beside a folder to work in, and the program at work there.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use perennial::demo::{Playing, Web, play};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::house::{bare, write};

/// The time of every run: it stands still, so that reports can be compared.
pub const NOW: &str = "2026-03-01T00:00:00Z";
/// What takes longer has hung.
const PATIENCE: Duration = Duration::from_secs(120);

/// A web being played.
pub struct Played {
    pub playing: Playing,
    // Dropped after what runs on it.
    _runtime: Runtime,
}

impl Played {
    /// Plays scenarios.
    pub fn new(scenarios: &[Value]) -> Self {
        let lines: Vec<String> = scenarios.iter().map(Value::to_string).collect();
        let web = Web::from_jsonl(&lines.join("\n")).expect("a web");
        let runtime = Runtime::new().expect("a runtime");
        Played { playing: runtime.block_on(play(web)).expect("played"), _runtime: runtime }
    }

    /// A folder with a list of these links and a configuration that leads into the web; `more` goes below its
    /// `[politeness]`.
    pub fn desk(&self, list: &str, more: &str) -> TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        write(&folder, "list.txt", list);
        self.configure(&folder, more);
        folder
    }

    /// Writes the configuration of a folder anew.
    pub fn configure(&self, folder: &TempDir, more: &str) {
        write(folder, "root.pem", self.playing.root_certificate_pem());
        let network = self.playing.network_settings(&folder.path().join("root.pem"));
        let config = format!("seeds = ['list.txt']\n[network]\n{network}[politeness]\n{more}");
        write(folder, "config.toml", config);
    }

    /// Listed addresses that were asked for since the log had so many entries.
    pub fn asked_since(&self, entries: usize) -> impl Iterator<Item = String> {
        self.playing
            .requests()
            .into_iter()
            .skip(entries)
            .map(|request| format!("http://{}{}", request.host, request.target))
    }

    /// Waits until so many requests have come, or the program has ended by itself.
    pub fn wait_for(&self, requests: u64, working: &mut Working) {
        working.wait_until(|| self.playing.request_count() >= requests);
    }
}

/// The program at work; it does not outlive the test.
pub struct Working(pub Child);

impl Working {
    /// Starts `perennial run` in a folder, at a time that stands still.
    pub fn start(folder: &TempDir) -> Self {
        let mut command = bare();
        command.current_dir(folder).args(["run", "--now", NOW]).stdout(Stdio::null()).stderr(Stdio::null());
        Working(command.spawn().expect("the program starts"))
    }

    /// Whether it has come to its end.
    pub fn has_ended(&mut self) -> bool {
        self.0.try_wait().expect("a child").is_some()
    }

    /// Waits until something has come about, or it has ended by itself.
    pub fn wait_until(&mut self, mut has_come: impl FnMut() -> bool) {
        let begun = Instant::now();
        while !has_come() && !self.has_ended() {
            assert!(begun.elapsed() < PATIENCE, "what is waited for does not come");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("gone");
    }

    /// Its exit code, once it has come to its end.
    pub fn code(&mut self) -> i32 {
        let begun = Instant::now();
        while !self.has_ended() {
            assert!(begun.elapsed() < PATIENCE, "the program hangs");
            std::thread::sleep(Duration::from_millis(1));
        }
        self.0.wait().expect("gone").code().expect("an exit code")
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
