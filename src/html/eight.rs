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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
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
