//! What became of a link's fragment.

use super::address::decode;
use super::facts::View;
use super::text;
use crate::model::anchor::Anchor;
use crate::model::exchange::Answer;

/// Whether the place the fragment names is on the page: `None` without a fragment.
pub(super) fn anchor(view: &View<'_>) -> Option<Anchor> {
    let fragment = view.listed().fragment()?;
    let (name, directive) = match fragment.split_once(":~:") {
        Some((name, directive)) => (name, Some(directive)),
        None => (fragment, None),
    };
    let Some(page) = view.page() else {
        return (!name.is_empty() || directive.is_some()).then_some(Anchor::Unverifiable);
    };
    if name.is_empty() {
        return directive.map(|directive| quoted(view, directive));
    }
    if name.eq_ignore_ascii_case("top") {
        return Some(Anchor::Found);
    }
    // A redirect with a fragment of its own takes the reader there instead.
    let replaced = view.landed.fragment().is_some_and(|landed| landed != fragment);
    if is_made_by_script(name) || replaced {
        return Some(Anchor::Unverifiable);
    }
    Some(match page.fragment_found {
        Some(true) => Anchor::Found,
        // A page that builds itself, or of which only the beginning was read, may still have it.
        _ if page.app_shell || builds_itself(view) || view.answer().is_some_and(Answer::is_cut) => Anchor::Unverifiable,
        Some(false) => Anchor::Missing,
        None => Anchor::Unverifiable,
    })
}

/// Fragments that are no names of places: routes, line numbers, places inside a document, state of a script.
fn is_made_by_script(name: &str) -> bool {
    let decoded = decode(name);
    let name = decoded.as_ref();
    let is_line = || {
        let rest = name.strip_prefix(['L', 'l']).or_else(|| name.strip_prefix("line-")).unwrap_or_default();
        rest.starts_with(|c: char| c.is_ascii_digit())
            && rest.chars().all(|c| c.is_ascii_digit() || matches!(c, 'L' | 'C' | 'l' | 'c' | '-' | ',' | ':'))
    };
    const PREFIXES: &[&str] = &[
        "/",
        "!",
        "?",
        "issuecomment-",
        "discussion_r",
        "discussioncomment-",
        "pullrequestreview-",
        "diff-",
        "commitcomment-",
        "note_",
        "comment-",
        "page=",
        "nameddest=",
        "zoom=",
        "view=",
        "search=",
        "t=",
        "xywh=",
        "gid=",
        "map=",
        "slide=",
        "slide-id",
        "svgView",
        "@",
        "gs.",
        "cite_note",
    ];
    PREFIXES.iter().any(|prefix| name.starts_with(prefix)) || name.contains('=') || name.contains('/') || is_line()
}

/// Little text and many scripts: what a reader sees is made in the browser.
fn builds_itself(view: &View<'_>) -> bool {
    view.page().is_some_and(|page| page.scripts > 0 && page.all_words < 60)
}

/// A text directive (`text=prefix-,start,end,-suffix`): browsers ignore one that matches nothing, so it is never missing.
fn quoted(view: &View<'_>, directive: &str) -> Anchor {
    let shown = view.seen().text();
    let found = directive.split('&').filter_map(|part| part.strip_prefix("text=")).any(|value| {
        let start = value.split(',').find(|part| !part.ends_with('-') && !part.starts_with('-')).unwrap_or_default();
        let start = text::fold(&decode(start), 300);
        !start.is_empty() && shown.contains(&start)
    });
    if found { Anchor::Found } else { Anchor::Unverifiable }
}
