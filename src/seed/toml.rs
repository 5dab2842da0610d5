//! TOML: tables with addresses in them.

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};

use super::json::{self, Value};
use super::resolve::Resolver;
use super::sink::Sink;

/// Reads a document; what is no TOML in it is left out.
pub(super) fn read(text: &str, resolver: &Resolver, sink: &mut Sink<'_>) {
    let shift = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let (table, faults) = DeTable::parse_recoverable(&text[shift..]);
    for fault in faults {
        let at = shift + fault.span().map_or(0, |span| span.start);
        sink.notice(at.min(text.len()), format!("no valid TOML: {}", fault.message()));
    }
    json::hand_over_loosely(&of_table(table.get_ref(), text, shift), resolver, sink);
}

fn of_table<'t>(table: &'t DeTable<'t>, text: &str, shift: usize) -> Value<'t> {
    let members = table.iter().map(|(key, value)| (key.get_ref().as_ref().into(), of_value(value, text, shift)));
    Value::Object(members.collect())
}

fn of_value<'t>(value: &'t Spanned<DeValue<'t>>, text: &str, shift: usize) -> Value<'t> {
    match value.get_ref() {
        DeValue::String(string) => {
            let range = value.span().start + shift..value.span().end + shift;
            let raw = text.get(range.clone()).unwrap_or_default();
            let quotes = raw.len() - raw.trim_start_matches(['"', '\'']).len();
            let span = range.start + quotes..range.end.saturating_sub(quotes).max(range.start + quotes);
            Value::Text { text: string.as_ref().into(), span }
        }
        DeValue::Array(values) => Value::List(values.iter().map(|value| of_value(value, text, shift)).collect()),
        DeValue::Table(table) => of_table(table, text, shift),
        _ => Value::Other(""),
    }
}
