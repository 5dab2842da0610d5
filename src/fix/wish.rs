//! What should become of each link, by the verdicts on them.

use std::collections::HashMap;

use url::Url;

use super::Why;
use crate::classify;
use crate::model::audit::LinkRecord;
use crate::model::{CanonicalUrl, Link, Reason, State, Suggestion, SuggestionKind};

/// What should become of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Another address in its place.
    Replace {
        /// Why.
        why: Why,
        /// The address.
        url: String,
    },
    /// A copy beside it, or in its place where the format has no room beside.
    Archive {
        /// The copy.
        url: String,
        /// The day it was made.
        day: String,
    },
}

/// What should become of the links of a run.
#[derive(Clone, Debug, Default)]
pub struct Wishes(HashMap<(String, String), Wish>);

impl Wishes {
    /// What the verdicts ask for, of these kinds.
    pub fn of(links: &[LinkRecord], kinds: &[Why]) -> Self {
        let wanted = links.iter().filter_map(|link| {
            let wish = wish(link, kinds)?;
            Some(((link.url.clone(), link.canonical.clone()), wish))
        });
        Wishes(wanted.collect())
    }

    /// How many addresses something should become of.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What should become of a link as it is read now.
    pub(super) fn of_link(&self, link: &Link) -> Option<&Wish> {
        // A comment that keeps a link from being checked keeps it from being changed too.
        if link.left_out.is_some() {
            return None;
        }
        let canonical = match link.url() {
            Some(url) => CanonicalUrl::new(url).as_str().to_owned(),
            None => link.href.clone(),
        };
        self.0.get(&(link.href.clone(), canonical))
    }
}

fn wish(link: &LinkRecord, kinds: &[Why]) -> Option<Wish> {
    let suggested = |kind| link.suggestions.iter().find(move |suggestion: &&Suggestion| suggestion.kind == kind);
    let replace = |why: Why, url: &str| {
        (kinds.contains(&why) && url != link.url).then(|| Wish::Replace { why, url: url.to_owned() })
    };
    match link.state {
        State::Moved => {
            let listed = Url::parse(&link.canonical).ok()?;
            let target = Url::parse(&suggested(SuggestionKind::Redirect)?.url).ok()?;
            // Whether it is the same resource under another domain is for a person to say.
            if link.reason == Reason::CrossDomainMove || !classify::is_fit(&listed, &target) {
                return None;
            }
            let why = if classify::is_secure_twin(&listed, &target) { Why::Secure } else { Why::Moved };
            replace(why, target.as_str())
        }
        State::Dead => {
            if let Some(repaired) = suggested(SuggestionKind::Repair) {
                return replace(Why::Repaired, &repaired.url);
            }
            let copy = suggested(SuggestionKind::Archive).filter(|_| kinds.contains(&Why::Archived))?;
            let day = copy.copy.map(|copied| copied.at.strftime("%Y-%m-%d").to_string())?;
            Some(Wish::Archive { url: copy.url.clone(), day })
        }
        State::Ok => secured(link)
            .and_then(|url| replace(Why::Secure, url.as_str()))
            .or_else(|| untracked(link).and_then(|url| replace(Why::Untracked, url.as_str()))),
        State::Suspect | State::Blocked | State::Unsure | State::Skipped => None,
    }
}

/// The same address over https, where the visit ended there.
fn secured(link: &LinkRecord) -> Option<Url> {
    let listed = Url::parse(&link.canonical).ok()?;
    let landed = Url::parse(link.final_url.as_deref()?).ok()?;
    if !classify::is_secure_twin(&listed, &landed) {
        return None;
    }
    let mut secure = landed;
    let written = Url::parse(&link.url).ok();
    secure.set_fragment(written.as_ref().and_then(Url::fragment));
    Some(secure)
}

/// The address without what tells where its readers come from.
fn untracked(link: &LinkRecord) -> Option<Url> {
    crate::classify::untracked(&Url::parse(&link.url).ok()?)
}
