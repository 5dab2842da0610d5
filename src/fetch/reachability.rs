//! Evidence about this machine's own network.

use std::net::UdpSocket;
use std::time::Duration;

use super::probe::NameService;
use super::resolver::Resolver;

/// How long the name servers are waited for when the network itself is in doubt.
const PATIENCE: Duration = Duration::from_secs(2);

/// Addresses of the documentation blocks: nothing is ever sent there, the system is only asked for a route.
const FAR_AWAY: [&str; 2] = ["192.0.2.1:443", "[2001:db8::1]:443"];

/// Different names that must have been lost, and none found, before name servers that know no root are taken for a sign
/// that the network is cut off: a private name space may lack one name, but who lists three that all lack an address?
const LOST_NAMES: usize = 3;

/// Evidence about this machine's own network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reachability {
    /// Whether the system knows a route to the outside.
    pub route: bool,
    /// What the name servers do.
    pub names: NameService,
    /// Whether several names were looked up so far and not one had an address.
    pub only_lost_names: bool,
}

impl Reachability {
    /// Gathers what there is, in two seconds at most.
    pub async fn of(resolver: &Resolver, dns_timeout: Duration) -> Self {
        let names = resolver.name_service(PATIENCE.min(dns_timeout)).await;
        Reachability { route: has_route(), names, only_lost_names: resolver.only_lost(LOST_NAMES) }
    }

    /// Whether nothing outside can be reached. To be asked when nothing has been reached: where a single link answers,
    /// there is a network.
    ///
    /// No route alone proves nothing: a rehearsal on this machine has none, but its own name server.
    pub fn is_offline(&self) -> bool {
        match self.names {
            NameService::Answers => false,
            NameService::Isolated => self.only_lost_names,
            NameService::Fails => !self.route || self.only_lost_names,
            NameService::Silent | NameService::Unreachable => true,
        }
    }
}

fn has_route() -> bool {
    FAR_AWAY.iter().any(|far| {
        let local = if far.starts_with('[') { "[::]:0" } else { "0.0.0.0:0" };
        UdpSocket::bind(local).and_then(|socket| socket.connect(far)).is_ok()
    })
}
