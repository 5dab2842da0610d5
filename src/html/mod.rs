//! Bytes of a page to text and tokens: charset, streaming scanner, character references.
