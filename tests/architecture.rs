//! The plan of the house, held by reading the sources: which room may import which, which crate lives where, and that
//! printing, exiting, the environment and the wall clock have one home each.
//!
//! A failure prints what stands where, and which table of this file says otherwise. Tests inside the sources
//! (`#[cfg(test)]`) are free.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Rooms, and the rooms each may import. A room that is not listed here does not belong to the house.
const DIRECTIONS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("html", &[]),
    ("pdf", &[]),
    ("seed", &["model", "html", "pdf"]),
    ("select", &["model", "config"]),
    ("site", &["model", "seed"]),
    ("wiki", &["model", "html"]),
    ("classify", &["model"]),
    ("extract", &["model", "html", "pdf"]),
    ("archive", &["model"]),
    ("fix", &["model", "html", "seed", "classify"]),
    ("hygiene", &["model", "html", "seed", "classify", "fix"]),
    ("cite", &["model"]),
    ("compile", &["model"]),
    ("report", &["model", "compile", "cite"]),
    ("frontier", &["model"]),
    ("politeness", &["model"]),
    ("ui", &["model"]),
    ("config", &["model"]),
    ("fetch", &["model", "config"]),
    ("ledger", &["model"]),
    (
        "crawl",
        &["model", "config", "frontier", "politeness", "fetch", "classify", "extract", "archive", "ledger", "ui"],
    ),
    ("demo", &["model"]),
    (
        "cli",
        &[
            "model",
            "html",
            "pdf",
            "seed",
            "select",
            "site",
            "wiki",
            "classify",
            "extract",
            "archive",
            "fix",
            "hygiene",
            "cite",
            "compile",
            "report",
            "frontier",
            "politeness",
            "ui",
            "config",
            "fetch",
            "ledger",
            "crawl",
            "demo",
        ],
    ),
];

/// Crates that stay in their rooms, so that each can be exchanged by changing one.
const CRATE_HOMES: &[(&str, &[&str])] = &[
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("terminal_size", &["cli"]),
    ("anstream", &["cli"]),
    ("tracing_subscriber", &["cli"]),
    ("anstyle", &["cli", "report"]),
    ("toml", &["config", "seed"]),
    ("rusqlite", &["ledger"]),
    ("governor", &["politeness", "crawl"]),
    ("reqwest", &["fetch"]),
    ("hickory_resolver", &["fetch"]),
    ("rustls", &["fetch", "demo"]),
    ("rustls_platform_verifier", &["fetch"]),
    ("x509_parser", &["fetch"]),
    ("rlimit", &["fetch", "crawl", "cli"]),
    ("tokio", &["fetch", "crawl", "demo", "cli"]),
    ("futures_util", &["fetch", "crawl", "demo"]),
    ("tokio_rustls", &["demo"]),
    ("rcgen", &["demo"]),
    ("hickory_proto", &["demo"]),
    ("lopdf", &["pdf"]),
    ("zip", &["extract"]),
    ("html5gum", &["html"]),
    ("chardetng", &["html"]),
    ("pulldown_cmark", &["seed"]),
    ("quick_xml", &["seed", "extract"]),
    ("saphyr_parser", &["seed"]),
    ("csv", &["seed", "report"]),
    ("askama", &["report"]),
    ("similar", &["report"]),
    ("hayagriva", &["cite"]),
    ("indicatif", &["ui"]),
];

/// Rooms that only compute: what they know was handed to them.
const PURE: &[&str] = &[
    "model", "html", "seed", "wiki", "classify", "extract", "archive", "fix", "hygiene", "cite", "compile", "report",
    "frontier", "select",
];

/// What a pure room does not reach for.
const OUTSIDE: &[&str] = &["std::fs", "std::net::Tcp", "std::env", "std::process", "std::thread", "Instant::now"];

