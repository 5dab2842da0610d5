//! Dates as pages really write them.

use proptest::prelude::*;

use super::*;

fn day_first(text: &str) -> Option<String> {
    first(text, Order::DayFirst).map(|date| date.to_string())
}

#[test]
fn dates_of_many_languages() {
    for (text, wanted) in [
        ("27 January 2020", "2020-01-27"),
        ("Jan. 27, 2020", "2020-01-27"),
        ("Posted on Monday, January 27th, 2020 at 9:00", "2020-01-27"),
        ("27. Jänner 2020", "2020-01-27"),
        ("Montag, den 3. März 2014, 10 Uhr", "2014-03-03"),
        ("le 1er janvier 2020", "2020-01-01"),
        ("27 de enero de 2020", "2020-01-27"),
        ("27 gennaio 2020", "2020-01-27"),
        ("27 января 2020 г.", "2020-01-27"),
        ("27 stycznia 2020", "2020-01-27"),
        ("27 Ocak 2020", "2020-01-27"),
        ("2020. január 27.", "2020-01-27"),
        ("2020年1月27日", "2020-01-27"),
        ("2020년 1월 27일", "2020-01-27"),
        ("27. tammikuuta 2020", "2020-01-27"),
        ("27.01.2020", "2020-01-27"),
        ("27. 1. 2020", "2020-01-27"),
        ("27.01.20", "2020-01-27"),
        ("27/01/2020", "2020-01-27"),
        ("2020/01/27 08:00", "2020-01-27"),
        ("Mon Jan 27 10:00:00 CET 2020", "2020-01-27"),
        ("27-Jan-2020", "2020-01-27"),
        ("January 2020", "2020-01"),
        ("2020-01", "2020-01"),
        ("Stand: 12/2019", ""),
        ("no date 2020", ""),
        ("31.02.2020", ""),
        ("20年1月27日", "2020-01-27"),
        ("20年257月1日", ""),
        ("20年1月283日", ""),
        ("192.168.10.20.30", ""),
        ("version 1.2.20", ""),
    ] {
        assert_eq!(day_first(text).unwrap_or_default(), wanted, "{text}");
    }
}

#[test]
fn custom_decides_between_two_small_numbers() {
    let text = "3/4/2020";
    assert_eq!(first(text, Order::MonthFirst).map(|d| d.to_string()).as_deref(), Some("2020-03-04"));
    assert_eq!(day_first(text).as_deref(), Some("2020-04-03"));
    assert!(find(text, Order::DayFirst).expect("a date").ambiguous);
    assert_eq!(first("4/27/2020", Order::DayFirst).map(|d| d.to_string()).as_deref(), Some("2020-04-27"));
    assert_eq!(Order::of("en-GB", "example.com"), Order::DayFirst);
    assert_eq!(Order::of("en", "example.com"), Order::MonthFirst);
    assert_eq!(Order::of("en", "example.org.uk"), Order::DayFirst);
}

#[test]
fn a_number_that_is_no_month_shows_the_order() {
    assert_eq!(shown_order("Updated 25/03/2024"), Some(Order::DayFirst));
    assert_eq!(shown_order("3/25/2024, 10:00"), Some(Order::MonthFirst));
    for text in ["04/03/2024", "2024-03-25", "25.03.2024", "25 March 2024", "none"] {
        assert_eq!(shown_order(text), None, "{text}");
    }
}

#[test]
fn machines_keep_the_day_as_written() {
    for (text, wanted) in [
        ("2015-07-24T00:36:00+01:00", "2015-07-24"),
        ("20200127", "2020-01-27"),
        ("20200127T101112Z", "2020-01-27"),
        ("1580083200", "2020-01-27"),
        ("1580083200000", "2020-01-27"),
        ("2017/06/12", "2017-06-12"),
        ("1999", "1999"),
        ("Mon, 27 Jan 2020 10:00:00 GMT", "2020-01-27"),
        ("2020-01-27 10:00:00 +0000", "2020-01-27"),
    ] {
        assert_eq!(machine(text).map(|date| date.to_string()).as_deref(), Some(wanted), "{text}");
    }
    assert_eq!(machine("yesterday"), None);
}

#[test]
fn only_times_of_the_web_are_plausible() {
    let today = Some(jiff::civil::date(2026, 11, 23));
    let plausible = |text: &str| machine(text).is_some_and(|date| is_plausible(date, today));
    assert!(plausible("2026-11-24") && plausible("1994-01-01") && !plausible("2026-12"));
    assert!(!plausible("1970-01-01") && !plausible("2031-01-01") && !plausible("1912-05-05"));
}

#[test]
fn ages_count_back_from_the_day_of_reading() {
    let today = jiff::civil::date(2026, 11, 23);
    let ago = |text: &str| relative(text, today).map(|date| date.to_string());
    assert_eq!(ago("Published 3 days ago").as_deref(), Some("2026-11-20"));
    assert_eq!(ago("vor 2 Wochen").as_deref(), Some("2026-11-09"));
    assert_eq!(ago("3 days"), None);
}

proptest! {
    /// The short way to what machines write leads to the same day.
    #[test]
    fn what_machines_write_is_read_like_any_text(text in "[012][089][0-9]{2}-[0-3][0-9]-[0-3][0-9]([T ][0-9:. -]{0,12}Z?|[0-9a-z-]{0,3})") {
        prop_assert_eq!(machine(&text), first(&text, Order::MonthFirst));
    }
}
