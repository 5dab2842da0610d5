//! Whether the places that links name exist on the page.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;

/// Prefix that code forges put before the names readers see.
const HIDDEN_PREFIX: &str = "user-content-";

/// The fragments asked for, and which of them were met.
#[derive(Debug)]
pub struct Fragments {
    wanted: HashMap<String, Vec<usize>>,
    /// One for each fragment, in the order they were given.
    pub found: Vec<bool>,
}

impl Fragments {
    /// Takes fragments as they stand in addresses, without `#`.
    pub fn new(fragments: &[String]) -> Self {
        let mut wanted: HashMap<String, Vec<usize>> = HashMap::new();
        let mut found = vec![false; fragments.len()];
        for (index, fragment) in fragments.iter().enumerate() {
            // The directive behind `:~:` names text, not a place.
            let name = fragment.split(":~:").next().unwrap_or_default();
            let decoded = percent_decode_str(name).decode_utf8_lossy().into_owned();
            // HTML Standard, 7.4.6.4: the top of the document always exists.
            if name.is_empty() || decoded.eq_ignore_ascii_case("top") {
                found[index] = true;
                continue;
            }
            // The scripts of such forges look for their names without regard to case.
            let lower = decoded.to_lowercase();
            if lower != decoded {
                wanted.entry(format!("{HIDDEN_PREFIX}{lower}")).or_default().push(index);
            }
            if decoded != name {
                wanted.entry(name.to_owned()).or_default().push(index);
            }
            wanted.entry(decoded).or_default().push(index);
        }
        Fragments { wanted, found }
    }

    /// Whether any is still looked for.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Meets an element's id or name.
    pub fn meet(&mut self, name: &str) {
        let shown = name.strip_prefix(HIDDEN_PREFIX).and_then(|name| self.wanted.get(name));
        let indices = self.wanted.get(name).into_iter().chain(shown).flatten();
        for &index in indices {
            self.found[index] = true;
        }
    }
}
