//! When it was published and last changed; silence where nothing says so.

mod labels;
mod report;

use std::cell::OnceCell;
use std::sync::LazyLock;

use regex::Regex;

use crate::model::PartialDate;
use crate::model::metadata::Field;

use super::super::candidates::{Dated, DatedKind, Region};
use super::super::offer::{Key, Offer, Source};
use super::super::source::body::Surroundings;
use super::super::value::date::{self, Order};
use super::{Evidence, field};
use labels::{DATED, MODIFIED, PUBLISHED, each_with_its_label, has_label, is_other, is_other_label};

/// Words between a title and the date that belongs to it.
const BEFORE: usize = 40;
const AFTER: usize = 90;

/// Declared sources in the order in which they are believed.
const DECLARED: &[Source] = &[
    Source::Highwire,
    Source::Bepress,
    Source::Eprints,
    Source::Prism,
    Source::OpenGraph,
    Source::JsonLd,
    Source::Item,
    Source::Parsely,
    Source::DublinCore,
    Source::Meta,
    Source::JsonLdPage,
    Source::Coins,
];

#[expect(clippy::unwrap_used, reason = "a constant pattern")]
static IN_ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|/|[-_])((?:19|20)[0-9][0-9])[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12][0-9]|3[01])(?:/|[-_.]|$)")
        .unwrap()
});

#[expect(clippy::unwrap_used, reason = "a constant pattern")]
static DAY_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[/_~-])((?:0[1-9]|[12][0-9]|3[01])[-.](?:0[1-9]|1[0-2])[-.](?:19|20)[0-9][0-9])(?:[/_.-]|$)")
        .unwrap()
});

/// Chooses the days of publication and of the last change.
pub fn choose(
    evidence: &Evidence<'_>,
    language: &str,
    around: Surroundings,
) -> (Option<Field<String>>, Option<Field<String>>) {
    let host = evidence.url.host_str().unwrap_or_default();
    let declared = page_language(evidence);
    let order = Order::of(declared.as_deref().unwrap_or(language), host);
    // English that nobody declared is written in both orders.
    let told = declared.is_some() || !matches!(language, "" | "en") || date::is_national(host);
    let dates = each_with_its_label(&evidence.candidates.dates);
    let reader = Reader { evidence, dates: &dates, order, told, custom: OnceCell::new(), around };
    let published = reader
        .declared()
        .or_else(|| reader.address())
        .or_else(|| reader.visible())
        .or_else(|| reader.visible_in_month())
        .or_else(|| reader.only_one())
        .or_else(|| reader.day_first_address())
        .or_else(|| reader.visible_month())
        .or_else(|| reader.month_of_address())
        .or_else(|| reader.year_of_labelled());
    let modified = reader
        .modified()
        .filter(|(date, ..)| published.as_ref().is_none_or(|(published, ..)| published.year <= date.year));
    let to_field = |(date, source, raw): (PartialDate, String, String)| {
        let text = date.to_string();
        let raw = (raw != text).then_some(raw);
        field(text, &source, raw.as_deref())
    };
    (published.map(to_field), modified.map(to_field))
}

/// The tag with its region, where the page declares one.
fn page_language(evidence: &Evidence<'_>) -> Option<String> {
    let tags: Vec<&str> = [Source::Html, Source::OpenGraph]
        .iter()
        .filter_map(|&source| evidence.offers.first(Key::Language, source))
        .collect();
    tags.iter().find(|tag| tag.len() >= 5).or_else(|| tags.first()).map(|&tag| tag.to_owned())
}

/// Whether a path has the digits of a whole day.
fn may_hold_a_day(path: &str) -> bool {
    path.bytes().filter(u8::is_ascii_digit).count() >= 8
}

type Dating = (PartialDate, String, String);

struct Reader<'a> {
    evidence: &'a Evidence<'a>,
    dates: &'a [Dated],
    /// The order in which two small numbers are probably meant, and whether anything tells so.
    order: Order,
    told: bool,
    /// The order of this page, where it is known.
    custom: OnceCell<Option<Order>>,
    around: Surroundings,
}

