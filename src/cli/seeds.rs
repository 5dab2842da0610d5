//! From what a person names as seeds to the pages behind it: files, patterns, folders, standard input, addresses, and lists
//! of such names.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use url::Url;

use super::context::Context;
use super::error::CliError;
use super::{input, output};
use crate::config::Config;
use crate::report::{escape, words};
use crate::seed::{self, Format};

/// Lists of seeds may name lists of seeds, but not without end.
const MAX_NESTING: usize = 4;

/// What is said beside a search that found nothing.
const REPORTS_ARE_NONE: &str = "reports of a run are read only where each is named";

/// One resource page to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Standard input.
    Stdin,
    /// A file.
    File {
        /// As the person named it, or as it was found.
        name: String,
        /// Where it is.
        path: PathBuf,
        /// Whether a person named this very file, rather than a folder or pattern it was found by.
        named: bool,
    },
    /// A live page.
    Page(Url),
}

impl Source {
    /// What reports call it.
    pub fn name(&self) -> &str {
        match self {
            Source::Stdin => "-",
            Source::File { name, .. } => name,
            Source::Page(url) => url.as_str(),
        }
    }

    /// Whether a person named it, and not a folder or pattern it was found by.
    pub fn is_named(&self) -> bool {
        match self {
            Source::Stdin | Source::Page(_) => true,
            Source::File { named, .. } => *named,
        }
    }

    /// The address of a live page.
    pub fn live(&self) -> Option<&Url> {
        match self {
            Source::Page(url) => Some(url),
            Source::Stdin | Source::File { .. } => None,
        }
    }
}

/// Finds what a configuration names, in its order.
///
/// # Errors
/// When a name stands for nothing.
pub fn named(config: &Config, context: &mut Context) -> Result<Vec<Source>, CliError> {
    let Context { environment, console, .. } = context;
    let (folder, reports) =
        (environment.folder.join(&config.seed_folder), environment.folder.join(&config.reports.dir));
    find(&config.seeds, &folder, &reports, &mut |warning| console.warn(warning))
}

/// Finds what the names stand for, in their order; names are relative to `folder`. What was written to the folder of the
/// `reports` is found by its own name only. Of folders that cannot be searched `warn` is told.
///
/// # Errors
/// When a name stands for nothing.
pub fn find(
    names: &[String],
    folder: &Path,
    reports: &Path,
    warn: &mut dyn FnMut(&str),
) -> Result<Vec<Source>, CliError> {
    // Where nothing was written yet, nothing has to be left out.
    let reports = std::fs::canonicalize(reports).ok();
    let mut search = Search { folder, reports, warn, sources: Vec::new() };
    for name in names {
        search.one(name, Path::new(""), 0)?;
    }
    Ok(distinct(search.sources))
}

/// Each page once. A file is known by where it is, whatever it was called: by its own name where that was found too, rather than
/// by that of a symbolic link.
fn distinct(sources: Vec<Source>) -> Vec<Source> {
    let identity = |source: &Source| match source {
        // A pipe is nowhere but at its own name.
        Source::File { path, .. } => std::fs::canonicalize(path).unwrap_or_else(|_| path.clone()),
        Source::Stdin | Source::Page(_) => PathBuf::from(source.name()),
    };
    let is_link = |source: &Source| matches!(source, Source::File { path, .. } if path.is_symlink());
    let known: Vec<_> = sources.into_iter().map(|source| (identity(&source), is_link(&source), source)).collect();
    let direct: HashSet<PathBuf> =
        known.iter().filter(|(_, is_link, _)| !is_link).map(|(identity, ..)| identity.clone()).collect();
    let wanted: HashSet<PathBuf> =
        known.iter().filter(|(.., source)| source.is_named()).map(|(identity, ..)| identity.clone()).collect();
    let mut seen = HashSet::new();
    known
        .into_iter()
        .filter(|(identity, is_link, _)| !(*is_link && direct.contains(identity)) && seen.insert(identity.clone()))
        .map(|(identity, _, mut source)| {
            if let Source::File { named, .. } = &mut source {
                *named = wanted.contains(&identity);
            }
            source
        })
        .collect()
}

/// What was found so far, where names start from, and where no lists are looked for.
struct Search<'a> {
    folder: &'a Path,
    reports: Option<PathBuf>,
    warn: &'a mut dyn FnMut(&str),
    sources: Vec<Source>,
}

