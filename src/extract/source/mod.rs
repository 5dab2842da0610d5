//! The sources: each reads its part of a document and offers values.

pub mod body;
pub mod coins;
pub mod head;
pub mod http;
pub mod json_ld;
pub mod microdata;
pub mod vocabulary;
