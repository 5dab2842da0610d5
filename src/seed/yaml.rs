//! YAML: lists and mappings with addresses in them, as awesome lists and sites keep their data.

use std::borrow::Cow;
use std::ops::Range;

use saphyr_parser::{Event, Parser};

use super::json::{self, Value};
use super::resolve::Resolver;
use super::sink::Sink;

/// Values nest this deep at most; what is deeper is left out.
const MAX_DEPTH: usize = 96;

/// Faults behind which reading goes on.
const MAX_FAULTS: usize = 20;

/// Reads all documents of a text. Behind a fault it goes on with the next line that begins something.
pub(super) fn read(text: &str, resolver: &Resolver, sink: &mut Sink<'_>) {
    let mut from = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    for _ in 0..MAX_FAULTS {
        let mut places = Places { text: &text[from..], chars: 0, bytes: 0 };
        let mut builder = Builder { from, open: Vec::new(), skipped: 0 };
        let mut fault = None;
        let mut last = 0;
        for event in Parser::new_from_str(&text[from..]) {
            match event {
                Ok((event, span)) => {
                    last = places.of(span.start.index());
                    let range = last..places.end(span.end.index());
                    if let Some(value) = builder.take(event, range, places.text) {
                        json::hand_over_loosely(&value, resolver, sink);
                    }
                }
                Err(error) => {
                    let at = from + places.of(error.marker().index());
                    fault = Some((at, from + last, error.info().to_owned()));
                    break;
                }
            }
        }
        if let Some(value) = builder.rest() {
            json::hand_over_loosely(&value, resolver, sink);
        }
        let Some((at, last, why)) = fault else { return };
        sink.notice(at, format!("no valid YAML ({why}); reading goes on behind it"));
        // What an unclosed bracket has swallowed is read again.
        let Some(next) = next_beginning(text, last) else { return };
        from = next;
    }
    sink.notice(from, "no valid YAML; what stands behind is not read");
}

/// The next line behind an offset that begins a list or a mapping at the margin.
fn next_beginning(text: &str, at: usize) -> Option<usize> {
    let mut from = at + memchr::memchr(b'\n', text.as_bytes().get(at..)?)? + 1;
    for line in text[from..].split_inclusive('\n') {
        if line.starts_with(|c: char| c.is_alphanumeric()) || line.starts_with("- ") {
            return Some(from);
        }
        from += line.len();
    }
    None
}

/// Bytes of characters that are asked for in their order.
struct Places<'t> {
    text: &'t str,
    chars: usize,
    bytes: usize,
}

impl Places<'_> {
    /// Where a character stands. What lies before the last one asked for is told to stand there.
    fn of(&mut self, index: usize) -> usize {
        self.bytes = self.end(index);
        self.chars = self.chars.max(index);
        self.bytes
    }

    fn end(&self, index: usize) -> usize {
        let rest = &self.text[self.bytes..];
        let further = index.saturating_sub(self.chars);
        self.bytes + rest.char_indices().nth(further).map_or(rest.len(), |(at, _)| at)
    }
}

/// A list or mapping that is not complete.
enum Open<'t> {
    List(Vec<Value<'t>>),
    Mapping(Vec<(Cow<'t, str>, Value<'t>)>, Option<Cow<'t, str>>),
}

impl<'t> Open<'t> {
    fn add(&mut self, value: Value<'t>) {
        match self {
            Open::List(values) => values.push(value),
            Open::Mapping(members, key) => match (key.take(), value) {
                (Some(key), value) => members.push((key, value)),
                (None, Value::Text { text, .. }) => *key = Some(text),
                (None, _) => *key = Some(Cow::Borrowed("")),
            },
        }
    }

    fn value(self) -> Value<'t> {
        match self {
            Open::List(values) => Value::List(values),
            Open::Mapping(members, _) => Value::Object(members),
        }
    }
}

struct Builder<'t> {
    /// Where the text that is read begins in the whole.
    from: usize,
    open: Vec<Open<'t>>,
    /// Lists and mappings that are open and too deep.
    skipped: usize,
}

impl<'t> Builder<'t> {
    /// Takes the next event; returns a value that is complete. The elements of a list at the top are, each for itself.
    fn take(&mut self, event: Event<'t>, range: Range<usize>, text: &str) -> Option<Value<'t>> {
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) if self.skipped > 0 || self.open.len() >= MAX_DEPTH => {
                self.skipped += 1;
                None
            }
            Event::SequenceStart(..) => self.begin(Open::List(Vec::new())),
            Event::MappingStart(..) => self.begin(Open::Mapping(Vec::new(), None)),
            Event::SequenceEnd | Event::MappingEnd if self.skipped > 0 => {
                self.skipped -= 1;
                if self.skipped == 0 { self.add(Value::Other("")) } else { None }
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let value = self.open.pop()?.value();
                self.add(value)
            }
            Event::Scalar(value, ..) if self.skipped == 0 => {
                let range = written(text, range, &value);
                self.add(Value::Text { text: value, span: self.from + range.start..self.from + range.end })
            }
            Event::Alias(_) if self.skipped == 0 => self.add(Value::Other("")),
            _ => None,
        }
    }

    fn begin(&mut self, open: Open<'t>) -> Option<Value<'t>> {
        self.open.push(open);
        None
    }

    fn add(&mut self, value: Value<'t>) -> Option<Value<'t>> {
        match self.open.as_mut_slice() {
            [] | [Open::List(_)] => Some(value),
            [.., last] => {
                last.add(value);
                None
            }
        }
    }

    /// What is complete of what a fault left open.
    fn rest(&mut self) -> Option<Value<'t>> {
        while let Some(last) = self.open.pop() {
            let value = last.value();
            match self.open.last_mut() {
                Some(outer) => outer.add(value),
                None => return Some(value),
            }
        }
        None
    }
}

/// Where a text stands in what is written for it, without quotes.
fn written(text: &str, range: Range<usize>, value: &str) -> Range<usize> {
    let raw = text.get(range.clone()).unwrap_or_default();
    match raw.find(value.trim()) {
        Some(at) => range.start + at..range.start + at + value.trim().len(),
        None => range.start + raw.len() - raw.trim_start_matches(['"', '\'']).len()..range.end,
    }
}
