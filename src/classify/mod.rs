//! Facts to a verdict: an ordered list of small rules, first match wins.
//!
//! A rule is a function from the recorded facts to a verdict or nothing. The order says what outranks what: no answer at
//! all; a wall between robot and page, whatever its status; the tombstone of a hosting platform; the status; where the
//! chain landed; what the page says of itself; what a made-up neighbour answers; what the list and earlier visits know.
//! Whatever passes all of them is alive. Notes, anchor and suggestions are added to the verdict and never change its
//! state, but for an anchor that a static page does not have.
//!
//! How the engine uses the room, all of it pure:
//! 1. after each try [`retry`] says whether to ask again, and [`soft_redirect`] whether a page leads on by itself;
//! 2. [`judge`] gives a verdict and names further requests that would make it surer ([`Questions`]);
//! 3. what they bring goes into [`Facts`], and [`judge`] speaks again. [`assess`] gives the verdict alone.

mod address;
mod alive;
mod compare;
mod content;
mod drift;
mod facts;
mod fragment;
mod hop;
mod landing;
mod lexicon;
mod lookup;
mod names;
mod probe;
mod retry;
mod rules;
mod searcher;
mod signs;
mod status;
mod suggest;
mod tables;
mod telling;
mod text;
mod transport;
mod twin;
mod unasked;

#[cfg(test)]
mod tests;

pub use address::{is_private, is_secure_twin, same_place, spelled};
pub use facts::{Facts, History, Mention};
pub use hop::soft_redirect;
pub use lookup::{Lookup, LookupPlan};
pub use probe::{Outcome, Probe, ProbePlan, Sibling, is_sibling, read_probe, scope, sink};
pub use retry::{Retry, retry};
pub use rules::{Questions, assess, judge};
pub use signs::{Table, TableError};
pub use suggest::{is_fit, untracked};
pub use text::excerpt;
pub use unasked::invalid;
