//! From files, variables and flags to one [`Config`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::layer::{self, Given, Layer, Named, Reader};
use super::mistake::{ConfigError, Mistake};
use super::settings::{self, Base};
use super::value::nearest;
use super::{Config, find};

/// What variables of ours begin with.
const PREFIX: &str = "PERENNIAL_";
/// Bytes a configuration has at most.
const MAX_FILE: usize = 1 << 20;

/// Where the settings of one invocation come from.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// Which file is read.
    pub file: FileChoice<'a>,
    /// The folder the person stands in.
    pub folder: &'a Path,
    /// The environment; names that do not begin with `PERENNIAL_` are passed over.
    pub variables: &'a BTreeMap<String, String>,
    /// What was set on the command line.
    pub flags: &'a [Flag],
}

/// Which file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileChoice<'a> {
    /// This one, which must exist.
    Given(&'a Path),
    /// The nearest `config.toml`, if there is one.
    Nearest,
    /// None.
    Nothing,
}

/// A setting made on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// The key it sets: `ledger.path`.
    pub key: &'static str,
    /// What the person typed: `--ledger`.
    pub name: &'static str,
    /// The values given; more than one only for lists.
    pub values: Vec<String>,
}

/// A configuration and what is odd about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// What was probably meant otherwise, though it stops nothing.
    pub warnings: Vec<String>,
}

/// Reads the settings: defaults, then the file, then the environment, then flags; later ones win.
///
/// # Errors
/// When the file cannot be read, or with every mistake there is in all layers.
pub fn load(sources: &Sources<'_>) -> Result<Loaded, ConfigError> {
    let keys = keys();
    let mut config = Config::default();
    let mut mistakes = Vec::new();
    let (path, discovered) = match sources.file {
        FileChoice::Given(path) => (Some(sources.folder.join(path)), false),
        FileChoice::Nearest => (find::nearest(sources.folder), true),
        FileChoice::Nothing => (None, false),
    };
    if let Some(path) = path {
        let text = read_file(&path)?;
        let shown = path.strip_prefix(sources.folder).unwrap_or(&path).to_path_buf();
        if discovered && let Some(base) = path.parent().filter(|base| *base != sources.folder) {
            // One memory and one place for reports, wherever in the project somebody stands.
            for default in [&mut config.ledger.path, &mut config.reports.dir] {
                *default = base.join(&*default);
            }
        }
        mistakes.extend(apply_file(&mut config, &path, &shown, &text, sources.folder, &keys));
        config.source = Some(shown);
    }
    let here = Base { folder: sources.folder, is_here: true };
    for settings in [named_by_variables(sources.variables, &keys), named_by_flags(sources.flags)] {
        if settings.contains_key("seeds") {
            config.seed_folder = PathBuf::new();
        }
        let mut reader = Reader::new(Layer::Named(&settings));
        settings::apply(&mut reader, &mut config, &here);
        mistakes.extend(reader.finish(&keys));
    }
    if mistakes.is_empty() {
        Ok(Loaded { config, warnings: odd_variables(sources.variables, &keys) })
    } else {
        Err(ConfigError::Mistakes { mistakes, discovered })
    }
}

/// Every key there is, in the order of the table; `rule.host` stands for the key in every `[[rule]]`.
pub fn keys() -> Vec<String> {
    let mut reader = Reader::new(Layer::Nothing);
    settings::apply(&mut reader, &mut Config::default(), &Base { folder: Path::new(""), is_here: true });
    reader.into_keys()
}

fn apply_file(
    config: &mut Config,
    path: &Path,
    shown: &Path,
    text: &str,
    folder: &Path,
    keys: &[String],
) -> Vec<Mistake> {
    let table = match layer::parse(shown, text) {
        Ok(table) => table,
        Err(mistakes) => return mistakes,
    };
    let base = path.parent().unwrap_or(folder);
    let base = Base { folder: base, is_here: base == folder };
    let mut reader = Reader::new(Layer::File { path: shown, text, table: table.get_ref() });
    settings::apply(&mut reader, config, &base);
    config.seed_folder = if base.is_here { PathBuf::new() } else { base.folder.to_path_buf() };
    reader.finish(keys)
}

fn read_file(path: &Path) -> Result<String, ConfigError> {
    let unreadable = |source| ConfigError::Unreadable { path: path.to_path_buf(), source };
    let not_text = |fault| ConfigError::NotText { path: path.to_path_buf(), fault };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut std::io::Read::take(file, MAX_FILE as u64 + 1), &mut bytes).map_err(unreadable)?;
    if bytes.len() > MAX_FILE {
        return Err(not_text("is larger than 1 MiB"));
    }
    String::from_utf8(bytes).map_err(|_| not_text("is not UTF-8 text"))
}

/// `network.user_agent` is `PERENNIAL_NETWORK_USER_AGENT` in the environment.
fn variable_of(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "_").to_ascii_uppercase())
}

/// Keys that can be set outside the file: all but those of single rules.
fn settable(keys: &[String]) -> impl Iterator<Item = &String> {
    keys.iter().filter(|key| !key.starts_with("rule."))
}

fn named_by_variables(variables: &BTreeMap<String, String>, keys: &[String]) -> BTreeMap<String, Named> {
    let settings = settable(keys).filter_map(|key| {
        let name = variable_of(key);
        let value = variables.get(&name).filter(|value| !value.is_empty())?.clone();
        Some((key.clone(), Named { name, given: Given::Variable(value) }))
    });
    settings.collect()
}

fn named_by_flags(flags: &[Flag]) -> BTreeMap<String, Named> {
    let named = |flag: &Flag| Named { name: flag.name.to_owned(), given: Given::Flag(flag.values.clone()) };
    flags.iter().map(|flag| (flag.key.to_owned(), named(flag))).collect()
}

/// Variables that look like settings and are none. Others are left alone: some systems name variables after the services
/// they run.
fn odd_variables(variables: &BTreeMap<String, String>, keys: &[String]) -> Vec<String> {
    let mut known: Vec<String> = settable(keys).map(|key| variable_of(key)).collect();
    known.extend([format!("{PREFIX}CONFIG"), format!("{PREFIX}NOW")]);
    let odd = variables.keys().filter(|name| name.starts_with(PREFIX) && !known.contains(name));
    odd.filter_map(|name| {
        let near = nearest(name, known.iter().map(String::as_str))?;
        Some(format!("the environment variable {name} means nothing; did you mean {near}?"))
    })
    .collect()
}
