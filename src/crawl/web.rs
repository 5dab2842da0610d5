//! The seam between the engine and whoever asks the web.

use std::future::Future;

use crate::fetch::{Fetched, Fetcher, Request};

/// One request, one answer: the fetcher in earnest, a simulated web in the engine's own tests.
pub trait Web: Send + Sync + 'static {
    /// Sends one request and follows nothing.
    fn get(&self, request: Request) -> impl Future<Output = Fetched> + Send;

    /// Whether a name that always exists can be resolved from here.
    fn is_online(&self) -> impl Future<Output = bool> + Send;
}

impl Web for Fetcher {
    async fn get(&self, request: Request) -> Fetched {
        // A request has many phases, and what any of them needs is part of its future: it stays in one place.
        Box::pin(Fetcher::get(self, &request)).await
    }

    async fn is_online(&self) -> bool {
        !self.reachability().await.is_offline()
    }
}
