//! Templates of a wiki around the addresses in them.

use std::ops::Range;

use super::Edit;
use super::beside::reach;

/// Bytes before an address in which its template must begin.
const REACH_BACK: usize = 64 * 1024;

/// A template with what is in it.
pub(super) struct Template {
    pub(super) range: Range<usize>,
}

impl Template {
    /// The innermost template around a place.
    pub(super) fn around(text: &str, at: usize) -> Option<Template> {
        let start = open_before(&text[..at])?;
        let rest = reach(text, at);
        let mut depth = 0_usize;
        let mut from = 0;
        loop {
            let open = rest[from..].find("{{").map(|found| from + found);
            let close = from + rest[from..].find("}}")?;
            match open {
                Some(open) if open < close => {
                    depth += 1;
                    from = open + 2;
                }
                _ if depth == 0 => return Some(Template { range: start..at + close + 2 }),
                _ => {
                    depth -= 1;
                    from = close + 2;
                }
            }
        }
    }

    /// Its name as wikis compare names: in lower case, without the name space.
    pub(super) fn name(&self, text: &str) -> String {
        let inside = &text[self.range.start + 2..self.range.end - 2];
        let name = inside.split('|').next().unwrap_or_default().trim().replace('_', " ").to_lowercase();
        name.strip_prefix("template:").map_or(name.as_str(), str::trim).to_owned()
    }

    pub(super) fn cites(&self, text: &str) -> bool {
        self.words(text).is_some()
    }

    /// How its citation calls what it tells of a copy; `None` for what is no citation. Italian wikis have a name in common with
    /// Spanish ones, and other parameters.
    fn words(&self, text: &str) -> Option<Words> {
        let is_italian = |own: &Parameter<'_>| matches!(own.name, "titolo" | "accesso" | "urlarchivio");
        let name = self.name(text);
        Words::of(&name).filter(|_| name != "cita web" || !self.parameters(text).iter().any(is_italian))
    }

