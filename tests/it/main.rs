//! The binary as a person runs it: one file per feature, all in one test program so that it links once.

mod house;
mod played;

mod bad_input;
mod config;
mod copies;
mod explain;
mod extract;
mod fix;
mod follow;
mod hygiene;
mod interrupt;
mod links;
mod live;
mod log;
mod modes;
mod records;
mod references;
mod refresh;
mod report;
mod robots;
mod scenarios;
mod seeds;
mod selection;
mod site;
mod strikes;
mod survival;
mod usage;
mod vantage;
