//! The certificates of the demonstration web: a root of its own, and good and bad leaves below it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CustomExtension, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::{CertifiedKey, SigningKey};

use super::error::DemoError;
use super::scenario::Tls;

/// Where the certificate of the intermediate is to be had.
pub(super) const ISSUER_HOST: &str = "issuer.demonstration.test";
/// Its path there.
pub(super) const ISSUER_PATH: &str = "/intermediate.cer";
/// The name a certificate for the wrong host is made for.
const OTHER_NAME: &str = "other-name.demonstration.test";
/// Authority Information Access (RFC 5280, 4.2.2.1).
const AUTHORITY_INFO_ACCESS: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 1, 1];
/// `caIssuers`, in DER.
const CA_ISSUERS: &[u8] = &[0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02];
const DAY: Duration = Duration::from_secs(24 * 3600);

/// The authorities, and the leaves made so far.
pub(super) struct Certificates {
    root: Authority,
    intermediate: Authority,
    leaf_pair: KeyPair,
    leaf_key: Arc<dyn SigningKey>,
    made: Mutex<HashMap<(String, Tls), Arc<CertifiedKey>>>,
}

struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Certificates {
    /// Makes the authorities and one key for all leaves.
    pub(super) fn new() -> Result<Self, DemoError> {
        let leaf_pair = KeyPair::generate().map_err(DemoError::certificate)?;
        let der = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(leaf_pair.serialize_der()));
        let leaf_key = rustls::crypto::aws_lc_rs::sign::any_ecdsa_type(&der).map_err(DemoError::certificate)?;
        let (root, intermediate) = authorities().map_err(DemoError::certificate)?;
        Ok(Certificates { root, intermediate, leaf_pair, leaf_key, made: Mutex::default() })
    }

    /// The root, for those who should trust it.
    pub(super) fn root_pem(&self) -> String {
        self.root.certificate.pem()
    }

    /// The intermediate that incomplete chains leave out, in DER.
    pub(super) fn intermediate_der(&self) -> Vec<u8> {
        self.intermediate.certificate.der().to_vec()
    }

    /// The certificate of a host, made when it is first asked for. `None` when there is none to present.
    pub(super) fn of(&self, host: &str, tls: Tls) -> Option<Arc<CertifiedKey>> {
        if tls == Tls::None {
            return None;
        }
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (host.to_owned(), tls);
        if let Some(leaf) = made.get(&key) {
            return Some(Arc::clone(leaf));
        }
        let leaf = Arc::new(CertifiedKey::new(vec![self.leaf(host, tls).ok()?], Arc::clone(&self.leaf_key)));
        made.insert(key, Arc::clone(&leaf));
        Some(leaf)
    }

    fn leaf(&self, host: &str, tls: Tls) -> Result<CertificateDer<'static>, rcgen::Error> {
        let name = if tls == Tls::WrongHost { OTHER_NAME } else { host };
        let (mut params, days) =
            (CertificateParams::new([name.to_owned()])?, if tls == Tls::Expired { -40 } else { 90 });
        limit(&mut params, -130, days);
        params.distinguished_name.push(DnType::CommonName, name);
        let leaf = match tls {
            Tls::SelfSigned => params.self_signed(&self.leaf_pair)?,
            Tls::IncompleteChain => {
                let address = format!("http://{ISSUER_HOST}{ISSUER_PATH}");
                params.custom_extensions.push(issuer_address(&address));
                params.signed_by(&self.leaf_pair, &self.intermediate.issuer)?
            }
            _ => params.signed_by(&self.leaf_pair, &self.root.issuer)?,
        };
        Ok(leaf.der().clone())
    }
}

fn authorities() -> Result<(Authority, Authority), rcgen::Error> {
    let root_params = authority_params("Demonstration Root");
    let root_key = KeyPair::generate()?;
    let certificate = root_params.self_signed(&root_key)?;
    let root = Authority { certificate, issuer: Issuer::new(root_params, root_key) };
    let params = authority_params("Demonstration Intermediate");
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, &root.issuer)?;
    Ok((root, Authority { certificate, issuer: Issuer::new(params, key) }))
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    limit(&mut params, -200, 400);
    params.distinguished_name.push(DnType::CommonName, name);
    params.distinguished_name.push(DnType::OrganizationName, "Demonstration web on this machine");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// Sets first and last day, counted from today. Servers have clocks of their own; this is theirs.
fn limit(params: &mut CertificateParams, first: i32, last: i32) {
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    let today = epoch + SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let day = |offset: i32| {
        let distance = DAY * offset.unsigned_abs();
        if offset < 0 { today - distance } else { today + distance }
    };
    params.not_before = day(first);
    params.not_after = day(last);
}

/// One `caIssuers` address: SEQUENCE { SEQUENCE { OID, [6] address } }.
fn issuer_address(address: &str) -> CustomExtension {
    let mut description = CA_ISSUERS.to_vec();
    description.extend(der(0x86, address.as_bytes()));
    CustomExtension::from_oid_content(AUTHORITY_INFO_ACCESS, der(0x30, &der(0x30, &description)))
}

/// Tag, length, content; for contents below 128 bytes, as the addresses here are.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap_or(u8::MAX);
    let mut bytes = vec![tag, length];
    bytes.extend(content);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use x509_parser::prelude::*;

    fn leaf(tls: Tls) -> Vec<u8> {
        let certificates = Certificates::new().expect("certificates");
        certificates.of("a.test", tls).expect("a leaf").cert[0].to_vec()
    }

    #[test]
    fn leaves_are_bad_in_the_way_asked_for() {
        let valid = leaf(Tls::Valid);
        let (_, valid) = X509Certificate::from_der(&valid).expect("a certificate");
        assert!(valid.validity().is_valid());
        assert!(valid.issuer().to_string().contains("Demonstration Root"));
        let expired = leaf(Tls::Expired);
        assert!(!X509Certificate::from_der(&expired).expect("a certificate").1.validity().is_valid());
        let own = leaf(Tls::SelfSigned);
        let (_, own) = X509Certificate::from_der(&own).expect("a certificate");
        assert_eq!(own.issuer(), own.subject());
        let other = leaf(Tls::WrongHost);
        assert!(X509Certificate::from_der(&other).expect("a certificate").1.subject().to_string().contains(OTHER_NAME));
    }

    #[test]
    fn an_incomplete_chain_names_its_issuers_address() {
        let leaf = leaf(Tls::IncompleteChain);
        let (_, leaf) = X509Certificate::from_der(&leaf).expect("a certificate");
        let described = leaf.extensions().iter().any(|extension| {
            matches!(extension.parsed_extension(), ParsedExtension::AuthorityInfoAccess(access)
                if access.accessdescs[0].access_location.to_string().contains(ISSUER_HOST))
        });
        assert!(described, "{:?}", leaf.extensions());
        assert!(leaf.issuer().to_string().contains("Intermediate"));
    }

    #[test]
    fn a_leaf_is_made_once() {
        let certificates = Certificates::new().expect("certificates");
        let first = certificates.of("a.test", Tls::Valid).expect("a leaf");
        assert!(Arc::ptr_eq(&first, &certificates.of("a.test", Tls::Valid).expect("a leaf")));
        assert!(certificates.of("a.test", Tls::None).is_none());
    }
}
