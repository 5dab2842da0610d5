//! Layers of settings. Each layer is read with the same table of keys; a later one wins.
//!
//! A key that nobody asks for is a mistake. What is asked for is written down while reading, so the table of keys in
//! `settings` is also the list of keys that suggestions are made from.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::Mistake;
use super::value::{Complaint, Read, Value, nearest};

/// Where settings are written.
#[derive(Clone, Copy)]
pub(super) enum Layer<'a> {
    /// Nowhere: reading it only lists the keys there are.
    Nothing,
    /// In a file.
    File { path: &'a Path, text: &'a str, table: &'a DeTable<'a> },
    /// In variables or flags, by key path.
    Named(&'a BTreeMap<String, Named>),
}

/// A setting outside the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// What the person knows it by: `PERENNIAL_LEDGER_PATH`, `--ledger`.
    pub name: String,
    /// What was given.
    pub given: Given,
}

/// The value of a setting outside the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// The text of a variable; lists have commas in it.
    Variable(String),
    /// The values of a flag, as they came.
    Flag(Vec<String>),
}

/// One pass over a layer.
pub(super) struct Reader<'a> {
    layer: Layer<'a>,
    mistakes: Vec<(usize, Mistake)>,
    /// Key paths that were asked for, in the order of the table.
    asked: Vec<String>,
    /// Key paths that nobody asked for, with their place.
    unknown: Vec<(String, Range<usize>)>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(layer: Layer<'a>) -> Self {
        Reader { layer, mistakes: Vec::new(), asked: Vec::new(), unknown: Vec::new() }
    }

    /// The keys outside any section.
    pub(super) fn top(&mut self) -> Section<'_, 'a> {
        let table = match self.layer {
            Layer::File { table, .. } => Some(table),
            Layer::Nothing | Layer::Named(_) => None,
        };
        Section { reader: self, path: String::new(), catalogued: String::new(), table, span: None, known: Vec::new() }
    }

    /// The key paths asked for.
    pub(super) fn into_keys(self) -> Vec<String> {
        self.asked
    }

    /// Everything that was wrong, in the order of the file. `keys` are all there are, for suggestions.
    pub(super) fn finish(mut self, keys: &[String]) -> Vec<Mistake> {
        for (path, span) in std::mem::take(&mut self.unknown) {
            let help = suggestion(&path, keys);
            self.complain_at(Some(span), &path, format!("unknown key `{path}`"), help);
        }
        self.mistakes.sort_by_key(|(at, _)| *at);
        self.mistakes.into_iter().map(|(_, mistake)| mistake).collect()
    }

    fn complain_at(&mut self, span: Option<Range<usize>>, path: &str, message: String, help: Option<String>) {
        let at = span.as_ref().map_or(0, |span| span.start);
        let mistake = match (self.layer, span) {
            (Layer::File { path, text, .. }, Some(span)) => Mistake::in_file(path, text, &span, message, help),
            (Layer::Named(settings), _) => {
                let name = settings.get(path).map_or(path, |named| &named.name);
                Mistake::in_setting(name, message, help)
            }
            (Layer::Nothing | Layer::File { .. }, _) => Mistake::in_setting(path, message, help),
        };
        self.mistakes.push((at, mistake));
    }
}

