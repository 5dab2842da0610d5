//! Flags that the verbs which write reports have in common.

use clap::ValueHint;

use crate::config::Flag;

/// Where runs are remembered, where reports go, and what makes the command fail.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Places {
    /// Folder the reports go to
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub reports: Option<String>,
    /// File that remembers the runs
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ledger: Option<String>,
    /// What this is for: `ci` fails on dead links; `pr` on links that are new in the list and dead or very doubtful;
    /// `audit` on nothing; `strict` on everything that is not plainly alive
    #[arg(long, value_name = "MODE")]
    pub mode: Option<String>,
    /// States or reasons that end with exit code 1, separated by commas: dead, suspect, blocked, unsure, http-404 ...; `none` for
    /// none of them
    #[arg(long, value_name = "VERDICTS")]
    pub fail_on: Option<String>,
    /// Exit with 0 even when there are findings, for jobs that upload the reports next
    #[arg(long)]
    pub exit_zero: bool,
}

impl Places {
    /// The settings they make.
    pub fn flags(&self) -> Vec<Flag> {
        let one = |key, name, value: &Option<String>| Some(Flag { key, name, values: vec![value.clone()?] });
        let states = |states: &String| {
            let named = states.split(',').map(|state| state.trim().to_owned()).filter(|state| !state.is_empty());
            let mut values: Vec<String> = named.collect();
            if values.is_empty() {
                // No list of none: what means nothing is refused.
                values.push(String::new());
            }
            Flag { key: "check.fail_on", name: "--fail-on", values }
        };
        let flags = [
            one("reports.dir", "--reports", &self.reports),
            one("ledger.path", "--ledger", &self.ledger),
            one("check.mode", "--mode", &self.mode),
            self.fail_on.as_ref().map(states),
        ];
        flags.into_iter().flatten().collect()
    }
}
