//! How far a text reaches: the widths of a font's letters.

use std::collections::HashMap;

use lopdf::{Dictionary, Document, Object};

/// Ranges of letters of one width that a font may name.
const RANGES: usize = 2_000;

/// Widths of the letters from the blank to the tilde in fonts that every reader has, in thousandths of their size.
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];
const TIMES: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500,
    500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889,
    722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500,
    444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480,
    200, 480, 541,
];

/// The widths of a font, in thousandths of its size.
#[derive(Debug)]
pub enum Widths {
    /// One byte a letter, counted from the first.
    Simple { first: usize, widths: Vec<f32>, other: f32 },
    /// Two bytes a letter.
    Composite { letters: HashMap<u16, f32>, ranges: Vec<(u16, u16, f32)>, other: f32 },
}

impl Widths {
    /// The widths a font gives, or those of a font that every reader has.
    pub fn of(font: &Dictionary, document: &Document) -> Option<Widths> {
        match font.get_deref(b"Subtype", document).and_then(Object::as_name).ok()? {
            b"Type0" => composite(font, document),
            // The letters of such a font are drawn in a measure of their own.
            b"Type3" => None,
            _ => simple(font, document).or_else(|| known(font, document)),
        }
    }

    /// How far a text reaches, how many letters it has, and how many of them are blanks that can be stretched.
    pub fn measure(&self, text: &[u8]) -> (f32, usize, usize) {
        match self {
            Widths::Simple { first, widths, other } => {
                let width = |byte: &u8| {
                    usize::from(*byte).checked_sub(*first).and_then(|place| widths.get(place)).unwrap_or(other)
                };
                (text.iter().map(width).sum(), text.len(), text.iter().filter(|byte| **byte == b' ').count())
            }
            Widths::Composite { letters, ranges, other } => {
                let width = |pair: &[u8]| {
                    let letter = u16::from_be_bytes([pair[0], pair[1]]);
                    letters.get(&letter).copied().or_else(|| {
                        ranges.iter().find(|(first, last, _)| (*first..=*last).contains(&letter)).map(|range| range.2)
                    })
                };
                let pairs = text.chunks_exact(2);
                (pairs.map(|pair| width(pair).unwrap_or(*other)).sum(), text.len() / 2, 0)
            }
        }
    }
}

fn number(object: &Object, document: &Document) -> Option<f32> {
    document.dereference(object).ok()?.1.as_float().ok()
}

fn simple(font: &Dictionary, document: &Document) -> Option<Widths> {
    let widths = font.get_deref(b"Widths", document).and_then(Object::as_array).ok()?;
    let first = font.get_deref(b"FirstChar", document).and_then(Object::as_i64).ok()?;
    let widths = widths.iter().take(256).map(|width| number(width, document).unwrap_or(0.0)).collect();
    let descriptor = font.get_deref(b"FontDescriptor", document).and_then(Object::as_dict).ok();
    let other = descriptor.and_then(|descriptor| descriptor.get_deref(b"MissingWidth", document).ok()?.as_float().ok());
    Some(Widths::Simple { first: usize::try_from(first).ok()?, widths, other: other.unwrap_or(0.0) })
}

fn known(font: &Dictionary, document: &Document) -> Option<Widths> {
    let name = font.get_deref(b"BaseFont", document).and_then(Object::as_name).ok()?;
    let begins = |with: &[u8]| name.starts_with(with);
    let of = |widths: &[u16], other| Widths::Simple {
        first: usize::from(b' '),
        widths: widths.iter().map(|&width| f32::from(width)).collect(),
        other,
    };
    // Bold letters of these differ less than a blank is wide, over a word of some letters.
    if begins(b"Helvetica") || begins(b"Arial") {
        Some(of(&HELVETICA, 556.0))
    } else if begins(b"Times") {
        Some(of(&TIMES, 500.0))
    } else {
        begins(b"Courier").then(|| of(&[], 600.0))
    }
}

fn composite(font: &Dictionary, document: &Document) -> Option<Widths> {
    let encoding = font.get_deref(b"Encoding", document).and_then(Object::as_name).ok()?;
    if encoding != b"Identity-H" {
        return None;
    }
    let below = font.get_deref(b"DescendantFonts", document).and_then(Object::as_array).ok()?.first()?;
    let below = document.dereference(below).ok()?.1.as_dict().ok()?;
    let other = below.get_deref(b"DW", document).ok().and_then(|width| width.as_float().ok()).unwrap_or(1_000.0);
    let (mut letters, mut ranges) = (HashMap::new(), Vec::new());
    let mut items = below.get_deref(b"W", document).and_then(Object::as_array).ok()?.iter();
    // Either a first letter and the widths from there, or a first and a last letter and the width of all between.
    while let (Some(first), Some(next)) = (items.next(), items.next()) {
        let Some(first) = first.as_i64().ok().and_then(|first| u16::try_from(first).ok()) else { break };
        let next = document.dereference(next).ok()?.1;
        if let Ok(widths) = next.as_array() {
            for (letter, width) in (first..=u16::MAX).zip(widths) {
                letters.insert(letter, number(width, document).unwrap_or(other));
            }
        } else if let Some(last) = next.as_i64().ok().and_then(|last| u16::try_from(last).ok())
            && let Some(width) = items.next().and_then(|width| number(width, document))
            && ranges.len() < RANGES
        {
            ranges.push((first, last, width));
        }
    }
    Some(Widths::Composite { letters, ranges, other })
}
