//! The title: a heading that another source confirms, before what the head says alone.

use std::cell::OnceCell;

use crate::model::metadata::Field;

use super::super::candidates::{Place, Region};
use super::super::offer::{Key, Offer, Source};
use super::super::value::text::{clean, flat};
use super::{Evidence, field, site, text_field};

/// A title and where its heading stands.
pub struct Titled {
    /// The title.
    pub field: Option<Field<String>>,
    /// Where its heading stands.
    pub at: Option<Place>,
}

/// Texts that stand where a title should and are none, flat.
const NEVER: &[&str] = &[
    "untitled",
    "untitled document",
    "untitled page",
    "no title",
    "kein titel",
    "ohne titel",
    "document",
    "home",
    "homepage",
    "home page",
    "startseite",
    "accueil",
    "inicio",
    "index",
    "index html",
    "default",
    "title",
    "page title",
    "just a moment",
    "one moment please",
    "please wait",
    "attention required",
    "attention required cloudflare",
    "access denied",
    "are you a robot",
    "are you human",
    "captcha",
    "403 forbidden",
    "404 not found",
    "page not found",
    "not found",
    "request rejected",
    "redirecting",
    "loading",
    "account suspended",
    "site maintenance",
    "security check",
    "robot check",
    "error",
    "null",
    "undefined",
    "new page",
    "blank",
    "wordpress",
    "my site",
    "object moved",
    "bad request",
    "internal server error",
    "service unavailable",
];

/// Whether a text, flat, stands where a title should and is none, or does so with a number: `untitled-1`, `Document2`.
fn is_never(flat: &str) -> bool {
    const NUMBERED: &[&str] = &["untitled", "untitled document", "untitled page", "document", "new page", "page title"];
    let bare = flat.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
    NEVER.contains(&flat) || NUMBERED.contains(&bare)
}

/// The flat form of a text that can be the title of something.
fn plausible(evidence: &Evidence<'_>, title: &str) -> Option<String> {
    let flat = flat(title);
    let plausible = !flat.is_empty()
        && !title.contains("{{")
        && !title.contains("<%")
        && !is_never(&flat)
        && !evidence.site.is_name(title);
    plausible.then_some(flat)
}

/// Whether a text can be the title of something.
fn is_plausible(evidence: &Evidence<'_>, title: &str) -> bool {
    plausible(evidence, title).is_some()
}

/// What the rules choose from.
struct Page<'a> {
    evidence: &'a Evidence<'a>,
    headings: Vec<Cleaned<'a>>,
    declared: OnceCell<Vec<Declared<'a>>>,
}

impl<'a> Page<'a> {
    /// What the head says, without the site's name.
    fn declared(&self) -> &[Declared<'a>] {
        self.declared.get_or_init(|| declared(self.evidence))
    }
}

/// A heading that may be the title, cleaned.
struct Cleaned<'a> {
    level: u8,
    text: String,
    flat: String,
    class: &'a str,
    /// Whether it leads to another page.
    leads_away: bool,
    place: Place,
}

/// A title that the head declares, without the site's name.
struct Declared<'a> {
    flat: String,
    offer: &'a Offer<'a>,
}

/// Chooses the title.
pub fn choose(evidence: &Evidence<'_>) -> Titled {
    let page = Page { evidence, headings: headings(evidence), declared: OnceCell::new() };
    let headings = &page.headings;
    let first_h1 = headings.iter().find(|heading| heading.level == 1);
    let at_of = |title: &str| {
        let title = flat(title);
        let same = headings.iter().find(|heading| heading.flat == title);
        let part = || {
            headings.iter().filter(|heading| matches!(heading.level, 1..=3)).find(|heading| {
                let text = &heading.flat;
                text.len() > 8 && (title.contains(text) || text.contains(&title))
            })
        };
        same.or_else(part).or(first_h1).map(|heading| heading.place)
    };
    for rule in [
        scholarly,
        behind_kicker,
        confirmed_heading,
        contained_heading,
        confirmed_titled,
        declared_in_heading,
        piece_in_heading,
        headline,
        only_h1,
        graph_title,
        titled_heading,
        document_title,
        any_h1,
    ] {
        if let Some(found) = rule(&page) {
            let at = at_of(&found.value);
            return Titled { field: Some(found), at };
        }
    }
    Titled { field: fallback(evidence), at: first_h1.map(|heading| heading.place) }
}

