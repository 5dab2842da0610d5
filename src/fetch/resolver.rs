//! Names to addresses: typed outcomes, one look-up per name at a time, and the guard over every answer.
//!
//! The operating system's own function gives one text for every failure; asking the name servers ourselves tells a name
//! that does not exist from a server that is down. The addresses handed to the client have passed the guard, and they
//! are the ones it dials: a name cannot answer one thing to the guard and another to the socket.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::time::Instant;

use super::FetchError;
use super::probe::NameService;
use super::servers::Servers;
use crate::config::Network;
use crate::model::exchange::DnsFailure;

/// Names whose addresses are remembered at most.
const MAX_NAMES: usize = 20_000;

/// How long an answer counts at least and at most, whatever its time to live says.
const TTL_BOUNDS: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(3600));

/// Different names without an address that are counted at most.
const MAX_LOST: usize = 16;

/// Why a name gave no address that may be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// No address at all.
    #[error("name resolution failed: {0:?}")]
    Dns(DnsFailure),
    /// Addresses, but none that this program may ask; the text names the first.
    #[error("address refused: {0}")]
    Refused(String),
}

type Found = Result<Arc<[IpAddr]>, LookupError>;

enum Slot {
    Known { addresses: Arc<[IpAddr]>, until: Instant },
    Asking(Shared<BoxFuture<'static, Found>>),
}

/// The resolver of one crawl.
pub struct Resolver {
    servers: Arc<Servers>,
    tally: Arc<Tally>,
    slots: Arc<Mutex<HashMap<Box<str>, Slot>>>,
}

impl std::fmt::Debug for Resolver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resolver").finish_non_exhaustive()
    }
}

impl Resolver {
    /// A resolver as configured.
    ///
    /// # Errors
    /// When the resolver cannot be built.
    pub fn new(network: &Network) -> Result<Self, FetchError> {
        let servers = Servers::new(network)?;
        Ok(Resolver { servers: Arc::new(servers), tally: Arc::default(), slots: Arc::default() })
    }

    /// The addresses of a name that may be asked, IPv4 first.
    ///
    /// # Errors
    /// What came instead of an address.
    pub async fn lookup(&self, host: &str) -> Found {
        let asking = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            match slots.get(host) {
                Some(Slot::Known { addresses, until }) if *until > Instant::now() => return Ok(Arc::clone(addresses)),
                Some(Slot::Asking(asking)) => asking.clone(),
                _ => {
                    make_room(&mut slots);
                    let asking = self.ask(host);
                    slots.insert(host.into(), Slot::Asking(asking.clone()));
                    asking
                }
            }
        };
        asking.await
    }

    /// Asks in a task of its own: whoever wanted to know may give up, and the question still comes to its end.
    fn ask(&self, host: &str) -> Shared<BoxFuture<'static, Found>> {
        let (servers, slots, host) = (Arc::clone(&self.servers), Arc::clone(&self.slots), Box::<str>::from(host));
        let tally = Arc::clone(&self.tally);
        let asking = tokio::spawn(async move {
            let answer = servers.addresses(&host).await;
            tally.note(&host, answer.as_ref().err());
            let mut slots = slots.lock().unwrap_or_else(PoisonError::into_inner);
            match answer {
                Ok((addresses, ttl)) => {
                    let until = Instant::now() + ttl.clamp(TTL_BOUNDS.0, TTL_BOUNDS.1);
                    slots.insert(host, Slot::Known { addresses: Arc::clone(&addresses), until });
                    Ok(addresses)
                }
                // Failures are not remembered: a second opinion must be one.
                Err(error) => {
                    slots.remove(&host);
                    Err(error)
                }
            }
        });
        // The task ends without an answer only when the runtime ends.
        let abandoned = |_| Err(LookupError::Dns(DnsFailure::ServerFailure));
        asking.map(move |ended| ended.unwrap_or_else(abandoned)).boxed().shared()
    }

    /// Whether the name servers answer at all: each is asked directly, the best answer counts.
    pub async fn name_service(&self, patience: Duration) -> NameService {
        match self.servers.probe(patience).await {
            // Servers that were named on purpose may well have a name space of their own.
            NameService::Isolated if self.servers.chosen => NameService::Answers,
            service => service,
        }
    }

    /// Whether names were lost (three different ones, say) and none was ever found.
    pub fn only_lost(&self, names: usize) -> bool {
        !self.tally.found.load(Ordering::Relaxed) && self.tally.lost().len() >= names
    }

    /// The view of this resolver that the client for one scheme dials by.
    pub fn dialling(self: &Arc<Self>, port: u16) -> DialView {
        DialView { resolver: Arc::clone(self), port }
    }
}

/// Drops what has expired once the bound is reached, and everything settled if that is not enough.
fn make_room(slots: &mut HashMap<Box<str>, Slot>) {
    if slots.len() < MAX_NAMES {
        return;
    }
    let now = Instant::now();
    slots
        .retain(|_, slot| matches!(slot, Slot::Known { until, .. } if *until > now) || matches!(slot, Slot::Asking(_)));
    if slots.len() >= MAX_NAMES {
        slots.retain(|_, slot| matches!(slot, Slot::Asking(_)));
    }
}

/// What became of the names so far.
#[derive(Default)]
struct Tally {
    found: AtomicBool,
    lost: Mutex<HashSet<Box<str>>>,
}

impl Tally {
    fn note(&self, host: &str, error: Option<&LookupError>) {
        match error {
            Some(LookupError::Dns(_)) => {
                let mut lost = self.lost();
                if lost.len() < MAX_LOST {
                    lost.insert(host.into());
                }
            }
            _ => self.found.store(true, Ordering::Relaxed),
        }
    }

    fn lost(&self) -> MutexGuard<'_, HashSet<Box<str>>> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A resolver as the HTTP client wants it: the port to dial goes with the address, unless the URL names one.
#[derive(Debug)]
pub struct DialView {
    resolver: Arc<Resolver>,
    port: u16,
}

impl reqwest::dns::Resolve for DialView {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let (resolver, port) = (Arc::clone(&self.resolver), self.port);
        Box::pin(async move {
            let addresses = resolver.lookup(name.as_str()).await?;
            let dialled: Vec<_> = addresses.iter().map(|address| SocketAddr::new(*address, port)).collect();
            Ok(Box::new(dialled.into_iter()) as reqwest::dns::Addrs)
        })
    }
}
