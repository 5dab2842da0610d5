//! Words that say what day a date is.

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
pub(super) const OTHER: &[&str] = &[
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
    "member",
    "until",
    "bis zum",
    "accessed",
    "retrieved",
    "abgerufen",
    "archived",
    "tel",
    "from",
    "session",
    "conference",
    "volume",
    "vol.",
    "version",
    "reply",
    "comment",
    "download",
];

/// Whether a text has one of some labels in it.
pub(super) fn has_label(context: &str, labels: &[&str]) -> bool {
    labels.iter().any(|label| context.contains(label))
}