/// The headings that may be the title, cleaned.
fn headings<'a>(evidence: &Evidence<'a>) -> Vec<Cleaned<'a>> {
    evidence
        .candidates
        .headings
        .iter()
        .filter(|heading| heading.level == 1 || !heading.place.region.is_in(Region::COMMENTS))
        .filter_map(|heading| {
            let text = clean(&heading.text);
            let flat = plausible(evidence, &text)?;
            if evidence.site.is_headed(evidence.url, heading, &flat, evidence.offers) {
                return None;
            }
            let leads_away = !heading.link.is_empty()
                && evidence.url.join(&heading.link).is_ok_and(|target| target.path() != evidence.url.path());
            Some(Cleaned { level: heading.level, text, flat, class: &heading.class, leads_away, place: heading.place })
        })
        .collect()
}

fn declared<'a>(evidence: &Evidence<'a>) -> Vec<Declared<'a>> {
    let mut titles = Vec::new();
    for source in [
        Source::Html,
        Source::OpenGraph,
        Source::JsonLd,
        Source::Twitter,
        Source::Item,
        Source::JsonLdPage,
        Source::Parsely,
    ] {
        for offer in evidence.offers.from(Key::Title, source).take(2) {
            let title = evidence.site.strip(&clean(&offer.raw));
            titles.extend(plausible(evidence, &title).map(|flat| Declared { flat, offer }));
        }
    }
    titles
}

fn from_heading(heading: &Cleaned<'_>) -> Field<String> {
    field(heading.text.clone(), &label_of(heading.level, heading.class), None)
}

fn label_of(level: u8, class: &str) -> String {
    match level {
        0 => format!("class {class}"),
        level => format!("h{level}"),
    }
}

type Rule = Option<Field<String>>;

fn scholarly(page: &Page<'_>) -> Rule {
    let evidence = page.evidence;
    let scholarly =
        [Source::Highwire, Source::Bepress, Source::Eprints].iter().any(|&source| evidence.offers.has(source));
    let order: &[Source] = if scholarly {
        &[Source::Highwire, Source::Bepress, Source::Eprints, Source::Prism, Source::DublinCore]
    } else {
        &[Source::Prism]
    };
    order.iter().find_map(|&source| {
        let offer = evidence.offers.from(Key::Title, source).next()?;
        let title = clean(&offer.raw);
        is_plausible(evidence, &title).then(|| text_field(title, offer))
    })
}

/// What an `h1` says behind a kicker, where everything that is made for sharing leaves the kicker out.
fn behind_kicker(page: &Page<'_>) -> Rule {
    let (evidence, headings) = (page.evidence, &page.headings);
    const KICKER: usize = 6;
    let shared = [Source::OpenGraph, Source::JsonLd, Source::Twitter];
    let mut shared = shared.iter().filter_map(|&source| evidence.offers.from(Key::Title, source).next()).peekable();
    // Most headings say what is shared and nothing more.
    let first = shared.peek()?.raw.as_ref();
    if headings.iter().any(|heading| heading.level == 1 && heading.text == first) {
        return None;
    }
    let mut shared = shared.map(|offer| (evidence.site.strip(&clean(&offer.raw)), offer));
    let (title, offer) = shared.next()?;
    let alone = flat(&title);
    let stands_behind = |heading: &Cleaned<'_>| {
        let kicker = heading.flat.strip_suffix(&alone).filter(|kicker| kicker.ends_with(' '));
        kicker.is_some_and(|kicker| kicker.split_whitespace().count() <= KICKER)
    };
    (alone.contains(' ')
        && shared.all(|(other, _)| flat(&other) == alone)
        && headings.iter().any(|heading| heading.level == 1 && stands_behind(heading))
        && is_plausible(evidence, &title))
    .then(|| text_field(title, offer))
}

/// An `h1` that equals what the head says. What the heading says of itself as a property confirms nothing.
fn confirmed_heading(page: &Page<'_>) -> Rule {
    let headings = &page.headings;
    let declared = || page.declared().iter().filter(|declared| declared.offer.source != Source::Item);
    let h1s = headings.iter().filter(|heading| heading.level == 1);
    h1s.filter(|heading| declared().any(|declared| declared.flat == heading.flat))
        .max_by_key(|heading| heading.text.len())
        .map(from_heading)
}

