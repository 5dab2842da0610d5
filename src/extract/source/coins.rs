//! COinS: an OpenURL (Z39.88) in the title of a span.

use super::super::candidates::Candidates;
use super::super::offer::{Key, Offers, Source};

/// Offers the first context object.
pub fn offer<'a>(candidates: &'a Candidates, offers: &mut Offers<'a>) {
    let Some(text) = candidates.coins.first() else { return };
    for (name, value) in url::form_urlencoded::parse(text.as_bytes()).take(60) {
        let key = match name.strip_prefix("rft.").or_else(|| name.strip_prefix("rft_")).unwrap_or_default() {
            "atitle" | "title" => Key::Title,
            "jtitle" => Key::Container,
            "au" => Key::Author,
            "date" => Key::Published,
            "volume" => Key::Volume,
            "issue" => Key::Issue,
            "spage" => Key::FirstPage,
            "epage" => Key::LastPage,
            "issn" => Key::Issn,
            "isbn" => Key::Isbn,
            "pub" => Key::Publisher,
            "id" if value.contains("doi") => Key::Doi,
            _ => continue,
        };
        offers.add(key, Source::Coins, format!("coins {name}"), value);
    }
}
