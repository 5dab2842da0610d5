//! When something appeared, where a list knows it as a span, a guess or a bound.

use std::fmt;

use super::PartialDate;

/// A date, or what is told in place of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// A date.
    On(PartialDate),
    /// A date that is a guess.
    About(PartialDate),
    /// From one date to another one behind it.
    Span(PartialDate, PartialDate),
    /// Some time before.
    Before(PartialDate),
    /// Some time after.
    After(PartialDate),
}

impl When {
    /// Reads what is written as ISO 8601-2 has it: `2011`, `1998~`, `2011/2013`, `../1995`, `1995/..`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(guess) = text.strip_suffix('~') {
            return PartialDate::parse(guess).map(When::About);
        }
        match text.split_once('/') {
            None => PartialDate::parse(text).map(When::On),
            Some(("..", end)) => PartialDate::parse(end).map(When::Before),
            Some((begin, "..")) => PartialDate::parse(begin).map(When::After),
            Some((begin, end)) => When::span(PartialDate::parse(begin)?, PartialDate::parse(end)?),
        }
    }

    /// From one date to another, where that comes later.
    pub fn span(begin: PartialDate, end: PartialDate) -> Option<Self> {
        (begin < end).then_some(When::Span(begin, end))
    }

    /// The date that stands for it where one alone can be told: of a span its beginning.
    pub const fn date(self) -> PartialDate {
        match self {
            When::On(date) | When::About(date) | When::Span(date, _) | When::Before(date) | When::After(date) => date,
        }
    }

    /// The same where it is a time something can have appeared at, and not only a bound of it.
    pub const fn known(self) -> Option<PartialDate> {
        match self {
            When::Before(_) | When::After(_) => None,
            _ => Some(self.date()),
        }
    }

    /// How one says it, where it is more than a date: `c. 1998`, `2011–2013`, `before 1995`.
    pub fn spoken(self) -> String {
        match self {
            When::On(date) => date.to_string(),
            When::About(date) => format!("c. {date}"),
            When::Span(begin, end) if begin.month.is_none() && end.month.is_none() => format!("{begin}–{end}"),
            When::Span(begin, end) => format!("{begin} – {end}"),
            When::Before(date) => format!("before {date}"),
            When::After(date) => format!("after {date}"),
        }
    }

    /// The same where no date can be told.
    pub fn bound(self) -> Option<String> {
        self.known().is_none().then(|| self.spoken())
    }
}

impl From<PartialDate> for When {
    fn from(date: PartialDate) -> Self {
        When::On(date)
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            When::On(date) => write!(f, "{date}"),
            When::About(date) => write!(f, "{date}~"),
            When::Span(begin, end) => write!(f, "{begin}/{end}"),
            When::Before(date) => write!(f, "../{date}"),
            When::After(date) => write!(f, "{date}/.."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for (text, spoken) in [
            ("2011-05", "2011-05"),
            ("1998~", "c. 1998"),
            ("2011/2013", "2011–2013"),
            ("2011-05/2011-06", "2011-05 – 2011-06"),
            ("../1995", "before 1995"),
            ("1995/..", "after 1995"),
        ] {
            let when = When::parse(text).expect(text);
            assert_eq!((when.to_string().as_str(), when.spoken().as_str()), (text, spoken));
        }
        for wrong in ["", "/", "../", "2013/2011", "2011/2011", "2011/x", "~", "soon~"] {
            assert_eq!(When::parse(wrong), None, "{wrong}");
        }
    }
}
