//! What a page that answers well looks like: missing in its own words, of another type, empty, an unfilled shell.

use url::Url;

use super::compare::Likeness;
use super::facts::View;
use super::lexicon::{self, Purpose};
use super::{address, text};
use crate::model::exchange::BodyFault;
use crate::model::reason::StrikeClass;
use crate::model::{Assessment, Confidence, Reason, SuggestionKind};

/// The body did not arrive whole.
pub(super) fn broken_body(view: &View<'_>) -> Option<Assessment> {
    let answer = view.answer()?;
    let fault = answer.body_fault?;
    // The head and some text came: enough to know that the page is there, be it late.
    let shows_page = view.words() > 20;
    let host = &view.seen().host;
    let (reason, what) = match fault {
        BodyFault::Encoding => (Reason::DecodeError, "a body whose compression is broken"),
        BodyFault::Label => (Reason::DecodeError, "a text that it calls packed, so that browsers show none of it"),
        BodyFault::Framing => (Reason::FramingError, "a body whose framing is broken"),
        BodyFault::Short => (Reason::FramingError, "a body that ends before its announced length"),
        BodyFault::Reset => (Reason::TcpReset, "a body that breaks off"),
        // What is no page and comes slowly is most often long.
        BodyFault::Stalled | BodyFault::TooSlow | BodyFault::TimedOut if shows_page || answer.body.len() > 4_096 => {
            return None;
        }
        BodyFault::Stalled | BodyFault::TooSlow | BodyFault::TimedOut => {
            (Reason::TimeoutRead, "a body that does not come in time")
        }
    };
    let codings: Vec<_> = answer.headers.all("content-encoding").collect();
    let foreign = (fault == BodyFault::Encoding && answer.body.is_empty())
        .then(|| codings.iter().flat_map(|line| line.split(',')).map(str::trim).find(|coding| is_foreign(coding)))
        .flatten();
    if let Some(coding) = foreign {
        let evidence =
            format!("{host} answers {} packed as {coding}, which this program does not unpack", answer.status);
        // Any browser may show it.
        return Some(Assessment::new(reason, evidence).with_class(StrikeClass::N));
    }
    let verdict = Assessment::new(reason, format!("{host} answers {} with {what} ({})", answer.status, view.times()));
    // A reader sees that much, and a browser may show all of it: nothing that leads to death, however often it comes. Nor does a
    // false word in the head, behind which everything is there.
    Some(if shows_page || fault == BodyFault::Label { verdict.with_class(StrikeClass::N) } else { verdict })
}

/// Whether a coding of content is one that browsers undo and this program does not.
fn is_foreign(coding: &str) -> bool {
    ["br", "zstd", "dcb", "dcz", "compress", "x-compress"].iter().any(|known| coding.eq_ignore_ascii_case(known))
}

/// The page carries a mark of its own that it does not exist.
pub(super) fn missing_marker(view: &View<'_>) -> Option<Assessment> {
    let page = view.page()?;
    if let Some(code @ (404 | 410)) = page.prerender_status {
        let mut verdict = Assessment::new(
            Reason::Soft404Marker,
            format!("answers {} and tells prerendering robots that it is a {code}", view.status()),
        );
        verdict.marker = Some("prerender-status-code".to_owned());
        return Some(verdict);
    }
    // What hardly any page says comes first.
    let heading = lexicon::heading(view, Purpose::Missing)?;
    let canonical = view.landed.join(page.canonical.as_deref()?).ok()?;
    let to_root = address::is_root(&canonical) && !address::is_root(&view.landed);
    let to_error = address::segments(&canonical).any(|part| part.starts_with("404") || part.contains("not-found"));
    ((to_root || to_error) && !view.heading_is_listed()).then(|| {
        Assessment::new(
            Reason::Soft404Marker,
            format!("answers {} titled “{heading}” and calls {canonical} its own address", view.status()),
        )
    })
}

/// The page is a note that the content has moved, and names the new address.
pub(super) fn moved_note(view: &View<'_>) -> Option<Assessment> {
    let page = view.page()?;
    if view.words() > 60 || !lexicon::in_text(view, Purpose::Moved) {
        return None;
    }
    let links = || page.main_links.iter().filter_map(|link| view.landed.join(link).ok());
    let usable = |url: &Url| {
        matches!(url.scheme(), "http" | "https")
            && !address::same_place(url, &view.landed)
            && !address::same_place(url, view.listed())
            && super::suggest::is_clean(view.listed(), url)
    };
    // The address that is spelled out, else the first that is no front page, else the first.
    let spelled = |url: &Url| page.text.contains(url.as_str().trim_end_matches('/'));
    let target = links()
        .find(|url| usable(url) && spelled(url))
        .or_else(|| links().find(|url| usable(url) && !address::is_root(url)))
        .or_else(|| links().find(usable))?;
    let verdict = Assessment::new(Reason::MovedNote, format!("the page says that it has moved and names {target}"));
    Some(verdict.with_suggestion(SuggestionKind::Redirect, target))
}

