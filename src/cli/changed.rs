//! `--only-changed`: the links that the lists had at a git revision. git itself is asked, as a process of its own.

use std::collections::{HashMap, HashSet};
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use url::Url;

use super::choice::place;
use super::error::CliError;
use super::seeds::{self, Source};
use crate::report::escape;
use crate::seed::{self, Document};
use crate::select::Known;
use crate::site::Site;

/// The links of the pages as they were where the work since a revision began.
///
/// # Errors
/// When git, the repository or the revision cannot be had, or a page is no file of a repository.
pub fn known_at(revision: &str, sources: &[Source], max_bytes: u64, site: Option<&Site>) -> Result<Known, CliError> {
    if revision.is_empty() || revision.starts_with('-') {
        return Err(CliError::usage(format!("`{revision}` is no git revision"))
            .help("name a branch, a tag or a commit, such as `--only-changed origin/main`"));
    }
    let mut was = Was { known: Known::at(revision), site, changed: HashSet::new(), gone: HashSet::new() };
    let mut repositories: HashMap<PathBuf, Repository> = HashMap::new();
    for source in sources {
        let Source::File { name, path, .. } = source else {
            return Err(CliError::usage(format!("--only-changed cannot tell what changed in `{}`", source.name()))
                .help("it compares files of a git repository; leave out live pages and standard input"));
        };
        let path = std::fs::canonicalize(path)
            .map_err(|error| CliError::usage(format!("cannot read the seed `{name}`")).because(error))?;
        let top = top_of(&path, name)?;
        let repository = match repositories.entry(top.clone()) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let repository = entry.insert(Repository::open(top, revision)?);
                for path in &repository.gone {
                    was.remove(&repository.top, path);
                }
                was.changed.extend(repository.changed.iter().map(|path| repository.top.join(path)));
                repository
            }
        };
        let below = path.strip_prefix(&repository.top).unwrap_or(&path);
        if let Some(bytes) = repository.earlier(below, max_bytes)? {
            was.learn(name, &bytes, place(site, source).as_ref());
        }
    }
    for repository in repositories.values_mut() {
        for path in std::mem::take(&mut repository.gone).into_iter().filter(|path| seeds::has_seed_ending(path)) {
            if let Some(bytes) = repository.earlier(&path, max_bytes)? {
                was.learn(&path.to_string_lossy(), &bytes, None);
            }
        }
    }
    Ok(was.known)
}

/// What the pages were.
struct Was<'s> {
    known: Known,
    site: Option<&'s Site>,
    /// Files that are new or no longer what they were, and folders that went with their last file: what leads to them may
    /// be broken now, however old.
    changed: HashSet<PathBuf>,
    /// Stems of the files of the site that are there no more: another file may answer for them now.
    gone: HashSet<String>,
}

impl Was<'_> {
    /// Takes note of a file that is there no more.
    fn remove(&mut self, top: &Path, path: &Path) {
        let path = top.join(path);
        self.gone.extend(self.site.and_then(|site| site.below(&path)).map(|below| Site::stem(&below)));
        let folders = path.ancestors().skip(1).take_while(|folder| *folder != top && !folder.is_dir());
        self.changed.extend(folders.map(Path::to_path_buf));
        self.changed.insert(path);
    }

    /// Adds the links of a page as it was. What could not be read as a list then had none.
    fn learn(&mut self, name: &str, bytes: &[u8], site: Option<&Url>) {
        let document = Document { name, bytes, site, ..Document::default() };
        let _ = seed::read(&document, &mut |link| {
            // A link that a comment left out was never vouched for: without the comment it is as good as new.
            if link.left_out.is_none() && !link.url().is_some_and(|url| self.leads_to_changed(url)) {
                self.known.add(&link);
            }
        });
    }

    /// Whether an address of the site leads to, or through, something that changed.
    fn leads_to_changed(&self, address: &Url) -> bool {
        let Some(site) = self.site.filter(|_| address.scheme() == "file") else { return false };
        if self.gone.contains(&Site::stem(address.path())) {
            return true;
        }
        site.ways(address).iter().any(|way| {
            self.changed.contains(way) || site.below(way).is_some_and(|below| self.gone.contains(&Site::stem(&below)))
        })
    }
}

/// The top folder of the repository a file is in.
fn top_of(path: &Path, name: &str) -> Result<PathBuf, CliError> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let top = git(folder, ["rev-parse", "--show-toplevel"])?.map_err(|reason| {
        // git refuses repositories too, such as those of somebody else.
        let refused = folder.ancestors().any(|folder| folder.join(".git").exists());
        let what = if refused { "in a repository that git does not open" } else { "in no git repository" };
        CliError::usage(format!("`{name}` is {what}"))
            .because(reason)
            .help("--only-changed compares a list with an earlier revision of it; leave the flag out elsewhere")
    })?;
    let top = PathBuf::from(as_path(top.trim_ascii_end()));
    Ok(std::fs::canonicalize(&top).unwrap_or(top))
}

