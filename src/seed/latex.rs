//! LaTeX: sections, lists, tables, `\href` and `\url`.

use std::borrow::Cow;
use std::ops::Range;

use super::html;
use super::resolve::Resolver;
use super::sink::Sink;
use super::tex;
use super::tree::{Address, Name, Tree, mark};

/// Commands of headings and their levels.
const HEADINGS: &[(&str, u8)] = &[
    ("part", 1),
    ("chapter", 2),
    ("section", 3),
    ("subsection", 4),
    ("subsubsection", 5),
    ("paragraph", 6),
    ("subparagraph", 6),
];

/// Commands whose argument is emphasised text.
const EMPHASIS: &[(&str, Name)] = &[
    ("textbf", Name::Bold),
    ("emph", Name::Italic),
    ("textit", Name::Italic),
    ("textsl", Name::Italic),
    ("footnote", Name::Note),
    ("thanks", Name::Note),
    ("texttt", Name::Span),
    ("textsc", Name::Span),
    ("caption", Name::Block),
    ("enquote", Name::Span),
    ("underline", Name::Span),
    ("mbox", Name::Span),
    ("textsuperscript", Name::Superscript),
    ("text", Name::Span),
    ("small", Name::Span),
];

/// Commands whose arguments are no text.
const SILENT: &[&str] = &[
    "label",
    "ref",
    "pageref",
    "cite",
    "citep",
    "citet",
    "vspace",
    "hspace",
    "includegraphics",
    "usepackage",
    "input",
    "include",
    "documentclass",
    "title",
    "author",
    "date",
    "bibliography",
    "bibliographystyle",
    "index",
    "setlength",
    "newcommand",
    "renewcommand",
    "pagestyle",
    "thispagestyle",
    "hypersetup",
    "addcontentsline",
    "setcounter",
    "color",
    "textcolor",
    "fontsize",
    "hyphenation",
    "graphicspath",
    "cline",
    "nocite",
    "eqref",
    "autoref",
    "nolinkurl",
    "thanksref",
];

/// Environments of code.
const CODE: &[&str] =
    &["verbatim", "Verbatim", "lstlisting", "minted", "comment", "verbatim*", "alltt", "filecontents"];

const LISTS: &[&str] =
    &["itemize", "enumerate", "description", "list", "compactitem", "compactenum", "thebibliography", "etaremune"];

const TABLES: &[&str] = &["tabular", "tabular*", "tabularx", "longtable", "tabulary", "xltabular", "supertabular"];

/// Bytes of an address in a footnote at most.
const MAX_ADDRESS: usize = 2_000;

/// Reads a document.
pub(super) fn read(text: &str, resolver: &Resolver, sink: &mut Sink<'_>) {
    let body = text.find("\\begin{document}").map_or(0, |at| at + "\\begin{document}".len());
    let mut reader =
        Reader { text, at: body, plain: body, tree: Tree::new(), groups: Vec::new(), lists: 0, tables: 0, open: false };
    reader.run();
    html::finish(reader.tree, resolver, sink, false);
}

/// Length of what may stand between the arguments of a command: white space and comments.
pub(crate) fn gap(text: &str) -> usize {
    let mut rest = text.trim_start();
    while rest.starts_with('%') {
        rest = rest.find('\n').map_or("", |end| rest[end..].trim_start());
    }
    text.len() - rest.len()
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Where text begins that is not added yet.
    plain: usize,
    tree: Tree<'a>,
    /// What the open braces close.
    groups: Vec<Option<(Name, u8)>>,
    lists: usize,
    tables: usize,
    /// Whether a paragraph is open.
    open: bool,
}

