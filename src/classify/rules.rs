//! The order of the rules, and what is added to the verdict they reach.

use super::address::decode;
use super::facts::{Facts, View};
use super::lookup::LookupPlan;
use super::probe::ProbePlan;
use super::{alive, content, drift, fragment, landing, lookup, probe, status, suggest, tables, transport};
use crate::model::anchor::Anchor;
use crate::model::assessment::Note;
use crate::model::exchange::Answer;
use crate::model::{Assessment, Confidence, Reason, State, SuggestionKind};

type Rule = fn(&View<'_>) -> Option<Assessment>;

/// First match wins. What can explain an answer away stands before what believes it.
const RULES: &[Rule] = &[
    lookup::settled,
    landing::private,
    transport::impossible,
    landing::bounce,
    transport::failure,
    tables::wall,
    tables::tombstone,
    status::status,
    content::broken_body,
    landing::robot_check,
    landing::login,
    landing::gate,
    landing::marketplace,
    landing::foreign_script,
    tables::page,
    probe::sibling,
    landing::error_page,
    landing::search,
    landing::home_or_ancestor,
    landing::other_domain,
    drift::takeover,
    drift::stranger,
    content::moved_note,
    content::missing_marker,
    content::missing_text,
    content::type_mismatch,
    content::empty,
    content::shell,
    drift::drift,
    alive::alive,
];

/// Requests that would make a verdict surer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Questions {
    /// Side lookups.
    pub lookups: Vec<LookupPlan>,
    /// An address that should not exist, or the site's front page.
    pub probe: Option<ProbePlan>,
}

impl Questions {
    /// Whether nothing is to be asked.
    pub fn is_empty(&self) -> bool {
        self.lookups.is_empty() && self.probe.is_none()
    }
}

/// The verdict the facts lead to.
pub fn assess(facts: &Facts<'_>) -> Assessment {
    View::new(facts).map_or_else(not_asked, |view| verdict(&view))
}

/// The verdict the facts lead to, and what would make it surer. `random` chooses the letters of an address that should
/// not exist.
pub fn judge(facts: &Facts<'_>, random: u64) -> (Assessment, Questions) {
    let Some(view) = View::new(facts) else { return (not_asked(), Questions::default()) };
    let verdict = verdict(&view);
    let questions = Questions {
        lookups: lookup::plan_lookups(facts, &verdict),
        probe: probe::when_to_probe(&view, &verdict, random).or_else(|| probe::when_to_ask_the_root(facts, &verdict)),
    };
    (verdict, questions)
}

fn not_asked() -> Assessment {
    Assessment::new(Reason::NotReached, "it was not asked")
}

fn verdict(view: &View<'_>) -> Assessment {
    let verdict = RULES.iter().find_map(|rule| rule(view)).unwrap_or_else(|| {
        Assessment::new(Reason::UnknownStatus, "the answer is of no known kind").with_confidence(Confidence::Low)
    });
    finish(view, verdict)
}

/// Adds notes, anchor and suggestions.
fn finish(view: &View<'_>, mut verdict: Assessment) -> Assessment {
    if verdict.state.is_alive() {
        verdict.notes = notes(view);
        if verdict.notes.contains(&Note::Paywalled) && verdict.state == State::Ok {
            verdict.reason = Reason::OkPaywalled;
        }
        verdict.anchor = fragment::anchor(view);
        if verdict.anchor == Some(Anchor::Missing) {
            let fragment = view.listed().fragment().unwrap_or_default();
            let mut missing = Assessment::new(
                Reason::AnchorMissing,
                format!("the page is there, but nothing on it is named “{}”", super::text::excerpt(&decode(fragment))),
            );
            missing.also = vec![verdict.reason];
            missing.notes = verdict.notes;
            missing.anchor = verdict.anchor;
            verdict = missing;
        }
        if let Some(target) = suggest::redirect_target(view) {
            verdict = verdict.with_suggestion(SuggestionKind::Redirect, target);
        }
    } else if matches!(verdict.state, State::Dead | State::Suspect) {
        let repair =
            suggest::unquoted(view.listed()).filter(|_| verdict.state == State::Dead && verdict.suggestions.is_empty());
        if let Some(repair) = repair {
            verdict = verdict.with_suggestion(SuggestionKind::Repair, repair);
        }
    }
    lookup::enrich(view, &mut verdict);
    verdict
}

fn notes(view: &View<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    let scheme_of = |url: &str| url.split(':').next().unwrap_or_default().to_ascii_lowercase();
    if view.landed.scheme() == "http" {
        notes.push(Note::InsecureHttp);
    }
    if view.exchange.hops.len() > 4 {
        notes.push(Note::LongChain);
    }
    if view.was_redirected() && !view.is_permanent() {
        notes.push(Note::TemporaryRedirect);
    }
    if view.steps().any(|(hop, next)| scheme_of(&hop.url) == "https" && scheme_of(&next.url) == "http") {
        notes.push(Note::HttpsDowngrade);
    }
    if view.exchange.hops.last().is_some_and(|hop| hop.elapsed_ms > 5_000) {
        notes.push(Note::Slow);
    }
    if view.answer().is_some_and(Answer::is_cut) {
        notes.push(Note::TruncatedBody);
    }
    notes.extend(tables::notes(view));
    notes
}
