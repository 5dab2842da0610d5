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

    pub(super) fn cites(&self, text: &str) -> bool {
        let name = text[self.range.start + 2..].trim_start().to_lowercase();
        name.starts_with("cite ") || name.starts_with("citation")
    }

    /// The copy as parameters of a citation, in the spacing of the address's own parameter.
    pub(super) fn cite(
        &self,
        text: &str,
        span: &Range<usize>,
        copy: &str,
        day: &str,
    ) -> Result<Vec<Edit>, &'static str> {
        let inside = &text[self.range.clone()];
        let parameter = |names: &[&str]| {
            names.iter().find_map(|name| {
                let mut from = 0;
                while let Some(found) = inside[from..].find('|') {
                    let at = from + found + 1;
                    let rest = inside[at..].trim_start();
                    if let Some(value) = rest.strip_prefix(name).map(str::trim_start).and_then(|r| r.strip_prefix('='))
                    {
                        let value_at = self.range.start + inside.len() - value.len();
                        let length = value.find(['|', '}']).unwrap_or(value.len());
                        return Some((value[..length].trim(), value_at));
                    }
                    from = at;
                }
                None
            })
        };
        if parameter(&["archive-url", "archiveurl"]).is_some() {
            return Err("its citation has a place for a copy already");
        }
        let pipe = without_final_comments(&text[..span.start])
            .rfind('|')
            .filter(|pipe| *pipe > self.range.start)
            .ok_or("no parameter")?;
        let own = &text[pipe..span.start];
        let name = own.trim_start_matches('|').split('=').next().unwrap_or_default();
        let around = |new: &str| {
            let padded = name.len() - name.trim_start().len();
            let tail = name.len() - name.trim_end().len();
            let space = &own[own.trim_end().len()..];
            format!("|{}{new}{}={space}", &name[..padded], &name[name.len() - tail..])
        };
        // One parameter a line where the citation is written so.
        let lead = &text[text[..pipe].trim_end().len()..pipe];
        let old_names = inside.contains("accessdate") || inside.contains("archivedate");
        let [url, date] = if old_names { ["archiveurl", "archivedate"] } else { ["archive-url", "archive-date"] };
        let mut added = format!("{lead}{}{copy}{lead}{}{day}", around(url), around(date));
        let mut edits = Vec::new();
        match parameter(&["url-status"]) {
            Some(("live", at)) => {
                let start = at + text[at..].len() - text[at..].trim_start().len();
                edits.push(Edit { range: start..start + "live".len(), text: "dead".to_owned() });
            }
            Some(_) => {}
            None if old_names => {}
            None => added.push_str(&format!("{lead}{}dead", around("url-status"))),
        }
        edits.push(Edit { range: span.end..span.end, text: added });
        Ok(edits)
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

/// How many parameters begin in what stands in a template, whatever other templates and links they hold.
pub(super) fn parameters_in(inside: &str) -> usize {
    let mut depth = 0_usize;
    let mut count = 0;
    let mut rest = inside;
    while let Some(at) = rest.find(['{', '}', '[', ']', '|']) {
        let sign = rest.as_bytes()[at];
        let is_double = rest.as_bytes().get(at + 1) == Some(&sign);
        match sign {
            b'|' => count += usize::from(depth == 0),
            b'{' | b'[' if is_double => depth += 1,
            b'}' | b']' if is_double => depth = depth.saturating_sub(1),
            _ => {}
        }
        rest = &rest[at + if is_double && sign != b'|' { 2 } else { 1 }..];
    }
    count
}

/// A text without the comments and blanks at its end.
pub(super) fn without_final_comments(text: &str) -> &str {
    let mut text = text.trim_end();
    while let Some(at) = text.strip_suffix("-->").and_then(|comment| comment.rfind("<!--")) {
        text = text[..at].trim_end();
    }
    text
}
