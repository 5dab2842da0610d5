//! Eight bytes of a text looked at all at once, as one number with the first byte lowest.

/// A byte in all eight places.
#[inline]
pub const fn everywhere(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The first bytes up to a count of seven at most, the rest zero.
#[inline]
pub const fn first(eight: u64, count: usize) -> u64 {
    eight & !(u64::MAX << (8 * count))
}

/// How many of the first bytes are ASCII letters of either case.
#[inline]
pub const fn letters(eight: u64) -> usize {
    // What is no letter has its high bit set by one of these; a byte behind it may have so by mistake.
    let small = eight | everywhere(0x20);
    let below = small.wrapping_sub(everywhere(b'a')) & !small;
    let above = small.wrapping_add(everywhere(0x7F - b'z'));
    ((below | above | small) & everywhere(0x80)).trailing_zeros() as usize / 8
}

/// A mark where a byte is this one; other marks stand behind such a one only, so that none at all means none.
#[inline]
pub const fn marks_of(eight: u64, byte: u8) -> u64 {
    marks_of_zero(eight ^ everywhere(byte))
}

/// The same where a byte is an ASCII digit or one of the six signs behind them (`:;<=>?`).
#[inline]
pub const fn marks_of_digits(eight: u64) -> u64 {
    marks_of_zero((eight & everywhere(0xF0)) ^ everywhere(b'0'))
}

const fn marks_of_zero(eight: u64) -> u64 {
    eight.wrapping_sub(everywhere(1)) & !eight & everywhere(0x80)
}

/// A text eight bytes at a time; the last eight reach back, those of a shorter text are filled up with zeros.
#[inline]
pub fn all_of(bytes: &[u8]) -> impl Iterator<Item = u64> {
    let (whole, rest) = bytes.as_chunks();
    let last = match bytes.last_chunk() {
        _ if rest.is_empty() => None,
        Some(last) => Some(u64::from_le_bytes(*last)),
        None => Some(bytes.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte))),
    };
    whole.iter().map(|eight| u64::from_le_bytes(*eight)).chain(last)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_has_the_signs_that_are_marked(text in "[0-9:?a-f&C/é]{0,20}|[^&C]{0,20}") {
            let marked = |marks: fn(u64) -> u64| all_of(text.as_bytes()).any(|eight| marks(eight) != 0);
            prop_assert_eq!(marked(|eight| marks_of(eight, b'&')), text.contains('&'));
            prop_assert_eq!(marked(|eight| marks_of(eight, b'C')), text.contains('C'));
            prop_assert_eq!(marked(marks_of_digits), text.contains(|c| ('0'..='?').contains(&c)));
        }

        #[test]
        fn letters_are_counted_up_to_the_first_other_byte(bytes in prop_oneof![any::<[u8; 8]>(), "[a-zA-Z@\\[`{/0 ]{8}".prop_map(|text| {
            text.as_bytes().try_into().expect("eight bytes")
        })]) {
            let count = bytes.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
            let eight = u64::from_le_bytes(bytes);
            prop_assert_eq!(letters(eight), count);
            if count < 8 {
                let mut expected = [0; 8];
                expected[..count].copy_from_slice(&bytes[..count]);
                prop_assert_eq!(first(eight, count), u64::from_le_bytes(expected));
            }
        }
    }
}