/// The longest `h1` that lies in the document's title.
fn contained_heading(page: &Page<'_>) -> Rule {
    let (evidence, headings) = (page.evidence, &page.headings);
    let titles: Vec<String> = evidence
        .offers
        .of(Key::Title)
        .filter(|offer| matches!(offer.source, Source::Html | Source::OpenGraph))
        .map(|offer| format!(" {} ", flat(&clean(&offer.raw))))
        .collect();
    let lies_in = |heading: &&Cleaned<'_>| {
        let text = &heading.flat;
        let words = text.split(' ').count();
        let cjk = text.chars().any(|c| c as u32 >= 0x2E80);
        (words >= 2 || cjk || text.chars().count() >= 8)
            && titles.iter().any(|title| if cjk { title.contains(text) } else { title.contains(&format!(" {text} ")) })
    };
    // What stands behind the title in the document's title is no title where another heading is what stands before it.
    let is_tail = |heading: &&Cleaned<'_>| {
        let is_head = |head: &str| {
            let others =
                headings.iter().filter(|other| other.level != 1 && !other.leads_away && other.flat.contains(' '));
            others.into_iter().any(|other| {
                head.trim_start().strip_prefix(other.flat.as_str()).is_some_and(|rest| rest.starts_with(' '))
            })
        };
        titles.iter().any(|title| {
            title.strip_suffix(&format!(" {} ", heading.flat)).is_some_and(|head| is_head(&format!("{head} ")))
        })
    };
    headings
        .iter()
        .filter(|heading| heading.level == 1)
        .filter(lies_in)
        .filter(|heading| !is_tail(heading))
        .max_by_key(|heading| heading.text.len())
        .map(from_heading)
}

/// Another heading, or an element of the class of titles, that equals what the head says.
fn confirmed_titled(page: &Page<'_>) -> Rule {
    let headings = &page.headings;
    let mut others =
        headings.iter().filter(|heading| heading.level != 1 && !heading.place.region.is_in(Region::BESIDE));
    others.find(|heading| page.declared().iter().any(|declared| declared.flat == heading.flat)).map(from_heading)
}

/// What the head says, where an `h1` begins or ends with it and says more: a kicker before the title, a date behind it.
fn declared_in_heading(page: &Page<'_>) -> Rule {
    let (evidence, headings) = (page.evidence, &page.headings);
    let h1s: Vec<&Cleaned<'_>> = headings.iter().filter(|heading| heading.level == 1).collect();
    let head = [Source::OpenGraph, Source::Html].iter().flat_map(|&source| evidence.offers.from(Key::Title, source));
    let stripped = head.map(|offer| (evidence.site.strip(&clean(&offer.raw)), offer));
    stripped.filter(|(title, _)| is_plausible(evidence, title) && title.split_whitespace().count() >= 3).find_map(
        |(title, offer)| {
            let begun = flat(&title);
            if is_cut_off(&title) {
                let whole = h1s.iter().find(|h1| h1.flat.len() > begun.len() && h1.flat.starts_with(&begun))?;
                return Some(from_heading(whole));
            }
            let within = |h1: &str| {
                h1.strip_prefix(&begun).is_some_and(|rest| rest.starts_with(' '))
                    || h1.strip_suffix(&begun).is_some_and(|rest| rest.ends_with(' '))
            };
            h1s.iter().any(|h1| within(&h1.flat)).then(|| text_field(title, offer))
        },
    )
}

/// Whether a title was cut off where room ended.
fn is_cut_off(title: &str) -> bool {
    title.ends_with("...") || title.ends_with('…')
}

/// Another heading that is one whole piece of the document's title, between signs that separate.
fn piece_in_heading(page: &Page<'_>) -> Rule {
    let (evidence, headings) = (page.evidence, &page.headings);
    let titles: Vec<String> = [Source::Html, Source::OpenGraph]
        .iter()
        .filter_map(|&source| evidence.offers.first(Key::Title, source))
        .map(clean)
        .collect();
    let pieces: Vec<String> = titles
        .iter()
        .flat_map(|title| site::pieces(title))
        .map(flat)
        .filter(|piece| piece.split(' ').count() >= 3)
        .collect();
    headings
        .iter()
        .filter(|heading| heading.level != 1 && !heading.place.region.is_in(Region::BESIDE))
        .filter(|heading| pieces.contains(&heading.flat))
        .max_by_key(|heading| heading.text.len())
        .map(from_heading)
}

