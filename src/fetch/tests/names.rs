//! Names, addresses and the guard over both.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::RecordType;

use super::web::*;
use crate::config::Network;
use crate::fetch::{NameService, Reachability};
use crate::model::exchange::{ConnectFailure, DnsFailure, Failure};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn asking(servers: &[SocketAddr]) -> Network {
    Network { dns_servers: servers.to_vec(), ..network() }
}

fn guarded(server: SocketAddr) -> Network {
    Network { allow_private_addresses: false, ..asking(&[server]) }
}

#[tokio::test]
async fn a_name_leads_to_its_address_and_mapped_port() {
    let url = sends(OK).await;
    let port = url::Url::parse(&url).expect("valid").port().expect("a port");
    let names = name_server(|name, _| match name {
        "www.example.org" => addresses(&["127.0.0.1"]),
        _ => Reply::Code(ResponseCode::NXDomain),
    })
    .await;
    let mut network = asking(&[names]);
    assert_eq!(answer(&network, &format!("http://www.example.org:{port}/")).await.status, 200);
    network.port_map.insert(80, port);
    let fetched = get(&network, "http://www.example.org/").await;
    assert_eq!(fetched.outcome.map(|answer| answer.status), Ok(200));
    assert_eq!(fetched.hop.remote.map(|remote| remote.port()), Some(port));
    let literal = get(&network, "http://127.0.0.1/").await;
    assert_eq!(literal.outcome.map(|answer| answer.status), Ok(200));
    assert_eq!(literal.hop.url, "http://127.0.0.1/");
}

#[tokio::test]
async fn outcomes_of_resolution_are_told_apart() {
    let names = name_server(|name, _| match name {
        "empty.test" => Reply::Code(ResponseCode::NoError),
        "broken.test" => Reply::Code(ResponseCode::ServFail),
        "refused.test" => Reply::Code(ResponseCode::Refused),
        _ => Reply::Code(ResponseCode::NXDomain),
    })
    .await;
    for (host, expected) in [
        ("missing.test", DnsFailure::NoSuchName),
        ("empty.test", DnsFailure::NoAddress),
        ("broken.test", DnsFailure::ServerFailure),
        ("refused.test", DnsFailure::ServerFailure),
        (&"a".repeat(64), DnsFailure::NoSuchName),
        ("two..dots.test", DnsFailure::NoSuchName),
    ] {
        let fetched = get(&asking(&[names]), &format!("http://{host}/")).await;
        assert_eq!(fetched.outcome, Err(Failure::Dns(expected)), "{host}");
        assert_eq!((fetched.hop.status, fetched.ttfb), (None, None));
    }
}

#[tokio::test]
async fn names_that_no_registry_hands_out_are_asked_for_all_the_same() {
    let page = url::Url::parse(&sends(OK).await).expect("valid");
    let names = name_server(|name, _| match name.ends_with(".blog.test") {
        true => addresses(&["127.0.0.1"]),
        false => Reply::Code(ResponseCode::NXDomain),
    })
    .await;
    for label in ["-foo", "foo-", "a+b", "a~b", "a_b", "*"] {
        let url = format!("http://{label}.blog.test:{}/", page.port().expect("a port"));
        assert_eq!(answer(&asking(&[names]), &url).await.status, 200, "{label}");
    }
}

#[tokio::test]
async fn servers_that_are_silent_or_absent_are_told_apart() {
    let silent = name_server(|_, _| Reply::Nothing).await;
    let mut network = asking(&[silent]);
    network.dns_timeout = Duration::from_millis(60);
    assert_eq!(failure(&network, "http://www.test/").await, Failure::Dns(DnsFailure::Timeout));
    assert_eq!(fetcher(&network).reachability().await.names, NameService::Silent);
    let mut whole = asking(&[silent]);
    whole.request_timeout = Duration::from_millis(40);
    assert_eq!(failure(&whole, "http://www.test/").await, Failure::Dns(DnsFailure::Timeout));

    let absent = {
        let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.expect("a port");
        socket.local_addr().expect("an address")
    };
    let mut network = asking(&[absent]);
    network.dns_timeout = Duration::from_millis(60);
    assert_eq!(failure(&network, "http://www.test/").await, Failure::Dns(DnsFailure::Unreachable));
    let reachability = fetcher(&network).reachability().await;
    assert_eq!(reachability.names, NameService::Unreachable);
    assert!(reachability.is_offline());
}

