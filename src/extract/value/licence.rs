//! Licences in one form: `CC BY-SA 4.0`.

use std::sync::LazyLock;

use regex::Regex;

use super::super::candidates::head_of;

#[expect(clippy::unwrap_used, reason = "a constant pattern")]
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)creativecommons\.org/(?:(licenses|licences)/(by(?:-(?:nc|nd|sa))*|sampling\+?|nc-sampling\+?)(?:/([0-9]\.[0-9])(?:/([a-z]{2,3})\b)?)?|publicdomain/(zero|mark)(?:/([0-9]\.[0-9]))?)").unwrap()
});

#[expect(clippy::unwrap_used, reason = "a constant pattern")]
static TEXT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:CC[- ]?|Creative[- ]Commons[- ](?:licen[sc]e[- ])?(?:CC[- ]?)?)(BY(?:[- /](?:NC|ND|SA))*|0|Zero)\b(?:[- ]?(?:licen[sc]e)?[- ]?v?([0-9]\.[0-9]))?(?:[- ](?:International|Unported|Generic))?").unwrap()
});

/// What stands before the name of a licence in full.
const CREATIVE_COMMONS: &str = "creative commons";

/// A part of a licence of Creative Commons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    By,
    Nc,
    Nd,
    Sa,
    /// A word that says nothing by itself.
    Filler,
}

/// The parts by their names, as the deeds in these languages have them; a space may be missing, or a hyphen. Longer ones
/// come first.
const PARTS: &[(&str, Part)] = &[
    ("attribution", Part::By),
    ("namensnennung", Part::By),
    ("paternité", Part::By),
    ("attribuzione", Part::By),
    ("reconocimiento", Part::By),
    ("atribución", Part::By),
    ("atribuição", Part::By),
    ("reconeixement", Part::By),
    ("naamsvermelding", Part::By),
    ("erkännande", Part::By),
    ("navngivelse", Part::By),
    ("uznanie autorstwa", Part::By),
    ("non commerciale", Part::Nc),
    ("non commercial use", Part::Nc),
    ("non commercial", Part::Nc),
    ("nicht kommerzielle nutzung", Part::Nc),
    ("nicht kommerziell", Part::Nc),
    ("keine kommerzielle nutzung", Part::Nc),
    ("pas d'utilisation commerciale", Part::Nc),
    ("utilisation non commerciale", Part::Nc),
    ("uso no comercial", Part::Nc),
    ("uso não comercial", Part::Nc),
    ("no comercial", Part::Nc),
    ("não comercial", Part::Nc),
    ("niet commercieel", Part::Nc),
    ("icke kommersiell", Part::Nc),
    ("ikke kommersiell", Part::Nc),
    ("ikke kommerciel", Part::Nc),
    ("użycie niekomercyjne", Part::Nc),
    ("no derivative works", Part::Nd),
    ("no derivatives", Part::Nd),
    ("no derivs", Part::Nd),
    ("keine bearbeitungen", Part::Nd),
    ("keine bearbeitung", Part::Nd),
    ("pas de modifications", Part::Nd),
    ("pas de modification", Part::Nd),
    ("pas d'œuvre dérivée", Part::Nd),
    ("non opere derivate", Part::Nd),
    ("sin obras derivadas", Part::Nd),
    ("sin obra derivada", Part::Nd),
    ("sin derivadas", Part::Nd),
    ("sin derivados", Part::Nd),
    ("sem derivações", Part::Nd),
    ("sem derivados", Part::Nd),
    ("sense obra derivada", Part::Nd),
    ("geen afgeleide werken", Part::Nd),
    ("inga bearbetningar", Part::Nd),
    ("ingen bearbeidelse", Part::Nd),
    ("bez utworów zależnych", Part::Nd),
    ("share alike", Part::Sa),
    ("weitergabe unter gleichen bedingungen", Part::Sa),
    ("partage dans les mêmes conditions", Part::Sa),
    ("partage des conditions initiales à l'identique", Part::Sa),
    ("partage à l'identique", Part::Sa),
    ("condividi allo stesso modo", Part::Sa),
    ("compartir por igual", Part::Sa),
    ("compartir igual", Part::Sa),
    ("compartilha igual", Part::Sa),
    ("partilha nos termos da mesma licença", Part::Sa),
    ("gelijk delen", Part::Sa),
    ("dela på lika villkor", Part::Sa),
    ("dela lika", Part::Sa),
    ("del på samme vilkår", Part::Sa),
    ("na tych samych warunkach", Part::Sa),
    ("licenses", Part::Filler),
    ("license", Part::Filler),
    ("licence", Part::Filler),
    ("lizenz", Part::Filler),
    ("licencia", Part::Filler),
    ("licença", Part::Filler),
    ("licenza", Part::Filler),
    ("de", Part::Filler),
];

/// Text with one kind of hyphen and apostrophe, in small letters.
fn plain(text: &str) -> String {
    let sign = |c: char| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '’' | 'ʼ' => '\'',
        '\u{A0}' | '\u{202F}' => ' ',
        _ => c,
    };
    text.to_lowercase().chars().map(sign).collect()
}

