//! What further columns of a list say of a resource: the curator's word for a fact stands before the page's.

mod dates;
mod names;

use super::differences::{Difference, letters};
use crate::model::Metadata;
use crate::model::metadata::{Field, Name};

/// Where the value of such a field was found.
pub(super) const SOURCE: &str = "list";

/// A fact that columns tell, and the names they tell it under: in lower case, words parted by blanks.
const COLUMNS: &[(Fact, &[&str])] = &[
    (Fact::Authors, &["author", "authors", "creator", "creators"]),
    (Fact::Editors, &["editor", "editors"]),
    (Fact::Published, &["published", "year", "publication year", "publication date", "date published", "issued"]),
    (Fact::Publisher, &["publisher"]),
    (Fact::Place, &["publisher place", "place of publication"]),
    (Fact::Container, &["container", "container title", "journal", "publication title"]),
    (Fact::Series, &["series", "collection title"]),
    (Fact::Edition, &["edition"]),
    (Fact::Kind, &["type", "item type"]),
    (Fact::Language, &["language", "lang"]),
    (Fact::Licence, &["licence", "license"]),
    (Fact::Doi, &["doi"]),
    (Fact::Isbn, &["isbn"]),
    (Fact::Issn, &["issn"]),
    (Fact::Volume, &["volume"]),
    (Fact::Issue, &["issue"]),
    (Fact::Pages, &["pages"]),
    (Fact::Keywords, &["keywords", "tags"]),
];

