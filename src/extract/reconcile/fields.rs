//! The fields that one source or a short order of sources decides.

use url::Url;

use crate::model::Metadata;
use crate::model::metadata::Field;

use super::super::candidates::cut;
use super::super::offer::{Key, Offer, Offers, Source};
use super::super::value::text::{clean, flat, has_flat, is_flat};
use super::super::value::{identifier, language as lang, licence};
use super::{Evidence, field, pick, text_field};

/// Bytes kept of a description.
const DESCRIPTION: usize = 2_000;

/// Characters beyond which a description is more than a summary.
const LONG_DESCRIPTION: usize = 320;

/// Keywords kept.
const MOST_KEYWORDS: usize = 40;

/// The language: what the text is written in where that is certain, else what the page declares.
pub fn language(evidence: &Evidence<'_>) -> Option<Field<String>> {
    const DECLARED: &[Source] = &[
        Source::Html,
        Source::OpenGraph,
        Source::JsonLd,
        Source::Highwire,
        Source::DublinCore,
        Source::Meta,
        Source::Item,
        Source::JsonLdPage,
        Source::Http,
    ];
    let declared = pick(evidence.offers, Key::Language, DECLARED, |offer| lang::tag(&offer.raw));
    let text = evidence.page.text.as_str();
    let stated = declared.as_ref().map(|(tag, _)| lang::primary(tag));
    if let (Some((tag, offer)), Some(stated)) = (&declared, stated)
        && lang::is_plainly(text, stated)
    {
        return Some(text_field(tag.clone(), offer));
    }
    // Where nothing is declared, most texts are still in the language of most.
    let detected = if declared.is_none() && lang::is_plainly(text, "en") { Some("en") } else { lang::detect(text) };
    match (declared, detected) {
        (Some((tag, offer)), Some(detected)) if agree(lang::primary(&tag), detected) => Some(text_field(tag, offer)),
        (Some((tag, offer)), Some(_)) if is_agreed(evidence, lang::primary(&tag)) => Some(text_field(tag, offer)),
        (Some((_, offer)), Some(detected)) => {
            // Another declaration may agree with the text.
            let other = evidence.offers.of(Key::Language).find_map(|offer| {
                Some((lang::tag(&offer.raw).filter(|tag| agree(lang::primary(tag), detected))?, offer))
            });
            Some(match other {
                Some((tag, offer)) => text_field(tag, offer),
                None => field(detected.to_owned(), "text", Some(&offer.raw)),
            })
        }
        (Some((tag, offer)), None) => Some(text_field(tag, offer)),
        (None, Some(detected)) => Some(field(detected.to_owned(), "text", None)),
        (None, None) => None,
    }
}

/// Whether a page declares twice to be in a language of a script of its own, and its text has that: what is in Latin letters
/// between it are names and numbers. Templates declare languages of Latin letters for texts in any other.
fn is_agreed(evidence: &Evidence<'_>, language: &str) -> bool {
    const SOURCES: &[Source] = &[Source::Html, Source::OpenGraph, Source::JsonLd, Source::Http, Source::Meta];
    const OWN: &[&str] = &[
        "ja", "zh", "ko", "ru", "uk", "bg", "mk", "el", "ar", "fa", "ur", "he", "hi", "bn", "gu", "ta", "te", "kn",
        "ml", "th", "ka", "hy",
    ];
    // Letters of a menu are fewer.
    const LETTERS: usize = 40;
    let says = |source: Source| {
        let mut tags = evidence.offers.from(Key::Language, source).filter_map(|offer| lang::tag(&offer.raw));
        tags.any(|tag| lang::primary(&tag) == language)
    };
    let foreign = |text: &str| {
        text.chars()
            .filter(|c| *c as u32 >= 0x370 && c.is_alphabetic() && !('\u{1E00}'..='\u{1EFF}').contains(c))
            .take(LETTERS)
            .count()
    };
    OWN.contains(&language)
        && SOURCES.iter().filter(|&&source| says(source)).count() >= 2
        && foreign(&evidence.page.text) == LETTERS
}

