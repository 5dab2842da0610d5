//! No answer: what failed on the way, and chains of redirects at fault.

use super::facts::View;
use crate::model::exchange::{ConnectFailure, DnsFailure, Failure, RedirectFault, TlsFailure, TlsFault};
use crate::model::reason::StrikeClass;
use crate::model::{Assessment, Confidence, Reason};

/// Judges a chain that ended without an answer.
pub(super) fn failure(view: &View<'_>) -> Option<Assessment> {
    let failure = view.exchange.failure()?;
    let host = view.landed.host_str().unwrap_or_default();
    let times = view.times();
    let verdict = match failure {
        Failure::Dns(fault) => return Some(dns(view, *fault, host)),
        // The port is at fault, not where the host is.
        Failure::AddressRefused(port) if port.starts_with("port ") => {
            let (reason, at) = match view.was_redirected() {
                true => (Reason::RedirectPrivate, format!("redirects to {host}")),
                false => (Reason::PrivateAddress, host.to_owned()),
            };
            Assessment::new(reason, format!("{at}, where {port}; not asked"))
        }
        Failure::AddressRefused(address) if view.was_redirected() => Assessment::new(
            Reason::RedirectPrivate,
            format!("redirects to {host}, an address of a private network ({address}); not asked"),
        ),
        // A name, and what kind of name it is.
        Failure::AddressRefused(name)
            if name.starts_with(host) && matches!(view.landed.host(), Some(url::Host::Domain(_))) =>
        {
            Assessment::new(
                Reason::PrivateAddress,
                format!("{host} is no name of the open web{}; not asked", &name[host.len()..]),
            )
        }
        Failure::AddressRefused(address) => Assessment::new(
            Reason::PrivateAddress,
            format!("{host} is an address of a private network ({address}); not asked"),
        ),
        Failure::Proxy(what) => {
            Assessment::new(Reason::NetworkUnhealthy, format!("the proxy {what}, so {host} was not asked"))
        }
        Failure::Connect(fault) => {
            let (reason, what) = match fault {
                ConnectFailure::Refused => (Reason::TcpRefused, "refused the connection"),
                ConnectFailure::Timeout => (Reason::TimeoutConnect, "did not accept a connection in time"),
                ConnectFailure::Unreachable => (Reason::TcpUnreachable, "cannot be reached from here"),
                ConnectFailure::Other => (Reason::TcpReset, "broke off while the connection was made"),
            };
            Assessment::new(reason, format!("{host} {what} ({times})"))
        }
        Failure::Tls(failure) => tls(failure, host),
        Failure::HeadTimeout => Assessment::new(
            Reason::TimeoutRead,
            format!("{host} accepted the request and did not answer in time ({times})"),
        ),
        Failure::EmptyReply => {
            Assessment::new(Reason::EmptyReply, format!("{host} closed the connection without an answer ({times})"))
        }
        Failure::Reset => Assessment::new(Reason::TcpReset, format!("{host} reset the connection ({times})")),
        Failure::Malformed(what) => {
            let (protocol, what) = what.strip_prefix("HTTP/2: ").map_or(("HTTP", &**what), |what| ("HTTP/2", what));
            let what = super::text::excerpt(what);
            let verdict = Assessment::new(Reason::BadHttp, format!("what {host} sent is not {protocol}: {what}"));
            // Browsers read on to the end of the connection.
            let is_shown = what.contains("content-length");
            if is_shown { verdict.with_class(StrikeClass::N) } else { verdict }
        }
        Failure::Redirect(fault) => redirect(view, fault),
        Failure::Other(what) => {
            Assessment::new(Reason::BadHttp, format!("the request to {host} failed: {}", super::text::excerpt(what)))
                .with_confidence(Confidence::Low)
        }
    };
    Some(verdict)
}

/// The listed host cannot exist: a mistake in the address, not an outage.
pub(super) fn impossible(view: &View<'_>) -> Option<Assessment> {
    view.exchange.failure().filter(|_| !view.was_redirected())?;
    let why = super::address::impossible_host(view.listed())?;
    Some(super::unasked::invalid(view.listed().as_str(), why))
}

