//! The HTTP client: one GET, its phases timed, its answer taken as it came.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue};
use tokio::time::{Instant, timeout_at};
use url::{Host, Url};

use super::body::{self, Body, Bounds, Packing};
use super::phase::{self, NoteConnects, Phase};
use super::resolver::{NameService, Resolver};
use super::{FetchError, Fetched, Request, failure, guard, redirect, tls};
use crate::config::Network;
use crate::model::exchange::{Answer, Failure, Headers, Hop};
use crate::model::url::MAX_URL_LENGTH;

/// Idle connections kept per host, and for how long: long enough for the next link of a host under usual politeness,
/// short enough that thousands of hosts do not hold thousands of sockets.
const IDLE_PER_HOST: usize = 4;
const IDLE_TIME: Duration = Duration::from_secs(5);

/// HTTP/2 windows: pages are small, and the connection's window bounds what a server can push into memory.
const H2_STREAM_WINDOW: u32 = 256 << 10;
const H2_CONNECTION_WINDOW: u32 = 512 << 10;

/// Header lines of one answer, and bytes of them that are kept.
const MAX_HEADERS: usize = 256;
const MAX_HEADER_BYTES: usize = 64 << 10;

/// Bytes of a redirect's body that are read: enough for any, so that the connection can be used again.
const REDIRECT_BODY: u64 = 16 << 10;

/// Bytes read of media nobody here looks into; enough to tell what they are.
const OPAQUE_BODY: u64 = 64 << 10;

/// How long the name servers are waited for when the network itself is in doubt.
const REACHABILITY_PATIENCE: Duration = Duration::from_secs(2);

/// Addresses of the documentation blocks: nothing is ever sent there, the system is only asked for a route.
const FAR_AWAY: [&str; 2] = ["192.0.2.1:443", "[2001:db8::1]:443"];

/// Makes requests. Cheap to share by reference; holds the connections and the resolver of one crawl.
#[derive(Debug)]
pub struct Fetcher {
    /// One client per scheme: the resolver sets the port to dial, and only the scheme tells which that is.
    http: reqwest::Client,
    https: reqwest::Client,
    resolver: Arc<Resolver>,
    network: Network,
}

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

impl Fetcher {
    /// A client as configured.
    ///
    /// # Errors
    /// When roots of trust, resolver or proxy cannot be set up.
    pub fn new(network: &Network) -> Result<Self, FetchError> {
        let resolver = Arc::new(Resolver::new(network)?);
        let tls = tls::client_config(network.extra_ca_file.as_deref())?;
        let client = |port: u16| build_client(network, &resolver, tls.clone(), port);
        Ok(Fetcher { http: client(80)?, https: client(443)?, resolver, network: network.clone() })
    }

    /// Asks once, follows nothing.
    pub async fn get(&self, request: &Request) -> Fetched {
        let started = Instant::now();
        let mut url = request.url.clone();
        redirect::strip_credentials(&mut url);
        let mut hop =
            Hop { url: url.to_string(), status: None, location: None, via: None, remote: None, elapsed_ms: 0 };
        let mut ttfb = None;
        let outcome = phase::watch(self.exchange(request, url, started, &mut hop, &mut ttfb)).await;
        let elapsed = started.elapsed();
        hop.elapsed_ms = u64::try_from(ttfb.unwrap_or(elapsed).as_millis()).unwrap_or(u64::MAX);
        Fetched { hop, outcome, elapsed, ttfb }
    }

    /// Whether this machine can reach anything, for runs in which everything fails. Takes two seconds at most.
    pub async fn reachability(&self) -> Reachability {
        let route = FAR_AWAY.iter().any(|far| {
            let local = if far.starts_with('[') { "[::]:0" } else { "0.0.0.0:0" };
            std::net::UdpSocket::bind(local).and_then(|socket| socket.connect(far)).is_ok()
        });
        let patience = REACHABILITY_PATIENCE.min(self.network.dns_timeout);
        let names = self.resolver.name_service(patience).await;
        Reachability { route, names, only_lost_names: self.resolver.only_lost(LOST_NAMES) }
    }

