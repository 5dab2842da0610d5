//! Titles of wiki pages and how they stand in addresses.

use std::fmt::Write;

use url::Url;

/// A title as it stands in an address: spaces as underscores, first letter in upper case, the rest escaped as MediaWiki
/// does it.
pub fn encoded_title(name: &str) -> String {
    let folded = name.trim().split([' ', '_', '\u{A0}']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_");
    let mut encoded = String::new();
    let mut buffer = [0; 4];
    // The local part begins behind a name space.
    let mut upper = true;
    for c in folded.chars() {
        let c = if upper { c.to_uppercase().next().filter(|_| c.to_uppercase().count() == 1).unwrap_or(c) } else { c };
        upper = false;
        if c.is_ascii_alphanumeric()
            || matches!(c, '-' | '_' | '.' | '~' | '!' | '*' | '(' | ')' | ',' | ';' | ':' | '@' | '$' | '/' | '#')
        {
            encoded.push(c);
        } else {
            for byte in c.encode_utf8(&mut buffer).bytes() {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

/// The title of the page an address names: that of `index.php?title=X`, `index.php/X`, `/wiki/X`; spaces as underscores.
pub fn title_in(url: &Url) -> Option<String> {
    if let Some((_, title)) = url.query_pairs().find(|(name, _)| name == "title") {
        return Some(title.replace(' ', "_"));
    }
    let path = url.path();
    let (_, title) = path.split_once("/wiki/").or_else(|| path.split_once("/index.php/"))?;
    let title = percent_encoding::percent_decode_str(title).decode_utf8_lossy();
    (!title.is_empty()).then(|| title.replace(' ', "_"))
}
