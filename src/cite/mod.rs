//! Citations for reference managers: one CSL item, several writers.
//!
//! A [`Citation`] holds texts as a person reads them, one line each, without control characters; every writer escapes what its
//! own format would take for markup. The writers keep to what Zotero, the strictest reader in wide use, imports without loss.

pub mod biblatex;
pub mod csl_json;
#[cfg(feature = "references")]
pub mod formatted;
#[cfg(test)]
mod hostile;
mod key;
mod kind;
pub mod ris;
#[cfg(test)]
mod tests;
pub mod wikitext;

pub use key::Keys;
pub use kind::Kind;

use std::borrow::Borrow;
use std::io;

use crate::model::metadata::Name;
use crate::model::{PartialDate, When};

/// A format whose files hold one citation after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// BibLaTeX.
    Biblatex,
    /// RIS.
    Ris,
    /// CSL-JSON.
    CslJson,
}

/// Writes citations in several formats at once, so that each of them is made once.
///
/// # Errors
/// Those of the writers.
pub fn write(
    citations: impl IntoIterator<Item: Borrow<Citation>>,
    files: &mut [(Format, &mut dyn io::Write)],
) -> io::Result<()> {
    let mut text = String::new();
    let mut first = true;
    for citation in citations {
        for (format, out) in &mut *files {
            text.clear();
            match format {
                Format::Biblatex => biblatex::add(citation.borrow(), first, &mut text),
                Format::Ris => ris::add(citation.borrow(), &mut text),
                Format::CslJson => csl_json::add(citation.borrow(), first, &mut text)?,
            }
            out.write_all(text.as_bytes())?;
        }
        first = false;
    }
    for (_, out) in files.iter_mut().filter(|(format, _)| *format == Format::CslJson) {
        out.write_all(csl_json::end(first).as_bytes())?;
    }
    Ok(())
}

/// What is cited: an item of the Citation Style Language, version 1.0.2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Citation {
    /// Unique key within a file.
    pub key: String,
    /// What kind of thing it is.
    pub kind: Kind,
    /// Title without the site's name.
    pub title: String,
    /// What it calls itself, where that is something else.
    pub page_title: Option<String>,
    /// Who made it.
    pub authors: Vec<Name>,
    /// Whether more made it than are named.
    pub more_authors: bool,
    /// Who edited it, or the book it is a part of.
    pub editors: Vec<Name>,
    /// The journal, book or site it appeared in.
    pub container: Option<String>,
    /// The site it stands on, also where that is nothing it appeared in.
    pub site: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// Where it was published.
    pub place: Option<String>,
    /// The series it is a part of.
    pub series: Option<String>,
    /// Which edition it is.
    pub edition: Option<String>,
    /// When it appeared, as precise as known.
    pub issued: Option<When>,
    /// When it was last seen.
    pub accessed: Option<PartialDate>,
    /// Where it is: an absolute http or https address in ASCII-safe form.
    pub url: Option<String>,
    /// DOI without resolver.
    pub doi: Option<String>,
    /// ISBN.
    pub isbn: Option<String>,
    /// ISSN.
    pub issn: Option<String>,
    /// arXiv identifier.
    pub arxiv: Option<String>,
    /// Volume.
    pub volume: Option<String>,
    /// Issue.
    pub issue: Option<String>,
    /// Page range.
    pub pages: Option<String>,
    /// Number of pages.
    pub page_count: Option<u32>,
    /// Running time, ISO 8601.
    pub duration: Option<String>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// Abstract.
    pub summary: Option<String>,
    /// Keywords.
    pub keywords: Vec<String>,
    /// Licence.
    pub licence: Option<String>,
    /// What the list says about it.
    pub annotation: Option<String>,
    /// An archived copy, and when it was made.
    pub archive: Option<(String, Option<PartialDate>)>,
    /// What became of it.
    pub standing: Standing,
}

/// What became of a resource, as far as a citation says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// It can be visited, as far as known.
    #[default]
    Live,
    /// It is gone.
    Dead,
    /// Its address shows something else now.
    Deviated,
    /// Its address is for sale or in other hands.
    Usurped,
    /// Its address does harm.
    Unfit,
}

impl Citation {
    /// How long it runs, as a clock shows it: `12:05`, `1:02:05`.
    fn running_time(&self) -> Option<String> {
        let (mut seconds, mut number) = (0_u64, 0_u64);
        for c in self.duration.as_deref()?.strip_prefix("PT")?.chars() {
            let unit = match c {
                'H' => 3_600,
                'M' => 60,
                'S' => 1,
                _ => {
                    number = number.checked_mul(10)?.checked_add(u64::from(c.to_digit(10)?))?;
                    continue;
                }
            };
            seconds = number.checked_mul(unit)?.checked_add(seconds)?;
            number = 0;
        }
        let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        match (hours, seconds) {
            (_, 0) => None,
            (0, _) => Some(format!("{minutes}:{rest:02}")),
            _ => Some(format!("{hours}:{minutes:02}:{rest:02}")),
        }
    }

    /// What a note says of when it appeared, where a format has no field for a bound.
    fn bound(&self) -> Option<String> {
        self.issued.and_then(When::bound).map(|bound| format!("Appeared {bound}"))
    }

    /// The part of the note that every format needs in words: its own title, archived copy, licence.
    fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        remarks.extend(self.page_title.as_ref().map(|title| format!("Calls itself: {title}")));
        if let Some((url, date)) = &self.archive {
            let date = date.map(|date| format!(" ({date})")).unwrap_or_default();
            remarks.push(format!("Archived at {url}{date}"));
        }
        if self.standing == Standing::Dead {
            remarks.push("No longer available at its address".to_owned());
        }
        remarks.extend(self.licence.as_ref().map(|licence| format!("Licence: {licence}")));
        remarks
    }
}
