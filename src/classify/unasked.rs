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

/// robots.txt refuses the address, by the line given with its number.
pub fn disallowed(line: Option<(usize, &str)>) -> Assessment {
    let evidence = match line {
        Some((number, text)) => format!("the site's robots.txt asks robots to stay out (line {number}: {text})"),
        None => "the site's robots.txt asks robots to stay out".to_owned(),
    };
    Assessment::new(Reason::RobotsDisallowed, evidence)
}

/// robots.txt could not be had, so nothing may be asked (RFC 9309, 2.3.1.4); the text says why.
pub fn robots_unreachable(why: &str) -> Assessment {
    Assessment::new(
        Reason::RobotsUnreachable,
        format!("robots.txt could not be read ({why}), so the page was not asked"),
    )
}

/// The configuration leaves the address out; the text is the reason given there.
pub fn excluded(because: Option<&str>) -> Assessment {
    let evidence = match because {
        Some(because) => format!("left out by the configuration: {because}"),
        None => "left out by the configuration".to_owned(),
    };
    Assessment::new(Reason::Excluded, evidence)
}

/// The address has a scheme that is not asked, such as `mailto`.
pub fn scheme_unsupported(scheme: &str) -> Assessment {
    Assessment::new(Reason::SchemeUnsupported, format!("`{scheme}` addresses are not asked"))
}

/// The budget of requests was spent before its turn.
pub fn budget_spent() -> Assessment {
    Assessment::new(Reason::BudgetSpent, "the budget of requests was spent before its turn")
}

/// The run ended before its turn.
pub fn not_reached() -> Assessment {
    Assessment::new(Reason::NotReached, "the run ended before its turn")
}
