//! A folder of files as a site: which file an address means, and which places it has.
//!
//! Addresses are those of a web server whose root is the folder: `file:///guide/start#install`. What such a server, or a
//! page of a code forge, would show for an address is looked for on the disk; nothing beyond the folder is ever opened,
//! whatever `..` or a symbolic link says.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use percent_encoding::percent_decode_str;
use url::Url;

use crate::model::anchor::Anchor;
use crate::model::{Assessment, Confidence, Reason};
use crate::seed::{Anchors, Document, Place};

/// Files a folder shows for itself, the first that exists.
const INDEXES: &[&str] = &[
    "index.html",
    "index.htm",
    "index.md",
    "README.md",
    "readme.md",
    "Readme.md",
    "_index.md",
    "README.adoc",
    "index.adoc",
    "README.org",
    "index.org",
];

/// Endings that a pretty address leaves out.
const ENDINGS: &[&str] = &["html", "htm", "md", "markdown", "mdx", "adoc", "org"];

/// The largest file that is searched for places.
const MAX_FILE: u64 = 16 << 20;

/// Names in a folder that are compared with a missing one at most, and how often that is done in one run.
const MAX_NAMES: usize = 5_000;
const MAX_GUESSES: usize = 500;

/// Symbolic links that are followed on the way to one file, as a system does.
const MAX_LINKS: usize = 40;

/// A folder whose files link to each other.
#[derive(Clone, Debug)]
pub struct Site {
    root: PathBuf,
    /// Guesses at what a missing file was meant to be.
    guesses: Cell<usize>,
}

/// The verdict on an address of a site.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// On the file as a whole.
    pub whole: Assessment,
    /// On the places in it that were asked for: fragment without `#`, verdict.
    pub places: Vec<(String, Assessment)>,
}

/// What an address means on the disk.
enum Found {
    File(PathBuf),
    /// A folder without a page of its own.
    Folder(PathBuf),
    Outside,
    Nothing,
}

impl Site {
    /// The site below a folder.
    ///
    /// # Errors
    /// When there is no such folder.
    pub fn open(root: &Path) -> io::Result<Self> {
        let root = fs::canonicalize(root)?;
        if root.is_dir() { Ok(Site { root, guesses: Cell::new(0) }) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    /// The address of a file in the site; `None` for a file elsewhere.
    pub fn address(&self, file: &Path) -> Option<Url> {
        let file = fs::canonicalize(file).ok()?;
        let below = file.strip_prefix(&self.root).ok()?;
        let mut url = Url::parse("file:///").ok()?;
        let names: Option<Vec<&str>> = below
            .components()
            .map(|part| match part {
                Component::Normal(name) => name.to_str(),
                _ => None,
            })
            .collect();
        url.path_segments_mut().ok()?.clear().extend(names?);
        Some(url)
    }

    /// Looks for what an address means, and for the places in it.
    pub fn check(&self, address: &Url, fragments: &[String]) -> Verdict {
        let path = percent_decode_str(address.path()).decode_utf8_lossy();
        let shown = shown_address(address);
        let (whole, file) = match self.find(address) {
            Found::File(file) => {
                let name = self.shown(&file);
                let what = if name == shown { String::new() } else { format!(" for `{}`", self.or_root(&shown)) };
                (Assessment::new(Reason::OkFile, format!("the file {name} is there{what}")), Some(file))
            }
            Found::Folder(folder) => {
                let evidence = format!("the folder {} is there, without a page of its own", self.shown(&folder));
                (Assessment::new(Reason::OkFile, evidence), None)
            }
            Found::Outside => {
                let evidence =
                    format!("{} is a symbolic link that leads out of the site's folder", self.or_root(&shown));
                (Assessment::new(Reason::FileOutside, evidence), None)
            }
            Found::Nothing => {
                let near = self
                    .near(&path)
                    .filter(|near| *near != shown)
                    .map_or_else(String::new, |near| format!("; did you mean {near}?"));
                (Assessment::new(Reason::FileMissing, format!("there is no file {}{near}", self.or_root(&shown))), None)
            }
        };
        let anchors = if fragments.is_empty() { None } else { file.as_deref().and_then(|file| self.anchors(file)) };
        let places = fragments.iter().map(|fragment| (fragment.clone(), place(&whole, anchors.as_ref(), fragment)));
        Verdict { places: places.collect(), whole }
    }

    /// What makes two ways to write a file's address one: without ending, index names and the slash at the end.
    pub fn stem(path: &str) -> String {
        let path = percent_decode_str(path).decode_utf8_lossy();
        let path = path.trim_matches('/');
        let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
        let stem = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)?.strip_suffix('.')).unwrap_or(name);
        let is_index = ["index", "readme", "_index"].iter().any(|index| stem.eq_ignore_ascii_case(index));
        match (folder, is_index) {
            (_, true) => folder.to_owned(),
            ("", false) => stem.to_owned(),
            (_, false) => format!("{folder}/{stem}"),
        }
    }

