//! How fast long lists are read: `cargo bench --bench read` has `perennial links` read a list of 50 MB in Markdown and one
//! in HTML, as a whole process, and `lychee --dump` beside it where that is installed.

#[path = "../crawl/measure.rs"]
mod measure;

use std::error::Error;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use measure::measured;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Bytes of a list.
const LIST: usize = 50_000_000;

/// Links under one heading.
const SECTION: usize = 500;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["measure", program, rest @ ..] => measure::report(program, rest),
        // `cargo test --benches` only asks whether it starts.
        ["--test"] => Ok(()),
        _ => compare(),
    }
}

fn compare() -> Outcome<()> {
    let folder = TempDir::new()?;
    let mut out = std::io::stdout();
    writeln!(out, "{:<26} {:>4} {:>8} {:>8} {:>8} {:>8}", "", "MB", "wall s", "CPU s", "MB/s", "peak MB")?;
    let lychee = Command::new("lychee").arg("--version").stdout(Stdio::null()).status().is_ok();
    for (name, list) in [("one.md", in_one_list()), ("many.md", in_sections()), ("list.html", in_html())] {
        std::fs::write(folder.path().join(name), &list)?;
        let megabytes = list.len() as f64 / 1e6;
        drop(list);
        let ours: (&str, &str, &[&str]) =
            ("perennial links", env!("CARGO_BIN_EXE_perennial"), &["links", "--no-config", "--format", "jsonl"]);
        let theirs: (&str, &str, &[&str]) = ("lychee --dump", "lychee", &["--dump"]);
        for (label, program, arguments) in [ours, theirs].into_iter().take(1 + usize::from(lychee)) {
            report(&format!("{label} {name}"), program, &[arguments, &[name]].concat(), folder.path(), megabytes)?;
        }
    }
    Ok(())
}

fn report(label: &str, program: &str, arguments: &[&str], folder: &Path, megabytes: f64) -> Outcome<()> {
    let cost = measured(program, arguments, folder, &[])?;
    let speed = megabytes / cost.wall;
    writeln!(
        std::io::stdout(),
        "{label:<26} {megabytes:>4.0} {:>8.2} {:>8.2} {speed:>8.1} {:>8.0}",
        cost.wall,
        cost.cpu,
        cost.peak
    )?;
    Ok(())
}

/// A list whose items follow each other without end.
fn in_one_list() -> String {
    filled(|text, number| {
        let _ = writeln!(
            text,
            "- [Report {number}](http://h{}.test/{number}) on water and roads, of the year",
            number % 5_000
        );
    })
}

/// A list with a heading now and then.
fn in_sections() -> String {
    filled(|text, number| {
        if number % SECTION == 0 {
            let _ = write!(text, "\n## Part {}\n\n", number / SECTION);
        }
        let _ = writeln!(
            text,
            "- [Report {number}](http://h{}.test/{number}) on water and roads, of the year",
            number % 5_000
        );
    })
}

fn in_html() -> String {
    let items = filled(|text, number| {
        let _ = writeln!(
            text,
            "<li><a href=\"http://h{}.test/{number}\">Report {number}</a> on water and roads, of the year</li>",
            number % 5_000
        );
    });
    format!("<!doctype html><title>Reports</title><main><h1>Reports</h1><ul>\n{items}</ul></main>")
}

/// As many entries as fill a list.
fn filled(entry: impl Fn(&mut String, usize)) -> String {
    let mut text = String::with_capacity(LIST + 200);
    for number in 0.. {
        if text.len() >= LIST {
            break;
        }
        entry(&mut text, number);
    }
    text
}
