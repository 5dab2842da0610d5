//! What stands in bylines beside the authors: brackets, handles, archives, the shares of others.

/// Takes out brackets, addresses and handles.
pub(super) fn drop_noise(text: &str) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' | '（' if depth == 0 && names_others(&text[at + c.len_utf8()..]) => out.push(' '),
            '(' | '[' | '（' => depth += 1,
            ')' | ']' | '）' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    // What follows "Photo:" is somebody else.
    let words: Vec<&str> = out.split_whitespace().collect();
    // "Photographs by" is the same where a sentence ends before it.
    let shared = |at: usize| {
        let next = words.get(at + 1).is_some_and(|next| matches!(*next, "by" | "von" | "par" | "por" | "di" | "door"));
        next && at > 0 && words[at - 1].ends_with(['.', ',', '|', '/', '·', '•'])
    };
    let label = (0..words.len()).find(|&at| is_somebody_else(words[at]) && (words[at].ends_with(':') || shared(at)));
    let words: Vec<&str> = words
        .into_iter()
        .take(label.filter(|&at| at > 0).unwrap_or(usize::MAX))
        .filter(|word| {
            !(word.contains('@') || word.contains("://") || word.starts_with("www.") || word.starts_with('#'))
        })
        .collect();
    words.join(" ")
}

/// Whether a bracket names more people: "(with Ana Pérez)".
fn names_others(inside: &str) -> bool {
    ["with ", "avec ", "mit ", "con ", "and ", "et ", "und "]
        .iter()
        .any(|word| inside.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)))
}

/// Phrases of links to all that somebody wrote; the name stands behind them.
const ARCHIVES: &[&str] = &[
    "posts by ",
    "articles by ",
    "stories by ",
    "more from ",
    "all by ",
    "beiträge von ",
    "artikel von ",
    "articles de ",
    "articles par ",
    "entradas de ",
    "artículos de ",
    "articoli di ",
    "post di ",
    "posts de ",
    "berichten van ",
    "artikelen van ",
    "wpisy ",
    "записи автора ",
    "profile of ",
    "profil von ",
];

pub(super) fn cut_archive(text: &str) -> &str {
    let lower = text.to_lowercase();
    let behind =
        ARCHIVES.iter().find_map(|phrase| lower.find(phrase).filter(|&at| at < 40).map(|at| at + phrase.len()));
    // Lower case may differ in length; a cut that does not fit is none.
    behind.and_then(|at| text.get(at..)).unwrap_or(text)
}

/// Labels of other people's share in a work.
const OTHERS: &[&str] = &[
    "illustration",
    "illustrations",
    "illustrated",
    "photo",
    "photos",
    "photography",
    "foto",
    "fotos",
    "bild",
    "bilder",
    "image",
    "images",
    "video",
    "photograph",
    "photographs",
    "grafik",
    "übersetzung",
    "translation",
    "translated",
    "kamera",
    "getty",
    "shutterstock",
];

/// Whether a part of a byline behind its authors names who did something else.
pub(super) fn is_share_of_another(part: &str) -> bool {
    const SHARES: &[&str] = &[
        "edited by",
        "reviewed by",
        "medically reviewed",
        "fact checked",
        "fact-checked",
        "translated by",
        "photos by",
        "übersetzt von",
        "fotos von",
        "traduit par",
        "traducido por",
    ];
    let part = part.to_lowercase();
    SHARES.iter().any(|share| part.starts_with(share))
}

/// Whether a word labels another person's share in a work: "Photos:".
pub(super) fn is_somebody_else(label: &str) -> bool {
    OTHERS.contains(&label.trim_end_matches(':').to_lowercase().as_str())
}