/// One repository at the commit that is compared with.
struct Repository {
    top: PathBuf,
    commit: String,
    /// Files that are there no more: what lists among them listed may have been moved to another.
    gone: Vec<PathBuf>,
    /// Files that are new, or hold something else now.
    changed: Vec<PathBuf>,
    contents: Contents,
}

impl Repository {
    fn open(top: PathBuf, revision: &str) -> Result<Self, CliError> {
        let commit = format!("{revision}^{{commit}}");
        let named = git(&top, ["rev-parse", "--verify", "--quiet", &commit])?.ok().ok_or_else(|| {
            CliError::usage(format!("the repository {} has no revision `{revision}`", top.display())).help(
                "name a branch, a tag or a commit that is there; a shallow clone may first have to `git fetch` it",
            )
        })?;
        let named = as_text(&named);
        // What the other side did since the work began is no change of this work. A shallow clone does not know that point.
        let began = git(&top, ["merge-base", &named, "HEAD"])?.ok().map(|commit| as_text(&commit));
        let commit = began.filter(|commit| !commit.is_empty()).unwrap_or(named);
        let named = |arguments: &[&str]| -> Result<Vec<PathBuf>, CliError> {
            let names = git(&top, arguments.iter().copied())?.unwrap_or_default();
            let names = names.split(|byte| *byte == 0).filter(|name| !name.is_empty());
            Ok(names.map(|name| PathBuf::from(as_path(name))).collect())
        };
        let diff = |filter: &str| {
            named(&["diff", "--no-ext-diff", "--no-renames", filter, "--name-only", "-z", &commit, "--"])
        };
        let gone = diff("--diff-filter=D")?;
        let mut changed = diff("--diff-filter=AMT")?;
        // What is not added yet is as new as what is.
        changed.extend(named(&["ls-files", "--others", "--exclude-standard", "-z"])?);
        let contents = Contents::open(&top)?;
        Ok(Repository { top, commit, gone, changed, contents })
    }

    /// What a file held then, by its path below the top; `None` when it was not there.
    fn earlier(&mut self, path: &Path, max_bytes: u64) -> Result<Option<Vec<u8>>, CliError> {
        let Some(name) = path.to_str().filter(|name| !name.contains('\n')) else { return Ok(None) };
        let name = name.replace('\\', "/");
        self.contents.of(&format!("{}:{name}", self.commit), max_bytes).map_err(|error| {
            CliError::failure(format!("git did not tell what `{}` held", path.display())).because(error)
        })
    }
}

/// A git process that tells contents one after the other.
struct Contents {
    process: Child,
    ask: ChildStdin,
    told: BufReader<ChildStdout>,
}

impl Contents {
    fn open(top: &Path) -> Result<Self, CliError> {
        let mut process = command(top, ["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(no_git)?;
        match (process.stdin.take(), process.stdout.take()) {
            (Some(ask), Some(told)) => Ok(Contents { process, ask, told: BufReader::new(told) }),
            _ => Err(CliError::failure("git cannot be talked to")),
        }
    }

    fn of(&mut self, object: &str, max_bytes: u64) -> std::io::Result<Option<Vec<u8>>> {
        writeln!(self.ask, "{object}")?;
        self.ask.flush()?;
        let mut head = String::new();
        self.told.read_line(&mut head)?;
        // "OID TYPE SIZE", else "NAME missing".
        let mut words = head.split_ascii_whitespace().rev();
        let size = words.next().and_then(|size| size.parse::<u64>().ok());
        let (Some(size), Some(kind)) = (size, words.next()) else { return Ok(None) };
        let kept = if kind == "blob" { size.min(max_bytes) } else { 0 };
        let mut content = Vec::new();
        (&mut self.told).take(kept).read_to_end(&mut content)?;
        std::io::copy(&mut (&mut self.told).take(size - kept + 1), &mut std::io::sink())?;
        Ok((kind == "blob" && size <= max_bytes).then_some(content))
    }
}

impl Drop for Contents {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What git prints, or its reason when it says no.
fn git<'a>(folder: &Path, arguments: impl IntoIterator<Item = &'a str>) -> Result<Result<Vec<u8>, String>, CliError> {
    let output = command(folder, arguments).stdin(Stdio::null()).output().map_err(no_git)?;
    if output.status.success() {
        return Ok(Ok(output.stdout));
    }
    let reason = as_text(&output.stderr);
    let lines: Vec<_> = reason.lines().map(escape::terminal).filter(|line| !line.is_empty()).collect();
    Ok(Err(lines.join("\n")))
}

fn command<'a>(folder: &Path, arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new("git");
    let arguments = arguments.into_iter().map(OsStr::new).map(OsString::from);
    command.arg("-C").arg(folder).args(arguments).env("GIT_OPTIONAL_LOCKS", "0");
    command
}

fn no_git(error: std::io::Error) -> CliError {
    CliError::usage("--only-changed needs git, and it cannot be run")
        .because(error)
        .help("install git, or leave the flag out to check every link")
}

fn as_text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.trim_ascii()).into_owned()
}

#[cfg(unix)]
fn as_path(bytes: &[u8]) -> &OsStr {
    std::os::unix::ffi::OsStrExt::from_bytes(bytes)
}

#[cfg(not(unix))]
fn as_path(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}
