//! JSON values with their places in the source, which the JSON crates do not tell.

use std::borrow::Cow;
use std::ops::Range;

/// Values nest this deep at most; what is deeper is left out.
const MAX_DEPTH: usize = 96;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::seed) enum Value<'a> {
    Text {
        text: Cow<'a, str>,
        span: Range<usize>,
    },
    /// A number or literal, as written.
    Other(&'a str),
    List(Vec<Value<'a>>),
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl Value<'_> {
    /// Its text, when it is one or a number.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Value::Text { text, .. } => Some(text),
            Value::Other(text) if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => Some(text),
            _ => None,
        }
    }
}

/// Reads value after value.
pub(super) struct Parser<'a> {
    text: &'a str,
    at: usize,
    cut: bool,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let at = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
        Parser { text, at, cut: false }
    }

    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// Whether something was left out for being unfinished or too deep.
    pub(super) fn was_cut(&self) -> bool {
        self.cut
    }

    pub(super) fn is_at_end(&mut self) -> bool {
        self.space();
        self.at >= self.text.len()
    }

    /// Enters a list that begins here.
    pub(super) fn enter_list(&mut self) -> bool {
        self.space();
        let here = self.peek() == Some(b'[');
        self.at += usize::from(here);
        here
    }

    /// Leaves a list that ends here.
    pub(super) fn leave_list(&mut self) -> bool {
        self.space();
        let here = self.peek() == Some(b']');
        self.at += usize::from(here);
        here
    }

    /// Goes on behind the line of an offset.
    pub(super) fn skip_line(&mut self, start: usize) {
        let from = self.at.max(start);
        let line = memchr::memchr(b'\n', &self.text.as_bytes()[from..]);
        self.at = line.map_or(self.text.len(), |length| from + length + 1);
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Passes white space and commas.
    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace() || byte == b',' || byte == 0x1E) {
            self.at += 1;
        }
    }

    /// The value here; `None` when there is none.
    pub(super) fn value(&mut self) -> Option<Value<'a>> {
        self.value_at(0)
    }

    fn value_at(&mut self, depth: usize) -> Option<Value<'a>> {
        self.space();
        match self.peek()? {
            b'"' => {
                let (text, span) = self.string()?;
                Some(Value::Text { text, span })
            }
            open @ (b'[' | b'{') => {
                if depth >= MAX_DEPTH {
                    self.cut = true;
                    self.skip_nested();
                    return Some(Value::Other(""));
                }
                self.at += 1;
                if open == b'[' { self.list(depth) } else { self.object(depth) }
            }
            byte if byte.is_ascii_alphanumeric() || byte == b'-' => {
                let rest = &self.text[self.at..];
                let length = rest
                    .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.')))
                    .unwrap_or(rest.len());
                self.at += length;
                Some(Value::Other(&rest[..length]))
            }
            _ => None,
        }
    }

    fn list(&mut self, depth: usize) -> Option<Value<'a>> {
        let mut values = Vec::new();
        loop {
            self.space();
            match self.peek() {
                Some(b']') => {
                    self.at += 1;
                    return Some(Value::List(values));
                }
                None => {
                    self.cut = true;
                    return Some(Value::List(values));
                }
                Some(_) => match self.value_at(depth + 1) {
                    Some(value) => values.push(value),
                    None => return self.broken().then_some(Value::List(values)),
                },
            }
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value<'a>> {
        let mut members = Vec::new();
        loop {
            self.space();
            match self.peek() {
                Some(b'}') => {
                    self.at += 1;
                    return Some(Value::Object(members));
                }
                Some(b'"') => {}
                None => {
                    self.cut = true;
                    return Some(Value::Object(members));
                }
                Some(_) => return self.broken().then_some(Value::Object(members)),
            }
            let Some((key, _)) = self.string() else { return self.broken().then_some(Value::Object(members)) };
            self.space();
            if self.peek() != Some(b':') {
                return self.broken().then_some(Value::Object(members));
            }
            self.at += 1;
            match self.value_at(depth + 1) {
                Some(value) => members.push((key, value)),
                None => return self.broken().then_some(Value::Object(members)),
            }
        }
    }

    /// What was read so far counts when the text ends here, else the value is broken.
    fn broken(&mut self) -> bool {
        self.cut |= self.at >= self.text.len();
        self.at >= self.text.len()
    }

    /// Passes a value that nests too deeply.
    fn skip_nested(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    if self.string().is_none() {
                        self.at = self.text.len();
                    }
                    continue;
                }
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
    }

    /// The string whose quote stands here, and its bytes without quotes.
    fn string(&mut self) -> Option<(Cow<'a, str>, Range<usize>)> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let mut at = start;
        let mut escaped = false;
        loop {
            // Where the text is cut behind a backslash, nothing is left to look at.
            match memchr::memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
                Some(found) if bytes[at + found] == b'"' => {
                    at += found;
                    break;
                }
                Some(found) => {
                    escaped = true;
                    at += found + 2;
                }
                None => {
                    self.cut = true;
                    self.at = bytes.len();
                    return None;
                }
            }
        }
        self.at = at + 1;
        let raw = self.text.get(start..at)?;
        let text = if escaped {
            let quoted = &self.text[start - 1..=at];
            // Lone surrogates and raw control characters: better the text as written than none.
            Cow::Owned(
                serde_json::from_str::<String>(quoted)
                    .unwrap_or_else(|_| raw.replace("\\\"", "\"").replace("\\/", "/")),
            )
        } else {
            Cow::Borrowed(raw)
        };
        Some((text, start..at))
    }
}
