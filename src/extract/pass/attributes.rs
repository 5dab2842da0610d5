//! The attributes the pass looks at, read once for each tag.

use crate::html::{Tag, decode_attr};

use super::super::candidates::head_of;
use super::signals::{Signals, signals};

/// Raw values; empty where the attribute is absent.
#[derive(Clone, Debug, Default)]
pub struct Attributes<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub class: &'a str,
    pub rel: &'a str,
    pub href: &'a str,
    pub media: &'a str,
    pub content: &'a str,
    pub value: &'a str,
    pub property: &'a str,
    pub itemprop: &'a str,
    pub itemtype: &'a str,
    pub http_equiv: &'a str,
    pub datetime: &'a str,
    pub title: &'a str,
    pub hreflang: &'a str,
    pub itemscope: bool,
    pub pubdate: bool,
    pub hidden: bool,
    pub count: usize,
}

impl<'a> Attributes<'a> {
    pub fn read(tag: &Tag<'a>) -> Self {
        let mut read = Attributes::default();
        for attr in tag.attrs() {
            read.count += 1;
            let value = attr.raw_value;
            let name = attr.raw_name;
            // Told apart by length first: most names are none of these.
            let slot = match name.len() {
                2 if attr.is("id") => &mut read.id,
                3 if attr.is("rel") => &mut read.rel,
                4 if attr.is("href") => &mut read.href,
                4 if attr.is("name") => &mut read.name,
                4 if attr.is("type") => &mut read.media,
                5 if attr.is("class") => &mut read.class,
                5 if attr.is("title") => &mut read.title,
                5 if attr.is("value") => &mut read.value,
                5 if attr.is("style") => {
                    read.hidden |= is_hiding(value);
                    continue;
                }
                6 if attr.is("hidden") => {
                    read.hidden = true;
                    continue;
                }
                6 if attr.is("typeof") => {
                    read.itemscope = true;
                    &mut read.itemtype
                }
                7 if attr.is("content") => &mut read.content,
                7 if attr.is("pubdate") => {
                    read.pubdate = true;
                    continue;
                }
                8 if attr.is("property") => &mut read.property,
                8 if attr.is("itemprop") => &mut read.itemprop,
                8 if attr.is("itemtype") => &mut read.itemtype,
                8 if attr.is("datetime") => &mut read.datetime,
                8 if attr.is("hreflang") => &mut read.hreflang,
                9 if attr.is("itemscope") => {
                    read.itemscope = true;
                    continue;
                }
                10 if attr.is("http-equiv") => &mut read.http_equiv,
                _ => continue,
            };
            // The first of a repeated attribute counts.
            if slot.is_empty() {
                *slot = value;
            }
        }
        read
    }

    /// What class and id say.
    pub fn signals(&self) -> Signals {
        let mut found = Signals::default();
        if !self.class.is_empty() {
            found.0 |= signals(self.class).0;
        }
        if !self.id.is_empty() {
            found.0 |= signals(self.id).0;
        }
        found
    }

    /// A value decoded and cut.
    pub fn decoded(&self, value: &str, bytes: usize) -> String {
        decode_attr(head_of(value, bytes)).into_owned()
    }

    /// Class, id and whatever else is given, lower case, cut.
    pub fn label(&self, more: &[&str]) -> String {
        let mut label = String::new();
        for part in [self.class, self.id].iter().chain(more) {
            let part = head_of(part.trim(), 120);
            if part.is_empty() {
                continue;
            }
            if !label.is_empty() {
                label.push(' ');
            }
            label.push_str(part);
        }
        label.make_ascii_lowercase();
        label
    }
}

/// Whether a list of words holds one, without case.
pub fn has_word(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|part| part.eq_ignore_ascii_case(word))
}

/// Whether a script's type is JSON-LD.
pub fn is_json_ld(media: &str) -> bool {
    media.get(..19).is_some_and(|start| start.eq_ignore_ascii_case("application/ld+json"))
}

/// The names of properties without prefix or address, lower case.
pub fn local_name(names: &str) -> String {
    let mut local = String::new();
    for name in head_of(names, 200).split_ascii_whitespace() {
        if !local.is_empty() {
            local.push(' ');
        }
        local.push_str(name.rsplit(['/', '#', ':']).next().unwrap_or_default());
    }
    local.make_ascii_lowercase();
    local
}

fn is_hiding(style: &str) -> bool {
    let Some(at) = memchr::memmem::find(style.as_bytes(), b"display") else { return false };
    style[at + 7..].trim_start().strip_prefix(':').is_some_and(|rest| rest.trim_start().starts_with("none"))
}
