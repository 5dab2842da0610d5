//! Languages: tags in form, and what the text itself says.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::candidates::head_of;

/// Names and three-letter codes pages use instead of a tag.
static NAMES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("../words/languages.txt").lines().filter_map(|line| line.split_once(':'));
    lines.flat_map(|(tag, names)| names.split('|').map(move |name| (name.trim(), tag))).collect()
});

/// A tag in form (BCP 47): `de-at`, `de_AT`, `German` become `de-AT`, `de`; anything else is dropped.
pub fn tag(raw: &str) -> Option<String> {
    let raw = raw.trim().split([',', ';', ' ', '.', '@']).next()?.replace('_', "-");
    let lower = raw.to_lowercase();
    let primary = lower.split('-').next()?;
    let primary = match NAMES.get(primary) {
        Some(tag) => tag,
        None if (2..=3).contains(&primary.len()) && primary.bytes().all(|byte| byte.is_ascii_lowercase()) => primary,
        None => return None,
    };
    if lower.split('-').any(|part| part.len() == 1 && part != "x") {
        return None;
    }
    if matches!(primary, "und" | "mul" | "zxx" | "xx") {
        return None;
    }
    let mut tag = primary.to_owned();
    for part in lower.split('-').skip(1).take(2) {
        match part.len() {
            2 if part.bytes().all(|byte| byte.is_ascii_lowercase()) => {
                tag.push_str(&format!("-{}", part.to_ascii_uppercase()))
            }
            3 if part.bytes().all(|byte| byte.is_ascii_digit()) => tag.push_str(&format!("-{part}")),
            4 if part.bytes().all(|byte| byte.is_ascii_lowercase()) => {
                tag.push('-');
                tag.push_str(&part[..1].to_ascii_uppercase());
                tag.push_str(&part[1..]);
            }
            _ => break,
        }
    }
    Some(tag)
}

/// The primary part of a tag.
pub fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or_default()
}

/// Characters needed before the text is asked.
const ENOUGH: usize = 200;

/// Bytes of text the detector reads.
const READ: usize = 1_500;

/// The language of a text, where the detector is sure.
pub fn detect(text: &str) -> Option<&'static str> {
    let text = head_of(text, READ);
    if text.chars().count() < ENOUGH {
        return None;
    }
    let info = whatlang::detect(text)?;
    let code = info.lang().code();
    info.is_reliable().then(|| NAMES.get(code).copied()).flatten()
}

/// Whether a word in lower case is one of the small ones that make up a good part of any text in a language.
type IsSmall = fn(&[u8]) -> bool;

/// Small words of some languages, and of how many words one must be one of them. Where related languages share words, those
/// are left out, and what is left is rarer.
const SMALL: &[(&str, usize, IsSmall)] = &[
    ("en", 6, |word| {
        matches!(
            word,
            b"the" | b"and" | b"of" | b"to" | b"in" | b"is" | b"that" | b"for" | b"with" | b"on" | b"are" | b"this"
        )
    }),
    ("de", 4, |word| {
        matches!(
            word,
            b"der"
                | b"die"
                | b"das"
                | b"und"
                | b"in"
                | b"den"
                | b"von"
                | b"zu"
                | b"mit"
                | b"ist"
                | b"auf"
                | b"nicht"
                | b"ein"
                | b"eine"
                | b"des"
                | b"dem"
                | b"im"
                | b"sich"
                | b"auch"
                | b"an"
                | b"als"
                | b"es"
                | b"bei"
        )
    }),
    ("fr", 8, |word| {
        matches!(
            word,
            b"le"
                | b"les"
                | b"des"
                | b"et"
                | b"une"
                | b"du"
                | b"dans"
                | b"est"
                | b"pour"
                | b"qui"
                | b"sur"
                | b"par"
                | b"au"
                | b"pas"
                | b"plus"
        )
    }),
    ("es", 8, |word| {
        matches!(
            word,
            b"el" | b"y" | b"los" | b"las" | b"del" | b"por" | b"con" | b"se" | b"para" | b"es" | b"su" | b"al"
        )
    }),
    ("it", 8, |word| {
        matches!(
            word,
            b"di"
                | b"e"
                | b"il"
                | b"che"
                | b"per"
                | b"del"
                | b"della"
                | b"con"
                | b"non"
                | b"sono"
                | b"dei"
                | b"al"
                | b"si"
                | b"gli"
        )
    }),
    ("nl", 8, |word| {
        matches!(
            word,
            b"het"
                | b"een"
                | b"van"
                | b"dat"
                | b"op"
                | b"te"
                | b"met"
                | b"voor"
                | b"niet"
                | b"zijn"
                | b"aan"
                | b"er"
                | b"om"
                | b"ook"
        )
    }),
];

