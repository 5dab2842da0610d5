//! TLS: what is trusted, and how a refusal is told.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

use super::web::*;
use crate::config::Network;
use crate::fetch::{FetchError, Fetcher};
use crate::model::exchange::{BodyFault, CertificateFacts, Failure, TlsFailure, TlsFault};

/// An authority of the test's own.
struct Authority {
    params: CertificateParams,
    key: KeyPair,
    file: NamedTempFile,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        let mut file = NamedTempFile::new().expect("a file");
        file.write_all(certificate.pem().as_bytes()).expect("disk");
        Authority { params, key, file }
    }

    fn sign(&self, params: &CertificateParams) -> (CertificateDer<'static>, KeyPair) {
        let key = KeyPair::generate().expect("a key");
        let issuer = Issuer::from_params(&self.params, &self.key);
        (params.signed_by(&key, &issuer).expect("a certificate").der().clone(), key)
    }
}

fn leaf(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn acceptor((certificate, key): (CertificateDer<'static>, KeyPair), protocols: &[&str]) -> TlsAcceptor {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a certificate");
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

/// A TLS server on loopback with this certificate.
async fn serve_tls(identity: (CertificateDer<'static>, KeyPair)) -> SocketAddr {
    let acceptor = acceptor(identity, &["http/1.1"]);
    serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            while !read_head(&mut stream).await.is_empty() {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret").await;
            }
        }
    })
    .await
}

/// Every name is on loopback, and `authority` is trusted.
async fn trusting(authority: &Authority) -> Network {
    let names = name_server(|_, _| addresses(&["127.0.0.1"])).await;
    Network { dns_servers: vec![names], extra_ca_file: Some(authority.file.path().to_owned()), ..network() }
}

async fn refused(network: &Network, server: SocketAddr) -> TlsFailure {
    match failure(network, &format!("https://www.example.org:{}/", server.port())).await {
        Failure::Tls(failure) => failure,
        other => panic!("{other:?}"),
    }
}

fn facts(failure: TlsFailure, fault: TlsFault) -> CertificateFacts {
    assert_eq!(failure.fault, fault);
    failure.certificate.expect("facts")
}

#[tokio::test]
async fn a_certificate_of_an_extra_root_is_trusted() {
    let authority = Authority::new("Test Root");
    let server = serve_tls(authority.sign(&leaf("www.example.org"))).await;
    let network = trusting(&authority).await;
    let answer = answer(&network, &format!("https://www.example.org:{}/", server.port())).await;
    assert_eq!((answer.status, answer.body.as_ref()), (200, b"secret".as_slice()));
}

#[tokio::test]
async fn dates_are_told_apart() {
    let authority = Authority::new("Test Root");
    let network = trusting(&authority).await;
    let mut past = leaf("www.example.org");
    (past.not_before, past.not_after) = (date_time_ymd(2001, 2, 3), date_time_ymd(2002, 2, 3));
    let facts_of_past = facts(refused(&network, serve_tls(authority.sign(&past)).await).await, TlsFault::Expired);
    assert_eq!(facts_of_past.not_before, "2001-02-03T00:00:00Z");
    assert_eq!(facts_of_past.not_after, "2002-02-03T00:00:00Z");
    assert_eq!(facts_of_past.subject, "CN=www.example.org");
    assert_eq!(facts_of_past.issuer, "CN=Test Root");
    assert_eq!(facts_of_past.names, ["www.example.org"]);
    let mut future = leaf("www.example.org");
    (future.not_before, future.not_after) = (date_time_ymd(4000, 1, 1), date_time_ymd(4001, 1, 1));
    facts(refused(&network, serve_tls(authority.sign(&future)).await).await, TlsFault::NotYetValid);
}

#[tokio::test]
async fn another_name_is_told() {
    let authority = Authority::new("Test Root");
    let mut params = leaf("other.example.net");
    params.subject_alt_names.push(rcgen::SanType::IpAddress("192.0.2.7".parse().expect("an address")));
    let server = serve_tls(authority.sign(&params)).await;
    let facts = facts(refused(&trusting(&authority).await, server).await, TlsFault::WrongHost);
    assert_eq!(facts.names, ["other.example.net", "192.0.2.7"]);
}

#[tokio::test]
async fn a_self_signed_certificate_is_told_from_an_unknown_issuer() {
    let authority = Authority::new("Test Root");
    let network = trusting(&authority).await;
    for is_ca in [IsCa::NoCa, IsCa::Ca(BasicConstraints::Unconstrained)] {
        let mut params = leaf("www.example.org");
        params.is_ca = is_ca;
        let key = KeyPair::generate().expect("a key");
        let own = (params.self_signed(&key).expect("a certificate").der().clone(), key);
        facts(refused(&network, serve_tls(own).await).await, TlsFault::SelfSigned);
    }
    let stranger = Authority::new("Stranger");
    let facts_of_stranger = facts(
        refused(&network, serve_tls(stranger.sign(&leaf("www.example.org"))).await).await,
        TlsFault::UnknownIssuer,
    );
    assert_eq!(facts_of_stranger.issuer, "CN=Stranger");
    // An authority may bear the name of what it signs.
    let namesake = Authority::new("www.example.org");
    let mut params = leaf("www.example.org");
    params.use_authority_key_identifier_extension = true;
    params.is_ca = IsCa::ExplicitNoCa;
    facts(refused(&network, serve_tls(namesake.sign(&params)).await).await, TlsFault::UnknownIssuer);
}

#[tokio::test]
async fn the_address_of_a_missing_issuer_is_told() {
    let stranger = Authority::new("Stranger");
    let mut params = leaf("www.example.org");
    // AuthorityInfoAccessSyntax with one caIssuers entry (RFC 5280, 4.2.2.1).
    let address = b"http://ca.example/i.cer";
    let mut entry = vec![0x06, 8, 0x2b, 6, 1, 5, 5, 7, 48, 2, 0x86, u8::try_from(address.len()).expect("short")];
    entry.extend_from_slice(address);
    let length = u8::try_from(entry.len()).expect("short");
    let mut value = vec![0x30, length + 2, 0x30, length];
    value.append(&mut entry);
    params.custom_extensions.push(rcgen::CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], value));
    let authority = Authority::new("Test Root");
    let network = trusting(&authority).await;
    let facts = facts(refused(&network, serve_tls(stranger.sign(&params)).await).await, TlsFault::UnknownIssuer);
    assert_eq!(facts.issuer_address.as_deref(), Some("http://ca.example/i.cer"));
}

