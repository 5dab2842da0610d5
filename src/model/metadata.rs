//! What a resource is, with the provenance of every field.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Serialize};

/// A harvested value and where it comes from; reads like a [`Found`].
///
/// It takes up no more than an address: of the many fields a record can have, most are absent in most records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Field<T>(Box<Found<T>>);

/// What stands in a [`Field`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found<T> {
    /// The value after clean-up.
    pub value: T,
    /// The source it was taken from, such as `json-ld` or `og:title`.
    pub source: String,
    /// The text as it stood there, when clean-up changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
}

impl<T> Field<T> {
    /// A value as it stood in its source.
    pub fn new(value: T, source: impl Into<String>) -> Self {
        Field(Box::new(Found { value, source: source.into(), raw: None }))
    }

    /// The same with the text as it stood there, where clean-up changed it.
    #[must_use]
    pub fn with_raw(mut self, raw: Option<String>) -> Self {
        self.0.raw = raw;
        self
    }

    /// The value alone.
    pub fn into_value(self) -> T {
        self.0.value
    }
}

impl<T> Deref for Field<T> {
    type Target = Found<T>;

    fn deref(&self) -> &Found<T> {
        &self.0
    }
}

impl<T> DerefMut for Field<T> {
    fn deref_mut(&mut self) -> &mut Found<T> {
        &mut self.0
    }
}

/// A person or an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Name {
    /// A person whose name parts are known.
    Person {
        /// Family name, behind it what tells generations apart: `Doe Jr.`.
        family: String,
        /// Given names.
        given: String,
    },
    /// An organisation, or a person whose name is known as one text.
    Literal {
        /// The whole name.
        literal: String,
    },
}

impl Name {
    /// The name as one reads it: given name first.
    pub fn display(&self) -> String {
        match self {
            Name::Person { family, given } if given.is_empty() => family.clone(),
            Name::Person { family, given } => format!("{given} {family}"),
            Name::Literal { literal } => literal.clone(),
        }
    }
}

/// A family name without what tells generations apart behind it, and that: `Doe` and `Jr.` of `Doe Jr.`.
pub fn generation(family: &str) -> (&str, Option<&str>) {
    match family.rsplit_once(' ') {
        Some((name, last)) if is_generation(last) => (name.trim_end(), Some(last)),
        _ => (family, None),
    }
}

/// Whether a word stands behind a family name and is no given name.
pub fn is_generation(word: &str) -> bool {
    let word = word.trim_end_matches('.');
    ["jr", "sr", "ii", "iii", "iv"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// The bibliographic record of a resource. Every field may be absent; none is ever invented.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Metadata {
    /// Title without the site's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Field<String>>,
    /// Who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authors: Option<Field<Vec<Name>>>,
    /// Whether there are more authors than are named.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub more_authors: bool,
    /// Who edited it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub editors: Option<Field<Vec<Name>>>,
    /// The site it stands on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site_name: Option<Field<String>>,
    /// Who publishes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<Field<String>>,
    /// Publication date: `2024`, `2024-05` or `2024-05-01`, as precise as known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Field<String>>,
    /// Date of the last change, in the same form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<Field<String>>,
    /// BCP 47 tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Field<String>>,
    /// Abstract or description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Field<String>>,
    /// CSL type, such as `webpage` or `article-journal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Field<String>>,
    /// Licence in normal form, such as `CC BY-SA 4.0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<Field<String>>,
    /// DOI without resolver.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doi: Option<Field<String>>,
    /// ISBN with a valid check digit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub isbn: Option<Field<String>>,
    /// ISSN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issn: Option<Field<String>>,
    /// arXiv identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arxiv: Option<Field<String>>,
    /// The address the page calls its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical_url: Option<Field<String>>,
    /// A picture that stands for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Field<String>>,
    /// Keywords.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keywords: Option<Field<Vec<String>>>,
    /// The journal or book it is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<Field<String>>,
    /// The series it is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<Field<String>>,
    /// Which edition it is: `2`, `Second edition`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<Field<String>>,
    /// Where it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Field<String>>,
    /// Volume.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume: Option<Field<String>>,
    /// Issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue: Option<Field<String>>,
    /// Page range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<Field<String>>,
    /// Running time, ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<Field<String>>,
    /// Number of pages of a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_count: Option<Field<u32>>,
}