/// Whether a declared language and a detected one are the same, or so near that no detector tells them apart.
fn agree(declared: &str, detected: &str) -> bool {
    const NEAR: &[&[&str]] = &[
        &["no", "nb", "nn", "da"],
        &["hr", "sr", "bs", "sh"],
        &["cs", "sk"],
        &["id", "ms"],
        &["es", "gl", "ca"],
        &["uk", "ru", "be"],
        &["af", "nl"],
        &["hi", "mr", "ne"],
        &["zh", "yue"],
        &["pt", "gl"],
    ];
    declared == detected || NEAR.iter().any(|group| group.contains(&declared) && group.contains(&detected))
}

/// Fills in everything else.
pub fn rest(evidence: &Evidence<'_>, metadata: &mut Metadata) {
    let offers = evidence.offers;
    metadata.description = description(evidence, metadata.title.as_ref().map_or("", |field| field.value.as_str()));
    metadata.publisher = publisher(offers);
    metadata.licence = licence_of(offers);
    metadata.doi = doi(evidence);
    metadata.isbn = checked(
        offers,
        Key::Isbn,
        &[
            Source::Highwire,
            Source::Prism,
            Source::Eprints,
            Source::OpenGraph,
            Source::JsonLd,
            Source::DublinCore,
            Source::Item,
            Source::Meta,
            Source::Coins,
        ],
        identifier::isbn,
    );
    metadata.issn = checked(
        offers,
        Key::Issn,
        &[Source::Highwire, Source::Prism, Source::Eprints, Source::JsonLd, Source::Item, Source::Meta, Source::Coins],
        identifier::issn,
    );
    metadata.arxiv =
        checked(offers, Key::Arxiv, &[Source::Highwire], identifier::arxiv).or_else(|| arxiv_of_address(evidence.url));
    metadata.canonical_url = canonical(evidence);
    metadata.image = image(evidence);
    metadata.keywords = keywords(offers);
    scholarly(offers, metadata);
    metadata.duration =
        pick(offers, Key::Duration, &[Source::JsonLd, Source::Item, Source::OpenGraph, Source::Meta], |offer| {
            duration(&offer.raw)
        })
        .map(|(value, offer)| text_field(value, offer));
    metadata.page_count =
        pick(offers, Key::PageCount, &[Source::JsonLd, Source::Item], |offer| offer.raw.trim().parse().ok())
            .map(|(value, offer)| field(value, &offer.label, None));
}

/// Journal, volume, issue and pages.
pub fn scholarly(offers: &Offers, metadata: &mut Metadata) {
    const ORDER: &[Source] = &[
        Source::Highwire,
        Source::Bepress,
        Source::Eprints,
        Source::Prism,
        Source::JsonLd,
        Source::Coins,
        Source::Item,
        Source::Packet,
    ];
    let text = |key: Key| {
        pick(offers, key, ORDER, |offer| Some(clean(&offer.raw)).filter(|text| !text.is_empty() && text.len() <= 400))
            .map(|(value, offer)| text_field(value, offer))
    };
    metadata.container = text(Key::Container);
    metadata.volume = text(Key::Volume);
    metadata.series = text(Key::Series);
    metadata.issue = text(Key::Issue);
    metadata.pages = match (text(Key::FirstPage), text(Key::LastPage)) {
        (Some(first), Some(last)) if first.value != last.value => {
            Some(field(format!("{}-{}", first.value, last.value), &first.source, None))
        }
        (Some(first), _) => Some(first),
        _ => None,
    };
}

