//! From a page of a MediaWiki to its text, and to further pages of the wiki: one request at a time, as wikis want it.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use url::Url;

use super::site::{Bounds, is_page, leads_to};
use super::trail::{Got, Trail, Wish};
use super::{NoRoom, Page, Read, passed_over};
use crate::config::{Scope, Wiki, WikiFollow};
use crate::model::Notice;
use crate::model::wiki::{encoded_title, title_in};
use crate::wiki::{self, Answer, Api, CATEGORY, Text, Trouble, is_machinery, page_address};

/// Ways to ask that are tried before a wiki is taken for one that does not answer.
const MAX_WAYS: usize = 6;

/// How often a wiki that wants to be asked later is asked again, and the pause when it does not say how long.
const MAX_TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_secs(5);

/// Answers that one list of pages may take.
const MAX_PARTS: usize = 50;

/// A way to the text of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    Api(Api),
    Rest(Api),
    Raw(Api),
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Ask {
    /// For the texts of pages.
    Texts(Vec<String>),
    /// For titles, in parts: so many came before, and this is to be added to the question.
    Titles(List, usize, Vec<(String, String)>),
    /// For a page as it is shown.
    Shown(Url, String),
}

/// A list of titles.
#[derive(Clone, Debug, PartialEq, Eq)]
enum List {
    Subpages(String, i64),
    Members(String),
    Links(Vec<String>),
}

/// The trail from a page of a wiki.
#[derive(Debug)]
pub struct WikiTrail {
    settings: Wiki,
    address: Url,
    /// The title of the seed, words between spaces.
    title: String,
    namespace: i64,
    /// The pattern of the wiki's addresses, where it told it.
    pattern: Option<String>,
    /// Ways that were not tried yet, and the one that works.
    ways: VecDeque<Way>,
    way: Option<Way>,
    todo: VecDeque<Ask>,
    under_way: Option<Ask>,
    tries: u32,
    pause: Duration,
    /// Why the wiki does not give the text of the seed, and how much that tells.
    told: Option<(u8, String)>,
    /// Titles to read at the present level, and those that lead to the next.
    next: Vec<String>,
    level: usize,
    known: HashSet<String>,
    texts: HashMap<String, Text>,
    /// The text of the seed.
    own: Option<Text>,
    /// Pages the seed leads to as it is shown, for wikis that do not answer.
    shown_links: Vec<Url>,
    found: usize,
    left_out: bool,
    notices: Vec<(String, String)>,
}

impl WikiTrail {
    /// Begins at a live page of a wiki; `None` for other pages, and for older versions of a page.
    pub fn from(page: &Page, settings: &Wiki) -> Option<Self> {
        let (html, address) = page.html()?;
        if address.query_pairs().any(|(name, _)| matches!(name.as_ref(), "oldid" | "diff" | "action")) {
            return None;
        }
        let clue = wiki::clue(&html, address)?;
        let apis: Vec<Api> = clue.folders.into_iter().map(Api::new).collect();
        let ways = apis.iter().cloned().map(Way::Api).chain(apis.iter().cloned().map(Way::Rest));
        let ways = ways.chain(apis.iter().cloned().map(Way::Raw)).take(MAX_WAYS).collect();
        let title = clue.title.replace('_', " ");
        let mut shown_links = Vec::new();
        if settings.follow != WikiFollow::Nothing {
            // The members of a category stand in a part of the page of their own.
            let part = html.find("id=\"mw-pages\"").filter(|_| settings.follow == WikiFollow::Category);
            shown_links = leads_to(&html[part.unwrap_or(0)..], address);
        }
        Some(WikiTrail {
            settings: settings.clone(),
            address: address.clone(),
            namespace: if title.starts_with("Category:") { CATEGORY } else { 0 },
            pattern: None,
            ways,
            way: None,
            todo: VecDeque::from([Ask::Texts(vec![title.clone()])]),
            under_way: None,
            tries: 0,
            pause: Duration::ZERO,
            told: None,
            next: Vec::new(),
            level: 0,
            known: HashSet::from([title.clone()]),
            title,
            texts: HashMap::new(),
            own: None,
            shown_links,
            found: 0,
            left_out: false,
            notices: Vec::new(),
        })
    }

