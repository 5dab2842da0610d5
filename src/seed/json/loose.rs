//! Data files that people keep by hand (YAML, TOML): whatever their keys are called, what is an address leads somewhere.

use super::value::Value;
use super::{Around, Members, Record, address, record, text_of};
use crate::seed::delimited::is_address;
use crate::seed::{columns, words};

/// Ends of keys that hold the address of the thing itself, and keys whose name is no title.
const LEADING: &[&str] = &["url", "link", "href", "uri", "website", "homepage", "site"];
const UNSAYING: &[&str] = &["urls", "links", "items", "list", "resources", "references", "data", "nav", "entries"];

/// Ends of keys that hold the address of a picture.
const PICTURES: &[&str] = &["image", "img", "icon", "logo", "avatar", "thumbnail", "picture", "photo", "favicon"];

/// The records in a value that stands behind a key.
pub(super) fn collect(value: &Value<'_>, key: &str, around: &Around, records: &mut Vec<Record>) {
    match value {
        Value::Text { text, span } if is_web(text) && !ends_with(key, PICTURES) => {
            let before = text.len() - text.trim_start().len();
            let mut found = record(text.trim(), span.start + before..span.end, around);
            found.title = words::some_text(key).filter(|key| !ends_with(key, LEADING) && !ends_with(key, UNSAYING));
            records.push(found);
        }
        Value::Text { .. } | Value::Other(_) => {}
        Value::List(values) => values.iter().for_each(|value| match value {
            Value::Object(members) => collect_object(members, "", around, records),
            value => collect(value, key, around, records),
        }),
        Value::Object(members) => collect_object(members, key, around, records),
    }
}

fn collect_object(members: &Members<'_>, name: &str, around: &Around, records: &mut Vec<Record>) {
    let title = text_of(members, columns::TITLE);
    let named = words::some_text(name).filter(|name| !ends_with(name, UNSAYING));
    let annotation = text_of(members, columns::ANNOTATION);
    let mut inner = around.clone();
    let main = address(members, false).or_else(|| {
        members.iter().find_map(|(key, value)| match value {
            Value::Text { text, span } if is_web(text) && ends_with(key, LEADING) => {
                Some((text.trim().to_owned(), span.clone()))
            }
            _ => None,
        })
    });
    let holds_more = members.iter().any(|(_, value)| matches!(value, Value::List(_) | Value::Object(_)));
    if main.is_none() && holds_more {
        inner.section = around.section.iter().cloned().chain(title.clone()).collect();
    } else if let Some(own) = text_of(members, columns::SECTION) {
        let own = own.split(" > ").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned);
        inner.section = around.section.iter().cloned().chain(own).collect();
    }
    let begun = records.len();
    if let Some((href, span)) = &main {
        records.push(record(href, span.clone(), &inner));
    }
    for (key, value) in members {
        if let Value::Text { span, .. } = value
            && !main.as_ref().is_some_and(|(_, main)| main.start >= span.start && main.end <= span.end)
        {
            collect(value, key, &inner, records);
        }
    }
    // All addresses of a thing are called as it is.
    for found in &mut records[begun..] {
        if main.is_some() || !holds_more {
            let own = found.title.take().filter(|_| main.is_none());
            found.title = title.clone().or(own).or_else(|| named.clone());
            found.annotation.clone_from(&annotation);
        }
    }
    if main.is_some() {
        inner.parent = title.or(inner.parent);
    }
    for (key, value) in members {
        if matches!(value, Value::List(_) | Value::Object(_)) {
            collect(value, key, &inner, records);
        }
    }
}

fn ends_with(key: &str, words: &[&str]) -> bool {
    let key = key.to_ascii_lowercase();
    words.iter().any(|word| key.ends_with(word))
}

/// Whether a value is an address and nothing else.
fn is_web(text: &str) -> bool {
    let text = text.trim();
    (text.starts_with("https://") || text.starts_with("http://")) && is_address(text)
}
