//! What all tests of the binary share.

use assert_cmd::Command;

/// The program with nothing of the surrounding environment that could change what it prints.
pub fn perennial() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_perennial"));
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