    /// The address of a question, by the way that works or is tried.
    fn address_of(&self, ask: &Ask) -> Option<Url> {
        // A page is shown to everyone, whether or not there is a way to its text.
        if let Ask::Shown(url, _) = ask {
            return Some(url.clone());
        }
        match (ask, self.way.as_ref().or(self.ways.front())?) {
            (Ask::Texts(titles), Way::Api(api)) => Some(api.texts(titles, self.way.is_none())),
            (Ask::Texts(titles), Way::Rest(api)) => api.rest(titles.first()?),
            (Ask::Texts(titles), Way::Raw(api)) => api.raw(titles.first()?),
            (Ask::Titles(List::Subpages(title, namespace), _, more), Way::Api(api)) => {
                Some(api.subpages(title, *namespace, more))
            }
            (Ask::Titles(List::Members(title), _, more), Way::Api(api)) => Some(api.members(title, more)),
            (Ask::Titles(List::Links(titles), _, more), Way::Api(api)) => Some(api.links(titles, more)),
            (Ask::Titles(..) | Ask::Shown(..), _) => None,
        }
    }

    /// Texts came, or did not: tries the next way until one works.
    fn take_texts(&mut self, titles: Vec<String>, got: &Got) {
        let read = self.read_texts(&titles, got);
        let is_seed = self.level == 0;
        match read {
            Ok(answer) => {
                if self.way.is_none() {
                    self.way = self.ways.pop_front();
                }
                self.pattern = self.pattern.take().or(answer.site.map(|site| site.pattern));
                let renamed: HashMap<&str, &str> =
                    answer.renamed.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
                let pages: HashMap<&str, _> = answer.pages.iter().map(|page| (page.title.as_str(), page)).collect();
                let mut kept = Vec::with_capacity(titles.len());
                for title in titles {
                    // Spelled their way, then where a redirect leads.
                    let mut name = title.as_str();
                    for _ in 0..3 {
                        name = renamed.get(name).copied().unwrap_or(name);
                    }
                    let page = pages.get(name);
                    if let Some(why) = is_seed.then(|| without_text(page.copied())).flatten() {
                        self.notices.push(("the text of this page of a wiki".to_owned(), why.to_owned()));
                    }
                    if is_seed && let Some(page) = page {
                        (self.namespace, self.title) = (page.namespace, page.title.clone());
                        self.known.insert(page.title.clone());
                        self.own = page.text.clone();
                    } else if name != title && !is_seed && !self.known.insert(name.to_owned()) {
                        // A redirect to a page that is read anyway.
                        continue;
                    } else if !is_seed && page.is_some_and(|page| page.missing) {
                        // A link to a page that nobody has written yet.
                        continue;
                    } else if let Some(text) = page.and_then(|page| page.text.clone()) {
                        self.texts.insert(title.clone(), text);
                    }
                    kept.push(title);
                }
                self.go_on_from_texts(kept);
            }
            Err(Trouble::Later(_)) if self.tries < MAX_TRIES => {
                self.tries += 1;
                self.pause = got.pause.unwrap_or(PAUSE);
                self.todo.push_front(Ask::Texts(titles));
            }
            Err(trouble) if self.way.is_none() => {
                let tells = weight(&trouble, got);
                if self.told.as_ref().is_none_or(|(told, _)| tells > *told) {
                    self.told = Some((tells, reason(&trouble, got)));
                }
                self.ways.pop_front();
                if !self.ways.is_empty() {
                    self.todo.push_front(Ask::Texts(titles));
                    return;
                }
                let why = self.told.take().map_or_else(|| reason(&trouble, got), |(_, why)| why);
                self.notices.push(("the text of this page of a wiki".to_owned(), why));
                self.go_on_from_texts(titles);
            }
            Err(_) => self.go_on_from_texts(titles),
        }
    }

