//! Dates as curators write them: as precise as they are known, and of a span its beginning.

use crate::model::PartialDate;

/// Bytes of a date at most.
const LONGEST: usize = 60;

/// Words that make a date a guess, of which the year is the best.
const GUESSES: &[&str] = &["c", "ca", "circa", "about", "around", "approx", "approximately", "um", "vers", "hacia"];

/// Words by which a date is not the one that is told.
const BOUNDS: &[&str] = &["before", "after", "vor", "nach"];

/// Reads a date. What is no day of a calendar and no month still has its year, if it names one.
pub(super) fn read(text: &str) -> Option<PartialDate> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    if is_guess(text) {
        let years: Vec<i16> = parts(text).into_iter().filter_map(|part| year(part.trim_start_matches('c'))).collect();
        return (years.len() == 1 && !is_bound(text)).then(|| PartialDate::of_year(years[0]));
    }
    // Two dates with a sign between them, neither of which is one part of one date.
    let begin = text.split(['/', '–', '—']).next().unwrap_or(text).trim();
    if let Some(date) = PartialDate::parse(text).or_else(|| PartialDate::parse(begin).filter(|_| !is_numeric(text))) {
        return Some(date);
    }
    if is_bound(text) {
        return None;
    }
    let parts = parts(text);
    let years: Vec<i16> = parts.iter().filter_map(|part| year(part)).collect();
    let &first = years.first()?;
    let spans = matches!(parts.as_slice(), [_, _]) && years.len() == 2;
    if years.len() > 1 {
        return spans.then(|| PartialDate::of_year(first));
    }
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
pub(super) fn is_guess(text: &str) -> bool {
    let guesses = |part: &str| {
        GUESSES.contains(&part.to_lowercase().as_str())
            || part.strip_prefix('c').is_some_and(|rest| year(rest).is_some())
    };
    text.contains(['?', '~', '%']) || parts(text).into_iter().any(guesses)
}

fn is_bound(text: &str) -> bool {
    parts(text).iter().any(|part| BOUNDS.contains(&part.to_lowercase().as_str()))
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
            ("2011-05/2011-06", "2011-05"),
            ("2011-05-03/2011-06-01", "2011-05-03"),
            ("2011–2012", "2011"),
            ("2011-2012", "2011"),
            ("1995/", "1995"),
            ("2012-13", "2012"),
            ("2012/13", "2012"),
            ("2011-02-31", "2011"),
            ("03/05/2011", "2011"),
            ("Spring 2012", "2012"),
            ("mayo de 2011", "2011"),
            ("May 32, 2012", "2012"),
        ] {
            assert_eq!(read(written).as_deref(), Some(date), "{written}");
        }
        for guess in ["c. 1998", "circa 1998", "c1998", "1998?", "1998~", "[ca. 1998]", "c. May 1998"] {
            assert_eq!(read(guess).as_deref(), Some("1998"), "{guess}");
        }
        for none in [
            "",
            "before 2011",
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
