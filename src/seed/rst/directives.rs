//! What begins with `..` in reStructuredText: footnotes, and directives with what they hold.

use super::pictures::Picture;
use super::targets::Target;
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

/// Directives whose first line is their name.
const NAMED: &[&str] = &["list-table", "rubric", "csv-table", "table", "container", "class", "toctree", "only"];

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
        let is_shown = name == "only" && (argument.contains("html") || argument.trim_start().starts_with("not "));
        if SILENT.contains(&name) && !is_shown {
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
        let is_named = NAMED.contains(&name);
        // What begins behind the name goes on up to a blank line or an option.
        let goes_on = |line: &&Line| !line.is_blank() && !self.of(**line).starts_with(':');
        let is_lone = is_named || argument.trim().is_empty();
        let more = if is_lone { 0 } else { lines[1..taken].iter().take_while(goes_on).count() };
        let mut depth_of_options = None;
        let is_option = |line: &&Line| {
            let begins = self.of(**line).starts_with(':');
            let continues = depth_of_options.is_some_and(|indent| line.indent > indent) && !line.is_blank();
            if begins && !continues {
                depth_of_options = Some(line.indent);
            }
            begins || continues
        };
        let options = lines[1 + more..taken].iter().take_while(is_option).count();
        let (options, body) = lines[1 + more..taken].split_at(options);
        match name {
            "list-table" => self.list_table(body, depth),
            "csv-table" => self.csv_table(options, body),
            "toctree" => self.contents(body),
            "rubric" => {
                self.tree.start(Name::Paragraph, 0, 0);
                self.tree.start(Name::Bold, 0, 0);
                self.inline(first.from(argument_width).start..first.end);
                self.tree.end(Name::Bold, 0);
                self.tree.end(Name::Paragraph, 0);
            }
            _ => {
                self.tree.start(Name::Block, 0, 0);
                let title = first.from(argument_width);
                if self.leads(options, title) {
                    // A card or button of its own.
                } else if !argument.trim().is_empty() && !is_named {
                    let mut begun = vec![title];
                    begun.extend_from_slice(&lines[1..=more]);
                    self.aligned(&mut begun);
                    if more > 0 { self.blocks(&begun, depth + 1) } else { _ = self.paragraph(&begun) }
                }
                self.blocks(body, depth + 1);
                self.tree.end(Name::Block, 0);
            }
        }
        taken
    }

    /// The entries of a table of contents that lead elsewhere: `Title <https://...>` or an address alone.
    fn contents(&mut self, lines: &[Line]) {
        self.tree.start(Name::List, 0, 0);
        for &line in lines {
            let text = self.of(line);
            let open = if text.ends_with('>') { text.rfind('<') } else { None };
            let span = open.map_or(line.start..line.end, |open| line.start + open + 1..line.end - 1);
            let title = text[..open.unwrap_or(0)].trim_end();
            if !is_web(&self.text[span.clone()]) {
                continue;
            }
            self.tree.start(Name::Item, 0, 0);
            let target = Target { href: self.text[span.clone()].to_owned(), span };
            self.link(line.start, title, target, title.is_empty());
            self.tree.end(Name::Item, 0);
        }
        self.tree.end(Name::List, 0);
    }

    /// The title of a card, when an option says where the card leads.
    fn leads(&mut self, options: &[Line], title: Line) -> bool {
        let Some(value) = self.option(options, "link") else { return false };
        let raw = &self.text[value.clone()];
        let start = value.start + raw.len() - raw.trim_start().len();
        let span = start..start + raw.trim().len();
        if !is_web(&self.text[span.clone()]) {
            return false;
        }
        let target = Target { href: self.text[span.clone()].to_owned(), span };
        self.tree.start(Name::Paragraph, 0, 0);
        let text = self.of(title);
        self.link(if text.is_empty() { start } else { title.start }, text, target, text.is_empty());
        self.tree.end(Name::Paragraph, 0);
        true
    }
}

fn is_web(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace)
}

pub(super) fn is_directive_name(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.' | b'+'))
}
