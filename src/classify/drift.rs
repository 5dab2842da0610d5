//! A page that is no longer what it was: against the ledger's fingerprint, the list's own name, and the words of spam.

use super::facts::View;

/// Spam words of a page, when they make up its title or heading and the list knows nothing of them.
pub(super) fn spam(_view: &View<'_>) -> Option<String> {
    None
}
