//! Names in the visible page.

use super::super::candidates::{Byline, BylineKind, Candidates, Region};
use super::super::offer::{Key, Offers, Source};
use super::super::value::name;

/// Words in a class that speak of something other than the name.
const NOT_A_NAME: &[&str] = &[
    "comment",
    "avatar",
    "bio",
    "description",
    "desc",
    "authority",
    "authors-list",
    "image",
    "img",
    "photo",
    "thumb",
    "social",
    "follow",
    "count",
    "related",
    "box",
    "twitter",
    "email",
    "contact",
    "job",
    "role",
    "position",
    "-title",
    "about",
    "info-text",
    "recent",
    "share",
    "category",
    "tag",
    "form",
    "button",
    "btn",
    "login",
];

/// Words around a title in which its byline stands.
const BEFORE: usize = 60;
const AFTER: usize = 160;

/// Offers what classes, links and texts say about authors. `title_at` is where the title's heading stands.
pub fn offer(candidates: &Candidates, title_at: Option<usize>, offers: &mut Offers) {
    let beside = Region::COMMENTS.with(Region::BESIDE).with(Region::FOOTER);
    let usable = |byline: &&Byline| !byline.place.region.is_in(beside);
    let of = move |kind: BylineKind| candidates.bylines.iter().filter(move |byline| byline.kind == kind).filter(usable);
    for byline in of(BylineKind::Rel) {
        offers.add(Key::Author, Source::Rel, "rel=author", byline.text.as_str());
    }
    let near = |byline: &&Byline| {
        title_at.is_none_or(|at| byline.place.words + BEFORE >= at && byline.place.words <= at + AFTER)
    };
    // The innermost element comes first: captures end from the inside out.
    let classed: Vec<&Byline> = of(BylineKind::Class)
        .filter(|byline| !NOT_A_NAME.iter().any(|word| byline.class.contains(word)))
        .filter(near)
        .filter(|byline| byline.text.chars().count() <= 120)
        .collect();
    for byline in classed {
        offers.add(Key::Author, Source::AuthorClass, format!("class {}", byline.class), byline.text.as_str());
    }
    for byline in of(BylineKind::Href).filter(near) {
        if name::is_person(byline.text.trim()) {
            offers.add(Key::Author, Source::AuthorLink, "link to an author's page", byline.text.as_str());
        }
    }
    for byline in of(BylineKind::Text).filter(near) {
        offers.add(Key::Author, Source::Byline, "byline", byline.text.as_str());
    }
}