    /// The copy as parameters of a citation, in the spacing of the address's own parameter; nothing where it has one
    /// already, and `None` where the address is not the citation's own.
    pub(super) fn cite(&self, text: &str, span: &Range<usize>, copy: &str, day: &str) -> Option<Vec<Edit>> {
        let words = self.words(text)?;
        let parameters = self.parameters(text);
        let own = own(&parameters, span)?;
        // Of several with one name the last counts.
        let find = |names: &[&str]| parameters.iter().rfind(|parameter| names.contains(&parameter.name));
        let (url, date) = (find(words.url), find(words.date));
        if url.is_some_and(|url| !url.is_empty(text)) {
            return Some(Vec::new());
        }
        let old = is_old(&parameters);
        let (status, dead) = (find(&["url-status"]), find(&["dead-url", "deadurl"]));
        let mut edits = Vec::new();
        let mut added = String::new();
        let mut set = |parameter: Option<&Parameter<'_>>, name: [&str; 2], value: &str| match parameter {
            Some(parameter) => edits.push(Edit { range: parameter.value.clone(), text: value.to_owned() }),
            None => added.push_str(&own.alike(text, name[usize::from(old)], value)),
        };
        set(url, words.written(words.url), copy);
        set(date, words.written(words.date), day);
        match (status, dead) {
            (Some(status), _) if status.is_empty(text) || status.says(text, LIVE) => set(Some(status), [""; 2], "dead"),
            (None, Some(dead)) if dead.is_empty(text) || dead.says(text, NOT_DEAD) => set(Some(dead), [""; 2], "yes"),
            (None, None) if !old && words.has_status => set(None, ["url-status"; 2], "dead"),
            _ => {}
        }
        edits.push(Edit { range: own.value.end..own.value.end, text: added });
        edits.retain(|edit| !edit.text.is_empty());
        Some(edits)
    }

    /// The copy that a citation has of an address of its own.
    pub(super) fn cited_copy<'t>(&self, text: &'t str, span: &Range<usize>) -> Option<&'t str> {
        let words = self.words(text)?;
        let parameters = self.parameters(text);
        own(&parameters, span)?;
        let copy = parameters.iter().rfind(|parameter| words.url.contains(&parameter.name))?;
        (!copy.is_empty(text)).then(|| &text[copy.value.clone()])
    }

    /// What a citation that has a copy says of its own address, made true: where that is alive, readers are sent there; where
    /// it is gone, to the copy. Words that say why it is avoided stay.
    pub(super) fn restate(&self, text: &str, span: &Range<usize>, alive: bool) -> Vec<Edit> {
        let parameters = self.parameters(text);
        let Some(own) = own(&parameters, span).filter(|_| self.cited_copy(text, span).is_some()) else {
            return Vec::new();
        };
        let find = |names: &[&str]| parameters.iter().rfind(|parameter| names.contains(&parameter.name));
        let put = |parameter: &Parameter<'_>, word: &str| {
            vec![Edit { range: parameter.value.clone(), text: word.to_owned() }]
        };
        match (find(&["url-status"]), find(&["dead-url", "deadurl"]), alive) {
            (Some(status), _, true) if status.is_empty(text) || status.says(text, DEAD) => put(status, "live"),
            (Some(status), _, false) if status.says(text, LIVE) => put(status, "dead"),
            (None, Some(dead), true) if !dead.says(text, NOT_DEAD) => put(dead, "no"),
            (None, Some(dead), false) if dead.says(text, NOT_DEAD) => put(dead, "yes"),
            // Without a word a citation with a copy calls its address dead.
            (None, None, true) if self.words(text).is_some_and(|words| words.has_status) => {
                let (name, word) = if is_old(&parameters) { ("deadurl", "no") } else { ("url-status", "live") };
                vec![Edit { range: own.value.end..own.value.end, text: own.alike(text, name, word) }]
            }
            _ => Vec::new(),
        }
    }

    /// Whether it fills a box with a line for each parameter: what stands behind it is no part of the box.
    pub(super) fn is_box(&self, text: &str) -> bool {
        let whole = &text[self.range.clone()];
        self.name(text).contains("infobox")
            || whole.lines().skip(1).filter(|line| line.trim_start().starts_with('|')).count() > 1
    }

    /// What stands between its pipes.
    pub(super) fn parameters<'t>(&self, text: &'t str) -> Vec<Parameter<'t>> {
        let end = self.range.end - 2;
        let first = self.range.start + 2;
        let mut pipes: Vec<usize> = pipes(&text[first..end]).into_iter().map(|pipe| first + pipe).collect();
        pipes.push(end);
        let each = pipes.windows(2).map(|pair| {
            let (start, end) = (pair[0] + 1, pair[1]);
            let field = &text[start..end];
            let (name, from) = field.find('=').map_or(("", start), |equals| (&field[..equals], start + equals + 1));
            let value = &text[from..end];
            // Of nothing but blanks, the first one parts the value from its name.
            let blanks = match value.trim().is_empty() {
                true => usize::from(value.starts_with(' ')),
                false => value.len() - value.trim_start().len(),
            };
            let from = from + blanks;
            Parameter { pipe: pair[0], name: name.trim(), value: from..from + text[from..end].trim_end().len() }
        });
        each.collect()
    }
}

/// What a citation says of an address that is alive, and of one that is gone: in `url-status`, and before that in `deadurl`.
const LIVE: &[&str] = &["live"];
const DEAD: &[&str] = &["dead", "bot: unknown"];
const NOT_DEAD: &[&str] = &["no", "n", "false"];

/// How the citations of a wiki's language call what they tell of a copy.
struct Words {
    /// Its address: as it is written, then other names.
    url: &'static [&'static str],
    /// The day it was made.
    date: &'static [&'static str],
    /// Whether they say how the address itself is.
    has_status: bool,
}

impl Words {
    /// Those of the citations with a name; `None` for other templates.
    fn of(name: &str) -> Option<Words> {
        let (url, date): (&[&str], &[&str]) = match name {
            "internetquelle" => (&["archiv-url"], &["archiv-datum"]),
            "lien web" => (&["archive-url", "archiveurl"], &["archive-date", "archivedate"]),
            "cita web" => (&["urlarchivo", "archive-url"], &["fechaarchivo", "archive-date"]),
            name if name.starts_with("cite ") || name.starts_with("citation") => {
                let (url, date) = (&["archive-url", "archiveurl"], &["archive-date", "archivedate"]);
                return Some(Words { url, date, has_status: true });
            }
            _ => return None,
        };
        Some(Words { url, date, has_status: false })
    }

