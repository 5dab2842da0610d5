//! The configuration, in the shape the engine asks it: how gently, how far, and what not at all.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::visit::Limits;
use crate::classify::Table;
use crate::config::{Config, RobotsPolicy};
use crate::ledger::Recheck;
use crate::model::HostKey;
use crate::politeness::Pace;

/// When what is known is asked again.
pub fn recheck(config: &Config, now: Timestamp, refresh: bool) -> Recheck {
    let check = &config.check;
    Recheck {
        now,
        after: check.recheck_after,
        dead_after: check.recheck_dead_after,
        blocked_after: check.recheck_blocked_after,
        refresh,
    }
}

/// What the person set, by host and address.
#[derive(Debug)]
pub struct Policy {
    /// Bounds of a check.
    pub limits: Limits,
    /// Whether further questions (side lookups, probes) may be asked.
    pub curious: bool,
    /// Signs of one's own.
    pub own_signs: Option<Arc<Table>>,
    /// Requests in flight at most.
    pub concurrency: usize,
    /// The token robots.txt groups are matched by.
    pub product_token: String,
    /// The longest crawl delay that is kept.
    pub max_crawl_delay: Duration,
    config: Config,
}

impl Policy {
    /// Reads a validated configuration.
    pub fn new(config: &Config) -> Self {
        Policy {
            limits: Limits {
                max_redirects: config.network.max_redirects,
                max_body: config.network.max_body,
                max_seed_body: config.network.max_seed_body,
                retries: config.politeness.retries,
                confirm_after: config.politeness.confirm_after,
            },
            curious: config.check.second_opinions,
            own_signs: None,
            concurrency: config.network.concurrency,
            product_token: config.network.product_token().to_owned(),
            max_crawl_delay: config.politeness.max_crawl_delay,
            config: config.clone(),
        }
    }

    /// How gently a host is asked.
    pub fn pace(&self, host: &HostKey) -> Pace {
        let policy = self.config.host_policy(host);
        Pace {
            gap: Duration::try_from_secs_f64(1.0 / policy.requests_per_second).unwrap_or(Duration::MAX),
            concurrency: policy.per_host_concurrency,
            latency_factor: self.config.politeness.latency_factor,
            longest_pause: self.config.politeness.max_retry_after,
        }
    }

    /// Whether a host's robots.txt decides.
    pub fn obeys_robots(&self, host: &HostKey) -> bool {
        self.config.host_policy(host).robots == RobotsPolicy::Obey
    }

    /// The longest time for a request to an address, where a rule sets one of its own.
    pub fn timeout(&self, url: &Url) -> Option<Duration> {
        let timeout = self.config.request_timeout(url);
        (timeout != self.config.network.request_timeout).then_some(timeout)
    }
}
