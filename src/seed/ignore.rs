//! Comments in a list that leave links out of the check: `perennial-ignore` for a line, `perennial-ignore-start` and
//! `perennial-ignore-end` around a block, each with a reason behind a colon where one is wanted.
//!
//! They are looked for only where their word occurs at all, so a list without them pays for one search. What merely
//! shows such a comment, in code or a literal block, is none.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use pulldown_cmark::{Event, Parser, Tag};
use regex::Regex;

use super::{Format, asciidoc, markdown, org, wikitext};
use crate::html::{Token, tokens};

/// The word all comments begin with.
const WORD: &str = "perennial-ignore";

/// Letters of a reason that are kept.
const MAX_REASON: usize = 200;

/// What a comment does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Line,
    Start,
    End,
}

/// One comment.
#[derive(Debug)]
struct Comment {
    at: Range<usize>,
    kind: Kind,
    reason: Option<String>,
}

/// Lines whose links are left out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ignored {
    /// 1-based, both included.
    pub(super) lines: (usize, usize),
    /// The line of the comment.
    pub(super) by: usize,
    /// The comment in words.
    pub(super) rule: Arc<str>,
    /// Links left out by it.
    pub(super) links: usize,
}

/// What the comments of a document say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Ignoring {
    /// In the order of their lines.
    pub(super) ranges: Vec<Ignored>,
    /// Comments without their counterpart: line, what is wrong.
    pub(super) faults: Vec<(usize, String)>,
}

impl Ignoring {
    /// The comments of a document.
    pub(super) fn of(text: &str, format: Format) -> Self {
        if memchr::memmem::find(text.as_bytes(), WORD.as_bytes()).is_none() {
            return Ignoring::default();
        }
        let mut found = Ignoring::default();
        let mut lines = Lines { text, at: 0, line: 1 };
        let mut open: Option<(usize, Option<String>)> = None;
        for comment in comments(text, format) {
            let line = lines.of(comment.at.start);
            match (comment.kind, open.take()) {
                (Kind::Line, None) => {
                    let last = line + text[comment.at.clone()].matches('\n').count();
                    let (first, last) = covered(text, &comment.at, line, last);
                    found.add((first, last), line, comment.reason);
                }
                (Kind::Start, None) => open = Some((line, comment.reason)),
                (Kind::End, Some((from, reason))) => found.add((from, line), from, reason),
                (Kind::End, None) => {
                    found.faults.push((line, format!("`{WORD}-end` ends nothing: no `{WORD}-start` stands before it")));
                }
                // A block that is open already covers what else is marked inside it.
                (Kind::Line | Kind::Start, block) => open = block,
            }
        }
        if let Some((from, reason)) = open {
            let message = format!("`{WORD}-start` has no `{WORD}-end`: everything behind it is left out of the check");
            found.faults.push((from, message));
            found.add((from, usize::MAX), from, reason);
        }
        found
    }

    fn add(&mut self, lines: (usize, usize), by: usize, reason: Option<String>) {
        let rule = match reason {
            Some(reason) => format!("the comment in line {by}: {reason}"),
            None => format!("the comment in line {by}"),
        };
        self.ranges.push(Ignored { lines, by, rule: rule.into(), links: 0 });
    }

    /// The comment that leaves out the links of a line; it is counted.
    pub(super) fn take(&mut self, line: usize) -> Option<Arc<str>> {
        // The ranges are few and ordered by their first lines, and only the last that began can hold the line.
        let after = self.ranges.partition_point(|range| range.lines.0 <= line);
        let range = self.ranges[..after].iter_mut().rev().take(2).find(|range| line <= range.lines.1)?;
        range.links += 1;
        Some(Arc::clone(&range.rule))
    }
}

/// The lines a comment of a single line is about: its own, or the next that says anything where it stands alone.
fn covered(text: &str, at: &Range<usize>, first: usize, last: usize) -> (usize, usize) {
    let line_start = text[..at.start].rfind('\n').map_or(0, |end| end + 1);
    let line_end = text[at.end..].find('\n').map_or(text.len(), |end| at.end + end);
    let is_alone = text[line_start..at.start].trim().trim_start_matches('\u{FEFF}').is_empty()
        && text[at.end..line_end].trim().is_empty();
    if !is_alone {
        return (first, last);
    }
    let mut line = last;
    let mut rest = text.get(line_end + 1..).unwrap_or("").split('\n');
    for content in rest.by_ref() {
        line += 1;
        if !content.trim().is_empty() {
            break;
        }
    }
    (line, line)
}

