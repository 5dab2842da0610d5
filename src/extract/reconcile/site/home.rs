//! The site's name as the head of its pages shows it: a heading that leads to the first page, or is of a class for that.

use url::Url;

use super::super::super::candidates::{Candidates, Heading};
use super::super::super::offer::{Key, Offer, Offers, Source};
use super::super::super::value::text::{clean, flat, squeezed};

/// Classes of a site's name.
const CLASSES: &[&str] = &["site-title", "site-name", "sitetitle", "sitename", "site_title", "site_name", "blog-title"];

/// Bytes of the longest name that is read.
const MOST: usize = 300;

/// The site's name by its heading, where the document's title begins or ends with it.
pub(super) fn name(url: &Url, candidates: &Candidates, offers: &Offers<'_>) -> Option<String> {
    let mut headings = candidates.headings.iter().filter(|heading| heading.text.len() <= MOST);
    let document = || offers.first(Key::Title, Source::Html).map(|title| squeezed(&clean(title)));
    headings.find_map(|heading| {
        if !may_be_site(heading) {
            return None;
        }
        let text = clean(&heading.text);
        let (title, name) = (document()?, squeezed(&text));
        let at_end = name.chars().count() >= 2
            && title.len() > name.len()
            && (title.ends_with(&name) || title.starts_with(&name));
        (at_end && is_site_heading(url, heading, &flat(&text), offers)).then_some(text)
    })
}

/// Whether a heading may be one: few lead anywhere.
fn may_be_site(heading: &Heading) -> bool {
    !heading.link.is_empty() || is_classed(heading)
}

fn is_classed(heading: &Heading) -> bool {
    heading.class.split_ascii_whitespace().any(|class| CLASSES.contains(&class))
}

/// Whether a heading, its text flat, names the site: it leads to the first page of the site. One that leads to a folder the
/// page is in, or is only of the class for that, does so unless the page declares it to be its own title: a work in several
/// parts has its title lead to the first.
pub(super) fn is_site_heading(url: &Url, heading: &Heading, text: &str, offers: &Offers<'_>) -> bool {
    if !may_be_site(heading) {
        return false;
    }
    let leads = leads(url, &heading.link);
    leads == Some(Place::First) || ((leads == Some(Place::Above) || is_classed(heading)) && !is_declared(text, offers))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// The first page of the site.
    First,
    /// A folder in which the page is.
    Above,
}

/// Which page above its own a link leads to.
fn leads(url: &Url, link: &str) -> Option<Place> {
    if link.is_empty() || link.starts_with('#') {
        return None;
    }
    let target = url.join(link).ok()?;
    let host = |url: &Url| url.host_str().unwrap_or_default().trim_start_matches("www.").to_owned();
    if !matches!(target.scheme(), "http" | "https") || host(&target) != host(url) || target.query().is_some() {
        return None;
    }
    let (own, above) = (url.path(), target.path().trim_end_matches('/'));
    let below = own.strip_prefix(above)?.strip_prefix('/')?;
    if below.is_empty() && url.query().is_none() {
        return None;
    }
    if above.is_empty() { Some(Place::First) } else { (!below.is_empty()).then_some(Place::Above) }
}

/// Whether a text, flat, is the whole of a title that the head declares.
fn is_declared(text: &str, offers: &Offers<'_>) -> bool {
    let sources = [Source::Html, Source::OpenGraph, Source::JsonLd, Source::Twitter];
    sources.iter().flat_map(|&source| offers.from(Key::Title, source)).any(|offer| flat(&clean(&offer.raw)) == text)
}

/// Whether what is offered as the site's name, squeezed, is the title of the page: software puts it there. On the first page
/// of a site the two may be the same.
pub(super) fn is_title(url: &Url, offers: &Offers<'_>, name: &str, offer: &Offer<'_>) -> bool {
    let weak = offer.source == Source::Meta && offer.key == Key::SiteName;
    let long = || name.chars().count() > 20 && offer.raw.contains(' ');
    if url.path() == "/" || !(weak || long()) {
        return false;
    }
    let same = |source: Source| offers.first(Key::Title, source).is_some_and(|title| squeezed(&clean(title)) == name);
    let named = offers.first(Key::SiteName, Source::OpenGraph).filter(|_| weak);
    let other = named.is_none_or(|named| squeezed(&clean(named)) != name);
    if weak {
        other && (same(Source::OpenGraph) || same(Source::JsonLd))
    } else {
        same(Source::OpenGraph) && same(Source::Html)
    }
}