impl Reader<'_> {
    fn plausible(&self, date: PartialDate) -> bool {
        date::is_plausible(date, self.evidence.today)
    }

    fn read(&self, raw: &str) -> Option<PartialDate> {
        self.read_any(raw).filter(|date| self.plausible(*date))
    }

    /// What a source declares: journals have volumes from before the web.
    fn read_declared(&self, offer: &Offer) -> Option<PartialDate> {
        let plausible = if is_scholarly(offer) { date::is_printed } else { date::is_plausible };
        let year = || date::lone_year(&offer.raw).filter(|_| is_scholarly(offer) || offer.source == Source::DublinCore);
        self.read_any(&offer.raw).or_else(year).filter(|date| plausible(*date, self.evidence.today))
    }

    /// The first date of a text; of one that may be read in two ways only the year, where nothing decides.
    fn first(&self, text: &str) -> Option<PartialDate> {
        let found = date::find(text, self.order)?;
        if !found.ambiguous {
            return Some(found.date);
        }
        match self.custom() {
            Some(order) => date::first(text, order),
            None => Some(PartialDate::of_year(found.date.year)),
        }
    }

    /// The order in which this page writes dates: its other dates show it, else its language has one.
    fn custom(&self) -> Option<Order> {
        *self.custom.get_or_init(|| {
            let mut shown = self.dates.iter().filter_map(|dated| date::shown_order(&dated.text));
            match shown.next() {
                Some(first) if shown.all(|order| order == first) => Some(first),
                _ => self.told.then_some(self.order),
            }
        })
    }

    fn read_any(&self, raw: &str) -> Option<PartialDate> {
        // Two small numbers in front leave it open which is the month.
        let open = raw
            .trim_start()
            .split(|c: char| !c.is_ascii_digit())
            .next()
            .is_some_and(|digits| matches!(digits.len(), 1 | 2));
        let machine = if open { None } else { date::machine(raw) };
        machine.or_else(|| self.first(raw))
    }

    /// What the head and the items declare: whole days before parts.
    fn declared(&self) -> Option<Dating> {
        let mut offers: Vec<(PartialDate, &Offer)> = DECLARED
            .iter()
            .flat_map(|&source| self.evidence.offers.from(Key::Published, source))
            .filter_map(|offer| Some((self.read_declared(offer)?, offer)))
            .collect();
        // The day of a film in the page comes after that of the page.
        offers.sort_by_key(|(_, offer)| offer.source == Source::JsonLd && is_media(&offer.label));
        // The day on which a work came online counts where it tells that of its publication more closely.
        let printed = |offer: &Offer| (is_scholarly(offer) || offer.source == Source::DublinCore) && !is_online(offer);
        let printed = offers.iter().filter(|(_, offer)| printed(offer)).map(|(date, _)| *date);
        if let Some(known) = printed.min_by_key(|date| date.parts().len()) {
            offers.retain(|(date, offer)| !is_online(offer) || is_part(known, *date));
        }
        let scholarly = offers.iter().find(|(_, offer)| is_scholarly(offer));
        let whole = offers.iter().find(|(date, _)| date.is_whole());
        let whole = whole.map(|chosen| better(chosen, &offers));
        let (date, offer) = match (scholarly, whole) {
            (Some(scholarly), Some(whole)) if !scholarly.0.is_whole() && is_part(scholarly.0, whole.0) => whole,
            (Some(scholarly), _) => scholarly,
            (None, Some(whole)) => whole,
            (None, None) => offers.first()?,
        };
        // A moment in UTC may fall on the day after the one the site calls it by.
        if offer.raw.trim_end().ends_with(['Z', 'z'])
            && let Some(address) = self.address().filter(|(address, ..)| is_day_before(*address, *date))
        {
            return Some(address);
        }
        Some((*date, offer.label.to_string(), offer.raw.to_string()))
    }

    fn modified(&self) -> Option<Dating> {
        let declared = [
            Source::JsonLd,
            Source::Prism,
            Source::OpenGraph,
            Source::Item,
            Source::DublinCore,
            Source::Meta,
            Source::JsonLdPage,
        ]
        .iter()
        .flat_map(|&source| self.evidence.offers.from(Key::Modified, source))
        .find_map(|offer| Some((self.read(&offer.raw)?, offer.label.to_string(), offer.raw.to_string())));
        declared.or_else(|| {
            let told =
                |dated: &&Dated| has_label(&format!("{} {}", context_of(dated), dated.lead.to_lowercase()), MODIFIED);
            let labelled = self.near().find(told);
            let own = || self.dates.iter().filter(|dated| self.around.owns(dated.place)).find(told);
            let labelled = labelled.or_else(own)?;
            Some((self.read_dated(labelled)?, describe(labelled), raw_of(labelled)))
        })
    }

    /// A day in the address of the page.
    fn address(&self) -> Option<Dating> {
        let path = self.evidence.url.path();
        let found = may_hold_a_day(path).then(|| IN_ADDRESS.captures(path)).flatten()?;
        let text = format!("{}-{}-{}", &found[1], &found[2], &found[3]);
        let date = date::machine(&text).filter(|date| self.plausible(*date))?;
        Some((date, "address".to_owned(), path.to_owned()))
    }

    /// A day in the address, written day first.
    fn day_first_address(&self) -> Option<Dating> {
        let path = self.evidence.url.path();
        let found = may_hold_a_day(path).then(|| DAY_FIRST.captures(path)).flatten()?;
        let date = self.first(&found[1]).filter(|date| self.plausible(*date))?;
        Some((date, "address".to_owned(), path.to_owned()))
    }

    fn month_of_address(&self) -> Option<Dating> {
        let mut parts = self
            .evidence
            .url
            .path()
            .split('/')
            .skip_while(|part| !(part.len() == 4 && (part.starts_with("19") || part.starts_with("20"))));
        let (year, month) = (parts.next()?, parts.next()?);
        let date = (month.len() == 2)
            .then(|| date::machine(&format!("{year}-{month}")))
            .flatten()
            .filter(|date| self.plausible(*date))?;
        Some((date, "address".to_owned(), self.evidence.url.path().to_owned()))
    }

    /// Dated places that may belong to the title.
    fn near(&self) -> impl Iterator<Item = &Dated> {
        self.dates.iter().filter(|dated| self.around.is_near(dated.place, BEFORE, AFTER))
    }

    fn read_dated(&self, dated: &Dated) -> Option<PartialDate> {
        let machine = dated.machine.as_deref().and_then(|machine| self.read(machine));
        let today = self.evidence.today;
        machine
            .or_else(|| self.first(&dated.text).filter(|date| !self.is_clock(dated, *date)))
            .or_else(|| date::relative(&dated.text, today?))
            .filter(|date| self.plausible(*date))
    }

    /// Whether a date is that of the day the page was read, with nothing that makes it the day of a text: sites show today's.
    fn is_clock(&self, dated: &Dated, date: PartialDate) -> bool {
        const ENTRY: &[&str] = &["entry", "post", "article", "story", "publi", "meta", "byline", "author"];
        let Some(today) = self.evidence.today else { return false };
        let context = format!("{} {}", context_of(dated), dated.lead.to_lowercase());
        let labelled =
            || has_label(&context, PUBLISHED) || has_label(&context, MODIFIED) || dated.lead.trim_end().ends_with(':');
        let entry = || has_label(&dated.class, ENTRY) || dated.place.region.is_in(Region::ARTICLE);
        let plain = matches!(dated.kind, DatedKind::Class | DatedKind::Text) && clock_times(&dated.text) == 0;
        date.first_day().is_some_and(|day| day >= today) && date.is_whole() && plain && !entry() && !labelled()
    }

    /// The date in the visible page that stands nearest to the title: marked up first, then labelled, then bare.
    fn visible(&self) -> Option<Dating> {
        // What stands on a front page are the days of its entries.
        if self.evidence.url.path() == "/" && self.evidence.url.query().is_none() && self.evidence.url.has_host() {
            return None;
        }
        let mut best: Option<(usize, PartialDate, &Dated)> = None;
        for dated in self.near() {
            let Some(date) = self.read_dated(dated).filter(|date| date.is_whole()) else { continue };
            let Some(rank) = self.rank(dated) else { continue };
            if best.as_ref().is_none_or(|(known, ..)| rank < *known) {
                best = Some((rank, date, dated));
            }
        }
        let (_, date, dated) = best?;
        Some((date, describe(dated), raw_of(dated)))
    }

    /// A month near the title without a day: marked up, or labelled in the text.
    fn visible_month(&self) -> Option<Dating> {
        let ranked = self.near().filter_map(|dated| {
            let marked = dated.kind != DatedKind::Text && self.rest_of(dated).is_none_or(|rest| rest <= 14);
            let context = || format!("{} {}", context_of(dated), dated.lead.to_lowercase());
            let told = marked || dated.kind == DatedKind::Text && has_label(&context(), PUBLISHED);
            let rank = self.rank(dated).filter(|rank| told && *rank < 5_000)?;
            let date = self.read_dated(dated).filter(|date| date.month.is_some() && date.day.is_none())?;
            Some((rank, date, dated))
        });
        let (_, date, dated) = ranked.min_by_key(|(rank, ..)| *rank)?;
        Some((date, describe(dated), raw_of(dated)))
    }

    /// The year of a labelled date near the title that may be read in two ways.
    fn year_of_labelled(&self) -> Option<Dating> {
        let labelled = |dated: &&Dated| has_label(&context_of(dated), PUBLISHED) && self.rank(dated).is_some();
        let dated = self.near().find(labelled)?;
        let date = self.read_dated(dated).filter(|date| date.month.is_none())?;
        Some((date, describe(dated), raw_of(dated)))
    }

    /// The day in the month that the address names: wherever it stands, the two confirm each other.
    fn visible_in_month(&self) -> Option<Dating> {
        let (month, ..) = self.month_of_address()?;
        let own = self.dates.iter().filter(|dated| self.around.owns(dated.place));
        let in_month = own.filter_map(|dated| {
            let date = self
                .read_dated(dated)
                .filter(|date| date.is_whole() && (date.year, date.month) == (month.year, month.month))?;
            Some((self.rank(dated)?, date, dated))
        });
        let (_, date, dated) = in_month.min_by_key(|(rank, ..)| *rank)?;
        Some((date, describe(dated), raw_of(dated)))
    }

    /// A date far from the title, when there is no other one: marked up, or else labelled in the text.
    fn only_one(&self) -> Option<Dating> {
        let inside = |dated: &&Dated| {
            let region = dated.place.region;
            self.around.owns(dated.place)
                || (region.is_in(Region::ARTICLE) && !region.is_in(Region::COMMENTS.with(Region::LINK)))
        };
        let marked = |dated: &&Dated| dated.kind != DatedKind::Text;
        let labelled =
            |dated: &&Dated| dated.kind == DatedKind::Text && self.rank(dated).is_some_and(|rank| rank / 1_000 == 3);
        let changed =
            |dated: &&Dated| dated.kind == DatedKind::Text && self.rank(dated).is_some_and(|rank| rank / 1_000 == 13);
        let all = self.dates.iter().filter(inside);
        self.agreed(all.clone().filter(marked))
            .or_else(|| self.agreed(all.clone().filter(labelled)))
            .or_else(|| self.agreed(all.filter(changed)))
    }

    /// The one day that all of some places give.
    fn agreed<'d>(&self, places: impl Iterator<Item = &'d Dated>) -> Option<Dating> {
        let ranked = places.filter(|dated| self.rank(dated).is_some());
        let dates: Vec<(PartialDate, &Dated)> = ranked
            .filter_map(|dated| Some((self.read_dated(dated)?, dated)))
            .filter(|(date, _)| date.is_whole())
            .collect();
        let (first, dated) = dates.first()?;
        dates.iter().all(|(date, _)| date == first).then(|| (*first, describe(dated), raw_of(dated)))
    }

    /// How well a place speaks for the day of publication: lower is better.
    fn rank(&self, dated: &Dated) -> Option<usize> {
        let context = context_of(dated);
        let lead = dated.lead.to_lowercase();
        let other = is_other(dated) || (lead.trim_end().ends_with([':', '：']) && is_other_label(&lead));
        if other || clock_times(&dated.text) > 1 {
            return None;
        }
        let context = format!("{context} {lead}");
        let modified = has_label(&context, MODIFIED);
        let published = has_label(&context, PUBLISHED);
        // "updated" holds "date".
        let class = dated.class.replace("update", "");
        let text = dated.text.trim_start().to_lowercase();
        let lead = lead + " ";
        let dated_so = DATED
            .iter()
            .any(|label| class.contains(label.trim()) || text.starts_with(label) || lead.starts_with(label));
        let close = self.around.is_close(dated.place);
        let rest = self.rest_of(dated);
        let little = |most: usize| rest.is_some_and(|rest| rest <= most);
        let class = match dated.kind {
            DatedKind::PubDate => 0,
            DatedKind::Time => 1,
            DatedKind::Class if dated.text.chars().count() <= 80 => 2,
            DatedKind::Text if (published || modified) && little(60) => 3,
            DatedKind::Text if dated_so && little(30) => 4,
            DatedKind::Text if little(if close { 30 } else { 14 }) => 4,
            DatedKind::Dateline if report::is_dateline(&dated.text, self.order) => 5,
            DatedKind::Text
                if close
                    && !dated.place.region.is_in(Region::LINK)
                    && report::begins_report(&dated.text, self.order) =>
            {
                5
            }
            _ => return None,
        };
        let distance = self.around.distance(dated.place).min(900);
        Some(
            class * 1_000
                + usize::from(modified && !published && !(dated_so && dated.kind != DatedKind::Text)) * 10_000
                + distance,
        )
    }

    /// Letters beside the date.
    fn rest_of(&self, dated: &Dated) -> Option<usize> {
        let found = date::find(&dated.text, self.order)?;
        let count = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
        Some(count(dated.text.get(..found.start)?) + count(dated.text.get(found.end..).unwrap_or_default()))
    }
}

