//! Addresses and texts that give something away without a class: bylines, dates, licences.

use super::super::candidates::{BylineKind, Dated, DatedKind, LicenceHint, Region, bounds, head_of};
use super::super::value::{byline, date};
use super::Pass;
use super::capture::{LABEL, Purpose};
use crate::html::eight;

/// Bytes at the beginning of a long text in which a dateline may stand.
const DATELINE: usize = 60;

/// Pieces of text in which bylines and dates without a class are looked for.
const TEXTS_LOOKED_AT: usize = 600;

impl Pass {
    /// Bylines and dates that only their text gives away.
    pub(super) fn hint_in_text(&mut self, text: &str, region: Region) {
        if self.texts > TEXTS_LOOKED_AT {
            return;
        }
        let trimmed = text.trim();
        if trimmed.len() <= 160 && self.candidates.bylines.len() < bounds::HINTS && byline::behind(trimmed).is_some() {
            let place = self.place(region);
            self.open_capture(Purpose::Byline(BylineKind::Text), bounds::HINT_TEXT, String::new(), place);
        }
        if trimmed.len() <= 200
            && self.candidates.dates.len() < bounds::HINTS
            && (holds_year(trimmed) || holds_other_year(trimmed))
        {
            let place = self.place(region);
            let (machine, class) = (None, String::new());
            let (text, lead) = (trimmed.to_owned(), self.lead.clone());
            self.candidates.dates.push(Dated { kind: DatedKind::Text, machine, text, class, lead, place });
        } else if trimmed.len() > 200 && self.candidates.dates.len() < bounds::HINTS {
            let head = head_of(trimmed, DATELINE);
            if holds_year(head) {
                let (text, lead, class) = (head.to_owned(), String::new(), String::new());
                let place = self.place(region);
                self.candidates.dates.push(Dated {
                    kind: DatedKind::Dateline,
                    machine: None,
                    text,
                    class,
                    lead,
                    place,
                });
            }
        }
        if self.candidates.licences.len() < bounds::HINTS && trimmed.len() < 2_000 && names_licence(trimmed) {
            let place = self.place(region);
            let text = head_of(trimmed, bounds::HINT_TEXT).to_owned();
            self.candidates.licences.push(LicenceHint { href: String::new(), text, declared: false, place });
        }
    }

    /// A block begins or ends: of the short text before it only a label is kept, with a sign that it was in another one.
    pub(super) fn end_lead(&mut self) {
        if !self.lead.trim_end().ends_with(':') {
            self.lead.clear();
        } else if !self.lead.ends_with('\n') {
            self.lead.push('\n');
        }
    }

    /// Remembers a short text: it may be the label of the next one.
    pub(super) fn keep_lead(&mut self, text: &str) {
        self.lead.clear();
        let text = text.trim();
        if text.len() <= LABEL {
            self.lead.push_str(text);
        }
    }
}

/// Whether an address is that of an author's page.
pub fn is_author_address(href: &str) -> bool {
    const PARTS: [&[u8]; 8] =
        [b"author/", b"authors/", b"autor/", b"autoren/", b"auteur/", b"auteurs/", b"contributor", b"journalist"];
    let path = head_of(href, 300).as_bytes();
    memchr::memchr_iter(b'/', path)
        .map(|slash| &path[slash + 1..])
        .any(|rest| matches!(rest.first(), Some(b'a' | b'c' | b'j')) && PARTS.iter().any(|part| rest.starts_with(part)))
}

/// Whether a text far down a page, as it is written, may hold a byline, a date or a licence, or more than can be seen.
pub fn may_tell(raw: &str) -> bool {
    let bytes = raw.as_bytes();
    let (ampersand, capital_c, digit) = eight::all_of(bytes).fold((0, 0, 0), |(ampersand, capital_c, digit), eight| {
        (
            ampersand | eight::marks_of(eight, b'&'),
            capital_c | eight::marks_of(eight, b'C'),
            digit | eight::marks_of_digits(eight),
        )
    });
    ampersand != 0
        || (digit != 0 && is_dated(bytes))
        || byline::behind(raw).is_some()
        || (capital_c != 0 && names_licence(raw))
}

/// Whether a year of our time stands in a text, or a short date of digits.
pub fn holds_year(text: &str) -> bool {
    // Most texts have no digit; telling that takes one look at all bytes, without a branch.
    text.bytes().fold(false, |digit, byte| digit | byte.is_ascii_digit()) && is_dated(text.as_bytes())
}

/// Whether a year stands in a text in the digits of another script.
fn holds_other_year(text: &str) -> bool {
    // Most texts have no such letter at all.
    !text.is_ascii() && date::has_other_digits(text) && holds_year(&date::with_ascii_digits(text))
}

/// The same of a text that has digits.
fn is_dated(bytes: &[u8]) -> bool {
    let mut end = 0;
    while let Some(found) = bytes[end..].iter().position(u8::is_ascii_digit) {
        let start = end + found;
        let digits = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        end = start + digits;
        let run = &bytes[start..end];
        let holds = match digits {
            4 => run.starts_with(b"19") || run.starts_with(b"20"),
            8 => run.starts_with(b"20"),
            // 1.2.20, 1/2/20
            2 => start >= 4 && matches!(bytes[start - 1], b'.' | b'/') && bytes[start - 2].is_ascii_digit(),
            _ => false,
        };
        if holds {
            return true;
        }
    }
    false
}

pub fn names_licence(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'C', bytes).any(|at| {
        let rest = &bytes[at..];
        [&b"CC BY"[..], b"CC-BY", b"CC0", b"Creative Commons"].iter().any(|name| rest.starts_with(name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_and_short_dates_are_told_from_other_numbers() {
        for dated in ["in 1999", "2024-05-06", "20240506", "1.2.20", "on 3/4/21", "ab1/20"] {
            assert!(holds_year(dated), "{dated}");
        }
        for other in ["", "12 of 34", "page 7", "1/20", "12345", "3000", "room 218, 199 seats"] {
            assert!(!holds_year(other), "{other}");
        }
    }
}
