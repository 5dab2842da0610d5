//! Words and signs that lists are read by: generic link texts, type labels, separators, brackets.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words of link texts that say nothing about the resource.
const GENERIC: &str = "click here please to the this a our on for at now in it read more learn see view visit open go \
    download watch listen get access find out continue reading full text article story page website site web homepage \
    official link url source info information details pdf html doc docx xls xlsx ppt pptx epub csv zip mp3 mp4 kb mb \
    video audio recording slides transcript register registration sign up online version english french spanish arabic \
    chinese russian portuguese german italian español français deutsch português italiano العربية 中文 русский";

/// Words that make a bracket after a link a label of its type.
const TYPES: &str = "pdf doc html epub ppt video audio podcast recording webinar slides presentation report article \
    blog book film documentary toolkit database dataset website map infographic transcript form flyer poster";

static GENERIC_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| GENERIC.split_whitespace().collect());
static TYPE_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| TYPES.split_whitespace().collect());

/// Bullets a person types at the start of an entry.
const BULLETS: &[char] =
    &['*', '-', '•', '·', '–', '—', '‣', '◦', '▪', '●', '■', '►', '▸', '»', '›', '○', '\u{2043}', '✓', '➢'];

const OPENING: &[char] =
    &['(', '[', '{', '"', '\'', '“', '‘', '„', '‚', '«', '‹', '「', '『', '<', '【', '（', '［', '《', '〈', '〔', '｢'];
const CLOSING: &[char] =
    &[')', ']', '}', '"', '\'', '”', '’', '»', '›', '」', '』', '>', '】', '）', '］', '》', '〉', '〕', '｣'];

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn is_arrow(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21FF}' | '\u{27A1}' | '\u{2794}' | '\u{279C}' | '\u{27F0}'..='\u{27FF}' | '\u{2B05}'..='\u{2B07}'
        | '»' | '›' | '«' | '‹' | '►' | '▶' | '▸' | '>' | '<')
}

/// The arrow that leads from a note back to its place, and white space before it.
pub(super) fn returns(c: char) -> bool {
    c.is_whitespace() || matches!(c, '↩' | '⤴' | '\u{FE0E}' | '\u{FE0F}')
}

/// Signs between a title and what is said about it.
pub(super) fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || is_dash(c)
        || matches!(c, ':' | ';' | ',' | '.' | '/' | '|' | '·' | '•' | '∙' | '：' | '，' | '；' | '。' | '¦')
        || (is_arrow(c) && !matches!(c, '«' | '‹' | '<'))
}

/// Whether a text says nothing: white space, separators, brackets and quotes only.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        is_separator(c)
            || OPENING.contains(&c)
            || CLOSING.contains(&c)
            || matches!(c, '*' | '_' | '!' | '?' | '\u{200B}'..='\u{200F}' | '\u{FEFF}')
    })
}

/// Words of a text in lower case, without punctuation.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || is_mark(c))).filter(|word| !word.is_empty())
}

/// Combining marks belong to the word they stand in.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{0610}'..='\u{061A}' | '\u{064B}'..='\u{065F}' | '\u{0900}'..='\u{0903}' | '\u{093A}'..='\u{094F}')
}

/// Whether each word is one of the generic words, a number or an arrow. Holds for a text without any word.
pub(super) fn all_generic(text: &str) -> bool {
    // Long texts are never generic, and need not be taken apart.
    if text.len() > 400 {
        return false;
    }
    words(text).all(|word| is_number(word) || GENERIC_WORDS.contains(word.to_lowercase().as_str()))
}

/// Whether a text only joins what stands on both sides of it.
pub(super) fn only_joins(text: &str) -> bool {
    text.len() < 20 && words(text).all(joins)
}

/// Whether a text joins what stands on both sides of it, with nothing but generic words around.
pub(super) fn joins_generic(text: &str) -> bool {
    let says = |word: &str| !joins(word) && !is_number(word) && !GENERIC_WORDS.contains(word.to_lowercase().as_str());
    text.len() < 100 && words(text).any(joins) && !words(text).any(says)
}

fn joins(word: &str) -> bool {
    matches!(word, "and" | "or" | "und" | "oder" | "et" | "ou" | "y" | "o" | "e" | "и" | "или" | "و" | "和")
}

fn is_number(word: &str) -> bool {
    word.chars().all(char::is_numeric)
}

