//! What the facts about one link mean.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::anchor::Anchor;
use super::memento::{Memento, TitleMatch};
use super::reason::{Reason, StrikeClass};
use super::state::State;

/// How sure a verdict is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// About one in two.
    Low,
    /// About seven in ten.
    Medium,
    /// About nine in ten.
    High,
    /// As good as proven.
    Certain,
}

impl Confidence {
    /// Every degree, the surest first.
    pub const ALL: [Confidence; 4] = [Confidence::Certain, Confidence::High, Confidence::Medium, Confidence::Low];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
            Confidence::Certain => "certain",
        }
    }

    /// One step surer.
    #[must_use]
    pub const fn surer(self) -> Confidence {
        match self {
            Confidence::Low => Confidence::Medium,
            Confidence::Medium => Confidence::High,
            Confidence::High | Confidence::Certain => Confidence::Certain,
        }
    }

    /// One step less sure.
    #[must_use]
    pub const fn less_sure(self) -> Confidence {
        match self {
            Confidence::Certain => Confidence::High,
            Confidence::High => Confidence::Medium,
            Confidence::Medium | Confidence::Low => Confidence::Low,
        }
    }

    /// Reads a stable name back.
    pub fn parse(name: &str) -> Option<Confidence> {
        Confidence::ALL.into_iter().find(|confidence| confidence.as_str() == name)
    }
}

impl std::fmt::Display for Confidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// Something true beside the verdict that never changes the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Note {
    /// The page came over plain http.
    InsecureHttp,
    /// More than three redirects on the way.
    LongChain,
    /// Reached through redirects the server calls temporary.
    TemporaryRedirect,
    /// A secure address redirects to an insecure one.
    HttpsDowngrade,
    /// The answer took longer than five seconds.
    Slow,
    /// The page says readers must pay.
    Paywalled,
    /// The repository is archived by its owner.
    ArchivedRepo,
    /// The documentation calls itself outdated.
    OutdatedDocs,
    /// The paper was withdrawn but keeps its page.
    Withdrawn,
    /// Only the beginning of the body was read.
    TruncatedBody,
    /// The list shows an archived copy of what is dead: it is settled, and fails no run.
    ArchivedInList,
}

impl Note {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Note::InsecureHttp => "insecure-http",
            Note::LongChain => "long-chain",
            Note::TemporaryRedirect => "temporary-redirect",
            Note::HttpsDowngrade => "https-downgrade",
            Note::Slow => "slow",
            Note::Paywalled => "paywalled",
            Note::ArchivedRepo => "archived-repo",
            Note::OutdatedDocs => "outdated-docs",
            Note::Withdrawn => "withdrawn",
            Note::TruncatedBody => "truncated-body",
            Note::ArchivedInList => "archived-in-list",
        }
    }
}

/// The kinds of replacement a finding can come with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SuggestionKind {
    /// Where the server says the resource lives now.
    Redirect,
    /// An archived copy.
    Archive,
    /// A repaired form of the address as written.
    Repair,
}

impl SuggestionKind {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            SuggestionKind::Redirect => "redirect",
            SuggestionKind::Archive => "archive",
            SuggestionKind::Repair => "repair",
        }
    }
}

/// An address that could replace the listed one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Where it comes from.
    pub kind: SuggestionKind,
    /// The replacement.
    pub url: String,
    /// For an archived copy: when it was made, and whether it carries the title last seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<Copied>,
}

/// What is known of an archived copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copied {
    /// When it was made.
    pub at: Timestamp,
    /// Whether it carries the title the resource was last seen with.
    pub title: TitleMatch,
}

impl Suggestion {
    /// A replacement about which nothing more is known.
    pub fn new(kind: SuggestionKind, url: impl Into<String>) -> Self {
        Suggestion { kind, url: url.into(), copy: None }
    }
}

impl From<Memento> for Suggestion {
    fn from(memento: Memento) -> Self {
        let Memento { url, captured, title } = memento;
        Suggestion { kind: SuggestionKind::Archive, url, copy: Some(Copied { at: captured, title }) }
    }
}

/// The verdict on one link, with the smallest facts that justify it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// The verdict.
    pub state: State,
    /// The rule that decided.
    pub reason: Reason,
    /// How many failing runs it takes, where the facts call for another class than the reason's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<StrikeClass>,
    /// Further reasons that would have spoken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Reason>,
    /// How sure it is.
    pub confidence: Confidence,
    /// Side notes that never change the state.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// One sentence of facts a reviewer can check: what was seen, where.
    pub evidence: String,
    /// Id of the marker or lexicon row that fired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
    /// What became of the fragment, when the link has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
    /// What could replace the link.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<Suggestion>,
}

impl Assessment {
    /// A verdict by one reason, with the state and confidence the catalogue gives it.
    pub fn new(reason: Reason, evidence: impl Into<String>) -> Self {
        Assessment {
            state: reason.state(),
            reason,
            class: None,
            also: Vec::new(),
            confidence: reason.confidence(),
            notes: Vec::new(),
            evidence: evidence.into(),
            marker: None,
            anchor: None,
            suggestions: Vec::new(),
        }
    }

    /// How many failing runs it takes: what the facts call for, else what the catalogue says of the reason.
    pub fn strike_class(&self) -> StrikeClass {
        self.class.unwrap_or_else(|| self.reason.strike_class())
    }

    /// The same verdict, with the class its facts call for.
    #[must_use]
    pub fn with_class(mut self, class: StrikeClass) -> Self {
        self.class = Some(class).filter(|class| *class != self.reason.strike_class());
        self
    }

    /// The same verdict, more or less sure.
    #[must_use]
    pub fn with_confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// The same verdict with a replacement address.
    #[must_use]
    pub fn with_suggestion(mut self, kind: SuggestionKind, url: impl Into<String>) -> Self {
        self.suggestions.push(Suggestion::new(kind, url));
        self
    }
}
