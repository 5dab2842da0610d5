//! What an item of CSL-JSON says of a resource, under the names that tables use.

use super::Members;
use super::value::Value;
use crate::model::PartialDate;
use crate::seed::words;

/// Facts that are a text or number, and the variables that tell them, the better one first.
const FACTS: &[(&str, &[&str])] = &[
    ("container", &["container-title"]),
    ("publisher", &["publisher"]),
    ("publisher place", &["publisher-place"]),
    ("series", &["collection-title"]),
    ("edition", &["edition"]),
    ("volume", &["volume"]),
    ("issue", &["issue", "number"]),
    ("pages", &["page"]),
    ("doi", &["DOI"]),
    ("isbn", &["ISBN"]),
    ("issn", &["ISSN"]),
    ("language", &["language"]),
    ("keywords", &["keyword"]),
];

/// Tags by which titles are set apart; they are no part of the words.
const TAGS: &[&str] = &["i", "b", "sup", "sub", "sc", "span"];

/// Bytes of a tag behind its name at most.
const MAX_TAG: usize = 100;

/// Facts in the order in which bibliographies hand them over.
pub(super) fn facts(members: &Members<'_>) -> Vec<(String, String)> {
    let value = |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    let first = [
        ("type", value("type").and_then(text)),
        ("author", value("author").and_then(authors)),
        ("editor", value("editor").and_then(authors)),
        ("published", value("issued").and_then(date)),
    ];
    let texts = FACTS.iter().map(|(fact, names)| (*fact, names.iter().find_map(|name| text(value(name)?))));
    first.into_iter().chain(texts).filter_map(|(fact, text)| Some((fact.to_owned(), text?))).collect()
}

fn text(value: &Value<'_>) -> Option<String> {
    value.text().and_then(words::some_text)
}

/// The text of a title, without the tags that the Citation Style Language allows in it.
pub(super) fn untagged(title: &str) -> String {
    let mut plain = String::with_capacity(title.len());
    let mut rest = title;
    while let Some(at) = rest.find('<') {
        let inside = &rest[at + 1..];
        let inside = inside.strip_prefix('/').unwrap_or(inside);
        let name = inside.find(|c: char| !c.is_ascii_alphabetic()).map_or(inside, |end| &inside[..end]);
        let behind = &inside[name.len()..];
        let is_tag = TAGS.contains(&name) && (behind.starts_with('>') || (name == "span" && behind.starts_with(' ')));
        let end = behind.bytes().take(MAX_TAG).position(|byte| byte == b'>').filter(|_| is_tag);
        plain.push_str(&rest[..at]);
        rest = match end {
            Some(end) => &behind[end + 1..],
            None => {
                plain.push('<');
                &rest[at + 1..]
            }
        };
    }
    plain.push_str(rest);
    plain
}

/// Names parted by semicolons, the family before a comma.
fn authors(value: &Value<'_>) -> Option<String> {
    let Value::List(names) = value else { return text(value) };
    let names: Vec<String> = names.iter().filter_map(name).collect();
    (!names.is_empty()).then(|| words::listed_names(&names))
}

fn name(value: &Value<'_>) -> Option<String> {
    let Value::Object(members) = value else { return text(value) };
    let part = |name: &str| members.iter().find(|(key, _)| key == name).and_then(|(_, value)| text(value));
    let joined = |parts: [Option<String>; 3]| words::some_text(&parts.map(Option::unwrap_or_default).join(" "));
    let family = joined([part("non-dropping-particle"), part("family"), part("suffix")]);
    let given = joined([part("given"), part("dropping-particle"), None]);
    match (family, given) {
        (Some(family), Some(given)) => Some(format!("{family}, {given}")),
        (family, given) => part("literal").map(words::whole_name).or(family).or(given),
    }
}

/// A date as far as it is known, of a span the first: `2021`, `2021-05`, `2021-05-03`.
fn date(value: &Value<'_>) -> Option<String> {
    let Value::Object(members) = value else { return text(value) };
    let member = |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    if let Some(Value::List(dates)) = member("date-parts")
        && let Some(Value::List(parts)) = dates.first()
    {
        let number = |at: usize| parts.get(at).and_then(Value::text).and_then(|text| text.trim().parse::<u16>().ok());
        let year = number(0).and_then(|year| i16::try_from(year).ok()).filter(|year| (1..=9999).contains(year))?;
        let [month, day] = [1, 2].map(|at| number(at).and_then(|part| u8::try_from(part).ok()));
        // What is beyond the twelve months is a season.
        let known = month.and_then(|month| {
            day.and_then(|day| PartialDate::of_day(year, month, day)).or_else(|| PartialDate::of_month(year, month))
        });
        return Some(known.unwrap_or(PartialDate::of_year(year)).to_string());
    }
    ["raw", "literal"].iter().find_map(|name| text(member(name)?))
}
