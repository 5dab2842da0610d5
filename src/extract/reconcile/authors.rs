//! Who made it: the field in which pages are least clear.

use crate::model::metadata::{Field, Name};

use super::super::offer::{Key, Offer, Source};
use super::super::value::name::{self, name_of};
use super::super::value::text::{clean, flat};
use super::{Evidence, field};

/// Sources in the order in which they are believed.
const ORDER: &[Source] = &[
    Source::Highwire,
    Source::Bepress,
    Source::Eprints,
    Source::JsonLd,
    Source::Rel,
    Source::TwitterLabel,
    Source::DublinCore,
    Source::Parsely,
    Source::Item,
    Source::OpenGraph,
    Source::AuthorClass,
    Source::Meta,
    Source::AuthorLink,
    Source::Byline,
    Source::Coins,
    Source::JsonLdPage,
];

/// Chooses the authors.
pub fn choose(evidence: &Evidence<'_>, title: &str) -> Option<Field<Vec<Name>>> {
    ORDER.iter().find_map(|&source| {
        let offers: Vec<&Offer> = evidence.offers.from(Key::Author, source).take(80).collect();
        let first = offers.first()?;
        let names = read(evidence, source, &offers, title);
        if names.is_empty() {
            return None;
        }
        let raws: Vec<&str> = offers.iter().map(|offer| offer.raw.as_str()).collect();
        let raw = raws.join("; ");
        let same = names.join("; ") == raw;
        let names = names.iter().map(|name| name_of(name)).collect();
        Some(field(names, &first.label, (!same).then_some(raw.as_str())))
    })
}

fn read(evidence: &Evidence<'_>, source: Source, offers: &[&Offer], title: &str) -> Vec<String> {
    // A text that only stands where a byline may be is read with care, and only the first that is one.
    let strict = matches!(source, Source::AuthorClass | Source::Byline | Source::AuthorLink);
    let mut names: Vec<String> = Vec::new();
    for offer in offers {
        if is_address(&offer.raw) {
            continue;
        }
        for name in name::names(&offer.raw, strict) {
            let known = names.iter().any(|known| flat(known) == flat(&name));
            if !known && !evidence.site.is_name(&name) && flat(&name) != flat(title) {
                names.push(name);
            }
        }
        if strict && source != Source::AuthorLink && !names.is_empty() {
            break;
        }
    }
    // One name in another: the longer one is meant.
    let flats: Vec<String> = names.iter().map(|name| flat(name)).collect();
    let mut index = 0;
    names.retain(|_| {
        let own = &flats[index];
        index += 1;
        !flats.iter().any(|longer| longer.len() > own.len() && format!(" {longer} ").contains(&format!(" {own} ")))
    });
    names
}

fn is_address(raw: &str) -> bool {
    let raw = clean(raw);
    raw.starts_with("http://")
        || raw.starts_with("https://")
        || raw.starts_with("//")
        || raw.starts_with('@')
        || raw.contains("facebook.com/")
}
