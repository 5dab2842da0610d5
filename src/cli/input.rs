//! Documents a person hands over on the command line.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The file an argument names; `-` is none, but standard input.
pub fn named(argument: &Path) -> Option<&Path> {
    (argument.as_os_str() != "-").then_some(argument)
}

/// Reads a file, or standard input without one, up to so many bytes.
///
/// # Errors
/// When it cannot be read.
pub fn read(file: Option<&Path>, max_bytes: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match file {
        Some(file) => File::open(file)?.take(max_bytes).read_to_end(&mut bytes)?,
        None => io::stdin().lock().take(max_bytes).read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}
