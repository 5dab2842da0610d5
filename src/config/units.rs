//! Durations and sizes as people write them.

use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo};

/// Reads `"500ms"`, `"2s"`, `"1h 30m"`, `"7d"`: a number with a unit, several in a row add up. `None` for anything else,
/// for negative times and for units without a fixed length (months, years).
pub(super) fn duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    // ISO 8601 ("PT5S") would be read too; one way of writing is enough.
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let span: Span = text.parse().ok()?;
    let signed = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    Duration::try_from(signed).ok()
}

/// Writes a duration the way [`duration`] reads it.
pub(super) fn show_duration(duration: Duration) -> String {
    let day = Duration::from_secs(24 * 3600);
    if !duration.is_zero() && duration.as_nanos().is_multiple_of(day.as_nanos()) {
        return format!("{}d", duration.as_secs() / day.as_secs());
    }
    match SignedDuration::try_from(duration) {
        Ok(signed) => format!("{signed:#}"),
        Err(_) => format!("{}s", duration.as_secs()),
    }
}

/// Units of sizes; the binary ones first, since they are what is written back.
const SIZE_UNITS: [(&str, u64); 9] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("KB", 1_000),
    ("bytes", 1),
    ("B", 1),
];

/// Reads `"2MiB"`, `"64 KiB"`, `"500kB"` or plain bytes.
pub(super) fn size(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = unit.trim_start();
    let factor = match unit {
        "" => 1,
        unit => SIZE_UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?.1,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

/// Writes a size the way [`size`] reads it.
pub(super) fn show_size(bytes: u64) -> String {
    let fitting = SIZE_UNITS[..3].iter().find(|(_, factor)| bytes > 0 && bytes.is_multiple_of(*factor));
    match fitting {
        Some((unit, factor)) => format!("{}{unit}", bytes / factor),
        None => bytes.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn durations_are_read_as_written_by_people() {
        let cases = [
            ("500ms", 500),
            ("2s", 2_000),
            ("1h 30m", 5_400_000),
            ("1h30m", 5_400_000),
            ("7d", 604_800_000),
            ("2w", 1_209_600_000),
            ("2 minutes", 120_000),
            (" 1s ", 1_000),
            ("0s", 0),
            ("1.5s", 1_500),
        ];
        for (text, milliseconds) in cases {
            assert_eq!(duration(text), Some(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["", "5", "-2s", "2s ago", "fast", "1 month", "1y", "PT5S", "s", "1e3s", "99999999999999999999s"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_are_read_as_written_by_people() {
        for (text, bytes) in
            [("2MiB", 2 << 20), ("64 KiB", 64 << 10), ("500kB", 500_000), ("17", 17), ("1 gib", 1 << 30)]
        {
            assert_eq!(size(text), Some(bytes), "{text}");
        }
        for text in ["", "MiB", "-1", "2MiBs", "1.5MiB", "99999999999GiB", "18446744073709551616"] {
            assert_eq!(size(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(milliseconds in 0_u64..10_000_000_000, bytes in 0_u64..1 << 50) {
            let time = Duration::from_millis(milliseconds);
            prop_assert_eq!(duration(&show_duration(time)), Some(time));
            prop_assert_eq!(size(&show_size(bytes)), Some(bytes));
        }

        #[test]
        fn no_text_is_too_odd(text in "\\PC*") {
            let _ = duration(&text);
            let _ = size(&text);
        }
    }
}
