//! The content was seen: here or elsewhere.

use super::facts::View;
use super::{address, suggest};
use crate::model::{Assessment, Confidence, Reason};

/// The last rule: nothing spoke against the answer.
pub(super) fn alive(view: &View<'_>) -> Option<Assessment> {
    let answer = view.answer()?;
    let landed = view.landed.as_str();
    if view.is_permanent() && !same_address(view) {
        // A site that tells missing pages from others sends nobody elsewhere by mistake.
        let is_meant = view.heading_is_listed() && view.probe_is_honest();
        let because = match is_meant {
            true => ", under the title the list gives it",
            false if suggest::is_general(view) => ", but does not mention what the list names",
            false => "",
        };
        let moved = |reason, what: &str| {
            let verdict = Assessment::new(reason, format!("{what} {landed}, which answers {}{because}", answer.status));
            if is_meant { verdict.with_confidence(Confidence::Certain) } else { verdict }
        };
        let (one, other) = (view.listed(), &view.landed);
        let verdict =
            if view.steps().any(|(hop, _)| hop.via.is_some_and(|via| via != crate::model::exchange::Via::Location)) {
                moved(Reason::MovedStub, "a page that only forwards leads to")
            } else if address::registrable(one) != address::registrable(other) {
                moved(Reason::CrossDomainMove, "moved permanently to another domain:")
            } else if one.path() == other.path() && one.query() == other.query() && one.host() == other.host() {
                moved(Reason::MovedScheme, "moved permanently to")
            } else if one.path() == other.path() && one.query() == other.query() {
                moved(Reason::MovedHost, "moved permanently to")
            } else {
                moved(Reason::MovedPermanent, "moved permanently to")
            };
        return Some(verdict);
    }
    let Some(_) = view.page() else { return Some(document(view)) };
    let verified = view.is_verified();
    let what = match view.title() {
        "" => "a page without a title".to_owned(),
        title => format!("a page titled “{}”", super::text::excerpt(title)),
    };
    let way = if view.was_redirected() { format!("leads to {landed}, which answers") } else { "answers".to_owned() };
    let reason = if verified { Reason::OkVerified } else { Reason::OkPlain };
    let because = match verified {
        true if view.is_as_before() => ", as in an earlier run",
        true => ", under the title the list gives it",
        false => "",
    };
    Some(Assessment::new(reason, format!("{way} {} with {what}{because}", answer.status)))
}

fn document(view: &View<'_>) -> Assessment {
    let media_type = view.media_type();
    let size = view.seen().bytes;
    let status = view.status();
    let shown = if media_type.is_empty() { "no declared type" } else { media_type };
    let is_api = media_type.ends_with("json") || media_type.ends_with("xml");
    let reason = match media_type {
        _ if is_api => Reason::OkApi,
        "text/html" | "application/xhtml+xml" | "text/plain" | "" => Reason::OkPlain,
        _ => Reason::OkBinary,
    };
    Assessment::new(reason, format!("answers {status} with a document ({shown}, {size} bytes read)"))
}

/// Whether the chain ended at the listed address, fragment aside.
pub(super) fn same_address(view: &View<'_>) -> bool {
    let strip = |url: &url::Url| {
        let mut url = url.clone();
        url.set_fragment(None);
        url
    };
    strip(view.listed()) == strip(&view.landed)
}
