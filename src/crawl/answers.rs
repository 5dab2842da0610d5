//! Answers that resource pages gave while lists were gathered: a page that is a listed link too is not asked for again in the
//! same run.

use std::collections::HashMap;

use url::Url;

use crate::model::CanonicalUrl;
use crate::model::exchange::Exchange;

/// Bytes of bodies kept; what finds no room is asked again.
const MAX_KEPT: usize = 64 << 20;

/// Whole answers, by the canonical address that was asked.
#[derive(Debug, Default)]
pub struct Answers {
    kept: HashMap<String, Exchange>,
    bytes: usize,
}

impl Answers {
    /// Keeps how asking for a page has ended, when a link's own request would have ended so too: with an answer of the page's
    /// own, within the size that is read of a link.
    pub fn keep(&mut self, asked: &Url, exchange: &Exchange, max_body: u64) {
        let Some(answer) = exchange.answer() else { return };
        // A server in trouble is asked by each link again, and what its robots.txt showed is no answer of the page.
        let passing = matches!(answer.status, 300..=399 | 408 | 420 | 425 | 429 | 430 | 500..);
        let whole = !answer.truncated && answer.body_fault.is_none() && answer.body.len() as u64 <= max_body;
        let canonical = CanonicalUrl::new(asked);
        let as_listed = canonical.as_str() == asked.as_str();
        let room = self.bytes.saturating_add(answer.body.len()) <= MAX_KEPT;
        if whole && as_listed && room && !passing {
            self.bytes += answer.body.len();
            self.kept.insert(canonical.as_str().to_owned(), exchange.clone());
        }
    }

    /// The answer an address gave.
    pub fn take(&mut self, canonical: &str) -> Option<Exchange> {
        let exchange = self.kept.remove(canonical)?;
        self.bytes -= exchange.answer().map_or(0, |answer| answer.body.len());
        Some(exchange)
    }
}
