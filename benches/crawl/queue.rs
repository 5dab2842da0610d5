//! What a long list takes up before anything is asked: its addresses, and their places in the queues of their hosts.

use std::time::Duration;

use perennial::crawl::scheduler::Scheduler;
use perennial::frontier::{Addresses, Ticket};
use perennial::model::HostKey;
use perennial::politeness::Pace;

/// Hosts the addresses are spread over.
pub const HOSTS: u32 = 10_000;

const PACE: Pace =
    Pace { gap: Duration::from_secs(1), concurrency: 1, latency_factor: 2.0, longest_pause: Duration::from_secs(300) };

/// Queues so many addresses of ordinary length.
pub fn run(count: u32) {
    let mut addresses = Addresses::default();
    let mut scheduler = Scheduler::new(1);
    for row in 0..count {
        let url = format!("https://www.h{}.generated.web/reports/2024/on-water-and-roads-{row}", row % HOSTS);
        let position = addresses.push(&url, row);
        let key = HostKey::within(&url).unwrap_or_default();
        let host = match scheduler.known(key) {
            Some(host) => host,
            None => scheduler.host(&HostKey::from_stored(key), || PACE),
        };
        scheduler.push(host, Ticket(position));
    }
    assert_eq!(scheduler.queued(), addresses.len(), "nothing is lost");
}
