//! From an error of the HTTP stack to what happened.
//!
//! The truth is at the bottom: the client wraps hyper's error, which wraps an I/O error, which wraps another one, which
//! wraps the TLS library's. `source()` steps over what an `io::Error` carries, so both `source()` and `get_ref()` are
//! walked, and every layer is asked by type.

use std::error::Error as StdError;
use std::io;

use super::certificate::RefusedCertificate;
use super::phase::Phase;
use super::resolver::LookupError;
use super::tls;
use crate::model::exchange::{BodyFault, ConnectFailure, DnsFailure, Failure, TlsFailure, TlsFault};

/// Layers looked at; the deepest chains seen have nine.
const MAX_DEPTH: usize = 32;

/// Every layer of an error, outermost first.
fn layers<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| below(*error)).take(MAX_DEPTH)
}

fn below<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(carried) => Some(carried),
        None => error.source(),
    }
}

fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    layers(error).find_map(|layer| layer.downcast_ref::<E>())
}

/// Why no answer came. The phase tells timeouts apart.
pub fn of_request(error: &reqwest::Error, phase: Phase) -> Failure {
    if let Some(failure) = of_lookup(error).or_else(|| of_tls(error)) {
        return failure;
    }
    let io_kind = innermost_io(error).map(io::Error::kind);
    if error.is_connect() {
        return of_connect(error, io_kind, phase);
    }
    if error.is_builder() {
        return Failure::Other(without_address(error));
    }
    if let Some(failure) = of_http(error) {
        return failure;
    }
    match io_kind {
        Some(kind) if is_reset(kind) => Failure::Reset,
        Some(io::ErrorKind::UnexpectedEof) => Failure::EmptyReply,
        Some(io::ErrorKind::TimedOut) => Failure::HeadTimeout,
        _ if error.is_timeout() => Failure::HeadTimeout,
        _ => Failure::Other(without_address(error)),
    }
}

/// What is told of a proxy that asks for a password.
pub const WANTS_SIGN_IN: &str = "wants a sign-in";

/// What a failure says of the proxy in between, where it says so. The proxy is the only one that is dialled, and its name the
/// only one that is looked up; what it says of the host behind it is the host's.
pub fn of_proxy(error: &reqwest::Error, failure: &Failure) -> Option<Failure> {
    let what = match failure {
        Failure::Dns(_) => "has a name that does not resolve",
        Failure::Connect(ConnectFailure::Refused) => "refuses the connection",
        Failure::Connect(ConnectFailure::Unreachable) => "cannot be reached from here",
        _ => layers(error).find_map(|layer| in_words_of_proxy(&layer.to_string()))?,
    };
    Some(Failure::Proxy(what.to_owned()))
}

/// What a layer of an error means that the client tells in words only.
fn in_words_of_proxy(words: &str) -> Option<&'static str> {
    const SIGN_IN: [&str; 3] = ["proxy authorization required", "credentials not accepted", "user/pass authentication"];
    if SIGN_IN.iter().any(|sign| words.contains(sign)) {
        return Some(WANTS_SIGN_IN);
    }
    words.contains("failed to create underlying connection").then_some("takes no connection")
}

fn of_lookup(error: &reqwest::Error) -> Option<Failure> {
    find::<LookupError>(error).map(|lookup| of_lookup_error(lookup.clone()))
}

/// Why no address was found that may be asked.
pub fn of_lookup_error(error: LookupError) -> Failure {
    match error {
        LookupError::Dns(failure) => Failure::Dns(failure),
        LookupError::Refused(address) => Failure::AddressRefused(address),
    }
}

fn of_tls(error: &reqwest::Error) -> Option<Failure> {
    let error = find::<rustls::Error>(error)?;
    if let rustls::Error::InvalidCertificate(rustls::CertificateError::Other(other)) = error
        && let Some(refused) = other.0.downcast_ref::<RefusedCertificate>()
    {
        return Some(Failure::Tls(refused.0.clone()));
    }
    Some(Failure::Tls(TlsFailure { alert: tls::alert_of(error), ..tls::fault_of(error).into() }))
}

