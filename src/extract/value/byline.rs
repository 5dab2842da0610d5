//! The beginnings of bylines: "by", "Autor:", "geschrieben von".

use std::sync::LazyLock;

use super::super::candidates::head_of;

/// Bytes at the beginning of a text in which the words before a name stand.
const BEGINNING: usize = 32;

/// What must stand between the words and the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Behind {
    /// A space, or a colon: "by Ana", "by: Ana".
    Space,
    /// A colon, or the end of the element: "Author: Ana".
    Mark,
    /// A colon: the word alone says something else.
    Colon,
    /// Nothing, in scripts that do not space words.
    Nothing,
}

/// Words that begin a byline, in lower case.
const STARTS: &[(&str, Behind)] = &[
    ("by", Behind::Space),
    ("von", Behind::Space),
    ("par", Behind::Space),
    ("por", Behind::Space),
    ("di", Behind::Space),
    ("door", Behind::Space),
    ("av", Behind::Space),
    ("af", Behind::Space),
    ("written by", Behind::Space),
    ("posted by", Behind::Space),
    ("published by", Behind::Space),
    ("reported by", Behind::Space),
    ("report by", Behind::Space),
    ("story by", Behind::Space),
    ("text by", Behind::Space),
    ("words by", Behind::Space),
    ("geschrieben von", Behind::Space),
    ("verfasst von", Behind::Space),
    ("beitrag von", Behind::Space),
    ("text von", Behind::Space),
    ("écrit par", Behind::Space),
    ("rédigé par", Behind::Space),
    ("publié par", Behind::Space),
    ("texte de", Behind::Space),
    ("escrito por", Behind::Space),
    ("publicado por", Behind::Space),
    ("texto de", Behind::Space),
    ("a cura di", Behind::Space),
    ("scritto da", Behind::Space),
    ("geschreven door", Behind::Space),
    ("skrevet av", Behind::Space),
    ("skrevet af", Behind::Space),
    ("skriven av", Behind::Space),
    ("author", Behind::Mark),
    ("authors", Behind::Mark),
    ("author(s)", Behind::Mark),
    ("autor", Behind::Mark),
    ("autora", Behind::Mark),
    ("autore", Behind::Mark),
    ("autoren", Behind::Mark),
    ("autores", Behind::Mark),
    ("autori", Behind::Mark),
    ("autorin", Behind::Mark),
    ("auteur", Behind::Mark),
    ("auteure", Behind::Mark),
    ("auteurs", Behind::Mark),
    ("autrice", Behind::Mark),
    ("автор", Behind::Mark),
    ("авторы", Behind::Mark),
    ("text", Behind::Colon),
    ("texte", Behind::Colon),
    ("texto", Behind::Colon),
    ("testo", Behind::Colon),
    ("tekst", Behind::Colon),
    ("words", Behind::Colon),
    ("writer", Behind::Colon),
    ("reporter", Behind::Colon),
    ("redaktion", Behind::Colon),
    ("redazione", Behind::Colon),
    ("forfatter", Behind::Colon),
    ("författare", Behind::Colon),
    ("schrijver", Behind::Colon),
    ("yazar", Behind::Mark),
    ("yazan", Behind::Colon),
    ("penulis", Behind::Mark),
    ("oleh", Behind::Colon),
    ("szerző", Behind::Mark),
    ("írta", Behind::Colon),
    ("kirjoittaja", Behind::Mark),
    ("teksti", Behind::Colon),
    ("tác giả", Behind::Mark),
    ("avtor", Behind::Mark),
    ("piše", Behind::Colon),
    ("пише", Behind::Colon),
    ("autorius", Behind::Mark),
    ("egilea", Behind::Mark),
    ("συντάκτης", Behind::Mark),
    ("بقلم", Behind::Space),
    ("به قلم", Behind::Space),
    ("الكاتب", Behind::Mark),
    ("الكاتبة", Behind::Mark),
    ("كتب", Behind::Colon),
    ("كتبه", Behind::Colon),
    ("كتبت", Behind::Colon),
    ("مصنف", Behind::Colon),
    ("نویسنده", Behind::Mark),
    ("מאת", Behind::Space),
    ("लेखक", Behind::Mark),
    ("ผู้เขียน", Behind::Mark),
    ("글쓴이", Behind::Mark),
    ("작성자", Behind::Mark),
    ("글", Behind::Colon),
    ("文：", Behind::Nothing),
    ("文:", Behind::Nothing),
    ("文・", Behind::Nothing),
    ("撰文", Behind::Colon),
    ("執筆", Behind::Colon),
    ("執筆者", Behind::Colon),
    ("文／", Behind::Nothing),
    ("文/", Behind::Nothing),
    ("著者", Behind::Nothing),
    ("作者", Behind::Nothing),
    ("记者", Behind::Nothing),
    ("記者", Behind::Nothing),
];

