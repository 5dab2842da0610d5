//! The JSON form in which small faulty webs are written down: one scenario per line.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// One small web with one link into it, and what a good verdict on that link is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Family and number, such as `http-002`.
    pub id: String,
    /// What it shows, for people.
    #[serde(default)]
    pub description: String,
    /// What the list contains, as written; perhaps malformed.
    #[serde(default)]
    pub request_url: String,
    /// What looking up the requested host gives.
    #[serde(default)]
    pub dns: Lookup,
    /// Lookup result per host, where it differs.
    #[serde(default)]
    pub dns_hosts: BTreeMap<String, Lookup>,
    /// Lookup result of the requested host, run by run; the last one stays.
    #[serde(default)]
    pub dns_by_run: Vec<Lookup>,
    /// The certificate every host presents.
    #[serde(default)]
    pub tls: Tls,
    /// The certificate run by run; the last one stays.
    #[serde(default)]
    pub tls_by_run: Vec<Tls>,
    /// The routes in order; the first that matches answers.
    #[serde(default)]
    pub server: Vec<RouteText>,
    /// What the list or an earlier visit knows.
    #[serde(default)]
    pub context: Context,
    /// How often the link is checked.
    #[serde(default)]
    pub runs: Option<u32>,
    /// Hours between the runs.
    #[serde(default)]
    pub run_gap_hours: Option<Gaps>,
    /// What a good verdict is; absent for webs that are only played.
    #[serde(default)]
    pub expected: Option<Expected>,
}

/// What looking up a name gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lookup {
    /// An address.
    #[default]
    Ok,
    /// The name does not exist.
    Nxdomain,
    /// No answer at all.
    Timeout,
    /// The server reports a failure of its own.
    Servfail,
}

/// The certificate a host presents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tls {
    /// The https port refuses connections.
    #[default]
    None,
    /// Chains to the test root.
    Valid,
    /// Past its last day.
    Expired,
    /// Signed by its own key.
    SelfSigned,
    /// Made for another name.
    WrongHost,
    /// Signed by an intermediate that is not sent; the leaf names the address of its issuer.
    IncompleteChain,
}

/// One route as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteText {
    /// Exact, lower case, ASCII form.
    pub host: String,
    /// Path, or path and query when it has a `?`; `*` at the end makes it a prefix.
    pub path: String,
    /// Conditions joined by `&`.
    #[serde(default = "any")]
    pub when: String,
    /// Status, perhaps outside the registered range.
    #[serde(default = "ok_status")]
    pub status: u16,
    /// Header lines in order; a list value means several lines.
    #[serde(default)]
    pub headers: HeaderLines,
    /// The body, with placeholders.
    #[serde(default)]
    pub body: String,
    /// How non-ASCII header text becomes bytes.
    #[serde(default)]
    pub header_encoding: Encoding,
    /// How the body becomes bytes.
    #[serde(default)]
    pub body_encoding: Encoding,
    /// Milliseconds before the first byte; for `slow-body` between the pieces.
    #[serde(default)]
    pub delay_ms: u64,
    /// What the connection does.
    #[serde(default)]
    pub behaviour: Behaviour,
}

fn any() -> String {
    "any".to_owned()
}

const fn ok_status() -> u16 {
    200
}

/// How text becomes bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Encoding {
    /// As it is.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// One byte per character up to U+00FF.
    #[serde(rename = "latin-1")]
    Latin1,
    /// Japanese, as browsers understand the label.
    #[serde(rename = "shift_jis")]
    ShiftJis,
    /// UTF-8, then really compressed.
    #[serde(rename = "utf-8+gzip")]
    Gzip,
}

/// What the connection does with a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Behaviour {
    /// Answers.
    #[default]
    Normal,
    /// RST after the request.
    Reset,
    /// Closes without a byte.
    CloseBeforeHeaders,
    /// The body in eight pieces.
    SlowBody,
    /// Full Content-Length, half the body.
    Truncated,
    /// The body as raw bytes, no status line.
    Garbage,
    /// Accepts and stays silent.
    NeverRespond,
    /// Chunked, the body over and over.
    InfiniteBody,
    /// gzip of the body and a gibibyte of zeros.
    GzipBomb,
    /// An invalid chunk size half way.
    BadChunked,
    /// RST on connect.
    Refuse,
}

/// What is known about the link before the check.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Context {
    /// The title the list gives the resource.
    pub link_text: Option<String>,
    /// What the list says about it.
    pub description: Option<String>,
    /// A visit in an earlier run.
    pub previous: Option<Previous>,
}

/// What an earlier visit saw.
#[derive(Clone, Debug, Deserialize)]
pub struct Previous {
    /// When, RFC 3339.
    pub checked: Option<String>,
    /// The status then.
    pub status: Option<u16>,
    /// The page's title then.
    #[serde(default)]
    pub title: String,
    /// The page's text then.
    #[serde(default)]
    pub text: String,
}

/// Hours between runs.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Gaps {
    /// The same every time.
    Every(f64),
    /// One number per gap.
    Each(Vec<f64>),
}

impl Gaps {
    /// Hours between run `after` (counted from 1) and the next.
    pub fn hours(&self, after: u32) -> f64 {
        match self {
            Gaps::Every(hours) => *hours,
            Gaps::Each(list) => {
                let index = after.saturating_sub(1) as usize;
                list.get(index).or(list.last()).copied().unwrap_or_default()
            }
        }
    }
}

/// What a good verdict is.
#[derive(Clone, Debug, Deserialize)]
pub struct Expected {
    /// The label worth full points.
    pub health: String,
    /// Labels that are wrong beyond doubt.
    #[serde(default)]
    pub must_not: Vec<String>,
    /// Labels worth one point.
    #[serde(default)]
    pub also_ok: Vec<String>,
    /// Replacement address a good tool offers.
    #[serde(default)]
    pub suggest: Option<String>,
    /// What becomes of the fragment: `found`, `missing` or `unverifiable`.
    #[serde(default)]
    pub anchor: Option<String>,
    /// Requests the whole check of the link may take in one run.
    #[serde(default)]
    pub max_requests: Option<u64>,
    /// Label after each run; `any` is not scored.
    #[serde(default)]
    pub by_run: Vec<String>,
    /// Why, for people.
    #[serde(default)]
    pub notes: String,
}

/// Header lines in the order written.
#[derive(Clone, Debug, Default)]
pub struct HeaderLines(pub Vec<(String, String)>);

impl<'de> Deserialize<'de> for HeaderLines {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Lines;
        impl<'de> Visitor<'de> for Lines {
            type Value = HeaderLines;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of header names with a text or a list of texts each")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<HeaderLines, A::Error> {
                let mut lines = Vec::new();
                while let Some((name, values)) = map.next_entry::<String, OneOrMany>()? {
                    match values {
                        OneOrMany::One(value) => lines.push((name, value)),
                        OneOrMany::Many(values) => {
                            lines.extend(values.into_iter().map(|value| (name.clone(), value)));
                        }
                    }
                }
                Ok(HeaderLines(lines))
            }
        }
        deserializer.deserialize_map(Lines)
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}
