//! What a wiki is asked. One form of each question serves all generations: older ones pass over what they do not know and
//! answer in their own form.

use url::Url;

use crate::model::wiki::encoded_title;

/// Seconds its copies may lag behind before a wiki would rather not be asked (`maxlag`).
const MAX_LAG: &str = "5";

/// Titles in one question, and characters of its address, at most.
const MAX_TITLES: usize = 20;
const MAX_ADDRESS: usize = 4_000;

/// A wiki's interface for programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    folder: Url,
}

impl Api {
    /// The interface of a wiki whose scripts are in a folder.
    pub fn new(folder: Url) -> Self {
        Api { folder }
    }

    fn query(&self, parameters: &[(&str, &str)], more: &[(String, String)]) -> Url {
        let mut url = self.folder.join("api.php").unwrap_or_else(|_| self.folder.clone());
        let fixed = [("action", "query"), ("format", "json"), ("formatversion", "2"), ("maxlag", MAX_LAG)];
        let more = more.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        url.query_pairs_mut().extend_pairs(fixed).extend_pairs(parameters.iter().copied()).extend_pairs(more);
        url
    }

    /// Asks for the text of pages and, the first time, for what the wiki says about itself.
    pub fn texts(&self, titles: &[String], introduce: bool) -> Url {
        let mut parameters =
            vec![("prop", "revisions"), ("rvprop", "ids|timestamp|content"), ("rvslots", "main"), ("redirects", "1")];
        if introduce {
            parameters.extend([("meta", "siteinfo"), ("siprop", "general")]);
        }
        let titles = titles.join("|");
        parameters.push(("titles", &titles));
        self.query(&parameters, &[])
    }

    /// How many of these titles one question may name; one at least.
    pub fn fit(&self, titles: &[String]) -> usize {
        let mut length = self.folder.as_str().len() + 200;
        let fits = |title: &&String| {
            // Three characters for each byte that has to be escaped, and for the bar in between.
            length += 3 + title.bytes().map(|byte| if byte.is_ascii_alphanumeric() { 1 } else { 3 }).sum::<usize>();
            length <= MAX_ADDRESS
        };
        titles.iter().take(MAX_TITLES).take_while(fits).count().max(1)
    }

    /// Asks for the pages below a page.
    pub fn subpages(&self, title: &str, namespace: i64, more: &[(String, String)]) -> Url {
        let local = if namespace == 0 { title } else { title.split_once(':').map_or(title, |(_, local)| local) };
        let prefix = format!("{local}/");
        let namespace = namespace.to_string();
        let parameters = [
            ("list", "allpages"),
            ("apprefix", prefix.as_str()),
            ("apnamespace", &namespace),
            ("apfilterredir", "nonredirects"),
            ("aplimit", "max"),
        ];
        self.query(&parameters, more)
    }

    /// Asks for the pages of a category.
    pub fn members(&self, category: &str, more: &[(String, String)]) -> Url {
        self.query(&[("list", "categorymembers"), ("cmtitle", category), ("cmlimit", "max")], more)
    }

    /// Asks for the pages that pages link to.
    pub fn links(&self, titles: &[String], more: &[(String, String)]) -> Url {
        let titles = titles.join("|");
        self.query(&[("prop", "links"), ("pllimit", "max"), ("titles", &titles)], more)
    }

    /// The page as newer wikis hand it out beside `api.php`.
    pub fn rest(&self, title: &str) -> Option<Url> {
        let title = encoded_title(title).replace('/', "%2F");
        self.folder.join("rest.php/v1/page/").ok()?.join(&format!("./{title}")).ok()
    }

    /// The text of a page as every wiki hands it out, however old.
    pub fn raw(&self, title: &str) -> Option<Url> {
        let mut url = self.folder.join("index.php").ok()?;
        url.query_pairs_mut().append_pair("title", title).append_pair("action", "raw");
        Some(url)
    }
}

/// The address of a page, by the pattern of the wiki (`/wiki/$1`, `/index.php?title=$1`).
pub fn page_address(pattern: &str, title: &str, wiki: &Url) -> Option<Url> {
    pattern.contains("$1").then(|| wiki.join(&pattern.replace("$1", &encoded_title(title))).ok())?
}
