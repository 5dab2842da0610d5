//! What was found, as it will stand in the ledger.

use jiff::Timestamp;
use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};
use serde::Serialize;

use super::observations::page_seen;
use crate::model::metadata::Field;
use crate::model::{Assessment, Edition, Observation};

/// An observation as it will stand in the ledger: the verdict, which is still to be weighed, and every other text made, one
/// behind the other in one piece of memory.
///
/// An observation is dozens of small texts. The thread that made them turns them into this and frees them while they are at
/// hand: handed to another thread one by one, each would cost more to be freed there than it cost to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Packed {
    /// When the verdict was reached.
    pub at: Timestamp,
    /// The verdict.
    pub assessment: Assessment,
    /// Verdicts for single fragments, where mentions ask for some: fragment without `#`, verdict.
    pub fragments: Vec<(String, Assessment)>,
    pub(super) http_status: Option<u16>,
    pub(super) requests: u32,
    /// Whether there is something to compare later visits with.
    pub(super) is_good: bool,
    bytes: Vec<u8>,
    places: [Option<(usize, usize)>; TEXTS],
}

/// A text of a [`Packed`], by the column it is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Column {
    FinalUrl,
    Title,
    MediaType,
    Attempts,
    Edition,
    Fingerprint,
    Metadata,
    Etag,
    LastModified,
}

const TEXTS: usize = 9;

/// Room that most observations do with.
const USUAL_BYTES: usize = 2 << 10;

impl Packed {
    /// Packs an observation, with verdicts on the places of its page.
    pub fn new(observation: Observation, fragments: Vec<(String, Assessment)>) -> Self {
        let edition = edition(&observation);
        let Observation {
            url,
            at,
            assessment,
            http_status,
            final_url,
            attempts,
            requests,
            media_type,
            fingerprint,
            metadata,
            validators,
        } = observation;
        let mut packed = Packed {
            at,
            assessment,
            fragments,
            http_status,
            requests,
            is_good: fingerprint.is_some() || metadata.is_some(),
            bytes: Vec::with_capacity(USUAL_BYTES),
            places: [None; TEXTS],
        };
        let title = metadata
            .as_ref()
            .and_then(|metadata| metadata.title.as_ref())
            .map(|title| &title.value)
            .or_else(|| fingerprint.as_ref().and_then(|fingerprint| fingerprint.title.as_ref()));
        packed.text(Column::FinalUrl, shortened(final_url.as_deref(), url.as_str()));
        packed.text(Column::Title, title.map(String::as_str));
        packed.text(Column::MediaType, media_type.as_deref());
        packed.json(Column::Attempts, Some(&attempts).filter(|attempts| !attempts.is_empty()));
        packed.json(Column::Edition, edition.as_ref());
        packed.json(Column::Fingerprint, fingerprint.as_ref());
        packed.json(Column::Metadata, metadata.as_ref());
        packed.text(Column::Etag, validators.as_ref().and_then(|validators| validators.etag.as_deref()));
        packed
            .text(Column::LastModified, validators.as_ref().and_then(|validators| validators.last_modified.as_deref()));
        packed
    }

    /// A text, to be bound to a parameter.
    pub(super) fn column(&self, column: Column) -> impl ToSql + '_ {
        Text(self.places[column as usize].and_then(|(from, to)| self.bytes.get(from..to)))
    }

    fn text(&mut self, column: Column, text: Option<&str>) {
        let Some(text) = text else { return };
        let from = self.bytes.len();
        self.bytes.extend_from_slice(text.as_bytes());
        self.places[column as usize] = Some((from, self.bytes.len()));
    }

    fn json<T: Serialize>(&mut self, column: Column, value: Option<&T>) {
        let Some(value) = value else { return };
        let from = self.bytes.len();
        // Plain data with texts for keys, written to memory: this cannot fail. Half a value is none all the same.
        match serde_json::to_writer(&mut self.bytes, value) {
            Ok(()) => self.places[column as usize] = Some((from, self.bytes.len())),
            Err(_) => self.bytes.truncate(from),
        }
    }
}

impl From<Observation> for Packed {
    /// One whose mentions ask for no place of it.
    fn from(observation: Observation) -> Self {
        Packed::new(observation, Vec::new())
    }
}

/// UTF-8 that is known to be so.
struct Text<'a>(Option<&'a [u8]>);

impl ToSql for Text<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(self.0.map_or(ValueRef::Null, ValueRef::Text)))
    }
}

/// A final address as it is stored: empty when it is the canonical one.
fn shortened<'a>(landed: Option<&'a str>, canonical: &str) -> Option<&'a str> {
    landed.map(|landed| if landed == canonical { "" } else { landed })
}

/// The edition a visit that saw the resource's own content found; nothing where nothing tells it.
fn edition(observation: &Observation) -> Option<Edition> {
    if !page_seen(&observation.assessment) {
        return None;
    }
    let metadata = observation.metadata.as_ref();
    let date = |field: Option<&Option<Field<String>>>| field?.as_ref().map(|date| date.value.clone());
    let edition = Edition {
        title: None,
        published: date(metadata.map(|metadata| &metadata.published)),
        modified: date(metadata.map(|metadata| &metadata.modified)),
        body: observation.fingerprint.as_ref().map(|seen| seen.body_hash).filter(|hash| *hash != 0),
        document: observation.media_type.as_deref().is_some_and(is_document),
    };
    (edition != Edition::default()).then_some(edition)
}

/// Whether a media type is that of files every reader gets alike; pages and data are often made anew for each.
fn is_document(media_type: &str) -> bool {
    let made = ["html", "/xml", "+xml", "json", "javascript"].iter().any(|end| media_type.ends_with(end));
    !made && !media_type.starts_with("text/")
}
