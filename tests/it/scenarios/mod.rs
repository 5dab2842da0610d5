//! Every scenario played over real sockets, DNS answers and TLS, audited by the binary, and scored.
//!
//! `cargo test --test it scenarios -- --nocapture` prints the table and every verdict that lost points. With
//! `PERENNIAL_SCENARIOS=FILE` that file is played as well.

mod score;
mod stage;

use std::io::Write;
use std::path::{Path, PathBuf};

use perennial::demo::parse_jsonl;

use score::Score;

/// Families in which every verdict must be right, or at least one the scenario also accepts.
const SETTLED: &[&str] = &["http", "rate", "srv", "cdn", "redir", "dns", "tcp", "tls", "url"];
/// Share of all points that must be reached.
const LEAST_SHARE: f64 = 0.95;
/// Verdicts "dead" on links that are alive, walled or not to be told.
const MOST_FALSE_ALARMS: usize = 0;

/// Plays a file of scenarios and holds its score to the bounds above.
fn hold(path: &Path) {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let scenarios = parse_jsonl(&text).expect("scenarios");
    let outcomes = stage::play_all(&scenarios);
    let score = Score::new(&scenarios, &outcomes);
    let losses = score.losses();
    let _ = writeln!(std::io::stdout(), "{}\n{}\n{losses}", path.display(), score.table());

    assert_eq!(score.false_alarms(), MOST_FALSE_ALARMS, "false alarms\n{losses}");
    let wrong = score.wrong_in(SETTLED);
    assert!(wrong.is_empty(), "wrong in settled families: {wrong:?}\n{losses}");
    assert!(score.share() >= LEAST_SHARE, "only {:.1} % of the points\n{losses}", score.share() * 100.0);
}

fn ours(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios").join(name)
}

#[test]
fn the_collected_scenarios_get_their_labels() {
    hold(&ours("scenarios.jsonl"));
}

#[test]
fn our_own_scenarios_get_their_labels() {
    hold(&ours("own.jsonl"));
}

#[test]
fn a_named_file_gets_its_labels() {
    if let Some(path) = std::env::var_os("PERENNIAL_SCENARIOS") {
        hold(Path::new(&path));
    }
}
