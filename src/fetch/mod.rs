//! One exchange, recorded and never judged.
//!
//! [`Fetcher::get`] sends one GET and tells what happened: an [`Answer`] or a [`Failure`], each kind told apart where the
//! network tells it apart. It follows no redirect, asks twice only where the connection is at fault (closed meanwhile, or
//! HTTP/2 that does not work), keeps no cookies: hops, attempts and the cookies of one chain belong to the caller, who
//! finds [`redirect_target`], [`Chain`] and [`Jar`] here.
//!
//! ```text
//! guard ──► resolver ──► client ──► body             address, name, connection, bytes
//!              │            ├─ headers                what is said and heard before the bytes
//!              │            ├─ phase, failure         how far it got, and what the error means
//!              │            ├─ unpack                what was done to the bytes before they were sent
//!              │            └─ tls, certificate       whom we trust, what a refused certificate said
//!              └─ servers ─ guard, probe              who is asked for names, and whether anybody is there
//! ```

mod alarm;
mod body;
mod certificate;
mod client;
mod failure;
pub mod guard;
mod headers;
mod jar;
mod phase;
mod probe;
pub mod proxy;
mod reachability;
mod redirect;
mod resolver;
mod servers;
mod tls;
mod unpack;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

pub use client::Fetcher;
pub use guard::leads_inward;
pub use jar::Jar;
pub use probe::NameService;
pub use reachability::Reachability;
pub use redirect::{Chain, redirect_target};

use crate::model::exchange::{Answer, Failure, Hop};

/// One GET.
#[derive(Clone, Debug)]
pub struct Request {
    /// What to ask for; fragment and credentials are not sent.
    pub url: Url,
    /// Further headers; they replace the usual ones of the same name.
    pub headers: Vec<(String, String)>,
    /// The `Cookie` header.
    pub cookie: Option<String>,
    /// Decoded bytes of the body kept at most.
    pub max_body: u64,
    /// For the request as a whole, in place of the configured time.
    pub timeout: Option<Duration>,
}

impl Request {
    /// A plain request for an address.
    pub fn new(url: Url, max_body: u64) -> Self {
        Request { url, headers: Vec::new(), cookie: None, max_body, timeout: None }
    }
}

/// What one request led to.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The request as a hop of its chain.
    pub hop: Hop,
    /// The answer, or why there is none.
    pub outcome: Result<Answer, Failure>,
    /// From the call to the end of the body.
    pub elapsed: Duration,
    /// From the call to the head of the answer.
    pub ttfb: Option<Duration>,
}

/// Why requests cannot be made at all.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The file of further roots is unusable.
    #[error("network.extra_ca_file {}: {error}", path.display())]
    ExtraRoots {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: String,
    },
    /// This system has no certificates to trust, and none were given.
    #[error("no trusted root certificates on this system (install its CA certificates or set network.extra_ca_file)")]
    NoRoots(#[source] rustls::Error),
    /// TLS cannot be set up.
    #[error("TLS set-up")]
    Tls(#[source] rustls::Error),
    /// The resolver cannot be set up.
    #[error("name resolution set-up: {0}")]
    Resolver(String),
    /// The proxy is no usable address.
    #[error("network.proxy {proxy}")]
    Proxy {
        /// As configured.
        proxy: String,
        /// What is wrong with it.
        #[source]
        error: reqwest::Error,
    },
    /// The HTTP client cannot be set up.
    #[error("HTTP client set-up")]
    Client(#[source] reqwest::Error),
}
