//! Links to pages that nobody has written yet, as a wiki shows them.

use std::collections::HashSet;

use url::Url;

use crate::html::{Token, tokens};
use crate::model::Link;
use crate::model::wiki::title_in;

/// The pages that a shown page calls unwritten.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RedLinks(HashSet<(String, String)>);

impl RedLinks {
    /// Reads them from a page: they lead to the form that would begin the page.
    pub fn on(html: &str, page: &Url) -> Self {
        let mut titles = HashSet::new();
        for token in tokens(html) {
            let Token::Start(tag) = token else { continue };
            let Some(href) = tag.attr("href").filter(|href| tag.name == "a" && href.contains("action=edit")) else {
                continue;
            };
            // Before they told it in the address, wikis told it by the class.
            let class = tag.attr("class").unwrap_or_default();
            if href.contains("redlink=1") || class.split_ascii_whitespace().any(|class| class == "new") {
                titles.extend(page.join(href.trim()).ok().as_ref().and_then(key));
            }
        }
        RedLinks(titles)
    }

    /// Whether a link leads to one of them.
    pub fn hold(&self, link: &Link) -> bool {
        link.url().and_then(key).is_some_and(|key| self.0.contains(&key))
    }
}

/// The host and title of a page, with the capital letter that wikis give each part of it.
fn key(url: &Url) -> Option<(String, String)> {
    let capital = |part: &str| {
        let mut letters = part.trim_matches('_').chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    let title: Vec<String> = title_in(url)?.split(':').map(capital).collect();
    Some((url.host_str()?.to_owned(), title.join(":")))
}
