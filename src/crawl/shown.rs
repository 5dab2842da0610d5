//! What the pages of a run are called, so that two links of a host that show the same are noticed.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use twox_hash::XxHash3_64;
use url::Url;

use crate::model::{HostKey, PageFacts};

/// Hashes of what was shown so far. The one thing that requests under way have in common: each looks at it once, for a moment.
#[derive(Debug, Default)]
pub struct Shown(Mutex<HashSet<u64>>);

impl Shown {
    /// Whether another link of the host has shown a page of this title before; from now on one has.
    pub fn repeats(&self, listed: &Url, page: &PageFacts) -> bool {
        let Some(host) = HostKey::within(listed.as_str()) else { return false };
        let title = page.title.as_deref().or(page.h1.as_deref()).unwrap_or(&page.text);
        let shown = XxHash3_64::oneshot(format!("{host}\n{title}").as_bytes());
        !self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(shown)
    }
}
