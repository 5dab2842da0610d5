//! Lines and columns of byte offsets.

/// Bytes between two remembered places.
const STRIDE: usize = 32 * 1024;

/// Finds the line and column of offsets in one text, fastest when they are asked in order.
#[derive(Clone, Debug)]
pub(super) struct Places<'t> {
    text: &'t str,
    /// A place each [`STRIDE`] bytes or so, as far as the text was read.
    known: Vec<Place>,
    last: Place,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    offset: usize,
    line: usize,
    column: usize,
}

impl<'t> Places<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut start = Place { offset: 0, line: 1, column: 1 };
        if text.starts_with('\u{FEFF}') {
            start.offset = '\u{FEFF}'.len_utf8();
        }
        Places { text, known: vec![start], last: start }
    }

    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// Line and column of an offset, both from 1, columns in code points. Lines end with LF or CRLF.
    pub(super) fn of(&mut self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.text.len());
        let mut place = self.last;
        if offset < place.offset {
            let after = self.known.partition_point(|known| known.offset <= offset);
            place = self.known[after.saturating_sub(1)];
        }
        while place.offset < offset {
            let next = offset.min(place.offset + STRIDE);
            place = self.advance(place, next);
            if self.known.last().is_some_and(|known| known.offset + STRIDE <= place.offset) {
                self.known.push(place);
            }
        }
        self.last = place;
        (place.line, place.column)
    }

    fn advance(&self, mut place: Place, to: usize) -> Place {
        let bytes = &self.text.as_bytes()[place.offset..to];
        let mut rest = bytes;
        while let Some(at) = memchr::memchr(b'\n', rest) {
            place.line += 1;
            place.column = 1;
            rest = &rest[at + 1..];
        }
        // Every byte that does not continue a character begins one.
        place.column += rest.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        place.offset = to;
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_in_code_points() {
        let text = "\u{FEFF}añb\r\nx\ny";
        let mut places = Places::new(text);
        assert_eq!(places.of(text.find('b').expect("there")), (1, 3));
        assert_eq!(places.of(text.find('y').expect("there")), (3, 1));
        assert_eq!(places.of(text.find('a').expect("there")), (1, 1));
        assert_eq!(places.of(text.find('x').expect("there")), (2, 1));
    }

    #[test]
    fn far_places_in_one_line_are_found_in_any_order() {
        let text = "é".repeat(100_000);
        let mut places = Places::new(&text);
        for index in [99_999_usize, 5, 70_000, 69_999, 0] {
            assert_eq!(places.of(index * 2), (1, index + 1));
        }
    }
}