    async fn exchange(
        &self,
        request: &Request,
        mut url: Url,
        started: Instant,
        hop: &mut Hop,
        ttfb: &mut Option<Duration>,
    ) -> Result<Answer, Failure> {
        if url.as_str().len() > MAX_URL_LENGTH {
            return Err(Failure::Other(format!("an address of more than {MAX_URL_LENGTH} bytes")));
        }
        guard::check_url(&url, self.network.allow_private_addresses).map_err(Failure::AddressRefused)?;
        let deadline = started + request.timeout.unwrap_or(self.network.request_timeout);
        self.resolve(&url, deadline).await?;
        let headers = self.headers(request, &url).map_err(Failure::Other)?;
        self.map_port_of_literal(&mut url);

        let mut response = self.send(&url, headers, deadline).await?;
        *ttfb = Some(started.elapsed());
        hop.status = Some(response.status().as_u16());
        hop.remote = response.remote_addr();
        let headers = take_headers(response.headers_mut());
        hop.location = headers.get("location").map(|location| location.chars().take(MAX_URL_LENGTH).collect());
        if self.network.proxy.is_none()
            && !self.network.allow_private_addresses
            && let Some(remote) = hop.remote
        {
            // The resolver has vetted what is dialled; should that ever fail, nothing is read.
            guard::check_address(remote.ip()).map_err(Failure::AddressRefused)?;
        }

        let status = response.status().as_u16();
        let bounds = Bounds {
            max_body: request.max_body.min(worth_reading(status, &headers)),
            idle: self.network.idle_timeout,
            min_throughput: self.network.min_throughput,
            deadline,
            ends_by_close: response.version() < reqwest::Version::HTTP_2
                && !headers.contains("content-length")
                && !headers.contains("transfer-encoding"),
        };
        let packing = Packing::of(headers.get("content-encoding").as_deref());
        let Body { bytes, truncated, fault } = body::read(&mut response, packing, bounds).await;
        Ok(Answer { status, headers, body: bytes, truncated, body_fault: fault })
    }

    /// Resolves before connecting, so that the time for connecting is not spent on the name; the client finds the answer
    /// remembered. A proxy resolves for itself.
    async fn resolve(&self, url: &Url, deadline: Instant) -> Result<(), Failure> {
        let (None, Some(Host::Domain(name))) = (&self.network.proxy, url.host()) else { return Ok(()) };
        match timeout_at(deadline, self.resolver.lookup(name)).await {
            Ok(found) => found.map(drop).map_err(failure::of_lookup_error),
            Err(_) => Err(failure::timed_out(Phase::Resolving)),
        }
    }

    async fn send(&self, url: &Url, headers: HeaderMap, deadline: Instant) -> Result<reqwest::Response, Failure> {
        let client = if url.scheme() == "https" { &self.https } else { &self.http };
        let mut tried = false;
        loop {
            phase::enter(Phase::Pooled);
            let request = client.get(url.clone()).headers(headers.clone());
            match self.head_of(request, deadline).await {
                // A kept connection may have been closed by the server while the request was on its way. That says
                // nothing about the address; the request goes out again on a new one (RFC 9110, 9.2.2).
                Err(Failure::EmptyReply | Failure::Reset) if phase::current() == Phase::Pooled && !tried => {
                    tried = true
                }
                outcome => return outcome,
            }
        }
    }

    /// Waits for the head: `first_byte_timeout` counts from the moment the connection stands.
    async fn head_of(&self, request: reqwest::RequestBuilder, deadline: Instant) -> Result<reqwest::Response, Failure> {
        let asked = Instant::now();
        let patience = self.network.first_byte_timeout;
        let sending = request.send();
        tokio::pin!(sending);
        let mut check = asked + patience;
        loop {
            match timeout_at(check.min(deadline), &mut sending).await {
                Ok(outcome) => return outcome.map_err(|error| failure::of_request(&error, phase::current())),
                Err(_) => {
                    let now = Instant::now();
                    let phase = self.phase(asked, now);
                    let since = match phase {
                        Phase::Connected(at) => at,
                        Phase::Pooled => asked,
                        // The client's own limit holds.
                        Phase::Resolving | Phase::Connecting | Phase::Handshake => now,
                    };
                    if now >= deadline || since + patience <= now {
                        return Err(failure::timed_out(phase));
                    }
                    check = since + patience;
                }
            }
        }
    }

