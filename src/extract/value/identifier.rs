//! DOI, ISBN, ISSN, arXiv: found, checked, in one form.

use url::Url;

use super::super::candidates::head_of;

/// Signs in front of a declared DOI.
const DOI_PREFIXES: &[&str] = &["doi:", "info:doi/", "http://", "https://", "dx.", "www.", "doi.org/"];

/// A DOI without resolver, lower-case resolver prefixes and trailing punctuation cut (ISO 26324).
pub fn doi(raw: &str) -> Option<String> {
    let raw = head_of(raw.trim(), 600);
    // Whether it may have the beginning of one at all, as few of the many addresses asked about do.
    if !raw.contains("10.") && !raw.contains('%') {
        return None;
    }
    let decoded = percent_encoding::percent_decode_str(raw).decode_utf8_lossy();
    let start = decoded.match_indices("10.").map(|(at, _)| at).find(|&at| {
        is_doi(&decoded[at..]) && !decoded[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.')
    })?;
    let doi: String = decoded[start..]
        .chars()
        .take_while(|c| !c.is_whitespace() && !matches!(c, '"' | '<' | '>' | '?' | '#' | '“' | '”'))
        .collect();
    trimmed(&doi)
}

/// A DOI that a field is declared to hold: every sign of it counts, as in `10.1002/(SICI)...16<1661::AID-SIM968>3.0.CO;2-2`.
pub fn declared_doi(raw: &str) -> Option<String> {
    let mut text = head_of(raw.trim(), 600);
    let mut address = false;
    for prefix in DOI_PREFIXES {
        if let Some((head, rest)) = text.split_at_checked(prefix.len())
            && head.eq_ignore_ascii_case(prefix)
        {
            text = rest.trim_start();
            address |= prefix.ends_with('/');
        }
    }
    if !is_doi(text) {
        return if address { doi_of_address(raw.trim()) } else { doi(raw) };
    }
    let decoded = if address {
        let path = text.split(['?', '#']).next().unwrap_or_default();
        percent_encoding::percent_decode_str(path).decode_utf8_lossy()
    } else {
        text.into()
    };
    trimmed(decoded.split(char::is_whitespace).next().unwrap_or_default())
}

/// A DOI in the path of an address: that of a resolver, or one behind a word for what a page of a publisher shows.
pub fn doi_of_address(address: &str) -> Option<String> {
    const SHOWN: &[&str] =
        &["doi", "article", "articles", "chapter", "book", "abs", "full", "pdf", "epdf", "pdfplus", "reader"];
    const VIEWS: &[&str] = &["/full", "/abstract", "/pdf", "/epdf", "/meta", "/fulltext", "/html"];
    if !address.contains("10.") {
        return None;
    }
    let url = Url::parse(address).ok()?;
    let (before, _) = url.path().match_indices("/10.").map(|(at, _)| url.path().split_at(at)).find(|(before, _)| {
        let resolver =
            before.is_empty() && url.host_str().is_some_and(|host| host == "doi.org" || host.ends_with(".doi.org"));
        resolver || before.rsplit('/').next().is_some_and(|word| SHOWN.contains(&word))
    })?;
    let path = percent_encoding::percent_decode_str(&url.path()[before.len() + 1..]).decode_utf8_lossy();
    let found = trimmed(&path).filter(|doi| is_doi(doi))?;
    let whole = VIEWS.iter().find_map(|view| found.strip_suffix(view)).filter(|doi| doi.contains('/'));
    Some(whole.unwrap_or(&found).to_owned())
}

/// Whether a text begins with the prefix of a DOI and what parts it from the rest.
fn is_doi(text: &str) -> bool {
    let Some(prefix) = text.strip_prefix("10.") else { return false };
    let digits = prefix.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    (4..=12).contains(&digits) && prefix[digits..].starts_with('/')
}

/// A DOI without the signs behind it.
fn trimmed(doi: &str) -> Option<String> {
    let mut doi = doi.trim_end_matches(['.', ',', ';', ':', '\'', '*']);
    // A closing bracket counts only where one was opened.
    while let Some(shorter) = doi.strip_suffix([')', ']']) {
        if shorter.contains(['(', '[']) {
            break;
        }
        doi = shorter;
    }
    let suffix = doi.split_once('/')?.1;
    (!suffix.is_empty() && doi.len() <= 300).then(|| doi.to_owned())
}

/// An ISBN with a valid check digit, digits only.
pub fn isbn(raw: &str) -> Option<String> {
    let text = head_of(raw, 200);
    let mut digits = String::new();
    for c in text.chars().chain(" ".chars()) {
        match c {
            '0'..='9' => digits.push(c),
            'x' | 'X' if digits.len() == 9 => digits.push('X'),
            '-' | ' ' | '‐' | '–' if !digits.is_empty() && digits.len() < 13 && c != ' ' => {}
            ' ' if !digits.is_empty() && digits.len() < 10 => {}
            _ => {
                if is_isbn(&digits) {
                    return Some(digits);
                }
                digits.clear();
            }
        }
    }
    None
}

fn is_isbn(digits: &str) -> bool {
    let values: Vec<u32> = digits.chars().map(|c| c.to_digit(10).unwrap_or(10)).collect();
    match values.len() {
        10 => {
            let sum: u32 = values.iter().zip((1..=10).rev()).map(|(value, weight)| value * weight).sum();
            sum.is_multiple_of(11) && values.iter().any(|&value| value != values[0])
        }
        13 if digits.starts_with("978") || digits.starts_with("979") => {
            let sum: u32 =
                values.iter().enumerate().map(|(index, value)| value * if index % 2 == 0 { 1 } else { 3 }).sum();
            sum.is_multiple_of(10)
        }
        _ => false,
    }
}

/// An ISSN with a valid check digit, as `1234-567X`.
pub fn issn(raw: &str) -> Option<String> {
    let characters: Vec<char> =
        head_of(raw, 60).chars().filter(|c| c.is_ascii_digit() || matches!(c, 'x' | 'X')).collect();
    if characters.len() != 8 {
        return None;
    }
    let sum: u32 = characters.iter().zip((1..=8).rev()).map(|(c, weight)| c.to_digit(10).unwrap_or(10) * weight).sum();
    let text: String = characters.iter().map(char::to_ascii_uppercase).collect();
    (sum.is_multiple_of(11)).then(|| format!("{}-{}", &text[..4], &text[4..]))
}

/// An arXiv identifier without version: `2101.00001` or `math/0601001`.
pub fn arxiv(raw: &str) -> Option<String> {
    let text = raw.trim();
    let text = ["arxiv.org/abs/", "arxiv.org/pdf/", "arXiv:", "arxiv:", "10.48550/arXiv.", "10.48550/arxiv."]
        .iter()
        .find_map(|mark| text.split_once(mark).map(|(_, rest)| rest))
        .unwrap_or(text);
    let id: String =
        text.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '-')).take(30).collect();
    let id = id.trim_end_matches(".pdf").trim_end_matches('.');
    let id = match id.rsplit_once('v') {
        Some((before, version)) if !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit()) => before,
        _ => id,
    };
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let new = id.split_once('.').is_some_and(|(month, number)| {
        month.len() == 4 && all_digits(month) && (4..=5).contains(&number.len()) && all_digits(number)
    });
    let old = id.split_once('/').is_some_and(|(archive, number)| {
        number.len() == 7 && all_digits(number) && archive.starts_with(|c: char| c.is_ascii_lowercase())
    });
    (new || old).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_checked() {
        assert_eq!(doi("https://doi.org/10.1000/xyz123.").as_deref(), Some("10.1000/xyz123"));
        assert_eq!(doi("doi:10.1000/a(b)c)").as_deref(), Some("10.1000/a(b)c)"));
        assert_eq!(doi("(10.1000/ab)").as_deref(), Some("10.1000/ab"));
        assert_eq!(doi("10.1000%2Fab?x=1").as_deref(), Some("10.1000/ab"));
        assert_eq!(doi("version 10.15/3"), None);
        for (raw, known) in [
            ("10.1002/(SICI)1097(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-#", None),
            ("doi: 10.1000/ab", Some("10.1000/ab")),
            ("https://DX.doi.org/10.1000/a%3Cb%3E?from=x", Some("10.1000/a<b>")),
            ("see 10.1000/ab, page 2", Some("10.1000/ab")),
            ("https://www.example.org/article/10.1000/ab/full", Some("10.1000/ab")),
        ] {
            assert_eq!(declared_doi(raw).as_deref(), Some(known.unwrap_or(raw)));
        }
        assert_eq!(isbn("ISBN 978-3-16-148410-0").as_deref(), Some("9783161484100"));
        assert_eq!(isbn("0-306-40615-2").as_deref(), Some("0306406152"));
        assert_eq!(isbn("9783161484101"), None);
        assert_eq!(issn("0378-5955").as_deref(), Some("0378-5955"));
        assert_eq!(issn("0378-5956"), None);
        assert_eq!(arxiv("https://arxiv.org/pdf/2101.00001v2.pdf").as_deref(), Some("2101.00001"));
        assert_eq!(arxiv("arXiv:math/0601001").as_deref(), Some("math/0601001"));
        assert_eq!(arxiv("no"), None);
    }

    #[test]
    fn an_address_holds_a_doi_where_publishers_put_it() {
        for (address, wanted) in [
            ("https://doi.org/10.1000/ab", Some("10.1000/ab")),
            ("https://www.example.org/doi/full/10.1000/ab", Some("10.1000/ab")),
            ("https://www.example.org/articles/10.1000/ab.2020.1/full?x=1", Some("10.1000/ab.2020.1")),
            ("https://www.example.org/doi/10.1000%2Fab", Some("10.1000/ab")),
            ("https://www.example.org/doi/10.1000/a%3Cb%3E", Some("10.1000/a<b>")),
            ("https://www.example.org/doi/10.1000/full", Some("10.1000/full")),
            ("https://www.example.org/post?via=10.1000/ab", None),
            ("https://www.example.org/notes-on/10.1000/ab", None),
        ] {
            assert_eq!(doi_of_address(address).as_deref(), wanted, "{address}");
        }
    }
}
