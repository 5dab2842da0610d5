//! How sure a value is: by the kind of place it stands in, and by whether another place says the same.

use super::reconcile::Record;
use crate::model::Confidence;

/// Vocabularies in which a page says for machines what it is: scholarly tags, linked data, packets of files.
const DECLARED: &[&str] = &[
    "citation_",
    "bepress",
    "eprints",
    "prism",
    "dc.",
    "dc:",
    "dcterms",
    "json-ld",
    "itemprop",
    "article:",
    "book:",
    "http link",
    "xmp",
    "rel license",
];

/// What stands for no statement of its own: running text, addresses, guesses.
const GUESSED: &[&str] = &[
    "text",
    "address",
    "first paragraph",
    "logo",
    "link to a resolver",
    "http last-modified",
    "file name",
    "detected",
];

impl Record {
    /// How sure the value of a field is: high where it was declared for machines, medium where it was written for previews
    /// or readers, low where it was read out of running text or an address; a step surer where another source says the
    /// same.
    pub fn confidence(&self, field: &str, source: &str, value: &str) -> Confidence {
        let source = source.to_ascii_lowercase();
        let begins = |with: &&str| source.starts_with(*with);
        let alone = if GUESSED.iter().any(begins) {
            Confidence::Low
        } else if DECLARED.iter().any(begins) {
            Confidence::High
        } else {
            Confidence::Medium
        };
        let plain = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
        let value = plain(value);
        let confirmed = !value.is_empty()
            && self.losers.iter().any(|loser| loser.field == field && plain(&loser.raw).contains(&value));
        match (alone, confirmed) {
            (alone, false) => alone,
            (Confidence::Low, true) => Confidence::Medium,
            (Confidence::Medium, true) => Confidence::High,
            (Confidence::High | Confidence::Certain, true) => Confidence::Certain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::reconcile::Loser;
    use super::*;

    #[test]
    fn the_place_decides_and_a_second_one_makes_it_surer() {
        let loser = Loser { field: "title", source: "og:title".to_owned(), raw: "Water  for All | Courier".to_owned() };
        let record = Record { losers: vec![loser], ..Record::default() };
        assert_eq!(record.confidence("title", "h1", "Water for all"), Confidence::High);
        assert_eq!(record.confidence("title", "h1", "Fire for all"), Confidence::Medium);
        assert_eq!(record.confidence("published", "JSON-LD datePublished", "2024-05-01"), Confidence::High);
        assert_eq!(record.confidence("published", "text beside the title", "2024-05-01"), Confidence::Low);
        assert_eq!(record.confidence("title", "citation_title", "Water for all"), Confidence::Certain);
    }
}
