//! Points and violations, by family.

use std::collections::BTreeMap;
use std::fmt::Write;

use perennial::demo::scenario::{Expected, Scenario};

use super::stage::Outcome;

/// What one scenario came to.
struct Line<'a> {
    scenario: &'a Scenario,
    outcome: &'a Outcome,
    points: u32,
    violation: Option<Violation>,
    /// What else went wrong: runs, anchor, suggestion, requests.
    misses: Vec<String>,
}

/// Directions in which a verdict can be wrong beyond doubt.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Violation {
    /// Alive, walled or not to be told, and called dead.
    FalseAlarm,
    /// Rotten or walled, and called alive.
    MissedRot,
    Other,
}

#[derive(Default)]
struct Sum {
    scenarios: u32,
    points: u32,
    false_alarms: u32,
    missed_rot: u32,
    others: u32,
    misses: usize,
}

pub struct Score<'a> {
    lines: Vec<Line<'a>>,
}

impl<'a> Score<'a> {
    /// Scores outcomes given in the order of the scenarios.
    pub fn new(scenarios: &'a [Scenario], outcomes: &'a [Outcome]) -> Self {
        let lines = scenarios
            .iter()
            .zip(outcomes)
            .filter_map(|(scenario, outcome)| Some(line(scenario, scenario.expected.as_ref()?, outcome)))
            .collect();
        Score { lines }
    }

    /// Points reached of those to be had.
    pub fn share(&self) -> f64 {
        let points: u32 = self.lines.iter().map(|line| line.points).sum();
        f64::from(points) / f64::from(2 * u32::try_from(self.lines.len()).unwrap_or(u32::MAX).max(1))
    }

    pub fn false_alarms(&self) -> usize {
        self.lines.iter().filter(|line| line.violation == Some(Violation::FalseAlarm)).count()
    }

    /// Scenarios of these families that got no points at all.
    pub fn wrong_in(&self, families: &[&str]) -> Vec<&str> {
        let wrong = self.lines.iter().filter(|line| line.points == 0);
        wrong.map(|line| line.scenario.id.as_str()).filter(|id| families.contains(&family(id))).collect()
    }

    /// One row per family, and the sum.
    pub fn table(&self) -> String {
        let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
        for line in &self.lines {
            for name in [family(&line.scenario.id), "~total"] {
                sums.entry(name).or_default().add(line);
            }
        }
        let mut text = format!(
            "{:8} {:>9} {:>7} {:>4} {:>6} {:>12} {:>10} {:>6} {:>6}\n",
            "family", "scenarios", "points", "of", "%", "false alarms", "missed rot", "others", "misses"
        );
        for (name, sum) in sums {
            let most = 2 * sum.scenarios;
            let _ = writeln!(
                text,
                "{:8} {:>9} {:>7} {:>4} {:>6.1} {:>12} {:>10} {:>6} {:>6}",
                name.trim_start_matches('~'),
                sum.scenarios,
                sum.points,
                most,
                100.0 * f64::from(sum.points) / f64::from(most.max(1)),
                sum.false_alarms,
                sum.missed_rot,
                sum.others,
                sum.misses,
            );
        }
        text
    }

    /// Every scenario that lost something.
    pub fn losses(&self) -> String {
        let mut text = String::new();
        for line in self.lines.iter().filter(|line| line.points < 2 || !line.misses.is_empty()) {
            let expected = line.scenario.expected.as_ref().map_or("", |expected| expected.health.as_str());
            let last = line.outcome.runs.last();
            let _ = writeln!(
                text,
                "{:10} {} {:7} wanted {:7} {:24} {}{}",
                line.scenario.id,
                line.points,
                last.map_or("-", |run| run.label),
                expected,
                last.map_or("no record", |run| run.reason.as_str()),
                line.scenario.description,
                line.misses.iter().map(|miss| format!(" [{miss}]")).collect::<String>(),
            );
        }
        text
    }
}

impl Sum {
    fn add(&mut self, line: &Line<'_>) {
        self.scenarios += 1;
        self.points += line.points;
        self.misses += line.misses.len();
        match line.violation {
            Some(Violation::FalseAlarm) => self.false_alarms += 1,
            Some(Violation::MissedRot) => self.missed_rot += 1,
            Some(Violation::Other) => self.others += 1,
            None => {}
        }
    }
}

/// `http-002` belongs to `http`.
fn family(id: &str) -> &str {
    id.split('-').next().unwrap_or(id)
}

fn line<'a>(scenario: &'a Scenario, expected: &Expected, outcome: &'a Outcome) -> Line<'a> {
    let last = outcome.runs.last();
    let label = last.map_or("none", |run| run.label);
    let points = match label {
        label if label == expected.health => 2,
        label if expected.also_ok.iter().any(|other| other == label) => 1,
        _ => 0,
    };
    let violation = expected.must_not.iter().any(|other| other == label).then(|| direction(&expected.health, label));
    Line { scenario, outcome, points, violation, misses: misses(expected, outcome) }
}

fn direction(health: &str, label: &str) -> Violation {
    match (health, label) {
        ("alive" | "blocked" | "unsure", "dead") => Violation::FalseAlarm,
        ("suspect" | "dead" | "blocked", "alive") => Violation::MissedRot,
        _ => Violation::Other,
    }
}

fn misses(expected: &Expected, outcome: &Outcome) -> Vec<String> {
    let mut misses = Vec::new();
    for (index, wanted) in expected.by_run.iter().enumerate() {
        let got = outcome.runs.get(index).map_or("none", |run| run.label);
        if wanted != "any" && wanted != got {
            misses.push(format!("run {}: {got}, wanted {wanted}", index + 1));
        }
    }
    let Some(last) = outcome.runs.last() else { return misses };
    if let Some(wanted) = &expected.anchor
        && last.anchor.as_ref() != Some(wanted)
    {
        misses.push(format!("anchor {}, wanted {wanted}", last.anchor.as_deref().unwrap_or("unknown")));
    }
    if let Some(wanted) = &expected.suggest
        && !last.suggestions.contains(wanted)
    {
        misses.push(format!("suggests {:?}, wanted {wanted}", last.suggestions));
    }
    let most = outcome.runs.iter().map(|run| run.requests).max().unwrap_or_default();
    if let Some(cap) = expected.max_requests.filter(|cap| most > *cap) {
        misses.push(format!("{most} requests, at most {cap}"));
    }
    misses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::stage::Verdict;

    fn scored(health: &str, must_not: &str, also_ok: &str, label: &'static str) -> (u32, usize, String) {
        let text = format!(
            r#"{{"id":"x-1","expected":{{"health":"{health}","must_not":["{must_not}"],"also_ok":["{also_ok}"],"anchor":"found"}}}}"#
        );
        let scenarios: Vec<Scenario> = vec![serde_json::from_str(&text).expect("a scenario")];
        let verdict = Verdict { label, reason: String::new(), anchor: None, suggestions: Vec::new(), requests: 1 };
        let outcomes = [Outcome { runs: vec![verdict] }];
        let score = Score::new(&scenarios, &outcomes);
        (score.lines[0].points, score.false_alarms(), score.lines[0].misses.join("; "))
    }

    #[test]
    fn points_and_violations_follow_the_rules() {
        assert_eq!(scored("alive", "dead", "unsure", "alive").0, 2);
        assert_eq!(scored("alive", "dead", "unsure", "unsure").0, 1);
        assert_eq!(scored("alive", "dead", "unsure", "dead"), (0, 1, "anchor unknown, wanted found".to_owned()));
        assert_eq!(scored("suspect", "alive", "", "alive").1, 0, "missed rot is no false alarm");
    }
}
