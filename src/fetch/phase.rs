//! How far a request got, so that a timeout can be told apart: looking up, connecting, shaking hands, waiting.
//!
//! The client does not say in which phase it gave up. But its connector, and the TLS session store it consults when a
//! handshake begins, run inside the task of the request that needs the connection; so a task-local note is enough.

use std::cell::Cell;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use rustls::NamedGroup;
use rustls::client::{ClientSessionMemoryCache, ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue};
use rustls::pki_types::ServerName;
use tokio::time::Instant;
use tower_layer::Layer;
use tower_service::Service;

/// How far a request got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// The name is being resolved.
    Resolving,
    /// Handed to the client, which has not opened a connection: it uses one it kept.
    #[default]
    Pooled,
    /// A TCP connection is being opened.
    Connecting,
    /// The TLS handshake has begun.
    Handshake,
    /// The new connection stands since then; the answer is awaited.
    Connected(Instant),
}

tokio::task_local! {
    static PHASE: Cell<Phase>;
}

/// Runs a request with a note of its own. No `async fn`, which would keep room for the request twice.
pub fn watch<F: Future>(request: F) -> impl Future<Output = F::Output> {
    PHASE.scope(Cell::new(Phase::Pooled), request)
}

/// Notes how far the request of this task got; outside a request nothing happens.
pub fn enter(phase: Phase) {
    let _ = PHASE.try_with(|cell| cell.set(phase));
}

/// How far the request of this task got.
pub fn current() -> Phase {
    PHASE.try_with(Cell::get).unwrap_or_default()
}

/// Notes the begin and end of connecting.
#[derive(Clone, Debug)]
pub struct NoteConnects;

impl<S> Layer<S> for NoteConnects {
    type Service = NotedConnector<S>;

    fn layer(&self, inner: S) -> Self::Service {
        NotedConnector(Arc::new(inner))
    }
}

/// A connector that notes when it is used.
///
/// The client copies its connector several times for every request, and what it connects with is many parts in boxes of
/// their own. Behind one pointer all that is copied when a connection is opened.
#[derive(Debug)]
pub struct NotedConnector<S>(Arc<S>);

impl<S> Clone for NotedConnector<S> {
    fn clone(&self) -> Self {
        NotedConnector(Arc::clone(&self.0))
    }
}

impl<S, R> Service<R> for NotedConnector<S>
where
    S: Service<R> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
    R: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<S::Response, S::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: R) -> Self::Future {
        enter(Phase::Connecting);
        let mut connector = S::clone(&self.0);
        Box::pin(async move {
            poll_fn(|context| connector.poll_ready(context)).await?;
            let connection = connector.call(request).await?;
            enter(Phase::Connected(Instant::now()));
            Ok(connection)
        })
    }
}

/// TLS sessions to resume, in memory; being asked for one means that a handshake begins.
#[derive(Debug)]
pub struct NoteHandshakes(Arc<ClientSessionMemoryCache>);

impl NoteHandshakes {
    /// Remembers sessions of up to so many servers.
    pub fn new(servers: usize) -> Self {
        NoteHandshakes(Arc::new(ClientSessionMemoryCache::new(servers)))
    }
}

impl ClientSessionStore for NoteHandshakes {
    fn set_kx_hint(&self, server_name: ServerName<'static>, group: NamedGroup) {
        self.0.set_kx_hint(server_name, group);
    }

    fn kx_hint(&self, server_name: &ServerName<'_>) -> Option<NamedGroup> {
        enter(Phase::Handshake);
        self.0.kx_hint(server_name)
    }

    fn set_tls12_session(&self, server_name: ServerName<'static>, value: Tls12ClientSessionValue) {
        self.0.set_tls12_session(server_name, value);
    }

    fn tls12_session(&self, server_name: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.0.tls12_session(server_name)
    }

    fn remove_tls12_session(&self, server_name: &ServerName<'static>) {
        self.0.remove_tls12_session(server_name);
    }

    fn insert_tls13_ticket(&self, server_name: ServerName<'static>, value: Tls13ClientSessionValue) {
        self.0.insert_tls13_ticket(server_name, value);
    }

    fn take_tls13_ticket(&self, server_name: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        enter(Phase::Handshake);
        self.0.take_tls13_ticket(server_name)
    }
}
