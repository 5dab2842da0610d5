//! Medians and ratios, as a Markdown table.

use std::fmt;

use super::measure::Cost;

pub const BARE: &str = "bare reqwest loop";
pub const PERENNIAL: &str = "perennial run";
pub const AGAIN: &str = "perennial run, nothing due";
pub const LYCHEE: &str = "lychee";

/// The costs of every contender in every round of one list.
pub struct Table {
    links: u64,
    costs: Vec<(&'static str, Vec<Cost>)>,
}

impl Table {
    pub fn new(links: u64) -> Self {
        Table { links, costs: Vec::new() }
    }

    pub fn add(&mut self, name: &'static str, cost: Cost) {
        match self.costs.iter_mut().find(|(known, _)| *known == name) {
            Some((_, costs)) => costs.push(cost),
            None => self.costs.push((name, vec![cost])),
        }
    }

    fn median(&self, name: &str, part: fn(&Cost) -> f64) -> Option<f64> {
        let (_, costs) = self.costs.iter().find(|(known, _)| *known == name)?;
        let mut values: Vec<f64> = costs.iter().map(part).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    }

    /// The median of the ratios within each round.
    fn ratio(&self, of: &str, to: &str, part: fn(&Cost) -> f64) -> Option<f64> {
        let costs = |name: &str| self.costs.iter().find(|(known, _)| *known == name).map(|(_, costs)| costs);
        let mut ratios: Vec<f64> = costs(of)?.iter().zip(costs(to)?).map(|(a, b)| part(a) / part(b)).collect();
        ratios.sort_by(f64::total_cmp);
        ratios.get(ratios.len() / 2).copied()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rounds = self.costs.iter().map(|(_, costs)| costs.len()).max().unwrap_or_default();
        writeln!(f, "{} links, medians of {rounds} rounds\n", self.links)?;
        writeln!(f, "| program | CPU s | wall s | peak MB |\n| --- | --- | --- | --- |")?;
        for (name, _) in &self.costs {
            let median = |part| self.median(name, part).unwrap_or_default();
            let (cpu, wall, peak) = (median(|cost| cost.cpu), median(|cost| cost.wall), median(|cost| cost.peak));
            writeln!(f, "| {name} | {cpu:.2} | {wall:.2} | {peak:.0} |")?;
        }
        writeln!(f)?;
        let ratios = [
            ("CPU per link, perennial / lychee", self.ratio(PERENNIAL, LYCHEE, |cost| cost.cpu)),
            ("wall, perennial / bare loop", self.ratio(PERENNIAL, BARE, |cost| cost.wall)),
            ("CPU per link, perennial / bare loop", self.ratio(PERENNIAL, BARE, |cost| cost.cpu)),
        ];
        for (what, ratio) in ratios {
            match ratio {
                Some(ratio) => writeln!(f, "{what}: {ratio:.2}")?,
                None => writeln!(f, "{what}: not measured")?,
            }
        }
        Ok(())
    }
}
