//! The engine: one scheduler owns frontier and politeness, workers fetch, one writer owns the ledger.

mod answers;
mod capture;
pub mod case;
pub mod clock;
pub mod copies;
pub mod engine;
mod guards;
pub mod health;
pub mod memory;
pub mod opinions;
pub mod origins;
pub mod policy;
pub mod scheduler;
pub mod settle;
mod shown;
#[cfg(test)]
mod tests;
pub mod vantage;
pub mod visit;
pub mod web;
pub mod worker;

pub use clock::Clock;
pub use engine::{Engine, FetchedSeed};
pub use memory::{LinkContext, Memory, StoredRobots};
pub use policy::Policy;
pub use web::Web;
