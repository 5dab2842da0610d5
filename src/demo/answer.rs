//! One answer on the wire, with the fault its route asks for.

use std::io;
use std::sync::LazyLock;
use std::time::Duration;

use bytes::Bytes;
use flate2::{Compress, Compression, Crc, FlushCompress};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{sleep, timeout};

use super::scenario::Behaviour;
use super::template::http_date;
use super::web::Route;
use super::wire::{Head, phrase};

/// Longer than any client should wait: when a silent or endless answer is given up after all.
const PATIENCE: Duration = Duration::from_secs(600);
/// Pieces of a slow body.
const PIECES: usize = 8;
/// Mebibytes of zeros in a bomb.
const BOMB_MEBIBYTES: usize = 1024;
/// What is sent for a path nobody routed.
const NOT_FOUND: &str = "<!doctype html>\n<html lang=\"en\"><head><title>Not Found</title></head>\n\
    <body><h1>Not Found</h1><p>There is nothing at this address.</p></body></html>\n";

/// What becomes of the connection after an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// Another request may come.
    Keep,
    /// It is closed in good order.
    Close,
    /// It is reset.
    Reset,
}

/// Answers one request by its route.
///
/// # Errors
/// When the client goes away.
pub(super) async fn answer<S>(stream: &mut S, head: &Head, route: &Route) -> io::Result<After>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    if route.behaviour != Behaviour::SlowBody && !route.delay.is_zero() {
        sleep(route.delay).await;
    }
    let body = route.body.bytes(&head.target);
    let bodiless = head.method.eq_ignore_ascii_case("HEAD");
    match route.behaviour {
        Behaviour::Reset | Behaviour::Refuse => return Ok(After::Reset),
        Behaviour::CloseBeforeHeaders => return Ok(After::Close),
        Behaviour::NeverRespond => {
            let _ = timeout(PATIENCE, wait_for_end(stream)).await;
            return Ok(After::Close);
        }
        Behaviour::Garbage => {
            send(stream, &body).await?;
            return Ok(After::Close);
        }
        _ if bodiless => {
            let framing = framing_of(route, &body);
            send(stream, &response_head(route, head, framing)).await?;
            return Ok(After::Keep);
        }
        _ => {}
    }
    with_body(stream, head, route, &body).await
}

async fn with_body<S>(stream: &mut S, head: &Head, route: &Route, body: &Bytes) -> io::Result<After>
where
    S: AsyncWrite + Unpin,
{
    let mut start = response_head(route, head, framing_of(route, body));
    match route.behaviour {
        Behaviour::SlowBody => {
            send(stream, &start).await?;
            for piece in body.chunks(body.len().div_ceil(PIECES).max(1)) {
                sleep(route.delay).await;
                send(stream, piece).await?;
            }
        }
        Behaviour::Truncated => {
            start.extend_from_slice(&body[..body.len() / 2]);
            send(stream, &start).await?;
            return Ok(After::Close);
        }
        Behaviour::InfiniteBody => {
            send(stream, &start).await?;
            let _ = timeout(PATIENCE, repeat(stream, body)).await;
            return Ok(After::Close);
        }
        Behaviour::GzipBomb => {
            send(stream, &start).await?;
            bomb(stream, body, BOMB_MEBIBYTES).await?;
        }
        Behaviour::BadChunked => {
            let half = &body[..body.len() / 2];
            push_chunk(&mut start, half);
            start.extend_from_slice(b"zz-no-size\r\n");
            start.extend_from_slice(&body[half.len()..]);
            send(stream, &start).await?;
            return Ok(After::Close);
        }
        _ => {
            start.extend_from_slice(body);
            send(stream, &start).await?;
        }
    }
    // A length that is not the body's own leaves the connection out of step.
    let in_step = !route.gives("content-length") && !route.gives("transfer-encoding");
    Ok(if in_step { After::Keep } else { After::Close })
}

/// Answers a path nobody routed.
pub(super) async fn not_found<S: AsyncWrite + Unpin>(stream: &mut S, head: &Head) -> io::Result<After> {
    let body = if head.method.eq_ignore_ascii_case("HEAD") { "" } else { NOT_FOUND };
    let answer = format!(
        "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nDate: {}\r\nContent-Length: {}\r\n\r\n{body}",
        http_date(0),
        NOT_FOUND.len()
    );
    send(stream, answer.as_bytes()).await?;
    Ok(After::Keep)
}

