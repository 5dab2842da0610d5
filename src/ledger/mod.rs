//! What we remember: the only SQL of the house.
//!
//! One SQLite file holds what the seeds listed (`links`), every dated verdict (`observations`, written by `writer` while
//! a run goes on), and what was learnt of hosts (`hosts`) and from archives (`mementos`). From it come the work of the next
//! run (`due`), what a run says when it is looked at as a whole (`settlement`), the models of the reports (`audit`,
//! `compilation`) and the story of one address (`story`). There are no checkpoints: a link is done
//! when its observation is a committed row, so a run can end at any instant and be taken up again (`runs`).

mod ahead;
mod archived;
mod audit;
mod comparison;
mod compilation;
mod due;
mod error;
mod flaws;
mod hosts;
mod links;
mod lock;
mod mementos;
mod observations;
mod open;
mod packed;
mod runs;
mod schema;
mod settlement;
mod story;
pub mod strikes;
mod values;
mod writer;

#[cfg(test)]
mod tests;

pub use ahead::AHEAD;
pub use compilation::Listed;
pub use due::{Due, Mentions, Recheck, Workload};
pub use error::LedgerError;
pub use links::LinkWriter;
pub use mementos::{Archived, Contents, Missing};
pub use observations::{GoodVisit, History, Record};
pub use open::Ledger;
pub use packed::Packed;
pub use runs::{Outcome, Run, RunId, RunStart};
pub use settlement::{Incident, Ruling, Settlement, Sighting, Verdicts};
pub use story::{Chapter, Story};
pub use writer::Writer;

/// Row of a resource: small numbers, so that queues and bit sets over them stay small.
pub type UrlId = u32;
