//! Licences in one form: `CC BY-SA 4.0`.

use std::sync::LazyLock;

use regex::Regex;

#[expect(clippy::unwrap_used, reason = "a constant pattern")]
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)creativecommons\.org/(?:(licenses|licences)/(by(?:-(?:nc|nd|sa))*|sampling\+?|nc-sampling\+?)(?:/([0-9]\.[0-9])(?:/([a-z]{2,3})\b)?)?|publicdomain/(zero|mark)(?:/([0-9]\.[0-9]))?)").unwrap()
});

#[expect(clippy::unwrap_used, reason = "a constant pattern")]
static TEXT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:CC[- ]?|Creative[- ]Commons[- ](?:licen[sc]e[- ])?(?:CC[- ]?)?)(BY(?:[- /](?:NC|ND|SA))*|0|Zero)\b(?:[- ]?(?:licen[sc]e)?[- ]?v?([0-9]\.[0-9]))?(?:[- ](?:International|Unported|Generic))?").unwrap()
});

#[expect(clippy::unwrap_used, reason = "a constant pattern")]
static WORDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)creative commons[ :(–-]*(?:licen[sc]e[ :]*)?((?:(?:attribution|namensnennung|paternité|attribuzione|reconocimiento|atribución|atribuição|naamsvermelding)|(?:[- –/,]|nicht|non)*(?:non|nicht)?[- ]?(?:commercial|kommerziell|comercial|commerciale)|(?:pas d'utilisation commerciale)|(?:share[- ]?alike|weitergabe unter gleichen bedingungen|partage dans les mêmes conditions|compartir ?igual|condividi allo stesso modo|gelijk delen)|(?:no[- ]?deriv(?:ative)?s?(?: works)?|keine bearbeitungen?|pas de modification|sin obra derivada)|[- –/,]+)+)\s*([0-9]\.[0-9])?").unwrap()
});

/// The licence an address names, where it is one of Creative Commons.
pub fn from_address(address: &str) -> Option<String> {
    let found = ADDRESS.captures(address)?;
    if let Some(tool) = found.get(5) {
        let version = found.get(6).map_or("1.0", |version| version.as_str());
        return Some(if tool.as_str().eq_ignore_ascii_case("zero") {
            format!("CC0 {version}")
        } else {
            format!("Public Domain Mark {version}")
        });
    }
    let kind = found.get(2)?.as_str().to_ascii_uppercase();
    Some(compose(&kind, found.get(3).map(|version| version.as_str()), found.get(4).map(|place| place.as_str())))
}

fn compose(kind: &str, version: Option<&str>, place: Option<&str>) -> String {
    let mut name = format!("CC {kind}");
    if let Some(version) = version {
        name.push(' ');
        name.push_str(version);
    }
    if let Some(place) =
        place.filter(|place| place.len() == 2 && !place.eq_ignore_ascii_case("en") || place.eq_ignore_ascii_case("igo"))
    {
        name.push(' ');
        name.push_str(&place.to_ascii_uppercase());
    }
    name
}

/// Whether what stands before a licence says that it is that of a picture and not of the text.
fn is_of_a_picture(before: &str) -> bool {
    const NEAR: usize = 80;
    const PICTURES: &[&str] =
        &["foto", "photo", "image", "bild", "picture", "illustration", "grafik", "graphic", "flickr", "video", "icon"];
    const TEXTS: &[&str] = &["text", "content", "inhalt", "contenu", "conten", "article", "artikel", "site", "work"];
    let mut start = before.len().saturating_sub(NEAR);
    while !before.is_char_boundary(start) {
        start += 1;
    }
    let near = before[start..].to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| near.contains(word));
    has(PICTURES) && !has(TEXTS)
}

/// The licence of Creative Commons a text names; none where it is that of a picture.
pub fn from_text(text: &str) -> Option<String> {
    if let Some(found) = TEXT.captures_iter(text).find(|found| !is_of_a_picture(&text[..found.get_match().start()])) {
        let kind = found.get(1)?.as_str().to_ascii_uppercase().replace([' ', '/'], "-");
        if kind == "0" || kind == "ZERO" {
            return Some("CC0 1.0".to_owned());
        }
        return Some(compose(&kind, found.get(2).map(|version| version.as_str()), None));
    }
    let found = WORDS.captures(text).filter(|found| !is_of_a_picture(&text[..found.get_match().start()]))?;
    let words = found.get(1)?.as_str().to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    if !has(&["attribu", "namensnennung", "paternit", "reconocimiento", "atribu", "naamsvermelding"]) {
        return None;
    }
    let mut kind = "BY".to_owned();
    if has(&["commercial", "kommerziell", "comercial"]) {
        kind.push_str("-NC");
    }
    if has(&["deriv", "bearbeitung", "modification"]) {
        kind.push_str("-ND");
    }
    if has(&["alike", "gleichen", "mêmes", "igual", "stesso", "gelijk"]) {
        kind.push_str("-SA");
    }
    Some(compose(&kind, found.get(2).map(|version| version.as_str()), None))
}

/// Other licences that a declared address or text names.
const OTHERS: &[(&str, &str)] = &[
    ("opensource.org/licenses/mit", "MIT"),
    ("opensource.org/license/mit", "MIT"),
    ("apache.org/licenses/license-2.0", "Apache-2.0"),
    ("gnu.org/licenses/gpl-3.0", "GPL-3.0"),
    ("gnu.org/copyleft/fdl", "GFDL"),
    ("gnu.org/licenses/fdl", "GFDL"),
    ("opendatacommons.org/licenses/odbl", "ODbL"),
    ("opendatacommons.org/licenses/by", "ODC-BY"),
    ("nationalarchives.gov.uk/doc/open-government-licence/version/3", "OGL 3.0"),
    ("open-government-licence", "OGL"),
    ("etalab.gouv.fr", "Licence Ouverte"),
    ("govdata.de/dl-de/by-2-0", "DL-DE BY 2.0"),
];

/// The licence a declared address or text names; the text itself where it is short and no known one.
pub fn declared(raw: &str) -> Option<String> {
    let raw = raw.trim();
    if let Some(known) = from_address(raw).or_else(|| from_text(raw)) {
        return Some(known);
    }
    let lower = raw.to_lowercase();
    OTHERS.iter().find(|(part, _)| lower.contains(part)).map(|(_, name)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_come_in_one_form() {
        for (raw, wanted) in [
            ("https://creativecommons.org/licenses/by-sa/4.0/", "CC BY-SA 4.0"),
            ("http://creativecommons.org/licenses/by-nc-sa/2.0/de/", "CC BY-NC-SA 2.0 DE"),
            ("//creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
            ("CC BY-NC 4.0", "CC BY-NC 4.0"),
            ("licensed under a Creative Commons Attribution-ShareAlike 4.0 International License", "CC BY-SA 4.0"),
            ("Creative Commons Namensnennung - Nicht-kommerziell 3.0", "CC BY-NC 3.0"),
            ("https://opensource.org/licenses/MIT", "MIT"),
        ] {
            assert_eq!(declared(raw).as_deref(), Some(wanted), "{raw}");
        }
        assert_eq!(declared("All rights reserved"), None);
        assert_eq!(from_text("the creative commons movement"), None);
    }
}