/// Deeds with one home each, and the files that are it.
const DEEDS: &[(&str, &[&str], &[&str])] = &[
    (
        "printing",
        &["println!", "print!", "eprintln!", "eprint!", "io::stdout", "io::stderr", "stdout()", "stderr()"],
        // The living lines are drawn by their crate, on the stream the room names.
        &["cli/console.rs", "ui/progress.rs"],
    ),
    ("ending the process", &["process::exit", "process::abort"], &["cli/interrupt.rs"]),
    (
        "reading the wall clock",
        &["Timestamp::now", "SystemTime::now", "Zoned::now", "Utc::now", "Local::now"],
        // The demonstration stands for servers elsewhere, which have clocks of their own.
        &["cli/environment.rs", "demo/"],
    ),
    ("reading the environment", &["env::var", "env::vars", "env::current_dir"], &["cli/environment.rs"]),
    ("reading the arguments", &["env::args"], &["main.rs"]),
];

/// Lines a file has at most; the flat catalogues are exempt.
const MAX_LINES: usize = 500;
const CATALOGUES: &[&str] = &["report/advice.rs", "model/reason.rs"];

/// A source file of the library, without comments, texts and tests.
struct Source {
    /// Below `src/`, with forward slashes.
    path: String,
    code: String,
    lines: usize,
}

impl Source {
    /// The room it is in; `None` for `lib.rs` and `main.rs`.
    fn room(&self) -> Option<&str> {
        let (room, rest) = self.path.split_once('/').unwrap_or((self.path.trim_end_matches(".rs"), ""));
        (!rest.is_empty() || !matches!(room, "lib" | "main")).then_some(room)
    }

    /// How deep its module is: `cli/mod.rs` is 1, `cli/run.rs` is 2.
    fn depth(&self) -> usize {
        let parts = self.path.split('/').count();
        if self.path.ends_with("/mod.rs") { parts - 1 } else { parts }
    }

    fn line_of(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }
}

fn sources() -> Vec<Source> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths.sort();
    let texts: Vec<(String, String)> = paths
        .iter()
        .map(|path| {
            let below = path.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
            (below, std::fs::read_to_string(path).expect("UTF-8"))
        })
        .collect();
    let tests: BTreeSet<String> = texts.iter().flat_map(|(path, text)| test_files(path, text)).collect();
    let is_test =
        |path: &str| tests.iter().any(|test| path == format!("{test}.rs") || path.starts_with(&format!("{test}/")));
    texts
        .into_iter()
        .filter(|(path, _)| !is_test(path))
        .map(|(path, text)| Source { path, lines: text.lines().count(), code: without_tests(&without_words(&text)) })
        .collect()
}

/// Modules that a file declares for tests only, as paths without `.rs`.
fn test_files(path: &str, text: &str) -> Vec<String> {
    let folder = match path.strip_suffix("mod.rs") {
        Some(folder) => folder.to_owned(),
        None if matches!(path, "lib.rs" | "main.rs") => String::new(),
        None => format!("{}/", path.trim_end_matches(".rs")),
    };
    let mut files = Vec::new();
    let code = without_words(text);
    for (at, _) in code.match_indices("#[cfg(test)]") {
        let rest = code[at + "#[cfg(test)]".len()..].trim_start();
        let declaration = rest.split(['{', ';']).next().unwrap_or_default();
        if let (Some(name), Some(';')) = (declaration.split("mod ").nth(1), rest[declaration.len()..].chars().next()) {
            files.push(format!("{folder}{}", name.trim()));
        }
    }
    files
}