    fn read_texts(&self, titles: &[String], got: &Got) -> Result<Answer, Trouble> {
        let body = got.body.as_ref().map_err(|_| Trouble::Foreign)?;
        let one = |text: Text| {
            let title = titles.first().cloned().unwrap_or_default();
            Answer {
                pages: vec![wiki::Page { title, namespace: self.namespace, text: Some(text), missing: false }],
                ..Answer::default()
            }
        };
        match self.way.as_ref().or(self.ways.front()) {
            Some(Way::Api(_)) => wiki::read(body),
            Some(Way::Rest(_)) => wiki::read_rest(body).and_then(|page| page.text).map(one).ok_or(Trouble::Foreign),
            // A wiki that refuses answers with a page.
            Some(Way::Raw(_)) if !got.is_html() => {
                let content = String::from_utf8_lossy(body).into_owned();
                Ok(one(Text { content, revision: None }))
            }
            Some(Way::Raw(_)) | None => Err(Trouble::Foreign),
        }
    }

    /// The texts of some titles are known as far as they will be: their pages are asked for next.
    fn go_on_from_texts(&mut self, titles: Vec<String>) {
        self.tries = 0;
        if self.level == 0 {
            self.begin_level(titles);
            return;
        }
        for title in titles.into_iter().rev() {
            if let Some(url) = self.address_of_page(&title) {
                self.todo.push_front(Ask::Shown(url, title));
            }
        }
    }

    /// Asks what these pages lead to, where a further level is wanted.
    fn begin_level(&mut self, from: Vec<String>) {
        if self.level >= self.settings.depth || self.settings.follow == WikiFollow::Nothing {
            return;
        }
        self.level += 1;
        let Some(Way::Api(api)) = &self.way else {
            self.take_from_page();
            return;
        };
        match self.settings.follow {
            WikiFollow::Subpages if self.level == 1 => {
                self.todo.push_back(Ask::Titles(List::Subpages(self.title.clone(), self.namespace), 0, Vec::new()));
            }
            WikiFollow::Category if self.level == 1 && self.namespace != CATEGORY => {
                let why = "this page is no category: name one as the seed, or follow \"links\" or \"subpages\"";
                self.notices.push(("a category".to_owned(), why.to_owned()));
            }
            WikiFollow::Category => {
                // Below the first level there are categories only.
                self.todo.extend(from.into_iter().map(|title| Ask::Titles(List::Members(title), 0, Vec::new())));
            }
            WikiFollow::Links => {
                let mut rest = from.as_slice();
                while !rest.is_empty() {
                    let (some, others) = rest.split_at(api.fit(rest));
                    self.todo.push_back(Ask::Titles(List::Links(some.to_vec()), 0, Vec::new()));
                    rest = others;
                }
            }
            WikiFollow::Subpages | WikiFollow::Nothing => {}
        }
    }

    /// A wiki that does not answer still shows what its page leads to.
    fn take_from_page(&mut self) {
        let bounds = Bounds::around(&self.address, Scope::Host);
        let below = format!("{}/", self.title);
        for url in std::mem::take(&mut self.shown_links) {
            let Some(title) = title_in(&url).filter(|_| bounds.hold(&url) && is_page(&url)) else { continue };
            let title = title.replace('_', " ");
            let wanted = match self.settings.follow {
                WikiFollow::Subpages => title.starts_with(&below),
                _ => !names_machinery(&title),
            };
            if wanted && self.known.insert(title.clone()) {
                self.next.push(title);
            }
        }
        self.read_next();
    }

