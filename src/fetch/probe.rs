//! One question to one name server, to learn whether anybody is there.

use std::net::SocketAddr;

use hickory_resolver::proto::op::{Message, MessageType, Query, ResponseCode};
use hickory_resolver::proto::rr::{Name, RecordType};
use tokio::net::UdpSocket;

/// What the name servers themselves are doing, as evidence about this machine's network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameService {
    /// A server answers, and knows the root of the public name space.
    Answers,
    /// A server answers, but knows no root: a name space of its own, or a network cut off from the public one.
    Isolated,
    /// A server answers, but only that it cannot (SERVFAIL, REFUSED).
    Fails,
    /// No answer in time.
    Silent,
    /// No server could be reached.
    Unreachable,
}

/// Asks a server for the root's name servers, the question every resolver starts with (RFC 8109).
///
/// The socket is connected, so the system tells when the server's host or port is not there. Waits for ever; the caller
/// sets the limit.
pub async fn ask(server: SocketAddr) -> NameService {
    match exchange(server).await {
        Ok((ResponseCode::NoError, 1..)) => NameService::Answers,
        Ok((ResponseCode::NoError | ResponseCode::NXDomain, _)) => NameService::Isolated,
        Ok(_) => NameService::Fails,
        Err(_) => NameService::Unreachable,
    }
}

/// The answer's code, and how many records came with it.
async fn exchange(server: SocketAddr) -> std::io::Result<(ResponseCode, usize)> {
    let local = if server.is_ipv6() { "[::]:0" } else { "0.0.0.0:0" };
    let socket = UdpSocket::bind(local).await?;
    socket.connect(server).await?;
    let mut question = Message::query();
    question.add_query(Query::query(Name::root(), RecordType::NS));
    question.metadata.recursion_desired = true;
    socket.send(&question.to_vec().map_err(std::io::Error::other)?).await?;
    let mut packet = [0; 4096];
    loop {
        let length = socket.recv(&mut packet).await?;
        // What is no answer to this question is noise.
        if let Ok(answer) = Message::from_vec(&packet[..length])
            && answer.metadata.id == question.metadata.id
            && answer.metadata.message_type == MessageType::Response
        {
            return Ok((answer.metadata.response_code, answer.answers.len() + answer.authorities.len()));
        }
    }
}