fn headline(page: &Page<'_>) -> Rule {
    let evidence = page.evidence;
    evidence.offers.from(Key::Title, Source::JsonLd).find_map(|offer| {
        let title = evidence.site.strip(&clean(&offer.raw));
        (is_plausible(evidence, &title) && !is_cut_off(&title)).then(|| text_field(title, offer))
    })
}

/// The only `h1`, of two words or more, unless the head agrees on something else.
fn only_h1(page: &Page<'_>) -> Rule {
    let headings = &page.headings;
    let mut h1s = headings.iter().filter(|heading| heading.level == 1);
    let first = h1s.next()?;
    let several = h1s.any(|other| other.flat != first.flat);
    let words = first.text.split_whitespace().count();
    (!several
        && (words >= 2 || first.text.chars().any(|c| c as u32 >= 0x2E80))
        && words <= 40
        && !first.place.region.is_in(Region::BESIDE)
        && !is_contradicted(page, &first.flat))
    .then(|| from_heading(first))
}

/// Words of a title that is written for its page alone: shorter ones are names of what the page says more of.
const AGREED: usize = 5;

/// Whether the document's title and the one for sharing are the same, of many words, and a heading has none of them.
fn is_contradicted(page: &Page<'_>, heading: &str) -> bool {
    let of = |source: Source| page.declared().iter().find(|declared| declared.offer.source == source);
    let (Some(document), Some(shared)) = (of(Source::Html), of(Source::OpenGraph)) else { return false };
    let spaced = |text: &str| text.contains(' ') && !text.chars().any(|c| c as u32 >= 0x2E80);
    document.flat == shared.flat
        && spaced(&shared.flat)
        && shared.flat.split(' ').count() >= AGREED
        && spaced(heading)
        && !shared.flat.split(' ').any(|word| heading.split(' ').any(|other| other == word))
}

fn graph_title(page: &Page<'_>) -> Rule {
    let evidence = page.evidence;
    const ORDER: &[Source] =
        &[Source::OpenGraph, Source::Twitter, Source::Item, Source::DublinCore, Source::Parsely, Source::Rel];
    ORDER.iter().find_map(|&source| {
        let offer = evidence.offers.from(Key::Title, source).next()?;
        let title = evidence.site.strip(&clean(&offer.raw));
        is_plausible(evidence, &title).then(|| text_field(title, offer))
    })
}

/// A heading whose class says that it is the title of the page.
fn titled_heading(page: &Page<'_>) -> Rule {
    let headings = &page.headings;
    const CLASSES: &[&str] = &[
        "entry-title",
        "post-title",
        "article-title",
        "page-title",
        "articletitle",
        "headline",
        "story-title",
        "article__title",
        "post__title",
        "p-name",
    ];
    headings
        .iter()
        .filter(|heading| !heading.place.region.is_in(Region::BESIDE) && matches!(heading.level, 1..=3))
        .find(|heading| CLASSES.iter().any(|class| heading.class.contains(class)))
        .map(from_heading)
}

fn document_title(page: &Page<'_>) -> Rule {
    let evidence = page.evidence;
    let offer = evidence.offers.from(Key::Title, Source::Html).next()?;
    let title = evidence.site.strip(&clean(&offer.raw));
    is_plausible(evidence, &title).then(|| text_field(title, offer))
}

fn any_h1(page: &Page<'_>) -> Rule {
    let headings = &page.headings;
    headings.iter().find(|heading| heading.level == 1).map(from_heading)
}

/// On a site's first page the name of the site is the title; anywhere else what is left is better than nothing.
fn fallback(evidence: &Evidence<'_>) -> Option<Field<String>> {
    let usable = |title: &str| {
        let flat = flat(title);
        !flat.is_empty() && !title.contains("{{") && !is_never(&flat)
    };
    [Source::Meta, Source::OpenGraph, Source::Html]
        .iter()
        .find_map(|&source| {
            let offer = evidence.offers.from(Key::Title, source).next()?;
            let title = clean(&offer.raw);
            usable(&title).then(|| text_field(title, offer))
        })
        .or_else(|| {
            let heading = evidence.candidates.headings.iter().find(|heading| heading.level == 1)?;
            let text = clean(&heading.text);
            usable(&text).then(|| field(text, &label_of(heading.level, &heading.class), None))
        })
}
