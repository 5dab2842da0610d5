//! One value for each field, out of what the sources say: precedence, plausibility, clean-up.

mod authors;
mod dates;
mod fields;
mod file;
mod kind;
mod site;
mod title;

use jiff::civil::Date;
use url::Url;

use crate::model::metadata::Field;
use crate::model::{Metadata, PageFacts};

use super::candidates::Candidates;
use super::offer::{Key, Offer, Offers, Source};
use super::source::{body, coins, head, http, json_ld, microdata, vocabulary};
use super::value::text::flat;
use super::{DocumentKind, Scan};
use site::Site;

/// The metadata of a document, and the values that lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// What won.
    pub metadata: Metadata,
    /// What was considered and not taken, in the order of the document.
    pub losers: Vec<Loser>,
}

/// A value that was considered and not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loser {
    /// Field it was considered for.
    pub field: &'static str,
    /// Where it came from.
    pub source: String,
    /// The text as it stood there.
    pub raw: String,
}

/// Everything a chooser may look at.
struct Evidence<'a> {
    url: &'a Url,
    page: &'a PageFacts,
    candidates: &'a Candidates,
    offers: &'a Offers<'a>,
    site: &'a Site,
    /// Types of the main node of the JSON-LD, lower case.
    node: &'a [String],
    /// The last day that can be true.
    today: Option<Date>,
}

/// Losers kept for one document.
const MOST_LOSERS: usize = 200;

/// Bytes kept of a loser.
const LOSER: usize = 300;

/// Chooses, and tells what lost.
pub fn record(scan: &Scan, today: Option<Date>) -> Record {
    let (metadata, offers) = reconcile(scan, today);
    Record { losers: losers(&offers, &metadata), metadata }
}

/// Chooses, and hands back what there was to choose from.
pub fn reconcile(scan: &Scan, today: Option<Date>) -> (Metadata, Offers<'_>) {
    let today = today.or_else(|| date_header(scan));
    let mut offers = Offers::default();
    http::offer(&scan.headers, scan.kind != DocumentKind::Html, &mut offers);
    let Some(page) = &scan.page else {
        for offer in scan.told.offers.iter() {
            offers.add(offer.key, offer.source, offer.label.as_ref(), offer.raw.as_ref());
        }
        let metadata = file::choose(scan, &offers, today);
        return (metadata, offers);
    };
    let candidates = &scan.candidates;
    head::offer(page, candidates, &mut offers);
    vocabulary::offer(candidates, &mut offers);
    microdata::offer(candidates, &mut offers);
    coins::offer(candidates, &mut offers);
    // Nothing is known by its titles where there is no JSON-LD.
    let titles = if candidates.json_ld.is_empty() { Vec::new() } else { titles(page) };
    let context = json_ld::Context { url: &scan.url, canonical: page.canonical.as_deref(), titles };
    let node = json_ld::offer(&candidates.json_ld, &context, &mut offers);
    let site = Site::of(&scan.url, &offers, candidates);
    let evidence = Evidence { url: &scan.url, page, candidates, offers: &offers, site: &site, node: &node, today };
    let titled = title::choose(&evidence);
    let around = body::Surroundings::of(titled.at);
    body::offer(candidates, &around, &mut offers);
    let evidence = Evidence { url: &scan.url, page, candidates, offers: &offers, site: &site, node: &node, today };

    let mut metadata = Metadata { title: titled.field, ..Metadata::default() };
    metadata.site_name = site.name.clone();
    metadata.language = fields::language(&evidence);
    let language = metadata.language.as_ref().map_or("", |field| field.value.as_str());
    (metadata.published, metadata.modified) = dates::choose(&evidence, language, around);
    let title = metadata.title.as_ref().map_or("", |field| field.value.as_str());
    metadata.authors = authors::choose(&evidence, title, language);
    metadata.kind = Some(kind::choose(&evidence));
    metadata.editors = authors::editors(&evidence, &metadata);
    fields::rest(&evidence, &mut metadata);
    (metadata, offers)
}

/// Titles and headings by which the main node of the JSON-LD is known.
fn titles(page: &PageFacts) -> Vec<String> {
    [&page.title, &page.h1, &page.og_title]
        .into_iter()
        .flatten()
        .map(|title| flat(title))
        .filter(|title| title.len() > 2)
        .collect()
}

fn date_header(scan: &Scan) -> Option<Date> {
    let value = scan.headers.get("date")?;
    let time = httpdate::parse_http_date(&value).ok()?;
    Some(jiff::Timestamp::try_from(time).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date())
}

fn field<T>(value: T, source: &str, raw: Option<&str>) -> Field<T> {
    Field::new(value, source).with_raw(raw.map(|raw| super::candidates::head_of(raw, 1_000).to_owned()))
}

/// A text field, with its raw text where clean-up changed it.
fn text_field(value: String, offer: &Offer<'_>) -> Field<String> {
    let raw = (value != offer.raw).then_some(offer.raw.as_ref());
    field(value, &offer.label, raw)
}

/// What was offered and is not where the values of a record come from.
fn losers(offers: &Offers<'_>, metadata: &Metadata) -> Vec<Loser> {
    let source_of = |key: Key| match key {
        Key::Title => metadata.title.as_ref().map(|field| field.source.as_str()),
        Key::Author => metadata.authors.as_ref().map(|field| field.source.as_str()),
        Key::SiteName => metadata.site_name.as_ref().map(|field| field.source.as_str()),
        Key::Publisher => metadata.publisher.as_ref().map(|field| field.source.as_str()),
        Key::Published => metadata.published.as_ref().map(|field| field.source.as_str()),
        Key::Modified => metadata.modified.as_ref().map(|field| field.source.as_str()),
        Key::Language => metadata.language.as_ref().map(|field| field.source.as_str()),
        Key::Description => metadata.description.as_ref().map(|field| field.source.as_str()),
        Key::Licence => metadata.licence.as_ref().map(|field| field.source.as_str()),
        Key::Canonical => metadata.canonical_url.as_ref().map(|field| field.source.as_str()),
        Key::Image => metadata.image.as_ref().map(|field| field.source.as_str()),
        _ => None,
    };
    offers
        .iter()
        .filter(|offer| source_of(offer.key) != Some(offer.label.as_ref()))
        .take(MOST_LOSERS)
        .map(|offer| Loser {
            field: offer.key.as_str(),
            source: offer.label.to_string(),
            raw: super::candidates::head_of(&offer.raw, LOSER).to_owned(),
        })
        .collect()
}

/// The first offer, by the order of sources and then of the document, that a reading accepts.
fn pick<'a, T>(
    offers: &'a Offers<'a>,
    key: Key,
    order: &[Source],
    read: impl Fn(&Offer<'_>) -> Option<T>,
) -> Option<(T, &'a Offer<'a>)> {
    order.iter().find_map(|&source| offers.from(key, source).find_map(|offer| Some((read(offer)?, offer))))
}