impl<'a> Reader<'a> {
    fn run(&mut self) {
        let bytes = self.text.as_bytes();
        while self.at < bytes.len() {
            let Some(found) = bytes[self.at..].iter().position(|byte| b"\\%{}\n&".contains(byte)) else { break };
            self.at += found;
            match bytes[self.at] {
                b'\\' => self.command(),
                b'%' => {
                    self.flush();
                    let end =
                        memchr::memchr(b'\n', &bytes[self.at..]).map_or(bytes.len(), |length| self.at + length + 1);
                    self.go_to(end);
                }
                b'{' => {
                    self.flush();
                    self.groups.push(None);
                    self.go_to(self.at + 1);
                }
                b'}' => {
                    self.flush();
                    if let Some(Some((name, level))) = self.groups.pop() {
                        self.tree.end(name, level);
                    }
                    self.go_to(self.at + 1);
                }
                b'&' if self.tables > 0 => {
                    self.flush();
                    self.tree.cell(Name::Cell, 1, 1, 0);
                    self.go_to(self.at + 1);
                }
                b'\n' => {
                    let blank =
                        bytes[self.at + 1..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
                    if bytes.get(self.at + 1 + blank) == Some(&b'\n') {
                        self.end_paragraph();
                        self.at += 1 + blank;
                    } else {
                        self.at += 1;
                    }
                }
                _ => self.at += 1,
            }
        }
        self.at = bytes.len();
        self.flush();
    }

    fn go_to(&mut self, at: usize) {
        self.at = at.min(self.text.len());
        self.plain = self.at;
    }

    /// Adds the text up to here.
    fn flush(&mut self) {
        let raw = &self.text[self.plain..self.at];
        self.plain = self.at;
        if raw.is_empty() {
            return;
        }
        let text = tex::decode(raw);
        if !text.trim().is_empty() {
            self.begin_paragraph();
        }
        self.tree.text(text);
    }

    fn begin_paragraph(&mut self) {
        if !self.open && self.groups.iter().all(Option::is_none) && self.tables == 0 {
            self.tree.start(Name::Paragraph, 0, 0);
            self.open = true;
        }
    }

    fn end_paragraph(&mut self) {
        self.flush();
        if self.open {
            self.tree.end(Name::Paragraph, 0);
            self.open = false;
        }
    }

    /// The command whose backslash stands here. Commands that only spell text stay in it.
    fn command(&mut self) {
        let start = self.at;
        let rest = &self.text[start + 1..];
        let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        if length == 0 {
            if rest.starts_with('\\') {
                self.flush();
                self.go_to(start + 2);
                self.optional();
                if self.tables > 0 {
                    self.tree.start(Name::Row, 0, 0);
                    self.tree.cell(Name::Cell, 1, 1, 0);
                } else {
                    self.tree.start(Name::Break, 0, 0);
                }
                return;
            }
            self.at = start + 1 + rest.chars().next().map_or(0, char::len_utf8);
            return;
        }
        let name = &rest[..length];
        let mut after = start + 1 + length;
        if self.text.as_bytes().get(after) == Some(&b'*') {
            after += 1;
        }
        if name == "footnote"
            && let Some(address) = self.lone_address(after)
        {
            return self.address_below(address);
        }
        if let Some(&(_, level)) = HEADINGS.iter().find(|(heading, _)| *heading == name) {
            self.end_paragraph();
            self.go_to(after);
            self.optional();
            self.open_group(Name::Heading, level);
        } else if let Some(&(_, kind)) = EMPHASIS.iter().find(|(command, _)| *command == name) {
            self.flush();
            if kind != Name::Note && kind != Name::Block {
                self.begin_paragraph();
            }
            self.go_to(after);
            self.optional();
            self.open_group(kind, 0);
        } else if SILENT.contains(&name) {
            self.flush();
            self.go_to(after);
            self.optional();
            while self.argument().is_some() {
                self.optional();
            }
        } else {
            self.special(name, start, after);
        }
    }

    fn special(&mut self, name: &str, start: usize, after: usize) {
        match name {
            "href" | "url" => {
                self.flush();
                self.go_to(after);
                self.link(name == "href", start);
            }
            "begin" | "end" => {
                self.flush();
                self.go_to(after);
                let Some(environment) = self.argument() else { return };
                let environment = &self.text[environment];
                if name == "end" && environment == "document" {
                    // What stands behind is read by nobody.
                    self.end_paragraph();
                    self.go_to(self.text.len());
                    return;
                }
                if name == "begin" { self.begin(environment) } else { self.end(environment) }
            }
            "item" | "bibitem" => {
                self.end_paragraph();
                self.go_to(after);
                if name == "bibitem" {
                    self.optional();
                    self.argument();
                }
                if self.lists > 0 {
                    self.tree.start(Name::Item, 0, 0);
                }
                if let Some(label) = self.optional() {
                    self.tree.start(Name::Bold, 0, 0);
                    self.tree.text(tex::decode(&self.text[label]));
                    self.tree.end(Name::Bold, 0);
                    self.tree.text(" ");
                }
            }
            "par" => {
                self.end_paragraph();
                self.go_to(after);
            }
            "newline" | "linebreak" => {
                self.flush();
                self.go_to(after);
                self.tree.start(Name::Break, 0, 0);
            }
            "verb" | "lstinline" => {
                self.flush();
                self.go_to(after);
                if let Some(code) = self.between_signs() {
                    self.tree.start(Name::CodeSpan, 0, 0);
                    self.tree.text(&self.text[code]);
                    self.tree.end(Name::CodeSpan, 0);
                }
            }
            _ => self.at = after,
        }
    }

    /// The `\url` that a footnote holds and nothing else, and where the note ends.
    fn lone_address(&self, after: usize) -> Option<Range<usize>> {
        let blank = |at: usize| at + gap(&self.text[at..]);
        let open = blank(after);
        let inside = blank(self.text[open..].starts_with('{').then_some(open + 1)?);
        let argument = self.text[inside..].strip_prefix("\\url{")?;
        let mut depth = 1_usize;
        let length = argument.bytes().take(MAX_ADDRESS).position(|byte| {
            depth = depth + usize::from(byte == b'{') - usize::from(byte == b'}');
            depth == 0
        })?;
        let url = self.text.len() - argument.len() + length + 1;
        let rest = self.text[url..].trim_start();
        let rest = rest.strip_prefix('.').unwrap_or(rest).trim_start();
        rest.starts_with('}').then(|| inside..self.text.len() - rest.len() + 1)
    }

    /// A footnote that gives the address of what it stands behind, read as the bracket that it is elsewhere.
    fn address_below(&mut self, note: Range<usize>) {
        self.flush();
        self.begin_paragraph();
        self.tree.text("(");
        self.go_to(note.start + "\\url".len());
        self.link(false, note.start);
        self.tree.text(")");
        self.go_to(note.end);
    }

    fn link(&mut self, labelled: bool, start: usize) {
        self.optional();
        let (argument, verbatim) = match self.argument() {
            Some(argument) => (argument, false),
            // `\url|...|`, for addresses with braces in them.
            None if !labelled && self.text[self.at..].starts_with(|c: char| c.is_ascii_punctuation() && c != '\\') => {
                let Some(argument) = self.between_signs() else { return };
                (argument, true)
            }
            None => return,
        };
        let raw = &self.text[argument.clone()];
        let href = if verbatim { raw.trim().to_owned() } else { tex::address(raw) };
        let before = raw.len() - raw.trim_start().len();
        let span = argument.start + before..argument.start + before + raw.trim().len();
        let resolve = (href.starts_with("www.")).then(|| format!("http://{href}").into());
        let address = Address { href: Cow::Owned(href.clone()), resolve, at: start, span };
        self.begin_paragraph();
        let label = self.at + gap(&self.text[self.at..]);
        if labelled && self.text[label..].starts_with('{') {
            self.go_to(label);
            self.tree.link(Name::Anchor, address, 0);
            self.open_group(Name::Anchor, 0);
        } else {
            self.tree.link(Name::Anchor, address, mark::BARE);
            self.tree.text(href);
            self.tree.end(Name::Anchor, 0);
        }
    }

    fn begin(&mut self, environment: &str) {
        if CODE.contains(&environment) {
            self.end_paragraph();
            let close = format!("\\end{{{environment}}}");
            let end =
                self.text[self.at..].find(&close).map_or(self.text.len(), |length| self.at + length + close.len());
            self.tree.start(Name::Code, 0, 0);
            self.tree.end(Name::Code, 0);
            self.go_to(end);
        } else if LISTS.contains(&environment) {
            self.end_paragraph();
            self.optional();
            if environment == "thebibliography" || environment == "list" {
                self.argument();
            }
            self.tree.start(Name::List, 0, 0);
            self.lists += 1;
        } else if TABLES.contains(&environment) {
            self.end_paragraph();
            self.optional();
            self.argument();
            if matches!(environment, "tabular*" | "tabularx" | "tabulary" | "xltabular") {
                self.argument();
            }
            self.tree.start(Name::Table, 0, 0);
            self.tree.start(Name::Row, 0, 0);
            self.tree.cell(Name::Cell, 1, 1, 0);
            self.tables += 1;
        } else {
            self.end_paragraph();
            self.optional();
            self.tree.start(Name::Block, 0, 0);
        }
    }

    fn end(&mut self, environment: &str) {
        self.end_paragraph();
        if LISTS.contains(&environment) {
            self.tree.end(Name::List, 0);
            self.lists = self.lists.saturating_sub(1);
        } else if TABLES.contains(&environment) {
            self.tree.end(Name::Table, 0);
            self.tables = self.tables.saturating_sub(1);
        } else {
            self.tree.end(Name::Block, 0);
        }
    }

    /// Opens the element whose text stands in the braces that follow.
    fn open_group(&mut self, name: Name, level: u8) {
        let blank = self.text[self.at..].len() - self.text[self.at..].trim_start().len();
        if self.text.as_bytes().get(self.at + blank) != Some(&b'{') {
            if name == Name::Anchor {
                self.tree.end(name, 0);
            }
            return;
        }
        if name != Name::Anchor {
            self.tree.start(name, level, 0);
        }
        self.groups.push(Some((name, level)));
        self.go_to(self.at + blank + 1);
    }

    /// Passes an argument in brackets and returns its inside.
    fn optional(&mut self) -> Option<Range<usize>> {
        self.delimited(b'[', b']')
    }

    /// Passes an argument in braces and returns its inside.
    fn argument(&mut self) -> Option<Range<usize>> {
        self.delimited(b'{', b'}')
    }

    /// Passes what stands between a sign of the writer's choice and the next of its kind in the line, as in `\verb|...|`,
    /// and returns the inside.
    fn between_signs(&mut self) -> Option<Range<usize>> {
        let sign = self.text[self.at..].chars().next()?;
        let from = self.at + sign.len_utf8();
        let length = self.text[from..].find([sign, '\n']).unwrap_or(self.text.len() - from);
        let end = from + length;
        self.go_to(end + self.text[end..].chars().next().map_or(0, char::len_utf8));
        Some(from..end)
    }

    fn delimited(&mut self, open: u8, close: u8) -> Option<Range<usize>> {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        while matches!(bytes.get(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        if bytes.get(at) != Some(&open) {
            return None;
        }
        let start = at + 1;
        let mut depth = 0_usize;
        // An argument ends in its paragraph; what is longer has lost its end.
        for (offset, &byte) in bytes[at..].iter().enumerate().take(20_000) {
            let here = at + offset;
            if byte == open || (byte == b'{' && open == b'[') {
                depth += 1;
            } else if byte == close || (byte == b'}' && open == b'[') {
                if here > start && bytes[here - 1] == b'\\' {
                    continue;
                }
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    self.go_to(here + 1);
                    return (byte == close).then_some(start..here);
                }
            } else if byte == b'\n' && bytes.get(here + 1) == Some(&b'\n') {
                return None;
            }
        }
        None
    }
}
