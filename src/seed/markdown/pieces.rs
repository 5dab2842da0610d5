//! Long documents in pieces, so that reading takes the memory of a piece: where one can be cut, and the reference
//! definitions that hold for all pieces.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{BrokenLink, BrokenLinkCallback, CowStr};

use super::{destination, front_matter};
use crate::seed::words;

/// Bytes of a piece at least. A document that is not much longer is read whole.
const PIECE: usize = 1 << 20;

/// Elements whose content is no Markdown until they end, blank lines or not (CommonMark, 4.6).
const RAW: &[(&str, &str)] = &[
    ("<!--", "-->"),
    ("<pre", "</pre>"),
    ("<script", "</script>"),
    ("<style", "</style>"),
    ("<textarea", "</textarea>"),
    ("<![cdata[", "]]>"),
    ("<?", "?>"),
];

/// The pieces of a text behind its front matter, in order.
pub(super) struct Pieces<'t> {
    text: &'t str,
    at: usize,
    least: usize,
}

impl<'t> Pieces<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Pieces { text, at: front_matter(text), least: PIECE }
    }

    /// Pieces of other sizes, for tests.
    #[cfg(test)]
    pub(super) fn of_at_least(text: &'t str, least: usize) -> Self {
        Pieces { text, at: front_matter(text), least }
    }
}

impl Iterator for Pieces<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        self.at = if rest.len() <= 2 * self.least { self.text.len() } else { start + cut(rest, self.least) };
        Some(start..self.at)
    }
}

/// Where the piece ends that begins a text: before a heading behind a blank line, or else between two items of a list.
fn cut(text: &str, least: usize) -> usize {
    let mut lines = Lines::default();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let free = lines.begin(line);
        if (free == Free::Heading && at >= least) || (free == Free::Item && at >= 2 * least) {
            return at;
        }
        at += line.len();
    }
    text.len()
}

/// What may begin a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Free {
    Nothing,
    Heading,
    Item,
}

/// What the lines so far have left open.
#[derive(Default)]
struct Lines {
    /// The sign and length of an open fence.
    fence: Option<(u8, usize)>,
    /// What ends the open element.
    raw: Option<&'static str>,
    /// Whether the last line was blank.
    blank: bool,
    /// The bullet of the list the last line belongs to.
    bullet: Option<u8>,
}

impl Lines {
    /// Takes in the next line; says what a piece could begin with there.
    fn begin(&mut self, line: &str) -> Free {
        let body = line.trim();
        if let Some(end) = self.raw {
            if body.to_ascii_lowercase().contains(end) {
                self.raw = None;
            }
            return Free::Nothing;
        }
        if let Some((sign, length)) = self.fence {
            let run = body.bytes().take_while(|&byte| byte == sign).count();
            if run >= length && run == body.len() {
                self.fence = None;
            }
            return Free::Nothing;
        }
        let free = self.judge(line, body);
        for sign in [b'`', b'~'] {
            let length = body.bytes().take_while(|&byte| byte == sign).count();
            if length >= 3 && !body[length..].contains('`') {
                self.fence = Some((sign, length));
            }
        }
        if body.contains('<') {
            let lower = body.to_ascii_lowercase();
            self.raw = RAW.iter().find_map(|&(start, end)| {
                let open = lower.rfind(start)?;
                (!lower[open..].contains(end)).then_some(end)
            });
        }
        free
    }

    fn judge(&mut self, line: &str, body: &str) -> Free {
        let blank = std::mem::replace(&mut self.blank, body.is_empty());
        if body.is_empty() {
            self.bullet = None;
            return Free::Nothing;
        }
        let hashes = line.bytes().take_while(|&byte| byte == b'#').count();
        if blank && (1..=6).contains(&hashes) && line[hashes..].starts_with(' ') {
            self.bullet = None;
            return Free::Heading;
        }
        let bullet = line.bytes().next().filter(|byte| matches!(byte, b'-' | b'*' | b'+'));
        if bullet.is_some() && line[1..].starts_with(' ') && body.len() > 2 {
            let before = std::mem::replace(&mut self.bullet, bullet);
            return if before == bullet { Free::Item } else { Free::Nothing };
        }
        if !line.starts_with([' ', '\t']) {
            self.bullet = None;
        }
        Free::Nothing
    }
}

/// Reference definitions of a whole document, for the pieces that they do not stand in.
#[derive(Default)]
pub(super) struct Definitions<'t>(HashMap<String, (&'t str, Range<usize>)>);

impl<'t> Definitions<'t> {
    /// Finds the definitions in a text.
    pub(super) fn find(text: &'t str) -> Self {
        let mut found = HashMap::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let body = line.trim_start_matches(' ');
            let indent = line.len() - body.len();
            if indent <= 3
                && body.starts_with('[')
                && !body.starts_with("[^")
                && let Some(end) = body.find("]:")
            {
                let span = destination(text, at + indent + end + 2, at + line.len());
                let label = folded(&body[1..end]);
                if let Some(href) = text.get(span.clone()).filter(|href| !href.is_empty() && !label.is_empty()) {
                    found.entry(label).or_insert((href, span));
                }
            }
            at += line.len();
        }
        Definitions(found)
    }

    /// The bytes of the address that a label stands for.
    pub(super) fn span(&self, label: &str) -> Option<Range<usize>> {
        self.0.get(&folded(label)).map(|(_, span)| span.clone())
    }
}

/// Labels are compared without case, white space folded (CommonMark, 4.7).
fn folded(label: &str) -> String {
    words::fold(label).to_lowercase()
}

/// Answers for labels that the piece itself does not define.
pub(super) struct Elsewhere<'d, 't>(pub(super) &'d Definitions<'t>);

impl<'t> BrokenLinkCallback<'t> for Elsewhere<'_, 't> {
    fn handle_broken_link(&mut self, link: BrokenLink<'t>) -> Option<(CowStr<'t>, CowStr<'t>)> {
        if self.0.0.is_empty() {
            return None;
        }
        let (href, _) = self.0.0.get(&folded(&link.reference))?;
        Some((CowStr::Borrowed(href), CowStr::Borrowed("")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cuts(text: &str, least: usize) -> Vec<&str> {
        Pieces::of_at_least(text, least).map(|range| &text[range]).collect()
    }

    #[test]
    fn pieces_begin_with_headings_behind_blank_lines() {
        let text = "one\n\n# A\ntwo\n# B\n\nthree\n\n## C\nfour\n";
        assert_eq!(cuts(text, 1), ["one\n\n", "# A\ntwo\n# B\n\nthree\n\n", "## C\nfour\n"]);
        assert_eq!(cuts(text, 100), [text]);
    }

    #[test]
    fn code_and_comments_are_never_cut() {
        for open in ["```\n\n# A\nx\n\n# B\n```\n", "<!--\n\n# A\nx\n\n# B\n-->\n", "<pre>\n\n# A\n\n# B\n</pre>\n"] {
            assert_eq!(cuts(open, 1), [open]);
        }
    }

    #[test]
    fn long_lists_are_cut_between_their_own_items() {
        let text = "- a\n  - b\n- c\n+ d\n\n+ e\n";
        assert_eq!(cuts(text, 1), ["- a\n  - b\n", "- c\n+ d\n\n+ e\n"]);
    }
}