fn of_connect(error: &reqwest::Error, io_kind: Option<io::ErrorKind>, phase: Phase) -> Failure {
    if error.is_timeout() {
        return match timed_out(phase) {
            Failure::HeadTimeout => Failure::Connect(ConnectFailure::Timeout),
            failure => failure,
        };
    }
    let in_handshake = phase == Phase::Handshake;
    match io_kind {
        // The server hung up, or was cut off, before the session stood.
        Some(io::ErrorKind::UnexpectedEof) => tls_failure(TlsFault::Protocol),
        Some(kind) if in_handshake && is_reset(kind) => tls_failure(TlsFault::Protocol),
        Some(io::ErrorKind::ConnectionRefused) => Failure::Connect(ConnectFailure::Refused),
        Some(
            io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkDown
            | io::ErrorKind::AddrNotAvailable
            | io::ErrorKind::NotConnected,
        ) => Failure::Connect(ConnectFailure::Unreachable),
        Some(kind) if is_reset(kind) => Failure::Reset,
        // A packet filter on this machine that forbids the connection (EPERM, EACCES) is no word from the host.
        Some(io::ErrorKind::PermissionDenied) => Failure::Connect(ConnectFailure::Unreachable),
        _ => Failure::Connect(ConnectFailure::Other),
    }
}

/// What a timeout means in each phase.
pub fn timed_out(phase: Phase) -> Failure {
    match phase {
        Phase::Resolving => Failure::Dns(DnsFailure::Timeout),
        Phase::Connecting => Failure::Connect(ConnectFailure::Timeout),
        Phase::Handshake => tls_failure(TlsFault::Timeout),
        Phase::Pooled | Phase::Connected(_) => Failure::HeadTimeout,
    }
}

fn tls_failure(fault: TlsFault) -> Failure {
    Failure::Tls(TlsFailure::from(fault))
}

/// What the description of an answer begins with that breaks the rules of HTTP/2.
const NOT_HTTP2: &str = "HTTP/2: ";

/// Whether HTTP/1.1 may bring the answer that HTTP/2 did not.
pub fn wants_http1(error: &reqwest::Error) -> bool {
    find::<h2::Error>(error).is_some_and(|error| is_bad_http2(error) || is_ended_by_server(error))
}

/// Whether the server itself ended stream or connection instead of answering. Front ends do so whose HTTP/2 is broken; one
/// that asks for calm means it.
fn is_ended_by_server(error: &h2::Error) -> bool {
    error.is_remote() && error.reason() != Some(h2::Reason::ENHANCE_YOUR_CALM)
}

/// Whether the server wants to speak HTTP/1.1 (RFC 9113, 7), or speaks HTTP/2 in a way that our side ends.
fn is_bad_http2(error: &h2::Error) -> bool {
    error.reason() == Some(h2::Reason::HTTP_1_1_REQUIRED) || error.is_library()
}

fn of_http(error: &reqwest::Error) -> Option<Failure> {
    if let Some(error) = find::<h2::Error>(error) {
        return Some(match error.get_io() {
            Some(io) if is_reset(io.kind()) => Failure::Reset,
            Some(io) if io.kind() == io::ErrorKind::UnexpectedEof => Failure::EmptyReply,
            _ if is_bad_http2(error) => Failure::Malformed(format!("{NOT_HTTP2}{error}")),
            _ if error.is_reset() || error.is_go_away() => Failure::Reset,
            _ => Failure::Malformed(format!("{NOT_HTTP2}{error}")),
        });
    }
    let error = find::<hyper::Error>(error)?;
    if error.is_parse() {
        return Some(Failure::Malformed(error.to_string()));
    }
    // Nothing, or a head that breaks off: the stack does not tell the two apart.
    (error.is_incomplete_message() || error.is_canceled() || error.is_closed()).then_some(Failure::EmptyReply)
}

/// What went wrong while a body was read.
pub fn of_body(error: &reqwest::Error) -> BodyFault {
    if let Some(error) = find::<h2::Error>(error) {
        return match error.get_io().map(io::Error::kind) {
            Some(io::ErrorKind::UnexpectedEof) => BodyFault::Short,
            Some(_) => BodyFault::Reset,
            None if is_bad_http2(error) => BodyFault::Framing,
            None if error.is_reset() || error.is_go_away() => BodyFault::Reset,
            None => BodyFault::Framing,
        };
    }
    match innermost_io(error).map(io::Error::kind) {
        Some(io::ErrorKind::UnexpectedEof) => BodyFault::Short,
        Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => BodyFault::Framing,
        Some(io::ErrorKind::TimedOut) => BodyFault::Stalled,
        Some(kind) if is_reset(kind) => BodyFault::Reset,
        _ if find::<hyper::Error>(error).is_some_and(hyper::Error::is_incomplete_message) => BodyFault::Short,
        _ => BodyFault::Framing,
    }
}

/// The I/O error nearest to the system; those above it only carry it.
fn innermost_io(error: &reqwest::Error) -> Option<&io::Error> {
    layers(error).filter_map(|layer| layer.downcast_ref::<io::Error>()).last()
}

fn is_reset(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe)
}

/// The innermost text of an error; the outer ones repeat the address, which may hold secrets.
fn without_address(error: &reqwest::Error) -> String {
    layers(error).last().map(ToString::to_string).unwrap_or_default()
}
