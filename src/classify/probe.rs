//! The sibling probe: what does the host answer for an address that cannot exist?

use serde::{Deserialize, Serialize};
use url::Url;

use super::facts::Facts;
use crate::model::exchange::Exchange;
use crate::model::{Assessment, PageFacts};

/// A probe worth making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbePlan {
    /// The address that should not exist.
    pub url: Url,
    /// Probes with the same key answer for each other: host, folder and kind of page.
    pub key: String,
}

/// What an address that should not exist answers, in a form that can be kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// The address asked.
    pub asked: String,
    /// What came.
    pub outcome: Outcome,
}

/// Outcomes of a probe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// 404 or 410: the server tells the truth about missing pages.
    Honest,
    /// A wall, a failure, a sign-in: says nothing.
    Inconclusive,
    /// A page, as if it existed.
    Page(Box<Sibling>),
}

/// The page a probe got.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sibling {
    /// Where the chain ended.
    pub final_url: String,
    /// Requests it took.
    pub hops: usize,
    /// What the page says.
    pub page: PageFacts,
}

/// Whether an address that should not exist is worth asking for, and which. `random` chooses its letters.
pub fn when_to_probe(_facts: &Facts<'_>, _verdict: &Assessment, _random: u64) -> Option<ProbePlan> {
    None
}

/// Reads the outcome of a probe.
pub fn read_probe(plan: &ProbePlan, _exchange: &Exchange, _page: Option<&PageFacts>) -> Probe {
    Probe { asked: plan.url.to_string(), outcome: Outcome::Inconclusive }
}
