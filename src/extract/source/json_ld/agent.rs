//! People and organisations as nodes name them.

/// What the label of an offer ends in whose name was put together from parts: family name, comma, given names.
pub const BY_PARTS: &str = ".familyName";

/// Somebody a node names.
pub enum Agent {
    /// By one text.
    Named(String),
    /// By the parts of a name.
    Person { family: String, given: String },
}

impl Agent {
    /// The name in one text, given names first.
    pub fn spoken(&self) -> String {
        match self {
            Agent::Named(name) => name.clone(),
            Agent::Person { family, given } => format!("{given} {family}"),
        }
    }

    /// The name in one text as a catalogue has it, and what to add to the label that says so.
    pub fn listed(self) -> (String, &'static str) {
        match self {
            Agent::Named(name) => (name, ""),
            Agent::Person { family, given } => (format!("{}, {given}", family.replace(',', " ")), BY_PARTS),
        }
    }
}
