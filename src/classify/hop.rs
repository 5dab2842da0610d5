//! Pages that lead on by themselves: `Refresh` header, meta refresh, a script that leaves.

use encoding_rs::{Encoding, UTF_8};
use url::Url;

use super::facts::{Facts, View};
use super::tables;
use crate::model::PageFacts;
use crate::model::exchange::{Answer, Ending, Exchange, Via};

/// Seconds after which a refresh is a reload for readers, not a redirect.
const LONGEST_DELAY: f64 = 15.0;

/// Words of main text beyond which a page is the content and its refresh a convenience.
const CONTENT_WORDS: usize = 120;

/// Where a page leads on by itself, when it does so within moments and has nothing to say first. The caller follows at
/// most three such hops.
pub fn soft_redirect(final_url: &Url, answer: &Answer, page: Option<&PageFacts>) -> Option<(Via, Url)> {
    // An answer with a `Refresh` header may have no body at all.
    let nothing = PageFacts::default();
    let page = page.unwrap_or(&nothing);
    if !(200..300).contains(&answer.status) {
        return None;
    }
    let header = answer.headers.get("refresh").and_then(|value| refresh(&value));
    let meta = page.refresh.as_ref().and_then(|(delay, target)| Some((*delay, target.clone()?)));
    let timed = [(Via::RefreshHeader, header), (Via::MetaRefresh, meta)];
    let timed = timed.into_iter().find_map(|(via, refresh)| {
        let (delay, target) = refresh?;
        let leaves = delay <= LONGEST_DELAY && (delay <= 0.0 || page.words < CONTENT_WORDS);
        // A header line is in no page's charset.
        let charset = page.charset.as_deref().filter(|_| via == Via::MetaRefresh);
        leaves.then(|| target_of(final_url, page, charset, &target)).flatten().map(|url| (via, url))
    });
    let led = timed.or_else(|| {
        let target = page.script_redirect.as_ref().filter(|_| page.words < 40)?;
        target_of(final_url, page, page.charset.as_deref(), target).map(|url| (Via::Script, url))
    });
    led.filter(|_| !is_stop(final_url, answer, page))
}

/// Walls and parking pages also reload or leave; following them leads nowhere.
fn is_stop(final_url: &Url, answer: &Answer, page: &PageFacts) -> bool {
    let hop = crate::model::Hop {
        url: final_url.to_string(),
        status: Some(answer.status),
        location: None,
        via: None,
        remote: None,
        elapsed_ms: 0,
    };
    let ending = Ending::Answer(answer.clone());
    let attempts = [Exchange { hops: vec![hop], ending, elapsed: std::time::Duration::ZERO }];
    let facts = Facts::new(final_url, &attempts, Some(page));
    let Some(view) = View::new(&facts) else { return true };
    tables::wall(&view).is_some() || tables::tombstone(&view).is_some() || tables::page(&view).is_some()
}

/// `5; url=/next`, as the header and the meta element write it.
fn refresh(value: &str) -> Option<(f64, String)> {
    let (delay, rest) = value.split_once([';', ','])?;
    let delay = delay.trim().parse().ok()?;
    let rest = rest.trim();
    let target = match rest.get(..3) {
        Some(key) if key.eq_ignore_ascii_case("url") => rest[3..].trim_start().strip_prefix('=')?.trim(),
        _ => rest,
    };
    let target = target.trim_matches(['"', '\'']);
    (!target.is_empty()).then(|| (delay, target.to_owned()))
}

/// The address a target resolves to: http or https, and not the page itself. Its query is in the charset it is written in.
fn target_of(final_url: &Url, page: &PageFacts, charset: Option<&str>, target: &str) -> Option<Url> {
    let base = page.base.as_deref().and_then(|base| final_url.join(base).ok());
    let charset = charset.and_then(|charset| Encoding::for_label(charset.as_bytes())).unwrap_or(UTF_8);
    let mut url = Url::options()
        .base_url(Some(base.as_ref().unwrap_or(final_url)))
        .encoding_override(Some(&|query| charset.encode(query).0))
        .parse(target.trim())
        .ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let strip = |url: &Url| {
        let mut url = url.clone();
        url.set_fragment(None);
        url
    };
    if strip(&url) == strip(final_url) {
        return None;
    }
    if url.fragment().is_none() {
        url.set_fragment(final_url.fragment());
    }
    Some(url)
}