impl Search<'_> {
    /// Adds what a name stands for that is written in the folder `beside`, itself below the folder all names start from.
    fn one(&mut self, name: &str, beside: &Path, nesting: usize) -> Result<(), CliError> {
        if name == "-" {
            self.sources.push(Source::Stdin);
            return Ok(());
        }
        if name.starts_with("http://") || name.starts_with("https://") {
            let url = Url::parse(name).map_err(|error| {
                CliError::usage(format!("the seed `{name}` is not an address"))
                    .because(error)
                    .help("write the whole address, such as https://example.org/resources")
            })?;
            self.sources.push(Source::Page(url));
            return Ok(());
        }
        if let Some(list) = name.strip_prefix('@') {
            return self.listed(&self.called(list, beside), nesting);
        }
        let called = self.called(name, beside);
        let path = self.folder.join(&called);
        if path.is_dir() {
            return self.in_folder(&called, &path);
        }
        // A file whose name holds a bracket is that file, not a pattern; a pipe, as `<(command)` makes one, is read like a file.
        if path.exists() {
            self.sources.push(Source::File { name: called, path, named: true });
            return Ok(());
        }
        if is_pattern(name) {
            return self.by_pattern(name, beside);
        }
        Err(missing(&called, &path))
    }

    /// What a name from a list of seeds is called where the person stands: a turn on the way (`x/../y`) is left out where it
    /// leads nowhere else, as a patch with one fits no file.
    fn called(&self, name: &str, beside: &Path) -> String {
        if beside.as_os_str().is_empty() {
            return name.to_owned();
        }
        let path = beside.join(name);
        let mut straight = PathBuf::new();
        for part in path.components() {
            match (part, straight.components().next_back()) {
                (Component::CurDir, _) => {}
                (Component::ParentDir, Some(Component::Normal(_))) => drop(straight.pop()),
                _ => straight.push(part),
            }
        }
        let place = |path: &Path| std::fs::canonicalize(self.folder.join(path)).ok();
        let is_same = straight == path || (place(&straight).is_some() && place(&straight) == place(&path));
        if is_same { straight } else { path }.display().to_string()
    }

    /// Adds what a file names, one a line beside it; `#` begins a comment.
    fn listed(&mut self, list: &str, nesting: usize) -> Result<(), CliError> {
        if nesting >= MAX_NESTING {
            return Err(CliError::usage(format!("the list of seeds `{list}` is nested too deeply"))
                .help("a list of seeds should name pages, not further lists"));
        }
        let text = std::fs::read_to_string(self.folder.join(list)).map_err(|error| {
            CliError::usage(format!("cannot read the list of seeds `{list}`"))
                .because(error)
                .help("`@FILE` reads one seed a line from FILE")
        })?;
        let beside = Path::new(list).parent().unwrap_or(Path::new(""));
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            self.one(line, beside, nesting + 1)?;
        }
        Ok(())
    }

    fn in_folder(&mut self, name: &str, path: &Path) -> Result<(), CliError> {
        let before = self.sources.len();
        for (found, path) in self.walk(path, usize::MAX)? {
            if has_seed_ending(&path) {
                let name = Path::new(name).join(found).display().to_string();
                self.sources.push(Source::File { name, path, named: false });
            }
        }
        if self.sources.len() == before {
            return Err(CliError::usage(format!("the folder `{name}` holds no resource page")).help(format!(
                "files are recognised by their ending: {}; {REPORTS_ARE_NONE}",
                seed_endings().collect::<Vec<_>>().join(", ")
            )));
        }
        Ok(())
    }

    fn by_pattern(&mut self, name: &str, beside: &Path) -> Result<(), CliError> {
        let before = self.sources.len();
        let pattern = globset::GlobBuilder::new(name).literal_separator(true).build().map_err(|error| {
            CliError::usage(format!("the pattern `{name}` cannot be understood"))
                .because(error)
                .help("`*` stands for any run of characters within a name, `**` for any number of folders")
        })?;
        let pattern = pattern.compile_matcher();
        // The part before the first wildcard need not be searched for.
        let fixed: PathBuf = Path::new(name)
            .components()
            .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']))
            .collect();
        // Every further part is one folder deeper; only `**` stands for any number of them.
        let parts = Path::new(name).components().count() - fixed.components().count();
        let depth = if name.contains("**") { usize::MAX } else { parts };
        for (found, path) in self.walk(&self.folder.join(beside).join(&fixed), depth)? {
            let found = fixed.join(found);
            if pattern.is_match(&found) {
                let name = self.called(&found.to_string_lossy(), beside);
                self.sources.push(Source::File { name, path, named: false });
            }
        }
        if self.sources.len() == before {
            return Err(CliError::usage(format!("no file fits the pattern `{name}`"))
                .help(format!("quote the pattern, and check the folder it starts from; {REPORTS_ARE_NONE}")));
        }
        Ok(())
    }

    /// Every file so deep below a folder at most, in a fixed order, with its path from there. Symbolic links to files are
    /// followed, and none to folders. Hidden folders are passed over, and what we wrote ourselves.
    fn walk(&mut self, root: &Path, depth: usize) -> Result<Vec<(PathBuf, PathBuf)>, CliError> {
        let reports = self.reports_from(root);
        let passed_over = |entry: &walkdir::DirEntry| {
            if entry.depth() == 0 {
                return false;
            }
            let is_ours = match &reports {
                // In the folder that a person named, lists may stand beside reports; further down they have it to themselves.
                Some(reports) if reports == root => {
                    entry.depth() == 1 && entry.file_name().to_str().is_some_and(output::is_report)
                }
                Some(reports) => entry.path() == reports,
                None => false,
            };
            is_ours || entry.file_name().to_str().is_some_and(|name| name.starts_with('.'))
        };
        let mut files = Vec::new();
        let entries = walkdir::WalkDir::new(root).max_depth(depth).sort_by_file_name().into_iter();
        for entry in entries.filter_entry(|entry| !passed_over(entry)) {
            let entry = match entry {
                Ok(entry) => entry,
                // One folder that is closed to us hides no other.
                Err(error) if error.depth() > 0 => {
                    self.warn_of(&error);
                    continue;
                }
                Err(error) => {
                    return Err(CliError::usage(format!("cannot search the folder `{}`", root.display()))
                        .because(error)
                        .help("check the part of the pattern before the first wildcard"));
                }
            };
            if entry.file_type().is_file() || (entry.path_is_symlink() && entry.path().is_file()) {
                let path = entry.into_path();
                let found = path.strip_prefix(root).unwrap_or(&path).to_path_buf();
                files.push((found, path));
            }
        }
        Ok(files)
    }

    /// Says which part of a search was left out.
    fn warn_of(&mut self, error: &walkdir::Error) {
        let path = error.path().unwrap_or(self.folder);
        let name = path.strip_prefix(self.folder).unwrap_or(path).display().to_string();
        let why = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
        (self.warn)(&format!("no lists are looked for in `{}`: {why}", escape::terminal(&name)));
    }

    /// The folder of the reports as a walk comes upon it; `None` where it lies elsewhere.
    fn reports_from(&self, root: &Path) -> Option<PathBuf> {
        let below = self.reports.as_deref()?.strip_prefix(std::fs::canonicalize(root).ok()?).ok()?;
        Some(root.join(below))
    }
}

