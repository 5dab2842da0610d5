//! What hostile pages and lists cost: `cargo bench --bench bombs` runs the program against each, as a whole process, and
//! fails when one costs more memory or processor time than it may. The web is played on loopback.

#[path = "../crawl/measure.rs"]
mod measure;
mod pages;

use std::error::Error;
use std::io::Write;
use std::path::Path;

use perennial::demo::{Web, play};
use tempfile::TempDir;

use measure::measured;
use pages::Bomb;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["measure", program, rest @ ..] => measure::report(program, rest),
        // `cargo test --benches` only asks whether it starts.
        ["--test"] => Ok(()),
        wanted => explode(wanted),
    }
}

/// Sets off every page, or the pages and lists whose names hold one of the words.
fn explode(wanted: &[&str]) -> Outcome<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let mut out = std::io::stdout();
    writeln!(out, "{:<34} {:>8} {:>8} {:>8} {:>8}  verdict", "", "peak MB", "at most", "CPU s", "at most")?;
    let mut exceeded = Vec::new();
    for bomb in pages::all() {
        // Large lists take minutes, and are measured when asked for: `cargo bench --bench bombs -- list`.
        if !(wanted.iter().any(|word| bomb.name.contains(word)) || wanted.is_empty() && bomb.asked) {
            continue;
        }
        let playing = runtime.block_on(play(Web::from_jsonl(&bomb.web.to_string())?))?;
        let folder = TempDir::new()?;
        let home = folder.path();
        std::fs::write(home.join(bomb.list.0), &bomb.list.1)?;
        std::fs::write(home.join("root.pem"), playing.root_certificate_pem())?;
        std::fs::write(home.join("config.toml"), settings(&playing.network_settings(&home.join("root.pem")), &bomb))?;
        let cost = measured(env!("CARGO_BIN_EXE_perennial"), &["run", "--quiet", "--no-progress"], home, &[])?;
        let fits = cost.peak < bomb.most_megabytes && cost.cpu < bomb.most_seconds;
        writeln!(
            out,
            "{:<34} {:>8.1} {:>8.0} {:>8.2} {:>8.0}  {}",
            bomb.name,
            cost.peak,
            bomb.most_megabytes,
            cost.cpu,
            bomb.most_seconds,
            if fits { verdict(home)? } else { "TOO MUCH".to_owned() }
        )?;
        if !fits {
            exceeded.push(bomb.name);
        }
    }
    if exceeded.is_empty() { Ok(()) } else { Err(format!("too much: {}", exceeded.join(", ")).into()) }
}

fn settings(network: &str, bomb: &Bomb) -> String {
    let skip = if bomb.asked { "" } else { "[[rule]]\nurl = '*'\nskip = true\n" };
    format!(
        "seeds = ['{}']\n[network]\n{network}[politeness]\nrequests_per_second = 1000.0\nconfirm_after = \"0s\"\n{skip}",
        bomb.list.0
    )
}

/// What the audit says about the first link.
fn verdict(home: &Path) -> Outcome<String> {
    let audit: serde_json::Value = serde_json::from_slice(&std::fs::read(home.join("reports/audit.json"))?)?;
    let link = &audit["links"][0];
    let word = |key: &str| link[key].as_str().unwrap_or("none").to_owned();
    Ok(format!("{} ({})", word("state"), word("reason")))
}
