//! Words that say what day a date is.

use std::borrow::Cow;

use super::super::super::candidates::{Dated, DatedKind};
use super::super::super::value::date::{self, Order};

/// Words that label a day of publication.
pub(super) const PUBLISHED: &[&str] = &[
    "published",
    "posted",
    "publish",
    "pubdate",
    "postdate",
    "veröffentlicht",
    "erstellt",
    "publié",
    "publicado",
    "pubblicato",
    "gepubliceerd",
    "erschienen",
    "опубликовано",
    "发布",
    "公開",
    "投稿",
    "geplaatst",
    "publicat",
    "opublikowano",
    "julkaistu",
    "publicerad",
    "publisert",
    "yayın",
    "submitted",
    "released",
    "date created",
    "datecreated",
    "eingestellt",
    "online seit",
    "gepostet",
    "نشر",
];

/// Words that label a day when a text begins with them or a class holds them.
pub(super) const DATED: &[&str] = &[
    "date", "datum", "fecha", "data:", "dato", "written", "created", "am ", "vom ", "le ", "on ", "stand", "filed",
    "issued", "added", "first",
];

/// Words that label a day of change.
pub(super) const MODIFIED: &[&str] = &[
    "updated",
    "modified",
    "aktualisiert",
    "geändert",
    "mis à jour",
    "actualizado",
    "aggiornato",
    "bijgewerkt",
    "last edit",
    "last change",
    "revised",
    "atualizado",
    "обновлено",
    "更新",
    "uppdaterad",
    "oppdatert",
    "opdateret",
    "letzte änderung",
    "last reviewed",
    "bearbeitet",
];

/// Words that label some other day.
const OTHER: &[&str] = &[
    "copyright",
    "©",
    "(c)",
    "&copy;",
    "since",
    "seit",
    "founded",
    "born",
    "geboren",
    "expires",
    "deadline",
    "event",
    "joined",
    "until",
    "bis zum",
    "accessed",
    "retrieved",
    "abgerufen",
    "archived",
    "tel",
    "session",
    "conference",
    "volume",
    "vol.",
    "version",
];

/// Words that do so only in front of it: behind a date they count something else.
const OTHER_BEFORE: &[&str] = &["from", "member", "reply", "comment", "download"];

/// Whether a text has one of some labels in it.
pub(super) fn has_label(context: &str, labels: &[&str]) -> bool {
    labels.iter().any(|label| context.contains(label))
}

/// Whether class or text of a place say that its date is some other day.
pub(super) fn is_other(dated: &Dated) -> bool {
    // Classes are words put together; short ones stand inside of too many.
    let in_class =
        |label: &&&str| if label.len() > 4 { dated.class.contains(**label) } else { has_word(&dated.class, label) };
    if OTHER.iter().chain(OTHER_BEFORE).any(|label| in_class(&label)) {
        return true;
    }
    let text = dated.text.to_lowercase();
    if OTHER.iter().any(|label| has_word(&text, label)) {
        return true;
    }
    let start = date::find(&dated.text, Order::DayFirst).map_or(dated.text.len(), |found| found.start);
    let before = dated.text.get(..start).unwrap_or_default();
    OTHER_BEFORE.iter().any(|label| has_word(&text, label)) && is_other_label(&before.to_lowercase())
}

/// Whether a text before a date says that it is some other day.
pub(super) fn is_other_label(text: &str) -> bool {
    OTHER.iter().chain(OTHER_BEFORE).any(|label| has_word(text, label))
}

/// Whether a text has a word or sign in it that is no part of another word: "Osborne" was not born.
fn has_word(text: &str, word: &str) -> bool {
    let sides = |at: usize| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].strip_prefix('s').unwrap_or(&text[at + word.len()..]).chars().next();
        (before, after)
    };
    let apart = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = sides(at);
        (apart(word.chars().next()) || apart(before)) && (apart(word.chars().next_back()) || apart(after))
    })
}

/// The places with a date, those with two labelled ones parted: each label owns the date behind it.
pub(super) fn each_with_its_label(dates: &[Dated]) -> Cow<'_, [Dated]> {
    let halves = |dated: &Dated| {
        let plain = dated.machine.is_none() && matches!(dated.kind, DatedKind::Class | DatedKind::Text);
        if plain { parted(dated) } else { None }
    };
    let Some(first) = dates.iter().position(|dated| halves(dated).is_some()) else { return Cow::Borrowed(dates) };
    let mut all = dates[..first].to_vec();
    for dated in &dates[first..] {
        match halves(dated) {
            Some(halves) => all.extend(halves),
            None => all.push(dated.clone()),
        }
    }
    Cow::Owned(all)
}

/// The two dates of a text that has a label of publication and one of change, each before one of them.
fn parted(dated: &Dated) -> Option<[Dated; 2]> {
    let lower = dated.text.to_lowercase();
    if !has_label(&lower, MODIFIED) || !has_label(&lower, PUBLISHED) {
        return None;
    }
    let labelled = |text: &str| {
        let text = text.to_lowercase();
        has_label(&text, PUBLISHED) || has_label(&text, MODIFIED)
    };
    let found = date::find(&dated.text, Order::DayFirst)?;
    let (first, second) = dated.text.split_at_checked(found.end)?;
    let next = date::find(second, Order::DayFirst)?;
    if !labelled(first.get(..found.start)?) || !labelled(second.get(..next.start)?) {
        return None;
    }
    // The class speaks of both.
    let half = |text: &str| Dated {
        kind: DatedKind::Text,
        text: text.trim_start_matches(|c: char| !c.is_alphanumeric()).to_owned(),
        class: String::new(),
        ..dated.clone()
    };
    Some([half(first), half(second)])
}
