//! TLS: whom we trust, and what a refused certificate said.
//!
//! The verifier of the platform decides. When it refuses, the leaf is at hand here and nowhere else, so its facts are
//! read at once and travel inside the error; no second connection is made to find out what was wrong.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier;

use super::FetchError;
use super::certificate::{self, RefusedCertificate};
use super::phase::NoteHandshakes;
use crate::model::exchange::{TlsFailure, TlsFault};

/// Servers whose sessions are kept for resumption.
const RESUMABLE_SERVERS: usize = 512;

/// The platform's verifier. It reads some hundred certificates from disk, once for the process.
static PLATFORM: OnceLock<Result<Arc<Verifier>, rustls::Error>> = OnceLock::new();

/// The client's side of TLS: the platform's roots and those of `extra_ca_file`, HTTP/2 offered before HTTP/1.1.
///
/// # Errors
/// When `extra_ca_file` cannot be read or holds no certificate, or the platform has no roots and none are given.
pub fn client_config(extra_ca_file: Option<&Path>) -> Result<ClientConfig, FetchError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let extra_roots = extra_ca_file.map(read_roots).transpose()?.unwrap_or_default();
    let verifier = RecordingVerifier::new(extra_roots, &provider)?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(FetchError::Tls)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config.resumption = Resumption::store(Arc::new(NoteHandshakes::new(RESUMABLE_SERVERS)));
    Ok(config)
}

/// The same without HTTP/2.
pub fn without_http2(config: &ClientConfig) -> ClientConfig {
    let mut config = config.clone();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config
}

fn read_roots(path: &Path) -> Result<Vec<CertificateDer<'static>>, FetchError> {
    let unreadable = |error| FetchError::ExtraRoots { path: path.to_owned(), error };
    let roots: Vec<_> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|error| unreadable(error.to_string()))?;
    if roots.is_empty() {
        return Err(unreadable("no PEM certificate in it".to_owned()));
    }
    let mut store = RootCertStore::empty();
    for root in &roots {
        store.add(root.clone()).map_err(|error| unreadable(error.to_string()))?;
    }
    Ok(roots)
}

/// Asks the platform's verifier, then one over the extra roots; on refusal says why in our own words.
#[derive(Debug)]
struct RecordingVerifier {
    platform: Option<Arc<Verifier>>,
    extra: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl RecordingVerifier {
    fn new(extra_roots: Vec<CertificateDer<'static>>, provider: &Arc<CryptoProvider>) -> Result<Self, FetchError> {
        // Two verifiers rather than one over the union: on some platforms the system's verifier takes no further roots
        // without also changing how it judges the others.
        let extra = match extra_roots.is_empty() {
            true => None,
            false => {
                let mut store = RootCertStore::empty();
                store.add_parsable_certificates(extra_roots);
                let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider));
                Some(builder.build().map_err(|error| FetchError::Tls(rustls::Error::General(error.to_string())))?)
            }
        };
        let platform = PLATFORM.get_or_init(|| Verifier::new(Arc::clone(provider)).map(Arc::new));
        let platform = match platform {
            Ok(platform) => Some(Arc::clone(platform)),
            Err(_) if extra.is_some() => None,
            Err(error) => return Err(FetchError::NoRoots(error.clone())),
        };
        Ok(RecordingVerifier { platform, extra, provider: Arc::clone(provider) })
    }

    fn judge(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let by_platform = self
            .platform
            .as_ref()
            .map(|verifier| verifier.verify_server_cert(leaf, intermediates, server_name, ocsp_response, now));
        match (by_platform, &self.extra) {
            (Some(Ok(verified)), _) => Ok(verified),
            (Some(Err(error)), None) => Err(error),
            (Some(Err(error)), Some(extra)) => {
                // The platform's reason stands where the extra roots have nothing to do with this chain.
                extra
                    .verify_server_cert(leaf, intermediates, server_name, ocsp_response, now)
                    .map_err(|second| if fault_of(&second) == TlsFault::UnknownIssuer { error } else { second })
            }
            (None, Some(extra)) => extra.verify_server_cert(leaf, intermediates, server_name, ocsp_response, now),
            (None, None) => Err(rustls::Error::General("no roots of trust".to_owned())),
        }
    }
}

impl ServerCertVerifier for RecordingVerifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.judge(leaf, intermediates, server_name, ocsp_response, now).map_err(|error| {
            let read = certificate::read(leaf);
            let fault = match fault_of(&error) {
                // A self-signed leaf is an unknown issuer to the verifier, or a root where a leaf should be.
                TlsFault::UnknownIssuer | TlsFault::Other if read.as_ref().is_some_and(|read| read.self_signed) => {
                    TlsFault::SelfSigned
                }
                fault => fault,
            };
            let failure = TlsFailure { certificate: read.map(|read| read.facts), ..fault.into() };
            let refused: Arc<dyn std::error::Error + Send + Sync> = Arc::new(RefusedCertificate(failure));
            rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(refused)))
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, leaf, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, leaf, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// The kind of fault behind an error of the TLS library.
pub fn fault_of(error: &rustls::Error) -> TlsFault {
    use rustls::Error;
    match error {
        Error::InvalidCertificate(error) => certificate_fault(error),
        Error::InvalidMessage(_)
        | Error::InappropriateMessage { .. }
        | Error::InappropriateHandshakeMessage { .. }
        | Error::PeerIncompatible(_)
        | Error::PeerMisbehaved(_)
        | Error::AlertReceived(_)
        | Error::NoApplicationProtocol
        | Error::NoCertificatesPresented
        | Error::DecryptError
        | Error::PeerSentOversizedRecord => TlsFault::Protocol,
        _ => TlsFault::Other,
    }
}

/// The name of the alert with which the server broke off.
pub fn alert_of(error: &rustls::Error) -> Option<String> {
    let rustls::Error::AlertReceived(alert) = error else { return None };
    if *alert == rustls::AlertDescription::UnrecognisedName {
        // The library spells it in its own way.
        return Some("unrecognized_name".to_owned());
    }
    let mut name = String::new();
    // What is `handshake_failure` there is `HandshakeFailure` here.
    for letter in format!("{alert:?}").chars() {
        if letter.is_ascii_uppercase() && name.ends_with(|last: char| last.is_ascii_lowercase()) {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    Some(name)
}

fn certificate_fault(error: &CertificateError) -> TlsFault {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsFault::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => TlsFault::NotYetValid,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => TlsFault::WrongHost,
        CertificateError::UnknownIssuer => TlsFault::UnknownIssuer,
        CertificateError::Revoked => TlsFault::Revoked,
        _ => TlsFault::Other,
    }
}