    /// Titles came.
    fn take_titles(&mut self, list: List, parts: usize, more: Vec<(String, String)>, got: &Got) {
        let answer = match got.body.as_ref().map_err(|_| Trouble::Foreign).and_then(|body| wiki::read(body)) {
            Ok(answer) => answer,
            Err(Trouble::Later(_)) if self.tries < MAX_TRIES => {
                self.tries += 1;
                self.pause = got.pause.unwrap_or(PAUSE);
                self.todo.push_front(Ask::Titles(list, parts, more));
                return;
            }
            Err(trouble) => {
                self.notices.push(("a list of pages of the wiki".to_owned(), reason(&trouble, got)));
                Answer::default()
            }
        };
        self.tries = 0;
        for (title, namespace) in answer.found {
            // Categories lead further, but list nothing themselves.
            let wanted = namespace == CATEGORY && self.settings.follow == WikiFollow::Category
                || namespace != CATEGORY && !is_machinery(namespace);
            if wanted && self.known.insert(title.clone()) {
                self.next.push(title);
            }
        }
        let room = self.next.len() < self.settings.max_pages.saturating_mul(2);
        if !answer.more.is_empty() && answer.more == more {
            let why = "the wiki goes on where it was before".to_owned();
            self.notices.push(("the rest of a list of pages of the wiki".to_owned(), why));
        } else if !answer.more.is_empty() && parts + 1 < MAX_PARTS && room {
            // The new values take the place of the old ones.
            self.todo.push_front(Ask::Titles(list, parts + 1, answer.more));
        } else {
            self.left_out |= !answer.more.is_empty();
        }
        let listing = self.todo.iter().any(|ask| matches!(ask, Ask::Titles(..)));
        if !listing {
            self.read_next();
        }
    }

    /// The titles of a level are known: their texts and pages are asked for, then what those lead to.
    fn read_next(&mut self) {
        let mut titles = std::mem::take(&mut self.next);
        let (categories, pages): (Vec<String>, Vec<String>) = titles
            .drain(..)
            .partition(|title| title.starts_with("Category:") && self.settings.follow == WikiFollow::Category);
        let mut pages = pages;
        let room = self.settings.max_pages.saturating_sub(self.found);
        if pages.len() > room {
            self.left_out = true;
            pages.truncate(room);
        }
        self.found += pages.len();
        let mut rest = pages.as_slice();
        while !rest.is_empty() {
            let size = match &self.way {
                Some(Way::Api(api)) => api.fit(rest),
                _ => 1,
            };
            let (some, others) = rest.split_at(size);
            if self.settings.text && self.way.is_some() {
                self.todo.push_back(Ask::Texts(some.to_vec()));
            } else {
                let shown =
                    some.iter().filter_map(|title| Some(Ask::Shown(self.address_of_page(title)?, title.clone())));
                let shown: Vec<Ask> = shown.collect();
                self.todo.extend(shown);
            }
            rest = others;
        }
        let from = if self.settings.follow == WikiFollow::Category { categories } else { pages };
        if self.way.is_some() && !from.is_empty() && self.found < self.settings.max_pages {
            self.begin_level(from);
        }
    }

    fn address_of_page(&self, title: &str) -> Option<Url> {
        if let Some(url) = self.pattern.as_deref().and_then(|pattern| page_address(pattern, title, &self.address)) {
            return Some(url);
        }
        let mut url = self.address.clone();
        url.set_fragment(None);
        let encoded = encoded_title(title);
        if url.query_pairs().any(|(name, _)| name == "title") {
            url.set_query(Some(&format!("title={encoded}")));
            return Some(url);
        }
        url.set_query(None);
        let root = url.as_str();
        let end = ["/wiki/", "/index.php/"].iter().find_map(|mark| root.find(mark).map(|at| at + mark.len()));
        Url::parse(&format!("{}{encoded}", &root[..end.or_else(|| root.rfind('/').map(|at| at + 1))?])).ok()
    }

