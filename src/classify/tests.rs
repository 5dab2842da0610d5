//! The rules, each with a sample of our own.

mod anchors;
mod base;
mod data;
mod guards;
mod landing;
mod living;
mod scenarios;
mod twin;
mod web;
