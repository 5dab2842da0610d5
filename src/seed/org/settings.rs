//! What holds for a whole Org document, wherever it is said: its title, its keywords, its abbreviations; and the ends of blocks.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::seed::lines::Line;

/// Keywords of headlines that need no declaration.
const KEYWORDS: [&str; 2] = ["TODO", "DONE"];

/// Settings of a document.
#[derive(Debug, Default)]
pub(super) struct Settings<'a> {
    /// The text of `#+TITLE:`, where it stands above all that the document says.
    pub(super) title: Option<Range<usize>>,
    /// Words that a headline may begin with and that are none of its text.
    keywords: HashSet<&'a str>,
    /// `#+LINK: name address`, the last one of each name.
    abbreviations: HashMap<&'a str, &'a str>,
    /// Lines `#+END_name` by that name in lower case.
    ends: HashMap<String, Vec<usize>>,
    /// Lines `:END:`.
    drawer_ends: Vec<usize>,
}

impl<'a> Settings<'a> {
    pub(super) fn collect(text: &'a str) -> Self {
        let mut settings = Settings::default();
        let mut at = 0;
        let mut begun = false;
        while at < text.len() {
            let line = Line::at(text, at, text.len());
            at = line.next;
            let inside = line.inside(text);
            let content = &text[inside..line.end];
            if content.eq_ignore_ascii_case(":end:") {
                settings.drawer_ends.push(line.start);
            } else if let Some((key, value)) = keyword(content) {
                settings.take(key, line.end - value.len()..line.end, text, begun);
            } else if let Some(name) = marker(content, "#+end_") {
                settings.ends.entry(name.to_ascii_lowercase()).or_default().push(line.start);
            }
            // Settings, comments and drawers begin nothing.
            begun |= !(content.is_empty() || content.starts_with(['#', ':']));
        }
        settings
    }

    fn take(&mut self, key: &str, value: Range<usize>, text: &'a str, begun: bool) {
        let said = &text[value.clone()];
        let is = |names: &[&str]| names.iter().any(|name| key.eq_ignore_ascii_case(name));
        if is(&["title"]) && self.title.is_none() && !said.is_empty() && !begun {
            self.title = Some(value);
        } else if is(&["todo", "seq_todo", "typ_todo"]) {
            let words = said.split_whitespace().filter(|word| *word != "|");
            // A key for choosing it may stand behind: `WAIT(w@)`.
            self.keywords.extend(words.map(|word| word.split('(').next().unwrap_or(word)));
        } else if is(&["link"])
            && let Some((name, address)) = said.split_once(char::is_whitespace)
        {
            self.abbreviations.insert(name.trim_matches('"'), address.trim());
        }
    }

    pub(super) fn is_keyword(&self, word: &str) -> bool {
        KEYWORDS.contains(&word) || self.keywords.contains(word)
    }

    /// The address that an abbreviation stands for, `%s` or its end to be filled.
    pub(super) fn abbreviation(&self, name: &str) -> Option<&'a str> {
        self.abbreviations.get(name).copied()
    }

    /// Where the line stands that ends a block of this name, at or behind an offset.
    pub(super) fn end_of(&self, name: &str, from: usize) -> Option<usize> {
        first_from(self.ends.get(&name.to_ascii_lowercase())?, from)
    }

    /// Where the line stands that ends a drawer.
    pub(super) fn end_of_drawer(&self, from: usize) -> Option<usize> {
        first_from(&self.drawer_ends, from)
    }
}

fn first_from(places: &[usize], from: usize) -> Option<usize> {
    places.get(places.partition_point(|&place| place < from)).copied()
}

/// `#+KEY: value`.
pub(super) fn keyword(content: &str) -> Option<(&str, &str)> {
    let (key, value) = content.strip_prefix("#+")?.split_once(':')?;
    let is_key = !key.is_empty() && !key.contains(char::is_whitespace);
    is_key.then(|| (key, value.trim_start()))
}

/// The name behind `#+begin_` or `#+end_`, in either case.
pub(super) fn marker<'t>(content: &'t str, mark: &str) -> Option<&'t str> {
    let start = content.get(..mark.len())?;
    let name = content[mark.len()..].split_whitespace().next()?;
    (start.eq_ignore_ascii_case(mark) && content[mark.len()..].starts_with(name)).then_some(name)
}

/// A headline: its level and what is left when keyword, priority and tags are taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Headline {
    pub(super) level: usize,
    pub(super) text: Range<usize>,
    /// Whether it and all below it is a comment.
    pub(super) is_comment: bool,
}

