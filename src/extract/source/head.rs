//! `html`, `title`, `link` and `rel`.

use crate::model::PageFacts;

use super::super::candidates::{Candidates, Region};
use super::super::offer::{Key, Offers, Source};
use super::super::value::licence;

/// Offers what the head says outside of `meta`.
pub fn offer<'a>(page: &'a PageFacts, candidates: &'a Candidates, offers: &mut Offers<'a>) {
    if let Some(title) = &page.title {
        offers.add(Key::Title, Source::Html, "title", title.as_str());
    }
    if let Some(lang) = &page.lang {
        offers.add(Key::Language, Source::Html, "html lang", lang.as_str());
    }
    for link in &candidates.links {
        // Where a page can be asked for as an embedded object, its title often stands beside the address.
        if matches!(link.media.as_str(), "application/json+oembed" | "text/xml+oembed" | "application/xml+oembed") {
            offers.add(Key::Title, Source::Rel, "oembed link", link.title.as_str());
        }
        for rel in link.rel.split_ascii_whitespace() {
            match rel {
                "canonical" => offers.add(Key::Canonical, Source::Rel, "link rel=canonical", link.href.as_str()),
                "license" | "licence" | "dct:license" | "copyright" => {
                    offers.add(Key::Licence, Source::Rel, "link rel=license", link.href.as_str())
                }
                "image_src" => offers.add(Key::Image, Source::Rel, "link rel=image_src", link.href.as_str()),
                "cite-as" => offers.add(Key::Doi, Source::Rel, "link rel=cite-as", link.href.as_str()),
                _ => {}
            }
        }
    }
    // What stands below a picture is the picture's licence, not the page's.
    let elsewhere = Region::COMMENTS.with(Region::FIGURE);
    for hint in candidates.licences.iter().filter(|hint| !hint.place.region.is_in(elsewhere)) {
        let (label, raw) = match (hint.declared, hint.href.is_empty()) {
            (true, _) => {
                ("a rel=license", if licence::declared(&hint.href).is_some() { &hint.href } else { &hint.text })
            }
            (false, false) => ("link to a licence", &hint.href),
            (false, true) => ("text", &hint.text),
        };
        let source = match label {
            "a rel=license" => Source::Rel,
            "text" => Source::Text,
            _ => Source::Address,
        };
        offers.add(Key::Licence, source, label, raw.as_str());
    }
}
