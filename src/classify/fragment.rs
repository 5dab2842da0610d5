//! What became of a link's fragment.

use super::address::{self, decode};
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
    if is_made_by_script(name) || is_made_by_site(view, name) || replaced {
        return Some(Anchor::Unverifiable);
    }
    Some(match page.fragment_found {
        Some(true) => Anchor::Found,
        // A page that builds itself, or of which only the beginning was read, may still have it.
        _ if page.app_shell || builds_itself(view) || view.answer().is_some_and(Answer::is_cut) => Anchor::Unverifiable,
        // Rendered files are fetched by the page.
        _ if page.site_name.as_deref() == Some("GitLab") => Anchor::Unverifiable,
        Some(false) if page.scripts > 0 && is_in_source(view, name) => Anchor::Unverifiable,
        Some(false) => Anchor::Missing,
        None => Anchor::Unverifiable,
    })
}

/// Fragments that are no names of places: routes, line numbers, places inside a document, state of a script.
fn is_made_by_script(name: &str) -> bool {
    let decoded = decode(name);
    let name = decoded.as_ref();
    let is_line = || {
        let prefixed = || ["lines-", "line-"].iter().find_map(|prefix| name.strip_prefix(prefix));
        let rest = name.strip_prefix(['L', 'l']).filter(|rest| !rest.starts_with("ine")).or_else(prefixed);
        let rest = rest.unwrap_or_default();
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
        "markdown-header-",
        "pako:",
    ];
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || name.contains('=')
        || name.contains('/')
        || is_line()
        || are_lines(name)
        || is_state(name)
}

/// Ranges of lines in a source: `120-135`, `120-135,140`. A date is none, since its month is less than its year.
fn are_lines(name: &str) -> bool {
    let number = |text: &str| if text.len() < 8 { text.parse::<u32>().ok() } else { None };
    name.contains(['-', ','])
        && name.split(',').all(|part| match part.split_once('-') {
            Some((from, to)) => number(from).zip(number(to)).is_some_and(|(from, to)| from <= to),
            None => number(part).is_some(),
        })
}

/// A drawing, a program, a query that a page packs into its address: longer than any name, and not of words.
fn is_state(name: &str) -> bool {
    name.len() > 120 && name.split(['-', '_', '.', ' ']).any(|word| word.len() > 40)
}

/// Names of events that a forge's page loads when it is asked for one.
fn is_made_by_site(view: &View<'_>, name: &str) -> bool {
    let number = || ["event-", "issue-"].iter().find_map(|prefix| name.strip_prefix(prefix));
    address::bare_host(&view.landed) == "github.com"
        && number().is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether the source has an element of that name inside data or a template, which a script may bring to the page:
/// `id="name"`, `"id":"name"`, with quotation marks escaped or not. Elements of the page itself were met when it was read.
fn is_in_source(view: &View<'_>, name: &str) -> bool {
    let Some(answer) = view.answer() else { return false };
    let name = decode(name);
    let source = String::from_utf8_lossy(&answer.body);
    source.match_indices(&*name).any(|(at, _)| {
        let (before, behind) = (&source[..at], &source[at + name.len()..]);
        let before = before.strip_suffix("user-content-").unwrap_or(before);
        let bare = unquoted(before);
        let key = bare.trim_end().strip_suffix(['=', ':']).unwrap_or_default();
        let key = unquoted(key.trim_end());
        bare.len() < before.len()
            && behind.starts_with(['"', '\'', '\\', '&'])
            && key
                .strip_suffix("id")
                .is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_'))
    })
}

/// A text without the quotation mark at its end, however that is escaped.
fn unquoted(text: &str) -> &str {
    let mark = ["\"", "'", "\\u0022", "&quot;", "&#34;"].iter().find_map(|mark| text.strip_suffix(mark));
    mark.unwrap_or(text).trim_end_matches('\\')
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_lines_and_packed_states_are_no_names() {
        let state = format!("pako:{}", "eNpVjsEK".repeat(20));
        let packed = "eNpVjsEK".repeat(20);
        for made in [
            "120-135",
            "120-135,140",
            "12,15",
            "lines-10:20",
            "line-4",
            "L10-L20",
            "markdown-header-install",
            &state,
            &packed,
        ] {
            assert!(is_made_by_script(made), "{made}");
        }
        let slug = "how-do-i-read-the-table-of-the-tides-".repeat(5);
        for name in ["2019-04", "2019-04-01", "120", "linear-algebra", "line", "lines-of-code", "installation", &slug] {
            assert!(!is_made_by_script(name), "{name}");
        }
    }
}
