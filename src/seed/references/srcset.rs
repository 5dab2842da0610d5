//! The pictures among which a browser chooses: the value of `srcset`, by the HTML Standard ("parse a srcset attribute").

use std::ops::Range;

/// The addresses of a value, as ranges of it. A candidate whose descriptors are wrong is none, for browsers too.
pub(super) fn candidates(value: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = &value[at..];
            let start = at + rest.find(|c: char| !(c.is_ascii_whitespace() || c == ','))?;
            let rest = &value[start..];
            // An address reaches to the next white space; commas inside are its own, at its end they part candidates.
            let length = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
            let address = rest[..length].trim_end_matches(',');
            at = start + length;
            let described = if address.len() < length { 0 } else { described(&value[at..]) };
            let descriptors = &value[at..at + described];
            at += described;
            if are_valid(descriptors) {
                return Some(start..start + address.len());
            }
        }
    })
}

/// How far the descriptors of a candidate reach: to the next comma that is not in brackets.
fn described(rest: &str) -> usize {
    let mut in_brackets = false;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'(' => in_brackets = true,
            b')' => in_brackets = false,
            b',' if !in_brackets => return at,
            _ => {}
        }
    }
    rest.len()
}

/// Whether descriptors say one width, perhaps with a height, or one density, or nothing.
fn are_valid(descriptors: &str) -> bool {
    let (mut width, mut height, mut density) = (0, 0, 0);
    for descriptor in descriptors.split_ascii_whitespace() {
        let Some((number, unit)) = descriptor.split_at_checked(descriptor.len() - 1) else { return false };
        let counts = || number.bytes().all(|byte| byte.is_ascii_digit()) && number.bytes().any(|byte| byte != b'0');
        match unit {
            "w" if counts() => width += 1,
            "h" if counts() => height += 1,
            "x" if is_density(number) => density += 1,
            _ => return false,
        }
    }
    width + density <= 1 && height <= width
}

/// Whether a text is a number of HTML that is not below zero.
fn is_density(number: &str) -> bool {
    let signs = number.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
    let ends = number.ends_with(|c: char| c.is_ascii_digit()) && !number.starts_with('+') && !number.contains(".e");
    signs && ends && number.parse::<f64>().is_ok_and(|number| number >= 0.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(value: &str) -> Vec<&str> {
        candidates(value).map(|range| &value[range]).collect()
    }

    #[test]
    fn candidates_are_told_apart_as_browsers_do() {
        for (value, expected) in [
            ("a.png", &["a.png"][..]),
            ("a.png 1x, b.png 2x", &["a.png", "b.png"]),
            ("\n a.png 300w,\n\tb.png 600w 400h ,", &["a.png", "b.png"]),
            ("a.png, b.png 1.5x", &["a.png", "b.png"]),
            // Commas inside an address belong to it, those at its end do not.
            ("a,b.png 1x,c.png 2x", &["a,b.png", "c.png"]),
            ("a.png,b.png", &["a.png,b.png"]),
            ("a.png,, b.png", &["a.png", "b.png"]),
            ("data:image/png;base64,iVBO 1x, b.png 2x", &["data:image/png;base64,iVBO", "b.png"]),
            // Brackets keep commas; what stands in them means nothing yet, so the candidate is none.
            ("a.png (x, b.png 2x), c.png", &["c.png"]),
            ("a.png (x, b.png", &[]),
            // Descriptors that are wrong.
            ("a.png 2q, b.png 0w, c.png 1x 2x, d.png 1x 2w, e.png 3h, f.png -1x, g.png +1x, h.png 1.x, i.png x", &[]),
            ("a.png -0x, b.png 1e3x, c.png .5x, d.png 0x", &["a.png", "b.png", "c.png", "d.png"]),
            (" , ,", &[]),
            ("é.png 1é, ö.png", &["ö.png"]),
        ] {
            assert_eq!(read(value), expected, "{value:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_by_the_rules_is_read_again(
            written in prop::collection::vec(("[a-z(),/]{0,8}[a-z(/]", "( [1-9][0-9]{0,3}w| [0-9]x|)", "[ \n]{0,2}"), 0..8)
        ) {
            let addresses: Vec<String> =
                written.iter().map(|(address, ..)| address.trim_start_matches(',').to_owned()).collect();
            let value: String = written
                .iter()
                .zip(&addresses)
                .map(|((_, descriptor, space), address)| format!("{space}{address}{descriptor}, "))
                .collect();
            prop_assert_eq!(read(&value), addresses);
        }
    }
}