#[tokio::test]
async fn a_name_server_that_answers_is_a_network() {
    for (code, expected) in [
        // Chosen on purpose: its name space may be its own.
        (ResponseCode::NXDomain, NameService::Answers),
        (ResponseCode::NoError, NameService::Answers),
        (ResponseCode::ServFail, NameService::Fails),
    ] {
        let names = name_server(move |_, _| Reply::Code(code)).await;
        assert_eq!(fetcher(&asking(&[names])).reachability().await.names, expected, "{code}");
    }
}

#[tokio::test]
async fn servers_without_a_root_are_told_from_those_of_the_public_name_space() {
    for (reply, expected) in [
        (Reply::Code(ResponseCode::NXDomain), NameService::Isolated),
        (Reply::Code(ResponseCode::NoError), NameService::Isolated),
        (Reply::Code(ResponseCode::Refused), NameService::Fails),
        (Reply::Root, NameService::Answers),
    ] {
        let server = name_server(move |_, _| reply.clone()).await;
        assert_eq!(crate::fetch::probe::ask(server).await, expected);
    }
}

#[tokio::test]
async fn names_that_are_only_lost_are_counted() {
    let names = name_server(|name, _| match name {
        "found.test" => addresses(&["127.0.0.1"]),
        _ => Reply::Code(ResponseCode::ServFail),
    })
    .await;
    let fetcher = fetcher(&asking(&[names]));
    let ask = |host: &str| {
        let request = crate::fetch::Request::new(url::Url::parse(&format!("http://{host}:4/")).expect("valid"), 1000);
        let fetcher = &fetcher;
        async move { fetcher.get(&request).await.outcome.expect_err("a failure") }
    };
    for host in ["a.test", "a.test", "b.test"] {
        ask(host).await;
    }
    assert!(!fetcher.reachability().await.only_lost_names);
    ask("c.test").await;
    let lost = fetcher.reachability().await;
    assert!(lost.only_lost_names && lost.is_offline(), "{lost:?}");
    ask("found.test").await;
    assert!(!fetcher.reachability().await.only_lost_names);
}

#[test]
fn evidence_about_the_network_is_weighed() {
    use NameService::*;
    let offline = |route, names, only_lost_names| Reachability { route, names, only_lost_names }.is_offline();
    assert!(!offline(false, Answers, true));
    assert!(!offline(true, Isolated, false));
    assert!(offline(true, Isolated, true));
    assert!(!offline(true, Fails, false));
    assert!(offline(false, Fails, false));
    assert!(offline(true, Silent, false));
    assert!(offline(true, Unreachable, false));
}

#[tokio::test]
async fn one_family_is_enough() {
    let url = sends(OK).await;
    let port = url::Url::parse(&url).expect("valid").port().expect("a port");
    let names = name_server(|name, family| match (name, family) {
        (_, RecordType::A) => addresses(&["127.0.0.1"]),
        ("silent.test", _) => Reply::Nothing,
        _ => Reply::Code(ResponseCode::ServFail),
    })
    .await;
    for host in ["silent.test", "failing.test"] {
        let fetched = get(&asking(&[names]), &format!("http://{host}:{port}/")).await;
        assert_eq!(fetched.outcome.map(|answer| answer.status), Ok(200), "{host}");
        assert!(fetched.elapsed < Duration::from_secs(5), "{:?}", fetched.elapsed);
    }
}

