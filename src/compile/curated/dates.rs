//! Dates as curators write them: as precise as they are known, also as spans, guesses and bounds.

use crate::model::{PartialDate, When};

/// Bytes of a date at most.
const LONGEST: usize = 60;

/// Words that make a date a guess, of which the year is the best.
const GUESSES: &[&str] = &["c", "ca", "circa", "about", "around", "approx", "approximately", "um", "vers", "hacia"];

/// Words by which something appeared before the date that is told, and after it.
const EARLIER: &[&str] = &["before", "vor", "avant", "antes"];
const LATER: &[&str] = &["after", "nach", "après", "después"];

/// Reads a date. What is no day of a calendar and no month still has its year, if it names one.
pub(super) fn read(text: &str) -> Option<When> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    if is_guess(text) {
        let years: Vec<i16> = parts(text).into_iter().filter_map(|part| year(part.trim_start_matches('c'))).collect();
        return (years.len() == 1 && !is_bound(text)).then(|| When::About(PartialDate::of_year(years[0])));
    }
    // Two dates with a sign between them, neither of which is one part of one date.
    let ends: Vec<&str> = text.split(['/', '–', '—']).map(str::trim).collect();
    let begin = PartialDate::parse(ends[0]).filter(|_| !is_numeric(text));
    if let Some(date) = PartialDate::parse(text).or(begin) {
        let end = if ends.len() == 2 { end(date, ends[1]) } else { None };
        return Some(end.and_then(|end| When::span(date, end)).unwrap_or(When::On(date)));
    }
    if let Some((word, rest)) = text.split_once(' ').filter(|_| is_bound(text)) {
        let date = one(rest.trim())?;
        let is = |words: &[&str]| words.contains(&word.to_lowercase().as_str());
        return match (is(EARLIER), is(LATER)) {
            (true, _) => Some(When::Before(date)),
            (_, true) => Some(When::After(date)),
            _ => None,
        };
    }
    if let [begin, end] = parts(text).as_slice()
        && let (Some(first), Some(last)) = (year(begin), year(end))
    {
        let (first, last) = (PartialDate::of_year(first), PartialDate::of_year(last));
        return Some(When::span(first, last).unwrap_or(When::On(first)));
    }
    let date = one(text)?;
    // No year has thirteen months: `2012-13` is a winter.
    let winter = text.get(4..).filter(|_| date.month.is_none() && begins_with_year(text));
    let end = winter.and_then(|rest| rest.strip_prefix(['-', '/', '–'])).and_then(|rest| end(date, rest));
    Some(end.and_then(|end| When::span(date, end)).unwrap_or(When::On(date)))
}

/// The end of a span that begins with a date: a date too, or the last two figures of the year behind.
fn end(begin: PartialDate, text: &str) -> Option<PartialDate> {
    let next = begin.year.checked_add(1)?;
    PartialDate::parse(text).or_else(|| {
        let short = is_digits(text) && text.len() == 2 && text.parse() == Ok(next % 100);
        (short && begin.month.is_none()).then(|| PartialDate::of_year(next))
    })
}

/// Reads a date that is neither span, guess nor bound.
fn one(text: &str) -> Option<PartialDate> {
    if is_bound(text) {
        return None;
    }
    let parts = parts(text);
    let years: Vec<i16> = parts.iter().filter_map(|part| year(part)).collect();
    let &[first] = years.as_slice() else { return None };
    let rest: Vec<&str> = parts.into_iter().filter(|part| year(part).is_none()).collect();
    let known = match rest.as_slice() {
        // Year first: the month comes next. Otherwise day and month may stand in either order.
        [month, day] if begins_with_year(text) && is_digits(month) => {
            PartialDate::of_day(first, number(month)?, number(day)?)
        }
        [month] if begins_with_year(text) && is_digits(month) => PartialDate::of_month(first, number(month)?),
        [name] => month(name).and_then(|month| PartialDate::of_month(first, month)),
        [one, other] => month(one)
            .zip(number(other))
            .or_else(|| month(other).zip(number(one)))
            .and_then(|(month, day)| PartialDate::of_day(first, month, day)),
        _ => None,
    };
    Some(known.unwrap_or(PartialDate::of_year(first)))
}

