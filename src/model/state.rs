//! The seven states a link can be in.

use serde::{Deserialize, Serialize};

/// What a reader of the list may expect behind a link.
///
/// The names are an interface: they stand in reports, in the ledger and in other people's scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The content was seen.
    Ok,
    /// The content was seen elsewhere, permanently; the link wants updating.
    Moved,
    /// Something answered, probably not what was linked.
    Suspect,
    /// The site refuses robots or wants a login; a person can probably see it.
    Blocked,
    /// Could not tell this time.
    Unsure,
    /// Fix it.
    Dead,
    /// Not checked, on purpose.
    Skipped,
}

impl State {
    /// Every state, in the order reports list them: what needs a person first.
    pub const ALL: [State; 7] =
        [State::Dead, State::Suspect, State::Moved, State::Blocked, State::Unsure, State::Skipped, State::Ok];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Moved => "moved",
            State::Suspect => "suspect",
            State::Blocked => "blocked",
            State::Unsure => "unsure",
            State::Dead => "dead",
            State::Skipped => "skipped",
        }
    }

    /// Reads a stable name back.
    pub fn parse(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether the content was seen, here or elsewhere.
    pub const fn is_alive(self) -> bool {
        matches!(self, State::Ok | State::Moved)
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
