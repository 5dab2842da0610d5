//! People and organisations as nodes name them.

use super::super::super::value::name::Form;

/// What the label of an offer ends in whose name was put together from parts: family name, comma, given names.
const BY_PARTS: &str = ".familyName";

/// Somebody a node names.
pub enum Agent {
    /// By a text that may hold several names.
    Named(String),
    /// By a text that is the name of one person.
    Person(String),
    /// By the parts of a name.
    Parts { family: String, given: String },
    /// An organisation.
    Organisation(String),
}

impl Agent {
    /// The name in one text, given names first.
    pub fn spoken(&self) -> String {
        match self {
            Agent::Named(name) | Agent::Person(name) | Agent::Organisation(name) => name.clone(),
            Agent::Parts { family, given } => format!("{given} {family}"),
        }
    }

    /// The name in one text as a catalogue has it, what to add to the label that says so, and how the text is to be read.
    pub fn listed(self) -> (String, &'static str, Option<Form>) {
        match self {
            Agent::Named(name) => (name, "", None),
            Agent::Person(name) => (name, "", Some(Form::Single)),
            Agent::Organisation(name) => (name, "", Some(Form::Organisation)),
            Agent::Parts { family, given } => {
                (format!("{}, {given}", family.replace(',', " ")), BY_PARTS, Some(Form::Parts))
            }
        }
    }
}
