//! Templates of static sites and servers: marks that somebody else replaces before a page is shown.

use std::ops::Range;

/// What encloses an instruction of a template: Liquid, Jinja and Go; JavaScript and JSP; ERB and EJS; PHP.
pub(super) const MARKS: &[(&str, &str)] = &[("{{", "}}"), ("{%", "%}"), ("${", "}"), ("<%", "%>"), ("<?", "?>")];

/// Bytes of an instruction at most.
const MAX_LENGTH: usize = 2_000;

/// Names of arguments that hold where something leads, and those that hold its title and what is said about it.
const TITLES: &[&str] = &["title", "text", "name", "label", "caption"];
const NOTES: &[&str] = &["subtitle", "description", "desc"];

/// Names of arguments whose address is that of a picture.
const PICTURES: &[&str] = &["src", "image", "img", "icon", "cover", "thumbnail", "thumb", "poster", "logo", "avatar"];

/// Whether a template makes a part of an address.
pub(super) fn makes(address: &str) -> bool {
    MARKS.iter().any(|&(open, close)| {
        let Some((_, rest)) = address.split_once(open) else { return false };
        // A quote or a blank inside may have ended the address before its template.
        rest.contains(close) || (open.starts_with('{') && (rest.is_empty() || rest.starts_with(char::is_whitespace)))
    })
}

/// Where the instruction ends whose mark opens a text, with its mark; `None` where none does, or where a paragraph ends before.
pub(super) fn end(text: &str) -> Option<usize> {
    let (open, close) = MARKS.iter().find(|(open, _)| text.starts_with(open))?;
    let mut limit = text.len().min(MAX_LENGTH);
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    let inside = &text[open.len()..limit];
    let end = inside.find(close)?;
    let is_whole = !inside[..end].contains("\n\n") && !inside[..end].contains("```") && !inside[..end].contains(open);
    is_whole.then_some(open.len() + end + close.len())
}

/// An instruction that does something, `{% include x %}` or `{{< x >}}`, and is no text. What `{{ x }}` puts in its place is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag<'t> {
    /// With its marks.
    pub(super) whole: Range<usize>,
    pub(super) name: &'t str,
    /// Whether it only ends what another began.
    pub(super) closes: bool,
    /// Behind the name, and where that begins.
    arguments: (usize, &'t str),
}

/// What an argument of a tag leads to.
pub(super) struct Lead<'t> {
    /// Where its address stands.
    pub(super) address: Range<usize>,
    pub(super) title: Option<&'t str>,
    pub(super) note: Option<&'t str>,
}

/// The first tag at or behind an offset.
pub(super) fn tag(text: &str, from: usize) -> Option<Tag<'_>> {
    let mut at = from;
    loop {
        at += memchr::memchr(b'{', text.as_bytes().get(at..)?)?;
        let rest = &text[at..];
        let marks = ["{{<", "{{%", "{%"].into_iter().find(|mark| rest.starts_with(mark));
        match marks.and_then(|mark| Some((mark, end(rest)?))) {
            Some((mark, length)) => return Some(Tag::new(text, at..at + length, mark.len())),
            None => at += 1,
        }
    }
}

impl<'t> Tag<'t> {
    fn new(text: &'t str, whole: Range<usize>, marks: usize) -> Self {
        let inside = &text[whole.start..whole.end];
        // The marks of the shortest tags share a sign: `{{%}}`.
        let inside = inside.get(marks..inside.len() - marks).unwrap_or(&inside[..0]);
        let inside = inside.trim_start_matches(['-', '~']).trim_end_matches(['-', '~', '/']).trim_start();
        let closes = inside.starts_with('/') || inside.starts_with("end");
        let body = inside.trim_start_matches('/').trim_start();
        let name = body.split(char::is_whitespace).next().unwrap_or_default();
        let rest = &body[name.len()..];
        let start = rest.as_ptr() as usize - text.as_ptr() as usize;
        Tag { whole, name, closes, arguments: (start, rest) }
    }

    /// Where its arguments lead, pictures aside.
    pub(super) fn leads(&self) -> Vec<Lead<'t>> {
        let (start, text) = self.arguments;
        let arguments = arguments(text);
        let find = |names: &[&str]| {
            let value = arguments.iter().find(|(name, _)| names.contains(&name.to_ascii_lowercase().as_str()));
            value.map(|(_, range)| text[range.clone()].trim()).filter(|value| !value.is_empty())
        };
        let (title, note) = (find(TITLES), find(NOTES));
        let is_web = |value: &str| value.starts_with("https://") || value.starts_with("http://");
        let leads = arguments.iter().filter(|(name, range)| {
            let value = &text[range.clone()];
            is_web(value)
                && !value.contains(char::is_whitespace)
                && !PICTURES.contains(&name.to_ascii_lowercase().as_str())
        });
        leads.map(|(_, range)| Lead { address: start + range.start..start + range.end, title, note }).collect()
    }
}

/// The arguments of a tag: `name="value"`, `name=value`, `"value"`, `value`.
fn arguments(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let word = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if word.is_empty() {
            return found;
        }
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '.');
        let name = &word[..word.find(|c| !is_name(c)).unwrap_or(word.len())];
        let value = word[name.len()..].trim_start().strip_prefix('=').map(str::trim_start);
        let (name, value) = value.filter(|_| !name.is_empty()).map_or(("", word), |value| (name, value));
        at = text.len() - value.len();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
        let length = match quote {
            Some(quote) => {
                at += 1;
                value[1..].find(quote).unwrap_or(value.len() - 1)
            }
            None => value.find(char::is_whitespace).unwrap_or(value.len()),
        };
        found.push((name, at..at + length));
        at += length + usize::from(quote.is_some() && at + length < text.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_templates_make_are_told() {
        for made in [
            "{{ site.url }}/x",
            "https://{{host}}/y",
            "{% link x.md %}",
            "${base}/x",
            "<%= root %>/x",
            "{% url ",
            "<?php echo $x; ?>",
        ] {
            assert!(makes(made), "{made}");
        }
        for own in
            ["https://a.example/{id}", "https://a.example/?q=a%7B%7B", "/x$y", "https://a.example/{%20x}", "/a?<?"]
        {
            assert!(!makes(own), "{own}");
        }
    }

    #[test]
    fn tags_are_told_from_what_is_put_in() {
        let text = "a {{ b }} {% include c.html url=\"https://c.example/\" title='C d' %} {{< /e >}} {{% f";
        let first = tag(text, 0).expect("a tag");
        assert_eq!((first.name, first.closes), ("include", false));
        let leads = first.leads();
        assert_eq!(leads.len(), 1);
        assert_eq!((&text[leads[0].address.clone()], leads[0].title), ("https://c.example/", Some("C d")));
        let second = tag(text, first.whole.end).expect("a tag");
        assert_eq!((second.name, second.closes), ("e", true));
        assert_eq!(tag(text, second.whole.end), None);
        assert!(tag("{{{%}}", 0).is_some_and(|tag| tag.name.is_empty() && tag.leads().is_empty()));
    }
}
