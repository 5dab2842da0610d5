//! Names in the visible page.

use std::collections::HashSet;

use super::super::candidates::{Byline, BylineKind, Candidates, Place, Region};
use super::super::offer::{Key, Offers, Source};
use super::super::value::byline;
use super::super::value::date::{self, Order};
use super::super::value::name::{self, Form};

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
    "meta-prep",
    "site-title",
];

/// Words before and behind a title between which its byline stands.
const BEFORE: usize = 60;
const AFTER: usize = 160;

/// So close behind the title everything belongs to it, whatever the classes around it say.
const CLOSE: usize = 30;

/// People linked as authors beyond which they cannot all be those of one page.
const MANY: usize = 4;

/// Words of a byline that is none but the beginning of a sentence.
const PROSE: usize = 16;

/// Where the title stands, and what is near it.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings {
    at: Option<usize>,
    beside: Region,
}

impl Surroundings {
    /// The surroundings of a title. Regions around the title itself say nothing: a page may be wrapped in an element of
    /// the class `with-sidebar`.
    pub fn of(title_at: Option<Place>) -> Self {
        let around = title_at.map_or(Region::default(), |place| place.region);
        let beside = Region::COMMENTS.with(Region::BESIDE).with(Region::FOOTER).without(around);
        Surroundings { at: title_at.map(|place| place.words), beside }
    }

    /// Whether something belongs to the page's own work.
    pub fn owns(&self, place: Place) -> bool {
        let mut beside = self.beside;
        if place.region.is_in(Region::ARTICLE) {
            beside = beside.without(Region::FOOTER);
        }
        !place.region.is_in(beside) || self.at.is_some_and(|at| place.words >= at && place.words <= at + CLOSE)
    }

    /// Whether it does, and stands between so many words before the title and so many behind it.
    pub fn is_near(&self, place: Place, before: usize, after: usize) -> bool {
        self.owns(place) && self.at.is_none_or(|at| place.words + before >= at && place.words <= at + after)
    }

    /// Words between the title and a place.
    pub fn distance(&self, place: Place) -> usize {
        self.at.map_or(place.words, |at| place.words.abs_diff(at))
    }

    /// Whether it stands close behind the title.
    pub fn is_close(&self, place: Place) -> bool {
        self.at.is_some_and(|at| place.words >= at && place.words <= at + 2 * CLOSE)
    }
}

/// Offers what classes, links and texts say about authors.
pub fn offer<'a>(candidates: &'a Candidates, around: &Surroundings, offers: &mut Offers<'a>) {
    let of = |kind: BylineKind| {
        candidates.bylines.iter().filter(move |byline| byline.kind == kind).filter(|byline| around.owns(byline.place))
    };
    let near = |byline: &&Byline| around.is_near(byline.place, BEFORE, AFTER);
    // Many people linked so are all who write for the site; those of the page stand near its title.
    let mut linked: Vec<&Byline> = of(BylineKind::Rel).collect();
    if linked.is_empty() {
        // Some keep the byline beside the text, right below the title.
        let beside = |byline: &&Byline| byline.kind == BylineKind::Rel && around.is_close(byline.place);
        linked = candidates.bylines.iter().filter(beside).collect();
    }
    let many = linked.iter().map(|byline| byline.text.as_str()).collect::<HashSet<_>>().len() > MANY;
    let some_near = linked.iter().any(near);
    for byline in linked.into_iter().filter(|byline| !many || !some_near || near(byline)) {
        offers.add(Key::Author, Source::Rel, "rel=author", byline.text.as_str());
    }
    let named = |byline: &&Byline| {
        !NOT_A_NAME.iter().any(|word| byline.class.contains(word)) && byline.text.chars().count() <= 120
    };
    let mut classed: Vec<&Byline> = of(BylineKind::Class).filter(named).filter(near).collect();
    if classed.is_empty() {
        // Far from the title a name counts only when it is the only one.
        classed = of(BylineKind::Class).filter(named).collect();
        let first = classed.first().map(|byline| name::names(&byline.text, Form::Text));
        if classed.iter().any(|byline| Some(name::names(&byline.text, Form::Text)) != first) {
            classed.clear();
        }
    }
    for byline in classed {
        offers.add(Key::Author, Source::AuthorClass, format!("class {}", byline.class), byline.text.as_str());
    }
    for byline in of(BylineKind::Href).filter(near) {
        if name::is_person(byline.text.trim()) {
            offers.add(Key::Author, Source::AuthorLink, "link to an author's page", byline.text.as_str());
        }
    }
    // A label with a colon is meant so wherever it stands.
    let labelled = |byline: &Byline| byline::is_labelled(&byline.text);
    for byline in of(BylineKind::Text).filter(|byline| near(byline) || labelled(byline)) {
        if byline.text.split_whitespace().count() > PROSE && byline.text.contains(". ") && !labelled(byline) {
            continue;
        }
        // A line that holds nothing else needs no more than one word.
        let short = around.is_close(byline.place) && byline.text.split_whitespace().count() <= 3;
        let label = if short { "short byline" } else { "byline" };
        offers.add(Key::Author, Source::Byline, label, byline.text.as_str());
    }
    for dated in candidates.dates.iter().filter(|dated| around.is_close(dated.place)) {
        if let Some(rest) = beside_date(&dated.text) {
            offers.add(Key::Author, Source::Byline, "text beside the date", rest);
        }
    }
}

/// A person's name that stands alone beside a date, or what stands behind a date and a "by".
fn beside_date(text: &str) -> Option<&str> {
    let found = date::find(text, Order::DayFirst)?;
    if let Some(name) = text.get(found.end..).and_then(byline::behind).filter(|name| !name.trim().is_empty()) {
        return Some(name);
    }
    let sign = |c: char| !c.is_alphanumeric();
    let (before, after) = (text.get(..found.start)?.trim_matches(sign), text.get(found.end..)?.trim_matches(sign));
    // Where no letter is a capital, a label looks as a name does.
    let labels = text.get(..found.start)?.trim_end().ends_with([':', '：']);
    let alone = |name: &str, rest: &str| {
        let ends = name.rsplit(' ').next().is_some_and(|word| word.chars().next().is_some_and(|c| !c.is_lowercase()));
        name.contains(char::is_uppercase)
            && name::is_person(name)
            && ends
            && rest.chars().filter(|c| c.is_alphabetic()).count() <= 12
    };
    match (!labels && alone(before, after), alone(after, before)) {
        (true, _) => Some(before),
        (_, true) => Some(after),
        _ => None,
    }
}
