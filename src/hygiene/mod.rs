//! The tidiness of a list: what a careful editor would put right although no link is broken.
//!
//! Two looks. [`markup`] goes over the source while it is read: brackets without an address, text that touches a link,
//! links that say "here". [`addresses`] goes over the links once their verdicts are known: duplicates, one resource under
//! two addresses, http where https works, counters and filters in between, trackers, mail addresses. Nothing is merged
//! or changed here; everything is told with its place.

mod addresses;
mod markup;

pub use addresses::addresses;
pub use markup::{Untidy, markup};
