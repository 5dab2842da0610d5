//! Lines on a terminal: wrapped, cut and painted.

use std::io;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr as _;

use crate::model::State;

const NARROWEST: usize = 40;
const WIDEST: usize = 120;

/// A terminal of some width that may take colour.
pub(super) struct Screen<'a> {
    pub out: &'a mut dyn io::Write,
    pub width: usize,
    colour: bool,
}

/// How a text is painted.
#[derive(Clone, Copy)]
pub(super) enum Look {
    Plain,
    Strong,
    Dim,
    Bad,
    Doubtful,
    Good,
}

impl<'a> Screen<'a> {
    pub fn new(out: &'a mut dyn io::Write, width: usize, colour: bool) -> Self {
        Screen { out, width: width.clamp(NARROWEST, WIDEST), colour }
    }

    pub fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// Writes words in lines no wider than the screen, the first indented by one amount and the others by another.
    pub fn wrapped(&mut self, text: &str, first: usize, hanging: usize, look: Look) -> io::Result<()> {
        for line in wrap(text, self.width, first, hanging) {
            self.painted(&line, look)?;
            writeln!(self.out)?;
        }
        Ok(())
    }

    /// Writes one line, cut at the width of the screen.
    pub fn cut(&mut self, text: &str, indent: usize, look: Look) -> io::Result<()> {
        let room = self.width.saturating_sub(indent);
        self.painted(&format!("{}{}", " ".repeat(indent), fit(text, room)), look)?;
        writeln!(self.out)
    }

    pub fn painted(&mut self, text: &str, look: Look) -> io::Result<()> {
        let style = if self.colour { look.style() } else { Style::new() };
        write!(self.out, "{style}{text}{style:#}")
    }
}

impl From<State> for Look {
    fn from(state: State) -> Self {
        match state {
            State::Dead => Look::Bad,
            State::Suspect | State::Moved => Look::Doubtful,
            State::Ok => Look::Good,
            State::Blocked | State::Unsure | State::Skipped => Look::Plain,
        }
    }
}

impl Look {
    fn style(self) -> Style {
        match self {
            Look::Plain => Style::new(),
            Look::Strong => Style::new().bold(),
            Look::Dim => Style::new().dimmed(),
            Look::Bad => Style::new().bold().fg_color(Some(AnsiColor::Red.into())),
            Look::Doubtful => Style::new().fg_color(Some(AnsiColor::Yellow.into())),
            Look::Good => Style::new().fg_color(Some(AnsiColor::Green.into())),
        }
    }
}

/// As much of a text as fits into a number of columns; an ellipsis stands for the rest.
pub(super) fn fit(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut fitting = String::new();
    let mut taken = 0;
    for c in text.chars() {
        taken += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if taken > columns.saturating_sub(1) {
            break;
        }
        fitting.push(c);
    }
    fitting.push('\u{2026}');
    fitting
}

/// Words in lines of a number of columns; a word that is wider stands alone.
pub(super) fn wrap(text: &str, columns: usize, first: usize, hanging: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = " ".repeat(first);
    let mut empty = true;
    for word in text.split(' ') {
        if !empty && line.width() + 1 + word.width() > columns {
            lines.push(std::mem::replace(&mut line, " ".repeat(hanging)));
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_measured_in_columns() {
        assert_eq!(fit("abcdef", 6), "abcdef");
        assert_eq!(fit("abcdefg", 6), "abcde\u{2026}");
        assert_eq!(fit("日本語", 5), "日本\u{2026}");
        assert_eq!(wrap("one two three", 8, 2, 4), ["  one", "    two", "    three"]);
    }
}
