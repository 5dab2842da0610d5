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

use futures_util::future::{BoxFuture, Shared};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError, NoRecords};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use hickory_resolver::{TokioResolver, lookup::Lookup};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use super::{FetchError, guard, probe};
use crate::config::Network;
use crate::model::exchange::DnsFailure;

/// Names whose addresses are remembered at most.
const MAX_NAMES: usize = 20_000;

/// How long an answer counts at least and at most, whatever its time to live says.
const TTL_BOUNDS: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(3600));

/// Look-ups under way at most; small resolvers at home drop what comes in bursts.
const MAX_LOOKUPS: usize = 64;

/// Addresses of one family kept at most; the time for connecting is divided among them.
const MAX_ADDRESSES: usize = 4;

/// How long the second address family is waited for once the first has answered (RFC 8305, 3, generously).
const RESOLUTION_DELAY: Duration = Duration::from_millis(150);

/// Different names without an address that are counted at most.
const MAX_LOST: usize = 16;

/// How long a probe waits after a look-up has already timed out.
const PROBE_PATIENCE: Duration = Duration::from_millis(100);

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

/// What the name servers themselves are doing, as evidence about this machine's network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameService {
    /// A server answers, and knows the root of the public name space.
    Answers,
    /// A server answers, but knows no root: a name space of its own, or a network cut off from the public one.
    Isolated,
    /// A server answers, but only that it cannot (SERVFAIL, REFUSED).
    Fails,
    /// No answer in time.
    Silent,
    /// No server could be reached.
    Unreachable,
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
    /// A resolver that asks the configured name servers, or the system's with its hosts file. There is no other
    /// fallback: a machine without name servers asks itself (resolv.conf(5)) and learns that nobody answers.
    ///
    /// # Errors
    /// When the resolver cannot be built.
    pub fn new(network: &Network) -> Result<Self, FetchError> {
        let (config, mut options) = match network.dns_servers.is_empty() {
            true => system_servers(),
            false => {
                let mut options = ResolverOpts::default();
                options.use_hosts_file = ResolveHosts::Never;
                (ResolverConfig::from_name_servers(network.dns_servers.iter().map(name_server).collect()), options)
            }
        };
        // Two tries within the time that is set; the answers are remembered here, where the guard has seen them.
        options.timeout = network.dns_timeout / 2;
        options.attempts = 1;
        options.cache_size = 0;
        let addresses = config
            .name_servers
            .iter()
            .filter_map(|server| Some(SocketAddr::new(server.ip, server.connections.first()?.port)))
            .collect();
        let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        *builder.options_mut() = options;
        let inner = builder.build().map_err(|error| FetchError::Resolver(error.to_string()))?;
        let servers = Servers {
            chosen: !network.dns_servers.is_empty(),
            inner,
            addresses,
            timeout: network.dns_timeout,
            allow_private: network.allow_private_addresses,
            permits: Semaphore::new(MAX_LOOKUPS),
        };
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
                    let asking = self.ask(host).shared();
                    slots.insert(host.into(), Slot::Asking(asking.clone()));
                    asking
                }
            }
        };
        asking.await
    }

    fn ask(&self, host: &str) -> BoxFuture<'static, Found> {
        let (servers, slots, host) = (Arc::clone(&self.servers), Arc::clone(&self.slots), Box::<str>::from(host));
        let tally = Arc::clone(&self.tally);
        Box::pin(async move {
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
        })
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

struct Servers {
    /// Whether the configuration names them; else they are the system's.
    chosen: bool,
    inner: TokioResolver,
    addresses: Vec<SocketAddr>,
    timeout: Duration,
    allow_private: bool,
    permits: Semaphore,
}

impl Servers {
    async fn addresses(&self, host: &str) -> Result<(Arc<[IpAddr]>, Duration), LookupError> {
        // A name that cannot be written as one (a label of 64 bytes, say) cannot exist.
        let mut name = Name::from_ascii(host).map_err(|_| LookupError::Dns(DnsFailure::NoSuchName))?;
        // Fully qualified: the system's search domains have no say about addresses of the web.
        name.set_fqdn(true);
        let _permit = self.permits.acquire().await;
        let answers = timeout(self.timeout, both_families(&self.inner, name)).await;
        match answers.unwrap_or(Err(DnsFailure::Timeout)) {
            Ok((found, ttl)) => self.vet(found).map(|addresses| (addresses, ttl)),
            // The resolver's sockets are not connected and so never hear that nobody listens: a probe does.
            Err(DnsFailure::Timeout) if self.probe(PROBE_PATIENCE).await == NameService::Unreachable => {
                Err(LookupError::Dns(DnsFailure::Unreachable))
            }
            Err(failure) => Err(LookupError::Dns(failure)),
        }
    }

