//! The places of a document that a fragment can name: headings of Markdown as GitHub names them, identifiers of HTML, names of
//! AsciiDoc and Org.

use std::collections::{HashMap, HashSet};

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::markdown::{OPTIONS, front_matter};
use super::{Document, Format, detect};
use crate::html::{Token, tokens};

/// Whether a document has the place that a fragment names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It has.
    Found,
    /// It has not.
    Missing,
    /// Some programs that show such documents would find it, others would not.
    Unsure,
}

/// The places of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchors {
    /// As written; those of Markdown's headings in lower case.
    names: HashSet<String>,
    markdown: bool,
    /// Letters of the headings of AsciiDoc and Org, whose names depend on settings.
    titles: HashSet<String>,
}

impl Anchors {
    /// The places of a document; `None` where its format has none that are known.
    pub fn of(document: &Document<'_>) -> Option<Self> {
        if detect::binary(document.bytes).is_some() {
            return None;
        }
        let decoded = crate::html::decode(document.bytes, document.content_type);
        let mut anchors = Anchors::default();
        match detect::format(&decoded.text, document.content_type, document.name) {
            Format::Html => anchors.html(&decoded.text),
            Format::Markdown => anchors.markdown(&decoded.text),
            Format::Asciidoc if anchors.asciidoc(&decoded.text) => {}
            Format::Org if anchors.org(&decoded.text) => {}
            _ => return None,
        }
        Some(anchors)
    }

    /// The places of a document in AsciiDoc; `None` where other files make some.
    pub(super) fn of_asciidoc(text: &str) -> Option<Self> {
        let mut anchors = Anchors::default();
        anchors.asciidoc(text).then_some(anchors)
    }

    /// Whether a place is among them. `name` is the fragment without `#`, escapes resolved.
    pub fn place(&self, name: &str) -> Place {
        let name = name.strip_prefix("user-content-").unwrap_or(name);
        if self.names.contains(name) || (self.markdown && self.names.contains(&name.to_lowercase())) {
            return Place::Found;
        }
        let letters = letters_of(name);
        if self.titles.contains(&letters) || self.titles.contains(letters.trim_end_matches(char::is_numeric)) {
            return Place::Unsure;
        }
        let loose = loosened(name);
        let similar = self.markdown && !loose.is_empty() && self.names.iter().any(|known| loosened(known) == loose);
        if similar { Place::Unsure } else { Place::Missing }
    }

    /// Every name there is.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    fn html(&mut self, text: &str) {
        for token in tokens(text) {
            let Token::Start(tag) = token else { continue };
            for attribute in tag.attrs() {
                if attribute.is("id") || (attribute.is("name") && tag.name == "a") {
                    self.names.insert(attribute.value().trim().to_owned());
                }
            }
        }
    }

    /// Names in AsciiDoc: `[[name]]`, `[#name]`, `anchor:name[]`. `false` where other files or settings make some.
    fn asciidoc(&mut self, text: &str) -> bool {
        if text.contains("include::") || text.contains(":idprefix:") || text.contains("[[{") {
            return false;
        }
        let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ':' | '.');
        let mut above = "";
        for line in text.lines().map(str::trim_end) {
            for sign in ["[[", "[#", "anchor:", "id=", "id=\""] {
                for (at, _) in line.match_indices(sign) {
                    let name = line[at + sign.len()..].split(|c| !is_of_name(c)).next().unwrap_or_default();
                    self.names.insert(name.to_owned());
                }
            }
            if line.starts_with('[') {
                let names =
                    line.split('#').skip(1).map(|rest| rest.split(['.', ',', '%', ']']).next().unwrap_or_default());
                self.names.extend(names.map(str::to_owned));
            }
            let is_bound = line.len() > 1 && line.chars().all(|c| matches!(c, '=' | '-' | '~' | '^' | '+'));
            let is_under = is_bound && line.len().abs_diff(above.chars().count()) < 2 && !above.starts_with(['[', '.']);
            let title = line.trim_start_matches(['=', '#']);
            let title = if title.len() < line.len() && title.starts_with(' ') { title } else { above };
            if is_under || title != above {
                // What stands for something else makes a name that cannot be told.
                if title.contains(['{', '&', '[']) {
                    return false;
                }
                self.titles.insert(letters_of(title));
            }
            above = line;
        }
        self.names.remove("");
        self.titles.remove("");
        true
    }

    /// Names in Org: `CUSTOM_ID`, `<<place>>`. `false` where other files bring some.
    fn org(&mut self, text: &str) -> bool {
        let lower = text.to_lowercase();
        if lower.contains("#+include") || lower.contains("#+setupfile") {
            return false;
        }
        for line in text.lines().map(str::trim) {
            let property = line.strip_prefix(':').and_then(|rest| rest.split_once(':'));
            if let Some((key, value)) = property
                && (key.eq_ignore_ascii_case("custom_id") || key.eq_ignore_ascii_case("id"))
            {
                self.names.insert(value.trim().to_owned());
            }
            let places = line.split("<<").skip(1).filter_map(|rest| rest.split_once(">>"));
            self.names.extend(places.map(|(place, _)| place.trim_start_matches('<').to_owned()));
            let title = line.trim_start_matches('*');
            if title.len() < line.len() && title.starts_with(' ') {
                self.titles.insert(letters_of(title));
            }
        }
        self.titles.remove("");
        true
    }

    fn markdown(&mut self, text: &str) {
        self.markdown = true;
        let text = &text[front_matter(text)..];
        let mut heading: Option<String> = None;
        let mut counts: HashMap<String, usize> = HashMap::new();
        for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
            match event {
                Event::Start(Tag::Heading { id, .. }) => {
                    self.names.extend(id.map(|id| id.to_lowercase()));
                    heading = Some(String::new());
                }
                Event::Text(text) | Event::Code(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                }
                Event::SoftBreak | Event::HardBreak => heading.iter_mut().for_each(|heading| heading.push(' ')),
                Event::End(TagEnd::Heading(_)) => {
                    if let Some(heading) = heading.take() {
                        self.names.insert(numbered(slug(&heading), &mut counts));
                    }
                }
                Event::Start(Tag::FootnoteDefinition(label)) => {
                    self.names.extend([format!("fn-{label}"), format!("fn{label}")]);
                }
                Event::Html(_) | Event::InlineHtml(_) => self.html(&text[range]),
                _ => {}
            }
        }
    }
}

