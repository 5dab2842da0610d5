//! Templates: citations and addresses that give links; everything else is no text.

use std::borrow::Cow;
use std::ops::Range;

use super::Wiki;
use super::ends::written_length;
use super::inline::Mode;
use super::opaque::{Stretch, stretches};
use crate::html::decode_closed;
use crate::seed::tree::{Address, mark};

/// Templates that say something about a link beside them, and neither text nor links of the list.
const SILENT: &[&str] = &[
    "dead link",
    "deadlink",
    "dead",
    "webarchive",
    "wayback",
    "cbignore",
    "bots",
    "citation needed",
    "cn",
    "fact",
    "reflist",
    "references",
    "toc",
    "toc limit",
    "notoc",
    "clear",
    "anchor",
    "better source needed",
    "when",
    "who",
    "defaultsort",
    "use dmy dates",
    "use mdy dates",
    "registration required",
    "subscription required",
    "link note",
];

/// Templates that show one of their parameters as it is, and the number of that parameter.
const SHOWN: &[(&[&str], &str)] = &[
    (&["nowrap", "nobr", "nobreak", "j", "small", "smaller", "smaller2", "big", "larger", "em", "strong"], "1"),
    (&["abbr", "abbreviation", "tooltip", "hint", "sic", "visible anchor", "vanchor", "highlight", "gloss"], "1"),
    (&["lang", "langx", "lang-x", "color", "colour", "font color", "fontcolor", "bg"], "2"),
];

/// Templates that show the last of their parameters.
const SHOWN_LAST: &[&str] = &["transl", "translit", "transliteration"];

/// A parameter: its name (or number) and where its value stands, trimmed.
struct Parameter<'t> {
    name: Cow<'t, str>,
    value: Range<usize>,
}

impl<'a> Wiki<'a> {
    /// Reads a template and adds the links it stands for.
    pub(super) fn template(&mut self, part: &Stretch, mode: Mode) {
        let text = self.text;
        let fields = split_at_pipes(text, part.inside.clone());
        let Some(first) = fields.first() else { return };
        let name = text[first.clone()].trim().replace('_', " ").to_lowercase();
        let name = name.strip_prefix("template:").unwrap_or(&name).trim();
        let parameters = parameters(text, &fields[1..]);
        match name {
            "!" => self.tree_text("|", mode),
            "=" => self.tree_text("=", mode),
            "ndash" | "spaced ndash" | "snd" | "–" => self.tree_text(" – ", mode),
            "mdash" | "—" => self.tree_text("—", mode),
            "url" | "official website" | "official url" | "official" => self.address(part, &parameters, mode),
            name if name.starts_with("cite") || name.starts_with("citation") && name != "citation needed" => {
                self.citation(part, &parameters, mode);
            }
            // Citations of German, French, Spanish and Italian wikis.
            "internetquelle" | "lien web" | "cita web" | "cita noticia" => self.citation(part, &parameters, mode),
            name if SILENT.contains(&name) => {}
            name => {
                if let Some(value) = shown(name, &parameters) {
                    return self.inline(value, Mode { depth: mode.depth + 1, ..mode });
                }
                let inner = Mode { links_only: true, depth: mode.depth + 1, ..mode };
                for parameter in parameters {
                    if is_written_out(&text[parameter.value.clone()]) && !mode.in_link {
                        let href = written_out(&text[parameter.value.clone()]);
                        let at = parameter.value.start;
                        let address = Address { href: href.clone(), resolve: None, at, span: parameter.value };
                        self.link(address, mark::BARE, inner, |wiki| wiki.tree.text(href));
                    } else {
                        self.inline(parameter.value, inner);
                    }
                }
            }
        }
    }

    fn tree_text(&mut self, text: &'static str, mode: Mode) {
        if !mode.links_only || mode.in_link {
            self.tree.text(text);
        }
    }