impl Headline {
    /// The headline that a line is.
    pub(super) fn of(text: &str, line: Line, settings: &Settings<'_>) -> Headline {
        let content = line.of(text);
        let level = content.bytes().take_while(|&byte| byte == b'*').count();
        let mut rest = content[level..].trim_start();
        let word = |rest: &str| rest.split_whitespace().next().unwrap_or_default().len();
        if settings.is_keyword(&rest[..word(rest)]) {
            rest = rest[word(rest)..].trim_start();
        }
        if let Some(priority) = rest.strip_prefix("[#")
            && let Some(end) = priority.bytes().take(4).position(|byte| byte == b']')
        {
            rest = priority[end + 1..].trim_start();
        }
        let is_comment = &rest[..word(rest)] == "COMMENT";
        let start = line.end - rest.len();
        Headline { level, text: start..start + without_tags(rest).len(), is_comment }
    }
}

/// Without `:tags:` at the end.
fn without_tags(rest: &str) -> &str {
    let last = rest.rfind(char::is_whitespace).map_or(0, |blank| blank + 1);
    // A blank of several bytes is no blank of tags.
    let Some(tags) = rest.get(last..) else { return rest };
    let is_tag = |c: char| c.is_alphanumeric() || matches!(c, '_' | '@' | '#' | '%' | ':');
    let are_tags = tags.len() > 2 && tags.starts_with(':') && tags.ends_with(':') && tags.chars().all(is_tag);
    if are_tags { rest[..last].trim_end() } else { rest }
}

/// Where the first headline at or behind the beginning of a line stands; the end of the text where there is none.
pub(super) fn next_headline(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let is_headline = |at: usize| {
        let stars = bytes[at..].iter().take_while(|&&byte| byte == b'*').count();
        stars > 0 && bytes.get(at + stars) == Some(&b' ')
    };
    if is_headline(from) {
        return from;
    }
    let mut lines = memchr::memmem::find_iter(&bytes[from..], b"\n*").map(|at| from + at + 1);
    lines.find(|&at| is_headline(at)).unwrap_or(text.len())
}

/// What an item of a list begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// The term that is described.
    pub(super) term: Option<Range<usize>>,
    /// Its text in this line.
    pub(super) text: Range<usize>,
}

impl Item {
    /// The item that begins in a line, if one does.
    pub(super) fn of(text: &str, line: Line) -> Option<Item> {
        let inside = line.inside(text);
        let content = &text[inside..line.end];
        let width = bullet(content, inside > line.start)?;
        let mut rest = content[width..].trim_start();
        if let Some(counter) = rest.strip_prefix("[@") {
            rest = counter.split_once(']').map_or(rest, |(_, rest)| rest.trim_start());
        }
        for box_ in ["[ ]", "[X]", "[x]", "[-]"] {
            if let Some(behind) = rest.strip_prefix(box_).filter(|rest| rest.is_empty() || rest.starts_with(' ')) {
                rest = behind.trim_start();
                break;
            }
        }
        let start = line.end - rest.len();
        let is_ordered = content.starts_with(|c: char| c.is_ascii_digit());
        let split = (!is_ordered).then(|| colons(rest)).flatten();
        let term = split.map(|at| start..start + rest[..at].trim_end().len());
        let text_start = split.map_or(start, |at| line.end - rest[at + 2..].trim_start().len());
        Some(Item { term, text: text_start..line.end })
    }
}

/// Where the `::` stands that ends a term: between white space, the last one of the line.
fn colons(rest: &str) -> Option<usize> {
    let mut found = rest.rmatch_indices("::").map(|(at, _)| at);
    found.find(|&at| {
        let behind = &rest[at + 2..];
        rest[..at].ends_with([' ', '\t']) && (behind.is_empty() || behind.starts_with([' ', '\t']))
    })
}

/// Width of `-`, `+`, `1.` or `1)`; a star is one only where it stands indented, else it begins a headline.
fn bullet(content: &str, indented: bool) -> Option<usize> {
    let digits = content.bytes().take(10).take_while(u8::is_ascii_digit).count();
    let width = match content.as_bytes().get(digits)? {
        b'-' | b'+' if digits == 0 => 1,
        b'*' if digits == 0 && indented => 1,
        b'.' | b')' if digits > 0 => digits + 1,
        _ => return None,
    };
    let behind = &content[width..];
    (behind.is_empty() || behind.starts_with([' ', '\t'])).then_some(width)
}
