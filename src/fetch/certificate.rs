//! What a refused certificate says about itself.

use std::fmt;
use std::net::IpAddr;

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::oid_registry::OID_PKIX_ACCESS_DESCRIPTOR_CA_ISSUERS;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::time::ASN1Time;

use crate::model::exchange::{CertificateFacts, TlsFailure};

/// Names listed at most; some certificates carry hundreds.
const MAX_NAMES: usize = 10;

/// Bytes of a distinguished name or address kept at most.
const MAX_TEXT: usize = 512;

/// The error our verifier gives, with everything that is known.
#[derive(Debug)]
pub struct RefusedCertificate(pub TlsFailure);

impl fmt::Display for RefusedCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "certificate refused: {:?}", self.0.fault)
    }
}

impl std::error::Error for RefusedCertificate {}

/// A certificate as read.
pub struct Read {
    /// What it says.
    pub facts: CertificateFacts,
    /// Whether it names itself as its issuer.
    pub self_signed: bool,
}

/// Reads a certificate; `None` when it is not one.
pub fn read(der: &CertificateDer<'_>) -> Option<Read> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let mut names = Vec::new();
    let mut issuer_address = None;
    let (mut key_id, mut issuer_key_id) = (None, None);
    for extension in certificate.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::SubjectAlternativeName(alternatives) => {
                names.extend(alternatives.general_names.iter().filter_map(name_text).take(MAX_NAMES));
            }
            ParsedExtension::AuthorityInfoAccess(access) => {
                issuer_address = access
                    .accessdescs
                    .iter()
                    .filter(|description| description.access_method == OID_PKIX_ACCESS_DESCRIPTOR_CA_ISSUERS)
                    .find_map(|description| match &description.access_location {
                        GeneralName::URI(address) => Some(bounded((*address).to_owned())),
                        _ => None,
                    });
            }
            ParsedExtension::SubjectKeyIdentifier(id) => key_id = Some(id.0),
            ParsedExtension::AuthorityKeyIdentifier(id) => issuer_key_id = id.key_identifier.as_ref().map(|id| id.0),
            _ => {}
        }
    }
    // The same name on both sides is not enough: a private authority may share its name with what it signs.
    let keys_differ = matches!((key_id, issuer_key_id), (Some(own), Some(issuer)) if own != issuer);
    let self_signed = certificate.subject().as_raw() == certificate.issuer().as_raw() && !keys_differ;
    let facts = CertificateFacts {
        subject: bounded(certificate.subject().to_string()),
        issuer: bounded(certificate.issuer().to_string()),
        not_before: instant_text(certificate.validity().not_before),
        not_after: instant_text(certificate.validity().not_after),
        names,
        issuer_address,
    };
    Some(Read { facts, self_signed })
}

fn name_text(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some(bounded((*name).to_owned())),
        GeneralName::IPAddress(bytes) => {
            let address: IpAddr = match bytes.len() {
                4 => <[u8; 4]>::try_from(*bytes).ok()?.into(),
                _ => <[u8; 16]>::try_from(*bytes).ok()?.into(),
            };
            Some(address.to_string())
        }
        _ => None,
    }
}

fn instant_text(time: ASN1Time) -> String {
    Timestamp::from_second(time.timestamp()).map(|instant| instant.to_string()).unwrap_or_default()
}

fn bounded(mut text: String) -> String {
    let end = (0..=MAX_TEXT.min(text.len())).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    text.truncate(end);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_certificates_do_no_harm() {
        let key = rcgen::KeyPair::generate().expect("a key");
        let params = rcgen::CertificateParams::new(vec!["www.example.org".to_owned()]).expect("parameters");
        let der = params.self_signed(&key).expect("a certificate").der().to_vec();
        assert!(read(&der.clone().into()).is_some_and(|read| read.self_signed));
        for at in 0..der.len() {
            let mut damaged = der.clone();
            damaged[at] ^= 0xff;
            let _ = read(&damaged.into());
            let _ = read(&der[..at].to_vec().into());
        }
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(bounded("\u{e9}".repeat(300)).len(), MAX_TEXT);
        assert_eq!(bounded(format!("a{}", "\u{e9}".repeat(300))).len(), MAX_TEXT - 1);
    }
}
