//! Plays a web on loopback: a name server, an HTTP port and a TLS port for all hosts together.
//!
//! What a host does with connections is decided by the address its name has: on 127.0.0.1 both ports listen, on
//! 127.0.0.3 only the HTTP port (so https is refused), on 127.0.0.2 none. A host with a port of its own in a listed
//! address gets a loopback address of its own, where that port listens too.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustls::ServerConfig;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::answer::{self, After};
use super::certificates::{Certificates, ISSUER_HOST, ISSUER_PATH};
use super::error::DemoError;
use super::names::{NameServer, Names};
use super::scenario::{Lookup, Tls};
use super::web::Web;
use super::wire::{self, Head};

/// Both ports listen here.
const BOTH: Ipv4Addr = Ipv4Addr::LOCALHOST;
/// Nothing listens here.
const NOTHING: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// Only the HTTP port listens here.
const PLAIN_ONLY: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);
/// How long a connection may sit idle, or take for its handshake.
const IDLE: Duration = Duration::from_secs(60);
/// Connections at the same time, per listening socket.
const MAX_CONNECTIONS: usize = 4096;
/// Requests that are remembered.
const MAX_LOG: usize = 200_000;
/// First byte of a TLS handshake.
const HANDSHAKE: u8 = 0x16;

/// One request as it arrived.
#[derive(Clone, Debug)]
pub struct Request {
    /// Host asked for, lower case, without port.
    pub host: String,
    /// Path and query.
    pub target: String,
    /// Method.
    pub method: String,
    /// `User-Agent`, empty when absent.
    pub user_agent: String,
    /// Whether it came over TLS.
    pub secure: bool,
    /// The run it belongs to.
    pub run: u32,
    /// When its head was complete.
    pub arrived: Instant,
}

/// A web being played; dropping it stops everything.
pub struct Playing {
    shared: Arc<Shared>,
    dns: SocketAddr,
    http: u16,
    https: u16,
    tasks: Vec<AbortHandle>,
}

struct Shared {
    web: Web,
    certificates: Certificates,
    run: AtomicU32,
    /// Requests of this run per host and path pattern.
    counters: HashMap<String, Box<[AtomicU64]>>,
    /// Hosts with an address of their own.
    own: HashMap<String, Ipv4Addr>,
    log: Mutex<Vec<Request>>,
    requests: AtomicU64,
}

/// Starts playing a web on the current tokio runtime, in run 1.
///
/// # Errors
/// When loopback addresses cannot be listened on, or certificates not be made.
pub async fn play(mut web: Web) -> Result<Playing, DemoError> {
    let certificates = Certificates::new()?;
    web.add_file(ISSUER_HOST, ISSUER_PATH, "application/pkix-cert", certificates.intermediate_der());
    let [http, http_plain, https] = usual_ports().await?;
    let (http_port, https_port) = (port_of(&http)?, port_of(&https)?);
    let names = NameServer::bind(BOTH).await.map_err(|source| DemoError::bind((BOTH, 0).into(), source))?;
    let dns = names.address().map_err(|source| DemoError::bind((BOTH, 0).into(), source))?;
    let mut listeners = vec![(http, Security::Plain), (http_plain, Security::Plain), (https, Security::Tls)];
    let own = own_addresses(&web, http_port, https_port, &mut listeners).await?;

    let counters = web.sites.iter().map(|(host, site)| (host.clone(), counters(site.patterns.len()))).collect();
    let shared = Arc::new(Shared {
        web,
        certificates,
        run: AtomicU32::new(1),
        counters,
        own,
        log: Mutex::default(),
        requests: AtomicU64::new(0),
    });
    let acceptor = acceptor(&shared)?;
    let mut tasks = vec![tokio::spawn(names.serve(Arc::clone(&shared))).abort_handle()];
    for (listener, security) in listeners {
        let listening = listen(listener, security, acceptor.clone(), Arc::clone(&shared));
        tasks.push(tokio::spawn(listening).abort_handle());
    }
    Ok(Playing { shared, dns, http: http_port, https: https_port, tasks })
}

impl Playing {
    /// The name server to ask.
    pub fn dns_server(&self) -> SocketAddr {
        self.dns
    }

    /// The port to dial in place of 80.
    pub fn http_port(&self) -> u16 {
        self.http
    }

    /// The port to dial in place of 443.
    pub fn https_port(&self) -> u16 {
        self.https
    }

    /// The root certificate to trust.
    pub fn root_certificate_pem(&self) -> String {
        self.shared.certificates.root_pem()
    }