#[tokio::test]
async fn a_name_is_asked_for_once() {
    let url = sends(OK).await;
    let port = url::Url::parse(&url).expect("valid").port().expect("a port");
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let names = name_server(move |_, family| {
        if family == RecordType::A {
            counter.fetch_add(1, Ordering::SeqCst);
        }
        addresses(&["127.0.0.1"])
    })
    .await;
    let fetcher = fetcher(&asking(&[names]));
    let request =
        crate::fetch::Request::new(url::Url::parse(&format!("http://www.test:{port}/")).expect("valid"), 1000);
    let (one, two, three) = tokio::join!(fetcher.get(&request), fetcher.get(&request), fetcher.get(&request));
    for fetched in [one, two, three, fetcher.get(&request).await] {
        assert_eq!(fetched.outcome.map(|answer| answer.status), Ok(200));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn questions_nobody_waits_for_do_not_block_others() {
    let url = sends(OK).await;
    let port = url::Url::parse(&url).expect("valid").port().expect("a port");
    let names = name_server(|name, _| match name {
        "www.test" => addresses(&["127.0.0.1"]),
        _ => Reply::Nothing,
    })
    .await;
    let mut network = asking(&[names]);
    network.dns_timeout = Duration::from_millis(100);
    let fetcher = fetcher(&network);
    let abandoned = (0..200).map(|n| {
        let address = format!("http://silent-{n}.test/");
        let mut request = crate::fetch::Request::new(url::Url::parse(&address).expect("valid"), 1000);
        request.timeout = Some(Duration::from_millis(1));
        let fetcher = &fetcher;
        async move { fetcher.get(&request).await.outcome }
    });
    for outcome in futures_util::future::join_all(abandoned).await {
        assert_eq!(outcome, Err(Failure::Dns(DnsFailure::Timeout)));
    }
    let address = format!("http://www.test:{port}/");
    let request = crate::fetch::Request::new(url::Url::parse(&address).expect("valid"), 1000);
    assert_eq!(fetcher.get(&request).await.outcome.map(|answer| answer.status), Ok(200));
}

#[tokio::test]
async fn a_failing_name_is_asked_again() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let names = name_server(move |_, family| {
        if family == RecordType::A {
            counter.fetch_add(1, Ordering::SeqCst);
        }
        Reply::Code(ResponseCode::NXDomain)
    })
    .await;
    let fetcher = fetcher(&asking(&[names]));
    let request = crate::fetch::Request::new(url::Url::parse("http://www.test/").expect("valid"), 1000);
    for _ in 0..2 {
        assert_eq!(fetcher.get(&request).await.outcome, Err(Failure::Dns(DnsFailure::NoSuchName)));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_host_of_ipv6_alone_that_does_not_answer_is_out_of_reach() {
    let names = name_server(|_, family| match family {
        RecordType::AAAA => addresses(&["2001:db8::1"]),
        _ => addresses(&[]),
    })
    .await;
    let network = Network { connect_timeout: Duration::from_millis(300), ..asking(&[names]) };
    let failure = failure(&network, "http://six.example.org/").await;
    assert_eq!(failure, Failure::Connect(ConnectFailure::Unreachable));
}

#[tokio::test]
async fn private_answers_are_refused() {
    let names = name_server(|name, _| match name.split_once('.').map(|(first, _)| first) {
        Some("loopback") => addresses(&["127.0.0.1", "::1"]),
        Some("metadata") => addresses(&["169.254.169.254"]),
        Some("mapped") => addresses(&["::ffff:10.0.0.1"]),
        Some("carrier") => addresses(&["100.64.0.1"]),
        _ => addresses(&["192.168.1.1", "fd00::1"]),
    })
    .await;
    for host in ["loopback", "metadata", "mapped", "carrier", "lan"] {
        let failure = failure(&guarded(names), &format!("http://{host}.example.org/")).await;
        assert!(matches!(failure, Failure::AddressRefused(_)), "{host}: {failure:?}");
    }
}

#[tokio::test]
async fn of_mixed_answers_only_the_public_ones_are_dialled() {
    let names = name_server(|_, _| addresses(&["127.0.0.1", "198.51.99.1", "10.0.0.1"])).await;
    let resolver = super::super::resolver::Resolver::new(&guarded(names)).expect("a resolver");
    let found = resolver.lookup("mixed.example.org").await.expect("an address");
    assert_eq!(found.as_ref(), ["198.51.99.1".parse::<std::net::IpAddr>().expect("an address")]);
}

#[tokio::test]
async fn literals_and_local_names_are_refused_before_anything_is_sent() {
    let touched = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&touched);
    let server = serve(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        std::future::ready(())
    })
    .await;
    let port = server.port();
    let names = name_server(|_, _| addresses(&["127.0.0.1"])).await;
    for host in [
        "127.0.0.1",
        "0x7f.1",
        "2130706433",
        "[::ffff:127.0.0.1]",
        "[::1]",
        "localhost",
        "a.localhost",
        "b.internal",
        "wiki",
        "nas.home.arpa",
    ] {
        let failure = failure(&guarded(names), &format!("http://{host}:{port}/")).await;
        assert!(matches!(failure, Failure::AddressRefused(_)), "{host}: {failure:?}");
    }
    // Nobody on the web knows these, wherever private addresses may be asked.
    assert!(matches!(failure(&asking(&[names]), "http://a.onion/").await, Failure::AddressRefused(_)));
    assert!(matches!(failure(&network(), "http://127.0.0.1:25/").await, Failure::AddressRefused(_)));
    assert_eq!(touched.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_configured_proxy_is_used_and_resolves_for_itself() {
    let (heads, mut received) = tokio::sync::mpsc::unbounded_channel();
    let proxy = serve(move |mut stream| {
        let heads = heads.clone();
        async move {
            heads.send(read_head(&mut stream).await).expect("a listener");
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, OK.as_bytes()).await;
        }
    })
    .await;
    let network = Network {
        proxy: Some(format!("http://{proxy}")),
        allow_private_addresses: false,
        ..asking(&["127.0.0.1:1".parse().expect("an address")])
    };
    assert_eq!(answer(&network, "http://www.example.org/page").await.status, 200);
    assert!(received.recv().await.expect("a request").starts_with("GET http://www.example.org/page HTTP/1.1"));
    assert!(matches!(failure(&network, "http://10.0.0.1/").await, Failure::AddressRefused(_)));
}

/// A proxy that answers with these bytes one after another, whatever it is asked, and shows what it was asked.
async fn proxy_saying(
    answers: &'static [&'static [u8]],
) -> (SocketAddr, tokio::sync::mpsc::UnboundedReceiver<Vec<u8>>) {
    let (asked, received) = tokio::sync::mpsc::unbounded_channel();
    let address = serve(move |mut stream| {
        let asked = asked.clone();
        async move {
            let mut bytes = vec![0; 4096];
            for answer in answers {
                let read = tokio::io::AsyncReadExt::read(&mut stream, &mut bytes).await.unwrap_or_default();
                let _ = asked.send(bytes[..read].to_vec());
                let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, answer).await;
            }
        }
    })
    .await;
    (address, received)
}