    /// `{{cite ...}}`: its address with its title.
    fn citation(&mut self, part: &Stretch, parameters: &[Parameter<'_>], mode: Mode) {
        let text = self.text;
        let find = |names: &[&str]| {
            names.iter().find_map(|name| {
                parameters.iter().find(|parameter| parameter.name == *name && !parameter.value.is_empty())
            })
        };
        let url =
            find(&["url", "chapter-url", "chapterurl"]).map(|parameter| address_in(text, parameter.value.clone()));
        let Some(url) = url.filter(|url| !url.is_empty()) else {
            // Some write the link into the title.
            for parameter in parameters.iter().filter(|parameter| !parameter.name.ends_with("url")) {
                let inner = Mode { links_only: true, depth: mode.depth + 1, ..mode };
                self.inline(parameter.value.clone(), inner);
            }
            return;
        };
        let Some(url) = self.finished(url).filter(|_| !mode.in_link) else { return };
        let title = find(&["title", "script-title", "titel", "titre", "título", "titulo", "titolo", "chapter"])
            .map(|parameter| parameter.value.clone());
        let href = written_out(&text[url.clone()]);
        let address = Address { href: href.clone(), resolve: None, at: part.whole.start, span: url };
        let inner = Mode { in_link: true, depth: mode.depth + 1, ..mode };
        self.link(address, if title.is_none() { mark::BARE } else { 0 }, mode, |wiki| match title {
            Some(title) => wiki.inline(title, inner),
            None => wiki.tree.text(href),
        });
    }

    /// An address as far as it is written, unless the wiki makes the rest of it.
    pub(super) fn finished(&mut self, url: Range<usize>) -> Option<Range<usize>> {
        let length = written_length(&self.text[url.clone()], url.len());
        if length.is_none() {
            self.unfinished.push(url.clone());
        }
        length.map(|length| url.start..url.start + length)
    }

    /// `{{URL|host|label}}` and the like.
    fn address(&mut self, part: &Stretch, parameters: &[Parameter<'_>], mode: Mode) {
        let text = self.text;
        let find = |names: &[&str]| {
            parameters.iter().find(|parameter| names.contains(&&*parameter.name) && !parameter.value.is_empty())
        };
        let url = find(&["1", "url", "URL"]).map(|parameter| address_in(text, parameter.value.clone()));
        let url = url.filter(|url| !url.is_empty() && !mode.in_link).and_then(|url| self.finished(url));
        let Some(url) = url else { return };
        let label = find(&["2", "name", "label"]).map(|parameter| parameter.value.clone());
        let href = written_out(&text[url.clone()]);
        let scheme = href.contains("://") || href.starts_with("//");
        let resolve = (!scheme).then(|| format!("http://{href}").into());
        let address = Address { href: href.clone(), resolve, at: part.whole.start, span: url };
        let inner = Mode { in_link: true, depth: mode.depth + 1, ..mode };
        self.link(address, if label.is_none() { mark::BARE } else { 0 }, mode, |wiki| match label {
            Some(label) => wiki.inline(label, inner),
            None => wiki.tree.text(href),
        });
    }
}

/// The parameter that a template shows as it is.
fn shown(name: &str, parameters: &[Parameter<'_>]) -> Option<Range<usize>> {
    let value = |number: &str| parameters.iter().find(|parameter| parameter.name == number);
    let parameter = if SHOWN_LAST.contains(&name) {
        ["3", "2"].into_iter().find_map(value)
    } else if let Some((_, number)) = SHOWN.iter().find(|(names, _)| names.contains(&name)) {
        value(number)
    } else {
        // `{{lang-de|text}}`
        value("1").filter(|_| name.strip_prefix("lang-").is_some_and(|code| code.len() <= 12))
    };
    parameter.map(|parameter| parameter.value.clone()).filter(|value| !value.is_empty())
}

/// The address in a parameter's value: without comments around it, and without what is said about it behind (`<ref>`,
/// `{{dead link}}`).
fn address_in(text: &str, value: Range<usize>) -> Range<usize> {
    let mut rest = &text[value.clone()];
    while let Some((_, behind)) = rest.strip_prefix("<!--").and_then(|comment| comment.split_once("-->")) {
        rest = behind.trim_start();
    }
    let start = value.end - rest.len();
    let tag = rest.find('<').unwrap_or(rest.len());
    let template = rest.match_indices("{{").map(|(at, _)| at).find(|&at| rest[..at].ends_with(char::is_whitespace));
    let end = tag.min(template.unwrap_or(tag));
    start..start + rest[..end].trim_end().len()
}

/// An address with the signs that a template cannot hold otherwise: `{{=}}` and `{{!}}`.
pub(super) fn written_out(raw: &str) -> Cow<'_, str> {
    if raw.contains("{{") {
        Cow::Owned(decode_closed(&raw.replace("{{=}}", "=").replace("{{!}}", "|")).into_owned())
    } else {
        decode_closed(raw)
    }
}

/// Whether a value is nothing but an address with such signs.
fn is_written_out(value: &str) -> bool {
    let is_web = ["http://", "https://"].iter().any(|scheme| value.starts_with(scheme));
    let rest = if is_web { value.replace("{{=}}", "").replace("{{!}}", "") } else { String::new() };
    is_web && rest.len() < value.len() && !rest.contains(|c: char| c.is_whitespace() || "{}[]|<>\"".contains(c))
}

/// The parts of a template between pipes that stand in no inner template or link.
pub(super) fn split_at_pipes(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let inner = stretches(text, range.clone(), true);
    let mut inner = inner.iter().peekable();
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let (mut start, mut at, mut depth) = (range.start, range.start, 0_usize);
    while at < range.end {
        if let Some(stretch) = inner.next_if(|stretch| stretch.whole.start <= at) {
            at = at.max(stretch.whole.end);
            continue;
        }
        match bytes[at] {
            b'[' if bytes[at..range.end].starts_with(b"[[") => {
                depth += 1;
                at += 1;
            }
            b']' if bytes[at..range.end].starts_with(b"]]") => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            b'|' if depth == 0 => {
                parts.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push(start.min(range.end)..range.end);
    parts
}

fn parameters<'t>(text: &'t str, fields: &[Range<usize>]) -> Vec<Parameter<'t>> {
    let mut number = 0;
    let mut found = Vec::new();
    for field in fields {
        let raw = &text[field.clone()];
        let named = raw.split_once('=').filter(|(name, _)| is_parameter_name(name));
        let (name, start) = match named {
            Some((name, _)) => (name.trim().into(), field.start + name.len() + 1),
            None => {
                number += 1;
                (number.to_string().into(), field.start)
            }
        };
        let value = &text[start..field.end];
        let trimmed = value.trim_start();
        let start = start + value.len() - trimmed.len();
        found.push(Parameter { name, value: start..start + trimmed.trim_end().len() });
    }
    found
}

/// An address with a query is a value, not a name and a value.
fn is_parameter_name(name: &str) -> bool {
    let name = name.trim();
    name.len() < 40 && !name.contains(['/', ':', '?', '[', '{', '<', '.']) && !name.is_empty()
}
