//! The program: everything is in the library, where tests can call it.

use std::process::ExitCode;

use perennial::cli::{self, Environment};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run(std::env::args_os(), Environment::capture())
}
