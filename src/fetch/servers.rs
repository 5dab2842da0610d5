//! The name servers: what they are asked, and what their answers and failures mean.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError, NoRecords};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use hickory_resolver::{TokioResolver, lookup::Lookup};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::probe::{self, NameService};
use super::resolver::LookupError;
use super::{FetchError, guard};
use crate::config::Network;
use crate::model::exchange::DnsFailure;

/// Look-ups under way at most; small resolvers at home drop what comes in bursts.
const MAX_LOOKUPS: usize = 64;

/// Addresses of one family kept at most; the time for connecting is divided among them.
const MAX_ADDRESSES: usize = 4;

/// How long the second address family is waited for once the first has answered (RFC 8305, 3, generously).
const RESOLUTION_DELAY: Duration = Duration::from_millis(150);

/// How long a probe waits after a look-up has already timed out.
const PROBE_PATIENCE: Duration = Duration::from_millis(100);

/// The name servers of one crawl.
pub struct Servers {
    /// Whether the configuration names them; else they are the system's.
    pub chosen: bool,
    inner: TokioResolver,
    addresses: Vec<SocketAddr>,
    timeout: Duration,
    allow_private: bool,
    permits: Semaphore,
}

impl Servers {
    /// The configured name servers, or the system's with its hosts file. There is no other fallback: a machine without
    /// name servers asks itself (resolv.conf(5)) and learns that nobody answers.
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
        Ok(Servers {
            chosen: !network.dns_servers.is_empty(),
            inner,
            addresses,
            timeout: network.dns_timeout,
            allow_private: network.allow_private_addresses,
            permits: Semaphore::new(MAX_LOOKUPS),
        })
    }

    /// The addresses of a name that may be asked, IPv4 first, and how long they hold.
    ///
    /// # Errors
    /// What came instead of an address.
    pub async fn addresses(&self, host: &str) -> Result<(Arc<[IpAddr]>, Duration), LookupError> {
        // Any byte may stand in a name (RFC 2181, 11), and some that no registry hands out are used below those it does. One
        // with an empty label, one of 64 bytes or more than 255 in all cannot exist.
        let labels = host.strip_suffix('.').unwrap_or(host).split('.').map(str::as_bytes);
        let mut name = Name::from_labels(labels).map_err(|_| LookupError::Dns(DnsFailure::NoSuchName))?;
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

    /// What the servers do when asked directly; the best answer counts.
    pub async fn probe(&self, patience: Duration) -> NameService {
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
    fn vet(&self, found: Vec<IpAddr>) -> Result<Arc<[IpAddr]>, LookupError> {
        if self.allow_private {
            return Ok(found.into());
        }
        let mut vetted = Vec::with_capacity(found.len());
        let mut refusal = None;
        for address in found {
            match guard::check_address(address) {
                Ok(()) => vetted.push(address),
                Err(reason) => refusal = refusal.or(Some(reason)),
            }
        }
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
