//! HTTP/1.1 as it goes over the wire, written by hand so that it can be written wrongly on purpose (RFC 9112).

use std::borrow::Cow;
use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

/// The longest request head that is read.
const MAX_HEAD: usize = 64 << 10;
/// The longest request body that is read and thrown away to keep a connection.
const MAX_REQUEST_BODY: usize = 1 << 20;

/// The head of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub method: String,
    /// Path and query as sent.
    pub target: String,
    /// The host asked for, lower case, without port.
    pub host: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Whether the client expects the connection to stay.
    pub keep_alive: bool,
}

impl Head {
    /// Reads a head, from the request line to the empty line. `None` for what is no HTTP/1 request.
    pub(super) fn parse(bytes: &[u8]) -> Option<Head> {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
        };
        let mut lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
        let mut request_line = lines.next()?.split(' ').filter(|word| !word.is_empty());
        let (method, target, version) = (request_line.next()?, request_line.next()?, request_line.next()?);
        if !version.starts_with("HTTP/1.") {
            return None;
        }
        let headers: Vec<(String, String)> = lines
            .take_while(|line| !line.is_empty())
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let (authority, target) = split_target(target);
        let mut head = Head { method: method.to_owned(), target, headers, ..Head::default() };
        head.host = bare_host(authority.as_deref().or(head.get("host")).unwrap_or_default());
        let connection = head.get("connection").unwrap_or_default().to_ascii_lowercase();
        head.keep_alive = match version {
            "HTTP/1.0" => connection.contains("keep-alive"),
            _ => !connection.contains("close"),
        };
        Some(head)
    }

    /// The first value of a header, named in lower case.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a header, named in lower case.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The path without the query.
    pub(super) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    fn body_length(&self) -> Option<usize> {
        match self.get("content-length") {
            Some(length) => length.parse().ok().filter(|&length| length <= MAX_REQUEST_BODY),
            None if self.get("transfer-encoding").is_some() => None,
            None => Some(0),
        }
    }
}

/// Absolute form into authority and path; everything else stays as it is (RFC 9112, 3.2).
fn split_target(target: &str) -> (Option<String>, String) {
    let Some((scheme, rest)) = target.split_once("://") else { return (None, target.to_owned()) };
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return (None, target.to_owned());
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let path = &rest[end..];
    (Some(rest[..end].to_owned()), if path.starts_with('/') { path.to_owned() } else { format!("/{path}") })
}

/// A host without port, lower case; brackets of IPv6 literals stay.
fn bare_host(authority: &str) -> String {
    let end = match authority.rfind(':') {
        Some(colon) if !authority[colon..].contains(']') => colon,
        _ => authority.len(),
    };
    authority[..end].to_ascii_lowercase()
}

/// The next request of a connection, its body thrown away. `None` at the end of the connection.
///
/// # Errors
/// When the connection fails, or what comes is no HTTP/1 request of bearable size.
pub(super) async fn read_request<S: AsyncRead + Unpin>(
    stream: &mut S,
    buffer: &mut Vec<u8>,
) -> io::Result<Option<Head>> {
    let mut searched = 0;
    let end = loop {
        if let Some(end) = end_of_head(buffer, searched) {
            break end;
        }
        searched = buffer.len().saturating_sub(3);
        if buffer.len() > MAX_HEAD {
            return Err(io::ErrorKind::InvalidData.into());
        }
        if stream.read_buf(buffer).await? == 0 {
            return if buffer.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
    };
    let head = Head::parse(&buffer[..end]).ok_or(io::ErrorKind::InvalidData)?;
    let length = head.body_length().ok_or(io::ErrorKind::InvalidData)?;
    while buffer.len() < end + length {
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    buffer.drain(..end + length);
    Ok(Some(head))
}

/// Where the head ends, after its empty line.
fn end_of_head(buffer: &[u8], from: usize) -> Option<usize> {
    memchr::memmem::find(&buffer[from..], b"\r\n\r\n").map(|at| from + at + 4)
}

/// The usual words for a status; nothing for one nobody knows.
pub(super) fn phrase(status: u16) -> &'static str {
    PHRASES.iter().find(|(code, _)| *code == status).map_or("", |(_, phrase)| phrase)
}

const PHRASES: &[(u16, &str)] = &[
    (200, "OK"),
    (202, "Accepted"),
    (204, "No Content"),
    (301, "Moved Permanently"),
    (302, "Found"),
    (303, "See Other"),
    (304, "Not Modified"),
    (307, "Temporary Redirect"),
    (308, "Permanent Redirect"),
    (400, "Bad Request"),
    (401, "Unauthorized"),
    (403, "Forbidden"),
    (404, "Not Found"),
    (405, "Method Not Allowed"),
    (410, "Gone"),
    (429, "Too Many Requests"),
    (500, "Internal Server Error"),
    (502, "Bad Gateway"),
    (503, "Service Unavailable"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Head {
        Head::parse(text.as_bytes()).expect("a request")
    }

    #[test]
    fn every_form_of_target_and_host_is_understood() {
        for (request, host, target) in [
            ("GET /a?b HTTP/1.1\r\nHost: A.test:8080\r\n\r\n", "a.test", "/a?b"),
            ("GET http://B.test:81/x?y HTTP/1.1\r\nHost: a.test\r\n\r\n", "b.test", "/x?y"),
            ("GET https://b.test HTTP/1.1\r\n\r\n", "b.test", "/"),
            ("GET http://b.test?q HTTP/1.1\r\n\r\n", "b.test", "/?q"),
            ("OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "[::1]", "*"),
            ("GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n", "[::1]", "/"),
            ("GET / HTTP/1.1\r\nHost: a.test.\r\n\r\n", "a.test.", "/"),
            ("GET / HTTP/1.1\r\n\r\n", "", "/"),
        ] {
            let head = parse(request);
            assert_eq!((head.host.as_str(), head.target.as_str()), (host, target), "{request}");
        }
    }

    #[test]
    fn connections_stay_as_the_version_says() {
        assert!(parse("GET / HTTP/1.1\r\n\r\n").keep_alive);
        assert!(!parse("GET / HTTP/1.1\r\nConnection: Close\r\n\r\n").keep_alive);
        assert!(!parse("GET / HTTP/1.0\r\n\r\n").keep_alive);
        assert!(parse("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
    }

    #[tokio::test]
    async fn pipelined_requests_come_one_by_one() {
        let bytes = b"POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nxyzGET /b HTTP/1.1\r\n\r\n";
        let (mut stream, mut buffer) = (&bytes[..], Vec::new());
        let first = read_request(&mut stream, &mut buffer).await.expect("read").expect("a request");
        let second = read_request(&mut stream, &mut buffer).await.expect("read").expect("a request");
        assert_eq!((first.target.as_str(), second.target.as_str()), ("/a", "/b"));
        assert!(read_request(&mut stream, &mut buffer).await.expect("read").is_none());
    }

    #[tokio::test]
    async fn a_head_without_end_is_given_up() {
        let endless = vec![b'a'; 1 << 20];
        let error = read_request(&mut &endless[..], &mut Vec::new()).await.expect_err("too long");
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Head::parse(&bytes);
            let mut line = b"GET ".to_vec();
            line.extend(&bytes);
            line.extend(b" HTTP/1.1\r\nHost: ");
            line.extend(&bytes);
            line.extend(b"\r\n\r\n");
            let _ = Head::parse(&line);
        }
    }
}
