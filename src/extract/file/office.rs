//! Office documents and electronic books: packed folders with a file of properties.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::super::offer::{Offers, Source};
use super::xml::{self, Names};

/// Files a folder may hold.
const MOST_FILES: usize = 20_000;

/// Bytes of one file of properties, unpacked.
const PROPERTIES: u64 = 1 << 20;

/// Offers what the properties say.
pub fn read(bytes: &[u8], offers: &mut Offers<'static>) {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return };
    if archive.len() > MOST_FILES {
        return;
    }
    const FILES: &[(&str, Names)] =
        &[("docProps/core.xml", xml::OFFICE), ("docProps/app.xml", xml::OFFICE), ("meta.xml", xml::OPEN_DOCUMENT)];
    for (name, names) in FILES {
        if let Some(properties) = unpacked(&mut archive, name) {
            xml::offer(&properties, names, Source::Properties, offers);
        }
    }
    if let Some(container) = unpacked(&mut archive, "META-INF/container.xml")
        && let Some(path) = package_path(&container)
        && let Some(package) = unpacked(&mut archive, &path)
    {
        xml::offer(&package, xml::BOOK, Source::Properties, offers);
    }
}

fn unpacked(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Option<Vec<u8>> {
    let file = archive.by_name(name).ok()?;
    let mut bytes = Vec::new();
    file.take(PROPERTIES).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Where a book's container says that its package file lies.
fn package_path(container: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(container);
    let after = text.split_once("full-path=")?.1;
    let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    after[1..].split(quote).next().map(str::to_owned)
}