/// What an unknown key was probably meant to be: a key of the same section first, then one of another.
fn suggestion(path: &str, keys: &[String]) -> Option<String> {
    let split = |path: &str| {
        path.rsplit_once('.').map_or((String::new(), path.to_owned()), |(s, k)| (s.to_owned(), k.to_owned()))
    };
    let (section, key) = split(path);
    let section = match section.split_once('[') {
        Some((array, _)) => array.to_owned(),
        None => section,
    };
    let here: Vec<String> = keys.iter().map(|k| split(k)).filter(|(s, _)| *s == section).map(|(_, k)| k).collect();
    let sections = keys.iter().filter_map(|k| k.split_once('.')).map(|(s, _)| s);
    let candidates = here.iter().map(String::as_str).chain(sections.filter(|_| section.is_empty()));
    if let Some(name) = nearest(&key, candidates) {
        return Some(format!("did you mean `{name}`?"));
    }
    let all: Vec<(String, String)> = keys.iter().map(|k| split(k)).collect();
    let Some(elsewhere) = all.iter().find(|(_, k)| *k == key) else {
        // Misspelt and misplaced at once.
        let name = nearest(&key, all.iter().map(|(_, k)| k.as_str()))?;
        let (section, _) = all.iter().find(|(_, k)| k == name)?;
        return Some(format!("did you mean `{name}` in [{section}]?")).filter(|_| !section.is_empty());
    };
    match elsewhere.0.as_str() {
        "" => Some(format!("`{key}` belongs at the top, before the first section")),
        "rule" => Some(format!("`{key}` belongs in a [[rule]]")),
        other => Some(format!("`{key}` belongs in [{other}]")),
    }
}

/// A table of the file, or what stands for it in another layer.
pub(super) struct Section<'r, 'a> {
    reader: &'r mut Reader<'a>,
    /// For messages: `network`, `rule[2]`.
    path: String,
    /// For the list of keys: `network`, `rule`.
    catalogued: String,
    table: Option<&'a DeTable<'a>>,
    /// Where the table stands.
    span: Option<Range<usize>>,
    known: Vec<&'static str>,
}