    async fn probe(&self, patience: Duration) -> NameService {
        let mut asked: FuturesUnordered<_> =
            self.addresses.iter().map(|server| timeout(patience, probe::ask(*server))).collect();
        let mut best = NameService::Unreachable;
        while let Some(outcome) = asked.next().await {
            let outcome = outcome.unwrap_or(NameService::Silent);
            if outcome == NameService::Answers {
                return outcome;
            }
            best = best.min(outcome);
        }
        best
    }

    /// Bad addresses are dropped; a name with nothing else is refused.
    fn vet(&self, found: Vec<IpAddr>) -> Found {
        if self.allow_private {
            return Ok(found.into());
        }
        let mut refusal = None;
        let vetted: Vec<_> = found
            .into_iter()
            .filter(|address| {
                guard::check_address(*address).map_err(|reason| refusal.get_or_insert(reason).clone()).is_ok()
            })
            .collect();
        match refusal {
            Some(reason) if vetted.is_empty() => Err(LookupError::Refused(reason)),
            _ => Ok(vetted.into()),
        }
    }
}

type Family = Result<(Vec<IpAddr>, Duration), DnsFailure>;

/// Asks for both address families at once. Once IPv4 addresses are there, IPv6 is waited for only briefly: some servers
/// never answer that question, and most machines reach the IPv4 address.
async fn both_families(resolver: &TokioResolver, name: Name) -> Family {
    let four = one_family(resolver, name.clone(), RecordType::A);
    let six = one_family(resolver, name, RecordType::AAAA);
    tokio::pin!(four, six);
    let mut early_six = None;
    let four = loop {
        tokio::select! {
            answer = &mut four => break answer,
            answer = &mut six, if early_six.is_none() => early_six = Some(answer),
        }
    };
    let six = match (early_six, &four) {
        (Some(six), _) => six,
        (None, Ok(_)) => timeout(RESOLUTION_DELAY, six).await.unwrap_or(Err(DnsFailure::Timeout)),
        (None, Err(_)) => six.await,
    };
    combine(four, six)
}

/// Addresses of either family win; else the failure that leaves most open, since the other may hide an address.
fn combine(four: Family, six: Family) -> Family {
    match (four, six) {
        (Ok((mut addresses, ttl)), Ok((more, other_ttl))) => {
            addresses.extend(more);
            Ok((addresses, ttl.min(other_ttl)))
        }
        (Ok(found), Err(_)) | (Err(_), Ok(found)) => Ok(found),
        (Err(first), Err(second)) => Err(if openness(first) >= openness(second) { first } else { second }),
    }
}

fn openness(failure: DnsFailure) -> u8 {
    match failure {
        // The name exists where one of its families says so, whatever is said of the other.
        DnsFailure::NoSuchName => 0,
        DnsFailure::NoAddress => 1,
        DnsFailure::ServerFailure => 2,
        DnsFailure::Timeout => 3,
        DnsFailure::Unreachable => 4,
    }
}

async fn one_family(resolver: &TokioResolver, name: Name, family: RecordType) -> Family {
    let answer: Lookup = resolver.lookup(name, family).await.map_err(|error| failure_of(&error))?;
    let ttl = answer.valid_until().saturating_duration_since(std::time::Instant::now());
    let addresses: Vec<IpAddr> = answer
        .answers()
        .iter()
        .filter_map(|record| match &record.data {
            RData::A(address) => Some(address.0.into()),
            RData::AAAA(address) => Some(address.0.into()),
            _ => None,
        })
        .take(MAX_ADDRESSES)
        .collect();
    if addresses.is_empty() { Err(DnsFailure::NoAddress) } else { Ok((addresses, ttl)) }
}

/// What an error of the resolver means.
fn failure_of(error: &NetError) -> DnsFailure {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(NoRecords { response_code, .. })) => match response_code {
            ResponseCode::NXDomain => DnsFailure::NoSuchName,
            ResponseCode::NoError => DnsFailure::NoAddress,
            _ => DnsFailure::ServerFailure,
        },
        NetError::Timeout => DnsFailure::Timeout,
        NetError::NoConnections | NetError::Io(_) => DnsFailure::Unreachable,
        _ => DnsFailure::ServerFailure,
    }
}

fn system_servers() -> (ResolverConfig, ResolverOpts) {
    let (mut config, options) = hickory_resolver::system_conf::read_system_conf().unwrap_or_else(|error| {
        tracing::debug!(%error, "no name servers configured; asking this machine");
        let itself = NameServerConfig::udp_and_tcp(std::net::Ipv4Addr::LOCALHOST.into());
        (ResolverConfig::from_name_servers(vec![itself]), ResolverOpts::default())
    });
    for server in &mut config.name_servers {
        server.trust_negative_responses = true;
    }
    (config, options)
}

fn name_server(address: &SocketAddr) -> NameServerConfig {
    let with_port = |mut connection: ConnectionConfig| {
        connection.port = address.port();
        connection
    };
    let connections = vec![with_port(ConnectionConfig::udp()), with_port(ConnectionConfig::tcp())];
    NameServerConfig::new(address.ip(), true, connections)
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
