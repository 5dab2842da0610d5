//! The terms of a locked file, where the reader beneath looks for them: in an object of their own.

use std::io::Write;

use lopdf::{Dictionary, Document, Object, Writer};
use memchr::memmem;

/// The file with a section behind it that moves the terms out of its trailer; nothing where they do not stand in that.
pub(super) fn set_apart(bytes: &[u8], document: &Document) -> Option<Vec<u8>> {
    let terms = document.trailer.get(b"Encrypt").and_then(Object::as_dict).ok()?;
    let number = document.max_id.checked_add(1)?;
    let mut file = bytes.to_vec();
    let object = file.len() + 1;
    write!(file, "\n{number} 0 obj\n").ok()?;
    Writer::write_object(&mut file, &Object::Dictionary(terms.clone())).ok()?;
    let table = file.len() + "\nendobj\n".len();
    write!(file, "\nendobj\nxref\n{number} 1\n{object:010} 00000 n \ntrailer\n").ok()?;
    let mut trailer = Dictionary::new();
    for key in ["Root", "Info", "ID"] {
        if let Ok(value) = document.trailer.get(key.as_bytes()) {
            trailer.set(key, value.clone());
        }
    }
    trailer.set("Size", i64::from(number) + 1);
    trailer.set("Encrypt", Object::Reference((number, 0)));
    trailer.set("Prev", last_table(bytes)?);
    Writer::write_object(&mut file, &Object::Dictionary(trailer)).ok()?;
    write!(file, "\nstartxref\n{table}\n%%EOF\n").ok()?;
    Some(file)
}

/// Where the last table of contents begins, as the end of the file tells.
fn last_table(bytes: &[u8]) -> Option<i64> {
    const MARK: &[u8] = b"startxref";
    let told = bytes.get(memmem::rfind(bytes, MARK)? + MARK.len()..)?.trim_ascii_start();
    let digits = told.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(told.get(..digits)?).ok()?.parse().ok()
}