/// Times of the day in a text: a beginning and an end are those of an event.
fn clock_times(text: &str) -> usize {
    let is_time = |w: &[u8]| w[0].is_ascii_digit() && w[1] == b':' && w[2].is_ascii_digit() && w[3].is_ascii_digit();
    let starts: Vec<usize> =
        text.as_bytes().windows(4).enumerate().filter(|(_, w)| is_time(w)).map(|(at, _)| at).collect();
    // Seconds belong to the minutes before them.
    starts.iter().filter(|&&at| at < 3 || !starts.contains(&(at - 3))).count()
}

/// Class and text before the date, lower case.
fn context_of(dated: &Dated) -> String {
    format!("{} {}", dated.class, dated.text.to_lowercase())
}

fn describe(dated: &Dated) -> String {
    match dated.kind {
        DatedKind::Time | DatedKind::PubDate => "time".to_owned(),
        DatedKind::Class => format!("class {}", dated.class),
        DatedKind::Text | DatedKind::Dateline => "text".to_owned(),
    }
}

fn raw_of(dated: &Dated) -> String {
    dated.machine.clone().unwrap_or_else(|| dated.text.clone())
}

fn is_scholarly(offer: &Offer) -> bool {
    matches!(offer.source, Source::Highwire | Source::Bepress | Source::Eprints | Source::Prism)
}