/// Whether a name that is none of a file can stand for several.
pub fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?', '[', '{'])
}

/// Folders are searched for files that end so: as lists of any format do, and as feeds, outlines and sitemaps alike. Of PDF
/// files most are documents, of YAML and TOML files most are settings, so each is read only where it is named, or a pattern fits it.
fn seed_endings() -> impl Iterator<Item = &'static str> {
    let of_lists = seed::endings().filter(|(format, _)| !matches!(format, Format::Pdf | Format::Yaml | Format::Toml));
    of_lists.map(|(_, ending)| ending).chain(["xml"])
}

/// Whether the ending of a name is one of a list.
pub fn has_seed_ending(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    seed_endings().any(|known| known == ending)
}

fn missing(name: &str, path: &Path) -> CliError {
    let error = CliError::usage(format!("the seed `{name}` does not exist"));
    match nearby(name, path) {
        Some(nearby) => error.help(format!("did you mean `{nearby}`?")),
        None => error.help("name a file, a pattern such as \"lists/*.md\", a folder, `-`, or an address"),
    }
}

/// The name of a file that was probably meant by one that is not there.
pub fn nearby(name: &str, path: &Path) -> Option<String> {
    let nearby = path.parent().filter(|_| !path.exists()).and_then(|folder| closest(folder, path))?;
    Some(Path::new(name).with_file_name(nearby).display().to_string())
}

/// The name in a folder that is most like the one looked for.
fn closest(folder: &Path, path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let names = std::fs::read_dir(folder).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let (likeness, name) = names
        .map(|name| (strsim::jaro_winkler(wanted, &name), name))
        .max_by(|(one, _), (other, _)| one.total_cmp(other))?;
    (likeness > 0.85).then_some(name)
}