/// Whether a bracket's content is a label of a type: few words, one of them a type.
pub(super) fn is_type_label(inside: &str) -> bool {
    if inside.len() > 200 {
        return false;
    }
    let mut named = false;
    let mut count = 0;
    for word in words(inside) {
        if !is_number(word) {
            count += 1;
            named |= TYPE_WORDS.contains(word.to_lowercase().as_str());
        }
    }
    named && count <= 4
}

/// Number of words as a person counts them.
pub(super) fn word_count(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}

/// Length of what is typed by hand in front of an entry: bullets, numbers, letters.
pub(super) fn typed_bullet(text: &str) -> usize {
    let mut rest = text;
    // "• 1." is the most that occurs.
    for _ in 0..3 {
        let trimmed = rest.trim_start();
        let mut chars = trimmed.chars();
        let Some(first) = chars.next() else { break };
        let after = if BULLETS.contains(&first) {
            trimmed.trim_start_matches(BULLETS)
        } else {
            match pictures(trimmed).or_else(|| numbering(trimmed)) {
                Some(length) => &trimmed[length..],
                None => break,
            }
        };
        rest = after;
    }
    text.len() - rest.len()
}

/// Length of the emoji in front of a text, where white space or nothing stands behind them.
fn pictures(text: &str) -> Option<usize> {
    // A digit is one in a frame, `1️⃣`.
    let digit = text.bytes().take(1).filter(|byte| byte.is_ascii_digit() || matches!(byte, b'#' | b'*')).count();
    let rest = text[digit..].trim_start_matches(is_picture);
    let framed = digit == 0 || text[digit..].trim_start_matches('\u{FE0F}').starts_with('\u{20E3}');
    let length = text.len() - rest.len();
    (framed && length > 0 && rest.chars().next().is_none_or(char::is_whitespace)).then_some(length)
}

/// Emoji and other small pictures, with the signs that join and colour them.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{1F000}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}' | '\u{2B50}'..='\u{2B59}' | '\u{2B05}'..='\u{2B1C}')
        || matches!(c, '\u{231A}'..='\u{231B}' | '\u{23E9}'..='\u{23FA}' | '\u{25A0}'..='\u{25FF}' | '\u{2934}'..='\u{2935}')
        || matches!(c, '\u{FE0F}' | '\u{200D}' | '\u{20E3}' | '\u{E0020}'..='\u{E007F}' | '\u{2139}')
}

/// Length of `1.`, `2)`, `a)`, `3:` before white space or the end.
fn numbering(text: &str) -> Option<usize> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (length, signs) = match digits {
        0 if text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) => (1, &[')'][..]),
        1..=3 => (digits, &['.', ')', ':'][..]),
        _ => return None,
    };
    let sign = text[length..].chars().next().filter(|sign| signs.contains(sign))?;
    let end = length + sign.len_utf8();
    text[end..].chars().next().is_none_or(char::is_whitespace).then_some(end)
}

/// Without separators in front.
pub(super) fn without_leading_separators(text: &str) -> &str {
    let mut rest = text.trim_start_matches(is_separator);
    // A quote or bracket that closes what was opened before the link.
    let closes = |c: &char| CLOSING.contains(c) && !matches!(c, '"' | '\'' | '>');
    while let Some(first) = rest.chars().next().filter(closes) {
        rest = rest[first.len_utf8()..].trim_start_matches(is_separator);
    }
    rest
}

/// Without separators at the end; full stops stay where `sentence` is set.
pub(super) fn without_final_separators(text: &str) -> &str {
    let trimmed = text.trim_end_matches(|c: char| is_separator(c) && c != '.');
    // A single full stop may end an abbreviation; the comparison of texts ignores it anyway.
    trimmed.trim_end()
}

/// Without opening brackets and quotes at the end.
pub(super) fn without_open_brackets(text: &str) -> &str {
    text.trim_end_matches(|c: char| c.is_whitespace() || OPENING.contains(&c))
}

/// Where the outermost bracket begins that a text opens behind other words and does not close.
pub(super) fn unclosed(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' => open.push((at, if c == '(' { ')' } else { ']' })),
            ')' | ']' => _ = open.pop_if(|(_, close)| *close == c),
            _ => {}
        }
    }
    open.first().map(|&(at, _)| at).filter(|&at| !is_blank(&text[..at]))
}