/// Whether a day is that on which what was published before came online.
fn is_online(offer: &Offer) -> bool {
    offer.label.ends_with("online_date") || offer.label.ends_with("available")
}

/// Whether a date tells the same as another one, or less.
fn is_part(date: PartialDate, whole: PartialDate) -> bool {
    date.year == whole.year
        && date.month.is_none_or(|month| whole.month == Some(month))
        && date.day.is_none_or(|day| whole.day == Some(day))
}

/// Whether a label is that of a film or recording.
fn is_media(label: &str) -> bool {
    ["json-ld VideoObject.", "json-ld AudioObject.", "json-ld Clip."].iter().any(|kind| label.starts_with(kind))
}

/// Another declaration of the same publication that says it better: the same moment with the offset of the place where it
/// was published, or, of two moments that OpenGraph and JSON-LD give, the earlier, since the later is that of a new edition.
fn better<'o, 'a>(
    chosen: &'o (PartialDate, &'o Offer<'a>),
    all: &'o [(PartialDate, &'o Offer<'a>)],
) -> &'o (PartialDate, &'o Offer<'a>) {
    let moment = |offer: &Offer| offer.raw.trim().parse::<jiff::Timestamp>().ok();
    let in_utc = |offer: &Offer| {
        let raw = offer.raw.trim_end();
        raw.ends_with(['Z', 'z']) || raw.ends_with("+00:00") || raw.ends_with("+0000")
    };
    let earlier = || {
        let own = moment(chosen.1)?;
        all.iter()
            .filter(|(_, offer)| offer.source == Source::JsonLd)
            .filter(|(_, offer)| offer.label.ends_with(".datePublished") && !is_media(&offer.label))
            .find(|(date, offer)| date.is_whole() && moment(offer).is_some_and(|moment| moment < own))
    };
    let shared = chosen.1.source == Source::OpenGraph;
    let chosen = shared.then(earlier).flatten().unwrap_or(chosen);
    if !in_utc(chosen.1) {
        return chosen;
    }
    let own = moment(chosen.1);
    let local = |(date, offer): &&(PartialDate, &Offer)| date.is_whole() && !in_utc(offer) && moment(offer) == own;
    own.and_then(|_| all.iter().find(local)).unwrap_or(chosen)
}

fn is_day_before(earlier: PartialDate, later: PartialDate) -> bool {
    let next = earlier.first_day().and_then(|day| day.tomorrow().ok());
    earlier.is_whole() && next.is_some_and(|next| later == next.into())
}
