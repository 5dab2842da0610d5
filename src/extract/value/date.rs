//! Dates as people and machines write them, as precise as they are.

mod script;

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::Date;

use super::super::candidates::head_of;
use crate::model::PartialDate;
pub use script::{has_other_digits, lone_year, with_ascii_digits};

/// Texts are looked at this far.
const LOOKED_AT: usize = 400;

/// Whether a page of the web can have a date: from 1990 on, not in the future, no default value of some software.
pub fn is_plausible(date: PartialDate, latest: Option<Date>) -> bool {
    date.year >= 1990 && is_past(date, latest)
}

/// Whether what a library or journal keeps can be of a date: since there is print, not in the future, no first day of some
/// software's calendar.
pub fn is_printed(date: PartialDate, latest: Option<Date>) -> bool {
    let first = matches!(date, PartialDate { year: 1601 | 1753 | 1900 | 1970, month: Some(1), day: Some(1) });
    date.year >= 1450 && !first && is_past(date, latest)
}

/// Whether a date is not in the future.
fn is_past(date: PartialDate, latest: Option<Date>) -> bool {
    match (date.first_day(), latest) {
        (Some(date), Some(latest)) => date <= latest.saturating_add(jiff::Span::new().days(1)),
        (Some(_), None) => date.year < 2100,
        (None, _) => false,
    }
}

/// In which order a date of two small numbers is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Day first, as most of the world writes.
    #[default]
    DayFirst,
    /// Month first, as in the United States.
    MonthFirst,
}

impl Order {
    /// The custom of a language tag, with the host's last label deciding for English without a region.
    pub fn of(language: &str, host: &str) -> Order {
        let tag = language.to_ascii_lowercase().replace('_', "-");
        match tag.as_str() {
            "en-us" | "en-ph" => Order::MonthFirst,
            "en" | "" if !is_national(host) => Order::MonthFirst,
            _ => Order::DayFirst,
        }
    }
}

/// Whether the last label of a host is that of a country in which the day stands first.
pub fn is_national(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    last.len() == 2 && !matches!(last, "us" | "io" | "co" | "tv" | "me" | "ph")
}

/// Reads what a machine wrote: ISO 8601 and its variants, RFC 2822, epochs. The day stays as written, whatever the offset.
pub fn machine(raw: &str) -> Option<PartialDate> {
    let text = with_ascii_digits(raw.trim());
    let text = text.as_ref();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits(text);
    }
    // What nearly all machines write needs no look at all of its pieces.
    iso_day(text).or_else(|| first(text, Order::MonthFirst))
}

/// The day with which a text in the form of ISO 8601 begins.
fn iso_day(text: &str) -> Option<PartialDate> {
    let (day, rest) = text.as_bytes().split_at_checked(10)?;
    let form = day
        .iter()
        .enumerate()
        .all(|(at, byte)| if matches!(at, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() });
    if !form || rest.first().is_some_and(|byte| !matches!(byte, b'T' | b't' | b' ')) {
        return None;
    }
    let number = |range| text.get::<std::ops::Range<usize>>(range)?.parse::<i16>().ok();
    let date = PartialDate::of_day(number(0..4)?, number(5..7)? as u8, number(8..10)? as u8)?;
    (1900..=2099).contains(&date.year).then_some(date)
}

/// Digits alone: a year, a month, a day, or seconds or milliseconds since 1970.
fn digits(text: &str) -> Option<PartialDate> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
    match text.len() {
        4 => Some(PartialDate::of_year(number(0..4)? as i16)),
        6 => PartialDate::of_month(number(0..4)? as i16, number(4..6)? as u8),
        8 => PartialDate::of_day(number(0..4)? as i16, number(4..6)? as u8, number(6..8)? as u8),
        14 | 12 => PartialDate::of_day(number(0..4)? as i16, number(4..6)? as u8, number(6..8)? as u8),
        10 => epoch(number(0..10)?),
        13 => epoch(number(0..13)? / 1000),
        _ => None,
    }
}

fn epoch(seconds: i64) -> Option<PartialDate> {
    let date = jiff::Timestamp::from_second(seconds).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date();
    Some(date.into())
}

