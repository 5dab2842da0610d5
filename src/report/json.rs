//! JSON put together piece by piece: an object for every link would keep a general serializer busy with crumbs.

use super::escape;

/// The name of a property, as [`Json`] takes it.
macro_rules! key {
    ($name:literal) => {
        concat!(",\"", $name, "\":")
    };
}
pub(super) use key;

/// A text of JSON on its way.
#[derive(Default)]
pub(super) struct Json {
    text: String,
}

impl Json {
    /// What is there so far, which is taken.
    pub fn take(&mut self, out: &mut dyn std::io::Write) -> std::io::Result<()> {
        out.write_all(self.text.as_bytes())?;
        self.text.clear();
        Ok(())
    }

    /// An object with the properties that are put into it.
    pub fn object(&mut self, properties: impl FnOnce(&mut Self)) {
        self.text.push('{');
        properties(self);
        self.text.push('}');
    }

    /// A property whose value is put behind it.
    pub fn key(&mut self, key: &'static str) -> &mut Self {
        // The first one has no comma before it.
        self.text.push_str(if self.text.ends_with('{') { &key[1..] } else { key });
        self
    }

    /// A property that is a list.
    pub fn list<T>(&mut self, key: &'static str, items: &[T], item: impl Fn(&T, &mut Self)) {
        self.key(key).text.push('[');
        for (number, one) in items.iter().enumerate() {
            if number > 0 {
                self.text.push(',');
            }
            item(one, self);
        }
        self.text.push(']');
    }

    /// A property with a text.
    pub fn text(&mut self, key: &'static str, value: &str) {
        self.key(key).string(value);
    }

    /// A property with a text, or with null.
    pub fn optional(&mut self, key: &'static str, value: Option<&str>) {
        self.key(key);
        match value {
            Some(value) => self.string(value),
            None => self.null(),
        }
    }

    /// A property with a number.
    pub fn number(&mut self, key: &'static str, value: impl ToString) {
        self.key(key).text.push_str(&value.to_string());
    }

    /// A value that is a text.
    pub fn string(&mut self, value: &str) {
        self.text.push('"');
        escape::json_text(value, &mut self.text);
        self.text.push('"');
    }

    /// A value that is not there.
    pub fn null(&mut self) {
        self.text.push_str("null");
    }
}
