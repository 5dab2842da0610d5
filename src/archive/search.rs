//! The search for a copy of one resource, as a conversation.

use std::collections::VecDeque;

use jiff::Timestamp;
use url::Url;

use super::cdx::{self, Capture, IndexFault};
use super::place::Archive;
use super::{Wanted, choose};
use crate::model::{Memento, TitleMatch};

/// Copies looked at for one resource.
const LOOKS: usize = 3;

/// Statuses of captured pages and of captured redirects, as the index takes them.
const PAGES: &str = "20[036]";
const REDIRECTS: &str = "30[1278]";

/// What to ask the archive next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The index.
    Index(Url),
    /// A capture as it was captured.
    Copy(Url),
}

/// What a look at a capture brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Not a capture after all, or not to be had.
    Nothing,
    /// A captured redirect.
    Redirect {
        /// When it was captured.
        at: Timestamp,
        /// Whether it leads to a page one would list.
        fit: bool,
    },
    /// A captured document.
    Document {
        /// When it was captured.
        at: Timestamp,
        /// Whether it would be called well if it were seen today.
        well: bool,
        /// Its title.
        title: Option<String>,
    },
}

/// A copy to suggest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The copy itself.
    pub memento: Memento,
    /// Hash of its content, where the index gives one.
    pub digest: Option<String>,
}

/// The search for a copy of one resource: [`Search::next`] says what to ask, the answers are handed in, and when there
/// is no further question [`Search::found`] has the copy.
#[derive(Debug)]
pub struct Search {
    archive: Archive,
    wanted: Wanted,
    /// Whether captures of pages are looked at before they are suggested.
    verify: bool,
    stage: Stage,
    looks: usize,
    found: Option<Copy>,
    shared: Option<String>,
}

#[derive(Debug)]
enum Stage {
    Pages,
    LookAtPages(VecDeque<Capture>),
    Redirects,
    LookAtRedirects(VecDeque<Capture>),
    Over,
}

impl Search {
    /// A search that has not begun.
    pub fn new(archive: Archive, wanted: Wanted, verify: bool) -> Self {
        Search { archive, wanted, verify, stage: Stage::Pages, looks: 0, found: None, shared: None }
    }

    /// What a copy is wanted of.
    pub fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// What to ask next; `None` when the search is over.
    pub fn next(&self) -> Option<Question> {
        match &self.stage {
            Stage::Pages => self.archive.index(&self.wanted, PAGES).map(Question::Index),
            Stage::Redirects => self.archive.index(&self.wanted, REDIRECTS).map(Question::Index),
            Stage::LookAtPages(captures) | Stage::LookAtRedirects(captures) => {
                let capture = captures.front()?;
                self.archive.raw(&capture.timestamp, &self.wanted.url).map(Question::Copy)
            }
            Stage::Over => None,
        }
    }

    /// A content that was passed over since several other addresses of the host have it.
    pub fn shared(&self) -> Option<&str> {
        self.shared.as_deref()
    }

    /// The copy, when there is one.
    pub fn found(self) -> Option<Copy> {
        self.found
    }

    /// The index has answered; `None` for an archive that keeps nothing of this resource, or may not show it.
    ///
    /// # Errors
    /// When the answer is no index.
    pub fn index(&mut self, body: Option<&[u8]>) -> Result<(), IndexFault> {
        let captures = body.map(cdx::read).transpose()?.unwrap_or_default();
        let digests = captures.iter().filter_map(|capture| capture.digest.as_ref());
        let crowded = digests.into_iter().find(|digest| self.wanted.crowded.contains(digest)).cloned();
        self.shared = self.shared.take().or(crowded);
        self.stage = match &self.stage {
            Stage::Pages => {
                let mut pages = VecDeque::from(choose::pages(captures, &self.wanted));
                pages.truncate(LOOKS);
                match pages.front() {
                    None => Stage::Redirects,
                    Some(best) if !self.verify => {
                        self.found = Some(self.copy(best, TitleMatch::Unknown));
                        Stage::Over
                    }
                    Some(_) => Stage::LookAtPages(pages),
                }
            }
            _ => match VecDeque::from(choose::redirects(captures, &self.wanted)) {
                redirects if redirects.is_empty() => Stage::Over,
                mut redirects => {
                    redirects.truncate(LOOKS);
                    Stage::LookAtRedirects(redirects)
                }
            },
        };
        Ok(())
    }

