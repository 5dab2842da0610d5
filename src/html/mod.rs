//! Reading HTML without a tree: charset, tokens, character references.
//!
//! The tokens follow the tokenizer of the HTML Standard (13.2.5) without its tree builder. Time is linear in the
//! length of the text and memory constant, whatever the text is: this is what every body from the web passes first.

pub mod charset;
pub mod eight;
mod entity;
pub mod scan;
mod short;
mod tag;

pub use charset::{Decoded, decode};
pub use entity::{decode_attr, decode_closed, decode_text};
pub use scan::{Token, Tokens, tokens};
pub use short::{ShortTag, short_name, short_tag};
pub use tag::{Attr, Attrs, Tag};

#[cfg(test)]
mod tests;