/// Words that begin a byline, ready to be compared: the first letters in one step, the rest where those are right.
struct Start {
    words: &'static str,
    behind: Behind,
    beginning: u64,
    mask: u64,
}

/// The same by their first letters, for every text of a page is looked at.
static STARTS_BY_LETTER: LazyLock<[Vec<Start>; LETTERS]> = LazyLock::new(|| {
    let mut by_letter = [const { Vec::new() }; LETTERS];
    for &(words, behind) in STARTS {
        // In ASCII and Latin-1 one bit tells capital letters from small ones, in UTF-8 as well.
        let simple: usize = words.chars().take_while(|c| *c <= 'ÿ').map(char::len_utf8).sum();
        let mask = u64::from_le_bytes(std::array::from_fn(|at| if at < simple { 0xff } else { 0 }));
        let start = Start { words, behind, beginning: beginning(words) & mask, mask };
        by_letter[words.as_bytes().first().map_or(0, letter)].push(start);
    }
    by_letter
});

/// The first eight bytes of a text, letters in lower case; other signs may become others, the same ones always.
fn beginning(text: &str) -> u64 {
    const SMALL: u64 = u64::from_le_bytes([0x20; 8]);
    let bytes = text.as_bytes();
    let eight = bytes.first_chunk().copied().unwrap_or_else(|| {
        let mut eight = [0; 8];
        eight[..bytes.len()].copy_from_slice(bytes);
        eight
    });
    u64::from_le_bytes(eight) | SMALL
}

/// Latin letters, everything else in ASCII, and everything beyond it.
const LETTERS: usize = 28;

/// Where texts that begin with a byte are found.
fn letter(byte: &u8) -> usize {
    match byte.to_ascii_lowercase() {
        byte @ b'a'..=b'z' => usize::from(byte - b'a'),
        0x80.. => 26,
        _ => 27,
    }
}

/// What of a text stands behind the words that begin a byline, without what parts them from the name; `None` where no such
/// words begin it. Signs between it and the text before, as in "| By Ana", do not count.
pub fn behind(text: &str) -> Option<&str> {
    let text =
        if text.as_bytes().first()?.is_ascii_alphabetic() { text } else { text.trim_start_matches(is_separator) };
    let starts = STARTS_BY_LETTER[letter(text.as_bytes().first()?)].as_slice();
    let beginning = beginning(text);
    starts.iter().filter(|start| beginning & start.mask == start.beginning).find_map(|start| {
        let end = starts_with(head_of(text, BEGINNING), start.words)?;
        let rest = &text[end..];
        let ungendered = without_gender(rest);
        let marked = ungendered.trim_start_matches([' ', '\u{a0}']).strip_prefix([':', '：']);
        match start.behind {
            Behind::Nothing => Some(marked.unwrap_or(rest)),
            Behind::Colon => marked,
            Behind::Mark => marked.or(rest.is_empty().then_some(rest)),
            Behind::Space => marked.or((rest.is_empty() || rest.starts_with([' ', '\u{a0}'])).then_some(rest)),
        }
    })
}

