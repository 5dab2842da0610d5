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

/// Words of which labels of a day of publication are made, beside those above.
const LABEL_WORDS: &[&str] = &[
    "date",
    "dates",
    "dated",
    "datum",
    "fecha",
    "data",
    "dato",
    "day",
    "time",
    "written",
    "created",
    "added",
    "first",
    "issued",
    "filed",
    "stand",
    "am",
    "vom",
    "on",
    "le",
    "il",
    "el",
    "em",
    "den",
    "op",
    "the",
    "of",
    "de",
    "du",
    "da",
    "di",
    "del",
    "della",
    "la",
    "last",
    "publication",
    "parution",
    "paru",
    "publicación",
    "publicação",
    "pubblicazione",
    "publikation",
    "publicatie",
    "article",
    "entry",
    "release",
    "uploaded",
    "upload",
    "online",
    "web",
    "original",
    "originally",
    "print",
    "version",
    "erstellt",
    "erstellungsdatum",
    "veröffentlichungsdatum",
    "veröffentlichung",
    "erscheinungsdatum",
    "publicatiedatum",
    "дата",
    "публикации",
    "размещено",
    "добавлено",
    "создано",
    "data",
    "publikacji",
    "dodano",
    "utworzono",
    "zveřejněno",
    "vydáno",
    "közzétéve",
    "megjelent",
    "tarih",
    "tarihi",
    "yayınlanma",
    "tanggal",
    "terbit",
    "ngày",
    "đăng",
    "日期",
    "时间",
    "時間",
    "日時",
    "日付",
    "公開日",
    "投稿日",
    "掲載日",
    "作成日",
    "配信日",
    "发布时间",
    "发布日期",
    "發佈日期",
    "發布日期",
    "發佈時間",
    "更新日",
    "更新时间",
    "날짜",
    "작성일",
    "등록일",
    "등록",
    "입력",
    "발행일",
    "게시일",
    "التاريخ",
    "تاريخ",
    "תאריך",
    "פורסם",
    "วันที่",
    "เผยแพร่",
    "दिनांक",
    "प्रकाशित",
    "news",
    "reviewed",
    "blog",
    "press",
    "pressemitteilung",
    "meldung",
    "mis",
    "mise",
    "en",
    "ligne",
    "à",
    "jour",
];

/// The label that stands directly before a date, with its colon: what is behind the sign or colon before it.
fn label_before<'a>(before: &'a str, lead: &'a str) -> Option<&'a str> {
    let colon = |text: &'a str| text.trim_end().strip_suffix([':', '：']);
    let label =
        if before.contains(char::is_alphanumeric) { colon(before) } else { colon(before).or_else(|| colon(lead)) }?;
    let own = label.rsplit(['|', '•', '·', ',', ';', '–', '—', '(', '/', '\n', ':', '：']).next().unwrap_or(label);
    let own = if own.contains(char::is_alphabetic) { own } else { lead.trim_end().strip_suffix([':', '：'])? };
    own.contains(char::is_alphabetic).then_some(own)
}

/// Whether a label with a colon, directly before a date, says that it is a day of something else. Everything has a day: that
/// it is the day of publication is believed of the words for it alone.
pub(super) fn is_foreign_label(before: &str, lead: &str) -> bool {
    // A label in a block of its own may be that of anything.
    let lead = if lead.ends_with('\n') { "" } else { lead };
    let Some(label) = label_before(before, lead) else { return false };
    let label = label.trim().to_lowercase();
    let own = has_label(&label, PUBLISHED) || has_label(&label, MODIFIED);
    let known = |word: &str| LABEL_WORDS.contains(&word);
    let mut words = label
        .split(|c: char| {
            !c.is_alphanumeric()
                && !('\u{300}'..='\u{36F}').contains(&c)
                && !('\u{900}'..='\u{94D}').contains(&c)
                && !('\u{E31}'..='\u{E4E}').contains(&c)
        })
        .filter(|word| !word.is_empty());
    // Behind another label stands a name, and only the last word is this one: "Author: Mara Lindqvist Date:".
    let last = || before.matches([':', '：']).count() > 1 && label.rsplit(' ').next().is_some_and(known);
    // Where words are not spaced, what the day is of stands before the word for it.
    let unspaced = || {
        let day = ["日時", "日期", "时间", "時間", "日付"].iter().any(|day| label.ends_with(day));
        day && !["截止", "締切", "締め切り", "募集", "开始", "開始", "结束", "結束", "終了", "到期"]
            .iter()
            .any(|term| label.contains(term))
    };
    !own && !words.all(known) && !last() && !unspaced()
}

/// Words for days before which something must be done, or on which something began, where no colon stands behind them.
const TERMS: &[&str] = &[
    "closing",
    "closes",
    "apply by",
    "due",
    "register by",
    "start date",
    "end date",
    "starts",
    "ends",
    "birth",
    "died",
    "next meeting",
    "entry into force",
    "adopted",
    "ratified",
    "signed",
    "bewerbungsschluss",
    "einsendeschluss",
    "límite",
    "limite",
    "scadenza",
    "срок",
];

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
    if dated.kind != DatedKind::PubDate && is_foreign_label(before, &dated.lead) {
        return true;
    }
    if TERMS.iter().any(|term| has_word(&before.to_lowercase(), term)) {
        return true;
    }
    OTHER_BEFORE.iter().any(|label| has_word(&text, label)) && is_other_label(&before.to_lowercase())
}

/// Whether a text before a date says that it is some other day.
pub(super) fn is_other_label(text: &str) -> bool {
    OTHER.iter().chain(OTHER_BEFORE).chain(TERMS).any(|label| has_word(text, label))
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

/// The places with a date, digits of all scripts as those of ASCII, and those with two labelled ones parted: each label owns
/// the date behind it.
pub(super) fn each_with_its_label(dates: &[Dated]) -> Cow<'_, [Dated]> {
    if !dates.iter().any(|dated| date::has_other_digits(&dated.text)) {
        return each_alone(dates);
    }
    let spelled: Vec<Dated> = dates
        .iter()
        .map(|dated| Dated { text: date::with_ascii_digits(&dated.text).into_owned(), ..dated.clone() })
        .collect();
    Cow::Owned(each_alone(&spelled).into_owned())
}

fn each_alone(dates: &[Dated]) -> Cow<'_, [Dated]> {
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