    /// A capture was looked at.
    pub fn seen(&mut self, seen: Seen) {
        self.looks += 1;
        let (Stage::LookAtPages(captures) | Stage::LookAtRedirects(captures)) = &mut self.stage else { return };
        let Some(capture) = captures.pop_front() else { return };
        let empty = captures.is_empty();
        let at_redirects = matches!(self.stage, Stage::LookAtRedirects(_));
        let title = match seen {
            Seen::Document { at, well: true, title } if self.may_be_it(at) => Some(self.compare(title.as_deref())),
            Seen::Redirect { at, fit: true } if self.may_be_it(at) => Some(TitleMatch::Unknown),
            _ => None,
        };
        if let Some(title) = title {
            let better = self.found.as_ref().is_none_or(|found| found.memento.title == TitleMatch::No);
            if better && (self.found.is_none() || title != TitleMatch::No) {
                self.found = Some(self.copy(&capture, title));
            }
        }
        // A copy with another title is kept for the case that none has the right one.
        let satisfied = self.found.as_ref().is_some_and(|found| found.memento.title != TitleMatch::No);
        if satisfied || self.looks >= 2 * LOOKS {
            self.stage = Stage::Over;
        } else if empty {
            self.stage = if at_redirects || self.found.is_some() { Stage::Over } else { Stage::Redirects };
        }
    }

    /// What was shown may be another capture than the one asked for.
    fn may_be_it(&self, at: Timestamp) -> bool {
        self.wanted.failing_since.is_none_or(|failing| at < failing)
    }

    fn compare(&self, title: Option<&str>) -> TitleMatch {
        let folded = |text: &str| {
            let words: Vec<String> = text
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(str::to_lowercase)
                .collect();
            words.join(" ")
        };
        let known = self.wanted.title.as_deref().map(folded).filter(|known| !known.is_empty());
        match (known, title.map(folded).filter(|title| !title.is_empty())) {
            (Some(known), Some(title)) if known == title => TitleMatch::Yes,
            (Some(_), Some(_)) => TitleMatch::No,
            _ => TitleMatch::Unknown,
        }
    }

