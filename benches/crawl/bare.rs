//! The least a client can do: ask for every address, read the whole answer, forget it.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::Outcome;

/// Every host is where the generated web answers.
struct Here;

impl Resolve for Here {
    fn resolve(&self, _: Name) -> Resolving {
        let address: Addrs = Box::new(std::iter::once(SocketAddr::from((Ipv4Addr::new(127, 0, 0, 3), 0))));
        Box::pin(std::future::ready(Ok(address)))
    }
}

/// Asks for every address of a list.
pub fn run(list: &Path, port: u16, concurrency: usize) -> Outcome<()> {
    let text = std::fs::read_to_string(list)?;
    let client = reqwest::Client::builder()
        .dns_resolver(Arc::new(Here))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut addresses = text.lines().map(|line| line.replacen(".web/", &format!(".web:{port}/"), 1));
        let mut under_way = FuturesUnordered::new();
        let ask = |address: String| {
            let client = client.clone();
            tokio::spawn(async move { Ok::<_, reqwest::Error>(client.get(address).send().await?.bytes().await?.len()) })
        };
        under_way.extend(addresses.by_ref().take(concurrency).map(ask));
        while let Some(done) = under_way.next().await {
            done??;
            under_way.extend(addresses.next().map(ask));
        }
        Ok(())
    })
}
