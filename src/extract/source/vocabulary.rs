//! The vocabularies of `meta` elements: a flat catalogue.
//!
//! Names are compared without case, and `.`, `:`, `_` and `-` count alike.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::candidates::{Candidates, Meta};
use super::super::offer::{Key, Offers, Source};

/// Name in the compared form, field, source.
const NAMES: &[(&str, Key, Source)] = &[
    // Highwire Press, as scholarly search engines read them.
    ("citation.title", Key::Title, Source::Highwire),
    ("citation.author", Key::Author, Source::Highwire),
    ("citation.authors", Key::Author, Source::Highwire),
    ("citation.editor", Key::Editor, Source::Highwire),
    ("citation.editors", Key::Editor, Source::Highwire),
    ("citation.publication.date", Key::Published, Source::Highwire),
    ("citation.cover.date", Key::Published, Source::Highwire),
    ("citation.date", Key::Published, Source::Highwire),
    ("citation.online.date", Key::Published, Source::Highwire),
    ("citation.year", Key::Published, Source::Highwire),
    ("citation.journal.title", Key::Container, Source::Highwire),
    ("citation.conference.title", Key::Container, Source::Highwire),
    ("citation.inbook.title", Key::Container, Source::Highwire),
    ("citation.book.title", Key::Container, Source::Highwire),
    ("citation.series.title", Key::Series, Source::Highwire),
    ("citation.publisher", Key::Publisher, Source::Highwire),
    ("citation.dissertation.institution", Key::Publisher, Source::Highwire),
    ("citation.technical.report.institution", Key::Publisher, Source::Highwire),
    ("citation.language", Key::Language, Source::Highwire),
    ("citation.abstract", Key::Description, Source::Highwire),
    ("citation.doi", Key::Doi, Source::Highwire),
    ("citation.isbn", Key::Isbn, Source::Highwire),
    ("citation.issn", Key::Issn, Source::Highwire),
    ("citation.eissn", Key::Issn, Source::Highwire),
    ("citation.arxiv.id", Key::Arxiv, Source::Highwire),
    ("citation.volume", Key::Volume, Source::Highwire),
    ("citation.issue", Key::Issue, Source::Highwire),
    ("citation.technical.report.number", Key::Issue, Source::Highwire),
    ("citation.firstpage", Key::FirstPage, Source::Highwire),
    ("citation.lastpage", Key::LastPage, Source::Highwire),
    ("citation.keywords", Key::Keywords, Source::Highwire),
    ("citation.keyword", Key::Keywords, Source::Highwire),
    // BE Press.
    ("bepress.citation.title", Key::Title, Source::Bepress),
    ("bepress.citation.author", Key::Author, Source::Bepress),
    ("bepress.citation.date", Key::Published, Source::Bepress),
    ("bepress.citation.journal.title", Key::Container, Source::Bepress),
    ("bepress.citation.publisher", Key::Publisher, Source::Bepress),
    ("bepress.citation.doi", Key::Doi, Source::Bepress),
    ("bepress.citation.volume", Key::Volume, Source::Bepress),
    ("bepress.citation.issue", Key::Issue, Source::Bepress),
    // EPrints.
    ("eprints.title", Key::Title, Source::Eprints),
    ("eprints.creators.name", Key::Author, Source::Eprints),
    ("eprints.editors.name", Key::Editor, Source::Eprints),
    ("eprints.date", Key::Published, Source::Eprints),
    ("eprints.publication", Key::Container, Source::Eprints),
    ("eprints.publisher", Key::Publisher, Source::Eprints),
    ("eprints.abstract", Key::Description, Source::Eprints),
    ("eprints.id.number", Key::Doi, Source::Eprints),
    ("eprints.doi", Key::Doi, Source::Eprints),
    ("eprints.isbn", Key::Isbn, Source::Eprints),
    ("eprints.issn", Key::Issn, Source::Eprints),
    ("eprints.series", Key::Series, Source::Eprints),
    ("eprints.volume", Key::Volume, Source::Eprints),
    ("eprints.number", Key::Issue, Source::Eprints),
    ("eprints.pagerange", Key::FirstPage, Source::Eprints),
    ("eprints.book.title", Key::Container, Source::Eprints),
    // PRISM.
    ("prism.title", Key::Title, Source::Prism),
    ("prism.publicationname", Key::Container, Source::Prism),
    ("prism.publicationdate", Key::Published, Source::Prism),
    ("prism.coverdate", Key::Published, Source::Prism),
    ("prism.modificationdate", Key::Modified, Source::Prism),
    ("prism.doi", Key::Doi, Source::Prism),
    ("prism.issn", Key::Issn, Source::Prism),
    ("prism.isbn", Key::Isbn, Source::Prism),
    ("prism.volume", Key::Volume, Source::Prism),
    ("prism.number", Key::Issue, Source::Prism),
    ("prism.startingpage", Key::FirstPage, Source::Prism),
    ("prism.endingpage", Key::LastPage, Source::Prism),
    ("prism.teaser", Key::Description, Source::Prism),
    // Dublin Core; `dcterms`, `dct` and `dcterm` are folded to `dc`.
    ("dc.title", Key::Title, Source::DublinCore),
    ("dc.creator", Key::Author, Source::DublinCore),
    ("dc.creator.personalname", Key::Author, Source::DublinCore),
    ("dc.author", Key::Author, Source::DublinCore),
    ("dc.contributor.editor", Key::Editor, Source::DublinCore),
    ("dc.date", Key::Published, Source::DublinCore),
    ("dc.date.issued", Key::Published, Source::DublinCore),
    ("dc.date.created", Key::Published, Source::DublinCore),
    ("dc.issued", Key::Published, Source::DublinCore),
    ("dc.created", Key::Published, Source::DublinCore),
    ("dc.available", Key::Published, Source::DublinCore),
    ("dc.modified", Key::Modified, Source::DublinCore),
    ("dc.date.modified", Key::Modified, Source::DublinCore),
    ("dc.publisher", Key::Publisher, Source::DublinCore),
    ("dc.language", Key::Language, Source::DublinCore),
    ("dc.description", Key::Description, Source::DublinCore),
    ("dc.abstract", Key::Description, Source::DublinCore),
    ("dc.description.abstract", Key::Description, Source::DublinCore),
    ("dc.rights", Key::Licence, Source::DublinCore),
    ("dc.license", Key::Licence, Source::DublinCore),
    ("dc.rights.license", Key::Licence, Source::DublinCore),
    ("dc.identifier", Key::Doi, Source::DublinCore),
    ("dc.identifier.doi", Key::Doi, Source::DublinCore),
    ("dc.identifier.isbn", Key::Isbn, Source::DublinCore),
    ("dc.source", Key::Container, Source::DublinCore),
    ("dc.subject", Key::Keywords, Source::DublinCore),
    ("dc.citation.volume", Key::Volume, Source::DublinCore),
    ("dc.citation.issue", Key::Issue, Source::DublinCore),
    ("dc.citation.spage", Key::FirstPage, Source::DublinCore),
    ("dc.citation.epage", Key::LastPage, Source::DublinCore),
    // OpenGraph.
    ("og.title", Key::Title, Source::OpenGraph),
    ("og.site.name", Key::SiteName, Source::OpenGraph),
    ("og.description", Key::Description, Source::OpenGraph),
    ("og.locale", Key::Language, Source::OpenGraph),
    ("og.url", Key::Canonical, Source::OpenGraph),
    ("og.image.secure.url", Key::Image, Source::OpenGraph),
    ("og.image.url", Key::Image, Source::OpenGraph),
    ("og.image", Key::Image, Source::OpenGraph),
    ("og.type", Key::Kind, Source::OpenGraph),
    ("og.author", Key::Author, Source::OpenGraph),
    ("og.article.author", Key::Author, Source::OpenGraph),
    ("og.article.published.time", Key::Published, Source::OpenGraph),
    ("og.published.time", Key::Published, Source::OpenGraph),
    ("og.pubdate", Key::Published, Source::OpenGraph),
    ("og.updated.time", Key::Modified, Source::OpenGraph),
    ("article.author", Key::Author, Source::OpenGraph),
    ("article.author.name", Key::Author, Source::OpenGraph),
    ("article.published.time", Key::Published, Source::OpenGraph),
    ("article.published", Key::Published, Source::OpenGraph),
    ("article.modified.time", Key::Modified, Source::OpenGraph),
    ("article.modified", Key::Modified, Source::OpenGraph),
    ("article.tag", Key::Keywords, Source::OpenGraph),
    ("book.author", Key::Author, Source::OpenGraph),
    ("book.isbn", Key::Isbn, Source::OpenGraph),
    ("book.release.date", Key::Published, Source::OpenGraph),
    ("video.release.date", Key::Published, Source::OpenGraph),
    ("music.release.date", Key::Published, Source::OpenGraph),
    ("video.director", Key::Author, Source::OpenGraph),
    ("video.duration", Key::Duration, Source::OpenGraph),
    ("og.video.duration", Key::Duration, Source::OpenGraph),
    // Twitter cards.
    ("twitter.title", Key::Title, Source::Twitter),
    ("twitter.description", Key::Description, Source::Twitter),
    ("twitter.image", Key::Image, Source::Twitter),
    ("twitter.image.src", Key::Image, Source::Twitter),
    // Parse.ly, Sailthru.
    ("parsely.title", Key::Title, Source::Parsely),
    ("parsely.author", Key::Author, Source::Parsely),
    ("parsely.pub.date", Key::Published, Source::Parsely),
    ("sailthru.title", Key::Title, Source::Parsely),
    ("sailthru.author", Key::Author, Source::Parsely),
    ("sailthru.date", Key::Published, Source::Parsely),
    // The rest.
    ("title", Key::Title, Source::Meta),
    ("headline", Key::Title, Source::Meta),
    ("hdl", Key::Title, Source::Meta),
    ("author", Key::Author, Source::Meta),
    ("authors", Key::Author, Source::Meta),
    ("article.authors", Key::Author, Source::Meta),
    ("byl", Key::Author, Source::Meta),
    ("byline", Key::Author, Source::Meta),
    ("web.author", Key::Author, Source::Meta),
    ("rbauthors", Key::Author, Source::Meta),
    ("cxenseparse.author", Key::Author, Source::Meta),
    ("description", Key::Description, Source::Meta),
    ("abstract", Key::Description, Source::Meta),
    ("excerpt", Key::Description, Source::Meta),
    ("language", Key::Language, Source::Meta),
    ("content.language", Key::Language, Source::Meta),
    ("keywords", Key::Keywords, Source::Meta),
    ("news.keywords", Key::Keywords, Source::Meta),
    ("publisher", Key::Publisher, Source::Meta),
    ("copyright", Key::Licence, Source::Meta),
    ("rights", Key::Licence, Source::Meta),
    ("license", Key::Licence, Source::Meta),
    ("licence", Key::Licence, Source::Meta),
    ("doi", Key::Doi, Source::Meta),
    ("isbn", Key::Isbn, Source::Meta),
    ("issn", Key::Issn, Source::Meta),
    ("date", Key::Published, Source::Meta),
    ("pubdate", Key::Published, Source::Meta),
    ("publishdate", Key::Published, Source::Meta),
    ("publish.date", Key::Published, Source::Meta),
    ("publication.date", Key::Published, Source::Meta),
    ("publicationdate", Key::Published, Source::Meta),
    ("published.date", Key::Published, Source::Meta),
    ("publisheddate", Key::Published, Source::Meta),
    ("published.time", Key::Published, Source::Meta),
    ("published", Key::Published, Source::Meta),
    ("article.created", Key::Published, Source::Meta),
    ("article.date.original", Key::Published, Source::Meta),
    ("article.publication.date", Key::Published, Source::Meta),
    ("articlepublicationdate", Key::Published, Source::Meta),
    ("article.date", Key::Published, Source::Meta),
    ("datepublished", Key::Published, Source::Meta),
    ("datecreated", Key::Published, Source::Meta),
    ("date.published", Key::Published, Source::Meta),
    ("date.created", Key::Published, Source::Meta),
    ("displaydate", Key::Published, Source::Meta),
    ("originalpublicationdate", Key::Published, Source::Meta),
    ("cxenseparse.recs.publishtime", Key::Published, Source::Meta),
    ("release.date", Key::Published, Source::Meta),
    ("created", Key::Published, Source::Meta),
    ("creation.date", Key::Published, Source::Meta),
    ("ptime", Key::Published, Source::Meta),
    ("pdate", Key::Published, Source::Meta),
    ("issuedate", Key::Published, Source::Meta),
    ("issued", Key::Published, Source::Meta),
    ("pub.date", Key::Published, Source::Meta),
    ("dateposted", Key::Published, Source::Meta),
    ("last.modified", Key::Modified, Source::Meta),
    ("lastmod", Key::Modified, Source::Meta),
    ("lastmodified", Key::Modified, Source::Meta),
    ("modified", Key::Modified, Source::Meta),
    ("revised", Key::Modified, Source::Meta),
    ("datemodified", Key::Modified, Source::Meta),
    ("date.modified", Key::Modified, Source::Meta),
    ("modificationdate", Key::Modified, Source::Meta),
    ("thumbnail", Key::Image, Source::Meta),
    ("image", Key::Image, Source::Meta),
    ("application.name", Key::SiteName, Source::Meta),
    ("apple.mobile.web.app.title", Key::SiteName, Source::Meta),
    ("al.ios.app.name", Key::SiteName, Source::Meta),
    ("duration", Key::Duration, Source::Meta),
];