    /// The path of a file from the root, where it is or was; `None` beyond it.
    pub fn below(&self, file: &Path) -> Option<String> {
        Some(file.strip_prefix(&self.root).ok()?.to_string_lossy().replace('\\', "/"))
    }

    /// Everything an address leads through on the disk, to the file that answers it or answered it while it was there:
    /// symbolic links, what they lead to, and the end of each way.
    pub fn ways(&self, address: &Url) -> Vec<PathBuf> {
        let Some(path) = self.path(address) else { return Vec::new() };
        let mut ways = Vec::new();
        follow(&path, &mut ways);
        if let Found::File(file) = self.find(address) {
            follow(&file, &mut ways);
        }
        // A link whose end is missing is no file any more, and still says what it led to.
        for candidate in candidates(&path).into_iter().filter(|candidate| candidate.is_symlink()) {
            follow(&candidate, &mut ways);
        }
        ways.retain(|way| way.starts_with(&self.root));
        ways
    }

    /// The path that an address names, whether something is there or not.
    fn path(&self, address: &Url) -> Option<PathBuf> {
        let mut path = self.root.clone();
        for part in address.path_segments().into_iter().flatten() {
            let part = percent_decode_str(part).decode_utf8_lossy();
            // A name that is more than one name leads nowhere, whatever it says.
            if part.contains(['/', '\\', '\0']) || part == ".." {
                return None;
            }
            if !part.is_empty() && part != "." {
                path.push(&*part);
            }
        }
        Some(path)
    }

    /// The file, or what would be shown in its place.
    fn find(&self, address: &Url) -> Found {
        let Some(path) = self.path(address) else { return Found::Nothing };
        let is_folder = address.path().ends_with('/');
        if let Some(found) = self.at(&path, is_folder) {
            return found;
        }
        let found = candidates(&path).iter().find_map(|path| self.at(path, false));
        found.unwrap_or(Found::Nothing)
    }

    /// What stands at a path, followed to where it is.
    fn at(&self, path: &Path, is_folder: bool) -> Option<Found> {
        let real = fs::canonicalize(path).ok()?;
        if !real.starts_with(&self.root) {
            return Some(Found::Outside);
        }
        let kind = fs::metadata(&real).ok()?;
        if kind.is_dir() {
            let pages = INDEXES.iter().map(|name| real.join(name));
            let page = pages.filter(|page| page.is_file()).find_map(|page| self.at(&page, false));
            return Some(page.unwrap_or(Found::Folder(path.to_path_buf())));
        }
        (kind.is_file() && !is_folder).then(|| Found::File(path.to_path_buf()))
    }

    fn anchors(&self, file: &Path) -> Option<Anchors> {
        let real = fs::canonicalize(file).ok().filter(|real| real.starts_with(&self.root) && real.is_file())?;
        let mut bytes = Vec::new();
        File::open(real).ok()?.take(MAX_FILE + 1).read_to_end(&mut bytes).ok()?;
        if bytes.len() as u64 > MAX_FILE {
            return None;
        }
        let name = file.to_string_lossy();
        Anchors::of(&Document { name: &name, bytes: &bytes, ..Document::default() })
    }

    /// A path as a person sees it: from the root, with forward slashes.
    fn shown(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.root).unwrap_or(path);
        let names: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        self.or_root(&names.join("/")).to_owned()
    }

    fn or_root<'s>(&self, shown: &'s str) -> &'s str {
        if shown.is_empty() { "/" } else { shown }
    }

    /// A file or folder whose path is much like the one that is missing, folder by folder: a name in the wrong case is found
    /// on one machine and missing on the next.
    fn near(&self, shown: &str) -> Option<String> {
        let mut place = self.root.clone();
        let mut names: Vec<String> = Vec::new();
        for name in shown.split('/').filter(|name| !name.is_empty()) {
            let place_of = |name: &str| {
                let real = fs::canonicalize(place.join(name)).ok()?;
                real.starts_with(&self.root).then_some(real)
            };
            if name == ".." {
                return None;
            }
            let (name, next) = match place_of(name) {
                Some(next) => (name.to_owned(), next),
                None => {
                    let likely = self.likely(&place, name)?;
                    let next = place_of(&likely)?;
                    (likely, next)
                }
            };
            names.push(name);
            place = next;
        }
        Some(names.join("/")).filter(|near| !near.is_empty())
    }

    /// The name in a folder that is most like one that is not there.
    fn likely(&self, folder: &Path, name: &str) -> Option<String> {
        self.guesses.set(self.guesses.get() + 1);
        if self.guesses.get() > MAX_GUESSES {
            return None;
        }
        let names =
            fs::read_dir(folder).ok()?.take(MAX_NAMES).filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut likely: Vec<(f64, String)> =
            names.map(|other| (strsim::jaro_winkler(&name.to_lowercase(), &other.to_lowercase()), other)).collect();
        likely.sort_by(|(one, name), (other, another)| other.total_cmp(one).then_with(|| name.cmp(another)));
        let (likeness, best) = likely.into_iter().next()?;
        (likeness > 0.88).then_some(best)
    }
}

