//! Lines of a text one after another, for the formats whose blocks are made of lines.

/// One line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Where its first sign stands, white space included.
    pub(super) start: usize,
    /// Behind its last sign that is no white space.
    pub(super) end: usize,
    /// Where the next line begins.
    pub(super) next: usize,
}

impl Line {
    /// The line that begins at an offset, in a stretch of text that ends at another.
    pub(super) fn at(text: &str, start: usize, end: usize) -> Line {
        let next = memchr::memchr(b'\n', &text.as_bytes()[start..end]).map_or(end, |length| start + length + 1);
        Line { start, end: start + text[start..next].trim_end().len(), next }
    }

    pub(super) fn is_blank(self) -> bool {
        self.start == self.end
    }

    /// Its content with the white space before it.
    pub(super) fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    /// Where its content begins, behind white space.
    pub(super) fn inside(self, text: &str) -> usize {
        self.end - self.of(text).trim_start().len()
    }
}
