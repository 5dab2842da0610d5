//! What kind of resource it is, as a CSL type.

use crate::model::metadata::Field;

use super::super::candidates::head_of;
use super::super::offer::{Key, Source};
use super::super::value::text::squeezed;
use super::{Evidence, field};

/// Types of schema.org, lower case, and what they are.
const NODES: &[(&str, &str)] = &[
    ("scholarlyarticle", "article-journal"),
    ("medicalscholarlyarticle", "article-journal"),
    ("newsarticle", "article-newspaper"),
    ("reportagenewsarticle", "article-newspaper"),
    ("analysisnewsarticle", "article-newspaper"),
    ("opinionnewsarticle", "article-newspaper"),
    ("backgroundnewsarticle", "article-newspaper"),
    ("blogposting", "post-weblog"),
    ("liveblogposting", "post-weblog"),
    ("socialmediaposting", "post"),
    ("discussionforumposting", "post"),
    ("report", "report"),
    ("techarticle", "webpage"),
    ("videoobject", "motion_picture"),
    ("movie", "motion_picture"),
    ("clip", "motion_picture"),
    ("podcastepisode", "broadcast"),
    ("radioepisode", "broadcast"),
    ("tvepisode", "broadcast"),
    ("audioobject", "song"),
    ("musicrecording", "song"),
    ("book", "book"),
    ("chapter", "chapter"),
    ("thesis", "thesis"),
    ("dataset", "dataset"),
    ("softwaresourcecode", "software"),
    ("softwareapplication", "software"),
    ("webapplication", "software"),
    ("mobileapplication", "software"),
    ("legislation", "legislation"),
    ("presentationdigitaldocument", "speech"),
    ("definedterm", "entry-encyclopedia"),
    ("map", "map"),
];

/// Words of which the types of repositories are made, without spaces and signs, and what they are; longer ones come first.
const CATALOGUED: &[(&str, &str)] = &[
    ("thesis", "thesis"),
    ("dissertation", "thesis"),
    ("technicalreport", "report"),
    ("workingpaper", "report"),
    ("monograph", "report"),
    ("report", "report"),
    ("bookchapter", "chapter"),
    ("bookpart", "chapter"),
    ("booksection", "chapter"),
    ("conferencepaper", "paper-conference"),
    ("conferenceobject", "paper-conference"),
    ("conferenceitem", "paper-conference"),
    ("journalarticle", "article-journal"),
    ("dataset", "dataset"),
    ("book", "book"),
];

/// The type that a repository names.
fn catalogued(evidence: &Evidence<'_>) -> Option<(&'static str, &'static str)> {
    let keys = ["eprints.type", "dc.type", "dcterms.type", "dc:type"];
    let named = |key: &'static str| {
        evidence.candidates.metas.iter().filter(move |meta| meta.key == key).map(move |meta| (key, meta))
    };
    keys.into_iter().flat_map(named).find_map(|(key, meta)| {
        // An address ends in the type: "info:eu-repo/semantics/doctoralThesis".
        let last = meta.content.rsplit('/').next().unwrap_or_default();
        let name = squeezed(head_of(last, 80));
        let (_, kind) =
            CATALOGUED.iter().find(|(word, _)| name.ends_with(word) || name.ends_with(&format!("{word}s")))?;
        Some((key, *kind))
    })
}

/// Chooses the type; `webpage` where nothing says more.
pub fn choose(evidence: &Evidence<'_>) -> Field<String> {
    let has_meta =
        |key: &str| evidence.candidates.metas.iter().any(|meta| meta.key == key && !meta.content.trim().is_empty());
    for (key, kind) in [
        ("citation_dissertation_institution", "thesis"),
        ("citation_technical_report_institution", "report"),
        ("citation_technical_report_number", "report"),
        ("citation_conference_title", "paper-conference"),
        ("citation_inbook_title", "chapter"),
        ("citation_book_title", "chapter"),
        ("citation_journal_title", "article-journal"),
        ("prism.publicationname", "article-journal"),
        ("citation_isbn", "book"),
        ("citation_arxiv_id", "article"),
    ] {
        if has_meta(key) {
            return field(kind.to_owned(), key, None);
        }
    }
    if let Some((key, kind)) = catalogued(evidence) {
        return field(kind.to_owned(), key, None);
    }
    let by_node = evidence.node.iter().find_map(|node| NODES.iter().find(|(name, _)| *name == node.as_str()));
    if let Some((name, kind)) = by_node {
        return field((*kind).to_owned(), &format!("json-ld {name}"), None);
    }
    let item = evidence
        .candidates
        .props
        .iter()
        .find_map(|prop| NODES.iter().find(|(name, _)| prop.owner.is_empty() && *name == prop.kind));
    if let Some((name, kind)) = item {
        return field((*kind).to_owned(), &format!("itemtype {name}"), None);
    }
    let generator = evidence.page.generator.as_deref().unwrap_or_default().to_ascii_lowercase();
    let blog = ["wordpress", "blogger", "ghost", "movable type", "typepad", "serendipity"]
        .iter()
        .any(|name| generator.starts_with(name));
    let og = evidence.offers.first(Key::Kind, Source::OpenGraph).unwrap_or_default().trim().to_ascii_lowercase();
    let (kind, source) = match og.as_str() {
        "book" | "books.book" => ("book", "og:type"),
        _ if og.starts_with("video") => ("motion_picture", "og:type"),
        _ if og.starts_with("music") => ("song", "og:type"),
        "article" if blog => ("post-weblog", "generator"),
        "blog" | "blogpost" | "blog_post" => ("post-weblog", "og:type"),
        _ if evidence.offers.has(Source::Bepress) || evidence.offers.has(Source::Eprints) => ("article", "repository"),
        _ => ("webpage", "default"),
    };
    field(kind.to_owned(), source, None)
}
