//! The texts of a page, with the size in which each is set.

use std::collections::HashMap;

use lopdf::content::{Content, Operation};
use lopdf::{Document, Encoding, Object, ObjectId};

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
    let encodings: HashMap<Vec<u8>, Encoding<'_>> = fonts
        .into_iter()
        .take(FONTS)
        .filter_map(|(name, font)| Some((name, font.get_font_encoding_with_limit(document, CONTENT).ok()?)))
        .collect();
    let mut painter = Painter::new(&encodings);
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
    font: Vec<u8>,
    size: f32,
    leading: f32,
    place: Matrix,
    saved: Vec<Matrix>,
    line_start: Matrix,
    line: u32,
    last_y: Option<f32>,
    runs: Vec<Run>,
    bytes: usize,
}

impl<'a> Painter<'a> {
    fn new(encodings: &'a HashMap<Vec<u8>, Encoding<'a>>) -> Self {
        Painter {
            encodings,
            font: Vec::new(),
            size: 0.0,
            leading: 0.0,
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
            "BT" => self.line_start = PLAIN,
            "Tf" => {
                self.font =
                    operation.operands.first().and_then(|name| name.as_name().ok()).unwrap_or_default().to_vec();
                self.size = number(1).unwrap_or(self.size);
            }
            "TL" => self.leading = number(0).unwrap_or(self.leading),
            "Tm" => self.line_start = matrix().unwrap_or(self.line_start),
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
        self.line_start = times([1.0, 0.0, 0.0, 1.0, x, y], self.line_start);
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
        if text.is_empty() {
            return;
        }
        let whole = times(self.line_start, self.place);
        let height = self.size.abs() * whole[2].hypot(whole[3]);
        if self.last_y.is_none_or(|y| (y - whole[5]).abs() > height.max(1.0) * 0.4) {
            self.line += 1;
            self.last_y = Some(whole[5]);
        }
        let level = whole[1].abs() < whole[0].abs() * 0.2 && whole[0] > 0.0;
        self.bytes += text.len();
        let size = (height * 10.0).round() / 10.0;
        self.runs.push(Run { text, size, level, line: self.line, at: (whole[4], whole[5]) });
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