/// What each name means.
static BY_NAME: LazyLock<HashMap<&'static str, Vec<(Key, Source)>>> = LazyLock::new(|| {
    let mut table: HashMap<&str, Vec<(Key, Source)>> = HashMap::new();
    for (name, key, source) in NAMES {
        table.entry(name).or_default().push((*key, *source));
    }
    table
});

/// The name in the compared form.
fn compared(key: &str) -> Cow<'_, str> {
    let simple = |byte: u8| !matches!(byte, b':' | b'_' | b'-');
    if key.bytes().all(simple) && !key.starts_with("dct") && !key.starts_with("rc.") {
        return Cow::Borrowed(key);
    }
    let dotted = |byte: u8| if matches!(byte, b':' | b'_' | b'-') { b'.' } else { byte };
    let mut name = String::from_utf8(key.bytes().map(dotted).collect()).unwrap_or_default();
    let prefixes = ["dcterms.", "dcterm.", "dct.", "rc.dc."].into_iter().filter(|_| name.starts_with(['d', 'r']));
    for prefix in prefixes {
        if let Some(rest) = name.strip_prefix(prefix) {
            name = format!("dc.{rest}");
            break;
        }
    }
    Cow::Owned(name)
}

/// Offers what the `meta` elements say.
pub fn offer<'a>(candidates: &'a Candidates, offers: &mut Offers<'a>) {
    for meta in &candidates.metas {
        if meta.item {
            continue;
        }
        let name = compared(&meta.key);
        for (key, source) in BY_NAME.get(name.as_ref()).into_iter().flatten() {
            offer_one(meta, *key, *source, offers);
        }
    }
    twitter_labels(&candidates.metas, offers);
}

