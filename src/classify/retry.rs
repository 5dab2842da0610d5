//! What is asked again within a run.

use url::Url;

use super::facts::{Facts, View};
use super::tables;
use crate::model::exchange::{BodyFault, DnsFailure, Exchange, Failure, TlsFault};
use crate::model::{PageFacts, Reason};

/// Whether a link is asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// The outcome stands.
    No,
    /// A failure that may pass: asked again as often as the configuration allows.
    Again,
    /// It looks dead, or like a wall that lets a known visitor in: asked once more after a pause.
    Confirm,
}

/// A page with so many words of its own is no passing notice; what it is, is the verdict's business.
const LONG: usize = 250;

/// Judges one try.
pub fn retry(exchange: &Exchange, page: Option<&PageFacts>) -> Retry {
    match exchange.failure() {
        Some(failure) => after_failure(failure),
        None => after_answer(exchange, page),
    }
}

fn after_failure(failure: &Failure) -> Retry {
    match failure {
        Failure::Dns(DnsFailure::NoSuchName | DnsFailure::NoAddress) => Retry::Confirm,
        Failure::Dns(_) | Failure::Connect(_) | Failure::Proxy(_) => Retry::Again,
        Failure::HeadTimeout | Failure::EmptyReply | Failure::Reset | Failure::Malformed(_) | Failure::Other(_) => {
            Retry::Again
        }
        Failure::Tls(failure) => match failure.fault {
            TlsFault::Timeout | TlsFault::Other => Retry::Again,
            TlsFault::Protocol => Retry::Confirm,
            _ => Retry::No,
        },
        Failure::AddressRefused(_) | Failure::Redirect(_) => Retry::No,
    }
}

fn after_answer(exchange: &Exchange, page: Option<&PageFacts>) -> Retry {
    let whole = exchange.answer().is_some_and(|answer| answer.status == 200 && answer.body_fault.is_none());
    if whole && page.is_some_and(|page| page.words >= LONG) {
        return Retry::No;
    }
    let listed = exchange.hops.first().and_then(|hop| Url::parse(&hop.url).ok());
    let (Some(listed), Some(answer)) = (listed, exchange.answer()) else { return Retry::No };
    let attempts = std::slice::from_ref(exchange);
    let facts = Facts::new(&listed, attempts, page);
    let Some(view) = View::new(&facts) else { return Retry::No };
    if let Some(wall) = tables::wall(&view) {
        return match wall.reason {
            Reason::RateLimited => Retry::Again,
            // These let a visitor through once they have seen it before; the others only grow stricter.
            Reason::BotWallCloudflare | Reason::BotWallVercel | Reason::BotWallAws => Retry::Confirm,
            _ => Retry::No,
        };
    }
    match answer.status {
        304 | 400 | 402 | 404 | 410 | 422 => Retry::Confirm,
        408 | 421 | 425 | 429 | 420 | 430 => Retry::Again,
        501 | 505 | 506 | 511 => Retry::No,
        500..=599 => Retry::Again,
        200..=299 => after_success(&view, answer.body_fault),
        _ => Retry::No,
    }
}

fn after_success(view: &View<'_>, fault: Option<BodyFault>) -> Retry {
    if let Some(fault) = fault {
        return match fault {
            BodyFault::Short | BodyFault::Framing | BodyFault::Encoding | BodyFault::Label | BodyFault::Reset => {
                Retry::Again
            }
            BodyFault::Stalled | BodyFault::TooSlow | BodyFault::TimedOut if view.words() > 0 => Retry::No,
            BodyFault::Stalled | BodyFault::TooSlow | BodyFault::TimedOut => Retry::Again,
        };
    }
    match tables::page(view).map(|verdict| verdict.reason) {
        Some(Reason::Maintenance | Reason::ErrorText) => Retry::Again,
        _ if view.answer().is_some_and(|answer| answer.body.is_empty() && answer.status == 200) => Retry::Confirm,
        _ => Retry::No,
    }
}
