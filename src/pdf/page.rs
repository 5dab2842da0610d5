//! The texts of a page, with the size in which each is set.

use std::collections::HashMap;

use lopdf::content::{Content, Operation};
use lopdf::{Document, Encoding, Object, ObjectId};

use super::widths::Widths;

/// Bytes to which a page's content or a font's table may unfold.
const CONTENT: usize = 2 << 20;

/// Operations of a page that are followed.
const OPERATIONS: usize = 60_000;

/// Texts and bytes of text kept of a page.
const RUNS: usize = 4_000;
const KEPT: usize = 64 << 10;

/// Fonts of a page that are looked at.
const FONTS: usize = 40;

/// Graphics states saved inside each other.
const SAVED: usize = 64;

/// A text as one operation paints it.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its characters.
    pub text: String,
    /// Height of its letters in points.
    pub size: f32,
    /// Whether it runs from left to right, as texts do and stamps in the margin do not.
    pub level: bool,
    /// The line it stands on, counted from the first text.
    pub line: u32,
    /// Where it begins on the page: points from the left and from below.
    pub at: (f32, f32),
    /// How far it reaches to the right, in points from the left, where its font tells how wide its letters are.
    pub end: Option<f32>,
}

/// Parts of a letter's height by which a text may begin before or behind where the one before it ends, and go on with its word:
/// letters are moved that much to fit each other, and a blank is wider.
const MOVED: std::ops::Range<f32> = -0.3..0.15;

impl Run {
    /// Whether it goes on where another one ends, in the middle of a word.
    pub fn goes_on(&self, before: &Run) -> bool {
        let height = self.size.max(before.size).max(1.0);
        before.line == self.line && before.end.is_some_and(|end| MOVED.contains(&((self.at.0 - end) / height)))
    }
}

/// A matrix of six numbers, as PDF writes it.
type Matrix = [f32; 6];

const PLAIN: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn times(a: Matrix, b: Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

/// The texts of a page.
pub fn runs(document: &Document, page: ObjectId) -> Vec<Run> {
    let Ok(content) = document.get_page_content_with_limit(page, CONTENT) else { return Vec::new() };
    let fonts = document.get_page_fonts(page).unwrap_or_default();
    let widths: HashMap<Vec<u8>, Widths> =
        fonts.iter().take(FONTS).filter_map(|(name, font)| Some((name.clone(), Widths::of(font, document)?))).collect();
    let encodings: HashMap<Vec<u8>, Encoding<'_>> = fonts
        .into_iter()
        .take(FONTS)
        .filter_map(|(name, font)| Some((name, font.get_font_encoding_with_limit(document, CONTENT).ok()?)))
        .collect();
    let mut painter = Painter::new(&encodings, &widths);
    for operation in Content::decode_iter(&content).take(OPERATIONS).map_while(Result::ok) {
        painter.follow(&operation);
        if painter.runs.len() >= RUNS || painter.bytes >= KEPT {
            break;
        }
    }
    painter.runs
}

struct Painter<'a> {
    encodings: &'a HashMap<Vec<u8>, Encoding<'a>>,
    widths: &'a HashMap<Vec<u8>, Widths>,
    font: Vec<u8>,
    size: f32,
    leading: f32,
    /// What is added to each letter and to each blank, and by what their widths are multiplied.
    spacing: f32,
    blank: f32,
    stretch: f32,
    /// How far the texts since the start of the line reach.
    pen: f32,
    place: Matrix,
    saved: Vec<Matrix>,
    line_start: Matrix,
    line: u32,
    last_y: Option<f32>,
    runs: Vec<Run>,
    bytes: usize,
}

impl<'a> Painter<'a> {
    fn new(encodings: &'a HashMap<Vec<u8>, Encoding<'a>>, widths: &'a HashMap<Vec<u8>, Widths>) -> Self {
        Painter {
            encodings,
            widths,
            font: Vec::new(),
            size: 0.0,
            leading: 0.0,
            spacing: 0.0,
            blank: 0.0,
            stretch: 1.0,
            pen: 0.0,
            place: PLAIN,
            saved: Vec::new(),
            line_start: PLAIN,
            line: 0,
            last_y: None,
            runs: Vec::new(),
            bytes: 0,
        }
    }

