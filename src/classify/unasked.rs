//! Verdicts reached without a request.

use crate::model::{Assessment, Reason, SuggestionKind};

/// The address cannot be parsed. A repaired form is offered when there is an obvious one.
pub fn invalid(href: &str, why: &str) -> Assessment {
    let verdict = Assessment::new(Reason::UrlInvalid, format!("not a web address: {why}"));
    match super::suggest::repaired(href) {
        Some(repaired) => verdict.with_suggestion(SuggestionKind::Repair, repaired),
        None => verdict,
    }
}
