//! What a wiki says of a link and is no longer true once the link is repaired: `{{dead link}}` behind it, `url-status` in its
//! citation.

use std::ops::Range;

use super::Edit;
use super::beside::end_of_markup;
use super::template::Template;

/// Templates that call the link before them dead.
const DEAD: &[&str] = &["dead link", "deadlink", "dead", "broken link", "brokenlink"];

/// Takes away the template that calls a link dead, with the blanks before it; nothing else behind it is touched.
pub(super) fn called_dead(text: &str, span: &Range<usize>) -> Option<Edit> {
    let end = end_of_markup(text, span)?;
    let start = text.len() - text[end..].trim_start_matches(' ').len();
    if !text[start..].starts_with("{{") {
        return None;
    }
    let template = Template::around(text, start + 2)?;
    // One that holds an address itself is a link of its own.
    let is_mark = DEAD.contains(&template.name(text).as_str()) && !text.get(template.range.clone())?.contains("//");
    is_mark.then(|| Edit { range: end..template.range.end, text: String::new() })
}

/// What is to be changed around a link that now leads to where its resource lives.
pub(super) fn of_living(text: &str, span: &Range<usize>) -> Vec<Edit> {
    let template = Template::around(text, span.start);
    let mut edits = template.map(|template| template.restate(text, span, true)).unwrap_or_default();
    edits.extend(called_dead(text, span));
    edits
}

/// The copy that the citation of a dead link has already, and what that says of the link made true; nothing where it has none.
pub(super) fn of_cited<'t>(text: &'t str, span: &Range<usize>) -> Option<(&'t str, Vec<Edit>)> {
    let template = Template::around(text, span.start)?;
    let copy = template.cited_copy(text, span)?;
    Some((copy, template.restate(text, span, false)))
}
