//! What can keep the demonstration web from being played.

use std::net::SocketAddr;

/// Why a web cannot be read or played.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A line is no scenario.
    #[error("line {line} is no scenario")]
    Syntax {
        /// 1-based line of the text.
        line: usize,
        /// What the JSON reader says.
        source: serde_json::Error,
    },
    /// A condition of a route cannot be understood.
    #[error("scenario {scenario}: unknown condition `{condition}`")]
    Condition {
        /// The scenario's id.
        scenario: String,
        /// The condition as written.
        condition: String,
    },
    /// Two scenarios that cannot be played together.
    #[error("host {host} belongs to scenario {first} and to scenario {second}")]
    SharedHost {
        /// The host both claim.
        host: String,
        /// The scenario that came first.
        first: String,
        /// The one that came later.
        second: String,
    },
    /// A loopback address cannot be listened on.
    #[error("cannot listen on {address}{hint}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What may be the matter, beginning with a separator.
        hint: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// Certificates cannot be made.
    #[error("cannot make the certificates of the demonstration web")]
    Certificate(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Some systems give only 127.0.0.1 to the loopback interface.
const LOOPBACK_HINT: &str =
    "; the demonstration web needs further loopback addresses (127.0.0.0/8), which this system may not have configured";

impl DemoError {
    pub(super) fn bind(address: SocketAddr, source: std::io::Error) -> Self {
        let first = address.ip() == std::net::IpAddr::from([127, 0, 0, 1]);
        let hint = if !first && source.kind() == std::io::ErrorKind::AddrNotAvailable { LOOPBACK_HINT } else { "" };
        DemoError::Bind { address, hint, source }
    }

    pub(super) fn certificate(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        DemoError::Certificate(Box::new(source))
    }
}
