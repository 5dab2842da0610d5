//! What all tests of the binary share.

use assert_cmd::Command;

/// The program with nothing of the surrounding environment that could change what it prints.
pub fn perennial() -> Command {
    Command::from_std(bare())
}

/// The same, for those who watch it while it works.
pub fn bare() -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_perennial"));
    let ours = |name: &str| name.starts_with("PERENNIAL_") || name.ends_with("_proxy") || name.ends_with("_PROXY");
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(ours) {
            command.env_remove(name);
        }
    }
    for name in ["NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "CI", "COLUMNS", "RUST_LOG"] {
        command.env_remove(name);
    }
    command
}

/// What a finished command left: exit code, standard output, standard error.
pub fn outcome(command: &mut Command) -> (i32, String, String) {
    let output = command.output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

/// A folder with a list of two links and a configuration that has every link skipped, so that a run needs no network.
pub fn rehearsal() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        &folder,
        "list.md",
        "# List\n\n## Guides\n\n- [One](https://one.example/) first\n- [Two](https://two.example/x)\n",
    );
    write(&folder, "config.toml", "seeds = ['list.md']\n[[rule]]\nurl = '*'\nskip = true\nbecause = 'a rehearsal'\n");
    folder
}

/// Puts a file into a folder.
pub fn write(folder: &tempfile::TempDir, name: &str, content: impl AsRef<[u8]>) {
    std::fs::write(folder.path().join(name), content).expect("written");
}

/// Every file below a folder with its content, to see what a command has touched.
pub fn contents(folder: &std::path::Path) -> std::collections::BTreeMap<std::path::PathBuf, Vec<u8>> {
    let mut found = std::collections::BTreeMap::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            found.insert(path.clone(), std::fs::read(&path).expect("a file"));
        }
    }
    found
}
