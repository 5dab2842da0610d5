//! The player seen from outside: raw clients on real sockets.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hickory_proto::op::{Message, Query, ResponseCode};
use hickory_proto::rr::{Name, RData, RecordType};
use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

use super::*;

async fn playing(routes: &str) -> Playing {
    playing_with(&format!(r#"{{"id":"t","server":[{}]}}"#, routes.replace('\n', ""))).await
}

async fn playing_with(jsonl: &str) -> Playing {
    play(Web::from_jsonl(jsonl).expect("a web")).await.expect("played")
}

async fn connect(playing: &Playing) -> TcpStream {
    TcpStream::connect((Ipv4Addr::LOCALHOST, playing.http_port())).await.expect("connected")
}

/// Sends a request and reads to the end of the connection.
async fn exchange(playing: &Playing, request: &str) -> Vec<u8> {
    let mut stream = connect(playing).await;
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("read to the end");
    answer
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n")
}

async fn text(playing: &Playing, request: &str) -> String {
    String::from_utf8_lossy(&exchange(playing, request).await).into_owned()
}

/// What the name server says about a name; `None` for silence.
async fn ask(playing: &Playing, name: &str, patience: Duration) -> Option<Message> {
    let mut message = Message::query();
    message.add_query(Query::query(Name::from_ascii(name).expect("a name"), RecordType::A));
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a socket");
    socket.send_to(&message.to_vec().expect("bytes"), playing.dns_server()).await.expect("sent");
    let mut buffer = [0; 1024];
    let (length, _) = timeout(patience, socket.recv_from(&mut buffer)).await.ok()?.expect("received");
    Some(Message::from_vec(&buffer[..length]).expect("a message"))
}

async fn address(playing: &Playing, name: &str) -> IpAddr {
    let answer = ask(playing, name, Duration::from_secs(5)).await.expect("an answer");
    match answer.answers.first().map(|record| &record.data) {
        Some(RData::A(address)) => IpAddr::V4(address.0),
        other => panic!("no address for {name}: {other:?}"),
    }
}

#[tokio::test]
async fn routes_answer_with_status_headers_and_body() {
    let playing = playing(
        r#"{"host":"a.test","path":"/x","status":600,"headers":{"X-Many":["one","two"],"Location":"/café"},
        "header_encoding":"latin-1","body":"<p>hé</p>","body_encoding":"latin-1"}"#,
    )
    .await;
    let answer = exchange(&playing, &get("/x")).await;
    assert!(answer.starts_with(b"HTTP/1.1 600 \r\nX-Many: one\r\nX-Many: two\r\nLocation: /caf\xe9\r\nDate: "));
    assert!(answer.ends_with(b"Content-Length: 9\r\n\r\n<p>h\xe9</p>"), "{}", String::from_utf8_lossy(&answer));
    let head = text(&playing, &get("/x").replace("GET", "HEAD")).await;
    assert!(head.contains("600") && head.ends_with("Content-Length: 9\r\n\r\n"), "{head}");
    let missing = text(&playing, &get("/y")).await;
    assert!(missing.starts_with("HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n") && missing.contains("<h1>"));
}

#[tokio::test]
async fn a_given_length_is_sent_as_it_is() {
    let playing = playing(
        r#"{"host":"a.test","path":"/x","headers":{"content-length":"3"},"body":"longer"},
           {"host":"a.test","path":"/n","status":304}"#,
    )
    .await;
    let answer = text(&playing, &get("/x")).await;
    assert!(answer.contains("\r\ncontent-length: 3\r\n") && answer.ends_with("\r\n\r\nlonger"), "{answer}");
    assert_eq!(answer.to_lowercase().matches("content-length").count(), 1);
    assert!(!text(&playing, &get("/n")).await.to_lowercase().contains("content-length"));
}

#[tokio::test]
async fn connections_are_kept_and_requests_counted() {
    let playing = playing(
        r#"{"host":"a.test","path":"/x","when":"nth:1","status":503},{"host":"a.test","path":"/x","body":"fine"}"#,
    )
    .await;
    let mut stream = connect(&playing).await;
    let request = "GET /x HTTP/1.1\r\nHost: A.test:80\r\nUser-Agent: one\r\n\r\n";
    stream.write_all(request.repeat(2).as_bytes()).await.expect("sent");
    let mut answers = String::new();
    while !answers.ends_with("fine") {
        let mut buffer = [0; 4096];
        let length = stream.read(&mut buffer).await.expect("read");
        assert_ne!(length, 0, "closed after {answers}");
        answers.push_str(&String::from_utf8_lossy(&buffer[..length]));
    }
    assert!(answers.starts_with("HTTP/1.1 503"), "{answers}");
    assert!(answers.contains("HTTP/1.1 200"), "{answers}");

    playing.set_run(2);
    assert!(text(&playing, &get("/x")).await.starts_with("HTTP/1.1 503"), "counting begins anew");
    let log = playing.requests();
    let seen: Vec<_> = log.iter().map(|r| (r.host.as_str(), r.target.as_str(), r.user_agent.as_str(), r.run)).collect();
    assert_eq!(seen, [("a.test", "/x", "one", 1), ("a.test", "/x", "one", 1), ("a.test", "/x", "", 2)]);
    assert_eq!(playing.request_count(), 3);
}

#[tokio::test]
async fn faults_are_faults() {
    let playing = playing(
        r#"{"host":"a.test","path":"/reset","behaviour":"reset"},
           {"host":"a.test","path":"/empty","behaviour":"close-before-headers"},
           {"host":"a.test","path":"/cut","behaviour":"truncated","body":"0123456789"},
           {"host":"a.test","path":"/noise","behaviour":"garbage","body":"no status line"},
           {"host":"a.test","path":"/chunks","behaviour":"bad-chunked","body":"0123456789"},
           {"host":"a.test","path":"/slow","behaviour":"slow-body","body":"0123456789abcdefgh","delay_ms":1}"#,
    )
    .await;
    let mut stream = connect(&playing).await;
    stream.write_all(get("/reset").as_bytes()).await.expect("sent");
    let error = stream.read(&mut [0; 9]).await.expect_err("reset");
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(exchange(&playing, &get("/empty")).await, b"");
    let cut = text(&playing, &get("/cut")).await;
    assert!(cut.contains("Content-Length: 10\r\n") && cut.ends_with("\r\n\r\n01234"), "{cut}");
    assert_eq!(exchange(&playing, &get("/noise")).await, b"no status line");
    let chunks = text(&playing, &get("/chunks")).await;
    assert!(chunks.ends_with("\r\n\r\n5\r\n01234\r\nzz-no-size\r\n56789"), "{chunks}");
    assert!(text(&playing, &get("/slow")).await.ends_with("0123456789abcdefgh"));
}

#[tokio::test]
async fn a_silent_host_stays_silent_until_the_client_leaves() {
    let playing = playing(r#"{"host":"a.test","path":"/*","behaviour":"never-respond"}"#).await;
    let mut stream = connect(&playing).await;
    stream.write_all(get("/").as_bytes()).await.expect("sent");
    assert!(timeout(Duration::from_millis(50), stream.read(&mut [0; 9])).await.is_err(), "no byte comes");
    stream.shutdown().await.expect("closed");
    assert_eq!(stream.read(&mut [0; 9]).await.expect("closed by both"), 0);
}

#[tokio::test]
async fn an_endless_body_goes_on() {
    let playing = playing(r#"{"host":"a.test","path":"/","behaviour":"infinite-body","body":"0123456789"}"#).await;
    let mut stream = connect(&playing).await;
    stream.write_all(get("/").as_bytes()).await.expect("sent");
    let mut answer = vec![0; 1 << 20];
    stream.read_exact(&mut answer).await.expect("a mebibyte and more");
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.contains("Transfer-Encoding: chunked"));
    assert!(answer.matches("a\r\n0123456789\r\n").count() > 1000);
}

#[tokio::test]
async fn a_bomb_is_small_on_the_wire() {
    let playing = playing(r#"{"host":"a.test","path":"/","behaviour":"gzip-bomb","body":"boom"}"#).await;
    let answer = exchange(&playing, &get("/")).await;
    assert!(answer.len() < 4 << 20, "{} bytes", answer.len());
    assert!(String::from_utf8_lossy(&answer[..400]).contains("\r\nContent-Encoding: gzip\r\n"));
    assert!(answer.ends_with(b"\r\n0\r\n\r\n"), "it comes to its end");
}

#[tokio::test]
async fn addresses_say_which_ports_a_host_has() {
    let playing = playing_with(concat!(
        r#"{"id":"one","tls":"valid","server":[{"host":"a.test","path":"/"}]}"#,
        "\n",
        r#"{"id":"two","request_url":"http://named.test:8443/","server":[{"host":"named.test","path":"/*","status":400},{"host":"plain.test","path":"/"}]}"#,
        "\n",
        r#"{"id":"three","request_url":"http://gone.test/","dns":"nxdomain","dns_hosts":{"slow.test":"timeout","broken.test":"servfail"},"server":[{"host":"deaf.test","path":"/*","behaviour":"refuse"}]}"#,
        "\n",
        r#"{"id":"four","request_url":"http://localhost:3000/"}"#,
    ))
    .await;
    let open = |host: &'static str, port: u16| {
        let playing = &playing;
        async move { TcpStream::connect((address(playing, host).await, port)).await.map_err(|error| error.kind()) }
    };
    let refused = std::io::ErrorKind::ConnectionRefused;
    assert!(open("a.test.", playing.http_port()).await.is_ok());
    assert!(open("a.test.", playing.https_port()).await.is_ok());
    assert!(open("plain.test.", playing.http_port()).await.is_ok());
    assert_eq!(open("plain.test.", playing.https_port()).await.expect_err("no TLS"), refused);
    assert_eq!(open("deaf.test.", playing.http_port()).await.expect_err("deaf"), refused);
    assert!(open("named.test.", 8443).await.is_ok());
    assert!(open("named.test.", playing.http_port()).await.is_ok());

    let here = address(&playing, "localhost.").await;
    assert!(TcpStream::connect((here, 3000)).await.is_err(), "this machine's own name leads nowhere");

    let code = |message: Option<Message>| message.expect("an answer").metadata.response_code;
    let patience = Duration::from_secs(5);
    assert_eq!(code(ask(&playing, "gone.test.", patience).await), ResponseCode::NXDomain);
    assert_eq!(code(ask(&playing, "nobody.test.", patience).await), ResponseCode::NXDomain);
    assert_eq!(code(ask(&playing, "broken.test.", patience).await), ResponseCode::ServFail);
    assert!(ask(&playing, "slow.test.", Duration::from_millis(50)).await.is_none());
}

#[tokio::test]
async fn a_refusing_run_ends() {
    let playing = playing(
        r#"{"host":"a.test","path":"/*","when":"run:1","behaviour":"refuse"},{"host":"a.test","path":"/*","when":"run:2"}"#,
    )
    .await;
    let dial = |address: IpAddr| TcpStream::connect(SocketAddr::new(address, playing.http_port()));
    assert!(dial(address(&playing, "a.test.").await).await.is_err());
    playing.set_run(2);
    assert!(dial(address(&playing, "a.test.").await).await.is_ok());
}

/// A TLS session with a host, trusting the test root only; the error's text where there is none.
async fn handshake(playing: &Playing, host: &str) -> Result<String, String> {
    let mut roots = rustls::RootCertStore::empty();
    let pem = playing.root_certificate_pem();
    roots.add(rustls::pki_types::CertificateDer::from_pem_slice(pem.as_bytes()).expect("PEM")).expect("a root");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, playing.https_port())).await.expect("connected");
    let name = ServerName::try_from(host.to_owned()).expect("a name");
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let mut stream = connector.connect(name, stream).await.map_err(|error| format!("{error:?}"))?;
    stream
        .write_all(format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes())
        .await
        .expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("read");
    Ok(answer)
}

