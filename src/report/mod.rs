//! Finished view models to bytes: one file per format, escaping in one place.
//!
//! Nothing here reads the ledger, a clock, the environment or the network: a report is a function of what it is handed, so the
//! same ledger gives the same bytes.

pub mod advice;
pub mod audit_csv;
pub mod audit_html;
pub mod audit_json;
pub mod audit_markdown;
pub mod audit_schema;
pub mod changes;
mod citation;
pub mod compilation_csv;
pub mod compilation_html;
pub mod compilation_markdown;
pub mod datapackage;
pub mod escape;
pub mod explain;
mod health;
pub mod hygiene;
pub mod listing;
mod mentions;
mod page;
pub mod patch;
pub mod plan;
#[cfg(feature = "references")]
pub mod reference_list;
pub mod references;
mod screen;
pub mod table;
pub mod terminal;
mod view;
pub mod words;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
