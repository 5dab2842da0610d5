//! The site a page stands on, and titles without its name.

mod home;

use unicode_normalization::UnicodeNormalization;
use url::Url;

use crate::model::metadata::Field;

use super::super::candidates::{Candidates, Heading};
use super::super::offer::{Key, Offer, Offers, Source};
use super::super::value::text::{clean, flat, has_flat, squeezed};
use super::{field, pick, text_field};

/// Names by which the site is known.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// The name for the record.
    pub name: Option<Field<String>>,
    /// Declared names, squeezed: letters and digits only.
    names: Vec<String>,
    /// Host without `www`, and the label that is registered.
    host: String,
    label: String,
    /// The same, letters and digits only, and the name for the record.
    squeezed_host: String,
    squeezed_label: String,
    squeezed_name: String,
    /// Bytes of the longest of the squeezed names: what has more letters is none of them.
    longest: usize,
}

/// A site's name has at most so many words.
const MOST_WORDS: usize = 8;

/// Separators that may stand in a site's name.
const MOST_PARTS: usize = 4;

/// Signs that stand between a title and the site's name, each with what it is without its spaces. Those of letters' size
/// need spaces around them.
const SEPARATORS: &[(&str, char)] = &[
    (" | ", '|'),
    (" - ", '-'),
    (" – ", '–'),
    (" — ", '—'),
    (" · ", '·'),
    (" • ", '•'),
    (" : ", ':'),
    (": ", ':'),
    (" » ", '»'),
    (" « ", '«'),
    (" › ", '›'),
    (" / ", '/'),
    (" ~ ", '~'),
    (" _ ", '_'),
    (" :: ", ':'),
    (" // ", '/'),
    (" > ", '>'),
    (" < ", '<'),
    ("|", '|'),
    ("｜", '｜'),
    (" ‹ ", '‹'),
    (" ― ", '―'),
    (" − ", '−'),
    (" ▸ ", '▸'),
    (" – ", '–'),
    ("—", '—'),
    (" @ ", '@'),
    (" , ", ','),
    (" ★ ", '★'),
    (" ► ", '►'),
];

/// Letters that a site's name may have beyond the label that is registered.
const MORE: usize = 12;

/// Where in a title the site's name may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// In front, before a colon, where most titles have a word of their own.
    Kicker,
    /// In front, before another sign, or between two.
    Head,
    /// Behind.
    Tail,
}