/// Types a column may name; any other word is the curator's own division and no type of the Citation Style Language.
const TYPES: &[&str] = &[
    "article-journal",
    "article-magazine",
    "article-newspaper",
    "bill",
    "book",
    "broadcast",
    "chapter",
    "dataset",
    "document",
    "entry-encyclopedia",
    "graphic",
    "legal_case",
    "legislation",
    "manuscript",
    "map",
    "motion_picture",
    "paper-conference",
    "patent",
    "post",
    "post-weblog",
    "report",
    "software",
    "song",
    "speech",
    "thesis",
    "webpage",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fact {
    Authors,
    Editors,
    Published,
    Publisher,
    Place,
    Container,
    Series,
    Edition,
    Kind,
    Language,
    Licence,
    Doi,
    Isbn,
    Issn,
    Volume,
    Issue,
    Pages,
    Keywords,
}

/// Puts what the list says into a record, and tells where the page says otherwise.
pub(super) fn fill(metadata: &mut Metadata, fields: &[(String, String)]) -> Vec<Difference> {
    let mut differences = Vec::new();
    let filled = fields.iter().filter(|(_, value)| !value.trim().is_empty());
    let columns: Vec<(String, &str)> = filled.map(|(name, value)| (normal(name), value.as_str())).collect();
    if columns.is_empty() {
        return differences;
    }
    for (fact, names) in COLUMNS {
        let column = columns.iter().find(|(name, _)| names.contains(&name.as_str()));
        let Some((_, value)) = column else { continue };
        differences.extend(put(*fact, value.trim(), metadata));
    }
    // Pages tell the editors of a book for its authors.
    if let (Some(authors), Some(editors)) = (&metadata.authors, &metadata.editors)
        && editors.source == SOURCE
        && authors.source != SOURCE
        && authors.value.iter().all(|author| editors.value.iter().any(|editor| is_same(author, editor)))
    {
        metadata.authors = None;
    }
    differences
}

/// Whether columns tell anything of the resource itself, so that the list is a bibliography or as good as one.
pub(super) fn tell_facts(fields: &[(String, String)]) -> bool {
    let is_fact = |name: &str| COLUMNS.iter().any(|(_, names)| names.contains(&name));
    fields.iter().any(|(name, value)| !value.trim().is_empty() && is_fact(&normal(name)))
}

/// Whether what a column says stands in the citation of its entry, so that showing the column would say it again. What
/// citations leave out, as numbers and keywords, does not, nor does what could not be read.
pub(super) fn is_cited(metadata: &Metadata, name: &str, value: &str) -> bool {
    let name = normal(name);
    let Some((fact, _)) = COLUMNS.iter().find(|(_, names)| names.contains(&name.as_str())) else { return false };
    let listed = |field: &Option<Field<String>>| field.as_ref().is_some_and(|field| field.source == SOURCE);
    match fact {
        Fact::Authors => metadata.authors.as_ref().is_some_and(|field| field.source == SOURCE),
        // They stand where authors would.
        Fact::Editors => {
            metadata.authors.is_none() && metadata.editors.as_ref().is_some_and(|field| field.source == SOURCE)
        }
        Fact::Published => {
            listed(&metadata.published)
                || metadata.published.as_ref().is_some_and(|field| field.value.starts_with(value.trim()))
        }
        Fact::Publisher => listed(&metadata.publisher),
        Fact::Container => listed(&metadata.container),
        Fact::Kind => listed(&metadata.kind),
        Fact::Language => listed(&metadata.language),
        Fact::Licence => listed(&metadata.licence),
        Fact::Doi => listed(&metadata.doi),
        Fact::Place | Fact::Series | Fact::Edition => false,
        Fact::Isbn | Fact::Issn | Fact::Volume | Fact::Issue | Fact::Pages | Fact::Keywords => false,
    }
}

/// Whether two names have the same words.
fn is_same(one: &Name, other: &Name) -> bool {
    let words = |name: &Name| {
        let mut words: Vec<String> = name.display().split_whitespace().map(letters).collect();
        words.sort_unstable();
        words
    };
    words(one) == words(other)
}

fn normal(name: &str) -> String {
    name.to_lowercase().replace(['_', '-'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn put(fact: Fact, value: &str, metadata: &mut Metadata) -> Option<Difference> {
    match fact {
        Fact::Authors | Fact::Editors => {
            let names = names::read(value);
            if !names.is_empty() {
                if fact == Fact::Authors {
                    metadata.more_authors = names::go_on(value);
                }
                let place = if fact == Fact::Authors { &mut metadata.authors } else { &mut metadata.editors };
                *place = Some(Field::new(names, SOURCE));
            }
            return None;
        }
        Fact::Keywords => {
            let words: Vec<_> = value.split([',', ';']).map(str::trim).filter(|word| !word.is_empty()).collect();
            metadata.keywords = Some(Field::new(words.into_iter().map(str::to_owned).collect(), SOURCE));
            return None;
        }
        _ => {}
    }
    let value = valid(fact, value)?;
    let (place, what) = match fact {
        Fact::Published => (&mut metadata.published, Some("date")),
        Fact::Publisher => (&mut metadata.publisher, Some("publisher")),
        Fact::Language => (&mut metadata.language, Some("language")),
        Fact::Licence => (&mut metadata.licence, Some("licence")),
        Fact::Doi => (&mut metadata.doi, Some("DOI")),
        Fact::Kind => (&mut metadata.kind, None),
        Fact::Container => (&mut metadata.container, None),
        Fact::Place => (&mut metadata.place, None),
        Fact::Series => (&mut metadata.series, None),
        Fact::Edition => (&mut metadata.edition, None),
        Fact::Isbn => (&mut metadata.isbn, None),
        Fact::Issn => (&mut metadata.issn, None),
        Fact::Volume => (&mut metadata.volume, None),
        Fact::Issue => (&mut metadata.issue, None),
        Fact::Pages => (&mut metadata.pages, None),
        Fact::Authors | Fact::Editors | Fact::Keywords => return None,
    };
    let difference = what.zip(place.as_ref()).and_then(|(what, found)| {
        let (listed, page) = (letters(&value), letters(&found.value));
        let alike = listed.contains(&page) || page.contains(&listed);
        (!alike).then(|| Difference::Fact { what, page: found.value.clone() })
    });
    // A year from the list does not take away the day that the page knows.
    let page_is_closer = fact == Fact::Published && place.as_ref().is_some_and(|found| found.value.starts_with(&value));
    if !page_is_closer {
        *place = Some(Field::new(value, SOURCE));
    }
    difference
}

/// The value in the form the record holds; nothing for what cannot be meant.
fn valid(fact: Fact, value: &str) -> Option<String> {
    let ascii = |text: &str, also: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c));
    match fact {
        Fact::Published => dates::read(value).map(|date| date.to_string()),
        Fact::Kind => TYPES.iter().find(|kind| kind.eq_ignore_ascii_case(value)).map(|&kind| kind.to_owned()),
        Fact::Language => {
            let primary = value.split('-').next().unwrap_or_default();
            ((2..=3).contains(&primary.len()) && ascii(value, "-")).then(|| value.to_owned())
        }
        Fact::Doi => {
            let bare = value.rsplit_once("doi.org/").map_or(value, |(_, doi)| doi);
            let bare = bare.strip_prefix("doi:").unwrap_or(bare).trim();
            (bare.starts_with("10.") && bare.contains('/')).then(|| bare.to_owned())
        }
        Fact::Isbn | Fact::Issn => ascii(value, "- ").then(|| value.to_owned()),
        _ => Some(value.to_owned()),
    }
}