fn through(proxy: &str) -> Network {
    Network { proxy: Some(proxy.to_owned()), ..asking(&["127.0.0.1:1".parse().expect("an address")]) }
}

#[tokio::test]
async fn what_a_proxy_says_for_itself_is_its_own() {
    const WANTS: &[u8] = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
    let (proxy, _asked) = proxy_saying(&[WANTS]).await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    for url in ["http://www.example.org/page", "https://www.example.org/page"] {
        let told = failure(&through(&format!("http://{proxy}")), url).await;
        assert_eq!(told, Failure::Proxy("wants a sign-in".to_owned()), "{url}");
        for scheme in ["http", "socks5"] {
            let told = failure(&through(&format!("{scheme}://{closed}")), url).await;
            let how = if scheme == "http" { "refuses the connection" } else { "takes no connection" };
            assert_eq!(told, Failure::Proxy(how.to_owned()), "{scheme} {url}");
        }
        let told = failure(&through("http://proxy.invalid:3128"), url).await;
        assert!(matches!(told, Failure::Proxy(_)), "{url}: {told:?}");
    }
    // What it says of the host behind it is the host's.
    let (proxy, _asked) = proxy_saying(&[b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"]).await;
    let told = failure(&through(&format!("http://{proxy}")), "https://www.example.org/page").await;
    assert!(!matches!(told, Failure::Proxy(_)), "{told:?}");
}

#[tokio::test]
async fn a_socks_proxy_looks_up_the_names_itself() {
    // No sign-in is wanted; the host is unreachable.
    let (proxy, mut asked) = proxy_saying(&[&[5, 0], &[5, 4, 0, 1, 0, 0, 0, 0, 0, 0]]).await;
    for scheme in ["socks5", "socks5h"] {
        let _ = failure(&through(&format!("{scheme}://{proxy}")), "http://www.example.org/page").await;
        let mut told = Vec::new();
        while let Ok(bytes) = asked.try_recv() {
            told.extend(bytes);
        }
        let name = b"www.example.org";
        assert!(told.windows(name.len()).any(|window| window == name), "{scheme}: {told:?}");
    }
}

/// The other half of the next test, run with proxies in its environment.
#[tokio::test]
#[ignore = "run by environment_proxies_are_not_used"]
async fn asks_directly() {
    let url = sends(OK).await;
    assert_eq!(answer(&network(), &url).await.body.as_ref(), b"ok");
}

#[test]
fn environment_proxies_are_not_used() {
    let nowhere = "http://127.0.0.1:1";
    let itself = std::env::current_exe().expect("this test's program");
    let mut child = std::process::Command::new(itself);
    child.args(["--exact", "--ignored", "fetch::tests::names::asks_directly"]);
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        child.env(name, nowhere);
    }
    let output = child.env_remove("no_proxy").env_remove("NO_PROXY").output().expect("a child");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("1 passed"), "{told}");
}
