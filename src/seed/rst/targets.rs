//! Named targets of reStructuredText: what `name`_ leads to.

use std::collections::HashMap;
use std::ops::Range;

use super::directives::{SILENT, is_directive_name};
use super::inline::MAX_NAME;
use super::{Line, Rst, adornment, bullet, enumerator};
use crate::seed::words;

/// An address and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) href: String,
    pub(super) span: Range<usize>,
}

/// The targets of a document.
#[derive(Debug, Default)]
pub(super) struct Targets {
    named: HashMap<String, Target>,
    /// Names that stand for other names.
    aliases: HashMap<String, String>,
    /// Targets without a name, and how many references without one were met.
    anonymous: usize,
    used: usize,
}

impl Targets {
    /// Collects the targets a document defines in lines of their own. What comments and literal blocks hold defines none.
    pub(super) fn collect(text: &str, lines: &[Line]) -> Self {
        let of = |line: Line| &text[line.start.min(line.end)..line.end];
        let mut targets = Targets::default();
        // Names whose address stands in the next target: `.. _a:` above `.. _b: address`.
        let mut waiting: Vec<String> = Vec::new();
        let mut at = 0;
        while let Some(&line) = lines.get(at) {
            at += 1;
            if line.is_blank() {
                continue;
            }
            let content = of(line);
            let Some((name, rest)) = definition(content) else {
                waiting.clear();
                at += hidden(content, line, &lines[at..]);
                continue;
            };
            // The address may go on in the next lines, indented.
            let more = lines[at..]
                .iter()
                .take_while(|&&next| !next.is_blank() && next.indent > line.indent && !of(next).starts_with(".."))
                .count();
            let rest = rest.trim();
            let start = line.start + (rest.as_ptr() as usize - content.as_ptr() as usize);
            let first = (!rest.is_empty()).then_some(start..line.end);
            let parts: Vec<_> =
                first.into_iter().chain(lines[at..at + more].iter().map(|next| next.start..next.end)).collect();
            at += more;
            targets.define_as(text, name, &parts, &mut waiting);
        }
        targets
    }

    /// Takes in a name and the parts of what it stands for, line by line.
    fn define_as(&mut self, text: &str, name: &str, parts: &[Range<usize>], waiting: &mut Vec<String>) {
        let mut name = normalized(name);
        if name.is_empty() || name == "_" {
            // Each has a name that nobody can write.
            name = format!("\0{}", self.anonymous);
            self.anonymous += 1;
        }
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
            waiting.push(name);
            return;
        };
        let value = text[first.start..last.end].trim();
        if let Some(alias) = value.strip_suffix('_').filter(|alias| !alias.contains("://")) {
            // What is longer is no name, and would be read again for each use.
            if alias.len() <= MAX_NAME {
                self.aliases.insert(name, normalized(alias.trim_matches('`')));
            }
            return;
        }
        let href: String = unescaped(value).split_whitespace().collect();
        // What stands in several lines has no place where it could be replaced.
        let span = if parts.len() == 1 { first.clone() } else { first.start..first.start };
        let target = Target { href, span };
        for waiting in waiting.drain(..) {
            self.named.insert(waiting, target.clone());
        }
        self.named.insert(name, target);
    }

    /// Where a name leads.
    pub(super) fn of(&self, name: &str) -> Option<&Target> {
        let mut name = normalized(name);
        for _ in 0..8 {
            if let Some(target) = self.named.get(&name) {
                return Some(target);
            }
            name = self.aliases.get(&name)?.clone();
        }
        None
    }

    /// Where the next anonymous reference leads.
    pub(super) fn next_anonymous(&mut self) -> Option<Target> {
        self.used += 1;
        self.of(&format!("\0{}", self.used - 1)).cloned()
    }

    /// Remembers a name that a reference with its address defines.
    pub(super) fn define(&mut self, name: &str, target: Target) {
        self.named.entry(normalized(name)).or_insert(target);
    }
}

/// How many of the next lines stand in a comment, a literal block or another one that is not read.
fn hidden(content: &str, line: Line, next: &[Line]) -> usize {
    if let Some(explicit) = content.strip_prefix("..").filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t'])) {
        let explicit = explicit.trim_start();
        let directive = explicit.split_once("::").map(|(name, _)| name).filter(|name| is_directive_name(name));
        // Their content is text, though it is read in some builds or places alone.
        let silent =
            directive.is_none_or(|name| SILENT.contains(&name) && !matches!(name, "only" | "header" | "footer"));
        let is_comment = directive.is_none() && !explicit.starts_with(['[', '|']);
        return if is_comment || directive.is_some() && silent { Rst::body(next, line.indent) } else { 0 };
    }
    let literal = content.ends_with("::") && adornment(content).is_none();
    if literal && next.first().is_some_and(|next| next.is_blank()) {
        let width = bullet(content).or_else(|| enumerator(content)).unwrap_or(0);
        return Rst::body(next, line.indent + width);
    }
    0
}

/// Name and rest of `.. _name: rest`, `` .. _`name`: rest ``, `__ rest`.
pub(super) fn definition(line: &str) -> Option<(&str, &str)> {
    if let Some(rest) = line.strip_prefix("__ ") {
        return Some(("", rest));
    }
    let rest = line.strip_prefix("..")?.trim_start().strip_prefix('_')?;
    if let Some(quoted) = rest.strip_prefix('`') {
        let (name, rest) = quoted.split_once('`')?;
        return Some((name, rest.strip_prefix(':')?));
    }
    let mut from = 0;
    loop {
        let colon = from + rest[from..].find(':')?;
        let after = &rest[colon + 1..];
        let escaped = rest[..colon].ends_with('\\');
        if !escaped && (after.is_empty() || after.starts_with(char::is_whitespace)) {
            return Some((&rest[..colon], after));
        }
        from = colon + 1;
    }
}

fn normalized(name: &str) -> String {
    words::fold(&unescaped(name)).to_lowercase()
}

/// Without the backslashes that escape.
pub(super) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(space) if space.is_whitespace() => {}
                Some(c) => out.push(c),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}