#[tokio::test]
async fn a_certificate_for_another_purpose_and_a_name_the_server_does_not_know_are_told() {
    let authority = Authority::new("Test Root");
    let network = trusting(&authority).await;
    let mut params = leaf("www.example.org");
    params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    facts(refused(&network, serve_tls(authority.sign(&params)).await).await, TlsFault::Other);
    let unknown = serve(|mut stream| async move {
        let _ = stream.read_u8().await;
        // A fatal alert, unrecognized_name (RFC 6066, 3).
        let _ = stream.write_all(&[21, 3, 3, 0, 2, 2, 112]).await;
        let _ = stream.read_to_end(&mut Vec::new()).await;
    })
    .await;
    let told = TlsFailure { alert: Some("unrecognized_name".to_owned()), ..TlsFault::Protocol.into() };
    assert_eq!(refused(&network, unknown).await, told);
}

#[tokio::test]
async fn what_is_not_tls_is_a_protocol_fault() {
    let authority = Authority::new("Test Root");
    let network = trusting(&authority).await;
    let plain = serve(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await;
        read_head(&mut stream).await;
    })
    .await;
    let protocol = TlsFailure::from(TlsFault::Protocol);
    assert_eq!(refused(&network, plain).await, protocol);
    let closing = serve(|mut stream| async move {
        let _ = stream.read_u8().await;
        let _ = stream.shutdown().await;
        let _ = stream.read_to_end(&mut Vec::new()).await;
    })
    .await;
    assert_eq!(refused(&network, closing).await, protocol);
    let resetting = serve(|mut stream| async move {
        let _ = stream.read_u8().await;
        reset(stream);
    })
    .await;
    assert_eq!(refused(&network, resetting).await, protocol);
}

#[tokio::test]
async fn an_end_without_close_notify_is_an_end_where_nothing_else_ends_the_body() {
    let authority = Authority::new("Test Root");
    let network = trusting(&authority).await;
    for (head, expected) in [("", None), ("Content-Length: 100\r\n", Some(BodyFault::Short))] {
        let acceptor = acceptor(authority.sign(&leaf("www.example.org")), &["http/1.1"]);
        let server = serve(move |stream| {
            let acceptor = acceptor.clone();
            async move {
                let mut stream = acceptor.accept(stream).await.expect("a session");
                read_head(&mut stream).await;
                let answer = format!("HTTP/1.1 200 OK\r\n{head}\r\nthe body");
                stream.write_all(answer.as_bytes()).await.expect("a listener");
                stream.flush().await.expect("a listener");
            }
        })
        .await;
        let answer = answer(&network, &format!("https://www.example.org:{}/", server.port())).await;
        assert_eq!((answer.body.as_ref(), answer.body_fault), (b"the body".as_slice(), expected));
    }
}

#[test]
fn an_unusable_file_of_roots_is_named() {
    let mut junk = NamedTempFile::new().expect("a file");
    junk.write_all(b"not a certificate").expect("disk");
    for path in [junk.path().to_owned(), "/nonexistent/roots.pem".into()] {
        let error = Fetcher::new(&Network { extra_ca_file: Some(path.clone()), ..network() }).expect_err("an error");
        assert!(matches!(error, FetchError::ExtraRoots { .. }));
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    }
}

