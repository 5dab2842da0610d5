//! What the words in classes and ids say about an element.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// Signals found in a class or id, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signals(pub u16);

impl Signals {
    /// Names an author.
    pub const AUTHOR: Signals = Signals(1);
    /// Holds a date.
    pub const DATE: Signals = Signals(1 << 1);
    /// Readers' comments.
    pub const COMMENTS: Signals = Signals(1 << 2);
    /// Beside the content.
    pub const BESIDE: Signals = Signals(1 << 3);
    /// Holds a title.
    pub const TITLE: Signals = Signals(1 << 4);
    /// An OpenURL in a `span` (COinS).
    pub const COINS: Signals = Signals(1 << 5);
    /// The part above or below the content.
    pub const CHROME: Signals = Signals(1 << 6);
    /// The whole of an entry; its other classes describe the entry, not a part of it.
    pub const ENTRY: Signals = Signals(1 << 8);
    /// Written below a picture.
    pub const CAPTION: Signals = Signals(1 << 9);
    /// For screen readers only.
    pub const UNSEEN: Signals = Signals(1 << 7);

    /// Both together.
    pub const fn with(self, other: Signals) -> Signals {
        Signals(self.0 | other.0)
    }

    /// Whether any of the given signals is there.
    pub const fn has(self, other: Signals) -> bool {
        self.0 & other.0 != 0
    }
}

/// Fragments of class names and what they say.
pub(super) const WORDS: &[(&str, Signals)] = &[
    ("author", Signals::AUTHOR),
    ("autor", Signals::AUTHOR),
    ("auteur", Signals::AUTHOR),
    ("byline", Signals::AUTHOR),
    ("by-line", Signals::AUTHOR),
    ("by_line", Signals::AUTHOR),
    ("writer", Signals::AUTHOR),
    ("contributor", Signals::AUTHOR),
    ("creator", Signals::AUTHOR),
    ("verfasser", Signals::AUTHOR),
    ("vcard", Signals::AUTHOR),
    ("reporter", Signals::AUTHOR),
    ("journalist", Signals::AUTHOR),
    ("redakteur", Signals::AUTHOR),
    ("forfatter", Signals::AUTHOR),
    ("skribent", Signals::AUTHOR),
    ("firma-", Signals::AUTHOR),
    ("posted-by", Signals::AUTHOR),
    ("published-by", Signals::AUTHOR),
    ("channel-name", Signals::AUTHOR),
    ("username", Signals::AUTHOR),
    ("date", Signals::DATE),
    ("datum", Signals::DATE),
    ("fecha", Signals::DATE),
    ("time", Signals::DATE),
    ("published", Signals::DATE),
    ("publicat", Signals::DATE),
    ("publicad", Signals::DATE),
    ("pubdate", Signals::DATE),
    ("publie", Signals::DATE),
    ("veroeff", Signals::DATE),
    ("meta-info", Signals::DATE),
    ("posted", Signals::DATE),
    ("entry-meta", Signals::DATE),
    ("post-meta", Signals::DATE),
    ("article-meta", Signals::DATE),
    ("postmeta", Signals::DATE),
    ("dateline", Signals::DATE),
    ("comment", Signals::COMMENTS),
    ("kommentar", Signals::COMMENTS),
    ("disqus", Signals::COMMENTS),
    ("respond", Signals::COMMENTS),
    ("replies", Signals::COMMENTS),
    ("sidebar", Signals::BESIDE),
    ("related", Signals::BESIDE),
    ("recommend", Signals::BESIDE),
    ("popular", Signals::BESIDE),
    ("widget", Signals::BESIDE),
    ("teaser", Signals::BESIDE),
    ("latest", Signals::BESIDE),
    ("recent", Signals::BESIDE),
    ("trending", Signals::BESIDE),
    ("promo", Signals::BESIDE),
    ("newsletter", Signals::BESIDE),
    ("most-read", Signals::BESIDE),
    ("mostread", Signals::BESIDE),
    ("read-more", Signals::BESIDE),
    ("readmore", Signals::BESIDE),
    ("upnext", Signals::BESIDE),
    ("carousel", Signals::BESIDE),
    ("footer", Signals::CHROME),
    ("navbar", Signals::CHROME),
    ("navigation", Signals::CHROME),
    ("breadcrumb", Signals::CHROME),
    ("menu", Signals::CHROME),
    ("cookie", Signals::CHROME),
    ("title", Signals::TITLE),
    ("headline", Signals::TITLE),
    ("heading", Signals::TITLE),
    ("titel", Signals::TITLE),
    ("titulo", Signals::TITLE),
    ("titre", Signals::TITLE),
    ("z3988", Signals::COINS),
    ("caption", Signals::CAPTION),
    ("image-credit", Signals::CAPTION),
    ("photo-credit", Signals::CAPTION),
    ("hentry", Signals::ENTRY),
    ("news-single", Signals::ENTRY),
    ("newssingle", Signals::ENTRY),
    ("status-publish", Signals::ENTRY),
    ("category-", Signals::ENTRY),
    ("screen-reader", Signals::UNSEEN),
    ("sr-only", Signals::UNSEEN),
    ("visually-hidden", Signals::UNSEEN),
    ("visuallyhidden", Signals::UNSEEN),
    ("element-invisible", Signals::UNSEEN),
    ("assistive-text", Signals::UNSEEN),
];

#[expect(clippy::unwrap_used, reason = "constant patterns")]
static MATCHER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(WORDS.iter().map(|(word, _)| word))
        .unwrap()
});

/// The signals of a class or id.
pub fn signals(value: &str) -> Signals {
    let mut found = Signals::default();
    for hit in MATCHER.find_overlapping_iter(super::super::candidates::head_of(value, 1_000)) {
        found.0 |= WORDS[hit.pattern().as_usize()].1.0;
    }
    found
}

/// Ids of elements that script frameworks fill.
pub const SHELL_IDS: &[&str] = &[
    "root",
    "app",
    "__next",
    "__nuxt",
    "___gatsby",
    "app-root",
    "react-root",
    "react-app",
    "q-app",
    "svelte",
    "main-app",
    "vue-app",
    "application",
    "mount",
    "app-mount",
    "spa",
    "ember-app",
    "page-root",
    "reactapp",
];

/// Names of elements that script frameworks fill.
pub const SHELL_NAMES: &[&str] = &["app-root", "my-app", "ng-app", "app-main"];
