//! Microdata and RDFa: properties of the page's own items.

use super::super::candidates::{Candidates, Prop, Region};
use super::super::offer::{Key, Offers, Source};
use super::super::value::name::Form;
use super::json_ld::is_organisation_type;

/// Properties, fields.
const PROPERTIES: &[(&str, Key)] = &[
    ("headline", Key::Title),
    ("datepublished", Key::Published),
    ("uploaddate", Key::Published),
    ("datecreated", Key::Published),
    ("published", Key::Published),
    ("issued", Key::Published),
    ("datemodified", Key::Modified),
    ("dateupdated", Key::Modified),
    ("author", Key::Author),
    ("creator", Key::Author),
    ("publisher", Key::Publisher),
    ("description", Key::Description),
    ("inlanguage", Key::Language),
    ("license", Key::Licence),
    ("image", Key::Image),
    ("keywords", Key::Keywords),
    ("isbn", Key::Isbn),
    ("issn", Key::Issn),
    ("duration", Key::Duration),
    ("numberofpages", Key::PageCount),
];

/// Types of items that are not what the page is about.
const OTHER_ITEMS: &[&str] = &[
    "comment",
    "usercomments",
    "review",
    "rating",
    "aggregaterating",
    "breadcrumblist",
    "listitem",
    "sitenavigationelement",
    "wpheader",
    "wpfooter",
    "imageobject",
    "postaladdress",
    "offer",
    "question",
    "answer",
];

/// Offers the item properties.
pub fn offer<'a>(candidates: &'a Candidates, offers: &mut Offers<'a>) {
    for prop in own(candidates) {
        let label = || format!("itemprop {}", prop.name);
        if let Some((key, owner)) = owned(prop) {
            let label = format!("itemprop {owner} name");
            if key == Key::Author && is_organisation_type(&prop.kind) {
                offers.add_name(key, Source::Item, label, prop.value.clone(), Some(Form::Organisation));
            } else {
                offers.add(key, Source::Item, label, prop.value.as_str());
            }
        } else if prop.owner.is_empty() {
            for (_, key) in PROPERTIES.iter().filter(|(name, _)| *name == prop.name) {
                offers.add(*key, Source::Item, label(), prop.value.as_str());
            }
            if prop.name == "name" && is_work(&prop.kind) {
                offers.add(Key::Title, Source::Item, label(), prop.value.as_str());
            }
            if prop.name == "name" && prop.kind == "website" {
                offers.add(Key::SiteName, Source::Item, label(), prop.value.as_str());
            }
        }
    }
}

/// The properties of the page's own items. Those that stand beside the content count where no item does better and they
/// agree with each other: a template may wrap the article in a class that speaks of its sidebar.
fn own(candidates: &Candidates) -> impl Iterator<Item = &Prop> {
    let (beside, comments) = (Region::BESIDE, Region::COMMENTS);
    let all = &candidates.props;
    let possible = move |prop: &&Prop| !prop.place.region.is_in(comments) && !OTHER_ITEMS.contains(&prop.kind.as_str());
    let alone = move |prop: &Prop| {
        all.iter()
            .filter(possible)
            .filter(|other| other.name == prop.name && other.owner == prop.owner)
            .all(|other| other.place.region.is_in(beside) && other.value == prop.value)
    };
    all.iter().filter(possible).filter(move |prop| !prop.place.region.is_in(beside) || alone(prop))
}

/// The name of an item that is a property itself.
fn owned(prop: &Prop) -> Option<(Key, &str)> {
    if !matches!(prop.name.as_str(), "name" | "legalname" | "alternatename") {
        return None;
    }
    match prop.owner.as_str() {
        owner @ ("author" | "creator") => Some((Key::Author, owner)),
        owner @ "publisher" => Some((Key::Publisher, owner)),
        _ => None,
    }
}

fn is_work(kind: &str) -> bool {
    kind.ends_with("article")
        || matches!(
            kind,
            "blogposting"
                | "videoobject"
                | "book"
                | "dataset"
                | "event"
                | "recipe"
                | "product"
                | "report"
                | "course"
                | "movie"
                | "creativework"
                | "softwareapplication"
        )
}