    /// The `[network]` table of a configuration that leads into this web, without its head line: name server, ports,
    /// leave to ask loopback addresses, and the root certificate, which the caller saves under that path.
    pub fn network_settings(&self, root_certificate: &Path) -> String {
        let path = serde_json::Value::from(root_certificate.to_string_lossy());
        let (dns, http, https) = (self.dns, self.http, self.https);
        format!(
            "dns_servers = [\"{dns}\"]\nport_map = {{ \"80\" = {http}, \"443\" = {https} }}\n\
             allow_private_addresses = true\nextra_ca_file = {path}\n"
        )
    }

    /// Goes on to another run: counting of requests begins anew, and what changes from run to run changes.
    pub fn set_run(&self, run: u32) {
        self.shared.run.store(run, Ordering::SeqCst);
        for counter in self.shared.counters.values().flatten() {
            counter.store(0, Ordering::SeqCst);
        }
    }

    /// The requests so far, in order of arrival (the first 200,000 of them).
    pub fn requests(&self) -> Vec<Request> {
        self.shared.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many requests there were, remembered or not.
    pub fn request_count(&self) -> u64 {
        self.shared.requests.load(Ordering::SeqCst)
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

fn counters(patterns: usize) -> Box<[AtomicU64]> {
    (0..patterns).map(|_| AtomicU64::new(0)).collect()
}

async fn bind(address: Ipv4Addr, port: u16) -> Result<TcpListener, DemoError> {
    let address = SocketAddr::from((address, port));
    TcpListener::bind(address).await.map_err(|source| DemoError::bind(address, source))
}

fn port_of(listener: &TcpListener) -> Result<u16, DemoError> {
    listener.local_addr().map(|address| address.port()).map_err(|source| DemoError::bind((BOTH, 0).into(), source))
}

/// The HTTP port on both addresses that have one, and the TLS port.
async fn usual_ports() -> Result<[TcpListener; 3], DemoError> {
    let mut tries = 0;
    let (http, plain) = loop {
        let http = bind(BOTH, 0).await?;
        match bind(PLAIN_ONLY, port_of(&http)?).await {
            Ok(plain) => break (http, plain),
            Err(DemoError::Bind { source, .. }) if source.kind() == io::ErrorKind::AddrInUse && tries < 20 => {
                tries += 1
            }
            Err(error) => return Err(error),
        }
    };
    Ok([http, plain, bind(BOTH, 0).await?])
}

/// Finds an address for each host with a port of its own, and listens on its ports.
async fn own_addresses(
    web: &Web,
    http: u16,
    https: u16,
    listeners: &mut Vec<(TcpListener, Security)>,
) -> Result<HashMap<String, Ipv4Addr>, DemoError> {
    // Other processes play webs too: begin somewhere else, and look further where something is taken.
    let mut candidate = 0x7f01_0000 + (std::process::id() % 0x4000) * 16;
    let mut own = HashMap::new();
    for (host, name) in &web.names {
        let Some(port) = name.port else { continue };
        let mut tries = 0;
        let (address, bound) = loop {
            candidate += 1;
            let address = Ipv4Addr::from(candidate);
            match bind_all(address, &[port, http, https]).await {
                Ok(bound) => break (address, bound),
                Err(DemoError::Bind { source, .. }) if source.kind() == io::ErrorKind::AddrInUse && tries < 100 => {
                    tries += 1;
                }
                Err(error) => return Err(error),
            }
        };
        own.insert(host.clone(), address);
        listeners.extend(bound.into_iter().zip([Security::Either, Security::Plain, Security::Tls]));
    }
    Ok(own)
}

async fn bind_all(address: Ipv4Addr, ports: &[u16]) -> Result<Vec<TcpListener>, DemoError> {
    let mut bound = Vec::new();
    for &port in ports {
        bound.push(bind(address, port).await?);
    }
    Ok(bound)
}

fn acceptor(shared: &Arc<Shared>) -> Result<TlsAcceptor, DemoError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(DemoError::certificate)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(ByName(Arc::clone(shared))));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Chooses the certificate by the name in the handshake.
struct ByName(Arc<Shared>);

impl std::fmt::Debug for ByName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ByName")
    }
}

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let host = hello.server_name().unwrap_or_default().to_ascii_lowercase();
        let run = self.0.run.load(Ordering::SeqCst);
        match self.0.web.tls(&host, run) {
            // A name that is not known here meets the default host's certificate, as on real servers.
            Tls::None if self.0.web.site(&host).is_none() => self.0.certificates.of("", Tls::WrongHost),
            tls => self.0.certificates.of(&host, tls),
        }
    }
}

