//! A page that is no longer what it was: against the ledger's fingerprint, the list's own name, and the words of the
//! trades that buy lapsed domains.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::facts::View;
use super::{address, names, telling, text};
use crate::model::observation::Fingerprint;
use crate::model::{Assessment, Confidence, Reason};

/// Characters of text that are searched for spam words.
const BEGINNING: usize = 3_000;

/// Distance of two 64-bit simhashes from which texts have nothing in common; unrelated ones lie around 32.
const FAR: u32 = 20;

struct Spam {
    topics: Vec<&'static str>,
    words: Vec<&'static str>,
    /// Built for the few pages that have one of the words at all.
    automaton: LazyLock<Option<AhoCorasick>>,
}

static SPAM: LazyLock<Spam> = LazyLock::new(|| {
    let (mut topics, mut words) = (Vec::new(), Vec::new());
    for line in include_str!("tables/spam.tsv").lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        if let [_, _, topic, list] = fields[..] {
            for word in list.split('|') {
                topics.push(topic);
                words.push(word);
            }
        }
    }
    Spam { topics, words, automaton: LazyLock::new(|| AhoCorasick::new(self::words()).ok()) }
});

/// All spam words.
pub(super) fn words() -> &'static [&'static str] {
    &SPAM.words
}

/// The spam words of a folded text, as positions in the table: whole words only, where the writing has words.
fn spam_words(folded: &str) -> BTreeSet<usize> {
    let Some(automaton) = &*SPAM.automaton else { return BTreeSet::new() };
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() && (c as u32) < 0x0e00);
    automaton
        .find_overlapping_iter(folded)
        .filter(|hit| {
            !is_letter(folded[..hit.start()].chars().next_back()) && !is_letter(folded[hit.end()..].chars().next())
        })
        .map(|hit| hit.pattern().as_usize())
        .collect()
}

/// The topic of spam a page is about, and one of its words on it: several such words stand there, one of them in title,
/// heading or description, and the list knows none of them.
pub(super) fn spam(view: &View<'_>) -> Option<(&'static str, &'static str)> {
    let page = view.page()?;
    let seen = view.seen();
    let description = text::fold(page.description.as_deref().unwrap_or_default(), 500);
    // Nearly every page has none of the words.
    if !view.readings().spam && !telling::look(&description).spam {
        return None;
    }
    let headings = &(&spam_words(&seen.title) | &spam_words(&seen.h1)) | &spam_words(&description);
    if headings.is_empty() {
        return None;
    }
    let beginning = seen.beginning(BEGINNING);
    let all = &headings | &spam_words(&beginning);
    let known = format!(
        "{} {} {}",
        view.facts.mention.title.unwrap_or_default(),
        view.facts.mention.annotation.unwrap_or_default(),
        address::decode(view.listed().as_str())
    );
    if !spam_words(&text::fold(&known, 4_000)).is_empty() {
        return None;
    }
    let words = beginning.split_whitespace().count().min(400);
    let of =
        |topic: &str, found: &BTreeSet<usize>| found.iter().filter(|at| SPAM.topics.get(**at) == Some(&topic)).count();
    // A long page must name much of the trade, or be called by it: research and help name a few things again and again.
    let sells = |topic: &&str| {
        let different = of(topic, &all);
        different >= 3 && (different * 60 >= words || of(topic, &headings) >= 3)
    };
    let topic = SPAM.topics.iter().copied().find(sells)?;
    let example = headings.iter().chain(&all).find(|at| SPAM.topics.get(**at) == Some(&topic))?;
    Some((topic, SPAM.words.get(*example)?))
}

/// The same address, another business.
pub(super) fn takeover(view: &View<'_>) -> Option<Assessment> {
    let (topic, example) = spam(view)?;
    if view.named() == Some(true) {
        return None;
    }
    let mut verdict = Assessment::new(
        Reason::DomainTakeover,
        format!(
            "the page titled “{}” speaks of {topic} (“{example}”), and nothing of it is in the list",
            text::excerpt(view.title())
        ),
    );
    verdict.marker = Some(format!("spam-{topic}"));
    Some(verdict.with_confidence(Confidence::High))
}