/// An HTTP/2 server whose answer depends on the path.
async fn serve_h2(identity: (CertificateDer<'static>, KeyPair)) -> SocketAddr {
    let acceptor = acceptor(identity, &["h2"]);
    serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            let Ok(mut connection) = h2::server::handshake(stream).await else { return };
            while let Some(Ok((request, mut respond))) = connection.accept().await {
                let path = request.uri().path().to_owned();
                tokio::spawn(async move {
                    if path == "/reset" {
                        return respond.send_reset(h2::Reason::INTERNAL_ERROR);
                    }
                    let head = hyper::Response::builder().status(203).header("x-old", "a").body(()).expect("a head");
                    let mut body = respond.send_response(head, false).expect("a stream");
                    body.send_data("start".into(), false).expect("a stream");
                    let more = match path.as_str() {
                        "/endless" => usize::MAX,
                        // More than the window holds, so that the client has seen the beginning before the reset.
                        "/broken" => 400,
                        _ => 1,
                    };
                    for _ in 0..more {
                        body.reserve_capacity(1000);
                        match std::future::poll_fn(|context| body.poll_capacity(context)).await {
                            Some(Ok(room)) if body.send_data(vec![b'x'; room].into(), false).is_ok() => {}
                            _ => return,
                        }
                    }
                    if path == "/broken" {
                        return body.send_reset(h2::Reason::INTERNAL_ERROR);
                    }
                    let _ = body.send_data("end".into(), true);
                });
            }
        }
    })
    .await
}

#[tokio::test]
async fn http_2_is_spoken_where_it_is_offered() {
    let authority = Authority::new("Test Root");
    let server = serve_h2(authority.sign(&leaf("www.example.org"))).await;
    let network = trusting(&authority).await;
    let at = |path: &str| format!("https://www.example.org:{}{path}", server.port());
    let whole = answer(&network, &at("/")).await;
    assert_eq!((whole.status, whole.body_fault, whole.truncated), (203, None, false));
    assert!(whole.body.starts_with(b"startx") && whole.body.ends_with(b"xend"));
    assert_eq!(whole.headers.get("x-old").as_deref(), Some("a"));
    assert_eq!(failure(&network, &at("/reset")).await, Failure::Reset);
    let broken = answer(&network, &at("/broken")).await;
    assert_eq!(broken.body_fault, Some(BodyFault::Reset));
    let endless = answer(&network, &at("/endless")).await;
    assert_eq!((endless.body.len(), endless.truncated, endless.body_fault), (1 << 20, true, None));
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("short").to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// A server that answers a request over HTTP/2 with this frame, and one over HTTP/1.1 well.
async fn serve_frame(
    identity: (CertificateDer<'static>, KeyPair),
    protocols: &[&str],
    (kind, flags, payload): (u8, u8, &'static [u8]),
) -> SocketAddr {
    let acceptor = acceptor(identity, protocols);
    serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
                read_head(&mut stream).await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold").await;
                return;
            }
            let mut preface = [0; 24];
            let _ = stream.read_exact(&mut preface).await;
            let _ = stream.write_all(&frame(4, 0, 0, &[])).await;
            let mut head = [0; 9];
            while stream.read_exact(&mut head).await.is_ok() {
                let [_, high, low, asked, _, number @ ..] = head;
                let mut rest = vec![0; usize::from(u16::from_be_bytes([high, low]))];
                let _ = stream.read_exact(&mut rest).await;
                if asked == 1 {
                    let _ = stream.write_all(&frame(kind, flags, u32::from_be_bytes(number), payload)).await;
                }
            }
        }
    })
    .await
}

#[tokio::test]
async fn where_http_2_does_not_work_http_1_is_spoken() {
    let authority = Authority::new("Test Root");
    let network = trusting(&authority).await;
    let identity = || authority.sign(&leaf("www.example.org"));
    for (what, wrong) in [
        ("HTTP_1_1_REQUIRED", (3, 0, &[0, 0, 0, 13][..])),
        ("a header that HTTP/2 forbids", (1, 5, b"\x88\0\x07upgrade\x02h2")),
    ] {
        let server = serve_frame(identity(), &["h2", "http/1.1"], wrong).await;
        let old = answer(&network, &format!("https://www.example.org:{}/", server.port())).await;
        assert_eq!((old.status, old.body.as_ref()), (200, b"old".as_slice()), "{what}");
        let server = serve_frame(identity(), &["h2"], wrong).await;
        let failure = failure(&network, &format!("https://www.example.org:{}/", server.port())).await;
        assert!(matches!(&failure, Failure::Malformed(told) if told.starts_with("HTTP/2: ")), "{what} {failure:?}");
    }
    // A stream that the server ends with an error of its own, in place of an answer.
    let ended = (3, 0, &[0, 0, 0, 2][..]);
    let server = serve_frame(identity(), &["h2", "http/1.1"], ended).await;
    let old = answer(&network, &format!("https://www.example.org:{}/", server.port())).await;
    assert_eq!((old.status, old.body.as_ref()), (200, b"old".as_slice()));
    let server = serve_frame(identity(), &["h2"], ended).await;
    assert_eq!(failure(&network, &format!("https://www.example.org:{}/", server.port())).await, Failure::Reset);
}
