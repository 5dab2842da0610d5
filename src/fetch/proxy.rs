//! Whether a proxy is there at all.

use std::borrow::Cow;
use std::time::Duration;

use tokio::net::TcpStream;
use url::{Host, Url};

/// Whether a proxy takes a connection within a time. What it lets through is another question.
pub async fn takes_connections(proxy: &str, patience: Duration) -> bool {
    let Ok(url) = Url::parse(proxy) else { return false };
    let port = url.port_or_known_default().unwrap_or(SOCKS);
    let host = match url.host() {
        Some(Host::Domain(name)) => name.to_owned(),
        Some(Host::Ipv4(address)) => address.to_string(),
        Some(Host::Ipv6(address)) => address.to_string(),
        None => return false,
    };
    // The proxy was chosen on purpose and may be anywhere: the system's own name service and routes are its.
    matches!(tokio::time::timeout(patience, TcpStream::connect((host, port))).await, Ok(Ok(_)))
}

/// A proxy's address such that it looks up the names itself. With plain `socks5` the client would do so here, where a name
/// may be one that only somebody elsewhere can resolve, or an address that may not be asked.
pub fn resolving_there(proxy: &str) -> Cow<'_, str> {
    match proxy.strip_prefix("socks5://") {
        Some(rest) => format!("socks5h://{rest}").into(),
        None => proxy.into(),
    }
}

/// A proxy's address as it may be told: without the password it may hold.
pub fn without_password(proxy: &str) -> String {
    let Ok(mut url) = Url::parse(proxy) else { return "the proxy".to_owned() };
    let _ = url.set_password(None);
    let _ = url.set_username("");
    url.as_str().trim_end_matches('/').to_owned()
}

/// The port of a SOCKS proxy that names none.
const SOCKS: u16 = 1080;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_proxy_is_there_or_it_is_not() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        for scheme in ["http", "socks5"] {
            assert!(takes_connections(&format!("{scheme}://name:secret@{address}"), Duration::from_secs(5)).await);
        }
        drop(listener);
        assert!(!takes_connections(&format!("socks5://{address}"), Duration::from_secs(5)).await);
        assert!(!takes_connections("nonsense", Duration::from_secs(5)).await);
    }

    #[test]
    fn a_password_is_not_told() {
        assert_eq!(without_password("socks5://name:secret@proxy.test:1080"), "socks5://proxy.test:1080");
        assert_eq!(without_password("http://proxy.test/"), "http://proxy.test");
    }
}
