//! What the HTML reports share: one self-contained file, and a policy that lets nothing else in.

use std::borrow::Cow;
use std::fmt;

use askama::filters::Escaper as _;
use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use super::escape;
use crate::model::Reason;

/// The look all pages share.
pub(super) const BASE_STYLE: &str = include_str!("templates/base.css");

/// An address as a page shows it: a link where it may become one.
pub(super) struct Address<'a> {
    pub href: Option<Cow<'a, str>>,
    pub text: Cow<'a, str>,
}

impl<'a> Address<'a> {
    pub fn new(url: &'a str) -> Self {
        const SHOWN: usize = 300;
        Address { href: escape::web_address(url), text: escape::shown(url, SHOWN) }
    }

    /// The same for an address with a verdict: what is no address leads nowhere.
    pub fn of(url: &'a str, reason: Option<Reason>) -> Self {
        let address = Address::new(url);
        Address { href: address.href.filter(|_| reason != Some(Reason::UrlInvalid)), ..address }
    }

    /// The same, whatever becomes of the address it was made of.
    pub fn into_owned(self) -> Address<'static> {
        Address { href: self.href.map(|href| href.into_owned().into()), text: self.text.into_owned().into() }
    }
}

/// Our own words in markup, with what stands between backticks as code.
#[derive(Clone, Copy)]
pub(super) struct Worded(pub &'static str);

impl fmt::Display for Worded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, piece) in self.0.split('`').enumerate() {
            let (before, after) = if at % 2 == 1 { ("<code>", "</code>") } else { ("", "") };
            f.write_str(before)?;
            escape::Markup.write_escaped_str(&mut *f, piece)?;
            f.write_str(after)?;
        }
        Ok(())
    }
}

/// The Content-Security-Policy of a page with one style and one script: nothing is loaded, nothing is sent, and no other
/// code runs, whatever a title may contain.
pub(super) fn policy(style: &str, script: &str) -> String {
    format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'",
        source_hash(style),
        source_hash(script)
    )
}

/// A text's hash as a policy spells it (CSP Level 3, 2.3.1).
fn source_hash(text: &str) -> String {
    format!("sha256-{}", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_in_our_words_are_code() {
        assert_eq!(
            Worded("Write https & `perennial fix` does it.").to_string(),
            "Write https &#38; <code>perennial fix</code> does it."
        );
    }

    #[test]
    fn hashes_are_spelled_as_browsers_expect() {
        // The well-known hash of the empty text.
        assert_eq!(source_hash(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }
}
