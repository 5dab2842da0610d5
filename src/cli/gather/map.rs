//! From a page to those that the sitemap of its site names.

use std::collections::VecDeque;

use url::Url;

use super::site::{Bounds, is_page};
use super::trail::{Got, Trail, Wish};
use super::{NoRoom, Page, Read, passed_over};
use crate::config::{Follow, Scope};
use crate::model::Notice;
use crate::politeness::robots::Robots;
use crate::seed::{self, Document};

/// Sitemaps of one site that are read at most; an index may name thousands.
const MAX_MAPS: usize = 50;

/// Indexes of sitemaps name sitemaps, and no further indexes.
const MAX_NESTING: usize = 2;

/// What is asked for next.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Robots(Url),
    Map(Url, usize),
    Page(Url),
}

/// The trail from a page over the sitemap of its site.
#[derive(Debug)]
pub struct MapTrail {
    bounds: Bounds,
    /// Sitemaps may lie elsewhere on the site.
    site: Bounds,
    root: Url,
    max_pages: usize,
    maps: usize,
    named: usize,
    found: usize,
    waiting: VecDeque<Step>,
    under_way: Option<Step>,
    notices: Vec<(String, String)>,
    left_out: bool,
}

impl MapTrail {
    /// Begins at a live page.
    pub fn from(page: &Page, follow: &Follow) -> Option<Self> {
        let (_, base) = page.html()?;
        let robots = base.join("/robots.txt").ok()?;
        Some(MapTrail {
            bounds: Bounds::around(base, follow.scope),
            site: Bounds::around(base, Scope::Site),
            root: base.clone(),
            max_pages: follow.max_pages,
            maps: 0,
            named: 0,
            found: 0,
            waiting: VecDeque::from([Step::Robots(robots)]),
            under_way: None,
            notices: Vec::new(),
            left_out: false,
        })
    }

    fn add_map(&mut self, url: Url, nesting: usize) {
        if self.site.hold(&url) && self.maps < MAX_MAPS {
            self.maps += 1;
            self.waiting.push_back(Step::Map(url, nesting));
        }
    }

    fn take_robots(&mut self, got: &Got) {
        let named = got.body.as_ref().map(|body| Robots::parse(body)).unwrap_or_default();
        for address in named.sitemaps() {
            if let Ok(url) = self.root.join(address.trim()) {
                self.add_map(url, 1);
            }
        }
        if self.maps == 0
            && let Ok(url) = self.root.join("/sitemap.xml")
        {
            self.add_map(url, 1);
        }
    }

    fn take_map(&mut self, url: &Url, nesting: usize, got: &Got) {
        let body = match &got.body {
            Ok(body) => body,
            Err(why) => return self.notices.push((format!("the sitemap {url}"), why.clone())),
        };
        let document = Document {
            name: url.as_str(),
            bytes: body,
            content_type: got.content_type.as_deref(),
            base: Some(url),
            ..Document::default()
        };
        let (mut maps, mut pages) = (Vec::new(), Vec::new());
        let read = seed::read_sitemap(&document, &mut |found, is_map| {
            let list = if is_map { &mut maps } else { &mut pages };
            list.push(found);
        });
        if let Err(error) = read {
            return self.notices.push((format!("the sitemap {url}"), error.to_string()));
        }
        for map in maps.into_iter().filter(|_| nesting < MAX_NESTING) {
            self.add_map(map, nesting + 1);
        }
        for page in pages {
            if self.named >= self.max_pages {
                self.left_out = true;
                break;
            }
            if self.bounds.hold(&page) && is_page(&page) {
                self.named += 1;
                self.waiting.push_back(Step::Page(page));
            }
        }
    }
}

impl Trail for MapTrail {
    fn wish(&mut self, read: &mut Read) -> Wish {
        while let Some(step) = self.waiting.pop_front() {
            let url = match &step {
                Step::Page(url) if !read.is_new(url) => continue,
                Step::Page(url) | Step::Map(url, _) | Step::Robots(url) => url.clone(),
            };
            self.under_way = Some(step);
            return Wish::one(url);
        }
        Wish::default()
    }

    fn take(&mut self, url: &Url, got: Got, read: &mut Read) -> Vec<Page> {
        match self.under_way.take() {
            Some(Step::Robots(_)) => self.take_robots(&got),
            Some(Step::Map(_, nesting)) => self.take_map(url, nesting, &got),
            Some(Step::Page(_)) => match read.admit(url, got, |landed| self.bounds.hold(landed)) {
                Ok(page) => {
                    self.found += usize::from(page.is_some());
                    return page.into_iter().collect();
                }
                Err(NoRoom) => {
                    self.left_out = true;
                    self.waiting.clear();
                }
            },
            None => {}
        }
        Vec::new()
    }

    fn finish(&mut self, seed: &mut Page) {
        for (what, why) in self.notices.drain(..) {
            let notice = passed_over(seed.name(), &what, &why);
            seed.notices.push(notice);
        }
        if self.left_out {
            let message = format!(
                "the sitemap names further pages: {} are read, and there is no room for more (max_pages under [follow])",
                self.found
            );
            seed.notices.push(Notice::about(seed.name(), message));
        }
    }
}