/// The first date in a text, whole days before months.
pub fn first(text: &str, order: Order) -> Option<PartialDate> {
    find(text, order).map(|found| found.date)
}

/// A date found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The date.
    pub date: PartialDate,
    /// Whether two small numbers left it open which is the month.
    pub ambiguous: bool,
    /// Byte offset at which it begins.
    pub start: usize,
    /// Byte offset behind it.
    pub end: usize,
}

/// Finds the first date in a text, whole days before months; never a year alone.
pub fn find(text: &str, order: Order) -> Option<Found> {
    let text = head_of(text, LOOKED_AT);
    let tokens = tokenize(text);
    let mut month_only = None;
    for at in 0..tokens.len() {
        // A number behind a sign behind a number belongs to what did not fit before.
        if at >= 2 && matches!(tokens[at - 1].kind, Kind::Sign('.' | '/' | '-')) && number(&tokens, at - 2).is_some() {
            continue;
        }
        if let Some((found, used)) = day_at(&tokens[at..], order) {
            return Some(span(found, &tokens[at..at + used]));
        }
        if month_only.is_none()
            && let Some((date, used)) = month_at(&tokens[at..])
        {
            month_only = Some(span((date, false), &tokens[at..at + used]));
        }
    }
    month_only
}

/// The order that a date of two small numbers and a year shows, where one of the two is no month.
pub fn shown_order(text: &str) -> Option<Order> {
    let found = find(text, Order::DayFirst)?;
    let mut numbers = text.get(found.start..found.end)?.split(['/', '-']).map(|number| number.parse::<u32>().ok());
    match (numbers.next()??, numbers.next()??, numbers.next()?) {
        (13..=31, 1..=12, Some(_)) => Some(Order::DayFirst),
        (1..=12, 13..=31, Some(_)) => Some(Order::MonthFirst),
        _ => None,
    }
}

fn span((date, ambiguous): (PartialDate, bool), tokens: &[Piece<'_>]) -> Found {
    let start = tokens.first().map_or(0, |piece| piece.start);
    let end = tokens.last().map_or(0, |piece| piece.start + piece.text.len());
    Found { date, ambiguous, start, end }
}

/// A piece of a text: a run of digits, a run of letters, or one sign.
#[derive(Clone, Copy, Debug)]
struct Piece<'a> {
    text: &'a str,
    start: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Value of at most eight digits, and how many digits.
    Number(u32, u8),
    /// Number of the month it names.
    Month(u8),
    /// A word that stands inside dates: of, de, den, th ...
    Filler,
    Word,
    Sign(char),
    Space,
}

/// Words that stand between the parts of a date.
const FILLERS: &[&str] = &[
    "of", "de", "del", "den", "der", "the", "st", "nd", "rd", "th", "er", "le", "al", "a", "ten", "di", "do", "da",
    "d", "do", "г", "р", "року", "года", "ta", "ο", "του", "tháng", "ngày", "năm", "º", "ª", "o",
];

/// Month numbers by name.
static NAMES: LazyLock<HashMap<&'static str, u8>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    for line in include_str!("../words/months.txt").lines() {
        let Some((number, list)) = line.split_once(':') else { continue };
        if let Ok(number) = number.parse() {
            names.extend(list.split('|').map(|name| (name.trim(), number)));
        }
    }
    names
});

fn tokenize(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let same: fn(char) -> bool = if c.is_ascii_digit() {
            |c| c.is_ascii_digit()
        } else if c.is_whitespace() {
            char::is_whitespace
        } else if matches!(c, '年' | '月' | '日' | '년' | '월' | '일') {
            |_| false
        } else if c.is_alphabetic() || is_mark(c) {
            |c| (c.is_alphabetic() || is_mark(c)) && !matches!(c, '年' | '月' | '日' | '년' | '월' | '일')
        } else {
            |_| false
        };
        let mut end = start + c.len_utf8();
        while let Some(&(at, next)) = chars.peek() {
            if !same(next) {
                break;
            }
            end = at + next.len_utf8();
            chars.next();
        }
        let piece = &text[start..end];
        pieces.push(Piece { text: piece, start, kind: kind_of(piece, c) });
    }
    pieces
}

/// Combining marks belong to the letters before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{0E31}'..='\u{0E4E}' | '\u{0900}'..='\u{094D}')
}

