//! Dates as precise as they are known.

use std::fmt;

/// A year, a month or a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartialDate {
    /// Year, four digits.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: Option<i8>,
    /// Day, 1 to 31; only with a month.
    pub day: Option<i8>,
}

impl PartialDate {
    /// Reads `2024`, `2024-05` or `2024-05-01`, the latter also as the beginning of a timestamp.
    pub fn parse(text: &str) -> Option<Self> {
        let date = text.trim().split(['T', ' ']).next()?;
        let mut parts = date.split('-');
        let year: i16 = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
        let number = |part: &str, last: i8| part.parse::<i8>().ok().filter(|number| (1..=last).contains(number));
        let month = match parts.next() {
            Some(part) => Some(number(part, 12)?),
            None => None,
        };
        let day = match parts.next() {
            Some(part) => Some(number(part, 31)?),
            None => None,
        };
        // Days that no calendar has are no days.
        let exists = day.is_none_or(|day| jiff::civil::Date::new(year, month.unwrap_or(1), day).is_ok());
        (parts.next().is_none() && exists).then_some(PartialDate { year, month, day })
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
        self.month.and_then(|month| NAMES.get(usize::try_from(month - 1).ok()?)).copied()
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