    /// How far the request got. Connecting ends with the time for it: a request that seems to connect for longer was
    /// given a connection that another request left meanwhile, and its own attempt went on without it.
    fn phase(&self, asked: Instant, now: Instant) -> Phase {
        match phase::current() {
            Phase::Connecting | Phase::Handshake if now > asked + self.network.connect_timeout => Phase::Pooled,
            phase => phase,
        }
    }

    /// The usual headers, the request's own over them.
    fn headers(&self, request: &Request, url: &Url) -> Result<HeaderMap, String> {
        let mut headers = HeaderMap::with_capacity(6 + request.headers.len());
        headers.insert(
            ACCEPT,
            HeaderValue::from_static("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        );
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static("en;q=0.8,*;q=0.5"));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        if self.network.port_map.is_empty() {
            // The client writes `Host` itself.
        } else if let Some(host) = url.host_str()
            && let Ok(value) =
                HeaderValue::from_str(&url.port().map_or(host.to_owned(), |port| format!("{host}:{port}")))
        {
            headers.insert(HOST, value);
        }
        let cookie = request.cookie.as_deref().map(|cookie| (COOKIE.as_str(), cookie));
        let own = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in own.chain(cookie) {
            let unsendable = || format!("header {name}: not sendable");
            let value = HeaderValue::from_str(value).map_err(|_| unsendable())?;
            headers.insert(HeaderName::from_bytes(name.as_bytes()).map_err(|_| unsendable())?, value);
        }
        Ok(headers)
    }

    /// A literal address is dialled without the resolver, so a mapped port has to go into the address.
    fn map_port_of_literal(&self, url: &mut Url) {
        let literal = matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_)));
        if literal
            && url.port().is_none()
            && let Some(mapped) = url.port_or_known_default().and_then(|port| self.network.port_map.get(&port))
        {
            // Fails only for addresses without a host.
            let _ = url.set_port(Some(*mapped));
        }
    }
}

fn build_client(
    network: &Network,
    resolver: &Arc<Resolver>,
    tls: rustls::ClientConfig,
    port: u16,
) -> Result<reqwest::Client, FetchError> {
    let dialled = *network.port_map.get(&port).unwrap_or(&port);
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .connector_layer(NoteConnects)
        .connect_timeout(network.connect_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .user_agent(network.user_agent_header())
        .pool_max_idle_per_host(IDLE_PER_HOST)
        .pool_idle_timeout(IDLE_TIME)
        .http1_max_headers(MAX_HEADERS)
        // What browsers forgive is no fault of the page.
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true)
        .http2_initial_stream_window_size(H2_STREAM_WINDOW)
        .http2_initial_connection_window_size(H2_CONNECTION_WINDOW)
        .http2_max_header_list_size(u32::try_from(MAX_HEADER_BYTES).unwrap_or(u32::MAX));
    builder = match &network.proxy {
        Some(proxy) => {
            let refused = |error| FetchError::Proxy { proxy: proxy.clone(), error };
            // The proxy was chosen on purpose and may be anywhere; its name is nobody's link.
            let open = Network { allow_private_addresses: true, ..network.clone() };
            builder
                .proxy(reqwest::Proxy::all(proxy).map_err(refused)?)
                .dns_resolver(Arc::new(Resolver::new(&open)?).dialling(0))
        }
        None => builder.dns_resolver(resolver.dialling(dialled)),
    };
    builder.build().map_err(FetchError::Client)
}

/// How much of a body is worth reading, whatever the caller would take.
fn worth_reading(status: u16, headers: &Headers) -> u64 {
    if (300..400).contains(&status) && headers.contains("location") {
        return REDIRECT_BODY;
    }
    let media_type = headers.media_type().unwrap_or_default();
    let opaque = ["video/", "audio/", "image/", "font/"].iter().any(|family| media_type.starts_with(family));
    if opaque && media_type != "image/svg+xml" { OPAQUE_BODY } else { u64::MAX }
}

/// The header lines, in order as far as the client keeps it: lines of one name stay together.
fn take_headers(lines: &mut HeaderMap) -> Headers {
    let mut room = MAX_HEADER_BYTES;
    let mut headers = Vec::with_capacity(lines.len());
    for (name, value) in lines.iter() {
        let length = name.as_str().len() + value.len();
        if length > room {
            continue;
        }
        room -= length;
        headers.push((Box::from(name.as_str()), Box::from(value.as_bytes())));
    }
    Headers(headers)
}