/// The page says in its headings that it does not exist.
pub(super) fn missing_text(view: &View<'_>) -> Option<Assessment> {
    let score = missing_score(view)?;
    if score.points < 4 {
        return None;
    }
    let confidence = if score.points >= 6 && !view.probe_is_honest() { Confidence::High } else { Confidence::Medium };
    let verdict = Assessment::new(
        Reason::Soft404Text,
        format!("answers {} with a page that calls itself “{}”", view.status(), score.heading),
    );
    Some(verdict.with_confidence(confidence))
}

/// How much a page speaks of being missing.
pub(super) struct Score {
    pub points: i32,
    pub heading: String,
}

/// `None` when nothing speaks for it, or the rules about headings do not apply.
pub(super) fn missing_score(view: &View<'_>) -> Option<Score> {
    let page = view.page()?;
    let readings = view.readings();
    let of = |reading| lexicon::part(reading, Purpose::Missing).map(str::to_owned);
    let (title, h1, og) = (of(&readings.title), of(&readings.h1), of(&readings.og_title));
    let other = of(&readings.other);
    let words = view.words();
    let headed = title.is_some() || h1.is_some() || og.is_some() || other.is_some();
    // Running text alone names no page missing unless there is next to nothing else.
    if !headed && words >= 60 {
        return None;
    }
    let searched = view.listed().query_pairs().any(|(key, _)| matches!(key.as_ref(), "q" | "s" | "query" | "search"));
    if searched || view.heading_is_listed() {
        return None;
    }
    let listed_so = address::segments(view.listed()).any(|part| is_missing_token(&part) || part == "410");
    let beginning = view.seen().beginning(260);
    let in_text = lexicon::text_says(&beginning, Purpose::Missing);
    let mut points = 0;
    let mut add = |holds: bool, value: i32| points += if holds { value } else { 0 };
    add(title.is_some(), 3);
    add(h1.is_some(), 3);
    add(h1.is_none() && other.is_some(), 2);
    add(og.is_some(), 2);
    add(in_text, 2);
    add(!listed_so && address::segments(&view.landed).any(|part| is_missing_token(&part)), 2);
    add(page.noindex, 1);
    add(words < 150, 1);
    add(words > 400, -3);
    add(view.probe_is_honest(), -2);
    // A page about the error, by its address: what it calls itself is its subject, and only a probe can tell more.
    add(listed_so && (words >= 60 || view.probe_is_honest()), -8);
    let heading = title.or(h1).or(og).or(other);
    let heading = heading.or_else(|| (in_text && words < 60).then(|| text::excerpt(&beginning)))?;
    Some(Score { points: points + i32::from(in_text && words < 60), heading })
}

fn is_missing_token(segment: &str) -> bool {
    let stem = segment.split('.').next().unwrap_or_default();
    matches!(
        stem,
        "404" | "notfound" | "not-found" | "not_found" | "error404" | "page-not-found" | "pagenotfound" | "404error"
    )
}

/// A document was listed and a page came.
pub(super) fn type_mismatch(view: &View<'_>) -> Option<Assessment> {
    let page = view.page()?;
    let extension = extension(view.listed().path())?;
    if !DOCUMENTS.contains(&extension.as_str()) || is_viewer(view) {
        return None;
    }
    if view.probe_is_honest() && page.words >= 60 {
        return None;
    }
    let confidence = if missing_score(view).is_some() { Confidence::High } else { Confidence::Medium };
    let verdict = Assessment::new(
        Reason::TypeMismatch,
        format!(
            "the address promises a .{extension} document, but a page titled “{}” came instead",
            text::excerpt(view.title())
        ),
    );
    Some(verdict.with_confidence(confidence))
}

/// Endings of documents that a page never has.
const DOCUMENTS: &[&str] = &[
    "pdf", "zip", "gz", "tgz", "bz2", "xz", "7z", "rar", "tar", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt",
    "ods", "odp", "rtf", "epub", "mobi", "ps", "djvu", "csv", "tsv", "exe", "msi", "dmg", "pkg", "deb", "rpm", "apk",
    "iso", "jar", "mp3", "ogg", "flac", "wav", "mp4", "avi", "mov", "mkv", "webm", "rss", "atom", "kml", "kmz", "shp",
    "geojson", "parquet", "sqlite", "bib", "ris", "ics",
];

