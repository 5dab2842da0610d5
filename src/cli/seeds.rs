//! From what a person names as seeds to the pages behind it: files, patterns, folders, standard input, addresses, and lists
//! of such names.

use std::path::{Path, PathBuf};

use url::Url;

use super::error::CliError;
use super::input;

/// Folders are searched for files that end so.
const SEED_ENDINGS: &[&str] = &[
    "md",
    "markdown",
    "html",
    "htm",
    "xhtml",
    "wiki",
    "mediawiki",
    "csv",
    "tsv",
    "txt",
    "urls",
    "json",
    "jsonl",
    "ndjson",
    "opml",
    "rss",
    "atom",
    "xml",
    "bib",
    "ris",
    "rst",
    "tex",
];
/// Lists of seeds may name lists of seeds, but not without end.
const MAX_NESTING: usize = 4;

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

    /// The address of a live page.
    pub fn live(&self) -> Option<&Url> {
        match self {
            Source::Page(url) => Some(url),
            Source::Stdin | Source::File { .. } => None,
        }
    }
}

/// Finds what the names stand for, in their order; names are relative to `folder`.
///
/// # Errors
/// When a name stands for nothing.
pub fn find(names: &[String], folder: &Path) -> Result<Vec<Source>, CliError> {
    let mut sources = Vec::new();
    for name in names {
        find_one(name, folder, 0, &mut sources)?;
    }
    let mut seen = std::collections::HashSet::new();
    sources.retain(|source| seen.insert(source.name().to_owned()));
    Ok(sources)
}

fn find_one(name: &str, folder: &Path, nesting: usize, sources: &mut Vec<Source>) -> Result<(), CliError> {
    if name == "-" {
        sources.push(Source::Stdin);
        return Ok(());
    }
    if name.starts_with("http://") || name.starts_with("https://") {
        let url = Url::parse(name).map_err(|error| {
            CliError::usage(format!("the seed `{name}` is not an address"))
                .because(error)
                .help("write the whole address, such as https://example.org/resources")
        })?;
        sources.push(Source::Page(url));
        return Ok(());
    }
    if let Some(list) = name.strip_prefix('@') {
        return find_listed(list, folder, nesting, sources);
    }
    let path = folder.join(name);
    if path.is_dir() {
        return find_in_folder(name, &path, sources);
    }
    // A file whose name holds a bracket is that file, not a pattern; a pipe, as `<(command)` makes one, is read like a file.
    if path.exists() {
        sources.push(Source::File { name: name.to_owned(), path });
        return Ok(());
    }
    if is_pattern(name) {
        return find_by_pattern(name, folder, sources);
    }
    Err(missing(name, &path))
}

/// Whether a name that is none of a file can stand for several.
pub fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?', '[', '{'])
}

/// A file that names seeds, one a line; `#` begins a comment.
fn find_listed(list: &str, folder: &Path, nesting: usize, sources: &mut Vec<Source>) -> Result<(), CliError> {
    let path = folder.join(list);
    if nesting >= MAX_NESTING {
        return Err(CliError::usage(format!("the list of seeds `{list}` is nested too deeply"))
            .help("a list of seeds should name pages, not further lists"));
    }
    let text = std::fs::read_to_string(&path).map_err(|error| {
        CliError::usage(format!("cannot read the list of seeds `{list}`"))
            .because(error)
            .help("`@FILE` reads one seed a line from FILE")
    })?;
    let beside = path.parent().unwrap_or(folder);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        find_one(line, beside, nesting + 1, sources)?;
    }
    Ok(())
}

/// Whether the ending of a name is one of a list.
pub fn has_seed_ending(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    SEED_ENDINGS.contains(&ending.as_str())
}

fn find_in_folder(name: &str, path: &Path, sources: &mut Vec<Source>) -> Result<(), CliError> {
    let before = sources.len();
    for (found, path) in walk(path)? {
        if has_seed_ending(&path) {
            sources.push(Source::File { name: Path::new(name).join(found).display().to_string(), path });
        }
    }
    if sources.len() == before {
        return Err(CliError::usage(format!("the folder `{name}` holds no resource page"))
            .help(format!("files are recognised by their ending: {}", SEED_ENDINGS.join(", "))));
    }
    Ok(())
}

fn find_by_pattern(name: &str, folder: &Path, sources: &mut Vec<Source>) -> Result<(), CliError> {
    let before = sources.len();
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
    for (found, path) in walk(&folder.join(&fixed))? {
        let found = fixed.join(found);
        if pattern.is_match(&found) {
            sources.push(Source::File { name: found.display().to_string(), path });
        }
    }
    if sources.len() == before {
        return Err(CliError::usage(format!("no file fits the pattern `{name}`"))
            .help("quote the pattern, and check the folder it starts from"));
    }
    Ok(())
}

/// Every file below a folder in a fixed order, with its path from there. Hidden folders are passed over.
fn walk(folder: &Path) -> Result<Vec<(PathBuf, PathBuf)>, CliError> {
    let hidden = |entry: &walkdir::DirEntry| {
        entry.depth() > 0 && entry.file_name().to_str().is_some_and(|name| name.starts_with('.'))
    };
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(|entry| !hidden(entry)) {
        let entry = entry.map_err(|error| {
            CliError::usage(format!("cannot search the folder `{}`", folder.display()))
                .because(error)
                .help("check the part of the pattern before the first wildcard")
        })?;
        if entry.file_type().is_file() {
            let path = entry.into_path();
            let found = path.strip_prefix(folder).unwrap_or(&path).to_path_buf();
            files.push((found, path));
        }
    }
    Ok(files)
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
        Source::File { name, path } => (name.as_str(), Some(path.as_path())),
        Source::Page(url) => return Err(CliError::bug(format!("the page {url} was read as a file"))),
    };
    // One byte more than the bound tells a file of exactly that size from a larger one.
    let bytes = input::read(file, max_bytes.saturating_add(1)).map_err(|error| {
        CliError::usage(format!("cannot read the seed `{name}`")).because(error).help("check that the file may be read")
    })?;
    if bytes.len() as u64 > max_bytes {
        return Err(CliError::usage(format!("the seed `{name}` is larger than {max_bytes} bytes"))
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
        match find(&wanted, folder.path()) {
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
    fn a_seed_named_twice_is_read_once() {
        assert_eq!(names(&["list.md", "list.md", "lists/a.md", "lists"]).map(|names| names.len()), Ok(4));
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
        let source = Source::File { name: "big.md".into(), path: folder.path().join("big.md") };
        assert_eq!(read(&source, 10).map(|bytes| bytes.len()).ok(), Some(10));
        assert!(read(&source, 9).is_err());
    }
}
