//! One value of a configuration, wherever it was written, and the kinds of value a key can take.

use std::fmt::Display;
use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::units;

/// Characters of a wrong value that are repeated in the message about it.
const SHOWN: usize = 60;

/// A value as it was written.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    /// In the file, with its place.
    Toml(&'a Spanned<DeValue<'a>>),
    /// In a variable, where lists are written with commas.
    Text(&'a str),
    /// In a flag, which can be given several values.
    Texts(&'a [String]),
}

/// Why a value will not do.
#[derive(Debug)]
pub(super) struct Complaint {
    /// What the key takes, as the rest of "it takes ...".
    pub expected: String,
    /// The value in the words of the message; the text as written where nothing else is said.
    pub found: String,
    /// A hint beyond it.
    pub help: Option<String>,
    /// Where, if narrower than the value.
    pub span: Option<Range<usize>>,
}

/// A value, or everything that is wrong with it.
pub(super) type Read<T> = Result<T, Vec<Complaint>>;

impl<'a> Value<'a> {
    /// Where it stands in the file.
    pub(super) fn span(self) -> Option<Range<usize>> {
        match self {
            Value::Toml(value) => Some(value.span()),
            Value::Text(_) | Value::Texts(_) => None,
        }
    }

    /// A complaint about this value.
    pub(super) fn wrong<T>(self, expected: impl Into<String>, help: Option<String>) -> Read<T> {
        Err(vec![Complaint { expected: expected.into(), found: self.shown(), help, span: self.span() }])
    }

    fn shown(self) -> String {
        match self {
            Value::Text(text) => quoted(text),
            Value::Texts(texts) => quoted(&texts.join(",")),
            Value::Toml(value) => match value.get_ref() {
                DeValue::String(text) => quoted(text),
                DeValue::Integer(number) => number.to_string(),
                DeValue::Float(number) => number.to_string(),
                DeValue::Boolean(truth) => truth.to_string(),
                DeValue::Datetime(moment) => moment.to_string(),
                DeValue::Array(_) => "a list".to_owned(),
                DeValue::Table(_) => "a table".to_owned(),
            },
        }
    }

    /// The text of a text value.
    pub(super) fn as_text(self) -> Option<&'a str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Texts([text]) => Some(text),
            Value::Texts(_) => None,
            Value::Toml(value) => value.get_ref().as_str(),
        }
    }

    /// The values of a list.
    pub(super) fn items(self) -> Option<Vec<Value<'a>>> {
        match self {
            Value::Text("") => Some(Vec::new()),
            Value::Text(text) => Some(text.split(',').map(|item| Value::Text(item.trim())).collect()),
            Value::Texts(texts) => Some(texts.iter().map(|text| Value::Text(text)).collect()),
            Value::Toml(value) => Some(value.get_ref().as_array()?.iter().map(Value::Toml).collect()),
        }
    }

    /// The table behind a table value.
    pub(super) fn as_table(self) -> Option<&'a DeTable<'a>> {
        match self {
            Value::Toml(value) => value.get_ref().as_table(),
            Value::Text(_) | Value::Texts(_) => None,
        }
    }
}

fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if shown.len() < text.len() && text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    format!("\"{shown}\"")
}

/// Any text that is not empty.
pub(super) fn text(what: &'static str) -> impl Fn(Value<'_>) -> Read<String> {
    move |value| match value.as_text().map(str::trim) {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => value.wrong(what, None),
    }
}

/// `true` or `false`.
pub(super) fn truth(value: Value<'_>) -> Read<bool> {
    let truth = match value {
        Value::Toml(value) => value.get_ref().as_bool(),
        Value::Text(_) | Value::Texts(_) => match value.as_text() {
            Some("true" | "1") => Some(true),
            Some("false" | "0") => Some(false),
            _ => None,
        },
    };
    truth.map_or_else(|| value.wrong("true or false", None), Ok)
}

