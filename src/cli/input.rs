//! Documents a person hands over on the command line.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Bytes reserved at most before anything is read.
const MOST_RESERVED: usize = 64 << 20;

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
        Some(file) => {
            let file = File::open(file)?;
            // A buffer that grows is there twice while it does. What is told of the size is a hint and no more.
            let announced = file.metadata().map_or(0, |told| told.len().min(max_bytes));
            bytes.reserve(usize::try_from(announced).unwrap_or_default().min(MOST_RESERVED) + 1);
            file.take(max_bytes).read_to_end(&mut bytes)?
        }
        None => io::stdin().lock().take(max_bytes).read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}
