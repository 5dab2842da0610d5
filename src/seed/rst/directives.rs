//! What begins with `..` in reStructuredText: footnotes, and directives with what they hold.

use super::pictures::Picture;
use super::{Line, Rst};
use crate::seed::tree::Name;

/// Directives whose content is code or nothing to read.
pub(super) const SILENT: &[&str] = &[
    "code",
    "code-block",
    "sourcecode",
    "literalinclude",
    "highlight",
    "math",
    "raw",
    "contents",
    "include",
    "toctree",
    "default-role",
    "role",
    "meta",
    "index",
    "parsed-literal",
    "doctest",
    "graphviz",
    "mermaid",
    "title",
    "sectnum",
    "header",
    "footer",
    "unicode",
    "date",
    "replace",
    "only",
    "tabularcolumns",
    "currentmodule",
];

impl Rst<'_> {
    /// What begins with `..`: targets, footnotes, directives, comments.
    pub(super) fn explicit(&mut self, lines: &[Line], depth: usize) -> usize {
        let taken = 1 + Self::body(&lines[1..], lines[0].indent);
        let first = lines[0];
        let text = self.of(first);
        let content = text[2..].trim_start();
        let width = text.len() - content.len();
        if content.starts_with('[')
            && let Some(close) = content.find(']')
            && content[close + 1..].starts_with(' ')
        {
            self.tree.start(Name::Note, 0, 0);
            let mut body = vec![first.from(width + close + 2)];
            body.extend_from_slice(&lines[1..taken]);
            self.aligned(&mut body);
            self.blocks(&body, depth + 1);
            self.tree.end(Name::Note, 0);
            return taken;
        }
        let Some((name, argument)) = content.split_once("::").filter(|(name, _)| is_directive_name(name)) else {
            return taken;
        };
        if SILENT.contains(&name) {
            if !matches!(name, "contents" | "role" | "default-role" | "index" | "highlight" | "meta") {
                self.tree.start(Name::Code, 0, 0);
                self.tree.end(Name::Code, 0);
            }
            return taken;
        }
        let argument_width = width + name.len() + 2 + (argument.len() - argument.trim_start().len());
        if matches!(name, "image" | "figure") {
            let picture = Picture::read(self.text, first.start + argument_width..first.end, &lines[1..taken]);
            if !self.picture(first.start, &picture) && name == "image" {
                self.tree.start(Name::Code, 0, 0);
                self.tree.end(Name::Code, 0);
            }
            if name == "figure" {
                self.blocks(&lines[1 + picture.lines..taken], depth + 1);
            }
            return taken;
        }
        let is_named = matches!(name, "list-table" | "rubric" | "csv-table" | "table" | "container" | "class");
        // What begins behind the name goes on up to a blank line or an option.
        let goes_on = |line: &&Line| !line.is_blank() && !self.of(**line).starts_with(':');
        let is_lone = is_named || argument.trim().is_empty();
        let more = if is_lone { 0 } else { lines[1..taken].iter().take_while(goes_on).count() };
        let options = lines[1 + more..taken].iter().take_while(|&&line| self.of(line).starts_with(':')).count();
        let body = &lines[1 + more + options..taken];
        match name {
            "list-table" => self.list_table(body, depth),
            "rubric" => {
                self.tree.start(Name::Paragraph, 0, 0);
                self.tree.start(Name::Bold, 0, 0);
                self.inline(first.from(argument_width).start..first.end);
                self.tree.end(Name::Bold, 0);
                self.tree.end(Name::Paragraph, 0);
            }
            _ => {
                self.tree.start(Name::Block, 0, 0);
                if !argument.trim().is_empty() && !is_named {
                    let mut begun = vec![first.from(argument_width)];
                    begun.extend_from_slice(&lines[1..=more]);
                    self.aligned(&mut begun);
                    if more > 0 { self.blocks(&begun, depth + 1) } else { _ = self.paragraph(&begun) }
                }
                if name != "csv-table" {
                    self.blocks(body, depth + 1);
                }
                self.tree.end(Name::Block, 0);
            }
        }
        taken
    }
}

pub(super) fn is_directive_name(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.' | b'+'))
}
