//! What a page of a wiki asks of programs that would repair it: `{{nobots}}`, `{{bots|deny=...}}`, `{{cbignore}}`.

use std::ops::Range;

use super::beside::end_of_markup;
use super::template::{Parameter, Template};

/// The name such a template calls this program by.
const OWN: &str = "perennial";

/// Templates that stand between a link and what is said about it.
const BETWEEN: &[&str] = &["dead link", "deadlink", "dead", "webarchive", "wayback"];

/// Whether the page asks to be left alone by programs, or by this one.
pub(super) fn keep_out(text: &str) -> bool {
    let comments = hidden(text, "<!--", "-->");
    let verbatim = hidden(text, "<nowiki>", "</nowiki>");
    memchr::memmem::find_iter(text.as_bytes(), b"{{").any(|at| {
        // Most templates are others, and need not be taken apart.
        let name = text[at + 2..].trim_start();
        let is_close = |word: &str| name.get(..word.len()).is_some_and(|name| name.eq_ignore_ascii_case(word));
        if !(is_close("bots") || is_close("nobots")) || is_among(&comments, at) || is_among(&verbatim, at) {
            return false;
        }
        let Some(template) = Template::around(text, at + 2) else { return false };
        let parameters = template.parameters(text);
        let names = |parameter: &Parameter<'_>, all: &str| {
            text[parameter.value.clone()]
                .split(',')
                .map(str::trim)
                .any(|name| name.eq_ignore_ascii_case(OWN) || name.eq_ignore_ascii_case(all))
        };
        let find = |name: &str| parameters.iter().rfind(|parameter| parameter.name == name);
        match (template.name(text).as_str(), find("deny"), find("allow")) {
            ("bots", Some(deny), _) => names(deny, "all"),
            ("bots", None, Some(allow)) => !names(allow, "all"),
            ("nobots", ..) => true,
            _ => false,
        }
    })
}

/// Whether `{{cbignore}}` stands behind a link or its citation.
pub(super) fn is_kept(text: &str, span: &Range<usize>) -> bool {
    let Some(mut at) = end_of_markup(text, span) else { return false };
    loop {
        let line = text[at..].lines().next().unwrap_or_default();
        let rest = line.trim_start();
        let start = at + line.len() - rest.len();
        if rest.starts_with("</ref>") {
            at = start + "</ref>".len();
            continue;
        }
        if !rest.starts_with("{{") {
            return false;
        }
        let Some(template) = Template::around(text, start + 2) else { return false };
        let name = template.name(text);
        if name == "cbignore" || !BETWEEN.contains(&name.as_str()) {
            return name == "cbignore";
        }
        at = template.range.end;
    }
}

/// The stretches between two marks, in order.
fn hidden(text: &str, open: &str, close: &str) -> Vec<Range<usize>> {
    let mut hidden = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find(open).map(|start| from + start) {
        from = text[start..].find(close).map_or(text.len(), |end| start + end + close.len());
        hidden.push(start..from);
    }
    hidden
}

/// Whether one of the stretches holds a place.
fn is_among(stretches: &[Range<usize>], at: usize) -> bool {
    let before = stretches.partition_point(|stretch| stretch.start <= at);
    before > 0 && at < stretches[before - 1].end
}
