//! A small faulty web on loopback, played from data files: the offline demonstration, and the web of the tests.
//!
//! [`Web`] holds what hosts do, read from scenarios in JSON lines ([`scenario`]); [`play`] gives them a name server, an
//! HTTP port and a TLS port on this machine, with faults down to resets and broken framing. Nothing leaves the machine.

mod answer;
mod certificates;
mod demonstration;
mod error;
mod generated;
mod names;
mod player;
pub mod scenario;
mod template;
mod web;
mod when;
mod wire;

#[cfg(test)]
mod tests;

pub use demonstration::{Demonstration, SeedFile, demonstration};
pub use error::DemoError;
pub use generated::Generated;
pub use player::{Playing, Request, play};
pub use web::{Web, parse_jsonl};
