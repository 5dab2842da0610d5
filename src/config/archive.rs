//! Settings of the look for archived copies.

use std::time::Duration;

/// `[archive]`: where copies of what is gone are looked for, and how gently.
#[derive(Clone, Debug, PartialEq)]
pub struct Archive {
    /// Whether copies are looked for.
    pub suggest: bool,
    /// The archive: one of the Wayback Machine's kind.
    pub endpoint: String,
    /// Whether a copy is looked at before it is suggested.
    pub verify: bool,
    /// Requests the archive gets per second at most.
    pub requests_per_second: f64,
    /// How long a run looks for copies; the next one goes on from there.
    pub max_time: Duration,
}

impl Default for Archive {
    fn default() -> Self {
        Archive {
            suggest: true,
            endpoint: "https://web.archive.org".to_owned(),
            verify: true,
            requests_per_second: 0.4,
            max_time: Duration::from_secs(15 * 60),
        }
    }
}
