//! Everything a person can set, as one immutable [`Config`]: defaults, then the file, then the environment, then flags.

mod archive;
mod digest;
mod find;
mod layer;
mod load;
mod mistake;
mod policy;
mod reports;
mod settings;
#[cfg(test)]
mod tests;
mod units;
mod value;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use archive::Archive;
pub use load::{FileChoice, Flag, Loaded, Sources, keys, load};
pub use mistake::{ConfigError, Mistake, Quote};
pub use policy::{HostPolicy, Verdict};
pub use reports::{AuditFormat, CompilationFormat, Reports};
pub use value::nearest;

use crate::model::{Reason, State};

/// A configuration with every key, its default and what it means, for newcomers to start from.
pub const COMMENTED: &str = include_str!("../../config.toml");

/// The settings of one invocation, validated.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// The file it was read from, for messages and relative paths.
    pub source: Option<PathBuf>,
    /// Files, globs, folders, `-` or addresses of resource pages.
    pub seeds: Vec<String>,
    /// The folder relative paths among the seeds start from; empty where that is where the person stands.
    pub seed_folder: PathBuf,
    /// How requests are made.
    pub network: Network,
    /// How gently.
    pub politeness: Politeness,
    /// Which links are checked.
    pub select: Select,
    /// Files that are checked as a site.
    pub files: Files,
    /// What is asked again, and when.
    pub check: Check,
    /// Which further pages are read as lists.
    pub follow: Follow,
    /// How pages of a wiki are read.
    pub wiki: Wiki,
    /// Where runs are remembered.
    pub ledger: Ledger,
    /// Where copies of what is gone are looked for.
    pub archive: Archive,
    /// What is written.
    pub reports: Reports,
    /// Exceptions for single hosts or addresses; later ones win.
    pub rules: Vec<Rule>,
}

/// `[network]`: how requests are made.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Product token and version sent as `User-Agent`; robots.txt groups are matched by the token before the slash.
    pub user_agent: String,
    /// Address or mail address of whoever runs this, added to the agent as `(+contact)`.
    pub contact: Option<String>,
    /// For one name resolution.
    pub dns_timeout: Duration,
    /// For TCP and TLS together.
    pub connect_timeout: Duration,
    /// From the request to the first byte of the answer.
    pub first_byte_timeout: Duration,
    /// Between two reads of the body.
    pub idle_timeout: Duration,
    /// For one request as a whole, body included.
    pub request_timeout: Duration,
    /// Bytes per second below which a body counts as stalled, judged over ten seconds; 0 switches the floor off.
    pub min_throughput: u64,
    /// Decoded bytes of a page that are read at most.
    pub max_body: u64,
    /// Decoded bytes of a seed that are read at most.
    pub max_seed_body: u64,
    /// Requests in flight at most, all hosts together.
    pub concurrency: usize,
    /// Redirects followed for one link.
    pub max_redirects: usize,
    /// Whether loopback, private and other special addresses may be asked.
    pub allow_private_addresses: bool,
    /// PEM file of further roots to trust.
    pub extra_ca_file: Option<PathBuf>,
    /// Proxy for all requests (`http://`, `https://` or `socks5://`); the environment's is never used.
    pub proxy: Option<String>,
    /// Name servers to ask instead of the system's.
    pub dns_servers: Vec<SocketAddr>,
    /// Ports to dial in place of a scheme's own, for rehearsals against a web on this machine: 80 and 443 are the keys.
    pub port_map: BTreeMap<u16, u16>,
}

impl Default for Network {
    fn default() -> Self {
        Network {
            user_agent: concat!("perennial/", env!("CARGO_PKG_VERSION")).to_owned(),
            contact: None,
            dns_timeout: Duration::from_secs(5),
            connect_timeout: Duration::from_secs(10),
            first_byte_timeout: Duration::from_secs(20),
            idle_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            min_throughput: 512,
            max_body: 2 << 20,
            max_seed_body: 64 << 20,
            concurrency: 128,
            max_redirects: 10,
            allow_private_addresses: false,
            extra_ca_file: None,
            proxy: None,
            dns_servers: Vec::new(),
            port_map: BTreeMap::new(),
        }
    }
}

impl Network {
    /// The `User-Agent` header.
    pub fn user_agent_header(&self) -> String {
        match &self.contact {
            Some(contact) => format!("{} (+{contact})", self.user_agent),
            None => self.user_agent.clone(),
        }
    }

