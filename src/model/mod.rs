//! The vocabulary of the house: plain data that every room speaks and none of the rooms owns.
//!
//! Nothing here does I/O, reads a clock or imports another room.

pub mod anchor;
pub mod assessment;
pub mod audit;
pub mod date;
pub mod entry;
pub mod exchange;
pub mod group;
pub mod hygiene;
pub mod link;
pub mod memento;
pub mod metadata;
pub mod notice;
pub mod observation;
pub mod page;
pub mod plan;
pub mod reason;
pub mod state;
pub mod url;
pub mod when;
pub mod wiki;

pub use assessment::{Assessment, Confidence, Suggestion, SuggestionKind};
pub use date::PartialDate;
pub use entry::{Delisted, Earlier, Edition, ListedResource};
pub use exchange::{Ending, Exchange, Failure, Hop};
pub use group::names_a_group;
pub use link::{LeftOut, Link, Position};
pub use memento::{Memento, TitleMatch};
pub use metadata::Metadata;
pub use notice::Notice;
pub use observation::{Delta, Observation};
pub use page::PageFacts;
pub use plan::Plan;
pub use reason::Reason;
pub use state::State;
pub use url::{CanonicalUrl, HostKey};
pub use when::When;