/// Whether the rest of a label is what is put behind a name that was taken.
fn is_filling(rest: &str) -> bool {
    matches!(rest, "blog" | "inc" | "llc" | "ltd" | "gmbh" | "online" | "hq" | "app" | "web" | "site")
        || (!rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

impl Site {
    /// Collects the names a page declares for its site, and those its host gives.
    pub fn of(url: &Url, offers: &Offers, candidates: &Candidates) -> Site {
        let host = url.host_str().unwrap_or_default().trim_start_matches("www.").to_ascii_lowercase();
        let label = registered_label(&host);
        let mut site = Site {
            squeezed_host: squeezed(&host),
            squeezed_label: label.replace('-', ""),
            host,
            label,
            ..Site::default()
        };
        for (key, source) in [
            (Key::SiteName, Source::OpenGraph),
            (Key::SiteName, Source::JsonLdSite),
            (Key::SiteName, Source::Item),
            (Key::SiteName, Source::Meta),
            (Key::Publisher, Source::JsonLd),
            (Key::Publisher, Source::JsonLdPage),
            (Key::Publisher, Source::JsonLdSite),
            (Key::Publisher, Source::Item),
            (Key::Publisher, Source::DublinCore),
        ] {
            for offer in offers.from(key, source).take(4) {
                let name = squeezed(&clean(&offer.raw));
                let usable = name.chars().count() >= 2 && name.len() <= 80 && !site.names.contains(&name);
                if usable && !home::is_title(url, offers, &name, offer) {
                    site.names.push(name);
                }
            }
        }
        let home = home::name(url, candidates, offers);
        site.names.extend(home.iter().map(|name| squeezed(name)).filter(|name| name.chars().count() >= 2));
        site.name = site.choose(url, offers, &candidates.logos, home);
        site.squeezed_name = site.name.as_ref().map(|field| squeezed(&field.value)).unwrap_or_default();
        let others = [&site.squeezed_host, &site.label, &site.squeezed_name];
        site.longest = site.names.iter().chain(others).map(String::len).max().unwrap_or(0);
        site
    }

    fn choose(&self, url: &Url, offers: &Offers, logos: &[String], home: Option<String>) -> Option<Field<String>> {
        let read = |offer: &Offer<'_>| {
            let name = clean(&offer.raw);
            if home::is_title(url, offers, &squeezed(&name), offer) {
                return None;
            }
            // An address is the host's name at most.
            let name = name
                .strip_prefix("https://")
                .or_else(|| name.strip_prefix("http://"))
                .unwrap_or(&name)
                .trim_end_matches('/')
                .trim_start_matches('@')
                .to_owned();
            let words = name.split_whitespace().count();
            ((1..=MOST_WORDS).contains(&words) && name.chars().any(char::is_alphanumeric) && !is_default_name(&name))
                .then_some(name)
        };
        if let Some((name, offer)) =
            pick(offers, Key::SiteName, &[Source::OpenGraph, Source::JsonLdSite, Source::Item], read)
        {
            return Some(text_field(name, offer));
        }
        // Who publishes a page may own many sites; one that calls itself as its host does is that one.
        let titled = || {
            let title = offers.first(Key::Title, Source::Html)?;
            let pieces = pieces(title);
            let tail = clean(pieces.last()?);
            self.fits_host(&tail, End::Tail).then(|| field(tail, "title", Some(title)))
        };
        if let Some(name) = titled().filter(|_| url.path() != "/") {
            return Some(name);
        }
        if let Some((name, offer)) =
            pick(offers, Key::Publisher, &[Source::JsonLd, Source::Item, Source::JsonLdPage], read)
        {
            return Some(text_field(name, offer));
        }
        if let Some((name, offer)) = pick(offers, Key::SiteName, &[Source::Meta], read) {
            return Some(text_field(name, offer));
        }
        if let Some(title) = offers.first(Key::Title, Source::Html)
            && let Some(tail) = self.tail_of(&clean(title))
        {
            return Some(field(tail, "title", Some(title)));
        }
        if let Some(home) = home.filter(|home| home.split_whitespace().count() <= MOST_WORDS && !is_default_name(home))
        {
            return Some(field(home, "link to the first page", None));
        }
        if let Some(logo) = logos.iter().map(|logo| clean(logo)).find(|logo| self.fits_host(logo, End::Tail)) {
            return Some(field(logo, "logo", None));
        }
        (!self.host.is_empty()).then(|| field(self.host.clone(), "address", None))
    }

    /// The head or tail of a title that fits the host.
    fn tail_of(&self, title: &str) -> Option<String> {
        let pieces = pieces(title);
        let last = pieces.len().saturating_sub(1);
        let end_of = |at: usize, piece: &str| match at {
            0 if title.get(piece.len()..).is_some_and(|rest| rest.trim_start().starts_with(':')) => End::Kicker,
            at if at == last => End::Tail,
            _ => End::Head,
        };
        let fits = |(at, piece): &(usize, &str)| self.fits_host(piece, end_of(*at, piece));
        pieces.into_iter().enumerate().rev().find(fits).map(|(_, piece)| piece.to_owned())
    }

    fn fits_host(&self, piece: &str, end: End) -> bool {
        if piece.split_whitespace().count() > 5 {
            return false;
        }
        if piece.is_ascii() {
            return self.host_has(&squeezed(piece), end);
        }
        // Hosts are spelled without accents.
        let name: String = squeezed(piece).nfd().filter(|c| c.is_alphanumeric()).collect();
        self.host_has(&name, end) || self.host_has(&transcribed(piece), end)
    }

    /// Whether a name is the host's. Titles begin with the words that hosts are made of: the further in front a name stands,
    /// the more of the host it has to be.
    fn host_has(&self, name: &str, end: End) -> bool {
        let length = name.chars().count();
        if length < 3 {
            return false;
        }
        let says_more = || self.label.len() >= 4 && name.starts_with(&self.label) && length <= self.label.len() + MORE;
        let says_less = || length >= 5 && self.squeezed_label.strip_prefix(name).is_some_and(is_filling);
        name == self.squeezed_host
            || name == self.label
            || name.strip_prefix("the") == Some(self.label.as_str())
            || self.squeezed_label == name
            || self.begins_with_labels(name)
            || (end != End::Kicker && says_more())
            || (end == End::Tail && says_less())
    }

    /// Whether a name is that of the host down to the label that is registered: `newsrivertown` of `news.rivertown.co.uk`.
    fn begins_with_labels(&self, name: &str) -> bool {
        let mut rest = name;
        for label in self.host.split('.') {
            let Some(more) = rest.strip_prefix(squeezed(label).as_str()) else { return false };
            if label == self.label {
                return more.is_empty();
            }
            rest = more;
        }
        false
    }

    /// Whether a heading is the site's name at the head of a page.
    pub fn is_headed(&self, url: &Url, heading: &Heading, flat: &str, offers: &Offers<'_>) -> bool {
        home::is_site_heading(url, heading, flat, offers)
    }

    /// Whether a text is nothing but the site's name.
    pub fn is_name(&self, text: &str) -> bool {
        let letters = text.bytes().fold(0, |letters, byte| letters + usize::from(byte.is_ascii_alphanumeric()));
        if letters > self.longest + "the".len() {
            return false;
        }
        let name = squeezed(text);
        if name.is_empty() {
            return false;
        }
        let bare = name.strip_prefix("the").unwrap_or(&name);
        self.names.iter().any(|known| *known == name || known.strip_prefix("the").unwrap_or(known) == bare)
            || name == self.squeezed_host
            || name == self.label
            || name == self.squeezed_name
    }

    /// A title without the site's name at its head or tail, where there is evidence that it is one.
    pub fn strip(&self, title: &str) -> String {
        let mut title = title.trim();
        for _ in 0..3 {
            let separators = separators_in(title);
            let shorter = self.strip_tail(title, separators.clone()).or_else(|| self.strip_head(title, separators));
            let Some(shorter) = shorter else { break };
            title = shorter;
        }
        title.to_owned()
    }

    fn strip_tail<'t>(&self, title: &'t str, separators: impl Iterator<Item = &'static str>) -> Option<&'t str> {
        separators.filter(|separator| *separator != ": ").find_map(|separator| {
            // A name may have separators in itself.
            title.rmatch_indices(separator).take(MOST_PARTS).enumerate().find_map(|(further, (at, _))| {
                let (head, tail) = (&title[..at], &title[at + separator.len()..]);
                let site = if further == 0 { self.is_the_site(tail, End::Tail) } else { self.is_name(tail) };
                (site && has_flat(head, 2)).then(|| head.trim_end())
            })
        })
    }

    fn strip_head<'t>(&self, title: &'t str, mut separators: impl Iterator<Item = &'static str>) -> Option<&'t str> {
        separators.find_map(|separator| {
            let at = title.find(separator)?;
            let (head, tail) = (&title[..at], &title[at + separator.len()..]);
            let end = if separator.contains(':') { End::Kicker } else { End::Head };
            (has_flat(tail, 2) && self.is_the_site(head, end)).then(|| tail.trim_start())
        })
    }

    fn is_the_site(&self, text: &str, end: End) -> bool {
        self.is_name(text) || self.fits_host(text, end)
    }
}

/// The separators that may stand in a title: their sign does. Looking for one character is many times faster than looking
/// for a text, and most titles have one of them at most.
fn separators_in(title: &str) -> impl Iterator<Item = &'static str> + Clone + use<'_> {
    // Which ASCII characters the title has; most signs are among them.
    let mut ascii = [false; 128];
    for byte in title.bytes() {
        if let Some(seen) = ascii.get_mut(usize::from(byte)) {
            *seen = true;
        }
    }
    let foreign = !title.is_ascii();
    let stands = move |sign: char| match ascii.get(sign as usize) {
        Some(seen) => *seen,
        None => foreign && title.contains(sign),
    };
    SEPARATORS.iter().filter(move |(_, sign)| stands(*sign)).map(|(separator, _)| *separator)
}

/// A name as hosts spell its letters: `ä` as `ae`, `ø` as `oe`.
fn transcribed(name: &str) -> String {
    let mut out = String::new();
    for c in squeezed(name).chars() {
        match c {
            'ä' | 'æ' => out.push_str("ae"),
            'ö' | 'ø' | 'œ' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'å' => out.push_str("aa"),
            'ß' => out.push_str("ss"),
            c => out.push(c),
        }
    }
    out
}

/// The label a domain was registered with: `example` of `news.example.co.uk`.
fn registered_label(host: &str) -> String {
    let domain = psl::domain_str(host).unwrap_or(host);
    domain.split('.').next().unwrap_or_default().to_owned()
}

/// The parts of a title between separators.
pub fn pieces(title: &str) -> Vec<&str> {
    let mut pieces = vec![title];
    for separator in separators_in(title) {
        pieces = pieces.into_iter().flat_map(|piece| piece.split(separator)).collect();
    }
    if pieces.len() < 2 {
        Vec::new()
    } else {
        pieces.into_iter().map(str::trim).filter(|piece| !piece.is_empty()).collect()
    }
}

/// Names that software puts where the site's should stand.
fn is_default_name(name: &str) -> bool {
    matches!(
        flat(name).as_str(),
        "my site"
            | "my blog"
            | "my website"
            | "website"
            | "site"
            | "home"
            | "homepage"
            | "blog"
            | "wordpress"
            | "default"
            | "untitled"
            | "site name"
            | "sitename"
            | "null"
            | "undefined"
            | "name"
            | "app"
            | "web"
            | "title"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(host: &str, name: Option<&str>) -> Site {
        let mut offers = Offers::default();
        if let Some(name) = name {
            offers.add(Key::SiteName, Source::OpenGraph, "og:site_name", name);
        }
        Site::of(&Url::parse(&format!("https://{host}/a")).expect("valid"), &offers, &Candidates::default())
    }

    #[test]
    fn the_site_is_cut_where_there_is_evidence() {
        let named = site("www.example.org", Some("The Observer"));
        assert_eq!(named.strip("A plan - part two | The Observer"), "A plan - part two");
        assert_eq!(named.strip("Observer: A plan"), "A plan");
        assert_eq!(named.strip("A plan | Opinion"), "A plan | Opinion");
        assert_eq!(named.strip("The Observer"), "The Observer");
        let bare = site("news.rivertown.co.uk", None);
        assert_eq!(bare.strip("Flood - Rivertown News"), "Flood");
        assert_eq!(bare.strip("Flood - what now"), "Flood - what now");
        assert_eq!(bare.strip("Rivertown: Flood"), "Flood");
        assert_eq!(bare.strip("News Rivertown - Flood"), "Flood");
        assert_eq!(bare.strip("News - Flood"), "News - Flood");
        assert_eq!(bare.strip("Rivertown Online » Flood"), "Flood");
        assert_eq!(site("rivertownblog.org", None).strip("Flood - Rivertown"), "Flood");
    }

    #[test]
    fn words_of_the_host_are_not_the_site() {
        for (host, title) in [
            ("www.harbourrightswatch.org", "Harbour Rights: A primer for towns"),
            ("harbourwatch.org", "Harbour - a place for all"),
            ("harbourwatch.org", "Harbour_Report_2024"),
            ("harbour.org", "Harbour news: a flood"),
            ("harbourwatch.org", "A flood | Harbour"),
            ("harbourblog.org", "Harbour: a flood"),
        ] {
            assert_eq!(site(host, None).strip(title), title, "{host}");
        }
    }

    #[test]
    fn a_name_is_found_or_the_host_is_taken() {
        let name = |site: Site| site.name.map(Field::into_value);
        assert_eq!(name(site("example.org", Some("https://Example.org/"))).as_deref(), Some("Example.org"));
        assert_eq!(name(site("www.example.org", None)).as_deref(), Some("example.org"));
    }
}
