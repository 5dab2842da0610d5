//! Documents that are no text.

/// Bytes at the beginning of documents that are no text, and what these are.
const MAGIC: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\x89PNG", "an image"),
    (b"GIF8", "an image"),
    (b"\xFF\xD8\xFF", "an image"),
    (b"\xD0\xCF\x11\xE0", "an office document"),
    (b"\x7FELF", "a program"),
    (b"SQLite format 3\0", "a database"),
    (b"BZh", "a bzip2 archive"),
    (b"\xFD7zXZ\0", "an xz archive"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive"),
    (b"\x28\xB5\x2F\xFD", "a zstd archive"),
    (b"OggS", "a recording"),
    (b"ID3", "a recording"),
];

/// What the bytes are, when they are no text.
pub(in crate::seed) fn binary(bytes: &[u8]) -> Option<&'static str> {
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(kind);
    }
    // UTF-16 and UTF-32 hold zeros by right.
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return None;
    }
    let sample = &bytes[..bytes.len().min(8192)];
    let control = sample.iter().filter(|&&byte| byte < 0x09 || (0x0E..0x1B).contains(&byte)).count();
    (control * 50 > sample.len() || (control > 0 && sample.contains(&0))).then_some("binary data")
}
