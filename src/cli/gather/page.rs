//! One resource page: where it is from, what it holds, and how it is read.

use std::borrow::Cow;

use twox_hash::XxHash3_128;
use url::Url;

use super::super::choice::Chosen;
use super::super::error::CliError;
use super::super::seeds::{self, Source};
use crate::model::{Link, Notice};
use crate::seed::{self, Document, Format, Reading, SeedError};
use crate::wiki;

/// Differences between a page and its text that are told one by one.
const MAX_HIDDEN: usize = 20;

/// The media type that wikitext is read by.
pub const WIKITEXT: &str = "text/x-wiki";

/// A resource page, ready to be read.
#[derive(Debug)]
pub struct Page {
    /// What it is.
    pub source: Source,
    /// The media type it came with.
    pub content_type: Option<String>,
    /// Where its relative links lead.
    pub base: Option<Url>,
    /// Kept for what cannot be read a second time; files are read again instead.
    pub bytes: Option<Vec<u8>>,
    /// The text of a wiki page, beside the page as it is shown.
    pub written: Option<String>,
    /// What was noticed on the way to it.
    pub notices: Vec<Notice>,
    /// Whether a person named it, and not a folder, a pattern or a page that led to it.
    pub named: bool,
}

impl Page {
    /// A file or standard input.
    pub fn new(source: Source, bytes: Option<Vec<u8>>) -> Self {
        let named = source.is_named();
        Page { source, content_type: None, base: None, bytes, written: None, notices: Vec::new(), named }
    }

    /// A page that was fetched.
    pub fn live(url: Url, landed: Option<Url>, content_type: Option<String>, body: &[u8]) -> Self {
        let base = landed.or_else(|| Some(url.clone()));
        Page { content_type, base, ..Page::new(Source::Page(url), Some(body.to_vec())) }
    }

    /// What reports call it.
    pub fn name(&self) -> &str {
        self.source.name()
    }

    /// A live page's HTML.
    pub fn html(&self) -> Option<(String, &Url)> {
        let (Source::Page(_), Some(bytes), Some(base)) = (&self.source, &self.bytes, &self.base) else { return None };
        let essence = self.content_type.as_deref().unwrap_or("text/html").to_ascii_lowercase();
        if !essence.contains("html") {
            return None;
        }
        Some((crate::html::decode(bytes, self.content_type.as_deref()).text.to_string(), base))
    }

    /// Its content.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn content(&self, max_bytes: u64) -> Result<Cow<'_, [u8]>, CliError> {
        Ok(match &self.bytes {
            Some(bytes) => Cow::Borrowed(bytes),
            None => Cow::Owned(seeds::read(&self.source, max_bytes)?),
        })
    }

    /// Adds what its links follow from, and what becomes of a run where it is no list.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn digest(&self, digest: &mut XxHash3_128, max_bytes: u64) -> Result<(), CliError> {
        digest.write(self.name().as_bytes());
        digest.write(self.base.as_ref().map_or("", Url::as_str).as_bytes());
        digest.write(&self.content(max_bytes)?);
        digest.write(&[0, u8::from(self.named)]);
        digest.write(self.written.as_deref().unwrap_or_default().as_bytes());
        digest.write(&[0]);
        Ok(())
    }

    /// Where the places of its links are, once it was read in a format: the text of a wiki page, or the content itself.
    pub fn source_of<'p>(&'p self, content: &'p [u8], format: Format) -> (&'p [u8], Option<&'p str>) {
        match &self.written {
            Some(text) if format == Format::Wikitext => (text.as_bytes(), Some(WIKITEXT)),
            _ => (content, self.content_type.as_deref()),
        }
    }

    /// Reads its content and hands over its links.
    ///
    /// # Errors
    /// When it is no list.
    pub fn read(
        &self,
        content: &[u8],
        chosen: &mut Chosen<'_>,
        emit: &mut dyn FnMut(Link),
    ) -> Result<Reading, SeedError> {
        let (content_type, base) = (self.content_type.as_deref(), self.base.as_ref());
        let shown = Document { name: self.name(), bytes: content, content_type, base, ..Document::default() };
        match &self.written {
            Some(text) => self.read_both(&shown, text, &mut |mut link| {
                chosen.apply(&mut link);
                emit(link);
            }),
            None => chosen.read(&self.source, shown, emit),
        }
    }

    /// Reads a wiki page as it is shown and as it is written, and hands over one list.
    fn read_both(&self, shown: &Document<'_>, text: &str, emit: &mut dyn FnMut(Link)) -> Result<Reading, SeedError> {
        let collected = |document: &Document<'_>| {
            let mut links = Vec::new();
            seed::read(document, &mut |link| links.push(link)).map(|reading| (links, reading))
        };
        let written = Document { bytes: text.as_bytes(), content_type: Some(WIKITEXT), ..*shown };
        let (mut in_text, of_text) = match collected(&written) {
            Ok(read) => read,
            // A page without text of its own, such as a category, is what it shows.
            Err(SeedError::Empty { .. }) => return seed::read(shown, emit),
            Err(error) => return Err(error),
        };
        let (in_page, of_page) = collected(shown)?;
        if let Some(base) = shown.base {
            let html = crate::html::decode(shown.bytes, shown.content_type).text;
            let red = wiki::RedLinks::on(&html, base);
            in_text.retain(|link| !red.hold(link));
        }
        let paired = wiki::pair(in_page, in_text, text);
        let mut notices = of_text.notices;
        if paired.made > 0 {
            let many = if paired.made == 1 { "a link is".to_owned() } else { format!("{} links are", paired.made) };
            let message =
                format!("{many} made by templates: the line is that of the template, as far as it can be told");
            notices.push(Notice::about(self.name(), message));
        }
        for (line, href) in paired.hidden.iter().take(MAX_HIDDEN) {
            let message = format!("{href} stands in the text of the page, but is not shown on it");
            notices.push(Notice::at(self.name(), *line, message));
        }
        if let Some(more) = paired.hidden.len().checked_sub(MAX_HIDDEN).filter(|more| *more > 0) {
            notices.push(Notice::about(self.name(), format!("{more} further links are not shown on the page")));
        }
        let links = paired.links.len();
        paired.links.into_iter().for_each(emit);
        Ok(Reading { format: Format::Wikitext, title: of_page.title, links, notices })
    }
}
