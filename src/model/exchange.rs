//! What happened when an address was asked: recorded faithfully, never judged.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// One request and what came back, as far as a reviewer needs to see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hop {
    /// The address asked.
    pub url: String,
    /// Status of the answer; absent when none came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// `Location` as sent, lossily decoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// How this hop leads to the next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
    /// The address that was dialled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<std::net::SocketAddr>,
    /// Time to the first byte.
    pub elapsed_ms: u64,
}

/// How one hop leads to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// A 3xx status with a `Location`.
    Location,
    /// A `Refresh` header.
    RefreshHeader,
    /// `<meta http-equiv=refresh>`.
    MetaRefresh,
    /// A page whose only content is a script that leaves.
    Script,
}

/// One chain of requests for one link, from the listed address to where it ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// Every request in order; the last one is where the chain ended. Empty only when not even the first was sent.
    pub hops: Vec<Hop>,
    /// How it ended.
    pub ending: Ending,
    /// From the first request to the end, waits for politeness left out.
    pub elapsed: Duration,
}

impl Exchange {
    /// The last address asked.
    pub fn final_url(&self) -> Option<&str> {
        self.hops.last().map(|hop| hop.url.as_str())
    }

    /// The answer, when the chain ended in one.
    pub fn answer(&self) -> Option<&Answer> {
        match &self.ending {
            Ending::Answer(answer) => Some(answer),
            Ending::Failure(_) => None,
        }
    }

    /// The failure, when the chain ended in one.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.ending {
            Ending::Answer(_) => None,
            Ending::Failure(failure) => Some(failure),
        }
    }
}

/// How a chain ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// A final answer, with a body read as far as the bounds allow.
    Answer(Answer),
    /// No usable answer.
    Failure(Failure),
}

/// The final answer of a chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Status code, also outside the registered range.
    pub status: u16,
    /// All header lines in order, names in lower case, values as sent.
    pub headers: Headers,
    /// The decoded body up to the bound.
    pub body: Bytes,
    /// Whether more body was to come when the bound was reached.
    pub truncated: bool,
    /// What went wrong while the body was read, after the head had arrived.
    pub body_fault: Option<BodyFault>,
}

impl Answer {
    /// Whether more of the body was there than was read.
    pub fn is_cut(&self) -> bool {
        self.truncated || self.body_fault.is_some()
    }
}

/// Header lines: names in lower case, order and repetition kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    /// Names and values, one behind the other: an answer has dozens of lines, and most are never looked at.
    bytes: Vec<u8>,
    /// Where each line's name ends, and its value.
    ends: Vec<(usize, usize)>,
}

impl Headers {
    /// No lines yet, with room for some.
    pub fn with_capacity(lines: usize, bytes: usize) -> Self {
        Headers { bytes: Vec::with_capacity(bytes), ends: Vec::with_capacity(lines) }
    }

    /// Adds a line; its name is in lower case.
    pub fn push(&mut self, name: &str, value: &[u8]) {
        self.bytes.extend_from_slice(name.as_bytes());
        let name_end = self.bytes.len();
        self.bytes.extend_from_slice(value);
        self.ends.push((name_end, self.bytes.len()));
    }

    /// Every line, in order: name, value.
    pub fn lines(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.raw_lines().map(|(name, value)| (std::str::from_utf8(name).unwrap_or_default(), value))
    }

    /// The value of the first line of a name (given in lower case), as it was sent.
    pub fn first(&self, name: &str) -> Option<&[u8]> {
        self.raw_lines().find(|(key, _)| *key == name.as_bytes()).map(|(_, value)| value)
    }

    /// The first value of a name (given in lower case), when it is valid UTF-8; Latin-1 otherwise.
    pub fn get(&self, name: &str) -> Option<std::borrow::Cow<'_, str>> {
        self.first(name).map(text_of)
    }

    /// Every value of a name, in order.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = std::borrow::Cow<'a, str>> {
        self.raw_lines().filter(move |(key, _)| *key == name.as_bytes()).map(|(_, value)| text_of(value))
    }

    /// Whether a line of this name came.
    pub fn contains(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    fn raw_lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let begins = std::iter::once(0).chain(self.ends.iter().map(|(_, value_end)| *value_end));
        begins
            .zip(&self.ends)
            .map(|(begin, &(name_end, value_end))| (&self.bytes[begin..name_end], &self.bytes[name_end..value_end]))
    }

    /// The media type without parameters, in lower case.
    pub fn media_type(&self) -> Option<String> {
        let value = self.get("content-type")?;
        let media_type = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        (!media_type.is_empty()).then_some(media_type)
    }
}

impl<N: AsRef<str>, V: AsRef<[u8]>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(lines: I) -> Self {
        let mut headers = Headers::default();
        headers.extend(lines);
        headers
    }
}

impl<N: AsRef<str>, V: AsRef<[u8]>> Extend<(N, V)> for Headers {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, lines: I) {
        lines.into_iter().for_each(|(name, value)| self.push(name.as_ref(), value.as_ref()));
    }
}