fn kind_of(piece: &str, first: char) -> Kind {
    if first.is_ascii_digit() {
        return match piece.parse::<u32>() {
            Ok(value) if piece.len() <= 8 => Kind::Number(value, piece.len() as u8),
            _ => Kind::Word,
        };
    }
    if first.is_whitespace() {
        return Kind::Space;
    }
    if matches!(first, '年' | '月' | '日' | '년' | '월' | '일') || !first.is_alphabetic() {
        return Kind::Sign(first);
    }
    let lower = piece.to_lowercase();
    // In Hebrew "in" is a letter before the name.
    let bare = lower.strip_prefix('ב').filter(|rest| rest.len() > 4).unwrap_or(&lower);
    if let Some(&month) = NAMES.get(lower.as_str()).or_else(|| NAMES.get(bare)) {
        Kind::Month(month)
    } else if FILLERS.contains(&lower.as_str()) {
        Kind::Filler
    } else {
        Kind::Word
    }
}

/// Skips what may stand between the parts of a date written with a month's name.
fn skip(tokens: &[Piece<'_>], mut at: usize) -> usize {
    let from = at;
    while at < tokens.len() && at - from < 5 {
        match tokens[at].kind {
            Kind::Space | Kind::Filler | Kind::Sign('.' | ',' | '-' | '/' | '–' | '\'' | '’' | '،' | '‑') => {
                at += 1
            }
            _ => break,
        }
    }
    at
}

fn number(tokens: &[Piece<'_>], at: usize) -> Option<(u32, u8)> {
    match tokens.get(at)?.kind {
        Kind::Number(value, digits) => Some((value, digits)),
        _ => None,
    }
}

fn month_name(tokens: &[Piece<'_>], at: usize) -> Option<u8> {
    match tokens.get(at)?.kind {
        Kind::Month(month) => Some(month),
        _ => None,
    }
}

fn sign(tokens: &[Piece<'_>], at: usize) -> Option<char> {
    match tokens.get(at)?.kind {
        Kind::Sign(sign) => Some(sign),
        _ => None,
    }
}

/// A year of four digits, or two after an apostrophe or in a date of numbers.
fn year_of(value: u32, digits: u8) -> Option<i16> {
    match digits {
        4 if (1900..=2099).contains(&value) => Some(value as i16),
        // Years of the Buddhist era in Thai dates.
        4 if (2540..=2599).contains(&value) => Some(value as i16 - 543),
        2 => Some(if value < 70 { 2000 + value as i16 } else { 1900 + value as i16 }),
        _ => None,
    }
}

/// A whole date that begins with the first of some tokens: the date, whether it is ambiguous, and how many tokens it takes.
fn day_at(tokens: &[Piece<'_>], order: Order) -> Option<((PartialDate, bool), usize)> {
    match tokens.first()?.kind {
        Kind::Number(value, 8) => {
            let date = PartialDate::of_day((value / 10_000) as i16, (value / 100 % 100) as u8, (value % 100) as u8)?;
            ((1990..2100).contains(&date.year)).then_some(((date, false), 1))
        }
        Kind::Number(year, 4) => year_first(tokens, year_of(year, 4)?),
        Kind::Number(value, 1 | 2) => day_name_year(tokens, value)
            .or_else(|| numbers(tokens, value, order))
            .or_else(|| cjk_without_century(tokens, value)),
        Kind::Month(month) => name_day_year(tokens, month),
        Kind::Word => in_reign(tokens),
        _ => None,
    }
}

/// `令和2年1月27日`.
fn in_reign(tokens: &[Piece<'_>]) -> Option<((PartialDate, bool), usize)> {
    let (year, _) = number(tokens, 1).filter(|_| sign(tokens, 2) == Some('年'))?;
    let year = script::of_reign(tokens[0].text, year)?;
    let ((month, _), (day, _)) = (number(tokens, 3)?, number(tokens, 5)?);
    let whole = sign(tokens, 4) == Some('月') && month <= 12 && day <= 31;
    whole.then_some(((PartialDate::of_day(year, month as u8, day as u8)?, false), 6))
}

/// `2020-01-27`, `2020/1/27`, `2020.01.27`, `2020年1月27日`, `2020. január 27.`, `2020 Jan 27`.
fn year_first(tokens: &[Piece<'_>], year: i16) -> Option<((PartialDate, bool), usize)> {
    if let Some(separator) = sign(tokens, 1) {
        let mut at = 2 + usize::from(tokens.get(2).is_some_and(|token| token.kind == Kind::Space));
        if let Some((month, 1 | 2)) = number(tokens, at) {
            let second = sign(tokens, at + 1)?;
            let paired = second == separator || matches!((separator, second), ('年', '月') | ('년', '월'));
            if !paired || !matches!(separator, '-' | '/' | '.' | '年' | '년' | '‑' | '–') {
                return None;
            }
            at += 2;
            at += usize::from(tokens.get(at).is_some_and(|token| token.kind == Kind::Space));
            let (day, _) = number(tokens, at).filter(|(_, digits)| *digits <= 2)?;
            // 2020-01-271 is no date.
            return Some(((PartialDate::of_day(year, month as u8, day as u8)?, false), at + 1));
        }
    }
    let at = skip(tokens, 1);
    let month = month_name(tokens, at)?;
    let at = skip(tokens, at + 1);
    let (day, _) = number(tokens, at).filter(|(_, digits)| *digits <= 2)?;
    Some(((PartialDate::of_day(year, month, day as u8)?, false), at + 1))
}

/// `27 January 2020`, `27. Januar 2020`, `1er janvier 2020`, `27 de enero de 2020`, `27 Jan '20`.
fn day_name_year(tokens: &[Piece<'_>], day: u32) -> Option<((PartialDate, bool), usize)> {
    let at = skip(tokens, 1);
    // "8 tháng 4 năm 2022": the month's number stands behind the word for it.
    let counted = || {
        let word = tokens[..at].iter().any(|token| token.text.eq_ignore_ascii_case("tháng"));
        number(tokens, at)
            .filter(|(month, digits)| word && *digits <= 2 && (1..=12).contains(month))
            .map(|(month, _)| month as u8)
    };
    let month = month_name(tokens, at).or_else(counted)?;
    let mut next = skip(tokens, at + 1);
    // The month in two languages, as in Arabic dates.
    if month_name(tokens, next) == Some(month) {
        next = skip(tokens, next + 1);
    }
    let apostrophe = tokens[at + 1..next].iter().any(|token| matches!(token.kind, Kind::Sign('\'' | '’' | '-' | '.')));
    let (year, digits) = number(tokens, next)?;
    if digits == 2 && (!apostrophe || sign(tokens, next + 1) == Some(':')) {
        return None;
    }
    Some(((PartialDate::of_day(year_of(year, digits)?, month, day as u8)?, false), next + 1))
}

/// `January 27, 2020`, `Jan 27th 2020`, `Jan 27 10:00:00 CET 2020`.
fn name_day_year(tokens: &[Piece<'_>], month: u8) -> Option<((PartialDate, bool), usize)> {
    let at = skip(tokens, 1);
    let (day, _) = number(tokens, at).filter(|(_, digits)| *digits <= 2)?;
    let mut next = skip(tokens, at + 1);
    // The time may stand before the year.
    if number(tokens, next).is_some_and(|(_, digits)| digits <= 2) && sign(tokens, next + 1) == Some(':') {
        let rest = &tokens[next..tokens.len().min(next + 16)];
        next += rest.iter().position(|token| matches!(token.kind, Kind::Number(_, 4)))?;
    }
    let (year, digits) = number(tokens, next).filter(|(_, digits)| *digits == 4)?;
    Some(((PartialDate::of_day(year_of(year, digits)?, month, day as u8)?, false), next + 1))
}

/// `27.1.2020`, `27/01/2020`, `1/27/2020`, `27-01-20`.
fn numbers(tokens: &[Piece<'_>], first: u32, order: Order) -> Option<((PartialDate, bool), usize)> {
    let separator = sign(tokens, 1).filter(|sign| matches!(sign, '.' | '/' | '-' | '‑'))?;
    let spaced =
        |at: usize| at + usize::from(separator == '.' && tokens.get(at).is_some_and(|token| token.kind == Kind::Space));
    let at = spaced(2);
    let (second, _) = number(tokens, at).filter(|(_, digits)| *digits <= 2)?;
    if sign(tokens, at + 1)? != separator {
        return None;
    }
    let last = spaced(at + 2);
    let (year, digits) = number(tokens, last)?;
    // 1.2.20 may be a version, 10-11-12 anything: two digits need two digits before them.
    if digits == 2 && (tokens[0].text.len() != 2 || tokens[at].text.len() != 2 || separator == '-') {
        return None;
    }
    // A fourth number makes it an address or a version.
    if sign(tokens, last + 1) == Some(separator) && number(tokens, last + 2).is_some() {
        return None;
    }
    let year = year_of(year, digits)?;
    let month_first = separator != '.' && order == Order::MonthFirst;
    let (day, month, ambiguous) = match (first, second) {
        (1..=12, 13..=31) => (second, first, false),
        (13..=31, 1..=12) => (first, second, false),
        _ if month_first => (second, first, first != second),
        _ => (first, second, first != second && separator != '.'),
    };
    Some(((PartialDate::of_day(year, month as u8, day as u8)?, ambiguous), last + 1))
}

/// `20年1月27日`.
fn cjk_without_century(tokens: &[Piece<'_>], year: u32) -> Option<((PartialDate, bool), usize)> {
    if sign(tokens, 1)? != '年' || tokens[0].text.len() != 2 {
        return None;
    }
    let (month, _) = number(tokens, 2).filter(|(_, digits)| *digits <= 2)?;
    let (day, _) = number(tokens, 4).filter(|(_, digits)| *digits <= 2)?;
    (sign(tokens, 3)? == '月').then_some(())?;
    Some(((PartialDate::of_day(2000 + year as i16, month as u8, day as u8)?, false), 5))
}

/// `January 2020`, `2020-01`, `2020年1月`.
fn month_at(tokens: &[Piece<'_>]) -> Option<(PartialDate, usize)> {
    match tokens.first()?.kind {
        Kind::Month(month) => {
            let at = skip(tokens, 1);
            let (year, digits) = number(tokens, at).filter(|(_, digits)| *digits == 4)?;
            Some((PartialDate::of_month(year_of(year, digits)?, month)?, at + 1))
        }
        Kind::Number(year, 4) => {
            let year = year_of(year, 4)?;
            if let Some((month, 1 | 2)) = number(tokens, 2)
                && matches!(sign(tokens, 1), Some('-' | '年' | '/'))
                && !matches!(sign(tokens, 3), Some('-' | '/' | '.'))
            {
                return Some((PartialDate::of_month(year, month as u8)?, 3));
            }
            let at = skip(tokens, 1);
            Some((PartialDate::of_month(year, month_name(tokens, at)?)?, at + 1))
        }
        _ => None,
    }
}

/// Days for each unit of "3 days ago", by the words that name it.
const UNITS: &[(i64, &[&str])] = &[
    (
        0,
        &[
            "minute", "minutes", "min", "mins", "hour", "hours", "hr", "hrs", "minuten", "stunde", "stunden", "heure",
            "heures", "hora", "horas",
        ],
    ),
    (1, &["day", "days", "tag", "tagen", "jour", "jours", "día", "días", "dia", "dias", "giorni", "dagen"]),
    (7, &["week", "weeks", "woche", "wochen", "semaine", "semaines", "semana", "semanas"]),
];

/// "3 days ago" and its like, against the day the page was read.
pub fn relative(text: &str, today: Date) -> Option<PartialDate> {
    let lower = head_of(text, 80).to_lowercase();
    if !["ago", "vor ", "il y a", "hace ", "há ", "fa", "geleden"].iter().any(|mark| lower.contains(mark)) {
        return None;
    }
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let (count, unit) = words.windows(2).find_map(|pair| {
        let count: i64 = pair[0].parse().ok().filter(|&count| (0..400).contains(&count))?;
        let unit = UNITS.iter().find(|(_, names)| names.contains(&pair[1]))?.0;
        Some((count, unit))
    })?;
    let date = today.checked_sub(jiff::Span::new().days(count * unit)).ok()?;
    Some(date.into())
}

#[cfg(test)]
mod tests;
