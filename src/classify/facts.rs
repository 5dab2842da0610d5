//! What a verdict may rest on.

use std::borrow::Cow;
use std::cell::OnceCell;

use url::Url;

use super::lexicon::Readings;
use super::lookup::Lookup;
use super::probe::Probe;
use super::signs::{RAW_BYTES, Seen, TEXT_BOUND, Table};
use super::{address, names, text};
use crate::model::PageFacts;
use crate::model::exchange::{Answer, Exchange, Hop, Via};
use crate::model::observation::Fingerprint;

/// Everything known about one link when its verdict is due. Nothing here is fetched by this room.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The listed address, with its fragment.
    pub listed: &'a Url,
    /// What the list says about it.
    pub mention: Mention<'a>,
    /// Every try of this check, in order; the last one decides.
    pub attempts: &'a [Exchange],
    /// Facts of the last answer, when it is an HTML page.
    pub page: Option<&'a PageFacts>,
    /// What earlier checks saw.
    pub history: Option<&'a History>,
    /// What an address that should not exist answers beside it; for a missing page, what the site's front page answers.
    pub probe: Option<&'a Probe>,
    /// Whether another listed link of the host shows a page of the same title.
    pub repeats: bool,
    /// What side lookups said.
    pub lookups: &'a [Lookup],
    /// Signs of one's own, which go before those compiled in.
    pub own_signs: Option<&'a Table>,
}

impl<'a> Facts<'a> {
    /// Facts of a check alone, without list, memory or second opinions.
    pub fn new(listed: &'a Url, attempts: &'a [Exchange], page: Option<&'a PageFacts>) -> Self {
        Facts {
            listed,
            mention: Mention::default(),
            attempts,
            page,
            history: None,
            probe: None,
            repeats: false,
            lookups: &[],
            own_signs: None,
        }
    }
}

/// What the list says about a resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mention<'a> {
    /// Its title or link text.
    pub title: Option<&'a str>,
    /// Its annotation.
    pub annotation: Option<&'a str>,
}

/// What the ledger remembers of a resource's last good visit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// What the page looked like.
    pub fingerprint: Option<Fingerprint>,
    /// Where the chain ended.
    pub final_url: Option<String>,
    /// Name of the site.
    pub site_name: Option<String>,
}

/// The facts in the form the rules read them.
pub(super) struct View<'a> {
    pub facts: &'a Facts<'a>,
    pub exchange: &'a Exchange,
    /// Where the chain ended; the listed address when not even one request was sent.
    pub landed: Url,
    seen: OnceCell<Seen<'a>>,
    dense: OnceCell<usize>,
    readings: OnceCell<Readings>,
    same_place: OnceCell<bool>,
    same_domain: OnceCell<bool>,
    heading_is_listed: OnceCell<bool>,
    named: OnceCell<Option<bool>>,
}

/// Characters of title and first heading that the tables look at.
pub(super) const HEADING: usize = 400;

impl<'a> View<'a> {
    /// `None` without any attempt.
    pub fn new(facts: &'a Facts<'a>) -> Option<Self> {
        let exchange = facts.attempts.last()?;
        let landed = exchange.final_url().filter(|url| *url != facts.listed.as_str());
        let landed = landed.and_then(|url| Url::parse(url).ok());
        let landed = landed.unwrap_or_else(|| facts.listed.clone());
        Some(View {
            facts,
            exchange,
            landed,
            seen: OnceCell::new(),
            dense: OnceCell::new(),
            readings: OnceCell::new(),
            same_place: OnceCell::new(),
            same_domain: OnceCell::new(),
            heading_is_listed: OnceCell::new(),
            named: OnceCell::new(),
        })
    }

