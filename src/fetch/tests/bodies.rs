//! Bodies: ends, bounds, packing, pace.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::AsyncWriteExt;
use url::Url;

use super::web::*;
use crate::fetch::Request;
use crate::model::exchange::{Answer, BodyFault};

async fn get_bounded(url: &str, max_body: u64) -> Answer {
    let request = Request::new(Url::parse(url).expect("valid"), max_body);
    fetcher(&network()).get(&request).await.outcome.expect("an answer")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn packed(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn a_gzipped_body_is_unpacked_and_its_headers_stay() {
    let text = "all the words ".repeat(10_000);
    let body = gzip(text.as_bytes());
    let answer = answer(&network(), &sends(packed(&body)).await).await;
    assert_eq!((answer.body.as_ref(), answer.body_fault, answer.truncated), (text.as_bytes(), None, false));
    assert_eq!(answer.headers.get("content-encoding").as_deref(), Some("gzip"));
    assert_eq!(answer.headers.get("content-length").as_deref(), Some(body.len().to_string().as_str()));
}

#[tokio::test]
async fn padding_after_a_gzip_stream_is_ignored_and_an_empty_one_is_empty() {
    let padded = [gzip(b"text").as_slice(), b"\0\0\0\0 trailing"].concat();
    let padded = answer(&network(), &sends(packed(&padded)).await).await;
    assert_eq!((padded.body.as_ref(), padded.body_fault), (b"text".as_slice(), None));
    let empty = answer(&network(), &sends(packed(b"")).await).await;
    assert_eq!((empty.body.len(), empty.body_fault), (0, None));
}

#[tokio::test]
async fn a_false_packing_is_a_fault() {
    let plain = answer(&network(), &sends(packed(b"<html>never packed</html>")).await).await;
    assert_eq!(
        (plain.body.as_ref(), plain.body_fault),
        (b"<html>never packed</html>".as_slice(), Some(BodyFault::Label))
    );
    let junk = answer(&network(), &sends(packed(b"PK\x03\x04\x14\0\x06\0\x08\0")).await).await;
    assert_eq!((junk.body.len(), junk.body_fault), (0, Some(BodyFault::Encoding)));
    let body = gzip("some text that is long enough ".repeat(500).as_bytes());
    let cut = answer(&network(), &sends(packed(&body[..body.len() / 2])).await).await;
    assert_eq!(cut.body_fault, Some(BodyFault::Short));
    assert!(cut.body.starts_with(b"some text"));
    // Behind good text comes a block of a kind that does not exist.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(b"some text").and_then(|()| encoder.flush()).expect("memory");
    let spoilt = [encoder.get_ref().as_slice(), &[7]].concat();
    let spoilt = answer(&network(), &sends(packed(&spoilt)).await).await;
    assert_eq!((spoilt.body.as_ref(), spoilt.body_fault), (b"some text".as_slice(), Some(BodyFault::Encoding)));
    let unknown = sends("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 4\r\n\r\n\x1b\x02\x01\x00").await;
    assert_eq!(answer(&network(), &unknown).await.body_fault, Some(BodyFault::Encoding));
    let nonsense = sends("HTTP/1.1 200 OK\r\nContent-Encoding: UTF-8\r\nContent-Length: 4\r\n\r\ntext").await;
    let nonsense = answer(&network(), &nonsense).await;
    assert_eq!((nonsense.body.as_ref(), nonsense.body_fault), (b"text".as_slice(), None));
}

#[tokio::test]
async fn what_browsers_unpack_is_unpacked() {
    use flate2::write::{DeflateEncoder, ZlibEncoder};
    let text = "all the words ".repeat(10_000);
    let whole = gzip(text.as_bytes());
    let trailer = whole.len() - 8;
    let mut false_sum = whole.clone();
    false_sum[trailer] ^= 1;
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(text.as_bytes()).expect("memory");
    let mut raw = DeflateEncoder::new(Vec::new(), Compression::fast());
    raw.write_all(text.as_bytes()).expect("memory");
    let (one, two) = ("Content-Encoding: gzip\r\n", "Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n");
    let deflate = "Content-Encoding: deflate\r\n";
    for (what, lines, body) in [
        ("no trailer", one, whole[..trailer].to_vec()),
        ("a false checksum", one, false_sum),
        ("two layers in one line", "Content-Encoding: gzip, gzip\r\n", gzip(&whole)),
        ("two layers in two lines", two, gzip(&whole)),
        ("zlib", deflate, zlib.finish().expect("memory")),
        ("deflate alone", deflate, raw.finish().expect("memory")),
    ] {
        let head = format!("HTTP/1.1 200 OK\r\n{lines}Content-Length: {}\r\n\r\n", body.len());
        let answer = answer(&network(), &sends([head.as_bytes(), &body].concat()).await).await;
        assert_eq!((answer.body.len(), answer.body_fault, answer.truncated), (text.len(), None, false), "{what}");
        assert!(answer.body == text.as_bytes(), "{what}");
    }
}

#[tokio::test]
async fn a_bomb_costs_what_the_bound_says() {
    let bomb = packed(&gzip(&vec![0; 16 << 20]));
    let url = sends(bomb).await;
    let bounded = get_bounded(&url, 100_000).await;
    assert_eq!((bounded.body.len(), bounded.truncated, bounded.body_fault), (100_000, true, None));
    // Where the caller would take much more, the ratio alone stops it.
    let generous = get_bounded(&url, 15 << 20).await;
    assert!(generous.truncated);
    assert!(generous.body.len() < 8 << 20, "{}", generous.body.len());
}

#[tokio::test]
async fn a_body_is_cut_at_the_bound() {
    let body = "0123456789";
    for (bound, expected, truncated) in [(9, "012345678", true), (10, body, false), (11, body, false), (0, "", true)] {
        let url = sends(format!("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{body}")).await;
        let answer = get_bounded(&url, bound).await;
        assert_eq!((answer.body.as_ref(), answer.truncated), (expected.as_bytes(), truncated), "{bound}");
    }
}

#[tokio::test]
async fn an_endless_body_is_cut_at_the_bound() {
    let address = serve(|mut stream| async move {
        read_head(&mut stream).await;
        let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
        let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
        while sent.is_ok() {
            sent = stream.write_all(chunk.as_bytes()).await;
        }
    })
    .await;
    let answer = get_bounded(&format!("http://{address}/"), 300_000).await;
    assert_eq!((answer.body.len(), answer.truncated, answer.body_fault), (300_000, true, None));
}

#[tokio::test]
async fn media_nobody_reads_is_only_sampled() {
    let body = vec![0; 1 << 20];
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: {}\r\n\r\n", body.len());
    let answer = get_bounded(&sends([head.as_bytes(), &body].concat()).await, 1 << 20).await;
    assert_eq!((answer.body.len(), answer.truncated), (64 << 10, true));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_kept_and_said() {
    let short = answer(&network(), &sends("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf").await).await;
    assert_eq!((short.body.as_ref(), short.body_fault), (b"half".as_slice(), Some(BodyFault::Short)));
    let unended = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n";
    let unended = answer(&network(), &sends(unended).await).await;
    assert_eq!((unended.body.as_ref(), unended.body_fault), (b"half".as_slice(), Some(BodyFault::Short)));
    let framing = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\nrest";
    let framing = answer(&network(), &sends(framing).await).await;
    assert_eq!((framing.body.as_ref(), framing.body_fault), (b"half".as_slice(), Some(BodyFault::Framing)));
}

#[tokio::test]
async fn a_reset_in_the_body_is_said() {
    let address = serve(|mut stream| async move {
        read_head(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf").await;
        reset(stream);
    })
    .await;
    assert_eq!(answer(&network(), &format!("http://{address}/")).await.body_fault, Some(BodyFault::Reset));
}

/// A server that sends `piece` every `pause`, without end.
async fn dripping(piece: &'static str, pause: Duration) -> String {
    let address = serve(move |mut stream| async move {
        read_head(&mut stream).await;
        let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n").await;
        while sent.is_ok() {
            sent = stream.write_all(piece.as_bytes()).await;
            tokio::time::sleep(pause).await;
        }
    })
    .await;
    format!("http://{address}/")
}

#[tokio::test(start_paused = true)]
async fn silence_in_the_body_is_a_stall() {
    let mut network = network();
    network.idle_timeout = Duration::from_secs(3);
    let fetched = get(&network, &dripping("piece", Duration::from_secs(20)).await).await;
    let answer = fetched.outcome.expect("an answer");
    assert_eq!((answer.body.as_ref(), answer.body_fault), (b"piece".as_slice(), Some(BodyFault::Stalled)));
    assert!(fetched.elapsed < Duration::from_secs(5), "{:?}", fetched.elapsed);
}

#[tokio::test(start_paused = true)]
async fn a_drip_below_the_floor_is_too_slow() {
    let mut network = network();
    network.min_throughput = 100;
    network.request_timeout = Duration::from_secs(3600);
    let fetched = get(&network, &dripping("1234567890", Duration::from_secs(1)).await).await;
    let answer = fetched.outcome.expect("an answer");
    assert_eq!(answer.body_fault, Some(BodyFault::TooSlow));
    assert!(!answer.body.is_empty());
    assert!(fetched.elapsed < Duration::from_secs(12), "{:?}", fetched.elapsed);
}

#[tokio::test(start_paused = true)]
async fn a_slow_body_above_the_floor_ends_with_the_time_for_the_whole() {
    let mut network = network();
    network.min_throughput = 5;
    network.request_timeout = Duration::from_secs(60);
    let fetched = get(&network, &dripping("1234567890", Duration::from_secs(1)).await).await;
    assert_eq!(fetched.outcome.expect("an answer").body_fault, Some(BodyFault::TimedOut));
    assert!(fetched.elapsed >= Duration::from_secs(59), "{:?}", fetched.elapsed);
}

#[tokio::test]
async fn a_connection_is_kept_after_a_redirect_and_after_a_small_rest() {
    let connections = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = std::sync::Arc::clone(&connections);
    let address = serve(move |mut stream| {
        counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        async move {
            while !read_head(&mut stream).await.is_empty() {
                let body = "x".repeat(20_000);
                let head = format!("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: {}\r\n\r\n", body.len());
                let _ = stream.write_all([head, body].concat().as_bytes()).await;
            }
        }
    })
    .await;
    let fetcher = fetcher(&network());
    for _ in 0..3 {
        let request = Request::new(Url::parse(&format!("http://{address}/")).expect("valid"), 1 << 20);
        assert_eq!(fetcher.get(&request).await.outcome.map(|answer| answer.truncated), Ok(true));
    }
    assert_eq!(connections.load(std::sync::atomic::Ordering::SeqCst), 1);
}