fn description(evidence: &Evidence<'_>, title: &str) -> Option<Field<String>> {
    const ORDER: &[Source] = &[
        Source::Highwire,
        Source::Eprints,
        Source::OpenGraph,
        Source::Meta,
        Source::Twitter,
        Source::DublinCore,
        Source::JsonLd,
        Source::Item,
        Source::JsonLdPage,
        Source::Prism,
    ];
    let read = |offer: &Offer| {
        let mut text = clean(&offer.raw);
        cut(&mut text, DESCRIPTION);
        (has_flat(&text, 3) && !text.contains("{{") && !evidence.site.is_name(&text)).then_some(text)
    };
    let title = flat(title);
    let repeats = |text: &str| is_flat(text, &title);
    let meta = evidence.offers.from(Key::Description, Source::Meta).find(|offer| offer.label == "description");
    let short = [meta, evidence.offers.from(Key::Description, Source::Twitter).next()]
        .map(|offer| Some((read(offer?).filter(|text| !repeats(text))?, offer?)));
    if let Some((text, offer)) =
        pick(evidence.offers, Key::Description, ORDER, |offer| read(offer).filter(|text| !repeats(text)))
    {
        // Some sites put the whole text where its summary belongs, and two sources outvote one.
        let long = text.chars().count() > LONG_DESCRIPTION;
        let other = match short {
            [Some(meta), Some(card)] if meta.0 == card.0 && offer.source == Source::OpenGraph => Some(meta),
            [Some(other), _] | [None, Some(other)]
                if long && (60..=LONG_DESCRIPTION).contains(&other.0.chars().count()) =>
            {
                Some(other)
            }
            [Some(meta), _] if offer.source == Source::Meta => Some(meta),
            _ => None,
        };
        let (text, offer) = other.unwrap_or((text, offer));
        return Some(text_field(text, offer));
    }
    // A page that declares its title as its description has no other.
    if let Some((text, offer)) = pick(evidence.offers, Key::Description, ORDER, read) {
        return Some(text_field(text, offer));
    }
    let first = evidence
        .candidates
        .paragraphs
        .iter()
        .map(|paragraph| clean(paragraph))
        .find(|paragraph| paragraph.chars().count() >= 80)?;
    Some(field(shorten(&first), "first paragraph", None))
}

/// A paragraph cut to some sentences.
fn shorten(text: &str) -> String {
    const WANTED: usize = 400;
    if text.len() <= WANTED {
        return text.to_owned();
    }
    let head = super::super::candidates::head_of(text, WANTED);
    let end = head.rfind(". ").map(|at| at + 1).or_else(|| head.rfind(' ')).unwrap_or(head.len());
    head[..end].trim_end().to_owned()
}

fn publisher(offers: &Offers) -> Option<Field<String>> {
    const ORDER: &[Source] = &[
        Source::Highwire,
        Source::Bepress,
        Source::Eprints,
        Source::JsonLd,
        Source::DublinCore,
        Source::Item,
        Source::JsonLdPage,
        Source::JsonLdSite,
        Source::Meta,
        Source::Coins,
    ];
    pick(offers, Key::Publisher, ORDER, |offer| {
        let name = clean(&offer.raw);
        (!name.is_empty() && name.len() <= 200 && !name.starts_with("http")).then_some(name)
    })
    .map(|(name, offer)| text_field(name, offer))
}

fn licence_of(offers: &Offers) -> Option<Field<String>> {
    pick(
        offers,
        Key::Licence,
        &[
            Source::Rel,
            Source::JsonLd,
            Source::Http,
            Source::DublinCore,
            Source::Item,
            Source::Meta,
            Source::JsonLdPage,
        ],
        |offer| licence::declared(&offer.raw),
    )
    .or_else(|| pick(offers, Key::Licence, &[Source::Address], |offer| licence::from_address(&offer.raw)))
    .or_else(|| pick(offers, Key::Licence, &[Source::Text], |offer| licence::from_text(&offer.raw)))
    .map(|(name, offer)| text_field(name, offer))
}

pub fn checked(
    offers: &Offers,
    key: Key,
    order: &[Source],
    read: impl Fn(&str) -> Option<String>,
) -> Option<Field<String>> {
    pick(offers, key, order, |offer| read(&offer.raw)).map(|(value, offer)| text_field(value, offer))
}

fn doi(evidence: &Evidence<'_>) -> Option<Field<String>> {
    const ORDER: &[Source] = &[
        Source::Highwire,
        Source::Bepress,
        Source::Prism,
        Source::DublinCore,
        Source::Eprints,
        Source::Rel,
        Source::Http,
        Source::Meta,
        Source::JsonLd,
        Source::Coins,
    ];
    if let Some(found) = checked(evidence.offers, Key::Doi, ORDER, identifier::declared_doi) {
        return Some(found);
    }
    let canonical = evidence.page.canonical.as_deref().unwrap_or_default();
    if let Some(value) =
        [canonical, evidence.url.as_str()].iter().find_map(|address| identifier::doi_of_address(address))
    {
        return Some(field(value, "address", None));
    }
    // On a page about a work, the first resolver link that stands before the text is its own.
    let scholarly = evidence.offers.has(Source::Highwire)
        || evidence.offers.has(Source::Prism)
        || evidence.node.iter().any(|node| matches!(node.as_str(), "scholarlyarticle" | "dataset"));
    let near =
        evidence.candidates.links.iter().find(|link| link.rel.is_empty() && scholarly && link.place.words < 200)?;
    identifier::doi(&near.href).map(|value| field(value, "link to a resolver", Some(&near.href)))
}

