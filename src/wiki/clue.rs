//! What a page in HTML says about the wiki it stands in.

use url::Url;

use crate::html::{Tag, Token, tokens};
use crate::model::wiki::title_in;

/// Where scripts of a wiki are kept when nothing says where.
const USUAL_FOLDERS: &[&str] = &["/w/", "/", "/wiki/", "/mediawiki/"];

/// Places that are tried at most.
const MAX_FOLDERS: usize = 4;

/// What is needed to ask a wiki about a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clue {
    /// The title of the page, words between underscores.
    pub title: String,
    /// Folders that may hold `api.php`, likeliest first.
    pub folders: Vec<Url>,
}

/// Reads the clues on a page; `None` when it is none of a MediaWiki.
pub fn clue(html: &str, page: &Url) -> Option<Clue> {
    let mut signs = Signs { page, is_wiki: false, told: Vec::new(), seen: Vec::new(), title: None };
    let mut in_script = false;
    for token in tokens(html) {
        match token {
            Token::Start(tag) => {
                in_script = tag.name == "script";
                signs.tag(&tag);
            }
            Token::Text { raw, .. } if in_script => signs.script(raw),
            _ => in_script = false,
        }
    }
    signs.sum_up()
}

struct Signs<'p> {
    page: &'p Url,
    is_wiki: bool,
    /// Folders the page names for programs.
    told: Vec<Url>,
    /// Folders of scripts it uses.
    seen: Vec<Url>,
    title: Option<String>,
}

impl Signs<'_> {
    fn tag(&mut self, tag: &Tag<'_>) {
        match &*tag.name {
            "meta" if tag.attr("name").is_some_and(|name| name.eq_ignore_ascii_case("generator")) => {
                self.is_wiki |= tag.attr("content").is_some_and(|content| content.starts_with("MediaWiki"));
            }
            "body" => {
                let class = tag.attr("class").unwrap_or_default();
                self.is_wiki |= class.split_ascii_whitespace().any(|class| class == "mediawiki");
            }
            "link" | "script" | "a" => {
                let Some(address) = tag.attr("href").or_else(|| tag.attr("src")) else { return };
                let rel = tag.attr("rel").unwrap_or_default();
                if rel.eq_ignore_ascii_case("edituri") {
                    self.is_wiki = true;
                    self.note_folder(&address, "/api.php", true);
                } else if tag.name == "link" && rel.eq_ignore_ascii_case("canonical") && self.title.is_none() {
                    self.title = self.page.join(&address).ok().as_ref().and_then(title_in);
                } else if self.seen.is_empty() {
                    self.note_folder(&address, "/load.php", false);
                    self.note_folder(&address, "/index.php", false);
                }
            }
            _ => {}
        }
    }

    /// Notes the folder of a script, when it is one of the wiki's own host.
    fn note_folder(&mut self, address: &str, script: &str, told: bool) {
        let Ok(url) = self.page.join(address) else { return };
        let Some(at) = url.path().find(script) else { return };
        if url.host_str() != self.page.host_str() || !matches!(url.scheme(), "http" | "https") {
            return;
        }
        let folder = folder(&url, &url.path()[..=at]);
        let known = if told { &mut self.told } else { &mut self.seen };
        if !known.contains(&folder) && known.len() < MAX_FOLDERS {
            known.push(folder);
        }
    }

    /// The wiki tells its scripts the page's name.
    fn script(&mut self, code: &str) {
        if let Some(title) = variable(code, "wgPageName") {
            self.is_wiki = true;
            self.title = Some(title);
        }
        if let Some(path) = variable(code, "wgScriptPath")
            && self.told.is_empty()
        {
            self.seen.insert(0, folder(self.page, &format!("{}/", path.trim_end_matches('/'))));
        }
    }

    fn sum_up(self) -> Option<Clue> {
        if !self.is_wiki {
            return None;
        }
        let title = self.title.or_else(|| title_in(self.page)).or_else(|| title_of_path(self.page))?;
        let usual = || USUAL_FOLDERS.iter().map(|path| folder(self.page, path)).collect();
        let folders = match (self.told.is_empty(), self.seen.is_empty()) {
            (false, _) => self.told,
            (true, false) => self.seen,
            (true, true) => usual(),
        };
        Some(Clue { title, folders })
    }
}

fn folder(page: &Url, path: &str) -> Url {
    let mut url = page.clone();
    url.set_path(if path.is_empty() { "/" } else { path });
    url.set_query(None);
    url.set_fragment(None);
    url
}

/// A wiki at the root of its host has titles for paths.
fn title_of_path(page: &Url) -> Option<String> {
    let title = percent_encoding::percent_decode_str(page.path().trim_matches('/')).decode_utf8().ok()?;
    (!title.is_empty() && !title.ends_with(".php")).then(|| title.into_owned())
}

/// The text of a variable of a script: `"name":"text"` in newer wikis, `name="text"` in older ones.
fn variable(code: &str, name: &str) -> Option<String> {
    let (_, rest) = code.split_once(name)?;
    let rest = rest.trim_start_matches('"').trim_start().strip_prefix([':', '='])?.trim_start();
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<String>();
    values.next()?.ok()
}