/// The code with comments and the insides of texts blanked out; line ends stay where they are.
fn without_words(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    let blank = |code: &mut Vec<u8>, from: usize, to: usize| {
        for byte in &mut code[from..to.min(bytes.len())] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    };
    while at < bytes.len() {
        let rest = &text.as_bytes()[at..];
        let end = if rest.starts_with(b"//") {
            at + rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len())
        } else if rest.starts_with(b"/*") {
            at + rest.windows(2).position(|pair| pair == b"*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = raw_text(rest).filter(|_| at == 0 || !is_name(bytes[at - 1])) {
            at + length
        } else if rest[0] == b'"' {
            at + plain_text(rest)
        } else if let Some(length) = character(rest) {
            at + length
        } else {
            at += 1;
            continue;
        };
        blank(&mut code, at, end);
        at = end;
    }
    String::from_utf8(code).expect("blanks are ASCII")
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Length of `r"..."`, `r#"..."#`, `br"..."`.
fn raw_text(rest: &[u8]) -> Option<usize> {
    let start = if rest.starts_with(b"br") { 2 } else { usize::from(rest.starts_with(b"r")) };
    let hashes = rest.get(start..)?.iter().take_while(|&&byte| byte == b'#').count();
    if start == 0 || rest.get(start + hashes) != Some(&b'"') {
        return None;
    }
    let close: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
    let body = start + hashes + 1;
    let end = rest[body..].windows(close.len()).position(|window| window == close.as_slice());
    Some(end.map_or(rest.len(), |end| body + end + close.len()))
}

/// Length of `"..."`.
fn plain_text(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// Length of `'x'`; `None` for a lifetime.
fn character(rest: &[u8]) -> Option<usize> {
    if rest[0] != b'\'' {
        return None;
    }
    if rest.get(1) == Some(&b'\\') {
        return rest[2..].iter().skip(1).position(|&byte| byte == b'\'').map(|end| end + 4);
    }
    let text = std::str::from_utf8(&rest[1..rest.len().min(6)])
        .or_else(|error| std::str::from_utf8(&rest[1..1 + error.valid_up_to()]));
    let length = text.ok()?.chars().next()?.len_utf8();
    (rest.get(1 + length) == Some(&b'\'')).then_some(length + 2)
}

/// The code with everything behind `#[cfg(test)]` blanked out, up to the end of its item.
fn without_tests(code: &str) -> String {
    let mut kept = code.to_owned();
    while let Some(at) = kept.find("#[cfg(test)]") {
        let mut depth = 0_usize;
        let mut end = kept.len();
        for (offset, c) in kept[at..].char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if (c == ';' || c == '}') && depth == 0 {
                end = at + offset + 1;
                break;
            }
        }
        let blank: String = kept[at..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        kept.replace_range(at..end, &blank);
    }
    kept
}

/// First names behind a path that ends here: `a` of `a::b`, `a` and `c` of `{a::b, c}`.
fn first_names(rest: &str) -> Vec<String> {
    let name =
        |text: &str| text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(group) = rest.strip_prefix('{') else { return vec![name(rest)] };
    let mut names = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(name(&group[start..at]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(name(&group[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    names
}

/// Whether a word begins here rather than in the middle of a name or a path.
fn begins(code: &str, at: usize) -> bool {
    !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
}

/// The rooms a file reaches into, each with the line.
fn reached(source: &Source) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (at, matched) in source.code.match_indices("crate::") {
        if begins(&source.code, at) {
            let line = source.line_of(at);
            found.extend(first_names(&source.code[at + matched.len()..]).into_iter().map(|name| (name, line)));
        }
    }
    // As many `super::` as the module is deep lead to the root of the crate.
    let to_root = "super::".repeat(source.depth());
    for (at, matched) in source.code.match_indices(&to_root) {
        if begins(&source.code, at) {
            let line = source.line_of(at);
            found.extend(first_names(&source.code[at + matched.len()..]).into_iter().map(|name| (name, line)));
        }
    }
    found
}

fn hold(faults: &[String], rule: &str) {
    let mut report = String::new();
    for fault in faults {
        let _ = writeln!(report, "  {fault}");
    }
    assert!(faults.is_empty(), "{rule}:\n{report}");
}

#[test]
fn rooms_import_only_in_the_directions_of_the_plan() {
    let mut faults = Vec::new();
    for source in &sources() {
        let Some(room) = source.room() else { continue };
        let Some((_, allowed)) = DIRECTIONS.iter().find(|(name, _)| *name == room) else {
            faults.push(format!("src/{}: the room `{room}` is not in DIRECTIONS", source.path));
            continue;
        };
        for (other, line) in reached(source) {
            let is_room = DIRECTIONS.iter().any(|(name, _)| *name == other);
            if is_room && other != room && !allowed.contains(&other.as_str()) {
                faults.push(format!("src/{}:{line}: `{room}` must not import `{other}`", source.path));
            }
        }
    }
    hold(&faults, "rooms import against the plan (DIRECTIONS in tests/architecture.rs)");
}

#[test]
fn each_crate_stays_in_its_rooms() {
    let mut faults = Vec::new();
    for source in &sources() {
        let room = source.room().unwrap_or("the root");
        for (name, homes) in CRATE_HOMES {
            if homes.contains(&room) {
                continue;
            }
            let as_path = format!("{name}::");
            let as_import = format!("use {name};");
            let paths = source.code.match_indices(&as_path).filter(|(at, _)| begins(&source.code, *at));
            for (at, _) in paths.chain(source.code.match_indices(&as_import)) {
                let line = source.line_of(at);
                faults.push(format!("src/{}:{line}: `{name}` belongs to {}", source.path, homes.join(", ")));
            }
        }
    }
    hold(&faults, "crates outside their rooms (CRATE_HOMES in tests/architecture.rs)");
}

#[test]
fn every_named_crate_is_one_of_ours() {
    let manifest = include_str!("../Cargo.toml");
    let is_dependency = |name: &str| {
        let dashed = name.replace('_', "-");
        manifest.lines().any(|line| line.starts_with(&format!("{dashed} =")) || line.starts_with(&format!("{name} =")))
    };
    let gone: Vec<String> =
        CRATE_HOMES.iter().map(|(name, _)| (*name).to_owned()).filter(|name| !is_dependency(name)).collect();
    hold(&gone, "CRATE_HOMES names crates that Cargo.toml does not");
}

#[test]
fn every_dependency_says_what_it_is_for() {
    let mut in_dependencies = false;
    let mut faults = Vec::new();
    for line in include_str!("../Cargo.toml").lines() {
        if line.starts_with('[') {
            in_dependencies = line.contains("dependencies");
        } else if in_dependencies && line.contains(" = ") && !line.starts_with('#') && !line.contains(" # ") {
            faults.push(line.to_owned());
        }
    }
    hold(&faults, "dependencies without a word on what they are for");
}

#[test]
fn pure_rooms_reach_for_nothing_outside() {
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| source.room().is_some_and(|room| PURE.contains(&room))) {
        for outside in OUTSIDE {
            for (at, _) in source.code.match_indices(outside) {
                faults.push(format!("src/{}:{}: {outside}", source.path, source.line_of(at)));
            }
        }
    }
    hold(&faults, "pure rooms reach outside (PURE and OUTSIDE in tests/architecture.rs)");
}

#[test]
fn printing_ending_environment_and_clock_have_one_home_each() {
    let mut faults = Vec::new();
    for source in &sources() {
        for (deed, signs, homes) in DEEDS {
            if homes.iter().any(|home| source.path == *home || (home.ends_with('/') && source.path.starts_with(home))) {
                continue;
            }
            for sign in *signs {
                for (at, _) in source.code.match_indices(sign) {
                    let inside_a_name = source.code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                    if !inside_a_name {
                        let line = source.line_of(at);
                        faults.push(format!(
                            "src/{}:{line}: {deed} (`{sign}`) lives in {}",
                            source.path,
                            homes.join(", ")
                        ));
                    }
                }
            }
        }
    }
    hold(&faults, "deeds away from home (DEEDS in tests/architecture.rs)");
}

#[test]
fn files_stay_small() {
    let large =
        sources().into_iter().filter(|source| source.lines > MAX_LINES && !CATALOGUES.contains(&source.path.as_str()));
    let faults: Vec<String> = large.map(|source| format!("src/{}: {} lines", source.path, source.lines)).collect();
    hold(&faults, "files over 500 lines that are no flat catalogue");
}

/// The reader of sources itself, on a small example.
#[test]
fn words_and_tests_are_not_code() {
    let text = "use crate::{model::Url, seed};\n// use crate::cli;\nlet a = \"crate::cli\"; let b = r#\"crate::\"cli\"#;\n\
                let c = '\"'; use super::super::fetch;\n#[cfg(test)]\nmod tests {\n use crate::cli;\n}\nuse crate::html;\n";
    let source = Source { path: "seed/flat.rs".into(), code: without_tests(&without_words(text)), lines: 9 };
    let names: Vec<(String, usize)> = reached(&source);
    let expected = [("model", 1), ("seed", 1), ("html", 9), ("fetch", 4)].map(|(name, line)| (name.to_owned(), line));
    assert_eq!(names, expected);
    assert_eq!(
        test_files("seed/mod.rs", "#[cfg(test)]\nmod tests;\n#[cfg(test)]\npub(crate) mod corpus {}"),
        ["seed/tests"]
    );
}