/// Whether a text is plainly in a language: asked before the detector, since it is cheap and most often so. Of other
/// languages only those so near that no detector tells them apart pass for it; a text in it may be left to the detector.
pub fn is_plainly(text: &str, language: &str) -> bool {
    let Some((_, one_of, is_small)) = SMALL.iter().find(|(tag, ..)| *tag == language) else { return false };
    let (mut words, mut small) = (0_usize, 0_usize);
    let text = head_of(text, 900).to_ascii_lowercase();
    let mut rest = text.as_bytes();
    // One comparison a byte: no character of a word is below the space.
    while let Some(end) = rest.iter().position(|byte| *byte <= b' ').or((!rest.is_empty()).then_some(rest.len())) {
        let word = &rest[..end];
        words += usize::from(!word.is_empty());
        small += usize::from(is_small(word));
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    words >= 30 && small * one_of >= words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_brought_in_form() {
        for (raw, wanted) in [
            ("de_AT", Some("de-AT")),
            ("EN-us", Some("en-US")),
            ("english", Some("en")),
            ("ger", Some("de")),
            ("zh-hans-cn", Some("zh-Hans-CN")),
            ("en, de", Some("en")),
            ("", None),
            ("x-default", None),
            ("{{lang}}", None),
            ("utf-8", None),
            ("es-419", Some("es-419")),
        ] {
            assert_eq!(tag(raw).as_deref(), wanted, "{raw}");
        }
    }

    #[test]
    fn text_tells_its_language() {
        let german = "Die Stadt hat sich verpflichtet, die Rechte aller Menschen zu achten, die in ihr leben. Dazu gehört, dass der Rat jedes Jahr einen Bericht vorlegt, in dem er beschreibt, was geschehen ist und was noch zu tun bleibt. Alle sind eingeladen.";
        assert_eq!(detect(german), Some("de"));
        assert!(!is_plainly(german, "en"));
        assert_eq!(detect("Too short"), None);
        let english = "the report of the council is for all that live in the city and work on this ".repeat(4);
        assert!(is_plainly(&english, "en") && !is_plainly(&english, "de"));
    }

    #[test]
    fn no_text_is_plainly_in_a_related_language() {
        let texts = [
            (
                "es",
                "La ley de la ciudad dice que en el plazo de un mes la oficina de la alcaldía dará una respuesta a las \
                personas que la pidan por escrito, y que el informe de los gastos de la comisión se publica en la página.",
            ),
            (
                "fr",
                "La loi de la ville dit que dans un délai d'un mois le bureau de la mairie donne une réponse à ceux qui la \
                demandent par écrit, et que le compte des dépenses de la commission est publié sur la page pour tous.",
            ),
            (
                "it",
                "La legge della città dice che in un mese l'ufficio del comune dà una risposta a chi la chiede per iscritto, \
                e che il conto delle spese della commissione si trova sulla pagina per tutti quelli che lo vogliono leggere.",
            ),
            (
                "pt",
                "A lei da cidade diz que no prazo de um mês o gabinete da câmara dá uma resposta a quem a pedir por escrito, \
                e que a conta das despesas da comissão se publica na página para todos os que a queiram ler de novo em casa.",
            ),
            (
                "de",
                "Das Gesetz der Stadt sagt, dass das Amt in einem Monat auf die Fragen derer antwortet, die es schriftlich \
                fragen, und dass die Rechnung der Kommission auf der Seite steht, damit alle sie auch von zu Hause lesen.",
            ),
            (
                "nl",
                "De wet van de stad zegt dat het kantoor in een maand antwoord geeft aan wie het op papier vraagt, en dat de \
                rekening van de commissie op de pagina staat, zodat iedereen die het wil haar ook van huis uit kan lezen.",
            ),
        ];
        for (language, text) in texts {
            for (other, ..) in SMALL {
                assert!(*other == language || !is_plainly(text, other), "{language} taken for {other}");
            }
            assert!(language == "pt" || is_plainly(text, language), "{language}");
        }
    }
}
