//! Which links of the lists are checked, and which rule leaves the others out.
//!
//! A link that is left out stays listed and stands in the compilation; it is only not asked. Each one carries the rule
//! that did it, and rules that fit nothing are told, so that none outlives its reason. Nearest wins: a comment beside the
//! link, then the last `[[rule]]` that says `skip`, then patterns and ignore files, then what `--only-changed` knows.

use std::collections::HashSet;
use std::sync::Arc;

use regex::{RegexSet, RegexSetBuilder};
use twox_hash::XxHash3_128;

use crate::config::{Config, Rule};
use crate::model::link::{LeftOut, Target};
use crate::model::{Link, Notice, Reason};

/// Bytes all patterns together may take once they are made ready.
const MAX_PATTERNS: usize = 64 << 20;

/// One line of an ignore file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IgnoreLine {
    /// The file, as the person knows it.
    pub file: Arc<str>,
    /// 1-based.
    pub line: usize,
    /// The regular expression in it.
    pub pattern: String,
}

/// The lines of an ignore file: a regular expression each; `#` begins a comment.
pub fn ignore_lines<'t>(file: &'t str, text: &'t str) -> impl Iterator<Item = IgnoreLine> + 't {
    let file: Arc<str> = file.into();
    let lines = text.trim_start_matches('\u{FEFF}').lines().map(str::trim).enumerate();
    lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).map(move |(index, line)| IgnoreLine {
        file: Arc::clone(&file),
        line: index + 1,
        pattern: line.to_owned(),
    })
}

/// The links that the lists had at an earlier revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// What the person calls the revision.
    pub revision: String,
    /// Hashes of their addresses.
    links: HashSet<u128>,
}

impl Known {
    /// Nothing known yet of a revision.
    pub fn at(revision: impl Into<String>) -> Self {
        Known { revision: revision.into(), links: HashSet::new() }
    }

    /// Adds a link the lists had.
    pub fn add(&mut self, link: &Link) {
        self.links.insert(identity(link));
    }

    fn has(&self, link: &Link) -> bool {
        self.links.contains(&identity(link))
    }
}

/// A pattern that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SelectError {
    /// A line of an ignore file is no regular expression.
    #[error("{file}, line {line}: `{pattern}` is no regular expression: {why}")]
    Line {
        /// The file.
        file: Arc<str>,
        /// The line.
        line: usize,
        /// What stands there.
        pattern: String,
        /// What is wrong with it.
        why: String,
    },
    /// All patterns together are too much.
    #[error("the patterns of include, exclude and the ignore files are too many or too large together: {0}")]
    TooLarge(#[source] regex::Error),
}

/// The rules of one run.
pub struct Selection<'c> {
    config: &'c Config,
    include: Patterns,
    /// Those of the configuration first, those of the ignore files behind.
    exclude: Patterns,
    known: Option<Known>,
    rules_used: Vec<bool>,
    no_include: Arc<str>,
    unchanged: Arc<str>,
}

/// Patterns that are tried together.
struct Patterns {
    set: RegexSet,
    /// What each is called as the rule that left a link out.
    rules: Vec<Arc<str>>,
    /// What is said about one that fits nothing.
    idle: Vec<Notice>,
    used: Vec<bool>,
}

impl<'c> Selection<'c> {
    /// The rules of a configuration, of ignore files, and of what was listed before.
    ///
    /// # Errors
    /// When a line of an ignore file is no regular expression.
    pub fn new(config: &'c Config, lines: Vec<IgnoreLine>, known: Option<Known>) -> Result<Self, SelectError> {
        for IgnoreLine { file, line, pattern } in &lines {
            if let Err(error) = regex::Regex::new(pattern) {
                let why = error.to_string();
                let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                return Err(SelectError::Line { file: Arc::clone(file), line: *line, pattern: pattern.clone(), why });
            }
        }
        let source = config.source.as_ref().map_or_else(|| "options".to_owned(), |path| path.display().to_string());
        let idle = |key: &str, pattern: &String| {
            if let Some(name) = config.select.brought.get(pattern) {
                let message = format!("the pattern `{pattern}` matches no link; correct it or take it out");
                return Notice::about(name.as_str(), message);
            }
            let message = format!("the pattern `{pattern}` under {key} matches no link; correct it or take it out");
            Notice::about(source.as_str(), message)
        };
        let mut include = Patterns::default();
        for pattern in &config.select.include {
            include.add("".into(), idle("include", pattern));
        }
        include.set = compile(config.select.include.iter())?;
        let mut exclude = Patterns::default();
        for pattern in &config.select.exclude {
            exclude.add(format!("the pattern `{pattern}` under exclude").into(), idle("exclude", pattern));
        }
        for IgnoreLine { file, line, pattern } in &lines {
            let message = format!("the pattern `{pattern}` matches no link; correct it or take it out");
            exclude.add(format!("line {line} of {file}: `{pattern}`").into(), Notice::at(&**file, *line, message));
        }
        exclude.set = compile(config.select.exclude.iter().chain(lines.iter().map(|line| &line.pattern)))?;
        let unchanged = known
            .as_ref()
            .map_or_else(String::new, |known| format!("--only-changed {}: the lists had it already", known.revision));
        Ok(Selection {
            config,
            include,
            exclude,
            known,
            rules_used: vec![false; config.rules.len()],
            no_include: "include: none of its patterns fits".into(),
            unchanged: unchanged.into(),
        })
    }