/// A site's front page that knows neither its own name nor anything of what the list says about it.
pub(super) fn stranger(view: &View<'_>) -> Option<Assessment> {
    let page = view.page()?;
    let annotation = names::distinctive(view.facts.mention.annotation?);
    if !address::is_root(view.listed()) || page.words < 12 || annotation.len() < 2 || view.named() != Some(false) {
        return None;
    }
    let title = view.facts.mention.title?;
    let bare = |text: &str| text::words(text).collect::<String>();
    let label = address::registrable(view.listed()).split('.').next().map(bare)?;
    // The site is called what the list calls the resource, so its own front page would say so.
    if label.len() < 4 || !(bare(title).contains(&label) || label.contains(&bare(title))) {
        return None;
    }
    let shown = bare(&format!("{} {} {}", view.title(), page.site_name.as_deref().unwrap_or_default(), page.text));
    let absent = !shown.contains(&label) && annotation.iter().all(|word| !shown.contains(word.as_str()));
    absent.then(|| {
        Assessment::new(
            Reason::DomainTakeover,
            format!(
                "the front page titled “{}” neither names the site nor speaks of what the list says",
                text::excerpt(view.title())
            ),
        )
    })
}

/// Another page than at the last good visit.
pub(super) fn drift(view: &View<'_>) -> Option<Assessment> {
    if !is_far(view) || view.named() == Some(true) {
        return None;
    }
    let (known, page) = (fingerprint(view)?, view.page()?);
    let language_changed = changed(&known.lang, &page.lang);
    let root = address::is_root(view.listed());
    if language_changed && view.named() != Some(false) && is_translation(view, known, page) {
        return None;
    }
    let before = text::excerpt(known.title.as_deref().unwrap_or_default());
    let now = text::excerpt(view.title());
    if root && !language_changed && view.named() != Some(false) {
        return None;
    }
    if language_changed && view.named() == Some(false) {
        let evidence = format!(
            "was titled “{before}”, is titled “{now}” in another language, and does not mention the title in the list"
        );
        // Sites change their language too: without words of a trade that buys names it is no more than likely.
        return Some(Assessment::new(Reason::DomainTakeover, evidence));
    }
    Some(Assessment::new(
        Reason::ContentDrift,
        format!("was titled “{before}”, is titled “{now}” and has another text"),
    ))
}

fn fingerprint<'a>(view: &View<'a>) -> Option<&'a Fingerprint> {
    view.facts.history?.fingerprint.as_ref()
}

/// Title and text have nothing in common with the last good visit, and no redesign explains it.
pub(super) fn is_far(view: &View<'_>) -> bool {
    let (Some(known), Some(page)) = (fingerprint(view), view.page()) else { return false };
    let Some(title) = known.title.as_deref().filter(|title| !title.is_empty()) else { return false };
    let same = |one: Option<&str>, two: Option<&str>| one.is_some_and(|one| !one.is_empty() && Some(one) == two);
    if same(known.h1.as_deref(), page.h1.as_deref()) || same(Some(title), page.title.as_deref()) {
        return false;
    }
    let site = view.facts.history.and_then(|history| history.site_name.as_deref());
    if same(site, page.site_name.as_deref()) {
        return false;
    }
    let headings =
        |title: Option<&str>, h1: Option<&str>| format!("{} {}", title.unwrap_or_default(), h1.unwrap_or_default());
    let before = headings(Some(title), known.h1.as_deref());
    let now = headings(page.title.as_deref(), page.h1.as_deref());
    let text_far = known.words < 12 || page.words < 12 || (known.simhash ^ page.simhash).count_ones() >= FAR;
    cosine(&before, &now) < 0.2 && text_far
}

/// Headings in two languages that share a name: the same site speaks another language.
fn is_translation(view: &View<'_>, known: &Fingerprint, page: &crate::model::PageFacts) -> bool {
    let before = names::distinctive(&format!(
        "{} {}",
        known.title.as_deref().unwrap_or_default(),
        known.h1.as_deref().unwrap_or_default()
    ));
    let now = names::distinctive(&format!("{} {}", view.title(), view.h1()));
    let related = |one: &str, other: &str| one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count() >= 5;
    let label = address::registrable(view.listed()).split('.').next().unwrap_or_default().to_owned();
    let shown = format!("{} {}", view.seen().title, page.site_name.as_deref().unwrap_or_default()).to_lowercase();
    before.iter().any(|one| now.iter().any(|other| one == other || related(one, other)))
        || (label.len() > 3 && shown.contains(&label))
}

fn changed(before: &Option<String>, now: &Option<String>) -> bool {
    let primary = |tag: &Option<String>| {
        tag.as_deref()
            .map(|tag| tag.split(['-', '_']).next().unwrap_or_default().to_lowercase())
            .filter(|tag| !tag.is_empty())
    };
    matches!((primary(before), primary(now)), (Some(before), Some(now)) if before != now)
}

/// Cosine of two texts as sets of distinctive words.
fn cosine(one: &str, other: &str) -> f64 {
    let (one, other) = (names::distinctive(one), names::distinctive(other));
    if one.is_empty() || other.is_empty() {
        return 1.0;
    }
    let shared = one.iter().filter(|word| other.contains(word)).count();
    shared as f64 / ((one.len() * other.len()) as f64).sqrt()
}