    /// The product token robots.txt groups are matched by (RFC 9309, 2.2.1).
    pub fn product_token(&self) -> &str {
        let end = self.user_agent.find(|c: char| !(c.is_ascii_alphabetic() || c == '-' || c == '_'));
        &self.user_agent[..end.unwrap_or(self.user_agent.len())]
    }
}

/// `[politeness]`: how gently hosts are asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Politeness {
    /// Requests one host gets per second at most.
    pub requests_per_second: f64,
    /// Requests one host gets at the same time at most.
    pub per_host_concurrency: usize,
    /// Whether robots.txt decides.
    pub robots: RobotsPolicy,
    /// The longest `Crawl-delay` that is kept; longer ones are cut to it.
    pub max_crawl_delay: Duration,
    /// The longest `Retry-After` that is waited for within a run.
    pub max_retry_after: Duration,
    /// Further tries after a failure that may pass.
    pub retries: u32,
    /// Pause before a failing link is asked a second time.
    pub confirm_after: Duration,
    /// With one request at a time, the gap is at least this many times what the host takes to answer.
    pub latency_factor: f64,
}

impl Default for Politeness {
    fn default() -> Self {
        Politeness {
            requests_per_second: 1.0,
            per_host_concurrency: 1,
            robots: RobotsPolicy::Obey,
            max_crawl_delay: Duration::from_secs(30),
            max_retry_after: Duration::from_secs(300),
            retries: 2,
            confirm_after: Duration::from_secs(5),
            latency_factor: 2.0,
        }
    }
}

/// Whether robots.txt decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RobotsPolicy {
    /// What it refuses is not asked.
    #[default]
    Obey,
    /// It is not even fetched.
    Ignore,
}

impl RobotsPolicy {
    /// The names in a configuration.
    pub const NAMES: [(&'static str, RobotsPolicy); 2] =
        [("obey", RobotsPolicy::Obey), ("ignore", RobotsPolicy::Ignore)];
}

/// `[select]`: which links of the lists are checked; what is left out stays listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select {
    /// Regular expressions of which one must fit a link, if there are any. File, variables and flags add up.
    pub include: Vec<String>,
    /// Regular expressions of which none may fit a link. File, variables and flags add up.
    pub exclude: Vec<String>,
    /// What the person knows the flag or variable by that brought a pattern, for those that do not stand in the file.
    pub brought: BTreeMap<String, String>,
    /// Schemes that are checked; `file` is that of links between the files of a site.
    pub schemes: Vec<&'static str>,
}

impl Select {
    /// The schemes there are.
    pub const SCHEMES: [(&'static str, &'static str); 3] = [("http", "http"), ("https", "https"), ("file", "file")];
}

impl Default for Select {
    fn default() -> Self {
        let schemes = Select::SCHEMES.map(|(scheme, _)| scheme).to_vec();
        Select { include: Vec::new(), exclude: Vec::new(), brought: BTreeMap::new(), schemes }
    }
}

/// `[files]`: files that are checked as a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// The folder of the site; links between files are not checked without one.
    pub root: Option<PathBuf>,
}

/// What a run is for, which decides what fails it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// A job that watches a list: dead links fail it.
    #[default]
    Ci,
    /// A change to a list: only links it adds can fail it, when they are dead or very doubtful.
    Pr,
    /// A look at everything: nothing fails it.
    Audit,
    /// Everything that is not plainly alive fails it.
    Strict,
}

impl Mode {
    /// The names in a configuration.
    pub const NAMES: [(&'static str, Mode); 4] =
        [("ci", Mode::Ci), ("pr", Mode::Pr), ("audit", Mode::Audit), ("strict", Mode::Strict)];

    /// What fails a run unless something else is said.
    pub fn fail_on(self) -> Vec<FailOn> {
        let states: &[State] = match self {
            Mode::Ci => &[State::Dead],
            Mode::Pr => &[State::Dead, State::Suspect],
            Mode::Audit => &[],
            Mode::Strict => &[State::Dead, State::Suspect, State::Blocked, State::Unsure, State::Skipped],
        };
        states.iter().copied().map(FailOn::State).collect()
    }
}

/// A verdict that fails a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// Every verdict with this state.
    State(State),
    /// This one verdict.
    Reason(Reason),
}

/// `[check]`: what is asked again, and which verdicts fail a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// What a run is for.
    pub mode: Mode,
    /// A link seen healthy within this time is not asked again.
    pub recheck_after: Duration,
    /// A dead link is asked again after this time; after four weeks, once a month.
    pub recheck_dead_after: Duration,
    /// A link behind a wall is asked again after this time.
    pub recheck_blocked_after: Duration,
    /// Whether further requests may be made where they make a verdict surer: an address that should not exist beside a
    /// suspicious one, a video's or document's own directory.
    pub second_opinions: bool,
    /// A file with signs of one's own.
    pub own_signs: Option<PathBuf>,
    /// A proxy elsewhere that is asked before a link that fails here counts as dead.
    pub second_vantage: Option<String>,
    /// Verdicts that make the run fail.
    pub fail_on: Vec<FailOn>,
}

