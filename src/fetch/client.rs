//! The HTTP client: one GET, its phases timed, its answer taken as it came.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HOST, HeaderMap, HeaderValue};
use tokio::time::{Instant, sleep_until, timeout_at};
use url::{Host, Url};

use super::alarm::Alarm;
use super::body::{self, Body, Bounds};
use super::phase::{self, NoteConnects, Phase};
use super::resolver::Resolver;
use super::unpack::Packing;
use super::{FetchError, Fetched, Reachability, Request, failure, guard, headers, proxy, redirect, tls};
use crate::config::Network;
use crate::model::exchange::{Answer, ConnectFailure, Failure, Hop};
use crate::model::url::MAX_URL_LENGTH;

/// Idle connections kept per host, and for how long: long enough for the next link of a host under usual politeness,
/// short enough that thousands of hosts do not hold thousands of sockets.
const IDLE_PER_HOST: usize = 4;
const IDLE_TIME: Duration = Duration::from_secs(5);

/// HTTP/2 windows: pages are small, and the connection's window bounds what a server can push into memory.
const H2_STREAM_WINDOW: u32 = 256 << 10;
const H2_CONNECTION_WINDOW: u32 = 512 << 10;

/// Header lines of one answer.
const MAX_HEADERS: usize = 256;

/// Why no head came, and whether HTTP/1.1 may bring one.
struct Headless {
    failure: Failure,
    wants_http1: bool,
}

