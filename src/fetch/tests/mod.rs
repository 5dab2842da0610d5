//! The room against real sockets on loopback.

mod bodies;
mod heads;
mod names;
mod secure;
mod web;