/// The name GitHub gives a heading: lower case, only letters, digits, `_`, `-` and blanks, which become `-`.
fn slug(heading: &str) -> String {
    let kept = heading.trim().chars().flat_map(char::to_lowercase).filter_map(|c| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        _ => is_word(c).then_some(c),
    });
    kept.collect()
}

/// Letters, marks that combine with them, digits, and signs that join words.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) || matches!(c, '\u{203F}' | '\u{2040}')
}

/// Equal names are told apart by a number.
fn numbered(slug: String, counts: &mut HashMap<String, usize>) -> String {
    let mut name = slug.clone();
    while counts.contains_key(&name) {
        let count = counts.entry(slug.clone()).or_default();
        *count += 1;
        name = format!("{slug}-{count}");
    }
    counts.insert(name.clone(), 0);
    name
}

/// Letters and digits of a text, in lower case.
fn letters_of(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What is left of a name when programs differ in how they join its words.
fn loosened(name: &str) -> String {
    name.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchors(name: &str, text: &str) -> Anchors {
        let document = Document { name, bytes: text.as_bytes(), ..Document::default() };
        Anchors::of(&document).expect("a format with places")
    }

    #[test]
    fn headings_are_named_as_github_names_them() {
        let text = "# Über *uns* & `Code()`\n\n## A.B_c - d?\n\n## Twice\n\n### Twice\n\n## Twice-1\n\nUnder\n-----\n\n\
            ## [Linked](x.md) text\n\n## 🚀 Go\n\n## Named {#own-Name}\n\n<a name=\"Spot\"></a> <b id='inner'>x</b>\n\n\
            ```\n# not a heading\n```\n";
        let anchors = anchors("x.md", text);
        for name in [
            "über-uns--code",
            "ab_c---d",
            "twice",
            "twice-1",
            "twice-1-1",
            "under",
            "linked-text",
            "-go",
            "own-name",
            "Spot",
            "inner",
            "TWICE",
            "user-content-twice",
        ] {
            assert_eq!(anchors.place(name), Place::Found, "{name} in {:?}", anchors.names);
        }
        assert_eq!(anchors.place("not-a-heading"), Place::Missing);
        assert_eq!(anchors.place("über-uns-code"), Place::Unsure);
    }

    #[test]
    fn identifiers_of_html_are_taken_as_they_are() {
        let anchors = anchors("x.html", "<html><h1 id=\"Top Part\">T</h1><a name=old></a><input name=field></html>");
        assert_eq!(anchors.place("Top Part"), Place::Found);
        assert_eq!(anchors.place("old"), Place::Found);
        assert_eq!(anchors.place("OLD"), Place::Missing);
        assert_eq!(anchors.place("field"), Place::Missing);
    }

    #[test]
    fn many_equal_headings_take_no_longer_than_many_others() {
        let text = "# a\n\n".repeat(20_000);
        assert_eq!(anchors("x.md", &text).place("a-19999"), Place::Found);
    }
}
