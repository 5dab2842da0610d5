//! ASCII looked at eight bytes at a time: whether a text is one of the many that need no escaping.

/// A byte in all eight places.
const fn everywhere(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

const HIGH: u64 = everywhere(0x80);

/// Not zero where one of eight bytes is the one looked for. Its place has the high bit set; an `odd` byte behind it may, too.
#[inline]
const fn holding(eight: u64, byte: u8) -> u64 {
    let zeros = eight ^ everywhere(byte);
    zeros.wrapping_sub(everywhere(1)) & !zeros & HIGH
}

/// Not zero where one of eight bytes is no printable ASCII.
#[inline]
const fn unprintable(eight: u64) -> u64 {
    let controls = eight.wrapping_sub(everywhere(b' ')) & !eight;
    let beyond = eight.wrapping_add(everywhere(1)) | eight;
    (controls | beyond) & HIGH
}

/// Whether all bytes pass a test of eight at a time; the last ones are filled up with letters.
#[inline]
fn all(bytes: &[u8], mut test: impl FnMut(u64) -> bool) -> bool {
    let (eights, rest) = bytes.as_chunks::<8>();
    let mut last = [b'a'; 8];
    last[..rest.len()].copy_from_slice(rest);
    eights.iter().all(|eight| test(u64::from_le_bytes(*eight))) && test(u64::from_le_bytes(last))
}

/// Whether a text is one line of printable ASCII with nothing but single blanks inside. It promises nothing where it says no.
pub(super) fn is_one_line(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut blank_before = 0;
    bytes.first() != Some(&b' ')
        && bytes.last() != Some(&b' ')
        && all(bytes, |eight| {
            let blanks = holding(eight, b' ');
            let gaps = blanks & (blanks << 8 | blank_before);
            blank_before = blanks >> 56;
            unprintable(eight) | gaps == 0
        })
}

/// Whether a text stands in markup as it is: nothing in it that could be taken for a tag, an attribute's end or a reference.
pub(super) fn is_plain_in_markup(text: &str) -> bool {
    all(text.as_bytes(), |eight| {
        let tags = holding(eight, b'<') | holding(eight, b'>') | holding(eight, b'&');
        tags | holding(eight, b'"') | holding(eight, b'\'') == 0
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_plain_is_plain(text in "[ -~]{0,24}|\\PC{0,20}|[ ,\"'<>&\\\\a!\\x7F\\n]{0,20}") {
            let printable = text.bytes().all(|byte| (b' '..0x7F).contains(&byte));
            prop_assert!(!is_one_line(&text) || printable && text.trim() == text && !text.contains("  "), "{:?}", text);
            prop_assert_eq!(is_plain_in_markup(&text), !text.contains(['<', '>', '&', '"', '\'']), "{:?}", text);
        }
    }

    #[test]
    fn ordinary_lines_are_told() {
        for line in ["", "a", "What was measured, by whom, and what became of it.", "1234567 89012345 67"] {
            assert!(is_one_line(line), "{line:?}");
        }
        for other in [" ", " a", "a ", "1234567  9", "12345678  a", "1234567 \u{2014}", "tab\there"] {
            assert!(!is_one_line(other), "{other:?}");
        }
    }
}
