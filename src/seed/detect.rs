//! Which format a document has: by its media type and content; the ending of its name is a hint among others.

use super::delimited;

/// Formats of resource lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// A web page.
    Html,
    /// Markdown.
    Markdown,
    /// Values between commas, semicolons or tabs.
    Csv,
    /// A list of addresses, one a line.
    Plain,
}

impl Format {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Format::Html => "html",
            Format::Markdown => "markdown",
            Format::Csv => "csv",
            Format::Plain => "plain",
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// Bytes at the beginning of documents that are no text, and what these are.
const MAGIC: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\x1F\x8B", "a gzip archive"),
    (b"\x89PNG", "an image"),
    (b"GIF8", "an image"),
    (b"\xFF\xD8\xFF", "an image"),
    (b"\xD0\xCF\x11\xE0", "an office document"),
    (b"\x7FELF", "a program"),
    (b"SQLite format 3\0", "a database"),
    (b"BZh", "a bzip2 archive"),
    (b"\xFD7zXZ\0", "an xz archive"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive"),
    (b"OggS", "a recording"),
    (b"ID3", "a recording"),
];

/// What the bytes are, when they are no text.
pub(super) fn binary(bytes: &[u8]) -> Option<&'static str> {
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

/// The format of a text.
pub(super) fn format(text: &str, content_type: Option<&str>, name: &str) -> Format {
    let essence = content_type.map(|full| full.split(';').next().unwrap_or("").trim().to_ascii_lowercase());
    let essence = essence.as_deref().unwrap_or("");
    let ending = ending_of(name);
    let start = text.trim_start_matches('\u{FEFF}').trim_start();
    match essence {
        "text/html" | "application/xhtml+xml" => return Format::Html,
        "text/markdown" | "text/x-markdown" => return Format::Markdown,
        "text/csv" | "text/tab-separated-values" => return Format::Csv,
        _ => {}
    }
    if is_html_page(start) {
        return Format::Html;
    }
    let markdown = ending == "md" || ending == "markdown" || looks_like_markdown(text);
    if start.starts_with('<') && !start.starts_with("<http") && !(ending == "md" || ending == "markdown") {
        return Format::Html;
    }
    if !markdown && delimited::resemblance(text) > usize::from(ending == "txt") * 10 {
        return Format::Csv;
    }
    if markdown { Format::Markdown } else { Format::Plain }
}

fn ending_of(name: &str) -> String {
    let file = name.split(['?', '#']).next().unwrap_or(name);
    let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
    file.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_ascii_lowercase())
}

/// Whether a text begins as a whole page.
fn is_html_page(start: &str) -> bool {
    let head: String = start.chars().take(2000).collect::<String>().to_ascii_lowercase();
    head.starts_with("<!doctype html") || head.starts_with("<html") || (head.starts_with('<') && head.contains("<html"))
}

/// Whether lines have the marks of Markdown.
fn looks_like_markdown(text: &str) -> bool {
    text.lines().take(500).any(|line| {
        let trimmed = line.trim_start();
        let hashes = trimmed.bytes().take_while(|&byte| byte == b'#').count();
        let heading = (1..=6).contains(&hashes) && hashes > 1 && trimmed[hashes..].starts_with(' ');
        let fence = trimmed.starts_with("```") || trimmed.starts_with("~~~");
        let reference = trimmed.starts_with('[') && trimmed.contains("]: ");
        heading || fence || reference || trimmed.contains("](")
    })
}
