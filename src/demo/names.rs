//! The name server of the demonstration web, over UDP and TCP (RFC 1035): A records only.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hickory_proto::op::{Message, MessageType, Metadata, ResponseCode};
use hickory_proto::rr::rdata::A;
use hickory_proto::rr::{RData, Record, RecordType};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::scenario::Lookup;

/// How long an address may be remembered, in seconds.
const TTL: u32 = 60;
/// The longest question that is read over UDP.
const MAX_QUESTION: usize = 4096;
/// How long a TCP connection may sit idle.
const IDLE: Duration = Duration::from_secs(30);

/// What looking up a name gives, and the address where there is one.
pub(super) trait Names: Send + Sync + 'static {
    /// The name comes in lower case without its trailing dot.
    fn lookup(&self, name: &str) -> (Lookup, Ipv4Addr);
}

/// Both sockets of a name server, on the same port.
pub(super) struct NameServer {
    udp: UdpSocket,
    tcp: TcpListener,
}

impl NameServer {
    /// Takes a free port that both protocols have free.
    pub(super) async fn bind(address: Ipv4Addr) -> io::Result<Self> {
        let mut tries = 0;
        loop {
            let tcp = TcpListener::bind((address, 0)).await?;
            match UdpSocket::bind(tcp.local_addr()?).await {
                Ok(udp) => return Ok(NameServer { udp, tcp }),
                Err(error) if tries == 20 => return Err(error),
                Err(_) => tries += 1,
            }
        }
    }

    pub(super) fn address(&self) -> io::Result<SocketAddr> {
        self.udp.local_addr()
    }

    /// Answers until dropped.
    pub(super) async fn serve(self, names: Arc<impl Names>) {
        tokio::join!(serve_udp(self.udp, Arc::clone(&names)), serve_tcp(self.tcp, names));
    }
}

async fn serve_udp(socket: UdpSocket, names: Arc<impl Names>) {
    let mut buffer = vec![0; MAX_QUESTION];
    loop {
        // An error belongs to one earlier answer (a port that closed); the next question is another matter.
        let Ok((length, from)) = socket.recv_from(&mut buffer).await else { continue };
        if let Some(answer) = answer(&buffer[..length], &*names) {
            let _ = socket.send_to(&answer, from).await;
        }
    }
}

async fn serve_tcp(listener: TcpListener, names: Arc<impl Names>) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(timeout(IDLE, talk(stream, Arc::clone(&names))));
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// Questions and answers on one TCP connection, each behind its length (RFC 1035, 4.2.2).
async fn talk(mut stream: TcpStream, names: Arc<impl Names>) -> io::Result<()> {
    loop {
        let length = stream.read_u16().await?;
        let mut question = vec![0; usize::from(length)];
        stream.read_exact(&mut question).await?;
        if let Some(answer) = answer(&question, &*names) {
            let Ok(length) = u16::try_from(answer.len()) else { return Ok(()) };
            let mut framed = length.to_be_bytes().to_vec();
            framed.extend(answer);
            stream.write_all(&framed).await?;
        }
    }
}

/// The answer to one question; `None` where none is given.
fn answer(question: &[u8], names: &impl Names) -> Option<Vec<u8>> {
    let question = Message::from_vec(question).ok()?;
    if question.metadata.message_type != MessageType::Query {
        return None;
    }
    let mut answer = Message::response(question.metadata.id, question.metadata.op_code);
    answer.metadata = Metadata::response_from_request(&question.metadata);
    answer.metadata.recursion_available = true;
    let Some(query) = question.queries.first() else {
        answer.metadata.response_code = ResponseCode::FormErr;
        return answer.to_vec().ok();
    };
    answer.add_query(query.clone());
    let name = query.name().to_ascii().to_ascii_lowercase();
    let (lookup, address) = names.lookup(name.strip_suffix('.').unwrap_or(&name));
    match lookup {
        Lookup::Timeout => return None,
        Lookup::Nxdomain => answer.metadata.response_code = ResponseCode::NXDomain,
        Lookup::Servfail => answer.metadata.response_code = ResponseCode::ServFail,
        Lookup::Ok if matches!(query.query_type(), RecordType::A | RecordType::ANY) => {
            answer.add_answer(Record::from_rdata(query.name().clone(), TTL, RData::A(A(address))));
        }
        Lookup::Ok => {}
    }
    answer.to_vec().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hickory_proto::op::Query;
    use hickory_proto::rr::Name;

    struct Some3;

    impl Names for Some3 {
        fn lookup(&self, name: &str) -> (Lookup, Ipv4Addr) {
            let lookup = match name {
                "good.test" => Lookup::Ok,
                "slow.test" => Lookup::Timeout,
                "broken.test" => Lookup::Servfail,
                _ => Lookup::Nxdomain,
            };
            (lookup, Ipv4Addr::new(127, 0, 0, 9))
        }
    }

    fn question(name: &str, kind: RecordType) -> Vec<u8> {
        let mut message = Message::query();
        message.add_query(Query::query(Name::from_ascii(name).expect("a name"), kind));
        message.to_vec().expect("bytes")
    }

    fn ask(name: &str, kind: RecordType) -> Option<Message> {
        answer(&question(name, kind), &Some3).map(|bytes| Message::from_vec(&bytes).expect("a message"))
    }

    #[test]
    fn names_answer_as_they_are_meant_to() {
        let good = ask("GOOD.test.", RecordType::A).expect("an answer");
        assert_eq!(good.metadata.response_code, ResponseCode::NoError);
        assert_eq!(good.answers[0].data, RData::A(A(Ipv4Addr::new(127, 0, 0, 9))));
        let six = ask("good.test.", RecordType::AAAA).expect("an answer");
        assert_eq!((six.metadata.response_code, six.answers.len()), (ResponseCode::NoError, 0));
        assert_eq!(ask("a.test.", RecordType::A).expect("an answer").metadata.response_code, ResponseCode::NXDomain);
        assert_eq!(
            ask("broken.test.", RecordType::A).expect("an answer").metadata.response_code,
            ResponseCode::ServFail
        );
        assert!(ask("slow.test.", RecordType::A).is_none());
    }

    #[test]
    fn noise_gets_no_answer() {
        assert!(answer(b"", &Some3).is_none());
        assert!(answer(&[0xff; 64], &Some3).is_none());
        let reply = answer(&question("good.test.", RecordType::A), &Some3).expect("an answer");
        assert!(answer(&reply, &Some3).is_none(), "answers are not answered");
    }

    #[tokio::test]
    async fn both_protocols_answer_on_one_port() {
        let server = NameServer::bind(Ipv4Addr::LOCALHOST).await.expect("a port");
        let address = server.address().expect("an address");
        let serving = tokio::spawn(server.serve(Arc::new(Some3)));
        let bytes = question("good.test.", RecordType::A);

        let udp = UdpSocket::bind("127.0.0.1:0").await.expect("a socket");
        udp.send_to(&bytes, address).await.expect("sent");
        let mut buffer = [0; 512];
        let (length, _) = udp.recv_from(&mut buffer).await.expect("an answer");

        let mut tcp = TcpStream::connect(address).await.expect("connected");
        let mut framed = u16::try_from(bytes.len()).expect("short").to_be_bytes().to_vec();
        framed.extend(&bytes);
        tcp.write_all(&framed).await.expect("sent");
        let mut over_tcp = vec![0; usize::from(tcp.read_u16().await.expect("a length"))];
        tcp.read_exact(&mut over_tcp).await.expect("an answer");
        assert_eq!(over_tcp, buffer[..length]);
        serving.abort();
    }
}