pub fn arxiv_of_address(url: &Url) -> Option<Field<String>> {
    let host = url.host_str()?;
    (host == "arxiv.org" || host.ends_with(".arxiv.org"))
        .then(|| identifier::arxiv(url.as_str()))
        .flatten()
        .map(|id| field(id, "address", None))
}

/// Absolute, over HTTP, and not the front page of the site, which broken templates declare for every page.
fn canonical(evidence: &Evidence<'_>) -> Option<Field<String>> {
    let base = evidence.page.base.as_deref().and_then(|base| evidence.url.join(base).ok());
    let own = evidence.url;
    pick(evidence.offers, Key::Canonical, &[Source::Rel, Source::Http, Source::OpenGraph], |offer| {
        // Most pages call themselves what they were asked for as.
        if offer.raw == own.as_str() && matches!(own.scheme(), "http" | "https") {
            return Some(own.as_str().to_owned());
        }
        let url = base.as_ref().unwrap_or(evidence.url).join(offer.raw.trim()).ok()?;
        let front = url.path() == "/" && url.query().is_none() && own.path() != "/" && own.path().len() > 1;
        (matches!(url.scheme(), "http" | "https") && url.host_str().is_some() && !front).then(|| url.to_string())
    })
    .map(|(value, offer)| text_field(value, offer))
}

fn image(evidence: &Evidence<'_>) -> Option<Field<String>> {
    let base = evidence.page.base.as_deref().and_then(|base| evidence.url.join(base).ok());
    pick(
        evidence.offers,
        Key::Image,
        &[
            Source::OpenGraph,
            Source::Twitter,
            Source::JsonLd,
            Source::Item,
            Source::Rel,
            Source::Meta,
            Source::JsonLdPage,
        ],
        |offer| {
            let raw = offer.raw.trim();
            if raw.starts_with("data:") {
                return None;
            }
            let url = base.as_ref().unwrap_or(evidence.url).join(raw).ok()?;
            matches!(url.scheme(), "http" | "https").then(|| url.to_string())
        },
    )
    .map(|(value, offer)| text_field(value, offer))
}

pub fn keywords(offers: &Offers) -> Option<Field<Vec<String>>> {
    const ORDER: &[Source] = &[
        Source::Highwire,
        Source::DublinCore,
        Source::JsonLd,
        Source::Meta,
        Source::OpenGraph,
        Source::Item,
        Source::Packet,
        Source::Properties,
    ];
    ORDER.iter().find_map(|&source| {
        let mut words: Vec<String> = Vec::new();
        let mut label = None;
        for offer in offers.from(Key::Keywords, source) {
            label.get_or_insert(offer.label.as_ref());
            for word in clean(&offer.raw).split([',', ';', '、', '，']) {
                let word = word.trim();
                if (2..=80).contains(&word.len())
                    && words.len() < MOST_KEYWORDS
                    && !words.iter().any(|known| known == word)
                {
                    words.push(word.to_owned());
                }
            }
        }
        (!words.is_empty()).then(|| field(words, label.unwrap_or_default(), None))
    })
}

/// ISO 8601, out of ISO 8601 or seconds.
pub fn duration(raw: &str) -> Option<String> {
    let raw = raw.trim();
    if let Ok(seconds) = raw.parse::<u32>() {
        if seconds == 0 {
            return None;
        }
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let mut text = "PT".to_owned();
        for (value, unit) in [(hours, 'H'), (minutes, 'M'), (seconds, 'S')] {
            if value > 0 {
                text.push_str(&format!("{value}{unit}"));
            }
        }
        return Some(text);
    }
    let upper = raw.to_ascii_uppercase();
    let valid = upper.starts_with('P')
        && upper.len() > 2
        && upper.len() <= 30
        && upper.bytes().all(|byte| byte.is_ascii_digit() || b"PTYMWDHS.".contains(&byte));
    (valid && upper.bytes().any(|byte| matches!(byte, b'1'..=b'9'))).then_some(upper)
}