    /// How a name is written now, and was among old ones.
    fn written(&self, names: &[&'static str]) -> [&'static str; 2] {
        let first = names.first().copied().unwrap_or_default();
        [first, if self.has_status { names.last().copied().unwrap_or_default() } else { first }]
    }
}

/// The parameter of a citation whose address stands at a place.
fn own<'p, 't>(parameters: &'p [Parameter<'t>], span: &Range<usize>) -> Option<&'p Parameter<'t>> {
    let own = parameters.iter().find(|own| own.value.start <= span.start && span.end <= own.value.end)?;
    (own.name.ends_with("url") && !own.name.starts_with("archiv")).then_some(own)
}

/// Whether a citation is written with the names of before.
fn is_old(parameters: &[Parameter<'_>]) -> bool {
    let is_old = |name: &str| matches!(name, "accessdate" | "archivedate" | "archiveurl" | "deadurl");
    parameters.iter().any(|parameter| is_old(parameter.name))
}

/// A parameter: its pipe, its name or nothing, and where its value stands.
pub(super) struct Parameter<'t> {
    pipe: usize,
    pub(super) name: &'t str,
    pub(super) value: Range<usize>,
}

impl Parameter<'_> {
    fn is_empty(&self, text: &str) -> bool {
        without_final_comments(&text[self.value.clone()]).is_empty()
    }

    /// Whether its value is one of some words.
    fn says(&self, text: &str, words: &[&str]) -> bool {
        words.contains(&text[self.value.clone()].to_lowercase().as_str())
    }

    /// Another parameter in the spacing of this one: a line of its own where this one has one.
    fn alike(&self, text: &str, name: &str, value: &str) -> String {
        let lead = &text[text[..self.pipe].trim_end().len()..self.pipe];
        let own = &text[self.pipe + 1..self.value.start];
        let (before, after) = own.split_once('=').unwrap_or((own, ""));
        let (padded, tail) = (before.len() - before.trim_start().len(), before.trim_end().len());
        format!("{lead}|{}{name}{}={after}{value}", &before[..padded], &before[tail..])
    }
}

/// Where the innermost template begins that is open at the end of a text.
pub(super) fn open_before(before: &str) -> Option<usize> {
    let bytes = before.as_bytes();
    let far = bytes.len().saturating_sub(REACH_BACK);
    let mut depth = 0_usize;
    let mut end = bytes.len();
    while let Some(at) = memchr::memrchr2(b'{', b'}', &bytes[far..end]).map(|at| far + at) {
        end = at;
        if at == far || bytes[at - 1] != bytes[at] {
            continue;
        }
        end = at - 1;
        match (bytes[at], depth) {
            (b'}', _) => depth += 1,
            (_, 0) => return Some(end),
            _ => depth -= 1,
        }
    }
    None
}

/// The pipes in what stands in a template that part its own parameters, not those of other templates and links.
pub(super) fn pipes(inside: &str) -> Vec<usize> {
    let mut depth = 0_usize;
    let mut pipes = Vec::new();
    let mut at = 0;
    while let Some(found) = inside[at..].find(['{', '}', '[', ']', '|', '<']) {
        at += found;
        let rest = &inside[at..];
        let sign = rest.as_bytes()[0];
        let is_double = rest.as_bytes().get(1) == Some(&sign);
        let opaque = [("<!--", "-->"), ("<nowiki>", "</nowiki>")].into_iter().find(|(open, _)| rest.starts_with(open));
        at += match (sign, opaque) {
            (_, Some((_, close))) => rest.find(close).map_or(rest.len(), |end| end + close.len()),
            (b'|', _) => {
                pipes.extend((depth == 0).then_some(at));
                1
            }
            (b'{' | b'[', _) if is_double => {
                depth += 1;
                2
            }
            (b'}' | b']', _) if is_double => {
                depth = depth.saturating_sub(1);
                2
            }
            _ => 1,
        };
    }
    pipes
}

/// Whether a template is open at the end of a text that would take an equals sign for the end of a parameter's name. Within
/// a template of its own a sign is safe.
pub(super) fn takes_equals(before: &str) -> bool {
    let Some(inside) = open_before(before).map(|at| &before[at + 2..]) else { return false };
    pipes(inside).last().is_some_and(|&pipe| !inside[pipe..].contains('='))
}

/// A text without the comments and blanks at its end.
pub(super) fn without_final_comments(text: &str) -> &str {
    let mut text = text.trim_end();
    while let Some(at) = text.strip_suffix("-->").and_then(|comment| comment.rfind("<!--")) {
        text = text[..at].trim_end();
    }
    text
}