/// Whether a date is told for a guess: `c. 1998`, `c1998`, `1998?`, `1998~`.
fn is_guess(text: &str) -> bool {
    let guesses = |part: &str| {
        GUESSES.contains(&part.to_lowercase().as_str())
            || part.strip_prefix('c').is_some_and(|rest| year(rest).is_some())
    };
    text.contains(['?', '~', '%']) || parts(text).into_iter().any(guesses)
}

fn is_bound(text: &str) -> bool {
    let bounds = |part: &&str| {
        let word = part.to_lowercase();
        EARLIER.contains(&word.as_str()) || LATER.contains(&word.as_str())
    };
    parts(text).iter().any(bounds)
}

/// The words and numbers of a date.
fn parts(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect()
}

/// Whether it is one date in figures, its parts between strokes: `2011/05/03`.
fn is_numeric(text: &str) -> bool {
    let mut parts = text.split('/');
    parts.next().is_some_and(|first| year(first).is_some()) && text.contains('/') && parts.all(|part| part.len() <= 2)
}

fn begins_with_year(text: &str) -> bool {
    text.get(..4).is_some_and(is_digits)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn year(part: &str) -> Option<i16> {
    (part.len() == 4 && is_digits(part)).then(|| part.parse().ok())?
}

/// A number of at most two figures, also with the letters of an ordinal behind it.
fn number(part: &str) -> Option<u8> {
    let figures = part.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let ending = &part[figures.len()..];
    (figures.len() <= 2 && matches!(ending, "" | "st" | "nd" | "rd" | "th")).then(|| figures.parse().ok())?
}

/// The month of an English name, or of its beginning.
fn month(word: &str) -> Option<u8> {
    let word = word.to_lowercase();
    let named = |month: &u8| {
        let name = PartialDate::of_month(2000, *month).and_then(PartialDate::month_name).unwrap_or_default();
        name.to_lowercase().starts_with(&word)
    };
    if word.len() < 3 { None } else { (1..=12).find(named) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_far_as_they_are_known() {
        let read = |text: &str| read(text).map(|date| date.to_string());
        for (written, date) in [
            ("2011", "2011"),
            ("2011-05-03T10:00", "2011-05-03"),
            ("2011/05/03", "2011-05-03"),
            ("2011/5", "2011-05"),
            ("3 May 2012", "2012-05-03"),
            ("May 3rd, 2012", "2012-05-03"),
            ("Sept. 2012", "2012-09"),
            ("2011-05/2011-06", "2011-05/2011-06"),
            ("2011-05-03/2011-06-01", "2011-05-03/2011-06-01"),
            ("2011–2012", "2011/2012"),
            ("2011--2013", "2011/2013"),
            ("2011-2012", "2011/2012"),
            ("2013/2011", "2013"),
            ("1995/", "1995"),
            ("2012-13", "2012/2013"),
            ("2012/13", "2012/2013"),
            ("2012-15", "2012"),
            ("before 1995", "../1995"),
            ("vor Mai 1995", "../1995"),
            ("after 3 May 1995", "1995-05-03/.."),
            ("2011-02-31", "2011"),
            ("03/05/2011", "2011"),
            ("Spring 2012", "2012"),
            ("mayo de 2011", "2011"),
            ("May 32, 2012", "2012"),
        ] {
            assert_eq!(read(written).as_deref(), Some(date), "{written}");
        }
        for guess in ["c. 1998", "circa 1998", "c1998", "1998?", "1998~", "[ca. 1998]", "c. May 1998"] {
            assert_eq!(read(guess).as_deref(), Some("1998~"), "{guess}");
        }
        for none in [
            "",
            "not before 2011",
            "before 2011 and 2013",
            "after c. 2011",
            "199?",
            "2011 or 2012?",
            "in press",
            "n.d.",
            "12",
            "May",
            "2011, 2013 and 2015",
            "20111",
        ] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