/// An address as a person reads it; a name that would be more than one name stays as it is written.
fn shown_address(address: &Url) -> String {
    let names = address.path_segments().into_iter().flatten().map(|name| {
        let read = percent_decode_str(name).decode_utf8_lossy();
        if read.contains(['/', '\\']) { name.to_owned() } else { read.into_owned() }
    });
    names.collect::<Vec<_>>().join("/").trim_start_matches('/').to_owned()
}

/// The files that answer for a path where nothing is: pretty addresses, `/guide` and `/guide/` for `guide.html`, and pages
/// that are still to be made of Markdown.
fn candidates(path: &Path) -> Vec<PathBuf> {
    let with = |ending: &&str| {
        let mut name = path.file_name().map(ToOwned::to_owned).unwrap_or_default();
        name.push(".");
        name.push(ending);
        path.with_file_name(name)
    };
    let mut candidates: Vec<PathBuf> = ENDINGS.iter().map(with).collect();
    if path.extension().is_some_and(|ending| ending == "html" || ending == "htm") {
        candidates.extend(["md", "markdown", "mdx", "adoc", "org"].map(|ending| path.with_extension(ending)));
        if path.file_stem().is_some_and(|stem| stem == "index") {
            candidates.extend(["README.md", "readme.md", "_index.md"].map(|name| path.with_file_name(name)));
        }
    }
    candidates
}

/// Adds the symbolic links on the way along a path, and where it ends; what is not there is taken as it is written.
fn follow(path: &Path, ways: &mut Vec<PathBuf>) {
    let mut left: Vec<PathBuf> = path.components().rev().map(|part| PathBuf::from(part.as_os_str())).collect();
    let mut at = PathBuf::new();
    let mut links = 0;
    while let Some(part) = left.pop() {
        if part.as_os_str() == ".." {
            at.pop();
            continue;
        }
        at.push(&part);
        let Ok(target) = fs::read_link(&at) else { continue };
        links += 1;
        if links > MAX_LINKS {
            return;
        }
        ways.push(at.clone());
        at.pop();
        left.extend(target.components().rev().map(|part| PathBuf::from(part.as_os_str())));
    }
    ways.push(at);
}

/// The verdict on one place of a file.
fn place(whole: &Assessment, anchors: Option<&Anchors>, fragment: &str) -> Assessment {
    if whole.reason != Reason::OkFile {
        return whole.clone();
    }
    let name = percent_decode_str(fragment.split(":~:").next().unwrap_or_default()).decode_utf8_lossy();
    let found = match anchors {
        _ if name.is_empty() || name.eq_ignore_ascii_case("top") => Anchor::Found,
        None => Anchor::Unverifiable,
        Some(anchors) => match anchors.place(&name) {
            Place::Found => Anchor::Found,
            Place::Unsure => Anchor::Unverifiable,
            Place::Missing => Anchor::Missing,
        },
    };
    if found != Anchor::Missing {
        return Assessment { anchor: Some(found), ..whole.clone() };
    }
    let names = anchors.map(Anchors::names).into_iter().flatten();
    let nearest = names
        .map(|known| (strsim::jaro_winkler(&name.to_lowercase(), known), known))
        .filter(|(likeness, _)| *likeness > 0.85)
        .max_by(|(one, name), (other, another)| one.total_cmp(other).then_with(|| another.cmp(name)));
    let near = nearest.map_or_else(String::new, |(_, near)| format!("; did you mean #{near}?"));
    let evidence = format!("{}, but nothing in it is called #{name}{near}", whole.evidence);
    let verdict = Assessment::new(Reason::AnchorMissing, evidence).with_confidence(Confidence::High);
    Assessment { anchor: Some(Anchor::Missing), ..verdict }
}

#[cfg(test)]
mod tests;
