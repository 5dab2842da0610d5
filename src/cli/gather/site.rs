//! From a page to the pages of the same site that it leads to.

use std::collections::{HashMap, VecDeque};

use url::Url;

use super::trail::{Got, Trail, Wish};
use super::{NoRoom, Page, Read, passed_over};
use crate::config::{Follow, Scope};
use crate::html::{Token, tokens};
use crate::model::{HostKey, Notice};
use crate::report::words::count;

/// Addresses longer than this are traps.
const MAX_ADDRESS: usize = 1_000;

/// Pages of one site that wait at most; a page of links without end must not fill the memory.
const MAX_WAITING: usize = 20_000;

/// Pages that were not asked for of which each is told.
const MAX_UNASKED: usize = 10;

/// Parameters that ask for another view of a page, an older version, or a deed.
const NEVER: &[&str] = &[
    "oldid",
    "diff",
    "action",
    "veaction",
    "printable",
    "print",
    "share",
    "replytocom",
    "direction",
    "returnto",
    "logout",
];

/// Endings of addresses that are no pages.
const FILES: &[&str] = &[
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "epub", "zip", "gz", "tar", "tgz", "7z",
    "rar", "jpg", "jpeg", "png", "gif", "svg", "webp", "avif", "ico", "mp3", "mp4", "m4a", "webm", "ogg", "wav", "mov",
    "avi", "css", "js", "mjs", "json", "xml", "rss", "atom", "csv", "tsv", "txt", "ics", "exe", "dmg", "apk", "woff",
    "woff2", "ttf", "bib", "ris",
];

/// Words in an address behind which something happens.
const DEEDS: &[&str] = &["logout", "log-out", "signout", "sign-out", "unsubscribe"];

/// Which pages belong to a seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    scope: Scope,
    host: Option<HostKey>,
    site: Option<String>,
    folder: String,
}

impl Bounds {
    /// The bounds around a page.
    pub fn around(page: &Url, scope: Scope) -> Self {
        let path = page.path();
        let folder = path[..path.rfind('/').map_or(0, |at| at + 1)].to_owned();
        Bounds { scope, host: HostKey::of(page), site: site_of(page), folder }
    }

    /// Whether an address lies within.
    pub fn hold(&self, url: &Url) -> bool {
        if !matches!(url.scheme(), "http" | "https") {
            return false;
        }
        match self.scope {
            Scope::Site => self.site.is_some() && site_of(url) == self.site,
            Scope::Host => HostKey::of(url) == self.host,
            Scope::Folder => HostKey::of(url) == self.host && url.path().starts_with(&self.folder),
        }
    }
}

/// The registered domain of an address, or its host where there is none.
fn site_of(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(psl::domain_str(host).unwrap_or(host).to_owned())
}

/// Whether an address may be a page, and asking for it does nothing but show it.
pub fn is_page(url: &Url) -> bool {
    if url.as_str().len() > MAX_ADDRESS || !url.username().is_empty() {
        return false;
    }
    let path = url.path().to_ascii_lowercase();
    let special = path.contains("special:") || path.contains("special%3a");
    let ending = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending);
    let deed = DEEDS.iter().any(|deed| path.contains(deed));
    let asks = url.query_pairs().any(|(name, value)| {
        NEVER.contains(&name.as_ref()) || (name == "title" && value.to_ascii_lowercase().starts_with("special:"))
    });
    !(special || deed || asks || ending.is_some_and(|ending| FILES.contains(&ending)))
}

/// The addresses that a page in HTML leads robots to, in order.
pub fn leads_to(html: &str, page: &Url) -> Vec<Url> {
    let mut base = page.clone();
    let mut found = Vec::new();
    let says = |words: &str, word: &str| {
        words.split(|c: char| c == ',' || c.is_ascii_whitespace()).any(|said| said.eq_ignore_ascii_case(word))
    };
    for token in tokens(html) {
        let Token::Start(tag) = token else { continue };
        match &*tag.name {
            "base" => {
                if let Some(href) = tag.attr("href")
                    && let Ok(url) = page.join(href.trim())
                {
                    base = url;
                }
            }
            "meta" if tag.attr("name").is_some_and(|name| name.eq_ignore_ascii_case("robots")) => {
                let content = tag.attr("content").unwrap_or_default();
                if says(&content, "nofollow") || says(&content, "none") {
                    return Vec::new();
                }
            }
            "a" | "area" => {
                let Some(href) = tag.attr("href") else { continue };
                if tag.attr("rel").is_some_and(|rel| says(&rel, "nofollow")) {
                    continue;
                }
                if let Ok(mut url) = base.join(href.trim()) {
                    url.set_fragment(None);
                    found.push(url);
                }
            }
            _ => {}
        }
    }
    found
}

