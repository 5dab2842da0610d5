//! The headings that enclose an entry.

use std::sync::Arc;

/// The stack of headings above a place (rule 6).
#[derive(Clone, Debug, Default)]
pub(super) struct Sections {
    /// Of the `details` around, outermost first.
    outer: Vec<String>,
    real: Vec<(u8, String)>,
    /// One level below the nearest real heading.
    acting: Option<String>,
    /// Whether the acting heading is a term of a definition list.
    acting_term: bool,
    /// The title of the page, which is no section.
    page_title: Option<String>,
    /// Whether any heading was met.
    pub(super) met_heading: bool,
    /// The path as shared text, until it changes.
    path: Option<Arc<[String]>>,
}

impl Sections {
    /// Closes all headings of this or a lower level.
    pub(super) fn close(&mut self, level: u8) {
        while self.real.last().is_some_and(|(open, _)| *open >= level) {
            self.real.pop();
        }
        self.acting = None;
        self.path = None;
    }

    pub(super) fn open(&mut self, level: u8, text: String) {
        self.close(level);
        self.met_heading = true;
        if !text.is_empty() {
            self.real.push((level, text));
        }
    }

    pub(super) fn set_acting(&mut self, text: String) {
        self.acting = Some(text);
        self.acting_term = false;
        self.path = None;
    }

    /// Begins a term of a definition list: it ends what the term before stood above, and may stand above entries.
    pub(super) fn begin_term(&mut self, text: Option<String>) {
        if text.is_some() || self.acting_term {
            self.acting_term = text.is_some();
            self.acting = text;
            self.path = None;
        }
    }

    pub(super) fn set_page_title(&mut self, text: String) {
        self.page_title = Some(text);
    }

    pub(super) fn page_title(&self) -> Option<&str> {
        self.page_title.as_deref()
    }

    /// Whether no section began yet.
    pub(super) fn at_front(&self) -> bool {
        !self.met_heading && self.acting.is_none() && self.outer.is_empty()
    }

    /// The sections inside `details` under a summary.
    pub(super) fn inside(&self, summary: String) -> Sections {
        let mut outer: Vec<String> = self.outer.clone();
        outer.extend(self.real.iter().map(|(_, text)| text.clone()));
        if !summary.is_empty() {
            outer.push(summary);
        }
        Sections { outer, met_heading: self.met_heading, page_title: self.page_title.clone(), ..Sections::default() }
    }

    /// The path to entries here.
    pub(super) fn path(&mut self) -> Arc<[String]> {
        if let Some(path) = &self.path {
            return Arc::clone(path);
        }
        let real = self.real.iter().map(|(_, text)| text);
        let path: Arc<[String]> = self.outer.iter().chain(real).chain(&self.acting).cloned().collect();
        self.path = Some(Arc::clone(&path));
        path
    }

    /// The heading right above entries here; the title of the page where there is no section.
    pub(super) fn nearest(&self) -> Option<&str> {
        let real = self.real.last().map(|(_, text)| text.as_str());
        self.acting.as_deref().or(real).or(self.outer.last().map(String::as_str)).or(self.page_title.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_close_their_own_and_lower_levels() {
        let mut sections = Sections::default();
        sections.open(2, "A".into());
        sections.open(4, "B".into());
        sections.set_acting("C".into());
        assert_eq!(*sections.path(), ["A", "B", "C"]);
        sections.set_acting("D".into());
        assert_eq!(*sections.path(), ["A", "B", "D"]);
        sections.open(3, "E".into());
        assert_eq!(*sections.path(), ["A", "E"]);
        let mut inside = sections.inside("F".into());
        inside.open(1, "G".into());
        assert_eq!(*inside.path(), ["A", "E", "F", "G"]);
        assert_eq!(sections.nearest(), Some("E"));
    }
}