#[tokio::test]
async fn certificates_are_good_or_bad_as_asked_for() {
    let line = |id: &str, tls: &str| {
        format!(
            r#"{{"id":"{id}","tls":"{tls}","server":[{{"host":"{id}.test","path":"/","when":"scheme:https","body":"secret"}},{{"host":"{id}.test","path":"/","body":"open"}}]}}"#
        )
    };
    let kinds = ["valid", "expired", "self-signed", "wrong-host", "incomplete-chain", "none"];
    let playing = playing_with(&kinds.map(|kind| line(kind, kind)).join("\n")).await;
    assert!(handshake(&playing, "valid.test").await.expect("a session").ends_with("secret"));
    for (host, expected) in [
        ("expired.test", "Expired"),
        ("self-signed.test", "UnknownIssuer"),
        ("wrong-host.test", "NotValidForName"),
        ("incomplete-chain.test", "UnknownIssuer"),
        ("stranger.test", "NotValidForName"),
    ] {
        let error = handshake(&playing, host).await.expect_err(host);
        assert!(error.contains(expected), "{host}: {error}");
    }
    assert!(handshake(&playing, "none.test").await.is_err());
    let issuer = "GET /intermediate.cer HTTP/1.1\r\nHost: issuer.demonstration.test\r\nConnection: close\r\n\r\n";
    assert!(text(&playing, issuer).await.contains("application/pkix-cert"), "the missing issuer is to be had");
}