/// What stands behind a word without the ending that speaks of all genders, where a colon follows it: "Autor*innen:".
fn without_gender(rest: &str) -> &str {
    if !rest.starts_with(['*', ':', '_', '/', '·', 'I', '(']) {
        return rest;
    }
    const ENDINGS: &[&str] = &[
        "*innen", "*in", ":innen", ":in", "_innen", "_in", "/innen", "/-innen", "/in", "/-in", "Innen", "(innen)",
        "(in)", "·e·s", "·e",
    ];
    let shorter = ENDINGS.iter().find_map(|ending| rest.strip_prefix(ending));
    shorter.filter(|shorter| shorter.trim_start().starts_with([':', '：'])).unwrap_or(rest)
}

/// Whether a text is the beginning of a byline and nothing more: "By", "Author:".
pub fn is_label(text: &str) -> bool {
    behind(text).is_some_and(|rest| rest.trim().is_empty())
}

/// Whether a name may follow a label after a space alone, as it follows "by" and not "Author", or a colon stands there.
pub fn takes_space(label: &str) -> bool {
    behind(&format!("{} X", label.trim())).is_some()
}

/// Whether a text begins with such words and a colon, which means a name wherever it stands.
pub fn is_labelled(text: &str) -> bool {
    let Some(rest) = behind(text) else { return false };
    let label = text[..text.len() - rest.len()].trim_start_matches(is_separator);
    label.strip_suffix([':', '：']).is_some_and(|word| word.trim_end().len() > 3)
}

/// Signs that part a byline from what stands before it in its line.
pub fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '|' | '-' | '–' | '—' | '•' | '·' | '*' | '/' | '~' | '»' | '›' | '(' | '[')
}

/// Where a text that begins with a word in lower case, whatever its own case, goes on behind it.
fn starts_with(text: &str, word: &str) -> Option<usize> {
    if word.is_ascii() {
        let head = text.as_bytes().get(..word.len())?;
        return head.eq_ignore_ascii_case(word.as_bytes()).then_some(word.len());
    }
    let mut expected = word.chars();
    let mut end = 0;
    for c in text.chars() {
        if expected.as_str().is_empty() {
            break;
        }
        if !c.to_lowercase().all(|c| expected.next() == Some(c)) {
            return None;
        }
        end += c.len_utf8();
    }
    expected.as_str().is_empty().then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_before_a_name_are_known_with_and_without_a_colon() {
        for text in
            ["By Ana", "by: Ana", "Written by: Ana", "Auteur : Ana", "| By Ana", "- Redaktion: Ana", "ÉCRIT PAR Ana"]
        {
            assert_eq!(behind(text).map(str::trim), Some("Ana"), "{text}");
        }
        for text in [
            "Autor*innen: Ana",
            "Autor:in: Ana",
            "AutorInnen : Ana",
            "Yazar: Ana",
            "Tác giả: Ana",
            "Oleh: Ana",
            "Piše: Ana",
        ] {
            assert_eq!(behind(text).map(str::trim), Some("Ana"), "{text}");
        }
        for (text, name) in [("بقلم: أحمد محمود", "أحمد محمود"), ("מאת דוד כהן", "דוד כהן"), ("文・王小明", "王小明")]
        {
            assert_eq!(behind(text).map(str::trim), Some(name), "{text}");
        }
        for text in
            ["Byzantium is near", "Author of many books", "Text messages are short", "Vonnegut", "1999", "", "|"]
        {
            assert_eq!(behind(text), None, "{text}");
        }
        assert_eq!(behind("作者：王小明"), Some("王小明"));
    }

    #[test]
    fn a_label_is_the_words_alone() {
        assert!(
            is_label("By")
                && is_label(" Author: ")
                && is_label("Auteur :")
                && is_label("Written by")
                && is_label("Text:")
        );
        assert!(!is_label("Text") && !is_label("By Ana") && !is_label("Bystander"));
        assert!(is_labelled("Written by: Ana") && is_labelled("Autor : Ana") && is_labelled("Redaktion: Ana"));
        assert!(!is_labelled("By Ana: what she saw") && !is_labelled("by: Ana") && !is_labelled("By Ana"));
    }
}
