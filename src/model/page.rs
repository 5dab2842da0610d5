//! What one streaming pass over a page brings to light, shared by classification and extraction.

use serde::{Deserialize, Serialize};

/// Facts of an HTML page. Texts are decoded, white space folded, and cut at a bound.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PageFacts {
    /// `<title>`.
    pub title: Option<String>,
    /// Text of the first `h1` with any text.
    pub h1: Option<String>,
    /// Text of the second `h1` and of the first `h2`s, at most four.
    pub headings: Vec<String>,
    /// `html[lang]`.
    pub lang: Option<String>,
    /// `og:title`.
    pub og_title: Option<String>,
    /// `og:site_name`.
    pub site_name: Option<String>,
    /// `meta[name=description]` or `og:description`.
    pub description: Option<String>,
    /// `link[rel=canonical]`, as written.
    pub canonical: Option<String>,
    /// `base[href]`, as written.
    pub base: Option<String>,
    /// The charset the page is in, where it is none of Unicode: browsers write the queries of its links in it.
    pub charset: Option<String>,
    /// `meta[name=generator]`.
    pub generator: Option<String>,
    /// `meta[name=robots]` says noindex.
    pub noindex: bool,
    /// `meta[name=prerender-status-code]`.
    pub prerender_status: Option<u16>,
    /// `meta http-equiv=refresh`: seconds and target as written.
    pub refresh: Option<(f64, Option<String>)>,
    /// Target of a script that sets `location` on a page without other content, as written.
    pub script_redirect: Option<String>,
    /// Visible text of the page outside head, scripts, styles, navigation, header, footer and aside: the beginning of it.
    pub text: String,
    /// Number of words of all such text.
    pub words: usize,
    /// Number of words of all visible text, navigation included.
    pub all_words: usize,
    /// Number of words of visible text inside links.
    pub linked_words: usize,
    /// Number of `a[href]`.
    pub links: usize,
    /// Number of elements that show something other than text: `img`, `video`, `audio`, `iframe`, `object`, `embed`, `svg`,
    /// `canvas`.
    #[serde(default)]
    pub media: usize,
    /// Addresses of the first `a[href]` outside navigation, header, footer and aside, as written, at most eight.
    #[serde(default)]
    pub main_links: Vec<String>,
    /// Number of `script` elements.
    pub scripts: usize,
    /// An element that script frameworks fill (`#root`, `#app`, `#__next` ...) stands empty.
    pub app_shell: bool,
    /// Number of `input[type=password]`.
    pub password_fields: usize,
    /// A frameset instead of a body: address of its first frame, as written.
    pub frame: Option<String>,
    /// 64-bit simhash of the masked main text.
    pub simhash: u64,
    /// Whether the fragment asked for is there; `None` when none was asked for.
    pub fragment_found: Option<bool>,
    /// Nesting or attributes beyond the bounds: no tree may be built of this page.
    pub hostile: bool,
}
