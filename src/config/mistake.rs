//! What is wrong with a configuration, all of it at once, each mistake with its place.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use unicode_width::UnicodeWidthChar;

/// Columns of a line that are quoted at most.
const QUOTED_COLUMNS: usize = 100;

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is no configuration at all.
    #[error("the configuration {} {fault}", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// What it is instead, as the rest of a sentence.
        fault: &'static str,
    },
    /// There are mistakes in it.
    #[error("{}", tell(mistakes))]
    Mistakes {
        /// All of them.
        mistakes: Vec<Mistake>,
        /// Whether the file was found rather than named.
        discovered: bool,
    },
}

impl ConfigError {
    /// What to do about it, where more can be said than the message does.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            ConfigError::Unreadable { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                Some("check the path, or write a commented configuration there with `perennial generate config`")
            }
            ConfigError::Unreadable { .. } => Some("check that it is a file you may read"),
            ConfigError::NotText { .. } => {
                Some("a configuration is a TOML file; `perennial generate config` prints one")
            }
            ConfigError::Mistakes { discovered: false, .. } => {
                Some("`perennial generate config` prints every key with its default")
            }
            ConfigError::Mistakes { discovered: true, .. } => Some(
                "`perennial generate config` prints every key with its default; \
                 if the file belongs to another program, use --config or --no-config",
            ),
        }
    }
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The place as text: `config.toml:12:3`, a variable or a flag.
    pub place: String,
    /// What is wrong there; names the key in full.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
    /// The line it stands in.
    pub quote: Option<Quote>,
}

/// A line of the configuration with the part that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// 1-based.
    pub line: usize,
    /// The line, or as much of it as can be shown; without control characters.
    pub text: String,
    /// Columns before the part that is wrong.
    pub indent: usize,
    /// Columns of that part, at least one.
    pub width: usize,
}

impl Mistake {
    /// A mistake in a file.
    pub(super) fn in_file(file: &Path, text: &str, span: &Range<usize>, message: String, help: Option<String>) -> Self {
        let start = floor(text, span.start);
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        let column = text[line_start..start].chars().count() + 1;
        let quote = Some(quote(text, line, line_start, start..span.end));
        Mistake { place: format!("{}:{line}:{column}", file.display()), message, help, quote }
    }

    /// A mistake in a variable or a flag.
    pub(super) fn in_setting(name: &str, message: String, help: Option<String>) -> Self {
        Mistake { place: name.to_owned(), message, help, quote: None }
    }
}

/// Cuts the line around the span so that the span can be seen.
fn quote(text: &str, line: usize, line_start: usize, span: Range<usize>) -> Quote {
    let rest = &text[line_start..];
    let whole = rest.split('\n').next().unwrap_or(rest).trim_end_matches('\r');
    let line_end = line_start + whole.len();
    let end = floor(text, span.end).clamp(span.start, line_end.max(span.start));
    let mut shown = String::new();
    let (mut indent, mut width, mut columns) = (0, 0, 0);
    // A span far to the right is shown from a little before it.
    let skip = columns_of(&text[line_start..span.start.min(line_end)]).saturating_sub(QUOTED_COLUMNS / 2);
    let mut passed = 0;
    for (offset, c) in whole.char_indices() {
        let c = if c.is_control() { ' ' } else { c };
        let wide = c.width().unwrap_or(0);
        passed += wide;
        if passed <= skip {
            continue;
        }
        if columns + wide > QUOTED_COLUMNS {
            break;
        }
        columns += wide;
        shown.push(c);
        let at = line_start + offset;
        if at < span.start {
            indent += wide;
        } else if at < end {
            width += wide;
        }
    }
    Quote { line, text: shown, indent, width: width.max(1) }
}

fn columns_of(text: &str) -> usize {
    text.chars().map(|c| if c.is_control() { 1 } else { c.width().unwrap_or(0) }).sum()
}

/// The nearest character boundary at or before a position.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The headline and every mistake.
fn tell(mistakes: &[Mistake]) -> String {
    let mut text = match mistakes.len() {
        1 => "there is a mistake in the configuration".to_owned(),
        count => format!("there are {count} mistakes in the configuration"),
    };
    for mistake in mistakes {
        text.push_str(&format!("\n\n{mistake}"));
    }
    text.push('\n');
    text
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)?;
        let help = self.help.as_deref();
        match (&self.quote, help) {
            (Some(quote), _) => {
                let number = quote.line.to_string();
                let gutter = " ".repeat(number.len());
                write!(f, "\n {gutter} |\n {number} | {}\n {gutter} | ", quote.text)?;
                write!(f, "{:indent$}{}", "", "^".repeat(quote.width), indent = quote.indent)?;
                help.map_or(Ok(()), |help| write!(f, " {help}"))
            }
            (None, Some(help)) => write!(f, "\n   {help}"),
            (None, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, wrong: &str) -> String {
        let start = text.find(wrong).expect("is there");
        let span = start..start + wrong.len();
        Mistake::in_file(Path::new("config.toml"), text, &span, "is wrong".to_owned(), Some("so".to_owned()))
            .to_string()
    }

    #[test]
    fn the_part_that_is_wrong_is_underlined() {
        assert_eq!(
            shown("seeds = []\nretries = \"né\" # three\n", "\"né\""),
            "config.toml:2:11: is wrong\n   |\n 2 | retries = \"né\" # three\n   |           ^^^^ so"
        );
    }

    #[test]
    fn wide_letters_and_tabs_keep_the_line_straight() {
        let text = shown("\t\"漢字\" = 1", "1");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[2], " 1 |  \"漢字\" = 1");
        assert_eq!(lines[3], "   |           ^ so");
    }

    #[test]
    fn long_lines_are_shown_around_the_mistake() {
        let text = format!("a = \"{}\" WRONG {}", "x".repeat(500), "y".repeat(500));
        let told = shown(&text, "WRONG");
        let lines: Vec<&str> = told.lines().collect();
        assert!(lines.iter().all(|line| line.len() < QUOTED_COLUMNS + 20), "{told}");
        let at = lines[2].find("WRONG").expect("is shown");
        assert_eq!(lines[3].find("^^^^^"), Some(at), "{told}");
    }

    #[test]
    fn odd_spans_do_no_harm() {
        let text = "é = 1\n漢";
        for start in 0..=text.len() + 2 {
            for end in start..=text.len() + 2 {
                let mistake = Mistake::in_file(Path::new("c"), text, &(start..end), String::new(), None);
                assert!(!mistake.to_string().is_empty());
            }
        }
    }
}
