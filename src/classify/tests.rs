//! The rules, each with a sample of our own.

mod base;
mod data;
mod scenarios;
mod web;