/// Where a text's first part ends: before ` - `, `--`, an en or em dash or the end of a sentence.
pub(super) fn first_part(text: &str) -> usize {
    let mut previous: Option<char> = None;
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let next = rest.chars().next();
        match c {
            '-' if next == Some('-') => return at,
            '-' if previous.is_some_and(char::is_whitespace) && next.is_none_or(char::is_whitespace) => return at,
            '\u{2013}'..='\u{2015}' => return at,
            '\n' | '\u{2029}' if at > 0 => return at,
            '.' | '!' | '?' if ends_sentence(rest) => return at + c.len_utf8(),
            _ => {}
        }
        previous = Some(c);
    }
    text.len()
}

/// Whether a full stop, exclamation or question mark followed by `rest` ends a sentence.
fn ends_sentence(rest: &str) -> bool {
    let trimmed = rest.trim_start();
    if trimmed.is_empty() {
        return true;
    }
    if trimmed.len() == rest.len() {
        return false;
    }
    trimmed.chars().next().is_some_and(|c| {
        c.is_uppercase()
            || c.is_numeric()
            || OPENING.contains(&c)
            || CLOSING.contains(&c)
            || (c.is_alphabetic() && !c.is_lowercase())
    })
}

/// The bounds of the sentence that holds an offset.
pub(super) fn sentence_around(text: &str, at: usize) -> (usize, usize) {
    let mut start = 0;
    for (index, c) in text.char_indices() {
        let after = index + c.len_utf8();
        let ends = match c {
            '.' | '!' | '?' => ends_sentence(&text[after..]),
            '\u{2029}' => true,
            _ => false,
        };
        if ends {
            if after > at {
                return (start, after);
            }
            start = after;
        }
    }
    (start, text.len())
}

/// Whether a link's text is an address: the one it leads to, or one that shows by its scheme or shape.
pub(super) fn is_address(text: &str, href: &str) -> bool {
    let text = text.trim().trim_matches(['<', '>', '(', ')', '[', ']']).trim();
    if text.is_empty() || text.contains(char::is_whitespace) {
        return false;
    }
    let lower = text.to_lowercase();
    if lower.starts_with("www.") || lower.starts_with("//") || lower.contains("://") || lower.starts_with("mailto:") {
        return true;
    }
    let bare = bare_address(&lower);
    let target = href.to_lowercase();
    let target = bare_address(&target);
    if bare == target && bare.contains('.') {
        return true;
    }
    let shortened = bare.trim_end_matches(['…', '.']);
    if bare.contains('/') && shortened.len() > 3 && shortened.contains('.') && target.starts_with(shortened) {
        return true;
    }
    let host = bare.split(['/', '?', '#']).next().unwrap_or("");
    let known = target.split(['/', '?', '#']).next().unwrap_or("");
    // A host on its own is an address when it is written like one ("example.org"), not like a name ("Change.org").
    host.contains('.')
        && is_host(host)
        && (bare.len() > host.len() || (host == known && !text.contains(char::is_uppercase)))
        && !text.ends_with('.')
}

/// Without scheme, `www.` and final slash.
fn bare_address(text: &str) -> &str {
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.strip_prefix("//").unwrap_or(text);
    let text = text.strip_prefix("www.").unwrap_or(text);
    text.strip_suffix('/').unwrap_or(text)
}

/// Whether a text has the shape of a host name with a top-level domain.
pub(super) fn is_host(text: &str) -> bool {
    let name =
        text.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(text, |(n, _)| n);
    let Some((rest, top)) = name.trim_end_matches('.').rsplit_once('.') else { return false };
    let label = |label: &str| {
        !label.is_empty() && label.len() < 64 && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    top.chars().count() >= 2 && top.chars().all(char::is_alphabetic) && rest.split('.').all(label)
        || (top.starts_with("xn--") && rest.split('.').all(label))
}

/// White space folded to single spaces, ends trimmed.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// A folded text, `None` when nothing is left of it.
pub(super) fn some_text(text: &str) -> Option<String> {
    let text = fold(text);
    (!text.is_empty()).then_some(text)
}

/// Names parted by semicolons. One alone is ended by a semicolon where its comma could be taken for one that parts two names.
pub(super) fn listed_names(names: &[String]) -> String {
    match names {
        [one]
            if !one.starts_with('{')
                && one.split(',').all(|part| part.split_whitespace().count() > 1)
                && one.contains(',') =>
        {
            format!("{one};")
        }
        names => names.join("; "),
    }
}

/// A name that is one, in the spelling that holds it together in a list of names: in braces where a comma or semicolon would
/// part it.
pub(super) fn whole_name(name: String) -> String {
    if name.contains([',', ';']) { format!("{{{name}}}") } else { name }
}