impl<'a> Section<'_, 'a> {
    /// What the person knows a key by that has its value from a flag or a variable.
    pub(super) fn name_outside(&self, key: &str) -> Option<&'a str> {
        let Layer::Named(settings) = self.reader.layer else { return None };
        settings.get(&self.join(key)).map(|named| named.name.as_str())
    }

    /// Reads a key into its place; without the key, or with a mistake, the place keeps what it has.
    pub(super) fn read<T>(&mut self, key: &'static str, kind: impl Fn(Value<'a>) -> Read<T>, target: &mut T) {
        if let Some(value) = self.value(key, kind) {
            *target = value;
        }
    }

    /// Reads a key that need not have a value.
    pub(super) fn read_some<T>(
        &mut self,
        key: &'static str,
        kind: impl Fn(Value<'a>) -> Read<T>,
        target: &mut Option<T>,
    ) {
        if let Some(value) = self.value(key, kind) {
            *target = Some(value);
        }
    }

    fn value<T>(&mut self, key: &'static str, kind: impl Fn(Value<'a>) -> Read<T>) -> Option<T> {
        let value = self.take(key)?;
        match kind(value) {
            Ok(value) => Some(value),
            Err(complaints) => {
                for complaint in complaints {
                    self.complain(key, complaint);
                }
                None
            }
        }
    }

    /// Whether the layer has this table.
    pub(super) fn is_present(&self) -> bool {
        self.table.is_some()
    }

    /// Whether the layer has the key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.is_some_and(|table| table.contains_key(key))
    }

    /// A table within.
    pub(super) fn section(&mut self, key: &'static str, read: impl FnOnce(&mut Section<'_, 'a>)) {
        let value = self.table.and_then(|table| table.get(key));
        self.known.push(key);
        let table = value.and_then(|value| Value::Toml(value).as_table());
        if let (Some(value), None) = (value, table) {
            let value = Value::Toml(value);
            self.complain_value(key, value, "a section", Some(format!("write [{key}] on a line of its own")));
        }
        let path = self.join(key);
        let mut section = Section {
            reader: self.reader,
            catalogued: path.clone(),
            path,
            table,
            span: value.map(Spanned::span),
            known: Vec::new(),
        };
        read(&mut section);
        section.finish();
    }

    /// The tables of a list of tables, in order. The list is read once even when it is empty, so that its keys are known.
    pub(super) fn sections(&mut self, key: &'static str, mut read: impl FnMut(&mut Section<'_, 'a>)) {
        let value = self.table.and_then(|table| table.get(key)).map(Value::Toml);
        self.known.push(key);
        let path = self.join(key);
        let tables = value.and_then(Value::items).unwrap_or_default();
        if let Some(value) = value.filter(|value| value.items().is_none()) {
            self.complain_value(key, value, "a list of tables", Some(format!("write [[{key}]] on a line of its own")));
        }
        if tables.is_empty() {
            let catalogued = path.clone();
            read(&mut Section {
                reader: self.reader,
                path: path.clone(),
                catalogued,
                table: None,
                span: None,
                known: Vec::new(),
            });
        }
        for (index, value) in tables.into_iter().enumerate() {
            let path = format!("{path}[{}]", index + 1);
            let Some(table) = value.as_table() else {
                self.complain_value(
                    key,
                    value,
                    "a list of tables",
                    Some(format!("write [[{key}]] on a line of its own")),
                );
                continue;
            };
            let catalogued = self.catalogued_join(key);
            let mut section = Section {
                reader: self.reader,
                catalogued,
                path,
                table: Some(table),
                span: value.span(),
                known: Vec::new(),
            };
            read(&mut section);
            section.finish();
        }
    }

    /// Says that a table as a whole, or one key of it, will not do.
    pub(super) fn refuse(&mut self, key: &str, message: impl FnOnce(&str) -> String, help: Option<String>) {
        let span = self.table.and_then(|table| {
            let named = table.get_key_value(key).map(|(key, _)| key.span());
            named.or_else(|| self.span.clone())
        });
        let path = self.path.clone();
        self.reader.complain_at(span, &path, message(&path), help);
    }

    /// Notes the keys nobody asked for.
    pub(super) fn finish(self) {
        for (key, _) in self.table.into_iter().flatten() {
            if !self.known.contains(&key.get_ref().as_ref()) {
                let path = self.join(key.get_ref());
                self.reader.unknown.push((path, key.span()));
            }
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Value<'a>> {
        self.known.push(key);
        let path = self.catalogued_join(key);
        let value = match self.reader.layer {
            Layer::Nothing => None,
            Layer::File { .. } => self.table?.get(key).map(Value::Toml),
            Layer::Named(settings) => settings.get(&path).map(|named| match &named.given {
                Given::Variable(text) => Value::Text(text),
                Given::Flag(texts) => Value::Texts(texts),
            }),
        };
        if !self.reader.asked.contains(&path) {
            self.reader.asked.push(path);
        }
        value
    }

    fn complain(&mut self, key: &str, complaint: Complaint) {
        let Complaint { expected, found, help, span } = complaint;
        let path = self.join(key);
        let message = format!("`{path}` is {found}; it takes {expected}");
        self.reader.complain_at(span, &path, message, help);
    }

    fn complain_value(&mut self, key: &str, value: Value<'a>, expected: &str, help: Option<String>) {
        if let Err(complaints) = value.wrong::<()>(expected, help) {
            for complaint in complaints {
                self.complain(key, complaint);
            }
        }
    }

    fn join(&self, key: &str) -> String {
        join(&self.path, key)
    }

    fn catalogued_join(&self, key: &str) -> String {
        join(&self.catalogued, key)
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// A document and every way in which it is no TOML.
pub(super) fn parse<'a>(path: &Path, text: &'a str) -> Result<Spanned<DeTable<'a>>, Vec<Mistake>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Ok(table);
    }
    let mistakes = errors.iter().map(|error| {
        let span = error.span().unwrap_or(0..0);
        Mistake::in_file(path, text, &span, format!("not TOML: {}", error.message()), None)
    });
    Err(mistakes.collect())
}

/// What a key holds that is itself a table of free keys, such as `port_map`.
pub(super) fn entries<'a>(value: Value<'a>) -> Option<Vec<(&'a str, Value<'a>)>> {
    match value {
        Value::Toml(toml) => match toml.get_ref() {
            DeValue::Table(table) => Some(table.iter().map(|(k, v)| (k.get_ref().as_ref(), Value::Toml(v))).collect()),
            _ => None,
        },
        Value::Text(_) | Value::Texts(_) => value
            .items()?
            .into_iter()
            .map(|item| item.as_text()?.split_once('=').map(|(key, value)| (key.trim(), Value::Text(value.trim()))))
            .collect(),
    }
}
