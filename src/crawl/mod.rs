//! The engine: one scheduler owns frontier and politeness, workers fetch, one writer owns the ledger.

pub mod scheduler;
