//! One dated assessment of one resource, and how it compares with the last one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::assessment::Assessment;
use super::exchange::{Failure, Hop};
use super::metadata::Metadata;
use super::url::CanonicalUrl;

/// How a finding relates to the run before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delta {
    /// Not known to the run before, or healthy then and a finding now.
    New,
    /// The same verdict as before.
    Still,
    /// A finding before, healthy now.
    Recovered,
    /// Another verdict than before, or moved to another address than before.
    Changed,
    /// Listed before, not listed now.
    Removed,
}

impl Delta {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Delta::New => "new",
            Delta::Still => "still",
            Delta::Recovered => "recovered",
            Delta::Changed => "changed",
            Delta::Removed => "removed",
        }
    }
}

/// One try inside a check: its chain of requests in short.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// The requests, in order.
    pub hops: Vec<Hop>,
    /// Why it failed, when it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// Milliseconds spent asking, waits left out.
    pub elapsed_ms: u64,
}

/// What a page looked like, for comparison with later visits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// `<title>` as seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// First heading as seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub h1: Option<String>,
    /// Declared language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Words of main text.
    pub words: usize,
    /// 64-bit simhash of the main text.
    pub simhash: u64,
    /// xxh3 of the body.
    pub body_hash: u64,
}

/// Everything a check of one resource left behind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// The resource.
    pub url: CanonicalUrl,
    /// When the verdict was reached.
    pub at: Timestamp,
    /// The verdict.
    pub assessment: Assessment,
    /// Status of the last answer.
    pub http_status: Option<u16>,
    /// Where the last chain ended.
    pub final_url: Option<String>,
    /// Every try, in order.
    pub attempts: Vec<Attempt>,
    /// Requests sent for this check, redirects included, robots.txt left out.
    pub requests: u32,
    /// Media type of the answer.
    pub media_type: Option<String>,
    /// What the page looked like; absent for anything but an answer with content.
    pub fingerprint: Option<Fingerprint>,
    /// What the resource is; absent unless its own content was seen.
    pub metadata: Option<Metadata>,
    /// ETag and Last-Modified, for a conditional request next time.
    pub validators: Option<Validators>,
}

/// What lets a later request ask "has it changed?" (RFC 9110, 8.8).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag` as sent.
    pub etag: Option<String>,
    /// `Last-Modified` as sent.
    pub last_modified: Option<String>,
}
