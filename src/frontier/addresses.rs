//! Many addresses in little memory.

use crate::model::CanonicalUrl;

/// Addresses one behind the other in one text, found by position: about the bytes of the address and twelve more, where a
/// parsed [`Url`](url::Url) takes some two hundred.
#[derive(Debug, Default)]
pub struct Addresses {
    text: String,
    ends: Vec<usize>,
    rows: Vec<u32>,
    /// Positions of those that go behind all others.
    later: Vec<u32>,
}

impl Addresses {
    /// Adds an address with the number of its row in the ledger, and returns its position.
    pub fn push(&mut self, url: &str, row: u32) -> u32 {
        self.text.push_str(url);
        self.ends.push(self.text.len());
        self.rows.push(row);
        u32::try_from(self.ends.len() - 1).unwrap_or(u32::MAX)
    }

    /// The same for one that goes behind all others.
    pub fn push_later(&mut self, url: &str, row: u32) -> u32 {
        let position = self.push(url, row);
        self.later.push(position);
        position
    }

    /// All positions: first those of no such kind, then the later ones, both as they came.
    pub fn in_order(&self) -> impl Iterator<Item = u32> + use<> {
        let later = self.later.clone();
        let last = later.clone().into_iter();
        let all = 0..u32::try_from(self.len()).unwrap_or(u32::MAX);
        all.filter(move |position| later.binary_search(position).is_err()).chain(last)
    }

    /// The address at a position.
    pub fn get(&self, position: u32) -> Option<&str> {
        let position = position as usize;
        let end = *self.ends.get(position)?;
        let start = position.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text.get(start..end)
    }

    /// The address at a position, as an identity.
    pub fn canonical(&self, position: u32) -> Option<CanonicalUrl> {
        self.get(position).map(CanonicalUrl::from_stored)
    }

    /// The ledger row of the address at a position.
    pub fn row(&self, position: u32) -> Option<u32> {
        self.rows.get(position as usize).copied()
    }

    /// How many addresses there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_in_comes_out() {
        let mut addresses = Addresses::default();
        assert_eq!(addresses.push("http://a.test/", 7), 0);
        assert_eq!(addresses.push("http://b.test/é", 9), 1);
        assert_eq!(addresses.get(0), Some("http://a.test/"));
        assert_eq!(addresses.get(1), Some("http://b.test/é"));
        assert_eq!((addresses.get(2), addresses.row(1), addresses.len()), (None, Some(9), 2));
        assert_eq!(addresses.push_later("http://c.test/", 8), 2);
        assert_eq!(addresses.push("http://d.test/", 3), 3);
        assert_eq!(addresses.in_order().collect::<Vec<_>>(), [0, 1, 3, 2]);
    }
}
