//! Named targets of reStructuredText: what `name`_ leads to.

use std::collections::HashMap;
use std::ops::Range;

use super::inline::MAX_NAME;
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
    /// Addresses of anonymous references, in order.
    anonymous: Vec<Target>,
    used: usize,
}

impl Targets {
    /// Collects the targets a document defines in lines of their own.
    pub(super) fn collect(text: &str) -> Self {
        let mut targets = Targets::default();
        // Names whose address stands in the next target: `.. _a:` above `.. _b: address`.
        let mut waiting: Vec<String> = Vec::new();
        let mut offset = 0;
        let mut lines = text.split_inclusive('\n').peekable();
        while let Some(line) = lines.next() {
            let start = offset;
            offset += line.len();
            let content = line.trim();
            let Some((name, rest)) = definition(content) else {
                if !content.is_empty() {
                    waiting.clear();
                }
                continue;
            };
            let mut value = rest.trim();
            let mut at = start + (value.as_ptr() as usize - line.as_ptr() as usize);
            // The address may stand in the next line, indented.
            if value.is_empty()
                && let Some(next) = lines.peek()
                && next.starts_with([' ', '\t'])
                && !next.trim().is_empty()
                && !next.trim().starts_with("..")
            {
                value = next.trim();
                at = offset + (value.as_ptr() as usize - next.as_ptr() as usize);
            }
            let name = normalized(name);
            if value.is_empty() {
                waiting.push(name);
            } else if let Some(alias) = value.strip_suffix('_').filter(|alias| !alias.contains("://")) {
                // What is longer is no name, and would be read again for each use.
                if alias.len() <= MAX_NAME {
                    targets.aliases.insert(name, normalized(alias.trim_matches('`')));
                }
            } else {
                let href: String = unescaped(value).split_whitespace().collect();
                let target = Target { href, span: at..at + value.len() };
                for waiting in waiting.drain(..) {
                    targets.named.insert(waiting, target.clone());
                }
                if name.is_empty() || name == "_" {
                    targets.anonymous.push(target);
                } else {
                    targets.named.insert(name, target);
                }
            }
        }
        targets
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
        self.anonymous.get(self.used - 1).cloned()
    }

    /// Remembers a name that a reference with its address defines.
    pub(super) fn define(&mut self, name: &str, target: Target) {
        self.named.entry(normalized(name)).or_insert(target);
    }
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
