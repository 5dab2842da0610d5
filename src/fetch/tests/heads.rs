//! Connections and heads of answers.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use url::Url;

use super::web::*;
use crate::fetch::Request;
use crate::model::exchange::{ConnectFailure, Failure, TlsFailure, TlsFault};

const SHORT: Duration = Duration::from_millis(40);

#[tokio::test]
async fn an_answer_comes_through_as_sent() {
    let url = sends(
        b"HTTP/1.1 200 Fine\r\nContent-Type: text/html\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Old: caf\xe9\r\nContent-Length: 5\r\n\r\nhello".as_slice(),
    )
    .await;
    let fetched = get(&network(), &url).await;
    let answer = fetched.outcome.expect("an answer");
    assert_eq!((answer.status, answer.body.as_ref()), (200, b"hello".as_slice()));
    assert_eq!((answer.truncated, answer.body_fault), (false, None));
    assert_eq!(answer.headers.all("set-cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
    assert_eq!(answer.headers.get("x-old").as_deref(), Some("caf\u{e9}"));
    assert_eq!(fetched.hop.status, Some(200));
    assert_eq!(fetched.hop.url, url);
    assert_eq!(fetched.hop.remote.map(|remote| format!("http://{remote}/")), Some(url));
    assert!(fetched.ttfb.is_some_and(|ttfb| ttfb <= fetched.elapsed));
}

#[tokio::test]
async fn the_request_is_honest_and_polite() {
    let (heads, mut received) = tokio::sync::mpsc::unbounded_channel();
    let address = serve(move |mut stream| {
        let heads = heads.clone();
        async move {
            heads.send(read_head(&mut stream).await).expect("a listener");
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
        }
    })
    .await;
    let mut network = network();
    network.contact = Some("https://example.org/bot".to_owned());
    let mut request =
        Request::new(Url::parse(&format!("http://user:secret@{address}/p?q=%7E|a`b#part")).expect("valid"), 1000);
    request.headers.push(("Accept-Language".to_owned(), "mi".to_owned()));
    request.cookie = Some("seen=1".to_owned());
    let fetched = fetcher(&network).get(&request).await;
    assert_eq!(fetched.outcome.map(|answer| answer.status), Ok(204));
    assert_eq!(fetched.hop.url, format!("http://{address}/p?q=%7E|a`b#part"));
    let head = received.recv().await.expect("a request").to_ascii_lowercase();
    let agent = network.user_agent_header().to_ascii_lowercase();
    for expected in [
        "get /p?q=%7e|a`b http/1.1\r\n",
        &format!("host: {address}\r\n"),
        &format!("user-agent: {agent}\r\n"),
        "accept: text/html",
        "accept-encoding: gzip\r\n",
        "accept-language: mi\r\n",
        "cookie: seen=1\r\n",
    ] {
        assert!(head.contains(expected), "{expected:?} in {head}");
    }
    for absent in ["authorization", "referer", "secret", "part"] {
        assert!(!head.contains(absent), "{absent:?} in {head}");
    }
}

#[tokio::test]
async fn statuses_outside_the_registered_range_are_numbers() {
    for status in [299, 600, 777, 999] {
        let url = sends(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n")).await;
        assert_eq!(answer(&network(), &url).await.status, status);
    }
}

#[tokio::test]
async fn lenient_heads_are_read_as_browsers_read_them() {
    let url = sends(
        b"HTTP/1.0 200 OK\r\nContent-Type : text/html\r\nFolded: a\r\n b\r\nno colon here\r\nb\xc3\xa4d: x\r\nLast: 1\r\n\r\nbody".as_slice(),
    )
    .await;
    let answer = answer(&network(), &url).await;
    assert_eq!(answer.headers.media_type().as_deref(), Some("text/html"));
    assert_eq!(answer.headers.get("last").as_deref(), Some("1"));
    assert_eq!(answer.body.as_ref(), b"body");
}

#[tokio::test]
async fn informational_answers_are_passed_over() {
    let url = sends("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Gone\r\nContent-Length: 0\r\n\r\n").await;
    assert_eq!(answer(&network(), &url).await.status, 404);
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed() {
    let url = sends("HTTP/1.1 301 Moved\r\nLocation: /there\r\nContent-Length: 4\r\n\r\ngone").await;
    let fetched = get(&network(), &url).await;
    assert_eq!(fetched.hop.location.as_deref(), Some("/there"));
    let answer = fetched.outcome.expect("an answer");
    assert_eq!((answer.status, answer.body.as_ref()), (301, b"gone".as_slice()));
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    assert_eq!(failure(&network(), &format!("http://{address}/")).await, Failure::Connect(ConnectFailure::Refused));
    assert_eq!(failure(&network(), &format!("https://{address}/")).await, Failure::Connect(ConnectFailure::Refused));
}

#[tokio::test]
async fn a_connection_that_is_never_taken_times_out() {
    // A listener whose queue is full drops further SYNs, as a packet filter would.
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
    let listener = socket.listen(1).expect("a listener");
    let address = listener.local_addr().expect("an address");
    let mut held = Vec::new();
    while let Ok(stream) = tokio::time::timeout(SHORT, TcpStream::connect(address)).await {
        held.push(stream.expect("a connection"));
    }
    let mut network = network();
    network.connect_timeout = SHORT;
    for scheme in ["http", "https"] {
        let failure = failure(&network, &format!("{scheme}://{address}/")).await;
        assert_eq!(failure, Failure::Connect(ConnectFailure::Timeout), "{scheme}");
    }
    drop(listener);
}

/// A server that takes connections and says nothing.
async fn silent() -> std::net::SocketAddr {
    serve(|mut stream| async move {
        read_head(&mut stream).await;
        std::future::pending::<()>().await;
    })
    .await
}

#[tokio::test]
async fn silence_is_told_apart_by_phase() {
    let address = silent().await;
    let mut patient = network();
    patient.first_byte_timeout = SHORT;
    assert_eq!(failure(&patient, &format!("http://{address}/")).await, Failure::HeadTimeout);
    let mut whole = network();
    whole.request_timeout = SHORT;
    assert_eq!(failure(&whole, &format!("http://{address}/")).await, Failure::HeadTimeout);

    let handshake = Failure::Tls(TlsFailure::from(TlsFault::Timeout));
    let mut connecting = network();
    connecting.connect_timeout = SHORT;
    assert_eq!(failure(&connecting, &format!("https://{address}/")).await, handshake);
    assert_eq!(failure(&whole, &format!("https://{address}/")).await, handshake);
}

#[tokio::test]
async fn the_first_byte_is_not_waited_for_while_connecting() {
    let address = silent().await;
    let mut network = network();
    network.first_byte_timeout = Duration::from_millis(400);
    network.connect_timeout = Duration::from_millis(1_600);
    let failure = failure(&network, &format!("https://{address}/")).await;
    assert!(matches!(failure, Failure::Tls(TlsFailure { fault: TlsFault::Timeout, .. })), "{failure:?}");
}

#[tokio::test]
async fn a_request_can_have_its_own_limit() {
    let address = silent().await;
    let mut request = Request::new(Url::parse(&format!("http://{address}/")).expect("valid"), 1000);
    request.timeout = Some(SHORT);
    assert_eq!(fetcher(&network()).get(&request).await.outcome, Err(Failure::HeadTimeout));
}

#[tokio::test]
async fn broken_heads_have_their_own_names() {
    assert_eq!(failure(&network(), &sends("").await).await, Failure::EmptyReply);
    let garbage = failure(&network(), &sends("SSH-2.0-OpenSSH_9.6\r\n").await).await;
    assert!(matches!(garbage, Failure::Malformed(_)), "{garbage:?}");
    let many: String = (0..1000).map(|n| format!("x-{n}: 1\r\n")).collect();
    let flood = failure(&network(), &sends(format!("HTTP/1.1 200 OK\r\n{many}\r\n")).await).await;
    assert!(matches!(flood, Failure::Malformed(_)), "{flood:?}");
    let huge = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(2 << 20));
    let huge = failure(&network(), &sends(huge).await).await;
    assert!(matches!(huge, Failure::Malformed(_) | Failure::Reset), "{huge:?}");
}

#[tokio::test]
async fn a_reset_before_the_head_is_a_reset() {
    let address = serve(|mut stream| async move {
        read_head(&mut stream).await;
        reset(stream);
    })
    .await;
    assert_eq!(failure(&network(), &format!("http://{address}/")).await, Failure::Reset);
}

#[tokio::test]
async fn a_kept_connection_that_died_is_replaced_without_a_word() {
    let connections = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = std::sync::Arc::clone(&connections);
    let address = serve(move |mut stream| {
        counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        async move {
            // One answer per connection, which is promised to be kept; the second request gets nothing.
            read_head(&mut stream).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await;
            read_head(&mut stream).await;
        }
    })
    .await;
    let fetcher = fetcher(&network());
    let request = Request::new(Url::parse(&format!("http://{address}/")).expect("valid"), 1000);
    for expected in 1..=3 {
        assert_eq!(fetcher.get(&request).await.outcome.map(|answer| answer.status), Ok(200));
        assert_eq!(connections.load(std::sync::atomic::Ordering::SeqCst), expected);
    }
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_said() {
    let mut request = Request::new(Url::parse("http://127.0.0.1:9000/").expect("valid"), 1000);
    request.headers.push(("x".to_owned(), "a\r\nb".to_owned()));
    assert!(
        matches!(fetcher(&network()).get(&request).await.outcome, Err(Failure::Other(text)) if text.contains("header x"))
    );
}

#[tokio::test]
async fn an_endless_address_is_not_sent() {
    let address = format!("http://127.0.0.1:9000/{}", "a".repeat(9000));
    assert!(matches!(failure(&network(), &address).await, Failure::Other(_)));
}
