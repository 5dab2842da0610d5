//! Names of columns and keys that tell what a cell or value is (rules 9.4 to 9.6).

/// Columns of a table that hold the title, the first name that occurs counts.
pub(super) const TABLE_TITLE: &[&str] = &[
    "title",
    "name",
    "resource",
    "organisation",
    "organization",
    "publication",
    "document",
    "titel",
    "titre",
    "título",
    "titolo",
    "nom",
    "nombre",
];

/// Columns of a table that hold what is said about the resource.
pub(super) const TABLE_ANNOTATION: &[&str] = &[
    "description",
    "annotation",
    "notes",
    "note",
    "comment",
    "comments",
    "about",
    "summary",
    "beschreibung",
    "descripción",
    "descrição",
    "descrizione",
    "anmerkung",
    "kommentar",
    "commentaire",
];

/// Fields of a record that hold its address.
pub(super) const ADDRESS: &[&str] = &["url", "link", "href", "website", "address", "uri", "webseite", "lien", "enlace"];

/// Fields of a record that hold its title.
pub(super) const TITLE: &[&str] =
    &["title", "name", "resource", "label", "titel", "titre", "título", "titolo", "nom", "nombre", "bezeichnung"];

/// Fields of a record that hold what is said about it.
pub(super) const ANNOTATION: &[&str] = &[
    "description",
    "annotation",
    "notes",
    "note",
    "comment",
    "abstract",
    "summary",
    "about",
    "beschreibung",
    "descripción",
    "descrição",
    "descrizione",
    "résumé",
    "anmerkung",
    "kommentar",
    "commentaire",
];

/// Fields of a record that hold its section.
pub(super) const SECTION: &[&str] = &[
    "section",
    "category",
    "topic",
    "group",
    "folder",
    "thema",
    "kategorie",
    "catégorie",
    "categoría",
    "categoria",
    "tema",
];

/// Whether a heading is one of these names, without case and punctuation.
pub(super) fn is_named(heading: &str, names: &[&str]) -> bool {
    let heading = heading.trim().trim_matches(|c: char| !c.is_alphanumeric());
    names.iter().any(|name| heading.eq_ignore_ascii_case(name))
}
