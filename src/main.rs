//! The program: everything is in the library, where tests can call it.

use std::process::ExitCode;

use perennial::cli::{self, Environment};

fn main() -> ExitCode {
    cli::run(std::env::args_os(), Environment::capture())
}