/// The trail from a page over the pages of its site, breadth first.
#[derive(Debug)]
pub struct SiteTrail {
    bounds: Bounds,
    depth: usize,
    at_once: usize,
    max_pages: usize,
    found: usize,
    waiting: VecDeque<(Url, usize)>,
    /// How far each page that was asked for lies from the seed.
    under_way: HashMap<Url, usize>,
    left_out: bool,
    /// Pages that were not asked for, each with the reason.
    unasked: Vec<(String, String)>,
}

impl SiteTrail {
    /// Begins at a live page in HTML, if further pages are wanted at all.
    pub fn from(page: &Page, follow: &Follow, at_once: usize) -> Option<Self> {
        let (html, base) = (follow.depth > 0).then(|| page.html()).flatten()?;
        let mut trail = SiteTrail {
            bounds: Bounds::around(base, follow.scope),
            depth: follow.depth,
            at_once: at_once.max(1),
            max_pages: follow.max_pages,
            found: 0,
            waiting: VecDeque::new(),
            under_way: HashMap::new(),
            left_out: false,
            unasked: Vec::new(),
        };
        trail.add(leads_to(&html, base), 1);
        Some(trail)
    }

    fn add(&mut self, urls: Vec<Url>, depth: usize) {
        for url in urls {
            if self.bounds.hold(&url) && is_page(&url) && self.waiting.len() < MAX_WAITING {
                self.waiting.push_back((url, depth));
            }
        }
    }
}

impl Trail for SiteTrail {
    fn wish(&mut self, read: &mut Read) -> Wish {
        let mut wish = Wish::default();
        while wish.urls.len() < self.at_once
            && let Some((url, depth)) = self.waiting.pop_front()
        {
            if !read.is_new(&url) {
                continue;
            }
            if self.found + wish.urls.len() >= self.max_pages {
                self.left_out = true;
                self.waiting.clear();
                break;
            }
            self.under_way.insert(url.clone(), depth);
            wish.urls.push(url);
        }
        wish
    }

    fn take(&mut self, url: &Url, got: Got, read: &mut Read) -> Vec<Page> {
        let Some(depth) = self.under_way.remove(url) else { return Vec::new() };
        if let (true, Err(why)) = (got.unasked, &got.body) {
            self.unasked.push((url.to_string(), why.clone()));
        }
        // What cannot be read is a link like any other, and judged as one.
        let page = match read.admit(url, got, |landed| self.bounds.hold(landed)) {
            Ok(Some(page)) => page,
            Ok(None) => return Vec::new(),
            Err(NoRoom) => {
                self.left_out = true;
                self.waiting.clear();
                return Vec::new();
            }
        };
        if depth < self.depth
            && let Some((html, base)) = page.html()
        {
            let urls = leads_to(&html, base);
            self.add(urls, depth + 1);
        }
        self.found += 1;
        vec![page]
    }

    fn finish(&mut self, seed: &mut Page) {
        for (page, why) in self.unasked.iter().take(MAX_UNASKED) {
            let notice = passed_over(seed.name(), page, why);
            seed.notices.push(notice);
        }
        if let Some(more) = self.unasked.len().checked_sub(MAX_UNASKED).filter(|more| *more > 0) {
            let message = format!("{} of the site are not read for such reasons", count(more, "further page"));
            seed.notices.push(Notice::about(seed.name(), message));
        }
        if self.left_out {
            let message = format!(
                "further pages of the site are not read: {} are, and there is no room for more (max_pages under [follow])",
                self.found
            );
            seed.notices.push(Notice::about(seed.name(), message));
        }
    }
}