/// Where a text in plain form goes on behind a name, spaces and hyphens between the words of which may differ or be missing.
fn behind<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = text;
    for word in name.split(' ') {
        rest = rest.trim_start_matches([' ', '-']).strip_prefix(word)?;
    }
    Some(rest)
}

/// The licence that a text behind "Creative Commons", in plain form, spells out. None where it goes on with a part that is not
/// known: half a licence allows what the whole one forbids.
fn spelled(text: &str) -> Option<String> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let next = rest.trim_start_matches([' ', '-', ':', '/', ',', '(', '"', '«', '“']);
        if let Some((part, behind)) = PARTS.iter().find_map(|(name, part)| Some((*part, behind(next, name)?))) {
            parts.push(part);
            rest = behind;
            continue;
        }
        let hyphened = rest[..rest.len() - next.len()].contains('-');
        if hyphened && next.starts_with(char::is_alphabetic) {
            return None;
        }
        let has = |part: Part| parts.contains(&part);
        if !has(Part::By) {
            return None;
        }
        let kind: String = [("BY", Part::By), ("-NC", Part::Nc), ("-ND", Part::Nd), ("-SA", Part::Sa)]
            .into_iter()
            .filter(|(_, part)| has(*part))
            .map(|(name, _)| name)
            .collect();
        let version = next.trim_start_matches('v');
        let version = version.get(..3).filter(|version| {
            matches!(version.as_bytes(), [first, b'.', second] if first.is_ascii_digit() && second.is_ascii_digit())
        });
        return Some(compose(&kind, version, None));
    }
}

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
    let text = plain(text);
    if let Some(found) = TEXT.captures_iter(&text).find(|found| !is_of_a_picture(&text[..found.get_match().start()])) {
        let kind = found.get(1)?.as_str().to_ascii_uppercase().replace([' ', '/'], "-");
        if kind == "0" || kind == "ZERO" {
            return Some("CC0 1.0".to_owned());
        }
        return Some(compose(&kind, found.get(2).map(|version| version.as_str()), None));
    }
    text.match_indices(CREATIVE_COMMONS)
        .filter(|(at, _)| !is_of_a_picture(&text[..*at]))
        .find_map(|(at, name)| spelled(&text[at + name.len()..]))
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
    // Lower case of ASCII alone keeps every byte in its place.
    let lower = raw.to_ascii_lowercase();
    const LIST: &str = "spdx.org/licenses/";
    if let Some(name) = lower.find(LIST).and_then(|at| raw.get(at + LIST.len()..)) {
        let name = name.strip_suffix(".html").unwrap_or(name);
        let is_name = (2..=40).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+'));
        return is_name.then(|| name.to_owned());
    }
    // Where a licence is declared its name in full needs no "Creative Commons" before it, if a version stands behind it.
    let bare = plain(head_of(raw, 200));
    if let Some(name) = spelled(&bare).filter(|name| name.ends_with(|c: char| c.is_ascii_digit())) {
        return Some(name);
    }
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
            ("https://spdx.org/licenses/MIT", "MIT"),
            ("https://spdx.org/licenses/CC-BY-4.0.html", "CC BY 4.0"),
            ("Attribution-NonCommercial-ShareAlike 4.0 International", "CC BY-NC-SA 4.0"),
            ("Creative Commons Atribución-NoComercial-CompartirIgual 4.0 Internacional", "CC BY-NC-SA 4.0"),
            ("Creative Commons Reconocimiento-NoComercial-SinObraDerivada 4.0", "CC BY-NC-ND 4.0"),
            ("Creative Commons Atribuição-NãoComercial-CompartilhaIgual 4.0", "CC BY-NC-SA 4.0"),
            ("Creative Commons Naamsvermelding-NietCommercieel-GelijkDelen 4.0", "CC BY-NC-SA 4.0"),
            ("Creative Commons Namensnennung - Keine kommerzielle Nutzung - Keine Bearbeitung 3.0", "CC BY-NC-ND 3.0"),
            ("Licence Creative Commons Attribution - Pas d’Utilisation Commerciale 4.0", "CC BY-NC 4.0"),
            ("Creative Commons Attribuzione - Non commerciale - Non opere derivate 4.0", "CC BY-NC-ND 4.0"),
            ("CC BY\u{2011}NC\u{2011}SA 4.0", "CC BY-NC-SA 4.0"),
            ("CC BY–NC–SA 4.0", "CC BY-NC-SA 4.0"),
            ("Creative Commons licence: Attribution 4.0. All else is ours", "CC BY 4.0"),
        ] {
            assert_eq!(declared(raw).as_deref(), Some(wanted), "{raw}");
        }
        for raw in ["All rights reserved", "Attribution required", "https://spdx.org/licenses/<b>"] {
            assert_eq!(declared(raw), None, "{raw}");
        }
        assert_eq!(from_text("the creative commons movement"), None);
        // Half a licence allows what the whole one forbids.
        assert_eq!(from_text("Creative Commons Attribution-OnlyOnSundays 4.0"), None);
    }
}