#[tokio::test]
async fn generated_hosts_have_names_and_pages() {
    let playing = play(Web::default().with_generated(Generated::new(3))).await.expect("played");
    assert!(TcpStream::connect((address(&playing, "h2.generated.web.").await, playing.http_port())).await.is_ok());
    let unknown = ask(&playing, "h3.generated.web.", Duration::from_secs(5)).await.expect("an answer");
    assert_eq!(unknown.metadata.response_code, ResponseCode::NXDomain);
    let answer = text(&playing, "GET /p/1/new HTTP/1.1\r\nHost: h1.generated.web\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("</html>\n"));
    assert_eq!((playing.request_count(), playing.requests().len()), (1, 0));
}

#[tokio::test]
async fn odd_requests_do_no_harm() {
    let playing = playing(r#"{"host":"a.test","path":"/","body":"ok"}"#).await;
    for (request, expected) in [
        ("GET http://a.test/ HTTP/1.1\r\nConnection: close\r\n\r\n", "200"),
        ("GET / HTTP/1.1\r\nHost: a.test.:99999\r\nConnection: close\r\n\r\n", "200"),
        ("GET / HTTP/1.1\r\nHost: [::1\r\nConnection: close\r\n\r\n", "404"),
        ("GET / HTTP/1.1\r\nHost: é\r\nConnection: close\r\n\r\n", "404"),
        ("GET / HTTP/1.0\r\n\r\n", "404"),
        ("CONNECT a.test:443 HTTP/1.1\r\nConnection: close\r\n\r\n", "404"),
        ("\x16\x03\x01 nonsense\r\n\r\n", "400"),
    ] {
        let answer = text(&playing, request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {expected}")), "{request}: {answer}");
    }
}

#[tokio::test]
async fn dropping_stops_it() {
    let playing = playing(r#"{"host":"a.test","path":"/"}"#).await;
    let port = playing.http_port();
    let mut open = connect(&playing).await;
    drop(playing);
    assert_eq!(open.read(&mut [0; 9]).await.unwrap_or(0), 0, "open connections end");
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err());
}