impl Names for Shared {
    fn lookup(&self, name: &str) -> (Lookup, Ipv4Addr) {
        let run = self.run.load(Ordering::SeqCst);
        let address = if self.web.refuses(name, run) {
            NOTHING
        } else if let Some(own) = self.own.get(name) {
            *own
        } else if self.web.tls(name, run) == Tls::None {
            PLAIN_ONLY
        } else {
            BOTH
        };
        (self.web.lookup(name, run), address)
    }
}

/// What a listening socket speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Security {
    Plain,
    Tls,
    /// What the first byte says.
    Either,
}

async fn listen(listener: TcpListener, security: Security, acceptor: TlsAcceptor, shared: Arc<Shared>) {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let serving = welcome(stream, security, acceptor.clone(), Arc::clone(&shared));
                connections.spawn(async move {
                    serving.await;
                    drop(slot);
                });
            }
            Err(_) => sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn welcome(stream: TcpStream, security: Security, acceptor: TlsAcceptor, shared: Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    let mut first = [0];
    let tls = match security {
        Security::Plain => false,
        Security::Tls => true,
        Security::Either => matches!(timeout(IDLE, stream.peek(&mut first)).await, Ok(Ok(1))) && first[0] == HANDSHAKE,
    };
    if !tls {
        return serve(stream, false, &shared).await;
    }
    let own = stream.local_addr().is_ok_and(|address| address.ip() != IpAddr::V4(BOTH));
    if own && !shared.any_tls_at(&stream) {
        let _ = stream.set_zero_linger();
        return;
    }
    if let Ok(Ok(stream)) = timeout(IDLE, acceptor.accept(stream)).await {
        serve(stream, true, &shared).await;
    }
}

impl Shared {
    /// Whether the host that has this address to itself presents a certificate in this run.
    fn any_tls_at(&self, stream: &TcpStream) -> bool {
        let Ok(address) = stream.local_addr() else { return false };
        let run = self.run.load(Ordering::SeqCst);
        self.own.iter().any(|(host, own)| IpAddr::V4(*own) == address.ip() && self.web.tls(host, run) != Tls::None)
    }

    fn remember(&self, head: &Head, secure: bool, run: u32) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        if log.len() < MAX_LOG {
            log.push(Request {
                host: head.host.clone(),
                target: head.target.clone(),
                method: head.method.clone(),
                user_agent: head.get("user-agent").unwrap_or_default().to_owned(),
                secure,
                run,
                arrived: Instant::now(),
            });
        }
    }

    async fn respond<S>(&self, stream: &mut S, head: &Head, secure: bool) -> io::Result<After>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        self.requests.fetch_add(1, Ordering::SeqCst);
        if let Some(generated) = self.web.generated.as_ref().filter(|generated| generated.has(&head.host)) {
            let bodiless = head.method.eq_ignore_ascii_case("HEAD");
            stream.write_all(&generated.answer(&head.host, head.path(), bodiless)).await?;
            return Ok(After::Keep);
        }
        let run = self.run.load(Ordering::SeqCst);
        self.remember(head, secure, run);
        let host = if self.counters.contains_key(&head.host) {
            head.host.as_str()
        } else {
            head.host.strip_suffix('.').unwrap_or(&head.host)
        };
        let counters = self.counters.get(host).map(AsRef::as_ref).unwrap_or_default();
        let count = |pattern: usize| counters[pattern].fetch_add(1, Ordering::SeqCst) + 1;
        match self.web.site(host).and_then(|site| site.route(head, secure, run, count)) {
            Some(route) => answer::answer(stream, head, route).await,
            None => answer::not_found(stream, head).await,
        }
    }
}

/// A stream whose connection can be reset.
trait Wire: AsyncRead + AsyncWrite + Unpin + Send {
    fn connection(&self) -> &TcpStream;
}

impl Wire for TcpStream {
    fn connection(&self) -> &TcpStream {
        self
    }
}

impl Wire for TlsStream<TcpStream> {
    fn connection(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Requests and answers on one connection, until one side has enough.
async fn serve(mut stream: impl Wire, secure: bool, shared: &Shared) {
    let mut buffer = Vec::new();
    loop {
        let head = match timeout(IDLE, wire::read_request(&mut stream, &mut buffer)).await {
            Ok(Ok(Some(head))) => head,
            Ok(Err(error)) if error.kind() == io::ErrorKind::InvalidData => {
                let _ = answer::bad_request(&mut stream).await;
                break;
            }
            _ => break,
        };
        match shared.respond(&mut stream, &head, secure).await {
            Ok(After::Keep) if head.keep_alive => {}
            Ok(After::Reset) => {
                // Closing with linger zero sends RST instead of FIN.
                let _ = stream.connection().set_zero_linger();
                return;
            }
            _ => break,
        }
    }
    let _ = timeout(IDLE, stream.shutdown()).await;
}
