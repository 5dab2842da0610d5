//! Archived copies: what to ask an archive, and which of its copies to suggest.
//!
//! A [`Search`] is a conversation about one resource. It says what to ask next and is told what came, and ends with the
//! copy to suggest or without one. Nothing here sends anything: the engine asks, at the archive's pace, and judges the
//! pages that come like any other page.
//!
//! The index is asked first (`/cdx/search/cdx`); it merges scheme, `www` and port, so one question covers all spellings. Of
//! its captures the newest made while the resource was still well is preferred, and none counts that was made after it
//! had failed. Where no page was ever captured, a captured redirect is looked at: one that leads to a page of its own is
//! as good, one to a front page or a sign-in is not.

mod cdx;
mod choose;
mod place;
mod search;

pub use cdx::{Capture, IndexFault};
pub use place::{Archive, moment, redirect_target};
pub use search::{Copy, Question, Search, Seen};

use jiff::Timestamp;
use url::Url;

/// A resource a copy is wanted of.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Its address, without fragment.
    pub url: Url,
    /// When it was last seen well.
    pub last_good: Option<Timestamp>,
    /// When it was first seen failing.
    pub failing_since: Option<Timestamp>,
    /// The title it was last seen with.
    pub title: Option<String>,
    /// The media type it was last seen with.
    pub media_type: Option<String>,
    /// Contents that the archive holds for several other addresses of its host: error pages it took for pages.
    pub crowded: Vec<String>,
}
