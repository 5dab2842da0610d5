//! Servers that do exactly what a test says.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::proto::op::{Message, OpCode, ResponseCode};
use hickory_resolver::proto::rr::rdata::NS;
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use url::Url;

use crate::config::Network;
use crate::fetch::{Fetched, Fetcher, Request};
use crate::model::exchange::{Answer, Failure};

/// Settings for loopback: generous, so that only the limit a test sets can bite.
pub fn network() -> Network {
    let long = Duration::from_secs(30);
    Network {
        allow_private_addresses: true,
        dns_timeout: long,
        connect_timeout: long,
        first_byte_timeout: long,
        idle_timeout: long,
        request_timeout: long,
        ..Network::default()
    }
}

pub fn fetcher(network: &Network) -> Fetcher {
    Fetcher::new(network).expect("a fetcher")
}

/// One GET with a bound of 1 MiB.
pub async fn get(network: &Network, address: &str) -> Fetched {
    fetcher(network).get(&Request::new(Url::parse(address).expect("a valid address"), 1 << 20)).await
}

pub async fn failure(network: &Network, address: &str) -> Failure {
    get(network, address).await.outcome.expect_err("a failure")
}

pub async fn answer(network: &Network, address: &str) -> Answer {
    get(network, address).await.outcome.expect("an answer")
}

/// A server that hands every connection to `handle`.
pub async fn serve<F, Fut>(handle: F) -> SocketAddr
where
    F: Fn(TcpStream) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(handle(stream));
        }
    });
    address
}

/// A server that reads a request, sends these bytes and closes.
pub async fn sends(bytes: impl Into<Vec<u8>>) -> String {
    let bytes: Arc<[u8]> = bytes.into().into();
    let address = serve(move |mut stream| {
        let bytes = Arc::clone(&bytes);
        async move {
            read_head(&mut stream).await;
            let _ = stream.write_all(&bytes).await;
        }
    })
    .await;
    format!("http://{address}/")
}

/// Reads the head of a request.
pub async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// Ends a connection with RST.
pub fn reset(stream: TcpStream) {
    stream.set_zero_linger().expect("a socket option");
}

/// What a name server answers.
#[derive(Clone)]
pub enum Reply {
    Addresses(Vec<IpAddr>),
    Code(ResponseCode),
    /// The root's name server.
    Root,
    Nothing,
}

pub fn addresses(texts: &[&str]) -> Reply {
    Reply::Addresses(texts.iter().map(|text| text.parse().expect("an address")).collect())
}

/// A name server whose answers `reply` gives by name (without the final dot) and type.
pub async fn name_server(reply: impl Fn(&str, RecordType) -> Reply + Send + 'static) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    let address = socket.local_addr().expect("an address");
    tokio::spawn(async move {
        let mut packet = [0; 1500];
        while let Ok((length, asker)) = socket.recv_from(&mut packet).await {
            let query = Message::from_vec(&packet[..length]).expect("a query");
            let question = query.queries[0].clone();
            let name = question.name().to_ascii();
            let mut answer = Message::response(query.metadata.id, OpCode::Query);
            answer.add_query(question.clone());
            match reply(name.trim_end_matches('.'), question.query_type()) {
                Reply::Nothing => continue,
                Reply::Code(code) => answer.metadata.response_code = code,
                Reply::Root => {
                    let data = RData::NS(NS(Name::from_ascii("a.root-servers.net.").expect("a name")));
                    answer.add_answer(Record::from_rdata(Name::root(), 300, data));
                }
                Reply::Addresses(addresses) => {
                    for address in addresses {
                        let data = RData::from(address);
                        if data.record_type() == question.query_type() {
                            answer.add_answer(Record::from_rdata(question.name().clone(), 300, data));
                        }
                    }
                }
            }
            let _ = socket.send_to(&answer.to_vec().expect("a message"), asker).await;
        }
    });
    address
}
