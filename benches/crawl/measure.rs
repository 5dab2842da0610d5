//! The cost of a whole process: a child of a process that does nothing else, so that the system's sums are its own.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use serde::{Deserialize, Serialize};

use super::Outcome;

/// What one run of a program took.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Cost {
    /// Processor seconds, user and system.
    pub cpu: f64,
    /// Seconds from start to end.
    pub wall: f64,
    /// Most memory resident at once, in megabytes.
    pub peak: f64,
}

/// Runs a program through a measuring process in between.
pub fn measured(program: &str, arguments: &[&str], folder: &Path, environment: &[(&str, &str)]) -> Outcome<Cost> {
    let output = Command::new(std::env::current_exe()?)
        .arg("measure")
        .arg(program)
        .args(arguments)
        .current_dir(folder)
        .envs(environment.iter().copied())
        .stderr(Stdio::inherit())
        .output()?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The measuring process: runs the program and prints what it took.
pub fn report(program: &str, arguments: &[&str]) -> Outcome<()> {
    let start = Instant::now();
    let output = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).output()?;
    let wall = start.elapsed().as_secs_f64();
    // Findings are no failure: 1 with perennial, 2 with lychee.
    if !matches!(output.status.code(), Some(0..=2)) {
        return Err(format!("{program}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)).into());
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    let cpu = seconds(usage.user_time()) + seconds(usage.system_time());
    // Kilobytes, but bytes on Apple systems.
    let unit = if cfg!(target_vendor = "apple") { 1e6 } else { 1e3 };
    let cost = Cost { cpu, wall, peak: usage.max_rss() as f64 / unit };
    writeln!(std::io::stdout(), "{}", serde_json::to_string(&cost)?)?;
    Ok(())
}