/// A whole number within bounds.
pub(super) fn whole<T>(bounds: RangeInclusive<T>) -> impl Fn(Value<'_>) -> Read<T>
where
    T: TryFrom<i128> + PartialOrd + Display,
{
    move |value| {
        let number = as_integer(value).and_then(|number| T::try_from(number).ok());
        match number.filter(|number| bounds.contains(number)) {
            Some(number) => Ok(number),
            None => value.wrong(format!("a whole number from {} to {}", bounds.start(), bounds.end()), None),
        }
    }
}

fn as_integer(value: Value<'_>) -> Option<i128> {
    match value {
        Value::Toml(value) => {
            let integer = value.get_ref().as_integer()?;
            i128::from_str_radix(integer.as_str(), integer.radix()).ok()
        }
        Value::Text(_) | Value::Texts(_) => value.as_text()?.trim().parse().ok(),
    }
}

/// A finite number within bounds.
pub(super) fn number(bounds: RangeInclusive<f64>) -> impl Fn(Value<'_>) -> Read<f64> {
    move |value| {
        let number: Option<f64> = match value {
            Value::Toml(toml) => match toml.get_ref() {
                DeValue::Float(number) => number.as_str().parse().ok(),
                #[expect(clippy::cast_precision_loss, reason = "what is too large to be exact is out of bounds")]
                _ => as_integer(value).map(|number| number as f64),
            },
            Value::Text(_) | Value::Texts(_) => value.as_text().and_then(|text| text.trim().parse().ok()),
        };
        // NaN is within no bounds.
        match number.filter(|number| bounds.contains(number)) {
            Some(number) => Ok(number),
            None => value.wrong(format!("a number from {} to {}", bounds.start(), bounds.end()), None),
        }
    }
}

/// A time with its unit, within bounds.
pub(super) fn duration(bounds: RangeInclusive<Duration>) -> impl Fn(Value<'_>) -> Read<Duration> {
    move |value| {
        let duration = value.as_text().and_then(units::duration);
        match duration.filter(|duration| bounds.contains(duration)) {
            Some(duration) => Ok(duration),
            None => {
                let (least, most) = (units::show_duration(*bounds.start()), units::show_duration(*bounds.end()));
                let bare = as_integer(value).filter(|number| *number >= 0);
                let help = bare.map(|number| format!("a time needs its unit: \"{number}s\" or \"{number}ms\""));
                value.wrong(format!("a time such as \"500ms\", \"2s\" or \"1h 30m\", from {least} to {most}"), help)
            }
        }
    }
}

/// Bytes as a number or with their unit, within bounds.
pub(super) fn size(bounds: RangeInclusive<u64>) -> impl Fn(Value<'_>) -> Read<u64> {
    move |value| {
        let bytes = match value.as_text() {
            Some(text) => units::size(text),
            None => as_integer(value).and_then(|number| u64::try_from(number).ok()),
        };
        match bytes.filter(|bytes| bounds.contains(bytes)) {
            Some(bytes) => Ok(bytes),
            None => {
                let (least, most) = (units::show_size(*bounds.start()), units::show_size(*bounds.end()));
                value.wrong(format!("a number of bytes or a size such as \"2MiB\", from {least} to {most}"), None)
            }
        }
    }
}

/// One of a few names.
pub(super) fn choice<T: Copy>(names: &[(&'static str, T)]) -> impl Fn(Value<'_>) -> Read<T> {
    move |value| {
        let text = value.as_text();
        match names.iter().find(|(name, _)| Some(*name) == text) {
            Some((_, choice)) => Ok(*choice),
            None => {
                let listed: Vec<String> = names.iter().map(|(name, _)| format!("\"{name}\"")).collect();
                let near = text.and_then(|text| nearest(text, names.iter().map(|(name, _)| *name)));
                value.wrong(alternatives(&listed), near.map(|name| format!("did you mean \"{name}\"?")))
            }
        }
    }
}

/// A list of one kind of value; all that is wrong in it is told.
pub(super) fn list<T>(item: impl Fn(Value<'_>) -> Read<T>) -> impl Fn(Value<'_>) -> Read<Vec<T>> {
    move |value| {
        let Some(items) = value.items() else {
            let help = value.as_text().map(|text| format!("write [\"{text}\"]"));
            return value.wrong("a list in square brackets", help);
        };
        let mut read = Vec::new();
        let mut complaints = Vec::new();
        for value in items {
            match item(value) {
                Ok(value) => read.push(value),
                Err(more) => complaints.extend(more),
            }
        }
        if complaints.is_empty() { Ok(read) } else { Err(complaints) }
    }
}

/// A list in which a value counts once.
pub(super) fn set<T: PartialEq>(item: impl Fn(Value<'_>) -> Read<T>) -> impl Fn(Value<'_>) -> Read<Vec<T>> {
    let list = list(item);
    move |value| {
        let mut once = Vec::new();
        for value in list(value)? {
            if !once.contains(&value) {
                once.push(value);
            }
        }
        Ok(once)
    }
}

/// "a, b or c".
fn alternatives(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// The name that was probably meant: at most a third of its letters differ.
pub fn nearest<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let text = text.to_lowercase();
    names
        .map(|name| (strsim::damerau_levenshtein(&text, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= (name.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}
