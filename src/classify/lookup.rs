//! Second opinions: small requests beside the page that settle what the page itself leaves open.

use url::Url;

use super::facts::Facts;
use crate::model::Assessment;
use crate::model::exchange::Exchange;

/// A request worth making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookupPlan {
    /// Id of the rule that wants it.
    pub rule: String,
    /// The address to ask, redirects followed as for any link.
    pub url: Url,
}

/// What such a request brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup {
    /// Id of the rule that wanted it.
    pub rule: String,
    /// The address asked.
    pub url: Url,
    /// What happened.
    pub exchange: Exchange,
}

/// The requests that would add certainty to a verdict. Made under the same rules of politeness as any; a failing one is
/// handed back all the same.
pub fn plan_lookups(_facts: &Facts<'_>, _verdict: &Assessment) -> Vec<LookupPlan> {
    Vec::new()
}
