//! Reports that begin with a place and a day.

use super::super::super::value::date::{self, Order};

/// Whether a text begins with a place and a day, and a sign that ends them.
pub(super) fn is_dateline(text: &str, order: Order) -> bool {
    let Some(found) = date::find(text, order) else { return false };
    let (Some(before), Some(after)) = (text.get(..found.start), text.get(found.end..)) else { return false };
    let after = after.trim_start().trim_start_matches([')', ']']).trim_start();
    let set_off = after.starts_with(['–', '—', '-', '.', ':', '|', '/']) || after.len() < text.len() - found.end - 1;
    before.chars().filter(|c| c.is_alphabetic()).count() <= 25 && set_off && !before.contains(['.', ';', '!', '?'])
}

/// Whether a short text begins as reports do, with a place, a comma, a day and a dash.
pub(super) fn begins_report(text: &str, order: Order) -> bool {
    let Some(found) = date::find(text, order) else { return false };
    let (Some(before), Some(after)) = (text.get(..found.start), text.get(found.end..)) else { return false };
    let place = before.trim_end().strip_suffix([',', '(']).unwrap_or_default();
    let after = after.trim_start().trim_start_matches([')', ']']).trim_start();
    place.starts_with(char::is_uppercase)
        && place.split_whitespace().count() <= 4
        && after.starts_with(['–', '—', '-'])
        && !after[1..].is_empty()
        && is_dateline(text, order)
}
