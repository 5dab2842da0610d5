//! What a run would request: what `perennial plan` shows.

use std::time::Duration;

use super::notice::Notice;

/// The requests of a run that has not begun.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Seeds read.
    pub seeds: usize,
    /// Mentions in them.
    pub mentions: usize,
    /// Distinct addresses.
    pub links: usize,
    /// Of these, not due yet and therefore not asked: seen healthy, dead or walled off lately.
    pub fresh: usize,
    /// Of these, files of a site that are looked for on this machine.
    pub files: usize,
    /// Of these, not asked for another reason: rules, other schemes, addresses that cannot be read.
    pub left_out: usize,
    /// Of these, left to a later run, since their hosts asked to be left alone for longer than a run waits.
    pub held: usize,
    /// Requests at the same time, all hosts together.
    pub concurrency: usize,
    /// The hosts that would be asked.
    pub hosts: Vec<HostPlan>,
    /// Trouble with single items of input.
    pub notices: Vec<Notice>,
}

/// The requests for one host.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HostPlan {
    /// The host, with its port where that is unusual.
    pub host: String,
    /// First requests for links; redirects and second tries come on top.
    pub requests: usize,
    /// Further requests that are known beforehand, such as for robots.txt.
    pub overhead: usize,
    /// Time between two requests to the host.
    pub spacing: Duration,
    /// How long politeness makes the host last at least.
    pub lasts: Duration,
    /// What makes it differ from other hosts: a rule, a crawl delay, a pause the host asked for.
    pub because: Option<String>,
}

impl Plan {
    /// All requests that are known beforehand.
    pub fn requests(&self) -> usize {
        self.hosts.iter().map(|host| host.requests + host.overhead).sum()
    }

    /// How long the run lasts at least: as long as its slowest host.
    pub fn lasts(&self) -> Duration {
        self.hosts.iter().map(|host| host.lasts).max().unwrap_or_default()
    }
}
