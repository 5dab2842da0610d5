//! TeX's spelling of text: accents, escapes, braces, dashes.

/// Combining characters of accent commands.
const ACCENTS: &[(char, char)] = &[
    ('`', '\u{300}'),
    ('\'', '\u{301}'),
    ('^', '\u{302}'),
    ('~', '\u{303}'),
    ('=', '\u{304}'),
    ('u', '\u{306}'),
    ('.', '\u{307}'),
    ('"', '\u{308}'),
    ('r', '\u{30A}'),
    ('H', '\u{30B}'),
    ('v', '\u{30C}'),
    ('d', '\u{323}'),
    ('c', '\u{327}'),
    ('k', '\u{328}'),
    ('b', '\u{331}'),
    ('t', '\u{361}'),
];

/// Commands that stand for characters.
const SYMBOLS: &[(&str, &str)] = &[
    ("ss", "ß"),
    ("ae", "æ"),
    ("AE", "Æ"),
    ("oe", "œ"),
    ("OE", "Œ"),
    ("o", "ø"),
    ("O", "Ø"),
    ("l", "ł"),
    ("L", "Ł"),
    ("aa", "å"),
    ("AA", "Å"),
    ("i", "ı"),
    ("j", "ȷ"),
    ("dh", "ð"),
    ("DH", "Ð"),
    ("th", "þ"),
    ("TH", "Þ"),
    ("dj", "đ"),
    ("DJ", "Đ"),
    ("ng", "ŋ"),
    ("NG", "Ŋ"),
    ("textendash", "–"),
    ("textemdash", "—"),
    ("textquoteleft", "‘"),
    ("textquoteright", "’"),
    ("textquotedblleft", "“"),
    ("textquotedblright", "”"),
    ("textbackslash", "\\"),
    ("textasciitilde", "~"),
    ("textasciicircum", "^"),
    ("textunderscore", "_"),
    ("ldots", "…"),
    ("dots", "…"),
    ("textellipsis", "…"),
    ("copyright", "©"),
    ("textcopyright", "©"),
    ("textregistered", "®"),
    ("texttrademark", "™"),
    ("pounds", "£"),
    ("euro", "€"),
    ("texteuro", "€"),
    ("S", "§"),
    ("P", "¶"),
    ("textbullet", "•"),
    ("guillemotleft", "«"),
    ("guillemotright", "»"),
    ("LaTeX", "LaTeX"),
    ("TeX", "TeX"),
    ("BibTeX", "BibTeX"),
    ("quad", " "),
    ("qquad", " "),
    ("newline", " "),
    ("par", " "),
    ("linebreak", " "),
    ("and", " "),
];

/// Text as it is meant.
pub(super) fn decode(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut rest = source;
    let mut math = false;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\\' => rest = command(rest, &mut text),
            '{' | '}' => {}
            '$' => math = !math,
            '~' => text.push('\u{A0}'),
            '-' if rest.starts_with("--") && !math => {
                text.push('—');
                rest = &rest[2..];
            }
            '-' if rest.starts_with('-') && !math => {
                text.push('–');
                rest = &rest[1..];
            }
            '`' if rest.starts_with('`') => {
                text.push('“');
                rest = &rest[1..];
            }
            '\'' if rest.starts_with('\'') => {
                text.push('”');
                rest = &rest[1..];
            }
            '`' => text.push('‘'),
            c => text.push(c),
        }
    }
    use unicode_normalization::UnicodeNormalization;
    if text.is_ascii() { text } else { text.nfc().collect() }
}

/// Adds what the command behind a backslash stands for, and returns what follows it.
fn command<'t>(rest: &'t str, text: &mut String) -> &'t str {
    let Some(first) = rest.chars().next() else { return rest };
    let after = &rest[first.len_utf8()..];
    if !first.is_ascii_alphabetic() {
        if let Some((_, accent)) = ACCENTS.iter().find(|(sign, _)| *sign == first)
            && let Some((letter, after)) = accented(after)
        {
            push_accented(text, letter, *accent);
            return after;
        }
        match first {
            '\\' => text.push(' '),
            '-' | '/' | '@' | '!' | '(' | ')' | '[' | ']' => {}
            ',' | ';' | ':' | ' ' | '\n' => text.push(' '),
            c => text.push(c),
        }
        return after;
    }
    let length = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (name, after) = rest.split_at(length);
    // White space behind a command only ends it.
    let spaced = after.trim_start_matches([' ', '\t']);
    if length == 1
        && let Some((_, accent)) = ACCENTS.iter().find(|(sign, _)| *sign == first)
        && let Some((letter, after)) = accented(spaced)
    {
        push_accented(text, letter, *accent);
        return after;
    }
    match SYMBOLS.iter().find(|(symbol, _)| *symbol == name) {
        Some((_, sign)) => {
            text.push_str(sign);
            spaced.strip_prefix("{}").unwrap_or(spaced)
        }
        // Of a link the words count, not the address.
        None if name == "href" => behind_group(spaced),
        // `\emph{text}` and the like: the text counts.
        None => spaced,
    }
}