impl Default for Check {
    fn default() -> Self {
        Check {
            mode: Mode::Ci,
            recheck_after: Duration::from_secs(7 * 24 * 3600),
            recheck_dead_after: Duration::from_secs(7 * 24 * 3600),
            recheck_blocked_after: Duration::from_secs(30 * 24 * 3600),
            second_opinions: true,
            own_signs: None,
            second_vantage: None,
            fail_on: Mode::Ci.fail_on(),
        }
    }
}

/// `[follow]`: which further pages are read as lists, beside the live pages among the seeds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follow {
    /// Links between a seed and a page that is read too, at most; 0 reads the seeds alone.
    pub depth: usize,
    /// How far from the seed.
    pub scope: Scope,
    /// Pages beside each seed at most.
    pub max_pages: usize,
    /// Whether the pages that the site's sitemap names are read.
    pub sitemap: bool,
}

impl Default for Follow {
    fn default() -> Self {
        Follow { depth: 0, scope: Scope::Host, max_pages: 200, sitemap: false }
    }
}

/// Which pages belong to a seed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Those in the seed's folder and below.
    Folder,
    /// Those on its host.
    #[default]
    Host,
    /// Those under its registered domain.
    Site,
}

impl Scope {
    /// The names in a configuration.
    pub const NAMES: [(&'static str, Scope); 3] =
        [("folder", Scope::Folder), ("host", Scope::Host), ("site", Scope::Site)];
}

/// `[wiki]`: how live pages of a MediaWiki are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wiki {
    /// Whether the wiki is asked for the text of its pages, so that links have the lines they are written on.
    pub text: bool,
    /// Which further pages are read.
    pub follow: WikiFollow,
    /// How often that is repeated from the pages found.
    pub depth: usize,
    /// Pages beside each seed at most.
    pub max_pages: usize,
}

impl Default for Wiki {
    fn default() -> Self {
        Wiki { text: true, follow: WikiFollow::Nothing, depth: 1, max_pages: 100 }
    }
}

/// Which further pages of a wiki are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WikiFollow {
    /// None.
    #[default]
    Nothing,
    /// All below the page: `Page/...`.
    Subpages,
    /// The members of the category that the page is.
    Category,
    /// Those the page links to.
    Links,
}

impl WikiFollow {
    /// The names in a configuration.
    pub const NAMES: [(&'static str, WikiFollow); 4] = [
        ("nothing", WikiFollow::Nothing),
        ("subpages", WikiFollow::Subpages),
        ("category", WikiFollow::Category),
        ("links", WikiFollow::Links),
    ];
}

/// `[ledger]`: where runs are remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// The SQLite file.
    pub path: PathBuf,
    /// Visits of each link that are kept.
    pub visits: usize,
}

impl Default for Ledger {
    fn default() -> Self {
        Ledger { path: PathBuf::from("perennial.ledger"), visits: 60 }
    }
}

/// `[[rule]]`: an exception for single hosts or addresses. Absent fields leave the general setting.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rule {
    /// Host this holds for; `*.example.org` takes in subdomains.
    pub host: Option<String>,
    /// Pattern over the whole address, with `*` for any run of characters.
    pub url: Option<String>,
    /// Do not ask at all; `false` asks what a more general rule, a pattern or an ignore file leaves out.
    pub skip: Option<bool>,
    /// Requests per second for the host.
    pub requests_per_second: Option<f64>,
    /// Requests at the same time for the host.
    pub per_host_concurrency: Option<usize>,
    /// Whether robots.txt decides for the host.
    pub robots: Option<RobotsPolicy>,
    /// Longest time for one request.
    pub request_timeout: Option<Duration>,
    /// Verdicts that make a run fail here.
    pub fail_on: Option<Vec<FailOn>>,
    /// Why, shown in reports.
    pub because: Option<String>,
}
