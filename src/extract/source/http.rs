//! What the header lines say.

use crate::model::exchange::Headers;

use super::super::candidates::head_of;
use super::super::offer::{Key, Offers, Source};

/// Offers what the header lines say. `Last-Modified` is offered for files only: for pages it is the moment of delivery.
pub fn offer<'a>(headers: &'a Headers, is_file: bool, offers: &mut Offers<'a>) {
    if let Some(language) = headers.get("content-language") {
        offers.add(Key::Language, Source::Http, "http content-language", language);
    }
    if is_file && let Some(modified) = headers.get("last-modified") {
        offers.add(Key::Modified, Source::Http, "http last-modified", modified);
    }
    if let Some(name) = headers.get("content-disposition").as_deref().and_then(file_name) {
        offers.add(Key::Title, Source::Http, "http content-disposition", name);
    }
    for line in headers.all("link") {
        for (target, rel) in links(head_of(&line, 4_096)) {
            match rel.as_str() {
                "canonical" => offers.add(Key::Canonical, Source::Http, "http link canonical", target),
                "license" => offers.add(Key::Licence, Source::Http, "http link license", target),
                "cite-as" => offers.add(Key::Doi, Source::Http, "http link cite-as", target),
                _ => {}
            }
        }
    }
}

/// Targets and relations of a `Link` header (RFC 8288).
pub fn links(line: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some((_, from)) = rest.split_once('<') {
        let Some((target, parameters)) = from.split_once('>') else { break };
        let own = &parameters[..parameters.find(",<").or_else(|| parameters.find(", <")).unwrap_or(parameters.len())];
        let rel = own.split(';').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("rel").then(|| value.trim().trim_matches('"').to_ascii_lowercase())
        });
        if let Some(rel) = rel {
            found.extend(rel.split_ascii_whitespace().map(|rel| (target.trim().to_owned(), rel.to_owned())));
        }
        rest = parameters;
    }
    found
}

/// The file name of a `Content-Disposition` (RFC 6266).
fn file_name(value: &str) -> Option<String> {
    let mut plain = None;
    for parameter in value.split(';').skip(1) {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        match name.trim().to_ascii_lowercase().as_str() {
            "filename*" => {
                let encoded = value.rsplit('\'').next().unwrap_or_default();
                return Some(percent_encoding::percent_decode_str(encoded).decode_utf8_lossy().into_owned());
            }
            "filename" => plain = Some(value.to_owned()),
            _ => {}
        }
    }
    plain.filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_lines_are_read() {
        assert_eq!(
            links("<https://example.org/a>; rel=\"canonical\", </b>; rel=license; type=x"),
            [("https://example.org/a".to_owned(), "canonical".to_owned()), ("/b".to_owned(), "license".to_owned())]
        );
        assert_eq!(file_name("attachment; filename=\"a b.pdf\"").as_deref(), Some("a b.pdf"));
        assert_eq!(file_name("inline; filename=x; filename*=UTF-8''%C3%A4.pdf").as_deref(), Some("ä.pdf"));
    }
}
