//! What leads from a seed to further pages: asked for its wishes, told what came.

use std::time::Duration;

use bytes::Bytes;
use url::Url;

use super::{Page, Read};

/// A way from a seed to further pages. It makes no requests; it says which it wants, and is told how they ended.
pub trait Trail {
    /// What to ask for next; nothing when the trail has come to its end.
    fn wish(&mut self, read: &mut Read) -> Wish;

    /// How a request ended. Returns the pages that are complete with it.
    fn take(&mut self, url: &Url, got: Got, read: &mut Read) -> Vec<Page>;

    /// Leaves with the seed what was found out about it.
    fn finish(&mut self, seed: &mut Page);
}

/// What a trail wants.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// The addresses, asked in this order.
    pub urls: Vec<Url>,
    /// How long to wait before.
    pub pause: Duration,
}

impl Wish {
    /// One request, now.
    pub fn one(url: Url) -> Self {
        Wish { urls: vec![url], pause: Duration::ZERO }
    }
}

/// How a request ended.
#[derive(Clone, Debug)]
pub struct Got {
    /// Where its redirects ended.
    pub landed: Option<Url>,
    /// The media type of what came.
    pub content_type: Option<String>,
    /// How long the server wants to be left alone.
    pub pause: Option<Duration>,
    /// What came, or why nothing did.
    pub body: Result<Bytes, String>,
    /// Whether it was not asked for at all, as where robots.txt refuses it.
    pub unasked: bool,
}

impl Got {
    /// Nothing came.
    pub fn failed(why: impl Into<String>) -> Self {
        Got { landed: None, content_type: None, pause: None, body: Err(why.into()), unasked: false }
    }

    /// Whether a page in HTML came.
    pub fn is_html(&self) -> bool {
        let essence = self.content_type.as_deref().and_then(|full| full.split(';').next()).map(str::trim);
        match (essence, &self.body) {
            (_, Err(_)) => false,
            (Some(essence), _) => {
                ["text/html", "application/xhtml+xml"].iter().any(|html| essence.eq_ignore_ascii_case(html))
            }
            (None, Ok(body)) => body.trim_ascii_start().starts_with(b"<"),
        }
    }
}
