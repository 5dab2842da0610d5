//! What the streaming pass keeps for the sources: raw, bounded, in the order of the page.

/// Bounds of what is kept of one page.
pub mod bounds {
    /// `meta` elements.
    pub const METAS: usize = 1_200;
    /// `link` elements and links with a telling `rel`.
    pub const LINKS: usize = 200;
    /// Bytes of one text value.
    pub const VALUE: usize = 8 * 1024;
    /// Bytes of all JSON-LD blocks.
    pub const JSON_LD: usize = 768 * 1024;
    /// Headings.
    pub const HEADINGS: usize = 40;
    /// Names, dates, item properties, licences, each.
    pub const HINTS: usize = 120;
    /// Bytes of the text of a heading, name, date.
    pub const HINT_TEXT: usize = 400;
    /// Paragraphs kept whole.
    pub const PARAGRAPHS: usize = 6;
    /// Bytes of one of them.
    pub const PARAGRAPH: usize = 1_200;
}

/// Where in the page something stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Words of visible text before it.
    pub words: usize,
    /// The regions around it.
    pub region: Region,
}

/// The regions an element is in, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Region(pub u16);

impl Region {
    /// Not shown: scripts, templates, hidden elements.
    pub const HIDDEN: Region = Region(1);
    /// Outside the main text: navigation, header, footer, aside.
    pub const OUTSIDE: Region = Region(1 << 1);
    /// Inside a link.
    pub const LINK: Region = Region(1 << 2);
    /// Readers' comments.
    pub const COMMENTS: Region = Region(1 << 3);
    /// Beside the content: related pages, sidebars, promotions.
    pub const BESIDE: Region = Region(1 << 4);
    /// Inside `article` or `main`.
    pub const ARTICLE: Region = Region(1 << 5);
    /// Inside `head`.
    pub const HEAD: Region = Region(1 << 6);
    /// Inside `noscript`.
    pub const NOSCRIPT: Region = Region(1 << 7);
    /// Inside `header`.
    pub const HEADER: Region = Region(1 << 8);
    /// Inside `footer`.
    pub const FOOTER: Region = Region(1 << 9);
    /// Inside a heading.
    pub const HEADING: Region = Region(1 << 10);
    /// Inside an element of the class of titles.
    pub const TITLED: Region = Region(1 << 11);
    /// Inside a picture with what is written below it.
    pub const FIGURE: Region = Region(1 << 12);

    /// Whether any of the given regions is around.
    pub const fn is_in(self, other: Region) -> bool {
        self.0 & other.0 != 0
    }

    /// Both together.
    #[must_use]
    pub const fn with(self, other: Region) -> Region {
        Region(self.0 | other.0)
    }

    /// This without the other.
    #[must_use]
    pub const fn without(self, other: Region) -> Region {
        Region(self.0 & !other.0)
    }
}

/// A `meta` element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    /// `name`, `property`, `itemprop` or `http-equiv`, in lower case.
    pub key: String,
    /// `content`, decoded.
    pub content: String,
    /// Whether the key stood in `itemprop` alone.
    pub item: bool,
}

/// A `link`, or an `a` whose `rel` or address tells something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// `rel` in lower case; empty where an address was kept for itself.
    pub rel: String,
    /// `href` as written, decoded.
    pub href: String,
    /// `type`.
    pub media: String,
    /// `hreflang`.
    pub hreflang: String,
    /// `title` of the element.
    pub title: String,
    /// Where it stands.
    pub place: Place,
}

/// A heading with its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6; 0 for another element of the class of titles.
    pub level: u8,
    /// Its text.
    pub text: String,
    /// `class` and `id`, lower case.
    pub class: String,
    /// Where its whole text links to, as written, decoded; empty where it is no link.
    pub link: String,
    /// Where it stands.
    pub place: Place,
}

/// An element that may name an author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Byline {
    /// What points to it.
    pub kind: BylineKind,
    /// Its text.
    pub text: String,
    /// `class`, `id`, `rel` and `href`, lower case.
    pub class: String,
    /// Where it stands.
    pub place: Place,
}

/// Why an element may name an author.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BylineKind {
    /// `rel=author`.
    Rel,
    /// Its class or id says so.
    Class,
    /// It links to an author's page.
    Href,
    /// Its text begins with "by".
    Text,
}

/// A place that may hold the date of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// What points to it.
    pub kind: DatedKind,
    /// `datetime`, or `title` of an `abbr`.
    pub machine: Option<String>,
    /// Its text.
    pub text: String,
    /// `class` and `id`, lower case.
    pub class: String,
    /// The short text before it, which may be its label.
    pub lead: String,
    /// Where it stands.
    pub place: Place,
}

/// Why an element may hold a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatedKind {
    /// A `time` element.
    Time,
    /// A `time` element with `pubdate`.
    PubDate,
    /// Its class or id says so.
    Class,
    /// Its text holds a year.
    Text,
    /// A long text begins with it, as reports begin with place and day.
    Dateline,
}

/// A property of microdata or RDFa in the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prop {
    /// Name without prefix, lower case.
    pub name: String,
    /// `content`, `datetime`, `href`, or the text.
    pub value: String,
    /// The property whose item it belongs to; empty for the page's own items.
    pub owner: String,
    /// Last part of the item's type, lower case.
    pub kind: String,
    /// Where it stands.
    pub place: Place,
}

/// A link to a licence, or a text that names one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenceHint {
    /// Address; empty for text.
    pub href: String,
    /// Text.
    pub text: String,
    /// Whether `rel=license` says so.
    pub declared: bool,
    /// Where it stands.
    pub place: Place,
}

/// Everything kept of one page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// `meta` elements.
    pub metas: Vec<Meta>,
    /// `link` elements and telling links.
    pub links: Vec<Linked>,
    /// JSON-LD blocks as written.
    pub json_ld: Vec<String>,
    /// Headings and titled elements.
    pub headings: Vec<Heading>,
    /// Possible authors.
    pub bylines: Vec<Byline>,
    /// Possible dates.
    pub dates: Vec<Dated>,
    /// Item properties.
    pub props: Vec<Prop>,
    /// Possible licences.
    pub licences: Vec<LicenceHint>,
    /// `title` of `span.Z3988`.
    pub coins: Vec<String>,
    /// First paragraphs of the main text.
    pub paragraphs: Vec<String>,
    /// `alt` of the first pictures in links to the home page.
    pub logos: Vec<String>,
}

/// Cuts a text at a character boundary.
pub fn cut(text: &mut String, bytes: usize) {
    let end = head_of(text, bytes).len();
    text.truncate(end);
}

/// The beginning of a text, cut at a character boundary.
pub fn head_of(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes {
        return text;
    }
    let mut end = bytes;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