/// The comments of a document in their order.
fn comments(text: &str, format: Format) -> Vec<Comment> {
    const REST: &str = r"perennial-ignore(-start|-end)?(?:[ \t]*:[ \t]*([^\r\n]*?))?";
    static MARKUP: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!(r"<!--\s*{REST}\s*-->")).ok());
    static LATEX: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(&format!(r"(?m)%[ \t%]*{REST}[ \t]*\r?$")).ok());
    static RST: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(&format!(r"(?m)^[ \t]*(?:\.\.)[ \t]+{REST}[ \t]*\r?$")).ok());
    static SLASHES: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(&format!(r"(?m)^//[ \t]*{REST}[ \t]*\r?$")).ok());
    static ORG: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(&format!(r"(?m)^[ \t]*#[ \t]+{REST}[ \t]*\r?$")).ok());
    static HASH: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&format!(r"(?m)#[ \t#]*{REST}[ \t]*\r?$")).ok());
    let pattern = match format {
        Format::Html
        | Format::Markdown
        | Format::Wikitext
        | Format::Bookmarks
        | Format::Opml
        | Format::Feed
        | Format::Sitemap => &MARKUP,
        Format::Latex | Format::Bibtex => &LATEX,
        Format::Rst => &RST,
        Format::Asciidoc => &SLASHES,
        Format::Org => &ORG,
        Format::Csv | Format::Plain | Format::Yaml | Format::Toml => &HASH,
        Format::Json | Format::Ris | Format::Pdf => return Vec::new(),
    };
    let Some(pattern) = pattern.as_ref() else { return Vec::new() };
    let shown = shown_only(text, format);
    let mut found = Vec::new();
    for captures in pattern.captures_iter(text) {
        let Some(whole) = captures.get(0) else { continue };
        let escaped = format == Format::Latex && text[..whole.start()].ends_with('\\');
        if escaped || is_within(&shown, whole.start()) {
            continue;
        }
        let kind = match captures.get(1).map(|kind| kind.as_str()) {
            Some("-start") => Kind::Start,
            Some(_) => Kind::End,
            None => Kind::Line,
        };
        let reason = captures.get(2).map(|reason| reason.as_str().trim().chars().take(MAX_REASON).collect::<String>());
        let reason = reason.filter(|reason| !reason.is_empty());
        // The line end is matched for its own sake; it is none of the comment.
        let end = whole.start() + whole.as_str().trim_end().len();
        found.push(Comment { at: whole.start()..end, kind, reason });
    }
    found
}

/// Whether an offset lies in one of these stretches, which are in order and never overlap.
fn is_within(stretches: &[Range<usize>], offset: usize) -> bool {
    let after = stretches.partition_point(|stretch| stretch.start <= offset);
    after > 0 && offset < stretches[after - 1].end
}

/// Stretches in which a comment is only shown: code, literal blocks, scripts.
fn shown_only(text: &str, format: Format) -> Vec<Range<usize>> {
    match format {
        Format::Markdown => {
            let front = markdown::front_matter(text);
            let events = Parser::new_ext(&text[front..], markdown::OPTIONS).into_offset_iter();
            let code = events.filter(|(event, _)| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_))));
            code.map(|(_, range)| front + range.start..front + range.end).collect()
        }
        Format::Wikitext => wikitext::code(text),
        Format::Asciidoc => asciidoc::code(text),
        Format::Org => org::code(text),
        Format::Html => {
            // Everything between two comments is no comment, whatever it looks like.
            let mut shown = Vec::new();
            let mut at = 0;
            for token in tokens(text) {
                if let Token::Comment { span, .. } = token {
                    shown.push(at..span.start);
                    at = span.end;
                }
            }
            shown.push(at..text.len());
            shown
        }
        _ => Vec::new(),
    }
}

/// A line of a list without the comment at its end.
pub(super) fn without_comment(line: &str) -> &str {
    if !line.contains(WORD) {
        return line;
    }
    let Some(word) = line.rfind(WORD) else { return line };
    match line[..word].trim_end_matches([' ', '\t']).strip_suffix('#') {
        Some(before) => before.trim_end_matches(['#', ' ', '\t']),
        None => line,
    }
}

/// Counts lines up to offsets that ascend.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn of(&mut self, offset: usize) -> usize {
        self.line += memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.at..offset]).count();
        self.at = offset;
        self.line
    }
}

/// A message about a comment that has nothing to leave out.
pub(super) fn idle(ignored: &Ignored) -> String {
    let what = if ignored.lines.0 == ignored.lines.1 { WORD.to_owned() } else { format!("{WORD}-start") };
    format!("`{what}` leaves out nothing: no link stands where it applies")
}