    fn follow(&mut self, operation: &Operation) {
        let number = |index: usize| operation.operands.get(index).and_then(|operand| operand.as_float().ok());
        let matrix = || {
            let mut all = PLAIN;
            for (index, slot) in all.iter_mut().enumerate() {
                *slot = number(index)?;
            }
            Some(all)
        };
        match operation.operator.as_str() {
            "q" if self.saved.len() < SAVED => self.saved.push(self.place),
            "Q" => self.place = self.saved.pop().unwrap_or(self.place),
            "cm" => self.place = matrix().map_or(self.place, |own| times(own, self.place)),
            "BT" => self.begin_line(PLAIN),
            "Tf" => {
                self.font =
                    operation.operands.first().and_then(|name| name.as_name().ok()).unwrap_or_default().to_vec();
                self.size = number(1).unwrap_or(self.size);
            }
            "TL" => self.leading = number(0).unwrap_or(self.leading),
            "Tc" => self.spacing = number(0).unwrap_or(self.spacing),
            "Tw" => self.blank = number(0).unwrap_or(self.blank),
            "Tz" => self.stretch = number(0).map_or(self.stretch, |percent| percent / 100.0),
            "Tm" => self.begin_line(matrix().unwrap_or(self.line_start)),
            "Td" | "TD" => {
                let (x, y) = (number(0).unwrap_or(0.0), number(1).unwrap_or(0.0));
                if operation.operator == "TD" {
                    self.leading = -y;
                }
                self.step(x, y);
            }
            "T*" => self.step(0.0, -self.leading),
            "Tj" => self.paint(operation.operands.first()),
            "'" | "\"" => {
                self.step(0.0, -self.leading);
                self.paint(operation.operands.last());
            }
            "TJ" => self.paint(operation.operands.first()),
            _ => {}
        }
    }

    fn step(&mut self, x: f32, y: f32) {
        self.begin_line(times([1.0, 0.0, 0.0, 1.0, x, y], self.line_start));
    }

    fn begin_line(&mut self, start: Matrix) {
        self.line_start = start;
        self.pen = 0.0;
    }

    /// How far a text reaches from where it begins, where that can be told.
    fn reach(&self, operand: Option<&Object>) -> Option<f32> {
        let widths = self.widths.get(&self.font)?;
        let of = |text: &[u8]| {
            let (width, letters, blanks) = widths.measure(text);
            width / 1_000.0 * self.size + letters as f32 * self.spacing + blanks as f32 * self.blank
        };
        let reach: f32 = match operand? {
            Object::String(text, _) => of(text),
            Object::Array(items) => items
                .iter()
                .map(|item| match item {
                    Object::String(text, _) => of(text),
                    other => -other.as_float().unwrap_or(0.0) / 1_000.0 * self.size,
                })
                .sum(),
            _ => return None,
        };
        Some(reach * self.stretch).filter(|reach| reach.is_finite())
    }

    fn paint(&mut self, operand: Option<&Object>) {
        let mut text = String::new();
        match operand {
            Some(Object::String(bytes, _)) => self.decode(bytes, &mut text),
            Some(Object::Array(items)) => {
                for item in items {
                    match item {
                        Object::String(bytes, _) => self.decode(bytes, &mut text),
                        // A step as wide as a blank is one.
                        other if other.as_float().is_ok_and(|step| step < -180.0) && !text.ends_with(' ') => {
                            text.push(' ')
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        let reach = self.reach(operand);
        let begin = times([1.0, 0.0, 0.0, 1.0, self.pen, 0.0], self.line_start);
        self.pen += reach.unwrap_or(0.0);
        if text.is_empty() {
            return;
        }
        let whole = times(begin, self.place);
        let height = self.size.abs() * whole[2].hypot(whole[3]);
        if self.last_y.is_none_or(|y| (y - whole[5]).abs() > height.max(1.0) * 0.4) {
            self.line += 1;
            self.last_y = Some(whole[5]);
        }
        let level = whole[1].abs() < whole[0].abs() * 0.2 && whole[0] > 0.0;
        self.bytes += text.len();
        let size = (height * 10.0).round() / 10.0;
        let end = reach.filter(|_| level).map(|reach| whole[4] + reach * whole[0]);
        self.runs.push(Run { text, size, level, line: self.line, at: (whole[4], whole[5]), end });
    }

    fn decode(&self, bytes: &[u8], text: &mut String) {
        match self.encodings.get(&self.font).map(|encoding| Document::decode_text(encoding, bytes)) {
            Some(Ok(decoded)) => text.push_str(&decoded),
            _ => text.extend(
                bytes.iter().filter(|byte| byte.is_ascii() && !byte.is_ascii_control()).map(|&byte| char::from(byte)),
            ),
        }
    }
}