    /// Marks a link with the rule that leaves it out, if one does.
    pub fn apply(&mut self, link: &mut Link) {
        // Every rule that fits counts as used, also where a nearer one decides.
        let excluded_by = self.exclude.first_fit(link);
        let included = self.include.rules.is_empty() || self.include.first_fit(link).is_some();
        let rule = link.url().and_then(|url| self.config.skip_rule(url));
        if let Some((place, _)) = rule {
            self.rules_used[place] = true;
        }
        if link.left_out.is_some() {
            return;
        }
        let left_out = |rule: Arc<str>| Some(LeftOut { reason: Reason::Excluded, rule });
        link.left_out = match rule.map(|(place, rule)| (place, rule, rule.skip)) {
            Some((place, rule, Some(true))) => left_out(name_of(place, rule)),
            Some((_, _, Some(false))) => None,
            _ => match excluded_by {
                Some(rule) => left_out(rule),
                None if !included => left_out(Arc::clone(&self.no_include)),
                None => self.wrong_scheme(link).and_then(left_out),
            },
        };
        if link.left_out.is_none() && self.known.as_ref().is_some_and(|known| known.has(link)) {
            link.left_out = Some(LeftOut { reason: Reason::Unchanged, rule: Arc::clone(&self.unchanged) });
        }
    }

    fn wrong_scheme(&self, link: &Link) -> Option<Arc<str>> {
        let scheme = link.url()?.scheme();
        let listed = self.config.select.schemes.contains(&scheme);
        (!listed).then(|| format!("schemes: `{scheme}` is none of them").into())
    }

    /// What is to be said about rules that fitted no link.
    pub fn idle(&self) -> Vec<Notice> {
        let mut idle: Vec<Notice> = Vec::new();
        for patterns in [&self.include, &self.exclude] {
            let unused = patterns.idle.iter().zip(&patterns.used).filter(|(_, used)| !**used);
            idle.extend(unused.map(|(notice, _)| notice.clone()));
        }
        let source = self.config.source.as_ref().map_or_else(String::new, |path| path.display().to_string());
        for (place, rule) in self.config.rules.iter().enumerate() {
            if rule.skip.is_some() && !self.rules_used[place] {
                let message = format!("{} matches no link; correct it or take it out", name_of(place, rule));
                idle.push(Notice::about(source.as_str(), message));
            }
        }
        idle
    }

    /// Whether anything can be left out at all.
    pub fn is_idle(&self) -> bool {
        self.include.rules.is_empty()
            && self.exclude.rules.is_empty()
            && self.known.is_none()
            && self.config.rules.iter().all(|rule| rule.skip.is_none())
            && self.config.select == crate::config::Select::default()
    }

    /// Adds the rules to a digest: equal digests promise that the same links are left out.
    pub fn add_to(&self, digest: &mut XxHash3_128) {
        let select = &self.config.select;
        let mut add = |text: &str| {
            digest.write(text.as_bytes());
            digest.write(&[0xFF]);
        };
        for pattern in self.include.set.patterns().iter().chain(self.exclude.set.patterns()) {
            add(pattern);
        }
        for name in self.exclude.rules.iter().map(|rule| &**rule).chain(select.schemes.iter().copied()) {
            add(name);
        }
        for (place, rule) in self.config.rules.iter().enumerate().filter(|(_, rule)| rule.skip.is_some()) {
            add(&name_of(place, rule));
            add(if rule.skip == Some(true) { "skip" } else { "ask" });
        }
        if let Some(known) = &self.known {
            add(&self.unchanged);
            // The order of a set is none; a sum has no order either.
            let sum = known.links.iter().fold(0_u128, |sum, link| sum.wrapping_add(*link));
            digest.write(&sum.to_le_bytes());
        }
    }
}

impl Default for Patterns {
    fn default() -> Self {
        Patterns { set: RegexSet::empty(), rules: Vec::new(), idle: Vec::new(), used: Vec::new() }
    }
}

impl Patterns {
    fn add(&mut self, rule: Arc<str>, idle: Notice) {
        self.rules.push(rule);
        self.idle.push(idle);
        self.used.push(false);
    }

    /// The first pattern that fits the address or the way it is written; all that fit count as used.
    fn first_fit(&mut self, link: &Link) -> Option<Arc<str>> {
        if self.rules.is_empty() {
            return None;
        }
        let mut first = None;
        let resolved = link.url().map(url::Url::as_str);
        for text in resolved.into_iter().chain(Some(link.href.as_str()).filter(|href| Some(*href) != resolved)) {
            for place in self.set.matches(text).iter() {
                self.used[place] = true;
                first = Some(first.map_or(place, |first: usize| first.min(place)));
            }
        }
        first.map(|place| Arc::clone(&self.rules[place]))
    }
}

fn compile<'p>(patterns: impl Iterator<Item = &'p String>) -> Result<RegexSet, SelectError> {
    let set = RegexSetBuilder::new(patterns).size_limit(MAX_PATTERNS).build();
    set.map_err(SelectError::TooLarge)
}

/// A `[[rule]]` in words.
fn name_of(place: usize, rule: &Rule) -> Arc<str> {
    let about: Vec<String> = [("host", &rule.host), ("url", &rule.url)]
        .into_iter()
        .filter_map(|(key, value)| Some(format!("{key} `{}`", value.as_ref()?)))
        .collect();
    let because = rule.because.as_ref().map_or_else(String::new, |because| format!(": {because}"));
    format!("[[rule]] {} ({}){because}", place + 1, about.join(", ")).into()
}

/// What makes a link the same link: where it leads, fragment and all.
fn identity(link: &Link) -> u128 {
    let text = match &link.target {
        Target::Valid(url) => url.as_str(),
        Target::Invalid(_) => &link.href,
    };
    XxHash3_128::oneshot(text.as_bytes())
}

#[cfg(test)]
mod tests;