fn offer_one<'a>(meta: &'a Meta, key: Key, source: Source, offers: &mut Offers<'a>) {
    offers.add(key, source, meta.key.as_str(), meta.content.as_str());
    // Dublin Core has one identifier for all kinds.
    if meta.key.starts_with("dc") && key == Key::Doi {
        offers.add(Key::Isbn, source, meta.key.as_str(), meta.content.as_str());
    }
}

/// Words of the label of an author in many languages.
const WRITTEN_BY: &[&str] = &[
    "written by",
    "author",
    "geschrieben von",
    "verfasst von",
    "autor",
    "écrit par",
    "auteur",
    "escrito por",
    "scritto da",
    "geschreven door",
    "написано автором",
    "автор",
    "skriven av",
    "skrevet af",
    "skrevet av",
    "napisane przez",
    "執筆者",
    "作者",
    "kirjoittanut",
    "escrit per",
    "yazan",
    "napsal",
    "auteurs",
    "beitragsautor",
    "por",
    "by",
];

/// `twitter:label1` and `twitter:data1`: a label and what it labels.
fn twitter_labels<'a>(metas: &'a [Meta], offers: &mut Offers<'a>) {
    if !metas.iter().any(|meta| meta.key.starts_with("twitter:label")) {
        return;
    }
    for number in ["1", "2", "3"] {
        let find = |part: &str| {
            let key = format!("twitter:{part}{number}");
            metas.iter().find(|meta| meta.key == key).map(|meta| meta.content.as_str())
        };
        if let (Some(label), Some(data)) = (find("label"), find("data"))
            && WRITTEN_BY.contains(&label.trim().trim_end_matches(':').to_lowercase().as_str())
        {
            offers.add(Key::Author, Source::TwitterLabel, format!("twitter:data{number}"), data);
        }
    }
}