/// Answers what is no request.
pub(super) async fn bad_request<S: AsyncWrite + Unpin>(stream: &mut S) -> io::Result<()> {
    send(stream, b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await
}

/// How the end of the body is told.
#[derive(Clone, Copy)]
enum Framing {
    Length(u64),
    Chunked,
    Absent,
}

fn framing_of(route: &Route, body: &Bytes) -> Framing {
    if route.gives("content-length") || route.gives("transfer-encoding") {
        return Framing::Absent;
    }
    match route.behaviour {
        Behaviour::InfiniteBody | Behaviour::BadChunked | Behaviour::GzipBomb => Framing::Chunked,
        // RFC 9110, 8.6: these never have one.
        _ if matches!(route.status, 100..=199 | 204 | 304) => Framing::Absent,
        _ => Framing::Length(body.len() as u64),
    }
}

fn response_head(route: &Route, head: &Head, framing: Framing) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {:03} {}\r\n", route.status, phrase(route.status)).into_bytes();
    for (name, value) in &route.headers {
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(&value.bytes(&head.target));
        bytes.extend_from_slice(b"\r\n");
    }
    if !route.gives("date") {
        bytes.extend_from_slice(format!("Date: {}\r\n", http_date(0)).as_bytes());
    }
    match framing {
        Framing::Length(length) => bytes.extend_from_slice(format!("Content-Length: {length}\r\n").as_bytes()),
        Framing::Chunked => bytes.extend_from_slice(b"Transfer-Encoding: chunked\r\n"),
        Framing::Absent => {}
    }
    bytes.extend_from_slice(b"\r\n");
    bytes
}

async fn send<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) -> io::Result<()> {
    timeout(PATIENCE, async {
        stream.write_all(bytes).await?;
        stream.flush().await
    })
    .await
    .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

async fn wait_for_end<S: AsyncRead + Unpin>(stream: &mut S) {
    let mut ignored = [0; 256];
    while matches!(stream.read(&mut ignored).await, Ok(length) if length > 0) {}
}

fn push_chunk(bytes: &mut Vec<u8>, chunk: &[u8]) {
    if !chunk.is_empty() {
        bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        bytes.extend_from_slice(chunk);
        bytes.extend_from_slice(b"\r\n");
    }
}

async fn repeat<S: AsyncWrite + Unpin>(stream: &mut S, body: &[u8]) -> io::Result<()> {
    let mut chunk = Vec::new();
    push_chunk(&mut chunk, if body.is_empty() { b"and on, " } else { body });
    loop {
        send(stream, &chunk).await?;
    }
}

/// A mebibyte of zeros deflated so that it can stand anywhere in a stream, and the zeros themselves.
static MEBIBYTE: LazyLock<(Vec<u8>, Vec<u8>)> = LazyLock::new(|| {
    let zeros = vec![0; 1 << 20];
    (deflated(&zeros), zeros)
});

/// Raw deflate blocks that end on a byte and refer to nothing before them; the stream is left open.
fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::with_capacity(bytes.len() / 2 + 1024);
    let mut compress = Compress::new(Compression::best(), false);
    // With room enough the whole input is taken at once; a failure would only make a smaller bomb.
    let _ = compress.compress_vec(bytes, &mut packed, FlushCompress::Full);
    packed
}

/// gzip (RFC 1952) of the body and many zeros, made from one deflated mebibyte sent over and over.
async fn bomb<S: AsyncWrite + Unpin>(stream: &mut S, body: &[u8], mebibytes: usize) -> io::Result<()> {
    const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    const LAST_BLOCK: [u8; 2] = [0x03, 0x00];
    let (packed, zeros) = &*MEBIBYTE;
    let mut sum = Crc::new();
    sum.update(body);
    let mut zero_sum = Crc::new();
    zero_sum.update(zeros);

    let mut start = HEADER.to_vec();
    start.extend(deflated(body));
    let mut chunk = Vec::new();
    push_chunk(&mut chunk, &start);
    send(stream, &chunk).await?;

    chunk.clear();
    push_chunk(&mut chunk, packed);
    for _ in 0..mebibytes {
        send(stream, &chunk).await?;
        sum.combine(&zero_sum);
    }

    let mut end = LAST_BLOCK.to_vec();
    end.extend(sum.sum().to_le_bytes());
    end.extend(sum.amount().to_le_bytes());
    chunk.clear();
    push_chunk(&mut chunk, &end);
    chunk.extend_from_slice(b"0\r\n\r\n");
    send(stream, &chunk).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[tokio::test]
    async fn a_bomb_is_sound_to_its_last_byte() {
        let mut framed = Vec::new();
        bomb(&mut framed, b"<title>boom</title>", 3).await.expect("written");
        let mut packed = Vec::new();
        let mut rest = &framed[..];
        while !rest.is_empty() {
            let line = rest.windows(2).position(|two| two == b"\r\n").expect("a chunk size");
            let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).expect("text"), 16).expect("a size");
            packed.extend_from_slice(&rest[line + 2..line + 2 + size]);
            rest = &rest[line + 4 + size..];
        }
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut plain).expect("gzip with a right checksum");
        assert!(plain.starts_with(b"<title>boom</title>\0"));
        assert_eq!(plain.len(), (3 << 20) + 19);
    }
}
