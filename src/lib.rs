//! perennial keeps a list of recommended resources alive.
//!
//! It reads resource pages, visits every link politely, says which still stand and why it thinks so, collects what each
//! resource is, and writes a broken-link report and a research compilation.
//!
//! ```text
//! resource page (file, URL, wiki)                 bytes
//!   └ seed ───────► Link {href, context, span}              what the list says
//!       └ model::url ► CanonicalUrl                         one resource, many occurrences
//!           └ frontier ◄─► politeness                       who may be asked next, and when
//!               └ fetch ──► Exchange {hops, body | failure} what happened, faithfully
//!                   ├ classify ─► Assessment                what it means   (pure)
//!                   └ extract ──► Metadata                  what it is      (pure)
//!                       └ ledger ─► Observation, Delta      what we remember
//!                           ├ report  : broken-link report
//!                           └ compile ► Compilation ► report
//! ```

pub mod archive;
pub mod cite;
pub mod classify;
pub mod cli;
pub mod compile;
pub mod config;
pub mod crawl;
pub mod demo;
pub mod extract;
pub mod fetch;
pub mod fix;
pub mod frontier;
pub mod html;
pub mod hygiene;
pub mod ledger;
pub mod model;
pub mod pdf;
pub mod politeness;
pub mod report;
pub mod seed;
pub mod select;
pub mod site;
pub mod ui;
pub mod wiki;
