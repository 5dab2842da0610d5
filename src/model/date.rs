//! Dates as precise as they are known.

use std::fmt;

use jiff::civil::Date;

/// A year, a month or a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    /// Year, four digits.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: Option<u8>,
    /// Day of the month; only with a month.
    pub day: Option<u8>,
}

impl PartialDate {
    /// A year.
    pub const fn of_year(year: i16) -> Self {
        PartialDate { year, month: None, day: None }
    }

    /// A month, where a year has it.
    pub fn of_month(year: i16, month: u8) -> Option<Self> {
        (1..=12).contains(&month).then_some(PartialDate { year, month: Some(month), day: None })
    }

    /// A day, where a calendar has it.
    pub fn of_day(year: i16, month: u8, day: u8) -> Option<Self> {
        let date = PartialDate { year, month: Some(month), day: Some(day) };
        date.first_day().map(|_| date)
    }

    /// Reads `2024`, `2024-05` or `2024-05-01`, the latter also as the beginning of a timestamp.
    pub fn parse(text: &str) -> Option<Self> {
        let date = text.trim().split(['T', ' ']).next()?;
        let mut parts = date.split('-');
        let year: i16 = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
        let date = match (parts.next(), parts.next()) {
            (None, _) => Some(PartialDate::of_year(year)),
            (Some(month), None) => PartialDate::of_month(year, month.parse().ok()?),
            (Some(month), Some(day)) => PartialDate::of_day(year, month.parse().ok()?, day.parse().ok()?),
        };
        date.filter(|_| parts.next().is_none())
    }

    /// Whether the day is known.
    pub const fn is_whole(self) -> bool {
        self.day.is_some()
    }

    /// The first day it can be.
    pub fn first_day(self) -> Option<Date> {
        let part = |part: Option<u8>| i8::try_from(part.unwrap_or(1)).ok();
        Date::new(self.year, part(self.month)?, part(self.day)?).ok()
    }

    /// The known parts, largest first.
    pub fn parts(self) -> Vec<i16> {
        [Some(self.year), self.month.map(i16::from), self.day.map(i16::from)].into_iter().flatten().collect()
    }

    /// The English name of the month.
    pub fn month_name(self) -> Option<&'static str> {
        const NAMES: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        NAMES.get(usize::from(self.month?.checked_sub(1)?)).copied()
    }
}

impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        // Months and days of a calendar are above zero.
        PartialDate { year: date.year(), month: Some(date.month() as u8), day: Some(date.day() as u8) }
    }
}

/// ISO 8601, as precise as known.
impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_as_precise_as_known_and_never_invented() {
        let read = |text| PartialDate::parse(text).map(|date| date.to_string());
        assert_eq!(read("2024"), Some("2024".to_owned()));
        assert_eq!(read("2024-05"), Some("2024-05".to_owned()));
        assert_eq!(read("2024-05-01T10:00:00Z"), Some("2024-05-01".to_owned()));
        for wrong in ["", "24", "2024-13", "2024-02-30", "2024-5-1-2", "May 2024", "2024-xx", "2024-00", "2024-01-00"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