/// Reads a file or standard input, up to a bound.
///
/// # Errors
/// When it cannot be read or is larger than the bound.
pub fn read(source: &Source, max_bytes: u64) -> Result<Vec<u8>, CliError> {
    let (name, file) = match source {
        Source::Stdin => ("standard input", None),
        Source::File { name, path, .. } => (name.as_str(), Some(path.as_path())),
        Source::Page(url) => return Err(CliError::bug(format!("the page {url} was read as a file"))),
    };
    // One byte more than the bound tells a file of exactly that size from a larger one.
    let bytes = input::read(file, max_bytes.saturating_add(1)).map_err(|error| {
        CliError::usage(format!("cannot read the seed `{name}`")).because(error).help("check that the file may be read")
    })?;
    if bytes.len() as u64 > max_bytes {
        let bound = usize::try_from(max_bytes).unwrap_or(usize::MAX);
        return Err(CliError::usage(format!("the seed `{name}` is larger than {}", words::count(bound, "byte")))
            .help("split it, or raise max_seed_body under [network]"));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            std::fs::write(path, text).expect("written");
        };
        write("list.md", "");
        write("lists/a.md", "");
        write("lists/b.csv", "");
        write("lists/deep/c.html", "");
        write("lists/picture.png", "");
        write("lists/.git/d.md", "");
        write("all.txt", "# pages\nlists/a.md\nhttps://example.org/x\n");
        folder
    }

    fn names(wanted: &[&str]) -> Result<Vec<String>, String> {
        let folder = folder();
        let wanted: Vec<String> = wanted.iter().map(|&name| name.to_owned()).collect();
        match find(&wanted, folder.path(), &folder.path().join("reports"), &mut |_| {}) {
            Ok(sources) => Ok(sources.iter().map(|source| source.name().to_owned()).collect()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn files_folders_patterns_lists_and_addresses() {
        assert_eq!(names(&["list.md", "-"]), Ok(vec!["list.md".into(), "-".into()]));
        assert_eq!(names(&["lists"]), Ok(vec!["lists/a.md".into(), "lists/b.csv".into(), "lists/deep/c.html".into()]));
        assert_eq!(names(&["lists/*.md"]), Ok(vec!["lists/a.md".into()]));
        assert_eq!(names(&["**/*.html"]), Ok(vec!["lists/deep/c.html".into()]));
        assert_eq!(names(&["@all.txt"]), Ok(vec!["lists/a.md".into(), "https://example.org/x".into()]));
    }

    #[test]
    fn a_folder_gives_its_files_of_every_format_but_documents() {
        let folder = folder();
        std::fs::create_dir(folder.path().join("all")).expect("made");
        for ending in ["mdown", "wikitext", "rest", "ltx", "tab", "list", "rdf", "xml", "MD", "pdf", "docx", "png"] {
            std::fs::write(folder.path().join("all/list").with_extension(ending), "").expect("written");
        }
        let found = |name: &str| {
            let sources = find(&[name.to_owned()], folder.path(), &folder.path().join("reports"), &mut |_| {});
            sources.map(|sources| sources.iter().map(|source| source.name().to_owned()).collect::<Vec<_>>())
        };
        let lists = ["MD", "list", "ltx", "mdown", "rdf", "rest", "tab", "wikitext", "xml"];
        assert_eq!(found("all").ok(), Some(lists.map(|ending| format!("all/list.{ending}")).into()));
        assert_eq!(found("all/*.pdf").ok(), Some(vec!["all/list.pdf".to_owned()]));
    }

    #[test]
    fn a_seed_named_twice_is_read_once() {
        assert_eq!(names(&["list.md", "list.md", "lists/a.md", "lists"]).map(|names| names.len()), Ok(4));
    }

    #[test]
    fn what_a_list_of_seeds_names_is_called_by_its_path_from_here() {
        let folder = folder();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
        write("lists/all.txt", "a.md\n../list.md\n./deep\n*.csv\n@deep/more.txt\n../lists/a.md\n");
        write("lists/deep/more.txt", "c.html\n../b.csv\nlost.md\n");
        let called = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            find(&names, folder.path(), &folder.path().join("reports"), &mut |_| {})
                .map(|sources| sources.iter().map(|source| source.name().to_owned()).collect::<Vec<_>>())
                .map_err(|error| error.to_string())
        };
        assert_eq!(called(&["@lists/all.txt"]), Err("the seed `lists/deep/lost.md` does not exist".into()));
        write("lists/deep/more.txt", "c.html\n../b.csv\n");
        let expected = ["lists/a.md", "list.md", "lists/deep/c.html", "lists/deep/more.txt", "lists/b.csv"];
        assert_eq!(called(&["@lists/all.txt"]), Ok(expected.map(str::to_owned).into()));
    }

    #[test]
    fn what_stands_for_nothing_is_named() {
        assert_eq!(names(&["lisst.md"]), Err("the seed `lisst.md` does not exist".into()));
        assert!(names(&["none/*.md"]).is_err());
        assert_eq!(names(&["*.rtf"]), Err("no file fits the pattern `*.rtf`".into()));
        assert_eq!(names(&["http://"]), Err("the seed `http://` is not an address".into()));
    }

    #[test]
    fn a_file_beyond_the_bound_is_refused() {
        let folder = folder();
        std::fs::write(folder.path().join("big.md"), "0123456789").expect("written");
        let source = Source::File { name: "big.md".into(), path: folder.path().join("big.md"), named: true };
        assert_eq!(read(&source, 10).map(|bytes| bytes.len()).ok(), Some(10));
        assert!(read(&source, 9).is_err());
    }
}