    pub fn listed(&self) -> &'a Url {
        self.facts.listed
    }

    pub fn answer(&self) -> Option<&'a Answer> {
        self.exchange.answer()
    }

    pub fn page(&self) -> Option<&'a PageFacts> {
        self.facts.page
    }

    pub fn status(&self) -> u16 {
        self.answer().map_or(0, |answer| answer.status)
    }

    /// Whether a page was answered with; any such status but those of empty answers is one (RFC 9110, 15).
    pub fn is_success(&self) -> bool {
        // Accepted, with a time to come back for the page.
        let is_promise =
            self.status() == 202 && self.answer().is_some_and(|answer| answer.headers.contains("retry-after"));
        matches!(self.status(), 200..=299) && !matches!(self.status(), 204 | 205) && !is_promise
    }

    pub fn title(&self) -> &'a str {
        self.page().and_then(|page| page.title.as_deref()).unwrap_or_default()
    }

    pub fn h1(&self) -> &'a str {
        self.page().and_then(|page| page.h1.as_deref()).unwrap_or_default()
    }

    /// Words of main text; writing without spaces counts two characters as a word.
    pub fn words(&self) -> usize {
        self.page().map_or(0, |page| page.words.max(self.dense()))
    }

    /// Words of the main text as far as it is written without spaces.
    fn dense(&self) -> usize {
        *self.dense.get_or_init(|| self.page().map_or(0, |page| dense_words(&page.text)))
    }

    /// Media type of the answer, without parameters.
    pub fn media_type(&self) -> &str {
        &self.seen().media_type
    }

    /// The texts and sizes the tables look at.
    pub fn seen(&self) -> &Seen<'a> {
        self.seen.get_or_init(|| self.look())
    }

    /// What headings and text give away.
    pub fn readings(&self) -> &Readings {
        self.readings.get_or_init(|| Readings::of(self))
    }

    /// Whether the chain ended at the listed place, however that is spelled.
    pub fn same_place(&self) -> bool {
        *self.same_place.get_or_init(|| {
            self.landed.as_str() == self.listed().as_str() || address::same_place(self.listed(), &self.landed)
        })
    }

    /// Whether it ended within the registrable domain of the listed address.
    pub fn same_domain(&self) -> bool {
        *self.same_domain.get_or_init(|| {
            self.landed.host() == self.listed().host()
                || address::registrable(self.listed()) == address::registrable(&self.landed)
        })
    }

    /// The list calls the page what the page calls itself.
    pub fn heading_is_listed(&self) -> bool {
        *self.heading_is_listed.get_or_init(|| names::heading_is_listed(self))
    }

    /// Whether the page names what the list names: `None` when the list says nothing distinctive or there is no page.
    pub fn named(&self) -> Option<bool> {
        *self.named.get_or_init(|| names::named(self))
    }

    fn look(&self) -> Seen<'a> {
        let mut seen = Seen {
            host: self.landed.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase(),
            path: path_and_query(&self.landed),
            ..Seen::default()
        };
        if !seen.path.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
            seen.path = seen.path.to_lowercase();
        }
        let Some(answer) = self.answer() else { return seen };
        seen.status = answer.status;
        seen.headers = Some(&answer.headers);
        seen.raw = &answer.body[..answer.body.len().min(RAW_BYTES)];
        seen.bytes = answer.body.len();
        seen.media_type = answer.headers.media_type().unwrap_or_default();
        match self.page() {
            Some(page) => {
                seen.source = Cow::Borrowed(&page.text);
                seen.title = text::fold(page.title.as_deref().unwrap_or_default(), HEADING);
                seen.h1 = text::fold(page.h1.as_deref().unwrap_or_default(), HEADING);
                seen.words = page.all_words.max(page.words).max(self.dense());
                seen.linked = (page.linked_words * 100).checked_div(page.all_words).unwrap_or(0);
                seen.scripts = page.scripts;
                seen.passwords = page.password_fields;
                seen.shell = usize::from(page.app_shell);
            }
            None if is_textual(&seen.media_type) => {
                seen.source = String::from_utf8_lossy(&answer.body[..answer.body.len().min(TEXT_BOUND)]);
                seen.words = seen.source.split_whitespace().count();
            }
            None => {}
        }
        seen
    }

    /// The requests between the listed address and where it ended, each with its successor.
    pub fn steps(&self) -> impl Iterator<Item = (&'a Hop, &'a Hop)> {
        self.exchange.hops.iter().zip(self.exchange.hops.iter().skip(1))
    }

    /// Whether the chain left the listed address at all.
    pub fn was_redirected(&self) -> bool {
        self.exchange.hops.len() > 1
    }

    /// Whether every step says that it holds for good.
    pub fn is_permanent(&self) -> bool {
        self.was_redirected() && self.steps().all(|(hop, _)| is_permanent_step(hop))
    }

    /// How often the last outcome was seen in a row, in words: "twice", "3 times".
    pub fn times(&self) -> String {
        let status = self.exchange.answer().map(|answer| answer.status);
        let same = |exchange: &&Exchange| match (status, exchange.answer()) {
            (Some(status), Some(answer)) => answer.status == status,
            (None, None) => true,
            _ => false,
        };
        match self.facts.attempts.iter().rev().take_while(same).count() {
            0 | 1 => "once".to_owned(),
            2 => "twice".to_owned(),
            count => format!("{count} times"),
        }
    }
}

/// 301 and 308 say so; a page that leaves by itself within a moment means it too.
pub(super) fn is_permanent_step(hop: &Hop) -> bool {
    match hop.via {
        Some(Via::MetaRefresh | Via::Script | Via::RefreshHeader) => true,
        _ => matches!(hop.status, Some(301 | 308)),
    }
}

/// Path and query as one text.
pub(super) fn path_and_query(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

/// Words of a text written without spaces (Han, Kana, Hangul, Thai): two characters count as one.
fn dense_words(text: &str) -> usize {
    // One look at all bytes, without a branch: the first bytes of these scripts are not those of Latin, Greek or Cyrillic
    // letters, nor of the quotation marks and dashes that nearly every text has.
    let first = |byte: u8| (byte == 0xe0) | (0xe3..=0xed).contains(&byte);
    if !text.bytes().fold(false, |found, byte| found | first(byte)) {
        return 0;
    }
    let dense = |c: &char| matches!(*c as u32, 0x0e00..=0x0e7f | 0x3040..=0x30ff | 0x3400..=0x9fff | 0xac00..=0xd7af);
    text.chars().filter(dense).count() / 2
}

/// Media types whose bytes a person could read.
fn is_textual(media_type: &str) -> bool {
    media_type.is_empty()
        || media_type.starts_with("text/")
        || media_type.ends_with("json")
        || media_type.ends_with("xml")
        || media_type.ends_with("javascript")
}
