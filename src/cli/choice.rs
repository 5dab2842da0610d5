//! Which links of the lists are checked: flags, ignore files, the revision compared with, and the site the files make.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::ValueHint;
use twox_hash::XxHash3_128;
use url::Url;

use super::changed;
use super::context::Context;
use super::error::CliError;
use super::seeds::Source;
use crate::config::{Config, Flag};
use crate::model::{Link, Notice};
use crate::seed::{self, Document, Reading, SeedError};
use crate::select::{self, IgnoreLine, Selection};
use crate::site::Site;

/// Files that say which links are not checked, read beside the configuration and where the person stands.
const IGNORE_FILES: [&str; 2] = [".perennialignore", ".lycheeignore"];

/// Bytes of an ignore file at most.
const MAX_IGNORE_FILE: u64 = 1 << 20;

/// Flags that choose.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Which links are checked")]
pub struct Choice {
    /// Check only links that match a regular expression; can be given more than once
    #[arg(long, value_name = "REGEX")]
    pub include: Vec<String>,
    /// Leave out links that match a regular expression; can be given more than once
    #[arg(long, value_name = "REGEX")]
    pub exclude: Vec<String>,
    /// Schemes to check, separated by commas: http, https, file
    #[arg(long, value_name = "SCHEMES", value_delimiter = ',')]
    pub scheme: Vec<String>,
    /// Check only links added to the lists since a git revision, such as origin/main
    #[arg(long, value_name = "REVISION")]
    pub only_changed: Option<String>,
    /// Also check links between files, as a site with this root folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub root: Option<String>,
}

impl Choice {
    /// The settings they make.
    pub fn flags(&self) -> Vec<Flag> {
        let many = [
            ("select.include", "--include", self.include.clone()),
            ("select.exclude", "--exclude", self.exclude.clone()),
            ("select.schemes", "--scheme", self.scheme.clone()),
            ("files.root", "--root", self.root.iter().cloned().collect()),
        ];
        let given = many.into_iter().filter(|(.., values)| !values.is_empty());
        given.map(|(key, name, values)| Flag { key, name, values }).collect()
    }
}

/// What was chosen, ready to be applied to the pages.
pub struct Chosen<'c> {
    selection: Selection<'c>,
    site: Option<Site>,
}

impl<'c> Chosen<'c> {
    /// Everything that decides which links of these pages are checked.
    ///
    /// # Errors
    /// When an ignore file, the root or the revision cannot be used.
    pub fn new(
        config: &'c Config,
        only_changed: Option<&str>,
        sources: &[Source],
        context: &Context,
    ) -> Result<Self, CliError> {
        let here = &context.environment.folder;
        let site = match &config.files.root {
            Some(root) => Some(open_site(&here.join(root), root)?),
            None => None,
        };
        let known = match only_changed {
            Some(revision) => Some(changed::known_at(revision, sources, config.network.max_seed_body, site.as_ref())?),
            None => None,
        };
        let selection = Selection::new(config, ignore_lines(config, here)?, known).map_err(|error| {
            CliError::usage(error.to_string())
                .help("an ignore file holds a regular expression a line; `#` begins a comment")
        })?;
        Ok(Chosen { selection, site })
    }

    /// Reads a page and hands over its links, each with the rule that leaves it out, if one does.
    ///
    /// # Errors
    /// When the page cannot be read as a list.
    pub fn read(
        &mut self,
        source: &Source,
        document: Document<'_>,
        emit: &mut dyn FnMut(Link),
    ) -> Result<Reading, SeedError> {
        let place = self.place(source);
        seed::read(&Document { site: place.as_ref(), ..document }, &mut |mut link| {
            self.selection.apply(&mut link);
            emit(link);
        })
    }

    /// Marks a link with the rule that leaves it out, if one does.
    pub fn apply(&mut self, link: &mut Link) {
        self.selection.apply(link);
    }

    /// What is to be said about rules that fitted no link of all that were read.
    pub fn idle(&self) -> Vec<Notice> {
        self.selection.idle()
    }

    /// The site, where links between files are checked.
    pub fn site(&self) -> Option<&Site> {
        self.site.as_ref()
    }

    /// Adds what decides about the links of a page to a digest.
    pub fn add_to(&self, source: &Source, digest: &mut XxHash3_128) {
        if let Some(place) = self.place(source) {
            digest.write(place.as_str().as_bytes());
        }
    }

    /// Adds the rules to a digest.
    pub fn add_rules_to(&self, digest: &mut XxHash3_128) {
        if !self.selection.is_idle() {
            self.selection.add_to(digest);
        }
    }

    fn place(&self, source: &Source) -> Option<Url> {
        place(self.site.as_ref(), source)
    }
}

/// The place of a page in a site; only files have one.
pub fn place(site: Option<&Site>, source: &Source) -> Option<Url> {
    match source {
        Source::File { path, .. } => site?.address(path),
        Source::Stdin | Source::Page(_) => None,
    }
}

/// The site with a root that a person named.
///
/// # Errors
/// When there is no such folder.
pub fn open_site(path: &Path, root: &Path) -> Result<Site, CliError> {
    Site::open(path).map_err(|error| {
        CliError::usage(format!("the root `{}` cannot be used", root.display()))
            .because(error)
            .help("name the folder that links between files start from, such as `--root docs`")
    })
}

/// The lines of the ignore files there are.
fn ignore_lines(config: &Config, here: &Path) -> Result<Vec<IgnoreLine>, CliError> {
    let beside = config.source.as_deref().and_then(Path::parent).map(|folder| here.join(folder));
    let mut folders: Vec<PathBuf> = beside.into_iter().collect();
    if !folders.iter().any(|folder| folder == here) {
        folders.push(here.to_path_buf());
    }
    let mut lines = Vec::new();
    for folder in folders {
        for name in IGNORE_FILES {
            let path = folder.join(name);
            let shown = path.strip_prefix(here).unwrap_or(&path).display().to_string();
            let Some(text) = read_ignore_file(&path, &shown)? else { continue };
            lines.extend(select::ignore_lines(&shown, &text));
        }
    }
    Ok(lines)
}

fn read_ignore_file(path: &Path, shown: &str) -> Result<Option<String>, CliError> {
    let unusable = |error: Box<dyn std::error::Error + Send + Sync>| {
        CliError::usage(format!("cannot read {shown}"))
            .because(error)
            .help("it should be a text with a regular expression a line, or not be there")
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(error.into())),
    };
    let mut text = String::new();
    match file.take(MAX_IGNORE_FILE + 1).read_to_string(&mut text) {
        Ok(length) if length as u64 > MAX_IGNORE_FILE => Err(unusable("it is larger than 1 MiB".into())),
        Ok(_) => Ok(Some(text)),
        Err(error) => Err(unusable(error.into())),
    }
}
