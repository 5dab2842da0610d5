//! The rules, each with a sample of our own.

mod base;
mod data;
mod guards;
mod scenarios;
mod twin;
mod web;