    fn copy(&self, capture: &Capture, title: TitleMatch) -> Copy {
        let url = self.archive.page(&capture.timestamp, &self.wanted.url);
        Copy { memento: Memento { url, captured: capture.at, title }, digest: capture.digest.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::moment;

    const NAMES: &str = r#"["urlkey","timestamp","original","mimetype","statuscode","digest","length"]"#;

    fn row(timestamp: &str, status: &str) -> String {
        format!(r#"["k","{timestamp}","http://harbour.example/tides","text/html","{status}","D{timestamp}","9000"]"#)
    }

    fn index(rows: &[String]) -> Vec<u8> {
        format!("[{NAMES}{}{}]", if rows.is_empty() { "" } else { "," }, rows.join(",")).into_bytes()
    }

    fn search(verify: bool) -> Search {
        let wanted = Wanted {
            url: Url::parse("http://harbour.example/tides").expect("valid"),
            last_good: moment("20200601000000"),
            failing_since: moment("20210601000000"),
            title: Some("Tides | Harbour office".to_owned()),
            media_type: None,
            crowded: Vec::new(),
        };
        Search::new(Archive::at(&Url::parse("https://archive.example").expect("valid")), wanted, verify)
    }

    fn document(timestamp: &str, well: bool, title: &str) -> Seen {
        Seen::Document { at: moment(timestamp).expect("a moment"), well, title: Some(title.to_owned()) }
    }

    fn asks(search: &Search, part: &str) -> bool {
        matches!(search.next(), Some(Question::Index(url) | Question::Copy(url)) if url.as_str().contains(part))
    }

    #[test]
    fn without_a_look_the_best_capture_is_suggested() {
        let mut search = search(false);
        search.index(Some(&index(&[row("20190101000000", "200"), row("20200501000000", "200")]))).expect("an index");
        assert_eq!(search.next(), None);
        let copy = search.found().expect("a copy");
        assert_eq!(copy.memento.url, "https://archive.example/web/20200501000000/http://harbour.example/tides");
        assert_eq!((copy.memento.title, copy.digest.as_deref()), (TitleMatch::Unknown, Some("D20200501000000")));
    }

    #[test]
    fn a_copy_that_is_an_error_page_or_has_another_title_gives_way_to_a_better_one() {
        let mut search = search(true);
        let rows = ["20190101000000", "20200501000000", "20200101000000"].map(|at| row(at, "200"));
        search.index(Some(&index(&rows))).expect("an index");
        assert!(asks(&search, "/web/20200501000000id_/http://harbour.example/tides"));
        search.seen(document("20200501000000", false, "Page not found"));
        assert!(asks(&search, "20200101000000id_"));
        search.seen(document("20200101000000", true, "Harbour office"));
        assert!(asks(&search, "20190101000000id_"));
        search.seen(document("20190101000000", true, "Tides – Harbour Office"));
        assert_eq!(search.next(), None);
        let memento = search.found().expect("a copy").memento;
        assert_eq!((memento.captured, memento.title), (moment("20190101000000").expect("a moment"), TitleMatch::Yes));
    }

    #[test]
    fn a_copy_with_another_title_is_better_than_none() {
        let mut search = search(true);
        search.index(Some(&index(&[row("20200501000000", "200")]))).expect("an index");
        search.seen(document("20200501000000", true, "Ebb and flow"));
        assert_eq!(search.next(), None);
        assert_eq!(search.found().map(|copy| copy.memento.title), Some(TitleMatch::No));
    }

    #[test]
    fn redirects_are_judged_where_no_page_was_captured() {
        let mut search = search(false);
        search.index(Some(b"[]")).expect("an index");
        assert!(asks(&search, "statuscode%3A30%5B1278%5D"));
        search.index(Some(&index(&[row("20200501000000", "301"), row("20200401000000", "302")]))).expect("an index");
        search.seen(Seen::Redirect { at: moment("20200501000000").expect("a moment"), fit: false });
        assert!(asks(&search, "20200401000000id_"));
        search.seen(Seen::Redirect { at: moment("20200401000000").expect("a moment"), fit: true });
        let copy = search.found().expect("a copy");
        assert_eq!(copy.memento.url, "https://archive.example/web/20200401000000/http://harbour.example/tides");
    }

    #[test]
    fn a_capture_from_after_the_failure_is_refused_even_when_the_archive_hands_it_out() {
        let mut search = search(true);
        search.index(Some(&index(&[row("20200501000000", "200")]))).expect("an index");
        search.seen(document("20220101000000", true, "Tides | Harbour office"));
        search.index(Some(b"[]")).expect("an index");
        assert_eq!(search.next(), None);
        assert_eq!(search.found(), None);
    }

    #[test]
    fn a_search_ends_whatever_is_answered() {
        let mut search = search(true);
        let rows: Vec<String> = (10..60).map(|at| row(&format!("202001010000{at}"), "200")).collect();
        let redirects: Vec<String> = (10..60).map(|at| row(&format!("202001010000{at}"), "302")).collect();
        let mut asked = 0;
        while let Some(question) = search.next() {
            asked += 1;
            match question {
                Question::Index(url) if url.as_str().contains("20%5B") => search.index(Some(&index(&rows))),
                Question::Index(_) => search.index(Some(&index(&redirects))),
                Question::Copy(_) => {
                    search.seen(Seen::Nothing);
                    Ok(())
                }
            }
            .expect("an index");
        }
        assert!(asked <= 2 + 2 * LOOKS, "{asked} requests");
    }
}