/// Makes requests. Cheap to share by reference; holds the connections and the resolver of one crawl.
#[derive(Debug)]
pub struct Fetcher {
    /// One client per scheme: the resolver sets the port to dial, and only the scheme tells which that is.
    http: reqwest::Client,
    https: reqwest::Client,
    /// For servers whose HTTP/2 does not work: made when the first of them is met, and never on most lists.
    https_of_old: OnceLock<Option<reqwest::Client>>,
    tls: rustls::ClientConfig,
    resolver: Arc<Resolver>,
    network: Network,
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
        let (http, https, https_of_old) = (client(80)?, client(443)?, OnceLock::new());
        Ok(Fetcher { http, https, https_of_old, tls, resolver, network: network.clone() })
    }

    /// Asks once, follows nothing.
    pub async fn get(&self, request: &Request) -> Fetched {
        let started = Instant::now();
        let mut url = request.url.clone();
        redirect::strip_credentials(&mut url);
        let mut hop = Hop { url: String::new(), status: None, location: None, via: None, remote: None, elapsed_ms: 0 };
        let mut ttfb = None;
        let outcome = phase::watch(self.exchange(request, &url, started, &mut hop, &mut ttfb)).await;
        let elapsed = started.elapsed();
        hop.url = url.into();
        hop.elapsed_ms = u64::try_from(ttfb.unwrap_or(elapsed).as_millis()).unwrap_or(u64::MAX);
        let fetched = Fetched { hop, outcome, elapsed, ttfb };
        tell(&fetched);
        fetched
    }

    /// Whether this machine can reach anything, for runs in which everything fails. Takes two seconds at most.
    pub async fn reachability(&self) -> Reachability {
        Reachability::of(&self.resolver, self.network.dns_timeout).await
    }

    async fn exchange(
        &self,
        request: &Request,
        url: &Url,
        started: Instant,
        hop: &mut Hop,
        ttfb: &mut Option<Duration>,
    ) -> Result<Answer, Failure> {
        if url.as_str().len() > MAX_URL_LENGTH {
            return Err(Failure::Other(format!("an address of more than {MAX_URL_LENGTH} bytes")));
        }
        guard::check_url(url, self.network.allow_private_addresses).map_err(Failure::AddressRefused)?;
        if self.network.proxy.is_none() {
            guard::check_overlay(url).map_err(Failure::AddressRefused)?;
        }
        let deadline = started + request.timeout.unwrap_or(self.network.request_timeout);
        self.resolve(url, deadline).await?;

        // No limit of a request can bite before the shortest of them has passed.
        let shortest = self.network.first_byte_timeout.min(self.network.idle_timeout).min(body::WINDOW);
        let sleep = sleep_until(deadline.min(Instant::now() + shortest));
        tokio::pin!(sleep);
        let mut alarm = Alarm::new(sleep);
        let mut response = match self.send(request, url, deadline, &mut alarm).await {
            // Where only the newer protocol leads, the way there is most often what is missing.
            Err(Failure::Connect(ConnectFailure::Timeout)) if self.is_ipv6_only(url).await => {
                return Err(Failure::Connect(ConnectFailure::Unreachable));
            }
            outcome => outcome?,
        };
        *ttfb = Some(started.elapsed());
        hop.status = Some(response.status().as_u16());
        if self.network.proxy.is_some() && response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            // Nobody but a proxy says so (RFC 9110, 15.5.8).
            return Err(Failure::Proxy(failure::WANTS_SIGN_IN.to_owned()));
        }
        hop.remote = response.remote_addr();
        let headers = headers::received(response.headers());
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
            max_body: request.max_body.min(headers::worth_reading(status, &headers)),
            idle: self.network.idle_timeout,
            min_throughput: self.network.min_throughput,
            deadline,
            ends_by_close: response.version() < reqwest::Version::HTTP_2
                && !headers.contains("content-length")
                && !headers.contains("transfer-encoding"),
        };
        // Lines of one name are one list (RFC 9110, 5.3).
        let codings: Vec<_> = headers.all("content-encoding").collect();
        let packing = Packing::of(&codings.join(","));
        let Body { bytes, truncated, fault } = body::read(&mut response, packing, bounds, &mut alarm).await;
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

    /// Whether a host has IPv6 addresses alone.
    async fn is_ipv6_only(&self, url: &Url) -> bool {
        match url.host() {
            Some(Host::Ipv6(_)) => true,
            Some(Host::Domain(name)) if self.network.proxy.is_none() => match self.resolver.lookup(name).await {
                Ok(found) => found.iter().all(std::net::IpAddr::is_ipv6),
                Err(_) => false,
            },
            _ => false,
        }
    }

    async fn send(
        &self,
        request: &Request,
        url: &Url,
        deadline: Instant,
        alarm: &mut Alarm<'_>,
    ) -> Result<reqwest::Response, Failure> {
        let client = if url.scheme() == "https" { &self.https } else { &self.http };
        let outgoing = || self.outgoing(request, url);
        let mut outcome = self.head_of(client.execute(outgoing().map_err(Failure::Other)?), deadline, alarm).await;
        // A kept connection may have been closed by the server while the request was on its way. That says nothing
        // about the address; the request goes out again on a new one (RFC 9110, 9.2.2).
        if let Err(Headless { failure: Failure::EmptyReply | Failure::Reset, .. }) = outcome
            && phase::current() == Phase::Pooled
        {
            outcome = self.head_of(client.execute(outgoing().map_err(Failure::Other)?), deadline, alarm).await;
        }
        match outcome {
            // What is told is what HTTP/2 brought, unless the older one brings an answer.
            Err(Headless { failure, wants_http1: true }) => match self.client_of_old() {
                Some(old) => {
                    let sending = old.execute(outgoing().map_err(Failure::Other)?);
                    self.head_of(sending, deadline, alarm).await.map_err(|_| failure)
                }
                None => Err(failure),
            },
            outcome => outcome.map_err(|headless| headless.failure),
        }
    }

    /// A client that speaks HTTP/1.1 alone.
    fn client_of_old(&self) -> Option<&reqwest::Client> {
        let build = || build_client(&self.network, &self.resolver, tls::without_http2(&self.tls), 443);
        self.https_of_old.get_or_init(|| build().ok()).as_ref()
    }

    /// A request as it goes out, or which of its headers cannot be sent.
    fn outgoing(&self, request: &Request, url: &Url) -> Result<reqwest::Request, String> {
        let mut url = url.clone();
        let mut headers = headers::own(request)?;
        self.map_port_of_literal(&mut url, &mut headers);
        let mut outgoing = reqwest::Request::new(reqwest::Method::GET, url);
        *outgoing.headers_mut() = headers;
        Ok(outgoing)
    }

    /// Waits for the head: `first_byte_timeout` counts from the moment the connection stands.
    async fn head_of(
        &self,
        sending: impl Future<Output = reqwest::Result<reqwest::Response>>,
        deadline: Instant,
        alarm: &mut Alarm<'_>,
    ) -> Result<reqwest::Response, Headless> {
        phase::enter(Phase::Pooled);
        let asked = Instant::now();
        let patience = self.network.first_byte_timeout;
        tokio::pin!(sending);
        loop {
            if let Some(outcome) = alarm.first(&mut sending).await {
                return outcome.map_err(|error| {
                    let failure = failure::of_request(&error, phase::current());
                    let of_proxy = self.network.proxy.as_ref().and_then(|_| failure::of_proxy(&error, &failure));
                    Headless { failure: of_proxy.unwrap_or(failure), wants_http1: failure::wants_http1(&error) }
                });
            }
            let now = Instant::now();
            let phase = self.phase(asked, now);
            let since = match phase {
                Phase::Connected(at) => at,
                Phase::Pooled => asked,
                // The client's own limit holds.
                Phase::Resolving | Phase::Connecting | Phase::Handshake => now,
            };
            if now >= deadline || since + patience <= now {
                return Err(Headless { failure: failure::timed_out(phase), wants_http1: false });
            }
            alarm.set(deadline.min(since + patience));
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

    /// A literal address is dialled without the resolver, so a mapped port has to go into the address. The server still
    /// sees the host as the link names it.
    fn map_port_of_literal(&self, url: &mut Url, headers: &mut HeaderMap) {
        let (Some(Host::Ipv4(_) | Host::Ipv6(_)), None) = (url.host(), url.port()) else { return };
        let Some(mapped) = url.port_or_known_default().and_then(|port| self.network.port_map.get(&port)) else {
            return;
        };
        if let Some(host) = url.host_str().and_then(|host| HeaderValue::from_str(host).ok()) {
            headers.insert(HOST, host);
        }
        // Fails only for addresses without a host.
        let _ = url.set_port(Some(*mapped));
    }
}

/// One request for the log: what was asked for, what came, how much of it, and how long it took.
fn tell(Fetched { hop, outcome, elapsed, .. }: &Fetched) {
    let time = elapsed.as_millis();
    match outcome {
        Ok(Answer { status, body, .. }) => {
            let to = hop.location.as_ref().map(|location| format!(" to {location:?}")).unwrap_or_default();
            tracing::debug!("GET {}: {status}{to}, {} bytes, {time} ms", hop.url, body.len());
        }
        Err(failure) => tracing::debug!("GET {}: {failure:?}, {time} ms", hop.url),
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
        // Not even a copy of each request is kept for a retry.
        .retry(reqwest::retry::never().max_retries_per_request(0))
        .referer(false)
        .no_proxy()
        .user_agent(network.user_agent_header())
        .default_headers(headers::usual())
        .pool_max_idle_per_host(IDLE_PER_HOST)
        .pool_idle_timeout(IDLE_TIME)
        .http1_max_headers(MAX_HEADERS)
        // What browsers forgive is no fault of the page.
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true)
        .http2_initial_stream_window_size(H2_STREAM_WINDOW)
        .http2_initial_connection_window_size(H2_CONNECTION_WINDOW)
        .http2_max_header_list_size(u32::try_from(headers::MAX_BYTES).unwrap_or(u32::MAX));
    builder = match &network.proxy {
        Some(address) => {
            let refused = |error| FetchError::Proxy { proxy: address.clone(), error };
            // The proxy was chosen on purpose and may be anywhere; its name is nobody's link.
            let open = Network { allow_private_addresses: true, ..network.clone() };
            builder
                .proxy(reqwest::Proxy::all(proxy::resolving_there(address).as_ref()).map_err(refused)?)
                .dns_resolver(Arc::new(Resolver::new(&open)?).dialling(0))
        }
        None => builder.dns_resolver(resolver.dialling(dialled)),
    };
    builder.build().map_err(FetchError::Client)
}