/// What follows the braces that open here; all of it where they never close.
fn behind_group(rest: &str) -> &str {
    let (mut depth, mut escaped) = (0_usize, false);
    for (at, c) in rest.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' => depth += 1,
            '}' if depth <= 1 => return rest.get(at + 1..).filter(|_| depth == 1).unwrap_or(rest),
            '}' => depth -= 1,
            _ if depth == 0 => return rest,
            _ => {}
        }
    }
    rest
}

/// The letter an accent stands on, with or without braces.
fn accented(rest: &str) -> Option<(char, &str)> {
    let (inside, braced) = match rest.strip_prefix('{') {
        Some(inside) => (inside, true),
        None => (rest, false),
    };
    let (letter, after) = match inside.strip_prefix('\\') {
        // The dotless letters carry accents as the dotted ones do.
        Some(dotless) if dotless.starts_with(['i', 'j']) => {
            let letter = if dotless.starts_with('i') { 'i' } else { 'j' };
            let after = &dotless[1..];
            (letter, after.strip_prefix(' ').unwrap_or(after).trim_start_matches("{}"))
        }
        Some(_) => return None,
        None => {
            let letter = inside.chars().next().filter(|c| c.is_alphabetic())?;
            (letter, &inside[letter.len_utf8()..])
        }
    };
    Some((letter, if braced { after.strip_prefix('}').unwrap_or(after) } else { after }))
}

fn push_accented(text: &mut String, letter: char, accent: char) {
    text.push(letter);
    text.push(accent);
}

/// An address without the backslashes TeX needs in it.
pub(super) fn address(source: &str) -> String {
    let mut address = String::with_capacity(source.len());
    let mut rest = source.trim();
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c != '\\' {
            if !matches!(c, '{' | '}') {
                address.push(c);
            }
            continue;
        }
        match rest.chars().next() {
            Some(escaped @ ('%' | '#' | '&' | '_' | '$' | '{' | '}' | '~' | '^' | '/')) => {
                address.push(escaped);
                rest = &rest[1..];
                // `\~{}` is the tilde alone.
                if matches!(escaped, '~' | '^') {
                    rest = rest.strip_prefix("{}").unwrap_or(rest);
                }
            }
            _ => match rest.strip_prefix("textasciitilde").or_else(|| rest.strip_prefix("sim")) {
                Some(after) => {
                    address.push('~');
                    rest = after.strip_prefix("{}").unwrap_or(after);
                }
                None => match rest.strip_prefix("textunderscore") {
                    Some(after) => {
                        address.push('_');
                        rest = after.strip_prefix("{}").unwrap_or(after);
                    }
                    None if rest.starts_with(char::is_whitespace) || rest.is_empty() => {}
                    None => address.push('\\'),
                },
            },
        }
    }
    address.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_braces_become_text() {
        assert_eq!(
            decode(r#"{\'E}tudes \"uber {H}\"{a}user \c{c}a, \v{S}koda \o{} stra\ss e"#),
            "Études über Häuser ça, Škoda ø straße"
        );
        assert_eq!(decode(r"1990--2000 --- ``so'' \& \emph{more}"), "1990–2000 — “so” & more");
        assert_eq!(decode(r#"na\"{\i}ve"#), "naïve");
        assert_eq!(
            decode(r"see \href{https://x.example.org/\}{a}}{the \emph{page}}, \href{lost"),
            "see the page, lost"
        );
    }

    #[test]
    fn addresses_lose_their_backslashes() {
        assert_eq!(address(r"https://x.example.org/\~{}a\_b\%20c\#d\&e"), "https://x.example.org/~a_b%20c#d&e");
    }
}