fn dns(view: &View<'_>, fault: DnsFailure, host: &str) -> Assessment {
    match fault {
        DnsFailure::NoSuchName if view.was_redirected() => {
            Assessment::new(Reason::RedirectDeadTarget, format!("redirects to {host}, a name that does not exist"))
        }
        DnsFailure::NoSuchName => {
            Assessment::new(Reason::DnsNxdomain, format!("the name {host} does not exist (NXDOMAIN, {})", view.times()))
        }
        DnsFailure::NoAddress => {
            Assessment::new(Reason::DnsNoAddress, format!("the name {host} exists and has no address"))
        }
        DnsFailure::ServerFailure => {
            Assessment::new(Reason::DnsServfail, format!("the name servers of {host} fail ({})", view.times()))
        }
        DnsFailure::Timeout => {
            Assessment::new(Reason::DnsTimeout, format!("looking up {host} got no answer in time ({})", view.times()))
        }
        DnsFailure::Unreachable => {
            Assessment::new(Reason::DnsTimeout, format!("no name server could be reached to look up {host}"))
                .with_confidence(Confidence::Low)
        }
    }
}

fn tls(failure: &TlsFailure, host: &str) -> Assessment {
    let certificate = failure.certificate.as_ref();
    let until = certificate.map(|facts| facts.not_after.as_str()).filter(|date| !date.is_empty());
    let from = certificate.map(|facts| facts.not_before.as_str()).filter(|date| !date.is_empty());
    let names = certificate.map(|facts| facts.names.join(", ")).filter(|names| !names.is_empty());
    let issuer = certificate.map(|facts| facts.issuer.as_str()).filter(|issuer| !issuer.is_empty());
    let with = |text: String, label: &str, detail: Option<&str>| match detail {
        Some(detail) => format!("{text} ({label} {detail})"),
        None => text,
    };
    match failure.fault {
        TlsFault::Expired => Assessment::new(
            Reason::TlsExpired,
            with(format!("the certificate of {host} has expired"), "valid until", until),
        ),
        TlsFault::NotYetValid => Assessment::new(
            Reason::TlsNotYetValid,
            with(format!("the certificate of {host} is not valid yet"), "valid from", from),
        ),
        TlsFault::SelfSigned => {
            Assessment::new(Reason::TlsSelfSigned, format!("the certificate of {host} is self-signed"))
        }
        TlsFault::WrongHost => Assessment::new(
            Reason::TlsWrongHost,
            with(format!("the certificate presented for {host} is for other names"), "names", names.as_deref()),
        ),
        TlsFault::UnknownIssuer if certificate.is_some_and(|facts| facts.issuer_address.is_some()) => Assessment::new(
            Reason::TlsUnknownIssuer,
            with(
                format!("the certificate chain of {host} is incomplete; browsers usually repair that"),
                "issuer",
                issuer,
            ),
        ),
        TlsFault::UnknownIssuer => Assessment::new(
            Reason::TlsUnknownIssuer,
            with(format!("the certificate of {host} leads to no trusted root"), "issuer", issuer),
        ),
        TlsFault::Revoked => {
            Assessment::new(Reason::TlsProtocol, format!("the certificate of {host} was revoked by its issuer"))
        }
        TlsFault::Timeout => {
            Assessment::new(Reason::TimeoutConnect, format!("the secure session with {host} was not set up in time"))
        }
        TlsFault::Other if certificate.is_some() => Assessment::new(
            Reason::TlsProtocol,
            format!(
                "the certificate of {host} is not one that a website can show: made for another purpose, or faulty"
            ),
        ),
        TlsFault::Protocol | TlsFault::Other => {
            let why = match failure.alert.as_deref() {
                Some("unrecognized_name") => "it knows no site of that name (alert unrecognized_name)".to_owned(),
                None | Some("protocol_version" | "handshake_failure" | "insufficient_security") => {
                    "it speaks an outdated protocol, or none".to_owned()
                }
                Some(alert) => format!("it breaks off (alert {alert})"),
            };
            Assessment::new(Reason::TlsProtocol, format!("no secure session with {host}: {why}"))
        }
    }
}

fn redirect(view: &View<'_>, fault: &RedirectFault) -> Assessment {
    let at = view.exchange.final_url().unwrap_or_default();
    match fault {
        RedirectFault::Loop => Assessment::new(Reason::RedirectLoop, format!("the redirects come back to {at}")),
        RedirectFault::TooMany => Assessment::new(
            Reason::RedirectLoop,
            format!("still redirecting after {} hops, last at {at}", view.exchange.hops.len()),
        ),
        RedirectFault::NoLocation => {
            Assessment::new(Reason::RedirectNoLocation, format!("{at} redirects without saying where to"))
        }
        RedirectFault::BadTarget(target) => Assessment::new(
            Reason::RedirectBadTarget,
            format!("{at} redirects to something that is no web address: {}", super::text::excerpt(target)),
        ),
        RedirectFault::Private(target) => Assessment::new(
            Reason::RedirectPrivate,
            format!("{at} redirects into a private network: {}; not asked", super::text::excerpt(target)),
        ),
    }
}