fn text_of(value: &[u8]) -> std::borrow::Cow<'_, str> {
    match std::str::from_utf8(value) {
        Ok(text) => text.into(),
        Err(_) => value.iter().map(|&byte| byte as char).collect::<String>().into(),
    }
}

/// What can go wrong with a body after a good head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BodyFault {
    /// The connection ended before the announced length.
    Short,
    /// Chunked framing was broken.
    Framing,
    /// Content-Encoding could not be undone.
    Encoding,
    /// Content-Encoding names a packing, and the body is text that was never packed: it is there, and browsers show none of it.
    Label,
    /// The connection was reset.
    Reset,
    /// No byte for too long.
    Stalled,
    /// Bytes came, but fewer per second than the floor.
    TooSlow,
    /// The time for the whole request was up.
    TimedOut,
}

/// Why there is no usable answer. Each kind is told apart where the stack tells it apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "detail")]
pub enum Failure {
    /// The name could not be turned into an address.
    Dns(DnsFailure),
    /// The address is not one this program may ask (loopback, private, special); the text names it.
    AddressRefused(String),
    /// The proxy that was to ask could not be used; the text says what about it.
    Proxy(String),
    /// No TCP connection.
    Connect(ConnectFailure),
    /// No TLS session.
    Tls(TlsFailure),
    /// Connected, but the answer's head did not arrive in time.
    HeadTimeout,
    /// The connection was closed without a byte.
    EmptyReply,
    /// The connection was reset before the head was complete.
    Reset,
    /// What came is not HTTP; the text says what was wrong.
    Malformed(String),
    /// The chain of redirects is at fault.
    Redirect(RedirectFault),
    /// The request could not be built or sent for another reason; the text says which.
    Other(String),
}

/// Outcomes of name resolution (RFC 1035, RFC 2308).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DnsFailure {
    /// NXDOMAIN: the name does not exist.
    NoSuchName,
    /// The name exists and has no A or AAAA record.
    NoAddress,
    /// SERVFAIL, REFUSED or a broken answer.
    ServerFailure,
    /// No answer in time.
    Timeout,
    /// No name server could be reached at all.
    Unreachable,
}

/// Outcomes of a TCP connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectFailure {
    /// Nothing listens there.
    Refused,
    /// No answer in time.
    Timeout,
    /// The host or network cannot be reached from here.
    Unreachable,
    /// Any other failure.
    Other,
}

/// A refused TLS session, with what the certificate said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsFailure {
    /// What is wrong.
    pub fault: TlsFault,
    /// Facts of the leaf certificate, when one was presented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<CertificateFacts>,
    /// The alert with which the server broke off, by its name in RFC 8446, when it sent one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<String>,
}

impl From<TlsFault> for TlsFailure {
    /// A failure of which no more is known.
    fn from(fault: TlsFault) -> Self {
        TlsFailure { fault, certificate: None, alert: None }
    }
}

/// Kinds of TLS failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TlsFault {
    /// Past its last day.
    Expired,
    /// Before its first day.
    NotYetValid,
    /// Signed by itself.
    SelfSigned,
    /// Made for another name.
    WrongHost,
    /// No path to a trusted root; often an intermediate that is not sent.
    UnknownIssuer,
    /// Revoked by its issuer.
    Revoked,
    /// No common protocol, or not TLS at all.
    Protocol,
    /// The handshake did not end in time.
    Timeout,
    /// Anything else.
    Other,
}

/// What a refused certificate says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateFacts {
    /// Distinguished name of the holder.
    pub subject: String,
    /// Distinguished name of the signer.
    pub issuer: String,
    /// First and last second of validity, RFC 3339.
    pub not_before: String,
    /// Last second of validity, RFC 3339.
    pub not_after: String,
    /// Names it is valid for (the first few).
    pub names: Vec<String>,
    /// Where the issuer's own certificate is to be had (Authority Information Access).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer_address: Option<String>,
}

/// What can be wrong with a chain of redirects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "detail")]
pub enum RedirectFault {
    /// The same request came up twice.
    Loop,
    /// More hops than allowed.
    TooMany,
    /// A redirect status without `Location`.
    NoLocation,
    /// A `Location` that is no http or https address; the text is what was sent.
    BadTarget(String),
    /// A target this program may not ask.
    Private(String),
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn header_lines_come_back_as_they_were_put_in(lines in prop::collection::vec(("[a-c]{0,2}", prop::collection::vec(any::<u8>(), 0..4)), 0..8)) {
            let headers: Headers = lines.iter().cloned().collect();
            let back: Vec<_> = headers.lines().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            prop_assert_eq!(&back, &lines);
            for name in ["", "a", "b", "ab"] {
                let of_name = || lines.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_slice());
                prop_assert_eq!(headers.first(name), of_name().next());
                prop_assert_eq!(headers.contains(name), of_name().next().is_some());
                prop_assert_eq!(headers.all(name).count(), of_name().count());
            }
        }
    }
}