fn extension(path: &str) -> Option<String> {
    let name = path.rsplit('/').next()?;
    let (stem, extension) = name.rsplit_once('.')?;
    (!stem.is_empty()).then(|| extension.to_ascii_lowercase())
}

/// Pages about a file: repositories and wikis show them under the file's own name.
fn is_viewer(view: &View<'_>) -> bool {
    let path = view.listed().path().to_lowercase();
    let name = path.rsplit('/').next().unwrap_or_default();
    let name = address::decode(name).replace('_', " ");
    let about = [
        "/blob/",
        "/tree/",
        "/raw/",
        "/src/",
        "/wiki/",
        "/file:",
        "/image:",
        "/viewer",
        "/view/",
        "/browse/",
        "/document/",
        "/d/",
        "/details/",
    ];
    let titled = format!("{} {}", view.seen().title, view.seen().h1).replace('_', " ");
    about.iter().any(|part| path.contains(part)) || (name.len() > 6 && titled.contains(name.as_str()))
}

/// Nothing to see, and nothing that would make something.
pub(super) fn empty(view: &View<'_>) -> Option<Assessment> {
    let answer = view.answer()?;
    if answer.is_cut() {
        return None;
    }
    if answer.body.is_empty() {
        return Some(Assessment::new(Reason::EmptyPage, format!("answers {} with nothing at all", answer.status)));
    }
    if answer.body.trim_ascii_start().is_empty() {
        return Some(Assessment::new(Reason::EmptyPage, format!("answers {} with white space alone", answer.status)));
    }
    let page = view.page()?;
    // One more than what is few would be enough to know.
    let visible = page.text.chars().take(20).count();
    let bare = visible < 20
        && page.all_words < 20
        && page.scripts == 0
        && !page.app_shell
        && page.frame.is_none()
        && page.media == 0
        && page.password_fields == 0;
    (bare && page.links < 3).then(|| {
        Assessment::new(
            Reason::EmptyPage,
            format!("answers {} with a page of {visible} visible characters", answer.status),
        )
    })
}

/// A page that a script has yet to fill: what it will show cannot be told without a browser.
pub(super) fn shell(view: &View<'_>) -> Option<Assessment> {
    if !is_shell(view) {
        return None;
    }
    let route = view.listed().fragment().is_some_and(|fragment| fragment.starts_with(['/', '!']));
    if route {
        return Some(Assessment::new(
            Reason::JsShell,
            format!(
                "the page is an empty frame for scripts, and “#{}” exists only in a browser",
                text::excerpt(view.listed().fragment().unwrap_or_default())
            ),
        ));
    }
    if leads_on_by_script(view) {
        let evidence = "a script leads on from the page; where to, and what is there, cannot be seen without a browser";
        return Some(Assessment::new(Reason::JsShell, evidence.to_owned()));
    }
    let told_apart = match view.probe_likeness() {
        Some(Likeness::Shells) => false,
        Some(_) => true,
        None => address::is_root(view.listed()) || view.probe_is_honest() || view.is_verified(),
    };
    if told_apart {
        return None;
    }
    Some(Assessment::new(
        Reason::JsShell,
        "the page is an empty frame that scripts fill in a browser; whether it exists cannot be seen".to_owned(),
    ))
}

/// Whether a page is a frame for scripts.
pub(super) fn is_shell(view: &View<'_>) -> bool {
    view.page().is_some_and(|page| {
        page.scripts > 0 && page.all_words < 20 && page.frame.is_none() && (page.app_shell || page.media == 0)
    })
}

/// Whether a page is no more than a script of its own that leaves for an address it makes up.
fn leads_on_by_script(view: &View<'_>) -> bool {
    /// Bytes of a page that does nothing but lead on.
    const STUB: usize = 4_000;
    const LEAVES: &[&str] =
        &["location.replace(", "location.assign(", "location.href=", "location.href =", "location=", "location ="];
    const FILLS: &[&str] = &["<script src", " src=", "type=\"module"];
    let Some(page) = view.page().filter(|page| !page.app_shell && page.script_redirect.is_none()) else { return false };
    let seen = view.seen();
    if page.all_words >= 20 || seen.bytes >= STUB {
        return false;
    }
    let raw = String::from_utf8_lossy(seen.raw).to_lowercase();
    let has = |signs: &[&str]| signs.iter().any(|sign| raw.contains(sign));
    has(LEAVES) && !has(FILLS)
}
