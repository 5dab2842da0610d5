//! Trouble with one item of input that stops nothing.

use serde::{Deserialize, Serialize};

/// "line 40: not a URL": collected, counted, shown, never fatal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The seed it stands in, as the person named it.
    pub seed: String,
    /// 1-based line, when one is known.
    pub line: Option<usize>,
    /// What is wrong and what became of it, without a final full stop.
    pub message: String,
}

impl Notice {
    /// A notice about one line.
    pub fn at(seed: impl Into<String>, line: usize, message: impl Into<String>) -> Self {
        Notice { seed: seed.into(), line: Some(line), message: message.into() }
    }

    /// A notice about a whole document.
    pub fn about(seed: impl Into<String>, message: impl Into<String>) -> Self {
        Notice { seed: seed.into(), line: None, message: message.into() }
    }
}

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.seed, self.message),
            // Some say themselves what they are about.
            None if self.message.starts_with(&self.seed) => f.write_str(&self.message),
            None => write!(f, "{}: {}", self.seed, self.message),
        }
    }
}
