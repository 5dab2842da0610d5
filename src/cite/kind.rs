//! What kinds of things are cited, and what each format calls them.

/// One kind: a row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind(&'static Row);

#[derive(Debug, PartialEq, Eq)]
struct Row {
    /// The CSL type that pages are harvested as.
    harvested: &'static str,
    /// The CSL type that is written.
    csl: &'static str,
    biblatex: &'static str,
    ris: &'static str,
}

const fn row(harvested: &'static str, csl: &'static str, biblatex: &'static str, ris: &'static str) -> Row {
    Row { harvested, csl, biblatex, ris }
}

/// Zotero rejects a whole CSL-JSON file for the type `software`, drops BibLaTeX entries of types it does not know (`@dataset`
/// among them) without a word, and takes RIS `GEN` for a journal article; so none of these is written.
const KINDS: &[Row] = &[
    row("webpage", "webpage", "online", "ELEC"),
    row("article", "article", "online", "ELEC"),
    row("article-journal", "article-journal", "article", "JOUR"),
    row("article-magazine", "article-magazine", "article", "MGZN"),
    row("article-newspaper", "article-newspaper", "article", "NEWS"),
    row("bill", "bill", "legislation", "BILL"),
    row("book", "book", "book", "BOOK"),
    row("broadcast", "broadcast", "audio", "SOUND"),
    row("chapter", "chapter", "incollection", "CHAP"),
    row("dataset", "dataset", "online", "DATA"),
    row("document", "document", "misc", "ELEC"),
    row("entry-encyclopedia", "entry-encyclopedia", "inreference", "ENCYC"),
    row("graphic", "graphic", "artwork", "ART"),
    row("legal_case", "legal_case", "jurisdiction", "CASE"),
    row("legislation", "legislation", "legislation", "STAT"),
    row("manuscript", "manuscript", "unpublished", "UNPB"),
    row("map", "map", "online", "MAP"),
    row("motion_picture", "motion_picture", "video", "VIDEO"),
    row("paper-conference", "paper-conference", "inproceedings", "CONF"),
    row("patent", "patent", "patent", "PAT"),
    row("post", "post", "online", "ICOMM"),
    row("post-weblog", "post-weblog", "online", "BLOG"),
    row("report", "report", "report", "RPRT"),
    row("software", "document", "software", "COMP"),
    row("song", "song", "audio", "SOUND"),
    row("speech", "speech", "unpublished", "SLIDE"),
    row("thesis", "thesis", "thesis", "THES"),
];

/// What is made of a site, as an article of its newspaper: the site's name is that of what it appeared in.
const OF_SITES: &[&str] = &[
    "webpage",
    "article",
    "article-journal",
    "article-magazine",
    "article-newspaper",
    "broadcast",
    "dataset",
    "document",
    "entry-encyclopedia",
    "graphic",
    "map",
    "motion_picture",
    "post",
    "post-weblog",
    "software",
    "song",
];

/// What is known by the name of its host where its site has no other.
const OF_HOSTS: &[&str] = &["webpage", "article-magazine", "article-newspaper", "post", "post-weblog"];

/// What is handed out by those who publish it: a name that is both is the publisher's.
const OF_PUBLISHERS: &[&str] = &["dataset", "document", "graphic", "map", "software"];

impl Default for Kind {
    /// A page of the web.
    fn default() -> Self {
        Kind(&KINDS[0])
    }
}

impl Kind {
    /// The kind for a CSL type; a page of the web for one that is not known.
    pub fn of(csl: &str) -> Self {
        KINDS.iter().find(|row| row.harvested == csl).map_or_else(Kind::default, Kind)
    }

    /// The type in CSL-JSON.
    pub const fn csl(self) -> &'static str {
        self.0.csl
    }

    /// The entry type in BibLaTeX.
    pub const fn biblatex(self) -> &'static str {
        self.0.biblatex
    }

    /// The reference type in RIS.
    pub const fn ris(self) -> &'static str {
        self.0.ris
    }

    /// Whether a site that names itself is what it appeared in. Books, reports and laws stand on sites, and are not of them.
    pub fn is_of_site(self) -> bool {
        OF_SITES.contains(&self.0.harvested)
    }

    /// Whether its site may be called by the name of its host.
    pub fn is_of_host(self) -> bool {
        OF_HOSTS.contains(&self.0.harvested)
    }

    /// Whether a site that is called like the publisher is rather the publisher.
    pub fn is_of_publisher(self) -> bool {
        OF_PUBLISHERS.contains(&self.0.harvested)
    }

    /// Whether it appears in something that has volumes and issues.
    pub fn is_article(self) -> bool {
        self.0.biblatex == "article"
    }
}

/// Every type that pages are harvested as.
#[cfg(test)]
pub(super) fn harvested() -> Vec<&'static str> {
    KINDS.iter().map(|row| row.harvested).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_found_by_their_type() {
        assert_eq!(Kind::of("article-journal").ris(), "JOUR");
        assert_eq!(Kind::of("software").csl(), "document");
        assert_eq!(Kind::of("dataset").biblatex(), "online");
        assert_eq!(Kind::of("unheard-of"), Kind::default());
        assert!(KINDS.iter().all(|row| row.ris != "GEN"));
    }
}