    fn take_shown(&mut self, url: &Url, title: &str, got: Got, read: &mut Read) -> Vec<Page> {
        if let Err(why) = &got.body {
            self.notices.push((url.to_string(), why.clone()));
            return Vec::new();
        }
        let mut page = match read.admit(url, got, |_| true) {
            Ok(Some(page)) => page,
            Ok(None) => return Vec::new(),
            Err(NoRoom) => {
                self.left_out = true;
                self.todo.clear();
                return Vec::new();
            }
        };
        page.written = self.texts.remove(title).map(|text| text.content);
        vec![page]
    }
}

/// Why an answer holds no text of the page that was asked for, when it should.
fn without_text(page: Option<&wiki::Page>) -> Option<&'static str> {
    match page {
        None => Some("the wiki answers, but not about this page"),
        // A category shows its members also where nobody has written about it.
        Some(page) if page.text.is_some() || page.namespace == CATEGORY => None,
        Some(page) if page.missing => Some("the wiki says that nobody has written this page"),
        Some(_) => Some("the wiki gives no wikitext of it"),
    }
}

/// How much it tells that there is no answer: the wiki's own words most, then an answer of another kind. That nothing is at
/// an address that was guessed, or that it may not be asked, tells least.
fn weight(trouble: &Trouble, got: &Got) -> u8 {
    match &got.body {
        _ if *trouble != Trouble::Foreign => 2,
        Err(why) => u8::from(!got.unasked && !why.ends_with(" 404")),
        Ok(_) => 1,
    }
}

/// Why there is no answer, in words.
fn reason(trouble: &Trouble, got: &Got) -> String {
    match (trouble, &got.body) {
        (Trouble::Later(why), _) => format!("the wiki wants to be asked later: {why}"),
        (Trouble::Refused(why), _) => format!("the wiki says: {why}"),
        (Trouble::Foreign, Err(why)) => format!("the wiki does not give it: {why}"),
        (Trouble::Foreign, Ok(_)) if got.is_html() => "its interface for programs answers with a page".to_owned(),
        (Trouble::Foreign, Ok(_)) => "the wiki does not give it".to_owned(),
    }
}

/// Whether a title begins with a name space whose pages are never followed; as English wikis call them.
fn names_machinery(title: &str) -> bool {
    let Some((space, _)) = title.split_once(':') else { return false };
    let space = space.to_lowercase();
    space.ends_with("talk")
        || matches!(
            space.as_str(),
            "special" | "user" | "file" | "image" | "media" | "mediawiki" | "template" | "help" | "category"
        )
}

impl Trail for WikiTrail {
    fn wish(&mut self, read: &mut Read) -> Wish {
        let pause = std::mem::take(&mut self.pause);
        while let Some(ask) = self.todo.pop_front() {
            if let Ask::Shown(url, title) = &ask
                && !read.is_new(url)
            {
                self.texts.remove(title);
                continue;
            }
            if let Some(url) = self.address_of(&ask) {
                self.under_way = Some(ask);
                return Wish { urls: vec![url], pause };
            }
        }
        Wish::default()
    }

    fn take(&mut self, url: &Url, got: Got, read: &mut Read) -> Vec<Page> {
        match self.under_way.take() {
            Some(Ask::Texts(titles)) => self.take_texts(titles, &got),
            Some(Ask::Titles(list, parts, more)) => self.take_titles(list, parts, more, &got),
            Some(Ask::Shown(_, title)) => return self.take_shown(url, &title, got, read),
            None => {}
        }
        Vec::new()
    }

    fn finish(&mut self, seed: &mut Page) {
        if self.settings.text {
            seed.written = self.own.take().map(|text| text.content);
        }
        for (what, why) in self.notices.drain(..) {
            let notice = passed_over(seed.name(), &what, &why);
            seed.notices.push(notice);
        }
        if self.left_out {
            let message = format!(
                "further pages of the wiki are not read: {} are, and there is no room for more (max_pages under [wiki])",
                self.found
            );
            seed.notices.push(Notice::about(seed.name(), message));
        }
    }
}
