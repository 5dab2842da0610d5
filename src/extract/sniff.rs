//! What kind of document some bytes are: by the header where it says something, by the bytes where it does not.

use super::candidates::head_of;

/// Kinds of document that are read differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// HTML or XHTML.
    Html,
    /// PDF.
    Pdf,
    /// A feed or another XML document.
    Xml,
    /// JSON.
    Json,
    /// Plain text or Markdown.
    Text,
    /// A picture.
    Image,
    /// Sound.
    Audio,
    /// Moving pictures.
    Video,
    /// An office document or another ZIP archive.
    Archive,
    /// Nothing at all.
    Empty,
    /// Anything else.
    Other,
}

/// Bytes looked at.
const SNIFFED: usize = 1_024;

/// The kind of a document. PDF is known by its mark whatever the header says; HTML is not read out of a document that
/// calls itself something else.
pub fn kind_of(content_type: Option<&str>, bytes: &[u8]) -> DocumentKind {
    let start = &bytes[..bytes.len().min(SNIFFED)];
    if start.iter().all(u8::is_ascii_whitespace) {
        return DocumentKind::Empty;
    }
    if memchr::memmem::find(start, b"%PDF-").is_some_and(|at| at < 1_000) && !start.starts_with(b"<") {
        return DocumentKind::Pdf;
    }
    let media = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media.as_str() {
        "text/html" | "application/xhtml+xml" => DocumentKind::Html,
        "application/xml" | "text/xml" => {
            if is_html(start) {
                DocumentKind::Html
            } else {
                DocumentKind::Xml
            }
        }
        "application/pdf" => DocumentKind::Pdf,
        "application/json" => DocumentKind::Json,
        "text/plain" if is_binary(start) => by_bytes(start),
        "" | "application/octet-stream" | "unknown/unknown" | "*/*" => by_bytes(start),
        _ if media.ends_with("+xml") => DocumentKind::Xml,
        _ if media.ends_with("+json") => DocumentKind::Json,
        _ if media.starts_with("image/") => DocumentKind::Image,
        _ if media.starts_with("audio/") => DocumentKind::Audio,
        _ if media.starts_with("video/") => DocumentKind::Video,
        _ if media.starts_with("text/") => DocumentKind::Text,
        _ if start.starts_with(b"PK\x03\x04") => DocumentKind::Archive,
        _ => DocumentKind::Other,
    }
}

fn by_bytes(start: &[u8]) -> DocumentKind {
    const MARKS: &[(&[u8], DocumentKind)] = &[
        (b"\x89PNG", DocumentKind::Image),
        (b"\xFF\xD8\xFF", DocumentKind::Image),
        (b"GIF8", DocumentKind::Image),
        (b"OggS", DocumentKind::Audio),
        (b"ID3", DocumentKind::Audio),
        (b"\x1A\x45\xDF\xA3", DocumentKind::Video),
        (b"PK\x03\x04", DocumentKind::Archive),
    ];
    if let Some((_, kind)) = MARKS.iter().find(|(mark, _)| start.starts_with(mark)) {
        return *kind;
    }
    if is_html(start) {
        return DocumentKind::Html;
    }
    let text = start.trim_ascii_start();
    if text.starts_with(b"<?xml") || text.starts_with(b"<rss") || text.starts_with(b"<feed") {
        return DocumentKind::Xml;
    }
    if is_binary(start) {
        return DocumentKind::Other;
    }
    // A page that begins with any tag at all is more likely HTML than text.
    if text.starts_with(b"<") { DocumentKind::Html } else { DocumentKind::Text }
}

fn is_html(start: &[u8]) -> bool {
    let text = String::from_utf8_lossy(start).to_ascii_lowercase();
    let text = head_of(&text, SNIFFED);
    ["<!doctype html", "<html", "<head", "<body", "<title", "<meta "].iter().any(|mark| text.contains(mark))
}

fn is_binary(start: &[u8]) -> bool {
    let utf16 = start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF");
    !utf16 && start.iter().any(|&byte| byte == 0 || (byte < 0x09 && byte != 0x07))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_decides_where_it_says_something() {
        for (header, bytes, kind) in [
            (Some("text/html; charset=utf-8"), &b"plain words"[..], DocumentKind::Html),
            (Some("text/plain"), b"<html>", DocumentKind::Text),
            (Some("application/octet-stream"), b"\n%PDF-1.7", DocumentKind::Pdf),
            (Some("text/html"), b"%PDF-1.4", DocumentKind::Pdf),
            (None, b"<!DOCTYPE html><p>", DocumentKind::Html),
            (None, b"<?xml version='1.0'?><rss>", DocumentKind::Xml),
            (Some("application/xml"), b"<?xml version='1.0'?><html xmlns='x'>", DocumentKind::Html),
            (None, b"words", DocumentKind::Text),
            (Some("image/png"), b"\x89PNG", DocumentKind::Image),
            (Some("text/html"), b"  \n", DocumentKind::Empty),
        ] {
            assert_eq!(kind_of(header, bytes), kind, "{header:?} {}", String::from_utf8_lossy(bytes));
        }
    }
}
